/*
 * secret_power.c
 *		Powers to secret exponents, all of a statement's at once.
 */
#include "secret_power.h"

#include "kernel.h"
#include "secret_ifma.h"
#include "secret_portable.h"

eg_status
eg_secret_power_run(const eg_group *group, const eg_secret_power *powers,
					size_t n, size_t *offender, const eg_stop *stop)
{
#ifdef EG_HAVE_IFMA
	const eg_ifma_modulus *modulus = eg_kernel_modulus(group);

	if (modulus != NULL)
		return eg_secret_ifma_run(modulus, group->q_gap, powers, n, offender,
								  stop);
#endif
	return eg_secret_portable_run(group, powers, n, offender, stop);
}
