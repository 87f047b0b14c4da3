/*
 * fixed_ifma.c
 *		Tables of powers for the AVX-512 IFMA kernels.
 */
#include "fixed_ifma.h"
#include "ifma_eight.h"
#include "ifma_one.h"
#include "ifma_vector.h"

#ifdef EG_HAVE_IFMA

#include <string.h>

#define LIMBS			EG_IFMA_LIMBS
#define LANES			EG_IFMA_LANES
#define LOG2_LANES		3
#define SCALAR_BITS		(64 * EG_MAX_SCALAR_LIMBS)

/*
 * A digit of a secret exponent selects by permutations of two vectors, which
 * hold 16 entries, and by masks for what is left of it: 6 bits are least work
 * in all.
 */
#define LEAST_SECRET	4
#define MOST_SECRET		6

static const eg_ifma_number plain_one = {{1}};

static unsigned
windows_of(unsigned window)
{
	return (SCALAR_BITS + window - 1) / window;
}

/* The digit of so many bits that begins at this bit of a scalar. */
static uint64_t
digit_at(const mp_limb_t *e, unsigned bit, unsigned bits)
{
	unsigned	limb = bit / 64;
	unsigned	shift = bit % 64;
	uint64_t	digit = e[limb] >> shift;

	if (shift + bits > 64 && limb + 1 < EG_MAX_SCALAR_LIMBS)
		digit |= e[limb + 1] << (64 - shift);
	return digit & ((UINT64_C(1) << bits) - 1);
}

/*
 * Making tables.  Entries are made eight at a time, the last window as long as
 * the others, though a shorter one would do.
 */

size_t
eg_fixed_ifma_size(eg_table_use use, unsigned window)
{
	unsigned	least = use == EG_TABLE_SECRET ? LEAST_SECRET : LOG2_LANES;
	unsigned	most = use == EG_TABLE_SECRET ? MOST_SECRET : EG_MAX_WINDOW;

	if (window < least || window > most)
		return 0;
	return (sizeof(eg_ifma_number) << window) * windows_of(window);
}

/* Puts entries d .. d + 7 of window i where they belong. */
static void
put_entries(const eg_fixed_base *fixed, unsigned i, size_t d,
			const eg_ifma_lanes *x)
{
	eg_ifma_number *number = fixed->table;
	uint64_t   *limb = fixed->table;
	eg_ifma_number *to[LANES];

	if (fixed->use == EG_TABLE_SECRET)
	{
		limb += ((size_t) i * LIMBS << fixed->window) + d;
		for (int j = 0; j < LIMBS; j++, limb += (size_t) 1 << fixed->window)
			memcpy(limb, x->limb[j], sizeof(x->limb[j]));
		return;
	}
	number += ((size_t) i << fixed->window) + d;
	for (int j = 0; j < LANES; j++)
		to[j] = number + j;
	eg_ifma_lanes_scatter(to, x);
}

/*
 * Fills window i with the powers of x, which is in Montgomery form, and turns
 * x into what the next window takes.
 */
static eg_status
fill_window(const eg_fixed_base *fixed, const eg_ifma_modulus *modulus,
			unsigned i, eg_ifma_number *x, const eg_stop *stop)
{
	eg_ifma_number first[LANES];
	const eg_ifma_number *from[LANES];
	eg_ifma_lanes entries;
	eg_ifma_lanes step;

	for (int j = 0; j < LANES; j++)
	{
		from[j] = &first[j];
		if (j == 0)
			first[j] = i == 0 ? plain_one : modulus->one;
		else
			eg_ifma_one_mul(&first[j], &first[j - 1], x, modulus);
	}
	eg_ifma_lanes_gather(&entries, from);
	put_entries(fixed, i, 0, &entries);
	for (unsigned j = 0; j < LOG2_LANES; j++)
		eg_ifma_one_sqr(x, x, modulus);
	eg_ifma_lanes_repeat(&step, x);
	for (size_t d = LANES; d < (size_t) 1 << fixed->window; d += LANES)
	{
		if (eg_stop_requested(stop))
			return EG_INTERRUPTED;
		eg_ifma_eight_mul(&entries, &entries, &step, modulus);
		put_entries(fixed, i, d, &entries);
	}
	for (unsigned j = LOG2_LANES; j < fixed->window; j++)
		eg_ifma_one_sqr(x, x, modulus);
	return EG_OK;
}

eg_status
eg_fixed_ifma_init(const eg_fixed_base *fixed, const eg_ifma_modulus *modulus,
				   const mp_limb_t *base, const eg_stop *stop)
{
	eg_ifma_number x;			/* base^(2^(window i)) */

	eg_ifma_number_import_le(&x, (const uint8_t *) base);
	eg_ifma_one_mul(&x, &x, &modulus->enter, modulus);
	for (unsigned i = 0; i < windows_of(fixed->window); i++)
	{
		eg_status	status = fill_window(fixed, modulus, i, &x, stop);

		if (status != EG_OK)
			return status;
	}
	return EG_OK;
}

/*
 * Public exponents
 */

static const eg_ifma_number *
entry_at(const eg_fixed_base *fixed, unsigned i, const mp_limb_t *e)
{
	const eg_ifma_number *table = fixed->table;

	return table + ((size_t) i << fixed->window) +
		digit_at(e, i * fixed->window, fixed->window);
}

