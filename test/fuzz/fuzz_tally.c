/*
 * fuzz_tally.c
 *		Bytes of encrypted tallies and of states of the aggregates: refused, or
 *		fit for everything that the aggregates do, whatever kernel made them
 *		and goes on with them.
 */
#include "fuzz.h"

#include "math/kernel.h"

#define PORTABLE_LOG2_R	4096
#define VECTOR_LOG2_R	4160

/* A machine without IFMA stays with the portable kernel. */
static void
use_kernel(bool ifma)
{
	if (!ifma || !eg_kernel_use(EG_KERNEL_IFMA))
		eg_kernel_use(EG_KERNEL_PORTABLE);
}

static eg_bytes
make_ballot(fuzz_input *input, const eg_arena *arena)
{
	sample_form form = fuzz_form(input);

	form.weight = fuzz_number(input, 1) + 1;
	form.contest_fields = 0;
	return sample_encode(sample_ballot(&form, arena), arena);
}

static eg_bytes
state_bytes(const eg_tally_state *state)
{
	eg_bytes	bytes = {state->header, sample_state_size(state)};

	return bytes;
}

/*
 * A finished tally is well-formed, but for a label that two ballots have under
 * two indices: whoever finishes checks the labels first.
 */
static eg_bytes
finish(const eg_tally_state *state, const eg_arena *arena)
{
	eg_bytes	bytes = sample_finish(state, arena);
	eg_tally	tally;
	eg_fault	fault = {0};

	if (!eg_tally_decode(&tally, bytes, arena, &fault))
		FUZZ_CHECK(fault.kind == EG_FAULT_VALUE);
	return bytes;
}

/* Adds what is accepted to a state of another ballot, as far as it fits. */
static void
add_to_other(const eg_addend *addend, eg_bytes ballot, const eg_arena *arena)
{
	eg_tally_state state = {0};
	eg_addend	first = sample_ballot_addend(ballot);
	eg_fault	fault = {0};

	/* The same election, so that the directories get their turn. */
	first.election = addend->election;
	FUZZ_CHECK(sample_add(&state, &first, arena, &fault));
	if (sample_add(&state, addend, arena, &fault))
		finish(&state, arena);
	else
		FUZZ_CHECK(fault.message != NULL);
}

static void
use_tally(eg_bytes bytes, eg_bytes ballot, const eg_arena *arena)
{
	eg_addend	addend = sample_tally_addend(bytes);
	eg_tally_state state = {0};
	eg_tally_record record;
	eg_tally	tally;
	eg_fault	fault = {0};

	/* Alone, it comes out as it went in. */
	FUZZ_CHECK(sample_add(&state, &addend, arena, &fault));
	FUZZ_CHECK(eg_bytes_equal(finish(&state, arena), bytes));
	eg_tally_view(&tally, bytes);
	FUZZ_CHECK(eg_tally_record_build(&record, &tally, arena, &fault));
	FUZZ_CHECK(eg_tally_record_arrange(&record, arena, &fault));
	add_to_other(&addend, ballot, arena);
}

static void
use_state(const eg_tally_state *given, eg_bytes ballot, const eg_arena *arena)
{
	eg_tally_state copies[4];
	eg_tally_state other = {0};
	eg_addend	addend = sample_ballot_addend(ballot);
	eg_fault	fault = {0};
	bool		combined[2];

	for (int i = 0; i < 4; i++)
		eg_tally_state_view(&copies[i], (void *)
							sample_copy(state_bytes(given), arena).data);
	finish(given, arena);

	/* With itself; then with a ballot's state, either way round. */
	memset(&fault, 0, sizeof(fault));
	if (sample_combine(&copies[0], &copies[1], arena, &fault))
		finish(&copies[0], arena);
	else
		FUZZ_CHECK(fault.message != NULL);
	addend.election = given->election;
	memset(&fault, 0, sizeof(fault));
	FUZZ_CHECK(sample_add(&other, &addend, arena, &fault));
	combined[0] = sample_combine(&copies[2], &other, arena, &fault);
	memset(&fault, 0, sizeof(fault));
	combined[1] = sample_combine(&other, &copies[3], arena, &fault);
	FUZZ_CHECK(combined[0] == combined[1]);
	if (combined[0])
		FUZZ_CHECK(eg_bytes_equal(finish(&copies[2], arena),
								  finish(&other, arena)));
	else
		FUZZ_CHECK(fault.message != NULL);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	fuzz_input	input = {data, size};
	uint8_t		mode = fuzz_byte(&input);
	sample_arena arena;
	eg_bytes	ballot;
	eg_bytes	bytes;
	eg_tally	tally;
	eg_tally_state state = {0};
	eg_addend	addend;
	eg_fault	fault = {0};
	bool		accepted;

	sample_seed(0);
	sample_arena_init(&arena);
	use_kernel(mode & 8);
	ballot = make_ballot(&input, &arena.arena);
	if (mode & 1)
		bytes = fuzz_rest(&input, &arena.arena);
	else
	{
		addend = sample_ballot_addend(make_ballot(&input, &arena.arena));
		FUZZ_CHECK(sample_add(&state, &addend, &arena.arena, &fault));

		/* Well-formed too, but of another value. */
		if (mode & 32)
			eg_put16(state.header + 4, state.log2_r == VECTOR_LOG2_R ?
					 PORTABLE_LOG2_R : VECTOR_LOG2_R);
		bytes = mode & 2 ? state_bytes(&state) :
			sample_finish(&state, &arena.arena);
		bytes = fuzz_edit(&input, bytes, &arena.arena);
	}
	use_kernel(mode & 16);
	if (mode & 4)
		sample_arena_limit(&arena, 0);
	accepted = mode & 2 ?
		eg_tally_state_decode(&state, bytes, &arena.arena, &fault) :
		eg_tally_decode(&tally, bytes, &arena.arena, &fault);
	sample_arena_limit(&arena, SIZE_MAX);
	if (!accepted)
		FUZZ_CHECK(fault.message != NULL);
	else if (mode & 2)
		use_state(&state, ballot, &arena.arena);
	else
		use_tally(bytes, ballot, &arena.arena);
	sample_arena_free(&arena);
	return 0;
}
