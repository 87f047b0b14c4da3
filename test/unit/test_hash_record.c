/*
 * test_hash_record.c
 *		Every hash of a reference election, with the function of its name.
 *
 * The reference lists the calls of H in the order in which it made them, by
 * name, key and result.  This program goes the same way: it makes what each
 * call takes from the record and the nonces beside it, and compares.
 */
#include "protocol/hash_uses.h"

#include "encoded.h"
#include "json_file.h"
#include "test.h"

#define REFERENCE		"vectors/eg21/ref-1/"
#define MAX_GUARDIANS	8
#define MAX_CONTESTS	8
#define MAX_VECTORS		16		/* options and null vectors of a contest */
#define DATA_BLOCKS		2

typedef struct pair
{
	uint8_t		pad[EG_ELEMENT_BYTES];
	uint8_t		data[EG_ELEMENT_BYTES];
} pair;

typedef struct contest_data
{
	uint8_t		c0[EG_ELEMENT_BYTES];
	uint8_t		c1[DATA_BLOCKS * EG_HASH_BYTES];
	uint8_t		c[EG_HASH_BYTES];
	uint8_t		v[EG_HASH_BYTES];
	eg_pair		proof;
	eg_hashed_ciphertext hashed;
} contest_data;

/* The reference: its answers, and the record that they belong to */
static json_file answers;
static json_file config;
static json_file manifest;
static json_file initialized;
static json_file tally;

static const json *call;		/* the next */
static int	calls;				/* so far, and up to the last report */
static int	calls_reported;
static bool agreed = true;

static uint8_t h_p[EG_HASH_BYTES];
static uint8_t h_b[EG_HASH_BYTES];
static uint8_t h_e[EG_HASH_BYTES];
static uint8_t vote_key[EG_ELEMENT_BYTES];
static uint8_t data_key[EG_ELEMENT_BYTES];


static void
complain(const char *what)
{
	printf("# after call %d: %s\n", calls, what);
	agreed = false;
}

/* One fact of the reference, in hexadecimal or base64 */
static void
expect(const char *what, const uint8_t *bytes, size_t size, const json *fact)
{
	uint8_t		expected[EG_ELEMENT_BYTES];

	json_bytes(expected, size, fact);
	if (memcmp(bytes, expected, size) != 0)
		complain(what);
}

static void
expect_digest(const uint8_t *digest, const json *object, const char *name)
{
	expect(name, digest, EG_HASH_BYTES, json_get(object, name));
}

/*
 * The next call of the reference: its name, its key and its result.  Results
 * of H_q stand there before the reduction, which changed none of them.
 */
__attribute__((format(printf, 3, 4)))
static void
expect_call(const uint8_t *b0, const uint8_t *result, const char *format,...)
{
	char		name[64];
	va_list		args;

	va_start(args, format);
	vsnprintf(name, sizeof(name), format, args);
	va_end(args);
	calls++;
	if (call == NULL)
	{
		complain("more calls than the reference made");
		return;
	}
	if (strcmp(json_text(json_get(call, "what")), name) != 0)
		complain(name);
	expect_digest(b0, call, "B0");
	expect_digest(result, call, "H");
	call = call->next;
}

static void
report(const char *stage)
{
	test_ok(agreed, "%s: %d calls", stage, calls - calls_reported);
	calls_reported = calls;
	agreed = true;
}

static const json *
whole(const json_file *file)
{
	return file->values;
}

static const json *
contest_of_manifest(uint32_t contest)
{
	return json_item(json_get(whole(&manifest), "contests"), contest - 1);
}

/* The index of the object in this list whose member has this text */
static uint32_t
index_of(const json *list, const char *member, const json *text)
{
	uint32_t	i = 0;

	while (strcmp(json_text(json_get(json_item(list, i), member)),
				  json_text(text)) != 0)
		i++;
	return i + 1;
}

static const json *
named(const json *list, const char *member, const json *text)
{
	return json_item(list, index_of(list, member, text) - 1);
}

static eg_ciphertext
view(const pair *p)
{
	return (eg_ciphertext) {p->pad, p->data};
}

static void
add_pair(eg_hash *hash, const pair *p)
{
	eg_ciphertext ciphertext = view(p);

	eg_hash_ciphertext(hash, &ciphertext);
}

