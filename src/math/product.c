/*
 * product.c
 *		Long products of public elements, with the powers of R left for later.
 *
 * The products themselves are the kernels' work, the last one of each, which
 * supplies the powers of R, too.  Those powers are made here, by portable
 * arithmetic, once for many products: it serves residues of any R.
 */
#include "product.h"

#include "ifma_number.h"
#include "kernel.h"
#include "montgomery.h"
#include "product_ifma.h"
#include "product_portable.h"
#include "residue.h"

uint16_t
eg_product_log2_r(const eg_group *group)
{
	return eg_kernel_modulus(group) != NULL ? EG_IFMA_LOG2_R :
		64 * group->limbs;
}

/* Also where this build or this machine has no IFMA: others may have. */
bool
eg_product_knows_r(const eg_group *group, uint16_t log2_r)
{
	return log2_r == 64 * group->limbs ||
		(group->limbs == EG_MAX_LIMBS && log2_r == EG_IFMA_LOG2_R);
}

void
eg_product_multiply(const eg_group *group, uint8_t *residues,
					const uint8_t *elements, size_t n)
{
#ifdef EG_HAVE_IFMA
	const eg_ifma_modulus *modulus = eg_kernel_modulus(group);

	if (modulus != NULL)
	{
		eg_product_ifma_multiply(modulus, residues, elements, n);
		return;
	}
#endif
	eg_product_portable_multiply(group, residues, elements, n);
}

void
eg_product_power(const eg_group *group, uint8_t *residue,
				 const uint8_t *element, uint64_t weight)
{
#ifdef EG_HAVE_IFMA
	const eg_ifma_modulus *modulus = eg_kernel_modulus(group);

	if (modulus != NULL)
	{
		eg_product_ifma_power(modulus, residue, element, weight);
		return;
	}
#endif
	eg_product_portable_power(group, residue, element, weight);
}

void
eg_product_merge(const eg_group *group, uint8_t *a, const uint8_t *b,
				 size_t n)
{
#ifdef EG_HAVE_IFMA
	const eg_ifma_modulus *modulus = eg_kernel_modulus(group);

	if (modulus != NULL)
	{
		eg_product_ifma_merge(modulus, a, b, n);
		return;
	}
#endif
	eg_product_portable_merge(group, a, b, n);
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
	mp_limb_t	power[EG_MAX_LIMBS];
	mp_limb_t	exponent[2];
	mp_limb_t	limb = count;

	correction->group = group;
	correction->count = count;
	exponent[1] = mpn_mul_1(exponent, &limb, 1, log2_r);

	/* From portable Montgomery form to that of the kernel, if its R is more. */
	mpn_add_1(exponent, exponent, 2,
			  eg_product_log2_r(group) - 64 * (mp_limb_t) group->limbs);
	power_of_two(group, power, exponent);
	eg_residue_store(group, correction->factor, power);
}

/* residue = residue R^count */
static void
apply(const eg_product_correction *correction, uint8_t *residue)
{
	if (correction->count > 0)
		eg_product_merge(correction->group, residue, correction->factor, 1);
}

void
eg_product_finish(const eg_product_correction *correction, uint8_t *element,
				  const uint8_t *residue)
{
	uint8_t		finished[EG_RESIDUE_BYTES];
	mp_limb_t	x[EG_MAX_LIMBS];

	memcpy(finished, residue, sizeof(finished));
	apply(correction, finished);
	eg_residue_load(correction->group, x, finished);
	eg_element_store(correction->group, element, x);
}

void
eg_product_convert(const eg_group *group, uint8_t *residue, uint64_t count,
				   uint16_t log2_r)
{
	eg_product_correction correction;

	eg_product_correct(&correction, group, count, log2_r);
	apply(&correction, residue);
}

bool
eg_product_valid(const eg_group *group, const uint8_t *residue)
{
	mp_limb_t	x[EG_MAX_LIMBS];
	size_t		i;

	for (i = 8 * (size_t) group->limbs; i < EG_RESIDUE_BYTES; i++)
		if (residue[i] != 0)
			return false;

	eg_residue_load(group, x, residue);
	return !mpn_zero_p(x, group->limbs) &&
		mpn_cmp(x, group->p, group->limbs) < 0;
}
