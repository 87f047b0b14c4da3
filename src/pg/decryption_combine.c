/*
 * decryption_combine.c
 *		What a round of decryption comes to, in SQL (spec 3.6.2 to 3.6.6).
 *
 * Arguments of all functions here: election, guardian record, commitments,
 * reveals, responses, and from 5 on what is decrypted: a tally and a bound of
 * its votes, or a ballot and a contest.
 */
#include "egtally.h"

#include "miscadmin.h"
#include "utils/builtins.h"

#include "decryption_input.h"
#include "protocol/contest_data_cipher.h"
#include "row_group.h"

PG_FUNCTION_INFO_V1(eg_combine_tally_decryption);
PG_FUNCTION_INFO_V1(eg_combine_contest_data_decryption);
PG_FUNCTION_INFO_V1(eg_check_tally_decryption);
PG_FUNCTION_INFO_V1(eg_check_contest_data_decryption);
PG_FUNCTION_INFO_V1(eg_decrypted_votes);
PG_FUNCTION_INFO_V1(eg_decrypted_contest_data);

#define TALLY_BOUND		6		/* argument */

/* A round as it was read, and what came of judging it */
typedef struct judged_round
{
	eg_election election;
	eg_decryption_subject subject;
	eg_guardian_set set;
	eg_round	round;
	eg_part_result *results;
	eg_accumulated *accumulated;
} judged_round;

/*
 * The messages of all; responses may be missing, and reveals too if they are
 * only to be reported.
 */
static void
read_round(FunctionCallInfo fcinfo, judged_round *all, bool report)
{
	eg_message_frame frame = {&all->set, all->subject.digest, NULL,
	all->subject.n};
	eg_message_list list;
	eg_fault	fault = {0};

	eg_getarg_messages(fcinfo, 2, EG_COMMITMENTS, &list);
	if (!eg_messages_set(&all->set, &all->election, list.messages, list.n,
						 &fault))
		eg_report_fault(&fault, list.subject, NULL);
	all->round.set = &all->set;
	all->round.commitments = eg_place_messages(&list, &frame, false);
	eg_getarg_messages(fcinfo, 3, EG_REVEALS, &list);
	all->round.reveals = eg_place_messages(&list, &frame, report);
	eg_getarg_messages(fcinfo, 4, EG_RESPONSES, &list);
	all->round.responses = eg_place_messages(&list, &frame, true);
}

static judged_round *
judge_round(FunctionCallInfo fcinfo, eg_subject_reader read_subject,
			bool report)
{
	judged_round *all = palloc0(sizeof(*all));
	eg_joint_commitments keys;
	eg_fault	fault = {0};

	eg_getarg_election(fcinfo, 0, &all->election);
	read_subject(fcinfo, 5, &all->election, &all->subject);
	eg_joint_commitments_of(fcinfo, 1, &all->election, all->subject.use,
							&keys);
	read_round(fcinfo, all, report);
	all->results = palloc0(all->set.n * sizeof(eg_part_result));
	all->accumulated = MemoryContextAllocHuge(CurrentMemoryContext,
											  all->subject.n *
											  sizeof(eg_accumulated));
	if (!eg_decryption_judge(all->results, all->accumulated, &all->subject,
							 &all->round, &keys,
							 eg_generator_table(EG_TABLE_PUBLIC,
												(size_t) all->set.n *
												all->subject.n),
							 &eg_palloc_arena, &eg_query_stop, &fault))
		eg_decryption_report(&fault);
	return all;
}

static void
require_all_passed(const judged_round *all)
{
	eg_fault	fault = {0};

	if (!eg_decryption_all_passed(all->results, &all->subject, &all->round,
								  &fault))
		eg_decryption_report(&fault);
}

