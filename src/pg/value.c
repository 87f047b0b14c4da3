/*
 * value.c
 *		What all our types share: text and binary form, comparison, hashing.
 *
 * A value is a varlena whose bytes are canonical: equal values have equal
 * bytes.  Text is \x and hexadecimal digits, as of bytea.
 */
#include "egtally.h"

#include "common/hashfn.h"
#include "libpq/pqformat.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

#include "protocol/text.h"

PG_FUNCTION_INFO_V1(eg_value_out);
PG_FUNCTION_INFO_V1(eg_value_send);
PG_FUNCTION_INFO_V1(eg_value_eq);
PG_FUNCTION_INFO_V1(eg_value_ne);
PG_FUNCTION_INFO_V1(eg_value_lt);
PG_FUNCTION_INFO_V1(eg_value_le);
PG_FUNCTION_INFO_V1(eg_value_ge);
PG_FUNCTION_INFO_V1(eg_value_gt);
PG_FUNCTION_INFO_V1(eg_value_cmp);
PG_FUNCTION_INFO_V1(eg_value_hash);
PG_FUNCTION_INFO_V1(eg_value_hash_extended);

struct varlena *
eg_varlena_new(size_t size)
{
	struct varlena *value;

	if (size > MaxAllocSize - VARHDRSZ)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("value is too large")));
	value = palloc0(size + VARHDRSZ);
	SET_VARSIZE(value, size + VARHDRSZ);
	return value;
}

bytea *
eg_bytea(const uint8_t *bytes, size_t size)
{
	bytea	   *value = eg_varlena_new(size);

	memcpy(VARDATA(value), bytes, size);
	return value;
}

void
eg_require_arguments(FunctionCallInfo fcinfo, int n)
{
	for (int i = 0; i < n; i++)
		if (PG_ARGISNULL(i))
			ereport(ERROR,
					(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
					 errmsg("argument %d must not be NULL", i + 1)));
}

int
eg_getarg_array(FunctionCallInfo fcinfo, int n, Oid type, Datum **elements)
{
	ArrayType  *array = PG_GETARG_ARRAYTYPE_P(n);
	int			length;
	int16		typlen;
	bool		typbyval;
	char		typalign;

	if (ARR_NDIM(array) > 1 || array_contains_nulls(array))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("array has several dimensions or NULLs")));
	get_typlenbyvalalign(type, &typlen, &typbyval, &typalign);
	deconstruct_array(array, type, typlen, typbyval, typalign, elements, NULL,
					  &length);
	return length;
}

/* Checks new bytes; false if the error went into escape. */
static bool
check_value(const eg_type *type, eg_bytes bytes, int format_errcode,
			Node *escape)
{
	eg_fault	fault = {0};
	eg_subject	subject = {type->what, {NULL, 0}, format_errcode};

	if (type->check(bytes, &eg_palloc_arena, &fault))
		return true;
	eg_report_fault(&fault, &subject, escape);
	return false;
}

Datum
eg_type_in(const eg_type *type, FunctionCallInfo fcinfo)
{
	const char *input = PG_GETARG_CSTRING(0);
	Node	   *escape = fcinfo->context;
	size_t		length = strlen(input);
	struct varlena *value;
	size_t		size;

	if (length >= 2 && input[0] == '\\' && input[1] == 'x' && length % 2 == 0)
	{
		size = (length - 2) / 2;
		value = eg_varlena_new(size);
		if (eg_hex_to_bytes((uint8_t *) VARDATA(value), size, input + 2,
							length - 2))
		{
			if (!check_value(type, eg_varlena_bytes(value),
							 ERRCODE_INVALID_TEXT_REPRESENTATION, escape))
				PG_RETURN_NULL();
			PG_RETURN_POINTER(value);
		}
	}
	errsave(escape,
			(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
			 errmsg("invalid input syntax for type %s", type->name),
			 errdetail("A value is written as \\x and an even number of hexadecimal digits.")));
	PG_RETURN_NULL();
}

Datum
eg_type_recv(const eg_type *type, FunctionCallInfo fcinfo)
{
	StringInfo	buffer = (StringInfo) PG_GETARG_POINTER(0);
	int			size = buffer->len - buffer->cursor;
	struct varlena *value = eg_varlena_new(size);

	pq_copymsgbytes(buffer, VARDATA(value), size);
	check_value(type, eg_varlena_bytes(value),
				ERRCODE_INVALID_BINARY_REPRESENTATION, NULL);
	PG_RETURN_POINTER(value);
}

Datum
eg_value_out(PG_FUNCTION_ARGS)
{
	eg_bytes	bytes = EG_GETARG_BYTES(0);
	char	   *output;

	output = MemoryContextAllocHuge(CurrentMemoryContext, 2 * bytes.size + 3);
	output[0] = '\\';
	output[1] = 'x';
	eg_bytes_to_hex(output + 2, bytes.data, bytes.size);
	PG_RETURN_CSTRING(output);
}

Datum
eg_value_send(PG_FUNCTION_ARGS)
{
	eg_bytes	bytes = EG_GETARG_BYTES(0);

	PG_RETURN_BYTEA_P(eg_bytea(bytes.data, bytes.size));
}

/*
 * Sorts call this in memory that lives as long as they do: what detoasting
 * made must go at once.
 */
static int
compare(FunctionCallInfo fcinfo)
{
	struct varlena *value_a = PG_GETARG_VARLENA_PP(0);
	struct varlena *value_b = PG_GETARG_VARLENA_PP(1);
	eg_bytes	a = eg_varlena_bytes(value_a);
	eg_bytes	b = eg_varlena_bytes(value_b);
	int			order = memcmp(a.data, b.data, Min(a.size, b.size));

	if (order == 0)
		order = (a.size > b.size) - (a.size < b.size);
	PG_FREE_IF_COPY(value_a, 0);
	PG_FREE_IF_COPY(value_b, 1);
	return order < 0 ? -1 : order > 0;
}

Datum
eg_value_eq(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(compare(fcinfo) == 0);
}

Datum
eg_value_ne(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(compare(fcinfo) != 0);
}

Datum
eg_value_lt(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(compare(fcinfo) < 0);
}

Datum
eg_value_le(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(compare(fcinfo) <= 0);
}

Datum
eg_value_ge(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(compare(fcinfo) >= 0);
}

Datum
eg_value_gt(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(compare(fcinfo) > 0);
}

Datum
eg_value_cmp(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT32(compare(fcinfo));
}

Datum
eg_value_hash(PG_FUNCTION_ARGS)
{
	struct varlena *value = PG_GETARG_VARLENA_PP(0);
	eg_bytes	bytes = eg_varlena_bytes(value);
	Datum		hash = hash_any(bytes.data, (int) bytes.size);

	PG_FREE_IF_COPY(value, 0);
	return hash;
}

Datum
eg_value_hash_extended(PG_FUNCTION_ARGS)
{
	struct varlena *value = PG_GETARG_VARLENA_PP(0);
	eg_bytes	bytes = eg_varlena_bytes(value);
	Datum		hash = hash_any_extended(bytes.data, (int) bytes.size,
										 PG_GETARG_INT64(1));

	PG_FREE_IF_COPY(value, 0);
	return hash;
}
