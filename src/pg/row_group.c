/*
 * row_group.c
 *		Memory for the rows that a function puts out, reset every so many.
 */
#include "row_group.h"

#define ROWS_IN_GROUP	64

void
eg_row_group_start(eg_row_group *group, FunctionCallInfo fcinfo)
{
	/*
	 * To look up the type of the rows would leave something behind in the
	 * memory of the query at every call, of which it may make millions.
	 */
	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	group->result = (ReturnSetInfo *) fcinfo->resultinfo;
	group->context = AllocSetContextCreate(CurrentMemoryContext,
										   "egtally row group",
										   ALLOCSET_DEFAULT_SIZES);
	group->rows = 0;
}

MemoryContext
eg_row_group_next(eg_row_group *group)
{
	if (group->rows++ % ROWS_IN_GROUP == 0)
		MemoryContextReset(group->context);
	return MemoryContextSwitchTo(group->context);
}

void
eg_row_group_end(eg_row_group *group)
{
	MemoryContextDelete(group->context);
}
