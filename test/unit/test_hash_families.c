/*
 * test_hash_families.c
 *		Hashes that other implementations of 2.1.0 state, by their families.
 *
 * Elements are given as powers, nonces as formulas; where an answer rests on
 * nonces, keys or encryptions, these are made with the functions under test.
 */
#include "protocol/hash_uses.h"

#include "encoded.h"
#include "json_file.h"
#include "test.h"

#define FOLDER			"vectors/eg21/hashes/"
#define MAX_GUARDIANS	8
#define MAX_LIST		16
#define MAX_BYTES		4096

typedef struct pair
{
	uint8_t		pad[EG_ELEMENT_BYTES];
	uint8_t		data[EG_ELEMENT_BYTES];
} pair;

/*
 * A family: out holds the result that is stated, and is overwritten with the
 * one that is made from the inputs.
 */
typedef void family(uint8_t *out, const json *in);

/* Cleared when something else that an answer states does not hold */
static bool agreed;

static uint32_t
integer(const json *in, const char *name)
{
	return json_integer(json_get(in, name));
}

static void
digest(uint8_t *bytes, const json *in, const char *name)
{
	json_bytes(bytes, EG_HASH_BYTES, json_get(in, name));
}

/* Bytes of any number, in hexadecimal */
static eg_bytes
blob(uint8_t *bytes, const json *in, const char *name)
{
	size_t		size = strlen(json_text(json_get(in, name))) / 2;

	if (size > MAX_BYTES)
		abort();
	json_bytes(bytes, size, json_get(in, name));
	return (eg_bytes) {bytes, size};
}

/* "9001" or "q-1" */
static void
scalar(uint8_t *x, const char *text)
{
	if (strncmp(text, "q-", 2) == 0)
		scalar_set(x, -strtoll(text + 2, NULL, 10));
	else
		scalar_set(x, strtoll(text, NULL, 10));
}

/* "g^5" or, with that base, "kappa_l^101" */
static void
element(uint8_t *x, const char *text, const uint8_t *kappa)
{
	uint8_t		exponent[EG_SCALAR_BYTES];
	uint8_t		base[EG_ELEMENT_BYTES];

	element_generator(base);
	scalar(exponent, strchr(text, '^') + 1);
	element_power(x, text[0] == 'g' ? base : kappa, exponent);
}

static void
power_of_g(uint8_t *x, const json *in, const char *name)
{
	element(x, json_text(json_get(in, name)), NULL);
}

static void
power_of_small(uint8_t *x, const uint8_t *base, int64_t exponent)
{
	uint8_t		e[EG_SCALAR_BYTES];

	scalar_set(e, exponent);
	element_power(x, base, e);
}

/* (g^xi, K^(sigma + xi)) */
static void
encrypt(pair *p, const uint8_t *key, const uint8_t *xi, int64_t sigma)
{
	uint8_t		exponent[EG_SCALAR_BYTES];

	scalar_set(exponent, sigma);
	scalar_add(exponent, exponent, xi);
	element_of_scalar(p->pad, xi);
	element_power(p->data, key, exponent);
}

static void
add_pair(eg_hash *hash, const pair *p)
{
	eg_ciphertext ciphertext = {p->pad, p->data};

	eg_hash_ciphertext(hash, &ciphertext);
}

static void
pair_multiply(pair *p, const pair *factor)
{
	element_multiply(p->pad, p->pad, factor->pad);
	element_multiply(p->data, p->data, factor->data);
}


/* Parameters and keys */

static void
parameter_base_hash(uint8_t *out, const json *in)
{
	eg_parameter_base_hash(out, integer(in, "n"), integer(in, "k"));
}

static void
election_base_hash(uint8_t *out, const json *in)
{
	uint8_t		h_p[EG_HASH_BYTES];
	uint8_t		manifest[MAX_BYTES];

	digest(h_p, in, "H_P");
	eg_base_hash(out, h_p, blob(manifest, in, "manifest"));
}

static void
guardian_share_kdf_key(uint8_t *out, const json *in)
{
	uint8_t		h_p[EG_HASH_BYTES];
	uint8_t		kappa[EG_ELEMENT_BYTES];
	pair		p;

	digest(h_p, in, "H_P");
	power_of_g(kappa, in, "kappa_l");
	power_of_g(p.pad, in, "alpha");
	element(p.data, json_text(json_get(in, "beta")), kappa);
	eg_share_secret_key(out, h_p, integer(in, "i"), integer(in, "l"), kappa,
						p.pad, p.data);
}

