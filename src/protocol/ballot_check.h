/*
 * ballot_check.h
 *		Verifications 5 to 8 of one ballot, as far as it alone decides them.
 *
 * Chains of ballots, doubles and tallies are not seen here: 5.A, 8.C to 8.G.
 */
#ifndef EG_BALLOT_CHECK_H
#define EG_BALLOT_CHECK_H

#include "math/batch.h"
#include "protocol/arena.h"
#include "protocol/check.h"
#include "protocol/election.h"

/* Tables of powers of g and K, where there are any. */
typedef struct eg_key_tables
{
	const eg_fixed_base *generator;
	const eg_fixed_base *vote_key;
} eg_key_tables;

/* How many powers of g, and of K, a check of this ballot computes. */
extern size_t eg_ballot_check_powers(const eg_ballot *ballot);

/*
 * Runs every check and reports each.  The arena gives the memory for it, some
 * 20 KB an option; false with a fault if it does not, or on a stop.
 */
extern bool eg_ballot_check(const eg_election *election,
							const eg_ballot *ballot,
							const eg_key_tables *tables,
							const eg_arena *arena, const eg_check_sink *sink,
							const eg_stop *stop, eg_fault *fault);

#endif
