/*
 * test_manifest.c
 *		Manifests settled and compiled: styles of contests and of districts,
 *		what they may cost, and how it is stopped.
 */
#include "protocol/manifest.h"

#include "sample.h"
#include "test.h"

static sample_arena memory;

/*
 * An arena that counts what it gives out
 */

static size_t given;

static void *
counting_allocate(void *context, size_t size)
{
	(void) context;
	given += size;
	return memory.arena.allocate(&memory, size);
}

static const eg_arena counting = {counting_allocate, NULL};

/*
 * Manifests
 */

static void *
get(size_t size)
{
	void	   *block = memory.arena.allocate(&memory, size);

	if (block == NULL)
		abort();
	return block;
}

static eg_bytes
label(const char *prefix, uint32_t number)
{
	char	   *text = get(40);
	eg_bytes	result = {(uint8_t *) text, 0};

	result.size = (size_t) snprintf(text, 40, "%s%08u", prefix, number);
	return result;
}

/* Contests of one option; contest i lies in district i mod districts. */
static eg_manifest
make_manifest(uint32_t contests, uint32_t districts, uint32_t styles)
{
	eg_manifest manifest = {0};

	manifest.label = label("manifest", 0);
	manifest.n = contests;
	manifest.contests = get(contests * sizeof(eg_manifest_contest));
	for (uint32_t i = 0; i < contests; i++)
	{
		eg_manifest_contest *contest = &manifest.contests[i];

		contest->label = label("contest", i);
		contest->limit = 1;
		contest->n = 1;
		contest->options = get(sizeof(eg_manifest_option));
		contest->options->label = label("option", i);
		if (districts > 0)
			contest->district = label("district", i % districts);
	}
	manifest.n_styles = styles;
	manifest.styles = get(styles * sizeof(eg_manifest_style));
	for (uint32_t i = 0; i < styles; i++)
		manifest.styles[i].label = label("style", i);
	return manifest;
}

/* Contests 1 to n of each style, which share one list. */
static void
list_contests(eg_manifest *manifest, uint32_t n)
{
	uint32_t   *contests = get(n * sizeof(uint32_t));

	for (uint32_t i = 0; i < n; i++)
		contests[i] = i + 1;
	for (uint32_t i = 0; i < manifest->n_styles; i++)
	{
		manifest->styles[i].contests = contests;
		manifest->styles[i].n = n;
	}
}

static bool
refused(eg_manifest *manifest, eg_fault_kind kind, const char *message)
{
	eg_fault	fault = {0};

	return !eg_manifest_settle(manifest, &memory.arena, NULL, &fault) &&
		fault.kind == kind && strcmp(fault.message, message) == 0;
}

static bool
settled(eg_manifest *manifest)
{
	eg_fault	fault = {0};

	return eg_manifest_settle(manifest, &memory.arena, NULL, &fault);
}

/*
 * Styles
 */

/* Units in any order, some twice, some without a contest. */
static void
draw_units(eg_manifest_style *style, uint32_t districts)
{
	style->n_units = (uint32_t) (1 + test_random() % 6);
	style->units = get(style->n_units * sizeof(eg_bytes));
	for (uint32_t i = 0; i < style->n_units; i++)
		style->units[i] = label("district",
								(uint32_t) (test_random() % (districts + 2)));
}

/* Whether a style holds the contests in its units, in order, and no other. */
static bool
holds_its_contests(const eg_manifest *manifest, const eg_manifest_style *style)
{
	uint32_t	n = 0;

	for (uint32_t i = 0; i < manifest->n; i++)
	{
		bool		inside = false;

		for (uint32_t j = 0; j < style->n_units; j++)
			inside = inside || eg_bytes_equal(style->units[j],
											  manifest->contests[i].district);
		if (inside && (n == style->n || style->contests[n++] != i + 1))
			return false;
	}
	return n == style->n;
}

static void
test_units(void)
{
	bool		passed = true;

	for (int round = 0; round < 200; round++)
	{
		uint32_t	districts = (uint32_t) (1 + test_random() % 5);
		eg_manifest manifest = make_manifest(1 + (uint32_t) test_random() % 20,
											 districts, 3);

		for (uint32_t i = 0; i < 3; i++)
		{
			draw_units(&manifest.styles[i], districts);
			manifest.styles[i].units[0] = manifest.contests[0].district;
		}
		manifest.contests[manifest.n - 1].district.data =
			manifest.n > 1 ? NULL : manifest.contests[0].district.data;
		passed = passed && settled(&manifest);
		if (manifest.n > 1)
			manifest.contests[manifest.n - 1].district = label("none", 0);
		for (uint32_t i = 0; i < 3; i++)
			passed = passed && holds_its_contests(&manifest,
												  &manifest.styles[i]);
	}
	test_ok(passed, "a style of units has the contests of these districts");
}

static void
test_lists(void)
{
	eg_manifest manifest = make_manifest(3, 0, 1);
	uint32_t	mixed[] = {3, 1, 2};
	uint32_t	twice[] = {2, 3, 2};
	uint32_t	unknown[] = {1, 4};
	eg_manifest_style *style = &manifest.styles[0];

	style->contests = mixed;
	style->n = 3;
	test_ok(settled(&manifest) && mixed[0] == 1 && mixed[1] == 2 &&
			mixed[2] == 3, "a list of contests is put in order");
	style->contests = twice;
	test_ok(refused(&manifest, EG_FAULT_VALUE,
					"ballot style lists a contest twice or an unknown one"),
			"a contest twice, not next to itself");
	style->contests = unknown;
	style->n = 2;
	test_ok(refused(&manifest, EG_FAULT_VALUE,
					"ballot style lists a contest twice or an unknown one"),
			"an unknown contest");
}

