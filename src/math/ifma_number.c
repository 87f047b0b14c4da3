/*
 * ifma_number.c
 *		Conversion between bytes and the limbs of the AVX-512 IFMA kernels.
 *
 * Eight limbs are 416 bits: vector j of a number is taken from, and makes up,
 * 52 bytes of it; the last one 44, the rest of it being zero.
 */
#include "ifma_number.h"
#include "ifma_vector.h"

#ifdef EG_HAVE_IFMA

#include <string.h>

#define LIMBS			EG_IFMA_LIMBS
#define LANES			EG_IFMA_LANES
#define VECTORS			EG_IFMA_VECTORS
#define LAST			(VECTORS - 1)
#define VECTOR_BYTES	52
#define LAST_BYTES		(EG_IFMA_BYTES - LAST * VECTOR_BYTES)

/*
 * The eight bytes that hold a limb: limb i begins at bit 52 i, half a byte
 * into byte 6.5 i if i is odd.
 */
#define LIMB_BYTES(o) \
	(o), (o) + 1, (o) + 2, (o) + 3, (o) + 4, (o) + 5, (o) + 6, (o) + 7

static const uint8_t limb_bytes[64] EG_IFMA_ALIGNED = {
	LIMB_BYTES(0), LIMB_BYTES(6), LIMB_BYTES(13), LIMB_BYTES(19),
	LIMB_BYTES(26), LIMB_BYTES(32), LIMB_BYTES(39), LIMB_BYTES(45)
};

/*
 * The way back: two limbs make 13 bytes.  With the odd one moved up by half a
 * byte, the first six are those of the even limb, the last six are those of
 * the odd one but its lowest, and the middle one is both limbs' or-ed.
 */
#define PAIR_BYTES(o) \
	(o), (o) + 1, (o) + 2, (o) + 3, (o) + 4, (o) + 5, (o) + 6, \
	(o) + 9, (o) + 10, (o) + 11, (o) + 12, (o) + 13, (o) + 14
#define PAIR_MIDDLE(o) \
	0, 0, 0, 0, 0, 0, (o) + 8, 0, 0, 0, 0, 0, 0

static const uint8_t pair_bytes[64] EG_IFMA_ALIGNED = {
	PAIR_BYTES(0), PAIR_BYTES(16), PAIR_BYTES(32), PAIR_BYTES(48)
};
static const uint8_t pair_middle[64] EG_IFMA_ALIGNED = {
	PAIR_MIDDLE(0), PAIR_MIDDLE(16), PAIR_MIDDLE(32), PAIR_MIDDLE(48)
};

/* Bytes 6, 19, 32, 45. */
#define MIDDLE_BYTES	UINT64_C(0x200100080040)

/* Four bits for the odd limbs. */
EG_IFMA_INLINE __m512i
odd_shift(void)
{
	return _mm512_set_epi64(4, 0, 4, 0, 4, 0, 4, 0);
}

/*
 * Limbs 8j .. 8j + 7.  Whole vectors are read within the EG_IFMA_BYTES, so the
 * last one begins 20 bytes early.
 */
EG_IFMA_INLINE __m512i
unpack(const uint8_t *bytes, int j, bool big_endian)
{
	const int	offset = j < LAST ? j * VECTOR_BYTES : EG_IFMA_BYTES - 64;
	__m512i		from = _mm512_load_si512(limb_bytes);
	__m512i		r;
	__mmask64	valid;

	r = _mm512_set1_epi8((char) (j * VECTOR_BYTES - offset));
	from = _mm512_add_epi8(from, r);
	valid = _mm512_cmplt_epu8_mask(from, _mm512_set1_epi8(64));
	if (big_endian)
	{
		from = _mm512_sub_epi8(_mm512_set1_epi8(63), from);
		r = _mm512_loadu_si512(bytes + (EG_IFMA_BYTES - 64 - offset));
	}
	else
		r = _mm512_loadu_si512(bytes + offset);
	r = _mm512_maskz_permutexvar_epi8(valid, from, r);
	r = _mm512_srlv_epi64(r, odd_shift());
	return _mm512_and_si512(r, eg_ifma_mask());
}

