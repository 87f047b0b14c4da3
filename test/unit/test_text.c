/*
 * test_text.c
 *		Hexadecimal and base64: what is read, and above all what is not.
 */
#include "protocol/text.h"

#include "sample.h"
#include "test.h"

static const char base64_digits[] =
"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/* Value of a base64 digit, or -1. */
static int
digit(char c)
{
	const char *at = c ? strchr(base64_digits, c) : NULL;

	return at ? (int) (at - base64_digits) : -1;
}

/*
 * Canonical base64 read the slow way: the size, or -1.  Quanta of four
 * digits; the last may end in one or two = with no bit set behind the data.
 */
static int
naive_base64(uint8_t *bytes, const char *text, size_t length)
{
	int			size = 0;

	if (length % 4 != 0)
		return -1;
	for (size_t i = 0; i < length; i += 4)
	{
		bool		last = i + 4 == length;
		int			digits = 4;
		uint32_t	bits = 0;

		if (last && text[i + 3] == '=')
			digits = text[i + 2] == '=' ? 2 : 3;
		for (int j = 0; j < digits; j++)
		{
			if (digit(text[i + j]) < 0)
				return -1;
			bits |= (uint32_t) digit(text[i + j]) << (18 - 6 * j);
		}
		if ((digits == 2 && bits & 0xFFFF) || (digits == 3 && bits & 0xFF))
			return -1;
		for (int j = 0; j < digits - 1; j++)
			bytes[size++] = (uint8_t) (bits >> (16 - 8 * j));
	}
	return size;
}

/* Whether the code under test agrees with the naive reader on this text. */
static bool
base64_agrees(const char *text, size_t length)
{
	uint8_t		expected[256];
	int			expected_size = naive_base64(expected, text, length);
	uint8_t    *bytes = malloc(eg_text_room(length));
	size_t		size = 0;
	bool		read = eg_base64_to_bytes(bytes, &size, text, length);
	bool		agrees = read == (expected_size >= 0);

	if (read && agrees)
		agrees = size == (size_t) expected_size && size <= eg_text_room(length)
			&& memcmp(bytes, expected, size) == 0;
	free(bytes);
	return agrees;
}

static void
test_base64_round_trip(void)
{
	bool		passed = true;

	for (size_t size = 0; size <= 100; size++)
	{
		sample_arena arena;
		const uint8_t *bytes;
		char	   *text;
		size_t		length = eg_base64_length(size);

		sample_arena_init(&arena);
		bytes = sample_bytes(size, &arena.arena);
		text = malloc(length + 1);
		eg_bytes_to_base64(text, bytes, size);
		passed = passed && strlen(text) == length && length % 4 == 0 &&
			base64_agrees(text, length);
		for (size_t cut = 1; cut <= 4 && cut <= length; cut++)
			passed = passed && base64_agrees(text, length - cut);
		for (size_t i = 0; i < length; i++)
		{
			char		old = text[i];

			text[i] = " \n=-_.A\x80"[test_random() % 8];
			passed = passed && base64_agrees(text, length);
			text[i] = old;
		}
		free(text);
		sample_arena_free(&arena);
	}
	test_ok(passed, "base64 of 0 to 100 bytes, cut short and with an error");
}

/* Every ending of two and of three digits, and every pair of characters. */
static void
test_base64_endings(void)
{
	char		text[8] = "QUJD";
	bool		passed = true;

	for (int i = 0; i < 64; i++)
		for (int j = 0; j < 64; j++)
		{
			text[4] = base64_digits[i];
			text[5] = base64_digits[j];
			text[6] = text[7] = '=';
			passed = passed && base64_agrees(text, 8);
			text[7] = base64_digits[j];
			passed = passed && base64_agrees(text, 8);
			text[7] = '=';
			for (int k = 0; k < 64; k++)
			{
				text[6] = base64_digits[k];
				passed = passed && base64_agrees(text, 8);
			}
		}
	test_ok(passed, "no stray bits at the end of base64");

	passed = true;
	memcpy(text, "QUJDREVG", 8);
	for (int i = 0; i < 256; i++)
		for (int j = 0; j < 256; j++)
			for (int at = 0; at < 8; at += 3)
			{
				memcpy(text, "QUJDREVG", 8);
				text[at] = (char) i;
				text[at + 1 < 8 ? at + 1 : 0] = (char) j;
				passed = passed && base64_agrees(text, 8);
			}
	test_ok(passed, "every pair of bytes in base64");
	test_ok(base64_agrees("", 0) && base64_agrees("=", 1) &&
			base64_agrees("====", 4) && base64_agrees("A===", 4) &&
			base64_agrees("QQ==QQ==", 8) && base64_agrees("QQ==\n", 5) &&
			base64_agrees("QQ", 2) && base64_agrees("QUI", 3),
			"padding in the wrong place");
}

