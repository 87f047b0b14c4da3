/*
 * test_kernel.c
 *		The choice of a kernel: what the machine or the build lacks is refused.
 *
 * It runs three times: as it is; in a build without the AVX-512 kernels; and
 * under valgrind, whose processor has no AVX-512, so that a build that has the
 * kernels must find out at run time.
 */
#include "math/cpu.h"
#include "math/kernel.h"
#include "math/montgomery.h"
#include "math/secret_power.h"

#include "test.h"
#include "test_groups.h"

#if defined(__has_include)
#if __has_include(<valgrind/memcheck.h>)
#include <valgrind/memcheck.h>
#endif
#endif

/* Whether this run has been deprived of the kernel. */
static bool
is_forced_absence(void)
{
#ifndef EG_HAVE_IFMA
	return true;
#elif defined(RUNNING_ON_VALGRIND)
	return RUNNING_ON_VALGRIND != 0;
#else
	return false;
#endif
}

/* g^3 by a product and by a batch, with whatever kernel is in use */
static bool
computes(const eg_group *group)
{
	mp_limb_t	three[EG_MAX_SCALAR_LIMBS] = {3};
	mp_limb_t	cube[EG_MAX_LIMBS];
	mp_limb_t	power[EG_MAX_LIMBS];
	const eg_secret_power wanted = {group->g, NULL, three, power};
	size_t		offender;

	eg_multiply(group, cube, group->g, group->g);
	eg_multiply(group, cube, cube, group->g);
	return eg_secret_power_run(group, &wanted, 1, &offender, NULL) == EG_OK &&
		mpn_cmp(cube, power, group->limbs) == 0;
}

static void
test_choice(void)
{
	bool		there = eg_kernel_available(EG_KERNEL_IFMA);

	test_ok(eg_kernel_in_use() == EG_KERNEL_PORTABLE, "portable at first");
	test_ok(there == eg_cpu_has_ifma(), "there if the processor has it");
	test_ok(eg_kernel_use(EG_KERNEL_IFMA) == there, "used if it is there");
	test_ok((eg_kernel_in_use() == EG_KERNEL_IFMA) == there &&
			(eg_kernel_modulus(&eg_group_2_1_0) != NULL) == there &&
			(eg_kernel_modulus(&eg_group_1_x) != NULL) == there,
			"in use if it is used");
	test_ok(eg_kernel_modulus(test_group(REDUCED_3072)) == NULL,
			"not for a group that it does not know");
	test_ok(computes(&eg_group_2_1_0) && computes(&eg_group_1_x),
			"the kernel in use computes");

	test_ok(!eg_kernel_available((eg_kernel) 2) &&
			!eg_kernel_use((eg_kernel) 2) &&
			(eg_kernel_in_use() == EG_KERNEL_IFMA) == there,
			"a kernel that nobody has is refused, and nothing changes");
	test_ok(eg_kernel_use(EG_KERNEL_PORTABLE) &&
			eg_kernel_in_use() == EG_KERNEL_PORTABLE &&
			eg_kernel_modulus(&eg_group_2_1_0) == NULL,
			"back to the portable one");
	test_ok(computes(&eg_group_2_1_0), "the portable kernel computes");
}

int
main(void)
{
	test_begin();
	test_choice();
	if (is_forced_absence())
		test_ok(!eg_cpu_has_ifma() && !eg_kernel_use(EG_KERNEL_IFMA) &&
				eg_kernel_in_use() == EG_KERNEL_PORTABLE,
				"AVX-512 IFMA is hidden, and refused");
	return test_end();
}