static eg_decrypted_item *
finish(const judged_round *all, int64 bound)
{
	eg_decrypted_item *decrypted;
	eg_fault	fault = {0};

	decrypted = MemoryContextAllocHuge(CurrentMemoryContext,
									   all->subject.n * sizeof(*decrypted));
	if (!eg_decryption_finish(decrypted, all->results, all->accumulated,
							  &all->subject, &all->round, bound,
							  &eg_palloc_arena, &eg_query_stop, &fault))
		eg_decryption_report(&fault);
	return decrypted;
}

static bool
any_null(FunctionCallInfo fcinfo, int n)
{
	for (int i = 0; i < n; i++)
		if (PG_ARGISNULL(i))
			return true;
	return false;
}

/* The bound of votes for a tally that does not know its ballots, or -1 */
static int64
getarg_bound(FunctionCallInfo fcinfo)
{
	int64		bound;

	if (PG_ARGISNULL(TALLY_BOUND))
		return -1;
	bound = PG_GETARG_INT64(TALLY_BOUND);
	if (bound < 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("bound of the votes is negative")));
	return bound;
}

/*
 * Combining
 */

Datum
eg_combine_tally_decryption(PG_FUNCTION_ARGS)
{
	eg_decrypted_tally tally;
	judged_round *all;
	int64		bound;

	if (any_null(fcinfo, TALLY_BOUND))
		PG_RETURN_NULL();
	bound = getarg_bound(fcinfo);
	all = judge_round(fcinfo, eg_getarg_tally_subject, false);
	require_all_passed(all);
	eg_decrypted_tally_build(&tally, &all->subject, finish(all, bound),
							 &eg_palloc_arena);
	PG_RETURN_JSONB_P(eg_json_to_jsonb(&eg_shape_decrypted_tally, &tally));
}

/* D, from beta */
static eg_bytes
decrypt_data(const judged_round *all, const eg_decrypted_item *decrypted)
{
	const eg_hashed_ciphertext *encrypted = all->subject.data;
	uint8_t    *data = palloc(encrypted->c1.size);
	eg_bytes	result = {data, encrypted->c1.size};

	eg_check_status(eg_contest_data_crypt(data, all->subject.h_i,
										  all->subject.items[0].contest_index,
										  encrypted->c0, decrypted->m,
										  encrypted->c1, &eg_query_stop));
	return result;
}

Datum
eg_combine_contest_data_decryption(PG_FUNCTION_ARGS)
{
	eg_opened_contest_data record;
	eg_decrypted_item *decrypted;
	judged_round *all;
	eg_pair		proof;

	all = judge_round(fcinfo, eg_getarg_contest_data_subject, false);
	require_all_passed(all);
	decrypted = finish(all, -1);
	proof.challenge = decrypted->c;
	proof.response = decrypted->v;
	record.ballot = all->subject.ballot->id;
	record.contest = all->subject.items[0].contest;
	record.beta = decrypted->m;
	record.proof = &proof;
	record.data = decrypt_data(all, decrypted);
	PG_RETURN_JSONB_P(eg_json_to_jsonb(&eg_shape_opened_contest_data,
									   &record));
}

/*
 * Checking: a row for each guardian and step
 */

static Datum
part_text(const judged_round *all, uint32_t place, bool with_item)
{
	const eg_part_result *result = &all->results[place];
	const eg_decryption_item *item = &all->subject.items[result->item];
	StringInfoData text;

	initStringInfo(&text);
	appendStringInfo(&text, "guardian %u", all->set.indices[place]);
	if (with_item)
		appendStringInfo(&text, ", contest \"%s\"",
						 eg_label_cstring(item->contest));
	if (with_item && item->option.data != NULL)
		appendStringInfo(&text, ", option \"%s\"",
						 eg_label_cstring(item->option));
	return CStringGetTextDatum(text.data);
}

