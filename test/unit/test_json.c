/*
 * test_json.c
 *		Records read from JSON events and written as such.
 *
 * What a writer emits is kept as a list of events.  Edited in every way that
 * JSON can be wrong, it is fed to a reader, whose fault must name the place.
 */
#include "protocol/decryption.h"
#include "protocol/json_shape.h"
#include "protocol/manifest.h"
#include "protocol/record_shapes.h"
#include "protocol/text.h"

#include "sample.h"
#include "test.h"

typedef enum event_kind
{
	BEGIN_OBJECT,
	END_OBJECT,
	BEGIN_ARRAY,
	END_ARRAY,
	KEY,
	TEXT,
	NUMBER,
	IS_TRUE,
	IS_FALSE,
	IS_NULL
} event_kind;

typedef struct event
{
	event_kind	kind;
	const char *text;
	size_t		size;
} event;

typedef struct document
{
	event	   *events;
	size_t		n;
	const eg_arena *arena;
} document;

/* The fields that a ballot may lack. */
static const char *const optional_fields[] = {
	"timestamp", "selection_encryption_id", "identifier_hash",
	"chaining_field", "confirmation_code", "election_id", "weight",
	"encrypted_nonce", "is_preencrypt", "contest_hash", "state",
	"encrypted_contest_data", "pre_encryption"
};

#define MAX_EVENTS	1000

/* Elements of an array. */
#define MOST		65536

static sample_arena memory;
static const eg_group *const group = &eg_group_2_1_0;

/*
 * From a writer to events
 */

static void
append(void *context, event_kind kind, const char *text, size_t size)
{
	document   *doc = context;
	eg_bytes	bytes = {(const uint8_t *) text, size};
	event	   *e = &doc->events[doc->n++];

	if (doc->n > MAX_EVENTS)
		abort();
	e->kind = kind;
	e->text = (const char *) sample_copy(bytes, doc->arena).data;
	e->size = size;
}

static void
emit_begin_object(void *context)
{
	append(context, BEGIN_OBJECT, "", 0);
}

static void
emit_end_object(void *context)
{
	append(context, END_OBJECT, "", 0);
}

static void
emit_begin_array(void *context)
{
	append(context, BEGIN_ARRAY, "", 0);
}

static void
emit_end_array(void *context)
{
	append(context, END_ARRAY, "", 0);
}

/* With its zero, which is not counted. */
static void
emit_key(void *context, const char *name)
{
	document   *doc = context;

	append(context, KEY, name, strlen(name) + 1);
	doc->events[doc->n - 1].size--;
}

static void
emit_text(void *context, const char *text, size_t size)
{
	append(context, TEXT, text, size);
}

static void
emit_base64(void *context, const uint8_t *bytes, size_t size)
{
	char		text[1000];

	eg_bytes_to_base64(text, bytes, size);
	append(context, TEXT, text, strlen(text));
}

static void
emit_number(void *context, int64_t value)
{
	char		text[30];

	snprintf(text, sizeof(text), "%lld", (long long) value);
	append(context, NUMBER, text, strlen(text));
}

static void
emit_boolean(void *context, bool value)
{
	append(context, value ? IS_TRUE : IS_FALSE, "", 0);
}

static document
write_document(const eg_json_shape *shape, const void *source)
{
	document	doc;
	eg_json_sink sink = {
		emit_begin_object, emit_end_object, emit_begin_array, emit_end_array,
		emit_key, emit_text, emit_base64, emit_number, emit_boolean, &doc
	};

	doc.arena = &memory.arena;
	doc.events = memory.arena.allocate(&memory, MAX_EVENTS * sizeof(event));
	doc.n = 0;
	eg_json_write(&sink, shape, source);
	return doc;
}

/*
 * From events to a reader
 */

static bool
feed(eg_json_reader *reader, const event *e)
{
	switch (e->kind)
	{
		case BEGIN_OBJECT:
			return eg_json_begin_object(reader);
		case END_OBJECT:
			return eg_json_end_object(reader);
		case BEGIN_ARRAY:
			return eg_json_begin_array(reader);
		case END_ARRAY:
			return eg_json_end_array(reader);
		case KEY:
			return eg_json_key(reader, e->text, e->size);
		case TEXT:
			return eg_json_value(reader, EG_JSON_TEXT, e->text, e->size);
		case NUMBER:
			return eg_json_value(reader, EG_JSON_NUMBER, e->text, e->size);
		case IS_TRUE:
			return eg_json_value(reader, EG_JSON_TRUE, "", 0);
		case IS_FALSE:
			return eg_json_value(reader, EG_JSON_FALSE, "", 0);
		default:
			return eg_json_value(reader, EG_JSON_NULL, "", 0);
	}
}

static bool
read_document(const document *doc, const eg_json_shape *shape, void *target,
			  const eg_arena *arena, eg_fault *fault)
{
	eg_json_reader reader;

	eg_json_reader_init(&reader, shape, target, group, arena, fault);
	for (size_t i = 0; i < doc->n; i++)
		if (!feed(&reader, &doc->events[i]))
			return false;
	return reader.depth == 0 && reader.dropping == 0 && reader.done &&
		fault->message == NULL;
}

