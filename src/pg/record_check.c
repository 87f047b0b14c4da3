/*
 * record_check.c
 *		eg.check_tally, eg.check_challenged, eg.check_contest_data:
 *		verifications 10 to 14.
 */
#include "egtally.h"

#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/numeric.h"

#include "protocol/contest_data_check.h"
#include "protocol/opening_check.h"
#include "protocol/tally_check.h"
#include "check_rows.h"
#include "table_cache.h"

PG_FUNCTION_INFO_V1(eg_check_tally);
PG_FUNCTION_INFO_V1(eg_check_challenged);
PG_FUNCTION_INFO_V1(eg_check_contest_data);

/*
 * Rows
 */

static void
put_whole(eg_check_rows *rows, const char *step, eg_verdict verdict,
		  const char *detail)
{
	static const eg_check_place nowhere;

	eg_check_rows_put(rows, step, verdict, &nowhere, detail);
}

/* The steps of a file, for when there is none to run them on. */
typedef struct step_list
{
	const char *readable;		/* the row that says it cannot be read */
	const char *const *steps;
	int			n;
} step_list;

#define STEP_LIST(readable, steps)	{readable, steps, lengthof(steps)}

static const char *const encrypted_tally_steps[] = {"9.cells", "9.indices"};
static const char *const tally_steps[] = {"10.cells", "10.indices",
	"10.same ciphertext", "10.A", "10.B", "10.C", "10.t", "11.A", "11.B",
"11.C", "11.D"};
static const char *const opening_steps[] = {"13.known", "13.indices", "13.A",
	"13.B", "14.A", "14.B", "14.C", "14.D", "14.E", "14.F"};
static const char *const uncast_steps[] = {"13.known", "17.A", "18.A", "19.A",
"19.B", "19.C", "19.D"};
static const char *const contest_data_steps[] = {"12.known", "12.A",
"12.subgroup", "12.B", "12.C"};

static const step_list of_encrypted_tally =
STEP_LIST("9.readable", encrypted_tally_steps);
static const step_list of_tally = STEP_LIST("10.readable", tally_steps);
static const step_list of_opening = STEP_LIST("13.readable", opening_steps);
static const step_list of_uncast = STEP_LIST("13.readable", uncast_steps);
static const step_list of_contest_data =
STEP_LIST("12.readable", contest_data_steps);

static void
put_not_run(eg_check_rows *rows, const step_list *list, const char *detail)
{
	for (int i = 0; i < list->n; i++)
		put_whole(rows, list->steps[i], EG_NOT_RUN, detail);
}

/*
 * Files: what is wrong with one is a row, not an error
 */

static void
put_unreadable(eg_check_rows *rows, const step_list *list, const eg_fault *fault)
{
	const char *detail = fault->message;

	if (fault->path[0] != '\0')
		detail = psprintf("%s: %s", fault->path, fault->message);
	put_whole(rows, list->readable, EG_FAILED, detail);
	put_not_run(rows, list, "the file is not readable");
}

/*
 * Fills target from an argument; false, after rows that say so, if it is NULL
 * or not to be read.
 */
static bool
read_file(FunctionCallInfo fcinfo, int argument, const eg_json_shape *shape,
		  const step_list *list, eg_check_rows *rows, void *target)
{
	eg_json_source source = {NULL, NULL, NULL, NULL};
	eg_fault	fault = {0};

	if (PG_ARGISNULL(argument))
	{
		put_not_run(rows, list, "there is no such file");
		return false;
	}
	source.json = PG_GETARG_TEXT_PP(argument);
	if (eg_json_try_read(&source, shape, eg_decryption_value, target, &fault))
		return true;
	put_unreadable(rows, list, &fault);
	return false;
}

/* The same for a tally. */
static const eg_tally_file *
read_tally(FunctionCallInfo fcinfo, int argument, const eg_json_shape *shape,
		   const step_list *list, eg_check_rows *rows)
{
	eg_tally_file *file = palloc0(sizeof(eg_tally_file));
	eg_fault	fault = {0};

	if (!read_file(fcinfo, argument, shape, list, rows, file))
		return NULL;
	if (eg_tally_file_settle(file, &fault))
		return file;
	put_unreadable(rows, list, &fault);
	return NULL;
}

/*
 * What all of them share
 */

/* The bases of which tables are wanted: g, K and K^, each but once. */
typedef struct base_list
{
	const uint8_t *bases[3];
	size_t		powers[3];
	int			n;
} base_list;

/* The place of a base; two keys may be equal, or one be g. */
static int
add_base(base_list *list, const uint8_t *base, size_t powers)
{
	int			place = 0;

	while (place < list->n &&
		   memcmp(list->bases[place], base, EG_ELEMENT_BYTES) != 0)
		place++;
	if (place == list->n)
	{
		list->bases[place] = base;
		list->powers[place] = 0;
		list->n++;
	}
	list->powers[place] += powers;
	return place;
}

