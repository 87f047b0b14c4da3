/*
 * ballot.h
 *		An encrypted ballot of ElectionGuard 2.1.0 and its binary encoding.
 *
 * The structures hold pointers into the encoding (or into an arena, when the
 * ballot was read from JSON); a NULL pointer is an absent field.  The
 * encoding is canonical: two ballots are equal iff their bytes are.
 *
 *		u8 version	u8 group	u8 state	u8 fields (EG_BALLOT_HAS_*)
 *		u64 weight	u64 time stamp, 0 when absent
 *		u16 u16 u16 sizes of ballot id, style and device	u16 reserved, 0
 *		ballot id, style, device
 *		as present: 32 H_E, 32 id_B, 32 H_I, 36 B_C, 32 H_C
 *		directory (directory.h)
 *		per option: 1024 ciphertext
 *		per option: proof
 *		per contest: u8 fields (EG_CONTEST_HAS_*), proof, and as present:
 *			32 contest hash
 *			contest data: 512 C0, u32 size, C1, C2 (64, or 32 of version 2.0)
 *			pre-encryption: 32 hash, u16 n, 32 n selection hashes, u16
 *				vectors, each 32 hash, u16 size, short code, u16 n, 1024 n
 *		as present: encrypted ballot nonce: 512 C0, 32 C1, 64 C2
 *
 * where a proof is u16 n and n pairs of 32 bytes challenge, 32 bytes
 * response; a ciphertext is 512 bytes pad (alpha), 512 bytes data (beta).
 * What is checked on reading: the form, the order of the directory, and that
 * every element mod p is in 1 .. p - 1.  Scalars, hashes and proofs are
 * whatever they are: judging them is verification's work.
 */
#ifndef EG_BALLOT_H
#define EG_BALLOT_H

#include "math/group.h"
#include "protocol/arena.h"
#include "protocol/directory.h"
#include "protocol/fault.h"

#define EG_BALLOT_VERSION		1
#define EG_BALLOT_STATE_AT		2	/* where its state stands */
#define EG_HASH_BYTES			32
#define EG_CHAINING_BYTES		36
#define EG_PAIR_BYTES			64
#define EG_CIPHERTEXT_BYTES		1024

#define EG_MAX_WEIGHT			INT64_MAX

/* Time stamps are 0 .. the end of the year 9999. */
#define EG_MAX_TIME				INT64_C(253402300799)

/* A ballot fresh from encryption is undecided; no record has one. */
typedef enum eg_ballot_state
{
	EG_BALLOT_UNDECIDED = 0,
	EG_BALLOT_CAST = 1,
	EG_BALLOT_CHALLENGED = 2
} eg_ballot_state;

enum
{
	EG_BALLOT_HAS_ELECTION = 1,
	EG_BALLOT_HAS_IDENTIFIER = 2,
	EG_BALLOT_HAS_IDENTIFIER_HASH = 4,
	EG_BALLOT_HAS_CHAINING = 8,
	EG_BALLOT_HAS_CODE = 16,
	EG_BALLOT_HAS_NONCE = 32,
	EG_BALLOT_HAS_TIME = 64,
	EG_BALLOT_IS_PREENCRYPTED = 128
};

enum
{
	EG_CONTEST_HAS_HASH = 1,
	EG_CONTEST_HAS_DATA = 2,
	EG_CONTEST_HAS_DATA_2_0 = 4,	/* contest data with a MAC for C2 */
	EG_CONTEST_HAS_PREENCRYPTION = 8
};

/* A challenge and a response: a proof is a list of these. */
typedef struct eg_pair
{
	const uint8_t *challenge;
	const uint8_t *response;
} eg_pair;

typedef struct eg_proof
{
	eg_pair    *pairs;
	uint32_t	n;
} eg_proof;

typedef struct eg_ciphertext
{
	const uint8_t *pad;			/* alpha, EG_ELEMENT_BYTES */
	const uint8_t *data;		/* beta */
} eg_ciphertext;

typedef struct eg_selection
{
	eg_bytes	label;
	uint32_t	index;
	eg_ciphertext *ciphertext;
	eg_proof   *proof;
} eg_selection;

typedef struct eg_hash_list
{
	const uint8_t **hashes;
	uint32_t	n;
} eg_hash_list;

typedef struct eg_selected_vector
{
	const uint8_t *selection_hash;
	eg_bytes	short_code;
	eg_ciphertext *encryptions;
	uint32_t	n;
} eg_selected_vector;

typedef struct eg_preencryption
{
	const uint8_t *hash;
	eg_hash_list selection_hashes;
	eg_selected_vector *vectors;
	uint32_t	n;
} eg_preencryption;

/* Hashed ElGamal: exactly one of proof and mac is there. */
typedef struct eg_hashed_ciphertext
{
	const uint8_t *c0;
	eg_bytes	c1;
	eg_pair    *proof;			/* C2 of 2.1.0 */
	const uint8_t *mac;			/* C2 of 2.0, 32 bytes */
} eg_hashed_ciphertext;

typedef struct eg_contest
{
	eg_bytes	label;
	uint32_t	index;
	const uint8_t *hash;
	eg_selection *selections;
	uint32_t	n;
	eg_proof   *proof;
	eg_hashed_ciphertext *data;
	eg_preencryption *preencryption;
} eg_contest;

typedef struct eg_ballot
{
	uint8_t		group;
	uint8_t		state;
	bool		preencrypted;
	bool		has_time;
	int64_t		time;			/* seconds since 1970 */
	uint64_t	weight;			/* 1 .. EG_MAX_WEIGHT */
	eg_bytes	id;
	eg_bytes	style;
	eg_bytes	device;
	const uint8_t *election;	/* H_E */
	const uint8_t *identifier;	/* id_B */
	const uint8_t *identifier_hash; /* H_I */
	const uint8_t *chaining;	/* B_C */
	const uint8_t *code;		/* H_C */
	eg_contest *contests;
	uint32_t	n;
	eg_hashed_ciphertext *nonce;	/* C1 of 32 bytes */
} eg_ballot;

/* The fields that need no arena, of an encoding that has been checked. */
typedef struct eg_ballot_header
{
	eg_ballot	ballot;			/* contests and nonce left out */
	eg_directory directory;
	const uint8_t *ciphertexts; /* directory.options of EG_CIPHERTEXT_BYTES */
} eg_ballot_header;

/*
 * Puts contests and selections in order of their indices and checks what the
 * encoding promises, but for the elements, which whoever made the ballot has
 * checked.
 */
extern bool eg_ballot_arrange(eg_ballot *ballot, const eg_arena *arena,
							  eg_fault *fault);

/* Writes an arranged ballot. */
extern void eg_ballot_encode(eg_writer *writer, const eg_ballot *ballot);

/* Reads and checks bytes from outside; the arena holds the lists. */
extern bool eg_ballot_decode(eg_ballot *ballot, eg_bytes bytes,
							 const eg_arena *arena, eg_fault *fault);

/* Reads the header of bytes that eg_ballot_decode accepted. */
extern void eg_ballot_peek(eg_ballot_header *header, eg_bytes bytes);

#endif
