/*
 * test_key_ceremony.c
 *		Key ceremonies, honest and not; the known answers of a record.
 */
#include "math/lagrange.h"
#include "math/limbs.h"
#include "math/scalar.h"
#include "protocol/hash_uses.h"
#include "protocol/key_shares.h"
#include "protocol/share_polynomial.h"

#include "encoded.h"
#include "json_file.h"
#include "sample.h"
#include "test.h"

#define REFERENCE	"vectors/eg21/ref-1/"
#define MOST		255			/* guardians */
#define WINDOW		4			/* of the table for g */

static const eg_group *const group = &eg_group_2_1_0;
static sample_arena memory;
static sample_arena secret_memory;
static eg_fixed_base generator;

static uint8_t *
block(size_t size)
{
	return memory.arena.allocate(memory.arena.context, size);
}

static eg_ceremony
ceremony_with(const eg_stop *stop)
{
	eg_ceremony ceremony = {&generator, &memory.arena, &secret_memory.arena,
	stop};

	return ceremony;
}

/*
 * Guardians, and what each has sent
 */

typedef struct guardians
{
	uint32_t	n;
	uint32_t	k;
	eg_guardian_secret secrets[MOST];
	eg_guardian keys[MOST];
	const eg_guardian *by_index[MOST];
	eg_share_list lists[MOST];
} guardians;

static eg_guardians
all_of(guardians *g)
{
	eg_guardians all = {g->by_index, g->n, g->k};

	return all;
}

static bool
create(guardians *g, uint32_t i, const eg_random *random, eg_fault *fault)
{
	eg_ceremony ceremony = ceremony_with(NULL);
	eg_guardian_secret *secret = &g->secrets[i - 1];

	memset(secret, 0, sizeof(*secret));
	secret->index = i;
	secret->n = g->n;
	secret->k = g->k;
	g->by_index[i - 1] = &g->keys[i - 1];
	return eg_guardian_create(secret,
							  block(eg_guardian_secret_room(EG_SECRET_CEREMONY,
															g->k)),
							  &g->keys[i - 1], random, &ceremony, fault);
}

static guardians *
create_all(uint32_t n, uint32_t k)
{
	guardians  *g = (guardians *) block(sizeof(*g));
	eg_fault	fault = {0};

	g->n = n;
	g->k = k;
	for (uint32_t i = 1; i <= n; i++)
		if (!create(g, i, &eg_random_fresh, &fault))
			abort();
	return g;
}

static void
send_all(guardians *g)
{
	eg_ceremony ceremony = ceremony_with(NULL);
	eg_guardians all = all_of(g);
	eg_fault	fault = {0};

	for (uint32_t i = 0; i < g->n; i++)
		if (!eg_shares_encrypt(&g->lists[i], &g->secrets[i], &all,
							   &eg_random_fresh, &ceremony, &fault))
			abort();
}

/* What rows say: how many of each verdict, and the first that did not pass. */
typedef struct verdicts
{
	int			rows[EG_NOT_RUN + 1];
	char		first[200];
} verdicts;

static void
count_row(void *context, const eg_election_row *row)
{
	verdicts   *v = context;

	v->rows[row->verdict]++;
	if (row->verdict != EG_PASSED && v->first[0] == '\0')
		snprintf(v->first, sizeof(v->first), "%s of guardian %u: %s",
				 row->step, row->guardian, row->detail);
}

/* What guardian i finds; shares gets z_i and z^_i. */
static bool
receive(guardians *g, uint32_t i, uint8_t *shares, verdicts *v)
{
	eg_ceremony ceremony = ceremony_with(NULL);
	eg_guardians all = all_of(g);
	eg_election_sink sink = {count_row, v};
	eg_fault	fault = {0};
	bool		passed;

	memset(v, 0, sizeof(*v));
	memset(shares, 0, EG_KEY_USES * EG_SCALAR_BYTES);
	if (!eg_shares_check(shares, &passed, &g->secrets[i - 1], &all, g->lists,
						 g->n, &ceremony, &sink, &fault))
		abort();
	return passed;
}

