/*
 * encryption.c
 *		Encrypting a ballot, with its proofs (spec 3.3 and 3.4.1).
 */
#include "protocol/encryption.h"

#include "math/montgomery.h"
#include "math/power.h"
#include "math/scalar.h"
#include "protocol/label.h"
#include "protocol/range_prover.h"

/* C0, C1 and the proof of hashed ElGamal (34 to 38, 64 to 69) */
typedef struct hashed_work
{
	mp_limb_t	nonce[EG_MAX_SCALAR_LIMBS];
	mp_limb_t	u[EG_MAX_SCALAR_LIMBS];
	size_t		powers;			/* alpha, beta, a */
} hashed_work;

typedef struct option_work
{
	const eg_plain_option *plain;
	mp_limb_t	nonce[EG_MAX_SCALAR_LIMBS]; /* xi_i,j */
	size_t		powers;			/* alpha, beta */
	eg_range_prover range;
} option_work;

typedef struct contest_work
{
	const eg_plain_contest *plain;
	option_work *options;
	mp_limb_t	nonce[EG_MAX_SCALAR_LIMBS]; /* sum of those that count */
	uint32_t	votes;			/* likewise */
	eg_range_prover limit;
	hashed_work data;
} contest_work;

typedef struct ballot_work
{
	const eg_election *election;
	const eg_plain_ballot *plain;
	eg_ballot  *ballot;
	const eg_random *random;
	const eg_arena *secrets;
	const eg_arena *arena;
	const eg_stop *stop;
	eg_fault   *fault;
	uint8_t    *h_i;
	uint8_t    *xi_b;			/* secret */
	contest_work *contests;
	hashed_work *nonce;
	eg_secret_plan plan;
} ballot_work;

static void *
allocate(ballot_work *work, const eg_arena *arena, size_t size)
{
	void	   *memory = arena->allocate(arena->context, size);

	if (memory == NULL)
		eg_fault_set(work->fault, EG_FAULT_LIMIT, "out of memory");
	return memory;
}

static bool
too_few(ballot_work *work)
{
	return eg_fault_set(work->fault, EG_FAULT_VALUE, "too few nonces");
}

/*
 * Measuring
 */

static bool
count_proof(size_t *powers, uint32_t bound, eg_fault *fault)
{
	*powers += eg_range_prover_powers(bound);
	return (bound < UINT16_MAX && *powers <= EG_MAX_BALLOT_POWERS) ||
		eg_fault_set(fault, EG_FAULT_LIMIT,
					 "limits are too large to be proved");
}

bool
eg_encryption_powers(const eg_plain_ballot *plain, eg_power_counts *counts,
					 eg_fault *fault)
{
	size_t		vote_key = 0;
	size_t		hashed = 1;		/* the ballot nonce */

	for (uint32_t i = 0; i < plain->n; i++)
	{
		const eg_plain_contest *contest = &plain->contests[i];

		fault->contest = contest->label;
		for (uint32_t j = 0; j < contest->n; j++)
		{
			vote_key++;
			if (!count_proof(&vote_key, contest->options[j].rules.limit,
							 fault))
				return false;
		}
		if (!count_proof(&vote_key, contest->rules.limit, fault))
			return false;
		hashed += contest->rules.data_blocks > 0;
	}
	fault->contest.data = NULL;
	counts->n[EG_BASE_GENERATOR] = vote_key + 2 * hashed;
	counts->n[EG_BASE_VOTE_KEY] = vote_key;
	counts->n[EG_BASE_DATA_KEY] = hashed;
	return true;
}

/*
 * Planning
 */

/* (alpha, beta) = (g^xi, K^(xi + votes)) (31), and its range proof */
static bool
plan_option(ballot_work *work, contest_work *contest, option_work *option,
			uint32_t votes)
{
	const eg_group *group = work->plan.group;
	mp_limb_t	exponent[EG_MAX_SCALAR_LIMBS] = {votes};
	uint8_t		xi[EG_HASH_BYTES];

	eg_encryption_nonce(xi, work->h_i, contest->plain->index,
						option->plain->index, work->xi_b);
	eg_scalar_reduce(group, option->nonce, xi);
	eg_scalar_add(group, exponent, exponent, option->nonce);
	option->powers = eg_secret_plan_power(&work->plan, EG_BASE_GENERATOR,
										  option->nonce);
	eg_secret_plan_power(&work->plan, EG_BASE_VOTE_KEY, exponent);
	eg_wipe(xi, sizeof(xi));
	eg_wipe(exponent, sizeof(exponent));
	if (option->plain->rules.counts)
	{
		eg_scalar_add(group, contest->nonce, contest->nonce, option->nonce);
		contest->votes += votes;
	}
	return eg_range_prover_plan(&option->range, &work->plan,
								option->plain->rules.limit, option->nonce,
								votes, work->random, work->secrets,
								work->fault);
}

