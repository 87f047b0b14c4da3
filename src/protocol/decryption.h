/*
 * decryption.h
 *		The arithmetic of threshold decryption (spec 3.6.2 to 3.6.4).
 *
 * Nothing here proves or checks a proof: that is the protocol's part, which
 * stands on this.
 */
#ifndef EG_DECRYPTION_H
#define EG_DECRYPTION_H

#include "math/discrete_log.h"
#include "protocol/tally.h"

typedef struct eg_partial_selection
{
	eg_bytes	label;
	uint32_t	index;
	const uint8_t *element;		/* M_i, EG_ELEMENT_BYTES */
} eg_partial_selection;

typedef struct eg_partial_contest
{
	eg_bytes	label;
	uint32_t	index;
	eg_partial_selection *selections;
	uint32_t	n;
} eg_partial_contest;

/* The partial decryptions of one tally by one guardian. */
typedef struct eg_partial_record
{
	uint32_t	guardian;		/* his index i, 1 .. n */
	const uint8_t *election;
	eg_partial_contest *contests;
	uint32_t	n;
} eg_partial_record;

/* Guardians in one set U. */
#define EG_MAX_GUARDIANS	255

/*
 * M_i = A^z_i mod p (equation 84), for n ciphertexts one after the other;
 * elements is n times EG_ELEMENT_BYTES.  The share z_i is secret and handled
 * in constant time; EG_INVALID if it is 0 or not below q.  A must be in
 * Z_p^r (checked, so that no bit of z_i leaks): EG_NOT_FOUND with the number
 * of the offender in *offender.
 */
extern eg_status eg_partial_decrypt(const eg_group *group, uint8_t *elements,
									const uint8_t *ciphertexts, size_t n,
									const uint8_t *share, size_t *offender,
									const eg_stop *stop);

/* A partial decryption of a tally, as a record of its directory's form. */
extern bool eg_partial_record_build(eg_partial_record *record,
									const eg_tally *tally,
									const uint8_t *elements,
									const eg_arena *arena, eg_fault *fault);

/* Puts a record that was read in order of its indices. */
extern void eg_partial_record_arrange(eg_partial_record *record);

/*
 * Checks that an arranged record names the election, and exactly the contests and
 * options, of the tally, and gathers its elements in the tally's order.
 */
extern bool eg_partial_record_match(const uint8_t **elements,
									const eg_partial_record *record,
									const eg_tally *tally, eg_fault *fault);

/*
 * K^t = T = B / M, M the product of M_i^w_i (equations 86 and 87): the plain
 * element, from one M_i and one Lagrange coefficient a guardian.
 */
extern eg_status eg_combine(const eg_group *group, mp_limb_t *t_element,
							const uint8_t *ciphertext,
							const uint8_t *const *partials,
							const mp_limb_t *coefficients, size_t guardians,
							const eg_stop *stop);

#endif
