/*
 * test_tally.c
 *		Adding up ballots and tallies: any order, any tree, the same bytes as
 *		a naive product.
 */
#include "protocol/tally.h"

#include "sample.h"
#include "test.h"

#define PORTABLE_LOG2_R	4096
#define VECTOR_LOG2_R	4160
#define MOST_TERMS		7

static const eg_group *const group = &eg_group_2_1_0;
static sample_arena memory;
static mpz_t p;

/* Whether every step is taken by either kernel, not by the one in use. */
static bool mixed = false;

static void
choose_kernel(void)
{
	if (mixed)
		eg_kernel_use(test_random() % 2 ? EG_KERNEL_IFMA :
					  EG_KERNEL_PORTABLE);
}

/*
 * The naive sum
 */

typedef struct model
{
	sample_style style;
	mpz_t		products[SAMPLE_CONTESTS][SAMPLE_OPTIONS][2];
	uint64_t	ballots[SAMPLE_CONTESTS];
	uint64_t	weights[SAMPLE_CONTESTS];
	bool		unknown[SAMPLE_CONTESTS];
} model;

/* What is added up, a ballot or a tally, and what is known of it. */
typedef struct term
{
	sample_style style;
	eg_bytes	bytes;
	bool		tally;
	uint64_t	weight;			/* of a ballot */
	uint64_t	ballots;		/* in every contest of a tally; 0 not known */
	uint64_t	sum;
} term;

static void
model_init(model *m)
{
	memset(m, 0, sizeof(*m));
	for (int i = 0; i < SAMPLE_CONTESTS; i++)
		for (int j = 0; j < SAMPLE_OPTIONS; j++)
			for (int k = 0; k < 2; k++)
				mpz_init_set_ui(m->products[i][j][k], 1);
}

static void
model_clear(model *m)
{
	for (int i = 0; i < SAMPLE_CONTESTS; i++)
		for (int j = 0; j < SAMPLE_OPTIONS; j++)
			for (int k = 0; k < 2; k++)
				mpz_clear(m->products[i][j][k]);
}

static eg_addend
addend_of(const term *t)
{
	return t->tally ? sample_tally_addend(t->bytes) :
		sample_ballot_addend(t->bytes);
}

static void
multiply_element(mpz_t product, const uint8_t *element, uint64_t weight)
{
	mpz_t		x,
				e;

	mpz_inits(x, e, NULL);
	mpz_import(x, EG_ELEMENT_BYTES, 1, 1, 1, 0, element);
	if (weight != 1)
	{
		mpz_set_ui(e, weight);
		mpz_powm(x, x, e, p);
	}
	mpz_mul(product, product, x);
	mpz_mod(product, product, p);
	mpz_clears(x, e, NULL);
}

static void
model_add(model *m, const term *t)
{
	const uint8_t *next = addend_of(t).ciphertexts;

	m->style = sample_union(m->style, t->style);
	for (int i = 0; i < SAMPLE_CONTESTS; i++)
	{
		if (t->style.options[i] == 0)
			continue;
		m->ballots[i] += t->tally ? t->ballots : 1;
		m->weights[i] += t->tally ? t->sum : t->weight;
		m->unknown[i] |= t->tally && t->ballots == 0;
		for (int j = 0; j < SAMPLE_OPTIONS; j++)
		{
			if (!(t->style.options[i] & 1u << j))
				continue;
			for (int k = 0; k < 2; k++, next += EG_ELEMENT_BYTES)
				multiply_element(m->products[i][j][k], next,
								 t->tally ? 1 : t->weight);
		}
	}
}

