/*
 * test_batch.c
 *		Powers on shared squaring chains, and of fixed bases, against mpz, with
 *		each kernel.
 */
#include <limits.h>

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

/*
 * A batch of everything: as many chains as make full lanes, some more, and a
 * few; of any length, of members, of others and of 0; powers with tables of
 * different windows, and without, of more bases than are ever kept together.
 */
#define MIXED_CHAINS	23
#define MIXED_FIXED		31
#define MIXED_TABLES	4
#define MIXED_BASES		7

typedef struct mixed
{
	const eg_group *group;
	mp_limb_t	bases[MIXED_CHAINS][EG_MAX_LIMBS];
	mp_limb_t	exponents[MIXED_CHAINS][MOST_POWERS * EG_MAX_SCALAR_LIMBS];
	mp_limb_t	powers[MIXED_CHAINS][MOST_POWERS * EG_MAX_LIMBS];
	eg_chain	chains[MIXED_CHAINS];
	eg_fixed_base tables[MIXED_TABLES];
	void	   *memory[MIXED_TABLES];
	mp_limb_t	fixed_exponents[MIXED_FIXED][EG_MAX_SCALAR_LIMBS];
	mp_limb_t	fixed_powers[MIXED_FIXED][EG_MAX_LIMBS];
	eg_fixed_power fixed[MIXED_FIXED];
} mixed;

/* p - x of a member is none; 0 is none either. */
static void
mixed_base(const eg_group *group, mp_limb_t *x)
{
	switch (test_random() % 4)
	{
		case 0:
			mpn_copyi(x, group->g, group->limbs);
			break;
		case 1:
			mpn_sub_n(x, group->p, group->g, group->limbs);
			break;
		case 2:
			mpn_zero(x, group->limbs);
			x[0] = test_random() % 2;
			break;
		default:
			test_random_element(group, x);
	}
}

static void
make_chains(mixed *m)
{
	const eg_group *group = m->group;

	for (int i = 0; i < MIXED_CHAINS; i++)
	{
		size_t		n = test_random() % 3;

		if (test_random() % 8 == 0)
			n = test_random() % (MOST_POWERS + 1);
		mixed_base(group, m->bases[i]);
		for (size_t j = 0; j < n; j++)
			test_random_limbs(m->exponents[i] + j * group->scalar_limbs,
							  group->scalar_limbs);
		m->chains[i] = (eg_chain) {m->bases[i], n, m->exponents[i],
								   m->powers[i], test_random() % 2 == 0};
	}
}

/* Table i is for base i, the last ones for the same. */
static void
make_tables(mixed *m)
{
	for (int i = 0; i < MIXED_TABLES; i++)
	{
		unsigned	window = (unsigned) i % 2 + 3;
		size_t		size = eg_fixed_base_size(m->group, EG_TABLE_PUBLIC,
											  window);

		m->memory[i] = malloc(size);
		if (m->memory[i] == NULL ||
			eg_fixed_base_init(&m->tables[i], m->group, EG_TABLE_PUBLIC,
							   window, m->memory[i], m->bases[i],
							   NULL) != EG_OK)
			abort();
	}
}

static void
make_fixed(mixed *m)
{
	for (int i = 0; i < MIXED_FIXED; i++)
	{
		unsigned	base = test_random() % MIXED_BASES;

		if (i < TEST_EDGES)
			test_edge(m->fixed_exponents[i], m->group->q,
					  m->group->scalar_limbs, i);
		else
			test_random_limbs(m->fixed_exponents[i], m->group->scalar_limbs);
		m->fixed[i] = (eg_fixed_power) {m->bases[base],
			base < MIXED_TABLES ? &m->tables[base] : NULL,
			m->fixed_exponents[i], m->fixed_powers[i]};
	}
}

static bool
check_mixed(numbers *z, const mixed *m, const eg_batch *batch)
{
	const eg_group *group = m->group;
	bool		passed = eg_batch_run(batch, NULL) == EG_OK;

	for (size_t i = 0; i < batch->n_chains; i++)
	{
		const eg_chain *chain = &batch->chains[i];

		passed = passed && chain->member == eg_is_member(group, chain->base);

		/* 0 is no member, and has no powers. */
		if (mpn_zero_p(chain->base, group->limbs))
			continue;
		for (size_t j = 0; j < chain->n; j++)
			passed = passed && is_power(z, group,
										chain->powers + j * group->limbs,
										chain->base, chain->exponents +
										j * group->scalar_limbs);
	}
	for (size_t i = 0; i < batch->n_fixed; i++)
		passed = passed && is_power(z, group, batch->fixed[i].power,
									batch->fixed[i].base,
									batch->fixed[i].exponent);
	return passed;
}