static bool
verify_keys(guardians *g, verdicts *v)
{
	eg_guardian_record record = {{NULL, NULL}, NULL, NULL, g->keys, g->n};
	eg_election_sink sink = {count_row, v};
	eg_fault	fault = {0};

	memset(v, 0, sizeof(*v));
	if (!eg_guardians_check(g->n, g->k, &record, &generator, &memory.arena,
							&sink, NULL, &fault))
		abort();
	return v->rows[EG_FAILED] + v->rows[EG_NOT_RUN] == 0;
}

/*
 * Honest ceremonies
 */

/* Whether the shares of k guardians from first on give the sum of a_i,0. */
static bool
reconstructs(guardians *g, uint8_t (*shares)[EG_KEY_USES][EG_SCALAR_BYTES],
			 uint32_t first, int use)
{
	uint32_t	u[MOST];
	mp_limb_t	w[MOST * EG_MAX_SCALAR_LIMBS];
	uint8_t		found[EG_SCALAR_BYTES] = {0};
	uint8_t		sum[EG_SCALAR_BYTES] = {0};

	for (uint32_t j = 0; j < g->k; j++)
		u[j] = first + j;
	if (eg_lagrange(group, w, u, g->k) != EG_OK)
		abort();
	for (uint32_t j = 0; j < g->k; j++)
	{
		uint8_t		term[EG_SCALAR_BYTES];

		eg_scalar_export(group, term, w + j * EG_MAX_SCALAR_LIMBS);
		scalar_multiply(term, term, shares[u[j] - 1][use]);
		scalar_add(found, found, term);
	}
	for (uint32_t i = 0; i < g->n; i++)
		scalar_add(sum, sum, g->secrets[i].coefficients[use]);
	return memcmp(found, sum, sizeof(sum)) == 0;
}

static void
test_honest(uint32_t n, uint32_t k)
{
	static uint8_t shares[MOST][EG_KEY_USES][EG_SCALAR_BYTES];
	guardians  *g = create_all(n, k);
	verdicts	v;
	bool		passed = verify_keys(g, &v);

	test_ok(passed && v.rows[EG_PASSED] == (int) (10 * n),
			"%u of %u: public keys pass", k, n);
	send_all(g);
	passed = true;
	for (uint32_t i = 1; i <= n; i++)
		passed = receive(g, i, shares[i - 1][0], &v) &&
			v.rows[EG_PASSED] == (int) (4 * (n - 1) + 1) && passed;
	test_ok(passed, "%u of %u: shares pass", k, n);
	for (int use = 0; use < EG_KEY_USES; use++)
		for (uint32_t first = 1; first + k <= n + 1; first++)
			passed = passed && reconstructs(g, shares, first, use);
	test_ok(passed, "%u of %u: any quorum has the key", k, n);
	sample_arena_free(&memory);
	sample_arena_free(&secret_memory);
}

/*
 * A sender of our own, who does as he likes (equations 15 to 22)
 */

typedef struct message
{
	uint8_t		values[EG_KEY_USES][EG_SCALAR_BYTES];	/* any bytes */
	bool		negative;		/* C0 = -g^xi, and a proof that holds */
} message;

/* c0 = p - c0 */
static void
negate(uint8_t *c0)
{
	mp_limb_t	x[EG_MAX_LIMBS];

	eg_limbs_from_big_endian(x, c0, group->limbs);
	mpn_sub_n(x, group->p, x, group->limbs);
	eg_element_export(group, c0, x);
}

static void
random_scalar(uint8_t *r)
{
	mp_limb_t	x[EG_MAX_SCALAR_LIMBS];

	test_random_scalar(group, x);
	eg_scalar_export(group, r, x);
}

