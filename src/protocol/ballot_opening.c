/*
 * ballot_opening.c
 *		A challenged ballot opened with its nonce (3.6.7).
 */
#include "protocol/ballot_opening.h"

#include "math/batch.h"
#include "math/discrete_log.h"
#include "math/montgomery.h"
#include "math/power.h"
#include "math/scalar.h"
#include "protocol/contest_data_cipher.h"
#include "protocol/json_fields.h"

/*
 * Shapes
 */

static const eg_json_field vote_fields[] = {
	{"selection_id", EG_JSON_LABEL, REQUIRED, AT(eg_vote_opening, label), 0,
	NULL},
	{"vote", EG_JSON_WEIGHT, REQUIRED, AT(eg_vote_opening, vote), 0, NULL},
	{"nonce", EG_JSON_BYTES, REQUIRED, AT(eg_vote_opening, nonce),
	EG_SCALAR_BYTES, NULL},
};

static const eg_json_shape vote_shape = SHAPE(vote_fields, eg_vote_opening);

static const eg_json_field data_fields[] = {
	{"nonce", EG_JSON_BYTES, REQUIRED, AT(eg_data_opening, nonce),
	EG_SCALAR_BYTES, NULL},
	{"data", EG_JSON_DATA, REQUIRED, AT(eg_data_opening, data), 0, NULL},
};

static const eg_json_shape data_shape = SHAPE(data_fields, eg_data_opening);

static const eg_json_field contest_fields[] = {
	{"contest_id", EG_JSON_LABEL, REQUIRED, AT(eg_contest_opening, label), 0,
	NULL},
	{"selections", EG_JSON_ARRAY, REQUIRED,
	AT(eg_contest_opening, selections), AT(eg_contest_opening, n),
	&vote_shape},
	{"contest_data", EG_JSON_OBJECT, OPTIONAL, AT(eg_contest_opening, data),
	0, &data_shape},
};

static const eg_json_shape contest_shape =
SHAPE(contest_fields, eg_contest_opening);

static const eg_json_field opening_fields[] = {
	{"id", EG_JSON_LABEL, REQUIRED, AT(eg_ballot_opening, ballot), 0, NULL},
	{"election_id", EG_JSON_BYTES, OPTIONAL, AT(eg_ballot_opening, election),
	EG_HASH_BYTES, NULL},
	{"contests", EG_JSON_ARRAY, REQUIRED, AT(eg_ballot_opening, contests),
	AT(eg_ballot_opening, n), &contest_shape},
	{"unopened_contests", EG_JSON_LABEL_ARRAY, OPTIONAL,
	AT(eg_ballot_opening, closed), AT(eg_ballot_opening, n_closed), NULL},
};

const eg_json_shape eg_shape_ballot_opening =
SHAPE(opening_fields, eg_ballot_opening);

/*
 * What is opened
 */

/* A selection or contest data that is opened: its nonce, and two powers */
typedef struct opened_field
{
	const eg_contest *contest;
	const eg_selection *selection;	/* NULL: contest data */
	uint32_t	limit;			/* R */
	uint8_t    *nonce;			/* where it is published */
	mp_limb_t	xi[EG_MAX_SCALAR_LIMBS];
	mp_limb_t	alpha[EG_MAX_LIMBS];	/* g^xi */
	mp_limb_t	beta[EG_MAX_LIMBS]; /* K^xi, or K^^xi */
} opened_field;

typedef struct opener
{
	const eg_election *election;
	const eg_ballot *ballot;
	const eg_group *group;
	const eg_arena *arena;
	const eg_stop *stop;
	eg_fault   *fault;
	eg_catalogue catalogue;
	uint8_t    *chosen;			/* by place of the contest on the ballot */
	opened_field *fields;		/* in the order of the ballot */
	size_t		n;
	uint32_t	largest_limit;
	eg_discrete_log log;
} opener;

static void *
allocate(opener *all, size_t size)
{
	void	   *memory = all->arena->allocate(all->arena->context, size);

	if (memory == NULL)
		eg_fault_out_of_memory(all->fault);
	return memory;
}

