/*
 * hash_uses.c
 *		Every use of the hash function H, and the keys derived by HMAC.
 *
 * In the order of spec 5.5.
 */
#include "protocol/hash_uses.h"

#include "math/scalar.h"

/* H(b0; separator, ...) */
static void
begin(eg_hash *hash, const uint8_t *b0, uint8_t separator)
{
	eg_hash_begin(hash, b0);
	eg_hash_byte(hash, separator);
}

/* H_q(b0; separator, ...) */
static void
begin_mod_q(eg_hash *hash, const uint8_t *b0, uint8_t separator)
{
	eg_hash_begin_mod_q(hash, b0);
	eg_hash_byte(hash, separator);
}

/* A string that the spec gives: UTF-8 without its length (5.1.4) */
static void
add_label(eg_hash *hash, const char *label)
{
	eg_hash_bytes(hash, label, strlen(label));
}

/* b(#U, 4), then the guardians; the order is an erratum of eq. 88 and 99. */
static void
add_guardians(eg_hash *hash, const uint32_t *u, uint32_t n)
{
	eg_hash_integer(hash, n);
	for (uint32_t i = 0; i < n; i++)
		eg_hash_integer(hash, u[i]);
}

/* 5.5.1 Parameter base and base hashes */

void
eg_parameter_base_hash(uint8_t *h_p, uint32_t n, uint32_t k)
{
	static const uint8_t version[EG_HASH_BYTES] = "v2.1.0";
	const eg_group *group = &eg_group_2_1_0;
	uint8_t		bytes[EG_ELEMENT_BYTES];
	eg_hash		hash;

	begin(&hash, version, 0x00);
	eg_element_export(group, bytes, group->p);
	eg_hash_element(&hash, bytes);
	eg_scalar_export(group, bytes, group->q);
	eg_hash_digest(&hash, bytes);
	eg_element_export(group, bytes, group->g);
	eg_hash_element(&hash, bytes);
	eg_hash_integer(&hash, n);
	eg_hash_integer(&hash, k);
	eg_hash_end(&hash, h_p);
}

void
eg_base_hash(uint8_t *h_b, const uint8_t *h_p, eg_bytes manifest)
{
	eg_hash		hash;

	begin(&hash, h_p, 0x01);
	eg_hash_sized(&hash, manifest);
	eg_hash_end(&hash, h_b);
}

/* 5.5.2 Key generation and extended base hash */

void
eg_vote_key_challenge_begin(eg_hash *hash, const uint8_t *h_p, uint32_t i)
{
	begin_mod_q(hash, h_p, 0x10);
	add_label(hash, "pk_vote");
	eg_hash_integer(hash, i);
}

void
eg_data_key_challenge_begin(eg_hash *hash, const uint8_t *h_p, uint32_t i)
{
	begin_mod_q(hash, h_p, 0x10);
	add_label(hash, "pk_data");
	eg_hash_integer(hash, i);
}

void
eg_share_secret_key(uint8_t *key, const uint8_t *h_p, uint32_t i, uint32_t l,
					const uint8_t *kappa, const uint8_t *alpha,
					const uint8_t *beta)
{
	eg_hash		hash;

	begin(&hash, h_p, 0x11);
	eg_hash_integer(&hash, i);
	eg_hash_integer(&hash, l);
	eg_hash_element(&hash, kappa);
	eg_hash_element(&hash, alpha);
	eg_hash_element(&hash, beta);
	eg_hash_end(&hash, key);
}

void
eg_share_encryption_keys(uint8_t *keys, const uint8_t *key, uint32_t i,
						 uint32_t l)
{
	/* Counter and length are 1 and 2 bytes here, 4 and 4 in equation 66. */
	static const uint8_t bits[2] = {0x02, 0x00};
	eg_hash		hash;

	for (uint8_t counter = 1; counter <= 2; counter++)
	{
		eg_hash_begin(&hash, key);
		eg_hash_byte(&hash, counter);
		add_label(&hash, "share_enc_keys");
		eg_hash_byte(&hash, 0x00);
		add_label(&hash, "share_encrypt");
		eg_hash_integer(&hash, i);
		eg_hash_integer(&hash, l);
		eg_hash_bytes(&hash, bits, sizeof(bits));
		eg_hash_end(&hash, keys + (counter - 1) * EG_HASH_BYTES);
	}
}

