/*
 * test_power.c
 *		Products, powers, products of powers, inverses and membership.
 */
#include "math/montgomery.h"
#include "math/power.h"

#include "test.h"
#include "test_groups.h"

typedef struct numbers
{
	mpz_t		p,
				x,
				e;
} numbers;

static void
begin_numbers(numbers *z, const eg_group *group)
{
	mpz_inits(z->p, z->x, z->e, NULL);
	limbs_to_mpz(z->p, group->p, group->limbs);
}

static void
end_numbers(numbers *z)
{
	mpz_clears(z->p, z->x, z->e, NULL);
}

static void
test_multiply(const eg_group *group)
{
	numbers		z;
	mp_limb_t	x[EG_MAX_LIMBS];
	mp_limb_t	y[EG_MAX_LIMBS];
	bool		passed = true;

	begin_numbers(&z, group);
	for (int i = 0; i < 100 * TEST_EDGES; i++)
	{
		test_edge(x, group->p, group->limbs, i % TEST_EDGES);
		test_random_element(group, y);
		limbs_to_mpz(z.x, x, group->limbs);
		limbs_to_mpz(z.e, y, group->limbs);
		mpz_mul(z.x, z.x, z.e);
		mpz_mod(z.x, z.x, z.p);
		eg_multiply(group, i % 2 ? x : y, x, y);
		passed = passed && limbs_equal_mpz(i % 2 ? x : y, group->limbs, z.x);
	}
	test_ok(passed, "%s: products", group->name);
	end_numbers(&z);
}

static bool
check_power(numbers *z, const eg_group *group, const mp_limb_t *x,
			const mp_limb_t *e, size_t e_limbs)
{
	mp_limb_t	r[EG_MAX_LIMBS];

	limbs_to_mpz(z->x, x, group->limbs);
	limbs_to_mpz(z->e, e, e_limbs);
	mpz_powm(z->x, z->x, z->e, z->p);
	eg_power(group, r, x, e, e_limbs);
	return limbs_equal_mpz(r, group->limbs, z->x);
}

static void
test_powers(const eg_group *group)
{
	numbers		z;
	mp_limb_t	x[EG_MAX_LIMBS];
	mp_limb_t	e[EG_MAX_LIMBS];
	int			scale = group->limbs > 4 ? 1 : 20;
	bool		passed = true;
	int			i;

	begin_numbers(&z, group);
	for (i = 0; i < TEST_EDGES; i++)
	{
		test_edge(x, group->p, group->limbs, i);
		test_random_limbs(e, 2);
		passed = passed && check_power(&z, group, x, e, 2);
		test_random_element(group, x);
		test_edge(e, group->q, group->scalar_limbs, i);
		passed = passed && check_power(&z, group, x, e, group->scalar_limbs);
	}
	for (i = 0; i < 10 * scale; i++)
	{
		test_random_element(group, x);
		test_random_limbs(e, group->scalar_limbs);
		passed = passed && check_power(&z, group, x, e, group->scalar_limbs);
	}
	passed = passed && check_power(&z, group, x, e, 0);
	mpn_zero(e, 3);
	passed = passed && check_power(&z, group, x, e, 3);
	mpn_zero(x, group->limbs);
	passed = passed && check_power(&z, group, x, e, 3);
	test_ok(passed, "%s: powers", group->name);
	end_numbers(&z);
}

/* Exponents of every length about the limits of the sliding windows. */
static void
test_exponent_lengths(const eg_group *group)
{
	numbers		z;
	mp_limb_t	x[EG_MAX_LIMBS];
	mp_limb_t	e[12];
	bool		passed = true;
	unsigned	bits;

	begin_numbers(&z, group);
	for (bits = 0; bits < 700; bits++)
	{
		test_random_element(group, x);
		test_random_limbs(e, lengthof(e));
		limbs_to_mpz(z.e, e, lengthof(e));
		mpz_fdiv_r_2exp(z.e, z.e, bits);
		limbs_from_mpz(e, lengthof(e), z.e);
		passed = passed && check_power(&z, group, x, e, lengthof(e));
	}
	test_ok(passed, "%s: exponents of 0 to 699 bits", group->name);
	end_numbers(&z);
}

/* In 16 bits: every member to every power, past the order. */
static void
test_powers_exhaustively(const eg_group *group)
{
	mp_limb_t	x = 1;
	mp_limb_t	r;
	mp_limb_t	expected;
	mp_limb_t	e;
	unsigned	i;
	bool		passed = true;

	for (i = 0; i < group->q[0]; i++)
	{
		expected = 1;
		for (e = 0; e < 300; e++)
		{
			eg_power(group, &r, &x, &e, 1);
			passed = passed && r == expected;
			expected = expected * x % group->p[0];
		}
		x = x * group->g[0] % group->p[0];
	}
	test_ok(passed && x == 1, "%s: every power of every member", group->name);
}

static void
check_product(numbers *z, const eg_group *group, size_t n)
{
	static mp_limb_t bases[EG_MAX_FACTORS][EG_MAX_LIMBS];
	static mp_limb_t exponents[EG_MAX_FACTORS][EG_MAX_SCALAR_LIMBS];
	const mp_limb_t *x[EG_MAX_FACTORS];
	const mp_limb_t *e[EG_MAX_FACTORS];
	mp_limb_t	r[EG_MAX_LIMBS];
	mpz_t		total;
	size_t		i;

	mpz_init_set_ui(total, 1);
	for (i = 0; i < n; i++)
	{
		x[i] = bases[i];
		e[i] = exponents[i];
		test_random_element(group, bases[i]);
		test_random_limbs(exponents[i], group->scalar_limbs);
		if (i % 5 == 4)
			mpn_zero(exponents[i], group->scalar_limbs);
		if (i % 7 == 6)
			exponents[i][group->scalar_limbs - 1] = 0;
		limbs_to_mpz(z->x, x[i], group->limbs);
		limbs_to_mpz(z->e, e[i], group->scalar_limbs);
		mpz_powm(z->x, z->x, z->e, z->p);
		mpz_mul(total, total, z->x);
		mpz_mod(total, total, z->p);
	}
	test_ok(eg_power_product(group, r, x, e, n, NULL) == EG_OK &&
			limbs_equal_mpz(r, group->limbs, total),
			"%s: product of %d powers", group->name, (int) n);
	mpz_clear(total);
}

