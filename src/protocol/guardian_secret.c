/*
 * guardian_secret.c
 *		What a guardian keeps to himself, and the seal that keeps it.
 */
#include "protocol/guardian_secret.h"

#include "protocol/decryption.h"

/* Where things stand */
#define STAGE_AT		2
#define LEVEL_AT		3
#define INDEX_AT		4
#define N_AT			8
#define K_AT			12
#define H_P_AT			16
#define H_E_AT			(H_P_AT + EG_HASH_BYTES)
#define SEALED_AT		(H_E_AT + EG_HASH_BYTES + EG_SEAL_BYTES)

/* Scalars that are sealed, beside the key for nonces */
static size_t
scalars(eg_secret_stage stage, uint32_t k)
{
	return stage == EG_SECRET_CEREMONY ? 1 + EG_KEY_USES * (size_t) k :
		EG_KEY_USES;
}

size_t
eg_guardian_secret_room(eg_secret_stage stage, uint32_t k)
{
	return EG_NONCE_KEY_BYTES + scalars(stage, k) * EG_SCALAR_BYTES;
}

size_t
eg_guardian_secret_size(eg_secret_stage stage, uint32_t k)
{
	return SEALED_AT + eg_guardian_secret_room(stage, k) + EG_SEAL_TAG;
}

static bool
check_header(const uint8_t *bytes, eg_fault *fault)
{
	uint32_t	i = eg_get32(bytes + INDEX_AT);
	uint32_t	n = eg_get32(bytes + N_AT);
	uint32_t	k = eg_get32(bytes + K_AT);

	if (bytes[0] != EG_SECRET_VERSION)
		return eg_fault_set(fault, EG_FAULT_FORMAT, "unknown version");
	if (bytes[1] != EG_GROUP_2_1_0)
		return eg_fault_set(fault, EG_FAULT_FORMAT, "unknown group");
	if (bytes[STAGE_AT] != EG_SECRET_CEREMONY &&
		bytes[STAGE_AT] != EG_SECRET_SHARE)
		return eg_fault_set(fault, EG_FAULT_FORMAT, "unknown stage");
	if (bytes[LEVEL_AT] < EG_SEAL_INTERACTIVE ||
		bytes[LEVEL_AT] > EG_SEAL_SENSITIVE)
		return eg_fault_set(fault, EG_FAULT_FORMAT, "unknown level");
	if (n > EG_MAX_GUARDIANS || k < 1 || k > n || i < 1 || i > n)
		return eg_fault_set(fault, EG_FAULT_FORMAT,
							"guardian and quorum are not in 1 .. n");
	if (bytes[STAGE_AT] == EG_SECRET_CEREMONY &&
		!sodium_is_zero(bytes + H_E_AT, EG_HASH_BYTES))
		return eg_fault_set(fault, EG_FAULT_FORMAT,
							"an election before the ceremony is over");
	return true;
}

bool
eg_guardian_secret_view(eg_guardian_secret *secret, eg_bytes bytes,
						eg_fault *fault)
{
	memset(secret, 0, sizeof(*secret));
	if (bytes.size < SEALED_AT)
		return eg_fault_set(fault, EG_FAULT_FORMAT, "too short");
	if (!check_header(bytes.data, fault))
		return false;
	secret->stage = bytes.data[STAGE_AT];
	secret->level = bytes.data[LEVEL_AT];
	secret->index = eg_get32(bytes.data + INDEX_AT);
	secret->n = eg_get32(bytes.data + N_AT);
	secret->k = eg_get32(bytes.data + K_AT);
	secret->h_p = bytes.data + H_P_AT;
	secret->h_e = bytes.data + H_E_AT;
	if (bytes.size != eg_guardian_secret_size(secret->stage, secret->k))
		return eg_fault_set(fault, EG_FAULT_FORMAT, "of a wrong length");
	return true;
}

void
eg_guardian_secret_lay(eg_guardian_secret *secret, const uint8_t *memory)
{
	size_t		of_key = EG_SCALAR_BYTES;

	secret->nonce_key = memory;
	memory += EG_NONCE_KEY_BYTES;
	if (secret->stage == EG_SECRET_CEREMONY)
	{
		secret->zeta = memory;
		memory += EG_SCALAR_BYTES;
		of_key *= secret->k;
	}
	for (int use = 0; use < EG_KEY_USES; use++, memory += of_key)
	{
		if (secret->stage == EG_SECRET_CEREMONY)
			secret->coefficients[use] = memory;
		else
			secret->shares[use] = memory;
	}
}

static void
write_header(uint8_t *bytes, const eg_guardian_secret *secret)
{
	bytes[0] = EG_SECRET_VERSION;
	bytes[1] = EG_GROUP_2_1_0;
	bytes[STAGE_AT] = secret->stage;
	bytes[LEVEL_AT] = secret->level;
	eg_put32(bytes + INDEX_AT, secret->index);
	eg_put32(bytes + N_AT, secret->n);
	eg_put32(bytes + K_AT, secret->k);
	memcpy(bytes + H_P_AT, secret->h_p, EG_HASH_BYTES);
	memset(bytes + H_E_AT, 0, EG_HASH_BYTES);
	if (secret->h_e != NULL)
		memcpy(bytes + H_E_AT, secret->h_e, EG_HASH_BYTES);
}

eg_seal_status
eg_guardian_secret_seal(uint8_t *bytes, const eg_guardian_secret *secret,
						const uint8_t *memory, eg_bytes passphrase)
{
	write_header(bytes, secret);
	return eg_seal_close(bytes, SEALED_AT, memory,
						 eg_guardian_secret_room(secret->stage, secret->k),
						 (eg_seal_level) secret->level, passphrase);
}

eg_seal_status
eg_guardian_secret_open(eg_guardian_secret *secret, uint8_t *memory,
						eg_bytes bytes, eg_bytes passphrase)
{
	eg_seal_status status = eg_seal_open(memory, bytes, SEALED_AT,
										 (eg_seal_level) secret->level,
										 passphrase);

	if (status == EG_SEAL_OK)
		eg_guardian_secret_lay(secret, memory);
	return status;
}
