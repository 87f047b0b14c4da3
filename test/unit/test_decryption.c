/*
 * test_decryption.c
 *		Threshold decryption: any quorum finds the votes, nobody else does.
 */
#include "math/lagrange.h"
#include "math/montgomery.h"
#include "math/power.h"
#include "math/scalar.h"
#include "protocol/decryption.h"

#include "sample.h"
#include "test.h"

#define MOST_GUARDIANS	5
#define VOTES			3
#define BOUND			1000

static const eg_group *const group = &eg_group_2_1_0;
static sample_arena memory;

/* Guardians with shares z_i = P(i) of the secret P(0); k are a quorum. */
typedef struct guardians
{
	size_t		n;
	size_t		k;
	mp_limb_t	key[EG_MAX_LIMBS];	/* K = g^P(0) */
	uint8_t		shares[MOST_GUARDIANS][EG_SCALAR_BYTES];
} guardians;

/* Uniform below 2^255: test_random_scalar is 0 every hundredth time. */
static void
random_scalar(mp_limb_t *x)
{
	for (int i = 0; i < EG_MAX_SCALAR_LIMBS; i++)
		x[i] = test_random();
	x[EG_MAX_SCALAR_LIMBS - 1] >>= 1;
}

static void
make_guardians(guardians *all, size_t n, size_t k)
{
	mp_limb_t	coefficients[MOST_GUARDIANS][EG_MAX_SCALAR_LIMBS];

	all->n = n;
	all->k = k;
	for (size_t i = 0; i < k; i++)
		random_scalar(coefficients[i]);
	eg_power(group, all->key, group->g, coefficients[0], EG_MAX_SCALAR_LIMBS);
	for (size_t i = 0; i < n; i++)
	{
		mp_limb_t	x[EG_MAX_SCALAR_LIMBS] = {i + 1};
		mp_limb_t	z[EG_MAX_SCALAR_LIMBS] = {0};

		for (size_t j = k; j-- > 0;)
		{
			eg_scalar_mul(group, z, z, x);
			eg_scalar_add(group, z, z, coefficients[j]);
		}
		eg_scalar_export(group, all->shares[i], z);
	}
}

/* (g^r, K^(r + votes)), spec 3.3.1, equation 31. */
static void
encrypt(const guardians *all, uint8_t *ciphertext, uint64_t votes)
{
	mp_limb_t	r[EG_MAX_SCALAR_LIMBS];
	mp_limb_t	v[EG_MAX_SCALAR_LIMBS] = {votes};
	mp_limb_t	x[EG_MAX_LIMBS];

	random_scalar(r);
	eg_power(group, x, group->g, r, EG_MAX_SCALAR_LIMBS);
	eg_element_export(group, ciphertext, x);
	eg_scalar_add(group, r, r, v);
	eg_power(group, x, all->key, r, EG_MAX_SCALAR_LIMBS);
	eg_element_export(group, ciphertext + EG_ELEMENT_BYTES, x);
}

/* The votes that these guardians find, counted from 0; -1 if there are none. */
static int64_t
decrypt(const guardians *all, const uint8_t *ciphertext, const size_t *who,
		size_t n, uint8_t (*partials)[EG_ELEMENT_BYTES])
{
	const uint8_t *pointers[MOST_GUARDIANS];
	uint32_t	indices[MOST_GUARDIANS];
	mp_limb_t	w[MOST_GUARDIANS * EG_MAX_SCALAR_LIMBS];
	mp_limb_t	t[EG_MAX_LIMBS];
	eg_discrete_log log;
	void	   *table = malloc(eg_discrete_log_size(BOUND));
	uint64_t	votes = 0;
	eg_status	status;

	for (size_t i = 0; i < n; i++)
	{
		pointers[i] = partials[who[i]];
		indices[i] = (uint32_t) who[i] + 1;
	}
	status = eg_lagrange(group, w, indices, n);
	if (status == EG_OK)
		status = eg_combine(group, t, ciphertext, pointers, w, n, NULL);
	if (status == EG_OK)
		status = eg_discrete_log_init(&log, group, all->key, BOUND, table,
									  NULL);
	if (status == EG_OK)
		status = eg_discrete_log_find(&log, &votes, t, NULL);
	free(table);
	return status == EG_OK ? (int64_t) votes : -1;
}

/* n guardians in random order */
static void
shuffle(size_t *who, size_t n)
{
	for (size_t i = 0; i < n; i++)
	{
		size_t		j = (size_t) (test_random() % (i + 1));

		who[i] = who[j];
		who[j] = i;
	}
}