/* The encrypted tally that it is, of this election or none. */
static eg_bytes
model_encode(model *m, const uint8_t *election)
{
	eg_bytes	directory = sample_directory(m->style, &memory.arena);
	size_t		options = sample_count_options(m->style);
	size_t		size = 4 + (election ? 32 : 0) + directory.size +
		sample_count_contests(m->style) * 16 + options * EG_CIPHERTEXT_BYTES;
	eg_writer	writer = {memory.arena.allocate(&memory, size), 0};
	eg_bytes	bytes = {writer.next, size};

	eg_write32(&writer, election ? 0x01010100 : 0x01010000);
	if (election)
		eg_write(&writer, election, 32);
	eg_write(&writer, directory.data, directory.size);
	for (int i = 0; i < SAMPLE_CONTESTS; i++)
	{
		if (m->style.options[i] == 0)
			continue;
		eg_write64(&writer, m->unknown[i] ? 0 : m->ballots[i]);
		eg_write64(&writer, m->unknown[i] ? 0 : m->weights[i]);
	}
	for (int i = 0; i < SAMPLE_CONTESTS; i++)
		for (int j = 0; j < SAMPLE_OPTIONS; j++)
			for (int k = 0; k < 2 && m->style.options[i] & 1u << j; k++)
			{
				uint8_t		element[EG_ELEMENT_BYTES] = {0};
				size_t		used = mpz_sizeinbase(m->products[i][j][k], 256);

				mpz_export(element + EG_ELEMENT_BYTES - used, NULL, 1, 1, 1, 0,
						   m->products[i][j][k]);
				eg_write(&writer, element, EG_ELEMENT_BYTES);
			}
	if (writer.size != size)
		abort();
	return bytes;
}

/*
 * Terms
 */

static term
make_ballot(sample_style style, uint64_t weight, const uint8_t *election)
{
	sample_form form = sample_small_form();
	eg_ballot  *ballot;
	term		t = {style, {NULL, 0}, false, weight, 0, 0};

	form.style = style;
	form.weight = weight;
	ballot = sample_ballot(&form, &memory.arena);
	ballot->election = election;
	t.bytes = sample_encode(ballot, &memory.arena);
	return t;
}

/* A tally of random elements; its sums are given, the same in each contest. */
static term
make_tally(sample_style style, uint64_t ballots, uint64_t sum,
		   const uint8_t *election)
{
	term		t = make_ballot(style, 1, election);
	eg_addend	addend = addend_of(&t);
	model		m;
	uint8_t    *to;

	model_init(&m);
	m.style = style;
	for (int i = 0; i < SAMPLE_CONTESTS; i++)
	{
		m.ballots[i] = ballots;
		m.weights[i] = sum;
	}
	t.bytes = model_encode(&m, election);
	model_clear(&m);
	to = (uint8_t *) sample_tally_addend(t.bytes).ciphertexts;
	memcpy(to, addend.ciphertexts,
		   addend.directory.options * (size_t) EG_CIPHERTEXT_BYTES);
	t.tally = true;
	t.ballots = ballots;
	t.sum = sum;
	return t;
}

static term
random_term(sample_style style, const uint8_t *election)
{
	static const uint64_t weights[] = {
		2, 3, 4, 255, 65537, UINT64_C(0x7FFFFFFF), UINT64_C(1) << 59
	};

	switch (test_random() % 6)
	{
		case 0:
			return make_ballot(style, weights[test_random() % 7], election);
		case 1:
			return make_tally(style, 12, 1000 + test_random() % 1000, election);
		case 2:
			if (test_random() % 3 == 0)
				return make_tally(style, 0, 0, election);
			return make_tally(style, 1, UINT64_C(1) << 58, election);
		default:
			return make_ballot(style, 1, election);
	}
}

/*
 * Ways to add up
 */

/* A state through the form in which another process would get it. */
static bool
pass_on(eg_tally_state *state)
{
	eg_bytes	bytes = {state->header, sample_state_size(state)};
	eg_fault	fault = {0};

	bytes = sample_copy(bytes, &memory.arena);
	return eg_tally_state_decode(state, bytes, &memory.arena, &fault);
}

