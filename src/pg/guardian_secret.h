/*
 * guardian_secret.h
 *		Guardian secrets as arguments of functions.
 */
#ifndef EG_PG_GUARDIAN_SECRET_H
#define EG_PG_GUARDIAN_SECRET_H

#include "egtally.h"

#include "protocol/guardian_secret.h"

/*
 * The guardian secret in one argument, opened with the passphrase in another;
 * an error unless it is of this stage.  It is opened once per statement, as
 * long as both arguments stay the same, and wiped at its end; in a simple
 * expression of PL/pgSQL, at the end of the transaction.
 */
extern const eg_guardian_secret *eg_getarg_guardian_secret(FunctionCallInfo fcinfo,
														   int secret,
														   int passphrase,
														   eg_secret_stage stage);

/*
 * A passphrase (text) as UTF-8, so that it opens in databases of all encodings
 * what it has sealed in one; in memory that is wiped.  An error if empty.
 */
extern eg_bytes eg_getarg_passphrase(FunctionCallInfo fcinfo, int n);

/* The level that this text names; an error if there is none. */
extern eg_seal_level eg_getarg_seal_level(FunctionCallInfo fcinfo, int n);

/* Raises an error unless it is EG_SEAL_OK; what is "guardian secret". */
extern void eg_check_seal_status(eg_seal_status status, const char *what);

/* A value of eg.guardian_secret: the secret, laid over memory, sealed. */
extern struct varlena *eg_seal_guardian_secret(const eg_guardian_secret *secret,
											   const uint8_t *memory,
											   eg_bytes passphrase);

#endif