static void
test_products(const eg_group *group)
{
	static const size_t sizes[] = {0, 1, 2, 3, 11, 12, 13, 24, 25, 255};
	numbers		z;
	size_t		i;

	begin_numbers(&z, group);
	for (i = 0; i < lengthof(sizes); i++)
		check_product(&z, group, sizes[i]);
	end_numbers(&z);
}

static void
test_product_limits(const eg_group *group)
{
	const mp_limb_t *x[EG_MAX_FACTORS + 1];
	const mp_limb_t *e[EG_MAX_FACTORS + 1];
	mp_limb_t	r[EG_MAX_LIMBS];
	int			left = 100;
	eg_stop		stop = {test_stop_after, &left};
	size_t		i;

	for (i = 0; i <= EG_MAX_FACTORS; i++)
	{
		x[i] = group->g;
		e[i] = group->q;
	}
	test_ok(eg_power_product(group, r, x, e, EG_MAX_FACTORS + 1, NULL) ==
			EG_INVALID, "%s: too many factors", group->name);
	test_ok(eg_power_product(group, r, x, e, 20, &stop) == EG_INTERRUPTED &&
			left == 0, "%s: product of powers stops", group->name);
}

static void
test_inverses(const eg_group *group)
{
	numbers		z;
	mp_limb_t	x[EG_MAX_LIMBS];
	mp_limb_t	r[EG_MAX_LIMBS];
	bool		passed = true;
	int			i;

	begin_numbers(&z, group);
	for (i = 0; i < 300; i++)
	{
		if (i < TEST_EDGES)
			test_edge(x, group->p, group->limbs, i);
		else
			test_random_element(group, x);
		if (mpn_zero_p(x, group->limbs))
			continue;
		limbs_to_mpz(z.x, x, group->limbs);
		mpz_invert(z.x, z.x, z.p);
		eg_inverse(group, r, x);
		passed = passed && limbs_equal_mpz(r, group->limbs, z.x);
		eg_inverse(group, x, x);
		passed = passed && mpn_cmp(r, x, group->limbs) == 0;
	}
	test_ok(passed, "%s: inverses", group->name);
	end_numbers(&z);
}

/* Members, their negatives, and neighbours: against the definition. */
static void
test_membership(const eg_group *group)
{
	numbers		z;
	mp_limb_t	x[EG_MAX_LIMBS];
	mp_limb_t	e[EG_MAX_SCALAR_LIMBS];
	size_t		n = group->limbs;
	bool		passed = true;
	int			i;

	begin_numbers(&z, group);
	limbs_to_mpz(z.e, group->q, group->scalar_limbs);
	mpn_zero(x, n);
	passed = !eg_is_member(group, x);
	x[0] = 1;
	passed = passed && eg_is_member(group, x);
	mpn_sub_n(x, group->p, x, n);
	passed = passed && !eg_is_member(group, x);

	for (i = 0; i < 5; i++)
	{
		test_random_scalar(group, e);
		eg_power(group, x, group->g, e, group->scalar_limbs);
		passed = passed && eg_is_member(group, x);
		mpn_sub_n(x, group->p, x, n);
		passed = passed && !eg_is_member(group, x);
		test_random_element(group, x);
		limbs_to_mpz(z.x, x, n);
		mpz_powm(z.x, z.x, z.e, z.p);
		passed = passed && eg_is_member(group, x) == (mpz_cmp_ui(z.x, 1) == 0);
	}
	test_ok(passed, "%s: membership", group->name);
	end_numbers(&z);
}

static void
test_membership_exhaustively(const eg_group *group)
{
	static bool member[65536];
	mp_limb_t	x = 1;
	bool		passed = true;
	unsigned	i;

	for (i = 0; i < group->q[0]; i++)
	{
		member[x] = true;
		x = x * group->g[0] % group->p[0];
	}
	for (x = 0; x < group->p[0]; x++)
		passed = passed && eg_is_member(group, &x) == member[x];
	test_ok(passed, "%s: membership of every residue", group->name);
}

int
main(void)
{
	int			kernel,
				i;

	test_begin();
	for (kernel = 0; kernel < TEST_KERNELS; kernel++)
	{
		if (!test_kernel(kernel))
			continue;
		for (i = TOY_256; i <= REAL_1_X; i++)
			test_multiply(test_group(i));
	}
	eg_kernel_use(EG_KERNEL_PORTABLE);
	for (i = 0; i < TEST_GROUPS; i++)
	{
		test_powers(test_group(i));
		test_inverses(test_group(i));
		test_membership(test_group(i));
		if (i != REDUCED_3072 && i != REAL_1_X)
			test_products(test_group(i));
	}
	test_exponent_lengths(test_group(TOY_256));
	test_product_limits(test_group(REAL_2_1_0));
	test_powers_exhaustively(test_group(TOY_16));
	test_membership_exhaustively(test_group(TOY_16));
	return test_end();
}