static void
test_quorums(size_t n, size_t k)
{
	guardians	all;
	size_t		who[MOST_GUARDIANS];
	uint8_t		partials[MOST_GUARDIANS][EG_ELEMENT_BYTES];
	uint8_t		ciphertext[EG_CIPHERTEXT_BYTES];
	size_t		offender = 99;
	bool		passed = true;

	make_guardians(&all, n, k);
	for (int i = 0; i < VOTES; i++)
	{
		static const uint64_t votes[VOTES] = {0, 1, BOUND};

		encrypt(&all, ciphertext, votes[i]);
		for (size_t j = 0; j < n; j++)
			passed = passed &&
				eg_partial_decrypt(group, partials[j], ciphertext, 1,
								   all.shares[j], &offender, NULL) == EG_OK;
		for (size_t size = 1; size <= n; size++)
		{
			int64_t		found;

			shuffle(who, n);
			found = decrypt(&all, ciphertext, who, size, partials);
			passed = passed &&
				found == (size >= k ? (int64_t) votes[i] : -1);
		}
	}
	test_ok(passed, "%d of %d guardians, and fewer", (int) k, (int) n);

	/* More than the bound, and a partial decryption that is another's. */
	encrypt(&all, ciphertext, BOUND + 1);
	for (size_t j = 0; j < n; j++)
		passed = passed &&
			eg_partial_decrypt(group, partials[j], ciphertext, 1,
							   all.shares[j], &offender, NULL) == EG_OK;
	for (size_t j = 0; j < n; j++)
		who[j] = j;
	passed = passed && decrypt(&all, ciphertext, who, k, partials) == -1;
	encrypt(&all, ciphertext, 1);
	test_ok(passed && decrypt(&all, ciphertext, who, k, partials) == -1,
			"%d of %d guardians: no votes up to the bound", (int) k, (int) n);
}

/* M_i = A^z_i by mpz, some batches and what is left over. */
static void
test_partials(void)
{
	enum
	{
		N = 19
	};
	guardians	all;
	uint8_t		ciphertexts[N * EG_CIPHERTEXT_BYTES];
	uint8_t		elements[N * EG_ELEMENT_BYTES];
	size_t		offender = 99;
	mpz_t		p,
				a,
				z;
	bool		passed;

	mpz_inits(p, a, z, NULL);
	limbs_to_mpz(p, group->p, group->limbs);
	make_guardians(&all, 1, 1);
	for (int i = 0; i < N; i++)
		encrypt(&all, ciphertexts + i * EG_CIPHERTEXT_BYTES, 1);
	passed = eg_partial_decrypt(group, elements, ciphertexts, N, all.shares[0],
								&offender, NULL) == EG_OK;
	mpz_import(z, EG_SCALAR_BYTES, 1, 1, 1, 0, all.shares[0]);
	for (int i = 0; i < N; i++)
	{
		uint8_t		expected[EG_ELEMENT_BYTES] = {0};
		size_t		size;

		mpz_import(a, EG_ELEMENT_BYTES, 1, 1, 1, 0,
				   ciphertexts + i * EG_CIPHERTEXT_BYTES);
		mpz_powm(a, a, z, p);
		size = (mpz_sizeinbase(a, 2) + 7) / 8;
		mpz_export(expected + EG_ELEMENT_BYTES - size, NULL, 1, 1, 1, 0, a);
		passed = passed && memcmp(expected, elements + i * EG_ELEMENT_BYTES,
								  EG_ELEMENT_BYTES) == 0;
	}
	test_ok(passed, "partial decryptions");
	test_ok(eg_partial_decrypt(group, NULL, NULL, 0, all.shares[0], &offender,
							   NULL) == EG_OK, "of no ciphertext");
	mpz_clears(p, a, z, NULL);
}

static void
test_bad_shares(void)
{
	guardians	all;
	uint8_t		ciphertext[EG_CIPHERTEXT_BYTES];
	uint8_t		element[EG_ELEMENT_BYTES];
	size_t		offender = 99;
	bool		passed = true;

	make_guardians(&all, 1, 1);
	encrypt(&all, ciphertext, 0);

	/* 0, 1, q - 1, q, q + 1, 2^256 - 1 */
	for (int i = 0; i < 6; i++)
	{
		uint8_t		share[EG_SCALAR_BYTES];
		mp_limb_t	x[EG_MAX_SCALAR_LIMBS] = {0};
		bool		allowed = i == 1 || i == 2;

		if (i == 5)
			memset(x, 0xFF, sizeof(x));
		else if (i >= 2)
		{
			mpn_sub_1(x, group->q, EG_MAX_SCALAR_LIMBS, 1);
			mpn_add_1(x, x, EG_MAX_SCALAR_LIMBS, (mp_limb_t) i - 2);
		}
		else
			x[0] = (mp_limb_t) i;
		eg_scalar_export(group, share, x);
		passed = passed && (allowed ? EG_OK : EG_INVALID) ==
			eg_partial_decrypt(group, element, ciphertext, 1, share, &offender,
							   NULL);
		if (i == 1)
			passed = passed && memcmp(element, ciphertext,
									  EG_ELEMENT_BYTES) == 0;
	}
	test_ok(passed, "shares 0, 1, q - 1, q, q + 1 and 2^256 - 1");
}

