/*
 * test_constant_time.c
 *		Nothing secret decides a branch or an address, as valgrind sees it.
 *
 * Secrets are declared uninitialised; valgrind then reports every jump and
 * every address that depends on one, in our code and in GMP's.  The program
 * counts those reports, so it is run as "valgrind -q --log-file=/dev/null
 * test_constant_time"; anywhere else it skips.  It sees the portable kernel
 * and all that is above the kernels: valgrind runs no AVX-512.
 */
#include "math/fixed_base.h"
#include "math/montgomery.h"
#include "math/power.h"
#include "math/scalar.h"
#include "math/secret_power.h"
#include "protocol/encryption.h"
#include "protocol/hash_uses.h"
#include "protocol/key_shares.h"
#include "protocol/nonce_share.h"

#include "guardian_sample.h"
#include "plain_sample.h"
#include "sample.h"
#include "test.h"
#include "test_groups.h"

#if defined(__has_include)
#if __has_include(<valgrind/memcheck.h>)
#include <valgrind/memcheck.h>
#endif
#endif

#ifdef VALGRIND_COUNT_ERRORS

typedef struct secrets
{
	mp_limb_t	x[EG_MAX_LIMBS];
	mp_limb_t	a[EG_MAX_SCALAR_LIMBS];
	mp_limb_t	b[EG_MAX_SCALAR_LIMBS];
	uint8_t		bytes[EG_SCALAR_BYTES];
} secrets;

/* Whether valgrind reported nothing since it was last asked. */
static bool
silent(void)
{
	static unsigned before;
	unsigned	now = VALGRIND_COUNT_ERRORS;
	bool		result = now == before;

	before = now;
	return result;
}

static void
make_secrets(secrets *s, const eg_group *group)
{
	test_random_element(group, s->x);
	test_random_scalar(group, s->a);
	test_random_scalar(group, s->b);
	eg_scalar_export(group, s->bytes, s->a);
	(void) VALGRIND_MAKE_MEM_UNDEFINED(s, sizeof(*s));
}

static void
test_elements(const eg_group *group, const secrets *s)
{
	mp_limb_t	r[EG_MAX_LIMBS];
	eg_fixed_base fixed;
	unsigned	window;

	eg_mont_mul_secret(group, r, s->x, s->x);
	eg_mont_sqr_secret(group, r, s->x);
	test_ok(silent(), "%s: product and square", group->name);

	for (window = 4; window <= 5; window++)
	{
		void	   *memory = malloc(eg_fixed_base_size(group, EG_TABLE_SECRET, window));

		if (memory == NULL)
			abort();
		eg_fixed_base_init(&fixed, group, EG_TABLE_SECRET, window, memory, group->g, NULL);
		eg_fixed_base_power_secret(&fixed, r, s->a);
		test_ok(silent(), "%s: power from a table of window %u", group->name,
				window);
		free(memory);
	}
}

/* With a table and without, beside each other. */
static void
test_batch(const eg_group *group, const secrets *s)
{
	mp_limb_t	r[3][EG_MAX_LIMBS];
	eg_fixed_base fixed;
	void	   *memory = malloc(eg_fixed_base_size(group, EG_TABLE_SECRET,
												   6));
	const eg_secret_power powers[3] = {
		{group->g, &fixed, s->a, r[0]},
		{group->g, NULL, s->a, r[1]},
		{group->g, NULL, s->b, r[2]},
	};
	size_t		offender;

	if (memory == NULL ||
		eg_fixed_base_init(&fixed, group, EG_TABLE_SECRET, 6, memory,
						   group->g, NULL) != EG_OK)
		abort();
	eg_secret_power_run(group, powers, lengthof(powers), &offender, NULL);
	test_ok(silent(), "%s: batch of secret powers", group->name);
	free(memory);
}

static void
test_scalars(const eg_group *group, const secrets *s)
{
	mp_limb_t	r[EG_MAX_SCALAR_LIMBS];
	bool		below;

	eg_scalar_add(group, r, s->a, s->b);
	eg_scalar_sub(group, r, s->a, s->b);
	eg_scalar_mul(group, r, s->a, s->b);
	eg_scalar_reduce(group, r, s->bytes);
	below = eg_scalar_import(group, r, s->bytes);
	test_ok(silent(), "%s: scalars", group->name);

	/* What import returns is allowed to show. */
	(void) VALGRIND_MAKE_MEM_DEFINED(&below, sizeof(below));
	test_ok(below, "%s: scalar below q", group->name);
}

