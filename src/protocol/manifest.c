/*
 * manifest.c
 *		What an election manifest says (spec 3.1.3), and its compiled form.
 */
#include "protocol/manifest.h"

#include <stdlib.h>

/*
 * The JSON
 */

#define FIELD(name, kind, type, member) \
	{name, kind, false, offsetof(type, member), 0, NULL}
#define LIST(name, kind, type, member, count, shape) \
	{name, kind, false, offsetof(type, member), offsetof(type, count), shape}
#define LENIENT(fields, type, names) \
	{fields, sizeof(fields) / sizeof(fields[0]), sizeof(type), names, \
	offsetof(type, label), true}

static const eg_json_field option_fields[] = {
	FIELD("label", EG_JSON_LABEL, eg_manifest_option, label),
	FIELD("object_id", EG_JSON_LABEL, eg_manifest_option, object_id),
	FIELD("sequence_order", EG_JSON_INDEX, eg_manifest_option, position),
	FIELD("selection_limit", EG_JSON_INDEX, eg_manifest_option, limit),
	FIELD("counts_toward_limit", EG_JSON_FLAG, eg_manifest_option, counts),
};

static const eg_json_shape option_shape =
LENIENT(option_fields, eg_manifest_option, 2);

static const eg_json_field contest_fields[] = {
	FIELD("label", EG_JSON_LABEL, eg_manifest_contest, label),
	FIELD("object_id", EG_JSON_LABEL, eg_manifest_contest, object_id),
	FIELD("sequence_order", EG_JSON_INDEX, eg_manifest_contest, position),
	FIELD("selection_limit", EG_JSON_INDEX, eg_manifest_contest, limit),
	FIELD("votes_allowed", EG_JSON_INDEX, eg_manifest_contest, votes_allowed),
	FIELD("option_selection_limit", EG_JSON_INDEX, eg_manifest_contest,
		  option_limit),
	FIELD("option_selection_limit", EG_JSON_LABEL, eg_manifest_contest,
		  option_limit_word),
	FIELD("contest_data_blocks", EG_JSON_INDEX, eg_manifest_contest,
		  data_blocks),
	FIELD("electoral_district_id", EG_JSON_LABEL, eg_manifest_contest,
		  district),
	LIST("options", EG_JSON_ARRAY, eg_manifest_contest, options, n,
		 &option_shape),
	LIST("ballot_selections", EG_JSON_ARRAY, eg_manifest_contest,
		 ballot_selections, n_ballot_selections, &option_shape),
};

static const eg_json_shape contest_shape =
LENIENT(contest_fields, eg_manifest_contest, 1);

static const eg_json_field style_fields[] = {
	FIELD("label", EG_JSON_LABEL, eg_manifest_style, label),
	FIELD("object_id", EG_JSON_LABEL, eg_manifest_style, object_id),
	LIST("contests", EG_JSON_INDEX_ARRAY, eg_manifest_style, contests, n,
		 NULL),
	LIST("geopolitical_unit_ids", EG_JSON_LABEL_ARRAY, eg_manifest_style,
		 units, n_units, NULL),
};

static const eg_json_shape style_shape =
LENIENT(style_fields, eg_manifest_style, 0);

static const eg_json_field manifest_fields[] = {
	FIELD("label", EG_JSON_LABEL, eg_manifest, label),
	FIELD("election_scope_id", EG_JSON_LABEL, eg_manifest, label),
	{"contests", EG_JSON_ARRAY, true, offsetof(eg_manifest, contests),
	offsetof(eg_manifest, n), &contest_shape},
	LIST("ballot_styles", EG_JSON_ARRAY, eg_manifest, styles, n_styles,
		 &style_shape),
	FIELD("chaining_mode", EG_JSON_CHAINING, eg_manifest, chaining),
};

const eg_json_shape eg_shape_manifest =
LENIENT(manifest_fields, eg_manifest, 0);

/*
 * Settling
 */

