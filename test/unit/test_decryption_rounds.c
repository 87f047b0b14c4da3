/*
 * test_decryption_rounds.c
 *		Verifiable decryption: any quorum decrypts and proves it, a guardian
 *		who cheats is named, and nothing secret is used on what is not in order
 *		(the numbers are those of ATTACKS.md).
 */
#include "protocol/ballot_opening.h"
#include "protocol/contest_data.h"
#include "protocol/decryption_combine.h"
#include "protocol/encryption.h"
#include "protocol/hash_uses.h"
#include "protocol/nonce_share.h"

#include "encoded.h"
#include "guardian_sample.h"
#include "plain_sample.h"
#include "sample.h"
#include "test.h"

/* Options of the election, and what the ballot holds */
#define OPTIONS		5

static const uint32_t votes[OPTIONS] = {0, 1, 3, 2, 1};

static sample_arena memory;
static const eg_arena *arena = &memory.arena;
static const eg_decryption_memory both = {&memory.arena, &memory.arena};
static eg_election election;
static eg_ballot ballot;		/* challenged */
static eg_decryption_subject tally;
static eg_decryption_subject data;
static eg_joint_commitments keys[EG_KEY_USES];
static eg_fault fault;

static void *
get(size_t size)
{
	void	   *bytes = arena->allocate(arena->context, size);

	if (bytes == NULL)
		abort();
	return bytes;
}

static void
require(bool done)
{
	if (done)
		return;
	printf("# %s\n", fault.message ? fault.message : "failed");
	abort();
}

/* Whether the last call has failed with this message, naming this guardian. */
static bool
refused(bool done, const char *message, uint32_t guardian)
{
	bool		as_expected = !done && fault.message != NULL &&
		strcmp(fault.message, message) == 0 && fault.guardian == guardian;

	if (!as_expected)
		printf("# %s: %s, guardian %u\n", done ? "accepted" : "refused",
			   fault.message ? fault.message : "-", fault.guardian);
	memset(&fault, 0, sizeof(fault));
	return as_expected;
}

/*
 * The election, a ballot of it, and the ballot as a tally
 */

static void
encrypt_ballot(void)
{
	const eg_base_tables none = {{NULL}};
	eg_plain_ballot plain;
	eg_power_counts counts;
	int			option = 0;

	plain_sample_ballot(&plain, "both", &election, arena);
	for (uint32_t i = 0; i < plain.n; i++)
		for (uint32_t j = 0; j < plain.contests[i].n; j++)
			plain.contests[i].options[j].votes = votes[option++];
	require(eg_encryption_powers(&plain, &counts, &fault) &&
			eg_ballot_encrypt(&ballot, &election, &plain, &counts, &none,
							  &eg_random_fresh, arena, arena, NULL, &fault));
	ballot.state = EG_BALLOT_CHALLENGED;
}

static eg_bytes
encoded_tally(void)
{
	eg_tally_state state = {0};
	eg_ballot	cast = ballot;
	eg_addend	addend;

	cast.state = EG_BALLOT_CAST;
	addend = sample_ballot_addend(sample_encode(&cast, arena));
	require(sample_add(&state, &addend, arena, &fault));
	return sample_finish(&state, arena);
}

static eg_bytes
label(const char *text)
{
	eg_bytes	bytes = {(const uint8_t *) text, strlen(text)};

	return bytes;
}

static void
start(void)
{
	eg_guardian_record *record;
	eg_tally	view;

	sample_arena_init(&memory);
	plain_sample_election(&election, arena);
	encrypt_ballot();
	record = guardian_sample_record(arena);
	for (int use = 0; use < EG_KEY_USES; use++)
		require(eg_joint_commitments_make(&keys[use], &election, record,
										  (eg_key_use) use, arena, NULL,
										  &fault));
	eg_tally_view(&view, encoded_tally());
	require(eg_tally_subject(&tally, &election, &view, arena, &fault));
	require(eg_contest_data_subject(&data, &election, &ballot,
									label("second"), arena, &fault));
}

/*
 * A round of all three moves
 */

typedef struct sample_round
{
	const eg_decryption_subject *subject;
	eg_guardian_set set;
	eg_decryption_key keys[GUARDIAN_SAMPLES];
	eg_bytes	sealed[GUARDIAN_SAMPLES];	/* as of the last move */
	eg_decryption_message messages[3][GUARDIAN_SAMPLES];
	const eg_decryption_message *placed[3][GUARDIAN_SAMPLES];
	eg_round	round;
	eg_part_result results[GUARDIAN_SAMPLES];
	eg_accumulated accumulated[OPTIONS];
} sample_round;

