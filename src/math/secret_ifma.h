/*
 * secret_ifma.h
 *		Batches of secret powers (secret_power.h) on the AVX-512 IFMA kernels.
 */
#ifndef EG_SECRET_IFMA_H
#define EG_SECRET_IFMA_H

#include "ifma_number.h"
#include "secret_power.h"

#ifdef EG_HAVE_IFMA

/* q is 2^256 - q_gap, q_gap > 0. */
extern eg_status eg_secret_ifma_run(const eg_ifma_modulus *modulus,
									mp_limb_t q_gap,
									const eg_secret_power *powers, size_t n,
									size_t *offender, const eg_stop *stop);

#endif
#endif
