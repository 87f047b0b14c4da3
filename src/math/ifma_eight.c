/*
 * ifma_eight.c
 *		Montgomery arithmetic on eight independent numbers at once.
 *
 * A vector holds the same limb of eight numbers, so the code is that for one
 * number with vectors for limbs.  80 limbs are four blocks of 20: Karatsuba
 * twice makes nine products of blocks out of sixteen.  These are done in tiles
 * of 10 by 10 limbs: 20 columns of the product and ten limbs of one factor in
 * registers, one limb of the other factor at a time.
 *
 * Columns are 64-bit lanes that are not carried until the reduction: signed,
 * since Karatsuba subtracts.  Let U = 40 * 2^52 < 2^57.4, the most that one
 * column of a product of 20 by 20 limbs can be (20 low and 20 high halves).
 * Karatsuba makes a column of four such terms at most, two of either sign,
 * and two limbs and a carry: a column of a 40 by 40 product is below
 * V = 2U + 2^54 in absolute value, and in the same way one of the 80 by 80
 * product below 4V + 2^54.  The reduction adds less than 8U.  So all columns
 * stay below 16U + 2^57 < 2^62.
 */
#include "ifma_eight.h"
#include "ifma_vector.h"

#ifdef EG_HAVE_IFMA

#define LIMBS		EG_IFMA_LIMBS
#define BLOCK		EG_IFMA_BLOCK
#define TILE		10

EG_IFMA_INLINE void
load_tile(__m512i *r, const __m512i *a)
{
	int			i;

	EG_UNROLL
	for (i = 0; i < TILE; i++)
		r[i] = a[i];
}

/* y + x in the lanes of a mask, which may be secret */
EG_IFMA_INLINE __m512i
add_in_lanes(__m512i y, __mmask8 lanes, __m512i x)
{
	return _mm512_mask_add_epi64(y, lanes, y, eg_ifma_in_register(x));
}

/* A tile of limbs that are the same in all lanes. */
EG_IFMA_INLINE void
load_tile_public(__m512i *r, const uint64_t *a)
{
	int			i;

	EG_UNROLL
	for (i = 0; i < TILE; i++)
		r[i] = _mm512_set1_epi64((long long) a[i]);
}

/* acc[0 .. 19] += a[0 .. 9] * b[0 .. 9]; acc and b are registers */
EG_IFMA_INLINE void
multiply_tile(__m512i *acc, const __m512i *a, const __m512i *b)
{
	int			i;
	int			j;

	EG_UNROLL
	for (i = 0; i < TILE; i++)
	{
		__m512i		x = a[i];

		EG_UNROLL
		for (j = 0; j < TILE; j++)
			acc[i + j] = eg_ifma_low(acc[i + j], x, b[j]);
		EG_UNROLL
		for (j = 0; j < TILE; j++)
			acc[i + j + 1] = eg_ifma_high(acc[i + j + 1], x, b[j]);
	}
}

/*
 * The columns of a product of two blocks: c = a b, or c += a b if add.  The
 * second factor is b, or m if that is not NULL.  Tile after tile of the
 * product, by increasing weight.
 */
EG_IFMA_INLINE void
multiply_block(__m512i *c, const __m512i *a, const __m512i *b,
			   const uint64_t *m, bool add)
{
	__m512i		acc[2 * TILE];
	__m512i		factor[TILE];
	int			d;
	int			i;
	int			j;

	EG_UNROLL
	for (j = 0; j < TILE; j++)
		acc[j] = add ? c[j] : _mm512_setzero_si512();
	for (d = 0; d < 3; d++, c += TILE)
	{
		EG_UNROLL
		for (j = TILE; j < 2 * TILE; j++)
			acc[j] = add ? c[j] : _mm512_setzero_si512();
		for (i = d / 2; i <= (d + 1) / 2; i++)
		{
			if (m != NULL)
				load_tile_public(factor, m + TILE * (d - i));
			else
				load_tile(factor, b + TILE * (d - i));
			multiply_tile(acc, a + TILE * i, factor);
		}
		EG_UNROLL
		for (j = 0; j < TILE; j++)
		{
			c[j] = acc[j];
			acc[j] = acc[TILE + j];
		}
	}
	EG_UNROLL
	for (j = 0; j < TILE; j++)
		c[j] = acc[j];
}

EG_IFMA_FUNCTION void
block_mul(__m512i *c, const __m512i *a, const __m512i *b)
{
	multiply_block(c, a, b, NULL, false);
}

EG_IFMA_FUNCTION void
block_mul_add(__m512i *c, const __m512i *a, const __m512i *b)
{
	multiply_block(c, a, b, NULL, true);
}

