/*
 * lagrange.c
 *		Lagrange coefficients for a set of guardians (spec 3.6.4, equation 85).
 */
#include "lagrange.h"

#include "scalar.h"

static void
scalar_from_index(const eg_group *group, mp_limb_t *s, uint32_t x)
{
	mpn_zero(s, group->scalar_limbs);
	s[0] = x;
}

static bool
indices_valid(const eg_group *group, const uint32_t *x, size_t n)
{
	size_t		i;
	size_t		j;

	for (i = 0; i < n; i++)
	{
		if (x[i] == 0 || (group->scalar_limbs == 1 && x[i] >= group->q[0]))
			return false;
		for (j = 0; j < i; j++)
			if (x[j] == x[i])
				return false;
	}
	return n > 0;
}

eg_status
eg_lagrange(const eg_group *group, mp_limb_t *w, const uint32_t *x, size_t n)
{
	mp_limb_t	numerator[EG_MAX_SCALAR_LIMBS];
	mp_limb_t	denominator[EG_MAX_SCALAR_LIMBS];
	mp_limb_t	xi[EG_MAX_SCALAR_LIMBS];
	mp_limb_t	xj[EG_MAX_SCALAR_LIMBS];
	size_t		i;
	size_t		j;

	if (!indices_valid(group, x, n))
		return EG_INVALID;

	for (i = 0; i < n; i++)
	{
		scalar_from_index(group, xi, x[i]);
		scalar_from_index(group, numerator, 1);
		scalar_from_index(group, denominator, 1);
		for (j = 0; j < n; j++)
		{
			if (j == i)
				continue;
			scalar_from_index(group, xj, x[j]);
			eg_scalar_mul(group, numerator, numerator, xj);
			eg_scalar_sub(group, xj, xj, xi);
			eg_scalar_mul(group, denominator, denominator, xj);
		}
		eg_scalar_inverse(group, denominator, denominator);
		eg_scalar_mul(group, w + i * group->scalar_limbs, numerator,
					  denominator);
	}
	return EG_OK;
}
