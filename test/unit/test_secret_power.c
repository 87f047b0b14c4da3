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
 * it: whatever there is at its results stays.  As in a commitment, each base
 * has two powers, and a table has one before them.
 */
static void
test_offenders(const eg_group *group)
{
	static const mp_limb_t untouched[EG_MAX_LIMBS] = {7};
	static batch b;
	size_t		offender;
	bool		passed = true;

	b.group = group;
	make_tables(&b);
	for (size_t n = 1; n <= BASES - TABLES; n++)
	{
		size_t		first = test_random() % n;
		size_t		second = first + test_random() % (n - first);

		b.n = 0;
		for (size_t i = 0; i < n; i++)
		{
			mp_limb_t  *base = b.bases[TABLES + i];

			test_random_member(group, base);
			if (i == first || i == second)
				make_foreign(group, base);
			for (size_t k = 0; k < 3; k++, b.n++)
			{
				test_random_scalar(group, b.exponents[b.n]);
				mpn_copyi(b.results[b.n], untouched, EG_MAX_LIMBS);
				b.powers[b.n] = (eg_secret_power) {
					k == 0 ? b.bases[0] : base,
					k == 0 ? &b.tables[0] : NULL,
					b.exponents[b.n], b.results[b.n]};
			}
		}
		offender = b.n;
		passed = passed &&
			eg_secret_power_run(group, b.powers, b.n, &offender,
								NULL) == EG_NOT_FOUND &&
			offender == 3 * first + 1;
		for (size_t k = 1; k < 3; k++)
			passed = passed &&
				mpn_cmp(b.results[3 * first + k], untouched, EG_MAX_LIMBS) == 0 &&
				mpn_cmp(b.results[3 * second + k], untouched, EG_MAX_LIMBS) == 0;
	}
	test_ok(passed, "%s: bases outside the group of order q", group->name);
	for (int i = 0; i < TABLES; i++)
		free(b.memory[i]);
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
			test_offenders(group);
		}
		test_stop(test_group(k > 0 ? REAL_2_1_0 : TOY_256));
	}
	return test_end();
}
