/*
 * fuzz_json.c
 *		Records as JSON: any events that a parser can emit are a fault, or a
 *		record that can be written, read again and encoded.
 *
 * The input decides, field by field of a shape, whether what follows is what
 * the shape asks for; the zeros at the end of the input choose that it is.
 */
#include "fuzz.h"

#include "protocol/catalogue.h"
#include "protocol/ciphertext.h"
#include "protocol/decryption.h"
#include "protocol/decryption_record.h"
#include "protocol/json_shape.h"
#include "protocol/key_shares.h"
#include "protocol/manifest.h"
#include "protocol/record_shapes.h"
#include "protocol/text.h"

typedef struct generator
{
	fuzz_input	input;
	eg_json_reader *reader;
	eg_json_value_event value;
	const eg_arena *arena;
	bool		accepted;		/* no event was refused so far */
	uint32_t	next;			/* for indices and labels that are all new */
	int			arrays;			/* with how many elements to go on */
} generator;

static void make_object(generator *g, const eg_json_shape *shape);

/*
 * Values
 */

/* Text in a block of its own, which no zero ends. */
static void
put_scalar(generator *g, eg_json_scalar type, const char *text, size_t size)
{
	eg_bytes	bytes = {(const uint8_t *) text, size};

	bytes = sample_copy(bytes, g->arena);
	g->accepted = g->accepted &&
		g->value(g->reader, type, (const char *) bytes.data, bytes.size);
}

static void
put_text(generator *g, const char *text)
{
	put_scalar(g, EG_JSON_TEXT, text, strlen(text));
}

static void
put_key(generator *g, const char *name, size_t size)
{
	eg_bytes	bytes = {(const uint8_t *) name, size};

	bytes = sample_copy(bytes, g->arena);
	g->accepted = g->accepted &&
		eg_json_key(g->reader, (const char *) bytes.data, bytes.size);
}

/* Characters from the input. */
static void
put_raw(generator *g, eg_json_scalar type)
{
	char		text[64];
	size_t		size = fuzz_byte(&g->input) % sizeof(text);

	for (size_t i = 0; i < size; i++)
		text[i] = (char) fuzz_byte(&g->input);
	put_scalar(g, type, text, size);
}

/* Any value at all; nested ones, too. */
static void
put_anything(generator *g, int depth)
{
	static const char *const names[] = {"contests", "label", "x"};
	uint8_t		choice = fuzz_byte(&g->input);

	switch (choice % 8)
	{
		case 0:
			put_scalar(g, EG_JSON_NULL, "", 0);
			break;
		case 1:
			put_scalar(g, EG_JSON_TRUE, "", 0);
			break;
		case 2:
			put_raw(g, EG_JSON_NUMBER);
			break;
		case 3:
			put_raw(g, EG_JSON_TEXT);
			break;
		case 4:
		case 5:
			g->accepted = g->accepted && eg_json_begin_array(g->reader);
			for (int i = choice >> 6; depth < 20 && i > 0; i--)
				put_anything(g, depth + 1);
			g->accepted = g->accepted && eg_json_end_array(g->reader);
			break;
		default:
			g->accepted = g->accepted && eg_json_begin_object(g->reader);
			for (int i = choice >> 6; depth < 20 && i > 0; i--)
			{
				put_key(g, names[i - 1], strlen(names[i - 1]));
				put_anything(g, depth + 1);
			}
			g->accepted = g->accepted && eg_json_end_object(g->reader);
	}
}

static void
put_bytes(generator *g, const uint8_t *bytes, size_t size, bool hex)
{
	char		text[2 * EG_ELEMENT_BYTES + 1];

	if (hex)
		eg_bytes_to_hex(text, bytes, size);
	else
		eg_bytes_to_base64(text, bytes, size);
	put_text(g, text);
}

/* Elements inside and, sometimes, at the ends of their range. */
static void
put_element(generator *g)
{
	uint8_t		bytes[EG_ELEMENT_BYTES];
	uint8_t		choice = fuzz_byte(&g->input);

	memcpy(bytes, sample_element(g->arena), sizeof(bytes));
	if (choice >= 250)
	{
		eg_element_export(&eg_group_2_1_0, bytes, eg_group_2_1_0.p);
		bytes[EG_ELEMENT_BYTES - 1] -= choice - 250;
	}
	else if (choice == 249)
		memset(bytes, 0, sizeof(bytes));
	put_bytes(g, bytes, sizeof(bytes), choice & 1);
}

