/*
 * test_lagrange.c
 *		Lagrange coefficients, against polynomials that they interpolate.
 */
#include "math/lagrange.h"

#include "test.h"
#include "test_groups.h"

#define MAX_POINTS	40

/* y = P(x) mod q, P of n coefficients, lowest first */
static void
evaluate(mpz_t y, const mp_limb_t (*coefficients)[EG_MAX_SCALAR_LIMBS],
		 size_t n, uint32_t x, size_t limbs, const mpz_t q)
{
	mpz_t		c;

	mpz_init(c);
	mpz_set_ui(y, 0);
	while (n-- > 0)
	{
		limbs_to_mpz(c, coefficients[n], limbs);
		mpz_mul_ui(y, y, x);
		mpz_add(y, y, c);
		mpz_mod(y, y, q);
	}
	mpz_clear(c);
}

/* sum of w[i] P(x[i]) = P(0) for a random P of degree n - 1 */
static bool
interpolates(const eg_group *group, const mp_limb_t *w, const uint32_t *x,
			 size_t n)
{
	mp_limb_t	coefficients[MAX_POINTS][EG_MAX_SCALAR_LIMBS];
	size_t		limbs = group->scalar_limbs;
	mpz_t		q,
				y,
				c,
				sum;
	size_t		i;
	bool		passed;

	mpz_inits(q, y, c, sum, NULL);
	limbs_to_mpz(q, group->q, limbs);
	for (i = 0; i < n; i++)
		test_random_scalar(group, coefficients[i]);
	for (i = 0; i < n; i++)
	{
		evaluate(y, (const mp_limb_t (*)[EG_MAX_SCALAR_LIMBS]) coefficients,
				 n, x[i], limbs, q);
		limbs_to_mpz(c, w + i * limbs, limbs);
		mpz_addmul(sum, c, y);
	}
	mpz_mod(sum, sum, q);
	passed = limbs_equal_mpz(coefficients[0], limbs, sum);
	mpz_clears(q, y, c, sum, NULL);
	return passed;
}

static bool
known_before(const uint32_t *x, size_t n)
{
	size_t		i;

	for (i = 0; i < n; i++)
		if (x[i] == x[n])
			return true;
	return false;
}

/* n different indices, the largest that there are among them. */
static void
random_indices(const eg_group *group, uint32_t *x, size_t n)
{
	uint64_t	limit = UINT32_MAX;
	size_t		i;

	if (group->scalar_limbs == 1 && group->q[0] <= limit)
		limit = group->q[0] - 1;
	x[0] = limit;
	for (i = 1; i < n; i++)
	{
		do
			x[i] = 1 + test_random() % (i % 2 ? limit : MAX_POINTS);
		while (known_before(x, i));
	}
}

static void
test_interpolation(const eg_group *group)
{
	mp_limb_t	w[MAX_POINTS * EG_MAX_SCALAR_LIMBS];
	uint32_t	x[MAX_POINTS];
	bool		passed = true;
	size_t		n;

	for (n = 1; n <= MAX_POINTS; n++)
	{
		random_indices(group, x, n);
		passed = passed && eg_lagrange(group, w, x, n) == EG_OK;
		passed = passed && interpolates(group, w, x, n);
	}
	test_ok(passed, "%s: coefficients of 1 to %d points interpolate",
			group->name, MAX_POINTS);
}

static void
test_invalid(const eg_group *group)
{
	static const uint32_t zero[] = {1, 0, 3};
	static const uint32_t twice[] = {1, 2, 3, 1};
	const uint32_t large[] = {1, (uint32_t) group->q[0]};
	mp_limb_t	w[4 * EG_MAX_SCALAR_LIMBS];

	test_ok(eg_lagrange(group, w, zero, 3) == EG_INVALID &&
			eg_lagrange(group, w, zero, 0) == EG_INVALID &&
			eg_lagrange(group, w, zero, 1) == EG_OK &&
			eg_lagrange(group, w, twice, 4) == EG_INVALID &&
			eg_lagrange(group, w, twice, 3) == EG_OK,
			"%s: no points, point 0, a point twice", group->name);
	if (group->scalar_limbs == 1 && group->q[0] <= UINT32_MAX)
		test_ok(eg_lagrange(group, w, large, 2) == EG_INVALID,
				"%s: a point not below q", group->name);
}

int
main(void)
{
	int			i;

	test_begin();
	for (i = 0; i < TEST_GROUPS; i++)
	{
		test_interpolation(test_group(i));
		test_invalid(test_group(i));
	}
	return test_end();
}
