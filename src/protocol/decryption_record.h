/*
 * decryption_record.h
 *		What a record says about decryptions: tallies, opened ballots, data.
 *
 * Here are the structures and shapes of encrypted_tally.json, tally.json,
 * challenged_ballots/ and decrypted_contest_data/.  What a step judges is
 * read as it stands, whatever it is: a tally that is text, a label that no
 * manifest can have and an element that is 0 or above p are for the step to
 * refuse, not for the reader.  Unknown fields are dropped, as no step binds
 * them.
 */
#ifndef EG_DECRYPTION_RECORD_H
#define EG_DECRYPTION_RECORD_H

#include "math/fixed_base.h"
#include "protocol/catalogue.h"
#include "protocol/election.h"
#include "protocol/json_shape.h"

/* A scalar as it stands in the JSON; not there: an object, array or null. */
typedef struct eg_kept
{
	bool		there;
	eg_json_scalar type;
	eg_bytes	text;			/* UTF-8; of a number, its characters */
} eg_kept;

/* An option of a tally; t, T and proof are those of tally.json (3.6.5). */
typedef struct eg_tally_cell
{
	eg_kept		label;
	uint32_t	index;			/* a stated sequence_order, or 0 */
	eg_ciphertext *ciphertext;	/* A, B: any bytes */
	eg_kept		votes;			/* t */
	const uint8_t *power;		/* T: any bytes */
	eg_pair    *proof;
} eg_tally_cell;

typedef struct eg_tally_contest
{
	eg_kept		label;
	uint32_t	index;
	eg_tally_cell *cells;
	uint32_t	n;
} eg_tally_contest;

typedef struct eg_tally_file
{
	const uint8_t *election;	/* or NULL */
	eg_tally_contest *contests;
	uint32_t	n;
} eg_tally_file;

/* An opened challenged ballot (3.6.7). */
typedef struct eg_opened_selection
{
	eg_kept		label;
	uint32_t	index;			/* a stated sequence_order, or 0 */
	eg_kept		vote;			/* sigma */
	const uint8_t *nonce;		/* xi_i,j */
} eg_opened_selection;

typedef struct eg_opened_data
{
	const uint8_t *nonce;		/* xi_i */
	eg_kept		data;			/* D */
} eg_opened_data;

typedef struct eg_opened_contest
{
	eg_kept		label;
	uint32_t	index;
	eg_opened_selection *selections;
	uint32_t	n;
	eg_opened_data *data;		/* or NULL */
} eg_opened_contest;

typedef struct eg_opening
{
	eg_kept		id;
	eg_kept		ballot_id;		/* another name for it */
	const uint8_t *election;	/* or NULL */
	eg_opened_contest *contests;
	uint32_t	n;
	eg_bytes   *closed;			/* contests that stay closed */
	uint32_t	n_closed;
} eg_opening;

/* Decrypted contest data (3.6.6). */
typedef struct eg_decrypted_data
{
	eg_kept		ballot;
	eg_kept		contest;
	const uint8_t *beta;		/* any bytes */
	eg_pair    *proof;
	eg_kept		data;			/* D */
} eg_decrypted_data;

extern const eg_json_shape eg_shape_encrypted_tally_file;	/* eg_tally_file */
extern const eg_json_shape eg_shape_tally_file; /* eg_tally_file */
extern const eg_json_shape eg_shape_opening;	/* eg_opening */
extern const eg_json_shape eg_shape_opening_head;	/* the same, without
													 * contests */
extern const eg_json_shape eg_shape_decrypted_data; /* eg_decrypted_data */

/*
 * Feeds a scalar to a reader of these shapes, in place of eg_json_value: keeps
 * what is to be kept, and takes null for the absence of an optional field.
 */
extern bool eg_decryption_value(eg_json_reader *reader, eg_json_scalar type,
								const char *text, size_t size);

/*
 * Finishes a tally that was read: labels must be texts, for nothing orders
 * or compares others, and there are at most EG_MAX_OPTIONS options.
 */
extern bool eg_tally_file_settle(const eg_tally_file *file, eg_fault *fault);

/* How many options it lists. */
extern size_t eg_tally_file_options(const eg_tally_file *file);

/*
 * Values
 */

/* The label, or no bytes at all, which no label equals, for what is none. */
extern eg_bytes eg_kept_label(const eg_kept *kept);

/*
 * Bytes of text: hexadecimal if it stands for just size bytes, else canonical
 * base64 of however many (LAYOUT.md).  False if it is neither.
 */
extern bool eg_kept_data(eg_bytes *data, const eg_kept *kept, size_t size,
						 const eg_arena *arena);

#define EG_INTEGER_LIMBS	2

/* An integer of JSON, which may have any size. */
typedef struct eg_integer
{
	bool		negative;		/* below 0 */
	bool		large;			/* too large for the value */
	mp_limb_t	value[EG_INTEGER_LIMBS];	/* without the sign */
	mp_limb_t	residue[EG_MAX_SCALAR_LIMBS];	/* mod q, with the sign */
} eg_integer;

/* False if it is no number, or one with a fraction or an exponent. */
extern bool eg_kept_integer(eg_integer *integer, const eg_group *group,
							const eg_kept *kept);

/* Any bytes as an element, reduced mod p; the result may be 0. */
extern void eg_element_reduce(const eg_group *group, mp_limb_t *x,
							  const uint8_t *bytes);

/* A scalar, reduced mod q; whether it was below q as it stands. */
extern bool eg_scalar_take(const eg_group *group, mp_limb_t *x,
						   const uint8_t *bytes);

/* Tables of powers of g, K and K^, where there are any. */
typedef struct eg_decryption_tables
{
	const eg_fixed_base *generator;
	const eg_fixed_base *vote_key;
	const eg_fixed_base *data_key;
} eg_decryption_tables;

#endif
