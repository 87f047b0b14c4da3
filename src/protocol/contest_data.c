/*
 * contest_data.c
 *		What contest data holds: D of spec 3.3.10, as ERRATA.md reads it.
 */
#include "protocol/contest_data.h"

#include "math/montgomery.h"

#define SIZE_BYTES	4

static void
write_text(eg_writer *writer, const char *text)
{
	eg_write(writer, text, strlen(text));
}

static void
write_number(eg_writer *writer, uint64_t number)
{
	uint8_t		digits[20];
	size_t		n = 0;

	do
	{
		n++;
		digits[sizeof(digits) - n] = (uint8_t) ('0' + number % 10);
		number /= 10;
	} while (number > 0);
	eg_write(writer, digits + sizeof(digits) - n, n);
	eg_wipe(digits, sizeof(digits));
}

/* Text between quotes: UTF-8 as it is, but for what JSON must escape. */
static void
write_string(eg_writer *writer, eg_bytes text)
{
	static const char hex[] = "0123456789abcdef";

	eg_write8(writer, '"');
	for (size_t i = 0; i < text.size; i++)
	{
		uint8_t		byte = text.data[i];

		if (byte < ' ')
		{
			write_text(writer, "\\u00");
			eg_write8(writer, (uint8_t) hex[byte >> 4]);
			eg_write8(writer, (uint8_t) hex[byte & 15]);
			continue;
		}
		if (byte == '"' || byte == '\\')
			eg_write8(writer, '\\');
		eg_write8(writer, byte);
	}
	eg_write8(writer, '"');
}

/* The name of a field, behind a brace or a comma. */
static void
write_name(eg_writer *writer, const char *name, bool *first)
{
	write_text(writer, *first ? "{\"" : ",\"");
	write_text(writer, name);
	write_text(writer, "\":");
	*first = false;
}

static void
write_overvote(eg_writer *writer, const eg_plain_contest *contest)
{
	for (uint32_t i = 0; i < contest->n; i++)
	{
		eg_write8(writer, i == 0 ? '[' : ',');
		write_number(writer, contest->options[i].votes);
	}
	eg_write8(writer, ']');
}

static void
write_write_ins(eg_writer *writer, const eg_plain_contest *contest,
				bool *first)
{
	bool		none = true;

	for (uint32_t i = 0; i < contest->n; i++)
	{
		const eg_plain_option *option = &contest->options[i];

		if (option->text.size == 0)
			continue;
		if (none)
			write_name(writer, "write_ins", first);
		write_text(writer, none ? "{\"" : ",\"");
		write_number(writer, option->index);
		write_text(writer, "\":");
		write_string(writer, option->text);
		none = false;
	}
	if (!none)
		eg_write8(writer, '}');
}

/* Nothing, or the object. */
static void
write_object(eg_writer *writer, const eg_plain_contest *contest)
{
	eg_vote_count count = eg_count_votes(contest);
	bool		first = true;

	if (count.overvote)
	{
		write_name(writer, "overvote", &first);
		write_overvote(writer, contest);
	}
	else if (count.votes == 0)
	{
		write_name(writer, "null_vote", &first);
		write_text(writer, "true");
	}
	else if (count.votes < contest->rules.limit)
	{
		write_name(writer, "undervote", &first);
		write_number(writer, contest->rules.limit - count.votes);
	}
	write_write_ins(writer, contest, &first);
	if (!first)
		eg_write8(writer, '}');
}

bool
eg_contest_data_write(uint8_t *data, const eg_plain_contest *contest,
					  eg_fault *fault)
{
	eg_writer	writer = {NULL, 0};

	write_object(&writer, contest);
	if (writer.size > eg_contest_data_size(contest) - SIZE_BYTES)
	{
		fault->contest = contest->label;
		return eg_fault_set(fault, EG_FAULT_LIMIT,
							"contest data is longer than the manifest's blocks");
	}
	eg_put32(data, (uint32_t) writer.size);
	writer.next = data + SIZE_BYTES;
	write_object(&writer, contest);
	return true;
}
