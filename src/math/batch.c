/*
 * batch.c
 *		All the exponentiations of a proof, a ballot or a tally at once.
 *
 * The squares x^(2^i) of a base serve all its exponents, and membership:
 * with q = 2^b - gap, x^q = 1 says that x^(2^b) = x^gap.  Each exponent is
 * gathered from the squares by Yao's method: digits of four bits from below,
 * x^(16^j) goes into the bucket of digit j, and the buckets are multiplied up
 * at the end, bucket d entering d times.
 */
#include "batch.h"

#include "batch_ifma.h"
#include "montgomery.h"
#include "power.h"

#define DIGIT_BITS		4
#define DIGITS			(1 << DIGIT_BITS)
#define LIMB_BITS		64

/* Exponents that share one walk along the squares: their buckets are stack. */
#define WALK_POWERS		6

/* The buckets of one exponent: products in Montgomery form, or nothing yet. */
typedef struct buckets
{
	mp_limb_t	product[DIGITS][EG_MAX_LIMBS];
	uint16_t	filled;			/* bit d: bucket d holds something */
} buckets;

/* r = r * x, where a product of nothing yet is just x. */
static void
gather(const eg_group *group, mp_limb_t *r, const mp_limb_t *x, bool filled)
{
	if (filled)
		eg_mont_mul(group, r, r, x);
	else
		mpn_copyi(r, x, group->limbs);
}

static void
fill_bucket(const eg_group *group, buckets *b, unsigned digit,
			const mp_limb_t *square)
{
	if (digit == 0)
		return;
	gather(group, b->product[digit], square, b->filled >> digit & 1);
	b->filled |= (uint16_t) (1U << digit);
}

/*
 * r = product of bucket[d]^d, plain: running products from above, each of
 * which enters once for every d that it is still needed for.
 */
static void
multiply_up(const eg_group *group, mp_limb_t *r, const buckets *b)
{
	mp_limb_t	running[EG_MAX_LIMBS];
	mp_limb_t	total[EG_MAX_LIMBS];
	bool		some = false;
	bool		any = false;

	for (unsigned d = DIGITS - 1; d > 0; d--)
	{
		if (b->filled >> d & 1)
		{
			gather(group, running, b->product[d], some);
			some = true;
		}
		if (some)
		{
			gather(group, total, running, any);
			any = true;
		}
	}
	eg_mont_leave(group, r, any ? total : group->r1);
}

static unsigned
digit_at(const mp_limb_t *exponent, unsigned bit)
{
	return exponent[bit / LIMB_BITS] >> (bit % LIMB_BITS) & (DIGITS - 1);
}

/*
 * One walk along the squares for n <= WALK_POWERS exponents; member may be
 * NULL.
 */
static eg_status
walk(const eg_group *group, const mp_limb_t *base, size_t n,
	 const mp_limb_t *exponents, mp_limb_t *powers, bool *member,
	 const eg_stop *stop)
{
	buckets		all[WALK_POWERS];
	mp_limb_t	square[EG_MAX_LIMBS];
	mp_limb_t	gap_power[EG_MAX_LIMBS];
	mp_limb_t	gap = group->q_gap;
	unsigned	bits = LIMB_BITS * group->scalar_limbs;

	for (size_t i = 0; i < n; i++)
		all[i].filled = 0;
	eg_mont_enter(group, square, base);
	mpn_copyi(gap_power, group->r1, group->limbs);
	for (unsigned bit = 0; bit < bits; bit++, gap >>= 1)
	{
		if (eg_stop_requested(stop))
			return EG_INTERRUPTED;
		if (bit % DIGIT_BITS == 0)
			for (size_t i = 0; i < n; i++)
				fill_bucket(group, &all[i],
							digit_at(exponents + i * group->scalar_limbs, bit),
							square);
		if (gap & 1)
			eg_mont_mul(group, gap_power, gap_power, square);
		eg_mont_sqr(group, square, square);
	}
	for (size_t i = 0; i < n; i++)
		multiply_up(group, powers + i * group->limbs, &all[i]);
	if (member != NULL)
		*member = mpn_cmp(square, gap_power, group->limbs) == 0;
	return EG_OK;
}

static eg_status
run_chain(const eg_group *group, eg_chain *chain, const eg_stop *stop)
{
	bool		by_gap = group->q_gap != 0;
	size_t		done = 0;

	/* 0 would pass as a member: it equals all its powers. */
	chain->member = !mpn_zero_p(chain->base, group->limbs);
	if (!by_gap)
		chain->member = eg_is_member(group, chain->base);
	do
	{
		bool		last_square = false;
		size_t		some = chain->n - done;
		eg_status	status;

		if (some > WALK_POWERS)
			some = WALK_POWERS;
		status = walk(group, chain->base, some,
					  chain->exponents + done * group->scalar_limbs,
					  chain->powers + done * group->limbs,
					  by_gap && done == 0 ? &last_square : NULL, stop);
		if (status != EG_OK)
			return status;
		if (by_gap && done == 0)
			chain->member = chain->member && last_square;
		done += some;
	} while (done < chain->n);
	return EG_OK;
}

static eg_status
run_portable(const eg_batch *batch, const eg_stop *stop)
{
	for (size_t i = 0; i < batch->n_chains; i++)
	{
		eg_status	status = run_chain(batch->group, &batch->chains[i], stop);

		if (status != EG_OK)
			return status;
	}
	for (size_t i = 0; i < batch->n_fixed; i++)
	{
		const eg_fixed_power *wanted = &batch->fixed[i];

		if (eg_stop_requested(stop))
			return EG_INTERRUPTED;
		if (eg_fixed_base_serves(wanted->fixed, EG_TABLE_PUBLIC))
			eg_fixed_base_power(wanted->fixed, wanted->power,
								wanted->exponent);
		else
			eg_power(batch->group, wanted->power, wanted->base,
					 wanted->exponent, batch->group->scalar_limbs);
	}
	return EG_OK;
}

eg_status
eg_batch_run(const eg_batch *batch, const eg_stop *stop)
{
#ifdef EG_HAVE_IFMA
	const eg_ifma_modulus *modulus = eg_kernel_modulus(batch->group);

	if (modulus != NULL)
		return eg_batch_ifma_run(modulus, batch, stop);
#endif
	return run_portable(batch, stop);
}
