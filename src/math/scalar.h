/*
 * scalar.h
 *		Arithmetic mod q.
 *
 * Scalars are canonical, below q, of group->scalar_limbs limbs.  Everything
 * but eg_scalar_inverse is constant time in the values, so that it serves
 * secrets; scratch space is wiped.  r may be the same array as an operand.
 */
#ifndef EG_SCALAR_H
#define EG_SCALAR_H

#include "group.h"

/*
 * Reads scalar_bytes big-endian bytes; false unless below q (x is then set
 * to 0).  Whether it is below q is the only thing the time may tell.
 */
extern bool eg_scalar_import(const eg_group *group, mp_limb_t *x,
							 const uint8_t *bytes);

/* Reads scalar_bytes big-endian bytes and reduces them mod q. */
extern void eg_scalar_reduce(const eg_group *group, mp_limb_t *x,
							 const uint8_t *bytes);
extern void eg_scalar_export(const eg_group *group, uint8_t *bytes,
							 const mp_limb_t *x);
extern void eg_scalar_add(const eg_group *group, mp_limb_t *r,
						  const mp_limb_t *a, const mp_limb_t *b);
extern void eg_scalar_sub(const eg_group *group, mp_limb_t *r,
						  const mp_limb_t *a, const mp_limb_t *b);
extern void eg_scalar_mul(const eg_group *group, mp_limb_t *r,
						  const mp_limb_t *a, const mp_limb_t *b);

/* r = 1/a; a is public and not 0. */
extern void eg_scalar_inverse(const eg_group *group, mp_limb_t *r,
							  const mp_limb_t *a);

#endif
