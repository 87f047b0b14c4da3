/*
 * election.h
 *		The context of an election: what every check and every encryption needs.
 *
 *		u8 version	u8 group	u16 reserved, 0
 *		32 digest: SHA-256 of all that follows
 *		u32 n	u32 k
 *		32 H_P	32 H_B	32 H_E
 *		512 K	512 K^
 *		u32 u32 sizes of manifest and rules
 *		manifest, byte for byte		rules (manifest.h), compiled from it
 *
 * The guardians' commitments are not in it.  By the digest, which stands at a
 * fixed place, caches know an election again.
 */
#ifndef EG_ELECTION_H
#define EG_ELECTION_H

#include "protocol/ballot.h"
#include "protocol/manifest.h"

#define EG_ELECTION_VERSION		1
#define EG_MAX_MANIFEST			(64 * 1024 * 1024)

typedef struct eg_election
{
	const eg_group *group;
	const uint8_t *digest;
	uint32_t	n;				/* guardians */
	uint32_t	k;				/* of whom this many make a quorum */
	const uint8_t *h_p;
	const uint8_t *h_b;
	const uint8_t *h_e;
	const uint8_t *vote_key;	/* K */
	const uint8_t *data_key;	/* K^ */
	eg_bytes	manifest;
	eg_bytes	compiled;
	eg_rules	rules;
} eg_election;

/* What an election is made of. */
typedef struct eg_election_parts
{
	uint32_t	n;
	uint32_t	k;
	const uint8_t *vote_key;
	const uint8_t *data_key;
	eg_bytes	manifest;
	eg_bytes	compiled;		/* the settled manifest's */
} eg_election_parts;

/*
 * Whether 1 <= k <= n <= EG_MAX_GUARDIANS, the keys are members of Z_p^r
 * other than 1 (errata), and the manifest is not too large.
 */
extern bool eg_election_check_parts(const eg_election_parts *parts,
									eg_fault *fault);

/* Writes an election, hashes and digest computed. */
extern size_t eg_election_size(const eg_election_parts *parts);
extern void eg_election_make(uint8_t *bytes, const eg_election_parts *parts);

/*
 * Reads the parts out of bytes from outside, but for the rules.  Whether the
 * rest is what eg_election_make makes of them is for the caller to see, who
 * can compile the manifest.
 */
extern bool eg_election_take_apart(eg_election_parts *parts, eg_bytes bytes,
								   eg_fault *fault);

/* Views bytes that have been checked. */
extern void eg_election_view(eg_election *election, eg_bytes bytes);

#endif