/* Elements outside Z_p^r, which would tell the share modulo small primes. */
static void
test_non_members(void)
{
	enum
	{
		N = 11
	};
	guardians	all;
	uint8_t		ciphertexts[N * EG_CIPHERTEXT_BYTES];
	uint8_t		elements[N * EG_ELEMENT_BYTES];
	bool		passed = true;

	make_guardians(&all, 1, 1);
	for (int i = 0; i < N; i++)
		encrypt(&all, ciphertexts + i * EG_CIPHERTEXT_BYTES, 1);
	for (int i = 0; i < 7; i++)
	{
		size_t		victim = (size_t) i * 5 % N;
		uint8_t    *pad = ciphertexts + victim * EG_CIPHERTEXT_BYTES;
		uint8_t		old[EG_ELEMENT_BYTES];
		size_t		offender = 99;
		mp_limb_t	x[EG_MAX_LIMBS];

		memcpy(old, pad, sizeof(old));
		eg_element_import(group, x, pad);
		if (i < 2)
			mpn_zero(x, EG_MAX_LIMBS);	/* 0, p */
		if (i == 1 || i == 2)
			mpn_copyi(x, group->p, EG_MAX_LIMBS);
		if (i == 2)
			x[0]--;				/* p - 1, of order 2 */
		if (i == 3)
			mpn_sub_n(x, group->p, x, EG_MAX_LIMBS);	/* -A, of order 2 q */
		if (i >= 4)
			test_random_element(group, x);
		eg_element_export(group, pad, x);
		passed = passed && EG_NOT_FOUND ==
			eg_partial_decrypt(group, elements, ciphertexts, N, all.shares[0],
							   &offender, NULL) && offender == victim;
		memcpy(pad, old, sizeof(old));
	}
	test_ok(passed, "pads 0, p, of order 2 and 2 q, and others, are refused");
}

static void
test_stop(void)
{
	guardians	all;
	uint8_t		ciphertexts[3 * EG_CIPHERTEXT_BYTES];
	uint8_t		elements[3 * EG_ELEMENT_BYTES];
	const uint8_t *partials[3] = {
		elements, elements + EG_ELEMENT_BYTES, elements + 2 * EG_ELEMENT_BYTES
	};
	mp_limb_t	w[3 * EG_MAX_SCALAR_LIMBS];
	mp_limb_t	t[EG_MAX_LIMBS];
	uint32_t	indices[3] = {1, 2, 3};
	size_t		offender;
	int			left = 2;
	eg_stop		stop = {test_stop_after, &left};
	bool		passed;

	make_guardians(&all, 1, 1);
	for (int i = 0; i < 3; i++)
		encrypt(&all, ciphertexts + i * EG_CIPHERTEXT_BYTES, 1);
	passed = eg_partial_decrypt(group, elements, ciphertexts, 3, all.shares[0],
								&offender, &stop) == EG_INTERRUPTED;
	left = 1;
	passed = passed && EG_INTERRUPTED ==
		eg_partial_decrypt(group, elements, ciphertexts, 3, all.shares[0],
						   &offender, &stop);
	left = 100;
	passed = passed && EG_OK ==
		eg_partial_decrypt(group, elements, ciphertexts, 3, all.shares[0],
						   &offender, &stop);
	left = 1;
	eg_lagrange(group, w, indices, 3);
	test_ok(passed && eg_combine(group, t, ciphertexts, partials, w, 3,
								 &stop) == EG_INTERRUPTED,
			"stops when it is told to");

	passed = eg_combine(group, t, ciphertexts, partials, w, 0,
						NULL) == EG_INVALID &&
		eg_combine(group, t, ciphertexts, partials, w, EG_MAX_GUARDIANS + 1,
				   NULL) == EG_INVALID;
	memset(elements + EG_ELEMENT_BYTES, 0xFF, EG_ELEMENT_BYTES);
	passed = passed && eg_combine(group, t, ciphertexts, partials, w, 3,
								  NULL) == EG_INVALID;
	memset(elements + EG_ELEMENT_BYTES, 0, EG_ELEMENT_BYTES);
	test_ok(passed && eg_combine(group, t, ciphertexts, partials, w, 3,
								 NULL) == EG_INVALID,
			"no guardians, too many, partial decryptions 0 and above p");
	memset(ciphertexts + EG_ELEMENT_BYTES, 0, EG_ELEMENT_BYTES);
	test_ok(eg_combine(group, t, ciphertexts, partials, w, 1,
					   NULL) == EG_INVALID, "data 0");
}

