/*
 * product.c
 *		Long products of public elements, with the powers of R left for later.
 *
 * The portable kernel: R = 2^(64 limbs), one product after the other.
 */
#include "product.h"

#include <string.h>

#include "limbs.h"
#include "montgomery.h"
#include "power.h"

/* The vector kernel's R for 4096 bits: 80 limbs of 52 bits. */
#define VECTOR_LOG2_R	4160

static void
load_residue(const eg_group *group, mp_limb_t *x, const uint8_t *residue)
{
	eg_limbs_from_little_endian(x, residue, group->limbs);
}

static void
store_residue(const eg_group *group, uint8_t *residue, const mp_limb_t *x)
{
	size_t		size = 8 * (size_t) group->limbs;

	eg_limbs_to_little_endian(residue, x, group->limbs);
	memset(residue + size, 0, EG_RESIDUE_BYTES - size);
}

/* A smaller group's element stands at the end of the EG_ELEMENT_BYTES. */
static void
load_element(const eg_group *group, mp_limb_t *x, const uint8_t *element)
{
	size_t		size = 8 * (size_t) group->limbs;

	eg_limbs_from_big_endian(x, element + EG_ELEMENT_BYTES - size,
							 group->limbs);
}

static void
store_element(const eg_group *group, uint8_t *element, const mp_limb_t *x)
{
	size_t		size = 8 * (size_t) group->limbs;

	memset(element, 0, EG_ELEMENT_BYTES - size);
	eg_limbs_to_big_endian(element + EG_ELEMENT_BYTES - size, x,
						   group->limbs);
}

uint16_t
eg_product_log2_r(const eg_group *group)
{
	return 64 * group->limbs;
}

bool
eg_product_knows_r(const eg_group *group, uint16_t log2_r)
{
	return log2_r == 64 * group->limbs ||
		(group->limbs == EG_MAX_LIMBS && log2_r == VECTOR_LOG2_R);
}

void
eg_product_multiply(const eg_group *group, uint8_t *residues,
					const uint8_t *elements, size_t n)
{
	mp_limb_t	x[EG_MAX_LIMBS];
	mp_limb_t	y[EG_MAX_LIMBS];
	size_t		i;

	for (i = 0; i < n; i++)
	{
		load_residue(group, x, residues + i * EG_RESIDUE_BYTES);
		load_element(group, y, elements + i * EG_ELEMENT_BYTES);
		eg_mont_mul(group, x, x, y);
		store_residue(group, residues + i * EG_RESIDUE_BYTES, x);
	}
}

void
eg_product_power(const eg_group *group, uint8_t *residue,
				 const uint8_t *element, uint64_t weight)
{
	mp_limb_t	x[EG_MAX_LIMBS];
	mp_limb_t	acc[EG_MAX_LIMBS];
	uint64_t	bit = UINT64_C(1) << 63;

	/*
	 * x is taken for the Montgomery form of x / R; the Montgomery form of its
	 * power is (x / R)^weight R.
	 */
	load_element(group, x, element);
	mpn_copyi(acc, x, group->limbs);

	while ((weight & bit) == 0)
		bit >>= 1;
	while ((bit >>= 1) != 0)
	{
		eg_mont_sqr(group, acc, acc);
		if (weight & bit)
			eg_mont_mul(group, acc, acc, x);
	}
	store_residue(group, residue, acc);
}

void
eg_product_merge(const eg_group *group, uint8_t *a, const uint8_t *b,
				 size_t n)
{
	mp_limb_t	x[EG_MAX_LIMBS];
	mp_limb_t	y[EG_MAX_LIMBS];
	size_t		i;

	for (i = 0; i < n; i++)
	{
		load_residue(group, x, a + i * EG_RESIDUE_BYTES);
		load_residue(group, y, b + i * EG_RESIDUE_BYTES);
		eg_mont_mul(group, x, x, y);
		store_residue(group, a + i * EG_RESIDUE_BYTES, x);
	}
}

/* x = 2 x mod p */
static void
twice(const eg_group *group, mp_limb_t *x)
{
	mp_limb_t	carry = mpn_lshift(x, x, group->limbs, 1);

	if (carry != 0 || mpn_cmp(x, group->p, group->limbs) >= 0)
		mpn_sub_n(x, x, group->p, group->limbs);
}

/*
 * r = 2^e in Montgomery form, for e of two limbs.  The leading bits of e, as
 * many as make a power of 2 below p, cost nothing; each of the others costs a
 * squaring and perhaps a doubling.
 */
static void
power_of_two(const eg_group *group, mp_limb_t *r, const mp_limb_t *e)
{
	size_t		below_p = 64 * ((size_t) group->limbs - 1);
	size_t		start = 0;
	unsigned	bit = 128;

	while (bit > 0)
	{
		size_t		next = 2 * start + eg_limbs_bit(e, bit - 1);

		if (next > below_p)
			break;
		start = next;
		bit--;
	}

	mpn_zero(r, group->limbs);
	r[start / 64] = (mp_limb_t) 1 << (start % 64);
	eg_mont_enter(group, r, r);

	while (bit-- > 0)
	{
		eg_mont_sqr(group, r, r);
		if (eg_limbs_bit(e, bit))
			twice(group, r);
	}
}

void
eg_product_correct(eg_product_correction *correction, const eg_group *group,
				   uint64_t count, uint16_t log2_r)
{
	mp_limb_t	exponent[2];
	mp_limb_t	limb = count;

	correction->group = group;
	correction->count = count;
	exponent[1] = mpn_mul_1(exponent, &limb, 1, log2_r);
	power_of_two(group, correction->factor, exponent);
}

/* x = residue R^count */
static void
apply(const eg_product_correction *correction, mp_limb_t *x,
	  const uint8_t *residue)
{
	load_residue(correction->group, x, residue);
	if (correction->count > 0)
		eg_mont_mul(correction->group, x, x, correction->factor);
}

void
eg_product_finish(const eg_product_correction *correction, uint8_t *element,
				  const uint8_t *residue)
{
	mp_limb_t	x[EG_MAX_LIMBS];

	apply(correction, x, residue);
	store_element(correction->group, element, x);
}

void
eg_product_convert(const eg_group *group, uint8_t *residue, uint64_t count,
				   uint16_t log2_r)
{
	eg_product_correction correction;
	mp_limb_t	x[EG_MAX_LIMBS];

	eg_product_correct(&correction, group, count, log2_r);
	apply(&correction, x, residue);
	store_residue(group, residue, x);
}

bool
eg_product_valid(const eg_group *group, const uint8_t *residue)
{
	mp_limb_t	x[EG_MAX_LIMBS];
	size_t		i;

	for (i = 8 * (size_t) group->limbs; i < EG_RESIDUE_BYTES; i++)
		if (residue[i] != 0)
			return false;

	load_residue(group, x, residue);
	return !mpn_zero_p(x, group->limbs) &&
		mpn_cmp(x, group->p, group->limbs) < 0;
}
