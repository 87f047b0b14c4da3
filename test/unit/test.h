/*
 * test.h
 *		What the unit tests share: TAP output, random numbers, limbs and mpz.
 *
 * Everything is static: a test is one program, made of its own file,
 * test_groups.c and the code it tests.  Its output is the same in every run.
 */
#ifndef EG_TEST_H
#define EG_TEST_H

#include <gmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "math/group.h"
#include "math/kernel.h"
#include "math/status.h"

#define TEST_SEED	UINT64_C(0x656774616c6c7921)

#define lengthof(array)	(sizeof(array) / sizeof((array)[0]))

static int	test_count;
static int	test_failures;
static uint64_t test_state = TEST_SEED;

static inline void
test_begin(void)
{
	setvbuf(stdout, NULL, _IOLBF, 0);
	printf("# seed %016llx\n", (unsigned long long) TEST_SEED);
}

__attribute__((format(printf, 2, 3)))
static inline void
test_ok(bool passed, const char *format,...)
{
	va_list		args;

	printf("%sok %d - ", passed ? "" : "not ", ++test_count);
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	printf("\n");
	if (!passed)
		test_failures++;
}

static inline int
test_end(void)
{
	printf("1..%d\n", test_count);
	return test_failures == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

/* xorshift64* */
static inline uint64_t
test_random(void)
{
	test_state ^= test_state >> 12;
	test_state ^= test_state << 25;
	test_state ^= test_state >> 27;
	return test_state * UINT64_C(0x2545F4914F6CDD1D);
}

/*
 * Limbs that provoke carries: in half of the calls uniform, in the other half
 * runs of all ones and of zeros among random limbs.
 */
static inline void
test_random_limbs(mp_limb_t *x, size_t n)
{
	bool		runs = test_random() & 1;
	size_t		i;

	for (i = 0; i < n; i++)
	{
		x[i] = test_random();
		if (!runs)
			continue;
		switch (test_random() % 8)
		{
			case 0:
				break;
			case 1:
				x[i] = 1;
				break;
			case 2:
			case 3:
				x[i] = 0;
				break;
			case 4:
				x[i] = i > 0 ? x[i - 1] : 0;
				break;
			default:
				x[i] = ~(mp_limb_t) 0;
		}
	}
}

static inline void
limbs_to_mpz(mpz_t z, const mp_limb_t *x, size_t n)
{
	mpz_import(z, n, -1, sizeof(mp_limb_t), 0, 0, x);
}

static inline void
limbs_from_mpz(mp_limb_t *x, size_t n, const mpz_t z)
{
	memset(x, 0, n * sizeof(mp_limb_t));
	mpz_export(x, NULL, -1, sizeof(mp_limb_t), 0, 0, z);
}

static inline bool
limbs_equal_mpz(const mp_limb_t *x, size_t n, const mpz_t z)
{
	mp_limb_t	y[2 * EG_MAX_LIMBS];

	limbs_from_mpz(y, n, z);
	return mpn_cmp(x, y, n) == 0;
}

/* x = x mod m, for n limbs each */
static inline void
test_reduce(mp_limb_t *x, const mp_limb_t *m, size_t n)
{
	mpz_t		a,
				b;

	mpz_inits(a, b, NULL);
	limbs_to_mpz(a, x, n);
	limbs_to_mpz(b, m, n);
	mpz_mod(a, a, b);
	limbs_from_mpz(x, n, a);
	mpz_clears(a, b, NULL);
}

static inline void
test_random_element(const eg_group *group, mp_limb_t *x)
{
	test_random_limbs(x, group->limbs);
	test_reduce(x, group->p, group->limbs);
}

static inline void
test_random_scalar(const eg_group *group, mp_limb_t *x)
{
	test_random_limbs(x, group->scalar_limbs);
	test_reduce(x, group->q, group->scalar_limbs);
}

/*
 * The i-th of TEST_EDGES residues at the edges of arithmetic mod m: small
 * ones, those just below m, and on either side of R and of powers of 2.
 */
#define TEST_EDGES	24

static inline void
test_edge(mp_limb_t *x, const mp_limb_t *m, size_t n, int i)
{
	mpz_t		a,
				b;

	mpz_inits(a, b, NULL);
	limbs_to_mpz(b, m, n);
	switch (i / 4)
	{
		case 0:					/* 0 to 3 */
			mpz_set_ui(a, i % 4);
			break;
		case 1:					/* m - 1 to m - 4 */
			mpz_sub_ui(a, b, i % 4 + 1);
			break;
		case 2:					/* R - 2 to R + 1 */
			mpz_setbit(a, 64 * n);
			mpz_sub_ui(a, a, 2);
			mpz_add_ui(a, a, i % 4);
			break;
		case 3:					/* the high quarters of all ones */
			mpz_setbit(a, 64 * n);
			mpz_sub_ui(a, a, 1);
			mpz_tdiv_q_2exp(a, a, 16 * n * (i % 4));
			mpz_mul_2exp(a, a, 16 * n * (i % 4));
			break;
		case 4:					/* the low quarters of all ones */
			mpz_setbit(a, 16 * n * (i % 4 + 1) - 1);
			mpz_sub_ui(a, a, 1);
			break;
		default:				/* halves of m, and single high bits */
			mpz_tdiv_q_2exp(a, b, i % 4 + 1);
			if (i % 2)
				mpz_setbit(a, mpz_sizeinbase(b, 2) - 2);
	}
	mpz_mod(a, a, b);
	limbs_from_mpz(x, n, a);
	mpz_clears(a, b, NULL);
}

/*
 * Uses the i-th of TEST_KERNELS kernels, for tests that run with each of them;
 * false if the machine has it not.
 */
#define TEST_KERNELS	2

static inline bool
test_kernel(int i)
{
	static const eg_kernel kernels[] = {EG_KERNEL_PORTABLE, EG_KERNEL_IFMA};
	static const char *const names[] = {"portable", "ifma"};
	bool		used = eg_kernel_use(kernels[i]);

	printf("# kernel %s%s\n", names[i], used ? "" : " is not there");
	return used;
}

/* A stop function that says yes at the call that brings the count to 0. */
static inline bool
test_stop_after(void *context)
{
	int		   *left = context;

	return --*left <= 0;
}

#endif
