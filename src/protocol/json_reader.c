/*
 * json_reader.c
 *		Fills a structure from JSON events, as its shape says.
 */
#include "protocol/ballot.h"
#include "protocol/hash_uses.h"
#include "protocol/json_shape.h"
#include "protocol/text.h"

#include <stdio.h>

/* What a lenient shape takes an unknown field for. */
static const eg_json_field dropped_field = {"", EG_JSON_DROPPED, false, 0, 0,
NULL};

void
eg_json_reader_init(eg_json_reader *reader, const eg_json_shape *shape,
					void *target, const eg_group *group,
					const eg_arena *arena, eg_fault *fault)
{
	memset(reader, 0, sizeof(*reader));
	reader->shape = shape;
	reader->target = target;
	reader->group = group;
	reader->arena = arena;
	reader->fault = fault;
}

/*
 * Faults and their places
 */

/*
 * contests[2].selections[1].proof, counting from 0 as jsonb's operators do;
 * names of shapes only, never input.
 */
static void
describe_path(const eg_json_reader *reader, char *path, size_t size)
{
	size_t		used = 0;

	path[0] = '\0';
	for (int i = 0; i < reader->depth; i++)
	{
		const eg_json_frame *frame = &reader->frames[i];
		int			n = 0;

		if (frame->field != NULL)
			n = snprintf(path + used, size - used, "[%u]", frame->n - 1);
		else if (frame->current != NULL && frame->current != &dropped_field)
			n = snprintf(path + used, size - used, "%s%s", used ? "." : "",
						 frame->current->name);
		if (n < 0 || used + (size_t) n >= size)
			return;
		used += (size_t) n;
	}
}

static void
describe_labels(const eg_json_reader *reader, eg_fault *fault)
{
	for (int i = 0; i < reader->depth; i++)
	{
		const eg_json_frame *frame = &reader->frames[i];
		eg_bytes	label;

		if (frame->field != NULL || frame->shape->names == 0)
			continue;
		memcpy(&label, frame->target + frame->shape->label_offset,
			   sizeof(label));
		if (frame->shape->names == 1)
			fault->contest = label;
		else
			fault->option = label;
	}
}

static bool
fail(eg_json_reader *reader, eg_fault_kind kind, const char *message)
{
	if (reader->fault->message == NULL)
	{
		describe_path(reader, reader->fault->path,
					  sizeof(reader->fault->path));
		describe_labels(reader, reader->fault);
	}
	return eg_fault_set(reader->fault, kind, message);
}

static void *
allocate(eg_json_reader *reader, size_t size)
{
	void	   *memory = reader->arena->allocate(reader->arena->context, size);

	if (memory == NULL)
		fail(reader, EG_FAULT_LIMIT, "out of memory");
	return memory;
}

/*
 * Scalars
 */

/* Digits alone: no sign but a minus, no fraction, no exponent. */
static bool
parse_integer(const char *text, size_t size, int64_t *value)
{
	bool		negative = size > 0 && text[0] == '-';
	uint64_t	sum = 0;
	uint64_t	limit = (uint64_t) INT64_MAX + (negative ? 1 : 0);
	size_t		i = negative ? 1 : 0;

	if (i == size || size - i > 19)
		return false;
	for (; i < size; i++)
	{
		if (text[i] < '0' || text[i] > '9')
			return false;
		sum = sum * 10 + (uint64_t) (text[i] - '0');
	}
	if (sum > limit)
		return false;
	*value = negative ? -(int64_t) (sum - 1) - 1 : (int64_t) sum;
	if (negative && sum == 0)
		*value = 0;
	return true;
}

