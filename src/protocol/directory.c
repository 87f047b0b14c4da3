/*
 * directory.c
 *		Which contests and options a ballot or a tally holds.
 */
#include "protocol/directory.h"

#include <stdlib.h>

/* Reads index and label of an entry that must come after index previous. */
static bool
read_entry(eg_reader *reader, eg_entry *entry, uint32_t previous,
		   eg_fault *fault)
{
	entry->index = eg_read32(reader);
	entry->label.size = eg_read16(reader);
	entry->label.data = eg_read(reader, entry->label.size);
	entry->options = 0;
	if (reader->failed)
		return eg_fault_set(fault, EG_FAULT_FORMAT,
							"list of contests and options is cut short");
	if (entry->index <= previous || entry->index > EG_MAX_INDEX)
		return eg_fault_set(fault, EG_FAULT_FORMAT,
							"indices of contests and options are not in order");
	if (!eg_label_valid(entry->label))
		return eg_fault_set(fault, EG_FAULT_FORMAT, "label is not allowed");
	return true;
}

static bool
read_contest(eg_reader *reader, eg_entry *contest, uint32_t previous,
			 eg_fault *fault)
{
	uint32_t	last = 0;

	if (!read_entry(reader, contest, previous, fault))
		return false;
	contest->options = eg_read16(reader);
	if (contest->options == 0)
		return eg_fault_set(fault, EG_FAULT_FORMAT, "contest has no options");
	for (uint32_t i = 0; i < contest->options; i++)
	{
		eg_entry	option;

		if (!read_entry(reader, &option, last, fault))
			return false;
		last = option.index;
	}
	return true;
}

bool
eg_directory_read(eg_directory *directory, eg_reader *reader, eg_fault *fault)
{
	eg_reader	body;
	uint32_t	options = 0;
	uint32_t	last = 0;
	uint32_t	size;

	directory->data = reader->next;
	size = eg_read32(reader);
	directory->size = EG_DIRECTORY_HEADER + (size_t) size;
	directory->contests = eg_read32(reader);
	directory->options = eg_read32(reader);
	body.next = eg_read(reader, size);
	body.left = size;
	body.failed = reader->failed;
	for (uint32_t i = 0; i < directory->contests; i++)
	{
		eg_entry	contest;

		if (!read_contest(&body, &contest, last, fault))
			return !(reader->failed = true);
		last = contest.index;
		options += contest.options;
		if (options > EG_MAX_OPTIONS)
		{
			reader->failed = true;
			return eg_fault_set(fault, EG_FAULT_LIMIT,
								"more than 65536 products");
		}
	}
	if (body.failed || body.left != 0 || options != directory->options)
	{
		reader->failed = true;
		return eg_fault_set(fault, EG_FAULT_FORMAT,
							"list of contests and options has a wrong size");
	}
	return true;
}

eg_directory
eg_directory_at(const uint8_t *bytes)
{
	eg_directory directory;

	directory.data = bytes;
	directory.size = EG_DIRECTORY_HEADER + (size_t) eg_get32(bytes);
	directory.contests = eg_get32(bytes + 4);
	directory.options = eg_get32(bytes + 8);
	return directory;
}

void
eg_directory_walk_start(eg_directory_walk *walk, const eg_directory *directory)
{
	walk->next = directory->data + EG_DIRECTORY_HEADER;
	walk->end = directory->data + directory->size;
}

void
eg_next_option(eg_directory_walk *walk, eg_entry *option)
{
	option->index = eg_get32(walk->next);
	option->label.size = eg_get16(walk->next + 4);
	option->label.data = walk->next + 6;
	option->options = 0;
	walk->next += 6 + option->label.size;
}

bool
eg_next_contest(eg_directory_walk *walk, eg_entry *contest)
{
	if (walk->next == walk->end)
		return false;
	eg_next_option(walk, contest);
	contest->options = eg_get16(walk->next);
	walk->next += 2;
	return true;
}

static int
compare_entries(const void *a, const void *b)
{
	const eg_entry *x = a;
	const eg_entry *y = b;
	int			order = eg_bytes_compare(x->label, y->label);

	if (order != 0)
		return order;
	return (x->index > y->index) - (x->index < y->index);
}

