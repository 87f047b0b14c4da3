/*
 * range_proof.h
 *		Checking a proof that a ciphertext holds one of 0 .. R (3.3.7, 3.3.8).
 *
 * Checking has three parts, so that all exponentiations of a ballot run as
 * one batch: planning lists what this proof needs, the caller runs the batch,
 * judging looks at the results.
 */
#ifndef EG_RANGE_PROOF_H
#define EG_RANGE_PROOF_H

#include "math/batch.h"
#include "protocol/arena.h"
#include "protocol/check.h"
#include "protocol/hash_uses.h"

/* A batch that is being put together; room was measured before. */
typedef struct eg_batch_plan
{
	eg_batch	batch;
	const mp_limb_t *generator;
	const mp_limb_t *vote_key;
	const eg_fixed_base *generator_table;
	const eg_fixed_base *vote_key_table;
	const eg_arena *arena;
	const eg_stop *stop;
	bool		exhausted;		/* the arena gave nothing */
} eg_batch_plan;

/* n limbs from the arena. */
extern mp_limb_t *eg_plan_limbs(eg_batch_plan *plan, size_t n);

/* base^exponents[i], i < n; and whether base is a member. */
extern eg_chain *eg_plan_chain(eg_batch_plan *plan, const mp_limb_t *base,
							   const mp_limb_t *exponents, size_t n);

/* g^exponent and K^exponent; the results. */
extern mp_limb_t *eg_plan_generator(eg_batch_plan *plan,
									const mp_limb_t *exponent);
extern mp_limb_t *eg_plan_vote_key(eg_batch_plan *plan,
								   const mp_limb_t *exponent);

/* Feeds x y mod p: a commitment, recomputed from its two powers. */
extern void eg_hash_product(const eg_group *group, eg_hash *hash,
							const mp_limb_t *x, const mp_limb_t *y);

typedef struct eg_range_check
{
	uint32_t	n;				/* pairs, R + 1 */
	bool		right_size;		/* as many as the bound asks for */
	bool		challenges_reduced; /* 6.B, 7.B */
	bool		responses_reduced;	/* 6.C, 7.C */
	mp_limb_t  *challenge_sum;
	eg_chain   *alpha;
	eg_chain   *beta;
	mp_limb_t **generator_powers;	/* g^v_j */
	mp_limb_t **vote_key_powers;	/* K^w_j */
} eg_range_check;

/*
 * Plans the check of a proof with bound R for (alpha, beta).  A proof of
 * another size is planned as far as membership.  Told to stop, this and what
 * judges leave the rest undone, for the caller to ask.
 */
extern void eg_range_plan(eg_range_check *check, eg_batch_plan *plan,
						  const mp_limb_t *alpha, const mp_limb_t *beta,
						  const eg_proof *proof, uint32_t bound);

/*
 * After the batch: whether the challenges sum to the hash, which was begun
 * with all that precedes the commitments (6.1 to 6.3 and 6.D, 7.3 to 7.5 and
 * 7.D).
 */
extern bool eg_range_judge(const eg_range_check *check, const eg_group *group,
						   eg_hash *hash, const eg_stop *stop);

#endif