/* As if the other kernel had made it: residues times 2^(-64 count) or back. */
static void
use_other_r(eg_tally_state *state)
{
	bool		vector = state->log2_r == PORTABLE_LOG2_R;
	mpz_t		x,
				e,
				factor;

	mpz_inits(x, e, factor, NULL);
	for (size_t i = 0; i < 2 * (size_t) state->directory.options; i++)
	{
		uint8_t    *residue = state->residues + i * EG_RESIDUE_BYTES;

		mpz_set_ui(e, eg_get64(state->counts + i / 2 * 8));
		mpz_mul_ui(e, e, VECTOR_LOG2_R - PORTABLE_LOG2_R);
		mpz_set_ui(factor, 2);
		mpz_powm(factor, factor, e, p);
		if (vector)
			mpz_invert(factor, factor, p);
		mpz_import(x, EG_RESIDUE_BYTES, -1, 1, -1, 0, residue);
		mpz_mul(x, x, factor);
		mpz_mod(x, x, p);
		memset(residue, 0, EG_RESIDUE_BYTES);
		mpz_export(residue, NULL, -1, 1, -1, 0, x);
	}
	state->log2_r = vector ? VECTOR_LOG2_R : PORTABLE_LOG2_R;
	eg_put16(state->header + 4, state->log2_r);
	mpz_clears(x, e, factor, NULL);
}

static void
shuffle(term *terms, int n)
{
	for (int i = n; i > 1; i--)
	{
		int			j = (int) (test_random() % (uint64_t) i);
		term		swap = terms[i - 1];

		terms[i - 1] = terms[j];
		terms[j] = swap;
	}
}

static bool
add_all(eg_tally_state *state, const term *terms, int n, bool other_r)
{
	bool		passed = true;
	eg_fault	fault = {0};

	memset(state, 0, sizeof(*state));
	for (int i = 0; i < n; i++)
	{
		eg_addend	addend = addend_of(&terms[i]);

		choose_kernel();
		passed = passed && sample_add(state, &addend, &memory.arena, &fault);
		if (passed && other_r && test_random() % 2)
			use_other_r(state);
	}
	return passed;
}

static bool
gives(const eg_tally_state *state, eg_bytes expected)
{
	eg_bytes	bytes = sample_finish(state, &memory.arena);
	eg_tally	tally;
	eg_fault	fault = {0};

	return eg_bytes_equal(bytes, expected) &&
		eg_tally_decode(&tally, bytes, &memory.arena, &fault) &&
		tally.directory.options == state->directory.options;
}

/* One after the other, each state perhaps in another kernel's form. */
static bool
in_order(const term *terms, int n, bool other_r, eg_bytes expected)
{
	eg_tally_state state;

	return add_all(&state, terms, n, other_r) && gives(&state, expected);
}

/* Every term a state of its own, combined in a random tree. */
static bool
in_tree(const term *terms, int n, bool other_r, eg_bytes expected)
{
	eg_tally_state states[MOST_TERMS];
	eg_fault	fault = {0};

	for (int i = 0; i < n; i++)
	{
		if (!add_all(&states[i], &terms[i], 1, false))
			return false;
		if (other_r && test_random() % 2)
			use_other_r(&states[i]);
	}
	while (n > 1)
	{
		int			i = (int) (test_random() % (uint64_t) n);
		int			j = (int) (test_random() % (uint64_t) (n - 1));

		j += j >= i;
		choose_kernel();
		if (!pass_on(&states[j]) ||
			!sample_combine(&states[i], &states[j], &memory.arena, &fault))
			return false;
		states[j] = states[n - 1];
		n--;
	}
	return pass_on(&states[0]) && gives(&states[0], expected);
}

/* Two chunks, finished, and merged as tallies. */
static bool
in_chunks(const term *terms, int n, eg_bytes expected)
{
	eg_tally_state state;
	eg_tally_state whole = {0};
	eg_fault	fault = {0};
	int			cut = n / 2;

	for (int i = 0; i < 2; i++)
	{
		eg_addend	addend;

		if (i == 0 && cut == 0)
			continue;
		if (!add_all(&state, i ? terms + cut : terms, i ? n - cut : cut,
					 false))
			return false;
		addend = sample_tally_addend(sample_finish(&state, &memory.arena));
		if (!sample_add(&whole, &addend, &memory.arena, &fault))
			return false;
	}
	return gives(&whole, expected);
}

