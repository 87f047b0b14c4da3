/*
 * test_ballot.c
 *		The binary encoding of ballots: one form for each, and no other bytes.
 */
#include "protocol/ballot.h"

#include "sample.h"
#include "test.h"

static bool
decodes(eg_bytes bytes, eg_ballot *ballot, eg_fault *fault)
{
	sample_arena arena;
	bool		decoded;

	memset(fault, 0, sizeof(*fault));
	sample_arena_init(&arena);
	decoded = eg_ballot_decode(ballot, bytes, &arena.arena, fault);
	sample_arena_free(&arena);
	return decoded;
}

static bool
refused(eg_bytes bytes, eg_fault_kind kind)
{
	eg_ballot	ballot;
	eg_fault	fault;

	return !decodes(bytes, &ballot, &fault) && fault.kind == kind;
}

/* Whether bytes are refused, or stand for a ballot that encodes to them. */
static bool
canonical(eg_bytes bytes, bool *accepted)
{
	sample_arena arena;
	eg_ballot	ballot;
	eg_fault	fault = {0};
	bool		passed;

	sample_arena_init(&arena);
	*accepted = eg_ballot_decode(&ballot, bytes, &arena.arena, &fault);
	if (*accepted)
		passed = eg_bytes_equal(sample_encode(&ballot, &arena.arena), bytes);
	else
		passed = fault.message != NULL && fault.kind != 0;
	sample_arena_free(&arena);
	return passed;
}

/* The header of an encoding without a look at the rest. */
static bool
peeks(eg_bytes bytes, const eg_ballot *ballot)
{
	eg_ballot_header header;
	const eg_ballot *peeked = &header.ballot;
	size_t		i = 0;

	eg_ballot_peek(&header, bytes);
	for (uint32_t c = 0; c < ballot->n; c++)
		for (uint32_t o = 0; o < ballot->contests[c].n; o++, i++)
		{
			eg_ciphertext *one = ballot->contests[c].selections[o].ciphertext;
			const uint8_t *at = header.ciphertexts + i * EG_CIPHERTEXT_BYTES;

			if (memcmp(at, one->pad, EG_ELEMENT_BYTES) != 0 ||
				memcmp(at + EG_ELEMENT_BYTES, one->data,
					   EG_ELEMENT_BYTES) != 0)
				return false;
		}
	return header.directory.options == i &&
		header.directory.contests == ballot->n &&
		peeked->group == ballot->group && peeked->state == ballot->state &&
		peeked->weight == ballot->weight && peeked->time == ballot->time &&
		peeked->has_time == ballot->has_time &&
		peeked->preencrypted == ballot->preencrypted &&
		eg_bytes_equal(peeked->id, ballot->id) &&
		eg_bytes_equal(peeked->style, ballot->style) &&
		eg_bytes_equal(peeked->device, ballot->device) &&
		!peeked->election == !ballot->election &&
		!peeked->chaining == !ballot->chaining &&
		(!ballot->code || memcmp(peeked->code, ballot->code,
								 EG_HASH_BYTES) == 0);
}

static bool
same_bytes(const uint8_t *a, const uint8_t *b, size_t size)
{
	return (a == NULL) == (b == NULL) &&
		(a == NULL || memcmp(a, b, size) == 0);
}

/* What a decoded ballot holds is what the one that was encoded held. */
static bool
same_contest(const eg_contest *a, const eg_contest *b)
{
	if (a->index != b->index || !eg_bytes_equal(a->label, b->label) ||
		a->n != b->n || a->proof->n != b->proof->n ||
		!same_bytes(a->hash, b->hash, EG_HASH_BYTES) ||
		!a->data != !b->data || !a->preencryption != !b->preencryption)
		return false;
	for (uint32_t i = 0; i < a->n; i++)
		if (a->selections[i].index != b->selections[i].index ||
			a->selections[i].proof->n != b->selections[i].proof->n ||
			!eg_bytes_equal(a->selections[i].label, b->selections[i].label))
			return false;
	if (a->data && (!eg_bytes_equal(a->data->c1, b->data->c1) ||
					!a->data->proof != !b->data->proof ||
					!same_bytes(a->data->mac, b->data->mac, EG_HASH_BYTES)))
		return false;
	return !a->preencryption ||
		(a->preencryption->n == b->preencryption->n &&
		 a->preencryption->selection_hashes.n ==
		 b->preencryption->selection_hashes.n &&
		 eg_bytes_equal(a->preencryption->vectors[0].short_code,
						b->preencryption->vectors[0].short_code));
}