static bool
read_number(eg_json_reader *reader, const eg_json_field *field,
			uint8_t *target, const char *text, size_t size)
{
	int64_t		value;
	uint32_t	index;
	bool		there = true;

	if (!parse_integer(text, size, &value))
		return fail(reader, EG_FAULT_VALUE, "number is not an integer in range");
	if (field->kind == EG_JSON_TIME)
	{
		if (value < 0 || value > EG_MAX_TIME)
			return fail(reader, EG_FAULT_VALUE, "time stamp is out of range");
		memcpy(target + field->offset, &value, sizeof(value));
		memcpy(target + field->size, &there, sizeof(there));
		return true;
	}
	if (field->kind == EG_JSON_CHAINING)
	{
		if (value != EG_CHAINING_NONE && value != EG_CHAINING_SIMPLE)
			return fail(reader, EG_FAULT_VALUE,
						"chaining mode is neither 0 nor 1");
		target[field->offset] = (uint8_t) (1 + value);
		return true;
	}
	if (value < 1)
		return fail(reader, EG_FAULT_VALUE, "number is not positive");
	if (field->kind == EG_JSON_WEIGHT)
	{
		memcpy(target + field->offset, &value, sizeof(value));
		return true;
	}
	if (value > EG_MAX_INDEX)
		return fail(reader, EG_FAULT_VALUE, "index is out of range");
	index = (uint32_t) value;
	memcpy(target + field->offset, &index, sizeof(index));
	return true;
}

static const char *
no_bytes(size_t size)
{
	switch (size)
	{
		case EG_ELEMENT_BYTES:
			return "text is not hexadecimal or base64 of 512 bytes";
		case EG_PAIR_BYTES:
			return "text is not hexadecimal or base64 of 64 bytes";
		case EG_CHAINING_BYTES:
			return "text is not hexadecimal or base64 of 36 bytes";
		default:
			return "text is not hexadecimal or base64 of 32 bytes";
	}
}

static const uint8_t *
read_bytes(eg_json_reader *reader, size_t bytes_size, const char *text,
		   size_t size)
{
	uint8_t    *bytes = allocate(reader, bytes_size);

	if (bytes == NULL)
		return NULL;
	if (eg_text_to_bytes(bytes, bytes_size, text, size))
		return bytes;
	fail(reader, EG_FAULT_FORMAT, no_bytes(bytes_size));
	return NULL;
}

static bool
read_element(eg_json_reader *reader, const eg_json_field *field,
			 uint8_t *target, const char *text, size_t size)
{
	const uint8_t *bytes = read_bytes(reader, EG_ELEMENT_BYTES, text, size);
	mp_limb_t	x[EG_MAX_LIMBS];

	if (bytes == NULL)
		return false;
	if (!eg_element_import(reader->group, x, bytes))
		return fail(reader, EG_FAULT_VALUE, "element is not in 1 .. p - 1");
	memcpy(target + field->offset, &bytes, sizeof(bytes));
	return true;
}

static bool
read_data(eg_json_reader *reader, const eg_json_field *field,
		  uint8_t *target, const char *text, size_t size)
{
	uint8_t    *bytes = allocate(reader, eg_text_room(size));
	eg_bytes	data;

	if (bytes == NULL)
		return false;
	if (!eg_base64_to_bytes(bytes, &data.size, text, size))
		return fail(reader, EG_FAULT_FORMAT, "text is not canonical base64");
	data.data = bytes;
	memcpy(target + field->offset, &data, sizeof(data));
	return true;
}

static bool
read_label(eg_json_reader *reader, const eg_json_field *field,
		   uint8_t *target, const char *text, size_t size)
{
	uint8_t    *copy = allocate(reader, size + 1);
	eg_bytes	label = {copy, size};

	if (copy == NULL)
		return false;
	memcpy(copy, text, size);
	if (!eg_label_valid(label))
		return fail(reader, EG_FAULT_VALUE, "label is not allowed");
	memcpy(target + field->offset, &label, sizeof(label));
	return true;
}

static bool
read_state(eg_json_reader *reader, const eg_json_field *field,
		   uint8_t *target, const char *text, size_t size)
{
	if (size == 4 && memcmp(text, "CAST", 4) == 0)
		target[field->offset] = EG_BALLOT_CAST;
	else if (size == 10 && memcmp(text, "CHALLENGED", 10) == 0)
		target[field->offset] = EG_BALLOT_CHALLENGED;
	else
		return fail(reader, EG_FAULT_VALUE,
					"state is neither CAST nor CHALLENGED");
	return true;
}

