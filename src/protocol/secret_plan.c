/*
 * secret_plan.c
 *		Powers of g, K and K^ to secret exponents, listed to be run at once.
 */
#include "protocol/secret_plan.h"

bool
eg_secret_plan_init(eg_secret_plan *plan, const eg_election *election,
					const eg_power_counts *counts,
					const eg_base_tables *tables, const eg_arena *arena)
{
	const eg_group *group = election->group;
	size_t		room = counts->n[EG_BASE_GENERATOR] +
		counts->n[EG_BASE_VOTE_KEY] + counts->n[EG_BASE_DATA_KEY];
	size_t		limb = sizeof(mp_limb_t);
	mp_limb_t  *keys;

	plan->group = group;
	plan->n = 0;
	plan->powers = arena->allocate(arena->context,
								   room * sizeof(eg_secret_power));
	plan->exponents = arena->allocate(arena->context,
									  room * group->scalar_limbs * limb);
	plan->results = arena->allocate(arena->context,
									room * group->limbs * limb);
	keys = arena->allocate(arena->context, 2 * group->limbs * limb);
	if (plan->powers == NULL || plan->exponents == NULL ||
		plan->results == NULL || keys == NULL)
		return false;
	eg_element_import(group, keys, election->vote_key);
	eg_element_import(group, keys + group->limbs, election->data_key);
	plan->bases[EG_BASE_GENERATOR] = group->g;
	plan->bases[EG_BASE_VOTE_KEY] = keys;
	plan->bases[EG_BASE_DATA_KEY] = keys + group->limbs;
	memcpy(plan->tables, tables->tables, sizeof(plan->tables));
	return true;
}

size_t
eg_secret_plan_power(eg_secret_plan *plan, eg_base base,
					 const mp_limb_t *exponent)
{
	const eg_group *group = plan->group;
	mp_limb_t  *kept = plan->exponents + plan->n * group->scalar_limbs;
	eg_secret_power *power = &plan->powers[plan->n];

	mpn_copyi(kept, exponent, group->scalar_limbs);
	power->base = plan->bases[base];
	power->fixed = plan->tables[base];
	power->exponent = kept;
	power->power = plan->results + plan->n * group->limbs;
	return plan->n++;
}

eg_status
eg_secret_plan_run(const eg_secret_plan *plan, const eg_stop *stop)
{
	size_t		offender;		/* there is none: keys of elections are tested */

	return eg_secret_power_run(plan->group, plan->powers, plan->n, &offender,
							   stop);
}

void
eg_secret_plan_export(const eg_secret_plan *plan, size_t power,
					  uint8_t *bytes)
{
	eg_element_export(plan->group, bytes,
					  eg_secret_plan_result(plan, power));
}