static bool
round_trips(const sample_form *form)
{
	sample_arena arena;
	eg_ballot  *ballot;
	eg_ballot	again;
	eg_bytes	bytes;
	eg_fault	fault = {0};
	bool		passed;

	sample_arena_init(&arena);
	ballot = sample_ballot(form, &arena.arena);
	bytes = sample_encode(ballot, &arena.arena);
	passed = eg_ballot_arrange(ballot, &arena.arena, &fault) &&
		eg_ballot_decode(&again, bytes, &arena.arena, &fault) &&
		eg_bytes_equal(sample_encode(&again, &arena.arena), bytes) &&
		peeks(bytes, ballot) && again.n == ballot->n &&
		!again.nonce == !ballot->nonce &&
		same_bytes(again.election, ballot->election, EG_HASH_BYTES) &&
		same_bytes(again.identifier, ballot->identifier, EG_HASH_BYTES) &&
		same_bytes(again.identifier_hash, ballot->identifier_hash,
				   EG_HASH_BYTES) &&
		same_bytes(again.chaining, ballot->chaining, EG_CHAINING_BYTES) &&
		same_bytes(again.code, ballot->code, EG_HASH_BYTES);
	for (uint32_t i = 0; passed && i < ballot->n; i++)
		passed = same_contest(&again.contests[i], &ballot->contests[i]);
	sample_arena_free(&arena);
	return passed;
}

static void
test_round_trips(void)
{
	static const uint64_t weights[] = {1, 2, 65536, EG_MAX_WEIGHT};
	static const int64_t times[] = {0, 1, 1700000000, EG_MAX_TIME};
	sample_form full = sample_full_form();
	sample_form small = sample_small_form();
	sample_form empty = {{{0}}, EG_BALLOT_IS_PREENCRYPTED, 0, 0, 1, 0};
	bool		passed = true;

	test_ok(round_trips(&small), "a ballot with nothing optional");
	test_ok(round_trips(&full), "a ballot with everything");
	test_ok(round_trips(&empty), "a ballot without contests");
	for (unsigned fields = 0; fields < 256; fields++)
	{
		sample_form form = {sample_random_style(), 0, 0, 0, 0, 0};

		form.fields = fields;
		form.contest_fields = test_random() & 15;
		if (form.contest_fields & EG_CONTEST_HAS_DATA)
			form.contest_fields &= ~(unsigned) EG_CONTEST_HAS_DATA_2_0;
		form.pairs = test_random() % 4;
		form.weight = weights[test_random() % lengthof(weights)];
		form.time = times[test_random() % lengthof(times)];
		passed = passed && round_trips(&form);
	}
	test_ok(passed, "every set of optional fields");
}