static void
read_pair(pair *p, const json *object)
{
	json_bytes(p->pad, sizeof(p->pad), json_get(object, "pad"));
	json_bytes(p->data, sizeof(p->data), json_get(object, "data"));
}

static void
read_schnorr(uint8_t *c, uint8_t *v, const json *proof)
{
	json_bytes(c, EG_HASH_BYTES, json_get(proof, "challenge"));
	json_bytes(v, EG_HASH_BYTES, json_get(proof, "response"));
}

/* g^v x^c: the commitment of a Schnorr proof for x */
static void
schnorr_commitment(uint8_t *a, const uint8_t *v, const uint8_t *x,
				   const uint8_t *c)
{
	element_generator(a);
	element_product(a, a, v, x, c);
}

/* A key that was laid over a text gives the ciphertext. */
static void
expect_ciphered(const char *what, const uint8_t *text, const uint8_t *key,
				const uint8_t *ciphertext, size_t size)
{
	for (size_t i = 0; i < size; i++)
		if ((text[i] ^ key[i]) != ciphertext[i])
		{
			complain(what);
			return;
		}
}

/* Equations 11 and 13, for one key of guardian i */
static void
key_challenge(const json *guardian, uint32_t i, const char *key,
			  const char *label)
{
	const json *part = json_get(guardian, key);
	const json *proof = json_get(part, "proof");
	const json *commitments = json_get(part, "commitments");
	const json *responses = json_get(proof, "responses");
	uint8_t		c[EG_HASH_BYTES];
	uint8_t		v[EG_HASH_BYTES];
	uint8_t		h[EG_ELEMENT_BYTES];
	uint8_t		keys[MAX_GUARDIANS + 1][EG_ELEMENT_BYTES];
	uint32_t	k = commitments->n;
	eg_hash		hash;

	if (strcmp(label, "pk_vote") == 0)
		eg_vote_key_challenge_begin(&hash, h_p, i);
	else
		eg_data_key_challenge_begin(&hash, h_p, i);
	json_bytes(c, sizeof(c), json_get(proof, "challenge"));
	for (uint32_t j = 0; j <= k; j++)
	{
		json_bytes(keys[j], EG_ELEMENT_BYTES, j < k ?
				   json_item(commitments, j) :
				   json_get(guardian, "communication_key"));
		eg_hash_element(&hash, keys[j]);
	}
	for (uint32_t j = 0; j <= k; j++)
	{
		json_bytes(v, sizeof(v), json_item(responses, j));
		schnorr_commitment(h, v, keys[j], c);
		eg_hash_element(&hash, h);
	}
	eg_hash_end(&hash, c);
	expect_call(h_p, c, "c_%u %s (11)/(13)", i, label);
	expect_digest(c, proof, "challenge");
}

static void
add_commitments(eg_hash *hash, const json *guardians, const char *key)
{
	for (const json *g = guardians->first; g != NULL; g = g->next)
	{
		const json *list = json_get(json_get(g, key), "commitments");

		for (const json *k = list->first; k != NULL; k = k->next)
		{
			uint8_t		element[EG_ELEMENT_BYTES];

			json_bytes(element, sizeof(element), k);
			eg_hash_element(hash, element);
		}
	}
}

/* Equations 16 to 22 */
static void
share(const json *fact, const json *guardians)
{
	uint32_t	i = json_integer(json_get(fact, "from"));
	uint32_t	l = json_integer(json_get(fact, "to"));
	uint8_t		kappa[EG_ELEMENT_BYTES];
	uint8_t		c0[EG_ELEMENT_BYTES];
	uint8_t		beta[EG_ELEMENT_BYTES];
	uint8_t		gamma[EG_ELEMENT_BYTES];
	uint8_t		key[EG_HASH_BYTES];
	uint8_t		keys[EG_SHARE_KEYS_BYTES];
	uint8_t		shares[EG_SHARE_KEYS_BYTES];
	uint8_t		c1[EG_SHARE_KEYS_BYTES];

	json_bytes(kappa, sizeof(kappa), json_get(json_item(guardians, l - 1),
											  "communication_key"));
	json_bytes(c0, sizeof(c0), json_get(fact, "C0"));
	json_bytes(c1, sizeof(c1), json_get(fact, "C1"));
	json_bytes(beta, sizeof(beta), json_get(fact, "beta"));
	json_bytes(gamma, sizeof(gamma), json_get(fact, "gamma"));
	json_bytes(shares, EG_HASH_BYTES, json_get(fact, "P_i(l)"));
	json_bytes(shares + EG_HASH_BYTES, EG_HASH_BYTES,
			   json_get(fact, "Phat_i(l)"));

	eg_share_secret_key(key, h_p, i, l, kappa, c0, beta);
	expect_call(h_p, key, "k_%u,%u (16)", i, l);
	expect_digest(key, fact, "k");
	eg_share_encryption_keys(keys, key, i, l);
	expect_digest(keys, fact, "k1");
	expect_digest(keys + EG_HASH_BYTES, fact, "k2");
	expect_ciphered("C1 (21)", shares, keys, c1, sizeof(c1));

	eg_share_challenge(key, h_p, i, l, gamma, c0, c1);
	expect_call(h_p, key, "cbar_%u,%u (22)", i, l);
	expect_digest(key, fact, "c");
}

