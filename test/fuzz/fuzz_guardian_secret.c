/*
 * fuzz_guardian_secret.c
 *		Bytes of sealed secrets: refused, or of the size that the header says,
 *		with every secret inside what would be opened.
 */
#include "fuzz.h"

#include "protocol/decryption.h"
#include "protocol/guardian_secret.h"

/* A header and noise behind it: whether it opens is not the reader's matter. */
static eg_bytes
sample_secret(fuzz_input *input, const eg_arena *arena)
{
	eg_secret_stage stage = fuzz_byte(input) & 1 ? EG_SECRET_SHARE :
	EG_SECRET_CEREMONY;
	uint32_t	n = 1 + fuzz_byte(input) % EG_MAX_GUARDIANS;
	uint32_t	k = 1 + fuzz_byte(input) % n;
	size_t		size = eg_guardian_secret_size(stage, k);
	uint8_t    *bytes = arena->allocate(arena->context, size);
	eg_bytes	result = {bytes, size};

	memcpy(bytes, sample_bytes(size, arena), size);
	bytes[0] = EG_SECRET_VERSION;
	bytes[1] = EG_GROUP_2_1_0;
	bytes[2] = stage;
	bytes[3] = EG_SEAL_INTERACTIVE + fuzz_byte(input) % EG_SEAL_SENSITIVE;
	eg_put32(bytes + 4, 1 + fuzz_byte(input) % n);
	eg_put32(bytes + 8, n);
	eg_put32(bytes + 12, k);
	if (stage == EG_SECRET_CEREMONY)
		memset(bytes + 48, 0, EG_HASH_BYTES);
	return result;
}

/* Every byte is part of one secret: the exclusive or of all is that of these. */
static void
read_secrets(eg_guardian_secret *secret, const eg_arena *arena)
{
	bool		ceremony = secret->stage == EG_SECRET_CEREMONY;
	size_t		room = eg_guardian_secret_room(secret->stage, secret->k);
	const uint8_t *memory = sample_bytes(room, arena);
	size_t		size = EG_SCALAR_BYTES * (ceremony ? (size_t) secret->k : 1);
	uint8_t		all = 0;

	eg_guardian_secret_lay(secret, memory);
	for (size_t i = 0; i < room; i++)
		all ^= memory[i];
	for (size_t i = 0; i < size; i++)
		for (int use = 0; use < EG_KEY_USES; use++)
			all ^= ceremony ? secret->coefficients[use][i] :
				secret->shares[use][i];
	for (size_t i = 0; i < EG_SCALAR_BYTES; i++)
		all ^= secret->nonce_key[i] ^ (ceremony ? secret->zeta[i] : 0);
	FUZZ_CHECK(all == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	fuzz_input	input = {data, size};
	uint8_t		mode = fuzz_byte(&input);
	sample_arena arena;
	eg_bytes	bytes;
	eg_guardian_secret secret;
	eg_fault	fault = {0};

	sample_seed(0);
	sample_arena_init(&arena);
	bytes = mode & 1 ? fuzz_rest(&input, &arena.arena) :
		fuzz_edit(&input, sample_secret(&input, &arena.arena), &arena.arena);
	if (eg_guardian_secret_view(&secret, bytes, &fault))
	{
		FUZZ_CHECK(secret.index >= 1 && secret.index <= secret.n &&
				   secret.k >= 1 && secret.k <= secret.n &&
				   secret.n <= EG_MAX_GUARDIANS);
		FUZZ_CHECK(bytes.size == eg_guardian_secret_size(secret.stage,
														 secret.k));
		FUZZ_CHECK(secret.h_p + EG_HASH_BYTES == secret.h_e &&
				   secret.nonce_key == NULL);
		read_secrets(&secret, &arena.arena);
	}
	else
		FUZZ_CHECK(fault.kind == EG_FAULT_FORMAT && fault.message != NULL);
	sample_arena_free(&arena);
	return 0;
}
