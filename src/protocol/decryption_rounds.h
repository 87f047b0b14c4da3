/*
 * decryption_rounds.h
 *		A guardian's three moves to decrypt: commit, reveal, respond (3.6.5,
 *		3.6.6).
 *
 * A decryption nonce u_i answers one challenge, ever: two answers give away
 * the share of the key.  The challenge follows from the commitments of all
 * guardians, so nonces are bound to one set of those when they are revealed:
 * they become nonces of stage 2, which respond takes, and reveal refuses with
 * other commitments.  That nonces of stage 1 are revealed once is for the
 * caller to see to, by keeping what reveal made in their place before anybody
 * sees it.
 *
 * Memory for secrets is to be wiped when it is given back.
 */
#ifndef EG_DECRYPTION_ROUNDS_H
#define EG_DECRYPTION_ROUNDS_H

#include "protocol/random.h"
#include "protocol/sealed_nonces.h"

/* What a guardian brings. */
typedef struct eg_decryption_key
{
	uint32_t	guardian;		/* i */
	const uint8_t *share;		/* z_i for a tally, z^_i for contest data */
	const uint8_t *nonce_key;	/* EG_NONCE_KEY_BYTES */
} eg_decryption_key;

/* Reads a share; a fault, which is all that is to be seen, if it is 0 or >= q */
extern bool eg_key_share_read(const eg_group *group, mp_limb_t *z,
							  const uint8_t *share, eg_fault *fault);

typedef struct eg_decryption_memory
{
	const eg_arena *arena;
	const eg_arena *secrets;
} eg_decryption_memory;

/*
 * Commits to nonces for every item.  Draws a scalar u_i for each, in order of
 * the items.  All powers are of one batch: some 3 KB of secret memory an item.
 * generator is a table of powers of g, or NULL.
 */
extern bool eg_decryption_commit(eg_decryption_message *commitments,
								 eg_bytes *sealed,
								 const eg_decryption_subject *subject,
								 const eg_guardian_set *set,
								 const eg_decryption_key *key,
								 const eg_fixed_base *generator,
								 const eg_random *random,
								 const eg_decryption_memory *memory,
								 const eg_stop *stop, eg_fault *fault);

/*
 * Reveals what was committed to, once all have committed: commitments are
 * placed in the set that the nonces state.  bound gets the nonces of stage 2.
 * The same input gives the same output; nonces that are bound already take
 * the same commitments only.
 */
extern bool eg_decryption_reveal(eg_decryption_message *reveal,
								 eg_bytes *bound, eg_bytes sealed,
								 const eg_decryption_message *const *commitments,
								 const eg_decryption_key *key,
								 const eg_decryption_memory *memory,
								 eg_fault *fault);

/*
 * What respond takes of messages; placed in the set.  The frame of the
 * reveals is that of the bound nonces.
 */
typedef struct eg_round
{
	const eg_guardian_set *set;
	const eg_decryption_message *const *commitments;
	const eg_decryption_message *const *reveals;
	const eg_decryption_message *const *responses;
} eg_round;

/*
 * Answers the challenge, after checking that every guardian opened what he
 * committed to (88, 99) with elements of Z_p^r; a fault names who did not.
 */
extern bool eg_decryption_respond(eg_decryption_message *responses,
								  eg_bytes bound,
								  const eg_decryption_subject *subject,
								  const eg_round *round,
								  const eg_decryption_key *key,
								  const eg_decryption_memory *memory,
								  const eg_stop *stop, eg_fault *fault);

/*
 * What the messages of a round come to
 */

/* Whether guardian number place of the set opened his commitment to an item. */
extern bool eg_opening_fits(const eg_decryption_subject *subject,
							const eg_round *round, uint32_t place,
							size_t item);

/* The accumulated values of an item, and its challenge (86, 89, 90; 97 ..) */
typedef struct eg_accumulated
{
	uint8_t		a[EG_ELEMENT_BYTES];
	uint8_t		b[EG_ELEMENT_BYTES];
	uint8_t		m[EG_ELEMENT_BYTES];
	uint8_t		c[EG_HASH_BYTES];
} eg_accumulated;

/* w has a Lagrange coefficient for each guardian of the set. */
extern eg_status eg_round_accumulate(eg_accumulated *accumulated,
									 const eg_decryption_subject *subject,
									 const eg_round *round, size_t item,
									 const mp_limb_t *w, const eg_stop *stop);

/* The product of M_i^w_i over n guardians (86, 97), as an element */
extern eg_status eg_partials_product(const eg_group *group, mp_limb_t *m,
									 const uint8_t *const *partials,
									 const mp_limb_t *w, size_t n,
									 const eg_stop *stop);

#endif
