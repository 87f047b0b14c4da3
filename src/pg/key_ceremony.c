/*
 * key_ceremony.c
 *		The key ceremony: guardians' keys, shares, and what the election gets.
 */
#include "egtally.h"

#include "catalog/pg_type.h"
#include "funcapi.h"
#include "utils/builtins.h"

#include "election_rows.h"
#include "guardian_secret.h"
#include "protocol/decryption.h"
#include "protocol/election.h"
#include "protocol/key_shares.h"
#include "secret.h"
#include "table_cache.h"

PG_FUNCTION_INFO_V1(eg_create_guardian);
PG_FUNCTION_INFO_V1(eg_create_guardian_deterministic);
PG_FUNCTION_INFO_V1(eg_guardian_key_commitment);
PG_FUNCTION_INFO_V1(eg_check_guardian);
PG_FUNCTION_INFO_V1(eg_encrypt_shares);
PG_FUNCTION_INFO_V1(eg_encrypt_shares_deterministic);
PG_FUNCTION_INFO_V1(eg_check_shares);
PG_FUNCTION_INFO_V1(eg_accept_shares);
PG_FUNCTION_INFO_V1(eg_joint_public_keys);
PG_FUNCTION_INFO_V1(eg_record_hash);

static const eg_subject ceremony_subject = {"key ceremony", {NULL, 0},
ERRCODE_DATA_EXCEPTION};

/*
 * Arguments
 */

static void
report(const eg_fault *fault)
{
	eg_report_fault(fault, &ceremony_subject, NULL);
}

/* For powers of g, of which so many are about to be computed. */
static eg_ceremony
start_ceremony(size_t powers)
{
	eg_ceremony ceremony = {NULL, &eg_palloc_arena, &eg_secret_arena,
	&eg_query_stop};
	uint8_t		generator[EG_ELEMENT_BYTES];
	const uint8_t *base = generator;

	eg_element_export(&eg_group_2_1_0, generator, eg_group_2_1_0.g);
	eg_secret_tables_for(&eg_group_2_1_0, 1, &base, &powers,
						 &ceremony.generator);
	return ceremony;
}

/* n and k in two arguments, 1 <= k <= n */
static void
quorum_arguments(FunctionCallInfo fcinfo, int argument, uint32_t *n,
				 uint32_t *k)
{
	int32		guardians = PG_GETARG_INT32(argument);
	int32		quorum = PG_GETARG_INT32(argument + 1);

	if (guardians < 1 || guardians > EG_MAX_GUARDIANS)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("number of guardians is not in 1 .. %d",
						EG_MAX_GUARDIANS)));
	if (quorum < 1 || quorum > guardians)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("quorum is not in 1 .. %d", guardians)));
	*n = (uint32_t) guardians;
	*k = (uint32_t) quorum;
}

/* The values that a deterministic function is given, in argument n. */
static void
given_argument(FunctionCallInfo fcinfo, int n, eg_given *given,
			   eg_random *random)
{
	*random = eg_random_given(given, eg_getarg_secret_bytes(fcinfo, n));
}

static void
require_used(const eg_given *given)
{
	if (given->left > 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("too many nonces")));
}

static eg_guardian_record *
read_public_keys(const Datum *keys, int n)
{
	static const eg_json_source source = {NULL, NULL, "public key",
	"x_coordinate"};
	static const eg_json_source all = {NULL, NULL, "public keys", NULL};
	eg_guardian_record *record = palloc0(sizeof(*record));
	eg_fault	fault = {0};

	if (n > EG_MAX_GUARDIANS)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("number of guardians is not in 1 .. %d",
						EG_MAX_GUARDIANS)));
	record->guardians = palloc0((n + 1) * sizeof(eg_guardian));
	record->n = (uint32_t) n;
	for (int i = 0; i < n; i++)
	{
		eg_json_source from = source;

		from.jsonb = DatumGetJsonbP(keys[i]);
		eg_json_read(&from, &eg_shape_guardian, &record->guardians[i]);
	}
	if (!eg_guardian_record_settle(record, &eg_palloc_arena, &eg_query_stop,
								   &fault))
		eg_json_fault(&all, &fault);
	return record;
}

