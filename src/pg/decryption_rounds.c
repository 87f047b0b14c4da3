/*
 * decryption_rounds.c
 *		A guardian's three moves to decrypt in SQL (spec 3.6.5, 3.6.6).
 */
#include "egtally.h"

#include "catalog/pg_type.h"
#include "funcapi.h"

#include "decryption_input.h"
#include "protocol/decryption_rounds.h"
#include "secret.h"

PG_FUNCTION_INFO_V1(eg_commit_tally);
PG_FUNCTION_INFO_V1(eg_commit_tally_deterministic);
PG_FUNCTION_INFO_V1(eg_commit_contest_data);
PG_FUNCTION_INFO_V1(eg_commit_contest_data_deterministic);
PG_FUNCTION_INFO_V1(eg_commitments_digest_of);
PG_FUNCTION_INFO_V1(eg_reveal_decryption);
PG_FUNCTION_INFO_V1(eg_respond_tally);
PG_FUNCTION_INFO_V1(eg_respond_contest_data);

static const eg_decryption_memory memory = {&eg_palloc_arena,
&eg_secret_arena};

/* (nonces bytea, message jsonb) */
static Datum
two_results(FunctionCallInfo fcinfo, eg_bytes sealed,
			const eg_json_shape *shape, const eg_decryption_message *message)
{
	TupleDesc	descriptor;
	Datum		values[2];
	bool		nulls[2] = {false, false};

	if (get_call_result_type(fcinfo, NULL, &descriptor) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "return type must be a row type");
	values[0] = PointerGetDatum(eg_bytea(sealed.data, sealed.size));
	values[1] = JsonbPGetDatum(eg_json_to_jsonb(shape, message));
	return HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(descriptor),
											 values, nulls));
}

/*
 * Commit
 */

static void
getarg_guardians(FunctionCallInfo fcinfo, int n, const eg_election *election,
				 eg_guardian_set *set)
{
	Datum	   *elements;
	int			length = eg_getarg_array(fcinfo, n, INT4OID, &elements);
	uint32_t   *indices = palloc0((length + 1) * sizeof(uint32_t));
	eg_fault	fault = {0};

	for (int i = 0; i < length; i++)
	{
		if (DatumGetInt32(elements[i]) < 1)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("guardian %d is not in 1 .. %u",
							DatumGetInt32(elements[i]), election->n)));
		indices[i] = (uint32_t) DatumGetInt32(elements[i]);
	}
	if (!eg_guardian_set_make(set, election, indices, (size_t) length, &fault))
		eg_decryption_report(&fault);
}

/*
 * Arguments: election, secret, passphrase, guardians, and from 4 on what is
 * decrypted; then the values that are given for nonces, if any are.
 */
static Datum
commit(FunctionCallInfo fcinfo, eg_subject_reader read_subject,
	   eg_key_use use, const eg_random *random)
{
	eg_decryption_message *commitments = palloc0(sizeof(*commitments));
	eg_guardian_set *set = palloc0(sizeof(*set));
	eg_decryption_subject subject;
	eg_decryption_key key;
	eg_election election;
	eg_fault	fault = {0};
	eg_bytes	sealed;

	eg_getarg_election(fcinfo, 0, &election);
	getarg_guardians(fcinfo, 3, &election, set);
	read_subject(fcinfo, 4, &election, &subject);
	eg_getarg_decryption_key(fcinfo, 1, 2, &election, use, &key);
	if (!eg_decryption_commit(commitments, &sealed, &subject, set, &key,
							  eg_generator_table(EG_TABLE_SECRET, subject.n),
							  random, &memory, &eg_query_stop, &fault))
		eg_decryption_report(&fault);
	return two_results(fcinfo, sealed, &eg_shape_commitments, commitments);
}

static Datum
commit_given(FunctionCallInfo fcinfo, eg_subject_reader read_subject,
			 eg_key_use use, int values)
{
	eg_given	given;
	eg_random	random = eg_random_given(&given, eg_getarg_secret_bytes(fcinfo, values));
	Datum		result = commit(fcinfo, read_subject, use, &random);

	if (given.left > 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("too many nonces")));
	return result;
}

Datum
eg_commit_tally(PG_FUNCTION_ARGS)
{
	return commit(fcinfo, eg_getarg_tally_subject, EG_VOTE_KEY,
				  &eg_random_fresh);
}

Datum
eg_commit_tally_deterministic(PG_FUNCTION_ARGS)
{
	return commit_given(fcinfo, eg_getarg_tally_subject, EG_VOTE_KEY, 5);
}

Datum
eg_commit_contest_data(PG_FUNCTION_ARGS)
{
	return commit(fcinfo, eg_getarg_contest_data_subject, EG_DATA_KEY,
				  &eg_random_fresh);
}

Datum
eg_commit_contest_data_deterministic(PG_FUNCTION_ARGS)
{
	return commit_given(fcinfo, eg_getarg_contest_data_subject, EG_DATA_KEY,
						6);
}

/*
 * Reveal
 */

/* The frame of the commitments that belong to these nonces */
static eg_message_frame
frame_of(const eg_nonces *nonces)
{
	eg_message_frame frame = {&nonces->set, nonces->ciphertexts, NULL,
	nonces->items};

	return frame;
}

