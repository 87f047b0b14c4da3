/*
 * ifma_eight.h
 *		Montgomery arithmetic on eight independent numbers at once.
 *
 * Lane i of a result depends on lane i of the operands only.  r may be the
 * same object as a or b.
 *
 * Bounds: whenever a b < 2^4160 p in a lane, r is there below 2p and
 * congruent to a b / 2^4160; for results of these functions and for imported
 * numbers, below 2p both, that is so with a factor of 2^62 to spare, and r is
 * then below p + p / 2^62.  Limbs must be below 2^52.
 *
 * Constant time in the values.  The stack is not wiped: after calls on secrets
 * eg_wipe_stack() does that.
 */
#ifndef EG_IFMA_EIGHT_H
#define EG_IFMA_EIGHT_H

#include "ifma_number.h"

#ifdef EG_HAVE_IFMA

/* r = a b / R mod p, lane by lane */
extern void eg_ifma_eight_mul(eg_ifma_lanes *r, const eg_ifma_lanes *a,
							  const eg_ifma_lanes *b,
							  const eg_ifma_modulus *modulus);

/* r = a^2 / R mod p, lane by lane */
extern void eg_ifma_eight_sqr(eg_ifma_lanes *r, const eg_ifma_lanes *a,
							  const eg_ifma_modulus *modulus);

#endif
#endif
