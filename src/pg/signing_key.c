/*
 * signing_key.c
 *		Signatures of election records: Ed25519, by libsodium's crypto_sign.
 *
 * A sealed signing key is a bytea:
 *
 *		u8 version	u8 level of Argon2id	u16 reserved, 0
 *		32 public key	16 salt	24 nonce
 *		sealed: 32 seed, and 16 bytes of authentication
 */
#include "egtally.h"

#include "funcapi.h"
#include "miscadmin.h"
#include "utils/builtins.h"

#include "guardian_secret.h"
#include "protocol/decryption_record.h"
#include "protocol/election.h"
#include "secret.h"

PG_FUNCTION_INFO_V1(eg_create_signing_key);
PG_FUNCTION_INFO_V1(eg_sign);
PG_FUNCTION_INFO_V1(eg_verify_signature);
PG_FUNCTION_INFO_V1(eg_read_signature);
PG_FUNCTION_INFO_V1(eg_record_signing_key);

#define KEY_VERSION		1
#define PUBLIC_AT		4
#define SEALED_AT		(PUBLIC_AT + crypto_sign_PUBLICKEYBYTES + EG_SEAL_BYTES)
#define SEALED_SIZE		(SEALED_AT + crypto_sign_SEEDBYTES + EG_SEAL_TAG)

static const char what[] = "signing key";

Datum
eg_create_signing_key(PG_FUNCTION_ARGS)
{
	eg_bytes	passphrase = eg_getarg_passphrase(fcinfo, 0);
	eg_seal_level level = eg_getarg_seal_level(fcinfo, 1);
	uint8_t    *seed = eg_secret_memory(crypto_sign_SEEDBYTES +
										crypto_sign_SECRETKEYBYTES);
	uint8_t		sealed[SEALED_SIZE] = {KEY_VERSION, (uint8_t) level};
	TupleDesc	descriptor;
	Datum		values[2];
	bool		nulls[2] = {false};

	if (get_call_result_type(fcinfo, NULL, &descriptor) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "return type must be a row type");
	randombytes_buf(seed, crypto_sign_SEEDBYTES);
	crypto_sign_seed_keypair(sealed + PUBLIC_AT, seed + crypto_sign_SEEDBYTES,
							 seed);
	eg_check_seal_status(eg_seal_close(sealed, SEALED_AT, seed,
									   crypto_sign_SEEDBYTES, level,
									   passphrase), what);
	values[0] = PointerGetDatum(eg_bytea(sealed, sizeof(sealed)));
	values[1] = PointerGetDatum(eg_bytea(sealed + PUBLIC_AT,
										 crypto_sign_PUBLICKEYBYTES));
	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(descriptor),
													  values, nulls)));
}

Datum
eg_sign(PG_FUNCTION_ARGS)
{
	eg_bytes	sealed = EG_GETARG_BYTES(0);
	eg_bytes	passphrase = eg_getarg_passphrase(fcinfo, 1);
	eg_bytes	message = EG_GETARG_BYTES(2);
	uint8_t    *seed = eg_secret_memory(crypto_sign_SEEDBYTES +
										crypto_sign_SECRETKEYBYTES);
	uint8_t		public_key[crypto_sign_PUBLICKEYBYTES];
	uint8_t		signature[crypto_sign_BYTES];

	if (sealed.size != SEALED_SIZE || sealed.data[0] != KEY_VERSION ||
		sealed.data[1] < EG_SEAL_INTERACTIVE ||
		sealed.data[1] > EG_SEAL_SENSITIVE ||
		eg_get16(sealed.data + 2) != 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("not a sealed signing key")));
	eg_check_seal_status(eg_seal_open(seed, sealed, SEALED_AT,
									  (eg_seal_level) sealed.data[1],
									  passphrase), what);
	crypto_sign_seed_keypair(public_key, seed + crypto_sign_SEEDBYTES, seed);
	crypto_sign_detached(signature, NULL, message.data, message.size,
						 seed + crypto_sign_SEEDBYTES);
	PG_RETURN_BYTEA_P(eg_bytea(signature, sizeof(signature)));
}

/* Keys and signatures of a wrong size verify nothing. */
Datum
eg_verify_signature(PG_FUNCTION_ARGS)
{
	eg_bytes	public_key = EG_GETARG_BYTES(0);
	eg_bytes	message = EG_GETARG_BYTES(1);
	eg_bytes	signature = EG_GETARG_BYTES(2);

	PG_RETURN_BOOL(public_key.size == crypto_sign_PUBLICKEYBYTES &&
				   signature.size == crypto_sign_BYTES &&
				   crypto_sign_verify_detached(signature.data, message.data,
											   message.size,
											   public_key.data) == 0);
}

/*
 * What a record says of its signature
 */

static const eg_json_field signature_fields[] = {
	{"signature", EG_JSON_BYTES, false, 0, crypto_sign_BYTES, NULL},
};

static const eg_json_field key_fields[] = {
	{"record_signing_key", EG_JSON_BYTES, false, 0,
	crypto_sign_PUBLICKEYBYTES, NULL},
};

static const eg_json_shape signature_shape = {signature_fields, 1,
sizeof(uint8_t *), 0, 0, true};
static const eg_json_shape key_shape = {key_fields, 1, sizeof(uint8_t *), 0, 0,
true};

/*
 * More than a signature's file takes, and less than what nests too deep for
 * the stack.
 */
#define MAX_SIGNATURE_FILE	1024

/*
 * The bytes of the field that the shape has: NULL if it is not there, or null.  False
 * if this is no JSON, or the field is something else; no error, as the other
 * checks of a record are to be made all the same.
 */
static bool
read_field(eg_bytes content, const eg_json_shape *shape, const uint8_t **bytes)
{
	eg_fault	fault = {0};
	eg_json_source source = {eg_json_text(content, &fault), NULL, what, NULL};

	*bytes = NULL;
	return source.json != NULL &&
		eg_json_try_read(&source, shape, eg_decryption_value, bytes,
						 &fault);
}

Datum
eg_read_signature(PG_FUNCTION_ARGS)
{
	eg_bytes	content = EG_GETARG_BYTES(0);
	const uint8_t *signature;

	if (content.size > MAX_SIGNATURE_FILE ||
		!read_field(content, &signature_shape, &signature) ||
		signature == NULL)
		PG_RETURN_NULL();
	PG_RETURN_BYTEA_P(eg_bytea(signature, crypto_sign_BYTES));
}

/* What is no key verifies nothing: it is given out as one of no bytes. */
Datum
eg_record_signing_key(PG_FUNCTION_ARGS)
{
	const uint8_t *key;
	eg_election election;

	eg_election_view(&election, EG_GETARG_BYTES(0));
	if (!read_field(election.manifest, &key_shape, &key))
		PG_RETURN_BYTEA_P(eg_bytea((const uint8_t *) "", 0));
	if (key == NULL)
		PG_RETURN_NULL();
	PG_RETURN_BYTEA_P(eg_bytea(key, crypto_sign_PUBLICKEYBYTES));
}
