/*
 * opening_check.c
 *		Verifications 13 and 14: opened challenged ballots (3.6.7).
 */
#include "protocol/opening_check.h"

#include "math/scalar.h"
#include "protocol/contest_data_check.h"
#include "protocol/hash_uses.h"
#include "protocol/range_proof.h"

/* An option of a contest of the ballot style. */
typedef struct option_check
{
	const eg_opened_selection *shown;	/* or NULL; of two the last */
	const eg_ciphertext *encrypted; /* on the ballot, or NULL */
	bool		valid;			/* 14.E: 0 <= sigma <= R */
	bool		reduced;		/* xi < q */
	const mp_limb_t *alpha;		/* recomputed (13.1, 13.2) */
	const mp_limb_t *beta;
} option_check;

/* A contest of the ballot style. */
typedef struct contest_check
{
	const eg_known_contest *known;
	const eg_opened_contest *opened;	/* or NULL; of two the last */
	const eg_contest *encrypted;	/* on the ballot, or NULL */
	bool		named;			/* as opened, or as one that stays closed */
	option_check *options;		/* by index */
	uint64_t	total;			/* of the selections that count */
	bool		nonce_reduced;
	const mp_limb_t *alpha;		/* of contest data (13.4, 13.5), or NULL */
	const mp_limb_t *beta;
} contest_check;

typedef struct opening_check
{
	const eg_election *election;
	const eg_ballot *ballot;
	const eg_opening *opening;
	const eg_check_sink *sink;
	const eg_stop *stop;
	const eg_arena *arena;
	eg_catalogue catalogue;
	contest_check *contests;	/* of the style, by index */
	uint32_t	n;
	bool		indices;		/* those that are stated are the manifest's */
	contest_check **by_index;	/* of the manifest; NULL if not in the style */
	uint8_t		h_i[EG_HASH_BYTES]; /* recomputed */
	const mp_limb_t *data_key;
	const eg_fixed_base *data_key_table;
	eg_batch_plan plan;
} opening_check;

/*
 * Reporting
 */

static void
report(const opening_check *check, const char *step, eg_verdict verdict,
	   eg_bytes contest, eg_bytes option, const char *detail)
{
	eg_check_place place = {contest, option};

	check->sink->row(check->sink->context, step, verdict, &place,
					 verdict == EG_PASSED ? NULL : detail);
}

static void
report_whole(const opening_check *check, const char *step, bool passed,
			 const char *detail)
{
	eg_bytes	none = {NULL, 0};

	report(check, step, eg_verdict_of(passed), none, none, detail);
}

static void
report_contest(const opening_check *check, const char *step,
			   eg_verdict verdict, eg_bytes contest, const char *detail)
{
	eg_bytes	none = {NULL, 0};

	report(check, step, verdict, contest, none, detail);
}

static void
report_not_run(const opening_check *check, const char *const *steps, size_t n,
			   const char *detail)
{
	eg_bytes	none = {NULL, 0};

	for (size_t i = 0; i < n; i++)
		report(check, steps[i], EG_NOT_RUN, none, none, detail);
}

/*
 * What is opened beside the style, the manifest and the ballot
 */

static size_t
style_contests(const eg_election *election, const eg_ballot *ballot,
			   const uint8_t **indices)
{
	uint32_t	n;

	if (!eg_rules_style(&election->rules, ballot->style, indices, &n))
		return 0;
	return n;
}

/* The contests of the style, and room for their options. */
static bool
list_contests(opening_check *check)
{
	const eg_arena *arena = check->arena;
	const uint8_t *indices;
	size_t		n = style_contests(check->election, check->ballot, &indices);

	if (!eg_catalogue_make(&check->catalogue, &check->election->rules, arena))
		return false;
	check->contests = arena->allocate(arena->context,
									  (n + 1) * sizeof(contest_check));
	check->by_index = arena->allocate(arena->context, check->catalogue.n *
									  sizeof(check->by_index[0]));
	if (check->contests == NULL || check->by_index == NULL)
		return false;
	for (; check->n < n; check->n++)
	{
		contest_check *contest = &check->contests[check->n];
		uint32_t	index = eg_get32(indices + 4 * (size_t) check->n);

		contest->known = &check->catalogue.contests[index - 1];
		contest->options = arena->allocate(arena->context, contest->known->n *
										   sizeof(option_check));
		if (contest->options == NULL)
			return false;
		check->by_index[index - 1] = contest;
	}
	return true;
}

