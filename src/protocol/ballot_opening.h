/*
 * ballot_opening.h
 *		A challenged ballot opened with its nonce (3.6.7).
 *
 * From xi_B follow all encryption nonces (33, 64); with each, the vote is
 * found and the ciphertext made again.  What is not that on the ballot is a
 * fault that names contest and option: whoever encrypted the ballot may have
 * put a wrong nonce into it, and then the ballot is not opened.
 *
 * xi_B, and the nonces of contests that stay closed, are not given out.
 */
#ifndef EG_BALLOT_OPENING_H
#define EG_BALLOT_OPENING_H

#include "protocol/decryption_record.h"

typedef struct eg_vote_opening
{
	eg_bytes	label;
	uint64_t	vote;			/* sigma */
	const uint8_t *nonce;		/* xi_i,j */
} eg_vote_opening;

typedef struct eg_data_opening
{
	const uint8_t *nonce;		/* xi */
	eg_bytes	data;			/* D */
} eg_data_opening;

typedef struct eg_contest_opening
{
	eg_bytes	label;
	eg_vote_opening *selections;
	uint32_t	n;
	const eg_data_opening *data;	/* or NULL */
} eg_contest_opening;

typedef struct eg_ballot_opening
{
	eg_bytes	ballot;			/* its id */
	const uint8_t *election;
	eg_contest_opening *contests;
	uint32_t	n;
	eg_bytes   *closed;			/* contests that stay closed, or NULL */
	uint32_t	n_closed;
} eg_ballot_opening;

extern const eg_json_shape eg_shape_ballot_opening; /* challenged_ballots/ */

/*
 * Opens the contests of these labels, or with n_wanted = 0 all.  The ballot is
 * one whose nonce was just decrypted.
 */
extern bool eg_ballot_open(eg_ballot_opening *opening,
						   const eg_election *election,
						   const eg_ballot *ballot, const uint8_t *xi_b,
						   const eg_bytes *wanted, size_t n_wanted,
						   const eg_decryption_tables *tables,
						   const eg_arena *arena, const eg_stop *stop,
						   eg_fault *fault);

/* How many powers of g and of K that takes, at most. */
extern size_t eg_ballot_open_powers(const eg_ballot *ballot);

#endif
