/*
 * catalogue.c
 *		The contests and options of a manifest, found by their labels.
 */
#include "protocol/catalogue.h"

#include <stdlib.h>

static int
compare_contests(const void *a, const void *b)
{
	return eg_bytes_compare((*(const eg_known_contest *const *) a)->label,
							(*(const eg_known_contest *const *) b)->label);
}

static int
compare_options(const void *a, const void *b)
{
	return eg_bytes_compare((*(const eg_known_option *const *) a)->label,
							(*(const eg_known_option *const *) b)->label);
}

/* Lists the options of a contest at the walk; place is that of the first. */
static void
list_options(eg_known_contest *contest, eg_known_option *options,
			 uint32_t place, const eg_rules *rules, eg_directory_walk *walk)
{
	contest->options = options;
	for (uint32_t i = 0; i < contest->n; i++)
	{
		eg_entry	entry;

		eg_next_option(walk, &entry);
		options[i].label = entry.label;
		options[i].index = entry.index;
		options[i].place = place + i;
		options[i].rules = eg_option_rules_of(rules, place + i);
		contest->by_label[i] = &options[i];
	}
	qsort(contest->by_label, contest->n, sizeof(contest->by_label[0]),
		  compare_options);
}

bool
eg_catalogue_make(eg_catalogue *catalogue, const eg_rules *rules,
				  const eg_arena *arena)
{
	uint32_t	n = rules->directory.contests;
	uint32_t	all = rules->directory.options;
	eg_known_contest *contests;
	eg_known_option *options;
	const eg_known_option **by_label;
	eg_directory_walk walk;
	uint32_t	place = 0;

	contests = arena->allocate(arena->context, n * sizeof(*contests));
	options = arena->allocate(arena->context, all * sizeof(*options));
	by_label = arena->allocate(arena->context, all * sizeof(*by_label));
	catalogue->by_label = arena->allocate(arena->context, n *
										  sizeof(catalogue->by_label[0]));
	if (contests == NULL || options == NULL || by_label == NULL ||
		catalogue->by_label == NULL)
		return false;
	eg_directory_walk_start(&walk, &rules->directory);
	for (uint32_t i = 0; i < n; i++)
	{
		eg_entry	entry;

		eg_next_contest(&walk, &entry);
		contests[i].label = entry.label;
		contests[i].index = entry.index;
		contests[i].rules = eg_contest_rules_of(rules, i);
		contests[i].n = entry.options;
		contests[i].by_label = by_label + place;
		list_options(&contests[i], options + place, place, rules, &walk);
		catalogue->by_label[i] = &contests[i];
		place += entry.options;
	}
	qsort(catalogue->by_label, n, sizeof(catalogue->by_label[0]),
		  compare_contests);
	catalogue->contests = contests;
	catalogue->n = n;
	catalogue->options = all;
	return true;
}

const eg_known_contest *
eg_find_contest(const eg_catalogue *catalogue, eg_bytes label)
{
	eg_known_contest wanted = {0};
	const eg_known_contest *key = &wanted;
	const eg_known_contest **found;

	wanted.label = label;
	found = bsearch(&key, catalogue->by_label, catalogue->n,
					sizeof(catalogue->by_label[0]), compare_contests);
	return found ? *found : NULL;
}

const eg_known_option *
eg_find_option(const eg_known_contest *contest, eg_bytes label)
{
	eg_known_option wanted = {0};
	const eg_known_option *key = &wanted;
	const eg_known_option **found;

	wanted.label = label;
	found = bsearch(&key, contest->by_label, contest->n,
					sizeof(contest->by_label[0]), compare_options);
	return found ? *found : NULL;
}
