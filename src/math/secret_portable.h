/*
 * secret_portable.h
 *		Batches of secret powers (secret_power.h) on the portable kernel.
 */
#ifndef EG_SECRET_PORTABLE_H
#define EG_SECRET_PORTABLE_H

#include "secret_power.h"

extern eg_status eg_secret_portable_run(const eg_group *group,
										const eg_secret_power *powers,
										size_t n, size_t *offender,
										const eg_stop *stop);

#endif