static void
extended_base_hash(uint8_t *out, const json *in)
{
	uint8_t		h_b[EG_HASH_BYTES];
	pair		keys;

	digest(h_b, in, "H_B");
	power_of_g(keys.pad, in, "K");
	power_of_g(keys.data, in, "K_hat");
	eg_extended_base_hash(out, h_b, keys.pad, keys.data);
}

/* a_i,j = 100i + 10j + offset, but for those a_i,0 that are listed */
static void
coefficient(uint8_t *x, const json *constants, int64_t offset, uint32_t i,
			uint32_t j)
{
	if (constants != NULL && j == 0)
		scalar(x, json_text(json_item(constants, i - 1)));
	else
		scalar_set(x, 100 * (int64_t) i + 10 * (int64_t) j + offset);
}

static void
guardian_record_hash(uint8_t *out, const json *in)
{
	static const char *const names[] = {"a_i0", "a_hat_i0"};
	static const int64_t offsets[] = {1, 5};
	uint32_t	n = integer(in, "n");
	uint32_t	k = integer(in, "k");
	uint8_t		h_b[EG_HASH_BYTES];
	uint8_t		x[EG_SCALAR_BYTES];
	uint8_t		power[EG_ELEMENT_BYTES];
	uint8_t		keys[2][EG_ELEMENT_BYTES];
	eg_hash		hash;

	digest(h_b, in, "H_B");
	for (int which = 0; which < 2; which++)
	{
		element_one(keys[which]);
		for (uint32_t i = 1; i <= n; i++)
		{
			coefficient(x, json_find(in, names[which]), offsets[which], i, 0);
			element_of_scalar(power, x);
			element_multiply(keys[which], keys[which], power);
		}
	}
	eg_guardian_record_hash_begin(&hash, h_b, keys[0], keys[1]);
	for (int which = 0; which < 2; which++)
		for (uint32_t i = 1; i <= n; i++)
			for (uint32_t j = 0; j < k; j++)
			{
				coefficient(x, json_find(in, names[which]), offsets[which], i,
							j);
				element_of_scalar(power, x);
				eg_hash_element(&hash, power);
			}
	for (uint32_t i = 1; i <= n; i++)
	{
		scalar_set(x, 1000 + (int64_t) i);
		element_of_scalar(power, x);
		eg_hash_element(&hash, power);
	}
	eg_hash_end(&hash, out);
}


/* Ballots */

static void
identifier_hash(uint8_t *out, const json *in)
{
	uint8_t		h_e[EG_HASH_BYTES];
	uint8_t		id_b[EG_HASH_BYTES];

	digest(h_e, in, "H_E");
	digest(id_b, in, "id_B");
	eg_identifier_hash(out, h_e, id_b);
}

static void
encryption_nonce(uint8_t *out, const json *in)
{
	uint8_t		h_i[EG_HASH_BYTES];
	uint8_t		xi_b[EG_HASH_BYTES];

	digest(h_i, in, "H_I");
	digest(xi_b, in, "xi_B");
	eg_encryption_nonce(out, h_i, integer(in, "i"), integer(in, "j"), xi_b);
}

static void
contest_data_nonce(uint8_t *out, const json *in)
{
	uint8_t		h_i[EG_HASH_BYTES];
	uint8_t		xi_b[EG_HASH_BYTES];

	digest(h_i, in, "H_I");
	digest(xi_b, in, "xi_B");
	eg_contest_data_nonce(out, h_i, integer(in, "ind_c"), xi_b);
}

/*
 * Equations 34 to 38; the commitment is made from the response (3.6.7), with
 * the challenge that is expected.
 */
static void
ballot_nonce_challenge(uint8_t *out, const json *in)
{
	uint8_t		h_i[EG_HASH_BYTES];
	uint8_t		xi_b[EG_HASH_BYTES];
	uint8_t		c1[EG_HASH_BYTES];
	uint8_t		v[EG_HASH_BYTES];
	uint8_t		x[EG_HASH_BYTES];
	uint8_t		key[EG_ELEMENT_BYTES];
	uint8_t		a[EG_ELEMENT_BYTES];
	pair		p;

	digest(h_i, in, "H_I");
	digest(xi_b, in, "xi_B");
	digest(c1, in, "C1");
	digest(v, in, "v_B");
	power_of_g(key, in, "K_hat");
	scalar(x, json_text(json_get(in, "xi_hat_B")));
	encrypt(&p, key, x, 0);

	eg_ballot_nonce_secret_key(x, h_i, p.pad, p.data);
	eg_ballot_nonce_encryption_key(x, x);
	for (int i = 0; i < EG_HASH_BYTES; i++)
		agreed = agreed && (x[i] ^ xi_b[i]) == c1[i];

	element_generator(a);
	element_product(a, a, v, p.pad, out);
	eg_ballot_nonce_challenge(out, h_i, a, p.pad, c1);
}