/* Tables for so many powers of K and of K^, and as many of g. */
static eg_decryption_tables
find_tables(const eg_election *election, size_t vote_powers,
			size_t data_powers)
{
	eg_decryption_tables tables = {NULL, NULL, NULL};
	uint8_t		generator[EG_ELEMENT_BYTES];
	const eg_fixed_base *found[3];
	base_list	list = {{NULL}, {0}, 0};
	int			vote = 0;
	int			data = 0;

	eg_element_export(election->group, generator, election->group->g);
	add_base(&list, generator, Max(vote_powers, data_powers));
	if (vote_powers > 0)
		vote = add_base(&list, election->vote_key, vote_powers);
	if (data_powers > 0)
		data = add_base(&list, election->data_key, data_powers);
	eg_tables_for(election->group, list.n, list.bases, list.powers, found);
	tables.generator = found[0];
	if (vote_powers > 0)
		tables.vote_key = found[vote];
	if (data_powers > 0)
		tables.data_key = found[data];
	return tables;
}

/* Raises what kept a check from ending: no memory, or a cancel. */
static void
raise_fault(const eg_fault *fault, const char *what)
{
	eg_subject	subject = {what, {NULL, 0}, ERRCODE_DATA_EXCEPTION};

	eg_report_fault(fault, &subject, NULL);
}

/* Reads the ballot, and names it in the rows; false if it is NULL. */
static bool
read_ballot(FunctionCallInfo fcinfo, int argument, eg_check_rows *rows,
			eg_ballot *ballot)
{
	eg_fault	fault = {0};

	rows->subject = "ballot";
	if (PG_ARGISNULL(argument))
		return false;
	if (!eg_ballot_decode(ballot, EG_GETARG_BYTES(argument), &eg_palloc_arena,
						  &fault))
		elog(ERROR, "stored ballot is damaged: %s", fault.message);
	rows->subject = psprintf("ballot \"%s\"", eg_label_cstring(ballot->id));
	return true;
}

/* Runs a check that reads the arguments and puts out rows. */
static Datum
put_rows(FunctionCallInfo fcinfo,
		 void (*check) (FunctionCallInfo fcinfo, eg_check_rows *rows))
{
	eg_check_rows rows;

	eg_check_rows_start(&rows, fcinfo);
	check(fcinfo, &rows);
	eg_check_rows_end(&rows);
	return (Datum) 0;
}

/*
 * eg.check_tally
 */

/* Digits alone, as a weight; false if these are others, or none. */
static bool
sum_digits(eg_contest_weight *entry, const char *digits)
{
	if (digits[0] == '\0' || digits[strspn(digits, "0123456789")] != '\0')
		return false;
	for (; *digits != '\0' && !entry->overflow; digits++)
	{
		uint64_t	digit = (uint64_t) (*digits - '0');

		entry->overflow = entry->weight > (EG_MAX_WEIGHT - digit) / 10;
		entry->weight = entry->weight * 10 + digit;
	}
	return true;
}

/* The digits may be 131 072 for 9 bytes of jsonb: they do not stay. */
static bool
read_number(eg_contest_weight *entry, const JsonbValue *value)
{
	char	   *digits;
	bool		fits;

	if (value->type != jbvNumeric)
		return false;
	digits = DatumGetCString(DirectFunctionCall1(numeric_out,
												 NumericGetDatum(value->val.numeric)));
	fits = sum_digits(entry, digits);
	pfree(digits);
	return fits;
}

/* An entry of the weights: an integer, not negative. */
static void
read_weight(eg_contest_weight *entry, const JsonbValue *label,
			const JsonbValue *value)
{
	char	   *utf8 = pg_server_to_any(label->val.string.val,
										label->val.string.len, PG_UTF8);

	entry->contest.data = (const uint8_t *) utf8;
	entry->contest.size = utf8 == label->val.string.val ?
		(size_t) label->val.string.len : strlen(utf8);
	if (!read_number(entry, value))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("invalid weights: weight is not a non-negative integer"),
				 errdetail("Contest \"%.*s\".", label->val.string.len,
						   label->val.string.val)));
}

/* {"contest": summed weight}; NULL if the argument is. */
static const eg_weight_list *
read_weights(FunctionCallInfo fcinfo, int argument)
{
	eg_weight_list *list;
	Jsonb	   *jsonb;
	JsonbIterator *iterator;
	JsonbIteratorToken token;
	JsonbValue	label;
	JsonbValue	value;

	if (PG_ARGISNULL(argument))
		return NULL;
	jsonb = PG_GETARG_JSONB_P(argument);
	if (!JB_ROOT_IS_OBJECT(jsonb))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("invalid weights: not a JSON object"),
				 errhint("Give a summed weight for each contest: {\"mayor\": 12}.")));
	list = palloc0(sizeof(eg_weight_list));
	list->contests = palloc0((JB_ROOT_COUNT(jsonb) + 1) *
							 sizeof(eg_contest_weight));
	iterator = JsonbIteratorInit(&jsonb->root);
	while ((token = JsonbIteratorNext(&iterator, &label, true)) != WJB_DONE)
	{
		if (token != WJB_KEY)
			continue;
		CHECK_FOR_INTERRUPTS();
		JsonbIteratorNext(&iterator, &value, true);
		read_weight(&list->contests[list->n++], &label, &value);
	}
	return list;
}

