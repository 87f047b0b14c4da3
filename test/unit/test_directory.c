/*
 * test_directory.c
 *		Directories: reading, walking, and the union of two.
 */
#include "protocol/contest_list.h"
#include "protocol/directory.h"

#include "sample.h"
#include "test.h"

#define ROUNDS	300

static bool
read_directory(eg_directory *directory, eg_bytes bytes, eg_fault *fault)
{
	eg_reader	reader = {bytes.data, bytes.size, false};
	bool		read = eg_directory_read(directory, &reader, fault);

	return read && !reader.failed && reader.left == 0;
}

static bool
refused(eg_bytes bytes, eg_fault_kind kind)
{
	eg_directory directory;
	eg_fault	fault = {0};

	return !read_directory(&directory, bytes, &fault) && fault.kind == kind &&
		fault.message != NULL;
}

/* Whether a walk comes by everything of the style, in order. */
static bool
walks_style(const eg_directory *directory, sample_style style)
{
	eg_directory_walk walk;
	eg_entry	entry;

	eg_directory_walk_start(&walk, directory);
	for (int i = 0; i < SAMPLE_CONTESTS; i++)
	{
		if (style.options[i] == 0)
			continue;
		if (!eg_next_contest(&walk, &entry) ||
			entry.index != sample_contest_index(i) ||
			!eg_bytes_equal(entry.label, sample_contest_label(i)))
			return false;
		for (int j = 0; j < SAMPLE_OPTIONS; j++)
		{
			if (!(style.options[i] & 1u << j))
				continue;
			eg_next_option(&walk, &entry);
			if (entry.index != sample_option_index(j) ||
				!eg_bytes_equal(entry.label, sample_option_label(j)))
				return false;
		}
	}
	return !eg_next_contest(&walk, &entry);
}

static void
test_round_trip(void)
{
	bool		passed = true;

	for (int i = 0; i < ROUNDS; i++)
	{
		sample_arena arena;
		sample_style style = sample_random_style();
		eg_bytes	bytes;
		eg_directory directory;
		eg_directory again;
		eg_fault	fault = {0};
		eg_contest *contests;
		eg_writer	writer = {NULL, 0};
		uint8_t    *written;

		if (i == 0)
			memset(&style, 0, sizeof(style));
		sample_arena_init(&arena);
		bytes = sample_directory(style, &arena.arena);
		written = (uint8_t *) sample_bytes(bytes.size, &arena.arena);
		passed = passed && read_directory(&directory, bytes, &fault) &&
			directory.contests == sample_count_contests(style) &&
			directory.options == sample_count_options(style) &&
			directory.size == bytes.size && walks_style(&directory, style) &&
			eg_directory_check_labels(&directory, &arena.arena, &fault);

		/* The same bytes again, from the lists that it makes. */
		contests = eg_contests_build(&directory, &arena.arena);
		eg_contests_write_directory(&writer, contests, directory.contests);
		passed = passed && writer.size == bytes.size;
		writer.next = written;
		eg_contests_write_directory(&writer, contests, directory.contests);
		again = eg_directory_at(written);
		passed = passed && eg_directory_equal(&directory, &again);
		sample_arena_free(&arena);
	}
	test_ok(passed, "%d directories read, walked and written", ROUNDS);
}

/* The union of two styles in the bytes that a naive writer gives it. */
static bool
union_is(sample_style a, sample_style b, const eg_arena *arena)
{
	eg_bytes	bytes_a = sample_directory(a, arena);
	eg_bytes	bytes_b = sample_directory(b, arena);
	eg_bytes	expected = sample_directory(sample_union(a, b), arena);
	eg_directory directory_a = eg_directory_at(bytes_a.data);
	eg_directory directory_b = eg_directory_at(bytes_b.data);
	eg_writer	writer = {NULL, 0};
	eg_directory sum;
	eg_fault	fault = {0};
	uint8_t    *written;

	if (!eg_directory_union(&writer, &directory_a, &directory_b, &sum,
							&fault) ||
		sum.size != expected.size || sum.size != writer.size)
		return false;
	written = (uint8_t *) sample_bytes(sum.size, arena);
	writer.next = written;
	writer.size = 0;
	return eg_directory_union(&writer, &directory_a, &directory_b, &sum,
							  &fault) &&
		sum.data == written && sum.size == expected.size &&
		sum.contests == eg_get32(expected.data + 4) &&
		sum.options == eg_get32(expected.data + 8) &&
		memcmp(written, expected.data, expected.size) == 0;
}

static void
test_unions(void)
{
	static const sample_style nothing;
	bool		passed = true;

	for (int i = 0; i < ROUNDS; i++)
	{
		sample_arena arena;
		sample_style a = sample_random_style();
		sample_style b = sample_random_style();

		sample_arena_init(&arena);
		passed = passed && union_is(a, b, &arena.arena) &&
			union_is(b, a, &arena.arena) && union_is(a, a, &arena.arena) &&
			union_is(a, sample_union(a, b), &arena.arena) &&
			union_is(a, nothing, &arena.arena) &&
			union_is(nothing, a, &arena.arena);
		sample_arena_free(&arena);
	}
	test_ok(passed, "unions of %d pairs of directories", ROUNDS);
}

