/*
 * decryption_subject.c
 *		What guardians decrypt together: a tally, or contest data of a ballot.
 */
#include "protocol/decryption_subject.h"

#include "protocol/decryption_hashes.h"
#include "protocol/hashed_proof.h"

/* 1, in the encoding of elements: an empty product */
static const uint8_t one[EG_ELEMENT_BYTES] = {[EG_ELEMENT_BYTES - 1] = 1};

void
eg_decryption_name(const eg_decryption_subject *subject, size_t item,
				   eg_fault *fault)
{
	const eg_decryption_item *named = &subject->items[item];

	if (subject->ballot != NULL)
		fault->ballot = subject->ballot->id;
	fault->contest = named->contest;
	fault->option = named->option;
}

/*
 * Tallies
 */

/* All options of the manifest, empty. */
static eg_decryption_item *
list_options(const eg_catalogue *catalogue, const eg_arena *arena)
{
	eg_decryption_item *items = arena->allocate(arena->context,
												catalogue->options *
												sizeof(*items));

	for (uint32_t i = 0; items != NULL && i < catalogue->n; i++)
	{
		const eg_known_contest *contest = &catalogue->contests[i];

		for (uint32_t j = 0; j < contest->n; j++)
		{
			const eg_known_option *option = &contest->options[j];
			eg_decryption_item *item = &items[option->place];

			item->contest = contest->label;
			item->contest_index = contest->index;
			item->option = option->label;
			item->option_index = option->index;
			item->ciphertext.pad = one;
			item->ciphertext.data = one;
			item->weight_known = true;
			item->limit = option->rules.limit;
		}
	}
	return items;
}

/* Whether no ballot is in it: then it decrypts to 0, whatever their weight. */
static bool
is_empty_product(const eg_ciphertext *ciphertext)
{
	return memcmp(ciphertext->pad, one, EG_ELEMENT_BYTES) == 0 &&
		memcmp(ciphertext->data, one, EG_ELEMENT_BYTES) == 0;
}

/*
 * Lays the options of one contest of the tally over the manifest's, those
 * that it lacks included, for the weight.
 */
static bool
fill_contest(eg_decryption_item *items, const eg_known_contest *known,
			 const eg_tally *tally, uint32_t place, const eg_entry *entry,
			 eg_directory_walk *walk, const uint8_t **ciphertexts,
			 eg_fault *fault)
{
	uint64_t	weight = eg_sum_weight(tally->sums, place);
	eg_entry	option;

	for (uint32_t i = 0; i < entry->options; i++)
	{
		eg_decryption_item *item;

		eg_next_option(walk, &option);
		fault->option = option.label;
		fault->option_index = option.index;
		if (option.index > known->n ||
			!eg_bytes_equal(option.label,
							known->options[option.index - 1].label))
			return eg_fault_set(fault, EG_FAULT_MISMATCH,
								"the manifest has no such option");
		item = &items[known->options[option.index - 1].place];
		item->ciphertext.pad = *ciphertexts;
		item->ciphertext.data = *ciphertexts + EG_ELEMENT_BYTES;
		*ciphertexts += EG_CIPHERTEXT_BYTES;
	}
	for (uint32_t i = 0; i < known->n; i++)
	{
		eg_decryption_item *item = &items[known->options[i].place];

		item->weight = weight;
		item->weight_known = weight != 0 || is_empty_product(&item->ciphertext);
	}
	fault->option.data = NULL;
	fault->option_index = 0;
	return true;
}

static bool
fill_items(eg_decryption_item *items, const eg_catalogue *catalogue,
		   const eg_tally *tally, eg_fault *fault)
{
	const uint8_t *ciphertexts = tally->ciphertexts;
	eg_directory_walk walk;
	eg_entry	entry;

	eg_directory_walk_start(&walk, &tally->directory);
	for (uint32_t i = 0; eg_next_contest(&walk, &entry); i++)
	{
		fault->contest = entry.label;
		fault->contest_index = entry.index;
		if (entry.index > catalogue->n ||
			!eg_bytes_equal(entry.label,
							catalogue->contests[entry.index - 1].label))
			return eg_fault_set(fault, EG_FAULT_MISMATCH,
								"the manifest has no such contest");
		if (!fill_contest(items, &catalogue->contests[entry.index - 1], tally,
						  i, &entry, &walk, &ciphertexts, fault))
			return false;
	}
	fault->contest.data = NULL;
	fault->contest_index = 0;
	return true;
}

static bool
read_bases(eg_decryption_subject *subject, const eg_arena *arena,
		   eg_fault *fault)
{
	const eg_group *group = subject->election->group;
	mp_limb_t  *bases = arena->allocate(arena->context, subject->n *
										group->limbs * sizeof(mp_limb_t));

	if (bases == NULL)
		return eg_fault_out_of_memory(fault);
	subject->bases = bases;
	for (size_t i = 0; i < subject->n; i++)
		if (!eg_element_import(group, bases + i * group->limbs,
							   subject->items[i].ciphertext.pad))
		{
			eg_decryption_name(subject, i, fault);
			return eg_fault_set(fault, EG_FAULT_VALUE,
								"pad is not in 1 .. p - 1");
		}
	return true;
}

bool
eg_decryption_no_member(const eg_decryption_subject *subject, size_t item,
						eg_fault *fault)
{
	eg_decryption_name(subject, item, fault);
	return eg_fault_set(fault, EG_FAULT_VALUE,
						"pad is not in the group of order q");
}

static void
digest_tally(eg_decryption_subject *subject)
{
	eg_hash		hash;

	eg_tally_digest_begin(&hash, subject->election->h_e, subject->n);
	for (uint32_t i = 0; i < subject->n; i++)
	{
		const eg_decryption_item *item = &subject->items[i];

		eg_hash_integer(&hash, item->contest_index);
		eg_hash_integer(&hash, item->option_index);
		eg_hash_ciphertext(&hash, &item->ciphertext);
	}
	eg_hash_end(&hash, subject->digest);
}

