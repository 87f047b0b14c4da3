/*
 * test_ciphertext.c
 *		Single ciphertexts: sums, integer multiples, states of long sums.
 */
#include "protocol/ciphertext.h"

#include "sample.h"
#include "test.h"

#define PORTABLE_LOG2_R	4096
#define VECTOR_LOG2_R	4160

static sample_arena memory;

/* A ciphertext as numbers. */
typedef struct numbers
{
	const eg_group *group;
	mpz_t		p;
	mpz_t		x[2];
} numbers;

static void
numbers_init(numbers *z, const eg_group *group)
{
	z->group = group;
	mpz_init(z->p);
	limbs_to_mpz(z->p, group->p, group->limbs);
	mpz_init_set_ui(z->x[0], 1);
	mpz_init_set_ui(z->x[1], 1);
}

static void
numbers_clear(numbers *z)
{
	mpz_clears(z->p, z->x[0], z->x[1], NULL);
}

static uint8_t *
random_ciphertext(const eg_group *group)
{
	uint8_t    *bytes = memory.arena.allocate(&memory, EG_CIPHERTEXT_SIZE);

	eg_ciphertext_encode(bytes, group, sample_element(&memory.arena),
						 sample_element(&memory.arena));
	return bytes;
}

/* z = z + factor times the ciphertext */
static void
add(numbers *z, const uint8_t *ciphertext, const mpz_t factor)
{
	mpz_t		y;

	mpz_init(y);
	for (int i = 0; i < 2; i++)
	{
		mpz_import(y, EG_ELEMENT_BYTES, 1, 1, 1, 0, ciphertext +
				   EG_CIPHERTEXT_HEADER + i * EG_ELEMENT_BYTES);
		mpz_powm(y, y, factor, z->p);
		mpz_mul(z->x[i], z->x[i], y);
		mpz_mod(z->x[i], z->x[i], z->p);
	}
	mpz_clear(y);
}

static bool
is_ciphertext(const numbers *z, const uint8_t *bytes)
{
	uint8_t		expected[EG_CIPHERTEXT_SIZE] = {0};
	eg_bytes	ciphertext = {bytes, EG_CIPHERTEXT_SIZE};
	eg_fault	fault = {0};

	expected[0] = EG_CIPHERTEXT_VERSION;
	expected[1] = z->group->id;
	for (int i = 0; i < 2; i++)
	{
		size_t		size = (mpz_sizeinbase(z->x[i], 2) + 7) / 8;

		mpz_export(expected + EG_CIPHERTEXT_HEADER +
				   (i + 1) * EG_ELEMENT_BYTES - size, NULL, 1, 1, 1, 0,
				   z->x[i]);
	}
	return memcmp(bytes, expected, sizeof(expected)) == 0 &&
		eg_ciphertext_decode(ciphertext, &fault);
}

static void
test_operators(const eg_group *group)
{
	static const int64_t factors[] = {
		0, 1, -1, 2, -2, 3, 1000, -65537, INT64_MAX, -INT64_MAX, INT64_MIN
	};
	mpz_t		factor;
	bool		passed = true;

	mpz_init(factor);
	for (int i = 0; i < 20; i++)
	{
		numbers		z;
		uint8_t    *a = random_ciphertext(group);
		uint8_t    *b = random_ciphertext(group);
		uint8_t		sum[EG_CIPHERTEXT_SIZE];
		eg_fault	fault = {0};

		numbers_init(&z, group);
		mpz_set_ui(factor, 1);
		add(&z, a, factor);
		add(&z, b, factor);
		passed = passed && eg_ciphertext_add(sum, a, b, &fault) &&
			is_ciphertext(&z, sum);

		/* The sum may take the place of a term. */
		passed = passed && eg_ciphertext_add(a, a, b, &fault) &&
			is_ciphertext(&z, a);
		numbers_clear(&z);
	}
	test_ok(passed, "%s: sums", group->name);

	passed = true;
	for (size_t i = 0; i < lengthof(factors); i++)
	{
		numbers		z;
		uint8_t    *a = random_ciphertext(group);
		uint8_t		product[EG_CIPHERTEXT_SIZE];

		numbers_init(&z, group);
		mpz_set_si(factor, factors[i]);
		add(&z, a, factor);
		eg_ciphertext_multiply(product, a, factors[i]);
		passed = passed && is_ciphertext(&z, product);
		eg_ciphertext_multiply(a, a, factors[i]);
		passed = passed && is_ciphertext(&z, a);
		numbers_clear(&z);
	}
	test_ok(passed, "%s: integer multiples", group->name);
	mpz_clear(factor);
	sample_arena_free(&memory);
}

