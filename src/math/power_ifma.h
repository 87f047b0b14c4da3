/*
 * power_ifma.h
 *		Exponentiation mod p on the AVX-512 IFMA kernels, eight at a time.
 *
 * Functions named _secret take the same time and touch the same addresses
 * whatever the numbers and exponents are, and wipe the stack that they used.
 */
#ifndef EG_POWER_IFMA_H
#define EG_POWER_IFMA_H

#include "ifma_number.h"
#include "status.h"

#ifdef EG_HAVE_IFMA

#define EG_IFMA_POWER_TABLE	16

/*
 * r = table[digit[i]] in lane i, digits below EG_IFMA_POWER_TABLE, and the same
 * for one number: all of the table is read.
 */
extern void eg_ifma_eight_select(eg_ifma_lanes *r, const eg_ifma_lanes *table,
								 const uint64_t *digit);
extern void eg_ifma_one_select(eg_ifma_number *r, const eg_ifma_number *table,
							   uint64_t digit);

/*
 * r = x^e in every lane; r may be x.  Numbers are plain residues below 2p,
 * never in Montgomery form; e[i] points to the exponent of lane i, e_limbs
 * limbs, least significant first.  A lane that is not needed still needs a
 * valid number and exponent: repeat another one's.  table is scratch memory
 * that afterwards holds powers of x: the caller wipes it if x is secret.
 */
extern void eg_ifma_eight_power_secret(eg_ifma_lanes *r,
									   const eg_ifma_lanes *x,
									   const mp_limb_t *const *e,
									   size_t e_limbs, eg_ifma_lanes *table,
									   const eg_ifma_modulus *modulus);

/* What the functions of power.h do, for the group of the modulus. */
extern void eg_power_ifma_multiply(const eg_ifma_modulus *modulus,
								   mp_limb_t *r, const mp_limb_t *x,
								   const mp_limb_t *y);
extern eg_status eg_power_ifma_secret_batch(const eg_ifma_modulus *modulus,
											mp_limb_t *r, const mp_limb_t *x,
											size_t n, const mp_limb_t *e,
											size_t e_limbs,
											const eg_stop *stop);

/* q is 2^256 - q_gap, q_gap > 0. */
extern eg_status eg_power_ifma_check_members(const eg_ifma_modulus *modulus,
											 mp_limb_t q_gap,
											 const mp_limb_t *x, size_t n,
											 size_t *offender,
											 const eg_stop *stop);

#endif
#endif
