/*
 * test_fixed_base.c
 *		Tables of powers, for windows that divide the scalar and others.
 */
#include "math/fixed_base.h"

#include "math/batch.h"
#include "math/secret_power.h"

#include "test.h"
#include "test_groups.h"

typedef struct numbers
{
	mpz_t		p,
				x,
				e;
} numbers;

/* Both ways to base^e give the same as mpz_powm. */
static bool
check_power(numbers *z, const eg_fixed_base *fixed, const mp_limb_t *base,
			const mp_limb_t *e)
{
	const eg_group *group = fixed->group;
	mp_limb_t	r[EG_MAX_LIMBS];
	mp_limb_t	s[EG_MAX_LIMBS];

	limbs_to_mpz(z->x, base, group->limbs);
	limbs_to_mpz(z->e, e, group->scalar_limbs);
	mpz_powm(z->x, z->x, z->e, z->p);
	eg_fixed_base_power(fixed, r, e);
	eg_fixed_base_power_secret(fixed, s, e);
	return limbs_equal_mpz(r, group->limbs, z->x) &&
		limbs_equal_mpz(s, group->limbs, z->x);
}

/* Edges, one bit at a time, random scalars, and more than q allows. */
static bool
check_powers(const eg_fixed_base *fixed, const mp_limb_t *base, int count)
{
	const eg_group *group = fixed->group;
	numbers		z;
	mp_limb_t	e[EG_MAX_SCALAR_LIMBS];
	size_t		n = group->scalar_limbs;
	bool		passed = true;
	int			i;

	mpz_inits(z.p, z.x, z.e, NULL);
	limbs_to_mpz(z.p, group->p, group->limbs);
	for (i = 0; i < count; i++)
	{
		if (i < TEST_EDGES)
			test_edge(e, group->q, n, i);
		else
			test_random_limbs(e, n);
		passed = passed && check_power(&z, fixed, base, e);
		mpn_zero(e, n);
		e[i / 64 % n] = (mp_limb_t) 1 << i % 64;
		passed = passed && check_power(&z, fixed, base, e);
	}
	mpz_clears(z.p, z.x, z.e, NULL);
	return passed;
}

static void
test_window(const eg_group *group, unsigned window, int count)
{
	mp_limb_t	base[EG_MAX_LIMBS];
	size_t		size = eg_fixed_base_size(group, EG_TABLE_PUBLIC, window);
	void	   *memory = malloc(size);
	eg_fixed_base fixed;
	bool		passed;

	/* A number that is no member must be raised correctly too. */
	test_random_element(group, base);
	passed = memory != NULL &&
		eg_fixed_base_init(&fixed, group, EG_TABLE_PUBLIC, window, memory, base,
						   NULL) == EG_OK;
	passed = passed && check_powers(&fixed, base, count);
	test_ok(passed, "%s: window of %u bits, %zu bytes", group->name, window,
			size);
	free(memory);
}

/*
 * Tables of other kernels serve batches only: more than full lanes of powers
 * from one.
 */
#define POWERS		11

static bool
run_batch(const eg_fixed_base *fixed, const mp_limb_t *base,
		  mp_limb_t (*e)[EG_MAX_SCALAR_LIMBS], mp_limb_t (*r)[EG_MAX_LIMBS])
{
	eg_fixed_power public[POWERS];
	eg_secret_power secret[POWERS];
	eg_batch	batch = {fixed->group, NULL, 0, public, POWERS};
	size_t		offender;
	int			i;

	for (i = 0; i < POWERS; i++)
	{
		public[i] = (eg_fixed_power) {base, fixed, e[i], r[i]};
		secret[i] = (eg_secret_power) {base, fixed, e[i], r[i]};
	}
	if (!eg_fixed_base_serves(fixed, fixed->use))
		return false;
	if (fixed->use == EG_TABLE_SECRET && test_random() % 2 == 0)
		return eg_secret_power_run(fixed->group, secret, POWERS, &offender,
								   NULL) == EG_OK;
	return eg_batch_run(&batch, NULL) == EG_OK;
}

static bool
check_batches(const eg_fixed_base *fixed, const mp_limb_t *base, int count)
{
	const eg_group *group = fixed->group;
	mp_limb_t	e[POWERS][EG_MAX_SCALAR_LIMBS];
	mp_limb_t	r[POWERS][EG_MAX_LIMBS];
	numbers		z;
	bool		passed = true;
	int			i;
	int			j;

	mpz_inits(z.p, z.x, z.e, NULL);
	limbs_to_mpz(z.p, group->p, group->limbs);
	for (i = 0; i < count; i++)
	{
		for (j = 0; j < POWERS; j++)
			if (i % 2 == 0)
				test_random_limbs(e[j], group->scalar_limbs);
			else
				test_edge(e[j], group->q, group->scalar_limbs,
						  (i / 2 * POWERS + j) % TEST_EDGES);
		passed = passed && run_batch(fixed, base, e, r);
		for (j = 0; j < POWERS; j++)
		{
			limbs_to_mpz(z.x, base, group->limbs);
			limbs_to_mpz(z.e, e[j], group->scalar_limbs);
			mpz_powm(z.x, z.x, z.e, z.p);
			passed = passed && limbs_equal_mpz(r[j], group->limbs, z.x);
		}
	}
	mpz_clears(z.p, z.x, z.e, NULL);
	return passed;
}

