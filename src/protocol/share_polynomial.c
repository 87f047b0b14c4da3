/*
 * share_polynomial.c
 *		The polynomials that share a guardian's secret keys (spec 3.2.1).
 *
 * Both are evaluated by Horner's rule: in the exponent too, where it takes a
 * power to the small number l for each commitment, and not one to l^j.
 */
#include "protocol/share_polynomial.h"

#include "math/montgomery.h"
#include "math/power.h"
#include "math/scalar.h"

void
eg_polynomial_at(const eg_group *group, mp_limb_t *share,
				 const uint8_t *coefficients, uint32_t k, uint32_t l)
{
	mp_limb_t	x[EG_MAX_SCALAR_LIMBS] = {l};
	mp_limb_t	a[EG_MAX_SCALAR_LIMBS];

	mpn_zero(share, group->scalar_limbs);
	for (uint32_t j = k; j-- > 0;)
	{
		eg_scalar_import(group, a, coefficients +
						 (size_t) j * group->scalar_bytes);
		eg_scalar_mul(group, share, share, x);
		eg_scalar_add(group, share, share, a);
	}
	eg_wipe(a, sizeof(a));
}

eg_status
eg_commitments_at(const eg_group *group, mp_limb_t *r,
				  const uint8_t *commitments, uint32_t k, uint32_t l,
				  const eg_stop *stop)
{
	mp_limb_t	x[1] = {l};
	mp_limb_t	power[EG_MAX_LIMBS];
	mp_limb_t	commitment[EG_MAX_LIMBS];

	mpn_zero(r, group->limbs);
	r[0] = 1;
	for (uint32_t j = k; j-- > 0;)
	{
		if (eg_stop_requested(stop))
			return EG_INTERRUPTED;
		if (!eg_element_import(group, commitment, commitments +
							   (size_t) j * group->element_bytes))
			return EG_INVALID;
		eg_power(group, power, r, x, 1);
		eg_multiply(group, r, power, commitment);
	}
	return EG_OK;
}
