/*
 * power.h
 *		Exponentiation, inversion and membership mod p, all of public data.
 *
 * Elements in and out are plain canonical residues, never in Montgomery form.
 * Exponents are arrays of limbs, least significant first, of a public length.
 */
#ifndef EG_POWER_H
#define EG_POWER_H

#include "group.h"
#include "status.h"

/* r = x^e mod p */
extern void eg_power(const eg_group *group, mp_limb_t *r, const mp_limb_t *x,
					 const mp_limb_t *e, size_t e_limbs);

/*
 * r = product of x[i]^e[i] mod p, i < n; exponents of group->scalar_limbs
 * limbs, below 2^(64 scalar_limbs).  Every 12 factors share one squaring chain.  n is at most EG_MAX_FACTORS; more is EG_INVALID.  The empty
 * product is 1.
 */
#define EG_MAX_FACTORS	255
extern eg_status eg_power_product(const eg_group *group, mp_limb_t *r,
								  const mp_limb_t *const *x,
								  const mp_limb_t *const *e, size_t n,
								  const eg_stop *stop);

/* r = 1/x mod p; x is not 0. */
extern void eg_inverse(const eg_group *group, mp_limb_t *r,
					   const mp_limb_t *x);

/*
 * Whether x, 0 <= x < p, lies in Z_p^r, the subgroup of order q: x^q = 1
 * (spec 3.1.1).  0 is no member.
 */
extern bool eg_is_member(const eg_group *group, const mp_limb_t *x);

#endif