static eg_guardian_record *
public_keys_argument(FunctionCallInfo fcinfo, int n)
{
	Datum	   *keys;
	int			length = eg_getarg_array(fcinfo, n, JSONBOID, &keys);

	return read_public_keys(keys, length);
}

/* The public keys are those of guardians 1 .. n, each once. */
static void
require_each_once(const eg_guardian **by_index, uint32_t there, uint32_t n)
{
	uint32_t	i = 0;
	bool		twice;

	while (i < there && i < n && by_index[i]->index == i + 1)
		i++;
	if (i == there && i == n)
		return;
	twice = i > 0 && i < there && by_index[i]->index == i;
	ereport(ERROR,
			(errcode(ERRCODE_DATA_EXCEPTION),
			 errmsg("public keys are not those of guardians 1 .. %u, each once",
					n),
			 twice ? errdetail("Guardian %u is there twice.", i) :
			 i < n ? errdetail("Guardian %u is missing.", i + 1) :
			 errdetail("There is no guardian %u.", by_index[i]->index)));
}

/*
 * Public keys of guardians 1 .. n, each once, that pass verification 2; an
 * error names the guardian that does not.
 */
static eg_guardians
check_public_keys(const eg_guardian_record *record, uint32_t n, uint32_t k)
{
	eg_election_sink sink = {eg_require_election_row, NULL};
	eg_guardians all = {NULL, n, k};
	eg_ceremony ceremony = start_ceremony(eg_election_check_powers(record));
	eg_fault	fault = {0};

	all.guardians = eg_guardians_by_index(record, &eg_palloc_arena);
	require_each_once(all.guardians, record->n, n);
	if (!eg_guardians_check(n, k, record, ceremony.generator,
							&eg_palloc_arena, &sink, &eg_query_stop, &fault))
		report(&fault);
	return all;
}

static eg_share_list *
share_lists_argument(FunctionCallInfo fcinfo, int n, uint32_t *length)
{
	Datum	   *lists;
	eg_share_list *shares;

	*length = (uint32_t) eg_getarg_array(fcinfo, n, JSONBOID, &lists);
	shares = palloc0((*length + 1) * sizeof(eg_share_list));
	for (uint32_t i = 0; i < *length; i++)
	{
		eg_json_source source = {NULL, NULL, "key shares", "sender"};

		source.jsonb = DatumGetJsonbP(lists[i]);
		eg_json_read(&source, &eg_shape_share_list, &shares[i]);
	}
	return shares;
}

/*
 * eg.create_guardian
 */

static Datum
create_guardian(FunctionCallInfo fcinfo, const eg_random *random)
{
	eg_guardian_secret secret = {0};
	eg_guardian public_key = {0};
	uint8_t		commitment[EG_HASH_BYTES];
	int32		index = PG_GETARG_INT32(0);
	eg_fault	fault = {0};
	eg_ceremony ceremony;
	eg_bytes	passphrase;
	uint8_t    *memory;
	TupleDesc	descriptor;
	Datum		values[3];
	bool		nulls[3] = {false};

	if (get_call_result_type(fcinfo, NULL, &descriptor) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "return type must be a row type");
	quorum_arguments(fcinfo, 1, &secret.n, &secret.k);
	if (index < 1 || (uint32_t) index > secret.n)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("guardian %d is not in 1 .. %u", index, secret.n)));
	secret.index = (uint32_t) index;
	passphrase = eg_getarg_passphrase(fcinfo, 3);
	secret.level = eg_getarg_seal_level(fcinfo, 4);
	memory = eg_secret_memory(eg_guardian_secret_room(EG_SECRET_CEREMONY,
													  secret.k));
	ceremony = start_ceremony(4 * (size_t) secret.k + 3);
	if (!eg_guardian_create(&secret, memory, &public_key, random, &ceremony,
							&fault))
		report(&fault);
	eg_key_commitment(commitment, secret.n, secret.k, &public_key);
	values[0] = PointerGetDatum(eg_seal_guardian_secret(&secret, memory,
														passphrase));
	values[1] = JsonbPGetDatum(eg_json_to_jsonb(&eg_shape_guardian,
												&public_key));
	values[2] = PointerGetDatum(eg_bytea(commitment, sizeof(commitment)));
	return HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(descriptor),
											 values, nulls));
}