/* Marks the contests that are wanted, all if none is named. */
static bool
choose_contests(opener *all, const eg_bytes *wanted, size_t n)
{
	uint32_t	contests = all->ballot->n;

	all->chosen = allocate(all, contests + 1);
	if (all->chosen == NULL)
		return false;
	memset(all->chosen, n == 0, contests);
	for (size_t i = 0; i < n; i++)
	{
		uint32_t	place = 0;

		while (place < contests &&
			   !eg_bytes_equal(all->ballot->contests[place].label, wanted[i]))
			place++;
		all->fault->contest = wanted[i];
		if (place == contests)
			return eg_fault_set(all->fault, EG_FAULT_VALUE,
								"the ballot has no such contest");
		if (all->chosen[place])
			return eg_fault_set(all->fault, EG_FAULT_VALUE,
								"a contest is named twice");
		all->chosen[place] = 1;
	}
	all->fault->contest.data = NULL;
	return contests > 0 || eg_fault_set(all->fault, EG_FAULT_VALUE,
										"the ballot has no contests");
}

static bool
misfit(opener *all, const eg_contest *contest, const eg_selection *selection,
	   const char *message)
{
	all->fault->contest = contest->label;
	if (selection != NULL)
		all->fault->option = selection->label;
	return eg_fault_set(all->fault, EG_FAULT_MISMATCH, message);
}

/* The contest in the manifest, whose options the ballot has: no more, no less */
static const eg_known_contest *
find_known(opener *all, const eg_contest *contest)
{
	const eg_known_contest *known;

	if (contest->index > all->catalogue.n)
		return NULL;
	known = &all->catalogue.contests[contest->index - 1];
	if (!eg_bytes_equal(known->label, contest->label) ||
		contest->n != known->n)
		return NULL;
	for (uint32_t i = 0; i < known->n; i++)
		if (contest->selections[i].index != known->options[i].index ||
			!eg_bytes_equal(contest->selections[i].label,
							known->options[i].label))
			return NULL;
	return known;
}

/*
 * The nonces (33, 64); that of a field which is opened is public from now on,
 * xi_B is not.
 */
static bool
add_field(opener *all, const eg_contest *contest,
		  const eg_selection *selection, uint32_t limit, const uint8_t *h_i,
		  const uint8_t *xi_b)
{
	opened_field *field = &all->fields[all->n++];

	field->contest = contest;
	field->selection = selection;
	field->limit = limit;
	field->nonce = allocate(all, EG_SCALAR_BYTES);
	if (field->nonce == NULL)
		return false;
	if (selection != NULL)
		eg_encryption_nonce(field->nonce, h_i, contest->index,
							selection->index, xi_b);
	else
		eg_contest_data_nonce(field->nonce, h_i, contest->index, xi_b);
	eg_scalar_import(all->group, field->xi, field->nonce);
	return true;
}

static bool
add_contest(opener *all, const eg_contest *contest, const uint8_t *h_i,
			const uint8_t *xi_b)
{
	const eg_known_contest *known = find_known(all, contest);

	if (known == NULL)
		return misfit(all, contest, NULL,
					  "contest and options are not those of the manifest");
	for (uint32_t i = 0; i < contest->n; i++)
	{
		uint32_t	limit = known->options[i].rules.limit;

		if (limit > all->largest_limit)
			all->largest_limit = limit;
		if (!add_field(all, contest, &contest->selections[i], limit, h_i,
					   xi_b))
			return false;
	}
	return contest->data == NULL ||
		add_field(all, contest, NULL, 0, h_i, xi_b);
}

static bool
list_fields(opener *all, const uint8_t *h_i, const uint8_t *xi_b)
{
	all->fields = allocate(all, (eg_ballot_open_powers(all->ballot) + 1) *
						   sizeof(opened_field));
	if (all->fields == NULL)
		return false;
	for (uint32_t i = 0; i < all->ballot->n; i++)
		if (all->chosen[i] &&
			!add_contest(all, &all->ballot->contests[i], h_i, xi_b))
			return false;
	return true;
}

/*
 * Powers and votes
 */

