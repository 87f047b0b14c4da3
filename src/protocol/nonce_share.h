/*
 * nonce_share.h
 *		Guardians' shares of the nonce of a challenged ballot (3.6.7).
 *
 * Each guardian gives m_i = C0^z^_i (107) of the encrypted ballot nonce, after
 * checking it, with a proof of our own that log_C0(m_i) is his z^_i, whose
 * g^z^_i = y_i everybody has from the commitments:
 *
 *		a = g^u, b = C0^u		c = H_q of decryption_hashes.h		v = u - c z^_i
 *
 * so that a wrong share is named.  The spec asks for none, and it is no part
 * of a record.
 */
#ifndef EG_NONCE_SHARE_H
#define EG_NONCE_SHARE_H

#include "protocol/decryption_rounds.h"
#include "protocol/joint_commitments.h"

typedef struct eg_nonce_share
{
	uint32_t	guardian;
	eg_bytes	ballot;			/* its id */
	const uint8_t *element;		/* m_i */
	const eg_pair *proof;		/* c, v */
} eg_nonce_share;

extern const eg_json_shape eg_shape_nonce_share;	/* eg_nonce_share */

/*
 * Makes a share.  The ballot must be challenged, of this election, and its
 * encrypted nonce in order: C0 in Z_p^r and the proof valid (38).  Whether the
 * record calls it challenged is for the caller to know.  Draws u.
 */
extern bool eg_nonce_share_make(eg_nonce_share *share,
								const eg_election *election,
								const eg_ballot *ballot,
								const eg_decryption_key *key,
								const eg_fixed_base *generator,
								const eg_random *random,
								const eg_decryption_memory *memory,
								const eg_stop *stop, eg_fault *fault);

/*
 * The ballot nonce xi_B, from shares of different guardians, at least k, each
 * of which is checked; a fault names the guardian.  keys are of the ballot
 * data key.  xi_B is secret: 32 bytes, the caller's to wipe.
 */
extern bool eg_nonce_shares_combine(uint8_t *xi_b,
									const eg_election *election,
									const eg_ballot *ballot,
									const eg_nonce_share *shares, size_t n,
									const eg_joint_commitments *keys,
									const eg_stop *stop, eg_fault *fault);

#endif
