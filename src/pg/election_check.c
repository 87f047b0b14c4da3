/*
 * election_check.c
 *		eg.check_election: verifications 1 to 4 of a record's first files.
 *
 * The files are judged, not stored: one that is missing or cannot be read is
 * a failed row that says why, never an error.
 */
#include "egtally.h"

#include "miscadmin.h"
#include "utils/builtins.h"

#include "check_rows.h"
#include "election_rows.h"
#include "protocol/election.h"
#include "table_cache.h"

PG_FUNCTION_INFO_V1(eg_check_election);

/*
 * Rows
 */

static void
append_label(StringInfo text, const char *what, eg_bytes label)
{
	if (label.data != NULL)
		appendStringInfo(text, ", %s \"%s\"", what, eg_label_cstring(label));
}

/* no selection limit, contest "mayor", at contests[0] */
static char *
fault_text(const eg_fault *fault)
{
	StringInfoData text;

	initStringInfo(&text);
	appendStringInfoString(&text, fault->message);
	append_label(&text, "contest", fault->contest);
	append_label(&text, "option", fault->option);
	append_label(&text, "ballot style", fault->style);
	if (fault->path[0] != '\0')
		appendStringInfo(&text, ", at %s", fault->path);
	return text.data;
}

static void
put_reading(eg_row_group *rows, const char *step, const char *subject,
			const eg_fault *fault)
{
	eg_election_row row = {step, EG_PASSED, subject, 0, NULL};

	/* A cancel is an error all the same. */
	if (fault->kind == EG_FAULT_INTERRUPTED)
		CHECK_FOR_INTERRUPTS();
	if (fault->message != NULL)
	{
		row.verdict = EG_FAILED;
		row.detail = fault_text(fault);
	}
	eg_put_election_row(rows, &row);
}

static void
put_missing(eg_row_group *rows, const char *subject)
{
	eg_election_row row = {"record.files", EG_FAILED, subject, 0,
	"it is not there"};

	eg_put_election_row(rows, &row);
}

/*
 * Reading
 */

/* Tries to fill target from this argument; false if it is NULL or unfit. */
static bool
read_argument(FunctionCallInfo fcinfo, int argument, const char *subject,
			  const eg_json_shape *shape, void *target, eg_fault *fault,
			  eg_row_group *rows)
{
	eg_json_source source = {NULL, NULL, subject, NULL};

	if (PG_ARGISNULL(argument))
	{
		put_missing(rows, subject);
		return false;
	}
	source.json = PG_GETARG_TEXT_PP(argument);
	if (eg_json_try_read(&source, shape, eg_json_value, target, fault))
		return true;
	put_reading(rows, "record.readable", subject, fault);
	return false;
}

static const eg_constants *
read_constants(FunctionCallInfo fcinfo, eg_row_group *rows)
{
	eg_constants *constants = palloc0(sizeof(*constants));
	eg_fault	fault = {0};
	bool		settled;

	if (!read_argument(fcinfo, 0, "constants", &eg_shape_constants, constants,
					   &fault, rows))
		return NULL;
	settled = eg_constants_settle(constants, &fault);
	put_reading(rows, "record.readable", "constants", &fault);
	return settled ? constants : NULL;
}

static const eg_election_config *
read_config(FunctionCallInfo fcinfo, eg_row_group *rows)
{
	eg_election_config *config = palloc0(sizeof(*config));
	eg_fault	fault = {0};

	if (!read_argument(fcinfo, 1, "configuration", &eg_shape_election_config,
					   config, &fault, rows))
		return NULL;
	put_reading(rows, "record.readable", "configuration", &fault);
	return config;
}

static const eg_guardian_record *
read_guardian_record(FunctionCallInfo fcinfo, eg_row_group *rows)
{
	static const char subject[] = "guardian record";
	eg_guardian_record *record = palloc0(sizeof(*record));
	eg_fault	fault = {0};
	bool		settled;

	if (!read_argument(fcinfo, 3, subject, &eg_shape_guardian_record, record,
					   &fault, rows))
		return NULL;
	settled = eg_guardian_record_settle(record, &eg_palloc_arena,
										&eg_query_stop, &fault);
	put_reading(rows, "record.readable", subject, &fault);
	return settled ? record : NULL;
}

/* Whether the manifest can be read, and keeps the rules of 3.1.3. */
static bool
read_manifest(eg_bytes bytes, eg_fault *fault)
{
	eg_json_source source = {eg_json_text(bytes, fault), NULL, "manifest",
	NULL};
	eg_manifest manifest = {0};

	if (source.json == NULL)
		return false;
	return eg_json_try_read(&source, &eg_shape_manifest, eg_json_value,
							&manifest, fault) &&
		eg_manifest_settle(&manifest, &eg_palloc_arena, &eg_query_stop, fault);
}

/* The bytes, which hashes take as they are; data is NULL without any. */
static eg_bytes
check_manifest(FunctionCallInfo fcinfo, eg_row_group *rows)
{
	eg_election_row missing = {"1.manifest", EG_NOT_RUN, "manifest", 0,
	"the manifest was not read"};
	eg_bytes	bytes = {NULL, 0};
	eg_fault	fault = {0};

	if (PG_ARGISNULL(2))
	{
		put_missing(rows, "manifest");
		eg_put_election_row(rows, &missing);
		return bytes;
	}
	bytes = EG_GETARG_BYTES(2);
	if (bytes.size > EG_MAX_MANIFEST)
	{
		eg_fault_set(&fault, EG_FAULT_LIMIT, "manifest is too large");
		bytes.data = NULL;
	}
	else
		read_manifest(bytes, &fault);
	put_reading(rows, "1.manifest", "manifest", &fault);
	return bytes;
}

/*
 * The check
 */

static const eg_fixed_base *
generator_table(const eg_guardian_record *record)
{
	const eg_group *group = &eg_group_2_1_0;
	uint8_t		generator[EG_ELEMENT_BYTES];
	const uint8_t *base = generator;
	const eg_fixed_base *table;
	size_t		powers;

	if (record == NULL)
		return NULL;
	powers = eg_election_check_powers(record);
	eg_element_export(group, generator, group->g);
	eg_tables_for(group, 1, &base, &powers, &table);
	return table;
}

Datum
eg_check_election(PG_FUNCTION_ARGS)
{
	eg_check_rows rows;
	eg_row_group *group = &rows.group;
	eg_election_sink sink = {eg_put_election_row, group};
	eg_election_files files;
	eg_fault	fault = {0};

	eg_check_rows_start(&rows, fcinfo);
	files.constants = read_constants(fcinfo, group);
	files.config = read_config(fcinfo, group);
	files.manifest = check_manifest(fcinfo, group);
	files.record = read_guardian_record(fcinfo, group);
	if (!eg_election_check(&files, generator_table(files.record),
						   &eg_palloc_arena, &sink, &eg_query_stop, &fault))
	{
		eg_subject	subject = {"election", {NULL, 0}, ERRCODE_DATA_EXCEPTION};

		eg_report_fault(&fault, &subject, NULL);
	}
	eg_check_rows_end(&rows);
	return (Datum) 0;
}
