/*
 * ciphertext.c
 *		A single ciphertext, its arithmetic, and the state of long sums.
 */
#include "protocol/ciphertext.h"

#include "math/montgomery.h"
#include "math/power.h"

bool
eg_ciphertext_decode(eg_bytes bytes, eg_fault *fault)
{
	const eg_group *group;
	mp_limb_t	x[EG_MAX_LIMBS];

	if (bytes.size < 1 || bytes.data[0] != EG_CIPHERTEXT_VERSION)
		return eg_fault_set(fault, EG_FAULT_FORMAT,
							"unknown version of ciphertext");
	if (bytes.size != EG_CIPHERTEXT_SIZE)
		return eg_fault_set(fault, EG_FAULT_FORMAT,
							"ciphertext has a wrong size");
	group = eg_group_by_id(bytes.data[1]);
	if (group == NULL)
		return eg_fault_set(fault, EG_FAULT_FORMAT,
							"unknown group of ciphertext");
	if (eg_get16(bytes.data + 2) != 0)
		return eg_fault_set(fault, EG_FAULT_FORMAT,
							"reserved bits of ciphertext are set");
	if (!eg_element_import(group, x, bytes.data + EG_CIPHERTEXT_HEADER) ||
		!eg_element_import(group, x, bytes.data + EG_CIPHERTEXT_HEADER +
						   EG_ELEMENT_BYTES))
		return eg_fault_set(fault, EG_FAULT_VALUE,
							"element is not in 1 .. p - 1");
	return true;
}

void
eg_ciphertext_encode(uint8_t *bytes, const eg_group *group,
					 const uint8_t *pad, const uint8_t *data)
{
	bytes[0] = EG_CIPHERTEXT_VERSION;
	bytes[1] = group->id;
	eg_put16(bytes + 2, 0);
	memcpy(bytes + EG_CIPHERTEXT_HEADER, pad, EG_ELEMENT_BYTES);
	memcpy(bytes + EG_CIPHERTEXT_HEADER + EG_ELEMENT_BYTES, data,
		   EG_ELEMENT_BYTES);
}

static void
multiply_element(const eg_group *group, uint8_t *product, const uint8_t *a,
				 const uint8_t *b)
{
	mp_limb_t	x[EG_MAX_LIMBS];
	mp_limb_t	y[EG_MAX_LIMBS];

	eg_element_import(group, x, a);
	eg_element_import(group, y, b);
	eg_multiply(group, x, x, y);
	eg_element_export(group, product, x);
}

bool
eg_ciphertext_add(uint8_t *sum, const uint8_t *a, const uint8_t *b,
				  eg_fault *fault)
{
	const eg_group *group = eg_group_by_id(a[1]);

	if (a[1] != b[1])
		return eg_fault_set(fault, EG_FAULT_MISMATCH,
							"ciphertexts of different groups");
	memcpy(sum, a, EG_CIPHERTEXT_HEADER);
	for (size_t at = EG_CIPHERTEXT_HEADER; at < EG_CIPHERTEXT_SIZE;
		 at += EG_ELEMENT_BYTES)
		multiply_element(group, sum + at, a + at, b + at);
	return true;
}

void
eg_ciphertext_multiply(uint8_t *product, const uint8_t *a, int64_t factor)
{
	const eg_group *group = eg_group_by_id(a[1]);
	mp_limb_t	exponent = factor < 0 ?
		-(mp_limb_t) factor : (mp_limb_t) factor;

	memcpy(product, a, EG_CIPHERTEXT_HEADER);
	for (size_t at = EG_CIPHERTEXT_HEADER; at < EG_CIPHERTEXT_SIZE;
		 at += EG_ELEMENT_BYTES)
	{
		mp_limb_t	x[EG_MAX_LIMBS];

		eg_element_import(group, x, a + at);
		if (factor < 0)
			eg_inverse(group, x, x);
		eg_power(group, x, x, &exponent, 1);
		eg_element_export(group, product + at, x);
	}
}

/*
 * Long sums
 */

static uint8_t *
residue(uint8_t *state, int which)
{
	return state + EG_CIPHERTEXT_STATE_HEADER + which * EG_RESIDUE_BYTES;
}

void
eg_ciphertext_state_init(uint8_t *state, const eg_group *group)
{
	memset(state, 0, EG_CIPHERTEXT_STATE_SIZE);
	state[0] = EG_CIPHERTEXT_VERSION;
	state[1] = group->id;
	eg_put16(state + 2, eg_product_log2_r(group));
	*residue(state, 0) = 1;
	*residue(state, 1) = 1;
}

