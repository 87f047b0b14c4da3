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
#include "secret.h"

PG_FUNCTION_INFO_V1(eg_create_signing_key);
PG_FUNCTION_INFO_V1(eg_sign);
PG_FUNCTION_INFO_V1(eg_verify_signature);

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