Datum
eg_create_guardian(PG_FUNCTION_ARGS)
{
	eg_require_arguments(fcinfo, 5);
	return create_guardian(fcinfo, &eg_random_fresh);
}

Datum
eg_create_guardian_deterministic(PG_FUNCTION_ARGS)
{
	eg_given	given;
	eg_random	random;
	Datum		result;

	eg_require_arguments(fcinfo, 6);
	given_argument(fcinfo, 5, &given, &random);
	result = create_guardian(fcinfo, &random);
	require_used(&given);
	return result;
}

/*
 * Looking at a guardian's public key
 */

Datum
eg_guardian_key_commitment(PG_FUNCTION_ARGS)
{
	uint8_t		commitment[EG_HASH_BYTES];
	Datum		key = PG_GETARG_DATUM(2);
	uint32_t	n;
	uint32_t	k;

	quorum_arguments(fcinfo, 0, &n, &k);
	eg_key_commitment(commitment, n, k, &read_public_keys(&key, 1)->guardians[0]);
	PG_RETURN_BYTEA_P(eg_bytea(commitment, sizeof(commitment)));
}

/* The commitment (or none) beside that of the public key. */
static void
put_commitment_row(eg_row_group *rows, const eg_guardian *guardian,
				   uint32_t n, uint32_t k, const eg_bytes *stated)
{
	eg_election_row row = {"3.2 commitment", EG_NOT_RUN, NULL,
	guardian->index, "no commitment was given"};
	uint8_t		commitment[EG_HASH_BYTES];

	if (stated != NULL)
	{
		eg_key_commitment(commitment, n, k, guardian);
		row.verdict = eg_verdict_of(stated->size == sizeof(commitment) &&
									memcmp(stated->data, commitment,
										   sizeof(commitment)) == 0);
		row.detail = row.verdict == EG_PASSED ? NULL :
			"the commitment was to other keys";
	}
	eg_put_election_row(rows, &row);
}

Datum
eg_check_guardian(PG_FUNCTION_ARGS)
{
	eg_row_group rows;
	eg_election_sink sink = {eg_put_election_row, &rows};
	eg_election_row row = {"2.guardians", EG_PASSED, NULL, 0, NULL};
	eg_guardian_record *record;
	eg_ceremony ceremony;
	eg_fault	fault = {0};
	eg_bytes	stated;
	uint32_t	n;
	uint32_t	k;
	Datum		key = PG_GETARG_DATUM(2);

	eg_require_arguments(fcinfo, 3);
	quorum_arguments(fcinfo, 0, &n, &k);
	record = read_public_keys(&key, 1);
	eg_row_group_start(&rows, fcinfo);
	row.guardian = record->guardians[0].index;
	if (row.guardian > n)
	{
		row.verdict = EG_FAILED;
		row.detail = "the guardian's index is not in 1 .. n";
	}
	eg_put_election_row(&rows, &row);
	if (!PG_ARGISNULL(3))
		stated = EG_GETARG_BYTES(3);
	put_commitment_row(&rows, &record->guardians[0], n, k,
					   PG_ARGISNULL(3) ? NULL : &stated);
	ceremony = start_ceremony(eg_election_check_powers(record));
	if (!eg_guardians_check(n, k, record, ceremony.generator,
							&eg_palloc_arena, &sink, &eg_query_stop, &fault))
		report(&fault);
	eg_row_group_end(&rows);
	return (Datum) 0;
}

