/*
 * record_shapes.h
 *		The JSON of the election record: which field lives where.
 *
 * The layout is egk's, extended by the fields of 2.1.0.  The structures that
 * the shapes fill are given beside them.
 */
#ifndef EG_RECORD_SHAPES_H
#define EG_RECORD_SHAPES_H

#include "protocol/json_shape.h"

extern const eg_json_shape eg_shape_pair;	/* eg_pair */
extern const eg_json_shape eg_shape_ciphertext; /* eg_ciphertext */
extern const eg_json_shape eg_shape_ballot; /* eg_ballot */
extern const eg_json_shape eg_shape_tally;	/* eg_tally_record */
extern const eg_json_shape eg_shape_partial_decryption; /* eg_partial_record */

#endif