static void
ceremony(void)
{
	const json *guardians = json_get(whole(&initialized), "guardians");
	static const uint8_t version[EG_HASH_BYTES] = "v2.1.0";
	eg_bytes	file = shared_file(REFERENCE "manifest.json");
	uint8_t		digest[EG_HASH_BYTES];
	uint32_t	i = 0;
	eg_hash		hash;

	eg_parameter_base_hash(h_p,
						   json_integer(json_get(whole(&config),
												 "number_of_guardians")),
						   json_integer(json_get(whole(&config), "quorum")));
	expect_call(version, h_p, "H_P (4)");
	expect_digest(h_p, whole(&answers), "H_P");
	expect_digest(h_p, whole(&config), "parameter_base_hash");

	eg_base_hash(h_b, h_p, file);
	free((void *) file.data);
	expect_call(h_p, h_b, "H_B (5)");
	expect_digest(h_b, whole(&answers), "H_B");
	expect_digest(h_b, whole(&config), "election_base_hash");

	for (const json *g = guardians->first; g != NULL; g = g->next)
	{
		key_challenge(g, ++i, "vote_key", "pk_vote");
		key_challenge(g, i, "data_key", "pk_data");
	}

	json_bytes(vote_key, sizeof(vote_key),
			   json_get(whole(&initialized), "joint_public_key"));
	json_bytes(data_key, sizeof(data_key),
			   json_get(whole(&initialized), "joint_data_public_key"));
	eg_guardian_record_hash_begin(&hash, h_b, vote_key, data_key);
	add_commitments(&hash, guardians, "vote_key");
	add_commitments(&hash, guardians, "data_key");
	for (const json *g = guardians->first; g != NULL; g = g->next)
	{
		uint8_t		kappa[EG_ELEMENT_BYTES];

		json_bytes(kappa, sizeof(kappa), json_get(g, "communication_key"));
		eg_hash_element(&hash, kappa);
	}
	eg_hash_end(&hash, digest);
	expect_call(h_b, digest, "H_G (27)");
	expect_digest(digest, whole(&answers), "H_G");

	eg_extended_base_hash(h_e, h_b, vote_key, data_key);
	expect_call(h_b, h_e, "H_E (30)");
	expect_digest(h_e, whole(&answers), "H_E");
	expect_digest(h_e, whole(&initialized), "extended_base_hash");

	for (const json *fact = json_get(whole(&answers), "shares")->first;
		 fact != NULL; fact = fact->next)
		share(fact, guardians);
	report("key ceremony");
}

/* A device with its chain */
typedef struct device
{
	const char *name;
	bool		preencrypted;
	json_file	file;
	uint32_t	mode;
	uint8_t		initial_field[EG_CHAINING_BYTES];
	uint8_t		last[EG_HASH_BYTES];	/* H_DI, or the code before */
} device;

static device devices[] = {
	{.name = "plain-1"},
	{.name = "chain-1"},
	{.name = "pre-1", .preencrypted = true}
};

static json_file
open_ballot(const device *d, const char *id)
{
	char		path[128];

	snprintf(path, sizeof(path), REFERENCE "encrypted_ballots/%s/"
			 "eballot-%s.json", d->name, id);
	return json_open(path);
}