bool
eg_tally_subject(eg_decryption_subject *subject, const eg_election *election,
				 const eg_tally *tally, const eg_arena *arena,
				 eg_fault *fault)
{
	eg_decryption_item *items;
	eg_catalogue catalogue;

	memset(subject, 0, sizeof(*subject));
	subject->election = election;
	subject->use = EG_VOTE_KEY;
	if (tally->group != election->group ||
		(tally->election != NULL &&
		 memcmp(tally->election, election->h_e, EG_HASH_BYTES) != 0))
		return eg_fault_set(fault, EG_FAULT_MISMATCH,
							"the tally is of another election");
	if (!eg_catalogue_make(&catalogue, &election->rules, arena))
		return eg_fault_out_of_memory(fault);
	items = list_options(&catalogue, arena);
	if (items == NULL)
		return eg_fault_out_of_memory(fault);
	subject->items = items;
	subject->n = catalogue.options;
	if (!fill_items(items, &catalogue, tally, fault) ||
		!read_bases(subject, arena, fault))
		return false;
	digest_tally(subject);
	return true;
}

/*
 * Contest data
 */

bool
eg_ballot_h_i(uint8_t *h_i, const eg_election *election,
			  const eg_ballot *ballot, eg_fault *fault)
{
	fault->ballot = ballot->id;
	if (ballot->group != election->group->id ||
		(ballot->election != NULL &&
		 memcmp(ballot->election, election->h_e, EG_HASH_BYTES) != 0))
		return eg_fault_set(fault, EG_FAULT_MISMATCH,
							"the ballot is of another election");
	if (ballot->identifier == NULL)
		return eg_fault_set(fault, EG_FAULT_VALUE,
							"the ballot has no selection encryption identifier");
	eg_identifier_hash(h_i, election->h_e, ballot->identifier);
	return true;
}

static const eg_contest *
find_contest(const eg_ballot *ballot, eg_bytes label)
{
	for (uint32_t i = 0; i < ballot->n; i++)
		if (eg_bytes_equal(ballot->contests[i].label, label))
			return &ballot->contests[i];
	return NULL;
}

/* NULL, or why there is nothing to be decrypted. */
static const char *
find_data(eg_decryption_subject *subject, const eg_known_contest *known)
{
	const eg_contest *contest;

	if (known == NULL)
		return "the manifest has no such contest";
	contest = find_contest(subject->ballot, known->label);
	if (contest == NULL || contest->data == NULL ||
		contest->index != known->index)
		return "the ballot has no such contest data";
	if (contest->data->proof == NULL)
		return "the contest data has no proof of knowledge";
	if (contest->data->c1.size !=
		(size_t) known->rules.data_blocks * EG_HASH_BYTES)
		return "the contest data is not as long as the manifest says";
	subject->data = contest->data;
	return eg_contest_data_wrong(contest->data, subject->h_i, known->index);
}

bool
eg_contest_data_subject(eg_decryption_subject *subject,
						const eg_election *election, const eg_ballot *ballot,
						eg_bytes contest, const eg_arena *arena,
						eg_fault *fault)
{
	eg_decryption_item *item = arena->allocate(arena->context, sizeof(*item));
	const eg_known_contest *known;
	eg_catalogue catalogue;
	const char *wrong;

	memset(subject, 0, sizeof(*subject));
	subject->election = election;
	subject->use = EG_DATA_KEY;
	subject->ballot = ballot;
	if (item == NULL || !eg_catalogue_make(&catalogue, &election->rules, arena))
		return eg_fault_out_of_memory(fault);
	fault->contest = contest;
	if (!eg_ballot_h_i(subject->h_i, election, ballot, fault))
		return false;
	known = eg_find_contest(&catalogue, contest);
	wrong = find_data(subject, known);
	if (wrong != NULL)
		return eg_fault_set(fault, EG_FAULT_VALUE, wrong);
	item->contest = known->label;
	item->contest_index = known->index;
	item->ciphertext.pad = subject->data->c0;
	subject->items = item;
	subject->n = 1;
	fault->contest.data = NULL;
	fault->ballot.data = NULL;
	eg_contest_data_digest(subject->digest, election->h_e, subject->h_i,
						   known->index, subject->data);
	return read_bases(subject, arena, fault);
}

/*
 * Hashes of both kinds
 */

void
eg_decryption_commitment(uint8_t *d, const eg_decryption_subject *subject,
						 size_t item, uint32_t i,
						 const eg_opening_values *values, const uint32_t *u,
						 uint32_t n)
{
	const eg_decryption_item *what = &subject->items[item];

	if (subject->data != NULL)
		eg_data_decryption_commitment(d, subject->h_i, what->contest_index, i,
									  subject->data, values->a, values->b,
									  values->m, u, n);
	else
		eg_tally_decryption_commitment(d, subject->election->h_e,
									   what->contest_index,
									   what->option_index, i,
									   &what->ciphertext, values->a,
									   values->b, values->m, u, n);
}

void
eg_decryption_challenge(uint8_t *c, const eg_decryption_subject *subject,
						size_t item, const eg_opening_values *values)
{
	const eg_decryption_item *what = &subject->items[item];

	if (subject->data != NULL)
		eg_data_decryption_challenge(c, subject->h_i, what->contest_index,
									 subject->data, values->a, values->b,
									 values->m);
	else
		eg_tally_decryption_challenge(c, subject->election->h_e,
									  what->contest_index,
									  what->option_index, &what->ciphertext,
									  values->a, values->b, values->m);
}
