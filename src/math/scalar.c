/*
 * scalar.c
 *		Arithmetic mod q.
 *
 * q need not fill its highest limb (the toy groups' do not): mpn_sec_div_r
 * shifts by itself, and a sum of two scalars is reduced with its carry.
 */
#include "scalar.h"

#include "limbs.h"
#include "montgomery.h"

/*
 * The most that the mpn_sec functions below ask for at EG_MAX_SCALAR_LIMBS,
 * with room to spare: 18 limbs.  The unit tests compare.
 */
#define SCRATCH_LIMBS	(16 * EG_MAX_SCALAR_LIMBS)

bool
eg_scalar_import(const eg_group *group, mp_limb_t *x, const uint8_t *bytes)
{
	mp_limb_t	difference[EG_MAX_SCALAR_LIMBS];
	mp_limb_t	below;
	size_t		n = group->scalar_limbs;
	size_t		i;

	eg_limbs_from_big_endian(x, bytes, n);
	below = mpn_sub_n(difference, x, group->q, n);
	for (i = 0; i < n; i++)
		x[i] &= -below;

	eg_wipe(difference, sizeof(difference));
	return below != 0;
}

void
eg_scalar_reduce(const eg_group *group, mp_limb_t *x, const uint8_t *bytes)
{
	mp_limb_t	scratch[SCRATCH_LIMBS];
	size_t		n = group->scalar_limbs;

	eg_limbs_from_big_endian(x, bytes, n);
	mpn_sec_div_r(x, n, group->q, n, scratch);
	eg_wipe(scratch, sizeof(scratch));
}

void
eg_scalar_export(const eg_group *group, uint8_t *bytes, const mp_limb_t *x)
{
	eg_limbs_to_big_endian(bytes, x, group->scalar_limbs);
}

void
eg_scalar_add(const eg_group *group, mp_limb_t *r, const mp_limb_t *a,
			  const mp_limb_t *b)
{
	size_t		n = group->scalar_limbs;
	mp_limb_t	carry = mpn_add_n(r, a, b, n);
	mp_limb_t	below = mpn_sub_n(r, r, group->q, n);

	mpn_cnd_add_n(below - carry, r, r, group->q, n);
}

void
eg_scalar_sub(const eg_group *group, mp_limb_t *r, const mp_limb_t *a,
			  const mp_limb_t *b)
{
	size_t		n = group->scalar_limbs;
	mp_limb_t	below = mpn_sub_n(r, a, b, n);

	mpn_cnd_add_n(below, r, r, group->q, n);
}

void
eg_scalar_mul(const eg_group *group, mp_limb_t *r, const mp_limb_t *a,
			  const mp_limb_t *b)
{
	struct
	{
		mp_limb_t	product[2 * EG_MAX_SCALAR_LIMBS];
		mp_limb_t	scratch[SCRATCH_LIMBS];
	}			space;
	size_t		n = group->scalar_limbs;

	mpn_sec_mul(space.product, a, n, b, n, space.scratch);
	mpn_sec_div_r(space.product, 2 * n, group->q, n, space.scratch);
	mpn_copyi(r, space.product, n);
	eg_wipe(&space, sizeof(space));
}

void
eg_scalar_inverse(const eg_group *group, mp_limb_t *r, const mp_limb_t *a)
{
	mp_limb_t	x[EG_MAX_SCALAR_LIMBS];
	mp_limb_t	scratch[SCRATCH_LIMBS];
	size_t		n = group->scalar_limbs;

	mpn_copyi(x, a, n);
	mpn_sec_invert(r, x, group->q, n, 2 * 64 * n, scratch);
	eg_wipe(x, sizeof(x));
	eg_wipe(scratch, sizeof(scratch));
}
