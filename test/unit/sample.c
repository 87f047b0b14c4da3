/*
 * sample.c
 *		Sample ballots and tallies, and the arena in which tests make them.
 */
#include "sample.h"

#include <stdlib.h>

/*
 * The arena
 */

typedef struct sample_block
{
	struct sample_block *next;
	void	   *memory;
} sample_block;

static void *
allocate(void *context, size_t size)
{
	sample_arena *arena = context;
	sample_block *block;

	if (arena->left == 0)
		return NULL;
	arena->left--;
	block = malloc(sizeof(sample_block));
	if (block == NULL)
		abort();

	/* A NULL would mean an exhausted arena, even for no bytes. */
	block->memory = calloc(1, size > 0 ? size : 1);
	if (block->memory == NULL)
		abort();
	block->next = arena->blocks;
	arena->blocks = block;
	return block->memory;
}

void
sample_arena_init(sample_arena *arena)
{
	arena->arena.allocate = allocate;
	arena->arena.context = arena;
	arena->left = SIZE_MAX;
	arena->blocks = NULL;
}

void
sample_arena_limit(sample_arena *arena, size_t left)
{
	arena->left = left;
}

void
sample_arena_free(sample_arena *arena)
{
	while (arena->blocks != NULL)
	{
		sample_block *block = arena->blocks;

		arena->blocks = block->next;
		free(block->memory);
		free(block);
	}
}

static void *
get(const eg_arena *arena, size_t size)
{
	void	   *memory = arena->allocate(arena->context, size);

	if (memory == NULL)
		abort();
	return memory;
}

eg_bytes
sample_copy(eg_bytes bytes, const eg_arena *arena)
{
	uint8_t    *copy = get(arena, bytes.size);
	eg_bytes	result = {copy, bytes.size};

	if (bytes.size > 0)
		memcpy(copy, bytes.data, bytes.size);
	return result;
}

/*
 * Random things
 */

#define DEFAULT_SEED	UINT64_C(0x73616d706c653031)

static uint64_t random_state = DEFAULT_SEED;

void
sample_seed(uint64_t seed)
{
	random_state = seed ? seed : DEFAULT_SEED;
}

uint64_t
sample_random(void)
{
	random_state ^= random_state >> 12;
	random_state ^= random_state << 25;
	random_state ^= random_state >> 27;
	return random_state * UINT64_C(0x2545F4914F6CDD1D);
}

const uint8_t *
sample_bytes(size_t size, const eg_arena *arena)
{
	uint8_t    *bytes = get(arena, size);

	for (size_t i = 0; i < size; i++)
		bytes[i] = (uint8_t) (sample_random() >> 56);
	return bytes;
}

/* The highest 256 bits of p are ones. */
const uint8_t *
sample_element(const eg_arena *arena)
{
	uint8_t    *bytes = (uint8_t *) sample_bytes(EG_ELEMENT_BYTES, arena);

	bytes[0] &= 0x7F;
	bytes[EG_ELEMENT_BYTES - 1] |= 1;
	return bytes;
}

/*
 * Styles and directories
 */

/* Indices take one to four bytes, labels one to 1024, not all of ASCII. */
static const uint32_t contest_indices[SAMPLE_CONTESTS] = {
	1, 2, 256, 70000, EG_MAX_INDEX
};
static const char *const contest_labels[SAMPLE_CONTESTS] = {
	"mayor", "m", "gr\xC3\xB6\xC3\x9Fte Frage", "\xE6\x8A\x95\xE7\xA5\xA8",
	"referendum \xF0\x9F\x97\xB3"
};
static const uint32_t option_indices[SAMPLE_OPTIONS] = {
	1, 3, 255, 65536, 0x1000000, EG_MAX_INDEX
};
static const char *const option_labels[SAMPLE_OPTIONS] = {
	"yes", "no", "\xC3\xA9", "\"quoted\"", "a somewhat longer label", "z"
};

uint32_t
sample_contest_index(int contest)
{
	return contest_indices[contest];
}

uint32_t
sample_option_index(int option)
{
	return option_indices[option];
}

static eg_bytes
label(const char *text)
{
	eg_bytes	bytes = {(const uint8_t *) text, strlen(text)};

	return bytes;
}

