/*
 * opening_check.h
 *		Verifications 13 and 14: opened challenged ballots (3.6.7).
 */
#ifndef EG_OPENING_CHECK_H
#define EG_OPENING_CHECK_H

#include "protocol/check.h"
#include "protocol/decryption_record.h"

/*
 * How many powers of g, which is also the most of K and of K^, the check of
 * an opening of this ballot computes.
 */
extern size_t eg_opening_check_powers(const eg_election *election,
									  const eg_ballot *ballot);

/*
 * The ballot must be the one that the opening names, which is checked.  Of an
 * uncast pre-encrypted ballot only the head of the opening is read, and
 * verifications 17 to 19 are not run.
 */
extern bool eg_opening_check(const eg_election *election,
							 const eg_ballot *ballot,
							 const eg_opening *opening,
							 const eg_decryption_tables *tables,
							 const eg_arena *arena, const eg_check_sink *sink,
							 const eg_stop *stop, eg_fault *fault);

#endif
