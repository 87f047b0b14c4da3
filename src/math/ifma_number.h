/*
 * ifma_number.h
 *		Residues mod p as the AVX-512 IFMA kernels see them.
 *
 * A number is EG_IFMA_LIMBS limbs of 52 bits, least significant first, each
 * below 2^52; there are two layouts.  eg_ifma_number is one number, limb
 * after limb.  eg_ifma_lanes is EG_IFMA_LANES independent numbers, limb
 * after limb, the same limb of all of them side by side.
 *
 * R is 2^4160.  Values are lazy: below 2p, not below p, and only the export
 * functions bring them below p.  Everything here but the comparisons is
 * constant time in the values, so that it serves secrets.
 *
 * The kernels run where eg_cpu_has_ifma() says so and nowhere else.
 */
#ifndef EG_IFMA_NUMBER_H
#define EG_IFMA_NUMBER_H

#include "cpu.h"
#include "group.h"

#define EG_IFMA_RADIX	52
#define EG_IFMA_LIMBS	80
#define EG_IFMA_LANES	8
#define EG_IFMA_LOG2_R	(EG_IFMA_RADIX * EG_IFMA_LIMBS)

#ifdef EG_HAVE_IFMA

/* Bytes of a number outside: those of an element, in either order. */
#define EG_IFMA_BYTES	EG_ELEMENT_BYTES

#define EG_IFMA_ALIGNED	__attribute__((aligned(64)))

typedef struct eg_ifma_number
{
	uint64_t	limb[EG_IFMA_LIMBS] EG_IFMA_ALIGNED;
} eg_ifma_number;

typedef struct eg_ifma_lanes
{
	uint64_t	limb[EG_IFMA_LIMBS][EG_IFMA_LANES] EG_IFMA_ALIGNED;
} eg_ifma_lanes;

/*
 * What the kernels keep about a modulus.  Since the lowest 208 bits of p are
 * ones, -1/p mod 2^208 is 1 and the lowest four limbs of p + 1 are zero: the
 * quotient digits of the Montgomery reduction are the low limbs as they
 * stand, and they come four at a time.
 */
#define EG_IFMA_DIGITS	4
#define EG_IFMA_BLOCK	20

/* p + 1 moved up by 0 to 7 limbs fits 11 vectors of eight limbs. */
#define EG_IFMA_SHIFTS	8
#define EG_IFMA_SHIFTED	88

typedef struct eg_ifma_modulus
{
	eg_ifma_number p;
	eg_ifma_number p1;			/* p + 1 */
	eg_ifma_number one;			/* R mod p: 1 in Montgomery form */
	eg_ifma_number enter;		/* R^2 mod p: what enters Montgomery form */

	/* limbs 20-39 of p + 1 plus limbs 40-59, and the carry out of that */
	uint64_t	middle[EG_IFMA_BLOCK] EG_IFMA_ALIGNED;
	uint64_t	middle_carry;

	/* p + 1 moved up by 0, 1, ... limbs */
	uint64_t	shifted[EG_IFMA_SHIFTS][EG_IFMA_SHIFTED] EG_IFMA_ALIGNED;
} eg_ifma_modulus;

/*
 * Prepares a modulus, in about the time of ten multiplications; false if p has
 * not 4096 bits with the lowest and the highest 256 all ones.
 */
extern bool eg_ifma_modulus_init(eg_ifma_modulus *modulus,
								 const eg_group *group);

/*
 * Reads EG_IFMA_BYTES bytes, big-endian (_be) or little-endian (_le, which is
 * also an array of 64 limbs).  Any value is allowed, p and above too: it is
 * below 2^4096 < 2p.
 */
extern void eg_ifma_number_import_be(eg_ifma_number *r, const uint8_t *bytes);
extern void eg_ifma_number_import_le(eg_ifma_number *r, const uint8_t *bytes);

/*
 * Writes a number below 2p as EG_IFMA_BYTES little-endian bytes of its residue
 * below p.
 */
extern void eg_ifma_number_export_le(uint8_t *bytes, const eg_ifma_number *a,
									 const eg_ifma_modulus *modulus);

/*
 * The same for n numbers, 1 to EG_IFMA_LANES, number i at bytes[i].  The
 * lanes from n on become 0 on import and are left alone on export.
 */
extern void eg_ifma_lanes_import_be(eg_ifma_lanes *r,
									const uint8_t *const *bytes, unsigned n);
extern void eg_ifma_lanes_import_le(eg_ifma_lanes *r,
									const uint8_t *const *bytes, unsigned n);
extern void eg_ifma_lanes_export_le(uint8_t *const *bytes, unsigned n,
									const eg_ifma_lanes *a,
									const eg_ifma_modulus *modulus);

/*
 * Whether two numbers below 2p are the same mod p, and not 0; and the lanes in
 * which they are, a bit each.  For public values.
 */
extern bool eg_ifma_number_same(const eg_ifma_number *a,
								const eg_ifma_number *b,
								const eg_ifma_modulus *modulus);
extern unsigned eg_ifma_lanes_same(const eg_ifma_lanes *a,
								   const eg_ifma_lanes *b,
								   const eg_ifma_modulus *modulus);

/* Eight numbers into lanes, and out of them again; one into all lanes. */
extern void eg_ifma_lanes_gather(eg_ifma_lanes *r,
								 const eg_ifma_number *const *a);
extern void eg_ifma_lanes_scatter(eg_ifma_number *const *r,
								  const eg_ifma_lanes *a);
extern void eg_ifma_lanes_repeat(eg_ifma_lanes *r, const eg_ifma_number *a);

#endif
#endif
