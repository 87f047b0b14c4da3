/*
 * encoded.h
 *		Arithmetic of the 2.1.0 group on encoded elements and scalars.
 *
 * What tests compute beside the code under test, in the form in which hashes
 * and records have it: EG_ELEMENT_BYTES and EG_SCALAR_BYTES, big-endian.  A
 * result may be the same array as an operand.
 */
#ifndef EG_TEST_ENCODED_H
#define EG_TEST_ENCODED_H

#include "math/group.h"

/* g, and 1 */
extern void element_generator(uint8_t *r);
extern void element_one(uint8_t *r);

/* a b, and x^e */
extern void element_multiply(uint8_t *r, const uint8_t *a, const uint8_t *b);
extern void element_power(uint8_t *r, const uint8_t *x, const uint8_t *e);

/* g^e, and x^e y^f */
extern void element_of_scalar(uint8_t *r, const uint8_t *e);
extern void element_product(uint8_t *r, const uint8_t *x, const uint8_t *e,
							const uint8_t *y, const uint8_t *f);

/* A small number, which may be negative; a + b and a b */
extern void scalar_set(uint8_t *r, int64_t value);
extern void scalar_add(uint8_t *r, const uint8_t *a, const uint8_t *b);
extern void scalar_multiply(uint8_t *r, const uint8_t *a, const uint8_t *b);

#endif
