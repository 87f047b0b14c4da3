/*
 * directory.h
 *		Which contests and options a ballot or a tally holds.
 *
 * Ballots, tallies and aggregate states carry the same directory in the same
 * bytes, followed by their values in directory order: two of the same ballot
 * style match by one comparison of memory.
 *
 *		u32 size of what follows after the next two fields
 *		u32 contests	u32 options in all
 *		per contest, by ascending index:
 *			u32 index	u16 size, label		u16 options
 *			per option, by ascending index:
 *				u32 index	u16 size, label
 *
 * A contest has at least one option.  That labels are unique within their
 * list (spec 3.1.3) takes memory to find out: eg_directory_check_labels.
 */
#ifndef EG_DIRECTORY_H
#define EG_DIRECTORY_H

#include "protocol/arena.h"
#include "protocol/fault.h"
#include "protocol/label.h"

/* At most 65 536 products, two to an option. */
#define EG_MAX_OPTIONS	32768

#define EG_DIRECTORY_HEADER	12

typedef struct eg_directory
{
	const uint8_t *data;		/* the whole of it, header included */
	size_t		size;
	uint32_t	contests;
	uint32_t	options;
} eg_directory;

typedef struct eg_entry
{
	uint32_t	index;
	eg_bytes	label;
	uint32_t	options;		/* of a contest */
} eg_entry;

/* Walks the contests; options of the current contest by eg_next_option. */
typedef struct eg_directory_walk
{
	const uint8_t *next;
	const uint8_t *end;
} eg_directory_walk;

/* Sorts entries by label, and those of one label by index. */
extern void eg_entries_sort(eg_entry *entries, uint32_t n);

/* The same; one whose label came before, or NULL. */
extern const eg_entry *eg_find_repeated_label(eg_entry *entries, uint32_t n);

/* Reads and checks a directory; on a fault the reader fails too. */
extern bool eg_directory_read(eg_directory *directory, eg_reader *reader,
							  eg_fault *fault);

/* The directory at the start of bytes that have been checked before. */
extern eg_directory eg_directory_at(const uint8_t *bytes);

/* Whether contests, and the options of each, bear different labels. */
extern bool eg_directory_check_labels(const eg_directory *directory,
									  const eg_arena *arena, eg_fault *fault);

static inline bool
eg_directory_equal(const eg_directory *a, const eg_directory *b)
{
	return a->size == b->size && memcmp(a->data, b->data, a->size) == 0;
}

/* Walking a checked directory: entries come out in order; false at the end. */
extern void eg_directory_walk_start(eg_directory_walk *walk,
									const eg_directory *directory);
extern bool eg_next_contest(eg_directory_walk *walk, eg_entry *contest);
extern void eg_next_option(eg_directory_walk *walk, eg_entry *option);

/* Names option number (from 0, over all contests) in a fault. */
extern void eg_directory_name(const eg_directory *directory, size_t number,
							  eg_fault *fault);

/* Writing, contest by contest and option by option, in ascending order. */
extern void eg_directory_write_header(eg_writer *writer, uint32_t size,
									  uint32_t contests, uint32_t options);
extern void eg_directory_write_contest(eg_writer *writer,
									   const eg_entry *contest);
extern void eg_directory_write_option(eg_writer *writer,
									  const eg_entry *option);

/*
 * The directory of everything in a or b, written if the writer has memory;
 * sum gets its counts and size, and its bytes if written.  False with a fault
 * if one index bears two labels, or it grows too large.
 */
extern bool eg_directory_union(eg_writer *writer, const eg_directory *a,
							   const eg_directory *b, eg_directory *sum,
							   eg_fault *fault);

#endif
