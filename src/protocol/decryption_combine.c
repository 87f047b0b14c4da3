/*
 * decryption_combine.c
 *		What a round of decryption comes to, every guardian's part verified.
 */
#include "protocol/decryption_combine.h"

#include "math/batch.h"
#include "math/discrete_log.h"
#include "math/lagrange.h"
#include "math/montgomery.h"
#include "math/power.h"
#include "math/scalar.h"
#include "protocol/json_fields.h"
#include "protocol/record_shapes.h"

/* Openings that are hashed between two looks at the stop function */
#define OPENINGS_PER_LOOK	64

/*
 * Steps
 */

static const struct
{
	const char *names[EG_KEY_USES];
	const char *fault;
}			steps[EG_DECRYPTION_STEPS] = {
	{{"3.6.5 revealed", "3.6.6 revealed"},
	"the guardian has not revealed his commitment"},
	{{"3.6.5 (88)", "3.6.6 (99)"},
	"the guardian did not reveal what he had committed to"},
	{{"3.6.5 commitments", "3.6.6 commitments"},
	"the guardian has seen other commitments"},
	{{"3.6.5 responded", "3.6.6 responded"},
	"the guardian has not responded"},
	{{"3.6.5 response", "3.6.6 response"},
	"the guardian's response is not below q"},
	{{"3.6.5 subgroup", "3.6.6 subgroup"},
	"the guardian's partial decryption is not in the group of order q"},
	{{"3.6.5 (94)", "3.6.6 (94)"},
	"the guardian's response does not fit his commitment a and his key"},
	{{"3.6.5 (95)", "3.6.6 (95)"},
	"the guardian's response does not fit his commitment b and his partial decryption"},
};

const char *
eg_decryption_step_name(eg_decryption_step step, eg_key_use use)
{
	return steps[step].names[use];
}

const char *
eg_decryption_step_fault(eg_decryption_step step)
{
	return steps[step].fault;
}

static void
fail(eg_part_result *result, eg_decryption_step step, size_t item)
{
	result->reached = step;
	result->failed = true;
	result->item = item;
}

/*
 * Openings
 */

/* Whether every guardian has opened his commitments. */
static bool
judge_openings(eg_part_result *results, const eg_decryption_subject *subject,
			   const eg_round *round, bool *complete, const eg_stop *stop,
			   eg_fault *fault)
{
	*complete = true;
	for (uint32_t i = 0; i < round->set->n; i++)
	{
		results[i].reached = EG_STEP_SEEN;
		results[i].failed = false;
		results[i].item = 0;
		if (round->reveals[i] == NULL)
			fail(&results[i], EG_STEP_REVEALED, 0);
		for (size_t j = 0; j < subject->n && !results[i].failed; j++)
		{
			if (j % OPENINGS_PER_LOOK == 0 && eg_stop_requested(stop))
				return eg_fault_interrupted(fault);
			if (!eg_opening_fits(subject, round, i, j))
				fail(&results[i], EG_STEP_OPENING, j);
		}
		*complete = *complete && !results[i].failed;
	}
	return true;
}

/*
 * Whether all have seen these commitments.  That is only asked if all have
 * opened them: of a commitment that was changed later, the opening tells.
 */
static void
judge_seen(eg_part_result *results, const eg_decryption_subject *subject,
		   const eg_round *round)
{
	uint8_t		digest[EG_HASH_BYTES];

	eg_set_commitments_digest(digest, round->set, subject->digest,
							  round->commitments);
	for (uint32_t i = 0; i < round->set->n; i++)
		if (!results[i].failed &&
			memcmp(round->reveals[i]->commitments, digest,
				   EG_HASH_BYTES) != 0)
			fail(&results[i], EG_STEP_SEEN, 0);
}

/*
 * Responses
 */

