/*
 * tally_check.h
 *		Verifications 10 and 11: decrypted tallies.
 *
 * Whether the encrypted tally is that of the cast ballots (9.A, 9.B) is not
 * seen here.
 */
#ifndef EG_TALLY_CHECK_H
#define EG_TALLY_CHECK_H

#include "protocol/check.h"
#include "protocol/decryption_record.h"
#include "protocol/range_proof.h"

/* The summed weight of the cast ballots that carry a contest. */
typedef struct eg_contest_weight
{
	eg_bytes	contest;
	uint64_t	weight;
	bool		overflow;		/* it is more than EG_MAX_WEIGHT */
} eg_contest_weight;

/*
 * Every contest that a submitted ballot carries, those of challenged ballots
 * alone with weight 0 (11.D, 10.t).
 */
typedef struct eg_weight_list
{
	eg_contest_weight *contests;
	uint32_t	n;
} eg_weight_list;

/* What is not there, or could not be read, is NULL. */
typedef struct eg_tally_input
{
	const eg_tally_file *encrypted;
	const eg_tally_file *decrypted;
	const eg_weight_list *weights;
} eg_tally_input;

/* A file's election and its list of options; steps are named "9.cells". */
typedef struct eg_frame_steps
{
	const char *election;
	const char *cells;
	const char *indices;
} eg_frame_steps;

extern const eg_frame_steps eg_encrypted_tally_steps;	/* "9. ..." */
extern const eg_frame_steps eg_tally_steps; /* "10. ..." */

extern bool eg_tally_frame_check(const eg_election *election,
								 const eg_tally_file *file,
								 const eg_frame_steps *steps,
								 const eg_arena *arena,
								 const eg_check_sink *sink, eg_fault *fault);

/*
 * Verifications 10 and 11 of input->decrypted, which is there.  The arena
 * gives some 6 KB an option; false with a fault if it does not, or on a stop.
 */
extern bool eg_tally_check(const eg_election *election,
						   const eg_tally_input *input,
						   const eg_decryption_tables *tables,
						   const eg_arena *arena, const eg_check_sink *sink,
						   const eg_stop *stop, eg_fault *fault);

/*
 * A proof that M = A^s for the s of K = g^s: the commitments a = g^v K^c and
 * b = A^v M^c (10.2, 10.3).  Contest data has C0 for A, beta for M and K^ for
 * K (12.1, 12.2).
 */
typedef struct eg_decryption_proof
{
	bool		reduced;		/* v < q */
	bool		member;			/* after judging: M is in Z_p^r */
	const mp_limb_t *generator_power;
	const mp_limb_t *key_power;
	const mp_limb_t *base_power;
	const mp_limb_t *factor_power;
	const eg_chain *factor;		/* NULL if M is 0 */
} eg_decryption_proof;

/* Two chains, a power of g and one of K, which is the plan's vote key. */
extern void eg_decryption_proof_plan(eg_decryption_proof *proof,
									 eg_batch_plan *plan,
									 const mp_limb_t *base,
									 const mp_limb_t *factor,
									 const eg_pair *pair);

/* After the batch: a and b, as bytes. */
extern void eg_decryption_proof_judge(eg_decryption_proof *proof,
									  const eg_group *group, uint8_t *a,
									  uint8_t *b);

#endif
