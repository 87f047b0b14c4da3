/*
 * ballot_check.c
 *		Verifications 5 to 8 of one ballot, as far as it alone decides them.
 */
#include "protocol/ballot_check.h"

#include <stdlib.h>

#include "math/montgomery.h"
#include "math/scalar.h"
#include "protocol/catalogue.h"
#include "protocol/hash_uses.h"
#include "protocol/range_proof.h"

/* A Schnorr proof of a hashed ciphertext: a = g^v C0^c (38, 69). */
typedef struct schnorr_check
{
	mp_limb_t  *c0;
	mp_limb_t  *c;
	mp_limb_t  *v;
	bool		reduced;
	eg_chain   *chain;
	mp_limb_t  *generator_power;
} schnorr_check;

typedef struct option_check
{
	const eg_selection *selection;
	uint32_t	index;			/* in the manifest */
	eg_option_rules rules;
	mp_limb_t  *alpha;
	mp_limb_t  *beta;
	eg_range_check range;
} option_check;

typedef struct contest_check
{
	const eg_contest *contest;
	bool		known;			/* to the manifest */
	uint32_t	index;
	eg_contest_rules rules;
	option_check *options;
	uint32_t	n;				/* that the manifest knows */
	mp_limb_t  *alpha;			/* products of those that count */
	mp_limb_t  *beta;
	uint8_t    *total_bytes;	/* the same as bytes, alpha first */
	eg_range_check range;
	schnorr_check data;
	size_t		vectors;		/* the first chain of its selected vectors */
	uint8_t		hash[EG_HASH_BYTES];	/* chi, recomputed */
} contest_check;

typedef struct ballot_check
{
	const eg_election *election;
	const eg_ballot *ballot;
	const eg_check_sink *sink;
	uint8_t		h_i[EG_HASH_BYTES]; /* recomputed */
	contest_check *contests;
	schnorr_check nonce;
	eg_batch_plan plan;
} ballot_check;

/*
 * Reporting
 */

static void
report(const ballot_check *check, const char *step, eg_verdict verdict,
	   const eg_contest *contest, const eg_selection *option,
	   const char *detail)
{
	eg_check_place place = {{NULL, 0}, {NULL, 0}};

	if (contest != NULL)
		place.contest = contest->label;
	if (option != NULL)
		place.option = option->label;
	check->sink->row(check->sink->context, step, verdict, &place,
					 verdict == EG_PASSED ? NULL : detail);
}

/*
 * The ballot beside the manifest
 */

static int
compare_options(const void *a, const void *b)
{
	uint32_t	x = ((const option_check *) a)->index;
	uint32_t	y = ((const option_check *) b)->index;

	return (x > y) - (x < y);
}

/*
 * False if the contest's options are not exactly the manifest's; those that
 * it knows are put in its order, in which they are hashed.
 */
static bool
match_options(contest_check *contest, const eg_known_contest *known)
{
	bool		exact = contest->contest->n == known->n;

	for (uint32_t i = 0; i < contest->contest->n; i++)
	{
		const eg_selection *selection = &contest->contest->selections[i];
		option_check *option = &contest->options[contest->n];
		const eg_known_option *found = eg_find_option(known,
													  selection->label);

		if (found == NULL)
		{
			exact = false;
			continue;
		}
		exact = exact && found->index == selection->index;
		option->selection = selection;
		option->index = found->index;
		option->rules = found->rules;
		contest->n++;
	}
	qsort(contest->options, contest->n, sizeof(option_check),
		  compare_options);
	return exact;
}

static bool
match_contest(contest_check *contest, const eg_catalogue *catalogue)
{
	const eg_known_contest *known = eg_find_contest(catalogue,
													contest->contest->label);

	contest->known = known != NULL;
	if (!contest->known)
		return false;
	contest->index = known->index;
	contest->rules = known->rules;
	return match_options(contest, known) &&
		known->index == contest->contest->index;
}

/* Whether the contests are exactly those of the ballot's style. */
static bool
match_style(const ballot_check *check)
{
	const eg_ballot *ballot = check->ballot;
	const uint8_t *indices;
	uint32_t	n;

	if (!eg_rules_style(&check->election->rules, ballot->style, &indices, &n))
		return false;
	if (ballot->preencrypted && ballot->state != EG_BALLOT_CAST)
		return true;			/* an uncast one shows no contests */
	if (n != ballot->n)
		return false;
	for (uint32_t i = 0; i < n; i++)
		if (check->contests[i].index != eg_get32(indices + 4 * (size_t) i))
			return false;
	return true;
}