/* The contest of the style with this label, or NULL. */
static contest_check *
find_contest(const opening_check *check, eg_bytes label)
{
	const eg_known_contest *known = eg_find_contest(&check->catalogue, label);

	return known ? check->by_index[known->index - 1] : NULL;
}

/* Lays the ballot's selections beside the manifest's options. */
static void
match_ballot(opening_check *check)
{
	for (uint32_t i = 0; i < check->ballot->n; i++)
	{
		const eg_contest *encrypted = &check->ballot->contests[i];
		contest_check *contest = find_contest(check, encrypted->label);

		if (contest == NULL)
			continue;
		contest->encrypted = encrypted;
		for (uint32_t j = 0; j < encrypted->n; j++)
		{
			const eg_known_option *known =
				eg_find_option(contest->known, encrypted->selections[j].label);

			if (known != NULL)
				contest->options[known->index - 1].encrypted =
					encrypted->selections[j].ciphertext;
		}
	}
}

/* A sequence_order, wherever it stands, is the manifest's index. */
static void
note_index(opening_check *check, uint32_t stated, uint32_t index)
{
	if (stated != 0 && stated != index)
		check->indices = false;
}

/* 14.A for one name: it is in the style, and was not given before. */
static contest_check *
name_contest(const opening_check *check, eg_bytes label)
{
	contest_check *contest = find_contest(check, label);
	bool		again = contest != NULL && contest->named;

	report_contest(check, "14.A", eg_verdict_of(contest != NULL && !again),
				   label, again ? "contest is given twice" :
				   "the ballot style has no such contest");
	if (contest != NULL)
		contest->named = true;
	return contest;
}

/* 14.A and 14.B: each contest of the style is opened, or named as closed. */
static void
match_contests(opening_check *check)
{
	const eg_opening *opening = check->opening;

	for (uint32_t i = 0; i < opening->n; i++)
	{
		contest_check *contest =
			name_contest(check, eg_kept_label(&opening->contests[i].label));

		if (contest == NULL)
			continue;
		contest->opened = &opening->contests[i];
		note_index(check, contest->opened->index, contest->known->index);
	}
	for (uint32_t i = 0; i < opening->n_closed; i++)
		name_contest(check, opening->closed[i]);
	for (uint32_t i = 0; i < check->n; i++)
		report_contest(check, "14.B",
					   eg_verdict_of(check->contests[i].named),
					   check->contests[i].known->label,
					   "contest is neither opened nor named as unopened");
	report_whole(check, "13.opened", opening->n > 0, "no contest is opened");
}

/* 14.C: the options are the manifest's, each given once. */
static void
match_options(opening_check *check, contest_check *contest)
{
	for (uint32_t i = 0; i < contest->opened->n; i++)
	{
		const eg_opened_selection *shown = &contest->opened->selections[i];
		eg_bytes	label = eg_kept_label(&shown->label);
		const eg_known_option *known = eg_find_option(contest->known, label);
		option_check *option = known == NULL ? NULL :
			&contest->options[known->index - 1];
		bool		again = option != NULL && option->shown != NULL;

		report(check, "14.C", eg_verdict_of(option != NULL && !again),
			   contest->known->label, label, again ? "option is given twice" :
			   "the manifest has no such option");
		if (option == NULL)
			continue;
		option->shown = shown;
		note_index(check, shown->index, known->index);
	}
}

/*
 * Planning
 */

static bool
start_plan(opening_check *check, const eg_decryption_tables *tables)
{
	const eg_group *group = check->election->group;
	const eg_arena *arena = check->arena;
	eg_batch_plan *plan = &check->plan;
	size_t		n = eg_opening_check_powers(check->election, check->ballot);
	mp_limb_t  *vote_key;
	mp_limb_t  *data_key;

	plan->arena = arena;
	plan->batch.group = group;
	plan->batch.fixed = arena->allocate(arena->context,
										(2 * n + 1) * sizeof(eg_fixed_power));
	vote_key = eg_plan_limbs(plan, group->limbs);
	data_key = eg_plan_limbs(plan, group->limbs);
	if (plan->batch.fixed == NULL || plan->exhausted)
		return false;
	eg_element_import(group, vote_key, check->election->vote_key);
	eg_element_import(group, data_key, check->election->data_key);
	plan->generator = group->g;
	plan->generator_table = tables->generator;
	plan->vote_key = vote_key;
	plan->vote_key_table = tables->vote_key;
	check->data_key = data_key;
	check->data_key_table = tables->data_key;
	return true;
}