eg_bytes
sample_contest_label(int contest)
{
	return label(contest_labels[contest]);
}

eg_bytes
sample_option_label(int option)
{
	return label(option_labels[option]);
}

sample_style
sample_random_style(void)
{
	sample_style style;

	for (int i = 0; i < SAMPLE_CONTESTS; i++)
	{
		unsigned	mask = (1u << SAMPLE_OPTIONS) - 1;

		style.options[i] = sample_random() >> 62 == 0 ? 0 :
			(uint8_t) (sample_random() >> 40 & mask);
	}
	return style;
}

sample_style
sample_union(sample_style a, sample_style b)
{
	for (int i = 0; i < SAMPLE_CONTESTS; i++)
		a.options[i] |= b.options[i];
	return a;
}

static uint32_t
count_bits(unsigned x)
{
	uint32_t	n = 0;

	for (; x != 0; x &= x - 1)
		n++;
	return n;
}

uint32_t
sample_count_contests(sample_style style)
{
	uint32_t	n = 0;

	for (int i = 0; i < SAMPLE_CONTESTS; i++)
		n += style.options[i] != 0;
	return n;
}

uint32_t
sample_count_options(sample_style style)
{
	uint32_t	n = 0;

	for (int i = 0; i < SAMPLE_CONTESTS; i++)
		n += count_bits(style.options[i]);
	return n;
}

static uint8_t *
put_number(uint8_t *next, uint32_t value, int bytes)
{
	for (int i = bytes - 1; i >= 0; i--)
		*next++ = (uint8_t) (value >> (8 * i));
	return next;
}

static uint8_t *
put_entry(uint8_t *next, uint32_t index, eg_bytes text)
{
	next = put_number(next, index, 4);
	next = put_number(next, (uint32_t) text.size, 2);
	memcpy(next, text.data, text.size);
	return next + text.size;
}

eg_bytes
sample_directory(sample_style style, const eg_arena *arena)
{
	uint8_t		buffer[8192];
	uint8_t    *next = buffer + 12;
	eg_bytes	bytes = {buffer, 0};

	for (int i = 0; i < SAMPLE_CONTESTS; i++)
	{
		if (style.options[i] == 0)
			continue;
		next = put_entry(next, contest_indices[i], sample_contest_label(i));
		next = put_number(next, count_bits(style.options[i]), 2);
		for (int j = 0; j < SAMPLE_OPTIONS; j++)
			if (style.options[i] & 1u << j)
				next = put_entry(next, option_indices[j],
								 sample_option_label(j));
	}
	bytes.size = (size_t) (next - buffer);
	put_number(buffer, (uint32_t) bytes.size - 12, 4);
	put_number(buffer + 4, sample_count_contests(style), 4);
	put_number(buffer + 8, sample_count_options(style), 4);
	return sample_copy(bytes, arena);
}

/*
 * Ballots
 */

sample_form
sample_small_form(void)
{
	sample_form form = {{{1}}, 0, 0, 1, 1, 0};

	return form;
}

sample_form
sample_full_form(void)
{
	sample_form form = {{{5, 0, 0, 2}}, 0xFF, 0, 2, EG_MAX_WEIGHT, 1};

	form.contest_fields = EG_CONTEST_HAS_HASH | EG_CONTEST_HAS_DATA |
		EG_CONTEST_HAS_PREENCRYPTION;
	return form;
}

static void
fill_pair(eg_pair *pair, const eg_arena *arena)
{
	pair->challenge = sample_bytes(EG_HASH_BYTES, arena);
	pair->response = sample_bytes(EG_HASH_BYTES, arena);
}

static eg_proof *
make_proof(uint32_t n, const eg_arena *arena)
{
	eg_proof   *proof = get(arena, sizeof(eg_proof));

	proof->n = n;
	proof->pairs = n > 0 ? get(arena, n * sizeof(eg_pair)) : NULL;
	for (uint32_t i = 0; i < n; i++)
		fill_pair(&proof->pairs[i], arena);
	return proof;
}

