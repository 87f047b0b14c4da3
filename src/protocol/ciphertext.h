/*
 * ciphertext.h
 *		A single ciphertext, its arithmetic, and the state of long sums.
 *
 *		u8 version	u8 group	u16 reserved, 0
 *		512 pad (alpha)	512 data (beta)
 *
 * The state of a sum keeps residues (math/product.h) and is updated in place:
 *
 *		u8 version	u8 group	u16 log2 R
 *		u64 count of Montgomery products
 *		1024 residues
 */
#ifndef EG_CIPHERTEXT_H
#define EG_CIPHERTEXT_H

#include "math/product.h"
#include "protocol/ballot.h"

#define EG_CIPHERTEXT_VERSION		1
#define EG_CIPHERTEXT_HEADER		4
#define EG_CIPHERTEXT_SIZE			(EG_CIPHERTEXT_HEADER + EG_CIPHERTEXT_BYTES)

#define EG_CIPHERTEXT_STATE_HEADER	12
#define EG_CIPHERTEXT_STATE_SIZE \
	(EG_CIPHERTEXT_STATE_HEADER + 2 * EG_RESIDUE_BYTES)

/* Check bytes from outside. */
extern bool eg_ciphertext_decode(eg_bytes bytes, eg_fault *fault);
extern bool eg_ciphertext_state_decode(eg_bytes bytes, eg_fault *fault);

/* Writes EG_CIPHERTEXT_SIZE bytes; the elements have been checked. */
extern void eg_ciphertext_encode(uint8_t *bytes, const eg_group *group,
								 const uint8_t *pad, const uint8_t *data);

/*
 * The encryption of the sum (spec 3.5, equation 79), and of an integer
 * multiple; a negative one inverts.  False if the groups differ.
 */
extern bool eg_ciphertext_add(uint8_t *sum, const uint8_t *a,
							  const uint8_t *b, eg_fault *fault);
extern void eg_ciphertext_multiply(uint8_t *product, const uint8_t *a,
								   int64_t factor);

/* A sum without terms, in EG_CIPHERTEXT_STATE_SIZE bytes. */
extern void eg_ciphertext_state_init(uint8_t *state, const eg_group *group);

/* Adds weight (> 0) times a ciphertext, or another state. */
extern bool eg_ciphertext_state_add(uint8_t *state, const uint8_t *ciphertext,
									uint64_t weight, eg_fault *fault);
extern bool eg_ciphertext_state_combine(uint8_t *state, const uint8_t *other,
										eg_fault *fault);

/* The sum, in EG_CIPHERTEXT_SIZE bytes. */
extern void eg_ciphertext_state_finish(uint8_t *sum, const uint8_t *state);

#endif