/* One of two names of a thing is given. */
static bool
settle_label(eg_bytes *label, eg_bytes object_id, eg_fault *fault)
{
	if (label->data == NULL)
		*label = object_id;
	else if (object_id.data != NULL)
		return eg_fault_set(fault, EG_FAULT_VALUE,
							"both a label and an object_id");
	if (label->data == NULL)
		return eg_fault_set(fault, EG_FAULT_VALUE, "no label");
	return true;
}

static bool
check_position(uint32_t stated, uint32_t position, eg_fault *fault)
{
	if (stated == 0 || stated == position)
		return true;
	return eg_fault_set(fault, EG_FAULT_VALUE,
						"sequence_order is not the position in the list");
}

static bool
settle_option(eg_manifest_option *option, uint32_t position,
			  const eg_manifest_contest *contest, eg_fault *fault)
{
	if (!settle_label(&option->label, option->object_id, fault))
		return false;
	fault->option = option->label;
	fault->option_index = position;
	if (!check_position(option->position, position, fault))
		return false;
	option->position = position;
	if (option->limit == 0)
		option->limit = contest->option_limit;
	if (option->counts == EG_JSON_UNSAID)
		option->counts = EG_JSON_YES;

	/* Our own rule: only a supplemental field may exceed the contest. */
	if (option->counts == EG_JSON_YES && option->limit > contest->limit)
		return eg_fault_set(fault, EG_FAULT_VALUE,
							"option limit above the contest limit");
	return true;
}

/* R of all options of a contest, where it is stated there (CDF). */
static bool
settle_option_limit(eg_manifest_contest *contest, eg_fault *fault)
{
	static const char word[] = "CONTEST_LIMIT";

	if (contest->option_limit_word.data != NULL)
	{
		if (contest->option_limit_word.size != sizeof(word) - 1 ||
			memcmp(contest->option_limit_word.data, word,
				   sizeof(word) - 1) != 0)
			return eg_fault_set(fault, EG_FAULT_VALUE,
								"option_selection_limit is neither a number nor CONTEST_LIMIT");
		contest->option_limit = contest->limit;
	}
	if (contest->option_limit == 0)
		contest->option_limit = 1;
	return true;
}

static bool
settle_contest(eg_manifest_contest *contest, uint32_t position,
			   eg_fault *fault)
{
	if (!settle_label(&contest->label, contest->object_id, fault))
		return false;
	fault->contest = contest->label;
	fault->contest_index = position;
	if (!check_position(contest->position, position, fault))
		return false;
	contest->position = position;
	if (contest->limit != 0 && contest->votes_allowed != 0)
		return eg_fault_set(fault, EG_FAULT_VALUE,
							"both a selection_limit and votes_allowed");
	if (contest->limit == 0)
		contest->limit = contest->votes_allowed;
	if (contest->limit == 0)
		return eg_fault_set(fault, EG_FAULT_VALUE, "no selection limit");
	if (contest->data_blocks > EG_MAX_DATA_BLOCKS)
		return eg_fault_set(fault, EG_FAULT_VALUE,
							"contest_data_blocks is not in 1 .. 2^24 - 1");
	if (contest->n > 0 && contest->n_ballot_selections > 0)
		return eg_fault_set(fault, EG_FAULT_VALUE,
							"both options and ballot_selections");
	if (contest->n == 0)
	{
		contest->options = contest->ballot_selections;
		contest->n = contest->n_ballot_selections;
	}
	if (contest->n == 0)
		return eg_fault_set(fault, EG_FAULT_VALUE, "no options");
	if (!settle_option_limit(contest, fault))
		return false;
	for (uint32_t i = 0; i < contest->n; i++)
		if (!settle_option(&contest->options[i], i + 1, contest, fault))
			return false;
	fault->option.data = NULL;
	fault->option_index = 0;
	return true;
}

static bool
settle_contests(eg_manifest *manifest, const eg_stop *stop, eg_fault *fault)
{
	size_t		options = 0;

	for (uint32_t i = 0; i < manifest->n; i++)
	{
		if (eg_stop_requested(stop))
			return eg_fault_interrupted(fault);
		if (!settle_contest(&manifest->contests[i], i + 1, fault))
			return false;
		options += manifest->contests[i].n;
		if (options > EG_MAX_OPTIONS)
			return eg_fault_set(fault, EG_FAULT_LIMIT, "more than 65536 products");
	}
	fault->contest.data = NULL;
	fault->contest_index = 0;
	return true;
}