static int
compare_contests(const void *a, const void *b)
{
	uint32_t	x = ((const contest_check *) a)->index;
	uint32_t	y = ((const contest_check *) b)->index;

	return (x > y) - (x < y);
}

/* False if the arena is exhausted. */
static bool
check_labels(ballot_check *check)
{
	eg_catalogue catalogue;
	bool		exact = true;

	if (!eg_catalogue_make(&catalogue, &check->election->rules,
						   check->plan.arena))
		return false;
	for (uint32_t i = 0; i < check->ballot->n; i++)
		exact = match_contest(&check->contests[i], &catalogue) && exact;
	qsort(check->contests, check->ballot->n, sizeof(contest_check),
		  compare_contests);
	exact = match_style(check) && exact;
	report(check, "6.labels", eg_verdict_of(exact), NULL, NULL,
		   "contests or options are not those of the ballot style in the manifest");
	return true;
}

/*
 * Planning
 */

static mp_limb_t *
import_element(ballot_check *check, const uint8_t *bytes)
{
	const eg_group *group = check->election->group;
	mp_limb_t  *x = eg_plan_limbs(&check->plan, group->limbs);

	if (x != NULL)
		eg_element_import(group, x, bytes);
	return x;
}

static void
plan_schnorr(ballot_check *check, schnorr_check *schnorr,
			 const eg_hashed_ciphertext *hashed)
{
	const eg_group *group = check->election->group;

	schnorr->c0 = import_element(check, hashed->c0);
	schnorr->c = eg_plan_limbs(&check->plan, group->scalar_limbs);
	schnorr->v = eg_plan_limbs(&check->plan, group->scalar_limbs);
	if (check->plan.exhausted)
		return;
	eg_scalar_reduce(group, schnorr->c, hashed->proof->challenge);
	schnorr->reduced = eg_scalar_import(group, schnorr->v,
										hashed->proof->response);
	if (!schnorr->reduced)
		eg_scalar_reduce(group, schnorr->v, hashed->proof->response);
	schnorr->chain = eg_plan_chain(&check->plan, schnorr->c0, schnorr->c, 1);
	schnorr->generator_power = eg_plan_generator(&check->plan, schnorr->v);
}

/* x = x y mod p, plain */
static void
multiply(const eg_group *group, mp_limb_t *x, const mp_limb_t *y)
{
	eg_multiply(group, x, x, y);
}

static void
plan_option(ballot_check *check, contest_check *contest, option_check *option)
{
	const eg_group *group = check->election->group;
	const eg_selection *selection = option->selection;

	option->alpha = import_element(check, selection->ciphertext->pad);
	option->beta = import_element(check, selection->ciphertext->data);
	if (check->plan.exhausted)
		return;
	if (option->rules.counts)
	{
		multiply(group, contest->alpha, option->alpha);
		multiply(group, contest->beta, option->beta);
	}
	eg_range_plan(&option->range, &check->plan, option->alpha, option->beta,
				  selection->proof, option->rules.limit);
}

/* Membership of every encryption of the selected vectors (4.5). */
static void
plan_vectors(ballot_check *check, contest_check *contest)
{
	const eg_preencryption *pre = contest->contest->preencryption;

	contest->vectors = check->plan.batch.n_chains;
	for (uint32_t i = 0; pre != NULL && i < pre->n; i++)
		for (uint32_t j = 0; j < pre->vectors[i].n &&
			 !eg_stop_requested(check->plan.stop); j++)
		{
			const eg_ciphertext *one = &pre->vectors[i].encryptions[j];
			mp_limb_t  *pad = import_element(check, one->pad);
			mp_limb_t  *data = import_element(check, one->data);

			if (check->plan.exhausted)
				return;
			eg_plan_chain(&check->plan, pad, NULL, 0);
			eg_plan_chain(&check->plan, data, NULL, 0);
		}
}

