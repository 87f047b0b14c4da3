/*
 * table_cache.h
 *		Tables of powers that a backend keeps from call to call.
 */
#ifndef EG_TABLE_CACHE_H
#define EG_TABLE_CACHE_H

#include "egtally.h"

#include "math/fixed_base.h"

/* Defines egtally.table_cache_size. */
extern void eg_table_cache_init(void);

/*
 * Tables of m bases (512 big-endian bytes each) of which n[i] powers are about
 * to be computed; tables[i] is NULL if it would not earn yet what it takes to
 * make, or does not fit.  The tables are good until the next call.
 */
extern void eg_tables_for(const eg_group *group, int m,
						  const uint8_t *const *bases, const size_t *n,
						  const eg_fixed_base **tables);

/* The same for powers to secret exponents. */
extern void eg_secret_tables_for(const eg_group *group, int m,
								 const uint8_t *const *bases, const size_t *n,
								 const eg_fixed_base **tables);

/* Drops them all: another kernel cannot read them. */
extern void eg_drop_tables(void);

#endif