/* C2 for this challenge's nonce u: v = u - c xi */
static void
prove(const eg_guardian_secret *of, eg_key_share *share, const uint8_t *xi,
	  uint8_t *c, uint8_t *v)
{
	uint8_t		u[EG_SCALAR_BYTES];
	uint8_t		minus[EG_SCALAR_BYTES];
	uint8_t		gamma[EG_ELEMENT_BYTES];

	random_scalar(u);
	element_of_scalar(gamma, u);
	eg_share_challenge(c, of->h_p, of->index, share->receiver, gamma,
					   share->c0, share->c1);
	scalar_set(minus, -1);
	scalar_multiply(v, c, xi);
	scalar_multiply(v, v, minus);
	scalar_add(v, v, u);
	share->proof->challenge = c;
	share->proof->response = v;
}

static void
send_message(guardians *g, uint32_t from, uint32_t to, const message *m)
{
	const uint8_t *kappa = g->keys[to - 1].communication_key;
	eg_share_list *list = &g->lists[from - 1];
	eg_key_share *share = (eg_key_share *) block(sizeof(*share));
	uint8_t    *c0 = block(EG_ELEMENT_BYTES);
	uint8_t    *c1 = block(EG_SHARE_KEYS_BYTES);
	uint8_t    *c = block(EG_SCALAR_BYTES);
	uint8_t    *v = block(EG_SCALAR_BYTES);
	uint8_t		xi[EG_SCALAR_BYTES];
	uint8_t		beta[EG_ELEMENT_BYTES];
	uint8_t		key[EG_HASH_BYTES];

	random_scalar(xi);
	element_of_scalar(c0, xi);
	element_power(beta, kappa, xi);
	if (m->negative)
		negate(c0);
	eg_share_secret_key(key, g->secrets[from - 1].h_p, from, to, kappa, c0,
						beta);
	eg_share_encryption_keys(c1, key, from, to);
	for (size_t i = 0; i < EG_SHARE_KEYS_BYTES; i++)
		c1[i] ^= ((const uint8_t *) m->values)[i];
	share->receiver = to;
	share->c0 = c0;
	share->c1 = c1;
	share->proof = (eg_pair *) block(sizeof(eg_pair));
	do
		prove(&g->secrets[from - 1], share, xi, c, v);
	while (m->negative && c[EG_SCALAR_BYTES - 1] & 1);
	list->sender = from;
	list->shares = share;
	list->n = 1;
}

/* His true shares */
static message
honest_message(const guardians *g, uint32_t from, uint32_t to)
{
	message		m = {{{0}}, false};

	for (int use = 0; use < EG_KEY_USES; use++)
	{
		mp_limb_t	share[EG_MAX_SCALAR_LIMBS];

		eg_polynomial_at(group, share,
						 g->secrets[from - 1].coefficients[use], g->k, to);
		eg_scalar_export(group, m.values[use], share);
	}
	return m;
}

/* g^v C0^c hashes to c: what the proof says, membership apart. */
static bool
equation_holds(const guardians *g, uint32_t from)
{
	const eg_key_share *share = &g->lists[from - 1].shares[0];
	uint8_t		gamma[EG_ELEMENT_BYTES];
	uint8_t		one[EG_ELEMENT_BYTES];
	uint8_t		c[EG_HASH_BYTES];

	element_generator(one);
	element_product(gamma, one, share->proof->response, share->c0,
					share->proof->challenge);
	eg_share_challenge(c, g->secrets[from - 1].h_p, from, share->receiver,
					   gamma, share->c0, share->c1);
	return memcmp(c, share->proof->challenge, sizeof(c)) == 0;
}

