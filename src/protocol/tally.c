/*
 * tally.c
 *		Adding up encrypted ballots (spec 3.5).
 */
#include "protocol/contest_list.h"
#include "protocol/tally.h"

/*
 * Options multiplied between two polls of stop: far less than 10 ms.  With a
 * weight each costs up to 252 products, not 2.
 */
#define OPTIONS_PER_POLL	64
#define POWERS_PER_POLL		4

/* In a state, a contest whose ballots and weights are not known. */
#define NOT_KNOWN			UINT64_MAX

/*
 * Views
 */

void
eg_tally_view(eg_tally *tally, eg_bytes bytes)
{
	const uint8_t *next = bytes.data + EG_TALLY_HEADER;

	tally->group = eg_group_by_id(bytes.data[1]);
	tally->election = NULL;
	if (bytes.data[2] & EG_TALLY_HAS_ELECTION)
	{
		tally->election = next;
		next += EG_HASH_BYTES;
	}
	tally->directory = eg_directory_at(next);
	tally->sums = next + tally->directory.size;
	tally->ciphertexts = tally->sums + (size_t) tally->directory.contests * 16;
}

void
eg_tally_state_view(eg_tally_state *state, void *bytes)
{
	uint8_t    *header = bytes;
	uint8_t    *next = header + EG_TALLY_STATE_HEADER;

	state->header = header;
	state->group = eg_group_by_id(header[1]);
	state->log2_r = eg_get16(header + 4);
	state->election = header[2] & EG_TALLY_HAS_ELECTION ? header + 8 : NULL;
	state->directory = eg_directory_at(next);
	state->sums = next + state->directory.size;
	state->counts = state->sums + (size_t) state->directory.contests * 16;
	state->residues = state->counts + (size_t) state->directory.options * 8;
}

static size_t
state_size(const eg_directory *directory)
{
	return EG_TALLY_STATE_HEADER + directory->size +
		(size_t) directory->contests * 16 +
		(size_t) directory->options * (8 + 2 * EG_RESIDUE_BYTES);
}

static size_t
tally_size(const eg_directory *directory, bool election)
{
	return EG_TALLY_HEADER + (election ? EG_HASH_BYTES : 0) +
		directory->size + (size_t) directory->contests * 16 +
		(size_t) directory->options * EG_CIPHERTEXT_BYTES;
}

/*
 * Reading bytes from outside
 */

static bool
check_elements(const eg_group *group, const eg_directory *directory,
			   const uint8_t *elements, eg_fault *fault)
{
	mp_limb_t	x[EG_MAX_LIMBS];

	for (size_t i = 0; i < 2 * (size_t) directory->options; i++)
		if (!eg_element_import(group, x, elements + i * EG_ELEMENT_BYTES))
		{
			eg_directory_name(directory, i / 2, fault);
			return eg_fault_set(fault, EG_FAULT_VALUE,
								"element is not in 1 .. p - 1");
		}
	return true;
}

/* Both sums are in range, and both are 0 if one is. */
static bool
check_sums(const uint8_t *sums, uint32_t contests, eg_fault *fault)
{
	for (uint32_t i = 0; i < contests; i++)
	{
		uint64_t	ballots = eg_sum_ballots(sums, i);
		uint64_t	weight = eg_sum_weight(sums, i);

		if (weight > EG_MAX_SUM || ballots > weight ||
			(ballots == 0) != (weight == 0))
			return eg_fault_set(fault, EG_FAULT_FORMAT,
								"sums of ballots and weights are impossible");
	}
	return true;
}

