/*
 * election_rows.c
 *		Rows of checks that are about guardians and what belongs to elections.
 */
#include "election_rows.h"

#include "check_rows.h"

/* guardian 2, vote key: as far as the row is about one */
static char *
subject_text(const eg_election_row *row)
{
	StringInfoData text;

	initStringInfo(&text);
	if (row->guardian != 0)
		appendStringInfo(&text, "guardian %u", row->guardian);
	if (row->subject != NULL)
		appendStringInfo(&text, "%s%s", text.len > 0 ? ", " : "",
						 row->subject);
	return text.data;
}

void
eg_put_election_row(void *context, const eg_election_row *row)
{
	eg_row_group *rows = context;
	MemoryContext caller = eg_row_group_next(rows);

	eg_put_check(rows, row->step, row->verdict, subject_text(row),
				 row->detail);
	MemoryContextSwitchTo(caller);
}

void
eg_require_election_row(void *context, const eg_election_row *row)
{
	(void) context;
	if (row->verdict != EG_PASSED)
		ereport(ERROR,
				(errcode(ERRCODE_DATA_EXCEPTION),
				 errmsg("%s does not pass check \"%s\"", subject_text(row),
						row->step),
				 row->detail != NULL ? errdetail_internal("%s.", row->detail) :
				 0));
}