/* alpha = g^xi, beta = K^^xi and a = g^u; draws u */
static bool
plan_hashed(ballot_work *work, hashed_work *hashed)
{
	if (!eg_random_scalar(work->random, hashed->u))
		return too_few(work);
	hashed->powers = eg_secret_plan_power(&work->plan, EG_BASE_GENERATOR,
										  hashed->nonce);
	eg_secret_plan_power(&work->plan, EG_BASE_DATA_KEY, hashed->nonce);
	eg_secret_plan_power(&work->plan, EG_BASE_GENERATOR, hashed->u);
	return true;
}

static bool
plan_data(ballot_work *work, contest_work *contest)
{
	uint8_t		xi[EG_HASH_BYTES];

	eg_contest_data_nonce(xi, work->h_i, contest->plain->index, work->xi_b);
	eg_scalar_reduce(work->plan.group, contest->data.nonce, xi);
	eg_wipe(xi, sizeof(xi));
	return plan_hashed(work, &contest->data);
}

static bool
plan_contest(ballot_work *work, contest_work *contest)
{
	const eg_plain_contest *plain = contest->plain;
	uint64_t	overvote = eg_count_votes(plain).overvote;

	contest->options = allocate(work, work->secrets,
								plain->n * sizeof(option_work));
	if (contest->options == NULL)
		return false;
	for (uint32_t i = 0; i < plain->n; i++)
	{
		option_work *option = &contest->options[i];

		option->plain = &plain->options[i];
		if (!plan_option(work, contest, option,
						 eg_admitted_votes(option->plain, overvote)))
			return false;
	}
	if (!eg_range_prover_plan(&contest->limit, &work->plan,
							  plain->rules.limit, contest->nonce,
							  contest->votes, work->random, work->secrets,
							  work->fault))
		return false;
	return plain->rules.data_blocks == 0 || plan_data(work, contest);
}

static bool
plan_ballot(ballot_work *work)
{
	for (uint32_t i = 0; i < work->plain->n; i++)
	{
		if (eg_stop_requested(work->stop))
			return eg_fault_set(work->fault, EG_FAULT_INTERRUPTED,
								"interrupted");
		work->contests[i].plain = &work->plain->contests[i];
		if (!plan_contest(work, &work->contests[i]))
			return false;
	}
	if (!eg_random_scalar(work->random, work->nonce->nonce))
		return too_few(work);
	return plan_hashed(work, work->nonce);
}

/*
 * Finishing: what the powers make
 */

/* NULL if the arena is exhausted. */
static eg_proof *
finish_proof(ballot_work *work, eg_range_prover *prover, eg_hash *hash)
{
	eg_proof   *proof = allocate(work, work->arena, sizeof(eg_proof));
	uint8_t    *bytes = allocate(work, work->arena,
								 prover->n * (size_t) EG_PAIR_BYTES);
	eg_pair    *pairs = allocate(work, work->arena,
								 prover->n * sizeof(eg_pair));

	if (proof == NULL || bytes == NULL || pairs == NULL)
		return NULL;
	eg_range_prover_finish(prover, &work->plan, hash, bytes);
	for (uint32_t i = 0; i < prover->n; i++)
	{
		pairs[i].challenge = bytes + i * (size_t) EG_PAIR_BYTES;
		pairs[i].response = pairs[i].challenge + EG_SCALAR_BYTES;
	}
	proof->pairs = pairs;
	proof->n = prover->n;
	return proof;
}

/*
 * x = x y mod p.  What is multiplied will be published, but is computed from
 * secrets: so a check of constant time need not know where they end.
 */