static bool
compute_powers(opener *all, const eg_decryption_tables *tables)
{
	const eg_group *group = all->group;
	eg_batch	batch = {0};
	mp_limb_t  *keys = allocate(all, 2 * group->limbs * sizeof(mp_limb_t));

	batch.group = group;
	batch.fixed = allocate(all, (2 * all->n + 1) * sizeof(eg_fixed_power));
	if (keys == NULL || batch.fixed == NULL)
		return false;
	eg_element_import(group, keys, all->election->vote_key);
	eg_element_import(group, keys + group->limbs, all->election->data_key);
	for (size_t i = 0; i < all->n; i++)
	{
		opened_field *field = &all->fields[i];
		bool		data = field->selection == NULL;

		batch.fixed[batch.n_fixed++] = (eg_fixed_power)
		{
			group->g, tables->generator, field->xi, field->alpha
		};
		batch.fixed[batch.n_fixed++] = (eg_fixed_power)
		{
			data ? keys + group->limbs : keys,
				data ? tables->data_key : tables->vote_key, field->xi,
				field->beta
		};
	}
	if (eg_batch_run(&batch, all->stop) != EG_OK)
		return eg_fault_set(all->fault, EG_FAULT_INTERRUPTED, "interrupted");
	return true;
}

/* For the votes of all options: logarithms to K up to the largest R */
static bool
start_log(opener *all)
{
	mp_limb_t	key[EG_MAX_LIMBS];
	size_t		size = eg_discrete_log_size(all->largest_limit);
	void	   *table;

	if (size == 0)
		return eg_fault_set(all->fault, EG_FAULT_LIMIT,
							"an option limit exceeds 1000000000");
	table = allocate(all, size);
	if (table == NULL)
		return false;
	eg_element_import(all->group, key, all->election->vote_key);
	if (eg_discrete_log_init(&all->log, all->group, key, all->largest_limit,
							 table, all->stop) != EG_OK)
		return eg_fault_set(all->fault, EG_FAULT_INTERRUPTED, "interrupted");
	return true;
}

static bool
element_is(const eg_group *group, const mp_limb_t *x, const uint8_t *bytes)
{
	uint8_t		exported[EG_ELEMENT_BYTES];

	eg_element_export(group, exported, x);
	return memcmp(exported, bytes, EG_ELEMENT_BYTES) == 0;
}

/*
 * The vote: K^sigma = beta K^-xi (109).  With alpha = g^xi and sigma found,
 * the ciphertext is the one that they make again.
 */
static bool
open_vote(opener *all, const opened_field *field, eg_vote_opening *opening)
{
	const eg_group *group = all->group;
	const eg_ciphertext *ciphertext = field->selection->ciphertext;
	mp_limb_t	x[EG_MAX_LIMBS];
	mp_limb_t	beta[EG_MAX_LIMBS];
	eg_status	status;

	opening->label = field->selection->label;
	opening->nonce = field->nonce;
	if (!element_is(group, field->alpha, ciphertext->pad))
		return misfit(all, field->contest, field->selection,
					  "the ballot nonce does not give this encryption");
	eg_element_import(group, beta, ciphertext->data);
	eg_inverse(group, x, field->beta);
	eg_multiply(group, x, x, beta);
	status = eg_discrete_log_find(&all->log, &opening->vote, x, all->stop);
	if (status == EG_INTERRUPTED)
		return eg_fault_set(all->fault, EG_FAULT_INTERRUPTED, "interrupted");
	if (status != EG_OK || opening->vote > field->limit)
		return misfit(all, field->contest, field->selection,
					  "the encryption holds no vote from 0 to the option's limit");
	return true;
}

