/*
 * decryption_combine.h
 *		What a round of decryption comes to, every guardian's part verified.
 *
 * All data is public.  Messages are placed in their set (eg_messages_place);
 * reveals and responses may be missing.
 */
#ifndef EG_DECRYPTION_COMBINE_H
#define EG_DECRYPTION_COMBINE_H

#include "protocol/check.h"
#include "protocol/decryption_rounds.h"
#include "protocol/joint_commitments.h"

/* What a guardian's part has to pass, in this order */
typedef enum eg_decryption_step
{
	EG_STEP_REVEALED = 0,		/* a_i, b_i, M_i are there */
	EG_STEP_OPENING,			/* they are what d_i commits to (88, 99) */
	EG_STEP_SEEN,				/* he has seen the commitments of all */
	EG_STEP_RESPONDED,			/* v_i is there */
	EG_STEP_RESPONSE,			/* and below q */
	EG_STEP_PARTIAL,			/* M_i is in Z_p^r */
	EG_STEP_GENERATOR,			/* a_i is right (94) */
	EG_STEP_BASE,				/* b_i is right (95) */
	EG_DECRYPTION_STEPS			/* all passed */
} eg_decryption_step;

typedef struct eg_part_result
{
	eg_decryption_step reached; /* the first that failed, or was not run */
	bool		failed;
	size_t		item;			/* where */
} eg_part_result;

/* The name of a step in rows ("3.6.5 (94)"), and what its failure means */
extern const char *eg_decryption_step_name(eg_decryption_step step,
										   eg_key_use use);
extern const char *eg_decryption_step_fault(eg_decryption_step step);

/* Whether it is about one item, or the part as a whole */
extern bool eg_decryption_step_has_item(eg_decryption_step step);

/*
 * Judges every guardian's part; results has one for each of the set.  Without
 * every opening there is no challenge: steps from EG_STEP_SEEN on are then not
 * run.  What reveals say of the commitments, placing them is to have
 * left to this.  generator is a table of powers of g, or NULL.
 */
extern bool eg_decryption_judge(eg_part_result *results,
								const eg_decryption_subject *subject,
								const eg_round *round,
								const eg_joint_commitments *keys,
								const eg_fixed_base *generator,
								const eg_arena *arena, const eg_stop *stop,
								eg_fault *fault);

/* True if all have passed; else the fault is that of the first who has not. */
extern bool eg_decryption_all_passed(const eg_part_result *results,
									 const eg_decryption_subject *subject,
									 const eg_round *round, eg_fault *fault);

/* A decrypted item */
typedef struct eg_decrypted_item
{
	uint8_t		m[EG_ELEMENT_BYTES];	/* M, or beta */
	uint8_t		t[EG_ELEMENT_BYTES];	/* T; of tallies */
	uint64_t	votes;			/* t; of tallies */
	uint8_t		c[EG_HASH_BYTES];	/* the proof (c, v) */
	uint8_t		v[EG_SCALAR_BYTES];
} eg_decrypted_item;

/*
 * Decrypts with the parts that have passed, which must make a quorum.  Proofs
 * are made only if all have passed: they are of the whole set U.  bound is
 * the most votes of options whose ballots are not known, or negative if there
 * is none.
 */
extern bool eg_decryption_finish(eg_decrypted_item *decrypted,
								 const eg_part_result *results,
								 const eg_decryption_subject *subject,
								 const eg_round *round, int64_t bound,
								 const eg_arena *arena, const eg_stop *stop,
								 eg_fault *fault);

/*
 * The results as records
 */

typedef struct eg_decrypted_cell
{
	eg_bytes	label;
	uint64_t	votes;
	const uint8_t *power;		/* T */
	const eg_ciphertext *ciphertext;
	eg_pair		proof_place;
	const eg_pair *proof;
} eg_decrypted_cell;

typedef struct eg_decrypted_contest
{
	eg_bytes	label;
	eg_decrypted_cell *cells;
	uint32_t	n;
} eg_decrypted_contest;

typedef struct eg_decrypted_tally
{
	const uint8_t *election;
	eg_decrypted_contest *contests;
	uint32_t	n;
} eg_decrypted_tally;

extern const eg_json_shape eg_shape_decrypted_tally;	/* tally.json */

/* False if the arena is exhausted. */
extern bool eg_decrypted_tally_build(eg_decrypted_tally *tally,
									 const eg_decryption_subject *subject,
									 const eg_decrypted_item *decrypted,
									 const eg_arena *arena);

/* decrypted_contest_data/ */
typedef struct eg_opened_contest_data
{
	eg_bytes	ballot;
	eg_bytes	contest;
	const uint8_t *beta;
	const eg_pair *proof;
	eg_bytes	data;			/* D */
} eg_opened_contest_data;

extern const eg_json_shape eg_shape_opened_contest_data;

#endif
