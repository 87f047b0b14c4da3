/*
 * hash.c
 *		The hash functions H and H_q, fed piece by piece (spec 5.1 to 5.4).
 */
#include "protocol/hash.h"

#include "math/scalar.h"

/* libsodium's functions for HMAC return 0 whatever they are given. */

void
eg_hash_begin(eg_hash *hash, const uint8_t *b0)
{
	(void) crypto_auth_hmacsha256_init(&hash->state, b0, EG_HASH_BYTES);
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
		(void) crypto_auth_hmacsha256_update(&hash->state, data, size);
}

void
eg_hash_end(eg_hash *hash, uint8_t *result)
{
	(void) crypto_auth_hmacsha256_final(&hash->state, result);
	if (hash->mod_q)
	{
		mp_limb_t	x[EG_MAX_SCALAR_LIMBS];

		eg_scalar_reduce(&eg_group_2_1_0, x, result);
		eg_scalar_export(&eg_group_2_1_0, result, x);
		sodium_memzero(x, sizeof(x));
	}
	sodium_memzero(hash, sizeof(*hash));
}
