/*
 * montgomery.h
 *		Montgomery multiplication mod p on GMP's public mpn functions.
 *
 * R = 2^(64 limbs).  All operands and results are canonical residues, below
 * p; r may be the same array as a or b.  The plain functions are for public
 * data: their time depends on the values.  Those named _secret take the same
 * time and touch the same addresses whatever the values are, and wipe their
 * scratch space.
 */
#ifndef EG_MONTGOMERY_H
#define EG_MONTGOMERY_H

#include "group.h"

/* r = a b / R mod p */
extern void eg_mont_mul(const eg_group *group, mp_limb_t *r,
						const mp_limb_t *a, const mp_limb_t *b);
extern void eg_mont_sqr(const eg_group *group, mp_limb_t *r,
						const mp_limb_t *a);
extern void eg_mont_mul_secret(const eg_group *group, mp_limb_t *r,
							   const mp_limb_t *a, const mp_limb_t *b);
extern void eg_mont_sqr_secret(const eg_group *group, mp_limb_t *r,
							   const mp_limb_t *a);

/* r = x R mod p, and back: r = x / R mod p (public data) */
extern void eg_mont_enter(const eg_group *group, mp_limb_t *r,
						  const mp_limb_t *x);
extern void eg_mont_leave(const eg_group *group, mp_limb_t *r,
						  const mp_limb_t *x);

/* r = x y mod p, all plain (public data) */
extern void eg_multiply(const eg_group *group, mp_limb_t *r,
						const mp_limb_t *x, const mp_limb_t *y);

/* Overwrites memory that held a secret; the compiler cannot drop it. */
extern void eg_wipe(void *memory, size_t size);

/*
 * Overwrites the part of the stack that a function called from the same depth
 * may have used, EG_WIPED_STACK bytes: for those who gave it secrets, once
 * after a series of calls.  Deeper calls that have larger tables than that on
 * the stack do it themselves.
 */
#define EG_WIPED_STACK	(48 * 1024)

extern void eg_wipe_stack(void);

#endif
