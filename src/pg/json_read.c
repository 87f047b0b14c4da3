/*
 * json_read.c
 *		Feeds PostgreSQL's json and jsonb to the readers of records.
 */
#include "egtally.h"

#include "common/jsonapi.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/jsonfuncs.h"
#include "utils/numeric.h"

PG_FUNCTION_INFO_V1(eg_has_unique_names);

/* Parser actions return nothing before 16. */
#if PG_VERSION_NUM >= 160000
#define JSON_ACTION			static JsonParseErrorType
#define JSON_ACTION_DONE	return JSON_SUCCESS
#define FEED_DONE(feed) \
	return (feed)->failed ? JSON_SEM_ACTION_FAILED : JSON_SUCCESS
#else
#define JSON_ACTION			static void
#define JSON_ACTION_DONE	return
#define FEED_DONE(feed)		return
#endif

/*
 * Of json: far more than any record has, and what PostgreSQL's parser, which
 * takes stack for each level, can be asked for.
 */
#define MAX_NESTING		64

typedef struct json_feed
{
	const eg_json_source *source;
	eg_json_reader reader;
	eg_json_value_event value;
	eg_fault   *fault;
	bool		soft;			/* faults are kept, not raised */
	bool		failed;
} json_feed;

static char *
number_cstring(const JsonbValue *value)
{
	return DatumGetCString(DirectFunctionCall1(numeric_out,
											   NumericGetDatum(value->val.numeric)));
}

/* Looks for one field of the outermost object. */
typedef struct id_search
{
	const char *name;
	int			depth;
	bool		here;			/* the next scalar is its value */
	char	   *found;
} id_search;

JSON_ACTION
search_begin(void *state)
{
	((id_search *) state)->depth++;
	((id_search *) state)->here = false;
	JSON_ACTION_DONE;
}

JSON_ACTION
search_end(void *state)
{
	((id_search *) state)->depth--;
	JSON_ACTION_DONE;
}

JSON_ACTION
search_field(void *state, char *name, bool isnull)
{
	id_search  *search = state;

	search->here = !isnull && search->depth == 1 &&
		strcmp(name, search->name) == 0;
	JSON_ACTION_DONE;
}

JSON_ACTION
search_scalar(void *state, char *token, JsonTokenType type)
{
	id_search  *search = state;

	if (search->here && search->found == NULL &&
		(type == JSON_TOKEN_STRING || type == JSON_TOKEN_NUMBER))
		search->found = pstrdup(token);
	search->here = false;
	JSON_ACTION_DONE;
}

static JsonLexContext *
make_lexer(const text *json)
{
	char	   *data = VARDATA_ANY(json);
	int			size = VARSIZE_ANY_EXHDR(json);

#if PG_VERSION_NUM >= 170000
	return makeJsonLexContextCstringLen(NULL, data, size,
										GetDatabaseEncoding(), true);
#else
	return makeJsonLexContextCstringLen(data, size, GetDatabaseEncoding(),
										true);
#endif
}

static char *
search_json(const text *json, const char *name)
{
	id_search	search = {name, 0, false, NULL};
	JsonSemAction actions = {0};

	actions.semstate = &search;
	actions.object_start = search_begin;
	actions.object_end = search_end;
	actions.array_start = search_begin;
	actions.array_end = search_end;
	actions.object_field_start = search_field;
	actions.scalar = search_scalar;
	pg_parse_json_or_ereport(make_lexer(json), &actions);
	return search.found;
}

static char *
search_jsonb(Jsonb *jsonb, const char *name)
{
	JsonbValue	key;
	JsonbValue *found;

	if (!JB_ROOT_IS_OBJECT(jsonb))
		return NULL;
	key.type = jbvString;
	key.val.string.val = unconstify(char *, name);
	key.val.string.len = strlen(name);
	found = findJsonbValueFromContainer(&jsonb->root, JB_FOBJECT, &key);
	if (found != NULL && found->type == jbvString)
		return pnstrdup(found->val.string.val, found->val.string.len);
	if (found != NULL && found->type == jbvNumeric)
		return number_cstring(found);
	return NULL;
}

/* The field that names what was being read, if it is there, in UTF-8. */
static eg_bytes
source_id(const eg_json_source *source)
{
	eg_bytes	id = {NULL, 0};
	char	   *text;

	if (source->id_field == NULL)
		return id;
	text = source->jsonb != NULL ?
		search_jsonb(source->jsonb, source->id_field) :
		search_json(source->json, source->id_field);
	if (text == NULL)
		return id;
	text = pg_server_to_any(text, strlen(text), PG_UTF8);
	id.data = (const uint8_t *) text;
	id.size = strlen(text);
	return id;
}

