/*
 * election_type.c
 *		The type eg.election and its accessors.
 */
#include "egtally.h"

#include "mb/pg_wchar.h"
#include "utils/builtins.h"

#include "math/scalar.h"
#include "protocol/election.h"
#include "protocol/text.h"
#include "row_group.h"

PG_FUNCTION_INFO_V1(eg_election_in);
PG_FUNCTION_INFO_V1(eg_election_recv);
PG_FUNCTION_INFO_V1(eg_create_election);
PG_FUNCTION_INFO_V1(eg_election_guardians);
PG_FUNCTION_INFO_V1(eg_election_quorum);
PG_FUNCTION_INFO_V1(eg_election_chaining_mode);
PG_FUNCTION_INFO_V1(eg_election_contests);
PG_FUNCTION_INFO_V1(eg_election_parameter_base_hash);
PG_FUNCTION_INFO_V1(eg_election_base_hash);
PG_FUNCTION_INFO_V1(eg_election_extended_base_hash);
PG_FUNCTION_INFO_V1(eg_election_joint_public_key);
PG_FUNCTION_INFO_V1(eg_election_joint_data_public_key);
PG_FUNCTION_INFO_V1(eg_election_manifest);
PG_FUNCTION_INFO_V1(eg_standard_constants);

/* The rules of a manifest that has been read; a fault if it breaks one. */
static bool
compile_manifest(eg_bytes *compiled, eg_manifest *manifest, eg_fault *fault)
{
	return eg_manifest_settle(manifest, &eg_palloc_arena, &eg_query_stop,
							  fault) &&
		eg_manifest_compile(compiled, manifest, &eg_palloc_arena,
							&eg_query_stop, fault);
}

static eg_json_source
manifest_source(eg_bytes manifest, eg_fault *fault)
{
	eg_json_source source = {eg_json_text(manifest, fault), NULL, "manifest",
	NULL};

	return source;
}

/* Reads the manifest and compiles it; an error if it is not allowed. */
static void
compile_parts(eg_election_parts *parts)
{
	eg_fault	fault = {0};
	eg_json_source source = manifest_source(parts->manifest, &fault);
	eg_manifest manifest = {0};

	if (source.json == NULL)
		eg_json_fault(&source, &fault);
	eg_json_read(&source, &eg_shape_manifest, &manifest);
	if (!compile_manifest(&parts->compiled, &manifest, &fault))
		eg_json_fault(&source, &fault);
}

/* The same for input of the type, which may have to go on after a fault. */
static bool
try_compile_parts(eg_election_parts *parts, eg_fault *fault)
{
	eg_json_source source = manifest_source(parts->manifest, fault);
	eg_manifest manifest = {0};

	return source.json != NULL &&
		eg_json_try_read(&source, &eg_shape_manifest, eg_json_value,
						 &manifest, fault) &&
		compile_manifest(&parts->compiled, &manifest, fault);
}

/* An election is what its parts make, and nothing else. */
static bool
check_election(eg_bytes bytes, const eg_arena *arena, eg_fault *fault)
{
	eg_election_parts parts;
	size_t		size;
	uint8_t    *made;

	(void) arena;
	if (!eg_election_take_apart(&parts, bytes, fault) ||
		!eg_election_check_parts(&parts, fault) ||
		!try_compile_parts(&parts, fault))
		return false;
	size = eg_election_size(&parts);
	made = palloc(size);
	eg_election_make(made, &parts);
	if (size != bytes.size || memcmp(made, bytes.data, size) != 0)
		return eg_fault_set(fault, EG_FAULT_FORMAT,
							"hashes, rules or digest do not follow from the rest");
	return true;
}

static const eg_type election_type = {"eg.election", "election",
check_election};

Datum
eg_election_in(PG_FUNCTION_ARGS)
{
	return eg_type_in(&election_type, fcinfo);
}

Datum
eg_election_recv(PG_FUNCTION_ARGS)
{
	return eg_type_recv(&election_type, fcinfo);
}

static const uint8_t *
key_argument(eg_bytes bytes)
{
	if (bytes.size != EG_ELEMENT_BYTES)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("invalid election: key has %zu bytes, not %d",
						bytes.size, EG_ELEMENT_BYTES)));
	return bytes.data;
}

Datum
eg_create_election(PG_FUNCTION_ARGS)
{
	eg_election_parts parts;
	eg_fault	fault = {0};
	struct varlena *election;

	parts.manifest = EG_GETARG_BYTES(0);
	parts.n = (uint32_t) Max(PG_GETARG_INT32(1), 0);
	parts.k = (uint32_t) Max(PG_GETARG_INT32(2), 0);
	parts.vote_key = key_argument(EG_GETARG_BYTES(3));
	parts.data_key = key_argument(EG_GETARG_BYTES(4));
	if (!eg_election_check_parts(&parts, &fault))
	{
		eg_subject	subject = {"election", {NULL, 0},
		ERRCODE_INVALID_PARAMETER_VALUE};

		eg_report_fault(&fault, &subject, NULL);
	}
	compile_parts(&parts);
	election = eg_varlena_new(eg_election_size(&parts));
	eg_election_make((uint8_t *) VARDATA(election), &parts);
	PG_RETURN_POINTER(election);
}

/*
 * Accessors
 */

