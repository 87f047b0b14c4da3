/*
 * secret_plan.h
 *		Powers of g, K and K^ to secret exponents, listed to be run at once.
 *
 * A prover plans what it needs, the caller runs the plan, the prover looks at
 * the results: so all exponentiations of a ballot are one batch.  Room is
 * measured before, in units of one power; the arena must wipe what it gave.
 */
#ifndef EG_SECRET_PLAN_H
#define EG_SECRET_PLAN_H

#include "math/secret_power.h"
#include "protocol/election.h"

typedef enum eg_base
{
	EG_BASE_GENERATOR,			/* g */
	EG_BASE_VOTE_KEY,			/* K */
	EG_BASE_DATA_KEY			/* K^ */
} eg_base;

#define EG_BASES	3

/* By eg_base: how many powers of each; and tables, NULL where there is none. */
typedef struct eg_power_counts
{
	size_t		n[EG_BASES];
} eg_power_counts;

typedef struct eg_base_tables
{
	const eg_fixed_base *tables[EG_BASES];
} eg_base_tables;

typedef struct eg_secret_plan
{
	const eg_group *group;
	const mp_limb_t *bases[EG_BASES];
	const eg_fixed_base *tables[EG_BASES];
	eg_secret_power *powers;
	mp_limb_t  *exponents;		/* of all powers, one after the other */
	mp_limb_t  *results;
	size_t		n;
} eg_secret_plan;

/* An empty plan with room for these; false if the arena is exhausted. */
extern bool eg_secret_plan_init(eg_secret_plan *plan,
								const eg_election *election,
								const eg_power_counts *counts,
								const eg_base_tables *tables,
								const eg_arena *arena);

/* Plans base^exponent, which is copied; returns the number of the power. */
extern size_t eg_secret_plan_power(eg_secret_plan *plan, eg_base base,
								   const mp_limb_t *exponent);

extern eg_status eg_secret_plan_run(const eg_secret_plan *plan,
									const eg_stop *stop);

/* Afterwards: a power, and EG_ELEMENT_BYTES of it. */
static inline const mp_limb_t *
eg_secret_plan_result(const eg_secret_plan *plan, size_t power)
{
	return plan->results + power * plan->group->limbs;
}

extern void eg_secret_plan_export(const eg_secret_plan *plan, size_t power,
								  uint8_t *bytes);

#endif