static void
start_device(device *d)
{
	char		path[128];
	const char *text;

	snprintf(path, sizeof(path), REFERENCE "encrypted_ballots/%s/"
			 "ballot_chain.json", d->name);
	d->file = json_open(path);
	d->mode = json_integer(json_get(whole(&d->file), "chaining_mode"));
	text = json_text(json_get(whole(&d->file), "device_information"));
	eg_device_information_hash(d->last, d->preencrypted, h_e,
							   (eg_bytes) {(const uint8_t *) text,
										   strlen(text)});
	expect_call(h_e, d->last, "H_DI (72)/(119) %s", d->name);
	expect_digest(d->last, whole(&d->file), "device_hash");
	eg_chaining_field(d->initial_field, d->mode, d->last);
	if (d->mode == EG_CHAINING_SIMPLE)
	{
		eg_chain_hash(d->last, d->preencrypted, h_e, d->initial_field);
		expect_call(h_e, d->last, "H_0 (74)/(117) %s", d->name);
		expect_digest(d->last, whole(&d->file), "initial_hash");
	}
}

static void
close_device(device *d)
{
	uint8_t		field[EG_CHAINING_BYTES];
	uint8_t		digest[EG_HASH_BYTES];

	if (d->mode == EG_CHAINING_SIMPLE)
	{
		eg_chain_closing_field(field, d->preencrypted, h_e, d->last,
							   d->initial_field);
		expect_call(h_e, field + 4, "closing inner (78)/(120) %s", d->name);
		eg_chain_hash(digest, d->preencrypted, h_e, field);
		expect_call(h_e, digest, "closing (77)/(118) %s", d->name);
		expect_digest(digest, whole(&d->file), "closing_hash");
	}
}

/* The device that encrypted a ballot */
static const device *
device_of(const char *id)
{
	for (size_t i = 0; i < lengthof(devices); i++)
	{
		const json *list = json_get(whole(&devices[i].file), "ballot_ids");

		for (const json *item = list->first; item != NULL; item = item->next)
			if (strcmp(json_text(item), id) == 0)
				return &devices[i];
	}
	complain(id);
	return &devices[0];
}

/* One ballot, and what its contests leave for the confirmation code */
typedef struct ballot
{
	const json *answer;
	const json *record;
	bool		preencrypted;
	uint8_t		h_i[EG_HASH_BYTES];
	uint8_t		xi_b[EG_HASH_BYTES];
	eg_hash		code;
} ballot;

/* (a_j, b_j) of a range proof (6.1, 6.2), fed to the challenge */
static void
add_range_commitments(eg_hash *hash, const json *proof, const pair *p)
{
	const json *list = json_get(proof, "proofs");

	for (uint32_t j = 0; j < list->n; j++)
	{
		uint8_t		c[EG_HASH_BYTES];
		uint8_t		v[EG_HASH_BYTES];
		uint8_t		value[EG_HASH_BYTES];
		pair		commitment;

		read_schnorr(c, v, json_item(list, j));
		schnorr_commitment(commitment.pad, v, p->pad, c);
		scalar_set(value, -(int64_t) j);
		scalar_multiply(value, value, c);
		scalar_add(v, v, value);
		element_product(commitment.data, vote_key, v, p->data, c);
		add_pair(hash, &commitment);
	}
}

/* Equation 59, for selection j of contest i */
static void
range_challenge(const ballot *b, uint32_t i, uint32_t j, const json *selection)
{
	uint8_t		c[EG_HASH_BYTES];
	eg_ciphertext ciphertext;
	pair		p;
	eg_hash		hash;

	read_pair(&p, json_get(selection, "encrypted_vote"));
	ciphertext = view(&p);
	eg_range_challenge_begin(&hash, b->h_i, i, j, &ciphertext);
	add_range_commitments(&hash, json_get(selection, "proof"), &p);
	eg_hash_end(&hash, c);
	expect_call(b->h_i, c, "c selection %s(59)",
				b->preencrypted ? "pre " : "");
}

