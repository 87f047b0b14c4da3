/*
 * decryption_subject.h
 *		What guardians decrypt together: a tally, or contest data of a ballot.
 *
 * Both go the same way (3.6.5, 3.6.6): a list of items, each with a base that
 * is raised to the guardians' shares of one key.  A subject is made of public
 * data and is checked when it is made: the bases are 1 .. p - 1 and the proof
 * of contest data verifies.  Whether the bases of a tally are in Z_p^r is found
 * by those who raise them to a power: by a commitment before a secret touches
 * them, and by who verifies a round.  A response goes by the digest, which its
 * guardian has sealed with his nonces when he committed.
 */
#ifndef EG_DECRYPTION_SUBJECT_H
#define EG_DECRYPTION_SUBJECT_H

#include "protocol/decryption_record.h"
#include "protocol/guardian_record.h"
#include "protocol/tally.h"

/* An option of a tally, or the one item of contest data. */
typedef struct eg_decryption_item
{
	eg_bytes	contest;		/* labels */
	eg_bytes	option;			/* absent with contest data */
	uint32_t	contest_index;
	uint32_t	option_index;	/* 0 with contest data */
	eg_ciphertext ciphertext;	/* (A, B); of contest data (C0, NULL) */
	bool		weight_known;
	uint64_t	weight;			/* summed, of the ballots in it */
	uint32_t	limit;			/* R */
} eg_decryption_item;

typedef struct eg_decryption_subject
{
	const eg_election *election;
	eg_key_use	use;			/* vote key: a tally; data key: contest data */
	const eg_decryption_item *items;
	uint32_t	n;
	const mp_limb_t *bases;		/* A or C0, group->limbs limbs each */
	uint8_t		digest[EG_HASH_BYTES];	/* of all that is decrypted */

	/* of contest data */
	const eg_ballot *ballot;
	const eg_hashed_ciphertext *data;
	uint8_t		h_i[EG_HASH_BYTES]; /* recomputed */
} eg_decryption_subject;

/*
 * A tally: all options of the manifest in its order, those that the tally
 * lacks as (1, 1), the empty product.  A fault names contest and option.
 */
extern bool eg_tally_subject(eg_decryption_subject *subject,
							 const eg_election *election,
							 const eg_tally *tally, const eg_arena *arena,
							 eg_fault *fault);

/* Contest data of one contest of a ballot. */
extern bool eg_contest_data_subject(eg_decryption_subject *subject,
									const eg_election *election,
									const eg_ballot *ballot, eg_bytes contest,
									const eg_arena *arena, eg_fault *fault);

/*
 * H_I of a ballot of this election, recomputed; a fault if it is of another
 * or has no identifier.
 */
extern bool eg_ballot_h_i(uint8_t *h_i, const eg_election *election,
						  const eg_ballot *ballot, eg_fault *fault);

/* Names the item in a fault. */
extern void eg_decryption_name(const eg_decryption_subject *subject,
							   size_t item, eg_fault *fault);

/* False, with the fault that the base of the item is not in Z_p^r */
extern bool eg_decryption_no_member(const eg_decryption_subject *subject,
									size_t item, eg_fault *fault);

/* a_i, b_i and M_i of one guardian for one item (87, 84; 98, 96) */
typedef struct eg_opening_values
{
	const uint8_t *a;
	const uint8_t *b;
	const uint8_t *m;
} eg_opening_values;

/* d_i (88, 99) of guardian i; u has n guardians in ascending order. */
extern void eg_decryption_commitment(uint8_t *d,
									 const eg_decryption_subject *subject,
									 size_t item, uint32_t i,
									 const eg_opening_values *values,
									 const uint32_t *u, uint32_t n);

/* c (90, 101), from the accumulated a, b and M */
extern void eg_decryption_challenge(uint8_t *c,
									const eg_decryption_subject *subject,
									size_t item,
									const eg_opening_values *values);

#endif