static bool
read_ballot(const document *doc, eg_ballot *ballot, const eg_arena *arena,
			eg_fault *fault)
{
	memset(ballot, 0, sizeof(*ballot));
	ballot->group = EG_GROUP_2_1_0;
	ballot->weight = 1;
	return read_document(doc, &eg_shape_ballot, ballot, arena, fault) &&
		eg_ballot_arrange(ballot, arena, fault);
}

/* The encoding of the ballot in a document; no data if it is refused. */
static eg_bytes
encode_document(const document *doc)
{
	eg_ballot	ballot;
	eg_fault	fault = {0};
	eg_bytes	none = {NULL, 0};

	if (!read_ballot(doc, &ballot, &memory.arena, &fault))
		return none;
	return sample_encode(&ballot, &memory.arena);
}

/* Whether it is refused like this; a NULL path or message is any. */
static bool
faulty(const document *doc, eg_fault_kind kind, const char *path,
	   const char *message)
{
	eg_ballot	ballot;
	eg_fault	fault = {0};

	if (read_ballot(doc, &ballot, &memory.arena, &fault))
		return false;
	return fault.kind == kind &&
		(path == NULL || strcmp(fault.path, path) == 0) &&
		(message == NULL || strcmp(fault.message, message) == 0);
}

/*
 * Editing
 */

static document
splice(const document *from, size_t at, size_t removed, const event *inserted,
	   size_t n)
{
	document	doc;
	size_t		rest = from->n - at - removed;

	doc.arena = from->arena;
	doc.n = from->n - removed + n;
	doc.events = doc.arena->allocate(doc.arena->context,
									 doc.n * sizeof(event));
	memcpy(doc.events, from->events, at * sizeof(event));
	if (n > 0)
		memcpy(doc.events + at, inserted, n * sizeof(event));
	memcpy(doc.events + at + n, from->events + at + removed,
		   rest * sizeof(event));
	return doc;
}

static bool
begins_value(const event *e)
{
	return e->kind != END_OBJECT && e->kind != END_ARRAY && e->kind != KEY;
}

/* Where the value that begins here has ended. */
static size_t
value_end(const document *doc, size_t at)
{
	int			depth = 0;

	do
	{
		event_kind	kind = doc->events[at++].kind;

		if (kind == BEGIN_OBJECT || kind == BEGIN_ARRAY)
			depth++;
		else if (kind == END_OBJECT || kind == END_ARRAY)
			depth--;
	} while (depth > 0);
	return at;
}

static document
replace_value(const document *from, size_t at, event_kind kind,
			  const char *text)
{
	event		values[2] = {{kind, text, strlen(text)}, {END_OBJECT, "", 0}};

	if (kind == BEGIN_ARRAY)
		values[1].kind = END_ARRAY;
	return splice(from, at, value_end(from, at) - at, values,
				  kind == BEGIN_OBJECT || kind == BEGIN_ARRAY ? 2 : 1);
}

static bool
is_key(const event *e, const char *name)
{
	return e->kind == KEY && strcmp(e->text, name) == 0;
}

/* The value of the n-th key of this name, counting from 0. */
static size_t
find_value(const document *doc, const char *name, int n)
{
	for (size_t i = 0; i < doc->n; i++)
		if (is_key(&doc->events[i], name) && n-- == 0)
			return i + 1;
	abort();
}

static document
replace_named(const document *from, const char *name, event_kind kind,
			  const char *text)
{
	return replace_value(from, find_value(from, name, 0), kind, text);
}

/*
 * The path of event number at, as the walk of a document gives it: of a key
 * with the key, or without if only its object is meant.
 */
static void
path_of(const document *doc, size_t at, bool with_key, char *path)
{
	struct
	{
		bool		array;
		int			n;
		const char *key;
	}			stack[20];
	int			depth = 0;

	for (size_t i = 0; i <= at; i++)
	{
		const event *e = &doc->events[i];

		if (begins_value(e) && depth > 0 && stack[depth - 1].array)
			stack[depth - 1].n++;
		if (e->kind == KEY)
			stack[depth - 1].key = e->text;
		if (i == at)
			break;
		if (e->kind == BEGIN_OBJECT || e->kind == BEGIN_ARRAY)
		{
			stack[depth].array = e->kind == BEGIN_ARRAY;
			stack[depth].n = -1;
			stack[depth++].key = NULL;
		}
		else if (e->kind == END_OBJECT || e->kind == END_ARRAY)
			depth--;
	}
	if (!with_key)
		stack[depth - 1].key = NULL;
	path[0] = '\0';
	for (int i = 0; i < depth; i++)
		if (stack[i].array)
			sprintf(path + strlen(path), "[%d]", stack[i].n);
		else if (stack[i].key != NULL)
			sprintf(path + strlen(path), "%s%s", path[0] ? "." : "",
					stack[i].key);
}

/*
 * Tests
 */

static sample_form
form_2_0(void)
{
	sample_form form = sample_full_form();

	form.contest_fields = EG_CONTEST_HAS_HASH | EG_CONTEST_HAS_DATA_2_0;
	form.fields = EG_BALLOT_HAS_ELECTION | EG_BALLOT_HAS_CODE;
	return form;
}

static document
full_document(void)
{
	sample_form form = sample_full_form();
	eg_ballot  *ballot = sample_ballot(&form, &memory.arena);

	return write_document(&eg_shape_ballot, ballot);
}

