/*
 * batch.h
 *		All the exponentiations of a proof, a ballot or a tally at once.
 *
 * A caller lists what it wants: several powers of one base (a chain, with
 * whether the base is in Z_p^r for little more), and powers of fixed bases.
 * How they are shared out among kernels is not its concern.  All of it is
 * public data: time depends on the values.
 *
 * Elements are plain canonical residues of group->limbs limbs, exponents are
 * scalars of group->scalar_limbs limbs.
 */
#ifndef EG_BATCH_H
#define EG_BATCH_H

#include "fixed_base.h"
#include "group.h"
#include "status.h"

typedef struct eg_chain
{
	const mp_limb_t *base;		/* 1 .. p - 1, or 0: no member, no powers */
	size_t		n;				/* powers wanted */
	const mp_limb_t *exponents; /* n of them, one after the other */
	mp_limb_t  *powers;			/* n of them */
	bool		member;			/* out: base is in Z_p^r */
} eg_chain;

typedef struct eg_fixed_power
{
	const mp_limb_t *base;
	const eg_fixed_base *fixed; /* a table of its powers, or NULL */
	const mp_limb_t *exponent;
	mp_limb_t  *power;
} eg_fixed_power;

typedef struct eg_batch
{
	const eg_group *group;
	eg_chain   *chains;
	size_t		n_chains;
	eg_fixed_power *fixed;
	size_t		n_fixed;
} eg_batch;

/* Runs them all; EG_INTERRUPTED if told to stop. */
extern eg_status eg_batch_run(const eg_batch *batch, const eg_stop *stop);

#endif
