/*
 * sample.h
 *		Sample ballots and tallies, and the arena in which tests make them.
 *
 * Unit tests and fuzz targets share it.  Everything in a sample is drawn from
 * a seeded generator: proofs and hashes are noise, which is all that the
 * encodings ask for.
 */
#ifndef EG_TEST_SAMPLE_H
#define EG_TEST_SAMPLE_H

#include "protocol/ballot.h"
#include "protocol/tally.h"

/*
 * An arena on malloc: one block for each allocation, so that the sanitizer
 * sees the end of each.  It gives out left blocks and is exhausted then.
 */
typedef struct sample_arena
{
	eg_arena	arena;
	size_t		left;
	struct sample_block *blocks;
} sample_arena;

extern void sample_arena_init(sample_arena *arena);
extern void sample_arena_limit(sample_arena *arena, size_t left);
extern void sample_arena_free(sample_arena *arena);

/* A copy in a block of its own: reading past its end is seen. */
extern eg_bytes sample_copy(eg_bytes bytes, const eg_arena *arena);

/* The generator: xorshift64*; a seed of 0 stands for one of our own. */
extern void sample_seed(uint64_t seed);
extern uint64_t sample_random(void);
extern const uint8_t *sample_bytes(size_t size, const eg_arena *arena);

/* A number in 1 .. p - 1, p being that of either real group. */
extern const uint8_t *sample_element(const eg_arena *arena);

/*
 * Which contests and options something holds: bit j of options[i] stands for
 * option j of contest i, a contest without options is not there.  So the
 * union of two is a bitwise or.
 */
#define SAMPLE_CONTESTS		5
#define SAMPLE_OPTIONS		6

typedef struct sample_style
{
	uint8_t		options[SAMPLE_CONTESTS];
} sample_style;

extern uint32_t sample_contest_index(int contest);
extern uint32_t sample_option_index(int option);
extern eg_bytes sample_contest_label(int contest);
extern eg_bytes sample_option_label(int option);

extern sample_style sample_random_style(void);
extern sample_style sample_union(sample_style a, sample_style b);
extern uint32_t sample_count_contests(sample_style style);
extern uint32_t sample_count_options(sample_style style);

/* A directory written without the code under test. */
extern eg_bytes sample_directory(sample_style style, const eg_arena *arena);

typedef struct sample_form
{
	sample_style style;
	unsigned	fields;			/* EG_BALLOT_HAS_* */
	unsigned	contest_fields; /* EG_CONTEST_HAS_*, of every contest */
	uint32_t	pairs;			/* in every proof */
	uint64_t	weight;
	int64_t		time;
} sample_form;

/* One contest with one option, and nothing optional. */
extern sample_form sample_small_form(void);

/* Everything that a ballot can have; one pair of C2 of contest data. */
extern sample_form sample_full_form(void);

/* A cast ballot of this form, in order of indices. */
extern eg_ballot *sample_ballot(const sample_form *form,
								const eg_arena *arena);
extern eg_bytes sample_encode(const eg_ballot *ballot, const eg_arena *arena);

/* What the aggregates make of an encoded ballot and of an encrypted tally. */
extern eg_addend sample_ballot_addend(eg_bytes ballot);
extern eg_addend sample_tally_addend(eg_bytes tally);

/*
 * Adds as the aggregates do: makes room, in a new block if there is none, and
 * multiplies.  state->header is NULL before the first.
 */
extern bool sample_add(eg_tally_state *state, const eg_addend *addend,
					   const eg_arena *arena, eg_fault *fault);
extern bool sample_combine(eg_tally_state *state, const eg_tally_state *other,
						   const eg_arena *arena, eg_fault *fault);
extern size_t sample_state_size(const eg_tally_state *state);
extern eg_bytes sample_finish(const eg_tally_state *state,
							  const eg_arena *arena);

#endif
