/*
 * power_ifma.h
 *		Products and membership (power.h) on the AVX-512 IFMA kernels.
 */
#ifndef EG_POWER_IFMA_H
#define EG_POWER_IFMA_H

#include "ifma_number.h"
#include "status.h"

#ifdef EG_HAVE_IFMA

/* What the functions of power.h do, for the group of the modulus. */
extern void eg_power_ifma_multiply(const eg_ifma_modulus *modulus,
								   mp_limb_t *r, const mp_limb_t *x,
								   const mp_limb_t *y);

/* q is 2^256 - q_gap, q_gap > 0. */
extern eg_status eg_power_ifma_check_members(const eg_ifma_modulus *modulus,
											 mp_limb_t q_gap,
											 const mp_limb_t *x, size_t n,
											 size_t *offender,
											 const eg_stop *stop);

#endif
#endif
