/*
 * ifma_one.c
 *		Montgomery arithmetic on one number across the lanes.
 *
 * A vector holds eight consecutive limbs.  The product of a limb and a vector
 * belongs to columns that begin at the sum of their positions, so with limb
 * 8k + t the other factor is taken moved up by t limbs: then all products of
 * one column are in the same lane of the same accumulator, and nothing has to
 * be moved.  The high halves belong one column further up, so that the factor
 * moved up by t meets limb 8k + t for the low halves and limb 8k + t - 1 for
 * the high ones.
 *
 * Columns are 64-bit lanes, carried at the end only.  A column of the product
 * is at most 80 low and 80 high halves, less than 160 * 2^52 < 2^59.4, and the
 * reduction adds as much again: all stay below 2^60.4.
 */
#include "ifma_one.h"
#include "ifma_vector.h"

#ifdef EG_HAVE_IFMA

#include <string.h>

#define LIMBS		EG_IFMA_LIMBS
#define LANES		EG_IFMA_LANES
#define VECTORS		EG_IFMA_VECTORS

/* A factor with a vector of zeros below and above, to be read moved up. */
typedef struct padded_factor
{
	uint64_t	below[LANES] EG_IFMA_ALIGNED;
	eg_ifma_number number;
	uint64_t	above[LANES] EG_IFMA_ALIGNED;
} padded_factor;

EG_IFMA_INLINE void
pad_factor(padded_factor *r, const eg_ifma_number *a)
{
	memset(r->below, 0, sizeof(r->below));
	r->number = *a;
	memset(r->above, 0, sizeof(r->above));
}

/* Vector j of the factor moved up by t limbs, j = 0 .. 10. */
EG_IFMA_INLINE __m512i
moved_up(const padded_factor *a, int t, int j)
{
	const uint64_t *limb = (const uint64_t *) a;

	return _mm512_loadu_si512(limb + LANES + LANES * j - t);
}

EG_IFMA_INLINE __m512i
broadcast(uint64_t x)
{
	return _mm512_set1_epi64((long long) x);
}

/* The columns c[0 .. 19] of a b. */
EG_IFMA_INLINE void
multiply(__m512i *c, const eg_ifma_number *a, const eg_ifma_number *b)
{
	padded_factor factor;
	__m512i		acc[2 * VECTORS];
	__m512i		y[VECTORS + 1];
	int			t;
	int			i;
	int			j;

	pad_factor(&factor, b);
	EG_UNROLL
	for (i = 0; i < 2 * VECTORS; i++)
		acc[i] = _mm512_setzero_si512();
	EG_UNROLL
	for (j = 0; j < VECTORS; j++)
		y[j] = moved_up(&factor, 0, j);
	EG_UNROLL
	for (i = 0; i < VECTORS; i++)
	{
		__m512i		low = broadcast(a->limb[LANES * i]);
		__m512i		high = broadcast(a->limb[LANES * i + LANES - 1]);

		EG_UNROLL
		for (j = 0; j < VECTORS; j++)
			acc[i + j] = eg_ifma_low(acc[i + j], low, y[j]);
		EG_UNROLL
		for (j = 0; j < VECTORS; j++)
			acc[i + j + 1] = eg_ifma_high(acc[i + j + 1], high, y[j]);
	}
	for (t = 1; t < LANES; t++)
	{
		EG_UNROLL
		for (j = 0; j <= VECTORS; j++)
			y[j] = moved_up(&factor, t, j);
		EG_UNROLL
		for (i = 0; i < VECTORS; i++)
		{
			__m512i		low = broadcast(a->limb[LANES * i + t]);
			__m512i		high = broadcast(a->limb[LANES * i + t - 1]);

			EG_UNROLL
			for (j = 0; j <= VECTORS; j++)
				acc[i + j] = eg_ifma_low(acc[i + j], low, y[j]);
			EG_UNROLL
			for (j = 0; j <= VECTORS; j++)
				acc[i + j] = eg_ifma_high(acc[i + j], high, y[j]);
		}
	}
	EG_UNROLL
	for (i = 0; i < 2 * VECTORS; i++)
		c[i] = acc[i];
}

/*
 * acc[i + j] += low times vector j, from j = first on, and high times it, for
 * the limbs low and high of vector i; of the first vector only the lanes in
 * the masks.
 */
