/*
 * plain_sample.h
 *		A small election and ballots of it that are yet to be encrypted.
 *
 *		contest 1 "first", L = 1: "a", "b"
 *		contest 2 "second", L = 5, 2 blocks of contest data: "x" and "y" with
 *			R = 3, "count" with R = 2, which does not count toward L
 *
 * Style "both" has both contests, style "second" the second.
 */
#ifndef EG_TEST_PLAIN_SAMPLE_H
#define EG_TEST_PLAIN_SAMPLE_H

#include "protocol/encryption.h"

#define PLAIN_SAMPLE_BLOCKS		2

/* The joint secret keys, of votes and of contest data */
#define PLAIN_SAMPLE_VOTE_KEY	1234567
#define PLAIN_SAMPLE_DATA_KEY	7654321

extern void plain_sample_election(eg_election *election,
								  const eg_arena *arena);

/* An opened ballot without votes, its contest data zeros. */
extern void plain_sample_ballot(eg_plain_ballot *plain, const char *style,
								const eg_election *election,
								const eg_arena *arena);

/* Its contest of this index. */
extern eg_plain_contest *plain_sample_contest(const eg_plain_ballot *plain,
											  uint32_t index);

#endif
