/*
 * votes.c
 *		Reading a voter's votes, and contest data that is given, from jsonb.
 */
#include "votes.h"

#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/fmgrprotos.h"
#include "utils/numeric.h"

#include <sodium.h>

#include "protocol/contest_data.h"
#include "protocol/text.h"
#include "secret.h"

/* Of one option: far above any limit. */
#define MAX_VOTES	PG_INT32_MAX

Jsonb *
eg_getarg_secret_jsonb(FunctionCallInfo fcinfo, int n)
{
	struct varlena *given = PG_GETARG_RAW_VARLENA_P(n);
	struct varlena *plain = pg_detoast_datum(given);

	if (plain != given)
		eg_secret_adopt(plain, VARSIZE(plain));
	return (Jsonb *) plain;
}

/*
 * Faults
 */

/* Raises; what is known of the place may be NULL. */
static void
refuse(const eg_plain_ballot *plain, const eg_plain_contest *contest,
	   eg_bytes option, const char *message)
{
	eg_subject	subject = {"ballot", plain->id, ERRCODE_INVALID_PARAMETER_VALUE};
	eg_fault	fault = {0};

	if (contest != NULL)
		fault.contest = contest->label;
	fault.option = option;
	eg_fault_set(&fault, EG_FAULT_FORMAT, message);
	eg_report_fault(&fault, &subject, NULL);
}

static const eg_bytes no_option = {NULL, 0};

/*
 * Labels and texts
 */

/* A string of jsonb in UTF-8. */
static eg_bytes
string_bytes(const JsonbValue *value)
{
	eg_bytes	bytes = {(const uint8_t *) value->val.string.val,
	value->val.string.len};
	char	   *utf8 = pg_server_to_any(value->val.string.val,
										value->val.string.len, PG_UTF8);

	if (utf8 != value->val.string.val)
	{
		bytes.data = (const uint8_t *) utf8;
		bytes.size = strlen(utf8);
		eg_secret_adopt(utf8, bytes.size);
	}
	return bytes;
}

/* The value under a label in an object; false if there is none. */
static bool
find_value(JsonbContainer *object, eg_bytes label, JsonbValue *value)
{
	const char *given = (const char *) label.data;
	char	   *key = pg_any_to_server(given, (int) label.size, PG_UTF8);
	int			size = key == given ? (int) label.size : (int) strlen(key);

	CHECK_FOR_INTERRUPTS();
	return getKeyJsonValueFromContainer(object, key, size, value) != NULL;
}

static bool
known_contest(const eg_rules *rules, eg_bytes label)
{
	eg_directory_walk walk;
	eg_entry	entry;
	eg_entry	option;

	eg_directory_walk_start(&walk, &rules->directory);
	while (eg_next_contest(&walk, &entry))
	{
		if (eg_bytes_equal(entry.label, label))
			return true;
		for (uint32_t i = 0; i < entry.options; i++)
			eg_next_option(&walk, &option);
	}
	return false;
}

static bool
in_style(const eg_plain_ballot *plain, eg_bytes label)
{
	for (uint32_t i = 0; i < plain->n; i++)
		if (eg_bytes_equal(plain->contests[i].label, label))
			return true;
	return false;
}

static eg_plain_option *
find_option(const eg_plain_contest *contest, eg_bytes label)
{
	CHECK_FOR_INTERRUPTS();
	for (uint32_t i = 0; i < contest->n; i++)
		if (eg_bytes_equal(contest->options[i].label, label))
			return &contest->options[i];
	return NULL;
}