void
eg_share_challenge(uint8_t *c, const uint8_t *h_p, uint32_t i, uint32_t l,
				   const uint8_t *gamma, const uint8_t *c0, const uint8_t *c1)
{
	eg_hash		hash;

	begin_mod_q(&hash, h_p, 0x12);
	eg_hash_integer(&hash, i);
	eg_hash_integer(&hash, l);
	eg_hash_element(&hash, gamma);
	eg_hash_element(&hash, c0);
	eg_hash_bytes(&hash, c1, EG_SHARE_KEYS_BYTES);
	eg_hash_end(&hash, c);
}

void
eg_guardian_record_hash_begin(eg_hash *hash, const uint8_t *h_b,
							  const uint8_t *vote_key, const uint8_t *data_key)
{
	begin(hash, h_b, 0x13);
	eg_hash_element(hash, vote_key);
	eg_hash_element(hash, data_key);
}

void
eg_extended_base_hash(uint8_t *h_e, const uint8_t *h_b,
					  const uint8_t *vote_key, const uint8_t *data_key)
{
	eg_hash		hash;

	begin(&hash, h_b, 0x14);
	eg_hash_element(&hash, vote_key);
	eg_hash_element(&hash, data_key);
	eg_hash_end(&hash, h_e);
}

/* 5.5.3 Ballot encryption and confirmation codes */

void
eg_identifier_hash(uint8_t *h_i, const uint8_t *h_e, const uint8_t *id_b)
{
	eg_hash		hash;

	begin(&hash, h_e, 0x20);
	eg_hash_digest(&hash, id_b);
	eg_hash_end(&hash, h_i);
}

void
eg_encryption_nonce(uint8_t *xi, const uint8_t *h_i, uint32_t contest,
					uint32_t option, const uint8_t *xi_b)
{
	eg_hash		hash;

	begin_mod_q(&hash, h_i, 0x21);
	eg_hash_integer(&hash, contest);
	eg_hash_integer(&hash, option);
	eg_hash_digest(&hash, xi_b);
	eg_hash_end(&hash, xi);
}

void
eg_ballot_nonce_secret_key(uint8_t *h, const uint8_t *h_i,
						   const uint8_t *alpha, const uint8_t *beta)
{
	eg_hash		hash;

	begin(&hash, h_i, 0x22);
	eg_hash_element(&hash, alpha);
	eg_hash_element(&hash, beta);
	eg_hash_end(&hash, h);
}

void
eg_ballot_nonce_encryption_key(uint8_t *key, const uint8_t *h)
{
	static const uint8_t bits[2] = {0x01, 0x00};
	eg_hash		hash;

	eg_hash_begin(&hash, h);
	eg_hash_byte(&hash, 0x01);
	add_label(&hash, "ballot_nonce");
	eg_hash_byte(&hash, 0x00);
	add_label(&hash, "ballot_nonce_encrypt");
	eg_hash_bytes(&hash, bits, sizeof(bits));
	eg_hash_end(&hash, key);
}

void
eg_ballot_nonce_challenge(uint8_t *c, const uint8_t *h_i, const uint8_t *a,
						  const uint8_t *c0, const uint8_t *c1)
{
	eg_hash		hash;

	begin_mod_q(&hash, h_i, 0x23);
	eg_hash_element(&hash, a);
	eg_hash_element(&hash, c0);
	eg_hash_digest(&hash, c1);
	eg_hash_end(&hash, c);
}

void
eg_range_challenge_begin(eg_hash *hash, const uint8_t *h_i, uint32_t contest,
						 uint32_t option, const eg_ciphertext *selection)
{
	begin_mod_q(hash, h_i, 0x24);
	eg_hash_integer(hash, contest);
	eg_hash_integer(hash, option);
	eg_hash_ciphertext(hash, selection);
}

void
eg_limit_challenge_begin(eg_hash *hash, const uint8_t *h_i, uint32_t contest,
						 const eg_ciphertext *total)
{
	begin_mod_q(hash, h_i, 0x24);
	eg_hash_integer(hash, contest);
	eg_hash_ciphertext(hash, total);
}

