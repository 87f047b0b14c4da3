/*
 * decryption.c
 *		The bare arithmetic of threshold decryption in SQL (spec 3.6.3, 3.6.4).
 *
 * Nothing is proved and nothing is checked against anybody's key: the names
 * say unchecked, and PUBLIC may not call them.
 */
#include "egtally.h"

#include "catalog/pg_type.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/builtins.h"

#include "math/lagrange.h"
#include "math/montgomery.h"
#include "protocol/ciphertext.h"
#include "protocol/decryption.h"
#include "protocol/record_shapes.h"
#include "row_group.h"
#include "secret.h"

PG_FUNCTION_INFO_V1(eg_partial_decrypt_ciphertext);
PG_FUNCTION_INFO_V1(eg_partial_decrypt_tally);
PG_FUNCTION_INFO_V1(eg_combine_ciphertext);
PG_FUNCTION_INFO_V1(eg_combine_tally);

/* How errors of this file call their input. */
static const eg_subject partial_subject = {"partial decryption", {NULL, 0},
ERRCODE_INVALID_TEXT_REPRESENTATION};

/* Index of a guardian in a set U. */
static uint32_t
check_guardian(int64 guardian)
{
	if (guardian < 1 || guardian > EG_MAX_GUARDIANS)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("guardian " INT64_FORMAT " is not in 1 .. %d",
						guardian, EG_MAX_GUARDIANS)));
	return (uint32_t) guardian;
}

/*
 * Partial decryption
 */

/* Options between two looks at interrupts of any kind. */
#define OPTIONS_PER_CALL	16

/* Raises what one call of eg_partial_decrypt says, for options from first. */
static void
check_partial(eg_status status, const eg_directory *directory, size_t offender)
{
	eg_fault	fault = {0};

	if (status == EG_INVALID)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("key share is not 32 bytes of a number in 1 .. q - 1")));
	if (status == EG_NOT_FOUND)
	{
		eg_fault_set(&fault, EG_FAULT_VALUE,
					 "pad is not in the group of order q");
		if (directory != NULL)
			eg_directory_name(directory, offender, &fault);
		eg_report_fault(&fault, &partial_subject, NULL);
	}
	eg_check_status(status);
}

/* M_i for n ciphertexts, at elements. */
static void
decrypt_some(const eg_group *group, uint8_t *elements,
			 const uint8_t *ciphertexts, size_t n, const uint8_t *share,
			 const eg_directory *directory)
{
	for (size_t done = 0; done < n; done += OPTIONS_PER_CALL)
	{
		size_t		offender = 0;
		eg_status	status;

		CHECK_FOR_INTERRUPTS();
		status = eg_partial_decrypt(group, elements + done * EG_ELEMENT_BYTES,
									ciphertexts + done * EG_CIPHERTEXT_BYTES,
									Min(OPTIONS_PER_CALL, n - done), share,
									&offender, &eg_query_stop);
		check_partial(status, directory, done + offender);
	}
}

/* M_i for n ciphertexts */
static uint8_t *
partial_decrypt(const eg_group *group, const uint8_t *ciphertexts, size_t n,
				eg_bytes share, const eg_directory *directory)
{
	uint8_t    *elements = palloc(Max(n, 1) * EG_ELEMENT_BYTES);

	if (share.size != EG_SCALAR_BYTES)
		check_partial(EG_INVALID, directory, 0);
	decrypt_some(group, elements, ciphertexts, n, share.data, directory);
	return elements;
}

Datum
eg_partial_decrypt_ciphertext(PG_FUNCTION_ARGS)
{
	eg_bytes	ciphertext = EG_GETARG_BYTES(0);
	uint8_t    *element;

	element = partial_decrypt(eg_group_by_id(ciphertext.data[1]),
							  ciphertext.data + EG_CIPHERTEXT_HEADER, 1,
							  eg_getarg_secret_bytes(fcinfo, 1), NULL);
	PG_RETURN_BYTEA_P(eg_bytea(element, EG_ELEMENT_BYTES));
}

Datum
eg_partial_decrypt_tally(PG_FUNCTION_ARGS)
{
	eg_tally	tally;
	eg_partial_record record = {0};
	eg_fault	fault = {0};
	uint8_t    *elements;

	record.guardian = check_guardian(PG_GETARG_INT32(1));
	eg_tally_view(&tally, EG_GETARG_BYTES(0));
	elements = partial_decrypt(tally.group, tally.ciphertexts,
							   tally.directory.options,
							   eg_getarg_secret_bytes(fcinfo, 2),
							   &tally.directory);
	if (!eg_partial_record_build(&record, &tally, elements, &eg_palloc_arena,
								 &fault))
		eg_report_fault(&fault, &partial_subject, NULL);
	PG_RETURN_JSONB_P(eg_json_to_jsonb(&eg_shape_partial_decryption,
									   &record));
}

/*
 * Combination
 */

