/*
 * bench_powers.c
 *		As many powers of g as a ballot takes, by GMP.
 *
 *		bench_powers POWERS
 *
 * Prints the seconds of thread CPU time that mpz_powm takes for so many powers
 * to exponents of 256 bits.  This is what encryption is measured against: a
 * ballot of 4 options, one contest and its nonce has 31.
 */
#include <gmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "math/group.h"

static double
cpu_seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (double) t.tv_sec + 1e-9 * (double) t.tv_nsec;
}

int
main(int argc, char **argv)
{
	const eg_group *group = &eg_group_2_1_0;
	long		powers = argc == 2 ? atol(argv[1]) : 0;
	gmp_randstate_t random;
	mpz_t		p;
	mpz_t		g;
	mpz_t		exponent;
	mpz_t		power;
	double		seconds = 0;

	if (powers < 1)
	{
		fprintf(stderr, "usage: bench_powers POWERS\n");
		return EXIT_FAILURE;
	}
	mpz_inits(p, g, exponent, power, NULL);
	mpz_import(p, group->limbs, -1, sizeof(mp_limb_t), 0, 0, group->p);
	mpz_import(g, group->limbs, -1, sizeof(mp_limb_t), 0, 0, group->g);
	gmp_randinit_mt(random);
	for (long i = 0; i < powers; i++)
	{
		double		start;

		mpz_urandomb(exponent, random, 256);
		start = cpu_seconds();
		mpz_powm(power, g, exponent, p);
		seconds += cpu_seconds() - start;
	}
	printf("%.9f\n", seconds);
	mpz_clears(p, g, exponent, power, NULL);
	gmp_randclear(random);
	return EXIT_SUCCESS;
}