void
eg_contest_data_nonce(uint8_t *xi, const uint8_t *h_i, uint32_t contest,
					  const uint8_t *xi_b)
{
	eg_hash		hash;

	begin_mod_q(&hash, h_i, 0x25);
	eg_hash_integer(&hash, contest);
	eg_hash_digest(&hash, xi_b);
	eg_hash_end(&hash, xi);
}

void
eg_contest_data_secret_key(uint8_t *h, const uint8_t *h_i, uint32_t contest,
						   const uint8_t *alpha, const uint8_t *beta)
{
	eg_hash		hash;

	begin(&hash, h_i, 0x26);
	eg_hash_integer(&hash, contest);
	eg_hash_element(&hash, alpha);
	eg_hash_element(&hash, beta);
	eg_hash_end(&hash, h);
}

void
eg_contest_data_encryption_key(uint8_t *key, const uint8_t *h,
							   uint32_t contest, uint32_t blocks, uint32_t i)
{
	eg_hash		hash;

	/* Equation 66, not footnote 43: the context has ind_c. */
	eg_hash_begin(&hash, h);
	eg_hash_integer(&hash, i);
	add_label(&hash, "data_enc_keys");
	eg_hash_byte(&hash, 0x00);
	add_label(&hash, "contest_data");
	eg_hash_integer(&hash, contest);
	eg_hash_integer(&hash, blocks * 256);
	eg_hash_end(&hash, key);
}

void
eg_contest_data_challenge(uint8_t *c, const uint8_t *h_i, uint32_t contest,
						  const uint8_t *a, const uint8_t *c0, eg_bytes c1)
{
	eg_hash		hash;

	begin_mod_q(&hash, h_i, 0x27);
	eg_hash_integer(&hash, contest);
	eg_hash_element(&hash, a);
	eg_hash_element(&hash, c0);
	eg_hash_bytes(&hash, c1.data, c1.size);
	eg_hash_end(&hash, c);
}

void
eg_contest_hash_begin(eg_hash *hash, const uint8_t *h_i, uint32_t contest)
{
	begin(hash, h_i, 0x28);
	eg_hash_integer(hash, contest);
}

void
eg_hash_contest_data(eg_hash *hash, const eg_hashed_ciphertext *data)
{
	eg_hash_element(hash, data->c0);
	eg_hash_bytes(hash, data->c1.data, data->c1.size);
	eg_hash_digest(hash, data->proof->challenge);
	eg_hash_digest(hash, data->proof->response);
}

void
eg_confirmation_code_begin(eg_hash *hash, bool preencrypted,
						   const uint8_t *h_i)
{
	begin(hash, h_i, preencrypted ? 0x42 : 0x29);
}

void
eg_device_information_hash(uint8_t *h_di, bool preencrypted,
						   const uint8_t *h_e, eg_bytes device)
{
	eg_hash		hash;

	begin(&hash, h_e, preencrypted ? 0x43 : 0x2A);
	eg_hash_sized(&hash, device);
	eg_hash_end(&hash, h_di);
}

void
eg_chaining_field(uint8_t *field, uint32_t mode, const uint8_t *hash)
{
	eg_put32(field, mode);
	memcpy(field + 4, hash, EG_HASH_BYTES);
}

void
eg_chain_hash(uint8_t *hash, bool preencrypted, const uint8_t *h_e,
			  const uint8_t *field)
{
	eg_hash		chain;

	begin(&chain, h_e, preencrypted ? 0x42 : 0x29);
	eg_hash_bytes(&chain, field, EG_CHAINING_BYTES);
	eg_hash_end(&chain, hash);
}

void
eg_chain_closing_field(uint8_t *field, bool preencrypted, const uint8_t *h_e,
					   const uint8_t *h_l, const uint8_t *initial_field)
{
	uint8_t		result[EG_HASH_BYTES];
	eg_hash		hash;

	/* Without the stray 0x4C4F434B of 5.5.5, as its length says. */
	begin(&hash, h_e, preencrypted ? 0x44 : 0x2B);
	eg_hash_digest(&hash, h_l);
	eg_hash_bytes(&hash, initial_field, EG_CHAINING_BYTES);
	eg_hash_end(&hash, result);
	eg_chaining_field(field, EG_CHAINING_SIMPLE, result);
}