/* Guardians of a bit mask commit. */
static void
commit(sample_round *r, const eg_decryption_subject *subject, unsigned mask)
{
	uint32_t	indices[GUARDIAN_SAMPLES];
	size_t		n = 0;

	memset(r, 0, sizeof(*r));
	r->subject = subject;
	for (uint32_t i = 0; i < GUARDIAN_SAMPLES; i++)
		if (mask >> i & 1)
			indices[n++] = i + 1;
	require(eg_guardian_set_make(&r->set, &election, indices, n, &fault));
	for (uint32_t i = 0; i < r->set.n; i++)
	{
		r->keys[i] = guardian_sample_key(r->set.indices[i], subject->use,
										 arena);
		require(eg_decryption_commit(&r->messages[0][i], &r->sealed[i],
									 subject, &r->set, &r->keys[i], NULL,
									 &eg_random_fresh, &both, NULL, &fault));
	}
	for (int move = 0; move < 3; move++)
		for (uint32_t i = 0; i < r->set.n; i++)
			r->placed[move][i] = &r->messages[move][i];
	r->round.set = &r->set;
	r->round.commitments = r->placed[0];
	r->round.reveals = r->placed[1];
	r->round.responses = r->placed[2];
}

static void
reveal(sample_round *r)
{
	for (uint32_t i = 0; i < r->set.n; i++)
	{
		eg_bytes	bound;

		require(eg_decryption_reveal(&r->messages[1][i], &bound, r->sealed[i],
									 r->placed[0], &r->keys[i], &both,
									 &fault));
		r->sealed[i] = bound;
	}
}

static bool
respond(sample_round *r, uint32_t i)
{
	return eg_decryption_respond(&r->messages[2][i], r->sealed[i], r->subject,
								 &r->round, &r->keys[i], &both, NULL, &fault);
}

static void
judge(sample_round *r)
{
	require(eg_decryption_judge(r->results, r->accumulated, r->subject,
								&r->round, &keys[r->subject->use], NULL,
								arena, NULL, &fault));
}

static void
run(sample_round *r, const eg_decryption_subject *subject, unsigned mask)
{
	commit(r, subject, mask);
	reveal(r);
	for (uint32_t i = 0; i < r->set.n; i++)
		require(respond(r, i));
	judge(r);
}

/* How many guardians have passed all steps */
static uint32_t
passed(const sample_round *r)
{
	uint32_t	n = 0;

	for (uint32_t i = 0; i < r->set.n; i++)
		n += !r->results[i].failed &&
			r->results[i].reached == EG_DECRYPTION_STEPS;
	return n;
}

/* Whether guardian number i failed at this step, and all others passed. */
static bool
only_failure(const sample_round *r, uint32_t i, eg_decryption_step step)
{
	return r->results[i].failed && r->results[i].reached == step &&
		passed(r) == r->set.n - 1;
}

static eg_decrypted_item *
finish(sample_round *r)
{
	eg_decrypted_item *decrypted = get(r->subject->n * sizeof(*decrypted));

	require(eg_decryption_finish(decrypted, r->results, r->accumulated,
								 r->subject, &r->round, -1, arena, NULL,
								 &fault));
	return decrypted;
}

static bool
right_votes(const eg_decrypted_item *decrypted)
{
	for (int i = 0; i < OPTIONS; i++)
		if (decrypted[i].votes != votes[i])
			return false;
	return true;
}

/* The proof of an item, by the equations of verifications 10 and 12 */
static bool
proved(const eg_decryption_subject *subject,
	   const eg_decrypted_item *decrypted, size_t item)
{
	uint8_t		a[EG_ELEMENT_BYTES];
	uint8_t		b[EG_ELEMENT_BYTES];
	uint8_t		generator[EG_ELEMENT_BYTES];
	uint8_t		c[EG_HASH_BYTES];
	eg_opening_values values = {a, b, decrypted->m};

	element_generator(generator);
	element_product(a, generator, decrypted->v,
					subject->use == EG_VOTE_KEY ? election.vote_key :
					election.data_key, decrypted->c);
	element_product(b, subject->items[item].ciphertext.pad, decrypted->v,
					decrypted->m, decrypted->c);
	eg_decryption_challenge(c, subject, item, &values);
	return memcmp(c, decrypted->c, sizeof(c)) == 0;
}

static void
test_quorums(void)
{
	static const unsigned masks[] = {3, 5, 6, 7};

	for (size_t i = 0; i < lengthof(masks); i++)
	{
		sample_round r;
		eg_decrypted_item *decrypted;
		bool		all = true;

		run(&r, &tally, masks[i]);
		decrypted = finish(&r);
		for (size_t j = 0; j < OPTIONS; j++)
			all = all && proved(&tally, &decrypted[j], j);
		test_ok(passed(&r) == r.set.n &&
				right_votes(decrypted) && all,
				"tally by the guardians of set %u", masks[i]);
		run(&r, &data, masks[i]);
		decrypted = finish(&r);
		test_ok(passed(&r) == r.set.n &&
				proved(&data, decrypted, 0),
				"contest data by the guardians of set %u", masks[i]);
	}
}