/* Every use of H that takes or gives secrets */
static void
test_hashes(void)
{
	uint8_t		element[EG_ELEMENT_BYTES] = {0};
	uint8_t		h[EG_HASH_BYTES] = {0};
	uint8_t		secret[EG_HASH_BYTES] = {0};
	uint8_t		keys[EG_SHARE_KEYS_BYTES];

	(void) VALGRIND_MAKE_MEM_UNDEFINED(element, sizeof(element));
	(void) VALGRIND_MAKE_MEM_UNDEFINED(secret, sizeof(secret));
	eg_share_secret_key(keys, h, 1, 2, element, element, element);
	eg_share_encryption_keys(keys, secret, 1, 2);
	eg_encryption_nonce(keys, h, 1, 2, secret);
	eg_ballot_nonce_secret_key(keys, h, element, element);
	eg_ballot_nonce_encryption_key(keys, secret);
	eg_contest_data_nonce(keys, h, 1, secret);
	eg_contest_data_secret_key(keys, h, 1, element, element);
	eg_contest_data_encryption_key(keys, secret, 1, 2, 1);
	eg_preencryption_nonce(keys, h, 1, 2, 3, secret);
	test_ok(silent(), "hashes of secrets");
}

/*
 * Draws for a ballot: id_B is public, xi_B a secret like all that follows, but
 * that scalars are below q is allowed to show, and shows nothing (random.h).
 */
static bool
draw(void *context, uint8_t *bytes)
{
	int		   *draws = context;

	for (size_t i = 0; i < EG_HASH_BYTES; i++)
		bytes[i] = (uint8_t) (test_random() >> 32);
	if (++*draws == 2)
		(void) VALGRIND_MAKE_MEM_UNDEFINED(bytes, EG_HASH_BYTES);
	return true;
}

/* Marks votes and contest data; how many options there are is no secret. */
static void
mark_votes(const eg_plain_ballot *plain)
{
	for (uint32_t i = 0; i < plain->n; i++)
	{
		eg_plain_contest *contest = &plain->contests[i];

		for (uint32_t j = 0; j < contest->n; j++)
			(void) VALGRIND_MAKE_MEM_UNDEFINED(&contest->options[j].votes,
											   sizeof(uint32_t));
		if (contest->data != NULL)
			(void) VALGRIND_MAKE_MEM_UNDEFINED((void *) contest->data,
											   contest->rules.data_blocks *
											   EG_HASH_BYTES);
	}
}

/* A whole ballot, with a table of powers for g and without one for the keys */
static void
test_encryption(void)
{
	static const unsigned window = 4;
	size_t		size = eg_fixed_base_size(&eg_group_2_1_0, EG_TABLE_SECRET,
										  window);
	void	   *memory = malloc(size);
	sample_arena arena;
	eg_election election;
	eg_plain_ballot plain;
	eg_power_counts counts;
	eg_fixed_base fixed;
	eg_base_tables tables = {{&fixed}};
	int			draws = 0;
	eg_random	random = {draw, &draws};
	eg_ballot	ballot;
	eg_fault	fault = {0};
	bool		made;

	if (memory == NULL ||
		eg_fixed_base_init(&fixed, &eg_group_2_1_0, EG_TABLE_SECRET, window,
						   memory, eg_group_2_1_0.g, NULL) != EG_OK)
		abort();
	sample_arena_init(&arena);
	plain_sample_election(&election, &arena.arena);
	plain_sample_ballot(&plain, "both", &election, &arena.arena);
	mark_votes(&plain);
	made = eg_encryption_powers(&plain, &counts, &fault) &&
		eg_ballot_encrypt(&ballot, &election, &plain, &counts, &tables,
						  &random, &arena.arena, &arena.arena, NULL, &fault);
	test_ok(silent() && made && draws == 51, "encryption of a ballot");

	/* The secrets have reached what is published. */
	test_ok(VALGRIND_CHECK_MEM_IS_DEFINED(ballot.contests[1].data->c1.data,
										  EG_HASH_BYTES) != 0 &&
			VALGRIND_CHECK_MEM_IS_DEFINED(ballot.contests[0].selections[0].ciphertext->data,
										  EG_ELEMENT_BYTES) != 0,
			"the marks came through");
	(void) silent();
	sample_arena_free(&arena);
	free(memory);
}

/*
 * Decryption
 *
 * That a scalar is below q, and a share not 0, is allowed to show: a few jumps
 * for each.  A power whose exponent shows has 64 reports at least.
 */
#define JUMPS_A_SCALAR	4

static bool
nearly_silent(unsigned scalars)
{
	static unsigned before;
	unsigned	now = VALGRIND_COUNT_ERRORS;
	unsigned	reports = now - before;

	before = now;
	(void) silent();
	return reports <= scalars * JUMPS_A_SCALAR;
}

/* Random values, all of them secret */
static bool
draw_secret(void *context, uint8_t *bytes)
{
	(void) context;
	for (size_t i = 0; i < EG_HASH_BYTES; i++)
		bytes[i] = (uint8_t) (test_random() >> 32);
	(void) VALGRIND_MAKE_MEM_UNDEFINED(bytes, EG_HASH_BYTES);
	return true;
}