static void
test_repeated_style(void)
{
	eg_manifest manifest = make_manifest(1, 0, 1000);
	eg_fault	fault = {0};

	list_contests(&manifest, 1);
	test_ok(settled(&manifest), "a thousand styles");
	manifest.styles[999].label = label("style", 17);
	test_ok(!eg_manifest_settle(&manifest, &memory.arena, NULL, &fault) &&
			fault.kind == EG_FAULT_VALUE &&
			strcmp(fault.message, "ballot style appears twice") == 0 &&
			eg_bytes_equal(fault.style, label("style", 17)),
			"one label of two styles among them is found");
}

/*
 * Costs
 */

/* As many styles as contests: memory is for what they have, one contest each. */
static void
test_memory(void)
{
	const uint32_t n = 4000;
	eg_manifest manifest = make_manifest(n, n, n);
	eg_fault	fault = {0};
	eg_bytes	compiled;
	bool		passed;

	for (uint32_t i = 0; i < n; i++)
	{
		manifest.styles[i].units = &manifest.contests[i].district;
		manifest.styles[i].n_units = 1;
	}
	given = 0;
	passed = eg_manifest_settle(&manifest, &counting, NULL, &fault) &&
		eg_manifest_compile(&compiled, &manifest, &counting, NULL, &fault);
	test_ok(passed && given < n * 1000,
			"%u styles of one contest out of %u take less than 1000 bytes each",
			n, n);
	for (uint32_t i = 0; i < n; i++)
		passed = passed && manifest.styles[i].n == 1 &&
			manifest.styles[i].contests[0] == i + 1;
	test_ok(passed, "each has its contest");
}

/* The contests of all styles together, listed or found. */
static void
test_limit(void)
{
	static const char message[] =
		"ballot styles have more than 1048576 contests";
	eg_manifest manifest = make_manifest(1024, 1, 1025);

	manifest.n_styles = 1024;
	list_contests(&manifest, 1024);
	test_ok(settled(&manifest), "1048576 contests in all styles");
	manifest.n_styles = 1025;
	manifest.styles[1024].contests = manifest.styles[0].contests;
	manifest.styles[1024].n = 1;
	test_ok(refused(&manifest, EG_FAULT_LIMIT, message), "one contest more");
	for (uint32_t i = 0; i < 1025; i++)
	{
		manifest.styles[i].contests = NULL;
		manifest.styles[i].n = 0;
		manifest.styles[i].units = &manifest.contests[0].district;
		manifest.styles[i].n_units = 1;
	}
	test_ok(refused(&manifest, EG_FAULT_LIMIT, message),
			"as many of a district");
}

/*
 * Stops, and no memory
 */

static void
test_stops(void)
{
	eg_manifest manifest = make_manifest(10, 1, 10);
	eg_bytes	compiled;
	bool		settles = false;
	bool		compiles = false;
	int			stopped[2] = {0, 0};
	bool		interrupted = true;

	for (int after = 1; !settles || !compiles; after++)
	{
		int			left = after;
		eg_stop		stop = {test_stop_after, &left};
		eg_fault	fault = {0};

		list_contests(&manifest, 10);
		settles = eg_manifest_settle(&manifest, &memory.arena, &stop, &fault);
		if (!settles)
		{
			stopped[0]++;
			interrupted = interrupted && fault.kind == EG_FAULT_INTERRUPTED;
			continue;
		}
		left = after - stopped[0];
		compiles = eg_manifest_compile(&compiled, &manifest, &memory.arena,
									   &stop, &fault);
		if (!compiles)
		{
			stopped[1]++;
			interrupted = interrupted && fault.kind == EG_FAULT_INTERRUPTED;
		}
	}
	test_ok(interrupted, "what is stopped says so");
	test_ok(stopped[0] == 20, "settling can be stopped at each contest and style");
	test_ok(stopped[1] == 20, "compiling at each style, both times");
}

static void
test_out_of_memory(void)
{
	bool		passed = true;
	bool		done = false;

	for (size_t left = 0; !done; left++)
	{
		eg_manifest manifest = make_manifest(3, 1, 2);
		eg_fault	fault = {0};
		eg_bytes	compiled;

		for (uint32_t i = 0; i < 2; i++)
		{
			manifest.styles[i].units = &manifest.contests[0].district;
			manifest.styles[i].n_units = 1;
		}
		sample_arena_limit(&memory, left);
		done = eg_manifest_settle(&manifest, &memory.arena, NULL, &fault) &&
			eg_manifest_compile(&compiled, &manifest, &memory.arena, NULL,
								&fault);
		passed = passed && (done || (fault.kind == EG_FAULT_LIMIT &&
									 strcmp(fault.message,
											"out of memory") == 0));
		sample_arena_limit(&memory, SIZE_MAX);
	}
	test_ok(passed, "no memory is a fault");
}

int
main(void)
{
	test_begin();
	sample_arena_init(&memory);
	test_units();
	test_lists();
	test_repeated_style();
	test_memory();
	test_limit();
	test_stops();
	test_out_of_memory();
	sample_arena_free(&memory);
	return test_end();
}
