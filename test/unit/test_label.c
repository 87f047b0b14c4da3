/*
 * test_label.c
 *		Labels: which bytes are UTF-8 without control codes, and how many.
 */
#include "protocol/label.h"

#include "test.h"

static bool
valid(const uint8_t *data, size_t size)
{
	eg_bytes	label = {data, size};

	return eg_label_valid(label);
}

/*
 * Well-formed sequences as the Unicode standard lists them (table 3-7), by
 * ranges of bytes: nothing is decoded.
 */
typedef struct sequence
{
	size_t		size;
	uint8_t		ranges[4][2];
} sequence;

static const sequence sequences[] = {
	{1, {{0x20, 0x7E}}},
	{2, {{0xC2, 0xC2}, {0xA0, 0xBF}}},	/* without C1, U+0080 to U+009F */
	{2, {{0xC3, 0xDF}, {0x80, 0xBF}}},
	{3, {{0xE0, 0xE0}, {0xA0, 0xBF}, {0x80, 0xBF}}},
	{3, {{0xE1, 0xEC}, {0x80, 0xBF}, {0x80, 0xBF}}},
	{3, {{0xED, 0xED}, {0x80, 0x9F}, {0x80, 0xBF}}},
	{3, {{0xEE, 0xEF}, {0x80, 0xBF}, {0x80, 0xBF}}},
	{4, {{0xF0, 0xF0}, {0x90, 0xBF}, {0x80, 0xBF}, {0x80, 0xBF}}},
	{4, {{0xF1, 0xF3}, {0x80, 0xBF}, {0x80, 0xBF}, {0x80, 0xBF}}},
	{4, {{0xF4, 0xF4}, {0x80, 0x8F}, {0x80, 0xBF}, {0x80, 0xBF}}}
};

/* The size of the sequence at the start of these bytes, or 0. */
static size_t
sequence_size(const uint8_t *data, size_t size)
{
	for (size_t i = 0; i < lengthof(sequences); i++)
	{
		const sequence *s = &sequences[i];
		bool		fits = s->size <= size;

		for (size_t j = 0; fits && j < s->size; j++)
			fits = data[j] >= s->ranges[j][0] && data[j] <= s->ranges[j][1];
		if (fits)
			return s->size;
	}
	return 0;
}

static bool
naive_valid(const uint8_t *data, size_t size)
{
	size_t		at = 0;

	while (at < size)
	{
		size_t		one = sequence_size(data + at, size - at);

		if (one == 0)
			return false;
		at += one;
	}
	return size > 0 && size <= EG_MAX_LABEL;
}

static void
test_code_points(void)
{
	bool		passed = true;

	for (uint32_t c = 0; c <= 0x1FFFFF; c++)
	{
		bool		allowed = c >= 0x20 && (c < 0x7F || c > 0x9F) &&
			(c < 0xD800 || c > 0xDFFF) && c <= 0x10FFFF;
		uint8_t		s[4];
		size_t		size = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
		static const uint8_t lead[] = {0, 0xC0, 0xE0, 0xF0};

		for (size_t i = size; i-- > 1;)
			s[i] = 0x80 | (c >> (6 * (size - 1 - i)) & 0x3F);
		s[0] = (uint8_t) (lead[size - 1] | c >> (6 * (size - 1)));
		passed = passed && valid(s, size) == allowed;
	}
	test_ok(passed, "every code point, and those behind U+10FFFF");
}

static void
test_sequences(void)
{
	bool		passed = true;
	uint8_t		s[4];

	for (uint32_t i = 0; i < 0x10000; i++)
	{
		s[0] = (uint8_t) (i >> 8);
		s[1] = (uint8_t) i;
		passed = passed && valid(s, 2) == naive_valid(s, 2) &&
			(i > 0xFF || valid(s + 1, 1) == naive_valid(s + 1, 1));
	}
	test_ok(passed, "every sequence of one byte and of two");

	passed = true;
	for (uint32_t i = 0; i < 0x1000000; i += i >> 16 < 0xBF ? 0x13 : 1)
	{
		s[0] = (uint8_t) (i >> 16);
		s[1] = (uint8_t) (i >> 8);
		s[2] = (uint8_t) i;
		passed = passed && valid(s, 3) == naive_valid(s, 3);
	}
	test_ok(passed, "sequences of three bytes");
}

/* Each of four bytes on both sides of each border. */
static void
test_borders(void)
{
	static const uint8_t borders[] = {
		0x00, 0x1F, 0x20, 0x41, 0x7E, 0x7F, 0x80, 0x81, 0x8F, 0x90, 0x9F,
		0xA0, 0xBF, 0xC0, 0xC1, 0xC2, 0xDF, 0xE0, 0xE1, 0xEC, 0xED, 0xEE,
		0xEF, 0xF0, 0xF1, 0xF3, 0xF4, 0xF5, 0xF8, 0xFC, 0xFE, 0xFF
	};
	size_t		n = lengthof(borders);
	bool		passed = true;

	for (size_t i = 0; i < n * n * n * n; i++)
	{
		uint8_t		s[4];

		s[0] = borders[i % n];
		s[1] = borders[i / n % n];
		s[2] = borders[i / n / n % n];
		s[3] = borders[i / n / n / n];
		passed = passed && valid(s, 4) == naive_valid(s, 4);
	}
	test_ok(passed, "sequences of four bytes at the borders");
}

static void
test_lengths(void)
{
	static const char *const endings[] = {
		"\xC3\xA9", "\xE2\x82\xAC", "\xF0\x9F\x97\xB3"
	};
	bool		passed = true;

	for (size_t size = 0; size <= EG_MAX_LABEL + 2; size++)
	{
		uint8_t    *s = malloc(size + 1);

		memset(s, 'a', size);
		passed = passed &&
			valid(s, size) == (size >= 1 && size <= EG_MAX_LABEL);
		free(s);
	}
	test_ok(passed && !valid(NULL, 0), "1 to 1024 bytes");

	/* A sequence that is cut at the end of the label, and of the memory. */
	passed = true;
	for (size_t i = 0; i < lengthof(endings); i++)
		for (size_t size = 1; size <= strlen(endings[i]); size++)
		{
			uint8_t    *s = malloc(EG_MAX_LABEL);

			memset(s, 'a', EG_MAX_LABEL);
			memcpy(s + EG_MAX_LABEL - size, endings[i], size);
			passed = passed && valid(s, EG_MAX_LABEL) ==
				(size == strlen(endings[i]));
			free(s);
			s = malloc(size);
			memcpy(s, endings[i], size);
			passed = passed && valid(s, size) == (size == strlen(endings[i]));
			free(s);
		}
	test_ok(passed, "sequences cut short");

	passed = true;
	for (int at = 0; at < 5; at++)
		for (int c = 0; c < 0x20; c++)
		{
			uint8_t		s[5] = {'l', 'a', 'b', 'e', 'l'};

			s[at] = (uint8_t) c;
			passed = passed && !valid(s, 5);
		}
	test_ok(passed, "no control code anywhere");
}

int
main(void)
{
	test_begin();
	test_code_points();
	test_sequences();
	test_borders();
	test_lengths();
	return test_end();
}