/* What verifies the parts of some items at once */
typedef struct judge
{
	eg_part_result *results;
	eg_accumulated *accumulated;
	const eg_decryption_subject *subject;
	const eg_round *round;
	const eg_group *group;
	size_t		n;				/* guardians */
	size_t		first;			/* of the items in the batch */
	size_t		items;
	eg_accumulator accumulator;
	mp_limb_t  *keys;			/* y_i = g^P(i) */

	/* per guardian and item of the batch, the items of a guardian together */
	mp_limb_t  *challenges;		/* c_i */
	mp_limb_t  *responses;		/* v_i */
	mp_limb_t  *partials;		/* M_i */
	mp_limb_t  *generator_powers;	/* g^v_i */
	mp_limb_t  *key_powers;		/* y_i^c_i */
	mp_limb_t  *partial_powers; /* M_i^c_i */

	/* per item and guardian, as the chain of a base has it */
	mp_limb_t  *item_responses;
	mp_limb_t  *base_powers;	/* A^v_i */

	eg_chain   *chains;			/* n room of M_i, n of y_i, room of A */
	eg_fixed_power *fixed;		/* n room of g */
	const eg_fixed_base *generator;
} judge;

static mp_limb_t *
take_limbs(const eg_arena *arena, size_t n, bool *exhausted)
{
	mp_limb_t  *limbs = arena->allocate(arena->context, n * sizeof(mp_limb_t));

	*exhausted = *exhausted || limbs == NULL;
	return limbs;
}

static bool
start_judge(judge *all, const eg_joint_commitments *keys,
			const eg_arena *arena, const eg_stop *stop)
{
	size_t		limbs = all->group->limbs;
	size_t		scalar_limbs = all->group->scalar_limbs;
	bool		exhausted = false;
	size_t		parts;

	if (!eg_accumulator_start(&all->accumulator, all->subject, all->round,
							  false, arena))
		return false;
	all->n = all->round->set->n;
	parts = all->n * all->accumulator.room;
	all->keys = take_limbs(arena, all->n * limbs, &exhausted);
	all->challenges = take_limbs(arena, parts * scalar_limbs, &exhausted);
	all->responses = take_limbs(arena, parts * scalar_limbs, &exhausted);
	all->item_responses = take_limbs(arena, parts * scalar_limbs, &exhausted);
	all->partials = take_limbs(arena, parts * limbs, &exhausted);
	all->generator_powers = take_limbs(arena, parts * limbs, &exhausted);
	all->key_powers = take_limbs(arena, parts * limbs, &exhausted);
	all->partial_powers = take_limbs(arena, parts * limbs, &exhausted);
	all->base_powers = take_limbs(arena, parts * limbs, &exhausted);
	all->chains = arena->allocate(arena->context, (parts + all->n +
								   all->accumulator.room) *
								  sizeof(eg_chain));
	all->fixed = arena->allocate(arena->context, parts *
								 sizeof(eg_fixed_power));
	if (exhausted || all->chains == NULL || all->fixed == NULL)
		return false;
	for (size_t i = 0; i < all->n && !eg_stop_requested(stop); i++)
		eg_joint_key_share(keys, all->keys + i * limbs,
						   all->round->set->indices[i]);
	return true;
}

/* A guardian's v_i for an item, 0 if there is none that can be used. */
static void
take_response(judge *all, mp_limb_t *v, size_t place, size_t item)
{
	const eg_decryption_message *message = all->round->responses[place];
	eg_part_result *result = &all->results[place];

	mpn_zero(v, all->group->scalar_limbs);
	if (message == NULL)
	{
		if (!result->failed)
			fail(result, EG_STEP_RESPONDED, 0);
	}
	else if (!eg_scalar_import(all->group, v, message->scalars[item]) &&
			 !result->failed)
		fail(result, EG_STEP_RESPONSE, item);
}

/* Fills in what belongs to one item, number j of the batch. */
static void
plan_item(judge *all, size_t j)
{
	const eg_group *group = all->group;
	size_t		s = group->scalar_limbs;
	size_t		item = all->first + j;
	mp_limb_t	c[EG_MAX_SCALAR_LIMBS];

	eg_scalar_reduce(group, c, all->accumulated[item].c);
	for (size_t i = 0; i < all->n; i++)
	{
		size_t		part = i * all->items + j;
		mp_limb_t  *v = all->item_responses + (j * all->n + i) * s;

		take_response(all, v, i, item);
		mpn_copyi(all->responses + part * s, v, s);
		eg_scalar_mul(group, all->challenges + part * s, c,
					  all->accumulator.w + i * s);
		eg_element_import(group, all->partials + part * group->limbs,
						  all->round->reveals[i]->openings[item].m);
	}
}