/*
 * The moves of guardian 255 with 254 others, all of whose a, b and M are g.
 * His Lagrange coefficient is the product of l / (l - 255), 1; so those of the
 * others add up to 0.
 */
#define MOST		255

static void
stand_in(eg_decryption_message *commitments, eg_decryption_message *reveal,
		 uint32_t guardian, const eg_opening_values *values,
		 const eg_guardian_set *set)
{
	uint8_t    *d = get(EG_HASH_BYTES);

	eg_decryption_commitment(d, &data, 0, guardian, values, set->indices,
							 set->n);
	commitments->guardian = guardian;
	commitments->scalars = get(sizeof(commitments->scalars[0]));
	commitments->scalars[0] = d;
	commitments->n_scalars = 1;
	reveal->guardian = guardian;
	reveal->openings = get(sizeof(*values));
	reveal->openings[0] = *values;
	reveal->n_openings = 1;
}

/* v of the last one's response, by (87): g^v (g^z)^c is the a that he showed */
static bool
answers(const uint8_t *v, const eg_opening_values *shown,
		const uint8_t *generator, const eg_decryption_key *key)
{
	uint8_t		others[EG_ELEMENT_BYTES];
	uint8_t		scalar[EG_SCALAR_BYTES];
	uint8_t		a[EG_ELEMENT_BYTES];
	uint8_t		b[EG_ELEMENT_BYTES];
	uint8_t		c[EG_HASH_BYTES];
	eg_opening_values joint = {a, b, shown->m};

	scalar_set(scalar, MOST - 1);
	element_power(others, generator, scalar);
	element_multiply(a, others, shown->a);
	element_multiply(b, others, shown->b);
	eg_decryption_challenge(c, &data, 0, &joint);
	element_of_scalar(others, key->share);
	element_product(a, generator, v, others, c);
	return memcmp(a, shown->a, sizeof(a)) == 0;
}

static void
test_many(void)
{
	eg_decryption_key key = guardian_sample_key(MOST, EG_DATA_KEY, arena);
	eg_election many = election;
	eg_guardian_set *set = get(sizeof(*set));
	eg_decryption_message *messages[2];
	const eg_decryption_message *placed[2][MOST];
	eg_decryption_message response;
	eg_round	round = {set, placed[0], placed[1], NULL};
	uint32_t	indices[MOST];
	uint8_t		generator[EG_ELEMENT_BYTES];
	eg_opening_values values = {generator, generator, generator};
	eg_bytes	sealed;

	element_generator(generator);
	many.n = MOST;
	for (uint32_t i = 0; i < MOST; i++)
		indices[i] = MOST - i;
	require(eg_guardian_set_make(set, &many, indices, MOST, &fault));
	for (int move = 0; move < 2; move++)
	{
		messages[move] = get(MOST * sizeof(eg_decryption_message));
		for (uint32_t i = 0; i < MOST; i++)
			placed[move][i] = &messages[move][i];
	}
	require(eg_decryption_commit(&messages[0][MOST - 1], &sealed, &data, set,
								 &key, NULL, &eg_random_fresh, &both, NULL,
								 &fault));
	for (uint32_t i = 0; i < MOST - 1; i++)
		stand_in(&messages[0][i], &messages[1][i], i + 1, &values, set);
	require(eg_decryption_reveal(&messages[1][MOST - 1], &sealed, sealed,
								 placed[0], &key, &both, &fault));
	test_ok(eg_decryption_respond(&response, sealed, &data, &round, &key,
								  &both, NULL, &fault) &&
			answers(response.scalars[0], &messages[1][MOST - 1].openings[0],
					generator, &key), "one of 255 guardians decrypts");
	values.b = election.vote_key;
	stand_in(&messages[0][0], &messages[1][0], 1, &values, set);
	test_ok(refused(eg_decryption_respond(&response, sealed, &data, &round,
										  &key, &both, NULL, &fault),
					"the nonces were revealed for other commitments", 0),
			"with 254 others, not with 253 of them");
}

/*
 * Guardians who cheat consistently: they commit to what they want, as only
 * somebody can who has his nonces open
 */

typedef void (*forger) (uint8_t *secret, uint32_t guardian);

/* Guardian number i changes his secrets and commits to what they then give. */
static void
forge(sample_round *r, uint32_t i, forger change)
{
	eg_nonces	nonces;
	uint8_t    *secret;
	uint8_t    *sealed = get(r->sealed[i].size);
	eg_decryption_message *message = &r->messages[0][i];

	require(eg_nonces_read(&nonces, r->sealed[i], &fault));
	secret = get(eg_nonces_secret_size(&nonces));
	require(eg_nonces_open(secret, &nonces, r->sealed[i],
						   r->keys[i].nonce_key, &fault));
	change(secret, r->set.indices[i]);
	for (size_t j = 0; j < r->subject->n; j++)
	{
		eg_opening_values values = eg_nonces_values(secret, j);

		eg_decryption_commitment((uint8_t *) message->scalars[j], r->subject,
								 j, message->guardian, &values,
								 r->set.indices, r->set.n);
	}
	eg_own_commitments_digest(nonces.own_commitments, &r->set,
							  r->subject->digest, message);
	eg_nonces_seal(sealed, &nonces, secret, r->keys[i].nonce_key);
	r->sealed[i].data = sealed;
}