static eg_decryption_key
secret_key(uint32_t guardian, eg_key_use use, const eg_arena *arena)
{
	eg_decryption_key key = guardian_sample_key(guardian, use, arena);

	(void) VALGRIND_MAKE_MEM_UNDEFINED((void *) key.share, EG_SCALAR_BYTES);
	(void) VALGRIND_MAKE_MEM_UNDEFINED((void *) key.nonce_key,
									   EG_NONCE_KEY_BYTES);
	return key;
}

/* What a message shows is public, whatever it was made of. */
static void
publish(const eg_decryption_message *message)
{
	for (uint32_t i = 0; i < message->n_scalars; i++)
		(void) VALGRIND_MAKE_MEM_DEFINED(message->scalars[i], EG_HASH_BYTES);
	for (uint32_t i = 0; i < message->n_openings; i++)
		(void) VALGRIND_MAKE_MEM_DEFINED(message->openings[i].a,
										 3 * EG_ELEMENT_BYTES);
}

/*
 * The sealed nonces are ciphertext.  Decryption looks at its tag, which is
 * made of the key, and says whether it fits.
 */
static void
publish_sealed(eg_bytes sealed)
{
	(void) VALGRIND_MAKE_MEM_DEFINED(sealed.data, sealed.size);
}

/* A challenged ballot that has nothing secret left */
static void
public_ballot(eg_ballot *ballot, const eg_election *election,
			  const eg_arena *arena)
{
	const eg_base_tables none = {{NULL}};
	eg_power_counts counts;
	eg_plain_ballot plain;
	eg_fault	fault = {0};

	plain_sample_ballot(&plain, "both", election, arena);
	if (!eg_encryption_powers(&plain, &counts, &fault) ||
		!eg_ballot_encrypt(ballot, election, &plain, &counts, &none,
						   &eg_random_fresh, arena, arena, NULL, &fault))
		abort();
	ballot->state = EG_BALLOT_CHALLENGED;
}

/* All moves of a single guardian, for contest data of a ballot */
static void
test_moves(const eg_election *election, const eg_ballot *ballot,
		   const eg_arena *arena)
{
	static const eg_random random = {draw_secret, NULL};
	eg_decryption_memory memory = {arena, arena};
	eg_decryption_key key = secret_key(1, EG_DATA_KEY, arena);
	eg_bytes	second = {(const uint8_t *) "second", 6};
	eg_guardian_set set = {{1}, 1};
	eg_decryption_message messages[3];
	const eg_decryption_message *commitments = &messages[0];
	const eg_decryption_message *reveals = &messages[1];
	eg_round	round = {&set, &commitments, &reveals, NULL};
	eg_decryption_subject subject;
	eg_nonce_share share;
	eg_fault	fault = {0};
	eg_bytes	sealed;
	eg_bytes	bound = {NULL, 0};
	bool		made;

	made = eg_contest_data_subject(&subject, election, ballot, second, arena,
								   &fault);
	(void) nearly_silent(0);
	made = made && eg_decryption_commit(&messages[0], &sealed, &subject, &set,
										&key, NULL, &random, &memory, NULL,
										&fault);
	test_ok(nearly_silent(2) && made, "commit to a decryption");
	test_ok(VALGRIND_CHECK_MEM_IS_DEFINED(messages[0].scalars[0],
										  EG_HASH_BYTES) != 0 &&
			VALGRIND_CHECK_MEM_IS_DEFINED(sealed.data, sealed.size) != 0,
			"the marks came through");
	publish(&messages[0]);
	publish_sealed(sealed);
	(void) nearly_silent(0);

	made = made && eg_decryption_reveal(&messages[1], &bound, sealed,
										&commitments, &key, &memory, &fault);
	test_ok(nearly_silent(1) && made, "reveal");
	publish(&messages[1]);
	publish_sealed(bound);
	(void) nearly_silent(0);
	made = made && eg_decryption_respond(&messages[2], bound, &subject, &round,
										 &key, &memory, NULL, &fault);
	test_ok(nearly_silent(2) && made, "respond");
	made = made && eg_nonce_share_make(&share, election, ballot, &key, NULL,
									   &random, &memory, NULL, &fault);
	test_ok(nearly_silent(2) && made, "share of a ballot nonce");
}

static void
test_decryption(void)
{
	sample_arena arena;
	eg_election election;
	eg_ballot	ballot;

	sample_arena_init(&arena);
	plain_sample_election(&election, &arena.arena);
	public_ballot(&ballot, &election, &arena.arena);
	test_moves(&election, &ballot, &arena.arena);
	sample_arena_free(&arena);
}

/*
 * The key ceremony
 */

/* Memory of which all is secret, or all is public */
typedef struct memory
{
	uint8_t    *bytes;
	size_t		used;
} memory;