EG_IFMA_INLINE void
add_products_above(__m512i *acc, int i, int first, const __m512i *y,
				   uint64_t low, __mmask8 low_lanes,
				   uint64_t high, __mmask8 high_lanes)
{
	int			j;

	acc[i + first] = _mm512_mask_madd52lo_epu64(acc[i + first], low_lanes,
												broadcast(low), y[first]);
	acc[i + first] = _mm512_mask_madd52hi_epu64(acc[i + first], high_lanes,
												broadcast(high), y[first]);
	EG_UNROLL
	for (j = 1; j <= VECTORS; j++)
		if (j > first)
			acc[i + j] = eg_ifma_low(acc[i + j], broadcast(low), y[j]);
	EG_UNROLL
	for (j = 1; j <= VECTORS; j++)
		if (j > first)
			acc[i + j] = eg_ifma_high(acc[i + j], broadcast(high), y[j]);
}

/*
 * acc += the products of two different limbs of a, each once: a limb meets
 * only limbs above it.  Limb 8i + t meets itself, for the low half, in lane
 * 2t of vector i of a moved up by t limbs; limb 8i + t - 1, for the high
 * half, in the lane below.
 */
EG_IFMA_INLINE void
add_cross_products(__m512i *acc, const eg_ifma_number *a)
{
	padded_factor factor;
	const uint64_t *limb = a->limb;
	__m512i		y[VECTORS + 1];
	int			t;
	int			i;
	int			j;

	pad_factor(&factor, a);
	EG_UNROLL
	for (j = 0; j <= VECTORS; j++)
		y[j] = moved_up(&factor, 0, j);
	EG_UNROLL
	for (i = 0; i < VECTORS; i++)
	{
		acc[2 * i] = _mm512_mask_madd52lo_epu64(acc[2 * i], 0xfe,
												broadcast(limb[LANES * i]),
												y[i]);
		EG_UNROLL
		for (j = 1; j < VECTORS; j++)
			if (j > i)
				acc[i + j] = eg_ifma_low(acc[i + j],
										 broadcast(limb[LANES * i]), y[j]);
		EG_UNROLL
		for (j = 1; j < VECTORS; j++)
			if (j > i)
				acc[i + j + 1] = eg_ifma_high(acc[i + j + 1],
											  broadcast(limb[LANES * i + 7]),
											  y[j]);
	}
	for (t = 1; t < LANES / 2; t++)
	{
		EG_UNROLL
		for (j = 0; j <= VECTORS; j++)
			y[j] = moved_up(&factor, t, j);
		EG_UNROLL
		for (i = 0; i < VECTORS; i++)
			add_products_above(acc, i, i, y,
							   limb[LANES * i + t],
							   (__mmask8) (0xfe << 2 * t),
							   limb[LANES * i + t - 1],
							   (__mmask8) (0xff << 2 * t));
	}
	for (t = LANES / 2; t < LANES; t++)
	{
		EG_UNROLL
		for (j = 0; j <= VECTORS; j++)
			y[j] = moved_up(&factor, t, j);
		EG_UNROLL
		for (i = 0; i < VECTORS; i++)
			add_products_above(acc, i, i + 1, y,
							   limb[LANES * i + t],
							   (__mmask8) (0xfe << (2 * t - LANES)),
							   limb[LANES * i + t - 1],
							   (__mmask8) (0xff << (2 * t - LANES)));
	}
}

/* The columns c[0 .. 19] of a^2. */
EG_IFMA_INLINE void
square(__m512i *c, const eg_ifma_number *a)
{
	const __m512i *x = (const __m512i *) a->limb;
	const __m512i twice = _mm512_set_epi64(3, 3, 2, 2, 1, 1, 0, 0);
	__m512i		acc[2 * VECTORS];
	int			i;

	EG_UNROLL
	for (i = 0; i < 2 * VECTORS; i++)
		acc[i] = _mm512_setzero_si512();
	add_cross_products(acc, a);

	/* the square of limb i belongs to columns 2i and 2i + 1 */
	EG_UNROLL
	for (i = 0; i < 2 * VECTORS; i++)
	{
		__m512i		y = _mm512_add_epi64(twice, broadcast(4 * (i % 2)));

		y = _mm512_permutexvar_epi64(y, x[i / 2]);
		acc[i] = _mm512_add_epi64(acc[i], acc[i]);
		acc[i] = _mm512_mask_madd52lo_epu64(acc[i], 0x55, y, y);
		c[i] = _mm512_mask_madd52hi_epu64(acc[i], 0xaa, y, y);
	}
}