static eg_nonces *
getarg_nonces(FunctionCallInfo fcinfo, int n, eg_bytes *bytes)
{
	eg_nonces  *nonces = palloc0(sizeof(*nonces));
	eg_fault	fault = {0};

	*bytes = EG_GETARG_BYTES(n);
	if (!eg_nonces_read(nonces, *bytes, &fault))
		eg_decryption_report(&fault);
	return nonces;
}

/* The keys of the guardian whose secret it is, in the nonces' election */
static void
key_for(FunctionCallInfo fcinfo, int secret, const eg_nonces *nonces,
		eg_decryption_key *key)
{
	const eg_guardian_secret *opened;

	opened = eg_getarg_guardian_secret(fcinfo, secret, secret + 1,
									   EG_SECRET_SHARE);
	if (memcmp(opened->h_e, nonces->h_e, EG_HASH_BYTES) != 0)
		ereport(ERROR,
				(errcode(ERRCODE_DATA_EXCEPTION),
				 errmsg("nonces are of another election than the guardian secret")));
	key->guardian = opened->index;
	key->share = opened->shares[nonces->use];
	key->nonce_key = opened->nonce_key;
}

Datum
eg_reveal_decryption(PG_FUNCTION_ARGS)
{
	eg_decryption_message *reveal = palloc0(sizeof(*reveal));
	const eg_decryption_message **commitments;
	eg_message_list list;
	eg_message_frame frame;
	eg_decryption_key key;
	eg_nonces  *nonces;
	eg_bytes	sealed;
	eg_bytes	bound;
	eg_fault	fault = {0};

	nonces = getarg_nonces(fcinfo, 2, &sealed);
	frame = frame_of(nonces);
	eg_getarg_messages(fcinfo, 3, EG_COMMITMENTS, &list);
	commitments = eg_place_messages(&list, &frame, false);
	key_for(fcinfo, 0, nonces, &key);
	if (!eg_decryption_reveal(reveal, &bound, sealed, commitments, &key,
							  &memory, &fault))
		eg_decryption_report(&fault);
	return two_results(fcinfo, bound, &eg_shape_reveal, reveal);
}

/* What eg_shape_reveal calls all_commitments, of all the commitments given */
Datum
eg_commitments_digest_of(PG_FUNCTION_ARGS)
{
	const eg_decryption_message **placed;
	const eg_decryption_message *first;
	eg_guardian_set *set = palloc0(sizeof(*set));
	eg_message_frame frame = {set, NULL, NULL, 0};
	eg_message_list list;
	eg_election election;
	uint8_t		digest[EG_HASH_BYTES];
	eg_fault	fault = {0};

	eg_getarg_election(fcinfo, 0, &election);
	eg_getarg_messages(fcinfo, 1, EG_COMMITMENTS, &list);
	if (!eg_messages_set(set, &election, list.messages, list.n, &fault))
		eg_report_fault(&fault, list.subject, NULL);
	first = &list.messages[0];
	frame.ciphertexts = first->ciphertexts;
	frame.items = first->n_scalars;
	placed = eg_place_messages(&list, &frame, false);
	eg_set_commitments_digest(digest, set, first->ciphertexts, placed);
	PG_RETURN_BYTEA_P(eg_bytea(digest, sizeof(digest)));
}

/*
 * Respond
 */

/*
 * Arguments: election, secret, passphrase, nonces, commitments, reveals, and
 * from 6 on what is decrypted
 */
static Datum
respond(FunctionCallInfo fcinfo, eg_subject_reader read_subject,
		eg_key_use use)
{
	eg_decryption_message *responses = palloc0(sizeof(*responses));
	eg_decryption_subject subject;
	eg_message_list commitments;
	eg_message_list reveals;
	eg_message_frame frame;
	eg_decryption_key key;
	eg_round	round = {0};
	eg_election election;
	eg_nonces  *nonces;
	eg_bytes	bound;
	eg_fault	fault = {0};

	eg_getarg_election(fcinfo, 0, &election);
	nonces = getarg_nonces(fcinfo, 3, &bound);
	frame = frame_of(nonces);
	eg_getarg_messages(fcinfo, 4, EG_COMMITMENTS, &commitments);
	round.set = &nonces->set;
	round.commitments = eg_place_messages(&commitments, &frame, false);
	if (nonces->stage == EG_NONCES_REVEALED)
		frame.commitments = nonces->all_commitments;
	eg_getarg_messages(fcinfo, 5, EG_REVEALS, &reveals);
	round.reveals = eg_place_messages(&reveals, &frame, false);
	read_subject(fcinfo, 6, &election, &subject);
	eg_getarg_decryption_key(fcinfo, 1, 2, &election, use, &key);
	if (!eg_decryption_respond(responses, bound, &subject, &round, &key,
							   &memory, &eg_query_stop, &fault))
		eg_decryption_report(&fault);
	PG_RETURN_JSONB_P(eg_json_to_jsonb(&eg_shape_responses, responses));
}

Datum
eg_respond_tally(PG_FUNCTION_ARGS)
{
	return respond(fcinfo, eg_getarg_tally_subject, EG_VOTE_KEY);
}

Datum
eg_respond_contest_data(PG_FUNCTION_ARGS)
{
	return respond(fcinfo, eg_getarg_contest_data_subject, EG_DATA_KEY);
}