void
eg_entries_sort(eg_entry *entries, uint32_t n)
{
	qsort(entries, n, sizeof(eg_entry), compare_entries);
}

const eg_entry *
eg_find_repeated_label(eg_entry *entries, uint32_t n)
{
	eg_entries_sort(entries, n);
	for (uint32_t i = 1; i < n; i++)
		if (eg_bytes_equal(entries[i - 1].label, entries[i].label))
			return &entries[i];
	return NULL;
}

bool
eg_directory_check_labels(const eg_directory *directory,
						  const eg_arena *arena, eg_fault *fault)
{
	uint32_t	room = directory->contests + directory->options;
	eg_entry   *contests;
	eg_entry   *options;
	const eg_entry *repeated;
	eg_directory_walk walk;

	if (room == 0)
		return true;
	contests = arena->allocate(arena->context, room * sizeof(eg_entry));
	if (contests == NULL)
		return eg_fault_set(fault, EG_FAULT_LIMIT, "out of memory");
	options = contests + directory->contests;
	eg_directory_walk_start(&walk, directory);
	for (uint32_t i = 0; eg_next_contest(&walk, &contests[i]); i++)
	{
		for (uint32_t j = 0; j < contests[i].options; j++)
			eg_next_option(&walk, &options[j]);
		repeated = eg_find_repeated_label(options, contests[i].options);
		if (repeated != NULL)
		{
			fault->contest = contests[i].label;
			fault->contest_index = contests[i].index;
			fault->option = repeated->label;
			fault->option_index = repeated->index;
			return eg_fault_set(fault, EG_FAULT_VALUE,
								"option appears under two indices");
		}
		if (i + 1 == directory->contests)
			break;
	}
	repeated = eg_find_repeated_label(contests, directory->contests);
	if (repeated == NULL)
		return true;
	fault->contest = repeated->label;
	fault->contest_index = repeated->index;
	return eg_fault_set(fault, EG_FAULT_VALUE,
						"contest appears under two indices");
}

void
eg_directory_name(const eg_directory *directory, size_t number,
				  eg_fault *fault)
{
	eg_directory_walk walk;
	eg_entry	contest;
	eg_entry	option;

	eg_directory_walk_start(&walk, directory);
	while (eg_next_contest(&walk, &contest))
		for (uint32_t i = 0; i < contest.options; i++)
		{
			eg_next_option(&walk, &option);
			if (number-- > 0)
				continue;
			fault->contest = contest.label;
			fault->contest_index = contest.index;
			fault->option = option.label;
			fault->option_index = option.index;
			return;
		}
}

void
eg_directory_write_header(eg_writer *writer, uint32_t size,
						  uint32_t contests, uint32_t options)
{
	eg_write32(writer, size);
	eg_write32(writer, contests);
	eg_write32(writer, options);
}

void
eg_directory_write_option(eg_writer *writer, const eg_entry *option)
{
	eg_write32(writer, option->index);
	eg_write16(writer, (uint16_t) option->label.size);
	eg_write(writer, option->label.data, option->label.size);
}

void
eg_directory_write_contest(eg_writer *writer, const eg_entry *contest)
{
	eg_directory_write_option(writer, contest);
	eg_write16(writer, (uint16_t) contest->options);
}

/* One side of a merge: the entry at hand, if there is one left. */
typedef struct merge_side
{
	eg_directory_walk walk;
	eg_entry	entry;
	uint32_t	left;			/* entries, the one at hand included */
} merge_side;

static void
side_advance_option(merge_side *side)
{
	if (--side->left > 0)
		eg_next_option(&side->walk, &side->entry);
}

/* Which side comes next: -1 a, +1 b, 0 both. */
static int
merge_order(const merge_side *a, const merge_side *b)
{
	if (a->left == 0 || b->left == 0)
		return a->left == 0 ? 1 : -1;
	if (a->entry.index == b->entry.index)
		return 0;
	return a->entry.index < b->entry.index ? -1 : 1;
}