/* Contest data: a text behind its length, 4 bytes, filled up with zeros */
typedef struct contest_data
{
	uint32_t	contest;
	uint32_t	blocks;
	uint8_t		h_i[EG_HASH_BYTES];
	uint8_t		h[EG_HASH_BYTES];
	pair		p;				/* (alpha, beta) */
	uint8_t		c1[MAX_BYTES];
	uint8_t		c[EG_HASH_BYTES];
	uint8_t		v[EG_HASH_BYTES];
	eg_pair		proof;
	eg_hashed_ciphertext hashed;
} contest_data;

static void
make_contest_data(contest_data *d, const json *in)
{
	uint8_t		text[MAX_BYTES];
	eg_bytes	bytes = blob(text, in, "text");
	uint8_t		key[EG_ELEMENT_BYTES];
	uint8_t		xi[EG_HASH_BYTES];

	d->contest = integer(in, "ind_c");
	d->blocks = integer(in, "blocks");
	digest(d->h_i, in, "H_I");
	power_of_g(key, in, "K_hat");
	contest_data_nonce(xi, in);
	encrypt(&d->p, key, xi, 0);
	eg_contest_data_secret_key(d->h, d->h_i, d->contest, d->p.pad, d->p.data);

	memset(d->c1, 0, sizeof(d->c1));
	eg_put32(d->c1, (uint32_t) bytes.size);
	memcpy(d->c1 + 4, bytes.data, bytes.size);
	for (uint32_t i = 1; i <= d->blocks; i++)
	{
		eg_contest_data_encryption_key(key, d->h, d->contest, d->blocks, i);
		for (int j = 0; j < EG_HASH_BYTES; j++)
			d->c1[(i - 1) * EG_HASH_BYTES + j] ^= key[j];
	}

	d->proof = (eg_pair) {d->c, d->v};
	d->hashed = (eg_hashed_ciphertext) {
		d->p.pad, {d->c1, d->blocks * EG_HASH_BYTES}, &d->proof, NULL
	};
	scalar(d->v, json_text(json_get(in, "u")));
	element_of_scalar(key, d->v);
	eg_contest_data_challenge(d->c, d->h_i, d->contest, key, d->p.pad,
							  d->hashed.c1);
	scalar_set(key, -1);
	scalar_multiply(xi, xi, key);
	scalar_multiply(xi, xi, d->c);
	scalar_add(d->v, d->v, xi);
}

static void
contest_data_secret_key(uint8_t *out, const json *in)
{
	contest_data d;

	make_contest_data(&d, in);
	memcpy(out, d.h, EG_HASH_BYTES);
}

static void
contest_data_kdf_key(uint8_t *out, const json *in)
{
	contest_data d;

	make_contest_data(&d, in);
	eg_contest_data_encryption_key(out, d.h, d.contest, d.blocks,
								   integer(in, "i"));
}

/* The selections of a contest: as they stand, or by votes and ballot nonce */
static void
contest_digest(uint8_t *out, const json *in, const json *ballot,
			   const uint8_t *h_i)
{
	const json *pairs = json_find(in, "pairs");
	const json *data = json_find(in, "data");
	uint32_t	l = integer(in, "l");
	eg_hash		hash;
	pair		p;

	eg_contest_hash_begin(&hash, h_i, l);
	for (uint32_t i = 0; pairs != NULL && i < pairs->n; i++)
	{
		const json *item = json_item(pairs, i);

		element(p.pad, json_text(json_item(item, 0)), NULL);
		element(p.data, json_text(json_item(item, 1)), NULL);
		add_pair(&hash, &p);
	}
	if (pairs == NULL)
	{
		const json *votes = json_get(in, "sigma");
		uint8_t		key[EG_ELEMENT_BYTES];
		uint8_t		xi_b[EG_HASH_BYTES];
		uint8_t		xi[EG_HASH_BYTES];

		power_of_g(key, ballot, "K");
		digest(xi_b, ballot, "xi_B");
		for (uint32_t j = 0; j < votes->n; j++)
		{
			eg_encryption_nonce(xi, h_i, l, j + 1, xi_b);
			encrypt(&p, key, xi, json_integer(json_item(votes, j)));
			add_pair(&hash, &p);
		}
	}
	if (data != NULL)
	{
		contest_data d;

		make_contest_data(&d, data);
		eg_hash_contest_data(&hash, &d.hashed);
	}
	eg_hash_end(&hash, out);
}