static uint8_t *
element_at(uint8_t *secret, size_t item, int which)
{
	return secret + item * EG_NONCE_ITEM_BYTES + EG_SCALAR_BYTES +
		(size_t) which * EG_ELEMENT_BYTES;
}

/* 93: M_i K^5 in place of M_i would move votes, if nobody looked */
static void
shift_partial(uint8_t *secret, uint32_t guardian)
{
	uint8_t		five[EG_SCALAR_BYTES];
	uint8_t		power[EG_ELEMENT_BYTES];
	uint8_t    *m = element_at(secret, 1, 2);

	(void) guardian;
	scalar_set(five, 5);
	element_power(power, election.vote_key, five);
	element_multiply(m, m, power);
}

/* The same, with commitments a and b that a share z_i + 5 / c would give */
static void
shift_nonce(uint8_t *secret, uint32_t guardian)
{
	uint8_t		generator[EG_ELEMENT_BYTES];
	uint8_t    *b = element_at(secret, 1, 1);

	shift_partial(secret, guardian);
	element_generator(generator);
	element_multiply(b, b, generator);
}

static void
shift_commitment(uint8_t *secret, uint32_t guardian)
{
	uint8_t		generator[EG_ELEMENT_BYTES];
	uint8_t    *a = element_at(secret, 3, 0);

	(void) guardian;
	element_generator(generator);
	element_multiply(a, a, generator);
}

/* -x of an element: outside of the group of order q */
static void
negate(uint8_t *x)
{
	const eg_group *group = &eg_group_2_1_0;
	mp_limb_t	limbs[EG_MAX_LIMBS];

	eg_element_import(group, limbs, x);
	mpn_sub_n(limbs, group->p, limbs, group->limbs);
	eg_element_export(group, x, limbs);
}

static void
negate_partial(uint8_t *secret, uint32_t guardian)
{
	(void) guardian;
	negate(element_at(secret, 2, 2));
}

static void
negate_a(uint8_t *secret, uint32_t guardian)
{
	(void) guardian;
	negate(element_at(secret, 2, 0));
}

static void
negate_b(uint8_t *secret, uint32_t guardian)
{
	(void) guardian;
	negate(element_at(secret, 2, 1));
}

/* Three guardians of whom number 1, guardian 2, cheats; and what is left */
static void
test_forger(forger change, eg_decryption_step step, size_t item,
			const char *name)
{
	sample_round r;
	eg_decrypted_item *decrypted;

	commit(&r, &tally, 7);
	forge(&r, 1, change);
	reveal(&r);
	for (uint32_t i = 0; i < 3; i++)
		require(respond(&r, i));
	judge(&r);
	test_ok(only_failure(&r, 1, step) && r.results[1].item == item,
			"%s: guardian 2 is named", name);
	test_ok(refused(eg_decryption_all_passed(r.results, &tally, &r.round,
											 &fault),
					eg_decryption_step_fault(step), 2), "%s: no proof", name);
	decrypted = finish(&r);
	test_ok(right_votes(decrypted), "%s: the votes from the others", name);
}

/* Elements outside of the group do not even get a response. */
static void
test_outsider(forger change, const char *name)
{
	sample_round r;

	commit(&r, &tally, 7);
	forge(&r, 1, change);
	reveal(&r);
	test_ok(refused(respond(&r, 0),
					"a, b or M is not in the group of order q", 2),
			"%s outside of the group gets no response", name);
}

/* 44: without the cheat's own M the rest has to make a quorum. */
static void
test_too_few(void)
{
	sample_round r;
	eg_decrypted_item decrypted[OPTIONS];

	commit(&r, &tally, 3);
	forge(&r, 1, shift_partial);
	reveal(&r);
	require(respond(&r, 0) && respond(&r, 1));
	judge(&r);
	test_ok(refused(eg_decryption_finish(decrypted, r.results, r.accumulated,
										 &tally, &r.round, -1, arena, NULL,
										 &fault),
					eg_decryption_step_fault(EG_STEP_BASE), 2),
			"one good part of two is no quorum");
}

/*
 * 82: pads, contest data and ballot nonces that are not in the group
 */

