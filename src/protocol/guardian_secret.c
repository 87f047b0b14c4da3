/*
 * guardian_secret.c
 *		What a guardian keeps to himself, and the seal that keeps it.
 */
#include "protocol/guardian_secret.h"

#include "protocol/decryption.h"

#define SALT_BYTES		crypto_pwhash_argon2id_SALTBYTES
#define SEAL_NONCE		crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
#define SEAL_KEY		crypto_aead_xchacha20poly1305_ietf_KEYBYTES
#define SEAL_TAG		crypto_aead_xchacha20poly1305_ietf_ABYTES

/* Where things stand */
#define STAGE_AT		2
#define LEVEL_AT		3
#define INDEX_AT		4
#define N_AT			8
#define K_AT			12
#define H_P_AT			16
#define H_E_AT			(H_P_AT + EG_HASH_BYTES)
#define SALT_AT			(H_E_AT + EG_HASH_BYTES)
#define NONCE_AT		(SALT_AT + SALT_BYTES)
#define SEALED_AT		(NONCE_AT + SEAL_NONCE)

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
	return SEALED_AT + eg_guardian_secret_room(stage, k) + SEAL_TAG;
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

/* The key that the passphrase makes; false without memory for Argon2id. */
static bool
derive_key(uint8_t *key, const uint8_t *salt, uint8_t level,
		   eg_bytes passphrase)
{
	static const struct
	{
		unsigned long long operations;
		size_t		memory;
	}			costs[] = {
		{crypto_pwhash_argon2id_OPSLIMIT_INTERACTIVE,
		crypto_pwhash_argon2id_MEMLIMIT_INTERACTIVE},
		{crypto_pwhash_argon2id_OPSLIMIT_MODERATE,
		crypto_pwhash_argon2id_MEMLIMIT_MODERATE},
		{crypto_pwhash_argon2id_OPSLIMIT_SENSITIVE,
		crypto_pwhash_argon2id_MEMLIMIT_SENSITIVE},
	};

	return crypto_pwhash_argon2id(key, SEAL_KEY,
								  (const char *) passphrase.data,
								  passphrase.size, salt,
								  costs[level - 1].operations,
								  costs[level - 1].memory,
								  crypto_pwhash_argon2id_ALG_ARGON2ID13) == 0;
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
	randombytes_buf(bytes + SALT_AT, SALT_BYTES);
	randombytes_buf(bytes + NONCE_AT, SEAL_NONCE);
}

eg_seal_status
eg_guardian_secret_seal(uint8_t *bytes, const eg_guardian_secret *secret,
						const uint8_t *memory, eg_bytes passphrase)
{
	uint8_t		key[SEAL_KEY];

	write_header(bytes, secret);
	if (!derive_key(key, bytes + SALT_AT, secret->level, passphrase))
		return EG_SEAL_NO_MEMORY;
	crypto_aead_xchacha20poly1305_ietf_encrypt(bytes + SEALED_AT, NULL, memory,
											   eg_guardian_secret_room(secret->stage,
																	   secret->k),
											   bytes, SEALED_AT, NULL,
											   bytes + NONCE_AT, key);
	sodium_memzero(key, sizeof(key));
	return EG_SEAL_OK;
}

eg_seal_status
eg_guardian_secret_open(eg_guardian_secret *secret, uint8_t *memory,
						eg_bytes bytes, eg_bytes passphrase)
{
	uint8_t		key[SEAL_KEY];
	int			opened;

	if (!derive_key(key, bytes.data + SALT_AT, secret->level, passphrase))
		return EG_SEAL_NO_MEMORY;
	opened = crypto_aead_xchacha20poly1305_ietf_decrypt(memory, NULL, NULL,
														bytes.data + SEALED_AT,
														bytes.size - SEALED_AT,
														bytes.data, SEALED_AT,
														bytes.data + NONCE_AT,
														key);
	sodium_memzero(key, sizeof(key));
	if (opened != 0)
		return EG_SEAL_WRONG;
	eg_guardian_secret_lay(secret, memory);
	return EG_SEAL_OK;
}