/* Lists all powers of the items of the batch. */
static void
plan_powers(judge *all, eg_batch *batch)
{
	size_t		l = all->group->limbs;
	size_t		s = all->group->scalar_limbs;
	size_t		parts = all->n * all->items;

	memset(batch, 0, sizeof(*batch));
	batch->group = all->group;
	batch->chains = all->chains;
	batch->fixed = all->fixed;
	for (size_t i = 0; i < parts; i++)
	{
		batch->chains[batch->n_chains++] = (eg_chain)
		{
			all->partials + i * l, 1, all->challenges + i * s,
				all->partial_powers + i * l, false
		};
		batch->fixed[batch->n_fixed++] = (eg_fixed_power)
		{
			all->group->g, all->generator, all->responses + i * s,
				all->generator_powers + i * l
		};
	}
	for (size_t i = 0; i < all->n; i++)
		batch->chains[batch->n_chains++] = (eg_chain)
		{
			all->keys + i * l, all->items,
				all->challenges + i * all->items * s,
				all->key_powers + i * all->items * l, false
		};
	for (size_t j = 0; j < all->items; j++)
		batch->chains[batch->n_chains++] = (eg_chain)
		{
			all->subject->bases + (all->first + j) * l, all->n,
				all->item_responses + j * all->n * s,
				all->base_powers + j * all->n * l, false
		};
}

/* x y = the element of these bytes */
static bool
product_is(const eg_group *group, const mp_limb_t *x, const mp_limb_t *y,
		   const uint8_t *bytes)
{
	mp_limb_t	product[EG_MAX_LIMBS];
	uint8_t		exported[EG_ELEMENT_BYTES];

	eg_multiply(group, product, x, y);
	eg_element_export(group, exported, product);
	return memcmp(exported, bytes, EG_ELEMENT_BYTES) == 0;
}

/* One part after the batch: guardian number i, item number j of the batch */
static void
judge_part(judge *all, size_t i, size_t j)
{
	size_t		l = all->group->limbs;
	size_t		part = i * all->items + j;
	size_t		item = all->first + j;
	eg_part_result *result = &all->results[i];
	const eg_opening_values *opening = &all->round->reveals[i]->openings[item];

	if (result->failed)
		return;
	if (!all->chains[part].member)
		fail(result, EG_STEP_PARTIAL, item);
	else if (!product_is(all->group, all->generator_powers + part * l,
						 all->key_powers + part * l, opening->a))
		fail(result, EG_STEP_GENERATOR, item);
	else if (!product_is(all->group, all->base_powers + (j * all->n + i) * l,
						 all->partial_powers + part * l, opening->b))
		fail(result, EG_STEP_BASE, item);
}

static bool
judge_batch(judge *all, const eg_stop *stop, eg_fault *fault)
{
	const eg_chain *bases;
	eg_batch	batch;
	eg_status	status;

	status = eg_accumulator_run(&all->accumulator,
								all->accumulated + all->first, all->first,
								all->items, stop);
	if (status != EG_OK)
		return eg_fault_interrupted(fault);
	for (size_t j = 0; j < all->items; j++)
		plan_item(all, j);
	plan_powers(all, &batch);
	if (eg_batch_run(&batch, stop) != EG_OK)
		return eg_fault_interrupted(fault);
	bases = all->chains + all->n * all->items + all->n;
	for (size_t j = 0; j < all->items; j++)
	{
		if (!bases[j].member)
			return eg_decryption_no_member(all->subject, all->first + j,
										   fault);
		for (size_t i = 0; i < all->n; i++)
			judge_part(all, i, j);
	}
	return true;
}

bool
eg_decryption_judge(eg_part_result *results, eg_accumulated *accumulated,
					const eg_decryption_subject *subject,
					const eg_round *round, const eg_joint_commitments *keys,
					const eg_fixed_base *generator, const eg_arena *arena,
					const eg_stop *stop, eg_fault *fault)
{
	judge		all;
	bool		complete;

	if (!judge_openings(results, subject, round, &complete, stop, fault))
		return false;
	if (!complete)
		return true;
	judge_seen(results, subject, round);
	memset(&all, 0, sizeof(all));
	all.results = results;
	all.accumulated = accumulated;
	all.subject = subject;
	all.round = round;
	all.group = subject->election->group;
	all.generator = generator;
	if (!start_judge(&all, keys, arena, stop))
		return eg_fault_out_of_memory(fault);
	for (all.first = 0; all.first < subject->n; all.first += all.items)
	{
		all.items = subject->n - all.first;
		if (all.items > all.accumulator.room)
			all.items = all.accumulator.room;
		if (!judge_batch(&all, stop, fault))
			return false;
	}
	for (uint32_t i = 0; i < round->set->n; i++)
		if (!results[i].failed)
			results[i].reached = EG_DECRYPTION_STEPS;
	return true;
}