/* A tally in which the pad of one item is negated. */
static eg_decryption_subject
with_negated_pad(size_t item)
{
	eg_decryption_subject changed = tally;
	const eg_group *group = election.group;
	size_t		size = tally.n * group->limbs * sizeof(mp_limb_t);
	mp_limb_t  *bases = get(size);

	memcpy(bases, tally.bases, size);
	bases += item * group->limbs;
	mpn_sub_n(bases, group->p, bases, group->limbs);
	changed.bases = bases - item * group->limbs;
	return changed;
}

/* Whether the last call failed for the pad of this item, naming it. */
static bool
pad_refused(bool done, size_t item)
{
	const eg_decryption_item *named = &tally.items[item];
	bool		right = eg_bytes_equal(fault.contest, named->contest) &&
		eg_bytes_equal(fault.option, named->option);

	return refused(done, "pad is not in the group of order q", 0) && right;
}

static void
test_pads(void)
{
	sample_round r;
	bool		by_commit = true;
	bool		by_judge = true;

	run(&r, &tally, 7);
	for (size_t i = 0; i < tally.n; i++)
	{
		eg_decryption_subject changed = with_negated_pad(i);
		eg_decryption_message commitments;
		eg_bytes	sealed;

		by_commit = pad_refused(eg_decryption_commit(&commitments, &sealed,
													 &changed, &r.set,
													 &r.keys[0], NULL,
													 &eg_random_fresh, &both,
													 NULL, &fault), i) && by_commit;
		by_judge = pad_refused(eg_decryption_judge(r.results, r.accumulated,
												   &changed, &r.round,
												   &keys[0], NULL, arena, NULL,
												   &fault), i) && by_judge;
	}
	test_ok(by_commit, "no guardian commits on a negated pad");
	test_ok(by_judge, "no decryption of a negated pad is combined");
}

/* C0 = -g^xi with a proof of xi that verifies, its challenge being even */
static eg_hashed_ciphertext *
outside(const eg_hashed_ciphertext *honest, const uint8_t *h_i,
		uint32_t contest)
{
	eg_hashed_ciphertext *forged = get(sizeof(*forged));
	eg_pair    *proof = get(sizeof(*proof));
	uint8_t    *c0 = get(EG_ELEMENT_BYTES);
	uint8_t    *pair = get(EG_PAIR_BYTES);
	uint8_t		a[EG_ELEMENT_BYTES];
	uint8_t		xi[EG_SCALAR_BYTES];
	uint8_t		u[EG_SCALAR_BYTES];
	uint8_t		minus[EG_SCALAR_BYTES];
	int64_t		nonce = 0;

	scalar_set(xi, 77);
	scalar_set(minus, -1);
	element_of_scalar(c0, xi);
	negate(c0);
	do
	{
		scalar_set(u, ++nonce);
		element_of_scalar(a, u);
		if (contest == 0)
			eg_ballot_nonce_challenge(pair, h_i, a, c0, honest->c1.data);
		else
			eg_contest_data_challenge(pair, h_i, contest, a, c0, honest->c1);
	} while (pair[EG_HASH_BYTES - 1] & 1);
	scalar_multiply(pair + EG_HASH_BYTES, pair, xi);
	scalar_multiply(pair + EG_HASH_BYTES, pair + EG_HASH_BYTES, minus);
	scalar_add(pair + EG_HASH_BYTES, pair + EG_HASH_BYTES, u);
	proof->challenge = pair;
	proof->response = pair + EG_HASH_BYTES;
	*forged = *honest;
	forged->c0 = c0;
	forged->proof = proof;
	return forged;
}

/* A copy of the ballot whose second contest has this contest data. */
static eg_ballot
with_data(eg_hashed_ciphertext *hashed)
{
	eg_ballot	changed = ballot;

	changed.contests = get(2 * sizeof(eg_contest));
	memcpy(changed.contests, ballot.contests, 2 * sizeof(eg_contest));
	changed.contests[1].data = hashed;
	return changed;
}

static bool
data_refused(eg_hashed_ciphertext *hashed, const char *message)
{
	eg_ballot	changed = with_data(hashed);
	eg_decryption_subject subject;

	return refused(eg_contest_data_subject(&subject, &election, &changed,
										   label("second"), arena, &fault),
				   message, 0);
}

static bool
share_refused(eg_ballot *changed, const char *message)
{
	eg_decryption_key key = guardian_sample_key(1, EG_DATA_KEY, arena);
	eg_nonce_share share;

	return refused(eg_nonce_share_make(&share, &election, changed, &key, NULL,
									   &eg_random_fresh, &both, NULL, &fault),
				   message, 0);
}

