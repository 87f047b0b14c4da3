/*
 * fuzz_text.c
 *		Text of bytes and labels: what is read is written as it was.
 */
#include "fuzz.h"

#include "protocol/text.h"

#include <ctype.h>

/* A form is canonical if it is what the bytes are written as. */
static void
check_base64(const char *text, size_t length, const eg_arena *arena)
{
	size_t		size = 0;
	uint8_t    *bytes = (uint8_t *) sample_bytes(eg_text_room(length), arena);
	char	   *again;

	if (!eg_base64_to_bytes(bytes, &size, text, length))
		return;
	FUZZ_CHECK(size <= eg_text_room(length));
	FUZZ_CHECK(eg_base64_length(size) == length);
	again = (char *) sample_bytes(length + 1, arena);
	eg_bytes_to_base64(again, bytes, size);
	FUZZ_CHECK(memcmp(again, text, length) == 0 && again[length] == '\0');
}

static void
check_sized(size_t size, const char *text, size_t length,
			const eg_arena *arena)
{
	uint8_t    *bytes = (uint8_t *) sample_bytes(size, arena);
	char	   *again = (char *) sample_bytes(2 * size + 4, arena);

	if (!eg_text_to_bytes(bytes, size, text, length))
		return;
	if (length == 2 * size)
	{
		eg_bytes_to_hex(again, bytes, size);
		for (size_t i = 0; i < length; i++)
			FUZZ_CHECK(tolower((unsigned char) text[i]) == again[i]);
	}
	else
	{
		eg_bytes_to_base64(again, bytes, size);
		FUZZ_CHECK(strlen(again) == length &&
				   memcmp(again, text, length) == 0);
	}
}

static void
check_hex(const char *text, size_t length, const eg_arena *arena)
{
	size_t		size = length / 2;
	uint8_t    *bytes = (uint8_t *) sample_bytes(size, arena);
	bool		digits = length % 2 == 0;

	for (size_t i = 0; i < length; i++)
		digits = digits && isxdigit((unsigned char) text[i]);
	FUZZ_CHECK(eg_hex_to_bytes(bytes, size, text, length) == digits);
}

/* A label that is valid is so in all its whole characters, and together. */
static void
check_label(eg_bytes label)
{
	eg_bytes	part;

	if (!eg_label_valid(label))
		return;
	for (size_t i = 0; i < label.size; i++)
		FUZZ_CHECK(label.data[i] >= 0x20 && label.data[i] != 0x7F);
	for (size_t i = 1; i < label.size; i++)
	{
		bool		boundary = (label.data[i] & 0xC0) != 0x80;

		part.data = label.data;
		part.size = i;
		FUZZ_CHECK(eg_label_valid(part) == boundary);
		part.data += i;
		part.size = label.size - i;
		FUZZ_CHECK(eg_label_valid(part) == boundary);
	}
}

/* Text that is read, so that the readers get beyond the first character. */
static eg_bytes
make_text(fuzz_input *input, const eg_arena *arena)
{
	size_t		size = fuzz_number(input, 1) % 40;
	const uint8_t *bytes;
	char		text[100];
	eg_bytes	made = {(const uint8_t *) text, 0};

	if (size > 36)
		size = 32;
	bytes = sample_bytes(size, arena);
	if (fuzz_byte(input) & 1)
		eg_bytes_to_hex(text, bytes, size);
	else
		eg_bytes_to_base64(text, bytes, size);
	made.size = strlen(text);
	return fuzz_edit(input, made, arena);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	fuzz_input	input = {data, size};
	uint8_t		mode = fuzz_byte(&input);
	sample_arena arena;
	eg_bytes	bytes;
	const char *text;

	sample_seed(0);
	sample_arena_init(&arena);
	bytes = mode & 1 ? fuzz_rest(&input, &arena.arena) :
		make_text(&input, &arena.arena);
	text = (const char *) bytes.data;
	check_base64(text, bytes.size, &arena.arena);
	check_sized(32, text, bytes.size, &arena.arena);
	check_sized(36, text, bytes.size, &arena.arena);
	check_sized(512, text, bytes.size, &arena.arena);
	check_hex(text, bytes.size, &arena.arena);
	check_label(bytes);
	sample_arena_free(&arena);
	return 0;
}