static void
multiply(const eg_group *group, mp_limb_t *x, const mp_limb_t *y)
{
	eg_mont_mul_secret(group, x, x, group->r2);
	eg_mont_mul_secret(group, x, x, y);
}

static bool
finish_option(ballot_work *work, uint32_t contest, option_work *option,
			  eg_selection *selection)
{
	eg_ciphertext *ciphertext = allocate(work, work->arena,
										 sizeof(eg_ciphertext));
	uint8_t    *bytes = allocate(work, work->arena, EG_CIPHERTEXT_BYTES);
	eg_hash		hash;

	if (ciphertext == NULL || bytes == NULL)
		return false;
	eg_secret_plan_export(&work->plan, option->powers, bytes);
	eg_secret_plan_export(&work->plan, option->powers + 1,
						  bytes + EG_ELEMENT_BYTES);
	ciphertext->pad = bytes;
	ciphertext->data = bytes + EG_ELEMENT_BYTES;
	selection->label = option->plain->label;
	selection->index = option->plain->index;
	selection->ciphertext = ciphertext;
	eg_range_challenge_begin(&hash, work->h_i, contest, selection->index,
							 ciphertext);
	selection->proof = finish_proof(work, &option->range, &hash);
	return selection->proof != NULL;
}

/* The proof for the product of the encryptions that count (3.3.8) */
static bool
finish_limit(ballot_work *work, contest_work *contest, eg_contest *out)
{
	const eg_group *group = work->plan.group;
	mp_limb_t	alpha[EG_MAX_LIMBS] = {1};
	mp_limb_t	beta[EG_MAX_LIMBS] = {1};
	uint8_t		bytes[EG_CIPHERTEXT_BYTES];
	eg_ciphertext total = {bytes, bytes + EG_ELEMENT_BYTES};
	eg_hash		hash;

	for (uint32_t i = 0; i < out->n; i++)
	{
		const option_work *option = &contest->options[i];

		if (!option->plain->rules.counts)
			continue;
		multiply(group, alpha,
				 eg_secret_plan_result(&work->plan, option->powers));
		multiply(group, beta,
				 eg_secret_plan_result(&work->plan, option->powers + 1));
	}
	eg_element_export(group, bytes, alpha);
	eg_element_export(group, bytes + EG_ELEMENT_BYTES, beta);
	eg_limit_challenge_begin(&hash, work->h_i, out->index, &total);
	out->proof = finish_proof(work, &contest->limit, &hash);
	return out->proof != NULL;
}

/* Room for C0, C1 of this size and C2; C0 is written.  NULL if there is none. */
static eg_hashed_ciphertext *
start_hashed(ballot_work *work, const hashed_work *hashed, size_t size,
			 uint8_t **c1, uint8_t **c2)
{
	eg_hashed_ciphertext *out = allocate(work, work->arena,
										 sizeof(eg_hashed_ciphertext));
	uint8_t    *c0 = allocate(work, work->arena, EG_ELEMENT_BYTES);
	eg_pair    *proof = allocate(work, work->arena, sizeof(eg_pair));

	*c1 = allocate(work, work->arena, size);
	*c2 = allocate(work, work->arena, EG_PAIR_BYTES);
	if (out == NULL || c0 == NULL || proof == NULL || *c1 == NULL ||
		*c2 == NULL)
		return NULL;
	eg_secret_plan_export(&work->plan, hashed->powers, c0);
	proof->challenge = *c2;
	proof->response = *c2 + EG_SCALAR_BYTES;
	out->c0 = c0;
	out->c1.data = *c1;
	out->c1.size = size;
	out->proof = proof;
	return out;
}

/* v = u - c xi, behind the challenge (38, 69) */
static void
respond(const ballot_work *work, const hashed_work *hashed, uint8_t *c2)
{
	const eg_group *group = work->plan.group;
	mp_limb_t	v[EG_MAX_SCALAR_LIMBS];

	eg_scalar_import(group, v, c2);
	eg_scalar_mul(group, v, v, hashed->nonce);
	eg_scalar_sub(group, v, hashed->u, v);
	eg_scalar_export(group, c2 + EG_SCALAR_BYTES, v);
	eg_wipe(v, sizeof(v));
}