static void
put_number(generator *g, eg_json_kind kind)
{
	char		text[30];
	uint8_t		choice = fuzz_byte(&g->input);
	int64_t		value = kind == EG_JSON_INDEX ? g->next++ : 1;

	if (choice & 1)
		value = (int64_t) fuzz_number(&g->input, 1 + choice % 8);
	snprintf(text, sizeof(text), "%lld", (long long) value);
	put_scalar(g, EG_JSON_NUMBER, text, strlen(text));
}

static void
put_label(generator *g)
{
	char		text[20];

	if (fuzz_byte(&g->input) & 1)
		put_raw(g, EG_JSON_TEXT);
	else
	{
		snprintf(text, sizeof(text), "label %u", g->next++);
		put_text(g, text);
	}
}

static void
put_array(generator *g, const eg_json_field *field)
{
	uint8_t		n = fuzz_byte(&g->input);

	n = g->arrays-- > 0 ? (n + 1) % 4 : 0;
	g->accepted = g->accepted && eg_json_begin_array(g->reader);
	for (; n > 0; n--)
	{
		if (fuzz_byte(&g->input) >= 250)
			put_anything(g, 0);
		else if (field->kind == EG_JSON_ARRAY)
			make_object(g, field->shape);
		else if (field->kind == EG_JSON_INDEX_ARRAY)
			put_number(g, EG_JSON_WEIGHT);
		else if (field->kind == EG_JSON_LABEL_ARRAY)
			put_label(g);
		else
			put_bytes(g, sample_bytes(EG_HASH_BYTES, g->arena), EG_HASH_BYTES,
					  n & 1);
	}
	g->accepted = g->accepted && eg_json_end_array(g->reader);
}

/* What the shape asks for. */
static void
put_proper(generator *g, const eg_json_field *field)
{
	switch (field->kind)
	{
		case EG_JSON_BYTES:
			put_bytes(g, sample_bytes(field->size, g->arena), field->size,
					  fuzz_byte(&g->input) & 1);
			break;
		case EG_JSON_ELEMENT:
			put_element(g);
			break;
		case EG_JSON_DATA:
			put_bytes(g, sample_bytes(64, g->arena),
					  fuzz_byte(&g->input) % 65, false);
			break;
		case EG_JSON_LABEL:
			put_label(g);
			break;
		case EG_JSON_INDEX:
		case EG_JSON_WEIGHT:
		case EG_JSON_TIME:
		case EG_JSON_CHAINING:
			put_number(g, field->kind);
			break;
		case EG_JSON_BOOL:
		case EG_JSON_FLAG:
			put_scalar(g, fuzz_byte(&g->input) & 1 ? EG_JSON_TRUE :
					   EG_JSON_FALSE, "", 0);
			break;
		case EG_JSON_STATE:
			put_text(g, fuzz_byte(&g->input) & 1 ? "CHALLENGED" : "CAST");
			break;
		case EG_JSON_OBJECT:
			make_object(g, field->shape);
			break;
		case EG_JSON_ARRAY:
		case EG_JSON_BYTES_ARRAY:
		case EG_JSON_INDEX_ARRAY:
		case EG_JSON_LABEL_ARRAY:
			put_array(g, field);
			break;
		case EG_JSON_DROPPED:
			put_anything(g, 0);
			break;
	}
}

/* Of two fields with one name, one has its turn. */
static bool
twin_has_turn(const eg_json_shape *shape, size_t i, uint8_t choice)
{
	for (size_t j = 0; j < shape->n; j++)
		if (j != i &&
			strcmp(shape->fields[j].name, shape->fields[i].name) == 0)
			return (choice & 1) == (j < i);
	return false;
}

static void
make_object(generator *g, const eg_json_shape *shape)
{
	uint8_t		twins = fuzz_byte(&g->input);

	g->accepted = g->accepted && eg_json_begin_object(g->reader);
	for (size_t i = 0; i < shape->n && g->accepted; i++)
	{
		const eg_json_field *field = &shape->fields[i];
		uint8_t		choice = fuzz_byte(&g->input);

		if (twin_has_turn(shape, i, twins))
			continue;
		if (choice >= 0xE0 && choice < 0xF0 && !field->required)
			continue;
		if (choice >= 0xFC)
			continue;
		if (choice == 0xFB)
		{
			put_key(g, "unknown", choice & 7);
			put_anything(g, 0);
		}
		put_key(g, field->name, strlen(field->name));
		if (choice == 0xFA)
			put_anything(g, 0);
		else
			put_proper(g, field);
		if (choice == 0xF9)
			put_key(g, field->name, strlen(field->name));
	}
	g->accepted = g->accepted && eg_json_end_object(g->reader);
}