/* Equation 62: the selections that count toward the limit */
static void
limit_challenge(const ballot *b, uint32_t i, const json *contest)
{
	const json *option = json_get(contest_of_manifest(i), "options")->first;
	const json *selection = json_get(contest, "selections")->first;
	uint8_t		c[EG_HASH_BYTES];
	eg_ciphertext ciphertext;
	pair		total;
	eg_hash		hash;

	element_one(total.pad);
	element_one(total.data);
	for (; selection != NULL; selection = selection->next)
	{
		const json *counts = json_find(option, "counts_toward_limit");
		pair		p;

		option = option->next;
		if (counts != NULL && counts->kind == 'f')
			continue;
		read_pair(&p, json_get(selection, "encrypted_vote"));
		element_multiply(total.pad, total.pad, p.pad);
		element_multiply(total.data, total.data, p.data);
	}
	ciphertext = view(&total);
	eg_limit_challenge_begin(&hash, b->h_i, i, &ciphertext);
	add_range_commitments(&hash, json_get(contest, "proof"), &total);
	eg_hash_end(&hash, c);
	expect_call(b->h_i, c, "c contest %s(62)", b->preencrypted ? "pre " : "");
}

static void
read_contest_data(contest_data *d, const json *contest)
{
	const json *object = json_get(contest, "encrypted_contest_data");

	json_bytes(d->c0, sizeof(d->c0), json_get(object, "c0"));
	json_bytes(d->c1, sizeof(d->c1), json_get(object, "c1"));
	read_schnorr(d->c, d->v, json_get(object, "c2"));
	d->proof = (eg_pair) {d->c, d->v};
	d->hashed = (eg_hashed_ciphertext) {
		d->c0, {d->c1, sizeof(d->c1)}, &d->proof, NULL
	};
}

/* Equations 64 to 69 */
static void
contest_data_hashes(ballot *b, const contest_data *d, uint32_t i,
					const json *fact)
{
	uint8_t		digest[EG_HASH_BYTES];
	uint8_t		beta[EG_ELEMENT_BYTES];
	uint8_t		keys[DATA_BLOCKS * EG_HASH_BYTES];
	uint8_t		text[DATA_BLOCKS * EG_HASH_BYTES];

	eg_contest_data_nonce(digest, b->h_i, i, b->xi_b);
	expect_call(b->h_i, digest, "xi contest data (64)");
	expect_digest(digest, fact, "xi");
	element_power(beta, data_key, digest);

	eg_contest_data_secret_key(digest, b->h_i, i, d->c0, beta);
	expect_call(b->h_i, digest, "h contest data (65)");
	for (uint32_t block = 1; block <= DATA_BLOCKS; block++)
		eg_contest_data_encryption_key(keys + (block - 1) * EG_HASH_BYTES,
									   digest, i, DATA_BLOCKS, block);
	expect("keys (66)", keys, sizeof(keys), json_get(fact, "keys"));
	json_bytes(text, sizeof(text), json_get(fact, "D"));
	expect_ciphered("C1 (68)", text, keys, d->c1, sizeof(text));

	schnorr_commitment(beta, d->v, d->c0, d->c);
	eg_contest_data_challenge(digest, b->h_i, i, beta, d->c0, d->hashed.c1);
	expect_call(b->h_i, digest, "c contest data (69)");
	if (memcmp(digest, d->c, EG_HASH_BYTES) != 0)
		complain("challenge (69)");
}

static void
contest_hashes(ballot *b, const json *contest, const json *answer)
{
	uint32_t	i = json_integer(json_get(contest, "sequence_order"));
	const json *selection = json_get(contest, "selections")->first;
	const json *fact = json_get(answer, "selections")->first;
	const json *data_fact = json_find(answer, "contest_data");
	uint8_t		digest[EG_HASH_BYTES];
	contest_data data;
	eg_hash		hash;

	eg_contest_hash_begin(&hash, b->h_i, i);
	for (uint32_t j = 1; fact != NULL; j++)
	{
		pair		p;

		eg_encryption_nonce(digest, b->h_i, i, j, b->xi_b);
		expect_call(b->h_i, digest, "xi_i,j (33)");
		expect_digest(digest, fact, "xi");
		range_challenge(b, i, j, selection);
		read_pair(&p, json_get(selection, "encrypted_vote"));
		add_pair(&hash, &p);
		fact = fact->next;
		selection = selection->next;
	}
	limit_challenge(b, i, contest);
	if (data_fact != NULL)
	{
		read_contest_data(&data, contest);
		contest_data_hashes(b, &data, i, data_fact);
		eg_hash_contest_data(&hash, &data.hashed);
	}
	eg_hash_end(&hash, digest);
	expect_call(b->h_i, digest, "chi_l (70)");
	expect_digest(digest, contest, "contest_hash");
	eg_hash_digest(&b->code, digest);
}