/* The layout that ballot.h promises, with every byte of it accounted for. */
static void
test_layout(void)
{
	sample_arena arena;
	sample_form form = sample_small_form();
	eg_ballot  *ballot;
	eg_bytes	bytes;
	eg_bytes	directory;
	const eg_pair *pair;
	const uint8_t *p;
	bool		passed;

	form.fields = EG_BALLOT_HAS_ELECTION | EG_BALLOT_HAS_TIME;
	form.weight = 0x0102030405060708;
	form.time = 2;
	sample_arena_init(&arena);
	ballot = sample_ballot(&form, &arena.arena);
	bytes = sample_encode(ballot, &arena.arena);
	directory = sample_directory(form.style, &arena.arena);
	p = bytes.data;
	passed = bytes.size == 28 + 8 + 8 + 1 + 32 + directory.size + 1024 +
		2 + 64 + 1 + 2 + 64 &&
		memcmp(p, "\1\1\1\x41\1\2\3\4\5\6\7\x8\0\0\0\0\0\0\0\2"
			   "\0\x8\0\x8\0\1\0\0" "ballot-1style \xC3\xA4" "d", 45) == 0;
	p += 45;
	passed = passed && memcmp(p, ballot->election, 32) == 0 &&
		memcmp(p + 32, directory.data, directory.size) == 0;
	p += 32 + directory.size + EG_CIPHERTEXT_BYTES;
	pair = ballot->contests[0].selections[0].proof->pairs;
	passed = passed && memcmp(p, "\0\1", 2) == 0 &&
		memcmp(p + 2, pair->challenge, 32) == 0 &&
		memcmp(p + 34, pair->response, 32) == 0;
	pair = ballot->contests[0].proof->pairs;
	p += 66;
	test_ok(passed && memcmp(p, "\0\0\1", 3) == 0 &&
			memcmp(p + 3, pair->challenge, 32) == 0 &&
			memcmp(p + 35, pair->response, 32) == 0, "the layout");
	sample_arena_free(&arena);

	/* A ballot of four options, for the sake of the disk. */
	sample_arena_init(&arena);
	form.style.options[0] = 15;
	form.fields = 0xFF & ~EG_BALLOT_IS_PREENCRYPTED;
	form.contest_fields = EG_CONTEST_HAS_HASH | EG_CONTEST_HAS_DATA;
	form.pairs = 2;
	bytes = sample_encode(sample_ballot(&form, &arena.arena), &arena.arena);
	test_ok(bytes.size < 6500, "four options with proofs in %d bytes",
			(int) bytes.size);
	sample_arena_free(&arena);
}

/* Every length but the right one, in memory of just that length. */
static void
test_lengths(const sample_form *form, const char *what)
{
	sample_arena arena;
	eg_bytes	bytes;
	uint8_t    *longer;
	bool		passed = true;

	sample_arena_init(&arena);
	bytes = sample_encode(sample_ballot(form, &arena.arena), &arena.arena);
	for (size_t size = 0; size < bytes.size; size++)
	{
		uint8_t    *cut = malloc(size > 0 ? size : 1);
		eg_bytes	part = {cut, size};
		eg_ballot	ballot;
		eg_fault	fault;

		memcpy(cut, bytes.data, size);
		passed = passed && !decodes(part, &ballot, &fault) &&
			fault.message != NULL;
		free(cut);
	}
	longer = calloc(1, bytes.size + 100);
	memcpy(longer, bytes.data, bytes.size);
	for (size_t more = 1; more <= 100; more++)
	{
		eg_bytes	part = {longer, bytes.size + more};

		passed = passed && refused(part, EG_FAULT_FORMAT);
	}
	free(longer);
	test_ok(passed, "%s: cut short anywhere, and too long", what);
	sample_arena_free(&arena);
}

/*
 * Every byte changed in several ways.  Most bytes are of elements and hashes,
 * where most changes are a ballot again.
 */
static void
test_flips(const sample_form *form, const char *what)
{
	static const uint8_t masks[] = {0x01, 0x02, 0x10, 0x80, 0xFF};
	sample_arena arena;
	eg_bytes	bytes;
	uint8_t    *p;
	int			accepted = 0;
	bool		passed = true;

	sample_arena_init(&arena);
	bytes = sample_copy(sample_encode(sample_ballot(form, &arena.arena),
									  &arena.arena), &arena.arena);
	p = (uint8_t *) bytes.data;
	for (size_t i = 0; i < bytes.size; i++)
		for (size_t j = 0; j < lengthof(masks); j++)
		{
			bool		is_ballot = false;

			p[i] ^= masks[j];
			passed = passed && canonical(bytes, &is_ballot);
			accepted += is_ballot;
			p[i] ^= masks[j];
		}
	test_ok(passed && accepted > 0, "%s: every byte changed", what);
	sample_arena_free(&arena);
}