bool
eg_tally_decode(eg_tally *tally, eg_bytes bytes, const eg_arena *arena,
				eg_fault *fault)
{
	eg_reader	reader = {bytes.data, bytes.size, false};
	const uint8_t *header = eg_read(&reader, EG_TALLY_HEADER);
	eg_directory directory;

	if (header == NULL || header[0] != EG_TALLY_VERSION)
		return eg_fault_set(fault, EG_FAULT_FORMAT,
							"unknown version of encrypted tally");
	if (header[1] != EG_GROUP_2_1_0)
		return eg_fault_set(fault, EG_FAULT_FORMAT,
							"unknown group of encrypted tally");
	if ((header[2] & ~EG_TALLY_HAS_ELECTION) != 0 || header[3] != 0)
		return eg_fault_set(fault, EG_FAULT_FORMAT,
							"reserved bits of encrypted tally are set");
	if (header[2] & EG_TALLY_HAS_ELECTION)
		eg_read(&reader, EG_HASH_BYTES);
	if (!eg_directory_read(&directory, &reader, fault) ||
		!eg_directory_check_labels(&directory, arena, fault))
		return false;
	if (bytes.size != tally_size(&directory,
								 header[2] & EG_TALLY_HAS_ELECTION))
		return eg_fault_set(fault, EG_FAULT_FORMAT,
							"encrypted tally has a wrong size");
	eg_tally_view(tally, bytes);
	return check_sums(tally->sums, directory.contests, fault) &&
		check_elements(tally->group, &directory, tally->ciphertexts, fault);
}

static bool
check_state_header(const uint8_t *header, eg_fault *fault)
{
	static const uint8_t zeros[EG_HASH_BYTES];

	if (header == NULL || header[0] != EG_TALLY_VERSION)
		return eg_fault_set(fault, EG_FAULT_FORMAT,
							"unknown version of tally state");
	if (header[1] != EG_GROUP_2_1_0)
		return eg_fault_set(fault, EG_FAULT_FORMAT,
							"unknown group of tally state");
	if ((header[2] & ~EG_TALLY_HAS_ELECTION) != 0 || header[3] != 0 ||
		eg_get16(header + 6) != 0 ||
		(!(header[2] & EG_TALLY_HAS_ELECTION) &&
		 memcmp(header + 8, zeros, sizeof(zeros)) != 0))
		return eg_fault_set(fault, EG_FAULT_FORMAT,
							"reserved bits of tally state are set");
	if (!eg_product_knows_r(eg_group_by_id(header[1]), eg_get16(header + 4)))
		return eg_fault_set(fault, EG_FAULT_FORMAT,
							"unknown form of residues in tally state");
	return true;
}

bool
eg_tally_state_decode(eg_tally_state *state, eg_bytes bytes,
					  const eg_arena *arena, eg_fault *fault)
{
	eg_reader	reader = {bytes.data, bytes.size, false};
	const uint8_t *header = eg_read(&reader, EG_TALLY_STATE_HEADER);
	eg_directory directory;

	if (!check_state_header(header, fault) ||
		!eg_directory_read(&directory, &reader, fault) ||
		!eg_directory_check_labels(&directory, arena, fault))
		return false;
	if (bytes.size != state_size(&directory))
		return eg_fault_set(fault, EG_FAULT_FORMAT,
							"tally state has a wrong size");
	eg_tally_state_view(state, (void *) bytes.data);
	for (uint32_t i = 0; i < directory.contests; i++)
	{
		uint64_t	ballots = eg_sum_ballots(state->sums, i);
		uint64_t	weight = eg_sum_weight(state->sums, i);

		if (ballots == NOT_KNOWN ? weight != 0 :
			ballots == 0 || ballots > weight || weight > EG_MAX_SUM)
			return eg_fault_set(fault, EG_FAULT_FORMAT,
								"sums of ballots and weights are impossible");
	}
	for (size_t i = 0; i < 2 * (size_t) directory.options; i++)
		if (!eg_product_valid(state->group,
							  state->residues + i * EG_RESIDUE_BYTES))
		{
			eg_directory_name(&directory, i / 2, fault);
			return eg_fault_set(fault, EG_FAULT_VALUE,
								"residue is not in 1 .. p - 1");
		}
	return true;
}

/*
 * Making room
 */

static bool
same_election(const uint8_t *a, const uint8_t *b)
{
	if (a == NULL || b == NULL)
		return a == b;
	return memcmp(a, b, EG_HASH_BYTES) == 0;
}