/* The encrypted tally's own checks; NULL if it cannot be compared with. */
static const eg_tally_file *
check_encrypted(FunctionCallInfo fcinfo, const eg_election *election,
				eg_check_rows *rows)
{
	eg_check_sink sink = {eg_check_rows_put, rows};
	eg_fault	fault = {0};
	const eg_tally_file *file;

	rows->subject = "encrypted tally";
	file = read_tally(fcinfo, 1, &eg_shape_encrypted_tally_file,
					  &of_encrypted_tally, rows);
	if (file != NULL &&
		!eg_tally_frame_check(election, file, &eg_encrypted_tally_steps,
							  &eg_palloc_arena, &sink, &fault))
		raise_fault(&fault, rows->subject);
	return file;
}

static void
check_decrypted(const eg_election *election, const eg_tally_input *input,
				eg_check_rows *rows)
{
	size_t		n = eg_tally_file_options(input->decrypted);
	eg_decryption_tables tables = find_tables(election, 2 * n + 1, 0);
	eg_check_sink sink = {eg_check_rows_put, rows};
	eg_fault	fault = {0};

	if (!eg_tally_check(election, input, &tables, &eg_palloc_arena, &sink,
						&eg_query_stop, &fault))
		raise_fault(&fault, rows->subject);
}

static void
check_tally(FunctionCallInfo fcinfo, eg_check_rows *rows)
{
	eg_election election;
	eg_tally_input input;

	if (PG_ARGISNULL(0))
	{
		rows->subject = "encrypted tally";
		put_not_run(rows, &of_encrypted_tally, "there is no election");
		rows->subject = "tally";
		put_not_run(rows, &of_tally, "there is no election");
		return;
	}
	eg_election_view(&election, EG_GETARG_BYTES(0));
	input.weights = read_weights(fcinfo, 3);
	input.encrypted = check_encrypted(fcinfo, &election, rows);
	rows->subject = "tally";
	input.decrypted = read_tally(fcinfo, 2, &eg_shape_tally_file, &of_tally,
								 rows);
	if (input.decrypted != NULL)
		check_decrypted(&election, &input, rows);
}

Datum
eg_check_tally(PG_FUNCTION_ARGS)
{
	return put_rows(fcinfo, check_tally);
}

/*
 * eg.check_challenged
 */

static void
check_challenged(FunctionCallInfo fcinfo, eg_check_rows *rows)
{
	eg_check_sink sink = {eg_check_rows_put, rows};
	const step_list *list = &of_opening;
	const eg_json_shape *shape = &eg_shape_opening;
	eg_election election;
	eg_ballot	ballot;
	eg_opening	opening = {0};
	eg_decryption_tables tables;
	eg_fault	fault = {0};
	size_t		n;

	if (!read_ballot(fcinfo, 1, rows, &ballot) || PG_ARGISNULL(0))
	{
		put_not_run(rows, list, "there is no election or no ballot");
		return;
	}
	eg_election_view(&election, EG_GETARG_BYTES(0));
	if (ballot.preencrypted)
	{
		list = &of_uncast;
		shape = &eg_shape_opening_head;
	}
	if (!read_file(fcinfo, 2, shape, list, rows, &opening))
		return;
	n = eg_opening_check_powers(&election, &ballot);
	tables = find_tables(&election, n, ballot.n);
	if (!eg_opening_check(&election, &ballot, &opening, &tables,
						  &eg_palloc_arena, &sink, &eg_query_stop, &fault))
		raise_fault(&fault, "opening");
}

Datum
eg_check_challenged(PG_FUNCTION_ARGS)
{
	return put_rows(fcinfo, check_challenged);
}

/*
 * eg.check_contest_data
 */

static void
check_contest_data(FunctionCallInfo fcinfo, eg_check_rows *rows)
{
	eg_check_sink sink = {eg_check_rows_put, rows};
	eg_election election;
	eg_ballot	ballot;
	eg_decrypted_data record = {0};
	eg_decryption_tables tables;
	eg_fault	fault = {0};

	if (!read_ballot(fcinfo, 1, rows, &ballot) || PG_ARGISNULL(0))
	{
		put_not_run(rows, &of_contest_data,
					"there is no election or no ballot");
		return;
	}
	eg_election_view(&election, EG_GETARG_BYTES(0));
	if (!read_file(fcinfo, 2, &eg_shape_decrypted_data, &of_contest_data,
				   rows, &record))
		return;
	tables = find_tables(&election, 0, 1);
	if (!eg_contest_data_check(&election, &ballot, &record, &tables,
							   &eg_palloc_arena, &sink, &eg_query_stop,
							   &fault))
		raise_fault(&fault, "contest data");
}

Datum
eg_check_contest_data(PG_FUNCTION_ARGS)
{
	return put_rows(fcinfo, check_contest_data);
}