/* r = a xor key, 32 bytes each */
static void
mask_block(uint8_t *r, const uint8_t *a, const uint8_t *key)
{
	for (int i = 0; i < EG_HASH_BYTES; i++)
		r[i] = a[i] ^ key[i];
}

/* C1 of contest data (66, 68) under the key h */
static bool
mask_data(ballot_work *work, const eg_plain_contest *contest,
		  const uint8_t *h, uint8_t *c1)
{
	uint32_t	blocks = contest->rules.data_blocks;
	uint8_t		key[EG_HASH_BYTES];
	bool		stopped = false;

	for (uint32_t i = 0; i < blocks && !stopped; i++)
	{
		size_t		at = i * (size_t) EG_HASH_BYTES;

		eg_contest_data_encryption_key(key, h, contest->index, blocks, i + 1);
		mask_block(c1 + at, contest->data + at, key);
		stopped = i % 1024 == 1023 && eg_stop_requested(work->stop);
	}
	eg_wipe(key, sizeof(key));
	return !stopped || eg_fault_set(work->fault, EG_FAULT_INTERRUPTED,
									"interrupted");
}

/* Contest data (3.3.10) */
static bool
finish_data(ballot_work *work, const contest_work *contest, eg_contest *out)
{
	const eg_plain_contest *plain = contest->plain;
	const hashed_work *hashed = &contest->data;
	uint8_t		element[EG_ELEMENT_BYTES];
	uint8_t		h[EG_HASH_BYTES];
	uint8_t    *c1;
	uint8_t    *c2;
	bool		masked;

	out->data = start_hashed(work, hashed, EG_HASH_BYTES *
							 (size_t) plain->rules.data_blocks, &c1, &c2);
	if (out->data == NULL)
		return false;
	eg_secret_plan_export(&work->plan, hashed->powers + 1, element);
	eg_contest_data_secret_key(h, work->h_i, plain->index, out->data->c0,
							   element);
	masked = mask_data(work, plain, h, c1);
	eg_wipe(h, sizeof(h));
	eg_wipe(element, sizeof(element));
	if (!masked)
		return false;
	eg_secret_plan_export(&work->plan, hashed->powers + 2, element);
	eg_contest_data_challenge(c2, work->h_i, plain->index, element,
							  out->data->c0, out->data->c1);
	respond(work, hashed, c2);
	return true;
}

/* The encrypted ballot nonce (3.3.4) */
static bool
finish_nonce(ballot_work *work)
{
	const hashed_work *hashed = work->nonce;
	eg_hashed_ciphertext *out;
	uint8_t		element[EG_ELEMENT_BYTES];
	uint8_t		key[EG_HASH_BYTES];
	uint8_t    *c1;
	uint8_t    *c2;

	out = start_hashed(work, hashed, EG_HASH_BYTES, &c1, &c2);
	if (out == NULL)
		return false;
	eg_secret_plan_export(&work->plan, hashed->powers + 1, element);
	eg_ballot_nonce_secret_key(key, work->h_i, out->c0, element);
	eg_ballot_nonce_encryption_key(key, key);
	mask_block(c1, work->xi_b, key);
	eg_wipe(key, sizeof(key));
	eg_wipe(element, sizeof(element));
	eg_secret_plan_export(&work->plan, hashed->powers + 2, element);
	eg_ballot_nonce_challenge(c2, work->h_i, element, out->c0, c1);
	respond(work, hashed, c2);
	work->ballot->nonce = out;
	return true;
}

/* chi (70) */
static bool
finish_contest_hash(ballot_work *work, eg_contest *out)
{
	uint8_t    *chi = allocate(work, work->arena, EG_HASH_BYTES);
	eg_hash		hash;

	if (chi == NULL)
		return false;
	eg_contest_hash_begin(&hash, work->h_i, out->index);
	for (uint32_t i = 0; i < out->n; i++)
		eg_hash_ciphertext(&hash, out->selections[i].ciphertext);
	if (out->data != NULL)
		eg_hash_contest_data(&hash, out->data);
	eg_hash_end(&hash, chi);
	out->hash = chi;
	return true;
}