/* Raises for the first key that no contest of the style has. */
static void
refuse_contest(const eg_plain_ballot *plain, const eg_rules *rules,
			   JsonbContainer *object)
{
	JsonbIterator *iterator = JsonbIteratorInit(object);
	JsonbValue	key;
	JsonbIteratorToken token;

	while ((token = JsonbIteratorNext(&iterator, &key, true)) != WJB_DONE)
	{
		eg_plain_contest unknown = {0};

		CHECK_FOR_INTERRUPTS();
		if (token != WJB_KEY)
			continue;
		unknown.label = string_bytes(&key);
		if (in_style(plain, unknown.label))
			continue;
		refuse(plain, &unknown, no_option,
			   known_contest(rules, unknown.label) ?
			   "contest is not in the ballot style" :
			   "contest is not in the manifest");
	}
}

static void
refuse_option(const eg_plain_ballot *plain, const eg_plain_contest *contest,
			  JsonbContainer *object)
{
	JsonbIterator *iterator = JsonbIteratorInit(object);
	JsonbValue	key;
	JsonbIteratorToken token;

	while ((token = JsonbIteratorNext(&iterator, &key, true)) != WJB_DONE)
		if (token == WJB_KEY && find_option(contest, string_bytes(&key)) == NULL)
			refuse(plain, contest, string_bytes(&key),
				   "option is not in the contest");
}

/*
 * Votes
 */

/* A whole number from 0 to MAX_VOTES, or -1. */
static int64
read_number(const JsonbValue *value)
{
	char	   *text;
	int64		number = 0;

	if (value->type != jbvNumeric)
		return -1;
	text = DatumGetCString(DirectFunctionCall1(numeric_out,
											   NumericGetDatum(value->val.numeric)));
	for (char *c = text; *c != '\0' && number >= 0; c++)
	{
		number = *c >= '0' && *c <= '9' ? 10 * number + (*c - '0') : -1;
		if (number > MAX_VOTES)
			number = -1;
	}
	sodium_memzero(text, strlen(text));
	pfree(text);
	return number;
}

/* {"votes": 1, "text": "Zoe"} */
static int64
read_write_in(eg_plain_option *option, JsonbContainer *object)
{
	JsonbValue	votes;
	JsonbValue	text;
	bool		with_text;

	if (getKeyJsonValueFromContainer(object, "votes", 5, &votes) == NULL)
		return -1;
	with_text = getKeyJsonValueFromContainer(object, "text", 4, &text) != NULL;
	if (JsonContainerSize(object) != (with_text ? 2 : 1) ||
		(with_text && text.type != jbvString))
		return -1;
	if (with_text)
		option->text = string_bytes(&text);
	return read_number(&votes);
}

static void
read_option(const eg_plain_ballot *plain, const eg_plain_contest *contest,
			eg_plain_option *option, const JsonbValue *value)
{
	bool		write_in = value->type == jbvBinary &&
		JsonContainerIsObject(value->val.binary.data);
	int64		votes;

	votes = write_in ? read_write_in(option, value->val.binary.data) :
		read_number(value);
	if (votes < 0)
		refuse(plain, contest, option->label,
			   "votes are neither a whole number in 0 .. 2147483647 nor such a number with a text");
	if (option->text.size > 0 && contest->rules.data_blocks == 0)
		refuse(plain, contest, no_option,
			   "text of a write-in in a contest without contest data");
	option->votes = (uint32_t) votes;
}

/* {"option": ..., ...}: each option is looked for, given or not. */
static void
read_options(const eg_plain_ballot *plain, eg_plain_contest *contest,
			 JsonbContainer *object)
{
	uint32_t	found = 0;

	for (uint32_t i = 0; i < contest->n; i++)
	{
		eg_plain_option *option = &contest->options[i];
		JsonbValue	value;

		if (!find_value(object, option->label, &value))
			continue;
		read_option(plain, contest, option, &value);
		found++;
	}
	if (found != JsonContainerSize(object))
		refuse_option(plain, contest, object);
}