/* K^^exponent, for which a plan has no place of its own */
static const mp_limb_t *
plan_data_key(opening_check *check, const mp_limb_t *exponent)
{
	eg_batch_plan *plan = &check->plan;
	eg_fixed_power *power = &plan->batch.fixed[plan->batch.n_fixed++];

	power->base = check->data_key;
	power->fixed = check->data_key_table;
	power->exponent = exponent;
	power->power = eg_plan_limbs(plan, plan->batch.group->limbs);
	return power->power;
}

/*
 * 14.E, and if sigma is valid alpha = g^xi and beta = K^(sigma + xi) (13.1,
 * 13.2)
 */
static void
plan_option(opening_check *check, contest_check *contest,
			option_check *option, const eg_known_option *known)
{
	const eg_group *group = check->election->group;
	size_t		s = group->scalar_limbs;
	mp_limb_t  *xi;
	eg_integer	sigma;

	option->valid = eg_kept_integer(&sigma, group, &option->shown->vote) &&
		!sigma.negative && !sigma.large && sigma.value[1] == 0 &&
		sigma.value[0] <= known->rules.limit;
	if (!option->valid)
		return;
	if (known->rules.counts)
		contest->total += sigma.value[0];
	xi = eg_plan_limbs(&check->plan, 2 * s);
	if (xi == NULL)
		return;
	option->reduced = eg_scalar_take(group, xi, option->shown->nonce);
	eg_scalar_add(group, xi + s, xi, sigma.residue);
	option->alpha = eg_plan_generator(&check->plan, xi);
	option->beta = eg_plan_vote_key(&check->plan, xi + s);
}

static void
plan_contest(opening_check *check, contest_check *contest)
{
	const eg_group *group = check->election->group;
	const eg_opened_data *data = contest->opened->data;
	mp_limb_t  *xi;

	for (uint32_t i = 0; i < contest->known->n; i++)
	{
		/* Who looks next returns. */
		if (check->plan.exhausted || eg_stop_requested(check->stop))
			return;
		if (contest->options[i].shown != NULL)
			plan_option(check, contest, &contest->options[i],
						&contest->known->options[i]);
	}
	if (data == NULL)
		return;
	xi = eg_plan_limbs(&check->plan, group->scalar_limbs);
	if (xi == NULL)
		return;
	contest->nonce_reduced = eg_scalar_take(group, xi, data->nonce);
	contest->alpha = eg_plan_generator(&check->plan, xi);
	contest->beta = plan_data_key(check, xi);
}

/*
 * Judging
 */

/* 14.D, 14.E, 13.1 and 13.2; hash takes the recomputed encryption. */
static void
judge_option(const opening_check *check, const contest_check *contest,
			 uint32_t place, eg_hash *hash)
{
	const eg_group *group = check->election->group;
	const option_check *option = &contest->options[place];
	eg_bytes	c = contest->known->label;
	eg_bytes	o = contest->known->options[place].label;
	const char *lost = option->shown == NULL ? "option is not shown" :
		"vote is not an integer from 0 to the option's limit";
	uint8_t		bytes[EG_CIPHERTEXT_BYTES];
	eg_ciphertext made = {bytes, bytes + EG_ELEMENT_BYTES};
	bool		same;

	report(check, "14.D", eg_verdict_of(option->shown != NULL), c, o, lost);
	report(check, "14.E", option->shown == NULL ? EG_NOT_RUN :
		   eg_verdict_of(option->valid), c, o, lost);
	if (!option->valid)
	{
		report(check, "13.nonce", EG_NOT_RUN, c, o, lost);
		report(check, "13.1/13.2", EG_NOT_RUN, c, o, lost);
		return;
	}
	eg_element_export(group, bytes, option->alpha);
	eg_element_export(group, bytes + EG_ELEMENT_BYTES, option->beta);
	eg_hash_ciphertext(hash, &made);
	report(check, "13.nonce", eg_verdict_of(option->reduced), c, o,
		   "nonce is not below q");
	same = option->encrypted != NULL &&
		memcmp(made.pad, option->encrypted->pad, EG_ELEMENT_BYTES) == 0 &&
		memcmp(made.data, option->encrypted->data, EG_ELEMENT_BYTES) == 0;
	report(check, "13.1/13.2", eg_verdict_of(same), c, o,
		   "vote and nonce do not give the ballot's encryption");
}

