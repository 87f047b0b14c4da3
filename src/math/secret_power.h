/*
 * secret_power.h
 *		Powers to secret exponents, all of a statement's at once.
 *
 * A caller lists what it wants; how the powers are shared out among kernels is
 * not its concern.  Bases are public, exponents are secret: time and addresses
 * depend on how many powers there are, on their bases and which have tables,
 * on nothing else, and nothing is left behind but the results, which are the
 * caller's to wipe where they are secret.  Two powers of one base that has no table take less
 * time than twice one if they stand side by side.
 *
 * A power to a secret exponent of a base outside Z_p^r would give some of the
 * exponent away.  So a base without a table is tested before any exponent
 * touches it, which costs little beside its powers; tables are made of bases
 * that were tested.
 *
 * Elements are plain canonical residues of group->limbs limbs, exponents are
 * scalars of group->scalar_limbs limbs.
 */
#ifndef EG_SECRET_POWER_H
#define EG_SECRET_POWER_H

#include "fixed_base.h"
#include "group.h"
#include "status.h"

typedef struct eg_secret_power
{
	const mp_limb_t *base;		/* 1 .. p - 1 */
	const eg_fixed_base *fixed; /* a table of its powers, or NULL */
	const mp_limb_t *exponent;
	mp_limb_t  *power;			/* out; no object that is an input */
} eg_secret_power;

/*
 * Runs n of them; EG_INTERRUPTED, with some missing, if told to stop, and
 * EG_NOT_FOUND, with the number of the first such power in *offender and some
 * missing, if a base without a table is not in Z_p^r.
 */
extern eg_status eg_secret_power_run(const eg_group *group,
									 const eg_secret_power *powers, size_t n,
									 size_t *offender, const eg_stop *stop);

#endif