static void
expect(guardians *g, const message *m, const char *first, const char *what)
{
	uint8_t		shares[EG_KEY_USES * EG_SCALAR_BYTES];
	verdicts	v;
	bool		passed;

	send_message(g, 2, 1, m);
	passed = receive(g, 1, shares, &v);
	if (strcmp(v.first, first) != 0)
		printf("# %s\n", v.first);
	test_ok(passed == (first[0] == '\0') && strcmp(v.first, first) == 0 &&
			equation_holds(g, 2) && sodium_is_zero(shares,
												   sizeof(shares)) != passed,
			"%s", what);
}

static void
test_liar(void)
{
	guardians  *g = create_all(3, 2);
	message		m;

	send_all(g);
	m = honest_message(g, 2, 1);
	expect(g, &m, "", "a share that is sent by other code");
	m.negative = true;
	expect(g, &m, "3.2.2 proof of guardian 2: C0 is not in Z_p^r",
		   "82: C0 = -g^xi with a proof that holds");
	m = honest_message(g, 2, 1);
	m.values[EG_VOTE_KEY][31] ^= 1;
	expect(g, &m, "3.2.2 vote share of guardian 2: "
		   "the share is not on the sender's polynomial",
		   "41: a vote share off the polynomial");
	m = honest_message(g, 2, 1);
	m.values[EG_DATA_KEY][0] ^= 0x10;
	expect(g, &m, "3.2.2 data share of guardian 2: "
		   "the share is not on the sender's polynomial",
		   "41: a data share off the polynomial");
	m = honest_message(g, 2, 3);
	expect(g, &m, "3.2.2 vote share of guardian 2: "
		   "the share is not on the sender's polynomial",
		   "77: the share of another");
	sample_arena_free(&memory);
	sample_arena_free(&secret_memory);
}

/* 5 and 5 + q are the same mod q; only one of them is a share. */
static void
test_not_reduced(void)
{
	uint8_t		nonces[7 * EG_SCALAR_BYTES];
	eg_bytes	values = {nonces, sizeof(nonces)};
	guardians  *g = create_all(2, 1);
	eg_given	given;
	eg_random	random = eg_random_given(&given, values);
	eg_fault	fault = {0};
	message		m;

	for (size_t i = 0; i < lengthof(nonces); i++)
		nonces[i] = (uint8_t) test_random();
	scalar_set(nonces, 5);
	if (!create(g, 2, &random, &fault))
		abort();
	test_ok(given.left == 0, "all given values are used");
	m = honest_message(g, 2, 1);
	expect(g, &m, "", "a share of 5");
	memset(m.values[EG_VOTE_KEY], 0xFF, EG_SCALAR_BYTES);
	m.values[EG_VOTE_KEY][EG_SCALAR_BYTES - 1] = 256 - 189 + 5;
	expect(g, &m, "3.2.2 vote share of guardian 2: "
		   "the share is not on the sender's polynomial", "a share of 5 + q");
	sample_arena_free(&memory);
	sample_arena_free(&secret_memory);
}

/* The calls of guardian 255; the others send to him alone. */
static void
test_many(void)
{
	guardians  *g = create_all(MOST, 1);
	eg_ceremony ceremony = ceremony_with(NULL);
	eg_guardians all = all_of(g);
	uint8_t		shares[EG_KEY_USES][EG_SCALAR_BYTES];
	uint8_t		sums[EG_KEY_USES][EG_SCALAR_BYTES] = {{0}};
	eg_fault	fault = {0};
	verdicts	v;

	test_ok(eg_shares_encrypt(&g->lists[MOST - 1], &g->secrets[MOST - 1], &all,
							  &eg_random_fresh, &ceremony, &fault) &&
			g->lists[MOST - 1].n == MOST - 1 &&
			g->lists[MOST - 1].shares[MOST - 2].receiver == MOST - 1,
			"one of 255 guardians sends his shares");
	for (uint32_t i = 1; i < MOST; i++)
	{
		message		m = honest_message(g, i, MOST);

		send_message(g, i, MOST, &m);
	}
	for (uint32_t i = 0; i < MOST; i++)
		for (int use = 0; use < EG_KEY_USES; use++)
			scalar_add(sums[use], sums[use], g->secrets[i].coefficients[use]);
	test_ok(receive(g, MOST, shares[0], &v) &&
			memcmp(shares, sums, sizeof(sums)) == 0,
			"and gets 254, which add up");
	sample_arena_free(&memory);
	sample_arena_free(&secret_memory);
}

