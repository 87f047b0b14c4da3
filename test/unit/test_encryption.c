/*
 * test_encryption.c
 *		Encrypting ballots: what comes out verifies and holds what it should,
 *		for every vote that the sample election knows, and beyond its limits.
 */
#include <limits.h>

#include "protocol/ballot_check.h"
#include "protocol/chaining.h"
#include "protocol/contest_data.h"
#include "protocol/encryption.h"
#include "protocol/hash_uses.h"

#include "encoded.h"
#include "plain_sample.h"
#include "sample.h"
#include "test.h"

/* Draws of a ballot of style "both": see encryption.h. */
#define DRAWS	(2 + (2 * 4 + 4) + (2 * 8 + 6 + 12 + 1) + 2)

/* Powers: 2 for each encryption, 2 for each pair of a proof, 3 for each C0 */
#define POWERS	((2 * 6 + 4) + (2 * 10 + 8 + 12 + 3) + 3)

typedef struct fixture
{
	sample_arena arena;
	eg_election election;
	eg_plain_ballot plain;
	uint8_t		nonces[(DRAWS + 1) * EG_HASH_BYTES];
	eg_ballot	ballot;
	eg_fault	fault;
} fixture;

static void
start(fixture *f, const char *style)
{
	memset(f, 0, sizeof(*f));
	sample_arena_init(&f->arena);
	plain_sample_election(&f->election, &f->arena.arena);
	plain_sample_ballot(&f->plain, style, &f->election, &f->arena.arena);
	for (size_t i = 0; i < sizeof(f->nonces); i++)
		f->nonces[i] = (uint8_t) sample_random();
}

static void
end(fixture *f)
{
	sample_arena_free(&f->arena);
}

static void
vote(fixture *f, uint32_t contest, uint32_t option, uint32_t votes)
{
	plain_sample_contest(&f->plain, contest)->options[option - 1].votes = votes;
}

static bool
encrypt(fixture *f, const eg_random *random, const eg_stop *stop)
{
	const eg_base_tables none = {{NULL}};
	eg_power_counts counts;

	memset(&f->fault, 0, sizeof(f->fault));
	return eg_encryption_powers(&f->plain, &counts, &f->fault) &&
		eg_ballot_encrypt(&f->ballot, &f->election, &f->plain, &counts, &none,
						  random, &f->arena.arena, &f->arena.arena, stop,
						  &f->fault);
}

/* Encrypts with so many of the nonces; how many bytes are left. */
static bool
encrypt_given(fixture *f, size_t draws, size_t *left)
{
	eg_bytes	values = {f->nonces, draws * EG_HASH_BYTES};
	eg_given	given;
	eg_random	random = eg_random_given(&given, values);
	bool		made = encrypt(f, &random, NULL);

	*left = given.left;
	return made;
}

/*
 * Whether all checks pass that a fresh ballot can pass
 */

static void
count_failure(void *context, const char *step, eg_verdict verdict,
			  const eg_check_place *place, const char *detail)
{
	(void) place;
	(void) detail;
	if (verdict != EG_PASSED && strcmp(step, "8.B") != 0)
		++*(int *) context;
}

static bool
verifies_unless_stopped(fixture *f, const eg_stop *stop)
{
	int			failures = 0;
	eg_check_sink sink = {count_failure, &failures};
	eg_key_tables none = {NULL, NULL};

	return eg_ballot_check(&f->election, &f->ballot, &none, &f->arena.arena,
						   &sink, stop, &f->fault) && failures == 0;
}

static bool
verifies(fixture *f)
{
	return verifies_unless_stopped(f, NULL);
}