static void
test_outside(void)
{
	static const char not_in_group[] = "C0 is not in the group of order q";
	static const char not_proved[] = "its proof of knowledge does not verify";
	const eg_hashed_ciphertext *honest = ballot.contests[1].data;
	eg_hashed_ciphertext other;
	eg_ballot	changed = ballot;

	test_ok(data_refused(outside(honest, data.h_i, 2), not_in_group),
			"contest data with C0 = -g^xi and a proof that verifies");
	other = *honest;
	other.c0 = get(EG_ELEMENT_BYTES);
	test_ok(data_refused(&other, not_in_group), "contest data with C0 = 0");
	other = *honest;
	other.c0 = ballot.nonce->c0;
	test_ok(data_refused(&other, not_proved),
			"contest data with a C0 that the proof is not of");
	other = *honest;
	other.c1 = sample_copy(other.c1, arena);
	((uint8_t *) other.c1.data)[0] ^= 1;
	test_ok(data_refused(&other, not_proved),
			"contest data with a C1 that the proof is not of");
	other.c1.size = EG_HASH_BYTES;
	test_ok(data_refused(&other,
						 "the contest data is not as long as the manifest says"),
			"contest data that is too short");
	other = *honest;
	other.proof = NULL;
	test_ok(data_refused(&other,
						 "the contest data has no proof of knowledge"),
			"contest data without a proof");

	changed.nonce = outside(ballot.nonce, data.h_i, 0);
	test_ok(share_refused(&changed, not_in_group),
			"a ballot nonce with C0 = -g^xi and a proof that verifies");
	changed.nonce = ballot.contests[1].data;
	test_ok(share_refused(&changed, not_proved),
			"a ballot nonce with another proof");
	changed.nonce = NULL;
	test_ok(share_refused(&changed, "the ballot has no encrypted nonce"),
			"a ballot without a nonce");
	changed = ballot;
	changed.state = EG_BALLOT_CAST;
	test_ok(share_refused(&changed, "the ballot is not challenged"),
			"33: a cast ballot");
	changed = ballot;
	changed.identifier = NULL;
	test_ok(share_refused(&changed,
						  "the ballot has no selection encryption identifier"),
			"a ballot without an identifier");
	changed = ballot;
	changed.election = data.h_i;
	test_ok(share_refused(&changed, "the ballot is of another election"),
			"a ballot of another election");
}

/*
 * Challenged ballots
 */

static void
make_shares(eg_nonce_share *shares)
{
	for (uint32_t i = 0; i < GUARDIAN_SAMPLES; i++)
	{
		eg_decryption_key key = guardian_sample_key(i + 1, EG_DATA_KEY,
													arena);

		require(eg_nonce_share_make(&shares[i], &election, &ballot, &key,
									NULL, &eg_random_fresh, &both, NULL,
									&fault));
	}
}

static bool
combine_shares(uint8_t *xi_b, const eg_nonce_share *shares, size_t n)
{
	return eg_nonce_shares_combine(xi_b, &election, &ballot, shares, n,
								   &keys[EG_DATA_KEY], NULL, &fault);
}

static bool
open_ballot(eg_ballot_opening *opening, const eg_ballot *opened,
			const uint8_t *xi_b, const char *contest)
{
	static const eg_decryption_tables none;
	eg_bytes	wanted = label(contest ? contest : "");

	memset(opening, 0, sizeof(*opening));
	return eg_ballot_open(opening, &election, opened, xi_b, &wanted,
						  contest ? 1 : 0, &none, arena, NULL, &fault);
}

static bool
opened_rightly(const eg_ballot_opening *opening)
{
	int			option = 0;

	for (uint32_t i = 0; i < opening->n; i++)
		for (uint32_t j = 0; j < opening->contests[i].n; j++)
			if (opening->contests[i].selections[j].vote != votes[option++])
				return false;
	return opening->n == 2 && opening->n_closed == 0 &&
		opening->contests[0].data == NULL &&
		opening->contests[1].data != NULL;
}

static void
test_shares(void)
{
	eg_nonce_share shares[GUARDIAN_SAMPLES];
	eg_nonce_share two[2];
	eg_ballot_opening opening;
	uint8_t		first[EG_HASH_BYTES];
	uint8_t		xi_b[EG_HASH_BYTES];
	bool		same = true;

	make_shares(shares);
	require(combine_shares(first, shares, 3));
	for (int i = 0; i < 3; i++)
	{
		two[0] = shares[i];
		two[1] = shares[(i + 1) % 3];
		require(combine_shares(xi_b, two, 2));
		same = same && memcmp(first, xi_b, sizeof(xi_b)) == 0;
	}
	test_ok(same, "any two guardians find the same ballot nonce");
	require(open_ballot(&opening, &ballot, first, NULL));
	test_ok(opened_rightly(&opening), "and all votes with it");
	require(open_ballot(&opening, &ballot, first, "second"));
	test_ok(opening.n == 1 && opening.n_closed == 1 &&
			eg_bytes_equal(opening.closed[0], label("first")),
			"one contest, the other stays closed");
	test_ok(refused(open_ballot(&opening, &ballot, first, "third"),
					"the ballot has no such contest", 0),
			"a contest that is not on the ballot");
	test_ok(refused(combine_shares(xi_b, shares, 1),
					"fewer guardians than make a quorum", 0), "one share");
	two[0] = two[1] = shares[2];
	test_ok(refused(combine_shares(xi_b, two, 2),
					"a guardian appears twice", 3), "one guardian twice");
}