EG_IFMA_FUNCTION void
block_mul_public(__m512i *c, const __m512i *a, const uint64_t *m)
{
	multiply_block(c, a, NULL, m, false);
}

EG_IFMA_FUNCTION void
block_mul_public_add(__m512i *c, const __m512i *a, const uint64_t *m)
{
	multiply_block(c, a, NULL, m, true);
}

/* acc[0 .. 19] += the products of two different limbs of a[0 .. 9] */
EG_IFMA_INLINE void
cross_tile(__m512i *acc, const __m512i *a)
{
	int			i;
	int			j;

	EG_UNROLL
	for (i = 0; i < TILE; i++)
	{
		EG_UNROLL
		for (j = i + 1; j < TILE; j++)
			acc[i + j] = eg_ifma_low(acc[i + j], a[i], a[j]);
		EG_UNROLL
		for (j = i + 1; j < TILE; j++)
			acc[i + j + 1] = eg_ifma_high(acc[i + j + 1], a[i], a[j]);
	}
}

/*
 * c[0 .. 9] (or += if add) = twice the columns acc[0 .. 9] and the squares of
 * the five limbs that belong to them.
 */
EG_IFMA_INLINE void
add_squares(__m512i *c, const __m512i *acc, const __m512i *a, bool add)
{
	int			i;

	EG_UNROLL
	for (i = 0; i < TILE; i++)
	{
		__m512i		x = a[i / 2];
		__m512i		y = _mm512_add_epi64(acc[i], acc[i]);

		if (add)
			y = _mm512_add_epi64(y, c[i]);
		c[i] = i % 2 == 0 ? eg_ifma_low(y, x, x) : eg_ifma_high(y, x, x);
	}
}

/*
 * The columns of the square of a block, c = a^2, or c += a^2 if add: the
 * products of different limbs are summed first, once each, and doubled.
 */
EG_IFMA_INLINE void
square_block(__m512i *c, const __m512i *a, bool add)
{
	__m512i		acc[2 * TILE];
	__m512i		x[TILE];
	int			j;

	EG_UNROLL
	for (j = 0; j < 2 * TILE; j++)
		acc[j] = _mm512_setzero_si512();
	load_tile(x, a);
	cross_tile(acc, x);
	add_squares(c, acc, a, add);

	EG_UNROLL
	for (j = 0; j < TILE; j++)
	{
		acc[j] = acc[TILE + j];
		acc[TILE + j] = _mm512_setzero_si512();
	}
	multiply_tile(acc, a + TILE, x);
	add_squares(c + TILE, acc, a + TILE / 2, add);

	EG_UNROLL
	for (j = 0; j < TILE; j++)
	{
		acc[j] = acc[TILE + j];
		acc[TILE + j] = _mm512_setzero_si512();
	}
	load_tile(x, a + TILE);
	cross_tile(acc, x);
	add_squares(c + 2 * TILE, acc, a + TILE, add);
	add_squares(c + 3 * TILE, acc + TILE, a + 3 * TILE / 2, add);
}

EG_IFMA_FUNCTION void
block_sqr(__m512i *c, const __m512i *a)
{
	square_block(c, a, false);
}

EG_IFMA_FUNCTION void
block_sqr_add(__m512i *c, const __m512i *a)
{
	square_block(c, a, true);
}

/* s = a[0 .. n-1] + b[0 .. n-1], carried; the lanes with a carry out */
EG_IFMA_INLINE __mmask8
add_limbs(__m512i *s, const __m512i *a, const __m512i *b, int n)
{
	const __m512i mask = eg_ifma_mask();
	__m512i		carry = _mm512_setzero_si512();
	int			i;

	for (i = 0; i < n; i++)
	{
		__m512i		t;

		t = _mm512_add_epi64(_mm512_add_epi64(a[i], b[i]), carry);
		s[i] = _mm512_and_si512(t, mask);
		carry = _mm512_srli_epi64(t, EG_IFMA_RADIX);
	}
	return _mm512_test_epi64_mask(carry, carry);
}

/*
 * Karatsuba's middle term.  c[0 ..] and c[2n ..] hold the products l and h of
 * the lower and of the upper halves, 2n columns each; the sums of the halves
 * are sa + 2^(52 n) and sb + 2^(52 n), the second term in the lanes of ma and
 * of mb only.  Adds all of the middle term to c[n ..] but sa sb: minus l,
 * minus h, plus what the carries stand for.
 */
