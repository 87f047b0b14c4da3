/*
 * guardian_sample.c
 *		The three guardians of the election of plain_sample.h, two a quorum.
 */
#include "guardian_sample.h"

#include <stdlib.h>

#include "encoded.h"
#include "plain_sample.h"

/* P_j(x) = a_j,0 + a_j,1 x; the a_j,0 sum to the secret keys of the election. */
static const int64_t coefficients[EG_KEY_USES][GUARDIAN_SAMPLES][2] = {
	{{1000000, 11}, {200000, -7}, {34567, 123456789}},
	{{7000000, -3}, {600000, 5}, {54321, 987654321}},
};

static void *
get(const eg_arena *arena, size_t size)
{
	void	   *memory = arena->allocate(arena->context, size);

	if (memory == NULL)
		abort();
	return memory;
}

void
guardian_sample_share(uint8_t *share, uint32_t i, eg_key_use use)
{
	int64_t		sum = 0;

	for (size_t j = 0; j < GUARDIAN_SAMPLES; j++)
		sum += coefficients[use][j][0] + coefficients[use][j][1] * (int64_t) i;
	scalar_set(share, sum);
}

eg_decryption_key
guardian_sample_key(uint32_t i, eg_key_use use, const eg_arena *arena)
{
	uint8_t    *share = get(arena, EG_SCALAR_BYTES);
	uint8_t    *nonce_key = get(arena, EG_NONCE_KEY_BYTES);
	eg_decryption_key key = {i, share, nonce_key};

	guardian_sample_share(share, i, use);
	memset(nonce_key, (int) i, EG_NONCE_KEY_BYTES);
	return key;
}

static eg_guardian_key *
make_key(const int64_t *polynomial, const eg_arena *arena)
{
	eg_guardian_key *key = get(arena, sizeof(*key));
	uint8_t    *commitments = get(arena, 2 * EG_ELEMENT_BYTES);
	uint8_t		scalar[EG_SCALAR_BYTES];

	for (int m = 0; m < 2; m++)
	{
		scalar_set(scalar, polynomial[m]);
		element_of_scalar(commitments + m * EG_ELEMENT_BYTES, scalar);
	}
	key->commitments = commitments;
	key->n = 2;
	return key;
}

eg_guardian_record *
guardian_sample_record(const eg_arena *arena)
{
	eg_guardian_record *record = get(arena, sizeof(*record));

	record->n = GUARDIAN_SAMPLES;
	record->guardians = get(arena, GUARDIAN_SAMPLES * sizeof(eg_guardian));
	for (uint32_t i = 0; i < GUARDIAN_SAMPLES; i++)
	{
		record->guardians[i].index = i + 1;
		for (int use = 0; use < EG_KEY_USES; use++)
			record->guardians[i].keys[use] =
				make_key(coefficients[use][i], arena);
	}
	return record;
}
