/*
 * test_batch.c
 *		Powers on shared squaring chains, and of fixed bases, against mpz.
 */
#include "math/batch.h"
#include "math/power.h"

#include "test.h"
#include "test_groups.h"

#define MOST_POWERS		13		/* more than one walk of the chain */

typedef struct numbers
{
	mpz_t		p,
				x,
				e;
} numbers;

static bool
is_power(numbers *z, const eg_group *group, const mp_limb_t *r,
		 const mp_limb_t *base, const mp_limb_t *e)
{
	limbs_to_mpz(z->x, base, group->limbs);
	limbs_to_mpz(z->e, e, group->scalar_limbs);
	mpz_powm(z->x, z->x, z->e, z->p);
	return limbs_equal_mpz(r, group->limbs, z->x);
}

/* One chain of n exponents: edges first, then random ones. */
static bool
check_chain(numbers *z, const eg_group *group, const mp_limb_t *base, int n)
{
	mp_limb_t	exponents[MOST_POWERS * EG_MAX_SCALAR_LIMBS];
	mp_limb_t	powers[MOST_POWERS * EG_MAX_LIMBS];
	eg_chain	chain = {base, n, exponents, powers, false};
	eg_batch	batch = {group, &chain, 1, NULL, 0};
	size_t		s = group->scalar_limbs;
	bool		passed;

	for (int i = 0; i < n; i++)
	{
		if (i < TEST_EDGES && i % 2 == 0)
			test_edge(exponents + i * s, group->q, s, i);
		else
			test_random_limbs(exponents + i * s, s);
	}
	passed = eg_batch_run(&batch, NULL) == EG_OK &&
		chain.member == eg_is_member(group, base);
	for (int i = 0; i < n; i++)
		passed = passed && is_power(z, group, powers + i * group->limbs, base,
									exponents + i * s);
	return passed;
}

static void
test_chains(const eg_group *group, int count)
{
	numbers		z;
	mp_limb_t	base[EG_MAX_LIMBS];
	mp_limb_t	minus[EG_MAX_LIMBS];
	bool		passed = true;

	mpz_inits(z.p, z.x, z.e, NULL);
	limbs_to_mpz(z.p, group->p, group->limbs);
	for (int i = 0; i < count; i++)
	{
		test_random_element(group, base);
		passed = passed && check_chain(&z, group, base, i % MOST_POWERS + 1);
		passed = passed && check_chain(&z, group, group->g, i % 3 + 1);
		mpn_sub_n(minus, group->p, group->g, group->limbs);
		passed = passed && check_chain(&z, group, minus, 2);
	}
	test_ok(passed, "%s: chains of powers", group->name);
	mpn_zero(base, group->limbs);
	base[0] = 1;
	test_ok(check_chain(&z, group, base, 2), "%s: powers of 1", group->name);
	mpz_clears(z.p, z.x, z.e, NULL);
}

static void
test_zero(const eg_group *group)
{
	mp_limb_t	zero[EG_MAX_LIMBS] = {0};
	eg_chain	chain = {zero, 0, NULL, NULL, true};
	eg_batch	batch = {group, &chain, 1, NULL, 0};

	test_ok(eg_batch_run(&batch, NULL) == EG_OK && !chain.member,
			"%s: 0 is no member", group->name);
}

/* With a table and without */
static void
test_fixed(const eg_group *group)
{
	numbers		z;
	mp_limb_t	e[2 * EG_MAX_SCALAR_LIMBS];
	mp_limb_t	r[2 * EG_MAX_LIMBS];
	eg_fixed_base fixed;
	void	   *memory = malloc(eg_fixed_base_size(group, 4));
	eg_fixed_power powers[2] = {
		{group->g, &fixed, e, r},
		{group->g, NULL, e + group->scalar_limbs, r + group->limbs},
	};
	eg_batch	batch = {group, NULL, 0, powers, 2};

	mpz_inits(z.p, z.x, z.e, NULL);
	limbs_to_mpz(z.p, group->p, group->limbs);
	eg_fixed_base_init(&fixed, group, 4, memory, group->g, NULL);
	test_random_limbs(e, 2 * group->scalar_limbs);
	test_ok(eg_batch_run(&batch, NULL) == EG_OK &&
			is_power(&z, group, r, group->g, e) &&
			is_power(&z, group, r + group->limbs, group->g,
					 e + group->scalar_limbs),
			"%s: powers of a fixed base", group->name);
	mpz_clears(z.p, z.x, z.e, NULL);
	free(memory);
}

static bool
always(void *context)
{
	(void) context;
	return true;
}

static void
test_stop(const eg_group *group)
{
	mp_limb_t	e[EG_MAX_SCALAR_LIMBS] = {5};
	mp_limb_t	r[EG_MAX_LIMBS];
	eg_chain	chain = {group->g, 1, e, r, false};
	eg_fixed_power power = {group->g, NULL, e, r};
	eg_batch	chains = {group, &chain, 1, NULL, 0};
	eg_batch	fixed = {group, NULL, 0, &power, 1};
	eg_stop		stop = {always, NULL};

	test_ok(eg_batch_run(&chains, &stop) == EG_INTERRUPTED &&
			eg_batch_run(&fixed, &stop) == EG_INTERRUPTED,
			"%s: stops when told to", group->name);
}

int
main(void)
{
	test_begin();
	for (int i = 0; i < TEST_GROUPS; i++)
	{
		const eg_group *group = test_group(i);

		test_chains(group, group->limbs > 8 ? 4 : 50);
		test_zero(group);
		test_fixed(group);
	}
	test_stop(test_group(REAL_2_1_0));
	return test_end();
}