static bool
all_ways(term *terms, int n, const uint8_t *election)
{
	model		m;
	eg_bytes	expected;
	bool		passed;

	model_init(&m);
	for (int i = 0; i < n; i++)
		model_add(&m, &terms[i]);
	expected = model_encode(&m, election);
	passed = in_order(terms, n, false, expected) &&
		in_tree(terms, n, false, expected) && in_chunks(terms, n, expected);
	for (int i = 0; i < 2; i++)
	{
		shuffle(terms, n);
		passed = passed && in_order(terms, n, i == 1, expected) &&
			in_tree(terms, n, i == 1, expected) &&
			in_chunks(terms, n, expected);
	}
	model_clear(&m);
	return passed;
}

static void
test_sums(void)
{
	term		terms[MOST_TERMS];
	const uint8_t *election;
	sample_style style;
	bool		passed = true;

	for (int round = 0; round < 6; round++)
	{
		style = sample_random_style();
		election = round ? sample_bytes(32, &memory.arena) : NULL;
		for (int i = 0; i < MOST_TERMS; i++)
			terms[i] = random_term(style, election);
		passed = passed && all_ways(terms, MOST_TERMS, election);
		sample_arena_free(&memory);
	}
	test_ok(passed, "one style");

	passed = true;
	for (int round = 0; round < 10; round++)
	{
		int			n = 1 + round % MOST_TERMS;

		election = round ? sample_bytes(32, &memory.arena) : NULL;
		for (int i = 0; i < n; i++)
			terms[i] = random_term(sample_random_style(), election);
		passed = passed && all_ways(terms, n, election);
		sample_arena_free(&memory);
	}
	test_ok(passed, "styles that differ");

	/* Contests one by one, so that every ballot makes the state grow. */
	election = sample_bytes(32, &memory.arena);
	for (int i = 0; i < MOST_TERMS; i++)
	{
		memset(&style, 0, sizeof(style));
		style.options[i % SAMPLE_CONTESTS] = (uint8_t) (1u << (i * 5 % 6));
		terms[i] = random_term(style, election);
	}
	passed = all_ways(terms, MOST_TERMS, election);

	/* And nothing at all. */
	memset(&style, 0, sizeof(style));
	terms[0] = make_ballot(style, 1, election);
	terms[1] = make_tally(style, 0, 0, election);
	passed = passed && all_ways(terms, 2, election);
	test_ok(passed, "growth by every ballot, and ballots without contests");
	sample_arena_free(&memory);
}

/*
 * Faults
 */