bool
eg_decryption_step_has_item(eg_decryption_step step)
{
	return step != EG_STEP_REVEALED && step != EG_STEP_SEEN &&
		step != EG_STEP_RESPONDED;
}

bool
eg_decryption_all_passed(const eg_part_result *results,
						 const eg_decryption_subject *subject,
						 const eg_round *round, eg_fault *fault)
{
	for (uint32_t i = 0; i < round->set->n; i++)
	{
		if (!results[i].failed)
			continue;
		fault->guardian = round->set->indices[i];
		if (eg_decryption_step_has_item(results[i].reached))
			eg_decryption_name(subject, results[i].item, fault);
		return eg_fault_set(fault, EG_FAULT_VALUE,
							eg_decryption_step_fault(results[i].reached));
	}
	return true;
}

/*
 * Finishing
 */

/* The guardians whose parts have passed */
typedef struct finisher
{
	const eg_decryption_subject *subject;
	const eg_round *round;
	const eg_accumulated *accumulated;
	const eg_group *group;
	eg_guardian_set passed;
	uint32_t	places[EG_MAX_GUARDIANS];	/* of them in the round's set */
	mp_limb_t	w[EG_MAX_GUARDIANS * EG_MAX_SCALAR_LIMBS];	/* for them */
	eg_discrete_log log;
} finisher;

/* v, the sum of all v_i (93, 103) */
static void
add_responses(const finisher *all, eg_decrypted_item *decrypted, size_t item)
{
	const eg_group *group = all->group;
	mp_limb_t	sum[EG_MAX_SCALAR_LIMBS] = {0};
	mp_limb_t	v[EG_MAX_SCALAR_LIMBS];

	for (uint32_t i = 0; i < all->round->set->n; i++)
	{
		eg_scalar_import(group, v, all->round->responses[i]->scalars[item]);
		eg_scalar_add(group, sum, sum, v);
	}
	eg_scalar_export(group, decrypted->v, sum);
}

/* M (86, 97), and the proof if all have passed */
static eg_status
combine_item(const finisher *all, eg_decrypted_item *decrypted, size_t item,
			 mp_limb_t *m, const eg_stop *stop)
{
	const uint8_t *partials[EG_MAX_GUARDIANS];
	eg_status	status;

	if (all->passed.n == all->round->set->n)
	{
		memcpy(decrypted->m, all->accumulated[item].m, EG_ELEMENT_BYTES);
		memcpy(decrypted->c, all->accumulated[item].c, EG_HASH_BYTES);
		eg_element_import(all->group, m, decrypted->m);
		add_responses(all, decrypted, item);
		return EG_OK;
	}
	for (uint32_t i = 0; i < all->passed.n; i++)
		partials[i] = all->round->reveals[all->places[i]]->openings[item].m;
	status = eg_partials_product(all->group, m, partials, all->w,
								 all->passed.n, stop);
	if (status == EG_OK)
		eg_element_export(all->group, decrypted->m, m);
	return status;
}

/* The most votes that an option can have: R times the ballots' weights */
static bool
bound_of(const eg_decryption_item *item, int64_t given, uint64_t *bound,
		 eg_fault *fault)
{
	*bound = EG_MAX_DISCRETE_LOG + 1;
	if (!item->weight_known && given < 0)
		return eg_fault_set(fault, EG_FAULT_VALUE,
							"the tally does not say how many ballots it holds, and no bound is given");
	if (!item->weight_known)
		*bound = (uint64_t) given;
	else if (item->weight <= EG_MAX_DISCRETE_LOG)
		*bound = item->weight * item->limit;
	if (*bound > EG_MAX_DISCRETE_LOG)
		return eg_fault_set(fault, EG_FAULT_LIMIT,
							"the bound of the votes exceeds 1000000000");
	return true;
}