EG_IFMA_INLINE void
pack(uint8_t *bytes, int j, __m512i limbs)
{
	const int	size = j < LAST ? VECTOR_BYTES : LAST_BYTES;
	const __mmask64 mask = (UINT64_C(1) << size) - 1;
	__m512i		r = _mm512_sllv_epi64(limbs, odd_shift());
	__m512i		middle;

	middle = _mm512_maskz_permutexvar_epi8(MIDDLE_BYTES,
										   _mm512_load_si512(pair_middle), r);
	r = _mm512_permutexvar_epi8(_mm512_load_si512(pair_bytes), r);
	r = _mm512_or_si512(r, middle);
	_mm512_mask_storeu_epi8(bytes + j * VECTOR_BYTES, mask, r);
}

EG_IFMA_INLINE void
import_number(eg_ifma_number *r, const uint8_t *bytes, bool big_endian)
{
	__m512i    *v = (__m512i *) r->limb;
	int			j;

	EG_UNROLL
	for (j = 0; j < VECTORS; j++)
		v[j] = unpack(bytes, j, big_endian);
}

EG_IFMA_TARGET void
eg_ifma_number_import_be(eg_ifma_number *r, const uint8_t *bytes)
{
	import_number(r, bytes, true);
}

EG_IFMA_TARGET void
eg_ifma_number_import_le(eg_ifma_number *r, const uint8_t *bytes)
{
	import_number(r, bytes, false);
}

/* b in the lanes of a mask, which may be secret, and a in the others */
EG_IFMA_INLINE __m512i
choose(__m512i a, __mmask8 lanes, __m512i b)
{
	return _mm512_mask_mov_epi64(eg_ifma_in_register(a), lanes,
								 eg_ifma_in_register(b));
}

/*
 * Subtracts p limb by limb, takes the borrows from the comparisons, and keeps
 * the difference unless the last limb borrows.
 */
EG_IFMA_TARGET void
eg_ifma_number_export_le(uint8_t *bytes, const eg_ifma_number *a,
						 const eg_ifma_modulus *modulus)
{
	const __m512i *x = (const __m512i *) a->limb;
	const __m512i *p = (const __m512i *) modulus->p.limb;
	const __m512i one = _mm512_set1_epi64(1);
	eg_ifma_bits below = 0;
	eg_ifma_bits equal = 0;
	eg_ifma_bits borrow;
	__mmask8	reduced;
	int			j;

	EG_UNROLL
	for (j = 0; j < VECTORS; j++)
	{
		below |= eg_ifma_put_bits(_mm512_cmplt_epu64_mask(x[j], p[j]), j);
		equal |= eg_ifma_put_bits(_mm512_cmpeq_epu64_mask(x[j], p[j]), j);
	}
	borrow = eg_ifma_ripple(below, equal);
	reduced = (__mmask8) ((borrow >> LIMBS & 1) - 1);
	EG_UNROLL
	for (j = 0; j < VECTORS; j++)
	{
		__mmask8	bits = eg_ifma_get_bits(borrow, j);
		__m512i		d = _mm512_sub_epi64(x[j], p[j]);

		d = _mm512_mask_sub_epi64(d, bits, d, one);
		d = _mm512_and_si512(d, eg_ifma_mask());
		pack(bytes, j, choose(x[j], reduced, d));
	}
}

/* Limb j of vector i becomes limb i of vector j. */
EG_IFMA_INLINE void
transpose(__m512i *r)
{
	__m512i		t[LANES];
	int			i;

	EG_UNROLL
	for (i = 0; i < LANES; i += 2)
	{
		t[i] = _mm512_unpacklo_epi64(r[i], r[i + 1]);
		t[i + 1] = _mm512_unpackhi_epi64(r[i], r[i + 1]);
	}
	EG_UNROLL
	for (i = 0; i < 2; i++)
	{
		__m512i		a = _mm512_shuffle_i64x2(t[i], t[i + 2], 0x88);
		__m512i		b = _mm512_shuffle_i64x2(t[i + 4], t[i + 6], 0x88);
		__m512i		c = _mm512_shuffle_i64x2(t[i], t[i + 2], 0xdd);
		__m512i		d = _mm512_shuffle_i64x2(t[i + 4], t[i + 6], 0xdd);

		r[i] = _mm512_shuffle_i64x2(a, b, 0x88);
		r[i + 4] = _mm512_shuffle_i64x2(a, b, 0xdd);
		r[i + 2] = _mm512_shuffle_i64x2(c, d, 0x88);
		r[i + 6] = _mm512_shuffle_i64x2(c, d, 0xdd);
	}
}

