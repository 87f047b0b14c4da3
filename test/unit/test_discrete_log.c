/*
 * test_discrete_log.c
 *		Bounded discrete logarithms: every one that is there, and no other.
 */
#include "math/discrete_log.h"

#include "math/power.h"

#include "test.h"
#include "test_groups.h"

static void
raise(const eg_group *group, mp_limb_t *y, const mp_limb_t *base, uint64_t t)
{
	mp_limb_t	e = t;

	eg_power(group, y, base, &e, 1);
}

/* With the memory that it lives in. */
typedef struct table
{
	eg_discrete_log log;
	void	   *memory;
} table;

static void
make_table(table *t, const eg_group *group, const mp_limb_t *base,
		   uint64_t bound)
{
	t->memory = malloc(eg_discrete_log_size(bound));
	if (t->memory == NULL ||
		eg_discrete_log_init(&t->log, group, base, bound, t->memory,
							 NULL) != EG_OK)
		abort();
}

static void
free_table(table *t)
{
	free(t->memory);
}

static bool
finds(const table *t, const mp_limb_t *y, uint64_t expected)
{
	uint64_t	found = UINT64_MAX;

	return eg_discrete_log_find(&t->log, &found, y, NULL) == EG_OK &&
		found == expected;
}

static bool
finds_nothing(const table *t, const mp_limb_t *y)
{
	uint64_t	found = UINT64_MAX;

	return eg_discrete_log_find(&t->log, &found, y, NULL) == EG_NOT_FOUND;
}

/*
 * In 16 bits: every residue as the element, with bases of orders 127, 2, 1
 * and p - 1, for bounds below, at and above the order.
 */
static void
test_exhaustively(const eg_group *group, mp_limb_t base, uint64_t bound)
{
	static int	logarithm[65536];
	mp_limb_t	y = 1;
	uint64_t	t;
	table		table;
	bool		passed = true;

	memset(logarithm, -1, sizeof(logarithm));
	for (t = 0; t <= bound && logarithm[y] < 0; t++)
	{
		logarithm[y] = (int) t;
		y = y * base % group->p[0];
	}
	make_table(&table, group, &base, bound);
	for (y = 0; y < group->p[0]; y++)
		passed = passed && (logarithm[y] < 0 ? finds_nothing(&table, &y) :
							finds(&table, &y, (uint64_t) logarithm[y]));
	test_ok(passed, "%s: every residue, base %u, bound %u", group->name,
			(unsigned) base, (unsigned) bound);
	free_table(&table);
}

/* 0, bound, what lies about a giant step; bound + 1 and others are not. */
static void
test_limits(const eg_group *group, uint64_t bound)
{
	mp_limb_t	y[EG_MAX_LIMBS];
	table		table;
	uint64_t	t[8];
	bool		passed;
	size_t		i;

	make_table(&table, group, group->g, bound);
	t[0] = 0;
	t[1] = bound;
	t[2] = bound / 2;
	t[3] = table.log.steps - 1;
	t[4] = table.log.steps;
	t[5] = bound - bound % table.log.steps;
	t[6] = t[5] > 0 ? t[5] - 1 : 0;
	t[7] = test_random() % (bound + 1);

	passed = true;
	for (i = 0; i < lengthof(t); i++)
	{
		raise(group, y, group->g, t[i]);
		if (t[i] <= bound)
			passed = passed && finds(&table, y, t[i]);
	}
	test_ok(passed, "%s: found up to %llu", group->name,
			(unsigned long long) bound);

	raise(group, y, group->g, bound + 1);
	passed = finds_nothing(&table, y);
	raise(group, y, group->g, bound + 2);
	passed = passed && finds_nothing(&table, y);
	eg_inverse(group, y, group->g);
	passed = passed && finds_nothing(&table, y);
	mpn_zero(y, group->limbs);
	passed = passed && finds_nothing(&table, y);
	test_random_element(group, y);
	passed = passed && finds_nothing(&table, y);
	test_ok(passed, "%s: not found above %llu", group->name,
			(unsigned long long) bound);
	free_table(&table);
}

/*
 * Fingerprints that lie: the search must go past each of them, to the right
 * step behind it in the same chain of slots, or to the end.
 */
