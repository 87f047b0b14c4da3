/*
 * secret_power.c
 *		Powers to secret exponents, all of a statement's at once.
 */
#include "secret_power.h"

#include "montgomery.h"
#include "power.h"
#include "secret_ifma.h"

static eg_status
run_portable(const eg_group *group, const eg_secret_power *powers, size_t n,
			 const eg_stop *stop)
{
	eg_status	status = EG_OK;

	for (size_t i = 0; i < n; i++)
	{
		const eg_secret_power *p = &powers[i];

		if (eg_stop_requested(stop))
		{
			status = EG_INTERRUPTED;
			break;
		}
		if (eg_fixed_base_serves(p->fixed, EG_TABLE_SECRET))
			eg_fixed_base_power_secret(p->fixed, p->power, p->exponent);
		else
			eg_power_secret(group, p->power, p->base, p->exponent,
							group->scalar_limbs);
	}
	eg_wipe_stack();
	return status;
}

eg_status
eg_secret_power_run(const eg_group *group, const eg_secret_power *powers,
					size_t n, const eg_stop *stop)
{
#ifdef EG_HAVE_IFMA
	const eg_ifma_modulus *modulus = eg_kernel_modulus(group);

	if (modulus != NULL)
		return eg_secret_ifma_run(modulus, powers, n, stop);
#endif
	return run_portable(group, powers, n, stop);
}