void
eg_fixed_ifma_power(const eg_fixed_base *fixed,
					const eg_ifma_modulus *modulus, eg_ifma_number *r,
					const mp_limb_t *e)
{
	*r = *entry_at(fixed, 0, e);
	for (unsigned i = 1; i < windows_of(fixed->window); i++)
		if (digit_at(e, i * fixed->window, fixed->window) != 0)
			eg_ifma_one_mul(r, r, entry_at(fixed, i, e), modulus);
}

void
eg_fixed_ifma_eight(const eg_fixed_base *const *fixed,
					const eg_ifma_modulus *modulus, eg_ifma_lanes *r,
					const mp_limb_t *const *e)
{
	const eg_ifma_number *from[LANES];
	eg_ifma_lanes t;

	for (unsigned i = 0; i < windows_of(fixed[0]->window); i++)
	{
		for (int j = 0; j < LANES; j++)
			from[j] = entry_at(fixed[j], i, e[j]);
		eg_ifma_lanes_gather(i == 0 ? r : &t, from);
		if (i > 0)
			eg_ifma_eight_mul(r, r, &t, modulus);
	}
}

/*
 * Secret exponents
 */

/*
 * The limb of the entry that the digit of a lane tells, out of 2^bits: two
 * vectors at a time by the digit's low four bits, the rest of it chooses among
 * those.
 */
EG_IFMA_INLINE __m512i
select_limb(const __m512i *entry, __m512i digits, unsigned bits)
{
	const __mmask8 bit4 = _mm512_test_epi64_mask(digits,
												 _mm512_set1_epi64(16));
	const __mmask8 bit5 = _mm512_test_epi64_mask(digits,
												 _mm512_set1_epi64(32));
	__m512i		t[1 << (MOST_SECRET - LEAST_SECRET)];
	unsigned	j;

	EG_UNROLL
	for (j = 0; j < 1U << (bits - LEAST_SECRET); j++)
		t[j] = _mm512_permutex2var_epi64(entry[2 * j], digits,
										 entry[2 * j + 1]);
	if (bits >= 5)
		t[0] = _mm512_mask_mov_epi64(t[0], bit4, t[1]);
	if (bits >= 6)
	{
		t[2] = _mm512_mask_mov_epi64(t[2], bit4, t[3]);
		t[0] = _mm512_mask_mov_epi64(t[0], bit5, t[2]);
	}
	return t[0];
}

/* A whole entry, in the lanes of the mask. */
EG_IFMA_INLINE void
select_entry(eg_ifma_lanes *r, const uint64_t *table, __m512i digits,
			 __mmask8 lanes, unsigned bits)
{
	for (int i = 0; i < LIMBS; i++)
	{
		__m512i		x = select_limb((const __m512i *) table, digits, bits);

		_mm512_mask_store_epi64(r->limb[i], lanes, x);
		table += (size_t) 1 << bits;
	}
}

EG_IFMA_FUNCTION void
select_entry_by(eg_ifma_lanes *r, const uint64_t *table,
				const uint64_t *digit, __mmask8 lanes, unsigned bits)
{
	__m512i		digits = _mm512_load_si512(digit);

	switch (bits)
	{
		case 4:
			select_entry(r, table, digits, lanes, 4);
			break;
		case 5:
			select_entry(r, table, digits, lanes, 5);
			break;
		default:
			select_entry(r, table, digits, lanes, MOST_SECRET);
			break;
	}
}

/* The entries of window i for eight exponents. */
static void
select_window(eg_ifma_lanes *r, const eg_fixed_base *const *fixed,
			  unsigned i, const mp_limb_t *const *e)
{
	unsigned	bits = fixed[0]->window;
	uint64_t	digit[LANES] EG_IFMA_ALIGNED;
	int			end;

	for (int j = 0; j < LANES; j++)
		digit[j] = digit_at(e[j], i * bits, bits);
	for (int j = 0; j < LANES; j = end)
	{
		const uint64_t *table = fixed[j]->table;

		end = j + 1;
		while (end < LANES && fixed[end] == fixed[j])
			end++;
		select_entry_by(r, table + ((size_t) i * LIMBS << bits), digit,
						(__mmask8) ((1U << end) - (1U << j)), bits);
	}
}

static __attribute__((noinline)) void
secret_windows(const eg_fixed_base *const *fixed,
			   const eg_ifma_modulus *modulus, eg_ifma_lanes *r,
			   const mp_limb_t *const *e)
{
	eg_ifma_lanes t;

	select_window(r, fixed, 0, e);
	for (unsigned i = 1; i < windows_of(fixed[0]->window); i++)
	{
		select_window(&t, fixed, i, e);
		eg_ifma_eight_mul(r, r, &t, modulus);
	}
}

void
eg_fixed_ifma_eight_secret(const eg_fixed_base *const *fixed,
						   const eg_ifma_modulus *modulus, eg_ifma_lanes *r,
						   const mp_limb_t *const *e)
{
	secret_windows(fixed, modulus, r, e);
	eg_ifma_wipe_stack();
}

#endif