static void
plan_contest(ballot_check *check, contest_check *contest)
{
	const eg_group *group = check->election->group;

	contest->alpha = eg_plan_limbs(&check->plan, group->limbs);
	contest->beta = eg_plan_limbs(&check->plan, group->limbs);
	contest->total_bytes = check->plan.arena->allocate(
													   check->plan.arena->context, 2 * EG_ELEMENT_BYTES);
	if (check->plan.exhausted || contest->total_bytes == NULL)
	{
		check->plan.exhausted = true;
		return;
	}
	contest->alpha[0] = 1;
	contest->beta[0] = 1;
	for (uint32_t i = 0; i < contest->n && !check->plan.exhausted &&
		 !eg_stop_requested(check->plan.stop); i++)
		plan_option(check, contest, &contest->options[i]);
	eg_element_export(group, contest->total_bytes, contest->alpha);
	eg_element_export(group, contest->total_bytes + EG_ELEMENT_BYTES,
					  contest->beta);
	eg_range_plan(&contest->range, &check->plan, contest->alpha,
				  contest->beta, contest->contest->proof,
				  contest->rules.limit);
	if (contest->contest->data && contest->contest->data->proof)
		plan_schnorr(check, &contest->data, contest->contest->data);
	if (!check->plan.exhausted)
		plan_vectors(check, contest);
}

static bool
plan_ballot(ballot_check *check)
{
	for (uint32_t i = 0; i < check->ballot->n && !check->plan.exhausted; i++)
		if (check->contests[i].known)
			plan_contest(check, &check->contests[i]);
	if (check->ballot->nonce && !check->plan.exhausted)
		plan_schnorr(check, &check->nonce, check->ballot->nonce);
	return !check->plan.exhausted;
}

/*
 * Judging
 */

/* The four steps of a range proof, after membership. */
static void
judge_range(const ballot_check *check, const eg_range_check *range,
			const char *const *steps, eg_hash *hash,
			const eg_contest *contest, const eg_selection *option)
{
	report(check, steps[0], eg_verdict_of(range->right_size), contest, option,
		   "proof has not one pair for each value up to the limit");
	if (!range->right_size)
	{
		for (int i = 1; i < 4; i++)
			report(check, steps[i], EG_NOT_RUN, contest, option,
				   "proof has a wrong size");
		return;
	}
	report(check, steps[1], eg_verdict_of(range->challenges_reduced), contest,
		   option, "a challenge is not below q");
	report(check, steps[2], eg_verdict_of(range->responses_reduced), contest,
		   option, "a response is not below q");
	report(check, steps[3],
		   eg_verdict_of(eg_range_judge(range, check->election->group, hash,
										check->plan.stop)),
		   contest, option, "challenges do not sum to the hash");
}

/* 6.A of each selected vector; the other steps are of the combined one. */
static void
judge_vectors(const ballot_check *check, const contest_check *contest)
{
	const eg_preencryption *pre = contest->contest->preencryption;
	const eg_chain *chain = check->plan.batch.chains + contest->vectors;

	for (uint32_t i = 0; pre != NULL && i < pre->n; i++)
	{
		bool		members = true;

		for (uint32_t j = 0; j < 2 * pre->vectors[i].n; j++)
			members = (chain++)->member && members;
		report(check, "6.A", eg_verdict_of(members), contest->contest, NULL,
			   "a selected vector is not in Z_p^r");
	}
}

static bool
judge_option(const ballot_check *check, const contest_check *contest,
			 const option_check *option)
{
	static const char *const steps[] = {"6.size", "6.B", "6.C", "6.D"};
	bool		members = option->range.alpha->member &&
		option->range.beta->member;
	eg_hash		hash;

	report(check, "6.A", eg_verdict_of(members), contest->contest,
		   option->selection, "pad or data is not in Z_p^r");
	eg_range_challenge_begin(&hash, check->h_i, contest->index, option->index,
							 option->selection->ciphertext);
	judge_range(check, &option->range, steps, &hash, contest->contest,
				option->selection);
	return members;
}

static void
judge_limit(const ballot_check *check, const contest_check *contest,
			bool members)
{
	static const char *const steps[] = {"7.size", "7.B", "7.C", "7.D"};
	eg_ciphertext total = {contest->total_bytes,
	contest->total_bytes + EG_ELEMENT_BYTES};
	eg_hash		hash;

	report(check, "7.A", eg_verdict_of(members), contest->contest, NULL,
		   "a pad or data is not in Z_p^r");
	eg_limit_challenge_begin(&hash, check->h_i, contest->index, &total);
	judge_range(check, &contest->range, steps, &hash, contest->contest, NULL);
}

