/*
 * egtally.c
 *		The module: what PostgreSQL loads.
 */
#include "egtally.h"

#if PG_VERSION_NUM >= 180000
PG_MODULE_MAGIC_EXT(
					.name = "egtally",
					.version = "0.1.0"
);
#else
PG_MODULE_MAGIC;
#endif
