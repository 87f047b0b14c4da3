/*
 * decryption_hashes.h
 *		Hashes that decryption needs and the spec does not define.
 *
 * They are made with the spec's H and H_q (5.1 to 5.4) behind separation
 * bytes from 0xE0 on, of which the spec uses none, and a label:
 *
 *		0xE0	of the key ceremony
 *		0xE1	challenge of a proof for a share of a ballot nonce
 *		0xE2	digest of the ciphertexts that are decrypted
 *		0xE3	digest of one guardian's commitments
 *		0xE4	digest of the commitments of all guardians of a set U
 *
 * None of them is part of a record.
 */
#ifndef EG_DECRYPTION_HASHES_H
#define EG_DECRYPTION_HASHES_H

#include "protocol/hash_uses.h"

/*
 * c = H_q(H_I; 0xE1, "ballot_nonce_share", i, y_i, C0, m_i, a, b) of the proof
 * that m_i = C0^z^_i for the z^_i of y_i = g^z^_i
 */
extern void eg_nonce_share_challenge(uint8_t *c, const uint8_t *h_i,
									 uint32_t i, const uint8_t *y,
									 const uint8_t *c0, const uint8_t *m,
									 const uint8_t *a, const uint8_t *b);

/*
 * H(H_E; 0xE2, "tally", n, ...).  To be fed, for each of n options: its
 * indices and its ciphertext.
 */
extern void eg_tally_digest_begin(eg_hash *hash, const uint8_t *h_e,
								  uint32_t n);

/* H(H_E; 0xE2, "contest_data", H_I, ind_c, C0, C1, C2), C1 with its length */
extern void eg_contest_data_digest(uint8_t *digest, const uint8_t *h_e,
								   const uint8_t *h_i, uint32_t contest,
								   const eg_hashed_ciphertext *data);

/*
 * H(ciphertexts; 0xE3, "commitments", i, U, n, d_1, ..., d_n), the key being
 * the digest of the ciphertexts; U as in eq. 88
 */
extern void eg_commitments_digest(uint8_t *digest, const uint8_t *ciphertexts,
								  uint32_t i, const uint32_t *u, uint32_t n_u,
								  const uint8_t *const *d, uint32_t n);

/*
 * H(ciphertexts; 0xE4, "all_commitments", #U, ...).  To be fed: the digests of
 * the guardians' commitments, in the order of U.
 */
extern void eg_all_commitments_digest_begin(eg_hash *hash,
											const uint8_t *ciphertexts,
											uint32_t n_u);

#endif
