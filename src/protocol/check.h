/*
 * check.h
 *		What a check says: one row for each step of the verifications.
 *
 * Steps are named as in spec section 6 ("6.A"); our own, which the spec asks
 * of guardians or does not number, begin with its section ("3.3.10 length").
 * A step that was not run is said to be so, never left out.
 */
#ifndef EG_CHECK_H
#define EG_CHECK_H

#include "protocol/bytes.h"

typedef enum eg_verdict
{
	EG_FAILED = 0,
	EG_PASSED,
	EG_NOT_RUN
} eg_verdict;

/* Labels of what a row is about; absent ones are NULL. */
typedef struct eg_check_place
{
	eg_bytes	contest;
	eg_bytes	option;
} eg_check_place;

typedef struct eg_check_sink
{
	/* detail is a constant, or NULL */
	void		(*row) (void *context, const char *step, eg_verdict verdict,
						const eg_check_place *place, const char *detail);
	void	   *context;
} eg_check_sink;

static inline eg_verdict
eg_verdict_of(bool passed)
{
	return passed ? EG_PASSED : EG_FAILED;
}

#endif