/* What combining needs besides the ciphertexts. */
typedef struct combination
{
	const eg_group *group;
	size_t		guardians;
	uint32_t	indices[EG_MAX_GUARDIANS];
	mp_limb_t	coefficients[EG_MAX_GUARDIANS * EG_MAX_SCALAR_LIMBS];
	eg_discrete_log log;
} combination;

static void
set_coefficients(combination *combination)
{
	eg_status	status;

	status = eg_lagrange(combination->group, combination->coefficients,
						 combination->indices, combination->guardians);
	for (size_t i = 0; status != EG_OK && i < combination->guardians; i++)
		for (size_t j = 0; j < i; j++)
			if (combination->indices[i] == combination->indices[j])
				ereport(ERROR,
						(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						 errmsg("guardian %u appears twice",
								combination->indices[i])));
	eg_check_status(status);
}

static void
check_guardians(int n)
{
	if (n < 1 || n > EG_MAX_GUARDIANS)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%d partial decryptions are not 1 to %d", n,
						EG_MAX_GUARDIANS)));
}

/* The table for discrete logarithms to this base, up to bound. */
static void
set_base(combination *combination, eg_bytes base, uint64_t bound)
{
	mp_limb_t	x[EG_MAX_LIMBS];

	if (bound > EG_MAX_DISCRETE_LOG)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("bound of the votes exceeds " UINT64_FORMAT,
						EG_MAX_DISCRETE_LOG)));
	if (base.size != EG_ELEMENT_BYTES ||
		!eg_element_import(combination->group, x, base.data))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("public key is not 512 bytes of a number in 1 .. p - 1")));
	eg_check_status(eg_discrete_log_init(&combination->log,
										 combination->group, x, bound,
										 palloc(eg_discrete_log_size(bound)),
										 &eg_query_stop));
}

/* The votes in one ciphertext; a fault if there are none up to bound. */
static bool
count_votes(const combination *combination, uint64_t *votes,
			const uint8_t *ciphertext, const uint8_t *const *partials,
			uint64_t bound, eg_fault *fault)
{
	mp_limb_t	t[EG_MAX_LIMBS];
	eg_status	status;

	CHECK_FOR_INTERRUPTS();
	status = eg_combine(combination->group, t, ciphertext, partials,
						combination->coefficients, combination->guardians,
						&eg_query_stop);
	if (status == EG_OK)
		status = eg_discrete_log_find(&combination->log, votes, t,
									  &eg_query_stop);
	if (status == EG_NOT_FOUND || (status == EG_OK && *votes > bound))
		return eg_fault_set(fault, EG_FAULT_VALUE,
							"no number of votes up to the bound");
	eg_check_status(status);
	return true;
}

Datum
eg_combine_ciphertext(PG_FUNCTION_ARGS)
{
	eg_bytes	ciphertext = EG_GETARG_BYTES(0);
	int64		bound = PG_GETARG_INT64(4);
	combination *all = palloc0(sizeof(combination));
	const uint8_t *partials[EG_MAX_GUARDIANS];
	Datum	   *indices;
	Datum	   *elements;
	eg_fault	fault = {0};
	uint64_t	votes;
	int			n;

	n = eg_getarg_array(fcinfo, 2, INT4OID, &indices);
	check_guardians(n);
	if (eg_getarg_array(fcinfo, 3, BYTEAOID, &elements) != n)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("not as many partial decryptions as guardians")));
	all->group = eg_group_by_id(ciphertext.data[1]);
	all->guardians = (size_t) n;
	for (int i = 0; i < n; i++)
	{
		eg_bytes	element = eg_varlena_bytes((struct varlena *)
											   DatumGetPointer(elements[i]));
		mp_limb_t	x[EG_MAX_LIMBS];

		all->indices[i] = check_guardian(DatumGetInt32(indices[i]));
		if (element.size != EG_ELEMENT_BYTES ||
			!eg_element_import(all->group, x, element.data))
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("partial decryption of guardian %u is not 512 bytes of a number in 1 .. p - 1",
							all->indices[i])));
		partials[i] = element.data;
	}
	set_coefficients(all);
	if (bound < 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("bound of the votes is negative")));
	set_base(all, EG_GETARG_BYTES(1), (uint64_t) bound);
	if (!count_votes(all, &votes, ciphertext.data + EG_CIPHERTEXT_HEADER,
					 partials, (uint64_t) bound, &fault))
		eg_report_fault(&fault, &partial_subject, NULL);
	PG_RETURN_INT64((int64) votes);
}

/*
 * Reads the partial decryptions of a tally: elements[option][guardian].
 */