size_t
eg_tally_state_room(const eg_tally_state *state, const eg_addend *addend,
					eg_fault *fault)
{
	eg_writer	writer = {0};
	eg_directory directory = addend->directory;

	if (state == NULL)
		return state_size(&directory);
	if (state->group != addend->group)
		return eg_fault_set(fault, EG_FAULT_MISMATCH, "different groups");
	if (!same_election(state->election, addend->election))
		return eg_fault_set(fault, EG_FAULT_MISMATCH, "different elections");
	if (eg_directory_equal(&state->directory, &directory))
		return state_size(&directory);
	if (!eg_directory_union(&writer, &state->directory, &addend->directory,
							&directory, fault))
		return 0;
	return state_size(&directory);
}

/* Walks two directories of which the second holds all of the first. */
typedef struct matching
{
	eg_directory_walk part;
	eg_directory_walk whole;
	eg_entry	part_contest;
	eg_entry	whole_contest;
	uint32_t	part_contests;	/* contests and options passed so far */
	uint32_t	whole_contests;
	uint32_t	part_options;
	uint32_t	whole_options;
	uint32_t	part_left;		/* options left in the contests at hand */
	uint32_t	whole_left;
} matching;

static void
match_start(matching *match, const eg_directory *part,
			const eg_directory *whole)
{
	memset(match, 0, sizeof(*match));
	eg_directory_walk_start(&match->part, part);
	eg_directory_walk_start(&match->whole, whole);
}

static void
skip_whole_options(matching *match)
{
	eg_entry	option;

	match->whole_options += match->whole_left;
	for (; match->whole_left > 0; match->whole_left--)
		eg_next_option(&match->whole, &option);
}

/* On to the next contest of the part, and the same contest of the whole. */
static bool
match_contest(matching *match)
{
	if (!eg_next_contest(&match->part, &match->part_contest))
		return false;
	match->part_contests++;
	match->part_left = match->part_contest.options;
	do
	{
		skip_whole_options(match);
		eg_next_contest(&match->whole, &match->whole_contest);
		match->whole_contests++;
		match->whole_left = match->whole_contest.options;
	} while (match->whole_contest.index != match->part_contest.index);
	return true;
}

/* Likewise for the options of the contests at hand. */
static bool
match_option(matching *match)
{
	eg_entry	part;
	eg_entry	whole;

	if (match->part_left == 0)
		return false;
	eg_next_option(&match->part, &part);
	match->part_left--;
	match->part_options++;
	do
	{
		eg_next_option(&match->whole, &whole);
		match->whole_left--;
		match->whole_options++;
	} while (whole.index != part.index);
	return true;
}

/* Copies what the old state holds to its places in the new one. */
static void
copy_state(eg_tally_state *state, const eg_tally_state *old)
{
	matching	match;

	match_start(&match, &old->directory, &state->directory);
	while (match_contest(&match))
	{
		memcpy(state->sums + (match.whole_contests - 1) * (size_t) 16,
			   old->sums + (match.part_contests - 1) * (size_t) 16, 16);
		while (match_option(&match))
		{
			size_t		to = match.whole_options - 1;
			size_t		from = match.part_options - 1;

			memcpy(state->counts + to * 8, old->counts + from * 8, 8);
			memcpy(state->residues + to * 2 * EG_RESIDUE_BYTES,
				   old->residues + from * 2 * EG_RESIDUE_BYTES,
				   2 * EG_RESIDUE_BYTES);
		}
	}
}

static void
write_state_header(uint8_t *header, const eg_group *group,
				   const uint8_t *election, uint16_t log2_r)
{
	header[0] = EG_TALLY_VERSION;
	header[1] = group->id;
	header[2] = election ? EG_TALLY_HAS_ELECTION : 0;
	eg_put16(header + 4, log2_r);
	if (election)
		memcpy(header + 8, election, EG_HASH_BYTES);
}

