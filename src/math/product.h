/*
 * product.h
 *		Long products of public elements, with the powers of R left for later.
 *
 * A residue that has been through n Montgomery products of plain residues is
 * the true product divided by R^n.  The aggregates keep such residues with
 * their count and supply R^n once, at the end.  R depends on the kernel, so
 * whoever stores a residue stores log2 R beside it.
 *
 * A residue is stored as EG_RESIDUE_BYTES little-endian bytes of a canonical
 * value below p; no alignment is asked for.  Elements are EG_ELEMENT_BYTES
 * big-endian bytes, in a smaller group with zeros in front.
 */
#ifndef EG_PRODUCT_H
#define EG_PRODUCT_H

#include "group.h"
#include "status.h"

#define EG_RESIDUE_BYTES	512

/* log2 R of the kernel in use (kernel.h): 64 limbs, or 4160 with IFMA. */
extern uint16_t eg_product_log2_r(const eg_group *group);

/*
 * The empty product is the residue 1 with count 0.
 *
 * A batch of independent products: residue[i] = residue[i] * element[i] / R,
 * i < n, element[i] being the EG_ELEMENT_BYTES big-endian bytes of a number
 * below p.  residue i stands at residues + i * EG_RESIDUE_BYTES, element i at
 * elements + i * EG_ELEMENT_BYTES.
 */
extern void eg_product_multiply(const eg_group *group, uint8_t *residues,
								const uint8_t *elements, size_t n);

/* residue = element^weight / R^(weight - 1), weight > 0 (count weight - 1). */
extern void eg_product_power(const eg_group *group, uint8_t *residue,
							 const uint8_t *element, uint64_t weight);

/* a[i] = a[i] * b[i] / R for stored residues of the same R, i < n. */
extern void eg_product_merge(const eg_group *group, uint8_t *a,
							 const uint8_t *b, size_t n);

/* Whether residues kept with this R can be read here, by any kernel. */
extern bool eg_product_knows_r(const eg_group *group, uint16_t log2_r);

/*
 * What turns a residue that has been through count products with this R into
 * the element that it stands for; made once for all residues of one count, and
 * for the kernel in use.
 */
typedef struct eg_product_correction
{
	const eg_group *group;
	uint64_t	count;
	uint8_t		factor[EG_RESIDUE_BYTES];	/* R^count, in Montgomery form */
} eg_product_correction;

extern void eg_product_correct(eg_product_correction *correction,
							   const eg_group *group, uint64_t count,
							   uint16_t log2_r);

/* The canonical element residue * R^count as big-endian bytes. */
extern void eg_product_finish(const eg_product_correction *correction,
							  uint8_t *element, const uint8_t *residue);

/*
 * A residue that has been through count products with another R, brought to
 * count 0: the element itself, stored as a residue.
 */
extern void eg_product_convert(const eg_group *group, uint8_t *residue,
							   uint64_t count, uint16_t log2_r);

/* Whether a stored residue is a canonical one: 0 < residue < p. */
extern bool eg_product_valid(const eg_group *group, const uint8_t *residue);

#endif
