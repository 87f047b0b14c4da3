/*
 * fixed_ifma.h
 *		Tables of powers for the AVX-512 IFMA kernels (fixed_base.h).
 *
 * Combs (Lim and Lee 1994).  With h teeth, the window of eg_fixed_base, the
 * scalar is written in h rows of n columns, and a digit is the h bits of a
 * column.  The columns stand in blocks, eight at most, of which the last holds
 * one column, and each of the others up to m.  Entry d of the table of a block
 * that begins at column c is the product of base^(2^(n i + c)) over the bits i
 * of d.  So m - 1 squarings and n - 1 products make a power: some more
 * squarings than with a window for every column, but for h = 7 a fifth of the
 * memory, which the secret power has to read through.
 *
 * The last block serves once, without squarings after it: it is in plain form
 * and all others in Montgomery form, so that the power comes out plain.
 *
 * A table for public exponents holds numbers, block after block and in each
 * digit after digit.  One for secret exponents holds, block after block, limb
 * after limb, that limb of all entries side by side, so that the entries of
 * eight lanes are selected in passing over them.
 */
#ifndef EG_FIXED_IFMA_H
#define EG_FIXED_IFMA_H

#include "fixed_base.h"
#include "ifma_number.h"

#ifdef EG_HAVE_IFMA

/* Bytes, aligned to 64; 0 where there is no such table. */
extern size_t eg_fixed_ifma_size(eg_table_use use, unsigned window);

/* Fills fixed->table for fixed->use and fixed->window. */
extern eg_status eg_fixed_ifma_init(const eg_fixed_base *fixed,
									const eg_ifma_modulus *modulus,
									const mp_limb_t *base,
									const eg_stop *stop);

/* base^e, below 2p; the table is for public exponents. */
extern void eg_fixed_ifma_power(const eg_fixed_base *fixed,
								const eg_ifma_modulus *modulus,
								eg_ifma_number *r, const mp_limb_t *e);

/*
 * The same in eight lanes, from tables for one use, those for public exponents
 * of one window: lane i is the base of fixed[i] to the power e[i], which is
 * public.
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