void
eg_json_fault(const eg_json_source *source, const eg_fault *fault)
{
	eg_subject	subject = {source->what, source_id(source),
	ERRCODE_INVALID_TEXT_REPRESENTATION};

	eg_report_fault(fault, &subject, NULL);
}

static void
refuse(json_feed *state)
{
	if (!state->soft)
		eg_json_fault(state->source, state->fault);
	state->failed = true;
}

/*
 * An event comes to nothing after a fault: before 16, the parser of json cannot
 * be told to stop.
 */
#define FEED(state, event) \
	do { \
		CHECK_FOR_INTERRUPTS(); \
		if (!(state)->failed && !(event)) \
			refuse(state); \
	} while (0)

static void
feed_key(json_feed *state, char *name, int size)
{
	char	   *utf8 = pg_server_to_any(name, size, PG_UTF8);

	FEED(state, eg_json_key(&state->reader, utf8,
							utf8 == name ? (size_t) size : strlen(utf8)));
	if (utf8 != name)
		pfree(utf8);
}

static void
feed_text(json_feed *state, char *text, int size)
{
	char	   *utf8 = pg_server_to_any(text, size, PG_UTF8);

	FEED(state, state->value(&state->reader, EG_JSON_TEXT, utf8,
							  utf8 == text ? (size_t) size : strlen(utf8)));
	if (utf8 != text)
		pfree(utf8);
}

/*
 * json: duplicate names are still there
 */

JSON_ACTION
object_start(void *state)
{
	json_feed  *feed = state;

	FEED(feed, eg_json_begin_object(&feed->reader));
	FEED_DONE(feed);
}

JSON_ACTION
object_end(void *state)
{
	json_feed  *feed = state;

	FEED(feed, eg_json_end_object(&feed->reader));
	FEED_DONE(feed);
}

JSON_ACTION
array_start(void *state)
{
	json_feed  *feed = state;

	FEED(feed, eg_json_begin_array(&feed->reader));
	FEED_DONE(feed);
}

JSON_ACTION
array_end(void *state)
{
	json_feed  *feed = state;

	FEED(feed, eg_json_end_array(&feed->reader));
	FEED_DONE(feed);
}

/* Names and scalars are ours to free. */
JSON_ACTION
object_field_start(void *state, char *name, bool isnull)
{
	json_feed  *feed = state;

	(void) isnull;
	feed_key(feed, name, strlen(name));
	pfree(name);
	FEED_DONE(feed);
}

static void
feed_json_scalar(json_feed *feed, char *token, JsonTokenType type)
{
	eg_json_scalar kind = EG_JSON_NULL;

	if (type == JSON_TOKEN_STRING)
	{
		feed_text(feed, token, strlen(token));
		return;
	}
	if (type == JSON_TOKEN_NUMBER)
		kind = EG_JSON_NUMBER;
	else if (type == JSON_TOKEN_TRUE)
		kind = EG_JSON_TRUE;
	else if (type == JSON_TOKEN_FALSE)
		kind = EG_JSON_FALSE;
	FEED(feed, feed->value(&feed->reader, kind, token, strlen(token)));
}

JSON_ACTION
scalar(void *state, char *token, JsonTokenType type)
{
	json_feed  *feed = state;

	feed_json_scalar(feed, token, type);
	pfree(token);
	FEED_DONE(feed);
}

/* As the parser sees it, as long as the text is JSON. */
static bool
nested_too_deeply(const text *json)
{
	const char *next = VARDATA_ANY(json);
	const char *end = next + VARSIZE_ANY_EXHDR(json);
	int			depth = 0;
	bool		quoted = false;
	bool		escaped = false;

	for (; next < end; next++)
	{
		if ((end - next) % 65536 == 0)
			CHECK_FOR_INTERRUPTS();
		if (quoted)
		{
			quoted = escaped || *next != '"';
			escaped = !escaped && *next == '\\';
		}
		else if (*next == '"')
			quoted = true;
		else if (*next == '[' || *next == '{')
			depth++;
		else if (*next == ']' || *next == '}')
			depth--;
		if (depth > MAX_NESTING)
			return true;
	}
	return false;
}

static void
read_json(json_feed *state, const text *json)
{
	JsonSemAction actions = {0};
	JsonLexContext *lex;

	if (nested_too_deeply(json))
	{
		eg_fault_set(state->fault, EG_FAULT_LIMIT,
					 "JSON is nested deeper than 64 levels");
		refuse(state);
		return;
	}
	actions.semstate = state;
	actions.object_start = object_start;
	actions.object_end = object_end;
	actions.array_start = array_start;
	actions.array_end = array_end;
	actions.object_field_start = object_field_start;
	actions.scalar = scalar;
	lex = make_lexer(json);
	if (!state->soft)
		pg_parse_json_or_ereport(lex, &actions);
	else if (pg_parse_json(lex, &actions) != JSON_SUCCESS)
		state->failed = !eg_fault_set(state->fault, EG_FAULT_FORMAT,
									  "text is not JSON");
}

