/*
 * montgomery.c
 *		Montgomery multiplication mod p on GMP's public mpn functions.
 *
 * What secrets pass through is built of functions whose time depends on the
 * number of limbs only: mpn_sec_mul, mpn_sec_sqr, mpn_addmul_1, mpn_submul_1,
 * mpn_add_n, mpn_sub_n, mpn_cnd_add_n.  Public data may besides take mpn_mul
 * and mpn_sqr, which choose their way by the operands at this size, and
 * mpn_sub, which stops where a borrow ends.
 *
 * GMP takes temporary space below 64 KiB from the stack, and operands of 64
 * limbs need far less, so nothing here reaches malloc, whose failure GMP
 * answers with abort().  Plain products take the IFMA kernel where it is in use.
 */
#include "montgomery.h"

#include <string.h>

#include "ifma_one.h"
#include "kernel.h"

/*
 * What mpn_sec_mul and mpn_sec_sqr ask for depends on how GMP was built: up
 * to 2 limbs for each limb of an operand.  The unit tests compare.
 */
#define SECRET_SCRATCH	(4 * EG_MAX_LIMBS)

typedef struct product_space
{
	mp_limb_t	t[2 * EG_MAX_LIMBS];	/* the product, then its reduction */
	mp_limb_t	borrow[2 * EG_MAX_LIMBS];
	mp_limb_t	scratch[SECRET_SCRATCH];
} product_space;

/*
 * Clears the low half of t by adding a multiple of p, one limb at a time; the
 * carries take the place of the limbs cleared.
 */
static void
clear_low_half(const eg_group *group, mp_limb_t *t)
{
	size_t		n = group->limbs;
	size_t		j;

	for (j = 0; j < n; j++)
		t[j] = mpn_addmul_1(t + j, group->p, n, t[j] * group->neg_inverse);
}

/*
 * The same for p = 2^(64 (n - l)) 2^(64 l) - X 2^(64 l) - 1, whose l lowest
 * and l highest limbs are all ones (X is the complement of those between).
 *
 * As -1/p = 1 mod 2^(64 l), the quotient digit at limb j is limb j itself,
 * t[j], once the digits more than l limbs below have done their work. Adding
 * t[j] p 2^(64 j) takes t[j] away, subtracts t[j] X at limb j + l and adds
 * t[j] at limb j + n.  The last of these lands in the high half: to leave the
 * digits where they stand has t[] hold what is to be added there, exactly as
 * clear_low_half() does.
 *
 * A borrow, at most t[j], leaves each subtraction at limb j + n - l.  Those of
 * the first l digits hit limbs that are digits yet to come and are taken at
 * once; if that borrows again, one of these l digits is not 0, and they pay.
 * The others fall into the high half and are taken from the digits at the
 * end, l limbs below the digit that each came from: no borrow is left.
 */
static void
clear_low_half_by_ones(const eg_group *group, mp_limb_t *t,
					   mp_limb_t *borrow)
{
	mp_limb_t	x[EG_MAX_LIMBS];
	size_t		n = group->limbs;
	size_t		l = group->low_ones;
	size_t		middle = n - 2 * l;
	size_t		j;

	mpn_com(x, group->p + l, middle);

	for (j = 0; j < l; j++)
		borrow[j] = mpn_submul_1(t + j + l, x, middle, t[j]);
	borrow[0] = mpn_sub_n(t + n - l, t + n - l, borrow, l);
	mpn_zero(borrow + 1, l - 1);
	mpn_sub_n(t, t, borrow, l);

	for (; j < n; j++)
		borrow[j] = mpn_submul_1(t + j + l, x, middle, t[j]);
	mpn_zero(borrow + n, l);
	mpn_sub_n(t, t, borrow + l, n);
}

/*
 * The same as clear_low_half_by_ones(), for public data and even n: about a
 * tenth faster, as half of the work is done by the products of many limbs
 * that mpn_mul is good at.
 *
 * X is split in two equal parts.  For one half of the digits, subtracting
 * digit times lower part, one by one, makes the digits of that half; digits
 * times higher part, and the borrows, all fall above them and are subtracted
 * at once.  Returns how many borrows left t at the top; that much is to be
 * taken from the carry when the halves are added.
 */