static bool
round_trips(const sample_form *form)
{
	eg_ballot  *ballot = sample_ballot(form, &memory.arena);
	eg_bytes	bytes = sample_encode(ballot, &memory.arena);
	document	doc = write_document(&eg_shape_ballot, ballot);
	eg_bytes	again = encode_document(&doc);

	return again.data != NULL && eg_bytes_equal(bytes, again);
}

static void
test_round_trips(void)
{
	static const int64_t times[] = {0, 1, 1700000000, EG_MAX_TIME};
	sample_form full = sample_full_form();
	sample_form small = sample_small_form();
	sample_form older = form_2_0();
	sample_form empty = {{{0}}, 0, 0, 0, 1, 0};
	bool		passed = true;

	test_ok(round_trips(&small), "a ballot with nothing optional");
	test_ok(round_trips(&full), "a ballot with everything");
	test_ok(round_trips(&older), "a ballot with contest data of 2.0");
	test_ok(round_trips(&empty), "a ballot without contests");
	for (int i = 0; i < 200; i++)
	{
		sample_form form = {sample_random_style(), 0, 0, 0, 0, 0};

		form.fields = test_random() & 0xFF;
		form.contest_fields = test_random() & 15;
		if (form.contest_fields & EG_CONTEST_HAS_DATA)
			form.contest_fields &= ~(unsigned) EG_CONTEST_HAS_DATA_2_0;
		form.style.options[0] = 0;
		form.style.options[1] &= 7;
		form.style.options[2] = 0;
		form.pairs = test_random() % 3;
		form.weight = (test_random() >> (1 + test_random() % 60)) | 1;
		form.time = times[i % lengthof(times)];
		passed = passed && round_trips(&form);
	}
	test_ok(passed, "200 random ballots");
}

/* Whether the ballot of a document is written as that document. */
static bool
writes_back(const document *doc)
{
	eg_ballot	ballot;
	eg_fault	fault = {0};
	document	again;

	if (!read_ballot(doc, &ballot, &memory.arena, &fault))
		return false;
	again = write_document(&eg_shape_ballot, &ballot);
	for (size_t i = 0; i < doc->n && i < again.n; i++)
		if (doc->events[i].kind != again.events[i].kind ||
			doc->events[i].size != again.events[i].size ||
			memcmp(doc->events[i].text, again.events[i].text,
				   doc->events[i].size) != 0)
			return false;
	return again.n == doc->n;
}

/* The same ballot from hexadecimal, and with its lists in another order. */
static void
test_other_forms(void)
{
	document	doc = full_document();
	eg_bytes	expected = encode_document(&doc);
	eg_bytes	bytes;
	document	edited = splice(&doc, 0, 0, NULL, 0);
	size_t		contests = find_value(&doc, "contests", 0);
	size_t		second;
	size_t		end;
	event		dropped = {IS_NULL, "", 0};

	for (size_t i = 0; i < edited.n; i++)
	{
		event	   *e = &edited.events[i];
		uint8_t		raw[600];
		char	   *hex;
		size_t		size;

		/* Contest data is of any size: base64 alone can tell. */
		if (e->kind != TEXT || e->size < 44 || e->size == 88)
			continue;
		eg_base64_to_bytes(raw, &size, e->text, e->size);
		hex = memory.arena.allocate(&memory, 2 * size + 1);
		eg_bytes_to_hex(hex, raw, size);
		e->text = hex;
		e->size = 2 * size;
	}
	bytes = encode_document(&edited);
	test_ok(bytes.data != NULL && eg_bytes_equal(bytes, expected),
			"hexadecimal instead of base64");

	/* The second contest moves before the first. */
	second = value_end(&doc, contests + 1);
	end = value_end(&doc, second);
	edited = splice(&doc, second, end - second, NULL, 0);
	edited = splice(&edited, contests + 1, 0, doc.events + second,
					end - second);
	bytes = encode_document(&edited);
	test_ok(bytes.data != NULL && eg_bytes_equal(bytes, expected),
			"contests in another order");

	/* A challenged ballot writes its state, too. */
	edited = replace_named(&doc, "state", TEXT, "CHALLENGED");
	bytes = encode_document(&edited);
	test_ok(bytes.data != NULL && bytes.data[2] == EG_BALLOT_CHALLENGED &&
			writes_back(&edited), "a challenged ballot");

	/* egk's own fields, and values of every type in them. */
	for (int kind = TEXT; kind <= IS_NULL; kind++)
	{
		event		key = {KEY, "code_baux", 9};

		dropped.kind = kind;
		dropped.text = kind == NUMBER ? "1e99" : "";
		dropped.size = strlen(dropped.text);
		edited = splice(&doc, 1, 0, &dropped, 1);
		edited = splice(&edited, 1, 0, &key, 1);
		bytes = encode_document(&edited);
		if (bytes.data == NULL || !eg_bytes_equal(bytes, expected))
			break;
		dropped.kind = END_OBJECT;
	}
	test_ok(dropped.kind == END_OBJECT, "dropped scalars");
}