static void
contest_hash(uint8_t *out, const json *in)
{
	uint8_t		h_i[EG_HASH_BYTES];

	digest(h_i, in, "H_I");
	contest_digest(out, in, in, h_i);
}

/* "B_C": [mode, hash], the end of a confirmation code */
static void
end_code(uint8_t *out, eg_hash *hash, const json *in)
{
	const json *list = json_get(in, "B_C");
	uint8_t		mode[4];
	uint8_t		last[EG_HASH_BYTES];
	uint8_t		field[EG_CHAINING_BYTES];

	json_bytes(mode, sizeof(mode), json_item(list, 0));
	json_bytes(last, sizeof(last), json_item(list, 1));
	eg_chaining_field(field, eg_get32(mode), last);
	eg_hash_bytes(hash, field, sizeof(field));
	eg_hash_end(hash, out);
}

static void
code(uint8_t *out, const json *in, bool preencrypted)
{
	const json *list = json_get(in, "chi");
	const json *from = json_find(in, "chi_from");
	uint8_t		h_i[EG_HASH_BYTES];
	uint8_t		chi[EG_HASH_BYTES];
	uint8_t		made[EG_HASH_BYTES];
	eg_hash		hash;

	digest(h_i, in, "H_I");
	eg_confirmation_code_begin(&hash, preencrypted, h_i);
	for (uint32_t i = 0; i < list->n; i++)
	{
		json_bytes(chi, sizeof(chi), json_item(list, i));
		eg_hash_digest(&hash, chi);
	}
	if (from != NULL)
	{
		contest_digest(made, from, in, h_i);
		agreed = agreed && memcmp(made, chi, EG_HASH_BYTES) == 0;
	}
	end_code(out, &hash, in);
}

static void
confirmation_code(uint8_t *out, const json *in)
{
	code(out, in, false);
}

static void
preencrypted_confirmation_code(uint8_t *out, const json *in)
{
	code(out, in, true);
}

static void
confirmation_code_from_contests(uint8_t *out, const json *in)
{
	const json *contest = json_get(in, "contests")->first;
	uint8_t		h_i[EG_HASH_BYTES];
	uint8_t		chi[EG_HASH_BYTES];
	eg_hash		hash;

	digest(h_i, in, "H_I");
	eg_confirmation_code_begin(&hash, false, h_i);
	for (; contest != NULL; contest = contest->next)
	{
		contest_digest(chi, contest, in, h_i);
		eg_hash_digest(&hash, chi);
	}
	end_code(out, &hash, in);
}


/* Devices and chains, of either kind */

static void
device(uint8_t *out, const json *in, bool preencrypted)
{
	uint8_t		h_e[EG_HASH_BYTES];
	uint8_t		bytes[MAX_BYTES];

	digest(h_e, in, "H_E");
	eg_device_information_hash(out, preencrypted, h_e,
							   blob(bytes, in, "S_device"));
}

static void
initial_field(uint8_t *field, const json *in, bool preencrypted)
{
	uint8_t		h_di[EG_HASH_BYTES];

	if (json_find(in, "H_DI") != NULL)
		digest(h_di, in, "H_DI");
	else
		device(h_di, in, preencrypted);
	eg_chaining_field(field, EG_CHAINING_SIMPLE, h_di);
}

static void
chain_start(uint8_t *out, const json *in, bool preencrypted)
{
	uint8_t		h_e[EG_HASH_BYTES];
	uint8_t		field[EG_CHAINING_BYTES];

	digest(h_e, in, "H_E");
	initial_field(field, in, preencrypted);
	eg_chain_hash(out, preencrypted, h_e, field);
}

static void
chain_inner(uint8_t *out, const json *in, bool preencrypted)
{
	uint8_t		h_e[EG_HASH_BYTES];
	uint8_t		h_l[EG_HASH_BYTES];
	uint8_t		field[EG_CHAINING_BYTES];

	digest(h_e, in, "H_E");
	digest(h_l, in, "H_l");
	initial_field(field, in, preencrypted);
	eg_chain_closing_field(field, preencrypted, h_e, h_l, field);
	memcpy(out, field + 4, EG_HASH_BYTES);
}

static void
chain_end(uint8_t *out, const json *in, bool preencrypted)
{
	uint8_t		h_e[EG_HASH_BYTES];
	uint8_t		inner[EG_HASH_BYTES];
	uint8_t		field[EG_CHAINING_BYTES];

	digest(h_e, in, "H_E");
	digest(inner, in, "inner");
	eg_chaining_field(field, EG_CHAINING_SIMPLE, inner);
	eg_chain_hash(out, preencrypted, h_e, field);
}