static bool
start_log(finisher *all, int64_t given, const eg_arena *arena,
		  const eg_stop *stop, eg_fault *fault)
{
	mp_limb_t	key[EG_MAX_LIMBS];
	uint64_t	largest = 0;
	void	   *table;

	for (size_t i = 0; i < all->subject->n; i++)
	{
		uint64_t	bound;

		eg_decryption_name(all->subject, i, fault);
		if (!bound_of(&all->subject->items[i], given, &bound, fault))
			return false;
		largest = bound > largest ? bound : largest;
	}
	memset(fault, 0, sizeof(*fault));
	table = arena->allocate(arena->context, eg_discrete_log_size(largest));
	if (table == NULL)
		return eg_fault_out_of_memory(fault);
	eg_element_import(all->group, key, all->subject->election->vote_key);
	if (eg_discrete_log_init(&all->log, all->group, key, largest, table,
							 stop) != EG_OK)
		return eg_fault_interrupted(fault);
	return true;
}

/* T = B / M and the t with K^t = T (82, 3.6.2) */
static eg_status
count_votes(const finisher *all, eg_decrypted_item *decrypted, size_t item,
			const mp_limb_t *m, int64_t given, const eg_stop *stop,
			eg_fault *fault)
{
	const eg_decryption_item *what = &all->subject->items[item];
	mp_limb_t	t[EG_MAX_LIMBS];
	mp_limb_t	b[EG_MAX_LIMBS];
	uint64_t	bound;
	eg_status	status;

	if (!bound_of(what, given, &bound, fault))
		return EG_INVALID;
	eg_element_import(all->group, b, what->ciphertext.data);
	eg_inverse(all->group, t, m);
	eg_multiply(all->group, t, t, b);
	eg_element_export(all->group, decrypted->t, t);
	status = eg_discrete_log_find(&all->log, &decrypted->votes, t, stop);
	if (status == EG_OK && decrypted->votes > bound)
		status = EG_NOT_FOUND;
	return status;
}

static bool
finish_item(const finisher *all, eg_decrypted_item *decrypted, size_t item,
			int64_t given, const eg_stop *stop, eg_fault *fault)
{
	mp_limb_t	m[EG_MAX_LIMBS];
	eg_status	status = combine_item(all, decrypted, item, m, stop);

	if (status == EG_OK && all->subject->data == NULL)
		status = count_votes(all, decrypted, item, m, given, stop, fault);
	if (status == EG_OK)
		return true;
	if (status == EG_INTERRUPTED)
		return eg_fault_interrupted(fault);
	eg_decryption_name(all->subject, item, fault);
	return eg_fault_set(fault, EG_FAULT_VALUE,
						"no number of votes up to the bound");
}

static bool
find_passed(finisher *all, const eg_part_result *results, eg_fault *fault)
{
	for (uint32_t i = 0; i < all->round->set->n; i++)
		if (results[i].reached == EG_DECRYPTION_STEPS)
		{
			all->places[all->passed.n] = i;
			all->passed.indices[all->passed.n++] =
				all->round->set->indices[i];
		}
	if (all->passed.n >= all->subject->election->k)
		return true;
	if (eg_decryption_all_passed(results, all->subject, all->round, fault))
		return eg_fault_set(fault, EG_FAULT_VALUE,
							"fewer guardians than make a quorum");
	return false;
}

bool
eg_decryption_finish(eg_decrypted_item *decrypted,
					 const eg_part_result *results,
					 const eg_accumulated *accumulated,
					 const eg_decryption_subject *subject,
					 const eg_round *round, int64_t bound,
					 const eg_arena *arena, const eg_stop *stop,
					 eg_fault *fault)
{
	finisher   *all = arena->allocate(arena->context, sizeof(*all));

	if (all == NULL)
		return eg_fault_out_of_memory(fault);
	all->subject = subject;
	all->round = round;
	all->accumulated = accumulated;
	all->group = subject->election->group;
	if (!find_passed(all, results, fault))
		return false;
	eg_lagrange(all->group, all->w, all->passed.indices, all->passed.n);
	if (subject->data == NULL && !start_log(all, bound, arena, stop, fault))
		return false;
	for (size_t i = 0; i < subject->n; i++)
		if (eg_stop_requested(stop))
			return eg_fault_interrupted(fault);
		else if (!finish_item(all, &decrypted[i], i, bound, stop, fault))
			return false;
	return true;
}

/*
 * Records
 */

static const eg_json_field ciphertext_fields[] = {
	{"pad", EG_JSON_ELEMENT, REQUIRED, AT(eg_ciphertext, pad), 0, NULL},
	{"data", EG_JSON_ELEMENT, REQUIRED, AT(eg_ciphertext, data), 0, NULL},
};