static bool
same_label(const merge_side *a, const merge_side *b, const eg_entry *contest,
		   eg_fault *fault)
{
	if (eg_bytes_equal(a->entry.label, b->entry.label))
		return true;
	fault->contest = contest->label;
	fault->contest_index = contest->index;
	if (contest == &a->entry)
		fault->contest = b->entry.label;
	else
	{
		fault->option = b->entry.label;
		fault->option_index = b->entry.index;
	}
	fault->other = a->entry.label;
	return eg_fault_set(fault, EG_FAULT_MISMATCH,
						contest == &a->entry
						? "contest index has two labels"
						: "option index has two labels");
}

/*
 * Merges the options of one contest that both sides hold; both walks stand
 * behind the contest's own entry, and behind its options afterwards.
 */
static bool
union_options(eg_writer *writer, eg_directory_walk *walk_a,
			  eg_directory_walk *walk_b, const eg_entry *contest_a,
			  const eg_entry *contest_b, uint32_t *options, eg_fault *fault)
{
	merge_side	a = {*walk_a, {0}, contest_a->options + 1};
	merge_side	b = {*walk_b, {0}, contest_b->options + 1};

	side_advance_option(&a);
	side_advance_option(&b);
	for (*options = 0; a.left > 0 || b.left > 0; (*options)++)
	{
		int			order = merge_order(&a, &b);

		if (order == 0 && !same_label(&a, &b, contest_a, fault))
			return false;
		eg_directory_write_option(writer,
								  order <= 0 ? &a.entry : &b.entry);
		if (order <= 0)
			side_advance_option(&a);
		if (order >= 0)
			side_advance_option(&b);
	}
	*walk_a = a.walk;
	*walk_b = b.walk;
	return true;
}

/* Writes a contest that one side alone holds, with its options. */
static void
copy_contest(eg_writer *writer, merge_side *side)
{
	eg_directory_write_contest(writer, &side->entry);
	for (uint32_t i = 0; i < side->entry.options; i++)
	{
		eg_entry	option;

		eg_next_option(&side->walk, &option);
		eg_directory_write_option(writer, &option);
	}
}

static bool
merge_contest(eg_writer *writer, merge_side *a, merge_side *b,
			  uint32_t *options, eg_fault *fault)
{
	eg_writer	measure = {0};
	eg_directory_walk walk_a = a->walk;
	eg_directory_walk walk_b = b->walk;
	eg_entry	both = a->entry;

	if (!same_label(a, b, &a->entry, fault))
		return false;
	if (!union_options(&measure, &walk_a, &walk_b, &a->entry, &b->entry,
					   options, fault))
		return false;
	both.options = *options;
	eg_directory_write_contest(writer, &both);
	return union_options(writer, &a->walk, &b->walk, &a->entry, &b->entry,
						 options, fault);
}

static void
side_advance_contest(merge_side *side)
{
	side->left = eg_next_contest(&side->walk, &side->entry) ? 1 : 0;
}

bool
eg_directory_union(eg_writer *writer, const eg_directory *a,
				   const eg_directory *b, eg_directory *sum, eg_fault *fault)
{
	merge_side	side_a;
	merge_side	side_b;
	eg_writer	header = {writer->next, 0};
	size_t		start = writer->size;

	sum->data = writer->next;
	sum->contests = 0;
	sum->options = 0;
	eg_directory_write_header(writer, 0, 0, 0);
	eg_directory_walk_start(&side_a.walk, a);
	eg_directory_walk_start(&side_b.walk, b);
	side_advance_contest(&side_a);
	side_advance_contest(&side_b);
	for (; side_a.left > 0 || side_b.left > 0; sum->contests++)
	{
		int			order = merge_order(&side_a, &side_b);
		merge_side *one = order < 0 ? &side_a : &side_b;
		uint32_t	options = one->entry.options;

		if (order != 0)
			copy_contest(writer, one);
		else if (!merge_contest(writer, &side_a, &side_b, &options, fault))
			return false;
		sum->options += options;
		if (sum->options > EG_MAX_OPTIONS)
			return eg_fault_set(fault, EG_FAULT_LIMIT,
								"more than 65536 products");
		if (order <= 0)
			side_advance_contest(&side_a);
		if (order >= 0)
			side_advance_contest(&side_b);
	}
	sum->size = writer->size - start;
	eg_directory_write_header(&header, (uint32_t) (sum->size -
												   EG_DIRECTORY_HEADER),
							  sum->contests, sum->options);
	return true;
}
