/*
 * fuzz_ballot.c
 *		Bytes of ballots: refused, or the one encoding of what they say.
 */
#include "fuzz.h"

static void
check_accepted(eg_bytes bytes, const eg_ballot *ballot, const eg_arena *arena)
{
	eg_ballot_header header;
	eg_fault	fault = {0};
	eg_ballot	again = *ballot;
	size_t		options = 0;

	FUZZ_CHECK(eg_bytes_equal(sample_encode(ballot, arena), bytes));
	eg_ballot_peek(&header, bytes);
	for (uint32_t i = 0; i < ballot->n; i++)
		options += ballot->contests[i].n;
	FUZZ_CHECK(header.directory.contests == ballot->n);
	FUZZ_CHECK(header.directory.options == options);
	FUZZ_CHECK(header.ballot.weight == ballot->weight);
	FUZZ_CHECK(eg_bytes_equal(header.ballot.id, ballot->id));
	FUZZ_CHECK((size_t) (header.ciphertexts - bytes.data) +
			   options * EG_CIPHERTEXT_BYTES <= bytes.size);

	/* It is in order already. */
	FUZZ_CHECK(eg_ballot_arrange(&again, arena, &fault));
	FUZZ_CHECK(eg_bytes_equal(sample_encode(&again, arena), bytes));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	fuzz_input	input = {data, size};
	uint8_t		mode = fuzz_byte(&input);
	sample_arena arena;
	sample_form form;
	eg_ballot	ballot;
	eg_fault	fault = {0};
	eg_bytes	bytes;
	size_t		limit = mode & 2 ? fuzz_byte(&input) : SIZE_MAX;
	bool		accepted;

	sample_seed(0);
	sample_arena_init(&arena);
	if (mode & 1)
		bytes = fuzz_rest(&input, &arena.arena);
	else
	{
		form = fuzz_form(&input);
		form.weight = fuzz_number(&input, 1) + 1;
		bytes = sample_encode(sample_ballot(&form, &arena.arena),
							  &arena.arena);
		bytes = fuzz_edit(&input, bytes, &arena.arena);
	}
	sample_arena_limit(&arena, limit);
	accepted = eg_ballot_decode(&ballot, bytes, &arena.arena, &fault);
	sample_arena_limit(&arena, SIZE_MAX);
	if (accepted)
		check_accepted(bytes, &ballot, &arena.arena);
	else
		FUZZ_CHECK(fault.message != NULL);
	sample_arena_free(&arena);
	return 0;
}