static void
test_overflow(void)
{
	static const sample_style style = {{1, 3}};
	static const sample_style part = {{0, 1}};
	term		most = make_ballot(style, EG_MAX_SUM - 1, NULL);
	term		one = make_ballot(style, 1, NULL);
	term		tally = make_tally(style, 1, EG_MAX_SUM, NULL);
	term		less = make_ballot(part, 1, NULL);
	eg_tally_state state;
	eg_tally_state other;
	eg_addend	addend;
	eg_fault	fault = {0};
	bool		passed;

	add_all(&state, &most, 1, false);
	addend = addend_of(&one);
	passed = sample_add(&state, &addend, &memory.arena, &fault) &&
		eg_sum_weight(state.sums, 1) == EG_MAX_SUM && pass_on(&state);
	test_ok(passed && !sample_add(&state, &addend, &memory.arena, &fault) &&
			fault.kind == EG_FAULT_OVERFLOW &&
			fault.contest_index == sample_contest_index(0),
			"weights sum to 2^63 - 1 and no more");

	memset(&fault, 0, sizeof(fault));
	add_all(&state, &tally, 1, false);
	add_all(&other, &one, 1, false);
	passed = !sample_combine(&state, &other, &memory.arena, &fault) &&
		fault.kind == EG_FAULT_OVERFLOW;
	memset(&fault, 0, sizeof(fault));
	addend = addend_of(&tally);
	test_ok(passed && !sample_add(&other, &addend, &memory.arena, &fault) &&
			fault.kind == EG_FAULT_OVERFLOW,
			"the same for states and for tallies");

	/* Where the state holds more than what comes. */
	memset(&fault, 0, sizeof(fault));
	add_all(&state, &tally, 1, false);
	addend = addend_of(&less);
	test_ok(!sample_add(&state, &addend, &memory.arena, &fault) &&
			fault.kind == EG_FAULT_OVERFLOW &&
			fault.contest_index == sample_contest_index(1),
			"the same for a part of a state");

	memset(&fault, 0, sizeof(fault));
	add_all(&state, &one, 1, false);
	eg_put64(state.counts + 8, UINT64_MAX);
	add_all(&other, &one, 1, false);
	passed = !sample_combine(&state, &other, &memory.arena, &fault) &&
		fault.kind == EG_FAULT_OVERFLOW;
	memset(&fault, 0, sizeof(fault));
	add_all(&state, &one, 1, false);
	eg_put64(state.counts + 8, UINT64_MAX);
	passed = passed && !sample_add(&state, &addend, &memory.arena, &fault) &&
		fault.kind == EG_FAULT_OVERFLOW;
	memset(&fault, 0, sizeof(fault));
	add_all(&state, &one, 1, false);
	eg_put64(state.counts, UINT64_MAX);
	passed = passed && pass_on(&state);
	addend = addend_of(&one);
	test_ok(passed && !sample_add(&state, &addend, &memory.arena, &fault) &&
			fault.kind == EG_FAULT_OVERFLOW, "products are counted to 2^64");
	sample_arena_free(&memory);
}

static void
test_mismatches(void)
{
	static const sample_style style = {{1, 3}};
	const uint8_t *election = sample_bytes(32, &memory.arena);
	term		here = make_ballot(style, 1, election);
	term		there = make_ballot(style, 1,
									sample_bytes(32, &memory.arena));
	term		nowhere = make_ballot(style, 1, NULL);
	eg_tally_state state;
	eg_addend	addend;
	eg_fault	fault = {0};
	bool		passed;

	add_all(&state, &here, 1, false);
	addend = addend_of(&there);
	passed = eg_tally_state_room(&state, &addend, &fault) == 0 &&
		fault.kind == EG_FAULT_MISMATCH;
	memset(&fault, 0, sizeof(fault));
	addend = addend_of(&nowhere);
	passed = passed && eg_tally_state_room(&state, &addend, &fault) == 0 &&
		fault.kind == EG_FAULT_MISMATCH;
	memset(&fault, 0, sizeof(fault));
	add_all(&state, &nowhere, 1, false);
	addend = addend_of(&here);
	test_ok(passed && eg_tally_state_room(&state, &addend, &fault) == 0 &&
			fault.kind == EG_FAULT_MISMATCH, "different elections");

	memset(&fault, 0, sizeof(fault));
	addend = addend_of(&nowhere);
	addend.group = &eg_group_1_x;
	test_ok(eg_tally_state_room(&state, &addend, &fault) == 0 &&
			fault.kind == EG_FAULT_MISMATCH, "different groups");

	/* "no", the second option of contest 1, becomes "so". */
	memset(&fault, 0, sizeof(fault));
	addend = addend_of(&nowhere);
	((uint8_t *) addend.directory.data)[addend.directory.size - 2] = 's';
	test_ok(eg_tally_state_room(&state, &addend, &fault) == 0 &&
			fault.kind == EG_FAULT_MISMATCH &&
			fault.contest_index == sample_contest_index(1) &&
			fault.option_index == sample_option_index(1),
			"one index under two labels");
	sample_arena_free(&memory);
}

static bool
count_polls(void *context)
{
	++*(int *) context;
	return false;
}

