/*
 * planted.c
 *		What test/kernels/scan must report, and what it must not: functions
 *		whose names begin with bad_ let a secret decide a jump or an address.
 */
#include "math/cpu.h"

#ifdef EG_HAVE_IFMA

#include <immintrin.h>

#include "math/ifma_vector.h"

extern uint64_t good_sum(const uint64_t *x, size_t n);
extern uint64_t good_pointers(const uint64_t *const *x, size_t n);
extern void good_select(__m512i *r, const __m512i *table,
						const uint64_t *digit);
extern uint64_t bad_lookup(const uint64_t *table, const uint64_t *digit);
extern uint64_t bad_lookup_later(const uint64_t *table, const uint64_t *digit,
								 uint64_t *memory, size_t n);
extern void bad_branch(uint64_t *r, const uint64_t *x, const uint64_t *y);
extern void bad_loop(uint64_t *r, const uint64_t *bits);
extern uint64_t bad_value(uint64_t x);
extern uint64_t bad_division(uint64_t x, const uint64_t *y);
extern void bad_vector_branch(__m512i *r, const __m512i *x);
extern void bad_gather(__m512i *r, const __m512i *digits, const void *table);
extern void bad_masked_load(__m512i *r, const __m512i *x, const __m512i *y);
extern void bad_vector_lookup(__m512i *r, const __m512i *table,
							  const __m512i *digit);

#define BARRIER(x)	__asm__ volatile("" : "+r"(x))

uint64_t
good_sum(const uint64_t *x, size_t n)
{
	uint64_t	sum = 0;

	for (size_t i = 0; i < n; i++)
		sum = sum * 5 + (x[i] ^ (sum >> 3));
	return sum;
}

uint64_t
good_pointers(const uint64_t *const *x, size_t n)
{
	uint64_t	sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += x[i][i];
	return sum;
}

EG_IFMA_TARGET void
good_select(__m512i *r, const __m512i *table, const uint64_t *digit)
{
	__m512i		t = _mm512_setzero_si512();

	for (uint64_t i = 0; i < 16; i++)
	{
		uint64_t	equal = ((*digit ^ i) - 1) >> 63;

		t = _mm512_or_si512(t, _mm512_and_si512(_mm512_load_si512(&table[i]),
												_mm512_set1_epi64(-(long long) equal)));
	}
	_mm512_store_si512(r, t);
}

uint64_t
bad_lookup(const uint64_t *table, const uint64_t *digit)
{
	return table[*digit & 15];
}

/* The digit stays on the stack for a while, and the lookup is in a loop. */
uint64_t
bad_lookup_later(const uint64_t *table, const uint64_t *digit,
				 uint64_t *memory, size_t n)
{
	volatile uint64_t kept = *digit & 15;
	uint64_t	sum = 0;

	for (size_t i = 0; i < n; i++)
	{
		memory[i] = i;
		sum += table[kept + i];
	}
	return sum;
}

void
bad_branch(uint64_t *r, const uint64_t *x, const uint64_t *y)
{
	if (*x & 1)
		*(volatile uint64_t *) r = *y;
}

/* As often as there are bits. */
void
bad_loop(uint64_t *r, const uint64_t *bits)
{
	for (uint64_t b = *bits; b != 0; b >>= 1)
	{
		BARRIER(b);
		*r = *r * 3 + (b & 1);
	}
}

uint64_t
bad_value(uint64_t x)
{
	static const uint64_t table[] = {1, 5, 2, 8, 4, 3, 7, 6};

	return table[x & 7];
}

uint64_t
bad_division(uint64_t x, const uint64_t *y)
{
	return x / *y;
}

EG_IFMA_TARGET void
bad_vector_branch(__m512i *r, const __m512i *x)
{
	if (_mm512_test_epi64_mask(*x, *x) != 0)
		*(volatile long long *) r = 1;
}

EG_IFMA_TARGET void
bad_gather(__m512i *r, const __m512i *digits, const void *table)
{
	*r = _mm512_i64gather_epi64(*digits, table, 8);
}

EG_IFMA_TARGET void
bad_masked_load(__m512i *r, const __m512i *x, const __m512i *y)
{
	*r = _mm512_maskz_load_epi64(_mm512_test_epi64_mask(*x, *x), y);
}

EG_IFMA_TARGET void
bad_vector_lookup(__m512i *r, const __m512i *table, const __m512i *digit)
{
	*r = table[_mm_extract_epi64(_mm512_castsi512_si128(*digit), 1) & 15];
}

#endif