/* a = g^v C0^c, as bytes */
static void
schnorr_commitment(const ballot_check *check, const schnorr_check *schnorr,
				   uint8_t *bytes)
{
	const eg_group *group = check->election->group;
	mp_limb_t	a[EG_MAX_LIMBS];

	mpn_copyi(a, schnorr->generator_power, group->limbs);
	multiply(group, a, schnorr->chain->powers);
	eg_element_export(group, bytes, a);
}

/* Contest data: its form, and its proof (3.3.10, eq. 69) */
static void
judge_data(const ballot_check *check, const contest_check *contest)
{
	const eg_hashed_ciphertext *data = contest->contest->data;
	const schnorr_check *schnorr = &contest->data;
	uint64_t	size = 32 * (uint64_t) contest->rules.data_blocks;
	uint8_t		a[EG_ELEMENT_BYTES];
	uint8_t		c[EG_HASH_BYTES];
	bool		wanted = contest->rules.data_blocks > 0 &&
		!check->ballot->preencrypted;

	report(check, "3.3.10 present", eg_verdict_of((data != NULL) == wanted),
		   contest->contest, NULL,
		   "contest data is there exactly if the manifest says so");
	if (data == NULL)
		return;
	report(check, "3.3.10 length", eg_verdict_of(data->c1.size == size),
		   contest->contest, NULL,
		   "C1 has not 32 bytes for each block of the manifest");
	if (data->proof == NULL)
	{
		report(check, "3.3.10 proof", EG_FAILED, contest->contest, NULL,
			   "C2 is not a proof");
		return;
	}
	report(check, "3.3.10 subgroup",
		   eg_verdict_of(schnorr->chain->member && schnorr->reduced),
		   contest->contest, NULL,
		   "C0 is not in Z_p^r, or the response not below q");
	schnorr_commitment(check, schnorr, a);
	eg_contest_data_challenge(c, check->h_i, contest->index, a, data->c0,
							  data->c1);
	report(check, "3.3.10 proof",
		   eg_verdict_of(memcmp(c, data->proof->challenge, sizeof(c)) == 0),
		   contest->contest, NULL, "challenge is not the hash");
}

/* 8.A: chi over all selections that the ballot shows, and contest data */
static void
judge_contest_hash(const ballot_check *check, contest_check *contest)
{
	const eg_hashed_ciphertext *data = contest->contest->data;
	const uint8_t *stated = contest->contest->hash;
	eg_hash		hash;

	eg_contest_hash_begin(&hash, check->h_i, contest->index);
	for (uint32_t i = 0; i < contest->n; i++)
		eg_hash_ciphertext(&hash, contest->options[i].selection->ciphertext);
	if (data != NULL && data->proof != NULL)
		eg_hash_contest_data(&hash, data);
	eg_hash_end(&hash, contest->hash);
	report(check, "8.A",
		   eg_verdict_of(stated != NULL &&
						 memcmp(stated, contest->hash, EG_HASH_BYTES) == 0),
		   contest->contest, NULL, stated == NULL ?
		   "no contest hash" : "contest hash is not the hash");
}

static void
judge_contest(ballot_check *check, contest_check *contest)
{
	static const char *const steps[] = {"6.A", "6.B", "6.C", "6.D", "7.A",
	"7.B", "7.C", "7.D", "8.A"};
	bool		members = true;

	if (!contest->known)
	{
		for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++)
			report(check, steps[i], EG_NOT_RUN, contest->contest, NULL,
				   "the manifest has no such contest");
		return;
	}
	for (uint32_t i = 0; i < contest->n; i++)
	{
		if (eg_stop_requested(check->plan.stop))
			return;				/* who asks next reports it */
		members = judge_option(check, contest, &contest->options[i]) &&
			members;
	}
	judge_vectors(check, contest);
	judge_limit(check, contest, members);
	judge_data(check, contest);
	if (!check->ballot->preencrypted)
		judge_contest_hash(check, contest);
}