/*
 * Shares
 */

static Datum
encrypt_shares(FunctionCallInfo fcinfo, const eg_random *random)
{
	const eg_guardian_secret *secret = eg_getarg_guardian_secret(fcinfo, 0, 1,
																 EG_SECRET_CEREMONY);
	eg_guardian_record *record = public_keys_argument(fcinfo, 2);
	eg_guardians guardians = check_public_keys(record, secret->n, secret->k);
	eg_ceremony ceremony = start_ceremony(2 * ((size_t) secret->n +
											   secret->k));
	eg_share_list list = {0};
	eg_fault	fault = {0};

	if (!eg_shares_encrypt(&list, secret, &guardians, random, &ceremony,
						   &fault))
		report(&fault);
	return JsonbPGetDatum(eg_json_to_jsonb(&eg_shape_share_list, &list));
}

Datum
eg_encrypt_shares(PG_FUNCTION_ARGS)
{
	eg_require_arguments(fcinfo, 3);
	return encrypt_shares(fcinfo, &eg_random_fresh);
}

Datum
eg_encrypt_shares_deterministic(PG_FUNCTION_ARGS)
{
	eg_given	given;
	eg_random	random;
	Datum		result;

	eg_require_arguments(fcinfo, 4);
	given_argument(fcinfo, 3, &given, &random);
	result = encrypt_shares(fcinfo, &random);
	require_used(&given);
	return result;
}

/*
 * Runs the checks of shares, arguments secret, passphrase, public keys and
 * lists of shares beginning at one; shares gets z_i and z^_i if all passed.
 */
static bool
check_shares(FunctionCallInfo fcinfo, int argument,
			 const eg_guardian_secret *secret,
			 const eg_guardian_record *record, uint8_t *shares,
			 const eg_election_sink *sink)
{
	eg_guardians guardians = check_public_keys(record, secret->n, secret->k);
	eg_ceremony ceremony = start_ceremony(3 * (size_t) secret->n +
										  2 * (size_t) secret->k);
	eg_share_list *lists;
	uint32_t	n;
	bool		passed;
	eg_fault	fault = {0};

	lists = share_lists_argument(fcinfo, argument + 3, &n);
	if (!eg_shares_check(shares, &passed, secret, &guardians, lists, n,
						 &ceremony, sink, &fault))
		report(&fault);
	return passed;
}

Datum
eg_check_shares(PG_FUNCTION_ARGS)
{
	eg_row_group rows;
	eg_election_sink sink = {eg_put_election_row, &rows};
	const eg_guardian_secret *secret;
	uint8_t    *shares = eg_secret_memory(EG_KEY_USES * EG_SCALAR_BYTES);

	eg_require_arguments(fcinfo, 4);
	secret = eg_getarg_guardian_secret(fcinfo, 0, 1, EG_SECRET_CEREMONY);
	eg_row_group_start(&rows, fcinfo);
	check_shares(fcinfo, 0, secret, public_keys_argument(fcinfo, 2), shares,
				 &sink);
	eg_row_group_end(&rows);
	return (Datum) 0;
}