#define MEMORY_SIZE		1000000

static memory public_memory;
static memory secret_memory;

static void *
allocate(void *context, size_t size)
{
	memory	   *from = context;
	uint8_t    *result = from->bytes + from->used;

	size = (size + 15) / 16 * 16;
	if (size > MEMORY_SIZE - from->used)
		abort();
	from->used += size;
	memset(result, 0, size);
	return result;
}

static const eg_arena public_arena = {allocate, &public_memory};
static const eg_arena secret_arena = {allocate, &secret_memory};

/*
 * Whoever asks whether to stop has read what he drew, which may show if it was
 * below q; and what he has computed for all to see, all may see.
 */
static bool
declare(void *context)
{
	(void) context;
	(void) VALGRIND_MAKE_MEM_DEFINED(public_memory.bytes, public_memory.used);
	(void) VALGRIND_MAKE_MEM_UNDEFINED(secret_memory.bytes,
									   secret_memory.used);
	return false;
}

static void
ignore_row(void *context, const eg_election_row *row)
{
	bool	   *passed = context;

	*passed = *passed && row->verdict == EG_PASSED;
}

#define GUARDIANS	3
#define QUORUM		2

static void
test_ceremony(void)
{
	static const eg_stop stop = {declare, NULL};
	eg_ceremony ceremony = {NULL, &public_arena, &secret_arena, &stop};
	eg_guardian_secret secrets[GUARDIANS];
	eg_guardian keys[GUARDIANS];
	const eg_guardian *by_index[GUARDIANS];
	eg_guardians all = {by_index, GUARDIANS, QUORUM};
	eg_share_list lists[GUARDIANS];
	bool		rows = true;
	eg_election_sink sink = {ignore_row, &rows};
	uint8_t		shares[EG_KEY_USES * EG_SCALAR_BYTES];
	eg_fault	fault = {0};
	bool		done = true;
	bool		passed = false;

	public_memory.bytes = malloc(MEMORY_SIZE);
	secret_memory.bytes = malloc(MEMORY_SIZE);
	if (public_memory.bytes == NULL || secret_memory.bytes == NULL)
		abort();
	memset(secrets, 0, sizeof(secrets));
	for (uint32_t i = 0; i < GUARDIANS; i++)
	{
		secrets[i].index = i + 1;
		secrets[i].n = GUARDIANS;
		secrets[i].k = QUORUM;
		by_index[i] = &keys[i];
		done = eg_guardian_create(&secrets[i],
								  allocate(&secret_memory,
										   eg_guardian_secret_room(EG_SECRET_CEREMONY,
																   QUORUM)),
								  &keys[i], &eg_random_fresh, &ceremony,
								  &fault) && done;
	}
	test_ok(silent() && done, "a guardian's keys");
	declare(NULL);
	for (uint32_t i = 0; i < GUARDIANS; i++)
		done = eg_shares_encrypt(&lists[i], &secrets[i], &all,
								 &eg_random_fresh, &ceremony, &fault) && done;
	test_ok(silent() && done, "shares that he sends");
	declare(NULL);
	done = eg_shares_check(shares, &passed, &secrets[0], &all, lists,
						   GUARDIANS, &ceremony, &sink, &fault) && done;
	test_ok(silent() && done && passed && rows, "shares that he gets");
	test_ok(VALGRIND_CHECK_MEM_IS_DEFINED(shares, 1) != 0,
			"his share of the key is known to be secret");
	(void) silent();
	free(public_memory.bytes);
	free(secret_memory.bytes);
}

/* The test itself works: a public function must not pass it. */
static void
test_public(const eg_group *group, const secrets *s)
{
	mp_limb_t	r[EG_MAX_LIMBS];

	eg_power(group, r, s->x, s->a, group->scalar_limbs);
	test_ok(!silent(), "%s: the public power shows its exponent",
			group->name);
}

int
main(void)
{
	static const int groups[] = {TOY_16, TOY_128, TOY_256, REAL_2_1_0};
	secrets		s;
	size_t		i;

	test_begin();
	if (!RUNNING_ON_VALGRIND)
	{
		printf("1..0 # SKIP not run under valgrind\n");
		return EXIT_SUCCESS;
	}
	eg_kernel_use(EG_KERNEL_PORTABLE);
	for (i = 0; i < lengthof(groups); i++)
	{
		const eg_group *group = test_group(groups[i]);

		make_secrets(&s, group);
		test_elements(group, &s);
		test_batch(group, &s);
		test_scalars(group, &s);
		test_public(group, &s);
	}
	test_hashes();
	test_encryption();
	test_decryption();
	test_ceremony();
	return test_end();
}

#else

int
main(void)
{
	printf("1..0 # SKIP built without valgrind/memcheck.h\n");
	return EXIT_SUCCESS;
}

#endif
