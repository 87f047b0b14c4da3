/*
 * ciphertext_type.c
 *		The type eg.ciphertext, its casts, accessors and operators.
 */
#include "egtally.h"

#include "utils/builtins.h"

#include "protocol/ciphertext.h"
#include "protocol/record_shapes.h"

PG_FUNCTION_INFO_V1(eg_ciphertext_in);
PG_FUNCTION_INFO_V1(eg_ciphertext_recv);
PG_FUNCTION_INFO_V1(eg_ciphertext_from_json);
PG_FUNCTION_INFO_V1(eg_ciphertext_from_jsonb);
PG_FUNCTION_INFO_V1(eg_ciphertext_to_jsonb);
PG_FUNCTION_INFO_V1(eg_ciphertext_make);
PG_FUNCTION_INFO_V1(eg_ciphertext_pad);
PG_FUNCTION_INFO_V1(eg_ciphertext_data);
PG_FUNCTION_INFO_V1(eg_ciphertext_group_name);
PG_FUNCTION_INFO_V1(eg_ciphertext_plus);
PG_FUNCTION_INFO_V1(eg_ciphertext_times);
PG_FUNCTION_INFO_V1(eg_times_ciphertext);

static bool
check_ciphertext(eg_bytes bytes, const eg_arena *arena, eg_fault *fault)
{
	(void) arena;
	return eg_ciphertext_decode(bytes, fault);
}

static const eg_type ciphertext_type = {"eg.ciphertext", "ciphertext",
check_ciphertext};

Datum
eg_ciphertext_in(PG_FUNCTION_ARGS)
{
	return eg_type_in(&ciphertext_type, fcinfo);
}

Datum
eg_ciphertext_recv(PG_FUNCTION_ARGS)
{
	return eg_type_recv(&ciphertext_type, fcinfo);
}

/* The elements of an eg.ciphertext, pad first. */
static const uint8_t *
elements(eg_bytes ciphertext)
{
	return ciphertext.data + EG_CIPHERTEXT_HEADER;
}

static struct varlena *
make(const eg_group *group, const uint8_t *pad, const uint8_t *data)
{
	struct varlena *value = eg_varlena_new(EG_CIPHERTEXT_SIZE);

	eg_ciphertext_encode((uint8_t *) VARDATA(value), group, pad, data);
	return value;
}

/*
 * JSON: the layout of the record, which knows the group of 2.1.0 only
 */

static Datum
from_json(const text *json, Jsonb *jsonb)
{
	eg_json_source source = {json, jsonb, "ciphertext", NULL};
	eg_ciphertext ciphertext = {0};

	eg_json_read(&source, &eg_shape_ciphertext, &ciphertext);
	return PointerGetDatum(make(&eg_group_2_1_0, ciphertext.pad,
								ciphertext.data));
}

Datum
eg_ciphertext_from_json(PG_FUNCTION_ARGS)
{
	return from_json(PG_GETARG_TEXT_PP(0), NULL);
}

Datum
eg_ciphertext_from_jsonb(PG_FUNCTION_ARGS)
{
	return from_json(NULL, PG_GETARG_JSONB_P(0));
}

Datum
eg_ciphertext_to_jsonb(PG_FUNCTION_ARGS)
{
	eg_bytes	bytes = EG_GETARG_BYTES(0);
	eg_ciphertext ciphertext;

	if (bytes.data[1] != EG_GROUP_2_1_0)
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("ciphertexts of group %s have no JSON form",
						eg_group_by_id(bytes.data[1])->name),
				 errdetail("The JSON of a record does not name the group; it is that of 2.1.0."),
				 errhint("Use eg.pad() and eg.data().")));
	ciphertext.pad = elements(bytes);
	ciphertext.data = elements(bytes) + EG_ELEMENT_BYTES;
	PG_RETURN_JSONB_P(eg_json_to_jsonb(&eg_shape_ciphertext, &ciphertext));
}

/*
 * Made from and taken apart into bytes
 */

static const eg_group *
group_by_name(const text *name)
{
	char	   *wanted = text_to_cstring(name);

	if (strcmp(wanted, eg_group_2_1_0.name) == 0)
		return &eg_group_2_1_0;
	if (strcmp(wanted, eg_group_1_x.name) == 0)
		return &eg_group_1_x;
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("unknown group \"%s\"", wanted),
			 errhint("The groups are \"%s\" and \"%s\".",
					 eg_group_2_1_0.name, eg_group_1_x.name)));
}

static const uint8_t *
element_argument(const eg_group *group, const char *name, eg_bytes bytes)
{
	mp_limb_t	x[EG_MAX_LIMBS];

	if (bytes.size != EG_ELEMENT_BYTES)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("invalid ciphertext: %s has %zu bytes, not %d", name,
						bytes.size, EG_ELEMENT_BYTES)));
	if (!eg_element_import(group, x, bytes.data))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("invalid ciphertext: %s is not in 1 .. p - 1",
						name)));
	return bytes.data;
}

Datum
eg_ciphertext_make(PG_FUNCTION_ARGS)
{
	const eg_group *group = group_by_name(PG_GETARG_TEXT_PP(2));
	const uint8_t *pad = element_argument(group, "pad", EG_GETARG_BYTES(0));
	const uint8_t *data = element_argument(group, "data", EG_GETARG_BYTES(1));

	PG_RETURN_POINTER(make(group, pad, data));
}

Datum
eg_ciphertext_pad(PG_FUNCTION_ARGS)
{
	PG_RETURN_BYTEA_P(eg_bytea(elements(EG_GETARG_BYTES(0)),
							   EG_ELEMENT_BYTES));
}

Datum
eg_ciphertext_data(PG_FUNCTION_ARGS)
{
	PG_RETURN_BYTEA_P(eg_bytea(elements(EG_GETARG_BYTES(0)) +
							   EG_ELEMENT_BYTES, EG_ELEMENT_BYTES));
}

Datum
eg_ciphertext_group_name(PG_FUNCTION_ARGS)
{
	eg_bytes	bytes = EG_GETARG_BYTES(0);

	PG_RETURN_TEXT_P(cstring_to_text(eg_group_by_id(bytes.data[1])->name));
}

/*
 * Operators
 */

Datum
eg_ciphertext_plus(PG_FUNCTION_ARGS)
{
	eg_bytes	a = EG_GETARG_BYTES(0);
	eg_bytes	b = EG_GETARG_BYTES(1);
	struct varlena *sum = eg_varlena_new(EG_CIPHERTEXT_SIZE);
	eg_fault	fault = {0};

	if (!eg_ciphertext_add((uint8_t *) VARDATA(sum), a.data, b.data, &fault))
	{
		eg_subject	subject = {"sum", {NULL, 0}, ERRCODE_DATA_EXCEPTION};

		eg_report_fault(&fault, &subject, NULL);
	}
	PG_RETURN_POINTER(sum);
}

static Datum
multiply(eg_bytes ciphertext, int64 factor)
{
	struct varlena *product = eg_varlena_new(EG_CIPHERTEXT_SIZE);

	eg_ciphertext_multiply((uint8_t *) VARDATA(product), ciphertext.data,
						   factor);
	return PointerGetDatum(product);
}

Datum
eg_ciphertext_times(PG_FUNCTION_ARGS)
{
	return multiply(EG_GETARG_BYTES(0), PG_GETARG_INT64(1));
}

Datum
eg_times_ciphertext(PG_FUNCTION_ARGS)
{
	return multiply(EG_GETARG_BYTES(1), PG_GETARG_INT64(0));
}