static void
test_false_hits(const eg_group *group)
{
	mp_limb_t	y[EG_MAX_LIMBS];
	uint64_t   *fingerprints;
	uint32_t   *numbers;
	uint32_t	a;
	uint32_t	b;
	uint32_t	slot;
	uint64_t	bound = 10000;
	table		table;

	make_table(&table, group, group->g, bound);
	fingerprints = table.memory;
	numbers = (uint32_t *) (fingerprints + table.log.slots);

	/* Two steps side by side: give the second the first one's slot too. */
	for (slot = 0; numbers[slot] == 0 || numbers[slot + 1] == 0; slot++)
		;
	a = numbers[slot] - 1;
	b = numbers[slot + 1] - 1;
	fingerprints[slot + 1] = fingerprints[slot];
	numbers[slot] = b + 1;
	numbers[slot + 1] = a + 1;

	raise(group, y, group->g, a);
	test_ok(finds(&table, y, a), "%s: the step behind a false hit",
			group->name);
	numbers[slot + 1] = b + 1;
	test_ok(finds_nothing(&table, y), "%s: a false hit is no answer",
			group->name);
	raise(group, y, group->g, a + 50 * table.log.steps);
	test_ok(finds_nothing(&table, y), "%s: nor at a later giant step",
			group->name);
	free_table(&table);
}

static void
test_refusals(const eg_group *group)
{
	mp_limb_t	y[EG_MAX_LIMBS];
	uint64_t	bound = 1000000;
	uint64_t	t;
	table		table;
	int			left;
	eg_stop		stop = {test_stop_after, &left};

	make_table(&table, group, group->g, bound);
	raise(group, y, group->g, bound + 1);
	left = 500;
	test_ok(eg_discrete_log_find(&table.log, &t, y, &stop) ==
			EG_INTERRUPTED && left == 0, "%s: a search stops", group->name);
	left = 500;
	test_ok(eg_discrete_log_init(&table.log, group, group->g, bound,
								 table.memory, &stop) == EG_INTERRUPTED &&
			left == 0, "%s: making a table stops", group->name);

	mpn_zero(y, group->limbs);
	test_ok(eg_discrete_log_init(&table.log, group, y, bound, table.memory,
								 NULL) == EG_INVALID &&
			eg_discrete_log_init(&table.log, group, group->g,
								 EG_MAX_DISCRETE_LOG + 1, table.memory,
								 NULL) == EG_INVALID,
			"%s: base 0, bound too high", group->name);
	test_ok(eg_discrete_log_size(EG_MAX_DISCRETE_LOG) <= 2 << 20 &&
			eg_discrete_log_size(EG_MAX_DISCRETE_LOG + 1) == 0 &&
			eg_discrete_log_size(0) > 0, "sizes of tables");
	free_table(&table);
}

int
main(void)
{
	static const uint64_t bounds[] = {0, 1, 2, 3, 8, 9, 125, 126, 127, 1000};
	static const uint64_t limits[] = {0, 1, 2, 3, 4, 99, 100, 65535, 65536};
	const eg_group *toy = test_group(TOY_16);
	mp_limb_t	generator = 5;
	size_t		i;

	test_begin();
	for (i = 0; i < lengthof(bounds); i++)
	{
		test_exhaustively(toy, toy->g[0], bounds[i]);
		test_exhaustively(toy, 1, bounds[i]);
		test_exhaustively(toy, toy->p[0] - 1, bounds[i]);
	}
	test_exhaustively(toy, generator, 1000);
	test_exhaustively(toy, generator, EG_MAX_DISCRETE_LOG);

	for (i = 0; i < lengthof(limits); i++)
	{
		test_limits(test_group(TOY_256), limits[i]);
		test_limits(test_group(REAL_2_1_0), limits[i]);
	}
	test_limits(test_group(TOY_256), EG_MAX_DISCRETE_LOG);
	test_limits(test_group(REAL_2_1_0), EG_MAX_DISCRETE_LOG);
	test_limits(test_group(REAL_1_X), 5000);

	test_false_hits(test_group(REAL_2_1_0));
	test_refusals(test_group(REAL_2_1_0));
	return test_end();
}
