/*
 * range_prover.c
 *		Proving that a ciphertext holds one of 0 .. R (3.3.7, 3.3.8).
 */
#include "protocol/range_prover.h"

#include "math/montgomery.h"
#include "math/scalar.h"

/* All ones if j is the value that is proved, else 0; in constant time. */
static mp_limb_t
is_value(const eg_range_prover *prover, uint32_t j)
{
	uint64_t	difference = j ^ prover->value;

	return 0 - ((difference - 1) >> 63);
}

static bool
draw_scalars(mp_limb_t *x, uint32_t n, const eg_group *group,
			 const eg_random *random, eg_fault *fault)
{
	for (uint32_t i = 0; i < n; i++)
		if (!eg_random_scalar(random, x + i * group->scalar_limbs))
			return eg_fault_set(fault, EG_FAULT_VALUE, "too few nonces");
	return true;
}

/*
 * a_j = g^u_j and b_j = K^(u_j + (l - j) c_j): (58), and (57) too, as the
 * factor of c_l is 0
 */
static void
plan_commitment(const eg_range_prover *prover, eg_secret_plan *plan,
				uint32_t j)
{
	const eg_group *group = plan->group;
	const mp_limb_t *u = prover->u + j * group->scalar_limbs;
	mp_limb_t	index[EG_MAX_SCALAR_LIMBS] = {j};
	mp_limb_t	t[EG_MAX_SCALAR_LIMBS] = {prover->value};

	eg_scalar_sub(group, t, t, index);
	eg_scalar_mul(group, t, t, prover->c + j * group->scalar_limbs);
	eg_scalar_add(group, t, t, u);
	eg_secret_plan_power(plan, EG_BASE_GENERATOR, u);
	eg_secret_plan_power(plan, EG_BASE_VOTE_KEY, t);
	eg_wipe(t, sizeof(t));
}

bool
eg_range_prover_plan(eg_range_prover *prover, eg_secret_plan *plan,
					 uint32_t bound, const mp_limb_t *nonce, uint32_t value,
					 const eg_random *random, const eg_arena *arena,
					 eg_fault *fault)
{
	const eg_group *group = plan->group;
	size_t		limbs;

	prover->n = bound + 1;
	prover->value = value;
	prover->nonce = nonce;
	prover->powers = plan->n;
	limbs = (size_t) prover->n * group->scalar_limbs;
	prover->u = arena->allocate(arena->context,
								2 * limbs * sizeof(mp_limb_t));
	if (prover->u == NULL)
		return eg_fault_set(fault, EG_FAULT_LIMIT, "out of memory");
	prover->c = prover->u + limbs;
	if (!draw_scalars(prover->u, prover->n, group, random, fault) ||
		!draw_scalars(prover->c, prover->n, group, random, fault))
		return false;
	for (uint32_t j = 0; j < prover->n; j++)
		plan_commitment(prover, plan, j);
	return true;
}

/* c (59, 62) from the commitments */
static void
derive_challenge(const eg_range_prover *prover, const eg_secret_plan *plan,
				 eg_hash *hash, mp_limb_t *c)
{
	uint8_t		bytes[EG_ELEMENT_BYTES];

	for (size_t i = 0; i < 2 * (size_t) prover->n; i++)
	{
		eg_secret_plan_export(plan, prover->powers + i, bytes);
		eg_hash_element(hash, bytes);
	}
	eg_hash_end(hash, bytes);
	eg_scalar_import(plan->group, c, bytes);
}

/* Puts c minus the other challenges in the place of the value's own (60). */
static void
settle_challenges(eg_range_prover *prover, const eg_group *group,
				  mp_limb_t *rest)
{
	size_t		s = group->scalar_limbs;

	for (uint32_t j = 0; j < prover->n; j++)
	{
		mp_limb_t  *c = prover->c + j * s;

		for (size_t k = 0; k < s; k++)
			c[k] &= ~is_value(prover, j);
		eg_scalar_sub(group, rest, rest, c);
	}
	for (uint32_t j = 0; j < prover->n; j++)
		for (size_t k = 0; k < s; k++)
			prover->c[j * s + k] |= rest[k] & is_value(prover, j);
}

void
eg_range_prover_finish(eg_range_prover *prover, const eg_secret_plan *plan,
					   eg_hash *hash, uint8_t *pairs)
{
	const eg_group *group = plan->group;
	mp_limb_t	x[EG_MAX_SCALAR_LIMBS];

	derive_challenge(prover, plan, hash, x);
	settle_challenges(prover, group, x);
	for (uint32_t j = 0; j < prover->n; j++)
	{
		const mp_limb_t *c = prover->c + j * group->scalar_limbs;

		/* v_j = u_j - c_j xi (61) */
		eg_scalar_mul(group, x, c, prover->nonce);
		eg_scalar_sub(group, x, prover->u + j * group->scalar_limbs, x);
		eg_scalar_export(group, pairs, c);
		eg_scalar_export(group, pairs + EG_SCALAR_BYTES, x);
		pairs += EG_PAIR_BYTES;
	}
	eg_wipe(x, sizeof(x));
}
