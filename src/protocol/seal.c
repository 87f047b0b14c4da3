/*
 * seal.c
 *		Sealing secrets with a passphrase.
 */
#include "protocol/seal.h"

#define SEAL_KEY		crypto_aead_xchacha20poly1305_ietf_KEYBYTES
#define SEAL_NONCE		crypto_aead_xchacha20poly1305_ietf_NPUBBYTES

/* The key that the passphrase makes; false without memory for Argon2id. */
static bool
derive_key(uint8_t *key, const uint8_t *salt, eg_seal_level level,
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

eg_seal_status
eg_seal_close(uint8_t *sealed, size_t header, const uint8_t *memory,
			  size_t size, eg_seal_level level, eg_bytes passphrase)
{
	uint8_t    *salt = sealed + header - EG_SEAL_BYTES;
	uint8_t    *nonce = sealed + header - SEAL_NONCE;
	uint8_t		key[SEAL_KEY];

	randombytes_buf(salt, EG_SEAL_BYTES);
	if (!derive_key(key, salt, level, passphrase))
		return EG_SEAL_NO_MEMORY;
	crypto_aead_xchacha20poly1305_ietf_encrypt(sealed + header, NULL, memory,
											   size, sealed, header, NULL,
											   nonce, key);
	sodium_memzero(key, sizeof(key));
	return EG_SEAL_OK;
}

eg_seal_status
eg_seal_open(uint8_t *memory, eg_bytes sealed, size_t header,
			 eg_seal_level level, eg_bytes passphrase)
{
	const uint8_t *salt = sealed.data + header - EG_SEAL_BYTES;
	const uint8_t *nonce = sealed.data + header - SEAL_NONCE;
	uint8_t		key[SEAL_KEY];
	int			status;

	if (!derive_key(key, salt, level, passphrase))
		return EG_SEAL_NO_MEMORY;
	status = crypto_aead_xchacha20poly1305_ietf_decrypt(memory, NULL, NULL,
														sealed.data + header,
														sealed.size - header,
														sealed.data, header,
														nonce, key);
	sodium_memzero(key, sizeof(key));
	return status == 0 ? EG_SEAL_OK : EG_SEAL_WRONG;
}
