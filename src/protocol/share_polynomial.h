/*
 * share_polynomial.h
 *		The polynomials that share a guardian's secret keys (spec 3.2.1).
 */
#ifndef EG_SHARE_POLYNOMIAL_H
#define EG_SHARE_POLYNOMIAL_H

#include "math/group.h"
#include "math/status.h"

/*
 * share = P(l) mod q (equation 7), in constant time in the k coefficients,
 * which stand one after the other, 32 big-endian bytes each, below q.
 */
extern void eg_polynomial_at(const eg_group *group, mp_limb_t *share,
							 const uint8_t *coefficients, uint32_t k,
							 uint32_t l);

/*
 * r = g^P(l) = product of K_j^(l^j) (equation 14) from the k commitments, one
 * after the other, group->element_bytes each; public, like l.  EG_INVALID if
 * one is 0 or not below p.
 */
extern eg_status eg_commitments_at(const eg_group *group, mp_limb_t *r,
								   const uint8_t *commitments, uint32_t k,
								   uint32_t l, const eg_stop *stop);

#endif
