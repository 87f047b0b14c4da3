/*
 * decryption_hashes.c
 *		Hashes that decryption needs and the spec does not define.
 */
#include "protocol/decryption_hashes.h"

static void
add_label(eg_hash *hash, uint8_t separator, const char *label)
{
	eg_hash_byte(hash, separator);
	eg_hash_bytes(hash, label, strlen(label));
}

void
eg_nonce_share_challenge(uint8_t *c, const uint8_t *h_i, uint32_t i,
						 const uint8_t *y, const uint8_t *c0,
						 const uint8_t *m, const uint8_t *a, const uint8_t *b)
{
	eg_hash		hash;

	eg_hash_begin_mod_q(&hash, h_i);
	add_label(&hash, 0xE1, "ballot_nonce_share");
	eg_hash_integer(&hash, i);
	eg_hash_element(&hash, y);
	eg_hash_element(&hash, c0);
	eg_hash_element(&hash, m);
	eg_hash_element(&hash, a);
	eg_hash_element(&hash, b);
	eg_hash_end(&hash, c);
}

void
eg_tally_digest_begin(eg_hash *hash, const uint8_t *h_e, uint32_t n)
{
	eg_hash_begin(hash, h_e);
	add_label(hash, 0xE2, "tally");
	eg_hash_integer(hash, n);
}

void
eg_contest_data_digest(uint8_t *digest, const uint8_t *h_e,
					   const uint8_t *h_i, uint32_t contest,
					   const eg_hashed_ciphertext *data)
{
	eg_hash		hash;

	eg_hash_begin(&hash, h_e);
	add_label(&hash, 0xE2, "contest_data");
	eg_hash_digest(&hash, h_i);
	eg_hash_integer(&hash, contest);
	eg_hash_element(&hash, data->c0);
	eg_hash_sized(&hash, data->c1);
	eg_hash_digest(&hash, data->proof->challenge);
	eg_hash_digest(&hash, data->proof->response);
	eg_hash_end(&hash, digest);
}

void
eg_commitments_digest(uint8_t *digest, const uint8_t *ciphertexts, uint32_t i,
					  const uint32_t *u, uint32_t n_u,
					  const uint8_t *const *d, uint32_t n)
{
	eg_hash		hash;

	eg_hash_begin(&hash, ciphertexts);
	add_label(&hash, 0xE3, "commitments");
	eg_hash_integer(&hash, i);
	eg_hash_integer(&hash, n_u);
	for (uint32_t j = 0; j < n_u; j++)
		eg_hash_integer(&hash, u[j]);
	eg_hash_integer(&hash, n);
	for (uint32_t j = 0; j < n; j++)
		eg_hash_digest(&hash, d[j]);
	eg_hash_end(&hash, digest);
}

void
eg_all_commitments_digest_begin(eg_hash *hash, const uint8_t *ciphertexts,
								uint32_t n_u)
{
	eg_hash_begin(hash, ciphertexts);
	add_label(hash, 0xE4, "all_commitments");
	eg_hash_integer(hash, n_u);
}