static void
test_mixed(const eg_group *group, int count)
{
	static mixed m;
	numbers		z;
	bool		passed = true;
	eg_batch	batch = {group, m.chains, 0, m.fixed, 0};

	mpz_inits(z.p, z.x, z.e, NULL);
	limbs_to_mpz(z.p, group->p, group->limbs);
	m.group = group;
	for (int i = 0; i < count; i++)
	{
		make_chains(&m);
		for (int j = 0; j < MIXED_BASES; j++)
			test_random_element(group, m.bases[j]);
		make_tables(&m);
		make_fixed(&m);

		/* As many as there are at first, then all numbers of left-overs. */
		batch.n_chains = (size_t) (MIXED_CHAINS - i % MIXED_CHAINS);
		batch.n_fixed = (size_t) (MIXED_FIXED - i % MIXED_FIXED);
		passed = passed && check_mixed(&z, &m, &batch);
		for (int j = 0; j < MIXED_TABLES; j++)
			free(m.memory[j]);
	}
	test_ok(passed, "%s: batches of chains and fixed bases", group->name);
	mpz_clears(z.p, z.x, z.e, NULL);
}

/* A table that another kernel made, or one for secrets, is not read. */
static void
test_foreign_tables(const eg_group *group)
{
	numbers		z;
	mp_limb_t	e[EG_MAX_SCALAR_LIMBS];
	mp_limb_t	r[EG_MAX_LIMBS];
	bool		passed = true;

	mpz_inits(z.p, z.x, z.e, NULL);
	limbs_to_mpz(z.p, group->p, group->limbs);
	test_random_limbs(e, group->scalar_limbs);
	for (int i = 0; i < 2 * TEST_KERNELS; i++)
	{
		eg_table_use use = i % 2 == 0 ? EG_TABLE_PUBLIC : EG_TABLE_SECRET;
		eg_fixed_base fixed;
		eg_fixed_power power = {group->g, &fixed, e, r};
		eg_batch	batch = {group, NULL, 0, &power, 1};
		unsigned	window;
		void	   *memory;

		if (!test_kernel(i / 2))
			continue;
		window = eg_fixed_base_window(group, use);
		memory = malloc(eg_fixed_base_size(group, use, window));
		if (memory == NULL ||
			eg_fixed_base_init(&fixed, group, use, window, memory, group->g,
							   NULL) != EG_OK)
			abort();
		for (int j = 0; j < TEST_KERNELS; j++)
			passed = passed && (!test_kernel(j) ||
								(eg_batch_run(&batch, NULL) == EG_OK &&
								 is_power(&z, group, r, group->g, e)));
		free(memory);
	}
	test_ok(passed, "%s: tables of any kernel and use", group->name);
	mpz_clears(z.p, z.x, z.e, NULL);
}

/* Stops at the call that brings the count to 0, wherever that is. */
static void
test_stop(const eg_group *group)
{
	static mixed m;
	int			calls = INT_MAX;
	eg_stop		stop = {test_stop_after, &calls};
	eg_batch	batch = {group, m.chains, MIXED_CHAINS, m.fixed, MIXED_FIXED};
	bool		passed;
	int			needed;

	m.group = group;
	make_chains(&m);
	for (int j = 0; j < MIXED_BASES; j++)
		test_random_element(group, m.bases[j]);
	make_tables(&m);
	make_fixed(&m);
	passed = eg_batch_run(&batch, &stop) == EG_OK;
	needed = INT_MAX - calls;
	for (int i = 1; i <= needed; i += 1 + needed / 10)
	{
		calls = i;
		passed = passed && eg_batch_run(&batch, &stop) == EG_INTERRUPTED &&
			calls == 0;
	}
	test_ok(passed && needed > 100, "%s: stops when told to", group->name);
	for (int j = 0; j < MIXED_TABLES; j++)
		free(m.memory[j]);
}

int
main(void)
{
	test_begin();
	for (int k = 0; k < TEST_KERNELS; k++)
	{
		if (!test_kernel(k))
			continue;
		for (int i = 0; i < TEST_GROUPS; i++)
		{
			const eg_group *group = test_group(i);

			if (k > 0 && eg_kernel_modulus(group) == NULL)
				continue;
			test_chains(group, group->limbs > 8 ? 4 : 50);
			test_zero(group);
			test_mixed(group, group->limbs > 8 && k == 0 ? 2 : 2 * MIXED_CHAINS);
		}
		test_stop(test_group(REAL_2_1_0));
	}
	test_foreign_tables(test_group(REAL_2_1_0));
	return test_end();
}
