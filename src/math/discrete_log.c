/*
 * discrete_log.c
 *		Bounded discrete logarithm by baby steps and giant steps.
 *
 * The table maps the lowest limb of base^i, in Montgomery form, to i.  That
 * limb is only a fingerprint: two powers may share it, and so may an element
 * that is no power at all.  A hit is therefore a candidate, confirmed by
 * raising base to it, and one that fails does not end the search.
 */
#include "discrete_log.h"

#include "montgomery.h"
#include "power.h"

/*
 * An open hash table with linear probing, at most half full: fingerprints,
 * then for each slot the step plus 1, or 0 if the slot is free.
 */
#define SLOT_BYTES	(sizeof(uint64_t) + sizeof(uint32_t))

static uint64_t *
fingerprints(const eg_discrete_log *log)
{
	return log->table;
}

static uint32_t *
numbers(const eg_discrete_log *log)
{
	return (uint32_t *) (fingerprints(log) + log->slots);
}

/* The slot to begin with: high bits of a product with 2^64 / golden ratio. */
static uint32_t
first_slot(const eg_discrete_log *log, uint64_t fingerprint)
{
	uint64_t	hash = fingerprint * UINT64_C(0x9E3779B97F4A7C15);

	return (uint32_t) (hash >> 32) & (log->slots - 1);
}

/* The least number of steps whose square covers 0 .. bound. */
static uint32_t
baby_steps(uint64_t bound)
{
	uint32_t	root = 0;
	uint32_t	bit;

	for (bit = UINT32_C(1) << 16; bit != 0; bit >>= 1)
		if ((uint64_t) (root | bit) * (root | bit) <= bound)
			root |= bit;
	return root + 1;
}

static uint32_t
table_slots(uint32_t steps)
{
	uint32_t	slots = 2;

	while (slots < 2 * steps)
		slots *= 2;
	return slots;
}

size_t
eg_discrete_log_size(uint64_t bound)
{
	if (bound > EG_MAX_DISCRETE_LOG)
		return 0;
	return table_slots(baby_steps(bound)) * SLOT_BYTES;
}

static void
insert(eg_discrete_log *log, uint64_t fingerprint, uint32_t step)
{
	uint32_t	slot = first_slot(log, fingerprint);

	while (numbers(log)[slot] != 0)
		slot = (slot + 1) & (log->slots - 1);
	fingerprints(log)[slot] = fingerprint;
	numbers(log)[slot] = step + 1;
}

/*
 * Fills the table and leaves base^steps in power.  If base proves to be of an
 * order that the steps reach, they end there, and with them the bound: the
 * greater exponents give nothing new.
 */
static eg_status
walk_baby_steps(eg_discrete_log *log, mp_limb_t *power, const eg_stop *stop)
{
	const eg_group *group = log->group;
	uint32_t	step;

	mpn_copyi(power, group->r1, group->limbs);
	for (step = 0; step < log->steps; step++)
	{
		if (eg_stop_requested(stop))
			return EG_INTERRUPTED;
		insert(log, power[0], step);
		eg_mont_mul(group, power, power, log->base);
		if (mpn_cmp(power, group->r1, group->limbs) == 0)
		{
			log->steps = step + 1;
			if (log->bound > step)
				log->bound = step;
		}
	}
	return EG_OK;
}

eg_status
eg_discrete_log_init(eg_discrete_log *log, const eg_group *group,
					 const mp_limb_t *base, uint64_t bound, void *memory,
					 const eg_stop *stop)
{
	mp_limb_t	power[EG_MAX_LIMBS];
	uint32_t	slot;
	eg_status	status;

	if (bound > EG_MAX_DISCRETE_LOG || mpn_zero_p(base, group->limbs))
		return EG_INVALID;

	log->group = group;
	log->bound = bound;
	log->steps = baby_steps(bound);
	log->slots = table_slots(log->steps);
	log->table = memory;
	eg_mont_enter(group, log->base, base);
	for (slot = 0; slot < log->slots; slot++)
		numbers(log)[slot] = 0;

	status = walk_baby_steps(log, power, stop);
	if (status != EG_OK)
		return status;

	eg_mont_leave(group, power, power);
	eg_inverse(group, power, power);
	eg_mont_enter(group, log->giant, power);
	return EG_OK;
}

static bool
is_logarithm(const eg_discrete_log *log, uint64_t t, const mp_limb_t *y)
{
	mp_limb_t	power[EG_MAX_LIMBS];
	mp_limb_t	exponent = t;

	if (t > log->bound)
		return false;
	eg_mont_leave(log->group, power, log->base);
	eg_power(log->group, power, power, &exponent, 1);
	return mpn_cmp(power, y, log->group->limbs) == 0;
}

/* Looks for y = base^t among t = start + i for steps i of this fingerprint. */
static bool
lookup(const eg_discrete_log *log, uint64_t fingerprint, uint64_t start,
	   const mp_limb_t *y, uint64_t *t)
{
	uint32_t	slot = first_slot(log, fingerprint);
	uint32_t	number;

	for (; (number = numbers(log)[slot]) != 0;
		 slot = (slot + 1) & (log->slots - 1))
	{
		if (fingerprints(log)[slot] == fingerprint &&
			is_logarithm(log, start + number - 1, y))
		{
			*t = start + number - 1;
			return true;
		}
	}
	return false;
}

eg_status
eg_discrete_log_find(const eg_discrete_log *log, uint64_t *t,
					 const mp_limb_t *y, const eg_stop *stop)
{
	const eg_group *group = log->group;
	mp_limb_t	rest[EG_MAX_LIMBS]; /* y base^-start, in Montgomery form */
	uint64_t	start;

	if (mpn_zero_p(y, group->limbs))
		return EG_NOT_FOUND;

	eg_mont_enter(group, rest, y);
	for (start = 0; start <= log->bound; start += log->steps)
	{
		if (eg_stop_requested(stop))
			return EG_INTERRUPTED;
		if (lookup(log, rest[0], start, y, t))
			return EG_OK;
		eg_mont_mul(group, rest, rest, log->giant);
	}
	return EG_NOT_FOUND;
}