/*
 * Writing what was read, straight into another reader
 */

static void
again_begin_object(void *context)
{
	FUZZ_CHECK(eg_json_begin_object(context));
}

static void
again_end_object(void *context)
{
	FUZZ_CHECK(eg_json_end_object(context));
}

static void
again_begin_array(void *context)
{
	FUZZ_CHECK(eg_json_begin_array(context));
}

static void
again_end_array(void *context)
{
	FUZZ_CHECK(eg_json_end_array(context));
}

static void
again_key(void *context, const char *name)
{
	FUZZ_CHECK(eg_json_key(context, name, strlen(name)));
}

static void
again_text(void *context, const char *text, size_t size)
{
	FUZZ_CHECK(eg_json_value(context, EG_JSON_TEXT, text, size));
}

static void
again_base64(void *context, const uint8_t *bytes, size_t size)
{
	char		text[2 * EG_ELEMENT_BYTES];

	eg_bytes_to_base64(text, bytes, size);
	FUZZ_CHECK(eg_json_value(context, EG_JSON_TEXT, text, strlen(text)));
}

static void
again_number(void *context, int64_t value)
{
	char		text[30];

	snprintf(text, sizeof(text), "%lld", (long long) value);
	FUZZ_CHECK(eg_json_value(context, EG_JSON_NUMBER, text, strlen(text)));
}

static void
again_boolean(void *context, bool value)
{
	FUZZ_CHECK(eg_json_value(context, value ? EG_JSON_TRUE : EG_JSON_FALSE,
							 "", 0));
}

/*
 * Everything that a record may be read into, and what is made of it then
 */

typedef union record
{
	eg_ballot	ballot;
	eg_tally_record tally;
	eg_partial_record partial;
	eg_ciphertext ciphertext;
	eg_share_list shares;
	eg_guardian guardian;
	eg_manifest manifest;
	eg_tally_file tally_file;
	eg_opening	opening;
	eg_decrypted_data contest_data;
} record;

enum
{
	BALLOT,
	TALLY,
	PARTIAL,
	CIPHERTEXT,
	SHARES,
	GUARDIAN,
	MANIFEST,					/* this and what follows is not written */
	TALLY_FILE,					/* this and what follows keeps scalars */
	OPENING,
	CONTEST_DATA,
	KINDS
};

static const eg_json_shape *const shapes[KINDS] = {
	&eg_shape_ballot, &eg_shape_tally, &eg_shape_partial_decryption,
	&eg_shape_ciphertext, &eg_shape_share_list, &eg_shape_guardian,
	&eg_shape_manifest, &eg_shape_tally_file, &eg_shape_opening,
	&eg_shape_decrypted_data
};

static void
prepare(record *target, int kind)
{
	memset(target, 0, sizeof(*target));
	if (kind != BALLOT)
		return;
	target->ballot.group = EG_GROUP_2_1_0;
	target->ballot.weight = 1;
}

/* The encoding of what was read; no data if it cannot be arranged. */
static eg_bytes
encode(record *from, int kind, const eg_arena *arena)
{
	eg_bytes	bytes = {NULL, 0};
	eg_writer	writer = {NULL, 0};
	eg_fault	fault = {0};
	eg_tally	tally;
	eg_ballot	ballot;
	uint8_t    *memory;

	switch (kind)
	{
		case BALLOT:
			if (!eg_ballot_arrange(&from->ballot, arena, &fault))
			{
				FUZZ_CHECK(fault.message != NULL);
				return bytes;
			}
			bytes = sample_encode(&from->ballot, arena);
			FUZZ_CHECK(eg_ballot_decode(&ballot, bytes, arena, &fault));
			FUZZ_CHECK(eg_bytes_equal(sample_encode(&ballot, arena), bytes));
			break;
		case TALLY:
			if (!eg_tally_record_arrange(&from->tally, arena, &fault))
			{
				FUZZ_CHECK(fault.message != NULL);
				return bytes;
			}
			eg_tally_record_encode(&writer, &from->tally);
			memory = (uint8_t *) sample_bytes(writer.size, arena);
			bytes.data = memory;
			bytes.size = writer.size;
			writer.next = memory;
			eg_tally_record_encode(&writer, &from->tally);
			FUZZ_CHECK(eg_tally_decode(&tally, bytes, arena, &fault));
			break;
		case CIPHERTEXT:
			memory = (uint8_t *) sample_bytes(EG_CIPHERTEXT_SIZE, arena);
			eg_ciphertext_encode(memory, &eg_group_2_1_0, from->ciphertext.pad,
								 from->ciphertext.data);
			bytes.data = memory;
			bytes.size = EG_CIPHERTEXT_SIZE;
			FUZZ_CHECK(eg_ciphertext_decode(bytes, &fault));
			break;
		default:
			break;
	}
	return bytes;
}

