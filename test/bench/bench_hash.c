/*
 * bench_hash.c
 *		The hashes of a ballot of 4 options in one contest, alone.
 *
 *		bench_hash encryption|verification BALLOTS
 *
 * Prints the seconds of thread CPU time that all the hashes take which the
 * encryption of so many ballots, or their verification, computes.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "protocol/hash_uses.h"

#include "cpu_time.h"

#define OPTIONS		4
#define CONTEST		1
#define PAIRS		2

/* What goes in is of no account but for its size. */
static uint8_t element[EG_ELEMENT_BYTES];
static uint8_t digest[EG_HASH_BYTES];
static const eg_ciphertext pair = {element, element};

static void
finish_proof(eg_hash *hash)
{
	for (int i = 0; i < PAIRS; i++)
		eg_hash_ciphertext(hash, &pair);
	eg_hash_end(hash, digest);
}

/* Proofs, contest hash and confirmation code */
static void
hash_published(void)
{
	uint8_t		field[EG_CHAINING_BYTES];
	eg_hash		hash;

	eg_identifier_hash(digest, digest, digest);
	for (uint32_t i = 1; i <= OPTIONS; i++)
	{
		eg_range_challenge_begin(&hash, digest, CONTEST, i, &pair);
		finish_proof(&hash);
	}
	eg_limit_challenge_begin(&hash, digest, CONTEST, &pair);
	finish_proof(&hash);
	eg_ballot_nonce_challenge(digest, digest, element, element, digest);
	eg_contest_hash_begin(&hash, digest, CONTEST);
	for (int i = 0; i < OPTIONS; i++)
		eg_hash_ciphertext(&hash, &pair);
	eg_hash_end(&hash, digest);
	eg_chaining_field(field, 0, digest);
	eg_confirmation_code_begin(&hash, false, digest);
	eg_hash_digest(&hash, digest);
	eg_hash_bytes(&hash, field, sizeof(field));
	eg_hash_end(&hash, digest);
}

/* What only who encrypts knows */
static void
hash_secrets(void)
{
	uint8_t		key[EG_HASH_BYTES];

	for (uint32_t i = 1; i <= OPTIONS; i++)
		eg_encryption_nonce(digest, digest, CONTEST, i, digest);
	eg_ballot_nonce_secret_key(digest, digest, element, element);
	eg_ballot_nonce_encryption_key(key, digest);
	eg_device_information_hash(digest, false, digest,
							   (eg_bytes) {digest, sizeof(digest)});
}

int
main(int argc, char **argv)
{
	long		ballots = argc == 3 ? atol(argv[2]) : 0;
	bool		encryption = argc == 3 && strcmp(argv[1], "encryption") == 0;
	double		start;

	if (ballots < 1 || (!encryption && strcmp(argv[1], "verification") != 0))
	{
		fprintf(stderr, "usage: bench_hash encryption|verification BALLOTS\n");
		return EXIT_FAILURE;
	}
	memset(element, 0x5a, sizeof(element));
	memset(digest, 0xa5, sizeof(digest));
	start = cpu_seconds();
	for (long i = 0; i < ballots; i++)
	{
		hash_published();
		if (encryption)
			hash_secrets();
	}
	printf("%.9f\n", cpu_seconds() - start);
	return EXIT_SUCCESS;
}
