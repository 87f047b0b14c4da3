/*
 * ciphertexts.c
 *		eg.ciphertexts: the ciphertexts of a ballot or a tally as rows.
 */
#include "egtally.h"

#include "funcapi.h"
#include "utils/builtins.h"

#include "protocol/ciphertext.h"
#include "protocol/tally.h"

PG_FUNCTION_INFO_V1(eg_ballot_ciphertexts);
PG_FUNCTION_INFO_V1(eg_encrypted_tally_ciphertexts);

/* Where the next row comes from; lives as long as the query's call. */
typedef struct row_source
{
	eg_directory_walk walk;
	eg_entry	contest;
	uint32_t	options_left;	/* of the contest */
	const uint8_t *ciphertext;
} row_source;

static void
start_rows(FunctionCallInfo fcinfo, bool ballot)
{
	FuncCallContext *call = SRF_FIRSTCALL_INIT();
	MemoryContext old = MemoryContextSwitchTo(call->multi_call_memory_ctx);
	eg_bytes	bytes =
		eg_varlena_bytes(PG_DETOAST_DATUM_COPY(PG_GETARG_DATUM(0)));
	row_source *source = palloc0(sizeof(row_source));

	if (get_call_result_type(fcinfo, NULL, &call->tuple_desc) !=
		TYPEFUNC_COMPOSITE)
		elog(ERROR, "return type must be a row type");
	BlessTupleDesc(call->tuple_desc);
	if (ballot)
	{
		eg_ballot_header header;

		eg_ballot_peek(&header, bytes);
		eg_directory_walk_start(&source->walk, &header.directory);
		source->ciphertext = header.ciphertexts;
	}
	else
	{
		eg_tally	tally;

		eg_tally_view(&tally, bytes);
		eg_directory_walk_start(&source->walk, &tally.directory);
		source->ciphertext = tally.ciphertexts;
	}
	call->user_fctx = source;
	MemoryContextSwitchTo(old);
}

static Datum
next_row(row_source *source, TupleDesc desc)
{
	struct varlena *ciphertext = eg_varlena_new(EG_CIPHERTEXT_SIZE);
	Datum		values[5];
	bool		nulls[5] = {false};
	eg_entry	option;

	eg_next_option(&source->walk, &option);
	source->options_left--;
	eg_ciphertext_encode((uint8_t *) VARDATA(ciphertext), &eg_group_2_1_0,
						 source->ciphertext,
						 source->ciphertext + EG_ELEMENT_BYTES);
	source->ciphertext += EG_CIPHERTEXT_BYTES;
	values[0] = Int32GetDatum((int32) source->contest.index);
	values[1] = CStringGetTextDatum(eg_label_cstring(source->contest.label));
	values[2] = Int32GetDatum((int32) option.index);
	values[3] = CStringGetTextDatum(eg_label_cstring(option.label));
	values[4] = PointerGetDatum(ciphertext);
	return HeapTupleGetDatum(heap_form_tuple(desc, values, nulls));
}

static Datum
ciphertexts(FunctionCallInfo fcinfo, bool ballot)
{
	FuncCallContext *call;
	row_source *source;

	if (SRF_IS_FIRSTCALL())
		start_rows(fcinfo, ballot);
	call = SRF_PERCALL_SETUP();
	source = call->user_fctx;
	if (source->options_left == 0)
	{
		if (!eg_next_contest(&source->walk, &source->contest))
			SRF_RETURN_DONE(call);
		source->options_left = source->contest.options;
	}
	SRF_RETURN_NEXT(call, next_row(source, call->tuple_desc));
}

Datum
eg_ballot_ciphertexts(PG_FUNCTION_ARGS)
{
	return ciphertexts(fcinfo, true);
}

Datum
eg_encrypted_tally_ciphertexts(PG_FUNCTION_ARGS)
{
	return ciphertexts(fcinfo, false);
}
