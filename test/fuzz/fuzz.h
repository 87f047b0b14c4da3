/*
 * fuzz.h
 *		What the fuzz targets share: input as a stream of choices, and samples
 *		that the input edits.
 *
 * Bytes that a decoder accepts are rare among random ones: a ciphertext has
 * 1024 of them behind a directory that must fit.  So half of the inputs are
 * taken as they stand, and the others say how to spoil a well-formed sample.
 */
#ifndef EG_FUZZ_H
#define EG_FUZZ_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "../unit/sample.h"

extern int	LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A property that must hold; libFuzzer keeps the input that broke it. */
#define FUZZ_CHECK(condition) \
	do { \
		if (!(condition)) \
		{ \
			fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition); \
			abort(); \
		} \
	} while (0)

typedef struct fuzz_input
{
	const uint8_t *next;
	size_t		left;
} fuzz_input;

/* The next byte; zeros at the end, which choose what is well-formed. */
static inline uint8_t
fuzz_byte(fuzz_input *input)
{
	if (input->left == 0)
		return 0;
	input->left--;
	return *input->next++;
}

static inline uint64_t
fuzz_number(fuzz_input *input, int bytes)
{
	uint64_t	value = 0;

	while (bytes-- > 0)
		value = value << 8 | fuzz_byte(input);
	return value;
}

/* The rest of the input, at the end of a block of its own. */
static inline eg_bytes
fuzz_rest(fuzz_input *input, const eg_arena *arena)
{
	eg_bytes	rest = {input->next, input->left};

	input->left = 0;
	return sample_copy(rest, arena);
}

/* The sample, changed in the ways that the rest of the input says. */
static inline eg_bytes
fuzz_edit(fuzz_input *input, eg_bytes sample, const eg_arena *arena)
{
	size_t		room = sample.size + 16 * 256;
	uint8_t    *buffer = malloc(room);
	eg_bytes	result = {buffer, sample.size};

	memcpy(buffer, sample.data, sample.size);
	for (int edits = 0; input->left > 0 && edits < 16; edits++)
	{
		uint8_t		how = fuzz_byte(input);
		size_t		at = fuzz_number(input, 2) % (result.size + 1);
		size_t		n = (size_t) (how >> 3) % (result.size - at + 1);
		uint8_t		value = fuzz_byte(input);

		switch (how & 7)
		{
			case 0:				/* cut short */
				result.size = at;
				break;
			case 1:				/* insert */
				memmove(buffer + at + n, buffer + at, result.size - at);
				memset(buffer + at, value, n);
				result.size += n;
				break;
			case 2:				/* remove */
				memmove(buffer + at, buffer + at + n, result.size - at - n);
				result.size -= n;
				break;
			case 3:				/* repeat what comes from the start */
				memcpy(buffer + at, sample.data, n < sample.size ? n :
					   sample.size);
				break;
			default:			/* set one byte */
				if (at < result.size)
					buffer[at] = value;
		}
	}
	result = sample_copy(result, arena);
	free(buffer);
	return result;
}

/* A form of ballots that stay small. */
static inline sample_form
fuzz_form(fuzz_input *input)
{
	sample_form form = sample_small_form();
	uint8_t		style = fuzz_byte(input);

	form.style.options[0] = style & 7;
	form.style.options[2] = style >> 3 & 3;
	form.style.options[4] = style >> 5;
	form.fields = fuzz_byte(input);
	form.contest_fields = fuzz_byte(input) & 15;
	if (form.contest_fields & EG_CONTEST_HAS_DATA)
		form.contest_fields &= ~(unsigned) EG_CONTEST_HAS_DATA_2_0;
	form.pairs = fuzz_byte(input) % 3;
	form.time = -1;
	return form;
}

#endif
