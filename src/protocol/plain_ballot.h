/*
 * plain_ballot.h
 *		What a voter says, contest by contest, before it is encrypted.
 *
 * Every contest of a ballot style with every option, in order of indices; the
 * caller fills in the votes.  Votes, texts and contest data are secrets: the
 * arena must wipe what it gave.
 */
#ifndef EG_PLAIN_BALLOT_H
#define EG_PLAIN_BALLOT_H

#include "protocol/election.h"

typedef struct eg_plain_option
{
	eg_bytes	label;
	uint32_t	index;
	eg_option_rules rules;		/* R, and whether it counts toward L */
	uint32_t	votes;			/* secret: what the voter says, over R or not */
	eg_bytes	text;			/* secret: of a write-in, in UTF-8, or absent */
} eg_plain_option;

typedef struct eg_plain_contest
{
	eg_bytes	label;
	uint32_t	index;
	eg_contest_rules rules;		/* L, and blocks of contest data */
	eg_plain_option *options;
	uint32_t	n;
	const uint8_t *data;		/* secret: D, 32 bytes for each block */
} eg_plain_contest;

typedef struct eg_plain_ballot
{
	eg_bytes	id;
	eg_bytes	style;
	eg_bytes	device;
	uint64_t	weight;
	eg_plain_contest *contests;
	uint32_t	n;
} eg_plain_ballot;

/*
 * Fills in the contests of plain->style, without votes; a fault names a style
 * that the manifest does not know.
 */
extern bool eg_plain_ballot_open(eg_plain_ballot *plain,
								 const eg_rules *rules, const eg_arena *arena,
								 eg_fault *fault);

/* What the votes in a contest come to. */
typedef struct eg_vote_count
{
	uint64_t	votes;			/* of the options that count toward L */
	uint64_t	overvote;		/* all ones if a limit is exceeded, or 0 */
} eg_vote_count;

/*
 * An overvote is more than L votes, or more than R for one option (3.3.5).
 * Constant time in the votes.
 */
extern eg_vote_count eg_count_votes(const eg_plain_contest *contest);

/*
 * What is encrypted for an option: 0 if it counts toward L in an overvote, or
 * if it exceeds its own limit; else its votes.  Constant time in them.
 */
extern uint32_t eg_admitted_votes(const eg_plain_option *option,
								  uint64_t overvote);

#endif
