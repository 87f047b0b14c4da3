/*
 * egtally.c
 *		The module: what PostgreSQL loads.
 */
#include "egtally.h"

#include "utils/guc.h"

#include <sodium.h>

#include "kernel_setting.h"
#include "table_cache.h"

#if PG_VERSION_NUM >= 180000
PG_MODULE_MAGIC_EXT(
					.name = "egtally",
					.version = "0.1.0"
);
#else
PG_MODULE_MAGIC;
#endif

extern PGDLLEXPORT void _PG_init(void);

void
_PG_init(void)
{
	/* Without it libsodium works, but on its portable code: Argon2id is slower. */
	if (sodium_init() < 0)
		elog(DEBUG1, "libsodium has not been initialized");
	eg_define_kernel_setting();
	eg_table_cache_init();
	MarkGUCPrefixReserved("egtally");
}
