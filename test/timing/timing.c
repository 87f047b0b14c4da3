/*
 * timing.c
 *		Whether the time of the functions that take secrets tells about them.
 *
 * Fixed against random secrets: of each function two classes of runs are
 * timed, one whose secrets are always the same, with few bits set or of the
 * kind that always borrows, and one whose secrets are random.  The class of
 * each run is drawn.  Secrets of both classes are made for every run and one
 * of them is selected by a mask, so that what precedes a run is alike for both.
 *
 * The times of the classes are compared by Welch's t-test.  As interrupts and
 * other work on the machine make a few runs many times as long, the test is
 * done on all times and on what is left after cropping at quantiles of both
 * classes together; t is the largest of these in absolute value.  Below 4.5
 * the classes cannot be told apart; the function passes.  See Reparaz, Balasch
 * and Verbauwhede, "Dude, is my code constant time?", 2017.
 *
 * Where data stay the same from run to run, processors have been seen to take a
 * fraction of a nanosecond more, or less: which of them, is another thing in
 * each process.  So a function whose classes can be told apart is measured once
 * more in a process of its own, `timing KERNEL FUNCTION`, and fails if the same
 * class is the slower one there.
 *
 * As a positive control two functions for public data, whose time does depend
 * on the exponent, must not pass; a hundredth of the runs shows it.
 *
 * CT_RUNS (1000000) says how many runs each function gets, and CT_LONG_RUNS
 * (as many) how many those that take 50 us or more: 10^6 of each take hours.
 */
#include <math.h>
#include <time.h>

#if defined(__x86_64__)
#include <x86intrin.h>
#endif

#include "math/cpu.h"
#include "math/fixed_base.h"
#include "math/ifma_eight.h"
#include "math/ifma_one.h"
#include "math/montgomery.h"
#include "math/power.h"
#include "math/scalar.h"
#include "math/secret_power.h"
#include "protocol/hash_uses.h"
#include "protocol/range_prover.h"
#include "protocol/share_polynomial.h"

#include "../unit/test.h"

#define RUNS		1000000
#define FEWEST_RUNS	1000
#define LONG		50000		/* ns */
#define THRESHOLD	4.5

#define LIMBS		EG_MAX_LIMBS
#define SCALAR		EG_MAX_SCALAR_LIMBS
#define LANES		8
#define COEFFICIENTS	3

/* A proof that a vote is 0 or 1 draws u_0, u_1, c_0 and c_1. */
#define BOUND		1
#define PAIRS		(BOUND + 1)
#define DRAWS		(2 * PAIRS)

/*
 * All the secrets of any function.  Random bytes are below p and below q
 * but for once in 2^189 runs or less.
 */
typedef struct secrets
{
	mp_limb_t	x[LIMBS];
	mp_limb_t	y[LIMBS];
	mp_limb_t	a[SCALAR];
	mp_limb_t	b[SCALAR];
	mp_limb_t	e[LANES][SCALAR];
	uint8_t		bytes[EG_SCALAR_BYTES];
	uint8_t		coefficients[COEFFICIENTS][EG_SCALAR_BYTES];
	uint64_t	value;
} secrets;

static const eg_group *const group = &eg_group_2_1_0;
static secrets fixed_secrets;
static secrets in;

/*
 * What a function draws is random in both classes: it is so whatever the
 * secrets are that it is given.
 */
static uint8_t draws[DRAWS][EG_SCALAR_BYTES];

/* What functions write, and what is public about their arguments. */
static mp_limb_t out[LANES][LIMBS];
static mp_limb_t bases[LANES][LIMBS];
static eg_fixed_base table;
static eg_secret_power powers[LANES];
static eg_range_prover prover;
static eg_secret_plan plan;
static eg_given given;
static eg_random source;
static eg_fault fault;
static eg_hash hash;

/*
 * Secrets
 */

static void
fix_secrets(secrets *s)
{
	memset(s, 0, sizeof(*s));
	s->x[0] = 1;
	s->y[0] = 2;
	s->a[0] = 1;
	s->b[0] = 2;
	for (int i = 0; i < LANES; i++)
		s->e[i][SCALAR - 1] = (mp_limb_t) 1 << 63;
	memset(s->bytes, 0xff, sizeof(s->bytes));
	for (int i = 0; i < COEFFICIENTS; i++)
		s->coefficients[i][EG_SCALAR_BYTES - 1] = 1;
	s->value = 1;
}

