/*
 * group.h
 *		The groups of ElectionGuard as data: p, q, g and what derives from p.
 *
 * Elements are residues mod p, scalars are residues mod q; both are arrays of
 * mp_limb_t, least significant limb first, of exactly group->limbs and
 * group->scalar_limbs limbs.  Their encodings are big-endian bytes of exactly
 * group->element_bytes and group->scalar_bytes, 8 for each limb (spec 5.1.1
 * and 5.1.2).
 */
#ifndef EG_GROUP_H
#define EG_GROUP_H

#include <gmp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define EG_MAX_LIMBS			64
#define EG_MAX_SCALAR_LIMBS		4

/* Sizes in the two groups that SQL knows. */
#define EG_ELEMENT_BYTES		512
#define EG_SCALAR_BYTES			32

/* The byte that stands for a group in every encoding. */
#define EG_GROUP_2_1_0			1	/* spec 3.1.1, the standard parameters */
#define EG_GROUP_1_X			2	/* the 4096 bits of ElectionGuard 1.x */

typedef struct eg_group
{
	const char *name;
	uint8_t		id;				/* one of EG_GROUP_*; 0 for a group of tests */
	uint16_t	limbs;
	uint16_t	scalar_limbs;
	uint16_t	element_bytes;
	uint16_t	scalar_bytes;

	/*
	 * How many limbs at the bottom, and at the top, of p are all ones; both
	 * the same, or both 0.  With low_ones > 0, -p^-1 mod 2^(64 low_ones) is 1,
	 * and Montgomery reduction takes its quotient digits as they stand; with
	 * 0 the general reduction is used.
	 */
	uint16_t	low_ones;
	uint16_t	high_ones;
	mp_limb_t	neg_inverse;	/* -p^-1 mod 2^64 */

	/* q = 2^(64 scalar_limbs) - q_gap unless that is 0 (the real q: 189) */
	mp_limb_t	q_gap;

	const mp_limb_t *p;
	const mp_limb_t *q;
	const mp_limb_t *g;
	const mp_limb_t *r1;		/* R mod p, R = 2^(64 limbs): Montgomery's 1 */
	const mp_limb_t *r2;		/* R^2 mod p: what enters Montgomery form */
} eg_group;

extern const eg_group eg_group_2_1_0;
extern const eg_group eg_group_1_x;

/* The group with this id, or NULL; knows the two real groups only. */
extern const eg_group *eg_group_by_id(uint8_t id);

/*
 * Reads a big-endian element; false unless 0 < x < p.  Public data: time
 * depends on the value.
 */
extern bool eg_element_import(const eg_group *group, mp_limb_t *x,
							  const uint8_t *bytes);

/* Writes an element as element_bytes big-endian bytes. */
extern void eg_element_export(const eg_group *group, uint8_t *bytes,
							  const mp_limb_t *x);

#endif
