/*
 * fixed_base.h
 *		Powers of one base from a table of its powers.
 *
 * The table holds base^(d 2^(w i)) for every digit d < 2^w of every window i,
 * in memory of the caller's: eg_fixed_base_size() bytes, aligned for
 * mp_limb_t.  The base is public; the exponent is a scalar of
 * group->scalar_limbs limbs.
 */
#ifndef EG_FIXED_BASE_H
#define EG_FIXED_BASE_H

#include "group.h"
#include "status.h"

#define EG_MAX_WINDOW	12

typedef struct eg_fixed_base
{
	const eg_group *group;
	unsigned	window;			/* bits in a digit, 1 to EG_MAX_WINDOW */
	mp_limb_t  *table;
} eg_fixed_base;

/* 0 if the window is not in 1 .. EG_MAX_WINDOW. */
extern size_t eg_fixed_base_size(const eg_group *group, unsigned window);

/*
 * Fills the table: as many multiplications as it has entries.  EG_INVALID for
 * a window out of range.
 */
extern eg_status eg_fixed_base_init(eg_fixed_base *fixed,
									const eg_group *group, unsigned window,
									void *memory, const mp_limb_t *base,
									const eg_stop *stop);

/* r = base^e; e is public. */
extern void eg_fixed_base_power(const eg_fixed_base *fixed, mp_limb_t *r,
								const mp_limb_t *e);

/* r = base^e in constant time in e: every entry of a window is read. */
extern void eg_fixed_base_power_secret(const eg_fixed_base *fixed,
									   mp_limb_t *r, const mp_limb_t *e);

#endif