/* To be read and written as words. */
typedef union secret_words
{
	secrets		s;
	uint64_t	word[sizeof(secrets) / sizeof(uint64_t)];
} secret_words;

/* The fixed secrets or random ones, in the same time. */
static void
draw_secrets(bool fixed)
{
	static secret_words random;
	static secret_words constant;
	static secret_words chosen;
	uint64_t	mask = 0 - (uint64_t) fixed;

	constant.s = fixed_secrets;
	for (size_t i = 0; i < lengthof(random.word); i++)
		random.word[i] = test_random();
	random.s.value &= BOUND;
	for (size_t i = 0; i < sizeof(draws); i++)
		draws[i / EG_SCALAR_BYTES][i % EG_SCALAR_BYTES] =
			(uint8_t) (test_random() >> 32);
	for (size_t i = 0; i < lengthof(random.word); i++)
		chosen.word[i] = (constant.word[i] & mask) |
			(random.word[i] & ~mask);
	in = chosen.s;
}

/*
 * The functions
 */

static void
run_mul(void)
{
	eg_mont_mul_secret(group, out[0], in.x, in.y);
}

static void
run_sqr(void)
{
	eg_mont_sqr_secret(group, out[0], in.x);
}

static void
run_add(void)
{
	eg_scalar_add(group, out[0], in.a, in.b);
}

static void
run_sub(void)
{
	eg_scalar_sub(group, out[0], in.a, in.b);
}

static void
run_scalar_mul(void)
{
	eg_scalar_mul(group, out[0], in.a, in.b);
}

static void
run_reduce(void)
{
	eg_scalar_reduce(group, out[0], in.bytes);
}

static void
run_import(void)
{
	eg_scalar_import(group, out[0], in.coefficients[0]);
}

static void
run_export(void)
{
	static uint8_t bytes[EG_SCALAR_BYTES];

	eg_scalar_export(group, bytes, in.a);
}

/* H and H_q of a secret */
static void
run_hash(void)
{
	static uint8_t nonce[EG_HASH_BYTES];
	static const uint8_t h_i[EG_HASH_BYTES];

	eg_encryption_nonce(nonce, h_i, 1, 2, in.bytes);
}

static void
run_polynomial(void)
{
	eg_polynomial_at(group, out[0], in.coefficients[0], COEFFICIENTS, 5);
}

static void
run_fixed_secret(void)
{
	eg_fixed_base_power_secret(&table, out[0], in.e[0]);
}

static void
raise_powers(size_t n)
{
	size_t		offender;

	if (eg_secret_power_run(group, powers, n, &offender, NULL) != EG_OK)
		abort();
}

static void
run_one_power(void)
{
	raise_powers(1);
}

static void
run_fixed_public(void)
{
	eg_fixed_base_power(&table, out[0], in.e[0]);
}

static void
run_power_public(void)
{
	eg_power(group, out[0], in.x, in.e[0], SCALAR);
}

/*
 * What is made ready before each run
 */

static void
ready_nothing(void)
{
}

/* Powers of the generator from its table; and of one or eight bases. */
static void
ready_powers(const eg_fixed_base *fixed, int n_bases)
{
	for (int i = 0; i < LANES; i++)
		powers[i] = (eg_secret_power) {bases[i % n_bases], fixed, in.e[i],
									   out[i]};
}

static void
ready_table(void)
{
	ready_powers(&table, 1);
}

static void
ready_one_base(void)
{
	ready_powers(NULL, 1);
}

/* A range proof: the plan is never run, as powers are timed by themselves. */

static mp_limb_t plan_exponents[2 * PAIRS * SCALAR];
static mp_limb_t plan_results[2 * PAIRS][LIMBS];
static eg_secret_power plan_powers[2 * PAIRS];

static void *
allocate(void *context, size_t size)
{
	static mp_limb_t memory[DRAWS * SCALAR];

	(void) context;
	return size <= sizeof(memory) ? memory : NULL;
}

static const eg_arena arena = {allocate, NULL};