/* A name twice in some of the objects of a dropped field, of n events. */
static void
test_twice_in_dropped(const document *doc, size_t n)
{
	bool		seen = true;

	for (size_t i = 2; i <= n; i++)
	{
		const event *e = &doc->events[i];
		event		pair[2] = {*e, {IS_NULL, "", 0}};
		document	edited;

		if (e->kind != KEY || i % 1000 > 6)
			continue;
		edited = splice(doc, i, 0, pair, 2);
		seen = seen && faulty(&edited, EG_FAULT_FORMAT, "encrypted_sn",
							  "field appears twice");
	}
	test_ok(seen, "names given twice inside a dropped field");
}

/* Depth without bound: but for names given twice, nobody looks into these. */
static void
test_dropped_nesting(void)
{
	enum
	{
		DEPTH = 1000
	};
	static event nest[1 + 9 * DEPTH];
	static const event array[] = {
		{KEY, "encrypted_sn", 12}, {BEGIN_ARRAY, "", 0}, {IS_NULL, "", 0},
		{END_ARRAY, "", 0}
	};
	document	doc = full_document();
	eg_bytes	expected = encode_document(&doc);
	eg_bytes	bytes;
	document	edited;
	event		twice[2];
	size_t		n = 0;

	nest[n++] = (event) {KEY, "encrypted_sn", 12};
	for (int i = 0; i < DEPTH; i++)
	{
		nest[n++] = (event) {BEGIN_OBJECT, "", 0};
		nest[n++] = (event) {KEY, "contests", 8};
		nest[n++] = (event) {IS_NULL, "", 0};
		nest[n++] = (event) {KEY, "", 0};
		nest[n++] = (event) {IS_NULL, "", 0};
		nest[n++] = (event) {KEY, "contest", 7};
		nest[n++] = (event) {BEGIN_ARRAY, "", 0};
	}
	for (int i = 0; i < DEPTH; i++)
	{
		nest[n++] = (event) {END_ARRAY, "", 0};
		nest[n++] = (event) {END_OBJECT, "", 0};
	}
	edited = splice(&doc, 1, 0, nest, n);
	bytes = encode_document(&edited);
	test_ok(bytes.data != NULL && eg_bytes_equal(bytes, expected),
			"%d levels inside a dropped field", 2 * DEPTH);
	test_twice_in_dropped(&edited, n);

	/* An array right there, and the field twice. */
	edited = splice(&doc, 1, 0, array, lengthof(array));
	bytes = encode_document(&edited);
	test_ok(bytes.data != NULL && eg_bytes_equal(bytes, expected),
			"a dropped array");
	edited = splice(&edited, 1, 0, nest, n);
	test_ok(faulty(&edited, EG_FAULT_FORMAT, "encrypted_sn",
				   "field appears twice"), "a dropped field twice");

	/* numBytes is known inside contest data only. */
	twice[0] = (event) {KEY, "numBytes", 8};
	twice[1] = (event) {NUMBER, "64", 2};
	edited = splice(&doc, find_value(&doc, "encrypted_contest_data", 0) + 1,
					0, twice, 2);
	bytes = encode_document(&edited);
	test_ok(bytes.data != NULL && eg_bytes_equal(bytes, expected),
			"numBytes of contest data");
	edited = splice(&doc, 1, 0, twice, 2);
	test_ok(faulty(&edited, EG_FAULT_FORMAT, "",
				   "object has an unknown field"), "numBytes elsewhere");
}

/* As many names as there may be, then one more. */
static void
test_many_names(void)
{
	static const eg_json_shape shape = {NULL, 0, 1, 0, 0, true};
	eg_fault	fault = {0};
	eg_json_reader reader;
	uint8_t		target;
	bool		accepted;
	char		name[10];
	uint32_t	n;

	for (int more = 0; more < 2; more++)
	{
		memset(&fault, 0, sizeof(fault));
		eg_json_reader_init(&reader, &shape, &target, group, &memory.arena,
							&fault);
		accepted = eg_json_begin_object(&reader);
		for (n = 0; n < EG_JSON_MAX_NAMES + (uint32_t) more; n++)
		{
			snprintf(name, sizeof(name), "%u", n);
			accepted = accepted && eg_json_key(&reader, name, strlen(name)) &&
				eg_json_value(&reader, EG_JSON_NULL, "", 0);
		}
		accepted = accepted && eg_json_end_object(&reader);
		test_ok(accepted == (more == 0) &&
				(accepted || fault.kind == EG_FAULT_LIMIT),
				"%u unknown names", n);
	}
}

static bool
is_optional(const char *name)
{
	for (size_t i = 0; i < lengthof(optional_fields); i++)
		if (strcmp(name, optional_fields[i]) == 0)
			return true;
	return false;
}

/* Every field unknown, twice, and missing. */
static void
test_keys(const document *doc, const char *what)
{
	bool		unknown = true;
	bool		twice = true;
	bool		missing = true;
	char		path[200];

	for (size_t i = 0; i < doc->n; i++)
	{
		const event *e = &doc->events[i];
		size_t		size;
		document	edited;
		event		key = *e;
		char		name[50];

		if (e->kind != KEY)
			continue;
		size = value_end(doc, i + 1) - i;
		path_of(doc, i, false, path);
		snprintf(name, sizeof(name), "%sx", e->text);
		key.text = name;
		key.size++;
		edited = splice(doc, i, 1, &key, 1);
		unknown = unknown && faulty(&edited, EG_FAULT_FORMAT, path,
									"object has an unknown field");
		key.size = strlen(e->text) - 1;
		edited = splice(doc, i, 1, &key, 1);
		unknown = unknown && faulty(&edited, EG_FAULT_FORMAT, path,
									"object has an unknown field");

		path_of(doc, i, true, path);
		edited = splice(doc, i, 0, e, size);
		twice = twice && faulty(&edited, EG_FAULT_FORMAT, path,
								"field appears twice");
		edited = splice(doc, i, size, NULL, 0);
		missing = missing &&
			(is_optional(e->text) ? encode_document(&edited).data != NULL :
			 faulty(&edited, EG_FAULT_FORMAT, path, "field is missing"));
	}
	test_ok(unknown, "%s: unknown fields", what);
	test_ok(twice, "%s: fields given twice", what);
	test_ok(missing, "%s: missing fields", what);
}

