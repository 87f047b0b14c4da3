/*
 * contest_list.h
 *		Contests with their selections, as ballots and tallies have them.
 */
#ifndef EG_CONTEST_LIST_H
#define EG_CONTEST_LIST_H

#include "protocol/ballot.h"

/*
 * Puts contests and selections in order of their indices, and checks that
 * indices and labels are in range and appear once, and that they are not too
 * many.
 */
extern bool eg_contests_arrange(eg_contest *contests, uint32_t n,
								const eg_arena *arena, eg_fault *fault);

/* Writes the directory of arranged contests. */
extern void eg_contests_write_directory(eg_writer *writer,
										const eg_contest *contests,
										uint32_t n);

/*
 * The contests of a directory, with room for their selections; NULL if there
 * are none or the arena is exhausted.
 */
extern eg_contest *eg_contests_build(const eg_directory *directory,
									 const eg_arena *arena);

#endif