static void
check_accepted(record *first, int kind, const eg_arena *arena)
{
	record		again;
	eg_json_reader reader;
	eg_fault	fault = {0};
	eg_json_sink sink = {
		again_begin_object, again_end_object, again_begin_array,
		again_end_array, again_key, again_text, again_base64, again_number,
		again_boolean, &reader
	};
	eg_bytes	one;
	eg_bytes	other;

	prepare(&again, kind);
	eg_json_reader_init(&reader, shapes[kind], &again, &eg_group_2_1_0, arena,
						&fault);
	eg_json_write(&sink, shapes[kind], first);
	FUZZ_CHECK(reader.done);
	one = encode(first, kind, arena);
	other = encode(&again, kind, arena);
	FUZZ_CHECK(one.size == other.size && eg_bytes_equal(one, other));
}

/* A manifest is refused, or has a compiled form in which all is found. */
static void
check_manifest(eg_manifest *manifest, const eg_arena *arena)
{
	eg_fault	fault = {0};
	eg_catalogue catalogue;
	eg_rules	rules;
	eg_bytes	compiled;
	const uint8_t *contests;
	uint32_t	n;

	if (!eg_manifest_settle(manifest, arena, NULL, &fault))
	{
		FUZZ_CHECK(fault.message != NULL);
		return;
	}
	FUZZ_CHECK(eg_manifest_compile(&compiled, manifest, arena, NULL, &fault));
	eg_rules_view(&rules, compiled);
	FUZZ_CHECK(eg_catalogue_make(&catalogue, &rules, arena));
	for (uint32_t i = 0; i < manifest->n; i++)
		FUZZ_CHECK(eg_find_contest(&catalogue, manifest->contests[i].label)->index == i + 1);
	for (uint32_t i = 0; i < manifest->n_styles; i++)
		FUZZ_CHECK(eg_rules_style(&rules, manifest->styles[i].label, &contests, &n) &&
				   n == manifest->styles[i].n);
}

/* What is made of what is not written */
static void
check_unwritten(record *first, int kind, const eg_arena *arena)
{
	eg_fault	fault = {0};

	if (kind == MANIFEST)
		check_manifest(&first->manifest, arena);
	else if (kind == TALLY_FILE)
		FUZZ_CHECK(eg_tally_file_settle(&first->tally_file, &fault) ==
				   (fault.message == NULL));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	sample_arena arena;
	sample_arena text;
	generator	g = {{data, size}, NULL, eg_json_value, NULL, true, 1, 30};
	eg_json_reader reader;
	eg_fault	fault = {0};
	record		target;
	uint8_t		mode = fuzz_byte(&g.input);
	int			kind = mode % KINDS;

	sample_seed(0);
	sample_arena_init(&arena);
	sample_arena_init(&text);
	if (mode >= 0xC0)
		sample_arena_limit(&arena, fuzz_number(&g.input, 1));
	prepare(&target, kind);
	eg_json_reader_init(&reader, shapes[kind], &target, &eg_group_2_1_0,
						&arena.arena, &fault);
	g.reader = &reader;
	g.arena = &text.arena;
	if (kind >= TALLY_FILE)
		g.value = eg_decryption_value;
	if (mode & 4)
		put_anything(&g, 0);
	else
		make_object(&g, shapes[kind]);
	sample_arena_limit(&arena, SIZE_MAX);
	FUZZ_CHECK(memchr(fault.path, '\0', sizeof(fault.path)) != NULL);
	FUZZ_CHECK(g.accepted == (fault.message == NULL));

	/* A parser stops at the first event that is refused. */
	if (g.accepted)
	{
		FUZZ_CHECK(reader.done && reader.depth == 0);
		if (kind >= MANIFEST)
			check_unwritten(&target, kind, &arena.arena);
		else
			check_accepted(&target, kind, &arena.arena);
	}
	sample_arena_free(&text);
	sample_arena_free(&arena);
	return 0;
}
