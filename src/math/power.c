/*
 * power.c
 *		Exponentiation, inversion and membership mod p, all of public data.
 *
 * A window slides over the exponent: every multiplication is by an odd power
 * of the base, zero bits between windows cost a squaring only.
 */
#include "power.h"

#include <string.h>

#include "limbs.h"
#include "montgomery.h"

#define LIMB_BITS		64
#define MAX_SCALAR_BITS	(LIMB_BITS * EG_MAX_SCALAR_LIMBS)

/* Odd powers x^1, x^3 .. x^(2^w - 1) for the widest sliding window. */
#define MAX_SLIDING_WINDOW	6
#define MAX_ODD_POWERS		(1 << (MAX_SLIDING_WINDOW - 1))

/*
 * Factors that share one squaring chain, and their window: 12 tables of 8 odd
 * powers are 48 KB of stack.  A wider window or a longer chain would save
 * less than a tenth of the multiplications.
 */
#define CHAIN_FACTORS	12
#define CHAIN_WINDOW	4
#define CHAIN_POWERS	(1 << (CHAIN_WINDOW - 1))

typedef struct chain
{
	mp_limb_t	powers[CHAIN_FACTORS][CHAIN_POWERS][EG_MAX_LIMBS];

	/* [i][b]: the odd digit of exponent i whose lowest bit is b, or 0 */
	uint8_t		digits[CHAIN_FACTORS][MAX_SCALAR_BITS];
} chain;

static size_t
bit_length(const mp_limb_t *e, size_t limbs)
{
	while (limbs > 0 && e[limbs - 1] == 0)
		limbs--;
	return limbs > 0 ? mpn_sizeinbase(e, limbs, 2) : 0;
}

/* The window with the fewest multiplications for an exponent so long. */
static unsigned
sliding_window(size_t bits)
{
	static const uint16_t longest[] = {7, 25, 81, 241, 673};
	unsigned	window = 1;

	while (window < MAX_SLIDING_WINDOW && bits > longest[window - 1])
		window++;
	return window;
}

/*
 * The digit of at most window bits that begins at the set bit top - 1 and
 * ends at a set bit, so that it is odd; *end is where that bit is.
 */
static unsigned
odd_digit(const mp_limb_t *e, size_t top, unsigned window, size_t *end)
{
	size_t		low = top > window ? top - window : 0;
	size_t		i;
	unsigned	digit = 0;

	while (eg_limbs_bit(e, low) == 0)
		low++;
	for (i = top; i-- > low;)
		digit = digit << 1 | eg_limbs_bit(e, i);

	*end = low;
	return digit;
}

/* powers[i] = x^(2 i + 1), i < n, in Montgomery form */
static void
odd_powers(const eg_group *group, mp_limb_t (*powers)[EG_MAX_LIMBS],
		   size_t n, const mp_limb_t *x)
{
	mp_limb_t	square[EG_MAX_LIMBS];
	size_t		i;

	eg_mont_enter(group, powers[0], x);
	if (n > 1)
		eg_mont_sqr(group, square, powers[0]);
	for (i = 1; i < n; i++)
		eg_mont_mul(group, powers[i], powers[i - 1], square);
}

void
eg_power(const eg_group *group, mp_limb_t *r, const mp_limb_t *x,
		 const mp_limb_t *e, size_t e_limbs)
{
	mp_limb_t	powers[MAX_ODD_POWERS][EG_MAX_LIMBS];
	mp_limb_t	acc[EG_MAX_LIMBS];
	size_t		top = bit_length(e, e_limbs);
	unsigned	window = sliding_window(top);
	size_t		end;
	unsigned	digit;

	if (top == 0)
	{
		eg_mont_leave(group, r, group->r1);
		return;
	}

	odd_powers(group, powers, (size_t) 1 << (window - 1), x);
	digit = odd_digit(e, top, window, &end);
	mpn_copyi(acc, powers[digit / 2], group->limbs);
	top = end;

	while (top > 0)
	{
		if (eg_limbs_bit(e, top - 1) == 0)
		{
			eg_mont_sqr(group, acc, acc);
			top--;
			continue;
		}
		digit = odd_digit(e, top, window, &end);
		for (; top > end; top--)
			eg_mont_sqr(group, acc, acc);
		eg_mont_mul(group, acc, acc, powers[digit / 2]);
	}
	eg_mont_leave(group, r, acc);
}

/* Fills digits, all 0 before, from an exponent; returns its length in bits. */
static size_t
recode(uint8_t *digits, const mp_limb_t *e, size_t limbs)
{
	size_t		length = bit_length(e, limbs);
	size_t		top = length;
	size_t		end;
	unsigned	digit;

	while (top > 0)
	{
		if (eg_limbs_bit(e, top - 1) == 0)
		{
			top--;
			continue;
		}
		digit = odd_digit(e, top, CHAIN_WINDOW, &end);
		digits[end] = (uint8_t) digit;
		top = end;
	}
	return length;
}