/* Guardian 2's share after a change; the message that refuses it */
static void
expect_wrong(const eg_nonce_share *shares, const char *message,
			 const char *name)
{
	uint8_t		xi_b[EG_HASH_BYTES];

	test_ok(refused(combine_shares(xi_b, shares, 3), message, 2),
			"%s: guardian 2 is named", name);
}

static void
test_wrong_shares(void)
{
	static const char does_not_fit[] =
		"the share's proof does not fit the guardian's key";
	eg_nonce_share honest[GUARDIAN_SAMPLES];
	eg_nonce_share shares[GUARDIAN_SAMPLES];
	uint8_t		element[EG_ELEMENT_BYTES];
	uint8_t		large[EG_SCALAR_BYTES];
	eg_pair		proof;

	make_shares(honest);
	memset(large, 0xff, sizeof(large));
	memcpy(shares, honest, sizeof(shares));
	shares[1].element = honest[0].element;
	expect_wrong(shares, does_not_fit, "the share of another");
	shares[1].proof = honest[0].proof;
	expect_wrong(shares, does_not_fit, "share and proof of another");
	memcpy(shares, honest, sizeof(shares));
	shares[1].proof = honest[0].proof;
	expect_wrong(shares, does_not_fit, "the proof of another");
	memcpy(shares, honest, sizeof(shares));
	memcpy(element, honest[1].element, sizeof(element));
	negate(element);
	shares[1].element = element;
	expect_wrong(shares, "the share is not in the group of order q",
				 "the share negated");
	memcpy(shares, honest, sizeof(shares));
	proof = *honest[1].proof;
	proof.response = large;
	shares[1].proof = &proof;
	expect_wrong(shares,
				 "challenge or response of the share's proof is not below q",
				 "a response above q");
	memcpy(shares, honest, sizeof(shares));
	shares[1].ballot = label("another");
	expect_wrong(shares, "the share is of another ballot", "another ballot");
}

/*
 * A ballot whose encrypted nonce is not its own: whoever encrypted it can
 * prove anything there
 */
static void
test_wrong_nonce(void)
{
	eg_nonce_share shares[GUARDIAN_SAMPLES];
	eg_ballot_opening opening;
	uint8_t		xi_b[EG_HASH_BYTES];
	bool		failed;

	make_shares(shares);
	require(combine_shares(xi_b, shares, 3));
	xi_b[5] ^= 1;
	failed = !open_ballot(&opening, &ballot, xi_b, NULL);
	test_ok(failed && eg_bytes_equal(fault.contest, label("first")) &&
			eg_bytes_equal(fault.option, label("a")),
			"a wrong nonce: contest and option are named");
	test_ok(refused(!failed, "the ballot nonce does not give this encryption",
					0), "a wrong nonce is refused");
}

/* What the nonce opens, but is no vote; and contest data of other nonces */
static void
test_wrong_contents(void)
{
	eg_nonce_share shares[GUARDIAN_SAMPLES];
	eg_ballot	changed = with_data(ballot.contests[1].data);
	eg_hashed_ciphertext hashed = *ballot.contests[1].data;
	eg_ballot_opening opening;
	eg_selection *selections = get(3 * sizeof(*selections));
	eg_ciphertext ciphertext;
	uint8_t		beta[EG_ELEMENT_BYTES];
	uint8_t		xi_b[EG_HASH_BYTES];

	make_shares(shares);
	require(combine_shares(xi_b, shares, 3));

	/* A fourth vote for "x", of which there may be three. */
	memcpy(selections, ballot.contests[1].selections,
		   3 * sizeof(*selections));
	ciphertext = *selections[0].ciphertext;
	element_multiply(beta, ciphertext.data, election.vote_key);
	ciphertext.data = beta;
	selections[0].ciphertext = &ciphertext;
	changed.contests[1].selections = selections;
	test_ok(refused(open_ballot(&opening, &changed, xi_b, NULL),
					"the encryption holds no vote from 0 to the option's limit",
					0), "a vote above the limit");
	hashed.c0 = ballot.nonce->c0;
	changed = with_data(&hashed);
	test_ok(refused(open_ballot(&opening, &changed, xi_b, NULL),
					"the ballot nonce does not give this contest data", 0),
			"contest data of another nonce");
	test_ok(open_ballot(&opening, &changed, xi_b, "first"),
			"which does not matter to another contest");
}

/*
 * Nonces
 */

