/*
 * ballot_check.c
 *		eg.verify and eg.check_ballot: verifications 5 to 8 of one ballot.
 */
#include "egtally.h"

#include "protocol/ballot_check.h"
#include "check_rows.h"
#include "table_cache.h"

PG_FUNCTION_INFO_V1(eg_verify);
PG_FUNCTION_INFO_V1(eg_check_ballot);

/* Runs a check of the ballot in the second argument, in memory of its own. */
static void
run_check(FunctionCallInfo fcinfo, eg_check_sink *sink,
		  const eg_ballot *ballot)
{
	eg_election election;
	uint8_t		generator[EG_ELEMENT_BYTES];
	const uint8_t *bases[2];
	size_t		powers[2];
	const eg_fixed_base *tables[2];
	eg_key_tables keys;
	eg_fault	fault = {0};

	eg_election_view(&election, EG_GETARG_BYTES(0));
	eg_element_export(election.group, generator, election.group->g);
	bases[0] = generator;
	bases[1] = election.vote_key;
	powers[0] = powers[1] = eg_ballot_check_powers(ballot);
	eg_tables_for(election.group, 2, bases, powers, tables);
	keys.generator = tables[0];
	keys.vote_key = tables[1];
	if (!eg_ballot_check(&election, ballot, &keys, &eg_palloc_arena, sink,
						 &eg_query_stop, &fault))
	{
		eg_subject	subject = {"ballot", ballot->id, ERRCODE_DATA_EXCEPTION};

		eg_report_fault(&fault, &subject, NULL);
	}
}

static void
decode_ballot(FunctionCallInfo fcinfo, eg_ballot *ballot)
{
	eg_fault	fault = {0};

	if (!eg_ballot_decode(ballot, EG_GETARG_BYTES(1), &eg_palloc_arena,
						  &fault))
		elog(ERROR, "stored ballot is damaged: %s", fault.message);
}

/*
 * eg.verify: whether all passed
 */

static void
note_verdict(void *context, const char *step, eg_verdict verdict,
			 const eg_check_place *place, const char *detail)
{
	(void) step;
	(void) place;
	(void) detail;
	if (verdict != EG_PASSED)
		*(bool *) context = false;
}

Datum
eg_verify(PG_FUNCTION_ARGS)
{
	MemoryContext context;
	MemoryContext caller;
	bool		passed = true;
	eg_check_sink sink = {note_verdict, &passed};
	eg_ballot	ballot;

	/* CHECK passes on NULL, and WHERE NOT drops the row: no NULL goes out. */
	if (PG_ARGISNULL(0) || PG_ARGISNULL(1))
		PG_RETURN_BOOL(false);
	context = AllocSetContextCreate(CurrentMemoryContext,
									"egtally row group",
									ALLOCSET_DEFAULT_SIZES);
	caller = MemoryContextSwitchTo(context);
	decode_ballot(fcinfo, &ballot);
	run_check(fcinfo, &sink, &ballot);
	MemoryContextSwitchTo(caller);
	MemoryContextDelete(context);
	PG_RETURN_BOOL(passed);
}

/*
 * eg.check_ballot: a row for each check
 */

Datum
eg_check_ballot(PG_FUNCTION_ARGS)
{
	eg_check_rows rows;
	eg_check_sink sink = {eg_check_rows_put, &rows};
	eg_ballot	ballot;

	eg_check_rows_start(&rows, fcinfo);
	decode_ballot(fcinfo, &ballot);
	rows.subject = psprintf("ballot \"%s\"", eg_label_cstring(ballot.id));
	run_check(fcinfo, &sink, &ballot);
	eg_check_rows_end(&rows);
	return (Datum) 0;
}
