/*
 * bench_powm.c
 *		x^e mod p by plain GMP, for an x of the group and an e of 256 bits.
 *
 * Prints the seconds of thread CPU time of one, from a hundred of them: what
 * verification is measured against.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <gmp.h>

#include "math/group.h"

#define TIMES	100

static double
cpu_seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (double) t.tv_sec + 1e-9 * (double) t.tv_nsec;
}

static void
set_limbs(mpz_t x, const mp_limb_t *limbs, size_t n)
{
	mpz_import(x, n, -1, sizeof(mp_limb_t), 0, 0, limbs);
}

int
main(void)
{
	const eg_group *group = &eg_group_2_1_0;
	gmp_randstate_t random;
	mpz_t		p;
	mpz_t		q;
	mpz_t		x;
	mpz_t		e;
	double		seconds = 0;

	mpz_inits(p, q, x, e, NULL);
	gmp_randinit_default(random);
	set_limbs(p, group->p, group->limbs);
	set_limbs(q, group->q, group->scalar_limbs);
	set_limbs(x, group->g, group->limbs);
	for (int i = 0; i < TIMES; i++)
	{
		double		start;

		mpz_urandomm(e, random, q);
		start = cpu_seconds();
		mpz_powm(x, x, e, p);
		seconds += cpu_seconds() - start;
	}
	printf("%.9f\n", seconds / TIMES);
	gmp_randclear(random);
	mpz_clears(p, q, x, e, NULL);
	return EXIT_SUCCESS;
}
