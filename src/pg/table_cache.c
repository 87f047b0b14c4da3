/*
 * table_cache.c
 *		Tables of powers that a backend keeps from call to call.
 *
 * A few bases are used again and again: the generator and the keys of an
 * election.  Entries are found by value, as nothing but the backend outlives
 * a row everywhere (fn_extra does not on every plan), and the most recently
 * used stands first.  Each table has a memory context of its own, which shows
 * in pg_backend_memory_contexts.
 */
#include "table_cache.h"

#include "utils/guc.h"

#define MAX_ENTRIES		16

/* What a memory context takes beside the table that is in it. */
#define CONTEXT_SIZE	2048

typedef struct cache_entry
{
	const eg_group *group;
	eg_table_use use;
	uint8_t		base[EG_ELEMENT_BYTES];
	uint64_t	asked;			/* powers, so far */
	size_t		size;			/* of the table and its context */
	MemoryContext context;		/* of the table, or NULL */
	eg_fixed_base fixed;
} cache_entry;

/* Most recently used first. */
static cache_entry *entries[MAX_ENTRIES];
static int	n_entries = 0;

static int	table_cache_size = 16 * 1024;	/* kB */

static void
drop_table(cache_entry *entry)
{
	if (entry->context != NULL)
		MemoryContextDelete(entry->context);
	entry->context = NULL;
	entry->size = 0;
	entry->asked = 0;
}

/*
 * Drops tables from the far end, but not the first kept ones, until this many
 * bytes are left free; false if they are not to be had.
 */
static bool
make_room(size_t wanted, int kept)
{
	size_t		limit = (size_t) table_cache_size * 1024;
	size_t		used = 0;

	for (int i = 0; i < n_entries; i++)
		used += entries[i]->size;
	for (int i = n_entries - 1; i >= kept && used + wanted > limit; i--)
	{
		used -= entries[i]->size;
		drop_table(entries[i]);
	}
	return used + wanted <= limit;
}

static void
assign_table_cache_size(int newval, void *extra)
{
	table_cache_size = newval;
	make_room(0, 0);
}

void
eg_drop_tables(void)
{
	for (int i = 0; i < n_entries; i++)
		drop_table(entries[i]);
}

void
eg_table_cache_init(void)
{
	DefineCustomIntVariable("egtally.table_cache_size",
							"Sets how much memory a backend keeps for tables of powers.",
							"0 keeps none.",
							&table_cache_size, 16 * 1024, 0, MAX_KILOBYTES,
							PGC_USERSET, GUC_UNIT_KB,
							NULL, assign_table_cache_size, NULL);
}

/* Brings the entry at this place to the front. */
static cache_entry *
move_to_front(int place)
{
	cache_entry *entry = entries[place];

	memmove(entries + 1, entries, place * sizeof(entries[0]));
	entries[0] = entry;
	return entry;
}

static cache_entry *
find_or_make(const eg_group *group, eg_table_use use, const uint8_t *base)
{
	cache_entry *entry;

	for (int i = 0; i < n_entries; i++)
		if (entries[i]->group == group && entries[i]->use == use &&
			memcmp(entries[i]->base, base, EG_ELEMENT_BYTES) == 0)
			return move_to_front(i);
	if (n_entries < MAX_ENTRIES)
	{
		entries[n_entries] = MemoryContextAllocZero(TopMemoryContext,
													sizeof(cache_entry));
		n_entries++;
	}
	entry = move_to_front(n_entries - 1);
	drop_table(entry);
	entry->group = group;
	entry->use = use;
	memcpy(entry->base, base, EG_ELEMENT_BYTES);
	return entry;
}

/* What the cache keeps for a table, or 0 if there is none. */
static size_t
kept_size(const eg_group *group, eg_table_use use, unsigned window)
{
	size_t		size = eg_fixed_base_size(group, use, window);

	return size > 0 ? size + CONTEXT_SIZE : 0;
}

/* The widest window of use of which m tables fit the cache, or 0. */
static unsigned
fitting_window(const eg_group *group, eg_table_use use, int m)
{
	size_t		limit = (size_t) table_cache_size * 1024;

	for (unsigned window = eg_fixed_base_window(group, use); window > 0;
		 window--)
	{
		size_t		size = kept_size(group, use, window);

		if (size > 0 && m * size <= limit)
			return window;
	}
	return 0;
}

/*
 * Makes the table under the current context, so that it goes with an error,
 * and keeps it when it is complete.
 */
static void
make_table(cache_entry *entry, unsigned window)
{
	size_t		size = eg_fixed_base_size(entry->group, entry->use, window);
	MemoryContext context = AllocSetContextCreate(CurrentMemoryContext,
												  "egtally table of powers",
												  ALLOCSET_SMALL_SIZES);
	mp_limb_t	base[EG_MAX_LIMBS];
	char	   *name;

	name = MemoryContextAlloc(context, 17);
	for (int i = 0; i < 8; i++)
		snprintf(name + 2 * i, 3, "%02x", entry->base[i]);
	MemoryContextSetIdentifier(context, name);
	eg_element_import(entry->group, base, entry->base);
	eg_check_status(eg_fixed_base_init(&entry->fixed, entry->group,
									   entry->use, window,
									   MemoryContextAlloc(context, size),
									   base, &eg_query_stop));
	MemoryContextSetParent(context, TopMemoryContext);
	entry->size = kept_size(entry->group, entry->use, window);
	entry->context = context;
}

static void
find_tables(const eg_group *group, eg_table_use use, int m,
			const uint8_t *const *bases, const size_t *n,
			const eg_fixed_base **tables)
{
	unsigned	window = fitting_window(group, use, m);

	Assert(m < MAX_ENTRIES);
	for (int i = m - 1; i >= 0; i--)
		find_or_make(group, use, bases[i])->asked += n[i];

	/* They stand at the front now, equal ones once, and none drops another. */
	for (int i = 0; i < m; i++)
	{
		cache_entry *entry = find_or_make(group, use, bases[i]);

		if (entry->context == NULL && window > 0 &&
			entry->asked >= eg_fixed_base_earned(group, use) &&
			make_room(kept_size(group, use, window), m))
			make_table(entry, window);
		tables[i] = entry->context ? &entry->fixed : NULL;
	}
}

void
eg_tables_for(const eg_group *group, int m, const uint8_t *const *bases,
			  const size_t *n, const eg_fixed_base **tables)
{
	find_tables(group, EG_TABLE_PUBLIC, m, bases, n, tables);
}

void
eg_secret_tables_for(const eg_group *group, int m,
					 const uint8_t *const *bases, const size_t *n,
					 const eg_fixed_base **tables)
{
	find_tables(group, EG_TABLE_SECRET, m, bases, n, tables);
}