static bool
refuses_edit(const sample_form *form, size_t at, uint8_t value)
{
	sample_arena arena;
	eg_bytes	bytes;
	eg_ballot	ballot;
	eg_fault	fault;
	bool		passed;

	sample_arena_init(&arena);
	bytes = sample_encode(sample_ballot(form, &arena.arena), &arena.arena);
	((uint8_t *) bytes.data)[at] = value;
	passed = !decodes(bytes, &ballot, &fault) && fault.message != NULL;
	sample_arena_free(&arena);
	return passed;
}

static void
test_header(void)
{
	sample_form form = sample_small_form();
	sample_arena arena;
	eg_bytes	bytes;
	uint8_t    *p;
	bool		passed = true;

	for (int value = 0; value < 256; value++)
		passed = passed &&
			(value == EG_BALLOT_VERSION ||
			 refuses_edit(&form, 0, (uint8_t) value)) &&
			(value == EG_GROUP_2_1_0 ||
			 refuses_edit(&form, 1, (uint8_t) value)) &&
			(value <= EG_BALLOT_CHALLENGED ||
			 refuses_edit(&form, 2, (uint8_t) value)) &&
			(value == 0 || (refuses_edit(&form, 26, (uint8_t) value) &&
							refuses_edit(&form, 27, (uint8_t) value)));
	test_ok(passed, "unknown versions, groups and states, reserved bytes");

	sample_arena_init(&arena);
	bytes = sample_encode(sample_ballot(&form, &arena.arena), &arena.arena);
	p = (uint8_t *) bytes.data;
	eg_put64(p + 4, 0);
	passed = refused(bytes, EG_FAULT_VALUE);
	eg_put64(p + 4, EG_MAX_WEIGHT + UINT64_C(1));
	passed = passed && refused(bytes, EG_FAULT_VALUE);
	eg_put64(p + 4, 1);
	eg_put64(p + 12, 1);
	test_ok(passed && refused(bytes, EG_FAULT_FORMAT),
			"weights 0 and 2^63, a time stamp that is not there");
	eg_put64(p + 12, 0);
	p[28] = '\n';
	test_ok(refused(bytes, EG_FAULT_FORMAT), "a control code in a label");
	sample_arena_free(&arena);
}

/* Elements on both sides of the ends of their range, everywhere. */
static void
test_elements(void)
{
	sample_arena arena;
	sample_form form = sample_full_form();
	eg_ballot  *ballot;
	eg_contest *contest;
	const uint8_t **places[6];
	const eg_group *group = &eg_group_2_1_0;
	uint8_t		elements[4][EG_ELEMENT_BYTES] = {{0}};
	mp_limb_t	x[EG_MAX_LIMBS];
	bool		passed = true;

	for (mp_limb_t i = 1; i < 4; i++)
	{
		/* p is odd, and its highest and lowest limbs are all ones. */
		mpn_sub_1(x, group->p, EG_MAX_LIMBS, 1);
		mpn_add_1(x, x, EG_MAX_LIMBS, i - 1);
		eg_element_export(group, elements[i], x);
	}
	sample_arena_init(&arena);
	ballot = sample_ballot(&form, &arena.arena);
	contest = &ballot->contests[0];
	places[0] = &contest->selections[0].ciphertext->pad;
	places[1] = &contest->selections[1].ciphertext->data;
	places[2] = &contest->data->c0;
	places[3] = &contest->preencryption->vectors[0].encryptions[0].pad;
	places[4] = &contest->preencryption->vectors[0].encryptions[1].data;
	places[5] = &ballot->nonce->c0;
	for (size_t i = 0; i < lengthof(places); i++)
		for (int value = 0; value < 4; value++)
		{
			const uint8_t *old = *places[i];
			eg_ballot	again;
			eg_fault	fault;
			bool		decoded;

			*places[i] = elements[value];
			decoded = decodes(sample_encode(ballot, &arena.arena), &again,
							  &fault);
			passed = passed && decoded == (value == 1) &&
				(decoded || fault.kind == EG_FAULT_VALUE);
			if (i == 1 && !decoded)
				passed = passed && eg_bytes_equal(fault.contest,
												  contest->label) &&
					eg_bytes_equal(fault.option, contest->selections[1].label);
			*places[i] = old;
		}
	test_ok(passed, "elements 0, p - 1, p and p + 1");
	sample_arena_free(&arena);
}

