/*
 * test_hash.c
 *		H, H_q, and what each of their uses feeds them.
 */
#include "protocol/hash_uses.h"

#include "test.h"

/* RFC 4231, test cases 1 to 4: keys of up to 32 bytes, which zeros fill up */
static void
test_rfc4231(void)
{
	static const struct
	{
		uint8_t		key[EG_HASH_BYTES];
		uint8_t		byte;		/* of the data, repeated */
		const char *text;		/* or the data itself */
		size_t		size;
		uint8_t		result[EG_HASH_BYTES];
	}			cases[] = {
		{
			"\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b"
			"\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b",
			0, "Hi There", 8,
			{
				0xb0, 0x34, 0x4c, 0x61, 0xd8, 0xdb, 0x38, 0x53,
				0x5c, 0xa8, 0xaf, 0xce, 0xaf, 0x0b, 0xf1, 0x2b,
				0x88, 0x1d, 0xc2, 0x00, 0xc9, 0x83, 0x3d, 0xa7,
				0x26, 0xe9, 0x37, 0x6c, 0x2e, 0x32, 0xcf, 0xf7
			}
		},
		{
			"Jefe",
			0, "what do ya want for nothing?", 28,
			{
				0x5b, 0xdc, 0xc1, 0x46, 0xbf, 0x60, 0x75, 0x4e,
				0x6a, 0x04, 0x24, 0x26, 0x08, 0x95, 0x75, 0xc7,
				0x5a, 0x00, 0x3f, 0x08, 0x9d, 0x27, 0x39, 0x83,
				0x9d, 0xec, 0x58, 0xb9, 0x64, 0xec, 0x38, 0x43
			}
		},
		{
			"\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa"
			"\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa",
			0xdd, NULL, 50,
			{
				0x77, 0x3e, 0xa9, 0x1e, 0x36, 0x80, 0x0e, 0x46,
				0x85, 0x4d, 0xb8, 0xeb, 0xd0, 0x91, 0x81, 0xa7,
				0x29, 0x59, 0x09, 0x8b, 0x3e, 0xf8, 0xc1, 0x22,
				0xd9, 0x63, 0x55, 0x14, 0xce, 0xd5, 0x65, 0xfe
			}
		},
		{
			"\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d"
			"\x0e\x0f\x10\x11\x12\x13\x14\x15\x16\x17\x18\x19",
			0xcd, NULL, 50,
			{
				0x82, 0x55, 0x8a, 0x38, 0x9a, 0x44, 0x3c, 0x0e,
				0xa4, 0xcc, 0x81, 0x98, 0x99, 0xf2, 0x08, 0x3a,
				0x85, 0xf0, 0xfa, 0xa3, 0xe5, 0x78, 0xf8, 0x07,
				0x7a, 0x2e, 0x3f, 0xf4, 0x67, 0x29, 0x66, 0x5b
			}
		}
	};

	for (size_t i = 0; i < lengthof(cases); i++)
	{
		uint8_t		result[EG_HASH_BYTES];
		eg_hash		hash;

		eg_hash_begin(&hash, cases[i].key);
		for (size_t j = 0; j < cases[i].size; j++)
			eg_hash_byte(&hash, cases[i].text ?
						 (uint8_t) cases[i].text[j] : cases[i].byte);
		eg_hash_end(&hash, result);
		test_ok(memcmp(result, cases[i].result, sizeof(result)) == 0,
				"RFC 4231, test case %zu", i + 1);
	}
}

/* Sample inputs: elements, hashes and scalars by number */
static uint8_t elements[8][EG_ELEMENT_BYTES];
static uint8_t digests[8][EG_HASH_BYTES];

static void
make_samples(void)
{
	for (size_t i = 0; i < lengthof(elements); i++)
		for (size_t j = 0; j < EG_ELEMENT_BYTES; j++)
			elements[i][j] = (uint8_t) (test_random() >> 32);
	for (size_t i = 0; i < lengthof(digests); i++)
		for (size_t j = 0; j < EG_HASH_BYTES; j++)
			digests[i][j] = (uint8_t) (test_random() >> 32);
}

/*
 * B1 as 5.5 writes it, of size bytes, from a list of words: 3F a byte, #7 four
 * bytes, e1 an element, d2 a digest, anything else itself.
 */