/* D, under the keys that follow from beta = K^^xi (110, 111) */
static bool
open_data(opener *all, const opened_field *field,
		  eg_contest_opening *contest, const uint8_t *h_i)
{
	const eg_hashed_ciphertext *encrypted = field->contest->data;
	eg_data_opening *opening = allocate(all, sizeof(*opening));
	uint8_t    *data = allocate(all, encrypted->c1.size + 1);
	uint8_t		beta[EG_ELEMENT_BYTES];

	if (opening == NULL || data == NULL)
		return false;
	if (!element_is(all->group, field->alpha, encrypted->c0))
		return misfit(all, field->contest, NULL,
					  "the ballot nonce does not give this contest data");
	if (encrypted->c1.size % EG_HASH_BYTES != 0 ||
		encrypted->c1.size / EG_HASH_BYTES > EG_MAX_DATA_BLOCKS)
		return misfit(all, field->contest, NULL,
					  "the contest data is not of whole blocks");
	eg_element_export(all->group, beta, field->beta);
	if (eg_contest_data_crypt(data, h_i, field->contest->index, encrypted->c0,
							  beta, encrypted->c1, all->stop) != EG_OK)
		return eg_fault_set(all->fault, EG_FAULT_INTERRUPTED, "interrupted");
	opening->nonce = field->nonce;
	opening->data.data = data;
	opening->data.size = encrypted->c1.size;
	contest->data = opening;
	return true;
}

/* The next contest of the opening, from the fields that belong to it */
static bool
open_contest(opener *all, const opened_field **field,
			 const eg_contest *contest, eg_contest_opening *opening,
			 const uint8_t *h_i)
{
	opening->label = contest->label;
	opening->n = contest->n;
	opening->selections = allocate(all, contest->n * sizeof(eg_vote_opening));
	if (opening->selections == NULL)
		return false;
	for (uint32_t i = 0; i < contest->n; i++)
	{
		if (eg_stop_requested(all->stop))
			return eg_fault_set(all->fault, EG_FAULT_INTERRUPTED,
								"interrupted");
		if (!open_vote(all, (*field)++, &opening->selections[i]))
			return false;
	}
	return contest->data == NULL ||
		open_data(all, (*field)++, opening, h_i);
}

static bool
build_opening(opener *all, eg_ballot_opening *opening, const uint8_t *h_i)
{
	const opened_field *field = all->fields;
	const eg_ballot *ballot = all->ballot;

	opening->ballot = ballot->id;
	opening->election = all->election->h_e;
	opening->n = 0;
	opening->n_closed = 0;
	opening->contests = allocate(all, ballot->n * sizeof(eg_contest_opening));
	opening->closed = allocate(all, ballot->n * sizeof(eg_bytes));
	if (opening->contests == NULL || opening->closed == NULL)
		return false;
	for (uint32_t i = 0; i < ballot->n; i++)
	{
		const eg_contest *contest = &ballot->contests[i];

		if (!all->chosen[i])
			opening->closed[opening->n_closed++] = contest->label;
		else if (!open_contest(all, &field, contest,
							   &opening->contests[opening->n++], h_i))
			return false;
	}
	if (opening->n_closed == 0)
		opening->closed = NULL;
	return true;
}

size_t
eg_ballot_open_powers(const eg_ballot *ballot)
{
	size_t		n = 0;

	for (uint32_t i = 0; i < ballot->n; i++)
		n += ballot->contests[i].n + 1;
	return n;
}

bool
eg_ballot_open(eg_ballot_opening *opening, const eg_election *election,
			   const eg_ballot *ballot, const uint8_t *xi_b,
			   const eg_bytes *wanted, size_t n_wanted,
			   const eg_decryption_tables *tables, const eg_arena *arena,
			   const eg_stop *stop, eg_fault *fault)
{
	uint8_t		h_i[EG_HASH_BYTES];
	opener		all;

	memset(&all, 0, sizeof(all));
	all.election = election;
	all.ballot = ballot;
	all.group = election->group;
	all.arena = arena;
	all.stop = stop;
	all.fault = fault;
	if (!eg_catalogue_make(&all.catalogue, &election->rules, arena))
		return eg_fault_out_of_memory(fault);
	eg_identifier_hash(h_i, election->h_e, ballot->identifier);
	if (!choose_contests(&all, wanted, n_wanted) ||
		!list_fields(&all, h_i, xi_b) || !compute_powers(&all, tables) ||
		!start_log(&all) || !build_opening(&all, opening, h_i))
	{
		fault->ballot = ballot->id;
		return false;
	}
	return true;
}
