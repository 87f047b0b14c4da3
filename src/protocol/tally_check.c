/*
 * tally_check.c
 *		Verifications 10 and 11: decrypted tallies.
 */
#include "protocol/tally_check.h"

#include "math/montgomery.h"
#include "math/power.h"
#include "math/scalar.h"

const eg_frame_steps eg_encrypted_tally_steps = {"9.election_id", "9.cells",
"9.indices"};
const eg_frame_steps eg_tally_steps = {"10.election_id", "10.cells",
"10.indices"};

/* One option as tally.json has it. */
typedef struct cell_check
{
	const eg_tally_contest *contest;
	const eg_tally_cell *cell;
	const eg_known_contest *known_contest;	/* or NULL */
	const eg_known_option *known;	/* or NULL */
	bool		invertible;		/* T has an inverse mod p */
	bool		integer;		/* t is one */
	eg_integer	votes;			/* t */
	mp_limb_t  *m;
	const mp_limb_t *vote_power;	/* K^t */
	eg_decryption_proof proof;
} cell_check;

typedef struct tally_check
{
	const eg_election *election;
	const eg_tally_input *input;
	const eg_check_sink *sink;
	const eg_stop *stop;
	eg_catalogue catalogue;
	cell_check *cells;
	size_t		n;
	const eg_ciphertext **encrypted;	/* by place of the option */
	const eg_contest_weight **weights;	/* by contest of the manifest */
	eg_batch_plan plan;
} tally_check;

/*
 * Reporting
 */

static void
report_labels(const eg_check_sink *sink, const char *step,
			  eg_verdict verdict, eg_bytes contest, eg_bytes option,
			  const char *detail)
{
	eg_check_place place = {contest, option};

	sink->row(sink->context, step, verdict, &place,
			  verdict == EG_PASSED ? NULL : detail);
}

static void
report_whole(const eg_check_sink *sink, const char *step, bool passed,
			 const char *detail)
{
	eg_bytes	none = {NULL, 0};

	report_labels(sink, step, eg_verdict_of(passed), none, none, detail);
}

static void
report(const tally_check *check, const char *step, eg_verdict verdict,
	   const cell_check *cell, const char *detail)
{
	report_labels(check->sink, step, verdict,
				  eg_kept_label(&cell->contest->label),
				  eg_kept_label(&cell->cell->label), detail);
}

/*
 * The list of options
 */

/*
 * Marks the options of a contest in seen, by place; false if one is unknown
 * or was seen before.
 */
static bool
mark_options(uint8_t *seen, const eg_known_contest *known,
			 const eg_tally_contest *contest, bool *indices)
{
	bool		each_once = true;

	for (uint32_t i = 0; i < contest->n; i++)
	{
		const eg_tally_cell *cell = &contest->cells[i];
		const eg_known_option *option =
			eg_find_option(known, eg_kept_label(&cell->label));

		if (option == NULL || seen[option->place])
		{
			each_once = false;
			continue;
		}
		seen[option->place] = 1;
		if ((cell->index != 0 && cell->index != option->index) ||
			(contest->index != 0 && contest->index != known->index))
			*indices = false;
	}
	return each_once;
}

/*
 * Every contest and option of the manifest once, with its indices if any are
 * stated.
 */
bool
eg_tally_frame_check(const eg_election *election, const eg_tally_file *file,
					 const eg_frame_steps *steps, const eg_arena *arena,
					 const eg_check_sink *sink, eg_fault *fault)
{
	eg_catalogue catalogue;
	uint8_t    *seen;
	uint8_t    *seen_contests;
	bool		exact = true;
	bool		indices = true;

	if (!eg_catalogue_make(&catalogue, &election->rules, arena))
		return eg_fault_out_of_memory(fault);
	seen = arena->allocate(arena->context, catalogue.options);
	seen_contests = arena->allocate(arena->context, catalogue.n);
	if (seen == NULL || seen_contests == NULL)
		return eg_fault_out_of_memory(fault);
	for (uint32_t i = 0; i < file->n; i++)
	{
		const eg_tally_contest *contest = &file->contests[i];
		const eg_known_contest *known =
			eg_find_contest(&catalogue, eg_kept_label(&contest->label));

		if (known == NULL || seen_contests[known->index - 1])
			exact = false;
		if (known == NULL)
			continue;
		seen_contests[known->index - 1] = 1;
		exact = mark_options(seen, known, contest, &indices) && exact;
	}
	for (uint32_t i = 0; i < catalogue.options; i++)
		exact = exact && seen[i];
	if (file->election != NULL)
		report_whole(sink, steps->election,
					 memcmp(file->election, election->h_e,
							EG_HASH_BYTES) == 0,
					 "the tally is of another election");
	report_whole(sink, steps->cells, exact,
				 "a contest or option is missing, unknown or listed twice");
	report_whole(sink, steps->indices, indices,
				 "a sequence_order differs from the manifest");
	return true;
}

