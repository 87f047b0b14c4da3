/*
 * row_group.h
 *		Memory for the rows that a function puts out, reset every so many.
 */
#ifndef EG_ROW_GROUP_H
#define EG_ROW_GROUP_H

#include "egtally.h"

#include "funcapi.h"

typedef struct eg_row_group
{
	ReturnSetInfo *result;		/* where the rows go */
	MemoryContext context;
	int			rows;
} eg_row_group;

/* Makes the result of a function that returns rows, too. */
extern void eg_row_group_start(eg_row_group *group, FunctionCallInfo fcinfo);

/*
 * Switches to the group's memory for one more row; returns the context to
 * switch back to.  Earlier rows' memory may go: tuplestores copy.
 */
extern MemoryContext eg_row_group_next(eg_row_group *group);

extern void eg_row_group_end(eg_row_group *group);

#endif
