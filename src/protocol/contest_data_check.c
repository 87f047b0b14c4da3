/*
 * contest_data_check.c
 *		Verification 12: decrypted contest data; and opening it (13.4 to 13.7).
 */
#include "protocol/contest_data_check.h"

#include "protocol/hash_uses.h"
#include "protocol/tally_check.h"

#define BLOCK_BYTES		32

/* Keys between two looks at the stop function: far below 10 ms. */
#define BLOCKS_PER_LOOK	1024

eg_status
eg_contest_data_compare(bool *equal, const uint8_t *h_i, uint32_t contest,
						const uint8_t *alpha, const uint8_t *beta,
						eg_bytes c1, eg_bytes data, const eg_stop *stop)
{
	size_t		blocks = c1.size / BLOCK_BYTES;
	uint8_t		difference = 0;
	uint8_t		h[EG_HASH_BYTES];
	uint8_t		key[EG_HASH_BYTES];

	*equal = blocks <= EG_MAX_DATA_BLOCKS && data.size == blocks * BLOCK_BYTES;
	if (!*equal)
		return EG_OK;
	eg_contest_data_secret_key(h, h_i, contest, alpha, beta);
	for (size_t i = 0; i < blocks; i++)
	{
		const uint8_t *block = c1.data + i * BLOCK_BYTES;

		if (i % BLOCKS_PER_LOOK == 0 && eg_stop_requested(stop))
			return EG_INTERRUPTED;
		eg_contest_data_encryption_key(key, h, contest, (uint32_t) blocks,
									   (uint32_t) i + 1);
		for (size_t j = 0; j < BLOCK_BYTES; j++)
			difference |= (uint8_t) (block[j] ^ key[j] ^
									 data.data[i * BLOCK_BYTES + j]);
	}
	*equal = difference == 0;
	return EG_OK;
}

const char *
eg_ballot_lacks(const eg_ballot *ballot)
{
	if (ballot->identifier == NULL)
		return "the ballot has no selection encryption identifier";
	if (ballot->chaining == NULL)
		return "the ballot has no chaining field";
	if (ballot->code == NULL)
		return "the ballot has no confirmation code";
	for (uint32_t i = 0; i < ballot->n; i++)
		if (ballot->contests[i].data != NULL &&
			ballot->contests[i].data->proof == NULL)
			return "the ballot's contest data has no proof";
	return NULL;
}

typedef struct data_check
{
	const eg_election *election;
	const eg_ballot *ballot;
	const eg_decrypted_data *record;
	const eg_check_sink *sink;
	const eg_known_contest *known;
	const eg_hashed_ciphertext *encrypted;
	uint8_t		h_i[EG_HASH_BYTES]; /* recomputed */
	eg_decryption_proof proof;
	eg_batch_plan plan;
} data_check;

static void
report(const data_check *check, const char *step, eg_verdict verdict,
	   const char *detail)
{
	eg_check_place place = {{NULL, 0}, {NULL, 0}};

	place.contest = eg_kept_label(&check->record->contest);
	check->sink->row(check->sink->context, step, verdict, &place,
					 verdict == EG_PASSED ? NULL : detail);
}

/*
 * Finds what the record is about; says what is wrong if there is nothing.  An
 * uncast pre-encrypted ballot carries no contests, whatever it shows.
 */
static const char *
find_data(data_check *check, const eg_arena *arena)
{
	const eg_ballot *ballot = check->ballot;
	eg_bytes	label = eg_kept_label(&check->record->contest);
	eg_catalogue catalogue;

	if (!eg_bytes_equal(ballot->id, eg_kept_label(&check->record->ballot)))
		return "the contest data is of another ballot";
	if (eg_ballot_lacks(ballot) != NULL)
		return eg_ballot_lacks(ballot);
	if (!eg_catalogue_make(&catalogue, &check->election->rules, arena))
	{
		check->plan.exhausted = true;
		return "out of memory";
	}
	check->known = eg_find_contest(&catalogue, label);
	if (check->known == NULL)
		return "the manifest has no such contest";
	for (uint32_t i = 0; i < ballot->n; i++)
		if (eg_bytes_equal(ballot->contests[i].label, label))
			check->encrypted = ballot->contests[i].data;
	if (check->encrypted == NULL ||
		(ballot->preencrypted && ballot->state != EG_BALLOT_CAST))
		return "the ballot has no such contest data";
	return NULL;
}

/*
 * One proof, with C0 for A, beta for M, and K^ in the place of K: everything
 * here is of the ballot data encryption key.
 */
