/*
 * round_products.h
 *		The products of what guardians reveal, and the challenges (86, 89, 90;
 *		97, 100, 101).
 *
 * All data is public, and its powers are computed for many items at a time.
 */
#ifndef EG_ROUND_PRODUCTS_H
#define EG_ROUND_PRODUCTS_H

#include "math/batch.h"
#include "protocol/decryption_messages.h"

/* The messages of a round, placed in the set */
typedef struct eg_round
{
	const eg_guardian_set *set;
	const eg_decryption_message *const *commitments;
	const eg_decryption_message *const *reveals;
	const eg_decryption_message *const *responses;
} eg_round;

/* Of one item: a, b, M, and the challenge c */
typedef struct eg_accumulated
{
	uint8_t		a[EG_ELEMENT_BYTES];
	uint8_t		b[EG_ELEMENT_BYTES];
	uint8_t		m[EG_ELEMENT_BYTES];
	uint8_t		c[EG_HASH_BYTES];
} eg_accumulated;

typedef struct eg_accumulator
{
	const eg_decryption_subject *subject;
	const eg_round *round;
	mp_limb_t  *w;				/* Lagrange coefficients of the set (85) */
	size_t		room;			/* items at a time, at most */
	size_t		kinds;			/* of elements that are looked at: M, a, b */
	mp_limb_t  *elements;
	mp_limb_t  *powers;			/* M_i^w_i */
	eg_chain   *chains;			/* of a guardian's part: M, a, b */
} eg_accumulator;

/*
 * Every guardian has revealed.  With commitments, a and b are checked for
 * membership as M is.  False if the arena is exhausted.
 */
extern bool eg_accumulator_start(eg_accumulator *accumulator,
								 const eg_decryption_subject *subject,
								 const eg_round *round, bool commitments,
								 const eg_arena *arena);

/* Accumulates n items from the first on; n is at most the room. */
extern eg_status eg_accumulator_run(eg_accumulator *accumulator,
									eg_accumulated *accumulated,
									size_t first, size_t n,
									const eg_stop *stop);

/*
 * Whether what guardian number place has revealed for item number j of the
 * last run is in Z_p^r.
 */
extern bool eg_accumulator_members(const eg_accumulator *accumulator,
								   uint32_t place, size_t j);

/* The product of M_i^w_i over n guardians (86, 97), as an element */
extern eg_status eg_partials_product(const eg_group *group, mp_limb_t *m,
									 const uint8_t *const *partials,
									 const mp_limb_t *w, size_t n,
									 const eg_stop *stop);

#endif