static bool
read_text(eg_json_reader *reader, const eg_json_field *field,
		  uint8_t *target, const char *text, size_t size)
{
	const uint8_t *bytes;

	switch (field->kind)
	{
		case EG_JSON_BYTES:
			bytes = read_bytes(reader, field->size, text, size);
			if (bytes == NULL)
				return false;
			memcpy(target + field->offset, &bytes, sizeof(bytes));
			return true;
		case EG_JSON_ELEMENT:
			return read_element(reader, field, target, text, size);
		case EG_JSON_DATA:
			return read_data(reader, field, target, text, size);
		case EG_JSON_LABEL:
			return read_label(reader, field, target, text, size);
		case EG_JSON_STATE:
			return read_state(reader, field, target, text, size);
		default:
			return fail(reader, EG_FAULT_FORMAT, "value is not of this type");
	}
}

/*
 * Arrays
 */

static size_t
element_size(const eg_json_field *field)
{
	switch (field->kind)
	{
		case EG_JSON_ARRAY:
			return field->shape->size;
		case EG_JSON_INDEX_ARRAY:
			return sizeof(uint32_t);
		case EG_JSON_LABEL_ARRAY:
			return sizeof(eg_bytes);
		default:
			return sizeof(uint8_t *);
	}
}

/* Twice the room for an array, which moves there. */
static bool
grow_array(eg_json_reader *reader, eg_json_frame *frame)
{
	const eg_json_field *field = frame->field;
	size_t		size = element_size(field);
	uint32_t	room = frame->room ? frame->room * 2 : 4;
	uint8_t    *items;
	uint8_t    *grown;

	reader->arrays += room * size;
	if (reader->arrays > EG_JSON_MAX_ARRAYS)
		return fail(reader, EG_FAULT_LIMIT,
					"arrays of the document take more than 128 MB");
	grown = allocate(reader, room * size);
	if (grown == NULL)
		return false;
	memcpy(&items, frame->target + field->offset, sizeof(items));
	if (frame->room > 0)
		memcpy(grown, items, frame->room * size);
	memcpy(frame->target + field->offset, &grown, sizeof(grown));
	frame->room = room;
	return true;
}

/* The next element's memory; the array moves as it grows. */
static uint8_t *
next_element(eg_json_reader *reader, eg_json_frame *frame)
{
	const eg_json_field *field = frame->field;
	uint8_t    *items;

	frame->n++;
	if (frame->n > 2 * EG_MAX_OPTIONS)
	{
		fail(reader, EG_FAULT_LIMIT, "array has more than 65536 elements");
		return NULL;
	}
	if (frame->n > frame->room && !grow_array(reader, frame))
		return NULL;
	memcpy(&items, frame->target + field->offset, sizeof(items));
	memcpy(frame->target + field->size, &frame->n, sizeof(frame->n));
	return items + (frame->n - 1) * element_size(field);
}

static bool
array_value(eg_json_reader *reader, eg_json_frame *frame,
			eg_json_scalar type, const char *text, size_t size)
{
	eg_json_field scalar = {frame->field->name, EG_JSON_BYTES, true, 0,
	EG_HASH_BYTES, NULL};
	uint8_t    *element = next_element(reader, frame);

	if (element == NULL)
		return false;
	if (frame->field->kind == EG_JSON_BYTES_ARRAY && type == EG_JSON_TEXT)
		return read_text(reader, &scalar, element, text, size);
	scalar.kind = EG_JSON_LABEL;
	if (frame->field->kind == EG_JSON_LABEL_ARRAY && type == EG_JSON_TEXT)
		return read_text(reader, &scalar, element, text, size);
	scalar.kind = EG_JSON_INDEX;
	if (frame->field->kind == EG_JSON_INDEX_ARRAY && type == EG_JSON_NUMBER)
		return read_number(reader, &scalar, element, text, size);
	return fail(reader, EG_FAULT_FORMAT, "value is not of this type");
}

/*
 * Objects
 */

static bool
push(eg_json_reader *reader, const eg_json_frame *frame)
{
	if (reader->depth == EG_JSON_DEPTH)
		return fail(reader, EG_FAULT_FORMAT, "nested too deeply");
	reader->frames[reader->depth++] = *frame;
	return true;
}

static bool
push_object(eg_json_reader *reader, const eg_json_shape *shape, void *target)
{
	eg_json_frame frame = {0};

	frame.shape = shape;
	frame.target = target;
	return push(reader, &frame);
}