EG_IFMA_INLINE void
import_lanes_vector(eg_ifma_lanes *r, const uint8_t *const *bytes, unsigned n,
					int j, bool big_endian)
{
	__m512i    *limb = (__m512i *) r->limb[LANES * j];
	__m512i		v[LANES];
	int			i;

	EG_UNROLL
	for (i = 0; i < LANES; i++)
		v[i] = (unsigned) i < n ? unpack(bytes[i], j, big_endian)
			: _mm512_setzero_si512();
	transpose(v);
	EG_UNROLL
	for (i = 0; i < LANES; i++)
		limb[i] = v[i];
}

EG_IFMA_INLINE void
import_lanes(eg_ifma_lanes *r, const uint8_t *const *bytes, unsigned n,
			 bool big_endian)
{
	int			j;

	for (j = 0; j < LAST; j++)
		import_lanes_vector(r, bytes, n, j, big_endian);
	import_lanes_vector(r, bytes, n, LAST, big_endian);
}

EG_IFMA_TARGET void
eg_ifma_lanes_import_be(eg_ifma_lanes *r, const uint8_t *const *bytes,
						unsigned n)
{
	import_lanes(r, bytes, n, true);
}

EG_IFMA_TARGET void
eg_ifma_lanes_import_le(eg_ifma_lanes *r, const uint8_t *const *bytes,
						unsigned n)
{
	import_lanes(r, bytes, n, false);
}

EG_IFMA_INLINE void
export_lanes_vector(uint8_t *const *bytes, unsigned n, const __m512i *a,
					const __m512i *d, __mmask8 reduced, int j)
{
	__m512i		v[LANES];
	int			i;

	EG_UNROLL
	for (i = 0; i < LANES; i++)
		v[i] = choose(a[LANES * j + i], reduced, d[LANES * j + i]);
	transpose(v);
	EG_UNROLL
	for (i = 0; i < LANES; i++)
		if ((unsigned) i < n)
			pack(bytes[i], j, v[i]);
}

/* Keeps a - p in the lanes where that does not borrow. */
EG_IFMA_TARGET void
eg_ifma_lanes_export_le(uint8_t *const *bytes, unsigned n,
						const eg_ifma_lanes *a,
						const eg_ifma_modulus *modulus)
{
	const __m512i *x = (const __m512i *) a->limb;
	const __m512i mask = eg_ifma_mask();
	__m512i		d[LIMBS];
	__m512i		t = _mm512_setzero_si512();
	__mmask8	reduced;
	int			i;

	for (i = 0; i < LIMBS; i++)
	{
		__m512i		p = _mm512_set1_epi64((long long) modulus->p.limb[i]);

		t = _mm512_add_epi64(t, _mm512_sub_epi64(x[i], p));
		d[i] = _mm512_and_si512(t, mask);
		t = _mm512_srai_epi64(t, EG_IFMA_RADIX);
	}
	reduced = (__mmask8) ~_mm512_movepi64_mask(t);
	for (i = 0; i < LAST; i++)
		export_lanes_vector(bytes, n, x, d, reduced, i);
	export_lanes_vector(bytes, n, x, d, reduced, LAST);
}

EG_IFMA_TARGET void
eg_ifma_lanes_gather(eg_ifma_lanes *r, const eg_ifma_number *const *a)
{
	int			i;
	int			j;

	for (j = 0; j < LIMBS; j += LANES)
	{
		__m512i    *limb = (__m512i *) r->limb[j];
		__m512i		v[LANES];

		EG_UNROLL
		for (i = 0; i < LANES; i++)
			v[i] = _mm512_load_si512(a[i]->limb + j);
		transpose(v);
		EG_UNROLL
		for (i = 0; i < LANES; i++)
			limb[i] = v[i];
	}
}

EG_IFMA_TARGET void
eg_ifma_lanes_scatter(eg_ifma_number *const *r, const eg_ifma_lanes *a)
{
	int			i;
	int			j;

	for (j = 0; j < LIMBS; j += LANES)
	{
		const __m512i *limb = (const __m512i *) a->limb[j];
		__m512i		v[LANES];

		EG_UNROLL
		for (i = 0; i < LANES; i++)
			v[i] = limb[i];
		transpose(v);
		EG_UNROLL
		for (i = 0; i < LANES; i++)
			_mm512_store_si512(r[i]->limb + j, v[i]);
	}
}

EG_IFMA_TARGET void
eg_ifma_lanes_repeat(eg_ifma_lanes *r, const eg_ifma_number *a)
{
	int			i;

	for (i = 0; i < LIMBS; i++)
		_mm512_store_si512(r->limb[i],
						   _mm512_set1_epi64((long long) a->limb[i]));
}