EG_IFMA_INLINE void
middle_term(__m512i *c, int n, const __m512i *sa, __mmask8 ma,
			const __m512i *sb, __mmask8 mb)
{
	int			i;

	for (i = 0; i < n; i++)
	{
		__m512i		x = _mm512_sub_epi64(c[n + i], c[2 * n + i]);
		__m512i		y = _mm512_sub_epi64(_mm512_setzero_si512(), x);

		x = _mm512_sub_epi64(x, c[i]);
		y = _mm512_sub_epi64(y, c[3 * n + i]);
		y = add_in_lanes(y, ma, sb[i]);
		y = add_in_lanes(y, mb, sa[i]);
		c[n + i] = x;
		c[2 * n + i] = y;
	}
	c[3 * n] = add_in_lanes(c[3 * n], ma & mb, _mm512_set1_epi64(1));
}

/* c = a b for two blocks on two blocks */
EG_IFMA_FUNCTION void
pair_mul(__m512i *c, const __m512i *a, const __m512i *b)
{
	__m512i		sa[BLOCK];
	__m512i		sb[BLOCK];
	__mmask8	ma = add_limbs(sa, a, a + BLOCK, BLOCK);
	__mmask8	mb = add_limbs(sb, b, b + BLOCK, BLOCK);

	block_mul(c, a, b);
	block_mul(c + 2 * BLOCK, a + BLOCK, b + BLOCK);
	middle_term(c, BLOCK, sa, ma, sb, mb);
	block_mul_add(c + BLOCK, sa, sb);
}

/* c = a^2 for two blocks */
EG_IFMA_FUNCTION void
pair_sqr(__m512i *c, const __m512i *a)
{
	__m512i		s[BLOCK];
	__mmask8	m = add_limbs(s, a, a + BLOCK, BLOCK);

	block_sqr(c, a);
	block_sqr(c + 2 * BLOCK, a + BLOCK);
	middle_term(c, BLOCK, s, m, s, m);
	block_sqr_add(c + BLOCK, s);
}

/*
 * The digits q[0 .. 19] of the quotient that clear the columns c[0 .. 19], and
 * what they add by the lowest block of p + 1, m; the carry out of column 19
 * goes to column 20.
 *
 * Four columns at a time are complete: the lowest four limbs of m are zero.
 * A digit is what the column is mod 2^52, its carry is the column shifted:
 * p + 1 instead of p leaves the digit standing, and it is dropped.
 */
EG_IFMA_FUNCTION void
find_digits(__m512i *q, __m512i *c, const uint64_t *m)
{
	const __m512i mask = eg_ifma_mask();
	__m512i		carry = _mm512_setzero_si512();
	int			g;
	int			i;
	int			j;

	for (g = 0; g < BLOCK / EG_IFMA_DIGITS; g++)
	{
		__m512i		digit[EG_IFMA_DIGITS];
		__m512i		low[BLOCK];
		__m512i		high[BLOCK];

		EG_UNROLL
		for (i = 0; i < EG_IFMA_DIGITS; i++)
		{
			carry = _mm512_add_epi64(carry, c[i]);
			digit[i] = _mm512_and_si512(carry, mask);
			q[i] = digit[i];
			carry = _mm512_srai_epi64(carry, EG_IFMA_RADIX);
		}
		q += EG_IFMA_DIGITS;
		c += EG_IFMA_DIGITS;

		EG_UNROLL
		for (j = 0; j < BLOCK; j++)
		{
			low[j] = c[j];
			high[j] = _mm512_setzero_si512();
		}
		EG_UNROLL
		for (j = 0; j < BLOCK - EG_IFMA_DIGITS; j++)
		{
			const uint64_t limb = m[EG_IFMA_DIGITS + j];
			const __m512i x = _mm512_set1_epi64((long long) limb);

			EG_UNROLL
			for (i = 0; i < EG_IFMA_DIGITS; i++)
			{
				low[i + j] = eg_ifma_low(low[i + j], digit[i], x);
				high[i + j + 1] = eg_ifma_high(high[i + j + 1], digit[i], x);
			}
			c[j] = _mm512_add_epi64(low[j], high[j]);
		}
		EG_UNROLL
		for (j = BLOCK - EG_IFMA_DIGITS; j < BLOCK; j++)
			c[j] = _mm512_add_epi64(low[j], high[j]);
	}
	c[0] = _mm512_add_epi64(c[0], carry);
}

/*
 * Clears the 40 lowest columns of c by adding a multiple of p; c is 120 columns
 * long.  The two quotient blocks q0, q1 meet the blocks m1, m2 of p + 1 by
 * Karatsuba, q0 m1 being needed before q1 is known.
 */