/* Whether the election is the one that these guardians' keys make. */
static void
require_own_election(const eg_election *election,
					 const eg_guardian_secret *secret,
					 const eg_guardian_record *record)
{
	const uint8_t *stated[EG_KEY_USES] = {election->vote_key,
	election->data_key};

	if (memcmp(election->h_p, secret->h_p, EG_HASH_BYTES) != 0)
		ereport(ERROR,
				(errcode(ERRCODE_DATA_EXCEPTION),
				 errmsg("guardian secret is for another number of guardians or quorum than the election")));
	for (int use = 0; use < EG_KEY_USES; use++)
	{
		uint8_t		joint[EG_ELEMENT_BYTES];

		if (!eg_joint_key(joint, record, (eg_key_use) use) ||
			memcmp(joint, stated[use], sizeof(joint)) != 0)
			ereport(ERROR,
					(errcode(ERRCODE_DATA_EXCEPTION),
					 errmsg("joint key of the election is not the product of the guardians' public keys"),
					 errdetail("This is step %s.", use == EG_VOTE_KEY ?
							   "3.A" : "3.B")));
	}
}

Datum
eg_accept_shares(PG_FUNCTION_ARGS)
{
	eg_election_sink sink = {eg_require_election_row, NULL};
	eg_guardian_secret secret;
	eg_election election;
	eg_guardian_record *record;
	uint8_t    *memory;

	eg_require_arguments(fcinfo, 5);
	eg_election_view(&election, EG_GETARG_BYTES(0));
	secret = *eg_getarg_guardian_secret(fcinfo, 1, 2, EG_SECRET_CEREMONY);
	record = public_keys_argument(fcinfo, 3);
	require_own_election(&election, &secret, record);
	memory = eg_secret_memory(eg_guardian_secret_room(EG_SECRET_SHARE,
													  secret.k));
	memcpy(memory, secret.nonce_key, EG_NONCE_KEY_BYTES);
	if (!check_shares(fcinfo, 1, &secret, record, memory + EG_NONCE_KEY_BYTES,
					  &sink))
		elog(ERROR, "a share that does not pass was not reported");
	secret.stage = EG_SECRET_SHARE;
	secret.h_e = election.h_e;
	PG_RETURN_POINTER(eg_seal_guardian_secret(&secret, memory,
											  eg_getarg_passphrase(fcinfo, 2)));
}

/*
 * What the election gets
 */

/* K and K^, of guardians whose keys pass verification 2 */
Datum
eg_joint_public_keys(PG_FUNCTION_ARGS)
{
	eg_guardian_record *record = public_keys_argument(fcinfo, 1);
	uint8_t		joint[EG_ELEMENT_BYTES];
	TupleDesc	descriptor;
	Datum		values[EG_KEY_USES];
	bool		nulls[EG_KEY_USES] = {false};
	int32		quorum = PG_GETARG_INT32(0);

	if (get_call_result_type(fcinfo, NULL, &descriptor) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "return type must be a row type");
	if (record->n == 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("there are no public keys")));
	if (quorum < 1 || (uint32_t) quorum > record->n)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("quorum is not in 1 .. %u", record->n)));
	check_public_keys(record, record->n, (uint32_t) quorum);
	for (int use = 0; use < EG_KEY_USES; use++)
	{
		eg_joint_key(joint, record, (eg_key_use) use);
		values[use] = PointerGetDatum(eg_bytea(joint, sizeof(joint)));
	}
	return HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(descriptor),
											 values, nulls));
}

/* H_G (3.2.2, equation 27) */
Datum
eg_record_hash(PG_FUNCTION_ARGS)
{
	eg_guardian_record *record = public_keys_argument(fcinfo, 1);
	const eg_guardian **guardians;
	const uint8_t *joint[EG_KEY_USES];
	uint8_t		h_g[EG_HASH_BYTES];
	eg_election election;
	eg_fault	fault = {0};

	eg_election_view(&election, EG_GETARG_BYTES(0));
	joint[EG_VOTE_KEY] = election.vote_key;
	joint[EG_DATA_KEY] = election.data_key;
	guardians = eg_guardians_by_index(record, &eg_palloc_arena);
	if (!eg_guardian_record_hash(h_g, election.h_b, joint, guardians,
								 record->n, &eg_query_stop, &fault))
		report(&fault);
	PG_RETURN_BYTEA_P(eg_bytea(h_g, sizeof(h_g)));
}
