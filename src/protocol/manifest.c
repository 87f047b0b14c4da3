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
in_units(const eg_manifest_style *style, eg_bytes district)
{
	for (uint32_t i = 0; i < style->n_units; i++)
		if (eg_bytes_equal(style->units[i], district))
			return true;
	return false;
}

/* The contests of a style in the CDF: those of its geopolitical units. */
static bool
gather_contests(eg_manifest_style *style, const eg_manifest *manifest,
				const eg_arena *arena, eg_fault *fault)
{
	style->contests = arena->allocate(arena->context,
									  manifest->n * sizeof(uint32_t));
	if (style->contests == NULL)
		return eg_fault_set(fault, EG_FAULT_LIMIT, "out of memory");
	for (uint32_t i = 0; i < manifest->n; i++)
	{
		eg_bytes	district = manifest->contests[i].district;

		if (district.data != NULL && in_units(style, district))
			style->contests[style->n++] = i + 1;
	}
	return true;
}

static int
compare_indices(const void *a, const void *b)
{
	uint32_t	x = *(const uint32_t *) a;
	uint32_t	y = *(const uint32_t *) b;

	return (x > y) - (x < y);
}

static bool
settle_style(eg_manifest_style *style, const eg_manifest *manifest,
			 const eg_arena *arena, eg_fault *fault)
{
	if (!settle_label(&style->label, style->object_id, fault))
		return false;
	fault->style = style->label;
	if (style->contests == NULL &&
		!gather_contests(style, manifest, arena, fault))
		return false;
	if (style->n == 0)
		return eg_fault_set(fault, EG_FAULT_VALUE,
							"ballot style has no contests");
	qsort(style->contests, style->n, sizeof(uint32_t), compare_indices);
	for (uint32_t i = 0; i < style->n; i++)
		if (style->contests[i] > manifest->n ||
			(i > 0 && style->contests[i] == style->contests[i - 1]))
			return eg_fault_set(fault, EG_FAULT_VALUE,
								"ballot style lists a contest twice or an unknown one");
	fault->style.data = NULL;
	return true;
}

static bool
check_style_labels(const eg_manifest *manifest, eg_fault *fault)
{
	for (uint32_t i = 0; i < manifest->n_styles; i++)
		for (uint32_t j = 0; j < i; j++)
			if (eg_bytes_equal(manifest->styles[i].label,
							   manifest->styles[j].label))
			{
				fault->style = manifest->styles[i].label;
				return eg_fault_set(fault, EG_FAULT_VALUE,
									"ballot style appears twice");
			}
	return true;
}

static void
write_directory(eg_writer *writer, const eg_manifest *manifest,
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

static bool
check_labels(const eg_manifest *manifest, const eg_arena *arena,
			 eg_fault *fault)
{
	eg_writer	writer = {0};
	eg_rules	rules;
	eg_bytes	compiled;
	uint8_t    *bytes;

	eg_manifest_compile(&writer, manifest);
	bytes = arena->allocate(arena->context, writer.size);
	if (bytes == NULL)
		return eg_fault_set(fault, EG_FAULT_LIMIT, "out of memory");
	compiled.data = bytes;
	compiled.size = writer.size;
	writer.next = bytes;
	eg_manifest_compile(&writer, manifest);
	eg_rules_view(&rules, compiled);
	return eg_directory_check_labels(&rules.directory, arena, fault);
}

bool
eg_manifest_settle(eg_manifest *manifest, const eg_arena *arena,
				   eg_fault *fault)
{
	size_t		options = 0;

	if (manifest->label.data == NULL)
		return eg_fault_set(fault, EG_FAULT_VALUE, "no label");
	if (manifest->n == 0)
		return eg_fault_set(fault, EG_FAULT_VALUE, "no contests");
	if (manifest->n_styles == 0)
		return eg_fault_set(fault, EG_FAULT_VALUE, "no ballot styles");
	for (uint32_t i = 0; i < manifest->n; i++)
	{
		if (!settle_contest(&manifest->contests[i], i + 1, fault))
			return false;
		options += manifest->contests[i].n;
		if (options > EG_MAX_OPTIONS)
			return eg_fault_set(fault, EG_FAULT_LIMIT, "more than 65536 products");
	}
	fault->contest.data = NULL;
	fault->contest_index = 0;
	for (uint32_t i = 0; i < manifest->n_styles; i++)
		if (!settle_style(&manifest->styles[i], manifest, arena, fault))
			return false;
	return check_style_labels(manifest, fault) &&
		check_labels(manifest, arena, fault);
}

/*
 * The compiled form
 */

void
eg_manifest_compile(eg_writer *writer, const eg_manifest *manifest)
{
	eg_writer	measure = {0};
	uint32_t	options;

	write_directory(&measure, manifest, &options);
	eg_directory_write_header(writer, (uint32_t) measure.size, manifest->n,
							  options);
	write_directory(writer, manifest, &options);
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
	eg_write8(writer, manifest->chaining);
	eg_write32(writer, manifest->n_styles);
	for (uint32_t i = 0; i < manifest->n_styles; i++)
	{
		const eg_manifest_style *style = &manifest->styles[i];

		eg_write16(writer, (uint16_t) style->label.size);
		eg_write(writer, style->label.data, style->label.size);
		eg_write32(writer, style->n);
		for (uint32_t j = 0; j < style->n; j++)
			eg_write32(writer, style->contests[j]);
	}
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