static mp_limb_t
clear_low_half_by_halves(const eg_group *group, mp_limb_t *t)
{
	mp_limb_t	x[EG_MAX_LIMBS];
	mp_limb_t	borrow[EG_MAX_LIMBS / 2];
	mp_limb_t	product[EG_MAX_LIMBS];
	size_t		half = group->limbs / 2;
	size_t		l = group->low_ones;
	size_t		part = half - l;
	size_t		above = 3 * half;	/* limbs above the digits */
	mp_limb_t	top = 0;
	size_t		j;

	mpn_com(x, group->p + l, 2 * part);

	for (; above >= 2 * half; above -= half)
	{
		for (j = 0; j < half; j++)
			borrow[j] = mpn_submul_1(t + j + l, x, part, t[j]);
		mpn_mul(product, t, half, x + part, part);
		t += half;
		top += mpn_sub(t, t, above, borrow, half);
		top += mpn_sub(t, t, above, product, half + part);
	}
	return top;
}

/*
 * r = t / R mod p, now that the low half of t has what is to be added to the
 * high half, and borrow is what the latter owes.  The sum is below 2 p, so p
 * fits at most once.
 */
static void
add_halves(const eg_group *group, mp_limb_t *r, const mp_limb_t *t,
		   mp_limb_t borrow)
{
	size_t		n = group->limbs;
	mp_limb_t	carry = mpn_add_n(r, t + n, t, n) - borrow;
	mp_limb_t	below = mpn_sub_n(r, r, group->p, n);

	mpn_cnd_add_n(below - carry, r, r, group->p, n);
}

/* r = t / R mod p for t < R p, in space->t, which is destroyed. */
static void
reduce_secret(const eg_group *group, mp_limb_t *r, product_space *space)
{
	if (group->low_ones > 0)
		clear_low_half_by_ones(group, space->t, space->borrow);
	else
		clear_low_half(group, space->t);
	add_halves(group, r, space->t, 0);
}

static void
reduce(const eg_group *group, mp_limb_t *r, product_space *space)
{
	if (group->low_ones > 0 && group->limbs % 2 == 0)
		add_halves(group, r, space->t,
				   clear_low_half_by_halves(group, space->t));
	else
		reduce_secret(group, r, space);
}

void
eg_mont_mul(const eg_group *group, mp_limb_t *r, const mp_limb_t *a,
			const mp_limb_t *b)
{
	product_space space;

	mpn_mul_n(space.t, a, b, group->limbs);
	reduce(group, r, &space);
}

void
eg_mont_sqr(const eg_group *group, mp_limb_t *r, const mp_limb_t *a)
{
	product_space space;

	mpn_sqr(space.t, a, group->limbs);
	reduce(group, r, &space);
}

void
eg_mont_mul_secret(const eg_group *group, mp_limb_t *r, const mp_limb_t *a,
				   const mp_limb_t *b)
{
	product_space space;

	mpn_sec_mul(space.t, a, group->limbs, b, group->limbs, space.scratch);
	reduce_secret(group, r, &space);
	eg_wipe(&space, sizeof(space));
}

void
eg_mont_sqr_secret(const eg_group *group, mp_limb_t *r, const mp_limb_t *a)
{
	product_space space;

	mpn_sec_sqr(space.t, a, group->limbs, space.scratch);
	reduce_secret(group, r, &space);
	eg_wipe(&space, sizeof(space));
}

void
eg_mont_enter(const eg_group *group, mp_limb_t *r, const mp_limb_t *x)
{
	eg_mont_mul(group, r, x, group->r2);
}

#ifdef EG_HAVE_IFMA

static void
multiply_ifma(const eg_ifma_modulus *modulus, mp_limb_t *r,
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

#endif

void
eg_multiply(const eg_group *group, mp_limb_t *r, const mp_limb_t *x,
			const mp_limb_t *y)
{
	mp_limb_t	entered[EG_MAX_LIMBS];
#ifdef EG_HAVE_IFMA
	const eg_ifma_modulus *modulus = eg_kernel_modulus(group);

	if (modulus != NULL)
	{
		multiply_ifma(modulus, r, x, y);
		return;
	}
#endif

	eg_mont_enter(group, entered, x);
	eg_mont_mul(group, r, entered, y);
}

void
eg_mont_leave(const eg_group *group, mp_limb_t *r, const mp_limb_t *x)
{
	product_space space;

	mpn_copyi(space.t, x, group->limbs);
	mpn_zero(space.t + group->limbs, group->limbs);
	reduce(group, r, &space);
}

void
eg_wipe(void *memory, size_t size)
{
	memset(memory, 0, size);

	/* The compiler must take it that someone reads what was stored. */
	__asm__ volatile("" : : "r"(memory) : "memory");
}

__attribute__((noinline)) void
eg_wipe_stack(void)
{
	uint8_t		stack[EG_WIPED_STACK];

	eg_wipe(stack, sizeof(stack));
}
