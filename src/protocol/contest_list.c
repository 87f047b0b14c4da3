/*
 * contest_list.c
 *		Contests with their selections, as ballots and tallies have them.
 */
#include "protocol/contest_list.h"

#include <stdlib.h>

static int
compare_contests(const void *a, const void *b)
{
	uint32_t	x = ((const eg_contest *) a)->index;
	uint32_t	y = ((const eg_contest *) b)->index;

	return (x > y) - (x < y);
}

static int
compare_selections(const void *a, const void *b)
{
	uint32_t	x = ((const eg_selection *) a)->index;
	uint32_t	y = ((const eg_selection *) b)->index;

	return (x > y) - (x < y);
}

/* One entry of a list in order of indices, after the one with previous. */
static bool
check_entry(uint32_t index, uint32_t previous, eg_bytes label,
			const char *twice, eg_fault *fault)
{
	if (index == previous)
		return eg_fault_set(fault, EG_FAULT_VALUE, twice);
	if (index < 1 || index > EG_MAX_INDEX)
		return eg_fault_set(fault, EG_FAULT_VALUE, "index is out of range");
	if (!eg_label_valid(label))
		return eg_fault_set(fault, EG_FAULT_VALUE, "label is not allowed");
	return true;
}

static bool
arrange_selections(eg_contest *contest, eg_fault *fault)
{
	qsort(contest->selections, contest->n, sizeof(eg_selection),
		  compare_selections);
	for (uint32_t i = 0; i < contest->n; i++)
	{
		const eg_selection *selection = &contest->selections[i];

		fault->option = selection->label;
		fault->option_index = selection->index;
		if (!check_entry(selection->index, i ? selection[-1].index : 0,
						 selection->label, "option appears twice", fault))
			return false;
	}
	fault->option.data = NULL;
	fault->option_index = 0;
	return true;
}

static bool
check_labels(const eg_contest *contests, uint32_t n, const eg_arena *arena,
			 eg_fault *fault)
{
	eg_writer	writer = {0};
	eg_directory directory;
	uint8_t    *bytes;

	eg_contests_write_directory(&writer, contests, n);
	bytes = arena->allocate(arena->context, writer.size);
	if (bytes == NULL)
		return eg_fault_set(fault, EG_FAULT_LIMIT, "out of memory");
	writer.next = bytes;
	eg_contests_write_directory(&writer, contests, n);
	directory = eg_directory_at(bytes);
	return eg_directory_check_labels(&directory, arena, fault);
}

bool
eg_contests_arrange(eg_contest *contests, uint32_t n, const eg_arena *arena,
					eg_fault *fault)
{
	size_t		options = 0;

	if (n > 0)
		qsort(contests, n, sizeof(eg_contest), compare_contests);
	for (uint32_t i = 0; i < n; i++)
	{
		eg_contest *contest = &contests[i];

		fault->contest = contest->label;
		fault->contest_index = contest->index;
		if (!check_entry(contest->index, i ? contest[-1].index : 0,
						 contest->label, "contest appears twice", fault))
			return false;
		if (contest->n == 0)
			return eg_fault_set(fault, EG_FAULT_VALUE,
								"contest has no options");
		options += contest->n;
		if (options > EG_MAX_OPTIONS)
			return eg_fault_set(fault, EG_FAULT_LIMIT,
								"more than 65536 products");
		if (!arrange_selections(contest, fault))
			return false;
	}
	fault->contest.data = NULL;
	fault->contest_index = 0;
	return check_labels(contests, n, arena, fault);
}

/* Writes the directory's entries; returns the number of options. */
static uint32_t
write_entries(eg_writer *writer, const eg_contest *contests, uint32_t n)
{
	uint32_t	options = 0;

	for (uint32_t i = 0; i < n; i++)
	{
		const eg_contest *contest = &contests[i];
		eg_entry	entry = {contest->index, contest->label, contest->n};

		eg_directory_write_contest(writer, &entry);
		for (uint32_t j = 0; j < contest->n; j++)
		{
			const eg_selection *selection = &contest->selections[j];
			eg_entry	option = {selection->index, selection->label, 0};

			eg_directory_write_option(writer, &option);
		}
		options += contest->n;
	}
	return options;
}

void
eg_contests_write_directory(eg_writer *writer, const eg_contest *contests,
							uint32_t n)
{
	eg_writer	measure = {0};
	uint32_t	options = write_entries(&measure, contests, n);

	eg_directory_write_header(writer, (uint32_t) measure.size, n, options);
	write_entries(writer, contests, n);
}

eg_contest *
eg_contests_build(const eg_directory *directory, const eg_arena *arena)
{
	eg_contest *contests;
	eg_selection *selections;
	eg_ciphertext *ciphertexts;
	eg_directory_walk walk;
	eg_entry	entry;

	if (directory->contests == 0)
		return NULL;
	contests = arena->allocate(arena->context,
							   directory->contests * sizeof(eg_contest));
	selections = arena->allocate(arena->context,
								 directory->options * sizeof(eg_selection));
	ciphertexts = arena->allocate(arena->context,
								  directory->options * sizeof(eg_ciphertext));
	if (contests == NULL || selections == NULL || ciphertexts == NULL)
		return NULL;
	eg_directory_walk_start(&walk, directory);
	for (uint32_t i = 0; i < directory->contests; i++)
	{
		eg_next_contest(&walk, &entry);
		contests[i].index = entry.index;
		contests[i].label = entry.label;
		contests[i].n = entry.options;
		contests[i].selections = selections;
		for (uint32_t j = 0; j < contests[i].n; j++)
		{
			eg_next_option(&walk, &entry);
			selections->index = entry.index;
			selections->label = entry.label;
			selections->ciphertext = ciphertexts++;
			selections++;
		}
	}
	return contests;
}