bool
eg_ciphertext_state_decode(eg_bytes bytes, eg_fault *fault)
{
	const eg_group *group;

	if (bytes.size < 1 || bytes.data[0] != EG_CIPHERTEXT_VERSION)
		return eg_fault_set(fault, EG_FAULT_FORMAT,
							"unknown version of ciphertext state");
	if (bytes.size != EG_CIPHERTEXT_STATE_SIZE)
		return eg_fault_set(fault, EG_FAULT_FORMAT,
							"ciphertext state has a wrong size");
	group = eg_group_by_id(bytes.data[1]);
	if (group == NULL)
		return eg_fault_set(fault, EG_FAULT_FORMAT,
							"unknown group of ciphertext state");
	if (!eg_product_knows_r(group, eg_get16(bytes.data + 2)))
		return eg_fault_set(fault, EG_FAULT_FORMAT,
							"unknown form of residues in ciphertext state");
	for (size_t at = EG_CIPHERTEXT_STATE_HEADER; at < bytes.size;
		 at += EG_RESIDUE_BYTES)
		if (!eg_product_valid(group, bytes.data + at))
			return eg_fault_set(fault, EG_FAULT_VALUE,
								"residue is not in 1 .. p - 1");
	return true;
}

/* Brings the residues of a state to this R. */
static void
use_r(uint8_t *state, const eg_group *group, uint16_t log2_r)
{
	if (eg_get16(state + 2) == log2_r)
		return;
	for (int i = 0; i < 2; i++)
		eg_product_convert(group, residue(state, i), eg_get64(state + 4),
						   eg_get16(state + 2));
	eg_put16(state + 2, log2_r);
	eg_put64(state + 4, 0);
}

static bool
add_products(uint8_t *state, uint64_t more, eg_fault *fault)
{
	uint64_t	count = eg_get64(state + 4);

	if (count > INT64_MAX || more > INT64_MAX - count)
		return eg_fault_set(fault, EG_FAULT_OVERFLOW,
							"sum of weights is out of range");
	eg_put64(state + 4, count + more);
	return true;
}

bool
eg_ciphertext_state_add(uint8_t *state, const uint8_t *ciphertext,
						uint64_t weight, eg_fault *fault)
{
	const eg_group *group = eg_group_by_id(state[1]);
	const uint8_t *elements = ciphertext + EG_CIPHERTEXT_HEADER;
	uint8_t		power[2 * EG_RESIDUE_BYTES];

	if (state[1] != ciphertext[1])
		return eg_fault_set(fault, EG_FAULT_MISMATCH,
							"ciphertexts of different groups");
	use_r(state, group, eg_product_log2_r(group));
	if (weight == 1)
		eg_product_multiply(group, residue(state, 0), elements, 2);
	else
	{
		eg_product_power(group, power, elements, weight);
		eg_product_power(group, power + EG_RESIDUE_BYTES,
						 elements + EG_ELEMENT_BYTES, weight);
		eg_product_merge(group, residue(state, 0), power, 2);
	}
	return add_products(state, weight, fault);
}

bool
eg_ciphertext_state_combine(uint8_t *state, const uint8_t *other,
							eg_fault *fault)
{
	const eg_group *group = eg_group_by_id(state[1]);
	uint8_t		copy[EG_CIPHERTEXT_STATE_SIZE];

	if (state[1] != other[1])
		return eg_fault_set(fault, EG_FAULT_MISMATCH,
							"ciphertexts of different groups");
	use_r(state, group, eg_product_log2_r(group));
	memcpy(copy, other, sizeof(copy));
	use_r(copy, group, eg_product_log2_r(group));
	eg_product_merge(group, residue(state, 0), residue(copy, 0), 2);
	return add_products(state, eg_get64(copy + 4), fault) &&
		add_products(state, 1, fault);
}

void
eg_ciphertext_state_finish(uint8_t *sum, const uint8_t *state)
{
	const eg_group *group = eg_group_by_id(state[1]);
	const uint8_t *residues = state + EG_CIPHERTEXT_STATE_HEADER;
	eg_product_correction correction;
	uint8_t		elements[EG_CIPHERTEXT_BYTES];

	eg_product_correct(&correction, group, eg_get64(state + 4),
					   eg_get16(state + 2));
	eg_product_finish(&correction, elements, residues);
	eg_product_finish(&correction, elements + EG_ELEMENT_BYTES,
					  residues + EG_RESIDUE_BYTES);
	eg_ciphertext_encode(sum, group, elements, elements + EG_ELEMENT_BYTES);
}