void
eg_tally_state_make(void *memory, const eg_tally_state *old,
					const eg_addend *addend)
{
	uint8_t    *header = memory;
	eg_writer	writer = {header + EG_TALLY_STATE_HEADER, 0};
	eg_tally_state state;
	eg_directory directory;
	eg_fault	unused = {0};

	write_state_header(header, addend->group, addend->election,
					   old ? old->log2_r : eg_product_log2_r(addend->group));
	if (old)
		eg_directory_union(&writer, &old->directory, &addend->directory,
						   &directory, &unused);
	else
		eg_write(&writer, addend->directory.data, addend->directory.size);
	eg_tally_state_view(&state, memory);

	/* The empty product: residue 1 after 0 products. */
	for (size_t i = 0; i < 2 * (size_t) state.directory.options; i++)
		state.residues[i * EG_RESIDUE_BYTES] = 1;
	if (old)
		copy_state(&state, old);
}

/*
 * Adding
 */

/* Brings residues of another kernel to the form of this one. */
static bool
use_kernel(eg_tally_state *state, const eg_stop *stop, eg_fault *fault)
{
	uint16_t	log2_r = eg_product_log2_r(state->group);

	if (state->log2_r == log2_r)
		return true;
	for (size_t i = 0; i < state->directory.options; i++)
	{
		uint8_t    *residues = state->residues + i * 2 * EG_RESIDUE_BYTES;
		uint64_t	count = eg_get64(state->counts + i * 8);

		if (eg_stop_requested(stop))
			return eg_fault_set(fault, EG_FAULT_INTERRUPTED, "interrupted");
		eg_product_convert(state->group, residues, count, state->log2_r);
		eg_product_convert(state->group, residues + EG_RESIDUE_BYTES, count,
						   state->log2_r);
		eg_put64(state->counts + i * 8, 0);
	}
	eg_put16(state->header + 4, log2_r);
	state->log2_r = log2_r;
	return true;
}

static bool
add_count(uint8_t *count, uint64_t more, eg_fault *fault)
{
	uint64_t	sum = eg_get64(count) + more;

	if (sum < more)
		return eg_fault_set(fault, EG_FAULT_OVERFLOW,
							"too many products in a tally");
	eg_put64(count, sum);
	return true;
}

/* Ballots and weights of one contest; NOT_KNOWN stays so. */
static bool
add_sums(uint8_t *sums, uint64_t ballots, uint64_t weight, eg_fault *fault)
{
	uint64_t	known = eg_get64(sums);

	if (known == NOT_KNOWN || ballots == NOT_KNOWN)
	{
		eg_put64(sums, NOT_KNOWN);
		eg_put64(sums + 8, 0);
		return true;
	}
	if (weight > EG_MAX_SUM - eg_get64(sums + 8))
		return eg_fault_set(fault, EG_FAULT_OVERFLOW,
							"sum of weights is out of range");
	eg_put64(sums, known + ballots);
	eg_put64(sums + 8, eg_get64(sums + 8) + weight);
	return true;
}

/* Ballots and weight that the addend has for its contest number i. */
static bool
add_contest(eg_tally_state *state, const eg_addend *addend, size_t to,
			size_t from, eg_fault *fault)
{
	uint64_t	ballots = 1;
	uint64_t	weight = addend->weight;

	if (addend->sums != NULL)
	{
		ballots = eg_sum_ballots(addend->sums, (uint32_t) from);
		weight = eg_sum_weight(addend->sums, (uint32_t) from);
		if (ballots == 0)
			ballots = NOT_KNOWN;
	}
	return add_sums(state->sums + to * 16, ballots, weight, fault);
}

static void
multiply_power(const eg_group *group, uint8_t *residue,
			   const uint8_t *element, uint64_t weight)
{
	uint8_t		power[EG_RESIDUE_BYTES];

	eg_product_power(group, power, element, weight);
	eg_product_merge(group, residue, power, 1);
}