static void
test_stop(void)
{
	static const sample_style style = {{63, 63, 63, 63, 63}};
	term		ballot = make_ballot(style, 3, NULL);
	eg_tally_state state;
	eg_tally_state other;
	eg_addend	addend = addend_of(&ballot);
	int			left;
	int			polls = 0;
	eg_stop		stop = {test_stop_after, &left};
	eg_stop		count = {count_polls, &polls};
	eg_fault	fault = {0};
	uint8_t    *bytes;
	bool		passed = true;

	add_all(&state, &ballot, 1, false);
	add_all(&other, &ballot, 1, false);
	bytes = memory.arena.allocate(&memory, eg_tally_size(&state));
	for (int i = 0; i < 4; i++)
	{
		memset(&fault, 0, sizeof(fault));
		left = 3;
		if (i == 3)
			use_other_r(&state);
		passed = passed &&
			!(i == 1 ? eg_tally_state_combine(&state, &other, &stop, &fault) :
			  i == 2 ? eg_tally_finish(bytes, &state, &stop, &fault) :
			  eg_tally_state_add(&state, &addend, &stop, &fault)) &&
			fault.kind == EG_FAULT_INTERRUPTED && left == 0;
	}
	test_ok(passed, "stops at the third poll");

	memset(&fault, 0, sizeof(fault));
	add_all(&state, &ballot, 1, false);
	passed = eg_tally_state_add(&state, &addend, &count, &fault);
	test_ok(passed && polls >= 30 / 4, "polls often when there are weights");
	sample_arena_free(&memory);
}

/*
 * Bytes from outside
 */

static bool
state_accepted(eg_bytes bytes)
{
	eg_tally_state state;
	eg_fault	fault = {0};
	bool		accepted = eg_tally_state_decode(&state, bytes, &memory.arena,
												 &fault);

	return accepted || fault.message == NULL;
}

static bool
tally_accepted(eg_bytes bytes)
{
	eg_tally	tally;
	eg_fault	fault = {0};
	bool		accepted = eg_tally_decode(&tally, bytes, &memory.arena,
										   &fault);

	return accepted || fault.message == NULL;
}

static void
test_lengths(eg_bytes bytes, bool (*accepted) (eg_bytes), const char *what)
{
	bool		passed = accepted(bytes);
	uint8_t    *longer = calloc(1, bytes.size + 20);

	memcpy(longer, bytes.data, bytes.size);
	for (size_t size = 0; size < bytes.size + 20; size++)
	{
		uint8_t    *copy = malloc(size > 0 ? size : 1);
		eg_bytes	part = {copy, size};

		memcpy(copy, longer, size);
		passed = passed && (size == bytes.size || !accepted(part));
		free(copy);
	}
	free(longer);
	test_ok(passed, "%s: cut short anywhere, and too long", what);
	sample_arena_free(&memory);
}

/* What is accepted with a changed byte can be added to and finished. */
static bool
usable_state(eg_bytes bytes)
{
	eg_tally_state state;
	eg_tally_state other;
	eg_fault	fault = {0};
	eg_fault	overflow = {0};

	if (!eg_tally_state_decode(&state, bytes, &memory.arena, &fault))
		return fault.message != NULL;
	if (!pass_on(&state) || !gives(&state, sample_finish(&state,
														 &memory.arena)))
		return false;
	other = state;
	return pass_on(&other) &&
		(sample_combine(&state, &other, &memory.arena, &overflow) ||
		 overflow.kind == EG_FAULT_OVERFLOW);
}

static bool
usable_tally(eg_bytes bytes)
{
	eg_tally	tally;
	eg_tally_state state = {0};
	eg_addend	addend;
	eg_fault	fault = {0};

	if (!eg_tally_decode(&tally, bytes, &memory.arena, &fault))
		return fault.message != NULL;
	addend = sample_tally_addend(bytes);
	return sample_add(&state, &addend, &memory.arena, &fault) &&
		gives(&state, bytes);
}