static void
ready_prover(void)
{
	plan.n = 0;
	source = eg_random_given(&given, (eg_bytes) {draws[0], sizeof(draws)});
}

static void
run_prover(void)
{
	if (!eg_range_prover_plan(&prover, &plan, BOUND, in.a,
							  (uint32_t) in.value, &source, &arena, &fault))
		abort();
}

static void
ready_proof(void)
{
	static const uint8_t key[EG_HASH_BYTES];

	ready_prover();
	run_prover();
	eg_hash_begin_mod_q(&hash, key);
}

static void
run_proof(void)
{
	static uint8_t pairs[PAIRS * EG_PAIR_BYTES];

	eg_range_prover_finish(&prover, &plan, &hash, pairs);
}

/* The IFMA kernels themselves */

#ifdef EG_HAVE_IFMA

static void
run_powers(void)
{
	raise_powers(LANES);
}

static void
ready_bases(void)
{
	ready_powers(NULL, LANES);
}

static eg_ifma_number one[2];
static eg_ifma_lanes eight[2];
static eg_ifma_lanes eight_out;
static eg_ifma_number one_out;

static void
ready_one(void)
{
	eg_ifma_number_import_le(&one[0], (const uint8_t *) in.x);
	eg_ifma_number_import_le(&one[1], (const uint8_t *) in.y);
}

static void
ready_eight(void)
{
	ready_one();
	for (int i = 0; i < 2; i++)
		eg_ifma_lanes_repeat(&eight[i], &one[i]);
}

static void
run_one_mul(void)
{
	eg_ifma_one_mul(&one_out, &one[0], &one[1], eg_kernel_modulus(group));
}

static void
run_one_sqr(void)
{
	eg_ifma_one_sqr(&one_out, &one[0], eg_kernel_modulus(group));
}

static void
run_eight_mul(void)
{
	eg_ifma_eight_mul(&eight_out, &eight[0], &eight[1],
					  eg_kernel_modulus(group));
}

static void
run_eight_sqr(void)
{
	eg_ifma_eight_sqr(&eight_out, &eight[0], eg_kernel_modulus(group));
}

static void
run_one_export(void)
{
	eg_ifma_number_export_le((uint8_t *) out[0], &one[0],
							 eg_kernel_modulus(group));
}

#endif

typedef struct entry
{
	const char *name;
	void		(*ready) (void);
	void		(*run) (void);
	bool		public;			/* must not pass */
} entry;

static const entry portable_entries[] = {
	{"eg_mont_mul_secret", ready_nothing, run_mul, false},
	{"eg_mont_sqr_secret", ready_nothing, run_sqr, false},
	{"eg_scalar_add", ready_nothing, run_add, false},
	{"eg_scalar_sub", ready_nothing, run_sub, false},
	{"eg_scalar_mul", ready_nothing, run_scalar_mul, false},
	{"eg_scalar_reduce", ready_nothing, run_reduce, false},
	{"eg_scalar_import", ready_nothing, run_import, false},
	{"eg_scalar_export", ready_nothing, run_export, false},
	{"eg_encryption_nonce", ready_nothing, run_hash, false},
	{"eg_polynomial_at", ready_nothing, run_polynomial, false},
	{"eg_range_prover_plan", ready_prover, run_prover, false},
	{"eg_range_prover_finish", ready_proof, run_proof, false},
	{"eg_fixed_base_power_secret", ready_nothing, run_fixed_secret, false},
	{"eg_secret_power_run, 1, table", ready_table, run_one_power, false},
	{"eg_secret_power_run, 1 base", ready_one_base, run_one_power, false},
	{"eg_power (public)", ready_nothing, run_power_public, true},
	{"eg_fixed_base_power (public)", ready_nothing, run_fixed_public, true},
};

#ifdef EG_HAVE_IFMA
static const entry ifma_entries[] = {
	{"eg_ifma_one_mul", ready_one, run_one_mul, false},
	{"eg_ifma_one_sqr", ready_one, run_one_sqr, false},
	{"eg_ifma_number_export_le", ready_one, run_one_export, false},
	{"eg_ifma_eight_mul", ready_eight, run_eight_mul, false},
	{"eg_ifma_eight_sqr", ready_eight, run_eight_sqr, false},
	{"eg_secret_power_run, 8, table", ready_table, run_powers, false},
	{"eg_secret_power_run, 1 base", ready_one_base, run_one_power, false},
	{"eg_secret_power_run, 8 bases", ready_bases, run_powers, false},
};
#endif