/* Every value as every other type. */
static void
test_types(const document *doc, const char *what)
{
	static const struct
	{
		event_kind	kind;
		const char *text;
	}			others[] = {
		{IS_NULL, ""}, {IS_TRUE, ""}, {IS_FALSE, ""}, {NUMBER, "1"},
		{TEXT, "text"}, {BEGIN_OBJECT, ""}, {BEGIN_ARRAY, ""}
	};
	bool		passed = true;

	for (size_t i = 0; i < doc->n; i++)
	{
		event_kind	kind = doc->events[i].kind;
		char		path[200];

		if (!begins_value(&doc->events[i]))
			continue;
		path_of(doc, i, true, path);
		for (size_t j = 0; j < lengthof(others); j++)
		{
			document	edited;
			bool		same = others[j].kind == kind ||
				((kind == IS_TRUE || kind == IS_FALSE) &&
				 (others[j].kind == IS_TRUE || others[j].kind == IS_FALSE));

			/* C2 may be either, but not empty. */
			if (i > 0 && is_key(&doc->events[i - 1], "c2") &&
				(others[j].kind == TEXT || others[j].kind == BEGIN_OBJECT))
				continue;
			edited = replace_value(doc, i, others[j].kind, others[j].text);
			if (!same && i > 0)
				passed = passed && faulty(&edited, EG_FAULT_FORMAT, path,
										  "value is not of this type");
			else if (!same)
				passed = passed && faulty(&edited, EG_FAULT_FORMAT, "",
										  "value is not an object");
		}
	}
	test_ok(passed, "%s: every value of every other type", what);
}

/* Text of bytes that is too short, too long, or no text of bytes. */
static void
test_byte_texts(const document *doc)
{
	bool		passed = true;

	for (size_t i = 0; i < doc->n; i++)
	{
		const event *e = &doc->events[i];
		event		edit = *e;
		document	edited;
		char		path[200];
		char		text[1100];

		if (e->kind != TEXT || e->size < 44)
			continue;
		path_of(doc, i, true, path);
		memcpy(text, e->text, e->size);
		memcpy(text + e->size, "AA==", 4);
		edit.text = text;
		for (int change = -4; change <= 1; change++)
		{
			edit.size = e->size + (size_t) change;
			edited = splice(doc, i, 1, &edit, 1);
			if (change != 0 && (e->size != 88 || change != -4))
				passed = passed && faulty(&edited, EG_FAULT_FORMAT, path, NULL);
		}
		edit.size = e->size;
		text[7] = '*';
		edited = splice(doc, i, 1, &edit, 1);
		passed = passed && faulty(&edited, EG_FAULT_FORMAT, path, NULL);
		edit.size = 0;
		edited = splice(doc, i, 1, &edit, 1);

		/* No contest data at all is a size like others. */
		if (e->size != 88)
			passed = passed && faulty(&edited, EG_FAULT_FORMAT, path, NULL);
	}
	test_ok(passed, "bytes of wrong sizes");
}

static void
test_elements(const document *doc)
{
	static const char *const names[] = {"pad", "data", "c0"};
	bool		passed = true;
	mpz_t		x;

	mpz_init(x);
	for (int value = -2; value <= 1; value++)
		for (size_t i = 0; i < 3 * lengthof(names); i++)
		{
			size_t		at = find_value(doc, names[i / 3], (int) i % 2);
			uint8_t		bytes[EG_ELEMENT_BYTES] = {0};
			char		text[700];
			char		path[200];
			document	edited;

			/* 0, p - 1, p, p + 1 */
			limbs_to_mpz(x, group->p, group->limbs);
			if (value > -2)
			{
				mpz_add_ui(x, x, (unsigned long) (value + 1));
				mpz_sub_ui(x, x, 1);
				mpz_export(bytes, NULL, 1, 1, 1, 0, x);
			}
			eg_bytes_to_base64(text, bytes, sizeof(bytes));
			path_of(doc, at, true, path);
			edited = replace_value(doc, at, TEXT, text);
			if (value == -1)
				passed = passed && encode_document(&edited).data != NULL;
			else
				passed = passed && faulty(&edited, EG_FAULT_VALUE, path,
										  "element is not in 1 .. p - 1");
		}
	mpz_clear(x);
	test_ok(passed, "elements 0, p - 1, p and p + 1");
}