/* As if the other kernel had made the state. */
static void
use_other_r(uint8_t *state, const numbers *z)
{
	bool		vector = eg_get16(state + 2) == PORTABLE_LOG2_R;
	mpz_t		x,
				e,
				factor;

	mpz_inits(x, e, factor, NULL);
	mpz_set_ui(e, eg_get64(state + 4));
	mpz_mul_ui(e, e, VECTOR_LOG2_R - PORTABLE_LOG2_R);
	mpz_set_ui(factor, 2);
	mpz_powm(factor, factor, e, z->p);
	if (vector)
		mpz_invert(factor, factor, z->p);
	for (int i = 0; i < 2; i++)
	{
		uint8_t    *residue = state + EG_CIPHERTEXT_STATE_HEADER +
			i * EG_RESIDUE_BYTES;

		mpz_import(x, EG_RESIDUE_BYTES, -1, 1, -1, 0, residue);
		mpz_mul(x, x, factor);
		mpz_mod(x, x, z->p);
		memset(residue, 0, EG_RESIDUE_BYTES);
		mpz_export(residue, NULL, -1, 1, -1, 0, x);
	}
	eg_put16(state + 2, vector ? VECTOR_LOG2_R : PORTABLE_LOG2_R);
	mpz_clears(x, e, factor, NULL);
}

static bool
state_is(const uint8_t *state, const numbers *z)
{
	eg_bytes	bytes = {state, EG_CIPHERTEXT_STATE_SIZE};
	uint8_t		sum[EG_CIPHERTEXT_SIZE];
	eg_fault	fault = {0};

	eg_ciphertext_state_finish(sum, state);
	return eg_ciphertext_state_decode(bytes, &fault) && is_ciphertext(z, sum);
}

/*
 * Random terms into random ones of three states, combined in the end; mixed:
 * each step by either kernel.
 */
static void
test_states(const eg_group *group, bool mixed)
{
	static const uint64_t weights[] = {1, 1, 1, 2, 3, 65536, 1000003};
	bool		passed = true;
	mpz_t		weight;

	mpz_init(weight);
	for (int round = 0; round < 10; round++)
	{
		uint8_t		states[3][EG_CIPHERTEXT_STATE_SIZE];
		numbers		z;
		eg_fault	fault = {0};

		numbers_init(&z, group);
		for (int i = 0; i < 3; i++)
			eg_ciphertext_state_init(states[i], group);
		passed = passed && state_is(states[0], &z);
		for (int i = 0; i < 3 * round; i++)
		{
			uint8_t    *a = random_ciphertext(group);
			uint8_t    *state = states[test_random() % 3];
			uint64_t	w = weights[test_random() % lengthof(weights)];

			mpz_set_ui(weight, w);
			add(&z, a, weight);
			if (mixed)
				eg_kernel_use(test_random() % 2 ? EG_KERNEL_IFMA :
							  EG_KERNEL_PORTABLE);
			passed = passed && eg_ciphertext_state_add(state, a, w, &fault);
			if (test_random() % 4 == 0)
				use_other_r(state, &z);
		}
		if (round % 2)
		{
			passed = passed &&
				eg_ciphertext_state_combine(states[2], states[0], &fault) &&
				eg_ciphertext_state_combine(states[1], states[2], &fault);
			memcpy(states[0], states[1], sizeof(states[0]));
		}
		else
			passed = passed &&
				eg_ciphertext_state_combine(states[0], states[1], &fault) &&
				eg_ciphertext_state_combine(states[0], states[2], &fault);
		passed = passed && state_is(states[0], &z);
		numbers_clear(&z);
	}
	test_ok(passed, "%s: long sums in several states", group->name);
	mpz_clear(weight);
	sample_arena_free(&memory);
}

static void
test_faults(void)
{
	uint8_t    *a = random_ciphertext(&eg_group_2_1_0);
	uint8_t    *b = random_ciphertext(&eg_group_1_x);
	uint8_t		state[EG_CIPHERTEXT_STATE_SIZE];
	uint8_t		other[EG_CIPHERTEXT_STATE_SIZE];
	uint8_t		sum[EG_CIPHERTEXT_SIZE];
	eg_fault	faults[4];
	bool		passed;

	memset(faults, 0, sizeof(faults));
	eg_ciphertext_state_init(state, &eg_group_2_1_0);
	eg_ciphertext_state_init(other, &eg_group_1_x);
	passed = !eg_ciphertext_add(sum, a, b, &faults[0]) &&
		!eg_ciphertext_state_add(state, b, 1, &faults[1]) &&
		!eg_ciphertext_state_combine(state, other, &faults[2]);
	for (int i = 0; i < 3; i++)
		passed = passed && faults[i].kind == EG_FAULT_MISMATCH;
	test_ok(passed, "different groups");

	passed = eg_ciphertext_state_add(state, a, INT64_MAX, &faults[3]) &&
		!eg_ciphertext_state_add(state, a, 1, &faults[3]) &&
		faults[3].kind == EG_FAULT_OVERFLOW;
	memset(&faults[3], 0, sizeof(faults[3]));
	eg_ciphertext_state_init(state, &eg_group_2_1_0);
	eg_put64(state + 4, UINT64_MAX);
	passed = passed && !eg_ciphertext_state_add(state, a, 1, &faults[3]) &&
		faults[3].kind == EG_FAULT_OVERFLOW;
	test_ok(passed, "weights sum to 2^63 - 1 and no more");
	sample_arena_free(&memory);
}