/* Overwrites one label: where the naive writer has put this one. */
static void
rename_label(eg_bytes bytes, eg_bytes label)
{
	uint8_t    *at = (uint8_t *) bytes.data;

	while (memcmp(at, label.data, label.size) != 0)
		at++;
	at[label.size - 1] = '!';
}

static void
test_conflicts(void)
{
	static const sample_style style = {{7, 0, 4}};
	sample_arena arena;
	eg_bytes	a;
	eg_bytes	b;
	eg_directory directory_a;
	eg_directory directory_b;
	eg_directory sum;

	for (int option = 0; option < 2; option++)
	{
		eg_writer	writer = {NULL, 0};
		eg_fault	fault = {0};
		eg_bytes	label = option ? sample_option_label(1) :
			sample_contest_label(0);

		sample_arena_init(&arena);
		a = sample_directory(style, &arena.arena);
		b = sample_directory(style, &arena.arena);
		rename_label(b, label);
		directory_a = eg_directory_at(a.data);
		directory_b = eg_directory_at(b.data);
		test_ok(!eg_directory_union(&writer, &directory_a, &directory_b, &sum,
									&fault) &&
				fault.kind == EG_FAULT_MISMATCH &&
				strcmp(fault.message, option ? "option index has two labels" :
					   "contest index has two labels") == 0 &&
				eg_bytes_equal(option ? fault.contest : fault.other,
							   sample_contest_label(0)) &&
				fault.other.data != NULL &&
				fault.contest_index == sample_contest_index(0) &&
				(option ? fault.option_index == sample_option_index(1) &&
				 fault.option.data != NULL : fault.option.data == NULL),
				"%s under two labels", option ? "an option" : "a contest");
		sample_arena_free(&arena);
	}
}

static void
test_malformed(void)
{
	static const sample_style style = {{3, 0, 0, 9}};
	sample_arena arena;
	eg_bytes	bytes;
	uint8_t    *copy;
	bool		passed = true;

	sample_arena_init(&arena);
	bytes = sample_directory(style, &arena.arena);
	for (size_t size = 0; size < bytes.size; size++)
	{
		eg_bytes	cut = {bytes.data, size};

		passed = passed &&
			refused(sample_copy(cut, &arena.arena), EG_FAULT_FORMAT);
	}
	test_ok(passed, "directories cut short");

	/* Whatever one byte is turned into: refused, or it walks to its end. */
	passed = true;
	for (size_t i = 0; i < bytes.size; i++)
		for (int value = 0; value < 256; value++)
		{
			eg_directory directory;
			eg_directory_walk walk;
			eg_entry	entry;
			eg_fault	fault = {0};
			uint32_t	options = 0;
			uint32_t	contests = 0;
			uint8_t		old = bytes.data[i];

			copy = (uint8_t *) bytes.data;
			copy[i] = (uint8_t) value;
			if (read_directory(&directory, bytes, &fault))
			{
				eg_directory_walk_start(&walk, &directory);
				while (eg_next_contest(&walk, &entry))
				{
					contests++;
					options += entry.options;
					for (uint32_t n = entry.options; n > 0; n--)
						eg_next_option(&walk, &entry);
				}
				passed = passed && options == directory.options &&
					contests == directory.contests && walk.next == walk.end;
			}
			else
				passed = passed && fault.message != NULL;
			copy[i] = old;
		}
	test_ok(passed, "directories with one wrong byte");

	copy = (uint8_t *) sample_copy(bytes, &arena.arena).data;
	bytes.data = copy;
	eg_put32(copy + 12, 0);
	passed = refused(bytes, EG_FAULT_FORMAT);
	eg_put32(copy + 12, EG_MAX_INDEX + 1);
	passed = passed && refused(bytes, EG_FAULT_FORMAT);
	eg_put32(copy + 12, sample_contest_index(3));
	passed = passed && refused(bytes, EG_FAULT_FORMAT);
	eg_put32(copy + 12, sample_contest_index(0));
	eg_put32(copy + 4, UINT32_MAX);
	passed = passed && refused(bytes, EG_FAULT_FORMAT);
	eg_put32(copy + 4, 2);
	eg_put32(copy, UINT32_MAX);
	passed = passed && refused(bytes, EG_FAULT_FORMAT);
	test_ok(passed, "indices 0, 2^31 and out of order, huge counts");
	sample_arena_free(&arena);
}

