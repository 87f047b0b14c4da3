/*
 * guardian_secret.h
 *		What a guardian keeps to himself, and the seal that keeps it.
 *
 *		u8 version	u8 group	u8 stage	u8 level of Argon2id
 *		u32 i	u32 n	u32 k
 *		32 H_P
 *		32 H_E, zeros until the ceremony is over
 *		16 salt		24 nonce
 *		sealed: what follows, and 16 bytes of authentication
 *			32 key for the nonces of decryptions
 *			during the ceremony: 32 zeta_i, 32 k a_i,j, 32 k a^_i,j
 *			after it: 32 z_i, 32 z^_i
 *
 * It is sealed as seal.h says.  Everything opened is secret: it is handled in
 * constant time, and wiped.
 */
#ifndef EG_GUARDIAN_SECRET_H
#define EG_GUARDIAN_SECRET_H

#include <sodium.h>

#include "protocol/arena.h"
#include "protocol/guardian_record.h"
#include "protocol/hash.h"
#include "protocol/seal.h"

#define EG_SECRET_VERSION		1
#define EG_NONCE_KEY_BYTES		crypto_aead_xchacha20poly1305_ietf_KEYBYTES

typedef enum eg_secret_stage
{
	EG_SECRET_CEREMONY = 1,		/* the coefficients of his polynomials */
	EG_SECRET_SHARE				/* his shares of the election's keys */
} eg_secret_stage;

typedef struct eg_guardian_secret
{
	uint32_t	index;			/* i */
	uint32_t	n;
	uint32_t	k;
	uint8_t		stage;
	uint8_t		level;
	const uint8_t *h_p;
	const uint8_t *h_e;			/* zeros during the ceremony */

	/* Pointers into opened memory; those of the other stage are NULL. */
	const uint8_t *nonce_key;
	const uint8_t *zeta;
	const uint8_t *coefficients[EG_KEY_USES];	/* k scalars, 32 bytes each */
	const uint8_t *shares[EG_KEY_USES]; /* z_i, z^_i */
} eg_guardian_secret;

/*
 * Checks bytes from outside and views what is not sealed; the pointers to
 * secrets become NULL.
 */
extern bool eg_guardian_secret_view(eg_guardian_secret *secret, eg_bytes bytes,
									eg_fault *fault);

/* Bytes that are sealed, and of the whole when they are. */
extern size_t eg_guardian_secret_room(eg_secret_stage stage, uint32_t k);
extern size_t eg_guardian_secret_size(eg_secret_stage stage, uint32_t k);

/*
 * Lays the pointers of a secret, whose stage and k are set, over memory of
 * eg_guardian_secret_room bytes.
 */
extern void eg_guardian_secret_lay(eg_guardian_secret *secret,
								   const uint8_t *memory);

/*
 * Seals a secret that was laid over memory, with fresh salt and nonce.  Takes
 * as long as Argon2id does, and cannot be stopped, like opening.
 */
extern eg_seal_status eg_guardian_secret_seal(uint8_t *bytes,
											  const eg_guardian_secret *secret,
											  const uint8_t *memory,
											  eg_bytes passphrase);

/*
 * Opens bytes that eg_guardian_secret_view has accepted, into memory of
 * eg_guardian_secret_room bytes.
 */
extern eg_seal_status eg_guardian_secret_open(eg_guardian_secret *secret,
											  uint8_t *memory, eg_bytes bytes,
											  eg_bytes passphrase);

#endif
