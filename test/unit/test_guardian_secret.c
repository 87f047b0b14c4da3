/*
 * test_guardian_secret.c
 *		The seal of a guardian's secret: it opens with its passphrase, and as it
 *		was made, or not at all.
 */
#include "protocol/guardian_secret.h"

#include "sample.h"
#include "test.h"

#define HEADER			120		/* bytes that are not sealed */
#define H_E_AT			48
#define SALT_AT			80
#define NONCE_AT		96

static sample_arena memory;
static uint8_t h_p[EG_HASH_BYTES];
static uint8_t h_e[EG_HASH_BYTES];

static const eg_bytes passphrase = {(const uint8_t *) "correct horse", 13};

typedef struct sealed
{
	eg_guardian_secret secret;
	uint8_t    *contents;		/* what is sealed */
	size_t		room;
	uint8_t    *bytes;
	size_t		size;
} sealed;

static uint8_t *
block(size_t size)
{
	return memory.arena.allocate(memory.arena.context, size);
}

static sealed
seal(eg_secret_stage stage, uint32_t i, uint32_t n, uint32_t k,
	 eg_seal_level level)
{
	sealed		s;

	memset(&s, 0, sizeof(s));
	s.secret.index = i;
	s.secret.n = n;
	s.secret.k = k;
	s.secret.stage = stage;
	s.secret.level = level;
	s.secret.h_p = h_p;
	s.secret.h_e = stage == EG_SECRET_SHARE ? h_e : NULL;
	s.room = eg_guardian_secret_room(stage, k);
	s.contents = block(s.room);
	for (size_t j = 0; j < s.room; j++)
		s.contents[j] = (uint8_t) test_random();
	s.size = eg_guardian_secret_size(stage, k);
	s.bytes = block(s.size);
	if (eg_guardian_secret_seal(s.bytes, &s.secret, s.contents,
								passphrase) != EG_SEAL_OK)
		abort();
	return s;
}

static bool
view(eg_guardian_secret *secret, const uint8_t *bytes, size_t size,
	 eg_fault *fault)
{
	eg_bytes	all = {bytes, size};

	memset(fault, 0, sizeof(*fault));
	return eg_guardian_secret_view(secret, sample_copy(all, &memory.arena),
								   fault);
}

/* Every number that is not sealed, and every secret where it belongs */
static void
test_opening(eg_secret_stage stage, uint32_t i, uint32_t n, uint32_t k,
			 eg_seal_level level)
{
	sealed		s = seal(stage, i, n, k, level);
	eg_bytes	bytes = {s.bytes, s.size};
	uint8_t    *opened = block(s.room);
	size_t		of_key = stage == EG_SECRET_CEREMONY ? k * EG_SCALAR_BYTES :
	EG_SCALAR_BYTES;
	size_t		first = stage == EG_SECRET_CEREMONY ? 64 : 32;
	eg_guardian_secret secret;
	eg_fault	fault = {0};

	test_ok(eg_guardian_secret_view(&secret, bytes, &fault) &&
			secret.index == i && secret.n == n && secret.k == k &&
			secret.stage == stage && secret.level == level &&
			memcmp(secret.h_p, h_p, sizeof(h_p)) == 0 &&
			(memcmp(secret.h_e, h_e, sizeof(h_e)) == 0) ==
			(stage == EG_SECRET_SHARE) && secret.nonce_key == NULL,
			"guardian %u of %u, quorum %u, stage %d: header", i, n, k, stage);
	test_ok(s.size == HEADER + s.room + 16 &&
			s.room == first + 2 * of_key, "sizes");
	test_ok(eg_guardian_secret_open(&secret, opened, bytes,
									passphrase) == EG_SEAL_OK &&
			memcmp(opened, s.contents, s.room) == 0, "it opens");
	if (stage == EG_SECRET_CEREMONY)
		test_ok(secret.nonce_key == opened && secret.zeta == opened + 32 &&
				secret.coefficients[0] == opened + first &&
				secret.coefficients[1] == opened + first + of_key &&
				secret.shares[0] == NULL && secret.shares[1] == NULL,
				"secrets of the ceremony");
	else
		test_ok(secret.nonce_key == opened && secret.zeta == NULL &&
				secret.coefficients[0] == NULL &&
				secret.coefficients[1] == NULL &&
				secret.shares[0] == opened + first &&
				secret.shares[1] == opened + first + of_key,
				"secrets after the ceremony");
}

/* What guardian_secret.h says of the bytes, done with libsodium alone */
static void
test_format(void)
{
	sealed		s = seal(EG_SECRET_SHARE, 2, 3, 2, EG_SEAL_INTERACTIVE);
	sealed		again = seal(EG_SECRET_SHARE, 2, 3, 2, EG_SEAL_INTERACTIVE);
	uint8_t    *opened = block(s.room);
	uint8_t		key[32];
	bool		made;

	made = crypto_pwhash(key, sizeof(key), (const char *) passphrase.data,
						 passphrase.size, s.bytes + SALT_AT,
						 crypto_pwhash_OPSLIMIT_INTERACTIVE,
						 crypto_pwhash_MEMLIMIT_INTERACTIVE,
						 crypto_pwhash_ALG_ARGON2ID13) == 0;
	test_ok(made &&
			crypto_aead_xchacha20poly1305_ietf_decrypt(opened, NULL, NULL,
													   s.bytes + HEADER,
													   s.size - HEADER,
													   s.bytes, HEADER,
													   s.bytes + NONCE_AT,
													   key) == 0 &&
			memcmp(opened, s.contents, s.room) == 0,
			"libsodium opens it by the description");
	test_ok(memcmp(s.bytes, again.bytes, SALT_AT) == 0 &&
			memcmp(s.bytes + SALT_AT, again.bytes + SALT_AT, 16) != 0 &&
			memcmp(s.bytes + NONCE_AT, again.bytes + NONCE_AT, 24) != 0,
			"salt and nonce are new each time");
}

