/*
 * product_ifma.h
 *		The functions of product.h that depend on the kernel, on those for
 *		AVX-512 IFMA: with R = 2^EG_IFMA_LOG2_R and the prepared modulus for the
 *		group.
 *
 * All data is public.  Lanes are filled eight products at a time, in the order
 * given: a caller with n independent products makes one call, not n.
 */
#ifndef EG_PRODUCT_IFMA_H
#define EG_PRODUCT_IFMA_H

#include "ifma_number.h"
#include "product.h"

#ifdef EG_HAVE_IFMA

extern void eg_product_ifma_multiply(const eg_ifma_modulus *modulus,
									 uint8_t *residues,
									 const uint8_t *elements, size_t n);
extern void eg_product_ifma_power(const eg_ifma_modulus *modulus,
								  uint8_t *residue, const uint8_t *element,
								  uint64_t weight);
extern void eg_product_ifma_merge(const eg_ifma_modulus *modulus, uint8_t *a,
								  const uint8_t *b, size_t n);

#endif
#endif
