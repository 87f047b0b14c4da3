/*
 * json_write.c
 *		Builds PostgreSQL's jsonb from the structures of records.
 */
#include "egtally.h"

#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/fmgrprotos.h"
#include "utils/numeric.h"

#include "protocol/text.h"

typedef struct json_build
{
	JsonbParseState *state;
	JsonbValue *result;
	bool		after_key;		/* a scalar is a value, not an element */
} json_build;

/*
 * Scalars follow a key, except those of arrays of hashes: a scalar is a value
 * exactly if the last event was a key.
 */
static void
push(json_build *build, JsonbIteratorToken token, JsonbValue *value)
{
	CHECK_FOR_INTERRUPTS();
	build->result = pushJsonbValue(&build->state, token, value);
	build->after_key = token == WJB_KEY;
}

static void
push_scalar(json_build *build, JsonbValue *value)
{
	push(build, build->after_key ? WJB_VALUE : WJB_ELEM, value);
}

static void
begin_object(void *context)
{
	push(context, WJB_BEGIN_OBJECT, NULL);
}

static void
end_object(void *context)
{
	push(context, WJB_END_OBJECT, NULL);
}

static void
begin_array(void *context)
{
	push(context, WJB_BEGIN_ARRAY, NULL);
}

static void
end_array(void *context)
{
	push(context, WJB_END_ARRAY, NULL);
}

static void
key(void *context, const char *name)
{
	JsonbValue	value;

	value.type = jbvString;
	value.val.string.val = unconstify(char *, name);
	value.val.string.len = strlen(name);
	push(context, WJB_KEY, &value);
}

static void
text_value(void *context, const char *text, size_t size)
{
	eg_bytes	label = {(const uint8_t *) text, size};
	JsonbValue	value;

	value.type = jbvString;
	value.val.string.val = eg_label_cstring(label);
	value.val.string.len = strlen(value.val.string.val);
	push_scalar(context, &value);
}

static void
base64(void *context, const uint8_t *bytes, size_t size)
{
	size_t		length = eg_base64_length(size);
	JsonbValue	value;

	value.type = jbvString;
	value.val.string.val = palloc(length + 1);
	value.val.string.len = length;
	eg_bytes_to_base64(value.val.string.val, bytes, size);
	push_scalar(context, &value);
}

static void
number(void *context, int64_t integer)
{
	JsonbValue	value;

	value.type = jbvNumeric;
	value.val.numeric = int64_to_numeric(integer);
	push_scalar(context, &value);
}

static void
boolean(void *context, bool truth)
{
	JsonbValue	value;

	value.type = jbvBool;
	value.val.boolean = truth;
	push_scalar(context, &value);
}

Jsonb *
eg_json_to_jsonb(const eg_json_shape *shape, const void *source)
{
	json_build	build = {0};
	eg_json_sink sink = {begin_object, end_object, begin_array, end_array,
	key, text_value, base64, number, boolean, NULL};

	sink.context = &build;
	eg_json_write(&sink, shape, source);
	return JsonbValueToJsonb(build.result);
}
