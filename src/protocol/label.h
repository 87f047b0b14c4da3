/*
 * label.h
 *		Labels of elections, contests, options, ballots and devices.
 */
#ifndef EG_LABEL_H
#define EG_LABEL_H

#include "protocol/bytes.h"

/* Spec 3.1.3 asks for short labels; this bound is ours. */
#define EG_MAX_LABEL	1024

/* Spec 3.1.3: an index is in 1 .. 2^31 - 1. */
#define EG_MAX_INDEX	UINT32_C(0x7FFFFFFF)

/* Whether this is 1 to EG_MAX_LABEL bytes of UTF-8 without control codes. */
extern bool eg_label_valid(eg_bytes label);

/* Negative, 0 or positive, as a comes before b, is b, or comes after it. */
extern int	eg_label_order(eg_bytes a, eg_bytes b);

#endif