/* Multiplies n options of the addend, from number from on, into to and on. */
static bool
add_run(eg_tally_state *state, const eg_addend *addend, size_t to,
		size_t from, size_t n, const eg_stop *stop, eg_fault *fault)
{
	uint64_t	times = addend->sums != NULL ? 1 : addend->weight;
	size_t		most = times == 1 ? OPTIONS_PER_POLL : POWERS_PER_POLL;

	while (n > 0)
	{
		size_t		some = n < most ? n : most;
		uint8_t    *residues = state->residues + to * 2 * EG_RESIDUE_BYTES;
		const uint8_t *elements = addend->ciphertexts +
			from * EG_CIPHERTEXT_BYTES;

		if (eg_stop_requested(stop))
			return eg_fault_set(fault, EG_FAULT_INTERRUPTED, "interrupted");
		if (times == 1)
			eg_product_multiply(state->group, residues, elements, 2 * some);
		else
			for (size_t i = 0; i < 2 * some; i++)
				multiply_power(state->group, residues + i * EG_RESIDUE_BYTES,
							   elements + i * EG_ELEMENT_BYTES, times);
		for (size_t i = 0; i < some; i++)
			if (!add_count(state->counts + (to + i) * 8, times, fault))
				return false;
		to += some;
		from += some;
		n -= some;
	}
	return true;
}

/*
 * Options that stand side by side in both go together, as kernels like many
 * products at a time.
 */
static bool
add_matching(eg_tally_state *state, const eg_addend *addend,
			 const eg_stop *stop, eg_fault *fault)
{
	matching	match;
	size_t		to = 0;
	size_t		from = 0;
	size_t		n = 0;

	match_start(&match, &addend->directory, &state->directory);
	while (match_contest(&match))
	{
		fault->contest = match.part_contest.label;
		fault->contest_index = match.part_contest.index;
		if (!add_contest(state, addend, match.whole_contests - 1,
						 match.part_contests - 1, fault))
			return false;
		while (match_option(&match))
		{
			if (match.whole_options - 1 != to + n)
			{
				if (!add_run(state, addend, to, from, n, stop, fault))
					return false;
				to = match.whole_options - 1;
				from = match.part_options - 1;
				n = 0;
			}
			n++;
		}
	}
	return add_run(state, addend, to, from, n, stop, fault);
}

static bool
add_identical(eg_tally_state *state, const eg_addend *addend,
			  const eg_stop *stop, eg_fault *fault)
{
	eg_directory_walk walk;
	eg_entry	contest;
	eg_entry	option;

	eg_directory_walk_start(&walk, &state->directory);
	for (size_t i = 0; eg_next_contest(&walk, &contest); i++)
	{
		fault->contest = contest.label;
		fault->contest_index = contest.index;
		if (!add_contest(state, addend, i, i, fault))
			return false;
		for (uint32_t j = 0; j < contest.options; j++)
			eg_next_option(&walk, &option);
	}
	return add_run(state, addend, 0, 0, state->directory.options, stop,
				   fault);
}

bool
eg_tally_state_add(eg_tally_state *state, const eg_addend *addend,
				   const eg_stop *stop, eg_fault *fault)
{
	if (!use_kernel(state, stop, fault))
		return false;
	if (eg_directory_equal(&state->directory, &addend->directory))
		return add_identical(state, addend, stop, fault);
	return add_matching(state, addend, stop, fault);
}

/*
 * Combining
 */

eg_addend
eg_tally_state_as_addend(const eg_tally_state *state)
{
	eg_addend	addend = {0};

	addend.group = state->group;
	addend.election = state->election;
	addend.directory = state->directory;
	return addend;
}

static bool
combine_option(eg_tally_state *state, const eg_tally_state *other,
			   size_t to, size_t from, eg_fault *fault)
{
	uint8_t    *residues = state->residues + to * 2 * EG_RESIDUE_BYTES;
	uint64_t	count = eg_get64(other->counts + from * 8);
	uint8_t		copy[2 * EG_RESIDUE_BYTES];

	memcpy(copy, other->residues + from * 2 * EG_RESIDUE_BYTES, sizeof(copy));
	if (other->log2_r != state->log2_r)
	{
		eg_product_convert(state->group, copy, count, other->log2_r);
		eg_product_convert(state->group, copy + EG_RESIDUE_BYTES, count,
						   other->log2_r);
		count = 0;
	}
	eg_product_merge(state->group, residues, copy, 2);
	return add_count(state->counts + to * 8, count, fault) &&
		add_count(state->counts + to * 8, 1, fault);
}

