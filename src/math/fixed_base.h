/*
 * fixed_base.h
 *		Powers of one base from a table of its powers.
 *
 * A table has entries for every value of a digit of w bits, in memory of the
 * caller's: eg_fixed_base_size() bytes, aligned for mp_limb_t.  The base is
 * public; the exponent is a scalar of group->scalar_limbs limbs.
 *
 * A table is made for the kernel in use (kernel.h) and for either public or
 * secret exponents.  One for secret exponents serves public ones too, in more
 * time; the portable kernel serves both from any table of its own.  Batches
 * (batch.h, secret_power.h) do without a table that does not serve them.
 */
#ifndef EG_FIXED_BASE_H
#define EG_FIXED_BASE_H

#include "group.h"
#include "kernel.h"
#include "status.h"

#define EG_MAX_WINDOW	12

typedef enum eg_table_use
{
	EG_TABLE_PUBLIC,
	EG_TABLE_SECRET
} eg_table_use;

typedef struct eg_fixed_base
{
	const eg_group *group;
	eg_kernel	kernel;			/* whose order the table is in */
	eg_table_use use;
	unsigned	window;			/* bits in a digit, 1 to EG_MAX_WINDOW */
	void	   *table;
} eg_fixed_base;

/* 0 if there is no such table; windows are in 1 .. EG_MAX_WINDOW. */
extern size_t eg_fixed_base_size(const eg_group *group, eg_table_use use,
								 unsigned window);

/* The widest window that is worth its memory. */
extern unsigned eg_fixed_base_window(const eg_group *group, eg_table_use use);

/*
 * How many powers of a base save what a table of that window takes to make,
 * about.
 */
extern unsigned eg_fixed_base_earned(const eg_group *group, eg_table_use use);

/*
 * Fills the table: as many multiplications as it has entries.  EG_INVALID if
 * there is no such table.
 */
extern eg_status eg_fixed_base_init(eg_fixed_base *fixed,
									const eg_group *group, eg_table_use use,
									unsigned window, void *memory,
									const mp_limb_t *base,
									const eg_stop *stop);

/*
 * Whether the kernel in use can take powers for this use from the table, which
 * may be NULL.
 */
extern bool eg_fixed_base_serves(const eg_fixed_base *fixed, eg_table_use use);

/* r = base^e for a table of the portable kernel; e is public. */
extern void eg_fixed_base_power(const eg_fixed_base *fixed, mp_limb_t *r,
								const mp_limb_t *e);

/* The same in constant time in e: every entry of a window is read. */
extern void eg_fixed_base_power_secret(const eg_fixed_base *fixed,
									   mp_limb_t *r, const mp_limb_t *e);

#endif
