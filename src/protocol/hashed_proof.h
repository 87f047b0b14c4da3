/*
 * hashed_proof.h
 *		The Schnorr proofs that guard hashed ElGamal ciphertexts (38, 69).
 *
 * A guardian raises C0 to a secret power only after this: C0 in Z_p^r and C2 =
 * (c, v) a proof of knowledge of its logarithm.  Without the first, a C0 =
 * -g^xi with a valid proof would give away the parity of his share (errata).
 */
#ifndef EG_HASHED_PROOF_H
#define EG_HASHED_PROOF_H

#include "math/status.h"
#include "protocol/ballot.h"

/*
 * NULL, or what is wrong with the ciphertext: a constant text.  The ciphertext
 * has a proof.  H_I is to have been recomputed.
 */
extern const char *eg_ballot_nonce_wrong(const eg_hashed_ciphertext *nonce,
										 const uint8_t *h_i);
extern const char *eg_contest_data_wrong(const eg_hashed_ciphertext *data,
										 const uint8_t *h_i,
										 uint32_t contest);

#endif