/*
 * The proof of decryption
 */

/* base^exponent; base may be 0, of which the batch makes no powers. */
static const mp_limb_t *
plan_power(eg_batch_plan *plan, const mp_limb_t *base,
		   const mp_limb_t *exponent, const eg_chain **chain)
{
	const eg_group *group = plan->batch.group;
	mp_limb_t  *power;

	*chain = NULL;
	if (!mpn_zero_p(base, group->limbs))
	{
		*chain = eg_plan_chain(plan, base, exponent, 1);
		return (*chain)->powers;
	}
	power = eg_plan_limbs(plan, group->limbs);
	if (power != NULL && mpn_zero_p(exponent, group->scalar_limbs))
		power[0] = 1;
	return power;
}

void
eg_decryption_proof_plan(eg_decryption_proof *proof, eg_batch_plan *plan,
						 const mp_limb_t *base, const mp_limb_t *factor,
						 const eg_pair *pair)
{
	const eg_group *group = plan->batch.group;
	mp_limb_t  *c = eg_plan_limbs(plan, group->scalar_limbs);
	mp_limb_t  *v = eg_plan_limbs(plan, group->scalar_limbs);
	const eg_chain *chain;

	if (plan->exhausted)
		return;

	/* A c that is not below q equals no hash, however it goes on. */
	eg_scalar_take(group, c, pair->challenge);
	proof->reduced = eg_scalar_take(group, v, pair->response);
	proof->generator_power = eg_plan_generator(plan, v);
	proof->key_power = eg_plan_vote_key(plan, c);
	proof->base_power = plan_power(plan, base, v, &chain);
	proof->factor_power = plan_power(plan, factor, c, &proof->factor);
}

/* x y mod p, as bytes */
static void
export_product(const eg_group *group, uint8_t *bytes, const mp_limb_t *x,
			   const mp_limb_t *y)
{
	mp_limb_t	product[EG_MAX_LIMBS];

	eg_multiply(group, product, x, y);
	eg_element_export(group, bytes, product);
}

void
eg_decryption_proof_judge(eg_decryption_proof *proof, const eg_group *group,
						  uint8_t *a, uint8_t *b)
{
	export_product(group, a, proof->generator_power, proof->key_power);
	export_product(group, b, proof->base_power, proof->factor_power);
	proof->member = proof->factor != NULL && proof->factor->member;
}

/*
 * Planning
 */

/* M = B / T mod p (10.1); false if T is 0 mod p. */
static bool
divide(const eg_group *group, mp_limb_t *m, const mp_limb_t *b,
	   const mp_limb_t *t)
{
	if (mpn_zero_p(t, group->limbs))
		return false;
	eg_inverse(group, m, t);
	eg_multiply(group, m, m, b);
	return true;
}

static void
plan_cell(tally_check *check, cell_check *cell)
{
	const eg_group *group = check->election->group;
	mp_limb_t  *a = eg_plan_limbs(&check->plan, group->limbs);
	mp_limb_t	b[EG_MAX_LIMBS];
	mp_limb_t	t[EG_MAX_LIMBS];

	cell->m = eg_plan_limbs(&check->plan, group->limbs);
	if (check->plan.exhausted)
		return;
	eg_element_reduce(group, a, cell->cell->ciphertext->pad);
	eg_element_reduce(group, b, cell->cell->ciphertext->data);
	eg_element_reduce(group, t, cell->cell->power);

	/* Without an inverse M stays 0, and what follows of it is not judged. */
	cell->invertible = divide(group, cell->m, b, t);
	eg_decryption_proof_plan(&cell->proof, &check->plan, a, cell->m,
							 cell->cell->proof);
	cell->integer = eg_kept_integer(&cell->votes, group, &cell->cell->votes);
	if (cell->integer)
		cell->vote_power = eg_plan_vote_key(&check->plan,
											cell->votes.residue);
}

