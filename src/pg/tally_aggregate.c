/*
 * tally_aggregate.c
 *		The aggregates eg.tally(ballot [, weight]) and eg.merge(tally).
 */
#include "aggregate.h"

#include "protocol/tally.h"

PG_FUNCTION_INFO_V1(eg_tally_state_in);
PG_FUNCTION_INFO_V1(eg_tally_state_recv);
PG_FUNCTION_INFO_V1(eg_tally_transition);
PG_FUNCTION_INFO_V1(eg_tally_transition_weighted);
PG_FUNCTION_INFO_V1(eg_merge_transition);
PG_FUNCTION_INFO_V1(eg_tally_combine);
PG_FUNCTION_INFO_V1(eg_tally_final);

static bool
check_state(eg_bytes bytes, const eg_arena *arena, eg_fault *fault)
{
	eg_tally_state state;

	return eg_tally_state_decode(&state, bytes, arena, fault);
}

static const eg_type state_type = {"eg.tally_state", "tally state",
check_state};

Datum
eg_tally_state_in(PG_FUNCTION_ARGS)
{
	return eg_type_in(&state_type, fcinfo);
}

Datum
eg_tally_state_recv(PG_FUNCTION_ARGS)
{
	return eg_type_recv(&state_type, fcinfo);
}

/* A state with room for the addend: the same one if it has, or a new one. */
static struct varlena *
make_room(struct varlena *value, const eg_addend *addend,
		  const eg_subject *subject)
{
	struct varlena *larger;
	eg_tally_state state;
	eg_fault	fault = {0};
	size_t		size;

	if (value != NULL)
		eg_tally_state_view(&state, VARDATA(value));
	size = eg_tally_state_room(value ? &state : NULL, addend, &fault);
	if (size == 0)
		eg_report_fault(&fault, subject, NULL);
	if (value != NULL && size == VARSIZE(value) - VARHDRSZ)
		return value;
	larger = eg_varlena_new(size);
	eg_tally_state_make(VARDATA(larger), value ? &state : NULL, addend);
	return larger;
}

static Datum
add(struct varlena *value, const eg_addend *addend, const eg_subject *subject)
{
	eg_tally_state state;
	eg_fault	fault = {0};

	value = make_room(value, addend, subject);
	eg_tally_state_view(&state, VARDATA(value));
	if (!eg_tally_state_add(&state, addend, &eg_query_stop, &fault))
		eg_report_fault(&fault, subject, NULL);
	return PointerGetDatum(value);
}

/* No ballot, nothing to add: the state as it is. */
static Datum
unchanged(FunctionCallInfo fcinfo, struct varlena *state)
{
	if (state == NULL)
		PG_RETURN_NULL();
	PG_RETURN_POINTER(state);
}

static Datum
add_ballot(FunctionCallInfo fcinfo, bool weighted)
{
	struct varlena *state;
	eg_ballot_header header;
	eg_addend	addend = {0};
	eg_subject	subject = {"ballot", {NULL, 0}, ERRCODE_DATA_EXCEPTION};

	eg_require_aggregate(fcinfo, "transition function of eg.tally");
	state = eg_getarg_state(fcinfo, 0);
	if (PG_ARGISNULL(1))
		return unchanged(fcinfo, state);
	eg_ballot_peek(&header, EG_GETARG_BYTES(1));
	subject.id = header.ballot.id;
	if (header.ballot.state != EG_BALLOT_CAST)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("ballot is not cast"),
				 errdetail("Ballot \"%s\" is %s.",
						   eg_label_cstring(subject.id),
						   header.ballot.state == EG_BALLOT_CHALLENGED ?
						   "CHALLENGED" : "undecided"),
				 errhint("Use eg.tally(ballot) FILTER (WHERE eg.state(ballot) = 'CAST').")));
	addend.group = eg_group_by_id(header.ballot.group);
	addend.election = header.ballot.election;
	addend.directory = header.directory;
	addend.ciphertexts = header.ciphertexts;
	addend.weight = weighted ? eg_getarg_weight(fcinfo, 2, &subject) :
		header.ballot.weight;
	return add(state, &addend, &subject);
}

Datum
eg_tally_transition(PG_FUNCTION_ARGS)
{
	return add_ballot(fcinfo, false);
}

Datum
eg_tally_transition_weighted(PG_FUNCTION_ARGS)
{
	return add_ballot(fcinfo, true);
}

Datum
eg_merge_transition(PG_FUNCTION_ARGS)
{
	struct varlena *state;
	eg_tally	tally;
	eg_addend	addend = {0};
	eg_subject	subject = {"encrypted tally", {NULL, 0},
	ERRCODE_DATA_EXCEPTION};

	eg_require_aggregate(fcinfo, "transition function of eg.merge");
	state = eg_getarg_state(fcinfo, 0);
	if (PG_ARGISNULL(1))
		return unchanged(fcinfo, state);
	eg_tally_view(&tally, EG_GETARG_BYTES(1));
	addend.group = tally.group;
	addend.election = tally.election;
	addend.directory = tally.directory;
	addend.ciphertexts = tally.ciphertexts;
	addend.sums = tally.sums;
	return add(state, &addend, &subject);
}

Datum
eg_tally_combine(PG_FUNCTION_ARGS)
{
	struct varlena *value;
	struct varlena *other_value;
	eg_tally_state state;
	eg_tally_state other;
	eg_addend	addend;
	eg_fault	fault = {0};
	eg_subject	subject = {"encrypted tally", {NULL, 0},
	ERRCODE_DATA_EXCEPTION};

	eg_require_aggregate(fcinfo, "combine function of eg.tally");
	value = eg_getarg_state(fcinfo, 0);
	other_value = eg_getarg_state(fcinfo, 1);
	if (value == NULL || other_value == NULL)
		return unchanged(fcinfo, value ? value : other_value);
	eg_tally_state_view(&other, VARDATA(other_value));
	addend = eg_tally_state_as_addend(&other);
	value = make_room(value, &addend, &subject);
	eg_tally_state_view(&state, VARDATA(value));
	if (!eg_tally_state_combine(&state, &other, &eg_query_stop, &fault))
		eg_report_fault(&fault, &subject, NULL);
	PG_RETURN_POINTER(value);
}

Datum
eg_tally_final(PG_FUNCTION_ARGS)
{
	struct varlena *value;
	struct varlena *tally;
	eg_tally_state state;
	eg_fault	fault = {0};
	eg_subject	subject = {"encrypted tally", {NULL, 0},
	ERRCODE_DATA_EXCEPTION};

	eg_require_aggregate(fcinfo, "final function of eg.tally");
	value = eg_getarg_state(fcinfo, 0);
	if (value == NULL)
		PG_RETURN_NULL();
	eg_tally_state_view(&state, VARDATA(value));

	/* A union over many ballots may have brought one label twice. */
	if (!eg_directory_check_labels(&state.directory, &eg_palloc_arena, &fault))
		eg_report_fault(&fault, &subject, NULL);
	tally = eg_varlena_new(eg_tally_size(&state));
	if (!eg_tally_finish((uint8_t *) VARDATA(tally), &state, &eg_query_stop,
						 &fault))
		eg_report_fault(&fault, &subject, NULL);
	PG_RETURN_POINTER(tally);
}