/* Equations 35 to 38 */
static void
ballot_nonce_hashes(ballot *b)
{
	const json *fact = json_get(b->answer, "nonce_encryption");
	const json *nonce = json_get(b->record, "encrypted_nonce");
	uint8_t		c0[EG_ELEMENT_BYTES];
	uint8_t		other[EG_ELEMENT_BYTES];
	uint8_t		c1[EG_HASH_BYTES];
	uint8_t		c[EG_HASH_BYTES];
	uint8_t		v[EG_HASH_BYTES];
	uint8_t		digest[EG_HASH_BYTES];

	json_bytes(c0, sizeof(c0), json_get(nonce, "c0"));
	json_bytes(c1, sizeof(c1), json_get(nonce, "c1"));
	read_schnorr(c, v, json_get(nonce, "c2"));

	json_bytes(digest, sizeof(digest), json_get(fact, "xihat"));
	element_power(other, data_key, digest);
	eg_ballot_nonce_secret_key(digest, b->h_i, c0, other);
	expect_call(b->h_i, digest, "h ballot nonce (35)");
	eg_ballot_nonce_encryption_key(digest, digest);
	expect_digest(digest, fact, "k1");
	expect_ciphered("C1 (37)", b->xi_b, digest, c1, sizeof(c1));

	schnorr_commitment(other, v, c0, c);
	eg_ballot_nonce_challenge(digest, b->h_i, other, c0, c1);
	expect_call(b->h_i, digest, "c_B (38)");
	expect_digest(digest, json_get(nonce, "c2"), "challenge");
}

/*
 * Vector j of contest i, of encryptions under the nonces of equation 121, and
 * its selection hash
 */
static void
selection_hash(ballot *b, uint8_t *psi, uint32_t i, uint32_t j, uint32_t m)
{
	eg_hash		hash;

	eg_selection_hash_begin(&hash, b->h_i);
	for (uint32_t k = 1; k <= m; k++)
	{
		uint8_t		xi[EG_HASH_BYTES];
		pair		p;

		eg_preencryption_nonce(xi, b->h_i, i, j, k, b->xi_b);
		expect_call(b->h_i, xi, "xi_i,j,k (121)");
		element_of_scalar(p.pad, xi);
		element_power(p.data, vote_key, xi);
		if (j == k)
			element_multiply(p.data, p.data, vote_key);
		add_pair(&hash, &p);
	}
	eg_hash_end(&hash, psi);
	expect_call(b->h_i, psi, "psi (113)/(114)");
}

static int
compare_digests(const void *a, const void *b)
{
	return memcmp(a, b, EG_HASH_BYTES);
}

static void
preencrypted_contests(ballot *b)
{
	const json *styles = json_get(whole(&manifest), "ballot_styles");
	const json *style = json_get(named(styles, "label",
									   json_get(b->record, "ballot_style_id")),
								 "contests");
	const json *contests = json_get(b->record, "contests");
	uint8_t		psi[MAX_CONTESTS][MAX_VECTORS][EG_HASH_BYTES];
	uint32_t	vectors[MAX_CONTESTS];

	for (uint32_t l = 0; l < style->n; l++)
	{
		uint32_t	i = json_integer(json_item(style, l));
		const json *contest = contest_of_manifest(i);
		uint32_t	m = json_get(contest, "options")->n;

		vectors[l] = m + json_integer(json_get(contest, "selection_limit"));
		for (uint32_t j = 1; j <= vectors[l]; j++)
			selection_hash(b, psi[l][j - 1], i, j, m);
		qsort(psi[l], vectors[l], EG_HASH_BYTES, compare_digests);
	}

	for (uint32_t l = 0; l < style->n; l++)
	{
		uint32_t	i = json_integer(json_item(style, l));
		uint8_t		chi[EG_HASH_BYTES];
		const json *contest;
		const json *published;
		eg_hash		hash;

		eg_preencrypted_contest_hash_begin(&hash, b->h_i, i);
		for (uint32_t j = 0; j < vectors[l]; j++)
			eg_hash_digest(&hash, psi[l][j]);
		eg_hash_end(&hash, chi);
		expect_call(b->h_i, chi, "chi pre (115)");
		eg_hash_digest(&b->code, chi);

		if (contests->n == 0)
			continue;			/* an uncast ballot */
		contest = json_item(contests, l);
		published = json_get(contest, "pre_encryption");
		expect_digest(chi, published, "preencryption_hash");
		published = json_get(published, "all_selection_hashes");
		for (uint32_t j = 0; j < vectors[l]; j++)
			expect("selection hash", psi[l][j], EG_HASH_BYTES,
				   json_item(published, j));
		published = json_get(contest, "selections")->first;
		for (uint32_t j = 1; published != NULL; j++)
		{
			range_challenge(b, i, j, published);
			published = published->next;
		}
		limit_challenge(b, i, contest);
	}
}

