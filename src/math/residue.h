/*
 * residue.h
 *		Between limbs and the bytes of products (product.h): residues are
 *		little-endian and begin at the front, elements are big-endian and stand
 *		at the end.
 */
#ifndef EG_RESIDUE_H
#define EG_RESIDUE_H

#include <string.h>

#include "limbs.h"
#include "product.h"

static inline void
eg_residue_load(const eg_group *group, mp_limb_t *x, const uint8_t *residue)
{
	eg_limbs_from_little_endian(x, residue, group->limbs);
}

static inline void
eg_residue_store(const eg_group *group, uint8_t *residue, const mp_limb_t *x)
{
	size_t		size = 8 * (size_t) group->limbs;

	eg_limbs_to_little_endian(residue, x, group->limbs);
	memset(residue + size, 0, EG_RESIDUE_BYTES - size);
}

static inline void
eg_element_load(const eg_group *group, mp_limb_t *x, const uint8_t *element)
{
	size_t		size = 8 * (size_t) group->limbs;

	eg_limbs_from_big_endian(x, element + EG_ELEMENT_BYTES - size,
							 group->limbs);
}

static inline void
eg_element_store(const eg_group *group, uint8_t *element, const mp_limb_t *x)
{
	size_t		size = 8 * (size_t) group->limbs;

	memset(element, 0, EG_ELEMENT_BYTES - size);
	eg_limbs_to_big_endian(element + EG_ELEMENT_BYTES - size, x,
						   group->limbs);
}

#endif