/*
 * 13.A of contest data that is opened.  A nonce xi' with the data that C1
 * holds under it passes the equation of 13.A as it stands; so alpha must be
 * the ballot's C0 (errata).
 */
static eg_status
judge_opened_data(const opening_check *check, const contest_check *contest)
{
	const eg_group *group = check->election->group;
	const eg_hashed_ciphertext *encrypted = contest->encrypted->data;
	eg_bytes	label = contest->known->label;
	uint8_t		alpha[EG_ELEMENT_BYTES];
	uint8_t		beta[EG_ELEMENT_BYTES];
	eg_bytes	data;
	bool		equal;
	bool		same;
	eg_status	status;

	if (!eg_kept_data(&data, &contest->opened->data->data,
					  encrypted->c1.size, check->arena))
	{
		report_contest(check, "13.readable", EG_FAILED, label,
					   "data is neither base64 nor hexadecimal");
		report_contest(check, "13.A", EG_NOT_RUN, label,
					   "data is not readable");
		return EG_OK;
	}
	eg_element_export(group, alpha, contest->alpha);
	eg_element_export(group, beta, contest->beta);
	same = memcmp(alpha, encrypted->c0, sizeof(alpha)) == 0;
	status = eg_contest_data_compare(&equal, check->h_i,
									 contest->known->index, alpha, beta,
									 encrypted->c1, data, check->stop);
	if (status != EG_OK)
		return status;
	report_contest(check, "13.4", eg_verdict_of(same), label,
				   "nonce does not give the ballot's C0");
	report_contest(check, "13.A",
				   eg_verdict_of(same && equal && contest->nonce_reduced),
				   label, !same ? "nonce does not give the ballot's C0" :
				   !equal ? "data is not what C1 holds under these keys" :
				   "nonce is not below q");
	return EG_OK;
}

/* 13.A: contest data is opened exactly if the ballot has it. */
static eg_status
judge_data(const opening_check *check, const contest_check *contest)
{
	bool		encrypted = contest->encrypted != NULL &&
		contest->encrypted->data != NULL;
	bool		opened = contest->opened->data != NULL;

	if (encrypted && opened)
		return judge_opened_data(check, contest);
	if (encrypted || opened)
		report_contest(check, "13.A", EG_FAILED, contest->known->label,
					   encrypted ? "contest data is not opened" :
					   "the ballot has no contest data");
	return EG_OK;
}

static void
hash_data(const contest_check *contest, eg_hash *hash)
{
	if (contest->encrypted != NULL && contest->encrypted->data != NULL)
		eg_hash_contest_data(hash, contest->encrypted->data);
}

/* chi of what is shown (13.3) */
static eg_status
judge_opened(const opening_check *check, const contest_check *contest,
			 uint8_t *chi)
{
	eg_hash		hash;

	eg_contest_hash_begin(&hash, check->h_i, contest->known->index);
	for (uint32_t i = 0; i < contest->known->n; i++)
	{
		if (eg_stop_requested(check->stop))
			return EG_INTERRUPTED;
		judge_option(check, contest, i, &hash);
	}
	hash_data(contest, &hash);
	eg_hash_end(&hash, chi);
	report_contest(check, "14.F",
				   eg_verdict_of(contest->total <=
								 contest->known->rules.limit),
				   contest->known->label,
				   "votes sum to more than the contest's limit");
	return judge_data(check, contest);
}

/* chi of a contest that stays closed, from the encrypted ballot (13.B) */
static void
hash_closed(const opening_check *check, const contest_check *contest,
			uint8_t *chi)
{
	eg_hash		hash;

	eg_contest_hash_begin(&hash, check->h_i, contest->known->index);
	for (uint32_t i = 0; i < contest->known->n; i++)
		if (contest->options[i].encrypted != NULL)
			eg_hash_ciphertext(&hash, contest->options[i].encrypted);
	hash_data(contest, &hash);
	eg_hash_end(&hash, chi);
}

