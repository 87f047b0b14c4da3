/*
 * batch_ifma.h
 *		Batches of public powers (batch.h) on the AVX-512 IFMA kernels.
 */
#ifndef EG_BATCH_IFMA_H
#define EG_BATCH_IFMA_H

#include "batch.h"
#include "ifma_number.h"

#ifdef EG_HAVE_IFMA

extern eg_status eg_batch_ifma_run(const eg_ifma_modulus *modulus,
								   const eg_batch *batch,
								   const eg_stop *stop);

#endif
#endif
