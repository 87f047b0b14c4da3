/*
 * decryption_input.c
 *		What the functions of verifiable decryption read from their arguments.
 */
#include "decryption_input.h"

#include "catalog/pg_type.h"
#include "mb/pg_wchar.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/numeric.h"

#include "table_cache.h"

void
eg_decryption_report(const eg_fault *fault)
{
	static const eg_subject subject = {"decryption", {NULL, 0},
	ERRCODE_DATA_EXCEPTION};

	eg_report_fault(fault, &subject, NULL);
}

const eg_fixed_base *
eg_generator_table(eg_table_use use, size_t powers)
{
	uint8_t		generator[EG_ELEMENT_BYTES];
	const uint8_t *base = generator;
	const eg_fixed_base *table;

	eg_element_export(&eg_group_2_1_0, generator, eg_group_2_1_0.g);
	if (use == EG_TABLE_SECRET)
		eg_secret_tables_for(&eg_group_2_1_0, 1, &base, &powers, &table);
	else
		eg_tables_for(&eg_group_2_1_0, 1, &base, &powers, &table);
	return table;
}

eg_bytes
eg_text_label(const text *label)
{
	char	   *utf8 = pg_server_to_any(text_to_cstring(label),
										VARSIZE_ANY_EXHDR(label), PG_UTF8);
	eg_bytes	bytes = {(const uint8_t *) utf8, strlen(utf8)};

	return bytes;
}

void
eg_getarg_election(FunctionCallInfo fcinfo, int n, eg_election *election)
{
	eg_election_view(election, EG_GETARG_BYTES(n));
}

eg_ballot *
eg_getarg_ballot(FunctionCallInfo fcinfo, int n)
{
	eg_ballot  *ballot = palloc0(sizeof(*ballot));
	eg_fault	fault = {0};

	if (!eg_ballot_decode(ballot, EG_GETARG_BYTES(n), &eg_palloc_arena,
						  &fault))
		elog(ERROR, "stored ballot is damaged: %s", fault.message);
	return ballot;
}

void
eg_getarg_tally_subject(FunctionCallInfo fcinfo, int n,
						const eg_election *election,
						eg_decryption_subject *subject)
{
	eg_fault	fault = {0};
	eg_tally	tally;

	eg_tally_view(&tally, EG_GETARG_BYTES(n));
	if (!eg_tally_subject(subject, election, &tally, &eg_palloc_arena, &fault))
		eg_decryption_report(&fault);
}

void
eg_getarg_contest_data_subject(FunctionCallInfo fcinfo, int n,
							   const eg_election *election,
							   eg_decryption_subject *subject)
{
	const eg_ballot *ballot = eg_getarg_ballot(fcinfo, n);
	eg_bytes	contest = eg_text_label(PG_GETARG_TEXT_PP(n + 1));
	eg_fault	fault = {0};

	if (!eg_contest_data_subject(subject, election, ballot, contest,
								 &eg_palloc_arena, &fault))
		eg_decryption_report(&fault);
}

void
eg_getarg_decryption_key(FunctionCallInfo fcinfo, int secret, int passphrase,
						 const eg_election *election, eg_key_use use,
						 eg_decryption_key *key)
{
	const eg_guardian_secret *opened;

	opened = eg_getarg_guardian_secret(fcinfo, secret, passphrase,
									   EG_SECRET_SHARE);
	if (memcmp(opened->h_e, election->h_e, EG_HASH_BYTES) != 0 ||
		opened->n != election->n || opened->k != election->k)
		ereport(ERROR,
				(errcode(ERRCODE_DATA_EXCEPTION),
				 errmsg("guardian secret is of another election")));
	key->guardian = opened->index;
	key->share = opened->shares[use];
	key->nonce_key = opened->nonce_key;
}

/*
 * Messages
 */

static const struct
{
	eg_subject	subject;
	const eg_json_shape *shape;
}			kinds[] = {
	{{"commitments", {NULL, 0}, ERRCODE_INVALID_TEXT_REPRESENTATION},
	&eg_shape_commitments},
	{{"reveal", {NULL, 0}, ERRCODE_INVALID_TEXT_REPRESENTATION},
	&eg_shape_reveal},
	{{"responses", {NULL, 0}, ERRCODE_INVALID_TEXT_REPRESENTATION},
	&eg_shape_responses},
};

uint32_t
eg_jsonb_guardian(Jsonb *jsonb)
{
	JsonbValue *found;
	JsonbValue	key;
	const char *digits;

	if (!JB_ROOT_IS_OBJECT(jsonb))
		return 0;
	key.type = jbvString;
	key.val.string.val = pstrdup("guardian");
	key.val.string.len = strlen(key.val.string.val);
	found = findJsonbValueFromContainer(&jsonb->root, JB_FOBJECT, &key);
	if (found == NULL || found->type != jbvNumeric)
		return 0;
	digits = DatumGetCString(DirectFunctionCall1(numeric_out,
												 NumericGetDatum(found->val.numeric)));
	if (strlen(digits) > 3 || digits[strspn(digits, "0123456789")] != '\0')
		return 0;
	return (uint32_t) atoi(digits);
}

void
eg_getarg_messages(FunctionCallInfo fcinfo, int n, eg_message_kind kind,
				   eg_message_list *list)
{
	Datum	   *elements;
	int			length = eg_getarg_array(fcinfo, n, JSONBOID, &elements);

	list->subject = &kinds[kind].subject;
	list->n = (size_t) length;
	list->messages = palloc0((list->n + 1) * sizeof(eg_decryption_message));
	for (size_t i = 0; i < list->n; i++)
	{
		eg_json_source source = {NULL, DatumGetJsonbP(elements[i]), NULL,
		NULL};
		eg_decryption_message *message = &list->messages[i];
		eg_fault	fault = {0};

		if (eg_json_try_read(&source, kinds[kind].shape, eg_json_value,
							 message, &fault))
			continue;

		fault.guardian = eg_jsonb_guardian(source.jsonb);
		eg_report_fault(&fault, list->subject, NULL);
	}
}

const eg_decryption_message **
eg_place_messages(const eg_message_list *list, const eg_message_frame *frame,
				  bool may_lack)
{
	const eg_decryption_message **placed;
	eg_fault	fault = {0};

	placed = palloc0(frame->set->n * sizeof(*placed));
	if (!eg_messages_place(placed, frame, may_lack, list->messages, list->n,
						   &fault))
		eg_report_fault(&fault, list->subject, NULL);
	return placed;
}

/*
 * Guardian records
 */

eg_guardian_record *
eg_getarg_guardian_record(FunctionCallInfo fcinfo, int n)
{
	eg_json_source source = {NULL, PG_GETARG_JSONB_P(n), "guardian record",
	NULL};
	eg_guardian_record *record = palloc0(sizeof(*record));
	eg_fault	fault = {0};

	eg_json_read(&source, &eg_shape_guardian_record, record);
	if (!eg_guardian_record_settle(record, &eg_palloc_arena, &eg_query_stop,
								   &fault))
		eg_json_fault(&source, &fault);
	return record;
}

void
eg_joint_commitments_of(FunctionCallInfo fcinfo, int n,
						const eg_election *election, eg_key_use use,
						eg_joint_commitments *keys)
{
	static const eg_subject subject = {"guardian record", {NULL, 0},
	ERRCODE_DATA_EXCEPTION};
	eg_fault	fault = {0};

	if (!eg_joint_commitments_make(keys, election,
								   eg_getarg_guardian_record(fcinfo, n), use,
								   &eg_palloc_arena, &eg_query_stop, &fault))
		eg_report_fault(&fault, &subject, NULL);
}
