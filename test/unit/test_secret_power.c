/*
 * test_secret_power.c
 *		Batches of powers to secret exponents, against mpz, with each kernel.
 */
#include "math/power.h"
#include "math/secret_power.h"

#include <limits.h>

#include "test.h"
#include "test_groups.h"

/* More than full lanes of bases and of tables, and some more. */
#define MOST		37
#define TABLES		3
#define BASES		14

typedef struct batch
{
	const eg_group *group;
	size_t		n;
	mp_limb_t	bases[BASES][EG_MAX_LIMBS];
	mp_limb_t	exponents[MOST][EG_MAX_SCALAR_LIMBS];
	mp_limb_t	results[MOST][EG_MAX_LIMBS];
	eg_fixed_base tables[TABLES];
	void	   *memory[TABLES];
	eg_secret_power powers[MOST];
} batch;

/*
 * Table i is for base i; the portable kernel takes other windows than the one
 * that all kernels have.
 */
static void
make_tables(batch *b)
{
	for (int i = 0; i < TABLES; i++)
	{
		unsigned	window = eg_kernel_modulus(b->group) != NULL ? 7 :
			4 + (unsigned) i;
		size_t		size = eg_fixed_base_size(b->group, EG_TABLE_SECRET,
											  window);

		test_random_member(b->group, b->bases[i]);
		b->memory[i] = malloc(size);
		if (b->memory[i] == NULL ||
			eg_fixed_base_init(&b->tables[i], b->group, EG_TABLE_SECRET,
							   window, b->memory[i], b->bases[i],
							   NULL) != EG_OK)
			abort();
	}
}

/* A base often stands two or three times in a row. */
static void
make_powers(batch *b)
{
	const eg_group *group = b->group;
	unsigned	base = 0;

	for (int i = TABLES; i < BASES; i++)
		test_random_member(group, b->bases[i]);
	b->n = test_random() % (MOST + 1);
	for (size_t i = 0; i < b->n; i++)
	{
		if (test_random() % 2 == 0)
			base = test_random() % BASES;
		if (test_random() % 4 == 0)
			test_edge(b->exponents[i], group->q, group->scalar_limbs,
					  test_random() % TEST_EDGES);
		else
			test_random_limbs(b->exponents[i], group->scalar_limbs);
		b->powers[i] = (eg_secret_power) {b->bases[base],
			base < TABLES && test_random() % 8 != 0 ? &b->tables[base] : NULL,
			b->exponents[i], b->results[i]};
	}
}

static bool
check_powers(const batch *b)
{
	const eg_group *group = b->group;
	bool		passed = true;
	mpz_t		p,
				x,
				e;

	mpz_inits(p, x, e, NULL);
	limbs_to_mpz(p, group->p, group->limbs);
	for (size_t i = 0; i < b->n; i++)
	{
		limbs_to_mpz(x, b->powers[i].base, group->limbs);
		limbs_to_mpz(e, b->exponents[i], group->scalar_limbs);
		mpz_powm(x, x, e, p);
		passed = passed && limbs_equal_mpz(b->results[i], group->limbs, x);
	}
	mpz_clears(p, x, e, NULL);
	return passed;
}

static void
test_batches(const eg_group *group, int count)
{
	static batch b;
	size_t		offender;
	bool		passed = true;

	b.group = group;
	make_tables(&b);
	for (int i = 0; i < count; i++)
	{
		make_powers(&b);
		passed = passed &&
			eg_secret_power_run(group, b.powers, b.n, &offender, NULL) == EG_OK &&
			check_powers(&b);
	}
	test_ok(passed, "%s: batches of secret powers", group->name);
	for (int i = 0; i < TABLES; i++)
		free(b.memory[i]);
}