static void
ballot_hashes(device *d, const json *answer)
{
	const char *id = json_text(json_get(answer, "ballot_id"));
	ballot		b = {.answer = answer, .preencrypted = d->preencrypted};
	json_file	file = open_ballot(d, id);
	uint8_t		id_b[EG_HASH_BYTES];
	uint8_t		code[EG_HASH_BYTES];
	uint8_t		field[EG_CHAINING_BYTES];

	b.record = whole(&file);

	json_bytes(id_b, sizeof(id_b), json_get(answer, "id_B"));
	json_bytes(b.xi_b, sizeof(b.xi_b), json_get(answer, "xi_B"));
	eg_identifier_hash(b.h_i, h_e, id_b);
	expect_call(h_e, b.h_i, "H_I (32)%s", d->preencrypted ? " pre" : "");
	expect_digest(b.h_i, answer, "H_I");

	eg_confirmation_code_begin(&b.code, d->preencrypted, b.h_i);
	if (d->preencrypted)
		preencrypted_contests(&b);
	else
	{
		const json *contests = json_get(b.record, "contests");
		const json *facts = json_get(answer, "contests");

		for (uint32_t i = 0; i < facts->n; i++)
			contest_hashes(&b, json_item(contests, i), json_item(facts, i));
		ballot_nonce_hashes(&b);
	}

	eg_chaining_field(field, d->mode, d->last);
	expect("B_C", field, sizeof(field),
		   json_get(b.record, "chaining_field"));
	eg_hash_bytes(&b.code, field, sizeof(field));
	eg_hash_end(&b.code, code);
	expect_call(b.h_i, code, d->preencrypted ? "H_C pre (116) %s" :
				"H_C (71) %s", id);
	expect_digest(code, answer, "H_C");
	expect_digest(code, b.record, "confirmation_code");
	if (d->mode == EG_CHAINING_SIMPLE)
		memcpy(d->last, code, EG_HASH_BYTES);
	json_close(&file);
	report(id);
}

static void
ballots(void)
{
	const json *answer = json_get(whole(&answers), "ballots")->first;

	for (size_t i = 0; i < lengthof(devices); i++)
		start_device(&devices[i]);
	report("devices");
	for (size_t i = 0; i < lengthof(devices); i++)
	{
		uint32_t	n = json_get(whole(&devices[i].file), "ballot_ids")->n;

		for (; n > 0; n--, answer = answer->next)
			ballot_hashes(&devices[i], answer);
	}
	for (size_t i = 0; i < lengthof(devices); i++)
		close_device(&devices[i]);
	report("closed chains");
}

/*
 * A decryption by the guardians of U, with tally and option, or with contest
 * data: commitments (88) or (99), then the challenge (90) or (101)
 */
