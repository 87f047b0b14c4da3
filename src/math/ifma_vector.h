/*
 * ifma_vector.h
 *		What the AVX-512 IFMA sources share; of no interest outside them.
 */
#ifndef EG_IFMA_VECTOR_H
#define EG_IFMA_VECTOR_H

#include "ifma_number.h"

#ifdef EG_HAVE_IFMA

#include <immintrin.h>

/*
 * The instruction sets are asked for function by function, so that nothing
 * else in a file, and no file as a whole, needs a processor that has them.
 */
#define EG_IFMA_TARGET \
	__attribute__((target("avx512f,avx512dq,avx512bw,avx512vl," \
						  "avx512ifma,avx512vbmi,bmi2")))
#define EG_IFMA_FUNCTION	static __attribute__((noinline)) EG_IFMA_TARGET
#define EG_IFMA_INLINE \
	static inline __attribute__((always_inline)) EG_IFMA_TARGET

/*
 * Unrolls the loop that follows, so that the arrays of vectors in it become
 * registers: their indices must all be constants then.
 */
#define EG_UNROLL	_Pragma("GCC unroll 32")

/* Vectors of one number, one limb a lane. */
#define EG_IFMA_VECTORS	(EG_IFMA_LIMBS / EG_IFMA_LANES)

#define EG_IFMA_MASK	((UINT64_C(1) << EG_IFMA_RADIX) - 1)

EG_IFMA_INLINE __m512i
eg_ifma_mask(void)
{
	return _mm512_set1_epi64((long long) EG_IFMA_MASK);
}

/*
 * An operand that is used under a secret mask passes through here: compilers
 * like to load what they need from memory under that mask, and a processor may
 * leave out a load that no lane asks for.
 */
EG_IFMA_INLINE __m512i
eg_ifma_in_register(__m512i x)
{
	__asm__("" : "+v"(x));
	return x;
}

/* acc + the low, or the high, 52 bits of each 104-bit product a b */
EG_IFMA_INLINE __m512i
eg_ifma_low(__m512i acc, __m512i a, __m512i b)
{
	return _mm512_madd52lo_epu64(acc, a, b);
}

EG_IFMA_INLINE __m512i
eg_ifma_high(__m512i acc, __m512i a, __m512i b)
{
	return _mm512_madd52hi_epu64(acc, a, b);
}

/*
 * Carries, or borrows, over all limbs of one number at once, one bit a limb.
 * With the limbs that give a carry whatever comes in, and those that pass one
 * on, no limb being both: the limbs that receive one.  Bit EG_IFMA_LIMBS is
 * what leaves the number.
 */
typedef unsigned __int128 eg_ifma_bits;

static inline eg_ifma_bits
eg_ifma_ripple(eg_ifma_bits gives, eg_ifma_bits passes)
{
	return ((gives << 1) + passes) ^ passes;
}

/*
 * The eight bits of vector j.  By hand, since gcc 12 has been seen to widen a
 * mask by storing one byte and loading eight.
 */
EG_IFMA_INLINE eg_ifma_bits
eg_ifma_put_bits(__mmask8 bits, int j)
{
	uint32_t	r;

	__asm__("kmovb %1, %0" : "=r"(r) : "k"(bits));
	return (eg_ifma_bits) r << (8 * j);
}

static inline __mmask8
eg_ifma_get_bits(eg_ifma_bits bits, int j)
{
	return (__mmask8) (bits >> (8 * j));
}

#endif
#endif
