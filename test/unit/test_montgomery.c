/*
 * test_montgomery.c
 *		Both reductions and both kinds of product, against mpz.
 */
#include "math/montgomery.h"

#include "test.h"
#include "test_groups.h"

/* Pairs of the size that is used; sanitizers are ten times as slow. */
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED	1
#endif
#endif
#if defined(SANITIZED) || defined(__SANITIZE_ADDRESS__)
#define PAIRS		25000
#else
#define PAIRS		250000
#endif

/* What the checks of one group share. */
typedef struct numbers
{
	const eg_group *group;
	mpz_t		p,
				x,
				y;
} numbers;

static void
begin_numbers(numbers *z, const eg_group *group)
{
	z->group = group;
	mpz_inits(z->p, z->x, z->y, NULL);
	limbs_to_mpz(z->p, group->p, group->limbs);
}

static void
end_numbers(numbers *z)
{
	mpz_clears(z->p, z->x, z->y, NULL);
}

/* Whether r is the canonical a b / R: below p, and r R - a b a multiple of p. */
static bool
is_product(numbers *z, const mp_limb_t *r, const mp_limb_t *a,
		   const mp_limb_t *b)
{
	size_t		n = z->group->limbs;

	if (mpn_cmp(r, z->group->p, n) >= 0)
		return false;
	limbs_to_mpz(z->x, a, n);
	limbs_to_mpz(z->y, b, n);
	mpz_mul(z->x, z->x, z->y);
	limbs_to_mpz(z->y, r, n);
	mpz_mul_2exp(z->y, z->y, 64 * n);
	mpz_sub(z->x, z->x, z->y);
	return mpz_divisible_p(z->x, z->p) != 0;
}

/* All functions and all ways that operands may be the same array. */
static bool
check_pair(numbers *z, const mp_limb_t *a, const mp_limb_t *b)
{
	const eg_group *group = z->group;
	size_t		n = group->limbs;
	mp_limb_t	r[EG_MAX_LIMBS];
	mp_limb_t	s[EG_MAX_LIMBS];
	bool		passed;

	eg_mont_mul(group, r, a, b);
	passed = is_product(z, r, a, b);
	eg_mont_mul_secret(group, s, a, b);
	passed = passed && mpn_cmp(r, s, n) == 0;

	mpn_copyi(s, a, n);
	eg_mont_mul(group, s, s, b);
	passed = passed && mpn_cmp(r, s, n) == 0;
	mpn_copyi(s, b, n);
	eg_mont_mul_secret(group, s, a, s);
	passed = passed && mpn_cmp(r, s, n) == 0;

	eg_mont_sqr(group, r, a);
	passed = passed && is_product(z, r, a, a);
	mpn_copyi(s, a, n);
	eg_mont_sqr_secret(group, s, s);
	passed = passed && mpn_cmp(r, s, n) == 0;
	mpn_copyi(s, a, n);
	eg_mont_mul(group, s, s, s);
	return passed && mpn_cmp(r, s, n) == 0;
}

/* Into Montgomery form and out again. */
static bool
check_form(numbers *z, const mp_limb_t *a)
{
	const eg_group *group = z->group;
	mp_limb_t	r[EG_MAX_LIMBS];

	eg_mont_enter(group, r, a);
	limbs_to_mpz(z->x, a, group->limbs);
	mpz_mul_2exp(z->x, z->x, 64 * group->limbs);
	mpz_mod(z->x, z->x, z->p);
	if (!limbs_equal_mpz(r, group->limbs, z->x))
		return false;
	eg_mont_leave(group, r, r);
	return mpn_cmp(r, a, group->limbs) == 0;
}

static void
test_edges(const eg_group *group)
{
	numbers		z;
	mp_limb_t	a[EG_MAX_LIMBS];
	mp_limb_t	b[EG_MAX_LIMBS];
	bool		passed = true;
	int			i,
				j;

	begin_numbers(&z, group);
	for (i = 0; i < TEST_EDGES; i++)
	{
		test_edge(a, group->p, group->limbs, i);
		passed = passed && check_form(&z, a);
		for (j = 0; j < TEST_EDGES; j++)
		{
			test_edge(b, group->p, group->limbs, j);
			passed = passed && check_pair(&z, a, b);
		}
	}
	test_ok(passed, "%s: products of edge values", group->name);
	end_numbers(&z);
}

static void
test_random_pairs(const eg_group *group)
{
	numbers		z;
	mp_limb_t	a[EG_MAX_LIMBS];
	mp_limb_t	b[EG_MAX_LIMBS];
	bool		passed = true;
	int			count = group->limbs > 4 ? 4000 : 40000;
	int			i;

	begin_numbers(&z, group);
	for (i = 0; i < count; i++)
	{
		test_random_element(group, a);
		test_random_element(group, b);
		passed = passed && check_form(&z, a) && check_pair(&z, a, b);
	}
	test_ok(passed, "%s: products of random values", group->name);
	end_numbers(&z);
}

