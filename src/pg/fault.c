/*
 * fault.c
 *		Errors: the one place that turns faults of the inner rings into them.
 */
#include "egtally.h"

#include "mb/pg_wchar.h"
#include "miscadmin.h"

#include "math/group.h"

static bool
query_stop_requested(void *context)
{
	(void) context;

	/*
	 * Other interrupts (messages of workers, barriers) do not end the query;
	 * they wait for the executor's next look.
	 */
	return QueryCancelPending || ProcDiePending;
}

const eg_stop eg_query_stop = {query_stop_requested, NULL};

static void *
allocate_palloc(void *context, size_t size)
{
	(void) context;
	return MemoryContextAllocExtended(CurrentMemoryContext, size,
									  MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
}

const eg_arena eg_palloc_arena = {allocate_palloc, NULL};

char *
eg_label_cstring(eg_bytes label)
{
	char	   *utf8 = pnstrdup((const char *) label.data, label.size);

	return pg_any_to_server(utf8, (int) label.size, PG_UTF8);
}

static int
fault_errcode(const eg_fault *fault, const eg_subject *subject)
{
	switch (fault->kind)
	{
		case EG_FAULT_FORMAT:
			return subject->format_errcode;
		case EG_FAULT_VALUE:
			return ERRCODE_INVALID_PARAMETER_VALUE;
		case EG_FAULT_MISMATCH:
			return ERRCODE_DATA_EXCEPTION;
		case EG_FAULT_OVERFLOW:
			return ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE;
		case EG_FAULT_LIMIT:
			return ERRCODE_PROGRAM_LIMIT_EXCEEDED;
		case EG_FAULT_INTERRUPTED:
			return ERRCODE_QUERY_CANCELED;
	}
	return ERRCODE_INTERNAL_ERROR;
}

/* Labels are quoted up to this many bytes: enough to know them by. */
#define MAX_QUOTED_LABEL	100

static void
append_label(StringInfo detail, const char *what, eg_bytes label,
			 uint32_t index)
{
	char	   *text;
	int			size;

	if (label.data == NULL && index == 0)
		return;
	appendStringInfo(detail, "%s%s", detail->len > 0 ? ", " : "", what);
	if (label.data != NULL)
	{
		text = eg_label_cstring(label);
		size = pg_mbcliplen(text, strlen(text), MAX_QUOTED_LABEL);
		appendStringInfo(detail, " \"%.*s%s\"", size, text,
						 text[size] != '\0' ? "..." : "");
	}
	if (index != 0)
		appendStringInfo(detail, " (index %u)", index);
}

/* Ballot "b-01", contest "mayor", option "Ada", at contests[1]. */
static char *
fault_detail(const eg_fault *fault, const eg_subject *subject)
{
	StringInfoData detail;

	initStringInfo(&detail);
	if (subject->id.data != NULL)
		append_label(&detail, subject->what, subject->id, 0);
	else
		append_label(&detail, "ballot", fault->ballot, 0);
	if (fault->guardian != 0)
		appendStringInfo(&detail, "%sguardian %u",
						 detail.len > 0 ? ", " : "", fault->guardian);
	append_label(&detail, "ballot style", fault->style, 0);
	append_label(&detail, "contest", fault->contest, fault->contest_index);
	append_label(&detail, "option", fault->option, fault->option_index);
	append_label(&detail, "elsewhere", fault->other, 0);
	append_label(&detail, "field", fault->field, 0);
	if (fault->path[0] != '\0')
		appendStringInfo(&detail, "%sat %s", detail.len > 0 ? ", " : "",
						 fault->path);
	if (detail.len == 0)
		return NULL;
	detail.data[0] = pg_toupper((unsigned char) detail.data[0]);
	appendStringInfoChar(&detail, '.');
	return detail.data;
}

void
eg_report_fault(const eg_fault *fault, const eg_subject *subject, Node *escape)
{
	char	   *detail;

	/* A cancel is reported as PostgreSQL reports it. */
	if (fault->kind == EG_FAULT_INTERRUPTED)
		CHECK_FOR_INTERRUPTS();
	detail = fault_detail(fault, subject);
	errsave(escape,
			(errcode(fault_errcode(fault, subject)),
			 errmsg("invalid %s: %s", subject->what, fault->message),
			 detail ? errdetail("%s", detail) : 0));
}

void
eg_check_status(eg_status status)
{
	if (status == EG_OK)
		return;
	if (status == EG_INTERRUPTED)
	{
		CHECK_FOR_INTERRUPTS();
		ereport(ERROR,
				(errcode(ERRCODE_QUERY_CANCELED),
				 errmsg("canceling statement due to user request")));
	}
	elog(ERROR, "unexpected status %d", (int) status);
}
