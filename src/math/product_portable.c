/*
 * product_portable.c
 *		Long products of public elements on the portable kernel, one after the
 *		other.
 */
#include "product_portable.h"

#include "montgomery.h"
#include "residue.h"

void
eg_product_portable_multiply(const eg_group *group, uint8_t *residues,
							 const uint8_t *elements, size_t n)
{
	mp_limb_t	x[EG_MAX_LIMBS];
	mp_limb_t	y[EG_MAX_LIMBS];
	size_t		i;

	for (i = 0; i < n; i++)
	{
		eg_residue_load(group, x, residues + i * EG_RESIDUE_BYTES);
		eg_element_load(group, y, elements + i * EG_ELEMENT_BYTES);
		eg_mont_mul(group, x, x, y);
		eg_residue_store(group, residues + i * EG_RESIDUE_BYTES, x);
	}
}

void
eg_product_portable_power(const eg_group *group, uint8_t *residue,
						  const uint8_t *element, uint64_t weight)
{
	mp_limb_t	x[EG_MAX_LIMBS];
	mp_limb_t	acc[EG_MAX_LIMBS];
	uint64_t	bit = UINT64_C(1) << 63;

	/*
	 * x is taken for the Montgomery form of x / R; the Montgomery form of its
	 * power is (x / R)^weight R.
	 */
	eg_element_load(group, x, element);
	mpn_copyi(acc, x, group->limbs);

	while ((weight & bit) == 0)
		bit >>= 1;
	while ((bit >>= 1) != 0)
	{
		eg_mont_sqr(group, acc, acc);
		if (weight & bit)
			eg_mont_mul(group, acc, acc, x);
	}
	eg_residue_store(group, residue, acc);
}

void
eg_product_portable_merge(const eg_group *group, uint8_t *a,
						  const uint8_t *b, size_t n)
{
	mp_limb_t	x[EG_MAX_LIMBS];
	mp_limb_t	y[EG_MAX_LIMBS];
	size_t		i;

	for (i = 0; i < n; i++)
	{
		eg_residue_load(group, x, a + i * EG_RESIDUE_BYTES);
		eg_residue_load(group, y, b + i * EG_RESIDUE_BYTES);
		eg_mont_mul(group, x, x, y);
		eg_residue_store(group, a + i * EG_RESIDUE_BYTES, x);
	}
}