static void
test_numbers(const document *doc)
{
	static const char *const never[] = {
		"1.0", "1e0", "1E0", "1e", "0x1", "+1", "", "-", "--1", " 1", "1 ",
		"9223372036854775808", "-9223372036854775809", "18446744073709551617",
		"10000000000000000000", "99999999999999999999", "NaN", "Infinity"
	};
	static const struct
	{
		const char *text;
		bool		time;
		bool		index;
		bool		weight;
	}			numbers[] = {
		{"-9223372036854775808", false, false, false},
		{"-1", false, false, false}, {"-0", true, false, false},
		{"0", true, false, false}, {"1", true, true, true},
		{"2147483647", true, true, true}, {"2147483648", true, false, true},
		{"253402300799", true, false, true},
		{"253402300800", false, false, true},
		{"9223372036854775807", false, false, true}
	};
	bool		passed = true;
	document	edited;

	for (size_t i = 0; i < lengthof(never); i++)
	{
		edited = replace_named(doc, "timestamp", NUMBER, never[i]);
		passed = passed && faulty(&edited, EG_FAULT_VALUE, "timestamp", NULL);
		edited = replace_named(doc, "weight", NUMBER, never[i]);
		passed = passed && faulty(&edited, EG_FAULT_VALUE, "weight", NULL);
		edited = replace_named(doc, "sequence_order", NUMBER, never[i]);
		passed = passed && faulty(&edited, EG_FAULT_VALUE,
								  "contests[0].sequence_order", NULL);
	}
	test_ok(passed, "numbers that are no integers of 64 bits");

	passed = true;
	for (size_t i = 0; i < lengthof(numbers); i++)
	{
		eg_ballot	ballot;
		eg_fault	fault = {0};
		bool		read;

		edited = replace_named(doc, "timestamp", NUMBER, numbers[i].text);
		read = read_ballot(&edited, &ballot, &memory.arena, &fault);
		passed = passed && read == numbers[i].time &&
			(!read || (ballot.has_time &&
					   ballot.time == strtoll(numbers[i].text, NULL, 10)));
		memset(&fault, 0, sizeof(fault));
		edited = replace_named(doc, "weight", NUMBER, numbers[i].text);
		read = read_ballot(&edited, &ballot, &memory.arena, &fault);
		passed = passed && read == numbers[i].weight &&
			(!read || ballot.weight == strtoull(numbers[i].text, NULL, 10));
		edited = replace_named(doc, "sequence_order", NUMBER,
							   numbers[i].text);
		memset(&fault, 0, sizeof(fault));
		passed = passed && numbers[i].index ==
			read_ballot(&edited, &ballot, &memory.arena, &fault);
	}
	test_ok(passed, "ranges of time stamps, weights and indices");
}

static void
test_words(const document *doc)
{
	static const char *const states[] = {
		"", "cast", "CAST ", "CASTS", "SPOILED", "CHALLENGEd", "CHALLENGED\n"
	};
	static const char *const labels[] = {"", "a\nb", "\x7F", "\xC2\x85"};
	static const char *const names[] = {
		"ballot_id", "ballot_style_id", "encrypting_device", "contest_id",
		"selection_id", "short_code"
	};
	char		longest[EG_MAX_LABEL + 2];
	bool		passed = true;
	document	edited;
	eg_ballot	ballot;
	eg_fault	fault = {0};

	for (size_t i = 0; i < lengthof(states); i++)
	{
		edited = replace_named(doc, "state", TEXT, states[i]);
		passed = passed && faulty(&edited, EG_FAULT_VALUE, "state", NULL);
	}
	edited = replace_named(doc, "state", TEXT, "CHALLENGED");
	passed = passed && read_ballot(&edited, &ballot, &memory.arena, &fault) &&
		ballot.state == EG_BALLOT_CHALLENGED;
	test_ok(passed, "states");

	passed = true;
	memset(longest, 'x', sizeof(longest));
	longest[EG_MAX_LABEL + 1] = '\0';
	for (size_t i = 0; i < lengthof(names); i++)
	{
		size_t		at = find_value(doc, names[i], 0);
		char		path[200];

		path_of(doc, at, true, path);
		for (size_t j = 0; j < lengthof(labels); j++)
		{
			edited = replace_value(doc, at, TEXT, labels[j]);
			passed = passed && faulty(&edited, EG_FAULT_VALUE, path,
									  "label is not allowed");
		}
		edited = replace_value(doc, at, TEXT, longest);
		passed = passed && faulty(&edited, EG_FAULT_VALUE, path,
								  "label is not allowed");
		edited = replace_value(doc, at, TEXT, longest + 1);
		passed = passed && encode_document(&edited).data != NULL;
	}
	test_ok(passed, "labels");

	/* A fault names contest and option, as far as they are known. */
	edited = replace_named(doc, "pad", IS_NULL, "");
	test_ok(!read_ballot(&edited, &ballot, &memory.arena, &fault) &&
			eg_bytes_equal(fault.contest, sample_contest_label(0)) &&
			eg_bytes_equal(fault.option, sample_option_label(0)),
			"the labels of a fault");
}