static bool
plan_proof(data_check *check, const eg_decryption_tables *tables,
		   const eg_arena *arena)
{
	const eg_group *group = check->election->group;
	eg_batch_plan *plan = &check->plan;
	mp_limb_t  *data_key;
	mp_limb_t  *c0;
	mp_limb_t  *beta;

	plan->arena = arena;
	plan->batch.group = group;
	plan->batch.chains = arena->allocate(arena->context,
										 2 * sizeof(eg_chain));
	plan->batch.fixed = arena->allocate(arena->context,
										2 * sizeof(eg_fixed_power));
	data_key = eg_plan_limbs(plan, group->limbs);
	c0 = eg_plan_limbs(plan, group->limbs);
	beta = eg_plan_limbs(plan, group->limbs);
	if (plan->exhausted || plan->batch.chains == NULL ||
		plan->batch.fixed == NULL)
		return false;
	eg_element_import(group, data_key, check->election->data_key);
	plan->generator = group->g;
	plan->generator_table = tables->generator;
	plan->vote_key = data_key;
	plan->vote_key_table = tables->data_key;
	eg_element_reduce(group, c0, check->encrypted->c0);
	eg_element_reduce(group, beta, check->record->beta);
	eg_decryption_proof_plan(&check->proof, plan, c0, beta,
							 check->record->proof);
	return !plan->exhausted;
}

/* 12.A, 12.B, and that beta is what a power of C0 can be */
static void
judge_proof(data_check *check)
{
	const eg_group *group = check->election->group;
	const uint8_t *beta = check->record->beta;
	mp_limb_t	x[EG_MAX_LIMBS];
	uint8_t		a[EG_ELEMENT_BYTES];
	uint8_t		b[EG_ELEMENT_BYTES];
	uint8_t		c[EG_HASH_BYTES];

	eg_decryption_proof_judge(&check->proof, group, a, b);
	report(check, "12.A", eg_verdict_of(check->proof.reduced),
		   "response is not below q");
	report(check, "12.subgroup",
		   eg_verdict_of(eg_element_import(group, x, beta) &&
						 check->proof.member), "beta is not in Z_p^r");
	eg_data_decryption_challenge(c, check->h_i, check->known->index,
								 check->encrypted, a, b, beta);
	report(check, "12.B",
		   eg_verdict_of(memcmp(c, check->record->proof->challenge,
								sizeof(c)) == 0), "challenge is not the hash");
}

/* 12.C; false on a stop */
static bool
judge_data(const data_check *check, const eg_arena *arena,
		   const eg_stop *stop)
{
	eg_bytes	c1 = check->encrypted->c1;
	eg_bytes	data;
	bool		equal;

	if (!eg_kept_data(&data, &check->record->data, c1.size, arena))
	{
		report(check, "12.readable", EG_FAILED,
			   "data is neither base64 nor hexadecimal");
		report(check, "12.C", EG_NOT_RUN, "data is not readable");
		return true;
	}
	if (eg_contest_data_compare(&equal, check->h_i, check->known->index,
								check->encrypted->c0, check->record->beta,
								c1, data, stop) != EG_OK)
		return false;
	report(check, "12.C", eg_verdict_of(equal),
		   "data is not what C1 holds under these keys");
	return true;
}

static void
report_unknown(const data_check *check)
{
	static const char *const steps[] = {"12.A", "12.subgroup", "12.B", "12.C"};

	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++)
		report(check, steps[i], EG_NOT_RUN,
			   "there is nothing to check it against");
}

bool
eg_contest_data_check(const eg_election *election, const eg_ballot *ballot,
					  const eg_decrypted_data *record,
					  const eg_decryption_tables *tables,
					  const eg_arena *arena, const eg_check_sink *sink,
					  const eg_stop *stop, eg_fault *fault)
{
	data_check	check;
	const char *unknown;

	memset(&check, 0, sizeof(check));
	check.election = election;
	check.ballot = ballot;
	check.record = record;
	check.sink = sink;
	unknown = find_data(&check, arena);
	if (check.plan.exhausted)
		return eg_fault_set(fault, EG_FAULT_LIMIT, "out of memory");
	report(&check, "12.known", eg_verdict_of(unknown == NULL), unknown);
	if (unknown != NULL)
	{
		report_unknown(&check);
		return true;
	}
	eg_identifier_hash(check.h_i, election->h_e, ballot->identifier);
	if (!plan_proof(&check, tables, arena))
		return eg_fault_set(fault, EG_FAULT_LIMIT, "out of memory");
	if (eg_batch_run(&check.plan.batch, stop) != EG_OK)
		return eg_fault_set(fault, EG_FAULT_INTERRUPTED, "interrupted");
	judge_proof(&check);
	if (!judge_data(&check, arena, stop))
		return eg_fault_set(fault, EG_FAULT_INTERRUPTED, "interrupted");
	return true;
}