/* A tally of one ballot. */
static void
make_tally(eg_tally *tally, bool election)
{
	static const sample_style style = {{3, 0, 0, 4}};
	sample_form form = sample_small_form();
	eg_tally_state state = {0};
	eg_addend	addend;
	eg_fault	fault = {0};
	eg_bytes	bytes;

	form.style = style;
	form.fields = election ? EG_BALLOT_HAS_ELECTION : 0;
	bytes = sample_encode(sample_ballot(&form, &memory.arena), &memory.arena);
	addend = sample_ballot_addend(bytes);
	sample_add(&state, &addend, &memory.arena, &fault);
	eg_tally_view(tally, sample_finish(&state, &memory.arena));
}

/* What is wrong with the n-th record of test_records; NULL: nothing. */
static const char *
spoil(eg_partial_record *record, int n)
{
	eg_partial_contest *a = &record->contests[0];
	eg_partial_contest *b = &record->contests[1];
	eg_partial_contest swap = *a;

	switch (n)
	{
		case 0:
			return NULL;
		case 1:
			record->election = NULL;
			return "partial decryption belongs to another election";
		case 2:
			record->election = sample_bytes(EG_HASH_BYTES, &memory.arena);
			return "partial decryption belongs to another election";
		case 3:
			record->n = 1;
			return "partial decryption lacks a contest of the tally";
		case 4:
			record->n = 0;
			return "partial decryption lacks a contest of the tally";
		case 5:
			*a = *b;
			*b = swap;
			return "partial decryption lacks a contest of the tally";
		case 6:
			b->index++;
			return "partial decryption lacks a contest of the tally";
		case 7:
			b->label = a->label;
			return "partial decryption lacks a contest of the tally";
		case 8:
			a->n = 1;
			return "partial decryption lacks an option of the tally";
		case 9:
			a->selections[1].index++;
			return "partial decryption lacks an option of the tally";
		case 10:
			b->selections[0].label.size--;
			return "partial decryption lacks an option of the tally";
		case 11:
			a->n = 3;
			return "partial decryption has options that the tally has not";
		default:
			record->n = 3;
			return "partial decryption has contests that the tally has not";
	}
}

static void
test_records(void)
{
	for (int n = 0; n <= 12; n++)
	{
		eg_tally	tally;
		eg_partial_record record = {0};
		const uint8_t *elements;
		const uint8_t *gathered[4] = {NULL};
		const char *message;
		eg_fault	fault = {0};
		bool		matches;

		make_tally(&tally, true);
		elements = sample_bytes(3 * EG_ELEMENT_BYTES, &memory.arena);
		eg_partial_record_build(&record, &tally, elements, &memory.arena,
								&fault);
		message = spoil(&record, n);
		matches = eg_partial_record_match(gathered, &record, &tally, &fault);
		if (message == NULL)
			test_ok(matches && gathered[0] == elements &&
					gathered[1] == elements + EG_ELEMENT_BYTES &&
					gathered[2] == elements + 2 * EG_ELEMENT_BYTES &&
					gathered[3] == NULL, "a record that matches");
		else
			test_ok(!matches && fault.kind == EG_FAULT_MISMATCH &&
					strcmp(fault.message, message) == 0, "%d: %s", n, message);
		sample_arena_free(&memory);
	}
}

static void
test_memory(void)
{
	eg_tally	tally;
	eg_partial_record record = {0};
	eg_fault	fault = {0};
	const uint8_t *gathered[3];
	bool		passed = true;

	make_tally(&tally, false);
	for (size_t limit = 0; limit < 2; limit++)
	{
		memset(&fault, 0, sizeof(fault));
		sample_arena_limit(&memory, limit);
		passed = passed && !eg_partial_record_build(&record, &tally,
													tally.ciphertexts,
													&memory.arena, &fault) &&
			fault.kind == EG_FAULT_LIMIT;
	}
	sample_arena_limit(&memory, SIZE_MAX);
	memset(&fault, 0, sizeof(fault));
	test_ok(passed && eg_partial_record_build(&record, &tally,
											  tally.ciphertexts,
											  &memory.arena, &fault) &&
			eg_partial_record_match(gathered, &record, &tally, &fault),
			"no memory for a record, and a tally of no election");
	sample_arena_free(&memory);
}

int
main(void)
{
	test_begin();
	sample_arena_init(&memory);
	for (int kernel = 0; kernel < TEST_KERNELS; kernel++)
	{
		if (!test_kernel(kernel))
			continue;
		test_quorums(1, 1);
		test_quorums(3, 2);
		test_quorums(5, 3);
		test_quorums(4, 4);
		test_partials();
		test_bad_shares();
		test_non_members();
		test_stop();
	}
	test_records();
	test_memory();
	return test_end();
}
