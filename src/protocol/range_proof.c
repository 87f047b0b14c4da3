/*
 * range_proof.c
 *		Checking a proof that a ciphertext holds one of 0 .. R (3.3.7, 3.3.8).
 */
#include "protocol/range_proof.h"

#include "math/montgomery.h"
#include "math/scalar.h"

/*
 * Planning
 */

static void *
allocate(eg_batch_plan *plan, size_t size)
{
	void	   *memory = NULL;

	if (!plan->exhausted)
		memory = plan->arena->allocate(plan->arena->context, size);
	if (memory == NULL)
		plan->exhausted = true;
	return memory;
}

mp_limb_t *
eg_plan_limbs(eg_batch_plan *plan, size_t n)
{
	return allocate(plan, n * sizeof(mp_limb_t));
}

eg_chain *
eg_plan_chain(eg_batch_plan *plan, const mp_limb_t *base,
			  const mp_limb_t *exponents, size_t n)
{
	eg_chain   *chain = &plan->batch.chains[plan->batch.n_chains++];

	chain->base = base;
	chain->n = n;
	chain->exponents = exponents;
	chain->powers = n == 0 ? NULL :
		eg_plan_limbs(plan, n * plan->batch.group->limbs);
	return chain;
}

static mp_limb_t *
plan_fixed(eg_batch_plan *plan, const mp_limb_t *base,
		   const eg_fixed_base *table, const mp_limb_t *exponent)
{
	eg_fixed_power *power = &plan->batch.fixed[plan->batch.n_fixed++];

	power->base = base;
	power->fixed = table;
	power->exponent = exponent;
	power->power = eg_plan_limbs(plan, plan->batch.group->limbs);
	return power->power;
}

mp_limb_t *
eg_plan_generator(eg_batch_plan *plan, const mp_limb_t *exponent)
{
	return plan_fixed(plan, plan->generator, plan->generator_table, exponent);
}

mp_limb_t *
eg_plan_vote_key(eg_batch_plan *plan, const mp_limb_t *exponent)
{
	return plan_fixed(plan, plan->vote_key, plan->vote_key_table, exponent);
}

/*
 * Reads a scalar; one that is not below q counts against the proof, and goes
 * on reduced, as the equations hold for it all the same.
 */
static void
read_scalar(const eg_group *group, mp_limb_t *x, const uint8_t *bytes,
			bool *reduced)
{
	if (eg_scalar_import(group, x, bytes))
		return;
	*reduced = false;
	eg_scalar_reduce(group, x, bytes);
}

/* Reads pair j, and plans g^v_j and K^w_j, w_j = v_j - j c_j (6.1, 6.2). */
static void
plan_pair(eg_range_check *check, eg_batch_plan *plan, mp_limb_t *challenges,
		  const eg_pair *pair, uint32_t j)
{
	const eg_group *group = plan->batch.group;
	size_t		s = group->scalar_limbs;
	mp_limb_t  *c = challenges + j * s;
	mp_limb_t  *v = eg_plan_limbs(plan, 2 * s);
	mp_limb_t	index[EG_MAX_SCALAR_LIMBS] = {j};
	mp_limb_t	product[EG_MAX_SCALAR_LIMBS];

	if (v == NULL)
		return;
	read_scalar(group, c, pair->challenge, &check->challenges_reduced);
	read_scalar(group, v, pair->response, &check->responses_reduced);
	eg_scalar_mul(group, product, index, c);
	eg_scalar_sub(group, v + s, v, product);
	eg_scalar_add(group, check->challenge_sum, check->challenge_sum, c);
	check->generator_powers[j] = eg_plan_generator(plan, v);
	check->vote_key_powers[j] = eg_plan_vote_key(plan, v + s);
}

void
eg_range_plan(eg_range_check *check, eg_batch_plan *plan,
			  const mp_limb_t *alpha, const mp_limb_t *beta,
			  const eg_proof *proof, uint32_t bound)
{
	size_t		s = plan->batch.group->scalar_limbs;
	mp_limb_t  *challenges = NULL;

	check->right_size = (uint64_t) proof->n == (uint64_t) bound + 1;
	check->challenges_reduced = true;
	check->responses_reduced = true;
	check->n = check->right_size ? proof->n : 0;
	if (check->n > 0)
	{
		challenges = eg_plan_limbs(plan, check->n * s);
		check->challenge_sum = eg_plan_limbs(plan, s);
		check->generator_powers = allocate(plan, check->n *
										   sizeof(mp_limb_t *));
		check->vote_key_powers = allocate(plan, check->n *
										  sizeof(mp_limb_t *));
	}
	for (uint32_t j = 0; j < check->n && !plan->exhausted &&
		 !eg_stop_requested(plan->stop); j++)
		plan_pair(check, plan, challenges, &proof->pairs[j], j);
	check->alpha = eg_plan_chain(plan, alpha, challenges, check->n);
	check->beta = eg_plan_chain(plan, beta, challenges, check->n);
}

/*
 * Judging
 */

void
eg_hash_product(const eg_group *group, eg_hash *hash, const mp_limb_t *x,
				const mp_limb_t *y)
{
	mp_limb_t	product[EG_MAX_LIMBS];
	uint8_t		bytes[EG_ELEMENT_BYTES];

	eg_multiply(group, product, x, y);
	eg_element_export(group, bytes, product);
	eg_hash_element(hash, bytes);
}

bool
eg_range_judge(const eg_range_check *check, const eg_group *group,
			   eg_hash *hash, const eg_stop *stop)
{
	size_t		n = group->limbs;
	uint8_t		expected[EG_HASH_BYTES];
	uint8_t		sum[EG_HASH_BYTES];

	for (uint32_t j = 0; j < check->n && !eg_stop_requested(stop); j++)
	{
		eg_hash_product(group, hash, check->generator_powers[j],
						check->alpha->powers + j * n);
		eg_hash_product(group, hash, check->vote_key_powers[j],
						check->beta->powers + j * n);
	}
	eg_hash_end(hash, expected);
	eg_scalar_export(group, sum, check->challenge_sum);
	return memcmp(expected, sum, sizeof(sum)) == 0;
}
