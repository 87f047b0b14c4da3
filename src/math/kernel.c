/*
 * kernel.c
 *		Which kernel multiplies mod p.
 */
#include "kernel.h"
#include "ifma_number.h"

static eg_kernel in_use = EG_KERNEL_PORTABLE;

#ifdef EG_HAVE_IFMA

static eg_ifma_modulus modulus_2_1_0;
static eg_ifma_modulus modulus_1_x;

/* In static memory, once: 18 KB that a process without IFMA never touches. */
static bool
prepare_moduli(void)
{
	static bool ready = false;

	if (!ready)
		ready = eg_ifma_modulus_init(&modulus_2_1_0, &eg_group_2_1_0) &&
			eg_ifma_modulus_init(&modulus_1_x, &eg_group_1_x);
	return ready;
}

const eg_ifma_modulus *
eg_kernel_modulus(const eg_group *group)
{
	if (in_use != EG_KERNEL_IFMA)
		return NULL;
	switch (group->id)
	{
		case EG_GROUP_2_1_0:
			return &modulus_2_1_0;
		case EG_GROUP_1_X:
			return &modulus_1_x;
		default:
			return NULL;
	}
}

#else

static bool
prepare_moduli(void)
{
	return false;
}

const struct eg_ifma_modulus *
eg_kernel_modulus(const eg_group *group)
{
	(void) group;
	return NULL;
}

#endif

bool
eg_kernel_available(eg_kernel kernel)
{
	return kernel == EG_KERNEL_PORTABLE ||
		(kernel == EG_KERNEL_IFMA && eg_cpu_has_ifma());
}

bool
eg_kernel_use(eg_kernel kernel)
{
	if (!eg_kernel_available(kernel) ||
		(kernel == EG_KERNEL_IFMA && !prepare_moduli()))
		return false;
	in_use = kernel;
	return true;
}

eg_kernel
eg_kernel_in_use(void)
{
	return in_use;
}
