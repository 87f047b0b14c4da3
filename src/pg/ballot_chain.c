/*
 * ballot_chain.c
 *		eg.chain, and the voter's decision: cast or challenged (spec 3.4).
 */
#include "egtally.h"

#include "mb/pg_wchar.h"

#include "protocol/chaining.h"
#include "protocol/hash_uses.h"

PG_FUNCTION_INFO_V1(eg_chain_ballot_sql);
PG_FUNCTION_INFO_V1(eg_cast_ballot);
PG_FUNCTION_INFO_V1(eg_challenge_ballot);

enum
{
	ELECTION,
	BALLOT,
	DEVICE_INFORMATION,
	MODE,
	PREVIOUS
};

static void
require_arguments(FunctionCallInfo fcinfo)
{
	static const char *const names[] = {"election", "ballot",
	"device information"};

	for (int i = 0; i <= DEVICE_INFORMATION; i++)
		if (PG_ARGISNULL(i))
			ereport(ERROR,
					(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
					 errmsg("%s is NULL", names[i])));
}

static eg_bytes
device_information(FunctionCallInfo fcinfo)
{
	eg_bytes	text = EG_GETARG_BYTES(DEVICE_INFORMATION);
	char	   *given = pnstrdup((const char *) text.data, text.size);
	char	   *utf8 = pg_server_to_any(given, (int) text.size, PG_UTF8);
	eg_bytes	result = {(const uint8_t *) utf8, strlen(utf8)};

	return result;
}

/* The manifest's mode, if it states one; else the argument's, or no chaining. */
static uint32_t
chaining_mode(FunctionCallInfo fcinfo, const eg_election *election)
{
	uint32_t	mode;
	bool		stated = eg_rules_chaining(&election->rules, &mode);
	int32		given;

	if (PG_ARGISNULL(MODE))
		return stated ? mode : EG_CHAINING_NONE;
	given = PG_GETARG_INT32(MODE);
	if (given != EG_CHAINING_NONE && given != EG_CHAINING_SIMPLE)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("unknown chaining mode %d", given),
				 errhint("Mode 0 is no chaining, mode 1 is simple chaining.")));
	if (stated && mode != (uint32_t) given)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("chaining mode is %d, but %u in the manifest", given,
						mode)));
	return (uint32_t) given;
}

static void
read_link(FunctionCallInfo fcinfo, const eg_election *election,
		  eg_chain_link *link)
{
	link->mode = chaining_mode(fcinfo, election);
	link->device_information = device_information(fcinfo);
	if (PG_ARGISNULL(PREVIOUS))
		return;
	if (link->mode == EG_CHAINING_NONE)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("a previous confirmation code without chaining"),
				 errhint("Chaining mode 1 takes one.")));
	if (EG_GETARG_BYTES(PREVIOUS).size != EG_HASH_BYTES)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("confirmation code has %zu bytes, not %d",
						EG_GETARG_BYTES(PREVIOUS).size, EG_HASH_BYTES)));
	link->previous = EG_GETARG_BYTES(PREVIOUS).data;
}

/* The same ballot with what was computed. */
static Datum
encode(eg_ballot *ballot)
{
	eg_writer	writer = {0};
	struct varlena *value;

	eg_ballot_encode(&writer, ballot);
	value = eg_varlena_new(writer.size);
	writer.next = (uint8_t *) VARDATA(value);
	eg_ballot_encode(&writer, ballot);
	return PointerGetDatum(value);
}

/* eg.chain(election, ballot, device_information, mode, previous) */
Datum
eg_chain_ballot_sql(PG_FUNCTION_ARGS)
{
	eg_election election;
	eg_ballot	ballot;
	eg_chain_link link = {0};
	eg_fault	fault = {0};
	uint8_t		field[EG_CHAINING_BYTES];
	uint8_t		code[EG_HASH_BYTES];

	require_arguments(fcinfo);
	eg_election_view(&election, EG_GETARG_BYTES(ELECTION));
	read_link(fcinfo, &election, &link);
	if (!eg_ballot_decode(&ballot, EG_GETARG_BYTES(BALLOT), &eg_palloc_arena,
						  &fault))
		elog(ERROR, "stored ballot is damaged: %s", fault.message);
	if (!eg_chain_ballot(field, code, &election, &ballot, &link, &fault))
	{
		eg_subject	subject = {"ballot", ballot.id, ERRCODE_DATA_EXCEPTION};

		eg_report_fault(&fault, &subject, NULL);
	}
	ballot.chaining = field;
	ballot.code = code;
	return encode(&ballot);
}

/*
 * The decision: a voter has it once, and not before he holds a code (3.4.4).
 */
static Datum
decide(FunctionCallInfo fcinfo, eg_ballot_state state)
{
	eg_bytes	bytes = EG_GETARG_BYTES(0);
	eg_ballot_header header;
	struct varlena *decided;

	eg_ballot_peek(&header, bytes);
	if (header.ballot.state != EG_BALLOT_UNDECIDED)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("ballot \"%s\" is %s already",
						eg_label_cstring(header.ballot.id),
						header.ballot.state == EG_BALLOT_CAST ?
						"CAST" : "CHALLENGED")));
	if (header.ballot.code == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("ballot \"%s\" has no confirmation code yet",
						eg_label_cstring(header.ballot.id)),
				 errhint("eg.chain gives it one.")));
	decided = eg_varlena_new(bytes.size);
	memcpy(VARDATA(decided), bytes.data, bytes.size);
	VARDATA(decided)[EG_BALLOT_STATE_AT] = (char) state;
	PG_RETURN_POINTER(decided);
}

Datum
eg_cast_ballot(PG_FUNCTION_ARGS)
{
	return decide(fcinfo, EG_BALLOT_CAST);
}

Datum
eg_challenge_ballot(PG_FUNCTION_ARGS)
{
	return decide(fcinfo, EG_BALLOT_CHALLENGED);
}
