/*
 * arena.h
 *		Where parsed things live: memory that the caller gives and takes back.
 */
#ifndef EG_ARENA_H
#define EG_ARENA_H

#include <stddef.h>

/*
 * allocate() returns zeroed memory aligned for any object, or does not return
 * (src/pg raises an error), or returns NULL, which every user of an arena
 * reports as a fault.  Nothing is freed singly.
 */
typedef struct eg_arena
{
	void	   *(*allocate) (void *context, size_t size);
	void	   *context;
} eg_arena;

#endif