static const uint8_t **
read_partials(combination *all, const eg_tally *tally, const Datum *records)
{
	size_t		options = tally->directory.options;
	const uint8_t **elements = palloc(Max(options, 1) * all->guardians *
									  sizeof(uint8_t *));
	const uint8_t **column = palloc(Max(options, 1) * sizeof(uint8_t *));

	for (size_t i = 0; i < all->guardians; i++)
	{
		eg_json_source source = {NULL, DatumGetJsonbP(records[i]),
		"partial decryption", "x_coordinate"};
		eg_partial_record record = {0};
		eg_fault	fault = {0};

		eg_json_read(&source, &eg_shape_partial_decryption, &record);
		all->indices[i] = check_guardian(record.guardian);
		eg_partial_record_arrange(&record);
		if (!eg_partial_record_match(column, &record, tally, &fault))
			eg_json_fault(&source, &fault);
		for (size_t j = 0; j < options; j++)
			elements[j * all->guardians + i] = column[j];
	}
	return elements;
}

/* What a contest can hold at most (spec 3.6.2): weights times option limit. */
static uint64_t
contest_bound(const eg_tally *tally, uint32_t contest, int32 option_limit)
{
	uint64_t	weight = eg_sum_weight(tally->sums, contest);

	if (weight == 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("encrypted tally does not say how many ballots it holds"),
				 errhint("Give the bound of the votes.")));
	if (weight > EG_MAX_DISCRETE_LOG)
		return EG_MAX_DISCRETE_LOG + 1;
	return weight * (uint64_t) option_limit;
}

static uint64_t
largest_bound(const eg_tally *tally, int32 option_limit)
{
	uint64_t	largest = 0;

	for (uint32_t i = 0; i < tally->directory.contests; i++)
		largest = Max(largest, contest_bound(tally, i, option_limit));
	return largest;
}

static void
put_votes(eg_row_group *group, const eg_entry *contest,
		  const eg_entry *option, uint64_t votes)
{
	MemoryContext caller = eg_row_group_next(group);
	Datum		values[5];
	bool		nulls[5] = {false};

	values[0] = Int32GetDatum((int32) contest->index);
	values[1] = CStringGetTextDatum(eg_label_cstring(contest->label));
	values[2] = Int32GetDatum((int32) option->index);
	values[3] = CStringGetTextDatum(eg_label_cstring(option->label));
	values[4] = Int64GetDatum((int64) votes);
	tuplestore_putvalues(group->result->setResult, group->result->setDesc,
						 values, nulls);
	MemoryContextSwitchTo(caller);
}

/* The votes of one contest, as rows; number counts options of the tally. */
static void
put_contest(eg_row_group *group, const combination *all,
			const eg_tally *tally, const uint8_t **elements,
			eg_directory_walk *walk, const eg_entry *contest,
			size_t *number, uint64_t bound)
{
	eg_fault	fault = {0};
	eg_entry	option;
	uint64_t	votes;

	fault.contest = contest->label;
	fault.contest_index = contest->index;
	for (uint32_t i = 0; i < contest->options; i++, (*number)++)
	{
		eg_next_option(walk, &option);
		fault.option = option.label;
		fault.option_index = option.index;
		if (!count_votes(all, &votes, tally->ciphertexts +
						 *number * EG_CIPHERTEXT_BYTES,
						 elements + *number * all->guardians, bound, &fault))
			eg_report_fault(&fault, &partial_subject, NULL);
		put_votes(group, contest, &option, votes);
	}
}

Datum
eg_combine_tally(PG_FUNCTION_ARGS)
{
	combination *all = palloc0(sizeof(combination));
	eg_row_group group;
	int32		option_limit;
	const uint8_t **elements;
	eg_directory_walk walk;
	eg_entry	contest;
	eg_tally	tally;
	Datum	   *records;
	size_t		number = 0;
	int			n;

	if (PG_ARGISNULL(0) || PG_ARGISNULL(1) || PG_ARGISNULL(2) ||
		PG_ARGISNULL(3))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("tally, key, partial decryptions and option limit must not be NULL")));
	option_limit = PG_GETARG_INT32(3);
	if (option_limit < 1 || (!PG_ARGISNULL(4) && PG_GETARG_INT64(4) < 0))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("option limit or bound of the votes is out of range")));
	eg_tally_view(&tally, EG_GETARG_BYTES(0));
	n = eg_getarg_array(fcinfo, 2, JSONBOID, &records);
	check_guardians(n);
	all->group = tally.group;
	all->guardians = (size_t) n;
	elements = read_partials(all, &tally, records);
	set_coefficients(all);
	set_base(all, EG_GETARG_BYTES(1), PG_ARGISNULL(4) ?
			 largest_bound(&tally, option_limit) :
			 (uint64_t) PG_GETARG_INT64(4));
	eg_row_group_start(&group, fcinfo);
	eg_directory_walk_start(&walk, &tally.directory);
	for (uint32_t i = 0; eg_next_contest(&walk, &contest); i++)
		put_contest(&group, all, &tally, elements, &walk, &contest, &number,
					PG_ARGISNULL(4) ? contest_bound(&tally, i, option_limit) :
					(uint64_t) PG_GETARG_INT64(4));
	eg_row_group_end(&group);
	return (Datum) 0;
}
