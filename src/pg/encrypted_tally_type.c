/*
 * encrypted_tally_type.c
 *		The type eg.encrypted_tally, its casts and accessors.
 */
#include "egtally.h"

#include "funcapi.h"
#include "utils/builtins.h"

#include "protocol/record_shapes.h"
#include "protocol/election.h"
#include "protocol/tally.h"
#include "row_group.h"

PG_FUNCTION_INFO_V1(eg_encrypted_tally_in);
PG_FUNCTION_INFO_V1(eg_encrypted_tally_recv);
PG_FUNCTION_INFO_V1(eg_encrypted_tally_from_json);
PG_FUNCTION_INFO_V1(eg_encrypted_tally_from_jsonb);
PG_FUNCTION_INFO_V1(eg_encrypted_tally_to_jsonb);
PG_FUNCTION_INFO_V1(eg_encrypted_tally_election_id);
PG_FUNCTION_INFO_V1(eg_encrypted_tally_contests);
PG_FUNCTION_INFO_V1(eg_complete_tally);

static bool
check_tally(eg_bytes bytes, const eg_arena *arena, eg_fault *fault)
{
	eg_tally	tally;

	return eg_tally_decode(&tally, bytes, arena, fault);
}

static const eg_type tally_type = {"eg.encrypted_tally", "encrypted tally",
check_tally};

Datum
eg_encrypted_tally_in(PG_FUNCTION_ARGS)
{
	return eg_type_in(&tally_type, fcinfo);
}

Datum
eg_encrypted_tally_recv(PG_FUNCTION_ARGS)
{
	return eg_type_recv(&tally_type, fcinfo);
}

static Datum
from_json(const text *json, Jsonb *jsonb)
{
	eg_json_source source = {json, jsonb, "encrypted tally", NULL};
	eg_tally_record record = {0};
	eg_fault	fault = {0};
	eg_writer	writer = {0};
	struct varlena *value;

	eg_json_read(&source, &eg_shape_tally, &record);
	if (!eg_tally_record_arrange(&record, &eg_palloc_arena, &fault))
		eg_json_fault(&source, &fault);
	eg_tally_record_encode(&writer, &record);
	value = eg_varlena_new(writer.size);
	writer.next = (uint8_t *) VARDATA(value);
	eg_tally_record_encode(&writer, &record);
	return PointerGetDatum(value);
}

Datum
eg_encrypted_tally_from_json(PG_FUNCTION_ARGS)
{
	return from_json(PG_GETARG_TEXT_PP(0), NULL);
}

Datum
eg_encrypted_tally_from_jsonb(PG_FUNCTION_ARGS)
{
	return from_json(NULL, PG_GETARG_JSONB_P(0));
}

Datum
eg_encrypted_tally_to_jsonb(PG_FUNCTION_ARGS)
{
	eg_tally	tally;
	eg_tally_record record = {0};
	eg_fault	fault = {0};

	eg_tally_view(&tally, EG_GETARG_BYTES(0));
	if (!eg_tally_record_build(&record, &tally, &eg_palloc_arena, &fault))
		elog(ERROR, "%s", fault.message);
	PG_RETURN_JSONB_P(eg_json_to_jsonb(&eg_shape_tally, &record));
}

Datum
eg_encrypted_tally_election_id(PG_FUNCTION_ARGS)
{
	eg_tally	tally;

	eg_tally_view(&tally, EG_GETARG_BYTES(0));
	if (tally.election == NULL)
		PG_RETURN_NULL();
	PG_RETURN_BYTEA_P(eg_bytea(tally.election, EG_HASH_BYTES));
}

static void
put_contest(eg_row_group *group, const eg_entry *contest,
			const uint8_t *sums, uint32_t number)
{
	MemoryContext caller = eg_row_group_next(group);
	uint64_t	ballots = eg_sum_ballots(sums, number);
	Datum		values[4];
	bool		nulls[4] = {false, false, ballots == 0, ballots == 0};

	values[0] = Int32GetDatum((int32) contest->index);
	values[1] = CStringGetTextDatum(eg_label_cstring(contest->label));
	values[2] = Int64GetDatum((int64) ballots);
	values[3] = Int64GetDatum((int64) eg_sum_weight(sums, number));
	tuplestore_putvalues(group->result->setResult, group->result->setDesc,
						 values, nulls);
	MemoryContextSwitchTo(caller);
}

/* One row a contest: index, label, ballots and weight, NULL if not known. */
Datum
eg_encrypted_tally_contests(PG_FUNCTION_ARGS)
{
	eg_row_group group;
	eg_directory_walk walk;
	eg_entry	contest;
	eg_entry	option;
	eg_tally	tally;

	eg_tally_view(&tally, EG_GETARG_BYTES(0));
	eg_row_group_start(&group, fcinfo);
	eg_directory_walk_start(&walk, &tally.directory);
	for (uint32_t i = 0; eg_next_contest(&walk, &contest); i++)
	{
		for (uint32_t j = 0; j < contest.options; j++)
			eg_next_option(&walk, &option);
		put_contest(&group, &contest, tally.sums, i);
	}
	eg_row_group_end(&group);
	return (Datum) 0;
}

Datum
eg_complete_tally(PG_FUNCTION_ARGS)
{
	static const eg_subject subject = {"encrypted tally", {NULL, 0},
	ERRCODE_DATA_EXCEPTION};
	eg_completion completion;
	eg_election election;
	eg_tally	tally;
	struct varlena *complete;
	eg_fault	fault = {0};

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	eg_election_view(&election, EG_GETARG_BYTES(0));
	completion.group = election.group;
	completion.election = election.h_e;
	completion.all = election.rules.directory;
	if (!PG_ARGISNULL(1))
		eg_tally_view(&tally, EG_GETARG_BYTES(1));
	complete = eg_varlena_new(eg_tally_complete_size(&completion));
	if (!eg_tally_complete((uint8_t *) VARDATA(complete),
						   PG_ARGISNULL(1) ? NULL : &tally, &completion,
						   &fault))
		eg_report_fault(&fault, &subject, NULL);
	PG_RETURN_POINTER(complete);
}
