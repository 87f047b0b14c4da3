/*
 * tally.h
 *		Encrypted tallies, and the state in which they are added up.
 *
 * An encrypted tally is the component-wise product of the ciphertexts of
 * ballots (spec 3.5, equations 79 and 80):
 *
 *		u8 version	u8 group	u8 fields	u8 reserved, 0
 *		32 H_E if fields has EG_TALLY_HAS_ELECTION
 *		directory (directory.h)
 *		per contest: u64 ballots, u64 summed weight (both 0: not known)
 *		per option: 1024 ciphertext
 *
 * The state of the aggregates has the same parts, always with room for H_E,
 * but keeps residues of unfinished products (math/product.h):
 *
 *		u8 version	u8 group	u8 fields	u8 reserved, 0
 *		u16 log2 R	u16 reserved, 0
 *		32 H_E, zeros if absent
 *		directory
 *		per contest: u64 ballots, u64 summed weight
 *		per option: u64 count of Montgomery products
 *		per option: 1024 residues of A and B
 *
 * It is one block of memory that is updated in place and grows only when a
 * ballot brings contests or options that it did not have.
 */
#ifndef EG_TALLY_H
#define EG_TALLY_H

#include "math/product.h"
#include "math/status.h"
#include "protocol/ballot.h"

#define EG_TALLY_VERSION		1
#define EG_TALLY_HAS_ELECTION	1

#define EG_TALLY_HEADER			4
#define EG_TALLY_STATE_HEADER	40

/* Weights of a contest sum to at most this. */
#define EG_MAX_SUM				((uint64_t) INT64_MAX)

/* Views into encodings that have been checked. */
typedef struct eg_tally
{
	const eg_group *group;
	const uint8_t *election;	/* or NULL */
	eg_directory directory;
	const uint8_t *sums;		/* 16 bytes a contest */
	const uint8_t *ciphertexts;
} eg_tally;

typedef struct eg_tally_state
{
	const eg_group *group;
	uint8_t    *header;			/* the whole block */
	const uint8_t *election;	/* or NULL */
	uint16_t	log2_r;
	eg_directory directory;
	uint8_t    *sums;
	uint8_t    *counts;			/* 8 bytes an option */
	uint8_t    *residues;		/* 2 EG_RESIDUE_BYTES an option */
} eg_tally_state;

/* What is to be added to a state. */
typedef struct eg_addend
{
	const eg_group *group;
	const uint8_t *election;
	eg_directory directory;
	const uint8_t *ciphertexts;
	uint64_t	weight;			/* of a ballot; 0 for a tally */
	const uint8_t *sums;		/* of a tally; NULL for a ballot */
} eg_addend;

/* Check bytes from outside. */
extern bool eg_tally_decode(eg_tally *tally, eg_bytes bytes,
							const eg_arena *arena, eg_fault *fault);
extern bool eg_tally_state_decode(eg_tally_state *state, eg_bytes bytes,
								  const eg_arena *arena, eg_fault *fault);

/* View bytes that have been checked, or that functions below have made. */
extern void eg_tally_view(eg_tally *tally, eg_bytes bytes);
extern void eg_tally_state_view(eg_tally_state *state, void *bytes);

/*
 * The size of a state that has room for everything in the addend: that of a
 * new state if state is NULL, the present size if nothing is missing.  0
 * with a fault if they do not belong together.
 */
extern size_t eg_tally_state_room(const eg_tally_state *state,
								  const eg_addend *addend, eg_fault *fault);

/*
 * Makes, in zeroed memory of that size, a state that holds what the old one
 * held (nothing, if it is NULL) and an empty product for what is new.
 */
extern void eg_tally_state_make(void *memory, const eg_tally_state *old,
								const eg_addend *addend);

/*
 * Multiplies an addend into a state that has room for it.  After a fault the
 * state is not to be used again.
 */
extern bool eg_tally_state_add(eg_tally_state *state, const eg_addend *addend,
							   const eg_stop *stop, eg_fault *fault);

/* The addend that stands for the parts of another state, for room and make. */
extern eg_addend eg_tally_state_as_addend(const eg_tally_state *state);

/* Multiplies another state in; room has been made. */
extern bool eg_tally_state_combine(eg_tally_state *state,
								   const eg_tally_state *other,
								   const eg_stop *stop, eg_fault *fault);

/* The finished tally: its size, and its bytes. */
extern size_t eg_tally_size(const eg_tally_state *state);
extern bool eg_tally_finish(uint8_t *bytes, const eg_tally_state *state,
							const eg_stop *stop, eg_fault *fault);

/*
 * A tally with every contest and option of an election's manifest (errata to
 * verification 9): what it lacks, all of it if tally is NULL, becomes (1, 1).
 * A fault if it has others, or another election or none.
 */
typedef struct eg_completion
{
	const eg_group *group;
	const uint8_t *election;
	eg_directory all;
} eg_completion;

extern size_t eg_tally_complete_size(const eg_completion *completion);
extern bool eg_tally_complete(uint8_t *bytes, const eg_tally *tally,
							  const eg_completion *completion,
							  eg_fault *fault);

/* Reading sums */
static inline uint64_t
eg_sum_ballots(const uint8_t *sums, uint32_t contest)
{
	return eg_get64(sums + (size_t) contest * 16);
}

static inline uint64_t
eg_sum_weight(const uint8_t *sums, uint32_t contest)
{
	return eg_get64(sums + (size_t) contest * 16 + 8);
}

/*
 * A tally as a structure of records (record_shapes.h): written from one, and
 * read from JSON, where ballots and weights are not known.
 */
typedef struct eg_tally_record
{
	const uint8_t *election;
	eg_contest *contests;		/* selections without proofs */
	uint32_t	n;
} eg_tally_record;

extern bool eg_tally_record_build(eg_tally_record *record,
								  const eg_tally *tally,
								  const eg_arena *arena, eg_fault *fault);
extern bool eg_tally_record_arrange(eg_tally_record *record,
									const eg_arena *arena, eg_fault *fault);
extern void eg_tally_record_encode(eg_writer *writer,
								   const eg_tally_record *record);

#endif
