/*
 * power_ifma.c
 *		Exponentiation mod p on the AVX-512 IFMA kernels, eight at a time.
 */
#include "power_ifma.h"
#include "ifma_eight.h"
#include "ifma_one.h"
#include "ifma_vector.h"
#include "montgomery.h"

#ifdef EG_HAVE_IFMA

#include <string.h>

#define LIMBS			EG_IFMA_LIMBS
#define LANES			EG_IFMA_LANES

/* Divides 64, so that no digit lies across two limbs. */
#define WINDOW			4
#define CHUNK			16

/* The powers for the digits of the exponents at a bit position. */
static void
select_power(eg_ifma_lanes *r, const eg_ifma_lanes *table,
			 const mp_limb_t *const *e, size_t position)
{
	uint64_t	digit[LANES];
	int			i;

	for (i = 0; i < LANES; i++)
		digit[i] = e[i][position / 64] >> (position % 64) &
			((1 << WINDOW) - 1);
	eg_ifma_eight_select(r, table, digit);
}

/* r = x in Montgomery form, in every lane; r may not be x */
static void
enter(eg_ifma_lanes *r, const eg_ifma_lanes *x,
	  const eg_ifma_modulus *modulus)
{
	eg_ifma_lanes_repeat(r, &modulus->enter);
	eg_ifma_eight_mul(r, x, r, modulus);
}

/* table[d] = x^d in Montgomery form, d < 16 */
static void
fill_table(eg_ifma_lanes *table, const eg_ifma_lanes *x,
		   const eg_ifma_modulus *modulus)
{
	int			d;

	eg_ifma_lanes_repeat(&table[0], &modulus->one);
	enter(&table[1], x, modulus);
	for (d = 2; d < EG_IFMA_POWER_TABLE; d += 2)
	{
		eg_ifma_eight_sqr(&table[d], &table[d / 2], modulus);
		eg_ifma_eight_mul(&table[d + 1], &table[d], &table[1], modulus);
	}
}

/*
 * No masked loads: a processor may leave out those that no lane asks for.
 */
EG_IFMA_TARGET void
eg_ifma_eight_select(eg_ifma_lanes *r, const eg_ifma_lanes *table,
					 const uint64_t *digit)
{
	const __m512i digits = _mm512_loadu_si512(digit);
	int			i;
	int			j;
	int			d;

	for (i = 0; i < LIMBS; i += CHUNK)
	{
		__m512i		t[CHUNK];

		EG_UNROLL
		for (j = 0; j < CHUNK; j++)
			t[j] = _mm512_setzero_si512();
		for (d = 0; d < EG_IFMA_POWER_TABLE; d++)
		{
			__mmask8	equal;
			__m512i		here;

			equal = _mm512_cmpeq_epi64_mask(digits, _mm512_set1_epi64(d));
			here = _mm512_movm_epi64(equal);

			/* t |= here & table */
			EG_UNROLL
			for (j = 0; j < CHUNK; j++)
			{
				__m512i		x = _mm512_load_si512(table[d].limb[i + j]);

				t[j] = _mm512_ternarylogic_epi64(t[j], here, x, 0xf8);
			}
		}
		EG_UNROLL
		for (j = 0; j < CHUNK; j++)
			_mm512_store_si512(r->limb[i + j], t[j]);
	}
}

EG_IFMA_TARGET void
eg_ifma_one_select(eg_ifma_number *r, const eg_ifma_number *table,
				   uint64_t digit)
{
	const __m512i digits = _mm512_set1_epi64((long long) digit);
	__m512i		t[EG_IFMA_VECTORS];
	int			j;
	int			d;

	EG_UNROLL
	for (j = 0; j < EG_IFMA_VECTORS; j++)
		t[j] = _mm512_setzero_si512();
	for (d = 0; d < EG_IFMA_POWER_TABLE; d++)
	{
		__mmask8	equal;
		__m512i		here;

		equal = _mm512_cmpeq_epi64_mask(digits, _mm512_set1_epi64(d));
		here = _mm512_movm_epi64(equal);
		EG_UNROLL
		for (j = 0; j < EG_IFMA_VECTORS; j++)
		{
			__m512i		x = _mm512_load_si512(table[d].limb + LANES * j);

			t[j] = _mm512_ternarylogic_epi64(t[j], here, x, 0xf8);
		}
	}
	EG_UNROLL
	for (j = 0; j < EG_IFMA_VECTORS; j++)
		_mm512_store_si512(r->limb + LANES * j, t[j]);
}

static __attribute__((noinline)) void
power_windows(eg_ifma_lanes *r, const mp_limb_t *const *e, size_t e_limbs,
			  const eg_ifma_lanes *table, const eg_ifma_modulus *modulus)
{
	static const eg_ifma_number plain_one = {{1}};
	eg_ifma_lanes t;
	size_t		position = 64 * e_limbs - WINDOW;
	int			i;

	select_power(r, table, e, position);
	while (position > 0)
	{
		position -= WINDOW;
		for (i = 0; i < WINDOW; i++)
			eg_ifma_eight_sqr(r, r, modulus);
		select_power(&t, table, e, position);
		eg_ifma_eight_mul(r, r, &t, modulus);
	}
	eg_ifma_lanes_repeat(&t, &plain_one);
	eg_ifma_eight_mul(r, r, &t, modulus);
}

