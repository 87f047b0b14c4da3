/*
 * encryption.c
 *		eg.encrypt: ballots from votes (spec 3.3).
 */
#include "egtally.h"

#include "mb/pg_wchar.h"

#include "protocol/encryption.h"
#include "secret.h"
#include "table_cache.h"
#include "votes.h"

PG_FUNCTION_INFO_V1(eg_encrypt);
PG_FUNCTION_INFO_V1(eg_encrypt_deterministic);

/* Arguments that both functions begin with, and the deterministic one's own */
enum
{
	ELECTION,
	BALLOT_ID,
	STYLE,
	VOTES,
	DEVICE,
	WEIGHT,
	CONTEST_DATA,
	NONCES
};

/* A NULL would be a voter without a ballot. */
static void
require_arguments(FunctionCallInfo fcinfo)
{
	static const char *const names[] = {"election", "ballot id",
	"ballot style", "votes", "device", "weight"};

	for (int i = 0; i <= WEIGHT; i++)
		if (PG_ARGISNULL(i))
			ereport(ERROR,
					(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
					 errmsg("no ballot is encrypted without %s%s", i == STYLE ?
							"a " : i == VOTES ? "" : "its ", names[i])));
}

static eg_bytes
label_argument(FunctionCallInfo fcinfo, int n)
{
	eg_bytes	text = EG_GETARG_BYTES(n);
	char	   *utf8 = pg_server_to_any((char *) text.data, (int) text.size,
										PG_UTF8);

	if ((const uint8_t *) utf8 != text.data)
	{
		text.data = (const uint8_t *) utf8;
		text.size = strlen(utf8);
	}
	return text;
}

static void
report(const eg_plain_ballot *plain, const eg_fault *fault)
{
	eg_subject	subject = {"ballot", plain->id,
	ERRCODE_INVALID_PARAMETER_VALUE};

	eg_report_fault(fault, &subject, NULL);
}

static void
read_plain_ballot(FunctionCallInfo fcinfo, const eg_election *election,
				  Jsonb *contest_data, eg_plain_ballot *plain)
{
	int64		weight = PG_GETARG_INT64(WEIGHT);
	eg_fault	fault = {0};

	plain->id = label_argument(fcinfo, BALLOT_ID);
	plain->style = label_argument(fcinfo, STYLE);
	plain->device = label_argument(fcinfo, DEVICE);
	plain->weight = (uint64_t) Max(weight, 0);
	if (!eg_plain_ballot_open(plain, &election->rules, &eg_secret_arena,
							  &fault))
		report(plain, &fault);
	eg_read_votes(plain, &election->rules,
				  eg_getarg_secret_jsonb(fcinfo, VOTES));
	eg_fill_contest_data(plain, &election->rules, contest_data);
}

static void
find_tables(const eg_election *election, const eg_power_counts *counts,
			eg_base_tables *tables)
{
	uint8_t		generator[EG_ELEMENT_BYTES];
	const uint8_t *bases[EG_BASES];

	eg_element_export(election->group, generator, election->group->g);
	bases[EG_BASE_GENERATOR] = generator;
	bases[EG_BASE_VOTE_KEY] = election->vote_key;
	bases[EG_BASE_DATA_KEY] = election->data_key;
	eg_secret_tables_for(election->group, EG_BASES, bases, counts->n,
						 tables->tables);
}

/* Encrypts in the current context, which is the ballot's alone. */
static void
encrypt_ballot(FunctionCallInfo fcinfo, const eg_random *random,
			   Jsonb *contest_data, eg_ballot *ballot)
{
	eg_election election;
	eg_plain_ballot plain = {0};
	eg_power_counts counts;
	eg_base_tables tables;
	eg_fault	fault = {0};

	eg_election_view(&election, EG_GETARG_BYTES(ELECTION));
	read_plain_ballot(fcinfo, &election, contest_data, &plain);
	if (!eg_encryption_powers(&plain, &counts, &fault))
		report(&plain, &fault);
	find_tables(&election, &counts, &tables);
	if (!eg_ballot_encrypt(ballot, &election, &plain, &counts, &tables,
						   random, &eg_secret_arena, &eg_palloc_arena,
						   &eg_query_stop, &fault))
		report(&plain, &fault);
}

static struct varlena *
encode_ballot(const eg_ballot *ballot, MemoryContext context)
{
	MemoryContext old = MemoryContextSwitchTo(context);
	eg_writer	writer = {0};
	struct varlena *value;

	eg_ballot_encode(&writer, ballot);
	value = eg_varlena_new(writer.size);
	writer.next = (uint8_t *) VARDATA(value);
	eg_ballot_encode(&writer, ballot);
	MemoryContextSwitchTo(old);
	return value;
}

/* Memory of one ballot, wiped when it goes: here, or with the statement. */
static MemoryContext
enter_context(void)
{
	MemoryContext context = AllocSetContextCreate(CurrentMemoryContext,
												  "egtally encryption",
												  ALLOCSET_DEFAULT_SIZES);

	return MemoryContextSwitchTo(context);
}

static Datum
leave_context(MemoryContext caller, const eg_ballot *ballot)
{
	MemoryContext context = CurrentMemoryContext;
	struct varlena *value = encode_ballot(ballot, caller);

	MemoryContextSwitchTo(caller);
	MemoryContextDelete(context);
	PG_RETURN_POINTER(value);
}

Datum
eg_encrypt(PG_FUNCTION_ARGS)
{
	MemoryContext caller;
	eg_ballot	ballot;

	require_arguments(fcinfo);
	caller = enter_context();
	encrypt_ballot(fcinfo, &eg_random_fresh, NULL, &ballot);
	return leave_context(caller, &ballot);
}

Datum
eg_encrypt_deterministic(PG_FUNCTION_ARGS)
{
	MemoryContext caller;
	eg_given	given;
	eg_random	random;
	eg_ballot	ballot;
	Jsonb	   *contest_data = NULL;

	require_arguments(fcinfo);
	if (PG_ARGISNULL(NONCES))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("no ballot is encrypted without nonces")));
	caller = enter_context();
	if (!PG_ARGISNULL(CONTEST_DATA))
		contest_data = eg_getarg_secret_jsonb(fcinfo, CONTEST_DATA);
	random = eg_random_given(&given, eg_getarg_secret_bytes(fcinfo, NONCES));
	encrypt_ballot(fcinfo, &random, contest_data, &ballot);
	if (given.left > 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("more nonces are given than the ballot takes")));
	return leave_context(caller, &ballot);
}