/* Whether the encryption of an option holds this value. */
static bool
holds(const fixture *f, uint32_t contest, uint32_t option, uint32_t value)
{
	const eg_contest *c = &f->ballot.contests[contest - 1];
	const eg_ciphertext *ciphertext = c->selections[option - 1].ciphertext;
	uint8_t		key[EG_SCALAR_BYTES];
	uint8_t		power[EG_SCALAR_BYTES];
	uint8_t		expected[EG_ELEMENT_BYTES];

	/* beta = alpha^s K^value */
	scalar_set(key, PLAIN_SAMPLE_VOTE_KEY);
	scalar_set(power, value);
	element_product(expected, ciphertext->pad, key, f->election.vote_key,
					power);
	return memcmp(expected, ciphertext->data, sizeof(expected)) == 0;
}

static bool
holds_all(const fixture *f, const uint32_t *values)
{
	return holds(f, 1, 1, values[0]) && holds(f, 1, 2, values[1]) &&
		holds(f, 2, 1, values[2]) && holds(f, 2, 2, values[3]) &&
		holds(f, 2, 3, values[4]);
}

/* Encrypts given votes and expects these in their place. */
static void
test_votes(const uint32_t *given, const uint32_t *expected, const char *name)
{
	fixture		f;
	bool		made;

	start(&f, "both");
	vote(&f, 1, 1, given[0]);
	vote(&f, 1, 2, given[1]);
	vote(&f, 2, 1, given[2]);
	vote(&f, 2, 2, given[3]);
	vote(&f, 2, 3, given[4]);
	made = encrypt(&f, &eg_random_fresh, NULL);
	test_ok(made && verifies(&f), "%s: verifies", name);
	test_ok(made && holds_all(&f, expected), "%s: holds", name);
	end(&f);
}

static void
test_all_votes(void)
{
	static const struct
	{
		const char *name;
		uint32_t	given[5];
		uint32_t	expected[5];
	}			cases[] = {
		{"null vote", {0, 0, 0, 0, 0}, {0, 0, 0, 0, 0}},
		{"votes", {1, 0, 3, 2, 1}, {1, 0, 3, 2, 1}},
		{"other votes", {0, 1, 2, 3, 2}, {0, 1, 2, 3, 2}},
		{"undervote", {0, 1, 1, 0, 0}, {0, 1, 1, 0, 0}},
		{"above the contest limit", {1, 1, 3, 3, 2}, {0, 0, 0, 0, 2}},
		{"above an option limit", {2, 0, 4, 0, 1}, {0, 0, 0, 0, 1}},
		{"above a supplemental limit", {1, 0, 1, 1, 3}, {1, 0, 0, 0, 0}},
		{"sums that wrap in 32 bits",
			{UINT32_MAX, 2, 0x80000000, 0x80000001, 0},
			{0, 0, 0, 0, 0}},
		{"the largest numbers",
			{UINT32_MAX, UINT32_MAX, UINT32_MAX, UINT32_MAX, UINT32_MAX},
			{0, 0, 0, 0, 0}},
	};

	for (size_t i = 0; i < lengthof(cases); i++)
		test_votes(cases[i].given, cases[i].expected, cases[i].name);
}

/* Opens contest data with the secret key: alpha^s^ is beta. */
static void
test_data(void)
{
	fixture		f;
	uint8_t		data[PLAIN_SAMPLE_BLOCKS * EG_HASH_BYTES];
	uint8_t		secret[EG_SCALAR_BYTES];
	uint8_t		beta[EG_ELEMENT_BYTES];
	uint8_t		h[EG_HASH_BYTES];
	uint8_t		key[EG_HASH_BYTES];
	const eg_hashed_ciphertext *out;
	bool		same = true;

	start(&f, "second");
	for (size_t i = 0; i < sizeof(data); i++)
		data[i] = (uint8_t) sample_random();
	plain_sample_contest(&f.plain, 2)->data = data;
	test_ok(encrypt(&f, &eg_random_fresh, NULL) && verifies(&f),
			"a style of one contest");
	out = f.ballot.contests[0].data;
	scalar_set(secret, PLAIN_SAMPLE_DATA_KEY);
	element_power(beta, out->c0, secret);
	eg_contest_data_secret_key(h, f.ballot.identifier_hash, 2, out->c0, beta);
	for (uint32_t i = 0; i < PLAIN_SAMPLE_BLOCKS; i++)
	{
		eg_contest_data_encryption_key(key, h, 2, PLAIN_SAMPLE_BLOCKS, i + 1);
		for (size_t j = 0; j < EG_HASH_BYTES; j++)
			same = same && (out->c1.data[32 * i + j] ^ key[j]) ==
				data[32 * i + j];
	}
	test_ok(same && out->c1.size == sizeof(data), "contest data is D");
	end(&f);
}

