/*
 * ifma_one.h
 *		Montgomery arithmetic on one number across the lanes.
 *
 * r may be the same object as a or b.
 *
 * Bounds: whenever a b < 2^4160 p, r is below 2p and congruent to a b /
 * 2^4160; for results of these functions and for imported numbers, below 2p
 * both, that is so with a factor of 2^62 to spare, and r is then below
 * p + p / 2^62.  Limbs must be below 2^52.
 *
 * Constant time in the values.  The stack is not wiped: after calls on secrets
 * eg_wipe_stack() does that.
 */
#ifndef EG_IFMA_ONE_H
#define EG_IFMA_ONE_H

#include "ifma_number.h"

#ifdef EG_HAVE_IFMA

/* r = a b / R mod p */
extern void eg_ifma_one_mul(eg_ifma_number *r, const eg_ifma_number *a,
							const eg_ifma_number *b,
							const eg_ifma_modulus *modulus);

/* r = a^2 / R mod p */
extern void eg_ifma_one_sqr(eg_ifma_number *r, const eg_ifma_number *a,
							const eg_ifma_modulus *modulus);

#endif
#endif
