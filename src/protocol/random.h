/*
 * random.h
 *		Where nonces and keys come from.
 *
 * Every protocol function that needs randomness asks a source for it, value
 * by value, in an order that its header states.  There are two sources:
 * libsodium's generator, for use; and a list of given values, for known
 * answers and for encrypting a ballot again.
 *
 * What a source gives is secret until the caller makes it public.
 */
#ifndef EG_RANDOM_H
#define EG_RANDOM_H

#include "math/group.h"
#include "protocol/bytes.h"

typedef struct eg_random
{
	/* Writes 32 bytes, any of 2^256 values; false if there are none left. */
	bool		(*bytes) (void *context, uint8_t *bytes);
	void	   *context;
} eg_random;

/* libsodium's; it never fails. */
extern const eg_random eg_random_fresh;

/* 32 uniform bytes: id_B and xi_B (3.3.2, 3.3.3) */
extern bool eg_random_bytes(const eg_random *random, uint8_t *bytes);

/*
 * A uniform scalar, 0 .. q - 1: values from q on are drawn again.  A given
 * value from q on is skipped likewise, so that a list gives what the generator
 * would have given.  q is that of the 2.1.0 group.
 */
extern bool eg_random_scalar(const eg_random *random, mp_limb_t *x);

/* A source of given values, 32 bytes each; what is left shows in left. */
typedef struct eg_given
{
	const uint8_t *next;
	size_t		left;			/* bytes */
} eg_given;

extern eg_random eg_random_given(eg_given *given, eg_bytes values);

#endif