/* Arranging gives one encoding whatever the order was. */
static void
test_arranging(void)
{
	sample_arena arena;
	sample_form form = sample_full_form();
	static const sample_style style = {{63, 1, 6, 9, 33}};
	eg_ballot  *ballot;
	eg_bytes	expected;
	bool		passed = true;

	form.style = style;
	sample_arena_init(&arena);
	ballot = sample_ballot(&form, &arena.arena);
	expected = sample_encode(ballot, &arena.arena);
	for (int round = 0; round < 50; round++)
	{
		eg_fault	fault = {0};

		for (uint32_t i = ballot->n; i > 1; i--)
		{
			uint32_t	j = (uint32_t) (test_random() % i);
			eg_contest	swap = ballot->contests[i - 1];

			ballot->contests[i - 1] = ballot->contests[j];
			ballot->contests[j] = swap;
		}
		for (uint32_t c = 0; c < ballot->n; c++)
			for (uint32_t i = ballot->contests[c].n; i > 1; i--)
			{
				eg_selection *list = ballot->contests[c].selections;
				uint32_t	j = (uint32_t) (test_random() % i);
				eg_selection swap = list[i - 1];

				list[i - 1] = list[j];
				list[j] = swap;
			}
		passed = passed && eg_ballot_arrange(ballot, &arena.arena, &fault) &&
			eg_bytes_equal(sample_encode(ballot, &arena.arena), expected);
	}
	test_ok(passed, "contests and selections in any order");
	sample_arena_free(&arena);
}

/* What is wrong with the n-th ballot of test_refusals. */
static const char *
spoil(eg_ballot *ballot, int n, const eg_arena *arena)
{
	eg_contest *a = &ballot->contests[0];
	eg_contest *b = &ballot->contests[1];
	eg_bytes	too_long = {sample_bytes(EG_MAX_LABEL + 1, arena),
	EG_MAX_LABEL + 1};
	eg_bytes	none = {NULL, 0};

	memset((uint8_t *) too_long.data, 'x', too_long.size);
	switch (n)
	{
		case 0:
			b->index = a->index;
			return "contest appears twice";
		case 1:
			b->label = a->label;
			return "contest appears under two indices";
		case 2:
			a->selections[1].index = a->selections[0].index;
			return "option appears twice";
		case 3:
			a->selections[1].label = a->selections[0].label;
			return "option appears under two indices";
		case 4:
			b->n = 0;
			return "contest has no options";
		case 5:
			b->index = EG_MAX_INDEX + 1;
			return "index is out of range";
		case 6:
			a->selections[1].index = UINT32_MAX;
			return "index is out of range";
		case 7:
			a->label = too_long;
			return "label is not allowed";
		case 8:
			a->selections[0].label = none;
			return "label is not allowed";
		case 9:
			ballot->weight = 0;
			return "weight is out of range";
		case 10:
			ballot->weight = EG_MAX_WEIGHT + UINT64_C(1);
			return "weight is out of range";
		case 11:
			a->selections[1].proof->n = 65536;
			return "list is too long";
		case 12:
			a->proof->n = 65536;
			return "list is too long";
		case 13:
			/* Nobody looks into them, but at their own counts. */
			b->preencryption->n = 65536;
			b->preencryption->vectors =
				arena->allocate(arena->context,
								65536 * sizeof(eg_selected_vector));
			return "list is too long";
		case 14:
			b->preencryption->vectors[0].n = 65536;
			return "list is too long";
		case 15:
			a->n = EG_MAX_OPTIONS;
			a->selections = arena->allocate(arena->context,
											a->n * sizeof(eg_selection));
			for (uint32_t i = 0; i < a->n; i++)
			{
				a->selections[i].index = i + 1;
				a->selections[i].label = b->label;
			}
			return "more than 65536 products";
		default:
			return NULL;
	}
}

