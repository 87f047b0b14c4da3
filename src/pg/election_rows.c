/*
 * election_rows.c
 *		Rows of checks that are about guardians and what belongs to elections.
 */
#include "election_rows.h"

#include "utils/builtins.h"

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
	eg_row_group *group = context;
	MemoryContext old = eg_row_group_next(group);
	Datum		values[4] = {0};
	bool		nulls[4] = {false};

	values[0] = CStringGetTextDatum(row->step);
	values[1] = BoolGetDatum(row->verdict == EG_PASSED);
	nulls[1] = row->verdict == EG_NOT_RUN;
	values[2] = CStringGetTextDatum(subject_text(row));
	if (row->detail != NULL)
		values[3] = CStringGetTextDatum(row->detail);
	nulls[3] = row->detail == NULL;
	tuplestore_putvalues(group->result->setResult, group->result->setDesc,
						 values, nulls);
	MemoryContextSwitchTo(old);
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