static const eg_json_shape ciphertext_shape =
SHAPE(ciphertext_fields, eg_ciphertext);

static const eg_json_field cell_fields[] = {
	{"selection_id", EG_JSON_LABEL, REQUIRED, AT(eg_decrypted_cell, label), 0,
	NULL},
	{"tally", EG_JSON_WEIGHT, REQUIRED, AT(eg_decrypted_cell, votes), 0,
	NULL},
	{"b_over_m", EG_JSON_ELEMENT, REQUIRED, AT(eg_decrypted_cell, power), 0,
	NULL},
	{"encrypted_vote", EG_JSON_OBJECT, REQUIRED,
	AT(eg_decrypted_cell, ciphertext), 0, &ciphertext_shape},
	{"proof", EG_JSON_OBJECT, REQUIRED, AT(eg_decrypted_cell, proof), 0,
	&eg_shape_pair},
};

static const eg_json_shape cell_shape = SHAPE(cell_fields, eg_decrypted_cell);

static const eg_json_field contest_fields[] = {
	{"contest_id", EG_JSON_LABEL, REQUIRED, AT(eg_decrypted_contest, label),
	0, NULL},
	{"selections", EG_JSON_ARRAY, REQUIRED, AT(eg_decrypted_contest, cells),
	AT(eg_decrypted_contest, n), &cell_shape},
};

static const eg_json_shape contest_shape =
SHAPE(contest_fields, eg_decrypted_contest);

static const eg_json_field tally_fields[] = {
	{"election_id", EG_JSON_BYTES, OPTIONAL,
	AT(eg_decrypted_tally, election), EG_HASH_BYTES, NULL},
	{"contests", EG_JSON_ARRAY, REQUIRED, AT(eg_decrypted_tally, contests),
	AT(eg_decrypted_tally, n), &contest_shape},
};

const eg_json_shape eg_shape_decrypted_tally =
SHAPE(tally_fields, eg_decrypted_tally);

static const eg_json_field data_fields[] = {
	{"ballot_id", EG_JSON_LABEL, REQUIRED, AT(eg_opened_contest_data, ballot),
	0, NULL},
	{"contest_id", EG_JSON_LABEL, REQUIRED,
	AT(eg_opened_contest_data, contest), 0, NULL},
	{"beta", EG_JSON_ELEMENT, REQUIRED, AT(eg_opened_contest_data, beta), 0,
	NULL},
	{"proof", EG_JSON_OBJECT, REQUIRED, AT(eg_opened_contest_data, proof), 0,
	&eg_shape_pair},
	{"data", EG_JSON_DATA, REQUIRED, AT(eg_opened_contest_data, data), 0,
	NULL},
};

const eg_json_shape eg_shape_opened_contest_data =
SHAPE(data_fields, eg_opened_contest_data);

static void
build_cell(eg_decrypted_cell *cell, const eg_decryption_item *item,
		   const eg_decrypted_item *decrypted)
{
	cell->label = item->option;
	cell->votes = decrypted->votes;
	cell->power = decrypted->t;
	cell->ciphertext = &item->ciphertext;
	cell->proof_place.challenge = decrypted->c;
	cell->proof_place.response = decrypted->v;
	cell->proof = &cell->proof_place;
}

bool
eg_decrypted_tally_build(eg_decrypted_tally *tally,
						 const eg_decryption_subject *subject,
						 const eg_decrypted_item *decrypted,
						 const eg_arena *arena)
{
	eg_decrypted_contest *contest = NULL;
	eg_decrypted_cell *cells;

	tally->election = subject->election->h_e;
	tally->n = 0;
	tally->contests = arena->allocate(arena->context,
									  subject->election->rules.directory.contests *
									  sizeof(eg_decrypted_contest));
	cells = arena->allocate(arena->context, subject->n * sizeof(*cells));
	if (tally->contests == NULL || cells == NULL)
		return false;
	for (uint32_t i = 0; i < subject->n; i++)
	{
		const eg_decryption_item *item = &subject->items[i];

		if (i == 0 || item->contest_index != item[-1].contest_index)
		{
			contest = &tally->contests[tally->n++];
			contest->label = item->contest;
			contest->cells = &cells[i];
		}
		build_cell(&cells[i], item, &decrypted[i]);
		contest->n++;
	}
	return true;
}
