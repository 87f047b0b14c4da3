/*
 * guardian_record.h
 *		What a record says before there are ballots: parameters and guardians.
 *
 * Here are the structures and shapes of three files of the layout:
 * constants.json, election_config.json and election_initialized.json.  Values
 * that a verification judges are read as they stand, whatever they are: a key
 * that is 0 or above p is for step 2.A to refuse, not for the reader.
 */
#ifndef EG_GUARDIAN_RECORD_H
#define EG_GUARDIAN_RECORD_H

#include "math/status.h"
#include "protocol/json_shape.h"

/* constants.json; the numbers are hexadecimal text of any length (3.1.1). */
typedef struct eg_constant_numbers
{
	eg_bytes	p;
	eg_bytes	q;
	eg_bytes	g;
	eg_bytes	r;				/* the cofactor; may be absent */
} eg_constant_numbers;

typedef struct eg_constants
{
	eg_bytes	version;		/* protocolVersion */
	eg_bytes	type;
	const eg_constant_numbers *numbers;
} eg_constants;

/* election_config.json (3.1.2, 3.1.4) */
typedef struct eg_election_config
{
	uint32_t	n;				/* guardians */
	uint32_t	k;				/* of whom this many make a quorum */
	const uint8_t *h_p;
	const uint8_t *h_b;
} eg_election_config;

/* The two keys of every guardian, and of the election (3.2). */
typedef enum eg_key_use
{
	EG_VOTE_KEY = 0,
	EG_DATA_KEY
} eg_key_use;

#define EG_KEY_USES		2

/* The proof of knowledge of all coefficients and of zeta_i (3.2.2) */
typedef struct eg_key_proof
{
	const uint8_t *challenge;
	const uint8_t *const *responses;	/* v_i,0 .. v_i,k */
	uint32_t	n;
} eg_key_proof;

typedef struct eg_guardian_key
{
	const eg_bytes *texts;		/* of the commitments, as they were read */
	const uint8_t *commitments; /* K_i,0 .. K_i,k-1, one after the other */
	uint32_t	n;
	const eg_key_proof *proof;
} eg_guardian_key;

typedef struct eg_guardian
{
	uint32_t	index;			/* i */
	const uint8_t *communication_key;	/* kappa_i */
	eg_guardian_key *keys[EG_KEY_USES];
} eg_guardian;

/* election_initialized.json */
typedef struct eg_guardian_record
{
	const uint8_t *joint_keys[EG_KEY_USES]; /* K, K^ */
	const uint8_t *h_e;
	const uint8_t *h_g;			/* may be absent */
	eg_guardian *guardians;
	uint32_t	n;
} eg_guardian_record;

extern const eg_json_shape eg_shape_guardian;	/* eg_guardian */
extern const eg_json_shape eg_shape_constants;	/* eg_constants */
extern const eg_json_shape eg_shape_election_config;	/* eg_election_config */
extern const eg_json_shape eg_shape_guardian_record;	/* eg_guardian_record */

/*
 * Finishes what was read: the type of group must be the one that the
 * constants are of, and commitments become bytes.  A fault has a path.
 */
extern bool eg_constants_settle(const eg_constants *constants,
								eg_fault *fault);
extern bool eg_guardian_record_settle(eg_guardian_record *record,
									  const eg_arena *arena,
									  const eg_stop *stop, eg_fault *fault);

#endif
