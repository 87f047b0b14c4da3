/*
 * hash_uses.h
 *		Every use of the hash function H, and the keys derived by HMAC.
 *
 * This is the list of spec 5.5, read with its errata: what H takes, in which
 * order, behind which separation byte.  Results come first and are 32 bytes
 * unless said otherwise; arguments follow in the order of the equation.
 * Elements are EG_ELEMENT_BYTES, hashes, scalars and nonces are 32 bytes, all
 * big-endian; integers are below 2^31.
 *
 * Nothing is checked here.  C1 of contest data goes in without its length,
 * which the caller has compared with the manifest.
 *
 * A use that takes a list is only begun here: what is still to be fed, by
 * which function of hash.h, stands beside it; eg_hash_end gives the result.
 * Lists are public data.
 *
 * Functions marked secret take or give secrets: they run in constant time and
 * leave nothing behind; their results are the caller's to wipe.
 */
#ifndef EG_HASH_USES_H
#define EG_HASH_USES_H

#include "protocol/hash.h"

#define EG_SHARE_KEYS_BYTES		64

/* The chaining mode identifiers (3.4.4) */
#define EG_CHAINING_NONE		0
#define EG_CHAINING_SIMPLE		1


/* 5.5.1 Parameter base and base hashes */

/* H_P = H(ver; 0x00, p, q, g, n, k) for the 2.1.0 group (3.1.2, eq. 4) */
extern void eg_parameter_base_hash(uint8_t *h_p, uint32_t n, uint32_t k);

/* H_B = H(H_P; 0x01, manifest), the bytes of the file (3.1.4, eq. 5) */
extern void eg_base_hash(uint8_t *h_b, const uint8_t *h_p, eg_bytes manifest);


/* 5.5.2 Key generation and extended base hash */

/*
 * c_i = H_q(H_P; 0x10, "pk_vote", i, K_i,0, ..., K_i,k-1, kappa_i, h_i,0, ...,
 * h_i,k) (3.2.2, eq. 11), and with "pk_data" for the other key (eq. 13).  To
 * be fed: the 2k + 2 elements.
 */
extern void eg_vote_key_challenge_begin(eg_hash *hash, const uint8_t *h_p,
										uint32_t i);
extern void eg_data_key_challenge_begin(eg_hash *hash, const uint8_t *h_p,
										uint32_t i);

/* Secret.  k_i,l = H(H_P; 0x11, i, l, kappa_l, alpha, beta) (3.2.2, eq. 16) */
extern void eg_share_secret_key(uint8_t *key, const uint8_t *h_p, uint32_t i,
								uint32_t l, const uint8_t *kappa,
								const uint8_t *alpha, const uint8_t *beta);

/* Secret.  k_i,l,1 and k_i,l,2 from k_i,l: 64 bytes (3.2.2, eq. 17, 18) */
extern void eg_share_encryption_keys(uint8_t *keys, const uint8_t *key,
									 uint32_t i, uint32_t l);

/*
 * c_i,l = H_q(H_P; 0x12, i, l, gamma, C0, C1), C1 of 64 bytes (3.2.2, eq. 22)
 */
extern void eg_share_challenge(uint8_t *c, const uint8_t *h_p, uint32_t i,
							   uint32_t l, const uint8_t *gamma,
							   const uint8_t *c0, const uint8_t *c1);

/*
 * H_G = H(H_B; 0x13, K, K^, K_1,0, ..., K_n,k-1, K^_1,0, ..., K^_n,k-1,
 * kappa_1, ..., kappa_n) (3.2.2, eq. 27).  To be fed: the (2k + 1) n elements
 * of the guardians.
 */
extern void eg_guardian_record_hash_begin(eg_hash *hash, const uint8_t *h_b,
										  const uint8_t *vote_key,
										  const uint8_t *data_key);

/* H_E = H(H_B; 0x14, K, K^) (3.2.3, eq. 30) */
extern void eg_extended_base_hash(uint8_t *h_e, const uint8_t *h_b,
								  const uint8_t *vote_key,
								  const uint8_t *data_key);


/* 5.5.3 Ballot encryption and confirmation codes */

/* H_I = H(H_E; 0x20, id_B) (3.3.2, eq. 32) */
extern void eg_identifier_hash(uint8_t *h_i, const uint8_t *h_e,
							   const uint8_t *id_b);