/* All contests of the style, and 13.B */
static eg_status
judge_contests(const opening_check *check)
{
	uint8_t		chi[EG_HASH_BYTES];
	uint8_t		code[EG_HASH_BYTES];
	eg_hash		hash;

	eg_confirmation_code_begin(&hash, false, check->h_i);
	for (uint32_t i = 0; i < check->n; i++)
	{
		const contest_check *contest = &check->contests[i];
		eg_status	status = EG_OK;

		if (contest->opened != NULL)
			status = judge_opened(check, contest, chi);
		else if (contest->encrypted != NULL)
			hash_closed(check, contest, chi);
		else
			continue;
		if (status != EG_OK)
			return status;
		eg_hash_digest(&hash, chi);
	}
	eg_hash_bytes(&hash, check->ballot->chaining, EG_CHAINING_BYTES);
	eg_hash_end(&hash, code);
	report_whole(check, "13.B",
				 memcmp(code, check->ballot->code, sizeof(code)) == 0,
				 "confirmation code is not the hash of what is shown");
	return EG_OK;
}

/*
 * The whole
 */

size_t
eg_opening_check_powers(const eg_election *election, const eg_ballot *ballot)
{
	const uint8_t *indices;
	size_t		n = style_contests(election, ballot, &indices);

	return n + election->rules.directory.options;
}

/* 13.known: NULL, or why the opening is none of this ballot. */
static const char *
find_fault(const opening_check *check)
{
	const eg_opening *opening = check->opening;
	const eg_kept *id = opening->id.there ? &opening->id : &opening->ballot_id;

	if (!eg_bytes_equal(check->ballot->id, eg_kept_label(id)))
		return "the opening is of another ballot";
	if (check->ballot->state != EG_BALLOT_CHALLENGED)
		return "the ballot is not challenged";
	return eg_ballot_lacks(check->ballot);
}

/* False if there is nothing to be checked any further. */
static bool
judge_head(const opening_check *check)
{
	static const char *const ordinary[] = {"13.indices", "13.A", "13.B", "14.A",
	"14.B", "14.C", "14.D", "14.E", "14.F"};
	static const char *const uncast[] = {"17.A", "18.A", "19.A", "19.B",
	"19.C", "19.D"};
	const char *wrong = find_fault(check);

	report_whole(check, "13.known", wrong == NULL, wrong);
	if (wrong != NULL)
	{
		report_not_run(check, ordinary, sizeof(ordinary) / sizeof(ordinary[0]),
					   "there is nothing to check it against");
		return false;
	}
	if (check->opening->election != NULL)
		report_whole(check, "13.election_id",
					 memcmp(check->opening->election, check->election->h_e,
							EG_HASH_BYTES) == 0,
					 "the opening is of another election");
	if (check->ballot->preencrypted)
		report_not_run(check, uncast, sizeof(uncast) / sizeof(uncast[0]),
					   "pre-encrypted ballots are not checked by this version");
	return !check->ballot->preencrypted;
}

bool
eg_opening_check(const eg_election *election, const eg_ballot *ballot,
				 const eg_opening *opening,
				 const eg_decryption_tables *tables, const eg_arena *arena,
				 const eg_check_sink *sink, const eg_stop *stop,
				 eg_fault *fault)
{
	opening_check check;

	memset(&check, 0, sizeof(check));
	check.election = election;
	check.ballot = ballot;
	check.opening = opening;
	check.sink = sink;
	check.stop = stop;
	check.arena = arena;
	check.indices = true;
	if (!judge_head(&check))
		return true;
	eg_identifier_hash(check.h_i, election->h_e, ballot->identifier);
	if (!list_contests(&check) || !start_plan(&check, tables))
		return eg_fault_set(fault, EG_FAULT_LIMIT, "out of memory");
	match_ballot(&check);
	match_contests(&check);
	for (uint32_t i = 0; i < check.n; i++)
		if (check.contests[i].opened != NULL)
		{
			match_options(&check, &check.contests[i]);
			plan_contest(&check, &check.contests[i]);
		}
	if (check.plan.exhausted)
		return eg_fault_set(fault, EG_FAULT_LIMIT, "out of memory");
	report_whole(&check, "13.indices", check.indices,
				 "a sequence_order differs from the manifest");
	if (eg_stop_requested(stop) ||
		eg_batch_run(&check.plan.batch, stop) != EG_OK ||
		judge_contests(&check) != EG_OK)
		return eg_fault_set(fault, EG_FAULT_INTERRUPTED, "interrupted");
	return true;
}