/*
 * The eight digits of the quotient that clear eight columns, and the carry out
 * of them.  A digit is what its column is mod 2^52, the carry is the column
 * shifted: p + 1 instead of p leaves the digit standing, and it is dropped.
 * The last four columns wait for what the first four digits add to them by
 * limbs 4 to 7 of p + 1, m; integer units do that while the vector units are
 * busy with earlier digits.  What crosses into the ninth column is left to
 * add_multiple, but for the carry.
 *
 * Columns are below 2^60.4 and the carry below 2^55, so no sum overflows.
 */
EG_IFMA_INLINE uint64_t
find_digits(uint64_t *digit, __m512i columns, uint64_t carry,
			const uint64_t *m)
{
	uint64_t	column[LANES] EG_IFMA_ALIGNED;
	const volatile uint64_t *c = column;
	unsigned __int128 sum;
	int			i;
	int			j;

	/* volatile: shuffles would take turns with the multiplications */
	_mm512_store_si512(column, columns);
	EG_UNROLL
	for (i = 0; i < EG_IFMA_DIGITS; i++)
	{
		carry += c[i];
		digit[i] = carry & EG_IFMA_MASK;
		carry >>= EG_IFMA_RADIX;
	}
	sum = carry;
	EG_UNROLL
	for (i = EG_IFMA_DIGITS; i < LANES - 1; i++)
	{
		sum += c[i];
		EG_UNROLL
		for (j = 0; j < EG_IFMA_DIGITS; j++)
			if (i - j >= EG_IFMA_DIGITS)
				sum += (unsigned __int128) digit[j] * m[i - j];
		digit[i] = (uint64_t) sum & EG_IFMA_MASK;
		sum >>= EG_IFMA_RADIX;
	}
	carry = (uint64_t) sum + c[i];
	EG_UNROLL
	for (j = 0; j < EG_IFMA_DIGITS; j++)
		carry += digit[j] * m[i - j] & EG_IFMA_MASK;
	digit[i] = carry & EG_IFMA_MASK;
	return carry >> EG_IFMA_RADIX;
}

/* p + 1 moved up by t limbs, t = 0 .. 8, as vectors from j on */
EG_IFMA_INLINE const __m512i *
moved_modulus(const eg_ifma_modulus *modulus, int t, int j)
{
	const uint64_t *row = modulus->shifted[t % LANES];

	return (const __m512i *) (row + LANES * (j - t / LANES));
}

/*
 * Hides from the compiler that a pointer is still the same: it would keep 85
 * vectors of the modulus for the next step, on the stack.
 */
EG_IFMA_INLINE const eg_ifma_modulus *
read_again(const eg_ifma_modulus *modulus)
{
	__asm__ volatile("" : "+r"(modulus));
	return modulus;
}

/*
 * One load for the two products that use it, where gcc makes two of one.
 */
EG_IFMA_INLINE __m512i
load_once(const __m512i *m)
{
	__m512i		x = *m;

	__asm__("" : "+v"(x));
	return x;
}

/*
 * acc[0] += vector 1 of the eight digits times p + 1: the columns that the next
 * digits wait for, so in four sums.
 */
EG_IFMA_INLINE void
add_urgent(__m512i *acc, const uint64_t *digit, const eg_ifma_modulus *modulus)
{
	__m512i		sum[4];
	int			t;

	sum[0] = *acc;
	sum[1] = sum[2] = sum[3] = _mm512_setzero_si512();
	EG_UNROLL
	for (t = 0; t < LANES; t++)
	{
		__m512i		x = broadcast(digit[t]);

		sum[t % 4] = eg_ifma_low(sum[t % 4], x,
								 *moved_modulus(modulus, t, 1));
		sum[t % 4] = eg_ifma_high(sum[t % 4], x,
								  *moved_modulus(modulus, t + 1, 1));
	}
	*acc = _mm512_add_epi64(_mm512_add_epi64(sum[0], sum[1]),
							_mm512_add_epi64(sum[2], sum[3]));
}

/*
 * acc[1 .. 9] += vectors 2 to 10 of p + 1 moved up by t limbs, its low halves
 * times digit t, its high ones times digit t - 1; if t is less than two there
 * is no vector 10.  The sums go down places further down.
 */
EG_IFMA_INLINE void
add_row(__m512i *acc, const uint64_t *digit, int t, int down,
		const eg_ifma_modulus *modulus)
{
	const __m512i *m = moved_modulus(modulus, t, 1);
	const int	last = t < 2 ? VECTORS - 2 : VECTORS - 1;
	int			j;

	EG_UNROLL
	for (j = 1; j <= last; j++)
	{
		__m512i		x = load_once(&m[j]);
		__m512i		sum = acc[j];

		if (t < LANES)
			sum = eg_ifma_low(sum, broadcast(digit[t]), x);
		if (t > 0)
			sum = eg_ifma_high(sum, broadcast(digit[t - 1]), x);
		acc[j - down] = sum;
	}
}