/* Whole documents that are no objects, and objects of too many elements. */
static void
test_documents(const document *doc)
{
	document	edited = {NULL, 1, &memory.arena};
	event	   *many = memory.arena.allocate(&memory,
											 (MOST + 1) * sizeof(event));
	size_t		at = find_value(doc, "all_selection_hashes", 0) + 1;
	bool		passed = true;

	for (int kind = BEGIN_ARRAY; kind <= IS_NULL; kind++)
	{
		event		e = {kind, "", 0};

		edited.events = &e;
		if (kind != KEY && kind != END_ARRAY)
			passed = passed && faulty(&edited, EG_FAULT_FORMAT, "",
									  "value is not an object");
	}
	test_ok(passed, "documents that are no objects");

	for (size_t i = 0; i <= MOST; i++)
		many[i] = doc->events[at];
	edited = splice(doc, at, 3, many, MOST + 1);
	test_ok(faulty(&edited, EG_FAULT_LIMIT,
				   "contests[0].pre_encryption.all_selection_hashes[65536]",
				   "array has more than 65536 elements"),
			"an array of 65537 elements");
	edited = splice(doc, at, 2, many, MOST);
	test_ok(faulty(&edited, EG_FAULT_LIMIT, "", "list is too long"),
			"a list of 65536 hashes");
	edited = splice(doc, at, 2, many, MOST - 1);
	test_ok(encode_document(&edited).data != NULL, "a list of 65535 hashes");
}

/* An arena that is exhausted after any number of blocks. */
static void
test_memory(const document *doc)
{
	bool		passed = true;
	size_t		limit;

	for (limit = 0;; limit++)
	{
		sample_arena small;
		eg_ballot	ballot;
		eg_fault	fault = {0};
		bool		read;

		sample_arena_init(&small);
		sample_arena_limit(&small, limit);
		read = read_ballot(doc, &ballot, &small.arena, &fault);
		sample_arena_free(&small);
		if (read)
			break;
		passed = passed && fault.kind == EG_FAULT_LIMIT &&
			strcmp(fault.message, "out of memory") == 0;
	}
	test_ok(passed && limit > 50, "no memory after 0 to %d blocks",
			(int) limit - 1);
}

/* Tallies, partial decryptions and ciphertexts, there and back. */
static void
test_other_shapes(void)
{
	static const sample_style style = {{3, 0, 17, 0, 1}};
	sample_form form = sample_small_form();
	eg_tally_state state = {0};
	eg_addend	addend;
	eg_bytes	bytes;
	eg_tally	tally;
	eg_tally_record record;
	eg_tally_record again = {0};
	eg_partial_record partial;
	eg_partial_record partial_again = {0};
	eg_ciphertext ciphertext = {0};
	const uint8_t *gathered[8];
	const uint8_t *elements;
	uint8_t    *written[2];
	eg_fault	fault = {0};
	document	doc;
	bool		passed;

	form.style = style;
	form.fields = EG_BALLOT_HAS_ELECTION;
	addend = sample_ballot_addend(sample_encode(sample_ballot(&form,
															  &memory.arena),
												&memory.arena));
	passed = sample_add(&state, &addend, &memory.arena, &fault);
	bytes = sample_finish(&state, &memory.arena);
	passed = passed && eg_tally_decode(&tally, bytes, &memory.arena, &fault) &&
		eg_tally_record_build(&record, &tally, &memory.arena, &fault);
	for (size_t limit = 0; limit < 3; limit++)
	{
		eg_fault	exhausted = {0};

		sample_arena_limit(&memory, limit);
		passed = passed && !eg_tally_record_build(&again, &tally,
												  &memory.arena, &exhausted) &&
			exhausted.kind == EG_FAULT_LIMIT;
	}
	sample_arena_limit(&memory, SIZE_MAX);
	memset(&again, 0, sizeof(again));
	doc = write_document(&eg_shape_tally, &record);
	passed = passed && read_document(&doc, &eg_shape_tally, &again,
									 &memory.arena, &fault) &&
		eg_tally_record_arrange(&again, &memory.arena, &fault);
	for (int i = 0; i < 2 && passed; i++)
	{
		eg_writer	writer = {NULL, 0};

		eg_tally_record_encode(&writer, i ? &again : &record);
		written[i] = (uint8_t *) sample_bytes(writer.size, &memory.arena);
		passed = writer.size == bytes.size;
		writer.next = written[i];
		eg_tally_record_encode(&writer, i ? &again : &record);
	}
	passed = passed && memcmp(written[0], written[1], bytes.size) == 0;
	bytes.data = written[0];
	test_ok(passed && eg_tally_decode(&tally, bytes, &memory.arena, &fault) &&
			eg_sum_ballots(tally.sums, 0) == 0 &&
			eg_sum_weight(tally.sums, 2) == 0,
			"an encrypted tally, whose sums are not known then");

	elements = tally.ciphertexts;
	passed = eg_partial_record_build(&partial, &tally, elements,
									 &memory.arena, &fault);
	partial.guardian = 7;
	doc = write_document(&eg_shape_partial_decryption, &partial);
	passed = passed && read_document(&doc, &eg_shape_partial_decryption,
									 &partial_again, &memory.arena, &fault) &&
		partial_again.guardian == 7 &&
		eg_partial_record_match(gathered, &partial_again, &tally, &fault);
	for (uint32_t i = 0; passed && i < tally.directory.options; i++)
		passed = memcmp(gathered[i], elements + i * EG_ELEMENT_BYTES,
						EG_ELEMENT_BYTES) == 0;
	test_ok(passed, "a partial decryption");

	doc = write_document(&eg_shape_ciphertext,
						 record.contests[0].selections[0].ciphertext);
	test_ok(read_document(&doc, &eg_shape_ciphertext, &ciphertext,
						  &memory.arena, &fault) &&
			memcmp(ciphertext.pad, record.contests[0].selections[0].
				   ciphertext->pad, EG_ELEMENT_BYTES) == 0 &&
			memcmp(ciphertext.data, record.contests[0].selections[0].
				   ciphertext->data, EG_ELEMENT_BYTES) == 0, "a ciphertext");
}