/*
 * Styles
 */

/* What the styles of a manifest are settled with. */
typedef struct style_settler
{
	const eg_manifest *manifest;
	const eg_arena *arena;

	/* The contests that have a district, which is their label here, sorted. */
	eg_entry   *districts;
	uint32_t	n_districts;
} style_settler;

static bool
sort_districts(style_settler *settler, eg_fault *fault)
{
	const eg_manifest *manifest = settler->manifest;

	settler->districts = settler->arena->allocate(settler->arena->context,
												  manifest->n *
												  sizeof(eg_entry));
	if (settler->districts == NULL)
		return eg_fault_out_of_memory(fault);
	for (uint32_t i = 0; i < manifest->n; i++)
	{
		eg_entry	entry = {i + 1, manifest->contests[i].district, 0};

		if (entry.label.data != NULL)
			settler->districts[settler->n_districts++] = entry;
	}
	eg_entries_sort(settler->districts, settler->n_districts);
	return true;
}

/* Where the contests of a district begin, or would. */
static uint32_t
find_district(const style_settler *settler, eg_bytes district)
{
	uint32_t	low = 0;
	uint32_t	high = settler->n_districts;

	while (low < high)
	{
		uint32_t	middle = low + (high - low) / 2;

		if (eg_bytes_compare(settler->districts[middle].label, district) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* How many contests are in a style's sorted units; puts them out if asked. */
static uint32_t
contests_in_units(const style_settler *settler, const eg_manifest_style *style,
				  uint32_t *contests)
{
	uint32_t	n = 0;

	for (uint32_t i = 0; i < style->n_units; i++)
	{
		eg_bytes	unit = style->units[i];

		if (i > 0 && eg_bytes_equal(unit, style->units[i - 1]))
			continue;
		for (uint32_t at = find_district(settler, unit);
			 at < settler->n_districts &&
			 eg_bytes_equal(settler->districts[at].label, unit); at++, n++)
			if (contests != NULL)
				contests[n] = settler->districts[at].index;
	}
	return n;
}

static int
compare_units(const void *a, const void *b)
{
	return eg_bytes_compare(*(const eg_bytes *) a, *(const eg_bytes *) b);
}

/* The contests of a style in the CDF: those of its geopolitical units. */
static bool
gather_contests(const style_settler *settler, eg_manifest_style *style,
				eg_fault *fault)
{
	const eg_arena *arena = settler->arena;

	if (style->n_units > 1)
		qsort(style->units, style->n_units, sizeof(eg_bytes), compare_units);
	style->n = contests_in_units(settler, style, NULL);
	if (style->n == 0)
		return true;
	style->contests = arena->allocate(arena->context,
									  style->n * sizeof(uint32_t));
	if (style->contests == NULL)
		return eg_fault_out_of_memory(fault);
	contests_in_units(settler, style, style->contests);
	return true;
}

static int
compare_indices(const void *a, const void *b)
{
	uint32_t	x = *(const uint32_t *) a;
	uint32_t	y = *(const uint32_t *) b;

	return (x > y) - (x < y);
}

/* Most lists come in order. */
static void
sort_contests(eg_manifest_style *style)
{
	for (uint32_t i = 1; i < style->n; i++)
		if (style->contests[i] < style->contests[i - 1])
		{
			qsort(style->contests, style->n, sizeof(uint32_t),
				  compare_indices);
			return;
		}
}

static bool
settle_style(const style_settler *settler, eg_manifest_style *style,
			 eg_fault *fault)
{
	if (!settle_label(&style->label, style->object_id, fault))
		return false;
	fault->style = style->label;
	if (style->contests == NULL && !gather_contests(settler, style, fault))
		return false;
	if (style->n == 0)
		return eg_fault_set(fault, EG_FAULT_VALUE,
							"ballot style has no contests");
	sort_contests(style);
	for (uint32_t i = 0; i < style->n; i++)
		if (style->contests[i] > settler->manifest->n ||
			(i > 0 && style->contests[i] == style->contests[i - 1]))
			return eg_fault_set(fault, EG_FAULT_VALUE,
								"ballot style lists a contest twice or an unknown one");
	fault->style.data = NULL;
	return true;
}

static bool
check_style_labels(const style_settler *settler, eg_fault *fault)
{
	const eg_manifest *manifest = settler->manifest;
	const eg_entry *repeated;
	eg_entry   *entries;

	entries = settler->arena->allocate(settler->arena->context,
									   manifest->n_styles * sizeof(eg_entry));
	if (entries == NULL)
		return eg_fault_out_of_memory(fault);
	for (uint32_t i = 0; i < manifest->n_styles; i++)
	{
		entries[i].index = i + 1;
		entries[i].label = manifest->styles[i].label;
	}
	repeated = eg_find_repeated_label(entries, manifest->n_styles);
	if (repeated == NULL)
		return true;
	fault->style = repeated->label;
	return eg_fault_set(fault, EG_FAULT_VALUE, "ballot style appears twice");
}

static bool
settle_styles(eg_manifest *manifest, const eg_arena *arena,
			  const eg_stop *stop, eg_fault *fault)
{
	style_settler settler = {manifest, arena, NULL, 0};
	size_t		contests = 0;

	if (!sort_districts(&settler, fault))
		return false;
	for (uint32_t i = 0; i < manifest->n_styles; i++)
	{
		if (eg_stop_requested(stop))
			return eg_fault_interrupted(fault);
		if (!settle_style(&settler, &manifest->styles[i], fault))
			return false;
		contests += manifest->styles[i].n;
		if (contests > EG_MAX_STYLE_CONTESTS)
			return eg_fault_set(fault, EG_FAULT_LIMIT,
								"ballot styles have more than 1048576 contests");
	}
	return check_style_labels(&settler, fault);
}

/*
 * The compiled form
 */

/* All but the header. */
static void
write_entries(eg_writer *writer, const eg_manifest *manifest,
			  uint32_t *options)
{
	*options = 0;
	for (uint32_t i = 0; i < manifest->n; i++)
	{
		const eg_manifest_contest *contest = &manifest->contests[i];
		eg_entry	entry = {i + 1, contest->label, contest->n};

		eg_directory_write_contest(writer, &entry);
		for (uint32_t j = 0; j < contest->n; j++)
		{
			eg_entry	option = {j + 1, contest->options[j].label, 0};

			eg_directory_write_option(writer, &option);
		}
		*options += contest->n;
	}
}

static void
write_directory(eg_writer *writer, const eg_manifest *manifest)
{
	eg_writer	measure = {0};
	uint32_t	options;

	write_entries(&measure, manifest, &options);
	eg_directory_write_header(writer, (uint32_t) measure.size, manifest->n,
							  options);
	write_entries(writer, manifest, &options);
}

static void
write_rules(eg_writer *writer, const eg_manifest *manifest)
{
	for (uint32_t i = 0; i < manifest->n; i++)
	{
		eg_write32(writer, manifest->contests[i].limit);
		eg_write32(writer, manifest->contests[i].data_blocks);
	}
	for (uint32_t i = 0; i < manifest->n; i++)
		for (uint32_t j = 0; j < manifest->contests[i].n; j++)
		{
			const eg_manifest_option *option =
				&manifest->contests[i].options[j];

			eg_write32(writer, option->limit);
			eg_write8(writer, option->counts == EG_JSON_YES);
		}
}

static void
write_style(eg_writer *writer, const eg_manifest_style *style)
{
	eg_write16(writer, (uint16_t) style->label.size);
	eg_write(writer, style->label.data, style->label.size);
	eg_write32(writer, style->n);
	for (uint32_t i = 0; i < style->n; i++)
		eg_write32(writer, style->contests[i]);
}

static bool
write_compiled(eg_writer *writer, const eg_manifest *manifest,
			   const eg_stop *stop, eg_fault *fault)
{
	write_directory(writer, manifest);
	write_rules(writer, manifest);
	eg_write8(writer, manifest->chaining);
	eg_write32(writer, manifest->n_styles);
	for (uint32_t i = 0; i < manifest->n_styles; i++)
	{
		if (eg_stop_requested(stop))
			return eg_fault_interrupted(fault);
		write_style(writer, &manifest->styles[i]);
	}
	return true;
}

/*
 * The whole
 */

static bool
check_labels(const eg_manifest *manifest, const eg_arena *arena,
			 eg_fault *fault)
{
	eg_writer	writer = {0};
	eg_directory directory;
	uint8_t    *bytes;

	write_directory(&writer, manifest);
	bytes = arena->allocate(arena->context, writer.size);
	if (bytes == NULL)
		return eg_fault_out_of_memory(fault);
	writer.next = bytes;
	write_directory(&writer, manifest);
	directory = eg_directory_at(bytes);
	return eg_directory_check_labels(&directory, arena, fault);
}

bool
eg_manifest_settle(eg_manifest *manifest, const eg_arena *arena,
				   const eg_stop *stop, eg_fault *fault)
{
	if (manifest->label.data == NULL)
		return eg_fault_set(fault, EG_FAULT_VALUE, "no label");
	if (manifest->n == 0)
		return eg_fault_set(fault, EG_FAULT_VALUE, "no contests");
	if (manifest->n_styles == 0)
		return eg_fault_set(fault, EG_FAULT_VALUE, "no ballot styles");
	return settle_contests(manifest, stop, fault) &&
		settle_styles(manifest, arena, stop, fault) &&
		check_labels(manifest, arena, fault);
}

bool
eg_manifest_compile(eg_bytes *compiled, const eg_manifest *manifest,
					const eg_arena *arena, const eg_stop *stop,
					eg_fault *fault)
{
	eg_writer	writer = {0};

	if (!write_compiled(&writer, manifest, stop, fault))
		return false;
	compiled->size = writer.size;
	writer.next = arena->allocate(arena->context, writer.size);
	if (writer.next == NULL)
		return eg_fault_out_of_memory(fault);
	compiled->data = writer.next;
	return write_compiled(&writer, manifest, stop, fault);
}

void
eg_rules_view(eg_rules *rules, eg_bytes compiled)
{
	rules->directory = eg_directory_at(compiled.data);
	rules->contests = compiled.data + rules->directory.size;
	rules->options = rules->contests + (size_t) rules->directory.contests * 8;
	rules->chaining = rules->options + (size_t) rules->directory.options * 5;
	rules->styles = rules->chaining + 1;
	rules->end = compiled.data + compiled.size;
}

eg_contest_rules
eg_contest_rules_of(const eg_rules *rules, uint32_t contest)
{
	const uint8_t *entry = rules->contests + (size_t) contest * 8;
	eg_contest_rules result = {eg_get32(entry), eg_get32(entry + 4)};

	return result;
}

eg_option_rules
eg_option_rules_of(const eg_rules *rules, uint32_t option)
{
	const uint8_t *entry = rules->options + (size_t) option * 5;
	eg_option_rules result = {eg_get32(entry), entry[4] != 0};

	return result;
}

bool
eg_rules_chaining(const eg_rules *rules, uint32_t *mode)
{
	*mode = (uint32_t) *rules->chaining - 1;
	return *rules->chaining != 0;
}

bool
eg_rules_style(const eg_rules *rules, eg_bytes label,
			   const uint8_t **contests, uint32_t *n)
{
	const uint8_t *next = rules->styles + 4;

	for (uint32_t left = eg_get32(rules->styles); left > 0; left--)
	{
		eg_bytes	name = {next + 2, eg_get16(next)};

		next += 2 + name.size;
		*n = eg_get32(next);
		*contests = next + 4;
		if (eg_bytes_equal(name, label))
			return true;
		next += 4 + (size_t) *n * 4;
	}
	return false;
}