bool
eg_tally_state_combine(eg_tally_state *state, const eg_tally_state *other,
					   const eg_stop *stop, eg_fault *fault)
{
	matching	match;

	if (!use_kernel(state, stop, fault))
		return false;
	match_start(&match, &other->directory, &state->directory);
	while (match_contest(&match))
	{
		size_t		from = match.part_contests - 1;

		fault->contest = match.part_contest.label;
		fault->contest_index = match.part_contest.index;
		if (!add_sums(state->sums + (match.whole_contests - 1) * (size_t) 16,
					  eg_sum_ballots(other->sums, (uint32_t) from),
					  eg_sum_weight(other->sums, (uint32_t) from), fault))
			return false;
		while (match_option(&match))
		{
			if (eg_stop_requested(stop))
				return eg_fault_set(fault, EG_FAULT_INTERRUPTED,
									"interrupted");
			if (!combine_option(state, other, match.whole_options - 1,
								match.part_options - 1, fault))
				return false;
		}
	}
	return true;
}

/*
 * Finishing
 */

size_t
eg_tally_size(const eg_tally_state *state)
{
	return tally_size(&state->directory, state->election != NULL);
}

static void
write_sums(eg_writer *writer, const eg_tally_state *state)
{
	for (uint32_t i = 0; i < state->directory.contests; i++)
	{
		uint64_t	ballots = eg_sum_ballots(state->sums, i);

		eg_write64(writer, ballots == NOT_KNOWN ? 0 : ballots);
		eg_write64(writer, eg_sum_weight(state->sums, i));
	}
}

bool
eg_tally_finish(uint8_t *bytes, const eg_tally_state *state,
				const eg_stop *stop, eg_fault *fault)
{
	eg_writer	writer = {bytes, 0};
	eg_product_correction correction = {0};

	eg_write8(&writer, EG_TALLY_VERSION);
	eg_write8(&writer, state->group->id);
	eg_write8(&writer, state->election ? EG_TALLY_HAS_ELECTION : 0);
	eg_write8(&writer, 0);
	if (state->election)
		eg_write(&writer, state->election, EG_HASH_BYTES);
	eg_write(&writer, state->directory.data, state->directory.size);
	write_sums(&writer, state);
	for (size_t i = 0; i < state->directory.options; i++)
	{
		const uint8_t *residues = state->residues + i * 2 * EG_RESIDUE_BYTES;
		uint64_t	count = eg_get64(state->counts + i * 8);

		if (eg_stop_requested(stop))
			return eg_fault_set(fault, EG_FAULT_INTERRUPTED, "interrupted");
		if (i == 0 || correction.count != count)
			eg_product_correct(&correction, state->group, count,
							   state->log2_r);
		eg_product_finish(&correction, writer.next, residues);
		eg_product_finish(&correction, writer.next + EG_ELEMENT_BYTES,
						  residues + EG_RESIDUE_BYTES);
		writer.next += EG_CIPHERTEXT_BYTES;
	}
	return true;
}

/*
 * Completing
 */

size_t
eg_tally_complete_size(const eg_completion *completion)
{
	return tally_size(&completion->all, true);
}

/* Whether the manifest has all that the tally has, under the same labels. */
static bool
check_part(const eg_tally *tally, const eg_completion *completion,
		   eg_fault *fault)
{
	eg_writer	writer = {0};
	eg_directory both;

	if (tally->group != completion->group)
		return eg_fault_set(fault, EG_FAULT_MISMATCH, "different groups");
	if (!same_election(tally->election, completion->election))
		return eg_fault_set(fault, EG_FAULT_MISMATCH, "different elections");
	if (!eg_directory_union(&writer, &tally->directory, &completion->all,
							&both, fault))
		return false;
	if (both.size != completion->all.size)
		return eg_fault_set(fault, EG_FAULT_MISMATCH,
							"it has contests or options that the manifest has not");
	return true;
}