/*
 * Whose key it is
 */

static void
test_own_key(void)
{
	guardians  *g = create_all(2, 2);
	guardians  *other = create_all(2, 2);
	eg_ceremony ceremony = ceremony_with(NULL);
	eg_guardian_key data_key = *g->keys[0].keys[EG_DATA_KEY];
	eg_guardian changed[4];
	eg_fault	fault = {0};
	bool		owns = false;
	bool		passed = true;

	test_ok(eg_guardian_owns(&owns, &g->secrets[0], &g->keys[0], &ceremony,
							 &fault) && owns, "a secret and its public key");
	for (int i = 0; i < 4; i++)
		changed[i] = g->keys[0];
	changed[0].index = 2;
	changed[1].communication_key = other->keys[0].communication_key;
	data_key.commitments = other->keys[0].keys[EG_DATA_KEY]->commitments;
	changed[2].keys[EG_DATA_KEY] = &data_key;
	changed[3].keys[EG_VOTE_KEY] = other->keys[0].keys[EG_VOTE_KEY];
	for (int i = 0; i < 4; i++)
		passed = eg_guardian_owns(&owns, &g->secrets[0], &changed[i],
								  &ceremony, &fault) && !owns && passed;
	test_ok(passed, "with another index, kappa, K^ or K");
	sample_arena_free(&memory);
	sample_arena_free(&secret_memory);
}

/*
 * Faults
 */

enum
{
	CREATE,
	ENCRYPT,
	CHECK,
	CALLS
};

static const char *const call_names[CALLS] = {"eg_guardian_create",
"eg_shares_encrypt", "eg_shares_check"};

static bool
call(int which, guardians *g, const eg_stop *stop, eg_fault *fault)
{
	eg_ceremony ceremony = ceremony_with(stop);
	eg_guardians all = all_of(g);
	verdicts	v = {{0}, ""};
	eg_election_sink sink = {count_row, &v};
	uint8_t		shares[EG_KEY_USES * EG_SCALAR_BYTES];
	uint8_t		room[1024];
	eg_guardian_secret secret = g->secrets[0];
	eg_guardian key;
	eg_share_list list;
	bool		passed;

	memset(fault, 0, sizeof(*fault));
	if (which == CREATE)
		return eg_guardian_create(&secret, room, &key, &eg_random_fresh,
								  &ceremony, fault);
	if (which == ENCRYPT)
		return eg_shares_encrypt(&list, &secret, &all, &eg_random_fresh,
								 &ceremony, fault);
	return eg_shares_check(shares, &passed, &secret, &all, g->lists, g->n,
						   &ceremony, &sink, fault);
}

/* Stopped at each question, and out of memory at each allocation of either. */
static void
test_faults(void)
{
	guardians  *g = create_all(3, 2);

	send_all(g);
	for (int which = 0; which < CALLS; which++)
	{
		eg_fault	fault;
		int			stops = 0;
		int			limits[2] = {0, 0};
		bool		passed = true;
		bool		done = false;

		for (int n = 1; !done; n++)
		{
			int			left = n;
			eg_stop		stop = {test_stop_after, &left};

			done = call(which, g, &stop, &fault);
			passed = passed && (done || fault.kind == EG_FAULT_INTERRUPTED);
			stops += !done;
		}
		for (int i = 0; i < 2; i++)
		{
			sample_arena *arena = i == 0 ? &memory : &secret_memory;

			for (done = false; !done; limits[i] += !done)
			{
				sample_arena_limit(arena, (size_t) limits[i]);
				done = call(which, g, NULL, &fault);
				passed = passed && (done || fault.kind == EG_FAULT_LIMIT);
			}
			sample_arena_limit(arena, SIZE_MAX);
		}
		test_ok(passed && stops > 5 && limits[0] > 1 && limits[1] > 0,
				"%s: %d stops, memory ends at %d and %d places",
				call_names[which], stops, limits[0], limits[1]);
	}
	sample_arena_free(&memory);
	sample_arena_free(&secret_memory);
}