static void
test_bound(void)
{
	sample_round r;
	sample_round again;
	eg_decryption_message message;
	eg_bytes	bound;
	eg_bytes	unbound;
	const eg_decryption_message *mixed[GUARDIAN_SAMPLES];

	commit(&r, &tally, 3);
	commit(&again, &tally, 3);
	unbound = r.sealed[0];
	mixed[0] = r.placed[0][0];
	mixed[1] = again.placed[0][1];
	test_ok(refused(respond(&r, 0), "the nonces have not been revealed", 0),
			"92: no response before all is revealed");
	reveal(&r);
	require(eg_decryption_reveal(&message, &bound, unbound, r.placed[0],
								 &r.keys[0], &both, &fault));
	test_ok(eg_bytes_equal(bound, r.sealed[0]) &&
			memcmp(message.openings[0].a, r.messages[1][0].openings[0].a,
				   EG_ELEMENT_BYTES) == 0, "to reveal again gives the same");
	test_ok(refused(eg_decryption_reveal(&message, &bound, r.sealed[0], mixed,
										 &r.keys[0], &both, &fault),
					"the nonces were revealed for other commitments", 0),
			"70: nonces that are bound take no other commitments");
	r.round.commitments = mixed;
	test_ok(refused(respond(&r, 0),
					"the nonces were revealed for other commitments", 0),
			"70: nor do they answer another challenge");
}

/*
 * Told to stop, and out of memory
 */

static int	looks;

static bool
count_down(void *context)
{
	(void) context;
	return looks-- <= 0;
}

static const eg_stop stop = {count_down, NULL};

/* One of the long moves, told to stop */
typedef bool (*long_move) (sample_round *r);

static bool
long_commit(sample_round *r)
{
	eg_decryption_message message;
	eg_bytes	sealed;

	return eg_decryption_commit(&message, &sealed, r->subject, &r->set,
								&r->keys[0], NULL, &eg_random_fresh, &both,
								&stop, &fault);
}

static bool
long_respond(sample_round *r)
{
	eg_decryption_message message;

	return eg_decryption_respond(&message, r->sealed[0], r->subject,
								 &r->round, &r->keys[0], &both, &stop,
								 &fault);
}

static bool
long_judge(sample_round *r)
{
	return eg_decryption_judge(r->results, r->accumulated, r->subject,
							   &r->round, &keys[EG_VOTE_KEY], NULL, arena,
							   &stop, &fault);
}

static bool
long_finish(sample_round *r)
{
	eg_decrypted_item decrypted[OPTIONS];

	return eg_decryption_finish(decrypted, r->results, r->accumulated,
								r->subject, &r->round, -1, arena, &stop,
								&fault);
}

/* Stopped at its first looks it says so; not stopped it succeeds. */
static void
test_stop(sample_round *r, long_move move, const char *name)
{
	bool		stopped = true;

	for (int i = 0; i < 3; i++)
	{
		looks = i;
		stopped = stopped && !move(r) && fault.kind == EG_FAULT_INTERRUPTED;
		memset(&fault, 0, sizeof(fault));
	}
	looks = 1000000;
	test_ok(stopped && move(r), "%s stops when it is told to", name);
}

/* Whatever is the first not to be had, it is a fault and no crash. */
static void
test_exhaustion(sample_round *r, long_move move, const char *name)
{
	size_t		blocks = 0;
	bool		done = false;
	bool		faults = true;

	looks = 1000000;
	while (!done && faults)
	{
		sample_arena_limit(&memory, blocks++);
		done = move(r);
		faults = done || fault.kind == EG_FAULT_LIMIT;
		memset(&fault, 0, sizeof(fault));
	}
	sample_arena_limit(&memory, SIZE_MAX);
	test_ok(done && blocks > 1, "%s takes the end of memory for a fault",
			name);
}

static void
test_ends(void)
{
	static const struct
	{
		long_move	move;
		const char *name;
	}			moves[] = {
		{long_commit, "commit"},
		{long_respond, "respond"},
		{long_judge, "judging"},
		{long_finish, "combining"},
	};
	sample_round r;

	run(&r, &tally, 3);
	for (size_t i = 0; i < lengthof(moves); i++)
	{
		test_stop(&r, moves[i].move, moves[i].name);
		test_exhaustion(&r, moves[i].move, moves[i].name);
	}
}

int
main(void)
{
	test_begin();
	start();
	test_quorums();
	test_many();
	test_forger(shift_partial, EG_STEP_BASE, 1, "93, M shifted");
	test_forger(shift_nonce, EG_STEP_BASE, 1, "93, M and b shifted");
	test_forger(shift_commitment, EG_STEP_GENERATOR, 3, "a shifted");
	test_outsider(negate_partial, "M");
	test_outsider(negate_a, "a");
	test_outsider(negate_b, "b");
	test_too_few();
	test_pads();
	test_outside();
	test_shares();
	test_wrong_shares();
	test_wrong_nonce();
	test_wrong_contents();
	test_bound();
	test_ends();
	sample_arena_free(&memory);
	return test_end();
}