/* ["option", ...] */
static void
read_list(const eg_plain_ballot *plain, eg_plain_contest *contest,
		  JsonbContainer *list)
{
	JsonbIterator *iterator = JsonbIteratorInit(list);
	JsonbValue	value;
	JsonbIteratorToken token;

	while ((token = JsonbIteratorNext(&iterator, &value, true)) != WJB_DONE)
	{
		eg_plain_option *option;

		if (token != WJB_ELEM)
			continue;
		if (value.type != jbvString)
			refuse(plain, contest, no_option,
				   "list of votes holds something else than labels of options");
		option = find_option(contest, string_bytes(&value));
		if (option == NULL)
			refuse(plain, contest, string_bytes(&value),
				   "option is not in the contest");
		if (option->votes > 0)
			refuse(plain, contest, no_option, "an option is listed twice");
		option->votes = 1;
	}
}

static void
read_contest(const eg_plain_ballot *plain, eg_plain_contest *contest,
			 const JsonbValue *value)
{
	if (value->type == jbvBinary &&
		JsonContainerIsObject(value->val.binary.data))
		read_options(plain, contest, value->val.binary.data);
	else if (value->type == jbvBinary &&
			 JsonContainerIsArray(value->val.binary.data))
		read_list(plain, contest, value->val.binary.data);
	else
		refuse(plain, contest, no_option,
			   "votes of a contest are neither an object nor a list");
}

void
eg_read_votes(eg_plain_ballot *plain, const eg_rules *rules, Jsonb *votes)
{
	uint32_t	found = 0;

	if (!JB_ROOT_IS_OBJECT(votes))
		refuse(plain, NULL, no_option, "votes are not an object");
	for (uint32_t i = 0; i < plain->n; i++)
	{
		JsonbValue	value;

		if (!find_value(&votes->root, plain->contests[i].label, &value))
			continue;
		read_contest(plain, &plain->contests[i], &value);
		found++;
	}
	if (found != JB_ROOT_COUNT(votes))
		refuse_contest(plain, rules, &votes->root);
}

/*
 * Contest data
 */

static void
read_data(const eg_plain_ballot *plain, eg_plain_contest *contest,
		  const JsonbValue *value)
{
	size_t		wanted = eg_contest_data_size(contest);
	size_t		size = 0;
	uint8_t    *data;
	bool		right = false;

	if (value->type == jbvString)
	{
		data = eg_secret_memory(eg_text_room(value->val.string.len));
		right = eg_base64_to_bytes(data, &size, value->val.string.val,
								   value->val.string.len) && size == wanted;
		contest->data = data;
	}
	if (!right)
		refuse(plain, contest, no_option,
			   "contest data is not base64 of 32 bytes for each block of the manifest");
}

static void
make_data(const eg_plain_ballot *plain, eg_plain_contest *contest)
{
	eg_subject	subject = {"ballot", plain->id, ERRCODE_INVALID_PARAMETER_VALUE};
	eg_fault	fault = {0};
	uint8_t    *data = eg_secret_memory(eg_contest_data_size(contest));

	if (!eg_contest_data_write(data, contest, &fault))
		eg_report_fault(&fault, &subject, NULL);
	contest->data = data;
}

void
eg_fill_contest_data(eg_plain_ballot *plain, const eg_rules *rules,
					 Jsonb *given)
{
	uint32_t	found = 0;

	if (given != NULL && !JB_ROOT_IS_OBJECT(given))
		refuse(plain, NULL, no_option, "contest data is not an object");
	for (uint32_t i = 0; i < plain->n; i++)
	{
		eg_plain_contest *contest = &plain->contests[i];
		bool		here;
		JsonbValue	value;

		here = given != NULL && find_value(&given->root, contest->label, &value);
		found += here;
		if (here && contest->rules.data_blocks == 0)
			refuse(plain, contest, no_option,
				   "contest has no contest data in the manifest");
		if (here)
			read_data(plain, contest, &value);
		else if (contest->rules.data_blocks > 0)
			make_data(plain, contest);
	}
	if (given != NULL && found != JB_ROOT_COUNT(given))
		refuse_contest(plain, rules, &given->root);
}