/* What was opened of shares is wiped when the check is done. */
static uint8_t *first_secret;
static size_t first_secret_size;

static void *
remember(void *context, size_t size)
{
	void	   *result = secret_memory.arena.allocate(context, size);

	if (first_secret == NULL)
	{
		first_secret = result;
		first_secret_size = size;
	}
	return result;
}

static void
look_at_row(void *context, const eg_election_row *row)
{
	bool	   *seen = context;

	if (strcmp(row->step, "3.2.2 data share") == 0)
		*seen = !sodium_is_zero(first_secret, first_secret_size);
}

static void
test_wiping(void)
{
	guardians  *g = create_all(2, 2);
	eg_arena	arena = {remember, &secret_memory};
	eg_ceremony ceremony = {&generator, &memory.arena, &arena, NULL};
	eg_guardians all = all_of(g);
	uint8_t		shares[EG_KEY_USES * EG_SCALAR_BYTES];
	bool		seen = false;
	eg_election_sink sink = {look_at_row, &seen};
	eg_fault	fault = {0};
	bool		passed;

	send_all(g);
	test_ok(eg_shares_check(shares, &passed, &g->secrets[0], &all, g->lists, 2,
							&ceremony, &sink, &fault) && passed && seen &&
			sodium_is_zero(first_secret, first_secret_size),
			"opened shares are in memory for secrets, and wiped in the end");
	sample_arena_free(&memory);
	sample_arena_free(&secret_memory);
}

/*
 * Known answers
 */

static uint8_t *
put_values(uint8_t *next, const json *values)
{
	for (uint32_t i = 0; i < values->n; i++, next += EG_SCALAR_BYTES)
		json_bytes(next, EG_SCALAR_BYTES, json_item(values, i));
	return next;
}

static bool
bytes_are(const uint8_t *bytes, size_t size, const json *value)
{
	uint8_t		expected[EG_ELEMENT_BYTES];

	json_bytes(expected, size, value);
	return memcmp(bytes, expected, size) == 0;
}

static bool
key_is(const eg_guardian_key *key, const json *value)
{
	const json *commitments = json_get(value, "commitments");
	const json *proof = json_get(value, "proof");
	const json *responses = json_get(proof, "responses");
	bool		same = key->n == commitments->n &&
		key->proof->n == responses->n &&
		bytes_are(key->proof->challenge, EG_HASH_BYTES,
				  json_get(proof, "challenge"));

	for (uint32_t j = 0; same && j < key->n; j++)
		same = bytes_are(key->commitments + j * EG_ELEMENT_BYTES,
						 EG_ELEMENT_BYTES, json_item(commitments, j));
	for (uint32_t j = 0; same && j < key->proof->n; j++)
		same = bytes_are(key->proof->responses[j], EG_SCALAR_BYTES,
						 json_item(responses, j));
	return same;
}

