/*
 * secret_ifma.h
 *		Batches of secret powers (secret_power.h) on the AVX-512 IFMA kernels.
 */
#ifndef EG_SECRET_IFMA_H
#define EG_SECRET_IFMA_H

#include "ifma_number.h"
#include "secret_power.h"

#ifdef EG_HAVE_IFMA

extern eg_status eg_secret_ifma_run(const eg_ifma_modulus *modulus,
									const eg_secret_power *powers, size_t n,
									const eg_stop *stop);

#endif
#endif
