/*
 * check_rows.h
 *		The rows (step, ok, subject, detail) that the checks put out.
 */
#ifndef EG_CHECK_ROWS_H
#define EG_CHECK_ROWS_H

#include "row_group.h"

#include "protocol/check.h"

typedef struct eg_check_rows
{
	eg_row_group group;
	const char *subject;		/* what is checked, in the server's encoding */
} eg_check_rows;

/* Makes the result of a function that returns such rows. */
extern void eg_check_rows_start(eg_check_rows *rows, FunctionCallInfo fcinfo);
extern void eg_check_rows_end(eg_check_rows *rows);

/*
 * The row of an eg_check_sink whose context is eg_check_rows: its subject,
 * and contest and option as far as the row is about one.
 */
extern void eg_check_rows_put(void *context, const char *step,
							  eg_verdict verdict, const eg_check_place *place,
							  const char *detail);

/* A row with this subject, in the memory that eg_row_group_next chose. */
extern void eg_put_check(eg_row_group *group, const char *step,
						 eg_verdict verdict, const char *subject,
						 const char *detail);

#endif