void
eg_ifma_eight_power_secret(eg_ifma_lanes *r, const eg_ifma_lanes *x,
						   const mp_limb_t *const *e, size_t e_limbs,
						   eg_ifma_lanes *table,
						   const eg_ifma_modulus *modulus)
{
	fill_table(table, x, modulus);
	power_windows(r, e, e_limbs, table, modulus);
	eg_wipe_stack();
}

/*
 * Up to eight numbers of 64 limbs that stand one after the other; the first
 * takes the lanes that are left.
 */
static unsigned
import_batch(eg_ifma_lanes *r, const mp_limb_t *x, size_t n)
{
	unsigned	filled = n < LANES ? (unsigned) n : LANES;
	const uint8_t *from[LANES];
	unsigned	i;

	for (i = 0; i < LANES; i++)
		from[i] = (const uint8_t *) (x + (i < filled ? i : 0) * EG_MAX_LIMBS);
	eg_ifma_lanes_import_le(r, from, LANES);
	return filled;
}

static void
export_batch(mp_limb_t *r, unsigned n, const eg_ifma_lanes *a,
			 const eg_ifma_modulus *modulus)
{
	uint8_t    *to[LANES];
	unsigned	i;

	for (i = 0; i < n; i++)
		to[i] = (uint8_t *) (r + i * EG_MAX_LIMBS);
	eg_ifma_lanes_export_le(to, n, a, modulus);
}

eg_status
eg_power_ifma_secret_batch(const eg_ifma_modulus *modulus, mp_limb_t *r,
						   const mp_limb_t *x, size_t n, const mp_limb_t *e,
						   size_t e_limbs, const eg_stop *stop)
{
	struct
	{
		eg_ifma_lanes table[EG_IFMA_POWER_TABLE];
		eg_ifma_lanes lanes;
	}			space;
	const mp_limb_t *exponents[LANES];
	eg_status	status = EG_OK;
	size_t		done;
	unsigned	i;

	for (i = 0; i < LANES; i++)
		exponents[i] = e;
	for (done = 0; done < n; done += LANES)
	{
		unsigned	filled;

		if (eg_stop_requested(stop))
		{
			status = EG_INTERRUPTED;
			break;
		}
		filled = import_batch(&space.lanes, x + done * EG_MAX_LIMBS, n - done);
		eg_ifma_eight_power_secret(&space.lanes, &space.lanes, exponents,
								   e_limbs, space.table, modulus);
		export_batch(r + done * EG_MAX_LIMBS, filled, &space.lanes, modulus);
	}
	eg_wipe(&space, sizeof(space));

	/* What import and export left below. */
	eg_wipe_stack();
	return status;
}

void
eg_power_ifma_multiply(const eg_ifma_modulus *modulus, mp_limb_t *r,
					   const mp_limb_t *x, const mp_limb_t *y)
{
	eg_ifma_number a;
	eg_ifma_number b;

	eg_ifma_number_import_le(&a, (const uint8_t *) x);
	eg_ifma_number_import_le(&b, (const uint8_t *) y);
	eg_ifma_one_mul(&a, &a, &modulus->enter, modulus);
	eg_ifma_one_mul(&a, &a, &b, modulus);
	eg_ifma_number_export_le((uint8_t *) r, &a, modulus);
}

/* x^(2^256) = x^gap, as is_member_by_gap() in power.c has it. */
eg_status
eg_power_ifma_check_members(const eg_ifma_modulus *modulus, mp_limb_t q_gap,
							const mp_limb_t *x, size_t n, size_t *offender,
							const eg_stop *stop)
{
	eg_ifma_lanes square;
	eg_ifma_lanes power;
	mp_limb_t	left[LANES * EG_MAX_LIMBS];
	mp_limb_t	right[LANES * EG_MAX_LIMBS];
	size_t		done;
	unsigned	i;

	for (done = 0; done < n; done += LANES)
	{
		mp_limb_t	gap = q_gap;
		unsigned	filled;

		if (eg_stop_requested(stop))
			return EG_INTERRUPTED;
		filled = import_batch(&power, x + done * EG_MAX_LIMBS, n - done);
		enter(&square, &power, modulus);
		eg_ifma_lanes_repeat(&power, &modulus->one);
		for (i = 0; i < 64 * EG_MAX_SCALAR_LIMBS; i++)
		{
			if (gap & 1)
				eg_ifma_eight_mul(&power, &power, &square, modulus);
			gap >>= 1;
			eg_ifma_eight_sqr(&square, &square, modulus);
		}
		export_batch(left, filled, &square, modulus);
		export_batch(right, filled, &power, modulus);

		/* 0 would pass the comparison. */
		for (i = 0; i < filled; i++)
			if (mpn_zero_p(left + i * EG_MAX_LIMBS, EG_MAX_LIMBS) ||
				mpn_cmp(left + i * EG_MAX_LIMBS, right + i * EG_MAX_LIMBS,
						EG_MAX_LIMBS) != 0)
			{
				*offender = done + i;
				return EG_NOT_FOUND;
			}
	}
	return EG_OK;
}

#endif
