/*
 * plain_ballot.c
 *		What a voter says, contest by contest, before it is encrypted.
 */
#include "protocol/plain_ballot.h"

/* Reads the options of the contest behind which the walk stands. */
static bool
open_options(eg_plain_contest *contest, eg_directory_walk *walk,
			 const eg_rules *rules, uint32_t first, const eg_arena *arena)
{
	contest->options = arena->allocate(arena->context, contest->n *
									   sizeof(eg_plain_option));
	if (contest->options == NULL)
		return false;
	for (uint32_t i = 0; i < contest->n; i++)
	{
		eg_plain_option *option = &contest->options[i];
		eg_entry	entry;

		eg_next_option(walk, &entry);
		option->label = entry.label;
		option->index = entry.index;
		option->rules = eg_option_rules_of(rules, first + i);
	}
	return true;
}

/* Both the manifest and the style are in ascending order. */
static bool
open_contests(eg_plain_ballot *plain, const eg_rules *rules,
			  const uint8_t *indices, const eg_arena *arena)
{
	eg_directory_walk walk;
	eg_entry	entry;
	uint32_t	first = 0;
	uint32_t	found = 0;

	eg_directory_walk_start(&walk, &rules->directory);
	while (found < plain->n && eg_next_contest(&walk, &entry))
	{
		eg_plain_contest *contest = &plain->contests[found];
		eg_entry	skipped;

		if (entry.index == eg_get32(indices + 4 * (size_t) found))
		{
			contest->label = entry.label;
			contest->index = entry.index;
			contest->n = entry.options;
			contest->rules = eg_contest_rules_of(rules, entry.index - 1);
			if (!open_options(contest, &walk, rules, first, arena))
				return false;
			found++;
		}
		else
			for (uint32_t i = 0; i < entry.options; i++)
				eg_next_option(&walk, &skipped);
		first += entry.options;
	}
	return true;
}

bool
eg_plain_ballot_open(eg_plain_ballot *plain, const eg_rules *rules,
					 const eg_arena *arena, eg_fault *fault)
{
	const uint8_t *indices;

	if (!eg_rules_style(rules, plain->style, &indices, &plain->n))
	{
		fault->style = plain->style;
		return eg_fault_set(fault, EG_FAULT_VALUE,
							"ballot style is not in the manifest");
	}
	plain->contests = arena->allocate(arena->context, (plain->n + 1) *
									  sizeof(eg_plain_contest));
	if (plain->contests == NULL ||
		!open_contests(plain, rules, indices, arena))
		return eg_fault_set(fault, EG_FAULT_LIMIT, "out of memory");
	return true;
}

/* All ones if a > b, else 0; both below 2^63. */
static uint64_t
exceeds(uint64_t a, uint64_t b)
{
	return 0 - ((b - a) >> 63);
}

eg_vote_count
eg_count_votes(const eg_plain_contest *contest)
{
	eg_vote_count count = {0, 0};

	for (uint32_t i = 0; i < contest->n; i++)
	{
		const eg_plain_option *option = &contest->options[i];

		if (option->rules.counts)
			count.votes += option->votes;
		count.overvote |= exceeds(option->votes, option->rules.limit);
	}
	count.overvote |= exceeds(count.votes, contest->rules.limit);
	return count;
}

uint32_t
eg_admitted_votes(const eg_plain_option *option, uint64_t overvote)
{
	uint64_t	refused = exceeds(option->votes, option->rules.limit);

	if (option->rules.counts)
		refused |= overvote;
	return option->votes & (uint32_t) ~refused;
}