#define BOTH_KINDS(function, ordinary, preencrypted) \
static void \
ordinary(uint8_t *out, const json *in) \
{ \
	function(out, in, false); \
} \
static void \
preencrypted(uint8_t *out, const json *in) \
{ \
	function(out, in, true); \
}

BOTH_KINDS(device, device_info_hash, preencrypted_device_info_hash)
BOTH_KINDS(chain_start, chain_init, preencrypted_chain_init)
BOTH_KINDS(chain_inner, chain_close_inner, preencrypted_chain_close_inner)
BOTH_KINDS(chain_end, chain_close, preencrypted_chain_close)


/* Decryptions; "u" has the nonces of the guardians of U */

/* P(i) or P^(i) of the polynomials of guardian_record_hash, n = 3, k = 2 */
static void
guardian_share(uint8_t *z, bool hat, uint32_t i)
{
	static const int64_t constants[2] = {10 + 20 - 25, 30 + 40 - 63};
	static const int64_t slopes[2] = {111 + 211 + 311, 115 + 215 + 315};

	scalar_set(z, constants[hat] + slopes[hat] * (int64_t) i);
}

/*
 * Of guardian i of U, or of all if i is 0: (a, b), and M to the power of the
 * share; P(0) is the key.
 */
static uint32_t
decrypt(pair *commitment, uint8_t *m, uint32_t *guardians, const json *in,
		const uint8_t *base, bool hat, uint32_t i)
{
	const json *nonce = json_get(in, "u")->first;
	uint8_t		sum[EG_SCALAR_BYTES];
	uint8_t		x[EG_SCALAR_BYTES];
	uint32_t	n = 0;

	scalar_set(sum, 0);
	for (; nonce != NULL && n < MAX_GUARDIANS; nonce = nonce->next)
	{
		guardians[n] = (uint32_t) strtoul(nonce->name, NULL, 10);
		scalar(x, json_text(nonce));
		if (i == 0 || i == guardians[n])
			scalar_add(sum, sum, x);
		n++;
	}
	element_of_scalar(commitment->pad, sum);
	element_power(commitment->data, base, sum);
	guardian_share(x, hat, i);
	element_power(m, base, x);
	return n;
}

/* The sum of an option over ballots [id_B, xi_B, {contest: votes}] */
static void
add_up(pair *sum, const json *in, const uint8_t *h_e)
{
	const json *ballot = json_get(in, "ballots")->first;
	uint32_t	contest = integer(in, "ind_c");
	uint32_t	option = integer(in, "ind_o");
	uint8_t		key[EG_ELEMENT_BYTES];
	char		name[16];

	power_of_g(key, in, "K");
	snprintf(name, sizeof(name), "%u", contest);
	element_one(sum->pad);
	element_one(sum->data);
	for (; ballot != NULL; ballot = ballot->next)
	{
		const json *votes = json_get(json_item(ballot, 2), name);
		uint8_t		xi[EG_HASH_BYTES];
		uint8_t		h_i[EG_HASH_BYTES];
		pair		p;

		json_bytes(h_i, sizeof(h_i), json_item(ballot, 0));
		eg_identifier_hash(h_i, h_e, h_i);
		json_bytes(xi, sizeof(xi), json_item(ballot, 1));
		eg_encryption_nonce(xi, h_i, contest, option, xi);
		encrypt(&p, key, xi, json_integer(json_item(votes, option - 1)));
		pair_multiply(sum, &p);
	}
}

static void
tally_decryption_commitment(uint8_t *out, const json *in)
{
	uint32_t	i = integer(in, "i");
	uint8_t		h_e[EG_HASH_BYTES];
	uint8_t		m[EG_ELEMENT_BYTES];
	uint32_t	u[MAX_GUARDIANS];
	uint32_t	n;
	pair		sum;
	pair		c;
	eg_ciphertext tally = {sum.pad, sum.data};

	digest(h_e, in, "H_E");
	add_up(&sum, in, h_e);
	n = decrypt(&c, m, u, in, sum.pad, false, i);
	eg_tally_decryption_commitment(out, h_e, integer(in, "ind_c"),
								   integer(in, "ind_o"), i, &tally, c.pad,
								   c.data, m, u, n);
}