static void
fill_ciphertext(eg_ciphertext *ciphertext, const eg_arena *arena)
{
	ciphertext->pad = sample_element(arena);
	ciphertext->data = sample_element(arena);
}

static eg_hashed_ciphertext *
make_hashed(size_t size, bool with_mac, const eg_arena *arena)
{
	eg_hashed_ciphertext *hashed = get(arena, sizeof(eg_hashed_ciphertext));

	hashed->c0 = sample_element(arena);
	hashed->c1.data = sample_bytes(size, arena);
	hashed->c1.size = size;
	if (with_mac)
		hashed->mac = sample_bytes(EG_HASH_BYTES, arena);
	else
	{
		hashed->proof = get(arena, sizeof(eg_pair));
		fill_pair(hashed->proof, arena);
	}
	return hashed;
}

/* A contest with these options: as many hashes, and one selected vector. */
static eg_preencryption *
make_preencryption(uint32_t options, const eg_arena *arena)
{
	eg_preencryption *pre = get(arena, sizeof(eg_preencryption));
	eg_selected_vector *vector = get(arena, sizeof(eg_selected_vector));

	pre->hash = sample_bytes(EG_HASH_BYTES, arena);
	pre->selection_hashes.n = options;
	pre->selection_hashes.hashes = get(arena, options * sizeof(uint8_t *));
	for (uint32_t i = 0; i < options; i++)
		pre->selection_hashes.hashes[i] = sample_bytes(EG_HASH_BYTES, arena);
	pre->n = 1;
	pre->vectors = vector;
	vector->selection_hash = sample_bytes(EG_HASH_BYTES, arena);
	vector->short_code = label("A7");
	vector->n = options;
	vector->encryptions = get(arena, options * sizeof(eg_ciphertext));
	for (uint32_t i = 0; i < options; i++)
		fill_ciphertext(&vector->encryptions[i], arena);
	return pre;
}

static void
fill_contest(eg_contest *contest, int number, const sample_form *form,
			 const eg_arena *arena)
{
	unsigned	fields = form->contest_fields;
	uint32_t	n = 0;

	contest->index = contest_indices[number];
	contest->label = sample_contest_label(number);
	contest->n = count_bits(form->style.options[number]);
	contest->selections = get(arena, contest->n * sizeof(eg_selection));
	for (int j = 0; j < SAMPLE_OPTIONS; j++)
	{
		eg_selection *selection = &contest->selections[n];

		if (!(form->style.options[number] & 1u << j))
			continue;
		selection->index = option_indices[j];
		selection->label = sample_option_label(j);
		selection->ciphertext = get(arena, sizeof(eg_ciphertext));
		fill_ciphertext(selection->ciphertext, arena);
		selection->proof = make_proof(form->pairs, arena);
		n++;
	}
	contest->proof = make_proof(form->pairs, arena);
	if (fields & EG_CONTEST_HAS_HASH)
		contest->hash = sample_bytes(EG_HASH_BYTES, arena);
	if (fields & EG_CONTEST_HAS_DATA)
		contest->data = make_hashed(64, false, arena);
	if (fields & EG_CONTEST_HAS_DATA_2_0)
		contest->data = make_hashed(33, true, arena);
	if (fields & EG_CONTEST_HAS_PREENCRYPTION)
		contest->preencryption = make_preencryption(contest->n, arena);
}