/* An edge or a random value, whose limbs make carries run. */
static void
draw_operand(const eg_group *group, mp_limb_t *x)
{
	uint64_t	kind = test_random() % 64;

	if (kind < TEST_EDGES)
		test_edge(x, group->p, group->limbs, (int) kind);
	else
		test_random_element(group, x);
}

/* Many pairs: both kinds of product and of square, each against mpz. */
static void
test_many_pairs(const eg_group *group)
{
	numbers		z;
	mp_limb_t	a[EG_MAX_LIMBS];
	mp_limb_t	b[EG_MAX_LIMBS];
	mp_limb_t	r[EG_MAX_LIMBS];
	mp_limb_t	s[EG_MAX_LIMBS];
	unsigned long bad = 0;
	int			i;

	begin_numbers(&z, group);
	for (i = 0; i < PAIRS; i++)
	{
		draw_operand(group, a);
		draw_operand(group, b);
		eg_mont_mul(group, r, a, b);
		eg_mont_mul_secret(group, s, a, b);
		bad += !is_product(&z, r, a, b) || mpn_cmp(r, s, group->limbs) != 0;
		eg_mont_sqr(group, r, b);
		eg_mont_sqr_secret(group, s, b);
		bad += !is_product(&z, r, b, b) || mpn_cmp(r, s, group->limbs) != 0;
	}
	test_ok(bad == 0, "%s: products of %d values", group->name, 2 * PAIRS);
	end_numbers(&z);
}

/*
 * Operands whose product has a chosen low half: the quotient digits are all
 * zeros, all ones, single ones, or borrow from one another.
 */
static void
test_chosen_digits(const eg_group *group)
{
	numbers		z;
	mpz_t		radix;
	size_t		n = group->limbs;
	mp_limb_t	a[EG_MAX_LIMBS];
	mp_limb_t	b[EG_MAX_LIMBS];
	mp_limb_t	digits[EG_MAX_LIMBS];
	bool		passed = true;
	int			i;

	begin_numbers(&z, group);
	mpz_init(radix);
	mpz_setbit(radix, 64 * n);
	for (i = 0; i < 1000; i++)
	{
		test_random_element(group, a);
		a[0] |= 1;
		test_reduce(a, group->p, n);
		test_random_limbs(digits, n);
		limbs_to_mpz(z.x, a, n);
		limbs_to_mpz(z.y, digits, n);
		if (!mpz_invert(z.x, z.x, radix))
			continue;
		mpz_mul(z.x, z.x, z.y);
		mpz_mod(z.x, z.x, radix);
		mpz_mod(z.x, z.x, z.p);
		limbs_from_mpz(b, n, z.x);
		passed = passed && check_pair(&z, a, b);
	}
	test_ok(passed, "%s: products with chosen quotient digits", group->name);
	mpz_clear(radix);
	end_numbers(&z);
}

/* In 16 bits: every residue, times some. */
static void
test_exhaustively(const eg_group *group)
{
	static const mp_limb_t some[] = {0, 1, 2, 127, 32616, 59181, 59182};
	numbers		z;
	mp_limb_t	a;
	size_t		i;
	bool		passed = true;

	begin_numbers(&z, group);
	for (a = 0; a < group->p[0]; a++)
	{
		passed = passed && check_form(&z, &a);
		for (i = 0; i < lengthof(some); i++)
			passed = passed && check_pair(&z, &a, &some[i]);
	}
	test_ok(passed, "%s: every residue", group->name);
	end_numbers(&z);
}

/* The fixed scratch space suffices for the GMP that is linked here. */
static void
test_scratch(void)
{
	mp_size_t	n;
	bool		passed = true;

	for (n = 1; n <= EG_MAX_LIMBS; n++)
		passed = passed && mpn_sec_mul_itch(n, n) <= 4 * EG_MAX_LIMBS &&
			mpn_sec_sqr_itch(n) <= 4 * EG_MAX_LIMBS;
	test_ok(passed, "scratch space of mpn_sec_mul and mpn_sec_sqr");
}

static void
test_wipe(void)
{
	uint8_t		memory[100];
	bool		passed = true;
	size_t		i;

	memset(memory, 0xff, sizeof(memory));
	eg_wipe(memory + 1, sizeof(memory) - 2);
	for (i = 1; i < sizeof(memory) - 1; i++)
		passed = passed && memory[i] == 0;
	test_ok(passed && memory[0] == 0xff && memory[99] == 0xff,
			"wipe clears what it is told, and nothing else");
}

int
main(void)
{
	int			i;

	test_begin();
	for (i = 0; i < TEST_GROUPS; i++)
	{
		test_edges(test_group(i));
		test_random_pairs(test_group(i));
		test_chosen_digits(test_group(i));
	}
	test_many_pairs(test_group(REAL_2_1_0));
	test_many_pairs(test_group(REAL_1_X));
	test_exhaustively(test_group(TOY_16));
	test_scratch();
	test_wipe();
	return test_end();
}