static void
test_passphrases(void)
{
	static const char *const wrong[] = {"correct horsf", "correct hors",
	"correct horse ", ""};
	sealed		s = seal(EG_SECRET_SHARE, 1, 1, 1, EG_SEAL_INTERACTIVE);
	eg_bytes	bytes = {s.bytes, s.size};
	uint8_t    *opened = block(s.room);
	eg_guardian_secret secret;
	eg_fault	fault = {0};
	bool		passed = true;

	for (size_t i = 0; i < lengthof(wrong); i++)
	{
		eg_bytes	other = {(const uint8_t *) wrong[i], strlen(wrong[i])};

		eg_guardian_secret_view(&secret, bytes, &fault);
		passed = passed &&
			eg_guardian_secret_open(&secret, opened, bytes,
									other) == EG_SEAL_WRONG &&
			secret.nonce_key == NULL && sodium_is_zero(opened, s.room);
	}
	test_ok(passed, "another passphrase opens nothing and leaves nothing");
}

/* One byte; whether it was refused before opening or by it. */
static bool
refused(const sealed *s, size_t at, uint8_t change)
{
	uint8_t    *bytes = block(s->size);
	eg_bytes	all = {bytes, s->size};
	uint8_t    *opened = block(s->room + 255 * 64);
	eg_guardian_secret secret;
	eg_fault	fault = {0};

	memcpy(bytes, s->bytes, s->size);
	bytes[at] ^= change;
	if (!eg_guardian_secret_view(&secret, all, &fault))
		return fault.kind == EG_FAULT_FORMAT && fault.message != NULL;
	return eg_guardian_secret_open(&secret, opened, all,
								   passphrase) == EG_SEAL_WRONG;
}

static void
test_damage(void)
{
	sealed		s = seal(EG_SECRET_SHARE, 2, 3, 2, EG_SEAL_INTERACTIVE);
	bool		passed = true;

	for (size_t i = 0; i < HEADER; i += i < 16 ? 1 : 13)
		passed = refused(&s, i, 1) && passed;
	test_ok(passed, "a bit of the header");
	test_ok(refused(&s, 3, EG_SEAL_INTERACTIVE ^ EG_SEAL_MODERATE),
			"another level");
	passed = refused(&s, HEADER, 1) && refused(&s, HEADER + s.room / 2, 128) &&
		refused(&s, s.size - 1, 1);
	test_ok(passed, "a bit of what is sealed");
}

static void
put(uint8_t *bytes, size_t at, uint32_t value)
{
	eg_put32(bytes + at, value);
}

static void
test_headers(void)
{
	sealed		s = seal(EG_SECRET_SHARE, 2, 3, 2, EG_SEAL_INTERACTIVE);
	static const struct
	{
		uint32_t	i;
		uint32_t	n;
		uint32_t	k;
		bool		good;
	}			numbers[] = {
		{1, 1, 1, true}, {255, 255, 255, true}, {3, 3, 1, true},
		{0, 3, 2, false}, {4, 3, 2, false}, {1, 0, 0, false},
		{1, 3, 0, false}, {1, 3, 4, false}, {1, 256, 1, false},
		{UINT32_MAX, UINT32_MAX, UINT32_MAX, false},
	};
	eg_guardian_secret secret;
	eg_fault	fault;
	bool		passed = true;

	for (size_t i = 0; i < lengthof(numbers); i++)
	{
		put(s.bytes, 4, numbers[i].i);
		put(s.bytes, 8, numbers[i].n);
		put(s.bytes, 12, numbers[i].k);
		passed = view(&secret, s.bytes, s.size, &fault) == numbers[i].good &&
			passed;
	}
	test_ok(passed, "guardian and quorum");

	put(s.bytes, 4, 2);
	put(s.bytes, 8, 3);
	put(s.bytes, 12, 2);
	passed = view(&secret, s.bytes, s.size, &fault);
	for (size_t size = 0; size < s.size; size++)
		passed = !view(&secret, s.bytes, size, &fault) && passed;
	test_ok(passed, "every shorter length is refused");

	s.bytes[2] = EG_SECRET_CEREMONY;
	passed = !view(&secret, s.bytes, s.size, &fault) &&
		strstr(fault.message, "before the ceremony is over") != NULL;
	memset(s.bytes + H_E_AT, 0, EG_HASH_BYTES);
	test_ok(passed && !view(&secret, s.bytes, s.size, &fault) &&
			strstr(fault.message, "length") != NULL,
			"a ceremony has no election, and another length");
}

int
main(void)
{
	test_begin();
	if (sodium_init() < 0)
		abort();
	sample_arena_init(&memory);
	memset(h_p, 0xA1, sizeof(h_p));
	memset(h_e, 0xB2, sizeof(h_e));
	test_opening(EG_SECRET_CEREMONY, 1, 1, 1, EG_SEAL_INTERACTIVE);
	test_opening(EG_SECRET_CEREMONY, 7, 255, 255, EG_SEAL_INTERACTIVE);
	test_opening(EG_SECRET_SHARE, 255, 255, 128, EG_SEAL_MODERATE);
	test_format();
	test_passphrases();
	test_damage();
	test_headers();
	sample_arena_free(&memory);
	return test_end();
}
