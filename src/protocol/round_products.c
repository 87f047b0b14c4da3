/*
 * round_products.c
 *		The products of what guardians reveal, and the challenges (86, 89, 90;
 *		97, 100, 101).
 */
#include "protocol/round_products.h"

#include "math/lagrange.h"
#include "math/montgomery.h"
#include "math/power.h"

/* Guardians' parts of items at a time, about: each takes some 3 KB. */
#define PARTS		256

/* The first of the elements of a part, before a and b */
#define KIND_M		0

eg_status
eg_partials_product(const eg_group *group, mp_limb_t *m,
					const uint8_t *const *partials, const mp_limb_t *w,
					size_t n, const eg_stop *stop)
{
	mp_limb_t	bases[EG_MAX_GUARDIANS][EG_MAX_LIMBS];
	const mp_limb_t *x[EG_MAX_GUARDIANS];
	const mp_limb_t *e[EG_MAX_GUARDIANS];

	for (size_t i = 0; i < n; i++)
	{
		if (!eg_element_import(group, bases[i], partials[i]))
			return EG_INVALID;
		x[i] = bases[i];
		e[i] = w + i * group->scalar_limbs;
	}
	return eg_power_product(group, m, x, e, n, stop);
}

bool
eg_accumulator_start(eg_accumulator *accumulator,
					 const eg_decryption_subject *subject,
					 const eg_round *round, bool commitments,
					 const eg_arena *arena)
{
	const eg_group *group = subject->election->group;
	size_t		n = round->set->n;
	size_t		parts;

	memset(accumulator, 0, sizeof(*accumulator));
	accumulator->subject = subject;
	accumulator->round = round;
	accumulator->kinds = commitments ? 3 : 1;
	accumulator->room = PARTS / n + 1;
	if (accumulator->room > subject->n)
		accumulator->room = subject->n;
	parts = n * accumulator->room;
	accumulator->w = arena->allocate(arena->context, n * group->scalar_limbs *
									 sizeof(mp_limb_t));
	accumulator->elements = arena->allocate(arena->context, parts *
											accumulator->kinds *
											group->limbs * sizeof(mp_limb_t));
	accumulator->powers = arena->allocate(arena->context, parts *
										  group->limbs * sizeof(mp_limb_t));
	accumulator->chains = arena->allocate(arena->context, parts *
										  accumulator->kinds *
										  sizeof(eg_chain));
	if (accumulator->w == NULL || accumulator->elements == NULL ||
		accumulator->powers == NULL || accumulator->chains == NULL)
		return false;
	eg_lagrange(group, accumulator->w, round->set->indices, n);
	return true;
}

/* Lists the elements of a guardian's part: one power of M, none of a and b. */
static void
plan_part(eg_accumulator *accumulator, size_t part, uint32_t place,
		  const eg_opening_values *opening)
{
	const eg_group *group = accumulator->subject->election->group;
	const uint8_t *bytes[] = {opening->m, opening->a, opening->b};
	size_t		kinds = accumulator->kinds;

	for (size_t kind = 0; kind < kinds; kind++)
	{
		mp_limb_t  *element = accumulator->elements +
			(part * kinds + kind) * group->limbs;
		eg_chain   *chain = &accumulator->chains[part * kinds + kind];

		eg_element_import(group, element, bytes[kind]);
		memset(chain, 0, sizeof(*chain));
		chain->base = element;
		if (kind != KIND_M)
			continue;
		chain->n = 1;
		chain->exponents = accumulator->w + place * group->scalar_limbs;
		chain->powers = accumulator->powers + part * group->limbs;
	}
}

static void
multiply_bytes(const eg_group *group, mp_limb_t *product,
			   const uint8_t *bytes)
{
	mp_limb_t	x[EG_MAX_LIMBS];

	eg_element_import(group, x, bytes);
	eg_multiply(group, product, product, x);
}

/* Item number j of a run, once its powers are there */
static void
accumulate(const eg_accumulator *accumulator, eg_accumulated *accumulated,
		   size_t item, size_t j)
{
	const eg_group *group = accumulator->subject->election->group;
	const eg_round *round = accumulator->round;
	eg_opening_values values = {accumulated->a, accumulated->b,
	accumulated->m};
	mp_limb_t	a[EG_MAX_LIMBS] = {1};
	mp_limb_t	b[EG_MAX_LIMBS] = {1};
	mp_limb_t	m[EG_MAX_LIMBS] = {1};

	for (uint32_t i = 0; i < round->set->n; i++)
	{
		const eg_opening_values *opening = &round->reveals[i]->openings[item];
		size_t		part = j * round->set->n + i;

		multiply_bytes(group, a, opening->a);
		multiply_bytes(group, b, opening->b);
		eg_multiply(group, m, m, accumulator->powers + part * group->limbs);
	}
	eg_element_export(group, accumulated->a, a);
	eg_element_export(group, accumulated->b, b);
	eg_element_export(group, accumulated->m, m);
	eg_decryption_challenge(accumulated->c, accumulator->subject, item,
							&values);
}

eg_status
eg_accumulator_run(eg_accumulator *accumulator, eg_accumulated *accumulated,
				   size_t first, size_t n, const eg_stop *stop)
{
	const eg_round *round = accumulator->round;
	eg_batch	batch;
	eg_status	status;

	memset(&batch, 0, sizeof(batch));
	batch.group = accumulator->subject->election->group;
	batch.chains = accumulator->chains;
	batch.n_chains = n * round->set->n * accumulator->kinds;
	for (size_t j = 0; j < n; j++)
		for (uint32_t i = 0; i < round->set->n; i++)
			plan_part(accumulator, j * round->set->n + i, i,
					  &round->reveals[i]->openings[first + j]);
	if (eg_stop_requested(stop))
		return EG_INTERRUPTED;
	status = eg_batch_run(&batch, stop);
	for (size_t j = 0; j < n && status == EG_OK; j++)
		accumulate(accumulator, &accumulated[j], first + j, j);
	return status;
}

bool
eg_accumulator_members(const eg_accumulator *accumulator, uint32_t place,
					   size_t j)
{
	size_t		part = j * accumulator->round->set->n + place;
	const eg_chain *chains = accumulator->chains + part * accumulator->kinds;

	for (size_t kind = 0; kind < accumulator->kinds; kind++)
		if (!chains[kind].member)
			return false;
	return true;
}
