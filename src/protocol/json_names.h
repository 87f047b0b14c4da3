/*
 * json_names.h
 *		Whether an object of JSON has one name twice.
 *
 * Of two values of one name readers differ in which they take, so that such an
 * object says one thing to one and something else to another.
 */
#ifndef EG_JSON_NAMES_H
#define EG_JSON_NAMES_H

#include "protocol/arena.h"
#include "protocol/bytes.h"

/* Names of one object and of those around it that are not known beforehand. */
#define EG_JSON_MAX_NAMES	65536

typedef struct eg_json_names
{
	eg_bytes   *names;			/* of the open objects, a mark before each */
	size_t		n;
	size_t		room;
	uint8_t    *text;			/* the bytes of the names, one after another */
	size_t		used;
	size_t		text_room;
} eg_json_names;

/* An object begins; false if the arena is exhausted. */
extern bool eg_json_names_begin(eg_json_names *names, const eg_arena *arena);

/* It has this name; false if there are too many, or the arena is exhausted. */
extern bool eg_json_names_add(eg_json_names *names, const char *name,
							  size_t size, const eg_arena *arena);

/*
 * It ends; false if it has a name twice, which twice is set to until the next
 * call.
 */
extern bool eg_json_names_end(eg_json_names *names, eg_bytes *twice);

#endif