static void
test_refusals(void)
{
	sample_form form = sample_full_form();

	for (int n = 0;; n++)
	{
		sample_arena arena;
		eg_ballot  *ballot;
		const char *message;
		eg_fault	fault = {0};
		bool		arranged;

		form.style.options[0] = 3;
		sample_arena_init(&arena);
		ballot = sample_ballot(&form, &arena.arena);
		message = spoil(ballot, n, &arena.arena);
		if (message != NULL)
		{
			arranged = eg_ballot_arrange(ballot, &arena.arena, &fault);
			test_ok(!arranged && strcmp(fault.message, message) == 0 &&
					(n > 8 || (fault.contest.data != NULL &&
							   fault.contest_index != 0)), "%s", message);
		}
		sample_arena_free(&arena);
		if (message == NULL)
			break;
	}
}

/* Labels in bytes, where nobody has arranged anything. */
static void
test_labels(void)
{
	static const eg_bytes control = {(const uint8_t *) "A\x1B", 2};
	sample_form form = sample_full_form();
	sample_arena memory;
	eg_ballot  *spoilt;

	sample_arena_init(&memory);
	spoilt = sample_ballot(&form, &memory.arena);
	spoilt->contests[1].preencryption->vectors[0].short_code = control;
	test_ok(refused(sample_encode(spoilt, &memory.arena), EG_FAULT_FORMAT),
			"a control code in a short code");
	sample_arena_free(&memory);

	form.style.options[0] = 3;
	for (int n = 1; n <= 3; n += 2)
	{
		sample_arena arena;
		eg_ballot  *ballot;
		const char *message;
		eg_ballot	again;
		eg_fault	fault = {0};

		sample_arena_init(&arena);
		ballot = sample_ballot(&form, &arena.arena);
		message = spoil(ballot, n, &arena.arena);
		test_ok(!eg_ballot_decode(&again, sample_encode(ballot, &arena.arena),
								  &arena.arena, &fault) &&
				fault.kind == EG_FAULT_VALUE &&
				strcmp(fault.message, message) == 0, "in bytes: %s", message);
		sample_arena_free(&arena);
	}
}

/* An arena that is exhausted after any number of blocks. */
static void
test_memory(void)
{
	sample_form form = sample_full_form();
	sample_arena arena;
	eg_bytes	bytes;
	size_t		limit;
	bool		passed = true;

	sample_arena_init(&arena);
	bytes = sample_encode(sample_ballot(&form, &arena.arena), &arena.arena);
	for (limit = 0;; limit++)
	{
		sample_arena small;
		eg_ballot	ballot;
		eg_fault	fault = {0};
		bool		decoded;

		sample_arena_init(&small);
		sample_arena_limit(&small, limit);
		decoded = eg_ballot_decode(&ballot, bytes, &small.arena, &fault);
		sample_arena_free(&small);
		if (decoded)
			break;
		passed = passed && fault.kind == EG_FAULT_LIMIT &&
			strcmp(fault.message, "out of memory") == 0;
	}
	test_ok(passed && limit > 20, "no memory after 0 to %d blocks",
			(int) limit - 1);
	sample_arena_free(&arena);
}

int
main(void)
{
	sample_form full = sample_full_form();
	sample_form small = sample_small_form();
	sample_form older = sample_small_form();
	sample_form pre = sample_small_form();

	older.contest_fields = EG_CONTEST_HAS_DATA_2_0;
	pre.contest_fields = EG_CONTEST_HAS_PREENCRYPTION;
	pre.fields = EG_BALLOT_IS_PREENCRYPTED;
	test_begin();
	test_round_trips();
	test_layout();
	test_lengths(&small, "small");
	test_lengths(&full, "full");
	test_lengths(&older, "2.0");
	test_flips(&small, "small");
	test_flips(&pre, "pre-encrypted");
	test_flips(&older, "2.0");
	test_header();
	test_elements();
	test_arranging();
	test_refusals();
	test_labels();
	test_memory();
	return test_end();
}
