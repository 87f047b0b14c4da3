/*
 * json_writer.c
 *		Emits a structure as JSON events, as its shape says.
 */
#include "protocol/ballot.h"
#include "protocol/json_shape.h"

static const void *
pointer_at(const uint8_t *source, size_t offset)
{
	const void *pointer;

	memcpy(&pointer, source + offset, sizeof(pointer));
	return pointer;
}

static uint32_t
count_at(const uint8_t *source, size_t offset)
{
	uint32_t	n;

	memcpy(&n, source + offset, sizeof(n));
	return n;
}

static bool
is_there(const eg_json_field *field, const uint8_t *source)
{
	switch (field->kind)
	{
		case EG_JSON_TIME:
			return source[field->size] != 0;
		case EG_JSON_INDEX:
			return count_at(source, field->offset) != 0;
		case EG_JSON_STATE:
			return source[field->offset] != EG_BALLOT_UNDECIDED;
		case EG_JSON_DROPPED:
		case EG_JSON_FLAG:
		case EG_JSON_CHAINING:
			return false;
		case EG_JSON_BYTES:
		case EG_JSON_ELEMENT:
		case EG_JSON_OBJECT:
		case EG_JSON_DATA:
		case EG_JSON_LABEL:
			return pointer_at(source, field->offset) != NULL;
		case EG_JSON_INDEX_ARRAY:
		case EG_JSON_LABEL_ARRAY:
			return field->required ||
				pointer_at(source, field->offset) != NULL;
		default:
			return true;
	}
}

static void
write_item(const eg_json_sink *sink, const eg_json_field *field,
		   const uint8_t *items, uint32_t i)
{
	eg_bytes	label;

	switch (field->kind)
	{
		case EG_JSON_ARRAY:
			eg_json_write(sink, field->shape, items + i * field->shape->size);
			break;
		case EG_JSON_INDEX_ARRAY:
			sink->number(sink->context, count_at(items, i * sizeof(uint32_t)));
			break;
		case EG_JSON_LABEL_ARRAY:
			memcpy(&label, items + i * sizeof(label), sizeof(label));
			sink->text(sink->context, (const char *) label.data, label.size);
			break;
		default:				/* EG_JSON_BYTES_ARRAY */
			sink->base64(sink->context,
						 pointer_at(items, i * sizeof(uint8_t *)),
						 EG_HASH_BYTES);
	}
}

static void
write_array(const eg_json_sink *sink, const eg_json_field *field,
			const uint8_t *source)
{
	const uint8_t *items = pointer_at(source, field->offset);
	uint32_t	n = count_at(source, field->size);

	sink->begin_array(sink->context);
	for (uint32_t i = 0; i < n; i++)
		write_item(sink, field, items, i);
	sink->end_array(sink->context);
}

static void
write_value(const eg_json_sink *sink, const eg_json_field *field,
			const uint8_t *source)
{
	const uint8_t *at = source + field->offset;
	eg_bytes	bytes;
	int64_t		number;

	switch (field->kind)
	{
		case EG_JSON_BYTES:
		case EG_JSON_ELEMENT:
			sink->base64(sink->context, pointer_at(source, field->offset),
						 field->kind == EG_JSON_ELEMENT ? EG_ELEMENT_BYTES :
						 field->size);
			break;
		case EG_JSON_DATA:
			memcpy(&bytes, at, sizeof(bytes));
			sink->base64(sink->context, bytes.data, bytes.size);
			break;
		case EG_JSON_LABEL:
			memcpy(&bytes, at, sizeof(bytes));
			sink->text(sink->context, (const char *) bytes.data, bytes.size);
			break;
		case EG_JSON_INDEX:
			sink->number(sink->context, count_at(source, field->offset));
			break;
		case EG_JSON_WEIGHT:
		case EG_JSON_TIME:
			memcpy(&number, at, sizeof(number));
			sink->number(sink->context, number);
			break;
		case EG_JSON_BOOL:
			sink->boolean(sink->context, *at != 0);
			break;
		case EG_JSON_STATE:
			if (*at == EG_BALLOT_CAST)
				sink->text(sink->context, "CAST", 4);
			else
				sink->text(sink->context, "CHALLENGED", 10);
			break;
		case EG_JSON_OBJECT:
			eg_json_write(sink, field->shape,
						  pointer_at(source, field->offset));
			break;
		case EG_JSON_ARRAY:
		case EG_JSON_BYTES_ARRAY:
		case EG_JSON_INDEX_ARRAY:
		case EG_JSON_LABEL_ARRAY:
			write_array(sink, field, source);
			break;
		case EG_JSON_FLAG:
		case EG_JSON_CHAINING:
		case EG_JSON_DROPPED:
			break;				/* never written */
	}
}

void
eg_json_write(const eg_json_sink *sink, const eg_json_shape *shape,
			  const void *source)
{
	sink->begin_object(sink->context);
	for (size_t i = 0; i < shape->n; i++)
	{
		const eg_json_field *field = &shape->fields[i];

		if (!is_there(field, source))
			continue;
		sink->key(sink->context, field->name);
		write_value(sink, field, source);
	}
	sink->end_object(sink->context);
}