static void
tally_decryption_challenge(uint8_t *out, const json *in)
{
	uint8_t		h_e[EG_HASH_BYTES];
	uint8_t		m[EG_ELEMENT_BYTES];
	uint32_t	u[MAX_GUARDIANS];
	pair		sum;
	pair		c;
	eg_ciphertext tally = {sum.pad, sum.data};

	digest(h_e, in, "H_E");
	add_up(&sum, in, h_e);
	decrypt(&c, m, u, in, sum.pad, false, 0);
	eg_tally_decryption_challenge(out, h_e, integer(in, "ind_c"),
								  integer(in, "ind_o"), &tally, c.pad, c.data,
								  m);
}

static void
data_decryption_commitment(uint8_t *out, const json *in)
{
	uint32_t	i = integer(in, "i");
	uint8_t		m[EG_ELEMENT_BYTES];
	uint32_t	u[MAX_GUARDIANS];
	uint32_t	n;
	contest_data d;
	pair		c;

	make_contest_data(&d, json_get(in, "data"));
	n = decrypt(&c, m, u, in, d.p.pad, true, i);
	eg_data_decryption_commitment(out, d.h_i, d.contest, i, &d.hashed, c.pad,
								  c.data, m, u, n);
}

static void
data_decryption_challenge(uint8_t *out, const json *in)
{
	uint8_t		beta[EG_ELEMENT_BYTES];
	uint32_t	u[MAX_GUARDIANS];
	contest_data d;
	pair		c;

	make_contest_data(&d, json_get(in, "data"));
	decrypt(&c, beta, u, in, d.p.pad, true, 0);
	agreed = agreed && memcmp(beta, d.p.data, EG_ELEMENT_BYTES) == 0;
	eg_data_decryption_challenge(out, d.h_i, d.contest, &d.hashed, c.pad,
								 c.data, beta);
}


/* Pre-encrypted ballots; vector j of a contest selects option j, if any */

typedef struct preencryption
{
	uint8_t		h_i[EG_HASH_BYTES];
	uint8_t		xi_b[EG_HASH_BYTES];
	uint32_t	contest;
} preencryption;

static preencryption
preencryption_of(const json *in)
{
	preencryption e;

	digest(e.h_i, in, "H_I");
	digest(e.xi_b, in, "xi_B");
	e.contest = integer(in, "ind_c");
	return e;
}

static void
selection_hash(uint8_t *out, const json *in)
{
	preencryption e = preencryption_of(in);
	uint32_t	j = integer(in, "j");
	uint8_t		key[EG_ELEMENT_BYTES];
	uint8_t		xi[EG_HASH_BYTES];
	pair		p;
	eg_hash		hash;

	power_of_g(key, in, "K");
	eg_selection_hash_begin(&hash, e.h_i);
	for (uint32_t k = 1; k <= integer(in, "m"); k++)
	{
		eg_preencryption_nonce(xi, e.h_i, e.contest, j, k, e.xi_b);
		encrypt(&p, key, xi, j == k);
		add_pair(&hash, &p);
	}
	eg_hash_end(&hash, out);
}

static int
compare_digests(const void *a, const void *b)
{
	return memcmp(a, b, EG_HASH_BYTES);
}

static void
preencrypted_contest_hash(uint8_t *out, const json *in)
{
	const json *list = json_get(in, "psi");
	uint8_t		h_i[EG_HASH_BYTES];
	uint8_t		psi[MAX_LIST][EG_HASH_BYTES];
	eg_hash		hash;

	digest(h_i, in, "H_I");
	for (uint32_t i = 0; i < list->n; i++)
		json_bytes(psi[i], EG_HASH_BYTES, json_item(list, i));
	qsort(psi, list->n, EG_HASH_BYTES, compare_digests);
	eg_preencrypted_contest_hash_begin(&hash, h_i, integer(in, "ind_c"));
	for (uint32_t i = 0; i < list->n; i++)
		eg_hash_digest(&hash, psi[i]);
	eg_hash_end(&hash, out);
}

/*
 * Position k of the product of the selected vectors: its nonce, and how many
 * of them select it (4.3)
 */
static int64_t
combine(uint8_t *xi, const json *in, uint32_t k)
{
	preencryption e = preencryption_of(in);
	const json *vector = json_get(in, "vectors")->first;
	int64_t		votes = 0;

	scalar_set(xi, 0);
	for (; vector != NULL; vector = vector->next)
	{
		uint32_t	j = json_integer(vector);
		uint8_t		term[EG_HASH_BYTES];

		eg_preencryption_nonce(term, e.h_i, e.contest, j, k, e.xi_b);
		scalar_add(xi, xi, term);
		votes += j == k;
	}
	return votes;
}

