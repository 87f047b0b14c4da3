/*
 * fault.h
 *		What is wrong with an input, and where.
 *
 * A function that finds its input at fault returns false (or NULL) after
 * filling an eg_fault; the first one counts.  The ring above turns it into an
 * error that names the ballot, the contest and the option.
 */
#ifndef EG_FAULT_H
#define EG_FAULT_H

#include "protocol/bytes.h"

typedef enum eg_fault_kind
{
	EG_FAULT_FORMAT = 1,		/* malformed bytes or JSON */
	EG_FAULT_VALUE,				/* well-formed, but not an allowed value */
	EG_FAULT_MISMATCH,			/* does not belong with what is there */
	EG_FAULT_OVERFLOW,			/* a count, weight or sum out of range */
	EG_FAULT_LIMIT,				/* more than this software takes */
	EG_FAULT_INTERRUPTED		/* the caller's stop function said so */
} eg_fault_kind;

typedef struct eg_fault
{
	eg_fault_kind kind;
	const char *message;		/* a constant; no capital, no full stop */

	/* Where it is, as far as known; all may be absent. */
	char		path[200];		/* in JSON: contests[2].selections[1].proof */
	eg_bytes	contest;		/* labels, in UTF-8 */
	eg_bytes	option;
	eg_bytes	style;			/* of ballots */
	eg_bytes	ballot;
	eg_bytes	other;			/* the label that one of these has elsewhere */
	eg_bytes	field;			/* a field of JSON that nobody knows */
	uint32_t	contest_index;
	uint32_t	option_index;
	uint32_t	guardian;		/* i; 0 is none */
} eg_fault;

/* Fills in kind and message; returns false for the caller to return. */
extern bool eg_fault_set(eg_fault *fault, eg_fault_kind kind,
						 const char *message);

/* The two that every function with an arena, or a stop, has: false again. */
extern bool eg_fault_out_of_memory(eg_fault *fault);
extern bool eg_fault_interrupted(eg_fault *fault);

#endif