/* Secret.  xi_i,j = H_q(H_I; 0x21, i, j, xi_B) (3.3.3, eq. 33) */
extern void eg_encryption_nonce(uint8_t *xi, const uint8_t *h_i,
								uint32_t contest, uint32_t option,
								const uint8_t *xi_b);

/* Secret.  h = H(H_I; 0x22, alpha_B, beta_B) (3.3.4, eq. 35) */
extern void eg_ballot_nonce_secret_key(uint8_t *h, const uint8_t *h_i,
									   const uint8_t *alpha,
									   const uint8_t *beta);

/* Secret.  k_1 from h (3.3.4, eq. 36) */
extern void eg_ballot_nonce_encryption_key(uint8_t *key, const uint8_t *h);

/* c_B = H_q(H_I; 0x23, a_B, C0, C1), C1 of 32 bytes (3.3.4, eq. 38) */
extern void eg_ballot_nonce_challenge(uint8_t *c, const uint8_t *h_i,
									  const uint8_t *a, const uint8_t *c0,
									  const uint8_t *c1);

/*
 * c = H_q(H_I; 0x24, ind_c, ind_o, alpha, beta, a_0, b_0, ..., a_R, b_R)
 * (3.3.7, eq. 41, 50, 59).  To be fed: the R + 1 pairs a_j, b_j.
 */
extern void eg_range_challenge_begin(eg_hash *hash, const uint8_t *h_i,
									 uint32_t contest, uint32_t option,
									 const eg_ciphertext *selection);

/*
 * The same for the sum of a contest's selections, and without ind_o (3.3.8,
 * eq. 62).  To be fed: the L + 1 pairs a_j, b_j.
 */
extern void eg_limit_challenge_begin(eg_hash *hash, const uint8_t *h_i,
									 uint32_t contest,
									 const eg_ciphertext *total);

/* Secret.  xi = H_q(H_I; 0x25, ind_c, xi_B) (3.3.10, eq. 64) */
extern void eg_contest_data_nonce(uint8_t *xi, const uint8_t *h_i,
								  uint32_t contest, const uint8_t *xi_b);

/* Secret.  h = H(H_I; 0x26, ind_c, alpha, beta) (3.3.10, eq. 65) */
extern void eg_contest_data_secret_key(uint8_t *h, const uint8_t *h_i,
									   uint32_t contest, const uint8_t *alpha,
									   const uint8_t *beta);

/*
 * Secret.  k_i from h, for block i of 1 .. blocks; blocks < 2^24 (3.3.10,
 * eq. 66, and 3.6.6, eq. 104)
 */
extern void eg_contest_data_encryption_key(uint8_t *key, const uint8_t *h,
										   uint32_t contest, uint32_t blocks,
										   uint32_t i);

/* c = H_q(H_I; 0x27, ind_c, a, C0, C1) (3.3.10, eq. 69) */
extern void eg_contest_data_challenge(uint8_t *c, const uint8_t *h_i,
									  uint32_t contest, const uint8_t *a,
									  const uint8_t *c0, eg_bytes c1);

/*
 * chi_l = H(H_I; 0x28, l, alpha_1, beta_1, ..., alpha_m, beta_m, C0, C1, C2),
 * l being the contest's index (3.4.1, eq. 70).  To be fed: the m ciphertexts
 * by option index, and the contest data if there is any.
 */
extern void eg_contest_hash_begin(eg_hash *hash, const uint8_t *h_i,
								  uint32_t contest);

/* C0, C1 and C2 = (c, v) of contest data; the proof is there. */
extern void eg_hash_contest_data(eg_hash *hash,
								 const eg_hashed_ciphertext *data);

/*
 * From here on, "preencrypted" chooses between the separation bytes of
 * ordinary and those of pre-encrypted ballots (4.1.3, 4.1.4, 5.5.5).
 *
 * H_C = H(H_I; 0x29 or 0x42, chi_1, ..., chi_m, B_C) (3.4.2, eq. 71, 116).
 * To be fed: the digests by contest index, and the EG_CHAINING_BYTES of the
 * chaining field.
 */
extern void eg_confirmation_code_begin(eg_hash *hash, bool preencrypted,
									   const uint8_t *h_i);

/* H_DI = H(H_E; 0x2A or 0x43, S_device) (3.4.3, eq. 72, 119) */
extern void eg_device_information_hash(uint8_t *h_di, bool preencrypted,
									   const uint8_t *h_e, eg_bytes device);

