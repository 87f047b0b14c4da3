/*
 * ballot_opening.c
 *		Challenged ballots in SQL: shares of their nonces, and opening them
 *		(spec 3.6.7).
 */
#include "egtally.h"

#include "catalog/pg_type.h"

#include "decryption_input.h"
#include "protocol/ballot_opening.h"
#include "protocol/nonce_share.h"
#include "secret.h"
#include "table_cache.h"

PG_FUNCTION_INFO_V1(eg_share_ballot_nonce);
PG_FUNCTION_INFO_V1(eg_open_ballot);

/*
 * Shares
 */

/* Arguments: election, secret, passphrase, ballot */
Datum
eg_share_ballot_nonce(PG_FUNCTION_ARGS)
{
	static const eg_decryption_memory memory = {&eg_palloc_arena,
	&eg_secret_arena};
	eg_nonce_share share;
	eg_decryption_key key;
	eg_election election;
	eg_ballot  *ballot;
	eg_fault	fault = {0};

	eg_getarg_election(fcinfo, 0, &election);
	ballot = eg_getarg_ballot(fcinfo, 3);
	eg_getarg_decryption_key(fcinfo, 1, 2, &election, EG_DATA_KEY, &key);
	if (!eg_nonce_share_make(&share, &election, ballot, &key,
							 eg_generator_table(EG_TABLE_SECRET, 2),
							 &eg_random_fresh, &memory, &eg_query_stop, &fault))
		eg_decryption_report(&fault);
	PG_RETURN_JSONB_P(eg_json_to_jsonb(&eg_shape_nonce_share, &share));
}

/*
 * Opening
 */

static const eg_subject share_subject = {"share of a ballot nonce", {NULL, 0},
ERRCODE_INVALID_TEXT_REPRESENTATION};

static eg_nonce_share *
getarg_shares(FunctionCallInfo fcinfo, int n, size_t *length)
{
	Datum	   *elements;
	eg_nonce_share *shares;

	*length = (size_t) eg_getarg_array(fcinfo, n, JSONBOID, &elements);
	shares = palloc0((*length + 1) * sizeof(*shares));
	for (size_t i = 0; i < *length; i++)
	{
		eg_json_source source = {NULL, DatumGetJsonbP(elements[i]), NULL,
		NULL};
		eg_fault	fault = {0};

		if (eg_json_try_read(&source, &eg_shape_nonce_share, eg_json_value,
							 &shares[i], &fault))
			continue;
		fault.guardian = eg_jsonb_guardian(source.jsonb);
		eg_report_fault(&fault, &share_subject, NULL);
	}
	return shares;
}

/* Labels of contests; none if the argument is NULL, but never none of some */
static eg_bytes *
getarg_contests(FunctionCallInfo fcinfo, int n, size_t *length)
{
	Datum	   *elements;
	eg_bytes   *labels;

	*length = 0;
	if (PG_ARGISNULL(n))
		return NULL;
	*length = (size_t) eg_getarg_array(fcinfo, n, TEXTOID, &elements);
	if (*length == 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("no contest is to be opened"),
				 errhint("Give NULL for all of them.")));
	labels = palloc(*length * sizeof(*labels));
	for (size_t i = 0; i < *length; i++)
		labels[i] = eg_text_label(DatumGetTextPP(elements[i]));
	return labels;
}

/* For the powers of an opening; keys that are equal or g have one table. */
static eg_decryption_tables
tables_for(const eg_election *election, const eg_ballot *ballot)
{
	eg_decryption_tables tables = {NULL, NULL, NULL};
	uint8_t		generator[EG_ELEMENT_BYTES];
	const uint8_t *bases[2] = {generator, election->vote_key};
	size_t		powers[2];
	const eg_fixed_base *found[2];

	eg_element_export(election->group, generator, election->group->g);
	powers[0] = powers[1] = eg_ballot_open_powers(ballot);
	if (memcmp(generator, election->vote_key, sizeof(generator)) == 0)
		return tables;
	eg_tables_for(election->group, 2, bases, powers, found);
	tables.generator = found[0];
	tables.vote_key = found[1];
	return tables;
}

/*
 * Shares first: what is wrong with one names its guardian, before anything
 * else is looked at.
 */
static void
combine_shares(FunctionCallInfo fcinfo, uint8_t *xi_b,
			   const eg_election *election, const eg_ballot *ballot)
{
	eg_joint_commitments keys;
	eg_nonce_share *shares;
	eg_fault	fault = {0};
	size_t		n;

	shares = getarg_shares(fcinfo, 3, &n);
	eg_joint_commitments_of(fcinfo, 1, election, EG_DATA_KEY, &keys);
	if (!eg_nonce_shares_combine(xi_b, election, ballot, shares, n, &keys,
								 &eg_query_stop, &fault))
		eg_decryption_report(&fault);
}

/* Arguments: election, guardian record, ballot, shares, contests */
Datum
eg_open_ballot(PG_FUNCTION_ARGS)
{
	eg_ballot_opening opening = {{NULL, 0}, NULL, NULL, 0, NULL, 0};
	eg_decryption_tables tables;
	eg_election election;
	eg_ballot  *ballot;
	eg_bytes   *contests;
	uint8_t    *xi_b;
	size_t		n;
	eg_fault	fault = {0};

	for (int i = 0; i < 4; i++)
		if (PG_ARGISNULL(i))
			PG_RETURN_NULL();
	eg_getarg_election(fcinfo, 0, &election);
	ballot = eg_getarg_ballot(fcinfo, 2);
	contests = getarg_contests(fcinfo, 4, &n);
	xi_b = eg_secret_memory(EG_HASH_BYTES);
	combine_shares(fcinfo, xi_b, &election, ballot);
	tables = tables_for(&election, ballot);
	if (!eg_ballot_open(&opening, &election, ballot, xi_b, contests, n,
						&tables, &eg_palloc_arena, &eg_query_stop, &fault))
		eg_decryption_report(&fault);
	PG_RETURN_JSONB_P(eg_json_to_jsonb(&eg_shape_ballot_opening, &opening));
}