/* 8.B: H_C over the recomputed contest hashes */
static void
judge_code(const ballot_check *check)
{
	const eg_ballot *ballot = check->ballot;
	uint8_t		code[EG_HASH_BYTES];
	eg_hash		hash;

	if (ballot->code == NULL || ballot->chaining == NULL)
	{
		report(check, "8.B", EG_FAILED, NULL, NULL,
			   "no confirmation code or chaining field");
		return;
	}
	eg_confirmation_code_begin(&hash, false, check->h_i);
	for (uint32_t i = 0; i < ballot->n; i++)
		if (check->contests[i].known)
			eg_hash_digest(&hash, check->contests[i].hash);
	eg_hash_bytes(&hash, ballot->chaining, EG_CHAINING_BYTES);
	eg_hash_end(&hash, code);
	report(check, "8.B",
		   eg_verdict_of(memcmp(code, ballot->code, sizeof(code)) == 0),
		   NULL, NULL, "confirmation code is not the hash");
}

/* The encrypted ballot nonce (3.3.4, eq. 38) */
static void
judge_nonce(const ballot_check *check)
{
	const eg_hashed_ciphertext *nonce = check->ballot->nonce;
	uint8_t		a[EG_ELEMENT_BYTES];
	uint8_t		c[EG_HASH_BYTES];

	report(check, "3.3.4 present",
		   eg_verdict_of(nonce != NULL || check->ballot->preencrypted),
		   NULL, NULL, "no encrypted ballot nonce");
	if (nonce == NULL)
		return;
	report(check, "3.3.4 subgroup",
		   eg_verdict_of(check->nonce.chain->member && check->nonce.reduced),
		   NULL, NULL, "C0 is not in Z_p^r, or the response not below q");
	schnorr_commitment(check, &check->nonce, a);
	eg_ballot_nonce_challenge(c, check->h_i, a, nonce->c0, nonce->c1.data);
	report(check, "3.3.4 proof",
		   eg_verdict_of(memcmp(c, nonce->proof->challenge, sizeof(c)) == 0),
		   NULL, NULL, "challenge is not the hash");
}

/* 5.B, and that the ballot is of this election */
static void
judge_identifier(ballot_check *check)
{
	const eg_ballot *ballot = check->ballot;
	const eg_election *election = check->election;
	bool		right;

	if (ballot->election != NULL)
		report(check, "ballot.election_id",
			   eg_verdict_of(memcmp(ballot->election, election->h_e,
									EG_HASH_BYTES) == 0),
			   NULL, NULL, "the ballot is of another election");
	if (ballot->identifier == NULL)
	{
		static const uint8_t none[EG_HASH_BYTES];

		eg_identifier_hash(check->h_i, election->h_e, none);
		report(check, "5.B", EG_FAILED, NULL, NULL,
			   "no selection encryption identifier");
		return;
	}
	eg_identifier_hash(check->h_i, election->h_e, ballot->identifier);
	right = ballot->identifier_hash != NULL &&
		memcmp(check->h_i, ballot->identifier_hash, EG_HASH_BYTES) == 0;
	report(check, "5.B", eg_verdict_of(right), NULL, NULL,
		   "selection encryption identifier hash is not the hash");
}

static int
compare_elements(const void *a, const void *b)
{
	return memcmp(*(const uint8_t *const *) a, *(const uint8_t *const *) b,
				  EG_ELEMENT_BYTES);
}

/* Two fields under one nonce show it: their alphas are equal (3.3.3). */
static bool
judge_nonces_differ(ballot_check *check)
{
	const eg_ballot *ballot = check->ballot;
	const eg_arena *arena = check->plan.arena;
	size_t		n = 0;
	const uint8_t **alphas;
	bool		differ = true;

	for (uint32_t i = 0; i < ballot->n; i++)
		n += ballot->contests[i].n + 1;
	alphas = arena->allocate(arena->context, (n + 1) * sizeof(uint8_t *));
	if (alphas == NULL)
		return false;
	n = 0;
	for (uint32_t i = 0; i < ballot->n; i++)
	{
		const eg_contest *contest = &ballot->contests[i];

		for (uint32_t j = 0; j < contest->n; j++)
			alphas[n++] = contest->selections[j].ciphertext->pad;
		if (contest->data != NULL)
			alphas[n++] = contest->data->c0;
	}
	if (ballot->nonce != NULL)
		alphas[n++] = ballot->nonce->c0;
	qsort(alphas, n, sizeof(alphas[0]), compare_elements);
	for (size_t i = 1; i < n; i++)
		differ = differ && compare_elements(&alphas[i - 1], &alphas[i]) != 0;
	report(check, "3.3.3 nonces", eg_verdict_of(differ), NULL, NULL,
		   "two fields are encrypted with one nonce");
	return true;
}