static bool
same_and_not_zero(const mp_limb_t *a, const mp_limb_t *b)
{
	return !mpn_zero_p(a, EG_MAX_LIMBS) && mpn_cmp(a, b, EG_MAX_LIMBS) == 0;
}

bool
eg_ifma_number_same(const eg_ifma_number *a, const eg_ifma_number *b,
					const eg_ifma_modulus *modulus)
{
	mp_limb_t	x[EG_MAX_LIMBS];
	mp_limb_t	y[EG_MAX_LIMBS];

	eg_ifma_number_export_le((uint8_t *) x, a, modulus);
	eg_ifma_number_export_le((uint8_t *) y, b, modulus);
	return same_and_not_zero(x, y);
}

unsigned
eg_ifma_lanes_same(const eg_ifma_lanes *a, const eg_ifma_lanes *b,
				   const eg_ifma_modulus *modulus)
{
	mp_limb_t	x[LANES][EG_MAX_LIMBS];
	mp_limb_t	y[LANES][EG_MAX_LIMBS];
	uint8_t    *to_x[LANES];
	uint8_t    *to_y[LANES];
	unsigned	same = 0;

	for (int i = 0; i < LANES; i++)
	{
		to_x[i] = (uint8_t *) x[i];
		to_y[i] = (uint8_t *) y[i];
	}
	eg_ifma_lanes_export_le(to_x, LANES, a, modulus);
	eg_ifma_lanes_export_le(to_y, LANES, b, modulus);
	for (int i = 0; i < LANES; i++)
		same |= (unsigned) same_and_not_zero(x[i], y[i]) << i;
	return same;
}

/* r = 2^bits mod p, bits a multiple of 64 */
static void
power_of_two(eg_ifma_number *r, const eg_group *group, size_t bits)
{
	mp_limb_t	x[2 * EG_IFMA_LOG2_R / 64 + 1];
	mp_limb_t	quotient[2 * EG_IFMA_LOG2_R / 64 + 2 - EG_MAX_LIMBS];
	mp_limb_t	rest[EG_MAX_LIMBS];
	mp_size_t	n = (mp_size_t) (bits / 64);

	mpn_zero(x, n);
	x[n] = 1;
	mpn_tdiv_qr(quotient, rest, 0, x, n + 1, group->p, EG_MAX_LIMBS);
	eg_ifma_number_import_le(r, (const uint8_t *) rest);
}

/* p + 1 with zeros around it, read at every distance from a vector. */
EG_IFMA_INLINE void
shift_limbs(eg_ifma_modulus *modulus)
{
	uint64_t	padded[LANES + EG_IFMA_SHIFTED];
	int			i;
	int			j;

	memset(padded, 0, sizeof(padded));
	memcpy(padded + LANES, modulus->p1.limb, sizeof(modulus->p1.limb));
	for (i = 0; i < EG_IFMA_SHIFTS; i++)
		for (j = 0; j < EG_IFMA_SHIFTED; j += LANES)
			_mm512_store_si512(&modulus->shifted[i][j],
							   _mm512_loadu_si512(padded + LANES + j - i));
}

EG_IFMA_TARGET bool
eg_ifma_modulus_init(eg_ifma_modulus *modulus, const eg_group *group)
{
	mp_limb_t	t[EG_MAX_LIMBS];
	const uint64_t *m = modulus->p1.limb + EG_IFMA_BLOCK;
	uint64_t	carry = 0;
	int			i;

	if (group->limbs * sizeof(mp_limb_t) != EG_IFMA_BYTES ||
		group->low_ones < 4 || group->high_ones < 4 ||
		mpn_add_1(t, group->p, group->limbs, 1) != 0)
		return false;
	eg_ifma_number_import_le(&modulus->p, (const uint8_t *) group->p);
	eg_ifma_number_import_le(&modulus->p1, (const uint8_t *) t);

	power_of_two(&modulus->one, group, EG_IFMA_LOG2_R);
	power_of_two(&modulus->enter, group, 2 * EG_IFMA_LOG2_R);

	for (i = 0; i < EG_IFMA_BLOCK; i++)
	{
		carry += m[i] + m[EG_IFMA_BLOCK + i];
		modulus->middle[i] = carry & EG_IFMA_MASK;
		carry >>= EG_IFMA_RADIX;
	}
	modulus->middle_carry = carry;
	shift_limbs(modulus);
	return true;
}

#endif
