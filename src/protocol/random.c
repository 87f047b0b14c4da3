/*
 * random.c
 *		Where nonces and keys come from.
 */
#include "protocol/random.h"

#include <sodium.h>

#include "math/scalar.h"
#include "protocol/ballot.h"

static bool
fresh_bytes(void *context, uint8_t *bytes)
{
	(void) context;
	randombytes_buf(bytes, EG_HASH_BYTES);
	return true;
}

const eg_random eg_random_fresh = {fresh_bytes, NULL};

static bool
given_bytes(void *context, uint8_t *bytes)
{
	eg_given   *given = context;

	if (given->left < EG_HASH_BYTES)
		return false;
	memcpy(bytes, given->next, EG_HASH_BYTES);
	given->next += EG_HASH_BYTES;
	given->left -= EG_HASH_BYTES;
	return true;
}

eg_random
eg_random_given(eg_given *given, eg_bytes values)
{
	eg_random	random = {given_bytes, given};

	given->next = values.data;
	given->left = values.size;
	return random;
}

bool
eg_random_bytes(const eg_random *random, uint8_t *bytes)
{
	return random->bytes(random->context, bytes);
}

/*
 * q = 2^256 - 189: that a second turn is needed is not to be seen in the life
 * of an election, nor would its time tell anything about the value taken.
 */
bool
eg_random_scalar(const eg_random *random, mp_limb_t *x)
{
	uint8_t		bytes[EG_SCALAR_BYTES];
	bool		below = false;

	while (!below && random->bytes(random->context, bytes))
		below = eg_scalar_import(&eg_group_2_1_0, x, bytes);
	sodium_memzero(bytes, sizeof(bytes));
	return below;
}