static void
combined_nonce(uint8_t *out, const json *in)
{
	combine(out, in, integer(in, "k"));
}

/* Proof commitments (57), (58) with u_j = u + j and, for the others, c + j */
static void
add_commitments(eg_hash *hash, const uint8_t *key, uint32_t limit,
				int64_t votes, int64_t u, int64_t c)
{
	uint8_t		generator[EG_ELEMENT_BYTES];

	element_generator(generator);
	for (int64_t j = 0; j <= limit; j++)
	{
		pair		p;

		power_of_small(p.pad, generator, u + j);
		power_of_small(p.data, key, u + j + (votes - j) * (c + j));
		add_pair(hash, &p);
	}
}

static void
range_proof_challenge(uint8_t *out, const json *in)
{
	preencryption e = preencryption_of(in);
	uint32_t	k = integer(in, "ind_o");
	int64_t		place = e.contest * 0x10000 + k * 0x100;
	uint8_t		key[EG_ELEMENT_BYTES];
	uint8_t		xi[EG_HASH_BYTES];
	int64_t		votes = combine(xi, in, k);
	pair		p;
	eg_ciphertext selection = {p.pad, p.data};
	eg_hash		hash;

	power_of_g(key, in, "K");
	encrypt(&p, key, xi, votes);
	eg_range_challenge_begin(&hash, e.h_i, e.contest, k, &selection);
	add_commitments(&hash, key, integer(in, "R"), votes, 0x50000000 + place,
					0x60000000 + place);
	eg_hash_end(&hash, out);
}

static void
selection_limit_challenge(uint8_t *out, const json *in)
{
	preencryption e = preencryption_of(in);
	int64_t		place = e.contest * 0x100;
	int64_t		total = 0;
	uint8_t		key[EG_ELEMENT_BYTES];
	pair		p;
	eg_ciphertext sum = {p.pad, p.data};
	eg_hash		hash;

	power_of_g(key, in, "K");
	element_one(p.pad);
	element_one(p.data);
	for (uint32_t k = 1; k <= integer(in, "m"); k++)
	{
		uint8_t		xi[EG_HASH_BYTES];
		int64_t		votes = combine(xi, in, k);
		pair		factor;

		encrypt(&factor, key, xi, votes);
		pair_multiply(&p, &factor);
		total += votes;
	}
	eg_limit_challenge_begin(&hash, e.h_i, e.contest, &sum);
	add_commitments(&hash, key, integer(in, "L"), total, 0x70000000 + place,
					0x80000000 + place);
	eg_hash_end(&hash, out);
}


static const struct
{
	const char *name;
	family	   *compute;
}			families[] = {
	{"parameter_base_hash", parameter_base_hash},
	{"election_base_hash", election_base_hash},
	{"guardian_share_kdf_key", guardian_share_kdf_key},
	{"guardian_record_hash", guardian_record_hash},
	{"extended_base_hash", extended_base_hash},
	{"selection_encryption_identifier_hash", identifier_hash},
	{"encryption_nonce", encryption_nonce},
	{"ballot_nonce_encryption_challenge", ballot_nonce_challenge},
	{"range_proof_challenge", range_proof_challenge},
	{"selection_limit_challenge", selection_limit_challenge},
	{"contest_data_nonce", contest_data_nonce},
	{"contest_data_secret_key", contest_data_secret_key},
	{"contest_data_kdf_key", contest_data_kdf_key},
	{"contest_hash", contest_hash},
	{"confirmation_code", confirmation_code},
	{"confirmation_code_from_contests", confirmation_code_from_contests},
	{"device_info_hash", device_info_hash},
	{"chain_init", chain_init},
	{"chain_close_inner", chain_close_inner},
	{"chain_close", chain_close},
	{"tally_decryption_commitment_hash", tally_decryption_commitment},
	{"tally_decryption_challenge", tally_decryption_challenge},
	{"contest_data_decryption_commitment_hash", data_decryption_commitment},
	{"contest_data_decryption_challenge", data_decryption_challenge},
	{"preencrypted_selection_hash", selection_hash},
	{"preencrypted_null_selection_hash", selection_hash},
	{"preencrypted_contest_hash", preencrypted_contest_hash},
	{"preencrypted_confirmation_code", preencrypted_confirmation_code},
	{"preencrypted_device_info_hash", preencrypted_device_info_hash},
	{"preencrypted_chain_init", preencrypted_chain_init},
	{"preencrypted_chain_close_inner", preencrypted_chain_close_inner},
	{"preencrypted_chain_close", preencrypted_chain_close},
	{"preencrypted_combined_nonce", combined_nonce}
};