/* What a value is to a field: enough to choose between two of one name. */
typedef enum value_class
{
	OBJECT_VALUE,
	ARRAY_VALUE,
	TEXT_VALUE,
	NUMBER_VALUE,
	OTHER_VALUE
} value_class;

static value_class
class_of_kind(eg_json_kind kind)
{
	switch (kind)
	{
		case EG_JSON_OBJECT:
			return OBJECT_VALUE;
		case EG_JSON_ARRAY:
		case EG_JSON_BYTES_ARRAY:
		case EG_JSON_INDEX_ARRAY:
		case EG_JSON_LABEL_ARRAY:
			return ARRAY_VALUE;
		case EG_JSON_INDEX:
		case EG_JSON_WEIGHT:
		case EG_JSON_TIME:
		case EG_JSON_CHAINING:
			return NUMBER_VALUE;
		case EG_JSON_BOOL:
		case EG_JSON_FLAG:
		case EG_JSON_DROPPED:
			return OTHER_VALUE;
		default:
			return TEXT_VALUE;
	}
}

/*
 * The field at hand, or the one of the same name that takes this class of
 * value.
 */
static const eg_json_field *
field_for(eg_json_frame *frame, value_class wanted)
{
	const eg_json_field *field = frame->current;
	const eg_json_field *end = frame->shape->fields + frame->shape->n;

	if (field == &dropped_field)
		return field;
	for (const eg_json_field *other = field; other < end; other++)
		if (strcmp(other->name, field->name) == 0 &&
			class_of_kind(other->kind) == wanted)
			return other;
	return field;
}

bool
eg_json_begin_object(eg_json_reader *reader)
{
	eg_json_frame *frame;
	const eg_json_field *field;
	void	   *object;

	if (!eg_json_names_begin(&reader->names, reader->arena))
		return fail(reader, EG_FAULT_LIMIT, "out of memory");
	if (reader->dropping > 0)
		return ++reader->dropping > 0;
	if (reader->depth == 0)
		return push_object(reader, reader->shape, reader->target);
	frame = &reader->frames[reader->depth - 1];
	if (frame->field != NULL)
	{
		object = next_element(reader, frame);
		if (object == NULL)
			return false;
		if (frame->field->kind != EG_JSON_ARRAY)
			return fail(reader, EG_FAULT_FORMAT, "value is not of this type");
		return push_object(reader, frame->field->shape, object);
	}
	field = field_for(frame, OBJECT_VALUE);
	if (field->kind == EG_JSON_DROPPED)
		return ++reader->dropping > 0;
	if (field->kind != EG_JSON_OBJECT)
		return fail(reader, EG_FAULT_FORMAT, "value is not of this type");
	object = allocate(reader, field->shape->size);
	if (object == NULL)
		return false;
	memcpy(frame->target + field->offset, &object, sizeof(object));
	return push_object(reader, field->shape, object);
}

/* Keeps an unknown name for the fault, if it is fit to be shown. */
static void
name_field(eg_json_reader *reader, const char *name, size_t size)
{
	eg_bytes	field = {(const uint8_t *) name, size};
	uint8_t    *copy;

	if (reader->fault->message != NULL || !eg_label_valid(field))
		return;
	copy = allocate(reader, size);
	if (copy == NULL)
		return;
	memcpy(copy, name, size);
	field.data = copy;
	reader->fault->field = field;
}

/* A name that no shape knows: whether it comes again is seen at the end. */
static bool
note_name(eg_json_reader *reader, const char *name, size_t size)
{
	if (eg_json_names_add(&reader->names, name, size, reader->arena))
		return true;
	return fail(reader, EG_FAULT_LIMIT, reader->names.n > EG_JSON_MAX_NAMES ?
				"object has too many unknown fields" : "out of memory");
}