static void
expect(const char *what, const uint8_t *result, const uint8_t *b0, size_t size,
	   const char *words)
{
	static uint8_t b1[16384];
	eg_writer	writer = {b1, 0};
	uint8_t		expected[EG_HASH_BYTES];

	while (*words != '\0')
	{
		size_t		length = strcspn(words, " ");
		unsigned long number = strtoul(words + 1, NULL, 10);

		if (length == 2 && strspn(words, "0123456789ABCDEF") == 2)
			eg_write8(&writer, (uint8_t) strtoul(words, NULL, 16));
		else if (words[0] == '#')
			eg_write32(&writer, (uint32_t) number);
		else if (words[0] == 'e' && length == 2)
			eg_write(&writer, elements[number], EG_ELEMENT_BYTES);
		else if (words[0] == 'd' && length == 2)
			eg_write(&writer, digests[number], EG_HASH_BYTES);
		else
			eg_write(&writer, words, length);
		words += length;
		words += strspn(words, " ");
	}
	crypto_auth_hmacsha256(expected, b1, writer.size, b0);
	test_ok(writer.size == size &&
			memcmp(result, expected, sizeof(expected)) == 0, "%s", what);
}

static eg_bytes
text(const char *string)
{
	return (eg_bytes) {(const uint8_t *) string, strlen(string)};
}

static void
test_parameters_and_keys(void)
{
	static const uint8_t version[EG_HASH_BYTES] = "v2.1.0";
	uint8_t		(*const e)[EG_ELEMENT_BYTES] = elements;
	uint8_t		(*const d)[EG_HASH_BYTES] = digests;
	uint8_t		keys[EG_SHARE_KEYS_BYTES];
	uint8_t		c1[EG_SHARE_KEYS_BYTES];
	uint8_t		out[EG_HASH_BYTES];
	eg_hash		hash;

	/* Samples 5, 6 and 7 make room for p, g and q. */
	eg_element_export(&eg_group_2_1_0, e[5], eg_group_2_1_0.p);
	eg_element_export(&eg_group_2_1_0, e[6], eg_group_2_1_0.g);
	memset(d[7], 0xFF, EG_HASH_BYTES);
	d[7][EG_HASH_BYTES - 1] = 256 - 189;
	eg_parameter_base_hash(out, 5, 3);
	expect("H_P (4)", out, version, 1065, "00 e5 d7 e6 #5 #3");

	eg_base_hash(out, d[0], text("manifest"));
	expect("H_B (5)", out, d[0], 5 + 8, "01 #8 manifest");
	eg_base_hash(out, d[0], (eg_bytes) {NULL, 0});
	expect("H_B (5) of nothing", out, d[0], 5, "01 #0");

	eg_vote_key_challenge_begin(&hash, d[0], 3);
	for (int i = 0; i < 6; i++)
		eg_hash_element(&hash, e[i]);
	eg_hash_end(&hash, out);
	expect("c_i (11)", out, d[0], 12 + 2 * 3 * 512,
		   "10 pk_vote #3 e0 e1 e2 e3 e4 e5");
	eg_data_key_challenge_begin(&hash, d[0], 3);
	for (int i = 0; i < 6; i++)
		eg_hash_element(&hash, e[i]);
	eg_hash_end(&hash, out);
	expect("c^_i (13)", out, d[0], 12 + 2 * 3 * 512,
		   "10 pk_data #3 e0 e1 e2 e3 e4 e5");

	eg_share_secret_key(out, d[0], 1, 2, e[1], e[2], e[3]);
	expect("k_i,l (16)", out, d[0], 1545, "11 #1 #2 e1 e2 e3");
	eg_share_encryption_keys(keys, d[1], 1, 2);
	expect("k_i,l,1 (17)", keys, d[1], 39,
		   "01 share_enc_keys 00 share_encrypt #1 #2 02 00");
	expect("k_i,l,2 (18)", keys + EG_HASH_BYTES, d[1], 39,
		   "02 share_enc_keys 00 share_encrypt #1 #2 02 00");
	memcpy(c1, d[3], EG_HASH_BYTES);
	memcpy(c1 + EG_HASH_BYTES, d[4], EG_HASH_BYTES);
	eg_share_challenge(out, d[0], 1, 2, e[1], e[2], c1);
	expect("c_i,l (22)", out, d[0], 1097, "12 #1 #2 e1 e2 d3 d4");

	eg_guardian_record_hash_begin(&hash, d[0], e[0], e[1]);
	for (int i = 2; i < 8; i++)
		eg_hash_element(&hash, e[i]);
	eg_hash_end(&hash, out);
	expect("H_G (27)", out, d[0], 1 + 8 * 512,
		   "13 e0 e1 e2 e3 e4 e5 e6 e7");
	eg_extended_base_hash(out, d[0], e[1], e[2]);
	expect("H_E (30)", out, d[0], 1025, "14 e1 e2");
}