EG_IFMA_FUNCTION void
reduce_pair(__m512i *c, const eg_ifma_modulus *modulus)
{
	const uint64_t *m = modulus->p1.limb;
	__m512i		q[2 * BLOCK];
	__m512i		sum[BLOCK];
	__m512i		t[2 * BLOCK];
	__mmask8	mq;
	__mmask8	mm = (__mmask8) -modulus->middle_carry;
	int			i;

	find_digits(q, c, m);
	block_mul_public(t, q, m + BLOCK);
	for (i = 0; i < 2 * BLOCK; i++)
	{
		c[BLOCK + i] = _mm512_add_epi64(c[BLOCK + i], t[i]);
		c[2 * BLOCK + i] = _mm512_sub_epi64(c[2 * BLOCK + i], t[i]);
	}

	find_digits(q + BLOCK, c + BLOCK, m);
	block_mul_public(t, q + BLOCK, m + 2 * BLOCK);
	mq = add_limbs(sum, q, q + BLOCK, BLOCK);
	for (i = 0; i < 2 * BLOCK; i++)
	{
		c[2 * BLOCK + i] = _mm512_sub_epi64(c[2 * BLOCK + i], t[i]);
		c[3 * BLOCK + i] = _mm512_add_epi64(c[3 * BLOCK + i], t[i]);
	}
	block_mul_public_add(c + 2 * BLOCK, sum, modulus->middle);
	for (i = 0; i < BLOCK; i++)
	{
		__m512i		x = _mm512_set1_epi64((long long) modulus->middle[i]);
		__m512i	   *y = &c[3 * BLOCK + i];

		*y = add_in_lanes(*y, mq, x);
		*y = add_in_lanes(*y, mm, sum[i]);
	}
	c[4 * BLOCK] = add_in_lanes(c[4 * BLOCK], mq & mm, _mm512_set1_epi64(1));

	block_mul_public_add(c + 3 * BLOCK, q, m + 3 * BLOCK);
	block_mul_public_add(c + 4 * BLOCK, q + BLOCK, m + 3 * BLOCK);
}

/* r = the 160 columns c, divided by R mod p: below 2p, carried */
EG_IFMA_INLINE void
reduce(eg_ifma_lanes *r, __m512i *c, const eg_ifma_modulus *modulus)
{
	const __m512i mask = eg_ifma_mask();
	__m512i	   *limb = (__m512i *) r->limb;
	__m512i		carry = _mm512_setzero_si512();
	int			i;

	reduce_pair(c, modulus);
	reduce_pair(c + 2 * BLOCK, modulus);
	for (i = 0; i < LIMBS; i++)
	{
		carry = _mm512_add_epi64(carry, c[LIMBS + i]);
		limb[i] = _mm512_and_si512(carry, mask);
		carry = _mm512_srai_epi64(carry, EG_IFMA_RADIX);
	}
}

EG_IFMA_TARGET void
eg_ifma_eight_mul(eg_ifma_lanes *r, const eg_ifma_lanes *a,
				  const eg_ifma_lanes *b, const eg_ifma_modulus *modulus)
{
	const __m512i *x = (const __m512i *) a->limb;
	const __m512i *y = (const __m512i *) b->limb;
	__m512i		c[2 * LIMBS];
	__m512i		t[LIMBS];
	__m512i		sa[LIMBS / 2];
	__m512i		sb[LIMBS / 2];
	__mmask8	ma = add_limbs(sa, x, x + LIMBS / 2, LIMBS / 2);
	__mmask8	mb = add_limbs(sb, y, y + LIMBS / 2, LIMBS / 2);
	int			i;

	pair_mul(c, x, y);
	pair_mul(c + LIMBS, x + LIMBS / 2, y + LIMBS / 2);
	pair_mul(t, sa, sb);
	middle_term(c, LIMBS / 2, sa, ma, sb, mb);
	for (i = 0; i < LIMBS; i++)
		c[LIMBS / 2 + i] = _mm512_add_epi64(c[LIMBS / 2 + i], t[i]);
	reduce(r, c, modulus);
}

EG_IFMA_TARGET void
eg_ifma_eight_sqr(eg_ifma_lanes *r, const eg_ifma_lanes *a,
				  const eg_ifma_modulus *modulus)
{
	const __m512i *x = (const __m512i *) a->limb;
	__m512i		c[2 * LIMBS];
	__m512i		t[LIMBS];
	__m512i		s[LIMBS / 2];
	__mmask8	m = add_limbs(s, x, x + LIMBS / 2, LIMBS / 2);
	int			i;

	pair_sqr(c, x);
	pair_sqr(c + LIMBS, x + LIMBS / 2);
	pair_sqr(t, s);
	middle_term(c, LIMBS / 2, s, m, s, m);
	for (i = 0; i < LIMBS; i++)
		c[LIMBS / 2 + i] = _mm512_add_epi64(c[LIMBS / 2 + i], t[i]);
	reduce(r, c, modulus);
}

#endif