/* What pre-encryption adds is not checked yet, and said to be so. */
static void
report_preencryption(const ballot_check *check)
{
	static const char *const steps[] = {"15.A", "16.A", "16.B", "16.C", "17.A"};

	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++)
		report(check, steps[i], EG_NOT_RUN, NULL, NULL,
			   "pre-encrypted ballots are not checked by this version");
}

/*
 * The whole
 */

/* Pairs of all proofs; contests, options and chains at most. */
static void
count_ballot(const eg_ballot *ballot, size_t *options, size_t *pairs)
{
	/* Those of selected vectors count as options: they have chains, too. */
	*options = 0;
	*pairs = 0;
	for (uint32_t i = 0; i < ballot->n; i++)
	{
		const eg_contest *contest = &ballot->contests[i];

		const eg_preencryption *pre = contest->preencryption;

		*options += contest->n;
		for (uint32_t j = 0; pre != NULL && j < pre->n; j++)
			*options += pre->vectors[j].n;
		*pairs += contest->proof->n;
		for (uint32_t j = 0; j < contest->n; j++)
			*pairs += contest->selections[j].proof->n;
	}
}

size_t
eg_ballot_check_powers(const eg_ballot *ballot)
{
	size_t		options;
	size_t		pairs;

	count_ballot(ballot, &options, &pairs);
	return pairs;
}

static bool
start(ballot_check *check, const eg_key_tables *tables, const eg_arena *arena)
{
	const eg_ballot *ballot = check->ballot;
	eg_batch_plan *plan = &check->plan;
	size_t		options;
	size_t		pairs;
	option_check *option;
	mp_limb_t  *vote_key;

	count_ballot(ballot, &options, &pairs);
	plan->arena = arena;
	plan->batch.group = check->election->group;
	plan->batch.chains = arena->allocate(arena->context,
										 (2 * options + 3 * (size_t) ballot->n + 1) * sizeof(eg_chain));
	plan->batch.fixed = arena->allocate(arena->context,
										(2 * pairs + ballot->n + 1) * sizeof(eg_fixed_power));
	check->contests = arena->allocate(arena->context, (ballot->n + 1) *
									  sizeof(contest_check));
	option = arena->allocate(arena->context, (options + 1) *
							 sizeof(option_check));
	vote_key = eg_plan_limbs(plan, plan->batch.group->limbs);
	if (plan->batch.chains == NULL || plan->batch.fixed == NULL ||
		check->contests == NULL || option == NULL || vote_key == NULL)
		return false;
	eg_element_import(plan->batch.group, vote_key, check->election->vote_key);
	plan->vote_key = vote_key;
	plan->generator = plan->batch.group->g;
	plan->generator_table = tables->generator;
	plan->vote_key_table = tables->vote_key;
	for (uint32_t i = 0; i < ballot->n; i++)
	{
		check->contests[i].contest = &ballot->contests[i];
		check->contests[i].options = option;
		option += ballot->contests[i].n;
	}
	return true;
}

static void
judge_ballot(ballot_check *check)
{
	const eg_ballot *ballot = check->ballot;

	for (uint32_t i = 0; i < ballot->n; i++)
		judge_contest(check, &check->contests[i]);
	judge_nonce(check);
	if (ballot->preencrypted)
		report_preencryption(check);
	else
		judge_code(check);
}

bool
eg_ballot_check(const eg_election *election, const eg_ballot *ballot,
				const eg_key_tables *tables, const eg_arena *arena,
				const eg_check_sink *sink, const eg_stop *stop,
				eg_fault *fault)
{
	ballot_check check;

	memset(&check, 0, sizeof(check));
	check.election = election;
	check.ballot = ballot;
	check.sink = sink;
	check.plan.stop = stop;
	if (!start(&check, tables, arena))
		return eg_fault_out_of_memory(fault);
	judge_identifier(&check);
	if (!check_labels(&check) || !judge_nonces_differ(&check) ||
		!plan_ballot(&check))
		return eg_fault_out_of_memory(fault);
	if (eg_stop_requested(stop) ||
		eg_batch_run(&check.plan.batch, stop) != EG_OK)
		return eg_fault_interrupted(fault);
	judge_ballot(&check);
	return !eg_stop_requested(stop) || eg_fault_interrupted(fault);
}