/*
 * jsonb
 */

/*
 * Nine bytes of jsonb may be a number of 131 072 digits: they are made only
 * for who looks at them, and do not stay.
 */
static void
feed_jsonb_number(json_feed *state, const JsonbValue *value)
{
	char	   *digits;

	CHECK_FOR_INTERRUPTS();
	if (state->reader.dropping > 0)
		return;
	digits = number_cstring(value);
	FEED(state, state->value(&state->reader, EG_JSON_NUMBER, digits,
							  strlen(digits)));
	pfree(digits);
}

static void
feed_jsonb_scalar(json_feed *state, const JsonbValue *value)
{
	switch (value->type)
	{
		case jbvString:
			feed_text(state, value->val.string.val, value->val.string.len);
			break;
		case jbvNumeric:
			feed_jsonb_number(state, value);
			break;
		case jbvBool:
			FEED(state, state->value(&state->reader, value->val.boolean ?
									  EG_JSON_TRUE : EG_JSON_FALSE, "", 0));
			break;
		default:
			FEED(state, state->value(&state->reader, EG_JSON_NULL, "", 0));
			break;
	}
}

static void
read_jsonb(json_feed *state, Jsonb *jsonb)
{
	JsonbIterator *iterator = JsonbIteratorInit(&jsonb->root);
	JsonbValue	value;
	JsonbIteratorToken token;

	while (!state->failed &&
		   (token = JsonbIteratorNext(&iterator, &value, false)) != WJB_DONE)
	{
		eg_json_reader *reader = &state->reader;

		switch (token)
		{
			case WJB_BEGIN_OBJECT:
				FEED(state, eg_json_begin_object(reader));
				break;
			case WJB_END_OBJECT:
				FEED(state, eg_json_end_object(reader));
				break;
			case WJB_BEGIN_ARRAY:
				FEED(state, eg_json_begin_array(reader));
				break;
			case WJB_END_ARRAY:
				FEED(state, eg_json_end_array(reader));
				break;
			case WJB_KEY:
				feed_key(state, value.val.string.val, value.val.string.len);
				break;
			default:
				feed_jsonb_scalar(state, &value);
				break;
		}
	}
}

/* False if a fault was kept. */
static bool
read_source(json_feed *state, const eg_json_shape *shape, void *target)
{
	const eg_json_source *source = state->source;

	eg_json_reader_init(&state->reader, shape, target,
						eg_group_by_id(EG_GROUP_2_1_0), &eg_palloc_arena,
						state->fault);
	if (source->jsonb != NULL)
		read_jsonb(state, source->jsonb);
	else
		read_json(state, source->json);
	return !state->failed;
}

void
eg_json_read(const eg_json_source *source, const eg_json_shape *shape,
			 void *target)
{
	eg_fault	fault = {0};
	json_feed	state = {0};

	state.source = source;
	state.value = eg_json_value;
	state.fault = &fault;
	read_source(&state, shape, target);
}

bool
eg_json_try_read(const eg_json_source *source, const eg_json_shape *shape,
				 eg_json_value_event value, void *target, eg_fault *fault)
{
	json_feed	state = {0};

	state.source = source;
	state.value = value;
	state.fault = fault;
	state.soft = true;
	return read_source(&state, shape, target);
}

/*
 * eg.has_unique_names
 */

Datum
eg_has_unique_names(PG_FUNCTION_ARGS)
{
	static const eg_json_shape anything = {NULL, 0, 0, 0, 0, true};
	eg_json_source source = {NULL, NULL, "document", NULL};
	eg_fault	fault = {0};

	source.json = PG_GETARG_TEXT_PP(0);
	PG_RETURN_BOOL(eg_json_try_read(&source, &anything, eg_json_value, NULL,
									&fault));
}

text *
eg_json_text(eg_bytes utf8, eg_fault *fault)
{
	char	   *copy;
	char	   *converted;

	if (!pg_verify_mbstr(PG_UTF8, (const char *) utf8.data,
						 (int) utf8.size, true))
	{
		eg_fault_set(fault, EG_FAULT_FORMAT, "text is not UTF-8");
		return NULL;
	}
	copy = pnstrdup((const char *) utf8.data, utf8.size);
	converted = pg_any_to_server(copy, (int) utf8.size, PG_UTF8);
	return cstring_to_text_with_len(converted, converted == copy ?
									(int) utf8.size :
									(int) strlen(converted));
}
