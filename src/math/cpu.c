/*
 * cpu.c
 *		Run-time detection of the instructions that the kernels need.
 */
#include "cpu.h"

#ifdef EG_HAVE_IFMA

#include <cpuid.h>

/* CPUID.1:ECX */
#define CPUID_1_OSXSAVE		(1u << 27)

/* CPUID.(7,0):EBX and ECX */
#define CPUID_7_EBX_BMI2		(1u << 8)
#define CPUID_7_EBX_AVX512F		(1u << 16)
#define CPUID_7_EBX_AVX512DQ	(1u << 17)
#define CPUID_7_EBX_AVX512IFMA	(1u << 21)
#define CPUID_7_EBX_AVX512BW	(1u << 30)
#define CPUID_7_EBX_AVX512VL	(1u << 31)
#define CPUID_7_ECX_AVX512VBMI	(1u << 1)

#define CPUID_7_EBX_NEEDED \
	(CPUID_7_EBX_BMI2 | CPUID_7_EBX_AVX512F | CPUID_7_EBX_AVX512DQ | \
	 CPUID_7_EBX_AVX512IFMA | CPUID_7_EBX_AVX512BW | CPUID_7_EBX_AVX512VL)

/*
 * XCR0: what the operating system saves at a context switch.  xmm, ymm, the
 * mask registers, the upper halves of zmm0-15 and the whole of zmm16-31.
 */
#define XCR0_NEEDED		0xe6u

/* Only after OSXSAVE has been seen; as code bytes it needs no target flag. */
static unsigned
read_xcr0(void)
{
	unsigned	low;
	unsigned	high;

	__asm__ volatile(".byte 0x0f, 0x01, 0xd0"	/* xgetbv */
					 : "=a"(low), "=d"(high)
					 : "c"(0));
	(void) high;
	return low;
}

bool
eg_cpu_has_ifma(void)
{
	unsigned	a;
	unsigned	b;
	unsigned	c;
	unsigned	d;

	if (!__get_cpuid(1, &a, &b, &c, &d) || !(c & CPUID_1_OSXSAVE))
		return false;
	if ((read_xcr0() & XCR0_NEEDED) != XCR0_NEEDED)
		return false;
	if (!__get_cpuid_count(7, 0, &a, &b, &c, &d))
		return false;
	return (b & CPUID_7_EBX_NEEDED) == CPUID_7_EBX_NEEDED &&
		(c & CPUID_7_ECX_AVX512VBMI) != 0;
}

#else

bool
eg_cpu_has_ifma(void)
{
	return false;
}

#endif