/*
 * Lists the cells of the tally, and plans those that the manifest knows; told
 * to stop, it leaves the rest to whoever asks next.
 */
static void
plan_cells(tally_check *check)
{
	const eg_tally_file *file = check->input->decrypted;

	for (uint32_t i = 0; i < file->n; i++)
	{
		const eg_tally_contest *contest = &file->contests[i];
		const eg_known_contest *known =
			eg_find_contest(&check->catalogue,
							eg_kept_label(&contest->label));

		for (uint32_t j = 0; j < contest->n; j++)
		{
			cell_check *cell = &check->cells[check->n++];

			cell->contest = contest;
			cell->cell = &contest->cells[j];
			cell->known_contest = known;
			if (known != NULL)
				cell->known = eg_find_option(known,
											 eg_kept_label(&cell->cell->label));
			if (cell->known != NULL)
				plan_cell(check, cell);
			if (check->plan.exhausted || eg_stop_requested(check->stop))
				return;
		}
	}
}

/* Finds the encrypted tally's ciphertexts; of two of an option the last. */
static void
find_encrypted(tally_check *check)
{
	const eg_tally_file *file = check->input->encrypted;

	for (uint32_t i = 0; file != NULL && i < file->n; i++)
	{
		const eg_tally_contest *contest = &file->contests[i];
		const eg_known_contest *known =
			eg_find_contest(&check->catalogue,
							eg_kept_label(&contest->label));

		for (uint32_t j = 0; known != NULL && j < contest->n; j++)
		{
			const eg_known_option *option =
				eg_find_option(known, eg_kept_label(&contest->cells[j].label));

			if (option != NULL)
				check->encrypted[option->place] =
					contest->cells[j].ciphertext;
		}
	}
}

static void
find_weights(tally_check *check)
{
	const eg_weight_list *list = check->input->weights;

	for (uint32_t i = 0; list != NULL && i < list->n; i++)
	{
		const eg_known_contest *known =
			eg_find_contest(&check->catalogue, list->contests[i].contest);

		if (known != NULL)
			check->weights[known->index - 1] = &list->contests[i];
	}
}

static bool
start(tally_check *check, const eg_decryption_tables *tables,
	  const eg_arena *arena)
{
	eg_batch_plan *plan = &check->plan;
	size_t		n = eg_tally_file_options(check->input->decrypted);
	mp_limb_t  *vote_key;

	if (!eg_catalogue_make(&check->catalogue, &check->election->rules, arena))
		return false;
	plan->arena = arena;
	plan->batch.group = check->election->group;
	plan->batch.chains = arena->allocate(arena->context,
										 (2 * n + 1) * sizeof(eg_chain));
	plan->batch.fixed = arena->allocate(arena->context, (3 * n + 1) *
										sizeof(eg_fixed_power));
	check->cells = arena->allocate(arena->context, (n + 1) *
								   sizeof(cell_check));
	check->encrypted = arena->allocate(arena->context,
									   check->catalogue.options *
									   sizeof(check->encrypted[0]));
	check->weights = arena->allocate(arena->context, check->catalogue.n *
									 sizeof(check->weights[0]));
	vote_key = eg_plan_limbs(plan, plan->batch.group->limbs);
	if (plan->batch.chains == NULL || plan->batch.fixed == NULL ||
		check->cells == NULL || check->encrypted == NULL ||
		check->weights == NULL || vote_key == NULL)
		return false;
	eg_element_import(plan->batch.group, vote_key, check->election->vote_key);
	plan->vote_key = vote_key;
	plan->vote_key_table = tables->vote_key;
	plan->generator = plan->batch.group->g;
	plan->generator_table = tables->generator;
	return true;
}

/*
 * Judging: Verification 10
 */