/*
 * Time
 */

/* Nanoseconds of CPU time of this thread: other processes do not count. */
static uint64_t
cpu_time(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (uint64_t) t.tv_sec * 1000000000 + (uint64_t) t.tv_nsec;
}

/* The processor's counter is finer, and cheaper to read. */
static inline uint64_t
counter(void)
{
#if defined(__x86_64__)
	uint64_t	t;

	_mm_lfence();
	t = __rdtsc();
	_mm_lfence();
	return t;
#else
	return cpu_time();
#endif
}

typedef struct measurement
{
	uint64_t	time;
	bool		fixed;
} measurement;

static inline uint64_t
time_run(const entry *entry, bool fixed, uint64_t (*clock) (void))
{
	uint64_t	start;

	draw_secrets(fixed);
	entry->ready();
	start = clock();
	entry->run();
	return clock() - start;
}

/* The shortest of a few runs, in ns; they warm the caches, too. */
static uint64_t
usual_time(const entry *entry)
{
	uint64_t	least = UINT64_MAX;

	for (int i = 0; i < 10; i++)
	{
		uint64_t	taken = time_run(entry, i % 2 == 0, cpu_time);

		if (taken < least)
			least = taken;
	}
	return least;
}

static void
measure(const entry *entry, measurement *all, size_t n,
		uint64_t (*clock) (void))
{
	for (size_t i = 0; i < n; i++)
	{
		all[i].fixed = test_random() >> 63;
		all[i].time = time_run(entry, all[i].fixed, clock);
	}
}

/*
 * Statistics
 */

typedef struct sample
{
	double		n;
	double		mean;
	double		squares;		/* of the distances from the mean, summed */
} sample;

static void
add_to_sample(sample *s, double x)
{
	double		distance = x - s->mean;

	s->n += 1;
	s->mean += distance / s->n;
	s->squares += distance * (x - s->mean);
}

/* 0 if cropping has left too little of a class; all times never are. */
static double
welch(const sample *s)
{
	double		variance = 0;
	double		distance = s[0].mean - s[1].mean;

	for (int i = 0; i < 2; i++)
	{
		if (s[i].n < 2)
			return 0;
		variance += s[i].squares / (s[i].n - 1) / s[i].n;
	}
	if (variance > 0)
		return distance / sqrt(variance);
	return distance == 0 ? 0 : INFINITY;
}

static int
compare_times(const void *a, const void *b)
{
	uint64_t	x = ((const measurement *) a)->time;
	uint64_t	y = ((const measurement *) b)->time;

	return (x > y) - (x < y);
}

/* The largest t over all croppings; equal times stay together. */
static double
largest_t(measurement *all, size_t n)
{
	static const double kept[] = {0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999, 1};
	sample		s[2] = {{0, 0, 0}, {0, 0, 0}};
	double		largest = 0;
	size_t		i = 0;

	qsort(all, n, sizeof(*all), compare_times);
	for (size_t k = 0; k < lengthof(kept); k++)
	{
		uint64_t	most = all[(size_t) (kept[k] * (double) (n - 1))].time;
		double		t;

		for (; i < n && all[i].time <= most; i++)
			add_to_sample(&s[all[i].fixed], (double) all[i].time);
		t = welch(s);
		if (fabs(t) > fabs(largest))
			largest = t;
	}
	return largest;
}

/*
 * The program
 */

/* A number of runs from the environment. */
static size_t
runs_from(const char *name, size_t otherwise)
{
	const char *value = getenv(name);
	char	   *end;
	unsigned long runs;

	if (value == NULL)
		return otherwise;
	runs = strtoul(value, &end, 10);
	if (*end != '\0' || runs < FEWEST_RUNS || runs > SIZE_MAX / sizeof(measurement))
	{
		fprintf(stderr, "%s is %d or more\n", name, FEWEST_RUNS);
		exit(2);
	}
	return runs;
}