/* r = product of x[i]^e[i], in Montgomery form, for n <= CHAIN_FACTORS */
static eg_status
chain_power(const eg_group *group, mp_limb_t *r, const mp_limb_t *const *x,
			const mp_limb_t *const *e, size_t n, const eg_stop *stop)
{
	chain		space;
	size_t		longest = 0;
	size_t		i;
	size_t		bit;

	memset(space.digits, 0, sizeof(space.digits));
	for (i = 0; i < n; i++)
	{
		size_t		length = recode(space.digits[i], e[i],
									group->scalar_limbs);

		if (length > longest)
			longest = length;
		odd_powers(group, space.powers[i], CHAIN_POWERS, x[i]);
	}

	mpn_copyi(r, group->r1, group->limbs);
	for (bit = longest; bit-- > 0;)
	{
		if (eg_stop_requested(stop))
			return EG_INTERRUPTED;
		eg_mont_sqr(group, r, r);
		for (i = 0; i < n; i++)
		{
			unsigned	digit = space.digits[i][bit];

			if (digit != 0)
				eg_mont_mul(group, r, r, space.powers[i][digit / 2]);
		}
	}
	return EG_OK;
}

eg_status
eg_power_product(const eg_group *group, mp_limb_t *r,
				 const mp_limb_t *const *x, const mp_limb_t *const *e,
				 size_t n, const eg_stop *stop)
{
	mp_limb_t	total[EG_MAX_LIMBS];
	mp_limb_t	part[EG_MAX_LIMBS];
	size_t		done;

	if (n > EG_MAX_FACTORS)
		return EG_INVALID;

	mpn_copyi(total, group->r1, group->limbs);
	for (done = 0; done < n; done += CHAIN_FACTORS)
	{
		size_t		factors = n - done;
		eg_status	status;

		if (factors > CHAIN_FACTORS)
			factors = CHAIN_FACTORS;
		status = chain_power(group, part, x + done, e + done, factors, stop);
		if (status != EG_OK)
			return status;
		eg_mont_mul(group, total, total, part);
	}
	eg_mont_leave(group, r, total);
	return EG_OK;
}

void
eg_inverse(const eg_group *group, mp_limb_t *r, const mp_limb_t *x)
{
	mp_limb_t	u[EG_MAX_LIMBS];
	mp_limb_t	v[EG_MAX_LIMBS];
	mp_limb_t	gcd[EG_MAX_LIMBS];
	mp_limb_t	s[EG_MAX_LIMBS + 1];
	mp_size_t	n = group->limbs;
	mp_size_t	s_limbs;

	/*
	 * 1 = x s + p t with |s| < p / 2.  The temporaries of mpn_gcdext are a
	 * few KB at this size, taken from the stack (see montgomery.c).
	 */
	mpn_copyi(u, x, n);
	mpn_copyi(v, group->p, n);
	mpn_gcdext(gcd, s, &s_limbs, u, n, v, n);

	if (s_limbs < 0)
	{
		mpn_zero(s - s_limbs, n + s_limbs);
		mpn_sub_n(r, group->p, s, n);
	}
	else
	{
		mpn_zero(s + s_limbs, n - s_limbs);
		mpn_copyi(r, s, n);
	}
}

/*
 * With q = 2^b - gap, x^q = 1 says x^(2^b) = x^gap, and x^gap is a product of
 * the first few squares on the way to x^(2^b).
 */
static bool
is_member_by_gap(const eg_group *group, const mp_limb_t *x)
{
	mp_limb_t	square[EG_MAX_LIMBS];
	mp_limb_t	power[EG_MAX_LIMBS];
	mp_limb_t	gap = group->q_gap;
	unsigned	bits = LIMB_BITS * group->scalar_limbs;
	unsigned	i;

	eg_mont_enter(group, square, x);
	mpn_copyi(power, group->r1, group->limbs);
	for (i = 0; i < bits; i++)
	{
		if (gap & 1)
			eg_mont_mul(group, power, power, square);
		gap >>= 1;
		eg_mont_sqr(group, square, square);
	}
	return mpn_cmp(square, power, group->limbs) == 0;
}

bool
eg_is_member(const eg_group *group, const mp_limb_t *x)
{
	mp_limb_t	power[EG_MAX_LIMBS];

	/* 0 would pass the comparison of powers. */
	if (mpn_zero_p(x, group->limbs))
		return false;
	if (group->q_gap != 0)
		return is_member_by_gap(group, x);

	eg_power(group, power, x, group->q, group->scalar_limbs);
	power[0] ^= 1;
	return mpn_zero_p(power, group->limbs);
}
