/*
 * fixed_ifma.h
 *		Tables of powers for the AVX-512 IFMA kernels (fixed_base.h).
 *
 * A table for public exponents holds numbers, window after window and in each
 * digit after digit.  One for secret exponents holds, window after window,
 * limb after limb, that limb of all entries side by side, so that the entries
 * of eight lanes are selected in passing over them.  In both, the first window
 * is in plain form and all others in Montgomery form, so that a product of one
 * entry of each is in plain form.
 */
#ifndef EG_FIXED_IFMA_H
#define EG_FIXED_IFMA_H

#include "fixed_base.h"
#include "ifma_number.h"

#ifdef EG_HAVE_IFMA

/* Bytes, aligned to 64; 0 for a window that there is no table of. */
extern size_t eg_fixed_ifma_size(eg_table_use use, unsigned window);

/* Fills fixed->table for fixed->use and fixed->window. */
extern eg_status eg_fixed_ifma_init(const eg_fixed_base *fixed,
									const eg_ifma_modulus *modulus,
									const mp_limb_t *base,
									const eg_stop *stop);

/* base^e, below 2p; the table and e are public. */
extern void eg_fixed_ifma_power(const eg_fixed_base *fixed,
								const eg_ifma_modulus *modulus,
								eg_ifma_number *r, const mp_limb_t *e);

/*
 * The same in eight lanes, from tables of one window: lane i is the base of
 * fixed[i] to the power e[i].
 */
extern void eg_fixed_ifma_eight(const eg_fixed_base *const *fixed,
								const eg_ifma_modulus *modulus,
								eg_ifma_lanes *r, const mp_limb_t *const *e);

/*
 * For secret exponents and tables for such, in constant time.  Each run of
 * lanes with the same table is one pass over it.
 */
extern void eg_fixed_ifma_eight_secret(const eg_fixed_base *const *fixed,
									   const eg_ifma_modulus *modulus,
									   eg_ifma_lanes *r,
									   const mp_limb_t *const *e);

#endif
#endif
