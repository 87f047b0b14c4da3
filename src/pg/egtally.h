/*
 * egtally.h
 *		What the files of the PostgreSQL ring share.
 */
#ifndef EGTALLY_H
#define EGTALLY_H

#include "postgres.h"

#include "fmgr.h"
#include "lib/stringinfo.h"
#include "nodes/nodes.h"
#include "utils/jsonb.h"
#include "utils/memutils.h"

#include "math/status.h"
#include "protocol/arena.h"
#include "protocol/fault.h"
#include "protocol/json_shape.h"

#if PG_VERSION_NUM >= 160000
#include "varatt.h"
#else
/* Soft errors came with 16: before, there is never an escape. */
#define errsave(escape, ...) \
	do { \
		(void) (escape); \
		ereport(ERROR, __VA_ARGS__); \
	} while (0)
#endif

/*
 * Errors: the one place that turns faults into them
 */

/* What an input is, and how it is called, for the DETAIL of an error. */
typedef struct eg_subject
{
	const char *what;			/* "ballot" */
	eg_bytes	id;				/* its label; may be absent */
	int			format_errcode; /* for EG_FAULT_FORMAT */
} eg_subject;

/*
 * Raises the fault as an error, or saves it in escape (an
 * ErrorSaveContext, or NULL) and returns.
 */
extern void eg_report_fault(const eg_fault *fault, const eg_subject *subject,
							Node *escape);

/* Raises EG_INTERRUPTED as a cancel, EG_INVALID as an internal error. */
extern void eg_check_status(eg_status status);

/* A label (UTF-8) in the server's encoding, palloc'd. */
extern char *eg_label_cstring(eg_bytes label);

/* Stops the inner rings when the session is told to. */
extern const eg_stop eg_query_stop;

/* Memory of the current context. */
extern const eg_arena eg_palloc_arena;

/*
 * Values: varlenas whose bytes one function checks
 */

typedef struct eg_type
{
	const char *name;			/* "eg.ballot" */
	const char *what;			/* "ballot" */
	bool		(*check) (eg_bytes bytes, const eg_arena *arena,
						  eg_fault *fault);
} eg_type;

extern Datum eg_type_in(const eg_type *type, FunctionCallInfo fcinfo);
extern Datum eg_type_recv(const eg_type *type, FunctionCallInfo fcinfo);

/* The bytes of a detoasted varlena. */
static inline eg_bytes
eg_varlena_bytes(const struct varlena *value)
{
	eg_bytes	bytes;

	bytes.data = (const uint8_t *) VARDATA_ANY(value);
	bytes.size = VARSIZE_ANY_EXHDR(value);
	return bytes;
}

#define EG_GETARG_BYTES(n)	eg_varlena_bytes(PG_GETARG_VARLENA_PP(n))

/* An error if one of the first n arguments is NULL. */
extern void eg_require_arguments(FunctionCallInfo fcinfo, int n);

/*
 * The elements of the array in argument n, and how many there are; an error if
 * it has NULLs or several dimensions.
 */
extern int	eg_getarg_array(FunctionCallInfo fcinfo, int n, Oid type,
							Datum **elements);

/* A new varlena of this many bytes, zeroed. */
extern struct varlena *eg_varlena_new(size_t size);
extern bytea *eg_bytea(const uint8_t *bytes, size_t size);

/*
 * JSON
 */

/* Where JSON comes from, and what it is called when it is wrong. */
typedef struct eg_json_source
{
	const text *json;			/* one of the two */
	Jsonb	   *jsonb;
	const char *what;
	const char *id_field;		/* the field that names it, or NULL */
} eg_json_source;

/*
 * The text of a JSON file, which is UTF-8, in the server's encoding; NULL with
 * a fault if it is not UTF-8.
 */
extern text *eg_json_text(eg_bytes utf8, eg_fault *fault);

/* Fills target as the shape says, or raises an error. */
extern void eg_json_read(const eg_json_source *source,
						 const eg_json_shape *shape, void *target);

/*
 * The same for what is being judged, not stored: false with the fault, and
 * no error, if it does not fit or is no JSON.  Scalars go to value.
 */
extern bool eg_json_try_read(const eg_json_source *source,
							 const eg_json_shape *shape,
							 eg_json_value_event value, void *target,
							 eg_fault *fault);
extern Jsonb *eg_json_to_jsonb(const eg_json_shape *shape,
							   const void *source);

/* Raises a fault found in what was read from this source. */
extern void eg_json_fault(const eg_json_source *source,
						  const eg_fault *fault);

#endif