/* 5.5.4 Verifiable decryption */

void
eg_tally_decryption_commitment(uint8_t *d, const uint8_t *h_e,
							   uint32_t contest, uint32_t option, uint32_t i,
							   const eg_ciphertext *tally, const uint8_t *a,
							   const uint8_t *b, const uint8_t *m,
							   const uint32_t *u, uint32_t n)
{
	eg_hash		hash;

	begin(&hash, h_e, 0x30);
	eg_hash_integer(&hash, contest);
	eg_hash_integer(&hash, option);
	eg_hash_integer(&hash, i);
	eg_hash_ciphertext(&hash, tally);
	eg_hash_element(&hash, a);
	eg_hash_element(&hash, b);
	eg_hash_element(&hash, m);
	add_guardians(&hash, u, n);
	eg_hash_end(&hash, d);
}

void
eg_tally_decryption_challenge(uint8_t *c, const uint8_t *h_e,
							  uint32_t contest, uint32_t option,
							  const eg_ciphertext *tally, const uint8_t *a,
							  const uint8_t *b, const uint8_t *m)
{
	eg_hash		hash;

	begin_mod_q(&hash, h_e, 0x31);
	eg_hash_integer(&hash, contest);
	eg_hash_integer(&hash, option);
	eg_hash_ciphertext(&hash, tally);
	eg_hash_element(&hash, a);
	eg_hash_element(&hash, b);
	eg_hash_element(&hash, m);
	eg_hash_end(&hash, c);
}

void
eg_data_decryption_commitment(uint8_t *d, const uint8_t *h_i,
							  uint32_t contest, uint32_t i,
							  const eg_hashed_ciphertext *data,
							  const uint8_t *a, const uint8_t *b,
							  const uint8_t *m, const uint32_t *u, uint32_t n)
{
	eg_hash		hash;

	/* Equation 99, not the table in 5.5.4: B0 is H_I. */
	begin(&hash, h_i, 0x32);
	eg_hash_integer(&hash, contest);
	eg_hash_integer(&hash, i);
	eg_hash_contest_data(&hash, data);
	eg_hash_element(&hash, a);
	eg_hash_element(&hash, b);
	eg_hash_element(&hash, m);
	add_guardians(&hash, u, n);
	eg_hash_end(&hash, d);
}

void
eg_data_decryption_challenge(uint8_t *c, const uint8_t *h_i, uint32_t contest,
							 const eg_hashed_ciphertext *data,
							 const uint8_t *a, const uint8_t *b,
							 const uint8_t *beta)
{
	eg_hash		hash;

	begin_mod_q(&hash, h_i, 0x33);
	eg_hash_integer(&hash, contest);
	eg_hash_contest_data(&hash, data);
	eg_hash_element(&hash, a);
	eg_hash_element(&hash, b);
	eg_hash_element(&hash, beta);
	eg_hash_end(&hash, c);
}

/* 5.5.5 Pre-encrypted ballots */

void
eg_selection_hash_begin(eg_hash *hash, const uint8_t *h_i)
{
	begin(hash, h_i, 0x40);
}

void
eg_preencrypted_contest_hash_begin(eg_hash *hash, const uint8_t *h_i,
								   uint32_t contest)
{
	begin(hash, h_i, 0x41);
	eg_hash_integer(hash, contest);
}

void
eg_preencryption_nonce(uint8_t *xi, const uint8_t *h_i, uint32_t contest,
					   uint32_t vector, uint32_t position,
					   const uint8_t *xi_b)
{
	eg_hash		hash;

	begin_mod_q(&hash, h_i, 0x45);
	eg_hash_integer(&hash, contest);
	eg_hash_integer(&hash, vector);
	eg_hash_integer(&hash, position);
	eg_hash_digest(&hash, xi_b);
	eg_hash_end(&hash, xi);
}

/* Our own, outside of 5.5 */

void
eg_key_commitment_begin(eg_hash *hash, const uint8_t *h_p, uint32_t i)
{
	begin(hash, h_p, 0xE0);
	add_label(hash, "egtally_key");
	eg_hash_integer(hash, i);
}
