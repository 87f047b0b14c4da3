/*
 * json_names.c
 *		Whether an object of JSON has one name twice.
 */
#include "protocol/json_names.h"

#include <stdlib.h>

static int
compare_names(const void *a, const void *b)
{
	return eg_bytes_compare(*(const eg_bytes *) a, *(const eg_bytes *) b);
}

static bool
push(eg_json_names *names, eg_bytes name, const eg_arena *arena)
{
	if (names->n == names->room)
	{
		size_t		room = names->room > 0 ? 2 * names->room : 16;
		eg_bytes   *grown = arena->allocate(arena->context,
											room * sizeof(eg_bytes));

		if (grown == NULL)
			return false;
		if (names->n > 0)
			memcpy(grown, names->names, names->n * sizeof(eg_bytes));
		names->names = grown;
		names->room = room;
	}
	names->names[names->n++] = name;
	return true;
}

/* Room for so many bytes more; the names move with their text. */
static bool
make_room(eg_json_names *names, size_t size, const eg_arena *arena)
{
	size_t		room = 2 * names->text_room + size + 64;
	uint8_t    *grown;

	if (size <= names->text_room - names->used)
		return true;
	grown = arena->allocate(arena->context, room);
	if (grown == NULL)
		return false;
	if (names->used > 0)
		memcpy(grown, names->text, names->used);
	for (size_t i = 0; i < names->n; i++)
		if (names->names[i].data != NULL)
			names->names[i].data = grown +
				(names->names[i].data - names->text);
	names->text = grown;
	names->text_room = room;
	return true;
}

bool
eg_json_names_begin(eg_json_names *names, const eg_arena *arena)
{
	eg_bytes	mark = {NULL, names->used};

	return push(names, mark, arena);
}

bool
eg_json_names_add(eg_json_names *names, const char *name, size_t size,
				  const eg_arena *arena)
{
	eg_bytes	copy = {NULL, size};

	/* An empty name, too, is more than a mark. */
	if (names->n > EG_JSON_MAX_NAMES || !make_room(names, size + 1, arena))
		return false;
	copy.data = memcpy(names->text + names->used, name, size);
	names->used += size + 1;
	return push(names, copy, arena);
}

bool
eg_json_names_end(eg_json_names *names, eg_bytes *twice)
{
	size_t		first = names->n;
	const eg_bytes *own;
	size_t		n;

	while (names->names[first - 1].data != NULL)
		first--;
	own = names->names + first;
	n = names->n - first;
	if (n > 1)
		qsort(names->names + first, n, sizeof(eg_bytes), compare_names);
	names->n = first - 1;
	names->used = names->names[first - 1].size;
	for (size_t i = 1; i < n; i++)
		if (eg_bytes_equal(own[i - 1], own[i]))
		{
			*twice = own[i];
			return false;
		}
	return true;
}