static bool
finish_contest(ballot_work *work, contest_work *contest, eg_contest *out)
{
	out->label = contest->plain->label;
	out->index = contest->plain->index;
	out->n = contest->plain->n;
	out->selections = allocate(work, work->arena,
							   out->n * sizeof(eg_selection));
	if (out->selections == NULL)
		return false;
	for (uint32_t i = 0; i < out->n; i++)
	{
		if (eg_stop_requested(work->stop))
			return eg_fault_set(work->fault, EG_FAULT_INTERRUPTED,
								"interrupted");
		if (!finish_option(work, out->index, &contest->options[i],
						   &out->selections[i]))
			return false;
	}
	return finish_limit(work, contest, out) &&
		(contest->plain->rules.data_blocks == 0 ||
		 finish_data(work, contest, out)) &&
		finish_contest_hash(work, out);
}

static bool
finish_ballot(ballot_work *work)
{
	for (uint32_t i = 0; i < work->plain->n; i++)
		if (!finish_contest(work, &work->contests[i],
							&work->ballot->contests[i]))
			return false;
	return finish_nonce(work);
}

/*
 * The whole
 */

static bool
check_form(const eg_plain_ballot *plain, eg_fault *fault)
{
	if (!eg_label_valid(plain->id))
		return eg_fault_set(fault, EG_FAULT_FORMAT,
							"ballot id is not allowed as a label");
	fault->ballot = plain->id;
	if (!eg_label_valid(plain->device))
		return eg_fault_set(fault, EG_FAULT_FORMAT,
							"device is not allowed as a label");
	if (plain->weight < 1 || plain->weight > EG_MAX_WEIGHT)
		return eg_fault_set(fault, EG_FAULT_VALUE, "weight is out of range");
	return true;
}

/* The parts that come before all else: id_B, xi_B and H_I (32) */
static bool
start(ballot_work *work)
{
	eg_ballot  *ballot = work->ballot;
	uint8_t    *id_b = allocate(work, work->arena, EG_HASH_BYTES);

	work->h_i = allocate(work, work->arena, EG_HASH_BYTES);
	work->xi_b = allocate(work, work->secrets, EG_HASH_BYTES);
	work->contests = allocate(work, work->secrets, (work->plain->n + 1) *
							  sizeof(contest_work));
	work->nonce = allocate(work, work->secrets, sizeof(hashed_work));
	ballot->contests = allocate(work, work->arena, (work->plain->n + 1) *
								sizeof(eg_contest));
	if (id_b == NULL || work->h_i == NULL || work->xi_b == NULL ||
		work->contests == NULL || work->nonce == NULL ||
		ballot->contests == NULL)
		return false;
	if (!eg_random_bytes(work->random, id_b) ||
		!eg_random_bytes(work->random, work->xi_b))
		return too_few(work);
	eg_identifier_hash(work->h_i, work->election->h_e, id_b);
	ballot->group = work->election->group->id;
	ballot->state = EG_BALLOT_UNDECIDED;
	ballot->weight = work->plain->weight;
	ballot->id = work->plain->id;
	ballot->style = work->plain->style;
	ballot->device = work->plain->device;
	ballot->election = work->election->h_e;
	ballot->identifier = id_b;
	ballot->identifier_hash = work->h_i;
	ballot->n = work->plain->n;
	return true;
}

bool
eg_ballot_encrypt(eg_ballot *ballot, const eg_election *election,
				  const eg_plain_ballot *plain, const eg_power_counts *counts,
				  const eg_base_tables *tables, const eg_random *random,
				  const eg_arena *secrets, const eg_arena *arena,
				  const eg_stop *stop, eg_fault *fault)
{
	ballot_work work = {election, plain, ballot, random, secrets, arena, stop,
	fault, NULL, NULL, NULL, NULL, {0}};

	memset(ballot, 0, sizeof(*ballot));
	if (!check_form(plain, fault) || !start(&work))
		return false;
	if (!eg_secret_plan_init(&work.plan, election, counts, tables, secrets))
		return eg_fault_set(fault, EG_FAULT_LIMIT, "out of memory");
	if (!plan_ballot(&work))
		return false;
	if (eg_secret_plan_run(&work.plan, stop) != EG_OK)
		return eg_fault_set(fault, EG_FAULT_INTERRUPTED, "interrupted");
	return finish_ballot(&work);
}