static eg_election
election_argument(FunctionCallInfo fcinfo)
{
	eg_election election;

	eg_election_view(&election, EG_GETARG_BYTES(0));
	return election;
}

Datum
eg_election_guardians(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT32((int32) election_argument(fcinfo).n);
}

Datum
eg_election_quorum(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT32((int32) election_argument(fcinfo).k);
}

Datum
eg_election_chaining_mode(PG_FUNCTION_ARGS)
{
	eg_election election = election_argument(fcinfo);
	uint32_t	mode;

	if (!eg_rules_chaining(&election.rules, &mode))
		PG_RETURN_NULL();
	PG_RETURN_INT32((int32) mode);
}

Datum
eg_election_parameter_base_hash(PG_FUNCTION_ARGS)
{
	PG_RETURN_BYTEA_P(eg_bytea(election_argument(fcinfo).h_p, EG_HASH_BYTES));
}

Datum
eg_election_base_hash(PG_FUNCTION_ARGS)
{
	PG_RETURN_BYTEA_P(eg_bytea(election_argument(fcinfo).h_b, EG_HASH_BYTES));
}

Datum
eg_election_extended_base_hash(PG_FUNCTION_ARGS)
{
	PG_RETURN_BYTEA_P(eg_bytea(election_argument(fcinfo).h_e, EG_HASH_BYTES));
}

Datum
eg_election_joint_public_key(PG_FUNCTION_ARGS)
{
	PG_RETURN_BYTEA_P(eg_bytea(election_argument(fcinfo).vote_key,
							   EG_ELEMENT_BYTES));
}

Datum
eg_election_joint_data_public_key(PG_FUNCTION_ARGS)
{
	PG_RETURN_BYTEA_P(eg_bytea(election_argument(fcinfo).data_key,
							   EG_ELEMENT_BYTES));
}

Datum
eg_election_manifest(PG_FUNCTION_ARGS)
{
	eg_bytes	manifest = election_argument(fcinfo).manifest;

	PG_RETURN_BYTEA_P(eg_bytea(manifest.data, manifest.size));
}

static void
put_contest(eg_row_group *group, const eg_entry *contest)
{
	MemoryContext caller = eg_row_group_next(group);
	bool		nulls[2] = {false};
	Datum		values[2];

	values[0] = Int32GetDatum((int32) contest->index);
	values[1] = CStringGetTextDatum(eg_label_cstring(contest->label));
	tuplestore_putvalues(group->result->setResult, group->result->setDesc,
						 values, nulls);
	MemoryContextSwitchTo(caller);
}

/* One row for each contest of a ballot style; none of one that is unknown. */
Datum
eg_election_contests(PG_FUNCTION_ARGS)
{
	eg_election election = election_argument(fcinfo);
	text	   *style = PG_GETARG_TEXT_PP(1);
	eg_row_group group;
	eg_directory_walk walk;
	eg_entry	contest;
	eg_entry	option;
	eg_bytes	label;
	const uint8_t *indices;
	uint32_t	n;

	eg_row_group_start(&group, fcinfo);
	label.data = (const uint8_t *) pg_server_to_any(VARDATA_ANY(style),
													VARSIZE_ANY_EXHDR(style),
													PG_UTF8);
	label.size = label.data == (const uint8_t *) VARDATA_ANY(style) ?
		VARSIZE_ANY_EXHDR(style) : strlen((const char *) label.data);
	if (!eg_rules_style(&election.rules, label, &indices, &n))
		n = 0;
	eg_directory_walk_start(&walk, &election.rules.directory);
	for (uint32_t i = 0; i < n && eg_next_contest(&walk, &contest);)
	{
		for (uint32_t j = 0; j < contest.options; j++)
			eg_next_option(&walk, &option);
		if (contest.index != eg_get32(indices + 4 * (size_t) i))
			continue;
		put_contest(&group, &contest);
		i++;
	}
	eg_row_group_end(&group);
	return (Datum) 0;
}

/*
 * The baseline parameters
 */

static void
append_hex(StringInfo json, const char *name, const uint8_t *bytes,
		   size_t size)
{
	char	   *hex = palloc(2 * size + 1);

	eg_bytes_to_hex(hex, bytes, size);
	appendStringInfo(json, "\"%s\": \"%s\"", name, hex);
}

/* constants.json of an election record: p, q and g (spec 3.1.1) */
Datum
eg_standard_constants(PG_FUNCTION_ARGS)
{
	const eg_group *group = &eg_group_2_1_0;
	uint8_t		bytes[EG_ELEMENT_BYTES];
	StringInfoData json;

	initStringInfo(&json);
	appendStringInfoString(&json, "{\"name\": \"ElectionGuard 2.1.0 standard parameters\", "
						   "\"type\": \"IntegerGroup\", "
						   "\"protocolVersion\": \"v2.1.0\", \"constants\": {");
	eg_element_export(group, bytes, group->p);
	append_hex(&json, "largePrime", bytes, group->element_bytes);
	appendStringInfoString(&json, ", ");
	eg_scalar_export(group, bytes, group->q);
	append_hex(&json, "smallPrime", bytes, group->scalar_bytes);
	appendStringInfoString(&json, ", ");
	eg_element_export(group, bytes, group->g);
	append_hex(&json, "generator", bytes, group->element_bytes);
	appendStringInfoString(&json, "}}");
	PG_RETURN_TEXT_P(cstring_to_text_with_len(json.data, json.len));
}