/* The ballot nonce opens too, and all selections come from it. */
static void
test_nonce(void)
{
	fixture		f;
	uint8_t		secret[EG_SCALAR_BYTES];
	uint8_t		element[EG_ELEMENT_BYTES];
	uint8_t		xi[EG_HASH_BYTES];
	uint8_t		key[EG_HASH_BYTES];
	size_t		left;
	bool		same = true;

	start(&f, "both");
	test_ok(encrypt_given(&f, DRAWS, &left), "given nonces");
	scalar_set(secret, PLAIN_SAMPLE_DATA_KEY);
	element_power(element, f.ballot.nonce->c0, secret);
	eg_ballot_nonce_secret_key(key, f.ballot.identifier_hash,
							   f.ballot.nonce->c0, element);
	eg_ballot_nonce_encryption_key(key, key);
	for (size_t i = 0; i < EG_HASH_BYTES; i++)
		same = same && (f.ballot.nonce->c1.data[i] ^ key[i]) ==
			f.nonces[EG_HASH_BYTES + i];
	test_ok(same, "the encrypted nonce is the second that was drawn");
	test_ok(memcmp(f.ballot.identifier, f.nonces, EG_HASH_BYTES) == 0,
			"the identifier is the first");
	eg_encryption_nonce(xi, f.ballot.identifier_hash, 2, 1,
						f.nonces + EG_HASH_BYTES);
	element_of_scalar(element, xi);
	test_ok(memcmp(element, f.ballot.contests[1].selections[0].ciphertext->pad,
				   sizeof(element)) == 0, "selections come from it");
	end(&f);
}

/* Every draw is used, and a missing one is a fault wherever it is missing. */
static void
test_draws(void)
{
	fixture		f;
	eg_bytes	first;
	size_t		left;
	size_t		refused = 0;

	start(&f, "both");
	test_ok(encrypt_given(&f, DRAWS, &left) && left == 0,
			"%d draws are used up", DRAWS);
	first = sample_encode(&f.ballot, &f.arena.arena);
	test_ok(encrypt_given(&f, DRAWS + 1, &left) && left == EG_HASH_BYTES &&
			eg_bytes_equal(first, sample_encode(&f.ballot, &f.arena.arena)),
			"and no more; the same nonces make the same ballot");
	for (size_t draws = 0; draws < DRAWS; draws++)
		refused += !encrypt_given(&f, draws, &left) && left == 0 &&
			f.fault.kind == EG_FAULT_VALUE;
	test_ok(refused == DRAWS, "fewer are refused");
	test_ok(encrypt(&f, &eg_random_fresh, NULL) &&
			!eg_bytes_equal(first, sample_encode(&f.ballot, &f.arena.arena)),
			"fresh ones make another");
	end(&f);
}