static void
test_flips(eg_bytes bytes, size_t head, bool (*usable) (eg_bytes),
		   const char *what)
{
	bool		passed = true;

	/* Elements and residues are all alike: some of their bytes will do. */
	for (size_t i = 0; i < bytes.size; i += i < head ? 1 : 61)
		for (int mask = 1; mask < 256; mask = mask * 3 + 1)
		{
			sample_arena kept = memory;
			uint8_t    *copy = malloc(bytes.size);
			eg_bytes	changed = {copy, bytes.size};

			memory.blocks = NULL;
			memcpy(copy, bytes.data, bytes.size);
			copy[i] ^= (uint8_t) mask;
			passed = passed && usable(changed);
			free(copy);
			sample_arena_free(&memory);
			memory = kept;
		}
	test_ok(passed, "%s: every byte changed", what);
}

/* One field of a copy set to a value. */
static eg_bytes
edited(eg_bytes bytes, size_t at, int size, uint64_t value)
{
	eg_bytes	copy = sample_copy(bytes, &memory.arena);
	uint8_t    *to = (uint8_t *) copy.data + at;

	if (size == 1)
		*to = (uint8_t) value;
	else if (size == 2)
		eg_put16(to, (uint16_t) value);
	else
		eg_put64(to, value);
	return copy;
}

static bool
refuses_elements(eg_bytes bytes, size_t at, bool big_endian,
				 bool (*accepted) (eg_bytes))
{
	bool		passed = true;
	mpz_t		x;

	mpz_init(x);
	for (int i = 0; i < 4; i++)
	{
		eg_bytes	copy = sample_copy(bytes, &memory.arena);
		uint8_t    *to = (uint8_t *) copy.data + at;

		/* 0, p - 1, p, p + 1 */
		memset(to, 0, EG_ELEMENT_BYTES);
		mpz_add_ui(x, p, (unsigned long) i);
		mpz_sub_ui(x, x, 2);
		if (i > 0)
			mpz_export(to, NULL, big_endian ? 1 : -1, 1, 1, 0, x);
		passed = passed && accepted(copy) == (i == 1);
	}
	mpz_clear(x);
	return passed;
}

static void
test_malformed_states(void)
{
	static const sample_style style = {{1, 2}};
	const uint8_t *election = sample_bytes(32, &memory.arena);
	term		terms[2];
	eg_tally_state state;
	eg_bytes	bytes;
	eg_bytes	bare;
	size_t		sums;
	bool		passed;

	terms[0] = make_ballot(style, 5, NULL);
	terms[1] = make_ballot(style, 5, election);
	add_all(&state, terms, 1, false);
	bare.data = state.header;
	bare.size = sample_state_size(&state);
	add_all(&state, terms + 1, 1, false);
	bytes.data = state.header;
	bytes.size = sample_state_size(&state);
	sums = (size_t) (state.sums - state.header);
	passed = state_accepted(bytes) && state_accepted(bare) &&
		!state_accepted(edited(bytes, 0, 1, 0)) &&
		!state_accepted(edited(bytes, 0, 1, EG_TALLY_VERSION + 1)) &&
		!state_accepted(edited(bytes, 1, 1, 0)) &&
		!state_accepted(edited(bytes, 1, 1, EG_GROUP_1_X)) &&
		!state_accepted(edited(bytes, 2, 1, 3)) &&
		!state_accepted(edited(bytes, 3, 1, 1)) &&
		!state_accepted(edited(bytes, 4, 2, 0)) &&
		!state_accepted(edited(bytes, 4, 2, 4095)) &&
		state_accepted(edited(bytes, 4, 2, VECTOR_LOG2_R)) &&
		!state_accepted(edited(bytes, 6, 2, 1)) &&
		!state_accepted(edited(bare, 8 + 31, 1, 1)) &&
		!state_accepted(edited(bytes, 2, 1, 0));
	test_ok(passed, "header of a state");

	/* Sums of ballots and weights: 1 and 5 now. */
	passed = !state_accepted(edited(bytes, sums, 8, 0)) &&
		!state_accepted(edited(bytes, sums, 8, 6)) &&
		state_accepted(edited(bytes, sums, 8, 5)) &&
		!state_accepted(edited(bytes, sums, 8, UINT64_MAX)) &&
		state_accepted(edited(edited(bytes, sums, 8, UINT64_MAX),
							  sums + 8, 8, 0)) &&
		!state_accepted(edited(bytes, sums + 8, 8, 0)) &&
		state_accepted(edited(bytes, sums + 8, 8, EG_MAX_SUM)) &&
		!state_accepted(edited(bytes, sums + 8, 8, EG_MAX_SUM + 1)) &&
		!state_accepted(edited(edited(bytes, sums, 8, 0), sums + 8, 8, 0));
	test_ok(passed, "sums of a state");
	test_ok(refuses_elements(bytes, bytes.size - 512, false, state_accepted),
			"residues of a state: 0, p - 1, p, p + 1");

	sample_arena_limit(&memory, 0);
	passed = !state_accepted(bytes);
	sample_arena_limit(&memory, SIZE_MAX);
	test_ok(passed, "no memory to decode a state");

	test_flips(bytes, sums + 32 + 16, usable_state, "state");
	test_lengths(bytes, state_accepted, "state");
}

