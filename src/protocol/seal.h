/*
 * seal.h
 *		Sealing secrets with a passphrase.
 *
 * A sealed thing is a header, whose last EG_SEAL_BYTES are a fresh salt of 16
 * bytes and a fresh nonce of 24, and the sealed bytes with 16 of
 * authentication, of the header too.  XChaCha20-Poly1305 seals, under a key
 * that Argon2id makes of salt and passphrase.
 *
 * Both functions take as long as Argon2id does and cannot be stopped; they are
 * constant time in what is sealed, and wipe the key.
 */
#ifndef EG_SEAL_H
#define EG_SEAL_H

#include <sodium.h>

#include "protocol/bytes.h"

#define EG_SEAL_BYTES \
	(crypto_pwhash_argon2id_SALTBYTES + \
	 crypto_aead_xchacha20poly1305_ietf_NPUBBYTES)
#define EG_SEAL_TAG		crypto_aead_xchacha20poly1305_ietf_ABYTES

/* libsodium's three: 64 MiB, 256 MiB and 1 GiB of memory. */
typedef enum eg_seal_level
{
	EG_SEAL_INTERACTIVE = 1,
	EG_SEAL_MODERATE,
	EG_SEAL_SENSITIVE
} eg_seal_level;

typedef enum eg_seal_status
{
	EG_SEAL_OK = 0,
	EG_SEAL_WRONG,				/* another passphrase, or damaged */
	EG_SEAL_NO_MEMORY
} eg_seal_status;

/*
 * Completes a header of that many bytes with salt and nonce, and writes size
 * + EG_SEAL_TAG bytes behind it.
 */
extern eg_seal_status eg_seal_close(uint8_t *sealed, size_t header,
									const uint8_t *memory, size_t size,
									eg_seal_level level, eg_bytes passphrase);

/* Opens what stands behind the header; memory has room for it. */
extern eg_seal_status eg_seal_open(uint8_t *memory, eg_bytes sealed,
								   size_t header, eg_seal_level level,
								   eg_bytes passphrase);

#endif