/*
 * B_C of EG_CHAINING_BYTES: the mode and a hash, which is H_DI or the code of
 * the ballot before (3.4.4, eq. 73, 75, 76)
 */
extern void eg_chaining_field(uint8_t *field, uint32_t mode,
							  const uint8_t *hash);

/*
 * H(H_E; 0x29 or 0x42, B_C): H_0 for the initial field B_C,0, and the closing
 * hash for the closing field (3.4.4, eq. 74, 77, 117, 118)
 */
extern void eg_chain_hash(uint8_t *hash, bool preencrypted,
						  const uint8_t *h_e, const uint8_t *field);

/*
 * The closing field B_C = 1, H(H_E; 0x2B or 0x44, H_l, B_C,0), of
 * EG_CHAINING_BYTES (3.4.4, eq. 78, 120)
 */
extern void eg_chain_closing_field(uint8_t *field, bool preencrypted,
								   const uint8_t *h_e, const uint8_t *h_l,
								   const uint8_t *initial_field);


/* 5.5.4 Verifiable decryption; U has n guardians in ascending order */

/*
 * d_i = H(H_E; 0x30, ind_c, ind_o, i, A, B, a_i, b_i, M_i, U) (3.6.5, eq. 88)
 */
extern void eg_tally_decryption_commitment(uint8_t *d, const uint8_t *h_e,
										   uint32_t contest, uint32_t option,
										   uint32_t i,
										   const eg_ciphertext *tally,
										   const uint8_t *a, const uint8_t *b,
										   const uint8_t *m, const uint32_t *u,
										   uint32_t n);

/* c = H_q(H_E; 0x31, ind_c, ind_o, A, B, a, b, M) (3.6.5, eq. 90) */
extern void eg_tally_decryption_challenge(uint8_t *c, const uint8_t *h_e,
										  uint32_t contest, uint32_t option,
										  const eg_ciphertext *tally,
										  const uint8_t *a, const uint8_t *b,
										  const uint8_t *m);

/*
 * d_i = H(H_I; 0x32, ind_c, i, C0, C1, C2, a_i, b_i, m_i, U) (3.6.6, eq. 99)
 */
extern void eg_data_decryption_commitment(uint8_t *d, const uint8_t *h_i,
										  uint32_t contest, uint32_t i,
										  const eg_hashed_ciphertext *data,
										  const uint8_t *a, const uint8_t *b,
										  const uint8_t *m, const uint32_t *u,
										  uint32_t n);

/* c = H_q(H_I; 0x33, ind_c, C0, C1, C2, a, b, beta) (3.6.6, eq. 101) */
extern void eg_data_decryption_challenge(uint8_t *c, const uint8_t *h_i,
										 uint32_t contest,
										 const eg_hashed_ciphertext *data,
										 const uint8_t *a, const uint8_t *b,
										 const uint8_t *beta);


/* 5.5.5 Pre-encrypted ballots */

/*
 * psi = H(H_I; 0x40, alpha_1, beta_1, ..., alpha_m, beta_m) (4.1.1, eq. 113,
 * 114).  To be fed: the m ciphertexts of the vector.
 */
extern void eg_selection_hash_begin(eg_hash *hash, const uint8_t *h_i);

/*
 * chi_l = H(H_I; 0x41, ind_c, psi_pi(1), ..., psi_pi(m+L)) (4.1.2, eq. 115).
 * To be fed: the m + L selection hashes, as digests in ascending order.
 */
extern void eg_preencrypted_contest_hash_begin(eg_hash *hash,
											   const uint8_t *h_i,
											   uint32_t contest);

/*
 * Secret.  xi_i,j,k = H_q(H_I; 0x45, i, j, k, xi_B) for contest i, vector j,
 * position k (4.2.1, eq. 121)
 */
extern void eg_preencryption_nonce(uint8_t *xi, const uint8_t *h_i,
								   uint32_t contest, uint32_t vector,
								   uint32_t position, const uint8_t *xi_b);


/* Our own, outside of 5.5: separation bytes from 0xE0 on, and a label each */

/*
 * H(H_P; 0xE0, "egtally_key", i, kappa_i, and of vote key and data key each: k,
 * K_i,0, ..., K_i,k-1, c_i, k + 1, v_i,0, ..., v_i,k): what a guardian commits
 * to before any guardian shows his keys.  To be fed: all that follows i.
 */
extern void eg_key_commitment_begin(eg_hash *hash, const uint8_t *h_p,
									uint32_t i);

#endif
