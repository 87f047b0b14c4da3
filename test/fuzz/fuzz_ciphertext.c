/*
 * fuzz_ciphertext.c
 *		Bytes of ciphertexts and of states of their sums: refused, or fit for
 *		the arithmetic, which keeps its laws.
 */
#include "fuzz.h"

#include "math/kernel.h"
#include "protocol/ciphertext.h"

static void
use_ciphertext(eg_bytes bytes, int64_t n, int64_t m)
{
	uint8_t		a[EG_CIPHERTEXT_SIZE];
	uint8_t		b[EG_CIPHERTEXT_SIZE];
	uint8_t		sum[EG_CIPHERTEXT_SIZE];
	uint8_t		expected[EG_CIPHERTEXT_SIZE];
	eg_bytes	result = {sum, sizeof(sum)};
	eg_fault	fault = {0};

	/* n c + m c = (n + m) c */
	eg_ciphertext_multiply(a, bytes.data, n);
	eg_ciphertext_multiply(b, bytes.data, m);
	eg_ciphertext_multiply(expected, bytes.data, n + m);
	FUZZ_CHECK(eg_ciphertext_add(sum, a, b, &fault));
	FUZZ_CHECK(memcmp(sum, expected, sizeof(sum)) == 0);
	FUZZ_CHECK(eg_ciphertext_decode(result, &fault));
}

static void
use_state(eg_bytes bytes, const uint8_t *ciphertext, uint64_t weight)
{
	uint8_t		state[EG_CIPHERTEXT_STATE_SIZE];
	uint8_t		sum[EG_CIPHERTEXT_SIZE];
	eg_bytes	result = {sum, sizeof(sum)};
	eg_fault	fault = {0};

	memcpy(state, bytes.data, sizeof(state));
	eg_ciphertext_state_finish(sum, state);
	FUZZ_CHECK(eg_ciphertext_decode(result, &fault));
	if (eg_ciphertext_state_combine(state, bytes.data, &fault) &&
		eg_ciphertext_state_add(state, ciphertext, weight, &fault))
	{
		eg_ciphertext_state_finish(sum, state);
		FUZZ_CHECK(eg_ciphertext_decode(result, &fault));
		result.data = state;
		result.size = sizeof(state);
		FUZZ_CHECK(eg_ciphertext_state_decode(result, &fault));
	}
	else
		FUZZ_CHECK(fault.message != NULL);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	fuzz_input	input = {data, size};
	uint8_t		mode = fuzz_byte(&input);
	sample_arena arena;
	const eg_group *group = mode & 4 ? &eg_group_1_x : &eg_group_2_1_0;
	uint8_t		ciphertext[EG_CIPHERTEXT_SIZE];
	uint8_t		state[EG_CIPHERTEXT_STATE_SIZE];
	eg_bytes	bytes = {mode & 2 ? state : ciphertext,
	mode & 2 ? sizeof(state) : sizeof(ciphertext)};
	uint64_t	n = fuzz_number(&input, 1 + (mode >> 4 & 7));
	uint64_t	m = fuzz_number(&input, 2);
	eg_fault	fault = {0};
	bool		accepted;

	sample_seed(0);
	sample_arena_init(&arena);
	eg_ciphertext_encode(ciphertext, group, sample_element(&arena.arena),
						 sample_element(&arena.arena));
	eg_kernel_use(EG_KERNEL_PORTABLE);
	eg_ciphertext_state_init(state, group);
	FUZZ_CHECK(eg_ciphertext_state_add(state, ciphertext, m + 1, &fault));

	/* A machine without IFMA stays with the portable kernel. */
	if (mode & 128)
		eg_kernel_use(EG_KERNEL_IFMA);
	if (mode & 1)
		bytes = fuzz_rest(&input, &arena.arena);
	else
		bytes = fuzz_edit(&input, bytes, &arena.arena);
	accepted = mode & 2 ? eg_ciphertext_state_decode(bytes, &fault) :
		eg_ciphertext_decode(bytes, &fault);
	if (!accepted)
		FUZZ_CHECK(fault.message != NULL);
	else if (mode & 2)
		use_state(bytes, ciphertext, n > 0 ? n : 1);
	else
		use_ciphertext(bytes, mode & 8 ? -(int64_t) (n >> 2) :
					   (int64_t) (n >> 2), (int64_t) m - 32768);
	sample_arena_free(&arena);
	return 0;
}