static void
test_use(const eg_group *group, eg_table_use use, int count)
{
	mp_limb_t	base[EG_MAX_LIMBS];
	unsigned	window;
	int			tables = 0;
	bool		passed = true;

	for (window = 0; window <= EG_MAX_WINDOW + 1; window++)
	{
		size_t		size = eg_fixed_base_size(group, use, window);
		void	   *memory = malloc(size);
		eg_fixed_base fixed;

		if (size == 0)
		{
			passed = passed && eg_fixed_base_init(&fixed, group, use, window,
												  memory, group->g,
												  NULL) == EG_INVALID;
			free(memory);
			continue;
		}
		tables++;
		test_random_element(group, base);
		passed = passed &&
			eg_fixed_base_init(&fixed, group, use, window, memory, base,
							   NULL) == EG_OK &&
			check_batches(&fixed, base, count);
		free(memory);
	}
	test_ok(passed && tables > 0 &&
			eg_fixed_base_size(group, use,
							   eg_fixed_base_window(group, use)) > 0,
			"%s: %d tables for %s exponents", group->name, tables,
			use == EG_TABLE_SECRET ? "secret" : "public");
}

/* The arithmetic of sizes: 256 = 3 * 85 + 1 bits in windows of 3. */
static void
test_sizes(void)
{
	const eg_group *group = test_group(REAL_2_1_0);

	test_ok(eg_fixed_base_size(group, EG_TABLE_PUBLIC, 8) == (size_t) 32 * 256 * 512 &&
			eg_fixed_base_size(group, EG_TABLE_PUBLIC, 3) == (size_t) (85 * 8 + 2) * 512 &&
			eg_fixed_base_size(group, EG_TABLE_PUBLIC, 12) ==
			(size_t) (21 * 4096 + 16) * 512, "sizes of tables");
	test_ok(eg_fixed_base_size(group, EG_TABLE_PUBLIC, 0) == 0 &&
			eg_fixed_base_size(group, EG_TABLE_PUBLIC, EG_MAX_WINDOW + 1) == 0,
			"a window out of range has no size");
}

static void
test_refusals(const eg_group *group)
{
	void	   *memory = malloc(eg_fixed_base_size(group, EG_TABLE_PUBLIC, 8));
	eg_fixed_base fixed;
	int			left = 50;
	eg_stop		stop = {test_stop_after, &left};

	test_ok(memory != NULL &&
			eg_fixed_base_init(&fixed, group, EG_TABLE_PUBLIC, 0, memory, group->g,
							   NULL) == EG_INVALID &&
			eg_fixed_base_init(&fixed, group, EG_TABLE_PUBLIC, EG_MAX_WINDOW + 1, memory,
							   group->g, NULL) == EG_INVALID,
			"%s: windows out of range", group->name);
	test_ok(eg_fixed_base_init(&fixed, group, EG_TABLE_PUBLIC, 8, memory, group->g,
							   &stop) == EG_INTERRUPTED && left == 0,
			"%s: making a table stops", group->name);
	free(memory);
}

int
main(void)
{
	unsigned	window;
	int			i;

	test_begin();
	test_sizes();
	for (i = 0; i < TEST_GROUPS; i++)
		for (window = 1; window <= 8; window++)
			test_window(test_group(i), window,
						test_group(i)->limbs > 4 ? 30 : 300);
	test_window(test_group(TOY_256), 11, 300);
	test_window(test_group(TOY_256), 12, 300);
	test_refusals(test_group(REAL_2_1_0));
	if (test_kernel(EG_KERNEL_IFMA))
	{
		test_use(test_group(REAL_2_1_0), EG_TABLE_PUBLIC, 10);
		test_use(test_group(REAL_1_X), EG_TABLE_PUBLIC, 2);
		test_use(test_group(REAL_2_1_0), EG_TABLE_SECRET, 20);
		test_use(test_group(REAL_1_X), EG_TABLE_SECRET, 2);
		test_refusals(test_group(REAL_2_1_0));
	}
	test_use(test_group(TOY_256), EG_TABLE_SECRET, 2);
	return test_end();
}
