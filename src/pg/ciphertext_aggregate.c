/*
 * ciphertext_aggregate.c
 *		The aggregate eg.tally(ciphertext [, weight]).
 */
#include "aggregate.h"

#include "protocol/ciphertext.h"

PG_FUNCTION_INFO_V1(eg_ciphertext_state_in);
PG_FUNCTION_INFO_V1(eg_ciphertext_state_recv);
PG_FUNCTION_INFO_V1(eg_ciphertext_transition);
PG_FUNCTION_INFO_V1(eg_ciphertext_transition_weighted);
PG_FUNCTION_INFO_V1(eg_ciphertext_combine);
PG_FUNCTION_INFO_V1(eg_ciphertext_final);

static const eg_subject sum_subject = {"sum of ciphertexts", {NULL, 0},
ERRCODE_DATA_EXCEPTION};

static bool
check_state(eg_bytes bytes, const eg_arena *arena, eg_fault *fault)
{
	(void) arena;
	return eg_ciphertext_state_decode(bytes, fault);
}

static const eg_type state_type = {"eg.ciphertext_state", "ciphertext state",
check_state};

Datum
eg_ciphertext_state_in(PG_FUNCTION_ARGS)
{
	return eg_type_in(&state_type, fcinfo);
}

Datum
eg_ciphertext_state_recv(PG_FUNCTION_ARGS)
{
	return eg_type_recv(&state_type, fcinfo);
}

static Datum
add_ciphertext(FunctionCallInfo fcinfo, bool weighted)
{
	struct varlena *state;
	eg_bytes	ciphertext;
	uint64_t	weight;
	eg_fault	fault = {0};

	eg_require_aggregate(fcinfo, "transition function of eg.tally");
	state = eg_getarg_state(fcinfo, 0);
	if (PG_ARGISNULL(1))
	{
		if (state == NULL)
			PG_RETURN_NULL();
		PG_RETURN_POINTER(state);
	}
	ciphertext = EG_GETARG_BYTES(1);
	weight = weighted ? eg_getarg_weight(fcinfo, 2, &sum_subject) : 1;
	if (state == NULL)
	{
		state = eg_varlena_new(EG_CIPHERTEXT_STATE_SIZE);
		eg_ciphertext_state_init((uint8_t *) VARDATA(state),
								 eg_group_by_id(ciphertext.data[1]));
	}
	if (!eg_ciphertext_state_add((uint8_t *) VARDATA(state), ciphertext.data,
								 weight, &fault))
		eg_report_fault(&fault, &sum_subject, NULL);
	PG_RETURN_POINTER(state);
}

Datum
eg_ciphertext_transition(PG_FUNCTION_ARGS)
{
	return add_ciphertext(fcinfo, false);
}

Datum
eg_ciphertext_transition_weighted(PG_FUNCTION_ARGS)
{
	return add_ciphertext(fcinfo, true);
}

Datum
eg_ciphertext_combine(PG_FUNCTION_ARGS)
{
	struct varlena *state;
	struct varlena *other;
	eg_fault	fault = {0};

	eg_require_aggregate(fcinfo, "combine function of eg.tally");
	state = eg_getarg_state(fcinfo, 0);
	other = eg_getarg_state(fcinfo, 1);
	if (state == NULL && other == NULL)
		PG_RETURN_NULL();
	if (state == NULL || other == NULL)
		PG_RETURN_POINTER(state ? state : other);
	if (!eg_ciphertext_state_combine((uint8_t *) VARDATA(state),
									 (const uint8_t *) VARDATA(other),
									 &fault))
		eg_report_fault(&fault, &sum_subject, NULL);
	PG_RETURN_POINTER(state);
}

Datum
eg_ciphertext_final(PG_FUNCTION_ARGS)
{
	struct varlena *state;
	struct varlena *sum;

	eg_require_aggregate(fcinfo, "final function of eg.tally");
	state = eg_getarg_state(fcinfo, 0);
	if (state == NULL)
		PG_RETURN_NULL();
	sum = eg_varlena_new(EG_CIPHERTEXT_SIZE);
	eg_ciphertext_state_finish((uint8_t *) VARDATA(sum),
							   (const uint8_t *) VARDATA(state));
	PG_RETURN_POINTER(sum);
}
