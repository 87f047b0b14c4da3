/*
 * aggregate.h
 *		What our aggregates share.
 *
 * A state is a varlena in the aggregate's memory, updated in place.  A
 * transition that needs a larger one makes it in the memory of the row and
 * returns that: the executor copies it and frees the old one.
 */
#ifndef EG_AGGREGATE_H
#define EG_AGGREGATE_H

#include "egtally.h"

/* Raises an error unless an aggregate is calling. */
extern void eg_require_aggregate(FunctionCallInfo fcinfo, const char *what);

/*
 * The state in argument n, which may be written if the aggregate's memory
 * holds it; NULL if the argument is.
 */
extern struct varlena *eg_getarg_state(FunctionCallInfo fcinfo, int n);

/*
 * The weight in argument n: an error that names the subject if it is NULL, 0
 * or negative.
 */
extern uint64_t eg_getarg_weight(FunctionCallInfo fcinfo, int n,
								 const eg_subject *subject);

#endif