static void
test_malformed_tallies(void)
{
	static const sample_style style = {{1, 2}};
	term		tally = make_tally(style, 1, 5,
								   sample_bytes(32, &memory.arena));
	eg_bytes	bytes = tally.bytes;
	size_t		sums = (size_t) (addend_of(&tally).sums - bytes.data);
	bool		passed;

	passed = tally_accepted(bytes) &&
		!tally_accepted(edited(bytes, 0, 1, 0)) &&
		!tally_accepted(edited(bytes, 1, 1, 0)) &&
		!tally_accepted(edited(bytes, 1, 1, EG_GROUP_1_X)) &&
		!tally_accepted(edited(bytes, 2, 1, 3)) &&
		!tally_accepted(edited(bytes, 2, 1, 0)) &&
		!tally_accepted(edited(bytes, 3, 1, 1));
	test_ok(passed, "header of a tally");
	passed = !tally_accepted(edited(bytes, sums, 8, 0)) &&
		!tally_accepted(edited(bytes, sums, 8, 6)) &&
		!tally_accepted(edited(bytes, sums, 8, UINT64_MAX)) &&
		!tally_accepted(edited(bytes, sums + 8, 8, 0)) &&
		!tally_accepted(edited(bytes, sums + 8, 8, EG_MAX_SUM + 1)) &&
		tally_accepted(edited(edited(bytes, sums, 8, 0), sums + 8, 8, 0));
	test_ok(passed, "sums of a tally");
	test_ok(refuses_elements(bytes, bytes.size - 512, true, tally_accepted),
			"elements of a tally: 0, p - 1, p, p + 1");

	sample_arena_limit(&memory, 0);
	passed = !tally_accepted(bytes);
	sample_arena_limit(&memory, SIZE_MAX);
	test_ok(passed, "no memory to decode a tally");

	test_flips(bytes, sums + 32, usable_tally, "tally");
	test_lengths(bytes, tally_accepted, "tally");
}

int
main(void)
{
	test_begin();
	sample_arena_init(&memory);
	mpz_init(p);
	limbs_to_mpz(p, group->p, group->limbs);
	for (int kernel = 0; kernel < TEST_KERNELS; kernel++)
	{
		if (!test_kernel(kernel))
			continue;
		test_sums();
		test_overflow();
		test_stop();
	}
	if (eg_kernel_available(EG_KERNEL_IFMA))
	{
		printf("# each kernel by turns\n");
		mixed = true;
		test_sums();
		mixed = false;
	}
	eg_kernel_use(EG_KERNEL_PORTABLE);
	test_mismatches();
	test_malformed_states();
	test_malformed_tallies();
	mpz_clear(p);
	return test_end();
}
