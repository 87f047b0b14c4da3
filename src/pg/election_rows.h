/*
 * election_rows.h
 *		Rows of checks that are about guardians and what belongs to elections.
 */
#ifndef EG_ELECTION_ROWS_H
#define EG_ELECTION_ROWS_H

#include "row_group.h"

#include "protocol/election_check.h"

/* Sinks: puts a row out, context being an eg_row_group ... */
extern void eg_put_election_row(void *context, const eg_election_row *row);

/* ... or raises an error that names the guardian, unless it is a pass. */
extern void eg_require_election_row(void *context, const eg_election_row *row);

#endif
