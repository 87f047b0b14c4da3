/*
 * bench_powers.c
 *		As many powers of g as a ballot or a decryption takes, by GMP.
 *
 *		bench_powers POWERS [secret]
 *
 * Prints the seconds of thread CPU time that mpz_powm, or for secrets
 * mpz_powm_sec, takes for so many powers to exponents of 256 bits.  The first
 * is what encryption is measured against: a ballot of 4 options, one contest
 * and its nonce has 31; the second what a guardian's decryption is, which has
 * 3 an option.
 */
#include <gmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "math/group.h"

#include "cpu_time.h"

int
main(int argc, char **argv)
{
	const eg_group *group = &eg_group_2_1_0;
	long		powers = argc >= 2 ? atol(argv[1]) : 0;
	bool		secret = argc == 3 && strcmp(argv[2], "secret") == 0;
	gmp_randstate_t random;
	mpz_t		p;
	mpz_t		g;
	mpz_t		exponent;
	mpz_t		power;
	double		seconds = 0;

	if (powers < 1 || argc > (secret ? 3 : 2))
	{
		fprintf(stderr, "usage: bench_powers POWERS [secret]\n");
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
		if (secret)
			mpz_powm_sec(power, g, exponent, p);
		else
			mpz_powm(power, g, exponent, p);
		seconds += cpu_seconds() - start;
	}
	printf("%.9f\n", seconds);
	mpz_clears(p, g, exponent, power, NULL);
	gmp_randclear(random);
	return EXIT_SUCCESS;
}