static bool
create_as(guardians *g, const json *answer, const json *stated)
{
	uint8_t		nonces[64 * EG_SCALAR_BYTES];
	uint8_t    *next = put_values(nonces, json_get(answer, "a"));
	uint32_t	i = json_integer(json_get(answer, "i"));
	eg_fault	fault = {0};
	eg_given	given;
	eg_random	random;
	eg_bytes	values = {nonces, 0};

	next = put_values(next, json_get(answer, "a_hat"));
	json_bytes(next, EG_SCALAR_BYTES, json_get(answer, "zeta"));
	next = put_values(next + EG_SCALAR_BYTES, json_get(answer, "u_vote"));
	next = put_values(next, json_get(answer, "u_data"));
	values.size = (size_t) (next - nonces);
	random = eg_random_given(&given, values);
	return create(g, i, &random, &fault) && given.left == 0 &&
		bytes_are(g->keys[i - 1].communication_key, EG_ELEMENT_BYTES,
				  json_get(stated, "communication_key")) &&
		key_is(g->keys[i - 1].keys[EG_VOTE_KEY],
			   json_get(stated, "vote_key")) &&
		key_is(g->keys[i - 1].keys[EG_DATA_KEY], json_get(stated, "data_key"));
}

/* The shares of sender i, which stand one after the other from first on */
static bool
sends_as(guardians *g, uint32_t i, const json *shares, uint32_t first)
{
	uint8_t		nonces[64 * EG_SCALAR_BYTES];
	eg_ceremony ceremony = ceremony_with(NULL);
	eg_guardians all = all_of(g);
	eg_share_list *list = &g->lists[i - 1];
	eg_fault	fault = {0};
	eg_given	given;
	eg_random	random;
	eg_bytes	values = {nonces, 2 * (g->n - 1) * EG_SCALAR_BYTES};
	bool		same;

	for (uint32_t l = 0; l < g->n - 1; l++)
	{
		const json *share = json_item(shares, first + l);

		json_bytes(nonces + 2 * l * EG_SCALAR_BYTES, EG_SCALAR_BYTES,
				   json_get(share, "xi"));
		json_bytes(nonces + (2 * l + 1) * EG_SCALAR_BYTES, EG_SCALAR_BYTES,
				   json_get(share, "u"));
	}
	random = eg_random_given(&given, values);
	same = eg_shares_encrypt(list, &g->secrets[i - 1], &all, &random,
							 &ceremony, &fault) && given.left == 0;
	for (uint32_t l = 0; same && l < g->n - 1; l++)
	{
		const json *share = json_item(shares, first + l);
		const eg_key_share *sent = &list->shares[l];

		same = json_integer(json_get(share, "from")) == list->sender &&
			json_integer(json_get(share, "to")) == sent->receiver &&
			bytes_are(sent->c0, EG_ELEMENT_BYTES, json_get(share, "C0")) &&
			bytes_are(sent->c1, EG_SHARE_KEYS_BYTES, json_get(share, "C1")) &&
			bytes_are(sent->proof->challenge, EG_HASH_BYTES,
					  json_get(share, "c")) &&
			bytes_are(sent->proof->response, EG_HASH_BYTES,
					  json_get(share, "v"));
	}
	return same;
}

/* Equations 28 and 29 */
static bool
verifies_as(guardians *g, const json *answer)
{
	static const char *const names[EG_KEY_USES] = {"g^P_i(l) (28)",
	"g^Phat_i(l) (29)"};
	uint32_t	i = json_integer(json_get(answer, "from"));
	uint32_t	l = json_integer(json_get(answer, "to"));
	bool		same = true;

	for (int use = 0; use < EG_KEY_USES; use++)
	{
		mp_limb_t	x[EG_MAX_LIMBS];
		uint8_t		element[EG_ELEMENT_BYTES];

		same = same && eg_commitments_at(group, x,
										 g->keys[i - 1].keys[use]->commitments,
										 g->k, l, NULL) == EG_OK;
		eg_element_export(group, element, x);
		same = same && bytes_are(element, sizeof(element),
								 json_get(answer, names[use]));
	}
	return same;
}