eg_ballot *
sample_ballot(const sample_form *form, const eg_arena *arena)
{
	eg_ballot  *ballot = get(arena, sizeof(eg_ballot));
	unsigned	fields = form->fields;
	uint32_t	n = 0;

	ballot->group = EG_GROUP_2_1_0;
	ballot->state = EG_BALLOT_CAST;
	ballot->weight = form->weight;
	ballot->preencrypted = fields & EG_BALLOT_IS_PREENCRYPTED;
	ballot->has_time = fields & EG_BALLOT_HAS_TIME;
	ballot->time = ballot->has_time ? form->time : 0;
	ballot->id = label("ballot-1");
	ballot->style = label("style \xC3\xA4");
	ballot->device = label("d");
	if (fields & EG_BALLOT_HAS_ELECTION)
		ballot->election = sample_bytes(EG_HASH_BYTES, arena);
	if (fields & EG_BALLOT_HAS_IDENTIFIER)
		ballot->identifier = sample_bytes(EG_HASH_BYTES, arena);
	if (fields & EG_BALLOT_HAS_IDENTIFIER_HASH)
		ballot->identifier_hash = sample_bytes(EG_HASH_BYTES, arena);
	if (fields & EG_BALLOT_HAS_CHAINING)
		ballot->chaining = sample_bytes(EG_CHAINING_BYTES, arena);
	if (fields & EG_BALLOT_HAS_CODE)
		ballot->code = sample_bytes(EG_HASH_BYTES, arena);
	if (fields & EG_BALLOT_HAS_NONCE)
		ballot->nonce = make_hashed(EG_HASH_BYTES, false, arena);
	ballot->n = sample_count_contests(form->style);
	ballot->contests = get(arena, ballot->n * sizeof(eg_contest));
	for (int i = 0; i < SAMPLE_CONTESTS; i++)
		if (form->style.options[i] != 0)
			fill_contest(&ballot->contests[n++], i, form, arena);
	return ballot;
}

eg_bytes
sample_encode(const eg_ballot *ballot, const eg_arena *arena)
{
	eg_writer	writer = {NULL, 0};
	eg_bytes	bytes;
	size_t		size;

	eg_ballot_encode(&writer, ballot);
	size = writer.size;
	writer.next = get(arena, size);
	writer.size = 0;
	bytes.data = writer.next;
	bytes.size = size;
	eg_ballot_encode(&writer, ballot);
	if (writer.size != size || writer.next != bytes.data + size)
		abort();
	return bytes;
}

/*
 * Tallies
 */

eg_addend
sample_ballot_addend(eg_bytes ballot)
{
	eg_ballot_header header;
	eg_addend	addend = {0};

	eg_ballot_peek(&header, ballot);
	addend.group = eg_group_by_id(header.ballot.group);
	addend.election = header.ballot.election;
	addend.directory = header.directory;
	addend.ciphertexts = header.ciphertexts;
	addend.weight = header.ballot.weight;
	return addend;
}

eg_addend
sample_tally_addend(eg_bytes bytes)
{
	eg_tally	tally;
	eg_addend	addend = {0};

	eg_tally_view(&tally, bytes);
	addend.group = tally.group;
	addend.election = tally.election;
	addend.directory = tally.directory;
	addend.ciphertexts = tally.ciphertexts;
	addend.sums = tally.sums;
	return addend;
}

size_t
sample_state_size(const eg_tally_state *state)
{
	return (size_t) (state->residues - state->header) +
		state->directory.options * (size_t) (2 * EG_RESIDUE_BYTES);
}

static bool
make_room(eg_tally_state *state, const eg_addend *addend,
		  const eg_arena *arena, eg_fault *fault)
{
	const eg_tally_state *old = state->header ? state : NULL;
	size_t		size = eg_tally_state_room(old, addend, fault);
	uint8_t    *memory;

	if (size == 0)
		return false;
	if (old != NULL && size == sample_state_size(state))
		return true;
	memory = get(arena, size);
	eg_tally_state_make(memory, old, addend);
	eg_tally_state_view(state, memory);
	return true;
}

bool
sample_add(eg_tally_state *state, const eg_addend *addend,
		   const eg_arena *arena, eg_fault *fault)
{
	return make_room(state, addend, arena, fault) &&
		eg_tally_state_add(state, addend, NULL, fault);
}

bool
sample_combine(eg_tally_state *state, const eg_tally_state *other,
			   const eg_arena *arena, eg_fault *fault)
{
	eg_addend	addend = eg_tally_state_as_addend(other);

	return make_room(state, &addend, arena, fault) &&
		eg_tally_state_combine(state, other, NULL, fault);
}

eg_bytes
sample_finish(const eg_tally_state *state, const eg_arena *arena)
{
	eg_bytes	bytes;
	uint8_t    *memory;
	eg_fault	fault = {0};

	bytes.size = eg_tally_size(state);
	memory = get(arena, bytes.size);
	bytes.data = memory;
	if (!eg_tally_finish(memory, state, NULL, &fault))
		abort();
	return bytes;
}
