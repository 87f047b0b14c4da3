/*
 * decryption_messages.h
 *		What guardians send each other to decrypt, and the set U of them.
 *
 * Three messages of each guardian, all public (3.6.5, 3.6.6):
 *
 *		commitments		d_i of every item
 *		reveal			a_i, b_i and M_i of every item
 *		responses		v_i of every item
 *
 * Each states its sender, U and the digest of what is decrypted; the last two
 * state the digest of all the commitments that the sender has seen, too.  A
 * message of another U, of other ciphertexts or after other commitments is
 * refused with the guardian's index.  Who really sent it is not seen here.
 */
#ifndef EG_DECRYPTION_MESSAGES_H
#define EG_DECRYPTION_MESSAGES_H

#include "protocol/decryption.h"
#include "protocol/decryption_subject.h"

/* U: different guardians in ascending order */
typedef struct eg_guardian_set
{
	uint32_t	indices[EG_MAX_GUARDIANS];
	uint32_t	n;
} eg_guardian_set;

/*
 * Puts guardians in order and checks that they are in 1 .. n, different, and
 * at least k.
 */
extern bool eg_guardian_set_make(eg_guardian_set *set,
								 const eg_election *election,
								 const uint32_t *indices, size_t n,
								 eg_fault *fault);

/* His place in the set; set->n if he is not in it. */
extern uint32_t eg_guardian_place(const eg_guardian_set *set,
								  uint32_t guardian);

/* Any of the three; the lists of the others are absent. */
typedef struct eg_decryption_message
{
	uint32_t	guardian;
	uint32_t   *guardians;		/* U */
	uint32_t	n_guardians;
	const uint8_t *ciphertexts; /* digest of what is decrypted */
	const uint8_t *commitments; /* digest of all commitments, or NULL */
	const uint8_t **scalars;	/* d_i or v_i */
	uint32_t	n_scalars;
	eg_opening_values *openings;
	uint32_t	n_openings;
} eg_decryption_message;

extern const eg_json_shape eg_shape_commitments;	/* eg_decryption_message */
extern const eg_json_shape eg_shape_reveal; /* eg_decryption_message */
extern const eg_json_shape eg_shape_responses;	/* eg_decryption_message */

/* What all messages of one decryption must state. */
typedef struct eg_message_frame
{
	const eg_guardian_set *set;
	const uint8_t *ciphertexts; /* digest */
	const uint8_t *commitments; /* digest, or NULL for commitments */
	uint32_t	items;
} eg_message_frame;

/*
 * Sorts messages by sender: placed[j] is that of guardian set->indices[j].
 * Each guardian of the set sends one; with may_lack his may be missing, and is
 * NULL then.  A fault names the guardian.
 */
extern bool eg_messages_place(const eg_decryption_message **placed,
							  const eg_message_frame *frame, bool may_lack,
							  const eg_decryption_message *messages, size_t n,
							  eg_fault *fault);

/*
 * The digest of all commitments of a set, which is what a decryption nonce is
 * bound to once it is revealed.
 */
extern void eg_set_commitments_digest(uint8_t *digest,
									  const eg_guardian_set *set,
									  const uint8_t *ciphertexts,
									  const eg_decryption_message *const *placed);

/* The digest of the commitments of one guardian */
extern void eg_own_commitments_digest(uint8_t *digest,
									  const eg_guardian_set *set,
									  const uint8_t *ciphertexts,
									  const eg_decryption_message *message);

/*
 * The set and the digest of ciphertexts that the first of some messages
 * states, for who has no other source.
 */
extern bool eg_messages_set(eg_guardian_set *set, const eg_election *election,
							const eg_decryption_message *messages, size_t n,
							eg_fault *fault);

#endif