bool
eg_json_key(eg_json_reader *reader, const char *name, size_t size)
{
	eg_json_frame *frame;
	const eg_json_shape *shape;

	if (reader->dropping > 0)
		return note_name(reader, name, size);
	frame = &reader->frames[reader->depth - 1];
	shape = frame->shape;
	frame->current = NULL;
	for (size_t i = 0; i < shape->n; i++)
	{
		if (strlen(shape->fields[i].name) != size ||
			memcmp(shape->fields[i].name, name, size) != 0)
			continue;
		frame->current = &shape->fields[i];
		if (frame->seen & (UINT32_C(1) << i))
			return fail(reader, EG_FAULT_FORMAT, "field appears twice");
		frame->seen |= UINT32_C(1) << i;
		return true;
	}
	if (shape->lenient)
	{
		frame->current = &dropped_field;
		return note_name(reader, name, size);
	}
	name_field(reader, name, size);
	return fail(reader, EG_FAULT_FORMAT, "object has an unknown field");
}

bool
eg_json_end_object(eg_json_reader *reader)
{
	eg_json_frame *frame = &reader->frames[reader->depth - 1];
	eg_bytes	twice;

	if (!eg_json_names_end(&reader->names, &twice))
	{
		if (reader->dropping == 0)
			frame->current = NULL;
		name_field(reader, (const char *) twice.data, twice.size);
		return fail(reader, EG_FAULT_FORMAT, "field appears twice");
	}
	if (reader->dropping > 0)
		return --reader->dropping >= 0;
	for (size_t i = 0; i < frame->shape->n; i++)
	{
		if (frame->seen & (UINT32_C(1) << i) ||
			!frame->shape->fields[i].required)
			continue;
		frame->current = &frame->shape->fields[i];
		return fail(reader, EG_FAULT_FORMAT, "field is missing");
	}
	reader->done = --reader->depth == 0;
	return true;
}

bool
eg_json_begin_array(eg_json_reader *reader)
{
	eg_json_frame *frame;
	eg_json_frame array = {0};
	const eg_json_field *field;

	if (reader->dropping > 0)
		return ++reader->dropping > 0;
	if (reader->depth == 0)
		return fail(reader, EG_FAULT_FORMAT, "value is not an object");
	frame = &reader->frames[reader->depth - 1];
	if (frame->field != NULL)
	{
		/* No array holds arrays; the element is counted for the path. */
		frame->n++;
		return fail(reader, EG_FAULT_FORMAT, "value is not of this type");
	}
	field = field_for(frame, ARRAY_VALUE);
	if (field->kind == EG_JSON_DROPPED)
		return ++reader->dropping > 0;
	if (class_of_kind(field->kind) != ARRAY_VALUE)
		return fail(reader, EG_FAULT_FORMAT, "value is not of this type");
	array.shape = field->shape;
	array.field = field;
	array.target = frame->target;
	return push(reader, &array);
}

bool
eg_json_end_array(eg_json_reader *reader)
{
	if (reader->dropping > 0)
		return --reader->dropping >= 0;
	reader->depth--;
	return true;
}

bool
eg_json_value(eg_json_reader *reader, eg_json_scalar type,
			  const char *text, size_t size)
{
	eg_json_frame *frame;
	const eg_json_field *field;

	if (reader->dropping > 0)
		return true;
	if (reader->depth == 0)
		return fail(reader, EG_FAULT_FORMAT, "value is not an object");
	frame = &reader->frames[reader->depth - 1];
	if (frame->field != NULL)
		return array_value(reader, frame, type, text, size);
	field = field_for(frame, type == EG_JSON_TEXT ? TEXT_VALUE :
					  type == EG_JSON_NUMBER ? NUMBER_VALUE : OTHER_VALUE);
	if (field->kind == EG_JSON_DROPPED)
		return true;
	switch (type)
	{
		case EG_JSON_TEXT:
			return read_text(reader, field, frame->target, text, size);
		case EG_JSON_NUMBER:
			if (class_of_kind(field->kind) != NUMBER_VALUE)
				break;
			return read_number(reader, field, frame->target, text, size);
		case EG_JSON_TRUE:
		case EG_JSON_FALSE:
			if (field->kind == EG_JSON_BOOL)
				frame->target[field->offset] = type == EG_JSON_TRUE;
			else if (field->kind == EG_JSON_FLAG)
				frame->target[field->offset] =
					type == EG_JSON_TRUE ? EG_JSON_YES : EG_JSON_NO;
			else
				break;
			return true;
		case EG_JSON_NULL:
			break;
	}
	return fail(reader, EG_FAULT_FORMAT, "value is not of this type");
}
