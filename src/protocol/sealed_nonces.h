/*
 * sealed_nonces.h
 *		A guardian's decryption nonces between two moves, sealed.
 *
 *		u8 version	u8 stage	u8 key use	u8 reserved, 0
 *		u32 guardian	u32 items	u32 #U, and #U times u32 guardian
 *		32 H_E	32 digest of the ciphertexts
 *		32 digest of the guardian's own commitments
 *		32 digest of all commitments, from stage 2 on
 *		24 nonce of the cipher
 *		the items, each 32 u, 512 a, 512 b, 512 M, sealed; 16 tag
 *
 * Everything before the cipher's nonce is associated data.  The cipher is
 * XChaCha20-Poly1305 under a key derived from the guardian's nonce key; its
 * nonce is a keyed hash of all that is sealed and associated, so that the same
 * input gives the same bytes, and no two inputs share a nonce.
 *
 * Nonces are bound to one set of commitments, and so to one challenge, when
 * they are revealed: from then on they are of stage 2, and what was of stage 1
 * is not to be kept.
 */
#ifndef EG_SEALED_NONCES_H
#define EG_SEALED_NONCES_H

#include "protocol/decryption_messages.h"
#include "protocol/guardian_secret.h"

#define EG_NONCES_VERSION		1
#define EG_NONCES_COMMITTED		1
#define EG_NONCES_REVEALED		2

/* u, a, b, M */
#define EG_NONCE_ITEM_BYTES		(EG_SCALAR_BYTES + 3 * EG_ELEMENT_BYTES)

typedef struct eg_nonces
{
	uint8_t		stage;
	eg_key_use	use;
	uint32_t	guardian;
	uint32_t	items;
	eg_guardian_set set;
	uint8_t		h_e[EG_HASH_BYTES];
	uint8_t		ciphertexts[EG_HASH_BYTES];
	uint8_t		own_commitments[EG_HASH_BYTES];
	uint8_t		all_commitments[EG_HASH_BYTES]; /* of stage 2 */
} eg_nonces;

/* Bytes of the whole, and of what is sealed. */
extern size_t eg_nonces_size(const eg_nonces *nonces);
extern size_t eg_nonces_secret_size(const eg_nonces *nonces);

/* secret is eg_nonces_secret_size bytes; key the guardian's nonce key. */
extern void eg_nonces_seal(uint8_t *bytes, const eg_nonces *nonces,
						   const uint8_t *secret, const uint8_t *key);

/* Reads what is not sealed; nothing of it is true until it is opened. */
extern bool eg_nonces_read(eg_nonces *nonces, eg_bytes bytes,
						   eg_fault *fault);

/* secret gets eg_nonces_secret_size bytes of secret memory. */
extern bool eg_nonces_open(uint8_t *secret, const eg_nonces *nonces,
						   eg_bytes bytes, const uint8_t *key,
						   eg_fault *fault);

/* The public part of an item of the secret: a, b, M. */
extern eg_opening_values eg_nonces_values(const uint8_t *secret, size_t item);

#endif