static void
test_counts(void)
{
	fixture		f;
	eg_power_counts counts;
	eg_plain_option options[4];

	start(&f, "both");
	test_ok(eg_encryption_powers(&f.plain, &counts, &f.fault) &&
			counts.n[EG_BASE_GENERATOR] + counts.n[EG_BASE_VOTE_KEY] +
			counts.n[EG_BASE_DATA_KEY] == POWERS, "%d powers", POWERS);

	/* One contest of four options, the measure of benchmarks */
	f.plain.n = 1;
	memcpy(options, f.plain.contests[0].options, sizeof(options) / 2);
	memcpy(options + 2, options, sizeof(options) / 2);
	f.plain.contests[0].options = options;
	f.plain.contests[0].n = 4;
	test_ok(eg_encryption_powers(&f.plain, &counts, &f.fault) &&
			counts.n[EG_BASE_GENERATOR] == 16 &&
			counts.n[EG_BASE_VOTE_KEY] == 14 &&
			counts.n[EG_BASE_DATA_KEY] == 1, "31 powers for four options");

	options[0].rules.limit = UINT16_MAX - 1;
	test_ok(eg_encryption_powers(&f.plain, &counts, &f.fault),
			"the longest proof");
	options[0].rules.limit = UINT16_MAX;
	test_ok(!eg_encryption_powers(&f.plain, &counts, &f.fault) &&
			f.fault.kind == EG_FAULT_LIMIT &&
			f.fault.contest.size == 5, "a longer one is refused");
	end(&f);
}

static void
test_form(void)
{
	static const uint8_t control[] = "a\nb";
	fixture		f;

	start(&f, "both");
	f.plain.weight = 0;
	test_ok(!encrypt(&f, &eg_random_fresh, NULL) &&
			f.fault.kind == EG_FAULT_VALUE, "weight 0 is refused");
	f.plain.weight = (uint64_t) EG_MAX_WEIGHT + 1;
	test_ok(!encrypt(&f, &eg_random_fresh, NULL), "and one too large");
	f.plain.weight = EG_MAX_WEIGHT;
	f.plain.id.data = control;
	f.plain.id.size = 3;
	test_ok(!encrypt(&f, &eg_random_fresh, NULL) &&
			f.fault.kind == EG_FAULT_FORMAT, "an id that is no label");
	f.plain.id.size = 1;
	f.plain.device.size = 0;
	test_ok(!encrypt(&f, &eg_random_fresh, NULL) &&
			f.fault.ballot.size == 1, "a device that is no label");
	end(&f);
}

/* Wherever memory ends, that is a fault. */
static void
test_exhaustion(void)
{
	fixture		f;
	size_t		limit = 0;
	size_t		wrong = 0;
	bool		made;

	start(&f, "second");
	do
	{
		sample_arena_limit(&f.arena, limit++);
		made = encrypt(&f, &eg_random_fresh, NULL);
		wrong += !made && f.fault.kind != EG_FAULT_LIMIT;
	} while (!made && limit < 1000);
	test_ok(made && limit > 40 && wrong == 0,
			"an arena that is exhausted is a fault");
	sample_arena_limit(&f.arena, SIZE_MAX);
	test_ok(verifies(&f), "one that suffices makes a ballot");
	end(&f);
}

static void
test_stop(void)
{
	fixture		f;
	int			left = 0;
	eg_stop		stop = {test_stop_after, &left};
	int			calls = 0;
	size_t		wrong = 0;
	bool		made;

	start(&f, "second");
	do
	{
		left = ++calls;
		made = encrypt(&f, &eg_random_fresh, &stop);
		wrong += !made && f.fault.kind != EG_FAULT_INTERRUPTED;
	} while (!made && calls < 1000);
	test_ok(made && calls > 4 && wrong == 0, "every stop is obeyed");
	end(&f);
}

/*
 * A check asks before its powers, between them and after them; stopped, it
 * says neither that it has passed nor that it has failed.
 */