/* Labels that are there twice, and an exhausted arena. */
static void
test_labels(void)
{
	static const sample_style style = {{2 + 32, 2, 3}};
	eg_directory directory;
	eg_bytes	bytes;
	sample_arena arena;
	eg_fault	fault = {0};
	uint8_t    *at;

	sample_arena_init(&arena);
	bytes = sample_directory(style, &arena.arena);
	directory = eg_directory_at(bytes.data);
	test_ok(eg_directory_check_labels(&directory, &arena.arena, &fault),
			"one label for options of several contests");
	sample_arena_limit(&arena, 0);
	test_ok(!eg_directory_check_labels(&directory, &arena.arena, &fault) &&
			fault.kind == EG_FAULT_LIMIT, "no memory to check labels");
	sample_arena_free(&arena);

	/* A contest and its option may share a label; two options may not. */
	for (int twice = 0; twice < 2; twice++)
	{
		static const sample_style pair = {{0, 33, 0}};
		eg_fault	fault_of_pair = {0};
		bool		accepted;

		sample_arena_init(&arena);
		bytes = sample_directory(pair, &arena.arena);
		at = (uint8_t *) bytes.data + bytes.size - 1;
		*at = 'm';

		/* The first option, "yes", takes the one-byte label, too. */
		if (twice)
		{
			uint8_t    *first = (uint8_t *) bytes.data + 12 + 7 + 2;

			memmove(first + 7, first + 9, bytes.size - (12 + 7 + 2 + 9));
			eg_put16(first + 4, 1);
			first[6] = 'm';
			bytes.size -= 2;
			eg_put32((uint8_t *) bytes.data, (uint32_t) bytes.size - 12);
		}
		accepted = read_directory(&directory, bytes, &fault_of_pair) &&
			eg_directory_check_labels(&directory, &arena.arena,
									  &fault_of_pair);
		if (twice)
			test_ok(!accepted && fault_of_pair.kind == EG_FAULT_VALUE &&
					fault_of_pair.contest_index == sample_contest_index(1) &&
					fault_of_pair.option_index != 0,
					"one label for two options of a contest");
		else
			test_ok(accepted, "one label for a contest and its option");
		sample_arena_free(&arena);
	}
}

/* Directories of n options in contests of up to per options each. */
static eg_bytes
make_large(uint32_t n, uint32_t per, uint32_t first, const eg_arena *arena)
{
	uint32_t	contests = (n + per - 1) / per;
	uint8_t    *bytes = arena->allocate(arena->context,
										12 + (size_t) n * 14 +
										(size_t) contests * 16);
	eg_writer	writer = {bytes + 12, 0};
	eg_writer	header = {bytes, 0};
	eg_bytes	result = {bytes, 0};
	char		text[9];

	for (uint32_t i = 0; i < n; i++)
	{
		eg_bytes	label = {(const uint8_t *) text, 8};
		eg_entry	entry = {first + i % per, label, n - i < per ? n - i : per};

		snprintf(text, sizeof(text), "%08x", i);
		if (i % per == 0)
		{
			eg_entry	contest = {i / per + 1, label, entry.options};

			eg_directory_write_contest(&writer, &contest);
		}
		eg_directory_write_option(&writer, &entry);
	}
	eg_directory_write_header(&header, (uint32_t) writer.size, contests, n);
	result.size = 12 + writer.size;
	return result;
}

static void
test_limits(void)
{
	sample_arena arena;
	eg_directory directory;
	eg_directory more;
	eg_directory sum;
	eg_bytes	bytes;
	eg_writer	writer = {NULL, 0};
	eg_fault	fault = {0};
	bool		passed = true;

	sample_arena_init(&arena);
	for (uint32_t per = 1; per <= EG_MAX_OPTIONS; per *= 32)
	{
		bytes = make_large(EG_MAX_OPTIONS, per, 1, &arena.arena);
		passed = passed && read_directory(&directory, bytes, &fault) &&
			eg_directory_check_labels(&directory, &arena.arena, &fault);
		bytes = make_large(EG_MAX_OPTIONS + 1, per, 1, &arena.arena);
		passed = passed && refused(bytes, EG_FAULT_LIMIT);
	}
	bytes = make_large(UINT16_MAX, UINT16_MAX, 1, &arena.arena);
	passed = passed && refused(bytes, EG_FAULT_LIMIT);
	test_ok(passed, "65536 products and no more");

	/* One contest to which either brings half of the options. */
	bytes = make_large(EG_MAX_OPTIONS, EG_MAX_OPTIONS, 1, &arena.arena);
	directory = eg_directory_at(bytes.data);
	bytes = make_large(EG_MAX_OPTIONS, EG_MAX_OPTIONS, EG_MAX_OPTIONS + 1,
					   &arena.arena);
	more = eg_directory_at(bytes.data);
	test_ok(!eg_directory_union(&writer, &directory, &more, &sum, &fault) &&
			fault.kind == EG_FAULT_LIMIT, "a union with too many options");
	sample_arena_free(&arena);
}

int
main(void)
{
	test_begin();
	test_round_trip();
	test_unions();
	test_conflicts();
	test_malformed();
	test_labels();
	test_limits();
	return test_end();
}
