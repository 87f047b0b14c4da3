/*
 * product_portable.h
 *		The functions of product.h that depend on the kernel, on the portable
 *		one: in any group, with R = 2^(64 limbs).
 */
#ifndef EG_PRODUCT_PORTABLE_H
#define EG_PRODUCT_PORTABLE_H

#include "group.h"

extern void eg_product_portable_multiply(const eg_group *group,
										 uint8_t *residues,
										 const uint8_t *elements, size_t n);
extern void eg_product_portable_power(const eg_group *group, uint8_t *residue,
									  const uint8_t *element,
									  uint64_t weight);
extern void eg_product_portable_merge(const eg_group *group, uint8_t *a,
									  const uint8_t *b, size_t n);

#endif
