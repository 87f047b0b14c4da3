/*
 * hash.c
 *		The hash functions H and H_q, fed piece by piece (spec 5.1 to 5.4).
 *
 * HMAC-SHA-256 is nettle's, which uses the processor's instructions for SHA-256
 * where it has them; libsodium's, which does not, took a twelfth of the time of
 * encryption.
 */
#include "protocol/hash.h"

#include "math/scalar.h"

void
eg_hash_begin(eg_hash *hash, const uint8_t *b0)
{
	hmac_sha256_set_key(&hash->state, EG_HASH_BYTES, b0);
	hash->mod_q = false;
}

void
eg_hash_begin_mod_q(eg_hash *hash, const uint8_t *b0)
{
	eg_hash_begin(hash, b0);
	hash->mod_q = true;
}

void
eg_hash_bytes(eg_hash *hash, const void *data, size_t size)
{
	/* The data of nothing may be NULL, which memcpy must not see. */
	if (size > 0)
		hmac_sha256_update(&hash->state, size, data);
}

void
eg_hash_end(eg_hash *hash, uint8_t *result)
{
	hmac_sha256_digest(&hash->state, EG_HASH_BYTES, result);
	if (hash->mod_q)
	{
		mp_limb_t	x[EG_MAX_SCALAR_LIMBS];

		eg_scalar_reduce(&eg_group_2_1_0, x, result);
		eg_scalar_export(&eg_group_2_1_0, result, x);
		sodium_memzero(x, sizeof(x));
	}
	sodium_memzero(hash, sizeof(*hash));
}