/* The first rows that eight digits add, and the others. */
EG_IFMA_INLINE void
add_first_rows(__m512i *acc, const uint64_t *digit,
			   const eg_ifma_modulus *modulus)
{
	int			t;

	EG_UNROLL
	for (t = 0; t < LANES / 2; t++)
		add_row(acc, digit, t, 0, modulus);
}

EG_IFMA_INLINE void
add_other_rows(__m512i *acc, const uint64_t *digit, int down,
			   const eg_ifma_modulus *modulus)
{
	int			t;

	EG_UNROLL
	for (t = LANES / 2; t < LANES; t++)
		add_row(acc, digit, t, 0, modulus);
	add_row(acc, digit, LANES, down, modulus);
}

/* The limbs of columns below 2^62 and a carry into the lowest. */
EG_IFMA_INLINE void
carry_columns(__m512i *limb, __m512i *column, uint64_t carry)
{
	__m512i		below = broadcast(carry);
	eg_ifma_bits above = 0;
	eg_ifma_bits full = 0;
	int			j;

	EG_UNROLL
	for (j = 0; j < VECTORS; j++)
	{
		__m512i		t = _mm512_srli_epi64(column[j], EG_IFMA_RADIX);
		__m512i		u = _mm512_and_si512(column[j], eg_ifma_mask());

		u = _mm512_add_epi64(u, _mm512_alignr_epi64(t, below, LANES - 1));
		below = t;
		above |= eg_ifma_put_bits(_mm512_cmpgt_epu64_mask(u, eg_ifma_mask()),
								  j);
		full |= eg_ifma_put_bits(_mm512_cmpeq_epu64_mask(u, eg_ifma_mask()),
								 j);
		column[j] = u;
	}
	above = eg_ifma_ripple(above, full);
	EG_UNROLL
	for (j = 0; j < VECTORS; j++)
	{
		__m512i		u = column[j];

		u = _mm512_mask_add_epi64(u, eg_ifma_get_bits(above, j), u,
								  broadcast(1));
		limb[j] = _mm512_and_si512(u, eg_ifma_mask());
	}
}

/*
 * r = the columns c[0 .. 19], divided by R mod p: below 2p, carried.  In step
 * i, acc has vectors i + 1 to i + 10.  The order is that of need: processors
 * take what is ready in the order of the program, and the bulk of the work
 * for eight digits is done while the next eight are being found.
 */
EG_IFMA_INLINE void
reduce(eg_ifma_number *r, const __m512i *c, const eg_ifma_modulus *modulus)
{
	__m512i		acc[VECTORS];
	uint64_t	digit[VECTORS][LANES];
	uint64_t	carry;
	int			i;
	int			j;

	carry = find_digits(digit[0], c[0], 0, modulus->p1.limb);
	EG_UNROLL
	for (j = 0; j < VECTORS; j++)
		acc[j] = c[1 + j];
	for (i = 0; i < VECTORS - 1; i++)
	{
		modulus = read_again(modulus);
		add_urgent(acc, digit[i], modulus);
		add_first_rows(acc, digit[i], modulus);
		carry = find_digits(digit[i + 1], acc[0], carry, modulus->p1.limb);
		add_other_rows(acc, digit[i], 1, modulus);
		acc[VECTORS - 1] = c[VECTORS + 1 + i];
	}
	modulus = read_again(modulus);
	add_urgent(acc, digit[i], modulus);
	add_first_rows(acc, digit[i], modulus);
	add_other_rows(acc, digit[i], 0, modulus);
	carry_columns((__m512i *) r->limb, acc, carry);
}

EG_IFMA_TARGET void
eg_ifma_one_mul(eg_ifma_number *r, const eg_ifma_number *a,
				const eg_ifma_number *b, const eg_ifma_modulus *modulus)
{
	__m512i		c[2 * VECTORS];

	multiply(c, a, b);
	reduce(r, c, modulus);
}

EG_IFMA_TARGET void
eg_ifma_one_sqr(eg_ifma_number *r, const eg_ifma_number *a,
				const eg_ifma_modulus *modulus)
{
	__m512i		c[2 * VECTORS];

	square(c, a);
	reduce(r, c, modulus);
}

#endif
