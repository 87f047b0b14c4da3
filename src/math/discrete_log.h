/*
 * discrete_log.h
 *		Bounded discrete logarithm by baby steps and giant steps.
 *
 * Finds t in 0 .. bound with base^t = y, in about 2 sqrt(bound)
 * multiplications, and never looks further: a value outside is EG_NOT_FOUND
 * after at most that many.  All data is public.  Memory is the caller's,
 * eg_discrete_log_size(bound) bytes aligned for uint64_t: 768 KB for the
 * largest bound.
 * One table serves any number of elements and is not written by a search.  The
 * t found is the least one.
 */
#ifndef EG_DISCRETE_LOG_H
#define EG_DISCRETE_LOG_H

#include "group.h"
#include "status.h"

#define EG_MAX_DISCRETE_LOG		UINT64_C(1000000000)

typedef struct eg_discrete_log
{
	const eg_group *group;
	uint64_t	bound;
	uint32_t	steps;			/* baby steps: base^0 .. base^(steps - 1) */
	uint32_t	slots;			/* of the hash table, a power of two */
	void	   *table;
	mp_limb_t	giant[EG_MAX_LIMBS];	/* base^-steps, in Montgomery form */
	mp_limb_t	base[EG_MAX_LIMBS];		/* in Montgomery form */
} eg_discrete_log;

/* 0 if bound is above EG_MAX_DISCRETE_LOG. */
extern size_t eg_discrete_log_size(uint64_t bound);

/* EG_INVALID if bound is above EG_MAX_DISCRETE_LOG or base is 0. */
extern eg_status eg_discrete_log_init(eg_discrete_log *log,
									  const eg_group *group,
									  const mp_limb_t *base, uint64_t bound,
									  void *memory, const eg_stop *stop);

extern eg_status eg_discrete_log_find(const eg_discrete_log *log, uint64_t *t,
									  const mp_limb_t *y, const eg_stop *stop);

#endif