bool
eg_tally_complete(uint8_t *bytes, const eg_tally *tally,
				  const eg_completion *completion, eg_fault *fault)
{
	const eg_directory *all = &completion->all;
	eg_writer	writer = {bytes, 0};
	uint8_t    *sums;
	matching	match;

	if (tally != NULL && !check_part(tally, completion, fault))
		return false;
	eg_write8(&writer, EG_TALLY_VERSION);
	eg_write8(&writer, completion->group->id);
	eg_write8(&writer, EG_TALLY_HAS_ELECTION);
	eg_write8(&writer, 0);
	eg_write(&writer, completion->election, EG_HASH_BYTES);
	eg_write(&writer, all->data, all->size);
	sums = writer.next;
	memset(sums, 0, eg_tally_complete_size(completion) - writer.size);
	bytes = sums + (size_t) all->contests * 16;
	for (size_t i = 1; i <= 2 * (size_t) all->options; i++)
		bytes[i * EG_ELEMENT_BYTES - 1] = 1;
	if (tally == NULL)
		return true;
	match_start(&match, &tally->directory, all);
	while (match_contest(&match))
	{
		memcpy(sums + (match.whole_contests - 1) * (size_t) 16,
			   tally->sums + (match.part_contests - 1) * (size_t) 16, 16);
		while (match_option(&match))
			memcpy(bytes + (match.whole_options - 1) *
				   (size_t) EG_CIPHERTEXT_BYTES,
				   tally->ciphertexts + (match.part_options - 1) *
				   (size_t) EG_CIPHERTEXT_BYTES, EG_CIPHERTEXT_BYTES);
	}
	return true;
}

/*
 * The tally as a record
 */

bool
eg_tally_record_build(eg_tally_record *record, const eg_tally *tally,
					  const eg_arena *arena, eg_fault *fault)
{
	const uint8_t *next = tally->ciphertexts;

	record->election = tally->election;
	record->n = tally->directory.contests;
	record->contests = eg_contests_build(&tally->directory, arena);
	if (record->n > 0 && record->contests == NULL)
		return eg_fault_set(fault, EG_FAULT_LIMIT, "out of memory");
	for (uint32_t i = 0; i < record->n; i++)
		for (uint32_t j = 0; j < record->contests[i].n; j++)
		{
			eg_selection *selection = &record->contests[i].selections[j];

			selection->ciphertext->pad = next;
			selection->ciphertext->data = next + EG_ELEMENT_BYTES;
			next += EG_CIPHERTEXT_BYTES;
		}
	return true;
}

bool
eg_tally_record_arrange(eg_tally_record *record, const eg_arena *arena,
						eg_fault *fault)
{
	return eg_contests_arrange(record->contests, record->n, arena, fault);
}

void
eg_tally_record_encode(eg_writer *writer, const eg_tally_record *record)
{
	eg_write8(writer, EG_TALLY_VERSION);
	eg_write8(writer, EG_GROUP_2_1_0);
	eg_write8(writer, record->election ? EG_TALLY_HAS_ELECTION : 0);
	eg_write8(writer, 0);
	if (record->election)
		eg_write(writer, record->election, EG_HASH_BYTES);
	eg_contests_write_directory(writer, record->contests, record->n);
	for (uint32_t i = 0; i < record->n; i++)
	{
		eg_write64(writer, 0);
		eg_write64(writer, 0);
	}
	for (uint32_t i = 0; i < record->n; i++)
		for (uint32_t j = 0; j < record->contests[i].n; j++)
		{
			const eg_selection *selection = &record->contests[i].selections[j];

			eg_write(writer, selection->ciphertext->pad, EG_ELEMENT_BYTES);
			eg_write(writer, selection->ciphertext->data, EG_ELEMENT_BYTES);
		}
}
