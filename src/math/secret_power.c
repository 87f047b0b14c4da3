/*
 * secret_power.c
 *		Powers to secret exponents, all of a statement's at once.
 */
#include "secret_power.h"

#include "power.h"

eg_status
eg_secret_power_run(const eg_group *group, const eg_secret_power *powers,
					size_t n, const eg_stop *stop)
{
	for (size_t i = 0; i < n; i++)
	{
		const eg_secret_power *p = &powers[i];

		if (eg_stop_requested(stop))
			return EG_INTERRUPTED;
		if (eg_fixed_base_serves(p->fixed, EG_TABLE_SECRET))
			eg_fixed_base_power_secret(p->fixed, p->power, p->exponent);
		else
			eg_power_secret(group, p->power, p->base, p->exponent,
							group->scalar_limbs);
	}
	return EG_OK;
}