static void
expect(const char *what, const uint8_t *bytes, size_t size, const json *in,
	   const char *name)
{
	uint8_t		expected[EG_CHAINING_BYTES];

	json_bytes(expected, size, json_get(in, name));
	test_ok(memcmp(bytes, expected, size) == 0, "%s, %s", what, name);
}

/* The election and the ballot that most families build on */
static void
test_main_chain(const json *in)
{
	static const struct
	{
		const char *name;
		family	   *compute;
	}			links[] = {
		{"H_P", parameter_base_hash},
		{"H_B", election_base_hash},
		{"H_E", extended_base_hash},
		{"H_I", identifier_hash},
		{"H_DI", device_info_hash},
		{"H_DI_pre", preencrypted_device_info_hash}
	};

	for (size_t i = 0; i < lengthof(links); i++)
	{
		uint8_t		out[EG_HASH_BYTES];

		links[i].compute(out, in);
		expect("main chain", out, sizeof(out), in, links[i].name);
	}
}

static void
test_families(const json *vectors)
{
	uint32_t	known = 0;

	for (size_t i = 0; i < lengthof(families); i++)
	{
		const json *vector = vectors->first;
		uint32_t	n = 0;

		agreed = true;
		for (; vector != NULL; vector = vector->next)
		{
			uint8_t		expected[EG_HASH_BYTES];
			uint8_t		out[EG_HASH_BYTES];

			if (strcmp(json_text(json_get(vector, "family")),
					   families[i].name) != 0)
				continue;
			n++;
			digest(expected, vector, "out");
			memcpy(out, expected, sizeof(out));
			families[i].compute(out, json_get(vector, "in"));
			if (memcmp(out, expected, sizeof(out)) == 0)
				continue;
			printf("# number %u of the family\n", n);
			agreed = false;
		}
		test_ok(agreed && n > 0, "%s: %u answers", families[i].name, n);
		known += n;
	}
	test_ok(known == vectors->n, "these are all families: %u answers", known);
}

/* What Microsoft's tests state, of one manifest and two sets of keys */
static void
test_microsoft(void)
{
	static const char *const tests[] = {
		"extended_base_hash_t1", "chaining_mode_t3"
	};
	json_file	file = json_open(FOLDER "ms_rust_2.1.0.json");
	const json *whole = file.values;
	eg_bytes	manifest = shared_file(FOLDER "rust_manifest_canonical.json");
	uint8_t		h_p[EG_HASH_BYTES];
	uint8_t		h_b[EG_HASH_BYTES];
	uint8_t		h_e[EG_HASH_BYTES];
	uint8_t		h_di[EG_HASH_BYTES];
	uint8_t		field[EG_CHAINING_BYTES];

	eg_parameter_base_hash(h_p, integer(whole, "n"), integer(whole, "k"));
	expect("Microsoft", h_p, EG_HASH_BYTES, whole, "H_P");
	eg_base_hash(h_b, h_p, manifest);
	expect("Microsoft", h_b, EG_HASH_BYTES, whole, "H_B");
	for (size_t i = 0; i < lengthof(tests); i++)
	{
		const json *test = json_get(whole, tests[i]);
		const char *device_text;
		pair		keys;

		json_bytes(keys.pad, sizeof(keys.pad), json_get(test, "K"));
		json_bytes(keys.data, sizeof(keys.data), json_get(test, "K_hat"));
		eg_extended_base_hash(h_e, h_b, keys.pad, keys.data);
		expect(tests[i], h_e, EG_HASH_BYTES, test, "H_E");
		if (json_find(test, "S_device") == NULL)
			continue;
		device_text = json_text(json_get(test, "S_device"));
		eg_device_information_hash(h_di, false, h_e,
								   (eg_bytes) {(const uint8_t *) device_text,
											   strlen(device_text)});
		expect(tests[i], h_di, EG_HASH_BYTES, test, "H_DI");
		eg_chaining_field(field, EG_CHAINING_NONE, h_di);
		expect(tests[i], field, sizeof(field), test, "B_C");
	}
	free((void *) manifest.data);
	json_close(&file);
}

int
main(void)
{
	json_file	file;

	test_begin();
	if (!shared_data_present())
	{
		printf("ok 1 # skip no data beside the project\n1..1\n");
		return EXIT_SUCCESS;
	}
	file = json_open(FOLDER "cs_kat_2.1.0.json");
	test_main_chain(json_get(file.values, "main_chain"));
	test_families(json_get(file.values, "vectors"));
	json_close(&file);
	test_microsoft();
	return test_end();
}
