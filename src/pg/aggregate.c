/*
 * aggregate.c
 *		What our aggregates share.
 */
#include "aggregate.h"

void
eg_require_aggregate(FunctionCallInfo fcinfo, const char *what)
{
	if (!AggCheckCallContext(fcinfo, NULL))
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("%s may only be called as part of an aggregate",
						what)));
}

struct varlena *
eg_getarg_state(FunctionCallInfo fcinfo, int n)
{
	struct varlena *state;

	if (PG_ARGISNULL(n))
		return NULL;
	state = (struct varlena *) PG_GETARG_POINTER(n);

	/* From a tuple, or as the first state of an aggregate of others' making. */
	if (VARATT_IS_EXTENDED(state))
		state = pg_detoast_datum(state);
	return state;
}

uint64_t
eg_getarg_weight(FunctionCallInfo fcinfo, int n, const eg_subject *subject)
{
	eg_fault	fault = {0};
	int64		weight;

	if (!PG_ARGISNULL(n))
	{
		weight = PG_GETARG_INT64(n);
		if (weight > 0)
			return (uint64_t) weight;
	}
	eg_fault_set(&fault, EG_FAULT_VALUE, PG_ARGISNULL(n)
				 ? "weight is NULL" : "weight is not positive");
	eg_report_fault(&fault, subject, NULL);
	return 0;
}