static size_t
runs_of(const entry *entry, bool lasts)
{
	size_t		runs = runs_from("CT_RUNS", RUNS);

	if (entry->public)
		return runs / 100 < FEWEST_RUNS ? FEWEST_RUNS : runs / 100;
	return lasts ? runs_from("CT_LONG_RUNS", runs) : runs;
}

static const char *program;

/* The kernel and the function that this process is for; NULL for all. */
static const char *only_kernel;
static const char *only_function;

static double
t_of_another_process(const char *kernel, const entry *entry)
{
	char		command[1024];
	double		t;
	FILE	   *output;

	snprintf(command, sizeof(command), "'%s' '%s' '%s'", program, kernel,
			 entry->name);
	output = popen(command, "r");
	if (output == NULL || fscanf(output, "%lf", &t) != 1)
		abort();
	pclose(output);
	return t;
}

static bool
can_be_told_apart(const char *kernel, const entry *entry, double t)
{
	double		again;

	if (fabs(t) < THRESHOLD || entry->public)
		return fabs(t) >= THRESHOLD;
	again = t_of_another_process(kernel, entry);
	printf("%-8s %-31s once more: t %9.2f\n", kernel, entry->name, again);
	return fabs(again) >= THRESHOLD && (again > 0) == (t > 0);
}

static bool
test_entry(const char *kernel, const entry *entry)
{
	uint64_t	usual = usual_time(entry);
	bool		lasts = usual >= LONG;
	size_t		runs = runs_of(entry, lasts);
	measurement *all;
	double		t;
	bool		passed;

	all = malloc(runs * sizeof(*all));
	if (all == NULL)
		abort();
	measure(entry, all, runs, lasts ? cpu_time : counter);
	t = largest_t(all, runs);
	free(all);
	if (only_function != NULL)
	{
		printf("%.2f\n", t);
		return true;
	}
	passed = can_be_told_apart(kernel, entry, t) == entry->public;
	printf("%-8s %-31s %8zu runs of %8.1f us  t %9.2f  %s\n", kernel,
		   entry->name, runs, 1e-3 * (double) usual, t, passed ? "ok" :
		   entry->public ? "FAILED: no difference seen" : "FAILED");
	return passed;
}

static bool
is_wanted(const char *kernel, const entry *entry)
{
	return only_function == NULL || (strcmp(only_kernel, kernel) == 0 &&
									 strcmp(only_function, entry->name) == 0);
}

/* With a table of its own for the kernel in use; how many failed. */
static int
test_entries(const char *kernel, const entry *entries, size_t n)
{
	unsigned	window = eg_fixed_base_window(group, EG_TABLE_SECRET);
	void	   *memory = malloc(eg_fixed_base_size(group, EG_TABLE_SECRET,
												   window));
	int			failures = 0;

	if (memory == NULL ||
		eg_fixed_base_init(&table, group, EG_TABLE_SECRET, window, memory,
						   group->g, NULL) != EG_OK)
		abort();
	for (size_t i = 0; i < n; i++)
		if (is_wanted(kernel, &entries[i]))
			failures += !test_entry(kernel, &entries[i]);
	free(memory);
	return failures;
}

static void
prepare_public(void)
{
	mpn_copyi(bases[0], group->g, LIMBS);
	for (int i = 1; i < LANES; i++)
		eg_multiply(group, bases[i], bases[i - 1], group->g);
	plan = (eg_secret_plan) {.group = group, .powers = plan_powers,
							 .exponents = plan_exponents,
							 .results = plan_results[0]};
}

int
main(int argc, char **argv)
{
	int			failures;

	program = argv[0];
	if (argc == 3)
	{
		only_kernel = argv[1];
		only_function = argv[2];
	}
	setvbuf(stdout, NULL, _IOLBF, 0);
	fix_secrets(&fixed_secrets);
	prepare_public();
	eg_kernel_use(EG_KERNEL_PORTABLE);
	failures = test_entries("portable", portable_entries,
							lengthof(portable_entries));
#ifdef EG_HAVE_IFMA
	if (eg_kernel_use(EG_KERNEL_IFMA))
		failures += test_entries("ifma", ifma_entries, lengthof(ifma_entries));
	else
		printf("ifma     not on this machine\n");
#else
	printf("ifma     not in this build\n");
#endif
	if (only_function == NULL)
		printf("%d failed\n", failures);
	return failures == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