/*
 * Large documents
 */

static void
feed_word(eg_json_reader *reader, bool *fits, event_kind kind,
		  const char *text)
{
	event		e = {kind, text, strlen(text)};

	*fits = *fits && feed(reader, &e);
}

/* A manifest as far as its contests, the first of them included. */
static void
begin_manifest(eg_json_reader *reader, eg_manifest *manifest, bool *fits,
			   eg_fault *fault)
{
	memset(manifest, 0, sizeof(*manifest));
	memset(fault, 0, sizeof(*fault));
	*fits = true;
	eg_json_reader_init(reader, &eg_shape_manifest, manifest, group,
						&memory.arena, fault);
	feed_word(reader, fits, BEGIN_OBJECT, "");
	feed_word(reader, fits, KEY, "contests");
	feed_word(reader, fits, BEGIN_ARRAY, "");
	feed_word(reader, fits, BEGIN_OBJECT, "");
}

static void
feed_options(eg_json_reader *reader, bool *fits, int n)
{
	feed_word(reader, fits, KEY, "options");
	feed_word(reader, fits, BEGIN_ARRAY, "");
	for (int i = 0; i < n && *fits; i++)
	{
		feed_word(reader, fits, BEGIN_OBJECT, "");
		feed_word(reader, fits, END_OBJECT, "");
	}
	feed_word(reader, fits, END_ARRAY, "");
	feed_word(reader, fits, END_OBJECT, "");
}

/* Contests of empty options, each of which takes three bytes of text. */
static void
test_amplified_manifest(void)
{
	eg_manifest manifest;
	eg_json_reader reader;
	eg_fault	fault;
	size_t		options = 0;
	bool		fits;

	begin_manifest(&reader, &manifest, &fits, &fault);
	while (fits && options < 100)
	{
		feed_options(&reader, &fits, MOST);
		feed_word(&reader, &fits, BEGIN_OBJECT, "");
		options++;
	}
	test_ok(!fits && fault.kind == EG_FAULT_LIMIT &&
			strcmp(fault.message,
				   "arrays of the document take more than 128 MB") == 0 &&
			strncmp(fault.path, "contests[", 9) == 0,
			"arrays that are too large together");
	test_ok(options <= EG_JSON_MAX_ARRAYS /
			(MOST * sizeof(eg_manifest_option)),
			"they are refused when they have that size");
}

/* All options, in one contest, and as many styles with all their contests. */
static void
test_largest_manifest(void)
{
	eg_manifest manifest;
	eg_json_reader reader;
	eg_fault	fault;
	bool		fits;

	begin_manifest(&reader, &manifest, &fits, &fault);
	feed_options(&reader, &fits, EG_MAX_OPTIONS);
	feed_word(&reader, &fits, END_ARRAY, "");
	feed_word(&reader, &fits, KEY, "ballot_styles");
	feed_word(&reader, &fits, BEGIN_ARRAY, "");
	for (int i = 0; i < MOST; i++)
	{
		feed_word(&reader, &fits, BEGIN_OBJECT, "");
		feed_word(&reader, &fits, KEY, "contests");
		feed_word(&reader, &fits, BEGIN_ARRAY, "");
		for (int j = 0; j < EG_MAX_STYLE_CONTESTS / MOST; j++)
			feed_word(&reader, &fits, NUMBER, "1");
		feed_word(&reader, &fits, END_ARRAY, "");
		feed_word(&reader, &fits, END_OBJECT, "");
	}
	feed_word(&reader, &fits, END_ARRAY, "");
	feed_word(&reader, &fits, END_OBJECT, "");
	test_ok(fits && reader.done && manifest.n == 1 &&
			manifest.contests[0].n == EG_MAX_OPTIONS &&
			manifest.n_styles == MOST &&
			manifest.styles[MOST - 1].n == EG_MAX_STYLE_CONTESTS / MOST,
			"the largest manifest");
}

int
main(void)
{
	sample_form older = form_2_0();
	document	full;
	document	mac;

	test_begin();
	sample_arena_init(&memory);
	test_round_trips();
	sample_arena_free(&memory);
	test_other_forms();
	test_dropped_nesting();
	test_many_names();
	full = full_document();
	mac = write_document(&eg_shape_ballot,
						 sample_ballot(&older, &memory.arena));
	test_keys(&full, "2.1.0");
	test_keys(&mac, "2.0");
	test_types(&full, "2.1.0");
	test_types(&mac, "2.0");
	test_byte_texts(&full);
	test_elements(&full);
	test_numbers(&full);
	test_words(&full);
	test_documents(&full);
	test_memory(&full);
	test_other_shapes();
	sample_arena_free(&memory);
	test_amplified_manifest();
	sample_arena_free(&memory);
	test_largest_manifest();
	sample_arena_free(&memory);
	return test_end();
}