static void
test_hex(void)
{
	uint8_t		bytes[3];
	char		text[7];
	bool		passed = true;

	for (int i = 0; i < 256; i++)
	{
		uint8_t		in[3] = {(uint8_t) i, 0, (uint8_t) ~i};

		eg_bytes_to_hex(text, in, 3);
		passed = passed && strlen(text) == 6 &&
			eg_hex_to_bytes(bytes, 3, text, 6) && memcmp(in, bytes, 3) == 0;
		for (int j = 0; j < 6; j++)
			if (text[j] >= 'a' && text[j] <= 'f')
				text[j] = (char) (text[j] - 'a' + 'A');
		passed = passed && eg_hex_to_bytes(bytes, 3, text, 6) &&
			memcmp(in, bytes, 3) == 0;
	}
	test_ok(passed, "hexadecimal of either case");

	passed = true;
	for (int i = 0; i < 256; i++)
		for (int at = 0; at < 6; at++)
		{
			bool		allowed = i != 0 &&
				strchr("0123456789abcdefABCDEF", i) != NULL;

			memcpy(text, "012345", 7);
			text[at] = (char) i;
			passed = passed && eg_hex_to_bytes(bytes, 3, text, 6) == allowed;
		}
	test_ok(passed, "every byte in hexadecimal");
	test_ok(!eg_hex_to_bytes(bytes, 3, "01234", 5) &&
			!eg_hex_to_bytes(bytes, 3, "0123", 4) &&
			!eg_hex_to_bytes(bytes, 2, "012345", 6) &&
			!eg_hex_to_bytes(bytes, 2, "0x12", 4) &&
			!eg_hex_to_bytes(bytes, 2, "01:2", 4) &&
			eg_hex_to_bytes(bytes, 0, "", 0) &&
			!eg_hex_to_bytes(bytes, 0, "0", 1),
			"hexadecimal of a wrong length");
}

/* The three sizes of a record, in both forms, and nothing else. */
static void
test_sized(size_t size)
{
	sample_arena arena;
	const uint8_t *bytes;
	uint8_t    *out;
	char		hex[2 * 512 + 3];
	char		base64[2 * 512 + 3];
	size_t		length = eg_base64_length(size);
	bool		passed;

	sample_arena_init(&arena);
	bytes = sample_bytes(size, &arena.arena);

	/* Nothing is written behind the size: the sanitizer sees to that. */
	out = (uint8_t *) sample_bytes(size, &arena.arena);
	eg_bytes_to_hex(hex, bytes, size);
	eg_bytes_to_base64(base64, bytes, size);
	passed = eg_text_to_bytes(out, size, hex, 2 * size) &&
		memcmp(out, bytes, size) == 0;
	memset(out, 0, size);
	passed = passed && eg_text_to_bytes(out, size, base64, length) &&
		memcmp(out, bytes, size) == 0;
	test_ok(passed, "%d bytes from either form", (int) size);

	strcat(hex, "00");
	strcat(base64, "AA");
	passed = true;

	/* Hexadecimal digits are base64 digits, too. */
	for (size_t i = 0; i <= 2 * size + 2; i++)
		passed = passed && (i == 2 * size || i == length ||
							!eg_text_to_bytes(out, size, hex, i));
	for (size_t i = 0; i <= length + 2; i++)
		passed = passed && (i == length ||
							!eg_text_to_bytes(out, size, base64, i));
	passed = passed && !eg_text_to_bytes(out, size - 1, base64, length - 1);
	test_ok(passed, "%d bytes from no other length", (int) size);

	/* As long as the right text, but not it. */
	eg_bytes_to_base64(base64, bytes, size);
	passed = true;
	for (size_t i = 0; i < length; i++)
	{
		char		old = base64[i];

		base64[i] = '=';
		passed = passed && (old == '=' ||
							!eg_text_to_bytes(out, size, base64, length));
		base64[i] = '-';
		passed = passed && !eg_text_to_bytes(out, size, base64, length);
		base64[i] = old;
	}
	if (size % 3 != 0)
	{
		/* No padding: standing for more. */
		for (size_t i = 1; i <= 2 && i <= length; i++)
			base64[length - i] = 'A';
		passed = passed && !eg_text_to_bytes(out, size, base64, length);
	}
	test_ok(passed, "%d bytes of canonical base64 only", (int) size);

	sample_arena_free(&arena);
}

int
main(void)
{
	test_begin();
	test_base64_round_trip();
	test_base64_endings();
	test_hex();
	test_sized(32);
	test_sized(36);
	test_sized(512);
	return test_end();
}
