/*
 * test_stack.c
 *		Secret powers leave nothing on the stack that tells about exponents.
 *
 * Runs have a stack of their own, all zeros before.  What is on it afterwards is
 * compared for two sets of exponents, everything else being the same: the bytes
 * must be the same, too.  As a control, one function leaves its exponent there.
 * Sanitizers have stacks of their own kind, on which this means nothing.
 */
#include <ucontext.h>

#include "math/secret_power.h"

#include "test.h"
#include "test_groups.h"

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED	1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED	1
#endif

#define STACK		(512 * 1024)
#define MOST		16

static const eg_group *group;
static mp_limb_t bases[MOST][EG_MAX_LIMBS];
static mp_limb_t exponents[MOST][EG_MAX_SCALAR_LIMBS];
static mp_limb_t results[MOST][EG_MAX_LIMBS];
static eg_fixed_base table;
static eg_secret_power powers[MOST];

static uint8_t stack[STACK] __attribute__((aligned(64)));
static ucontext_t before_run;
static ucontext_t after_run;
static void (*run) (size_t n);
static size_t run_n;

/* n powers, of each base so many, with the table or without. */
static void
set_powers(size_t n, size_t of_each, const eg_fixed_base *fixed)
{
	for (size_t i = 0; i < n; i++)
		powers[i] = (eg_secret_power) {fixed != NULL ? group->g :
			bases[i / of_each], fixed, exponents[i], results[i]};
}

static void
run_powers(size_t n)
{
	size_t		offender;

	if (eg_secret_power_run(group, powers, n, &offender, NULL) != EG_OK)
		abort();
}

/* Powers 0 .. n - 1, and one more of a base outside the group */
static void
run_to_offender(size_t n)
{
	static mp_limb_t foreign[EG_MAX_LIMBS];
	size_t		offender;

	mpn_sub_n(foreign, group->p, bases[n], group->limbs);
	powers[n] = (eg_secret_power) {foreign, NULL, exponents[n], results[n]};
	if (eg_secret_power_run(group, powers, n + 1, &offender,
							NULL) != EG_NOT_FOUND || offender != n)
		abort();
}

static __attribute__((noinline)) void
leak(size_t n)
{
	mp_limb_t	copy[EG_MAX_SCALAR_LIMBS];

	memcpy(copy, exponents[n - 1], sizeof(copy));
	__asm__ volatile("" : : "r"(copy) : "memory");
}

static void
run_on_stack(void)
{
	run(run_n);
}

/* Registers are what they were at the start of the program, each time. */
static void
run_apart(void)
{
	for (int i = 0; i < MOST; i++)
		test_random_scalar(group, exponents[i]);
	memset(stack, 0, STACK);
	before_run.uc_stack.ss_sp = stack;
	before_run.uc_stack.ss_size = STACK;
	before_run.uc_link = &after_run;
	makecontext(&before_run, run_on_stack, 0);
	if (swapcontext(&after_run, &before_run) != 0)
		abort();
}

/* The first run of all has the dynamic linker at work. */
static bool
leaves_nothing(void (*what) (size_t n), size_t n)
{
	static uint8_t left[STACK];

	run = what;
	run_n = n;
	run_apart();
	run_apart();
	memcpy(left, stack, STACK);
	run_apart();
	return memcmp(left, stack, STACK) == 0;
}

static void
test_powers(void)
{
	static const size_t counts[] = {1, 5, 6, 8, 13};
	unsigned	window = eg_fixed_base_window(group, EG_TABLE_SECRET);
	void	   *memory = malloc(eg_fixed_base_size(group, EG_TABLE_SECRET,
												   window));

	if (memory == NULL ||
		eg_fixed_base_init(&table, group, EG_TABLE_SECRET, window, memory,
						   group->g, NULL) != EG_OK)
		abort();
	for (size_t i = 0; i < lengthof(counts); i++)
	{
		size_t		n = counts[i];

		set_powers(n, 1, NULL);
		test_ok(leaves_nothing(run_powers, n), "%zu bases", n);
		set_powers(n, 2, NULL);
		test_ok(leaves_nothing(run_powers, n), "%zu powers, two of a base", n);
		test_ok(leaves_nothing(run_to_offender, n),
				"%zu powers, two of a base, and an offender", n);
		set_powers(n, 1, &table);
		test_ok(leaves_nothing(run_powers, n), "%zu powers of a table", n);
	}
	test_ok(!leaves_nothing(leak, 1), "what is left is seen");
	free(memory);
}

int
main(void)
{
#ifdef SANITIZED
	printf("1..0 # SKIP no stack of the usual kind\n");
	return EXIT_SUCCESS;
#endif
	test_begin();
	if (getcontext(&before_run) != 0)
		abort();
	group = &eg_group_2_1_0;
	for (int i = 0; i < MOST; i++)
		test_random_member(group, bases[i]);
	for (int k = 0; k < TEST_KERNELS; k++)
		if (test_kernel(k))
			test_powers();
	return test_end();
}