static void
test_ballots(void)
{
	uint8_t		(*const e)[EG_ELEMENT_BYTES] = elements;
	uint8_t		(*const d)[EG_HASH_BYTES] = digests;
	const eg_ciphertext ciphertexts[] = {{e[1], e[2]}, {e[3], e[4]}};
	eg_pair		proof = {d[3], d[4]};
	eg_hashed_ciphertext data = {e[5], {d[5], 64}, &proof, NULL};
	uint8_t		out[EG_HASH_BYTES];
	eg_hash		hash;

	eg_identifier_hash(out, d[0], d[1]);
	expect("H_I (32)", out, d[0], 33, "20 d1");
	eg_encryption_nonce(out, d[0], 7, 8, d[1]);
	expect("xi_i,j (33)", out, d[0], 41, "21 #7 #8 d1");
	eg_ballot_nonce_secret_key(out, d[0], e[1], e[2]);
	expect("h of the ballot nonce (35)", out, d[0], 1025, "22 e1 e2");
	eg_ballot_nonce_encryption_key(out, d[1]);
	expect("k_1 of the ballot nonce (36)", out, d[1], 36,
		   "01 ballot_nonce 00 ballot_nonce_encrypt 01 00");
	eg_ballot_nonce_challenge(out, d[0], e[1], e[2], d[1]);
	expect("c_B (38)", out, d[0], 1057, "23 e1 e2 d1");

	eg_range_challenge_begin(&hash, d[0], 7, 8, &ciphertexts[0]);
	eg_hash_ciphertext(&hash, &ciphertexts[1]);
	eg_hash_ciphertext(&hash, &ciphertexts[0]);
	eg_hash_end(&hash, out);
	expect("c of a selection (59)", out, d[0], 3081,
		   "24 #7 #8 e1 e2 e3 e4 e1 e2");
	eg_limit_challenge_begin(&hash, d[0], 7, &ciphertexts[0]);
	eg_hash_ciphertext(&hash, &ciphertexts[1]);
	eg_hash_ciphertext(&hash, &ciphertexts[0]);
	eg_hash_end(&hash, out);
	expect("c of a contest (62)", out, d[0], 3077,
		   "24 #7 e1 e2 e3 e4 e1 e2");

	eg_contest_data_nonce(out, d[0], 7, d[1]);
	expect("xi of contest data (64)", out, d[0], 37, "25 #7 d1");
	eg_contest_data_secret_key(out, d[0], 7, e[1], e[2]);
	expect("h of contest data (65)", out, d[0], 1029, "26 #7 e1 e2");
	eg_contest_data_encryption_key(out, d[1], 7, 2, 1);
	expect("k_i of contest data (66)", out, d[1], 38,
		   "#1 data_enc_keys 00 contest_data #7 #512");
	eg_contest_data_challenge(out, d[0], 7, e[1], e[5], data.c1);
	expect("c of contest data (69)", out, d[0], 1029 + 2 * 32,
		   "27 #7 e1 e5 d5 d6");

	eg_contest_hash_begin(&hash, d[0], 7);
	eg_hash_ciphertext(&hash, &ciphertexts[0]);
	eg_hash_ciphertext(&hash, &ciphertexts[1]);
	eg_hash_end(&hash, out);
	expect("chi_l (70)", out, d[0], 5 + 4 * 512, "28 #7 e1 e2 e3 e4");
	eg_contest_hash_begin(&hash, d[0], 7);
	eg_hash_ciphertext(&hash, &ciphertexts[0]);
	eg_hash_contest_data(&hash, &data);
	eg_hash_end(&hash, out);
	expect("chi_l (70) with contest data", out, d[0], 69 + 3 * 512 + 2 * 32,
		   "28 #7 e1 e2 e5 d5 d6 d3 d4");
}

static void
test_decryption(void)
{
	static const uint32_t guardians[] = {1, 3, 4};
	uint8_t		(*const e)[EG_ELEMENT_BYTES] = elements;
	uint8_t		(*const d)[EG_HASH_BYTES] = digests;
	eg_ciphertext tally = {e[1], e[2]};
	eg_pair		proof = {d[3], d[4]};
	eg_hashed_ciphertext data = {e[5], {d[5], 64}, &proof, NULL};
	uint8_t		out[EG_HASH_BYTES];

	eg_tally_decryption_commitment(out, d[0], 7, 8, 3, &tally, e[3], e[4],
								   e[5], guardians, 3);
	expect("d_i (88)", out, d[0], 2577 + 4 * 3,
		   "30 #7 #8 #3 e1 e2 e3 e4 e5 #3 #1 #3 #4");
	eg_tally_decryption_challenge(out, d[0], 7, 8, &tally, e[3], e[4], e[5]);
	expect("c (90)", out, d[0], 2569, "31 #7 #8 e1 e2 e3 e4 e5");
	eg_data_decryption_commitment(out, d[0], 7, 3, &data, e[1], e[2], e[3],
								  guardians, 3);
	expect("d_i (99)", out, d[0], 2125 + 2 * 32 + 4 * 3,
		   "32 #7 #3 e5 d5 d6 d3 d4 e1 e2 e3 #3 #1 #3 #4");
	eg_data_decryption_challenge(out, d[0], 7, &data, e[1], e[2], e[3]);
	expect("c (101)", out, d[0], 2117 + 2 * 32,
		   "33 #7 e5 d5 d6 d3 d4 e1 e2 e3");
}