/* One base twice for every lane, and the lanes once more and a half. */
static void
test_pairs(const eg_group *group)
{
	static batch b;
	size_t		offender;
	bool		passed = true;

	b.group = group;
	for (int i = 0; i < BASES; i++)
		test_random_member(group, b.bases[i]);
	for (b.n = 0; b.n <= 2 * BASES; b.n += 2)
	{
		for (size_t i = 0; i < b.n; i++)
		{
			test_random_scalar(group, b.exponents[i]);
			b.powers[i] = (eg_secret_power) {b.bases[i / 2], NULL,
				b.exponents[i], b.results[i]};
		}
		passed = passed &&
			eg_secret_power_run(group, b.powers, b.n, &offender, NULL) == EG_OK &&
			check_powers(&b);
	}
	test_ok(passed, "%s: two powers of each base", group->name);
}

/* -x, of twice the order of x; 0; or anything, which is hardly ever a member */
static void
make_foreign(const eg_group *group, mp_limb_t *x)
{
	switch (test_random() % 3)
	{
		case 0:
			test_random_member(group, x);
			mpn_sub_n(x, group->p, x, group->limbs);
			break;
		case 1:
			mpn_zero(x, group->limbs);
			break;
		default:
			do
				test_random_element(group, x);
			while (eg_is_member(group, x));
			break;
	}
}

/*
 * A base outside Z_p^r is named, the first of two, and no exponent has touched
 * it: whatever there is at its results stays.
 */
static void
test_offenders(const eg_group *group)
{
	static const mp_limb_t untouched[EG_MAX_LIMBS] = {7};
	static batch b;
	size_t		offender;
	bool		passed = true;

	b.group = group;
	for (b.n = 1; b.n <= BASES; b.n++)
	{
		size_t		first = test_random() % b.n;
		size_t		second = first + test_random() % (b.n - first);

		for (size_t i = 0; i < b.n; i++)
		{
			test_random_member(group, b.bases[i]);
			if (i == first || i == second)
				make_foreign(group, b.bases[i]);
			test_random_scalar(group, b.exponents[i]);
			mpn_copyi(b.results[i], untouched, EG_MAX_LIMBS);
			b.powers[i] = (eg_secret_power) {b.bases[i], NULL,
				b.exponents[i], b.results[i]};
		}
		offender = b.n;
		passed = passed &&
			eg_secret_power_run(group, b.powers, b.n, &offender,
								NULL) == EG_NOT_FOUND &&
			offender == first &&
			mpn_cmp(b.results[first], untouched, EG_MAX_LIMBS) == 0 &&
			mpn_cmp(b.results[second], untouched, EG_MAX_LIMBS) == 0;
	}
	test_ok(passed, "%s: bases outside the group of order q", group->name);
}

static void
test_stop(const eg_group *group)
{
	static batch b;
	int			calls = INT_MAX;
	eg_stop		stop = {test_stop_after, &calls};
	size_t		offender;
	bool		passed;
	int			needed;

	b.group = group;
	make_tables(&b);
	do
		make_powers(&b);
	while (b.n < MOST / 2);
	passed = eg_secret_power_run(group, b.powers, b.n, &offender, &stop) == EG_OK;
	needed = INT_MAX - calls;
	for (int i = 1; i <= needed; i++)
	{
		calls = i;
		passed = passed && calls > 0 &&
			eg_secret_power_run(group, b.powers, b.n, &offender,
								&stop) == EG_INTERRUPTED && calls == 0;
	}
	test_ok(passed && needed > 3, "%s: stops when told to", group->name);
	for (int i = 0; i < TABLES; i++)
		free(b.memory[i]);
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
			bool		large = group->limbs > 8;

			if (k > 0 && eg_kernel_modulus(group) == NULL)
				continue;
			test_batches(group, large ? k == 0 ? 3 : 30 : 100);
			if (k > 0 || !large)
				test_pairs(group);
			if (i != TOY_16)
				test_offenders(group);
		}
		test_stop(test_group(k > 0 ? REAL_2_1_0 : TOY_256));
	}
	return test_end();
}