static void
decryption(const json *fact, const uint8_t *h, uint32_t contest,
		   uint32_t option, const pair *sum, const contest_data *data)
{
	const json *list = json_get(fact, "U");
	const uint8_t *base = data ? data->c0 : sum->pad;
	uint32_t	u[MAX_GUARDIANS];
	uint8_t		a[EG_ELEMENT_BYTES];
	uint8_t		b[EG_ELEMENT_BYTES];
	uint8_t		m[EG_ELEMENT_BYTES];
	uint8_t		digest[EG_HASH_BYTES];
	eg_ciphertext ciphertext = {0};

	if (sum)
		ciphertext = view(sum);
	for (uint32_t i = 0; i < list->n; i++)
		u[i] = json_integer(json_item(list, i));
	element_one(a);
	element_one(b);
	element_one(m);
	for (uint32_t i = 0; i < list->n; i++)
	{
		uint8_t		a_i[EG_ELEMENT_BYTES];
		uint8_t		b_i[EG_ELEMENT_BYTES];
		uint8_t		m_i[EG_ELEMENT_BYTES];
		char		key[16];

		snprintf(key, sizeof(key), "%u", u[i]);
		json_bytes(digest, sizeof(digest),
				   json_get(json_get(fact, "u"), key));
		element_of_scalar(a_i, digest);
		element_power(b_i, base, digest);
		json_bytes(m_i, sizeof(m_i), json_get(json_get(fact, "M_i"), key));
		if (data)
		{
			eg_data_decryption_commitment(digest, h, contest, u[i],
										  &data->hashed, a_i, b_i, m_i, u,
										  list->n);
			expect_call(h, digest, "d_i contest data (99)");
		}
		else
		{
			eg_tally_decryption_commitment(digest, h, contest, option, u[i],
										   &ciphertext, a_i, b_i, m_i, u,
										   list->n);
			expect_call(h, digest, "d_i tally (88)");
		}
		expect_digest(digest, json_get(fact, "d_i"), key);

		element_multiply(a, a, a_i);
		element_multiply(b, b, b_i);
		json_bytes(digest, sizeof(digest),
				   json_get(json_get(fact, "w"), key));
		element_power(m_i, m_i, digest);
		element_multiply(m, m, m_i);
	}
	if (data)
	{
		eg_data_decryption_challenge(digest, h, contest, &data->hashed, a, b,
									 m);
		expect_call(h, digest, "c contest data dec (101)");
	}
	else
	{
		eg_tally_decryption_challenge(digest, h, contest, option, &ciphertext,
									  a, b, m);
		expect_call(h, digest, "c tally (90)");
	}
}

static void
tally_decryptions(void)
{
	const json *contests = json_get(whole(&tally), "contests");
	const json *fact;

	for (fact = json_get(whole(&answers), "tally_decryption")->first;
		 fact != NULL; fact = fact->next)
	{
		uint32_t	i = index_of(json_get(whole(&manifest), "contests"),
								 "label", json_get(fact, "contest"));
		uint32_t	j = index_of(json_get(contest_of_manifest(i), "options"),
								 "label", json_get(fact, "option"));
		const json *selections = json_get(json_item(contests, i - 1),
										  "selections");
		pair		sum;

		read_pair(&sum, json_get(json_item(selections, j - 1),
								 "encrypted_vote"));
		decryption(fact, h_e, i, j, &sum, NULL);
	}
	report("tally decryption");
}

static void
contest_data_decryptions(void)
{
	const json *fact;

	for (fact = json_get(whole(&answers), "contest_data_decryption")->first;
		 fact != NULL; fact = fact->next)
	{
		const char *id = json_text(json_get(fact, "ballot"));
		const json *label = json_get(fact, "contest");
		uint8_t		h_i[EG_HASH_BYTES];
		const json *contests;
		contest_data data;
		json_file	file;

		file = open_ballot(device_of(id), id);
		json_bytes(h_i, sizeof(h_i),
				   json_get(whole(&file), "identifier_hash"));
		contests = json_get(whole(&file), "contests");
		read_contest_data(&data,
						  json_item(contests, index_of(contests, "contest_id",
													   label) - 1));
		decryption(fact, h_i, index_of(json_get(whole(&manifest), "contests"),
									   "label", label), 0, NULL, &data);
		json_close(&file);
	}
	report("contest data decryption");
}

int
main(void)
{
	test_begin();
	if (!shared_data_present())
	{
		printf("ok 1 # skip no data beside the project\n1..1\n");
		return EXIT_SUCCESS;
	}
	answers = json_open(REFERENCE "private_data/kat.json");
	config = json_open(REFERENCE "election_config.json");
	manifest = json_open(REFERENCE "manifest.json");
	initialized = json_open(REFERENCE "election_initialized.json");
	tally = json_open(REFERENCE "tally.json");
	call = json_get(whole(&answers), "hash_calls")->first;

	ceremony();
	ballots();
	tally_decryptions();
	contest_data_decryptions();
	test_ok(call == NULL, "these are all calls of the reference: %d", calls);

	for (size_t i = 0; i < lengthof(devices); i++)
		json_close(&devices[i].file);
	json_close(&tally);
	json_close(&initialized);
	json_close(&manifest);
	json_close(&config);
	json_close(&answers);
	return test_end();
}
