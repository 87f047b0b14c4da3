/*
 * chain_hashes.c
 *		The hashes that tie the ballots of a device together (spec 3.4.3 and
 *		3.4.4), for the checks of whole chains, which are SQL.
 */
#include "egtally.h"

#include "mb/pg_wchar.h"

#include "protocol/election.h"
#include "protocol/hash_uses.h"

PG_FUNCTION_INFO_V1(eg_device_information_hash_of);
PG_FUNCTION_INFO_V1(eg_chain_hash_of);
PG_FUNCTION_INFO_V1(eg_chain_closing_field_of);

/* H_E of the election in the first argument */
static const uint8_t *
extended_base_hash(FunctionCallInfo fcinfo)
{
	eg_election election;

	eg_election_view(&election, EG_GETARG_BYTES(0));
	return election.h_e;
}

/* An argument of a fixed size, which name says what is. */
static const uint8_t *
sized_argument(FunctionCallInfo fcinfo, int n, size_t size, const char *name)
{
	eg_bytes	bytes = EG_GETARG_BYTES(n);

	if (bytes.size != size)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s has %zu bytes, not %zu", name, bytes.size, size)));
	return bytes.data;
}

/* eg.device_information_hash(election, device_information, preencrypted) */
Datum
eg_device_information_hash_of(PG_FUNCTION_ARGS)
{
	const uint8_t *h_e = extended_base_hash(fcinfo);
	eg_bytes	text = EG_GETARG_BYTES(1);
	char	   *given = pnstrdup((const char *) text.data, text.size);
	char	   *utf8 = pg_server_to_any(given, (int) text.size, PG_UTF8);
	eg_bytes	device = {(const uint8_t *) utf8, strlen(utf8)};
	uint8_t		h_di[EG_HASH_BYTES];

	eg_device_information_hash(h_di, PG_GETARG_BOOL(2), h_e, device);
	PG_RETURN_BYTEA_P(eg_bytea(h_di, sizeof(h_di)));
}

/* eg.chain_hash(election, chaining_field, preencrypted) */
Datum
eg_chain_hash_of(PG_FUNCTION_ARGS)
{
	const uint8_t *h_e = extended_base_hash(fcinfo);
	const uint8_t *field = sized_argument(fcinfo, 1, EG_CHAINING_BYTES,
										  "chaining field");
	uint8_t		hash[EG_HASH_BYTES];

	eg_chain_hash(hash, PG_GETARG_BOOL(2), h_e, field);
	PG_RETURN_BYTEA_P(eg_bytea(hash, sizeof(hash)));
}

/* eg.chain_closing_field(election, last_code, initial_field, preencrypted) */
Datum
eg_chain_closing_field_of(PG_FUNCTION_ARGS)
{
	const uint8_t *h_e = extended_base_hash(fcinfo);
	const uint8_t *h_l = sized_argument(fcinfo, 1, EG_HASH_BYTES,
										"confirmation code");
	const uint8_t *initial = sized_argument(fcinfo, 2, EG_CHAINING_BYTES,
											"chaining field");
	uint8_t		field[EG_CHAINING_BYTES];

	eg_chain_closing_field(field, PG_GETARG_BOOL(3), h_e, h_l, initial);
	PG_RETURN_BYTEA_P(eg_bytea(field, sizeof(field)));
}
