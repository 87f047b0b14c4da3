/*
 * kernel_setting.c
 *		The setting egtally.kernel, and eg.kernel(), which tells its effect.
 *
 * It is for tests and for doubts about a machine: the results are the same
 * bytes, so only a superuser has reason to change it.
 */
#include "egtally.h"

#include "utils/builtins.h"
#include "utils/guc.h"

#include "kernel_setting.h"
#include "math/kernel.h"
#include "table_cache.h"

PG_FUNCTION_INFO_V1(eg_kernel_name);

/* What a user asks for: a kernel, or the best that the machine has. */
#define KERNEL_AUTO		(-1)

static const struct config_enum_entry kernels[] = {
	{"auto", KERNEL_AUTO, false},
	{"portable", EG_KERNEL_PORTABLE, false},
	{"ifma", EG_KERNEL_IFMA, false},
	{NULL, 0, false}
};

static int	setting = KERNEL_AUTO;

static bool
check_kernel(int *value, void **extra, GucSource source)
{
	if (*value == KERNEL_AUTO || eg_kernel_available((eg_kernel) *value))
		return true;
	GUC_check_errdetail("This build or this processor has no AVX-512 IFMA.");
	return false;
}

/* What has been checked cannot fail; auto takes the next best if it does. */
static void
assign_kernel(int value, void *extra)
{
	eg_kernel	before = eg_kernel_in_use();

	if (value != KERNEL_AUTO)
		eg_kernel_use((eg_kernel) value);
	else if (!eg_kernel_use(EG_KERNEL_IFMA))
		eg_kernel_use(EG_KERNEL_PORTABLE);
	if (eg_kernel_in_use() != before)
		eg_drop_tables();
}

void
eg_define_kernel_setting(void)
{
	DefineCustomEnumVariable("egtally.kernel",
							 "Chooses the instructions that multiply ciphertexts.",
							 "\"auto\" takes the fastest that the processor has. Results are the same bytes.",
							 &setting, KERNEL_AUTO, kernels, PGC_SUSET, 0,
							 check_kernel, assign_kernel, NULL);
}

Datum
eg_kernel_name(PG_FUNCTION_ARGS)
{
	PG_RETURN_TEXT_P(cstring_to_text(eg_kernel_in_use() == EG_KERNEL_IFMA ?
									 "ifma" : "portable"));
}
