/*
 * ballot_type.c
 *		The type eg.ballot, its casts and accessors.
 */
#include "egtally.h"

#include "utils/builtins.h"
#include "utils/timestamp.h"

#include "protocol/ballot.h"
#include "protocol/record_shapes.h"

PG_FUNCTION_INFO_V1(eg_ballot_in);
PG_FUNCTION_INFO_V1(eg_ballot_recv);
PG_FUNCTION_INFO_V1(eg_ballot_from_json);
PG_FUNCTION_INFO_V1(eg_ballot_from_jsonb);
PG_FUNCTION_INFO_V1(eg_ballot_to_jsonb);
PG_FUNCTION_INFO_V1(eg_ballot_id);
PG_FUNCTION_INFO_V1(eg_ballot_style);
PG_FUNCTION_INFO_V1(eg_ballot_device);
PG_FUNCTION_INFO_V1(eg_ballot_get_state);
PG_FUNCTION_INFO_V1(eg_ballot_weight);
PG_FUNCTION_INFO_V1(eg_ballot_encrypted_at);
PG_FUNCTION_INFO_V1(eg_ballot_is_preencrypted);
PG_FUNCTION_INFO_V1(eg_ballot_election_id);
PG_FUNCTION_INFO_V1(eg_ballot_identifier);
PG_FUNCTION_INFO_V1(eg_ballot_identifier_hash);
PG_FUNCTION_INFO_V1(eg_ballot_chaining_field);
PG_FUNCTION_INFO_V1(eg_ballot_confirmation_code);

static bool
check_ballot(eg_bytes bytes, const eg_arena *arena, eg_fault *fault)
{
	eg_ballot	ballot;

	return eg_ballot_decode(&ballot, bytes, arena, fault);
}

static const eg_type ballot_type = {"eg.ballot", "ballot", check_ballot};

Datum
eg_ballot_in(PG_FUNCTION_ARGS)
{
	return eg_type_in(&ballot_type, fcinfo);
}

Datum
eg_ballot_recv(PG_FUNCTION_ARGS)
{
	return eg_type_recv(&ballot_type, fcinfo);
}

/*
 * JSON
 */

static Datum
from_json(const text *json, Jsonb *jsonb)
{
	eg_json_source source = {json, jsonb, "ballot", "ballot_id"};
	eg_ballot	ballot = {0};
	eg_fault	fault = {0};
	eg_writer	writer = {0};
	struct varlena *value;

	ballot.group = EG_GROUP_2_1_0;
	ballot.weight = 1;			/* spec 3.5: unless the ballot has one */
	eg_json_read(&source, &eg_shape_ballot, &ballot);
	if (!eg_ballot_arrange(&ballot, &eg_palloc_arena, &fault))
		eg_json_fault(&source, &fault);
	eg_ballot_encode(&writer, &ballot);
	value = eg_varlena_new(writer.size);
	writer.next = (uint8_t *) VARDATA(value);
	eg_ballot_encode(&writer, &ballot);
	return PointerGetDatum(value);
}

Datum
eg_ballot_from_json(PG_FUNCTION_ARGS)
{
	return from_json(PG_GETARG_TEXT_PP(0), NULL);
}

Datum
eg_ballot_from_jsonb(PG_FUNCTION_ARGS)
{
	return from_json(NULL, PG_GETARG_JSONB_P(0));
}

Datum
eg_ballot_to_jsonb(PG_FUNCTION_ARGS)
{
	eg_ballot	ballot;
	eg_fault	fault = {0};

	if (!eg_ballot_decode(&ballot, EG_GETARG_BYTES(0), &eg_palloc_arena,
						  &fault))
		elog(ERROR, "stored ballot is damaged: %s", fault.message);
	PG_RETURN_JSONB_P(eg_json_to_jsonb(&eg_shape_ballot, &ballot));
}

/*
 * Accessors
 */

static eg_ballot
header(FunctionCallInfo fcinfo)
{
	eg_ballot_header header;

	eg_ballot_peek(&header, EG_GETARG_BYTES(0));
	return header.ballot;
}

static Datum
label_datum(eg_bytes label)
{
	return CStringGetTextDatum(eg_label_cstring(label));
}

/* An optional field: NULL in SQL where the ballot has none. */
static Datum
bytes_or_null(FunctionCallInfo fcinfo, const uint8_t *bytes, size_t size)
{
	if (bytes == NULL)
		PG_RETURN_NULL();
	PG_RETURN_BYTEA_P(eg_bytea(bytes, size));
}

Datum
eg_ballot_id(PG_FUNCTION_ARGS)
{
	return label_datum(header(fcinfo).id);
}

Datum
eg_ballot_style(PG_FUNCTION_ARGS)
{
	return label_datum(header(fcinfo).style);
}

Datum
eg_ballot_device(PG_FUNCTION_ARGS)
{
	return label_datum(header(fcinfo).device);
}

Datum
eg_ballot_get_state(PG_FUNCTION_ARGS)
{
	uint8_t		state = header(fcinfo).state;

	if (state == EG_BALLOT_UNDECIDED)
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(cstring_to_text(state == EG_BALLOT_CAST ?
									 "CAST" : "CHALLENGED"));
}

Datum
eg_ballot_weight(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64((int64) header(fcinfo).weight);
}

Datum
eg_ballot_encrypted_at(PG_FUNCTION_ARGS)
{
	eg_ballot	ballot = header(fcinfo);

	if (!ballot.has_time)
		PG_RETURN_NULL();
	return DirectFunctionCall1(float8_timestamptz,
							   Float8GetDatum((float8) ballot.time));
}

Datum
eg_ballot_is_preencrypted(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(header(fcinfo).preencrypted);
}

Datum
eg_ballot_election_id(PG_FUNCTION_ARGS)
{
	return bytes_or_null(fcinfo, header(fcinfo).election, EG_HASH_BYTES);
}

Datum
eg_ballot_identifier(PG_FUNCTION_ARGS)
{
	return bytes_or_null(fcinfo, header(fcinfo).identifier, EG_HASH_BYTES);
}

Datum
eg_ballot_identifier_hash(PG_FUNCTION_ARGS)
{
	return bytes_or_null(fcinfo, header(fcinfo).identifier_hash,
						 EG_HASH_BYTES);
}

Datum
eg_ballot_chaining_field(PG_FUNCTION_ARGS)
{
	return bytes_or_null(fcinfo, header(fcinfo).chaining, EG_CHAINING_BYTES);
}

Datum
eg_ballot_confirmation_code(PG_FUNCTION_ARGS)
{
	return bytes_or_null(fcinfo, header(fcinfo).code, EG_HASH_BYTES);
}