/* The option in both files (errata: equal as integers) */
static void
judge_ciphertext(const tally_check *check, const cell_check *cell)
{
	static const char step[] = "10.same ciphertext";
	const eg_ciphertext *mine = cell->cell->ciphertext;
	const eg_ciphertext *theirs = check->encrypted[cell->known->place];
	bool		same;

	if (check->input->encrypted == NULL)
	{
		report(check, step, EG_NOT_RUN, cell, "no encrypted tally to compare");
		return;
	}
	same = theirs != NULL &&
		memcmp(mine->pad, theirs->pad, EG_ELEMENT_BYTES) == 0 &&
		memcmp(mine->data, theirs->data, EG_ELEMENT_BYTES) == 0;
	report(check, step, eg_verdict_of(same), cell,
		   "ciphertext is not that of the encrypted tally");
}

/* 10.B (eq. 90) */
static bool
judge_challenge(const tally_check *check, cell_check *cell)
{
	const eg_group *group = check->election->group;
	uint8_t		a[EG_ELEMENT_BYTES];
	uint8_t		b[EG_ELEMENT_BYTES];
	uint8_t		m[EG_ELEMENT_BYTES];
	uint8_t		c[EG_HASH_BYTES];

	eg_decryption_proof_judge(&cell->proof, group, a, b);
	eg_element_export(group, m, cell->m);
	eg_tally_decryption_challenge(c, check->election->h_e,
								  cell->known_contest->index,
								  cell->known->index, cell->cell->ciphertext,
								  a, b, m);
	return memcmp(c, cell->cell->proof->challenge, sizeof(c)) == 0;
}

/* 10.C; T is compared as it stands, so that T + p is not taken for T. */
static bool
judge_votes(const tally_check *check, const cell_check *cell)
{
	uint8_t		power[EG_ELEMENT_BYTES];

	if (!cell->integer)
		return false;
	eg_element_export(check->election->group, power, cell->vote_power);
	return memcmp(power, cell->cell->power, sizeof(power)) == 0;
}

/* 0 <= t <= R W for the summed weight W of the cast ballots (3.6.2, errata) */
static bool
within_bound(const cell_check *cell, uint64_t weight)
{
	mp_limb_t	bound[EG_INTEGER_LIMBS] = {weight};

	if (!cell->integer || cell->votes.negative || cell->votes.large)
		return false;
	bound[1] = mpn_mul_1(bound, bound, 1, cell->known->rules.limit);
	return mpn_cmp(cell->votes.value, bound, EG_INTEGER_LIMBS) <= 0;
}

static void
judge_bound(const tally_check *check, const cell_check *cell)
{
	const eg_contest_weight *weight =
		check->weights[cell->known_contest->index - 1];

	if (check->input->weights == NULL)
		report(check, "10.t", EG_NOT_RUN, cell,
			   "the weights of the ballots are not given");
	else if (weight != NULL && weight->overflow)
		report(check, "10.t", EG_FAILED, cell,
			   "the weights of the ballots sum to more than 2^63 - 1");
	else
		report(check, "10.t",
			   eg_verdict_of(within_bound(cell, weight ? weight->weight : 0)),
			   cell, cell->integer ?
			   "tally is no sum that the cast ballots can have" :
			   "tally is not an integer");
}

static void
judge_unknown(const tally_check *check, const cell_check *cell)
{
	static const char *const steps[] = {"10.same ciphertext", "10.1", "10.A",
	"10.B", "10.C", "10.t"};

	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++)
		report(check, steps[i], EG_NOT_RUN, cell,
			   "the manifest has no such option");
}

static void
judge_cell(const tally_check *check, cell_check *cell)
{
	if (cell->known == NULL)
	{
		judge_unknown(check, cell);
		return;
	}
	judge_ciphertext(check, cell);
	report(check, "10.1", eg_verdict_of(cell->invertible), cell,
		   "T has no inverse");
	report(check, "10.A", eg_verdict_of(cell->proof.reduced), cell,
		   "response is not below q");
	if (cell->invertible)
	{
		report(check, "10.B", eg_verdict_of(judge_challenge(check, cell)),
			   cell, "challenge is not the hash");
		report(check, "10.C", eg_verdict_of(judge_votes(check, cell)), cell,
			   cell->integer ? "T is not K^t" : "tally is not an integer");
	}
	else
	{
		report(check, "10.B", EG_NOT_RUN, cell, "T has no inverse");
		report(check, "10.C", EG_NOT_RUN, cell, "T has no inverse");
	}
	judge_bound(check, cell);
}