static void
test_preencrypted_ballots(void)
{
	uint8_t		(*const d)[EG_HASH_BYTES] = digests;
	eg_ciphertext ciphertext = {elements[1], elements[2]};
	uint8_t		out[EG_HASH_BYTES];
	eg_hash		hash;

	eg_selection_hash_begin(&hash, d[0]);
	eg_hash_ciphertext(&hash, &ciphertext);
	eg_hash_ciphertext(&hash, &ciphertext);
	eg_hash_end(&hash, out);
	expect("psi (113)", out, d[0], 1 + 4 * 512, "40 e1 e2 e1 e2");
	eg_preencrypted_contest_hash_begin(&hash, d[0], 7);
	eg_hash_digest(&hash, d[1]);
	eg_hash_digest(&hash, d[2]);
	eg_hash_end(&hash, out);
	expect("chi_l (115)", out, d[0], 5 + 2 * 32, "41 #7 d1 d2");
	eg_preencryption_nonce(out, d[0], 7, 8, 9, d[1]);
	expect("xi_i,j,k (121)", out, d[0], 45, "45 #7 #8 #9 d1");
}

static void
test_codes_and_chains(bool preencrypted)
{
	const char *kind = preencrypted ? "pre-encrypted" : "ordinary";
	uint8_t		(*const d)[EG_HASH_BYTES] = digests;
	uint8_t		field[EG_CHAINING_BYTES];
	uint8_t		out[EG_HASH_BYTES];
	eg_hash		hash;

	printf("# ballots of %s kind\n", kind);
	eg_chaining_field(field, EG_CHAINING_NONE, d[3]);
	eg_confirmation_code_begin(&hash, preencrypted, d[0]);
	eg_hash_digest(&hash, d[1]);
	eg_hash_digest(&hash, d[2]);
	eg_hash_bytes(&hash, field, sizeof(field));
	eg_hash_end(&hash, out);
	expect("H_C (71, 116)", out, d[0], 37 + 2 * 32, preencrypted ?
		   "42 d1 d2 #0 d3" : "29 d1 d2 #0 d3");

	eg_device_information_hash(out, preencrypted, d[0], text("device"));
	expect("H_DI (72, 119)", out, d[0], 5 + 6, preencrypted ?
		   "43 #6 device" : "2A #6 device");

	eg_chaining_field(field, EG_CHAINING_SIMPLE, d[3]);
	eg_chain_hash(out, preencrypted, d[0], field);
	expect("H_0 (74, 117)", out, d[0], 37, preencrypted ?
		   "42 #1 d3" : "29 #1 d3");

	/* The closing field may take the place of the initial one. */
	eg_chain_closing_field(field, preencrypted, d[0], d[1], field);
	expect("closing field (78, 120)", field + 4, d[0], 69, preencrypted ?
		   "44 d1 #1 d3" : "2B d1 #1 d3");
	test_ok(eg_get32(field) == EG_CHAINING_SIMPLE, "its mode");
}

/* H_q is H if that is below q, as it is but for 189 in 2^256 inputs. */
static void
test_results(void)
{
	static const eg_hash wiped;
	uint8_t		plain[EG_HASH_BYTES];
	uint8_t		reduced[EG_HASH_BYTES];
	eg_hash		hash;

	eg_hash_begin(&hash, digests[0]);
	eg_hash_element(&hash, elements[0]);
	eg_hash_end(&hash, plain);
	test_ok(memcmp(&hash, &wiped, sizeof(hash)) == 0, "state of H wiped");

	eg_hash_begin_mod_q(&hash, digests[0]);
	eg_hash_element(&hash, elements[0]);
	eg_hash_end(&hash, reduced);
	test_ok(memcmp(&hash, &wiped, sizeof(hash)) == 0, "state of H_q wiped");
	test_ok(memcmp(plain, reduced, sizeof(plain)) == 0, "H_q as H");
}

int
main(void)
{
	test_begin();
	make_samples();
	test_rfc4231();
	test_results();
	test_parameters_and_keys();
	test_ballots();
	test_decryption();
	test_preencrypted_ballots();
	test_codes_and_chains(false);
	test_codes_and_chains(true);
	return test_end();
}
