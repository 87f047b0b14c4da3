/*
 * encoded.c
 *		Arithmetic of the 2.1.0 group on encoded elements and scalars.
 */
#include "encoded.h"

#include <stdlib.h>
#include <string.h>

#include "math/limbs.h"
#include "math/power.h"
#include "math/scalar.h"

static const eg_group *const group = &eg_group_2_1_0;

static void
import_element(mp_limb_t *x, const uint8_t *bytes)
{
	if (!eg_element_import(group, x, bytes))
		abort();
}

void
element_generator(uint8_t *r)
{
	eg_element_export(group, r, group->g);
}

void
element_one(uint8_t *r)
{
	static const mp_limb_t one[EG_MAX_LIMBS] = {1};

	eg_element_export(group, r, one);
}

void
element_product(uint8_t *r, const uint8_t *x, const uint8_t *e,
				const uint8_t *y, const uint8_t *f)
{
	mp_limb_t	bases[2][EG_MAX_LIMBS];
	mp_limb_t	exponents[2][EG_MAX_SCALAR_LIMBS];
	const mp_limb_t *const base_list[] = {bases[0], bases[1]};
	const mp_limb_t *const exponent_list[] = {exponents[0], exponents[1]};
	mp_limb_t	product[EG_MAX_LIMBS];

	import_element(bases[0], x);
	import_element(bases[1], y);
	eg_limbs_from_big_endian(exponents[0], e, group->scalar_limbs);
	eg_limbs_from_big_endian(exponents[1], f, group->scalar_limbs);
	if (eg_power_product(group, product, base_list, exponent_list, 2,
						 NULL) != EG_OK)
		abort();
	eg_element_export(group, r, product);
}

void
element_multiply(uint8_t *r, const uint8_t *a, const uint8_t *b)
{
	uint8_t		one[EG_SCALAR_BYTES];

	scalar_set(one, 1);
	element_product(r, a, one, b, one);
}

void
element_power(uint8_t *r, const uint8_t *x, const uint8_t *e)
{
	mp_limb_t	base[EG_MAX_LIMBS];
	mp_limb_t	exponent[EG_MAX_SCALAR_LIMBS];

	import_element(base, x);
	eg_limbs_from_big_endian(exponent, e, group->scalar_limbs);
	eg_power(group, base, base, exponent, group->scalar_limbs);
	eg_element_export(group, r, base);
}

void
element_of_scalar(uint8_t *r, const uint8_t *e)
{
	element_generator(r);
	element_power(r, r, e);
}

void
scalar_set(uint8_t *r, int64_t value)
{
	mp_limb_t	x[EG_MAX_SCALAR_LIMBS] = {0};
	mp_limb_t	zero[EG_MAX_SCALAR_LIMBS] = {0};

	x[0] = value < 0 ? -(mp_limb_t) value : (mp_limb_t) value;
	if (value < 0)
		eg_scalar_sub(group, x, zero, x);
	eg_scalar_export(group, r, x);
}

static void
import_scalar(mp_limb_t *x, const uint8_t *bytes)
{
	if (!eg_scalar_import(group, x, bytes))
		abort();
}

void
scalar_add(uint8_t *r, const uint8_t *a, const uint8_t *b)
{
	mp_limb_t	x[EG_MAX_SCALAR_LIMBS];
	mp_limb_t	y[EG_MAX_SCALAR_LIMBS];

	import_scalar(x, a);
	import_scalar(y, b);
	eg_scalar_add(group, x, x, y);
	eg_scalar_export(group, r, x);
}

void
scalar_multiply(uint8_t *r, const uint8_t *a, const uint8_t *b)
{
	mp_limb_t	x[EG_MAX_SCALAR_LIMBS];
	mp_limb_t	y[EG_MAX_SCALAR_LIMBS];

	import_scalar(x, a);
	import_scalar(y, b);
	eg_scalar_mul(group, x, x, y);
	eg_scalar_export(group, r, x);
}
