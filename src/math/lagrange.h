/*
 * lagrange.h
 *		Lagrange coefficients for a set of guardians (spec 3.6.4, equation 85).
 */
#ifndef EG_LAGRANGE_H
#define EG_LAGRANGE_H

#include "group.h"
#include "status.h"

/*
 * w[i] = product over j != i of x[j] / (x[j] - x[i]) mod q, i < n, at
 * w + i * scalar_limbs.  EG_INVALID if n is 0, an x is 0 or not below q, or
 * two are equal.
 */
extern eg_status eg_lagrange(const eg_group *group, mp_limb_t *w,
							 const uint32_t *x, size_t n);

#endif
