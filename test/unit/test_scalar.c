/*
 * test_scalar.c
 *		Arithmetic mod q, against mpz.
 */
#include "math/scalar.h"

#include "test.h"
#include "test_groups.h"

typedef struct numbers
{
	mpz_t		q,
				a,
				b,
				t;
} numbers;

static void
begin_numbers(numbers *z, const eg_group *group)
{
	mpz_inits(z->q, z->a, z->b, z->t, NULL);
	limbs_to_mpz(z->q, group->q, group->scalar_limbs);
}

static void
end_numbers(numbers *z)
{
	mpz_clears(z->q, z->a, z->b, z->t, NULL);
}

/* All that takes two scalars, with and without a result in their place. */
static bool
check_pair(numbers *z, const eg_group *group, const mp_limb_t *a,
		   const mp_limb_t *b)
{
	typedef void (*operation) (const eg_group *, mp_limb_t *,
							   const mp_limb_t *, const mp_limb_t *);
	static const operation ours[] = {
		eg_scalar_add, eg_scalar_sub, eg_scalar_mul
	};
	static void (*const theirs[]) (mpz_ptr, mpz_srcptr, mpz_srcptr) = {
		mpz_add, mpz_sub, mpz_mul
	};
	size_t		n = group->scalar_limbs;
	mp_limb_t	r[EG_MAX_SCALAR_LIMBS];
	bool		passed = true;
	size_t		i;

	limbs_to_mpz(z->a, a, n);
	limbs_to_mpz(z->b, b, n);
	for (i = 0; i < lengthof(ours); i++)
	{
		theirs[i] (z->t, z->a, z->b);
		mpz_mod(z->t, z->t, z->q);
		ours[i] (group, r, a, b);
		passed = passed && limbs_equal_mpz(r, n, z->t);
		mpn_copyi(r, a, n);
		ours[i] (group, r, r, b);
		passed = passed && limbs_equal_mpz(r, n, z->t);
		mpn_copyi(r, b, n);
		ours[i] (group, r, a, r);
		passed = passed && limbs_equal_mpz(r, n, z->t);
	}
	return passed;
}

static bool
check_inverse(numbers *z, const eg_group *group, const mp_limb_t *a)
{
	mp_limb_t	r[EG_MAX_SCALAR_LIMBS];

	if (mpn_zero_p(a, group->scalar_limbs))
		return true;
	limbs_to_mpz(z->a, a, group->scalar_limbs);
	mpz_invert(z->t, z->a, z->q);
	mpn_copyi(r, a, group->scalar_limbs);
	eg_scalar_inverse(group, r, r);
	return limbs_equal_mpz(r, group->scalar_limbs, z->t);
}

static void
test_arithmetic(const eg_group *group)
{
	numbers		z;
	mp_limb_t	a[EG_MAX_SCALAR_LIMBS];
	mp_limb_t	b[EG_MAX_SCALAR_LIMBS];
	bool		passed = true;
	int			i,
				j;

	begin_numbers(&z, group);
	for (i = 0; i < TEST_EDGES; i++)
	{
		test_edge(a, group->q, group->scalar_limbs, i);
		passed = passed && check_inverse(&z, group, a);
		for (j = 0; j < TEST_EDGES; j++)
		{
			test_edge(b, group->q, group->scalar_limbs, j);
			passed = passed && check_pair(&z, group, a, b);
		}
	}
	for (i = 0; i < 3000; i++)
	{
		test_random_scalar(group, a);
		test_random_scalar(group, b);
		passed = passed && check_pair(&z, group, a, b);
		if (i % 10 == 0)
			passed = passed && check_inverse(&z, group, a);
	}
	test_ok(passed, "%s: sums, differences, products, inverses",
			group->name);
	end_numbers(&z);
}

static void
test_exhaustively(const eg_group *group)
{
	numbers		z;
	mp_limb_t	a;
	mp_limb_t	b;
	bool		passed = true;

	begin_numbers(&z, group);
	for (a = 0; a < group->q[0]; a++)
	{
		passed = passed && check_inverse(&z, group, &a);
		for (b = 0; b < group->q[0]; b++)
			passed = passed && check_pair(&z, group, &a, &b);
	}
	test_ok(passed, "%s: every pair of scalars", group->name);
	end_numbers(&z);
}

/* Import, reduction and export of x, any number of scalar_bytes. */
static bool
check_bytes(numbers *z, const eg_group *group, const mp_limb_t *x)
{
	uint8_t		bytes[EG_SCALAR_BYTES];
	uint8_t		again[EG_SCALAR_BYTES];
	mp_limb_t	r[EG_MAX_SCALAR_LIMBS];
	size_t		n = group->scalar_limbs;
	bool		below;
	bool		passed;

	eg_scalar_export(group, bytes, x);
	mpz_import(z->a, group->scalar_bytes, 1, 1, 1, 0, bytes);
	passed = limbs_equal_mpz(x, n, z->a);

	below = mpz_cmp(z->a, z->q) < 0;
	passed = passed && eg_scalar_import(group, r, bytes) == below;
	passed = passed && (below ? mpn_cmp(r, x, n) == 0 : mpn_zero_p(r, n));
	if (below)
	{
		eg_scalar_export(group, again, r);
		passed = passed && memcmp(bytes, again, group->scalar_bytes) == 0;
	}

	eg_scalar_reduce(group, r, bytes);
	mpz_mod(z->a, z->a, z->q);
	return passed && limbs_equal_mpz(r, n, z->a);
}

static void
test_bytes(const eg_group *group)
{
	numbers		z;
	mp_limb_t	x[EG_MAX_SCALAR_LIMBS];
	size_t		n = group->scalar_limbs;
	bool		passed = true;
	int			i;

	begin_numbers(&z, group);
	for (i = 0; i < TEST_EDGES; i++)
	{
		test_edge(x, group->q, n, i);
		passed = passed && check_bytes(&z, group, x);
		mpn_add_n(x, x, group->q, n);
		passed = passed && check_bytes(&z, group, x);
	}
	mpn_copyi(x, group->q, n);
	passed = passed && check_bytes(&z, group, x);
	mpn_zero(x, n);
	mpn_sub_1(x, x, n, 1);
	passed = passed && check_bytes(&z, group, x);
	for (i = 0; i < 3000; i++)
	{
		test_random_limbs(x, n);
		passed = passed && check_bytes(&z, group, x);
	}
	test_ok(passed, "%s: import, reduction, export", group->name);
	end_numbers(&z);
}

/* The fixed scratch space suffices for the GMP that is linked here. */
static void
test_scratch(void)
{
	mp_size_t	n;
	bool		passed = true;

	for (n = 1; n <= EG_MAX_SCALAR_LIMBS; n++)
		passed = passed &&
			mpn_sec_mul_itch(n, n) <= 16 * EG_MAX_SCALAR_LIMBS &&
			mpn_sec_div_r_itch(n, n) <= 16 * EG_MAX_SCALAR_LIMBS &&
			mpn_sec_div_r_itch(2 * n, n) <= 16 * EG_MAX_SCALAR_LIMBS &&
			mpn_sec_invert_itch(n) <= 16 * EG_MAX_SCALAR_LIMBS;
	test_ok(passed, "scratch space of the mpn_sec functions");
}

int
main(void)
{
	int			i;

	test_begin();
	for (i = 0; i < TEST_GROUPS; i++)
	{
		test_arithmetic(test_group(i));
		test_bytes(test_group(i));
	}
	test_exhaustively(test_group(TOY_16));
	test_scratch();
	return test_end();
}
