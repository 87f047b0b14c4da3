/*
 * joint_commitments.c
 *		Every guardian's public share of a joint key, from the commitments.
 */
#include "protocol/joint_commitments.h"

#include "math/montgomery.h"
#include "math/power.h"

static bool
refuse(eg_fault *fault, const char *message)
{
	return eg_fault_set(fault, EG_FAULT_MISMATCH, message);
}

/* product = product K_j,m, in Montgomery form; false if that is no element */
static bool
multiply_in(const eg_group *group, mp_limb_t *product, const uint8_t *bytes)
{
	mp_limb_t	x[EG_MAX_LIMBS];

	if (!eg_element_import(group, x, bytes))
		return false;
	eg_mont_enter(group, x, x);
	eg_mont_mul(group, product, product, x);
	return true;
}

static bool
add_guardian(eg_joint_commitments *keys, const eg_guardian *guardian,
			 eg_key_use use, uint32_t n, uint8_t *seen, eg_fault *fault)
{
	const eg_guardian_key *key = guardian->keys[use];

	fault->guardian = guardian->index;
	if (guardian->index < 1 || guardian->index > n || seen[guardian->index])
		return refuse(fault, "its indices of guardians are not 1 to n");
	seen[guardian->index] = 1;
	if (key->n != keys->k)
		return refuse(fault, "a guardian has not k commitments");
	for (uint32_t m = 0; m < keys->k; m++)
		if (!multiply_in(keys->group,
						 keys->products + (size_t) m * keys->group->limbs,
						 key->commitments + (size_t) m * EG_ELEMENT_BYTES))
			return refuse(fault, "a commitment is not in 1 .. p - 1");
	fault->guardian = 0;
	return true;
}

/* The products are in Z_p^r, and the first of them is the joint key. */
static bool
check_products(const eg_joint_commitments *keys, const uint8_t *joint_key,
			   const eg_stop *stop, eg_fault *fault)
{
	const eg_group *group = keys->group;
	uint8_t		bytes[EG_ELEMENT_BYTES];

	for (uint32_t m = 0; m < keys->k; m++)
	{
		if (eg_stop_requested(stop))
			return eg_fault_set(fault, EG_FAULT_INTERRUPTED, "interrupted");
		if (!eg_is_member(group, keys->products + (size_t) m * group->limbs))
			return refuse(fault, "commitments are not in the group of order q");
	}
	eg_element_export(group, bytes, keys->products);
	if (memcmp(bytes, joint_key, EG_ELEMENT_BYTES) != 0)
		return refuse(fault,
					  "its keys do not multiply to the election's joint key");
	return true;
}

bool
eg_joint_commitments_make(eg_joint_commitments *keys, const eg_election *election,
					  const eg_guardian_record *record, eg_key_use use,
					  const eg_arena *arena, const eg_stop *stop,
					  eg_fault *fault)
{
	const eg_group *group = election->group;
	uint8_t    *seen = arena->allocate(arena->context, election->n + 1);
	mp_limb_t  *x;

	keys->group = group;
	keys->k = election->k;
	keys->products = arena->allocate(arena->context, (size_t) election->k *
									 group->limbs * sizeof(mp_limb_t));
	if (seen == NULL || keys->products == NULL)
		return eg_fault_set(fault, EG_FAULT_LIMIT, "out of memory");
	if (record->n != election->n)
		return refuse(fault, "it has too few or too many guardians");
	for (uint32_t m = 0; m < keys->k; m++)
		mpn_copyi(keys->products + (size_t) m * group->limbs, group->r1,
				  group->limbs);
	for (uint32_t j = 0; j < record->n; j++)
	{
		if (eg_stop_requested(stop))
			return eg_fault_set(fault, EG_FAULT_INTERRUPTED, "interrupted");
		if (!add_guardian(keys, &record->guardians[j], use, election->n, seen,
						  fault))
			return false;
	}
	for (x = keys->products; x < keys->products + keys->k * group->limbs;
		 x += group->limbs)
		eg_mont_leave(group, x, x);
	return check_products(keys, use == EG_VOTE_KEY ? election->vote_key :
						  election->data_key, stop, fault);
}

/* y = y^i, in Montgomery form, for an index of a few bits */
static void
raise_to_index(const eg_group *group, mp_limb_t *y, uint32_t i)
{
	mp_limb_t	x[EG_MAX_LIMBS];
	uint32_t	bit = 1;

	while (bit <= i / 2)
		bit <<= 1;
	mpn_copyi(x, y, group->limbs);
	for (bit >>= 1; bit > 0; bit >>= 1)
	{
		eg_mont_sqr(group, y, y);
		if (i & bit)
			eg_mont_mul(group, y, y, x);
	}
}

/* Horner's rule, in the exponent */
void
eg_joint_key_share(const eg_joint_commitments *keys, mp_limb_t *y, uint32_t i)
{
	const eg_group *group = keys->group;
	mp_limb_t	x[EG_MAX_LIMBS];

	mpn_copyi(y, group->r1, group->limbs);
	for (uint32_t m = keys->k; m-- > 0;)
	{
		raise_to_index(group, y, i);
		eg_mont_enter(group, x, keys->products + (size_t) m * group->limbs);
		eg_mont_mul(group, y, y, x);
	}
	eg_mont_leave(group, y, y);
}