static void
test_answers(void)
{
	json_file	answers = json_open(REFERENCE "private_data/kat.json");
	json_file	config = json_open(REFERENCE "election_config.json");
	json_file	record = json_open(REFERENCE "election_initialized.json");
	const json *people = json_get(answers.values, "guardians");
	const json *checks = json_get(answers.values, "share_verification");
	guardians  *g = (guardians *) block(sizeof(*g));
	uint8_t		shares[EG_KEY_USES][EG_SCALAR_BYTES];
	verdicts	v;
	bool		passed = true;

	g->n = json_integer(json_get(config.values, "number_of_guardians"));
	g->k = json_integer(json_get(config.values, "quorum"));
	for (uint32_t i = 0; i < g->n; i++)
		passed = create_as(g, json_item(people, i),
						   json_item(json_get(record.values, "guardians"),
									 i)) && passed;
	test_ok(passed && people->n == g->n, "public keys of the record");
	for (uint32_t i = 0; i < g->n; i++)
		passed = sends_as(g, i + 1, json_get(answers.values, "shares"),
						  i * (g->n - 1)) && passed;
	test_ok(passed, "shares C0, C1, c, v of the record");
	for (uint32_t i = 0; i < checks->n; i++)
		passed = verifies_as(g, json_item(checks, i)) && passed;
	test_ok(passed && checks->n == g->n * g->n, "values of (28) and (29)");
	for (uint32_t i = 0; i < g->n; i++)
		passed = receive(g, i + 1, shares[0], &v) &&
			bytes_are(shares[0], EG_SCALAR_BYTES,
					  json_get(json_item(people, i), "z")) &&
			bytes_are(shares[1], EG_SCALAR_BYTES,
					  json_get(json_item(people, i), "z_hat")) && passed;
	test_ok(passed, "z and z^ of the record");
	json_close(&answers);
	json_close(&config);
	json_close(&record);
	sample_arena_free(&memory);
	sample_arena_free(&secret_memory);
}

/* A key outside the group is refused before a nonce touches it, and named. */
static void
test_foreign_keys(void)
{
	guardians  *g = create_all(5, 2);
	eg_ceremony ceremony = ceremony_with(NULL);
	eg_guardians all = all_of(g);
	bool		passed = true;

	for (uint32_t sender = 1; sender <= g->n; sender++)
		for (uint32_t receiver = 1; receiver <= g->n; receiver++)
		{
			eg_guardian *keys = &g->keys[receiver - 1];
			const uint8_t *honest = keys->communication_key;
			uint8_t		foreign[EG_ELEMENT_BYTES];
			eg_fault	fault = {0};
			eg_share_list list;

			if (sender == receiver)
				continue;
			memcpy(foreign, honest, EG_ELEMENT_BYTES);
			negate(foreign);
			keys->communication_key = foreign;
			passed = passed &&
				!eg_shares_encrypt(&list, &g->secrets[sender - 1], &all,
								   &eg_random_fresh, &ceremony, &fault) &&
				strcmp(fault.message, "communication key is not in Z_p^r") == 0 &&
				fault.guardian == receiver;
			keys->communication_key = honest;
		}
	test_ok(passed, "a communication key outside the group");
	sample_arena_free(&memory);
	sample_arena_free(&secret_memory);
}

int
main(void)
{
	void	   *table = malloc(eg_fixed_base_size(group, EG_TABLE_SECRET,
											   WINDOW));

	test_begin();
	if (sodium_init() < 0 || table == NULL ||
		eg_fixed_base_init(&generator, group, EG_TABLE_SECRET, WINDOW, table,
						   group->g, NULL) != EG_OK)
		abort();
	sample_arena_init(&memory);
	sample_arena_init(&secret_memory);
	test_honest(1, 1);
	test_honest(3, 3);
	test_honest(5, 3);
	test_liar();
	test_not_reduced();
	test_many();
	test_own_key();
	test_foreign_keys();
	test_faults();
	test_wiping();
	if (shared_data_present())
		test_answers();
	else
		test_ok(true, "known answers # skip the test data is absent");
	free(table);
	return test_end();
}
