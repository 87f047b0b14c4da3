/*
 * guardian_secret.c
 *		The type eg.guardian_secret, and guardian secrets as arguments.
 */
#include "egtally.h"

#include "catalog/namespace.h"
#include "funcapi.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/builtins.h"

#include "guardian_secret.h"
#include "secret.h"

PG_FUNCTION_INFO_V1(eg_guardian_secret_in);
PG_FUNCTION_INFO_V1(eg_guardian_secret_recv);
PG_FUNCTION_INFO_V1(eg_guardian_secret_describe);
PG_FUNCTION_INFO_V1(eg_change_passphrase);

/* Of bytes in the server's encoding; conversions may quadruple them. */
#define EG_MAX_PASSPHRASE	65536

static const char *const level_names[] = {"interactive", "moderate",
"sensitive"};

static bool
check_secret(eg_bytes bytes, const eg_arena *arena, eg_fault *fault)
{
	eg_guardian_secret secret;

	(void) arena;
	return eg_guardian_secret_view(&secret, bytes, fault);
}

static const eg_type guardian_secret_type = {"eg.guardian_secret",
"guardian secret", check_secret};

Datum
eg_guardian_secret_in(PG_FUNCTION_ARGS)
{
	return eg_type_in(&guardian_secret_type, fcinfo);
}

Datum
eg_guardian_secret_recv(PG_FUNCTION_ARGS)
{
	return eg_type_recv(&guardian_secret_type, fcinfo);
}

/*
 * Arguments
 */

/*
 * Writes UTF-8 into room, and how much; false if there is none for the text.
 * PostgreSQL's own errors about encodings quote the bytes, so it raises none.
 */
static bool
convert_passphrase(char *room, size_t *size, const char *passphrase,
				   int length, int room_size)
{
	int			encoding = GetDatabaseEncoding();
	Oid			conversion;

	*size = (size_t) length;
	if (encoding == PG_UTF8 || encoding == PG_SQL_ASCII)
	{
		memcpy(room, passphrase, length);
		return pg_encoding_verifymbstr(PG_UTF8, room, length) == length;
	}
	conversion = FindDefaultConversionProc(encoding, PG_UTF8);
	if (!OidIsValid(conversion) ||
		pg_do_encoding_conversion_buf(conversion, encoding, PG_UTF8,
									  (unsigned char *) unconstify(char *, passphrase),
									  length, (unsigned char *) room,
									  room_size, true) != length)
		return false;
	*size = strlen(room);
	return true;
}

eg_bytes
eg_getarg_passphrase(FunctionCallInfo fcinfo, int n)
{
	eg_bytes	argument = eg_getarg_secret_bytes(fcinfo, n);
	int			length = (int) argument.size;
	int			room_size;
	eg_bytes	bytes;
	char	   *room;

	if (length > EG_MAX_PASSPHRASE)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("passphrase is longer than %d bytes",
						EG_MAX_PASSPHRASE)));
	room_size = length * MAX_CONVERSION_GROWTH + 1;
	room = eg_secret_memory((size_t) room_size);
	bytes.data = (const uint8_t *) room;
	if (!convert_passphrase(room, &bytes.size, (const char *) argument.data,
							length, room_size))
		ereport(ERROR,
				(errcode(ERRCODE_CHARACTER_NOT_IN_REPERTOIRE),
				 errmsg("passphrase cannot be converted to UTF-8")));
	if (bytes.size == 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("passphrase is empty")));
	return bytes;
}

/* What is no level is not quoted: it may be a passphrase in a wrong place. */
eg_seal_level
eg_getarg_seal_level(FunctionCallInfo fcinfo, int n)
{
	char	   *name = text_to_cstring(PG_GETARG_TEXT_PP(n));

	for (size_t i = 0; i < lengthof(level_names); i++)
		if (strcmp(name, level_names[i]) == 0)
			return (eg_seal_level) (EG_SEAL_INTERACTIVE + i);
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("level is not interactive, moderate or sensitive")));
}

void
eg_check_seal_status(eg_seal_status status, const char *what)
{
	if (status == EG_SEAL_WRONG)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PASSWORD),
				 errmsg("passphrase does not open this %s", what),
				 errhint("The passphrase is another one, or the secret was damaged.")));
	if (status == EG_SEAL_NO_MEMORY)
		ereport(ERROR,
				(errcode(ERRCODE_OUT_OF_MEMORY),
				 errmsg("out of memory"),
				 errdetail("Argon2id could not get the memory of its level.")));
}

struct varlena *
eg_seal_guardian_secret(const eg_guardian_secret *secret,
						const uint8_t *memory, eg_bytes passphrase)
{
	struct varlena *sealed;

	sealed = eg_varlena_new(eg_guardian_secret_size(secret->stage, secret->k));
	eg_check_seal_status(eg_guardian_secret_seal((uint8_t *) VARDATA(sealed),
												 secret, memory, passphrase),
						 guardian_secret_type.what);
	return sealed;
}