static void
test_stopped_check(void)
{
	fixture		f;
	int			left = INT_MAX;
	eg_stop		stop = {test_stop_after, &left};
	int			looks;
	size_t		wrong = 0;

	start(&f, "second");
	encrypt(&f, &eg_random_fresh, NULL);
	test_ok(verifies_unless_stopped(&f, &stop), "a check that is not stopped");
	looks = INT_MAX - left;
	for (int i = 1; i <= looks; i += i < 20 || i > looks - 15 ? 1 : looks / 8)
	{
		left = i;
		memset(&f.fault, 0, sizeof(f.fault));
		wrong += verifies_unless_stopped(&f, &stop) ||
			f.fault.kind != EG_FAULT_INTERRUPTED;
	}
	test_ok(looks > 50 && wrong == 0, "a check obeys every stop of %d", looks);
	end(&f);
}

/*
 * Contest data
 */

static bool
writes(const fixture *f, const char *expected)
{
	const eg_plain_contest *contest = plain_sample_contest(&f->plain, 2);
	uint8_t		data[PLAIN_SAMPLE_BLOCKS * EG_HASH_BYTES] = {0};
	uint8_t		wanted[sizeof(data)] = {0};
	eg_fault	fault = {0};

	eg_put32(wanted, (uint32_t) strlen(expected));
	memcpy(wanted + 4, expected, strlen(expected));
	return eg_contest_data_size(contest) == sizeof(data) &&
		eg_contest_data_write(data, contest, &fault) &&
		memcmp(data, wanted, sizeof(data)) == 0;
}

static void
set_text(fixture *f, const char *text)
{
	eg_bytes   *to = &plain_sample_contest(&f->plain, 2)->options[1].text;

	to->data = (const uint8_t *) text;
	to->size = strlen(text);
}

static void
test_contest_data(void)
{
	uint8_t		data[PLAIN_SAMPLE_BLOCKS * EG_HASH_BYTES] = {0};
	fixture		f;

	start(&f, "both");
	test_ok(writes(&f, "{\"null_vote\":true}"), "a null vote");
	vote(&f, 2, 1, 3);
	test_ok(writes(&f, "{\"undervote\":2}"), "an undervote");
	vote(&f, 2, 2, 2);
	test_ok(writes(&f, ""), "nothing to tell");
	vote(&f, 2, 3, 2);
	test_ok(writes(&f, ""), "a supplemental field is no vote");
	vote(&f, 2, 2, 3);
	test_ok(writes(&f, "{\"overvote\":[3,3,2]}"), "an overvote");
	set_text(&f, "Zo\xc3\xab \"\\\x01\x1f\x7f");
	vote(&f, 2, 2, 2);
	test_ok(writes(&f, "{\"write_ins\":{\"2\":\"Zo\xc3\xab \\\"\\\\\\u0001\\u001f\x7f\"}}"),
			"a write-in is escaped");
	vote(&f, 2, 1, UINT32_MAX);
	set_text(&f, "Zoe");
	test_ok(writes(&f, "{\"overvote\":[4294967295,2,2],\"write_ins\":{\"2\":\"Zoe\"}}"),
			"an overvote with a write-in");

	/* {"write_ins":{"2":""}} has 22 bytes, and D 60 for text. */
	vote(&f, 2, 1, 3);
	set_text(&f, "12345678901234567890123456789012345678");
	test_ok(writes(&f, "{\"write_ins\":{\"2\":\"12345678901234567890123456789012345678\"}}"),
			"text to the last byte");
	set_text(&f, "123456789012345678901234567890123456789");
	test_ok(!eg_contest_data_write(data, plain_sample_contest(&f.plain, 2),
								   &f.fault) &&
			f.fault.kind == EG_FAULT_LIMIT && f.fault.contest.size == 6,
			"a byte more is refused");
	end(&f);
}

int
main(void)
{
	test_begin();

	/* Kernels have tests of their own: here, the fastest will do. */
	eg_kernel_use(EG_KERNEL_PORTABLE);
	eg_kernel_use(EG_KERNEL_IFMA);
	test_all_votes();
	test_data();
	test_nonce();
	test_draws();
	test_counts();
	test_form();
	test_exhaustion();
	test_stop();
	test_stopped_check();
	test_contest_data();
	return test_end();
}
