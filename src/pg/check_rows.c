/*
 * check_rows.c
 *		The rows (step, ok, subject, detail) that the checks put out.
 */
#include "check_rows.h"

#include "miscadmin.h"
#include "utils/builtins.h"

void
eg_check_rows_start(eg_check_rows *rows, FunctionCallInfo fcinfo)
{
	eg_row_group_start(&rows->group, fcinfo);
	rows->subject = "";
}

void
eg_check_rows_end(eg_check_rows *rows)
{
	eg_row_group_end(&rows->group);
}

void
eg_put_check(eg_row_group *group, const char *step, eg_verdict verdict,
			 const char *subject, const char *detail)
{
	Datum		values[4] = {0};
	bool		nulls[4] = {false};

	CHECK_FOR_INTERRUPTS();
	values[0] = CStringGetTextDatum(step);
	values[1] = BoolGetDatum(verdict == EG_PASSED);
	nulls[1] = verdict == EG_NOT_RUN;
	values[2] = CStringGetTextDatum(subject);
	if (detail != NULL)
		values[3] = CStringGetTextDatum(detail);
	nulls[3] = detail == NULL;
	tuplestore_putvalues(group->result->setResult, group->result->setDesc,
						 values, nulls);
}

static char *
subject_text(const char *subject, const eg_check_place *place)
{
	StringInfoData text;

	initStringInfo(&text);
	appendStringInfoString(&text, subject);
	if (place->contest.data != NULL)
		appendStringInfo(&text, ", contest \"%s\"",
						 eg_label_cstring(place->contest));
	if (place->option.data != NULL)
		appendStringInfo(&text, ", option \"%s\"",
						 eg_label_cstring(place->option));
	return text.data;
}

void
eg_check_rows_put(void *context, const char *step, eg_verdict verdict,
				  const eg_check_place *place, const char *detail)
{
	eg_check_rows *rows = context;
	MemoryContext caller = eg_row_group_next(&rows->group);

	eg_put_check(&rows->group, step, verdict,
				 subject_text(rows->subject, place), detail);
	MemoryContextSwitchTo(caller);
}
