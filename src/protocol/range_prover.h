/*
 * range_prover.h
 *		Proving that a ciphertext holds one of 0 .. R (3.3.7, 3.3.8).
 *
 * Which of them it is, is secret: everything is done alike for all, in
 * constant time.  A challenge is drawn for each value, the true one too, whose
 * own is discarded by a mask.
 */
#ifndef EG_RANGE_PROVER_H
#define EG_RANGE_PROVER_H

#include "protocol/hash_uses.h"
#include "protocol/random.h"
#include "protocol/secret_plan.h"

typedef struct eg_range_prover
{
	uint32_t	n;				/* pairs, R + 1 */
	uint32_t	value;			/* secret: 0 .. R */
	const mp_limb_t *nonce;		/* secret: xi */
	mp_limb_t  *u;				/* secret: n scalars each */
	mp_limb_t  *c;
	size_t		powers;			/* the first: a_0, b_0, a_1, b_1, ... */
} eg_range_prover;

/* How many powers of g, and of K, a proof with this bound takes. */
static inline size_t
eg_range_prover_powers(uint32_t bound)
{
	return (size_t) bound + 1;
}

/*
 * Plans the commitments of a proof for (g^nonce, K^(nonce + value)).  Draws
 * u_0, ..., u_R, then c_0, ..., c_R.  nonce is kept by reference; the arena
 * must wipe what it gave.  False with a fault if the source or the arena has
 * no more.
 */
extern bool eg_range_prover_plan(eg_range_prover *prover,
								 eg_secret_plan *plan, uint32_t bound,
								 const mp_limb_t *nonce, uint32_t value,
								 const eg_random *random,
								 const eg_arena *arena, eg_fault *fault);

/*
 * Writes the pairs of the proof, EG_PAIR_BYTES each, after the plan was run.
 * The hash was begun with all that precedes the commitments, and is ended.
 */
extern void eg_range_prover_finish(eg_range_prover *prover,
								   const eg_secret_plan *plan, eg_hash *hash,
								   uint8_t *pairs);

#endif
