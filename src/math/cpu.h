/*
 * cpu.h
 *		What the processor, and the compiler, can do.
 *
 * EG_HAVE_IFMA is defined where the compiler knows AVX-512 IFMA as a target
 * of single functions; elsewhere the sources of the vector kernels compile to
 * nothing.  EG_NO_IFMA, given to the compiler, leaves them out too.  Whether
 * the machine at hand can run them is known at run time only.
 */
#ifndef EG_CPU_H
#define EG_CPU_H

#include <gmp.h>
#include <stdbool.h>

#if defined(__x86_64__) && !defined(EG_NO_IFMA) && \
	GMP_LIMB_BITS == 64 && GMP_NAIL_BITS == 0
#if defined(__clang__)
#if __clang_major__ >= 9
#define EG_HAVE_IFMA	1
#endif
#elif defined(__GNUC__) && __GNUC__ >= 8
#define EG_HAVE_IFMA	1
#endif
#endif

/*
 * Whether this processor and this operating system run AVX-512 F, DQ, BW, VL,
 * IFMA and VBMI, and BMI2, all of which the kernels are compiled for; false
 * wherever EG_HAVE_IFMA is not defined.  A few hundred cycles, more under a
 * hypervisor: ask once.
 */
extern bool eg_cpu_has_ifma(void);

#endif