/* What a statement keeps of a secret that it has opened. */
typedef struct opened_secret
{
	MemoryContext context;		/* it lives there alone */
	eg_guardian_secret secret;
	eg_bytes	sealed;
	eg_bytes	passphrase;
} opened_secret;

static eg_bytes
keep(eg_bytes bytes)
{
	eg_bytes	copy = {eg_secret_memory(bytes.size), bytes.size};

	memcpy(unconstify(uint8_t *, copy.data), bytes.data, bytes.size);
	return copy;
}

/* In the memory of the statement, whose context is the parent. */
static opened_secret *
open_secret(MemoryContext parent, eg_bytes sealed, eg_bytes passphrase)
{
	MemoryContext context = AllocSetContextCreate(parent,
												  "egtally guardian secret",
												  ALLOCSET_SMALL_SIZES);
	MemoryContext caller = MemoryContextSwitchTo(context);
	opened_secret *opened = eg_secret_memory(sizeof(*opened));
	eg_guardian_secret *secret = &opened->secret;
	eg_fault	fault = {0};
	uint8_t    *memory;

	opened->context = context;
	opened->sealed = keep(sealed);
	opened->passphrase = keep(passphrase);
	if (!eg_guardian_secret_view(secret, opened->sealed, &fault))
		elog(ERROR, "stored guardian secret is damaged: %s", fault.message);
	memory = eg_secret_memory(eg_guardian_secret_room(secret->stage,
													  secret->k));
	CHECK_FOR_INTERRUPTS();
	eg_check_seal_status(eg_guardian_secret_open(secret, memory,
												 opened->sealed, passphrase),
						 guardian_secret_type.what);
	CHECK_FOR_INTERRUPTS();
	MemoryContextSwitchTo(caller);
	return opened;
}

/* Whatever its stage. */
static const eg_guardian_secret *
opened_argument(FunctionCallInfo fcinfo, int secret, int passphrase)
{
	opened_secret *opened = fcinfo->flinfo->fn_extra;
	eg_bytes	sealed = EG_GETARG_BYTES(secret);
	eg_bytes	phrase = eg_getarg_passphrase(fcinfo, passphrase);

	if (opened != NULL && eg_bytes_equal(opened->sealed, sealed) &&
		opened->passphrase.size == phrase.size &&
		sodium_memcmp(opened->passphrase.data, phrase.data, phrase.size) == 0)
		return &opened->secret;
	if (opened != NULL)
	{
		fcinfo->flinfo->fn_extra = NULL;
		MemoryContextDelete(opened->context);
	}
	opened = open_secret(fcinfo->flinfo->fn_mcxt, sealed, phrase);
	fcinfo->flinfo->fn_extra = opened;
	return &opened->secret;
}

const eg_guardian_secret *
eg_getarg_guardian_secret(FunctionCallInfo fcinfo, int secret, int passphrase,
						  eg_secret_stage stage)
{
	const eg_guardian_secret *opened = opened_argument(fcinfo, secret,
													   passphrase);

	if (opened->stage != stage)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 stage == EG_SECRET_SHARE ?
				 errmsg("key ceremony of guardian %u is not over",
						opened->index) :
				 errmsg("key ceremony of guardian %u is over",
						opened->index)));
	return opened;
}

/*
 * Functions
 */

/* Who it is of, and how far; all that is not sealed. */
Datum
eg_guardian_secret_describe(PG_FUNCTION_ARGS)
{
	eg_guardian_secret secret;
	eg_fault	fault = {0};
	TupleDesc	descriptor;
	Datum		values[6];
	bool		nulls[6] = {false};

	if (get_call_result_type(fcinfo, NULL, &descriptor) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "return type must be a row type");
	if (!eg_guardian_secret_view(&secret, EG_GETARG_BYTES(0), &fault))
		elog(ERROR, "stored guardian secret is damaged: %s", fault.message);
	values[0] = Int32GetDatum((int32) secret.index);
	values[1] = Int32GetDatum((int32) secret.n);
	values[2] = Int32GetDatum((int32) secret.k);
	values[3] = CStringGetTextDatum(secret.stage == EG_SECRET_CEREMONY ?
									"ceremony" : "share");
	values[4] = (Datum) 0;
	nulls[4] = secret.stage == EG_SECRET_CEREMONY;
	if (!nulls[4])
		values[4] = PointerGetDatum(eg_bytea(secret.h_e, EG_HASH_BYTES));
	values[5] = CStringGetTextDatum(level_names[secret.level - 1]);
	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(descriptor),
													  values, nulls)));
}

/* The level stays as it is if none is given. */
Datum
eg_change_passphrase(PG_FUNCTION_ARGS)
{
	const eg_guardian_secret *opened;
	eg_guardian_secret secret;
	eg_bytes	passphrase;

	eg_require_arguments(fcinfo, 3);
	opened = opened_argument(fcinfo, 0, 1);
	secret = *opened;
	passphrase = eg_getarg_passphrase(fcinfo, 2);
	if (!PG_ARGISNULL(3))
		secret.level = eg_getarg_seal_level(fcinfo, 3);
	PG_RETURN_POINTER(eg_seal_guardian_secret(&secret, opened->nonce_key,
											  passphrase));
}