static bool
accepted(eg_bytes bytes, bool state)
{
	eg_fault	fault = {0};
	uint8_t    *copy = malloc(bytes.size > 0 ? bytes.size : 1);
	eg_bytes	exact = {copy, bytes.size};
	bool		yes;

	memcpy(copy, bytes.data, bytes.size);
	yes = state ? eg_ciphertext_state_decode(exact, &fault) :
		eg_ciphertext_decode(exact, &fault);
	free(copy);
	return yes || fault.message == NULL;
}

/* Everything that is not a ciphertext, or not a state of one. */
static void
test_malformed(bool state, const char *what)
{
	uint8_t		buffer[EG_CIPHERTEXT_STATE_SIZE + 10] = {0};
	size_t		size = state ? EG_CIPHERTEXT_STATE_SIZE : EG_CIPHERTEXT_SIZE;
	size_t		header = size - 2 * EG_ELEMENT_BYTES;
	eg_bytes	bytes = {buffer, size};
	const eg_group *groups[] = {&eg_group_2_1_0, &eg_group_1_x};
	bool		passed = true;

	if (state)
		eg_ciphertext_state_init(buffer, &eg_group_2_1_0);
	else
		memcpy(buffer, random_ciphertext(&eg_group_2_1_0), size);
	for (bytes.size = 0; bytes.size < sizeof(buffer); bytes.size++)
		passed = passed && accepted(bytes, state) == (bytes.size == size);
	test_ok(passed, "%s: wrong sizes", what);

	bytes.size = size;
	passed = true;
	for (int value = 0; value < 256; value++)
		for (int at = 0; at < 4; at++)
		{
			uint8_t		old = buffer[at];
			bool		allowed = value == old ||
				(at == 1 && value == EG_GROUP_1_X) ||
				(at == 3 && state && value == (VECTOR_LOG2_R & 0xFF));

			buffer[at] = (uint8_t) value;
			passed = passed && accepted(bytes, state) == allowed;
			buffer[at] = old;
		}
	test_ok(passed, "%s: headers", what);

	passed = true;
	for (int i = 0; i < 16; i++)
	{
		const eg_group *group = groups[i / 8];
		uint8_t    *at = buffer + header + (i / 4 % 2) * EG_ELEMENT_BYTES;
		uint8_t		old[EG_ELEMENT_BYTES];
		mpz_t		x;

		/* 0, p - 1, p, p + 1 of either group in either place */
		buffer[1] = group->id;
		memcpy(old, at, sizeof(old));
		memset(at, 0, sizeof(old));
		mpz_init(x);
		limbs_to_mpz(x, group->p, group->limbs);
		mpz_add_ui(x, x, (unsigned long) (i % 4));
		mpz_sub_ui(x, x, 2);
		if (i % 4 > 0)
			mpz_export(at, NULL, state ? -1 : 1, 1, 1, 0, x);
		passed = passed && accepted(bytes, state) == (i % 4 == 1);
		mpz_clear(x);
		memcpy(at, old, sizeof(old));
	}
	test_ok(passed, "%s: elements 0, p - 1, p and p + 1", what);
	sample_arena_free(&memory);
}

int
main(void)
{
	test_begin();
	sample_arena_init(&memory);
	test_operators(&eg_group_2_1_0);
	test_operators(&eg_group_1_x);
	for (int kernel = 0; kernel < TEST_KERNELS; kernel++)
	{
		if (!test_kernel(kernel))
			continue;
		test_states(&eg_group_2_1_0, false);
		test_states(&eg_group_1_x, false);
	}
	if (eg_kernel_available(EG_KERNEL_IFMA))
	{
		printf("# each kernel by turns\n");
		test_states(&eg_group_2_1_0, true);
		test_states(&eg_group_1_x, true);
	}
	eg_kernel_use(EG_KERNEL_PORTABLE);
	test_faults();
	test_malformed(false, "ciphertext");
	test_malformed(true, "state");
	return test_end();
}