/*
 * Judging: Verification 11
 */

/* 11.C: seen is what all entries of the contest list. */
static void
judge_options(const tally_check *check, const eg_known_contest *known,
			  const uint8_t *seen)
{
	for (uint32_t i = 0; i < known->n; i++)
		report_labels(check->sink, "11.C",
					  eg_verdict_of(seen[known->options[i].place]),
					  known->label, known->options[i].label,
					  "the tally has no such option");
}

/* Marks what is listed; 11.A and 11.B in the order of the file. */
static void
judge_listed(const tally_check *check, uint8_t *listed, uint8_t *seen)
{
	const eg_tally_file *file = check->input->decrypted;

	for (uint32_t i = 0; i < file->n; i++)
	{
		const eg_tally_contest *contest = &file->contests[i];
		eg_bytes	label = eg_kept_label(&contest->label);
		eg_bytes	none = {NULL, 0};
		const eg_known_contest *known = eg_find_contest(&check->catalogue,
														label);

		report_labels(check->sink, "11.A", eg_verdict_of(known != NULL),
					  label, none, "the manifest has no such contest");
		if (known == NULL)
			continue;
		listed[known->index - 1] = 1;
		for (uint32_t j = 0; j < contest->n; j++)
		{
			eg_bytes	name = eg_kept_label(&contest->cells[j].label);
			const eg_known_option *option = eg_find_option(known, name);

			report_labels(check->sink, "11.B", eg_verdict_of(option != NULL),
						  label, name, "the manifest has no such option");
			if (option != NULL)
				seen[option->place] = 1;
		}
	}
}

/* 11.D: what a submitted ballot carries is tallied. */
static void
judge_carried(const tally_check *check, const uint8_t *listed)
{
	const eg_weight_list *list = check->input->weights;
	eg_bytes	none = {NULL, 0};

	if (list == NULL)
		report_labels(check->sink, "11.D", EG_NOT_RUN, none, none,
					  "the contests of the ballots are not given");
	for (uint32_t i = 0; list != NULL && i < list->n; i++)
	{
		eg_bytes	label = list->contests[i].contest;
		const eg_known_contest *known = eg_find_contest(&check->catalogue,
														label);

		report_labels(check->sink, "11.D",
					  eg_verdict_of(known != NULL &&
									listed[known->index - 1]),
					  label, none, "the tally has no such contest");
	}
}

static bool
judge_labels(const tally_check *check, const eg_arena *arena)
{
	const eg_catalogue *catalogue = &check->catalogue;
	uint8_t    *listed = arena->allocate(arena->context, catalogue->n);
	uint8_t    *seen = arena->allocate(arena->context, catalogue->options);

	if (listed == NULL || seen == NULL)
		return false;
	judge_listed(check, listed, seen);
	for (uint32_t i = 0; i < catalogue->n; i++)
		if (listed[i])
			judge_options(check, &catalogue->contests[i], seen);
	judge_carried(check, listed);
	return true;
}

/*
 * The whole
 */

bool
eg_tally_check(const eg_election *election, const eg_tally_input *input,
			   const eg_decryption_tables *tables, const eg_arena *arena,
			   const eg_check_sink *sink, const eg_stop *stop,
			   eg_fault *fault)
{
	tally_check check;

	memset(&check, 0, sizeof(check));
	check.election = election;
	check.input = input;
	check.sink = sink;
	check.stop = stop;
	if (!eg_tally_frame_check(election, input->decrypted, &eg_tally_steps,
							  arena, sink, fault))
		return false;
	if (!start(&check, tables, arena))
		return eg_fault_out_of_memory(fault);
	find_encrypted(&check);
	find_weights(&check);
	plan_cells(&check);
	if (check.plan.exhausted)
		return eg_fault_out_of_memory(fault);
	if (eg_stop_requested(stop) ||
		eg_batch_run(&check.plan.batch, stop) != EG_OK)
		return eg_fault_interrupted(fault);
	for (size_t i = 0; i < check.n; i++)
	{
		if (eg_stop_requested(stop))
			return eg_fault_interrupted(fault);
		judge_cell(&check, &check.cells[i]);
	}
	return judge_labels(&check, arena) || eg_fault_out_of_memory(fault);
}
