/*
 * hash.h
 *		The hash functions H and H_q, fed piece by piece (spec 5.1 to 5.4).
 *
 * H(B0; B1) is HMAC-SHA-256 with the key B0 of always 32 bytes.  H_q is H
 * reduced mod q, as 32 bytes again; q is that of the 2.1.0 group, which is
 * also that of 1.x.  A hash is begun with B0, takes the pieces of B1 in order
 * and is ended: which pieces are whose is in hash_uses.h.
 *
 * Time depends on sizes only, and the end wipes the state, so that secrets may
 * go in and come out.  A hash that was fed secrets must be ended.
 */
#ifndef EG_HASH_H
#define EG_HASH_H

#include <nettle/hmac.h>
#include <sodium.h>

#include "protocol/ballot.h"

typedef struct eg_hash
{
	struct hmac_sha256_ctx state;
	bool		mod_q;			/* H_q */
} eg_hash;

extern void eg_hash_begin(eg_hash *hash, const uint8_t *b0);
extern void eg_hash_begin_mod_q(eg_hash *hash, const uint8_t *b0);
extern void eg_hash_bytes(eg_hash *hash, const void *data, size_t size);

/* Writes EG_HASH_BYTES. */
extern void eg_hash_end(eg_hash *hash, uint8_t *result);

/* b(value, 1): separation bytes and one-byte counters */
static inline void
eg_hash_byte(eg_hash *hash, uint8_t value)
{
	eg_hash_bytes(hash, &value, 1);
}

/* b(value, 4), value < 2^31 (5.1.3) */
static inline void
eg_hash_integer(eg_hash *hash, uint32_t value)
{
	uint8_t		bytes[4];

	eg_put32(bytes, value);
	eg_hash_bytes(hash, bytes, sizeof(bytes));
}

/* b(x, 512), an integer mod p (5.1.1) */
static inline void
eg_hash_element(eg_hash *hash, const uint8_t *element)
{
	eg_hash_bytes(hash, element, EG_ELEMENT_BYTES);
}

/* A result of H or H_q, or another string of 256 bits (5.1.2 and 5.4) */
static inline void
eg_hash_digest(eg_hash *hash, const uint8_t *digest)
{
	eg_hash_bytes(hash, digest, EG_HASH_BYTES);
}

/* alpha, beta of an encryption, or a, b of a commitment to one */
static inline void
eg_hash_ciphertext(eg_hash *hash, const eg_ciphertext *ciphertext)
{
	eg_hash_element(hash, ciphertext->pad);
	eg_hash_element(hash, ciphertext->data);
}

/* A file, or a string of a length that the spec leaves open (5.1.4, 5.1.5) */
static inline void
eg_hash_sized(eg_hash *hash, eg_bytes bytes)
{
	eg_hash_integer(hash, (uint32_t) bytes.size);
	eg_hash_bytes(hash, bytes.data, bytes.size);
}

#endif