/* Steps up to the one that was reached have passed, later ones were not run. */
static void
put_step(eg_row_group *group, const judged_round *all, uint32_t place,
		 eg_decryption_step step)
{
	MemoryContext caller = eg_row_group_next(group);
	const eg_part_result *result = &all->results[place];
	bool		failed = result->failed && step == result->reached;
	bool		has_item = failed && eg_decryption_step_has_item(step);
	const char *detail = NULL;
	Datum		values[4];
	bool		nulls[4] = {false};

	if (failed)
		detail = eg_decryption_step_fault(step);
	else if (step >= result->reached)
		detail = result->failed ? "a step before it failed" :
			"there is no challenge without every guardian's opening";
	values[0] = CStringGetTextDatum(eg_decryption_step_name(step,
															all->subject.use));
	values[1] = BoolGetDatum(!failed);
	nulls[1] = detail != NULL && !failed;
	values[2] = part_text(all, place, has_item);
	values[3] = detail != NULL ? CStringGetTextDatum(detail) : (Datum) 0;
	nulls[3] = detail == NULL;
	tuplestore_putvalues(group->result->setResult, group->result->setDesc,
						 values, nulls);
	MemoryContextSwitchTo(caller);
}

static Datum
check_round(FunctionCallInfo fcinfo, eg_subject_reader read_subject,
			int arguments)
{
	eg_row_group group;
	judged_round *all;

	if (any_null(fcinfo, arguments))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("arguments of a check of a decryption must not be NULL")));
	all = judge_round(fcinfo, read_subject, true);
	eg_row_group_start(&group, fcinfo);
	for (uint32_t i = 0; i < all->set.n; i++)
		for (int step = 0; step < EG_DECRYPTION_STEPS; step++)
			put_step(&group, all, i, (eg_decryption_step) step);
	eg_row_group_end(&group);
	return (Datum) 0;
}

Datum
eg_check_tally_decryption(PG_FUNCTION_ARGS)
{
	return check_round(fcinfo, eg_getarg_tally_subject, 6);
}

Datum
eg_check_contest_data_decryption(PG_FUNCTION_ARGS)
{
	return check_round(fcinfo, eg_getarg_contest_data_subject, 7);
}

/*
 * What a quorum of good parts gives, without proof
 */

static void
put_votes(eg_row_group *group, const eg_decryption_item *item, uint64_t votes)
{
	MemoryContext caller = eg_row_group_next(group);
	Datum		values[5];
	bool		nulls[5] = {false};

	values[0] = Int32GetDatum((int32) item->contest_index);
	values[1] = CStringGetTextDatum(eg_label_cstring(item->contest));
	values[2] = Int32GetDatum((int32) item->option_index);
	values[3] = CStringGetTextDatum(eg_label_cstring(item->option));
	values[4] = Int64GetDatum((int64) votes);
	tuplestore_putvalues(group->result->setResult, group->result->setDesc,
						 values, nulls);
	MemoryContextSwitchTo(caller);
}

Datum
eg_decrypted_votes(PG_FUNCTION_ARGS)
{
	const eg_decrypted_item *decrypted;
	eg_row_group group;
	judged_round *all;
	int64		bound;

	if (any_null(fcinfo, TALLY_BOUND))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("arguments of a decryption, the bound apart, must not be NULL")));
	bound = getarg_bound(fcinfo);
	all = judge_round(fcinfo, eg_getarg_tally_subject, false);
	decrypted = finish(all, bound);
	eg_row_group_start(&group, fcinfo);
	for (uint32_t i = 0; i < all->subject.n; i++)
		put_votes(&group, &all->subject.items[i], decrypted[i].votes);
	eg_row_group_end(&group);
	return (Datum) 0;
}

Datum
eg_decrypted_contest_data(PG_FUNCTION_ARGS)
{
	judged_round *all;
	eg_bytes	data;

	all = judge_round(fcinfo, eg_getarg_contest_data_subject, false);
	data = decrypt_data(all, finish(all, -1));
	PG_RETURN_BYTEA_P(eg_bytea(data.data, data.size));
}
