/*
 * batch_ifma.c
 *		Batches of public powers on the AVX-512 IFMA kernels.
 *
 * Chains go eight at a time, one to a lane; so do powers from tables.  A few
 * that are left over go one by one, on the kernel for one number, which takes
 * a third more time for each and wastes no lanes.  Powers from tables in
 * free lanes beside chains do not pay: they would make products of all 256
 * squarings of a chain, and what free lanes then take over is hardly more than
 * that costs, a hundredth of a ballot at best.
 *
 * A chain is a walk along the squares x^(2^i) of its base, as in batch.c.  Two
 * exponents share sixteen buckets: every two bits, x^(4^j) goes into the one
 * of both their digits, so that it costs one product for the two.  The last
 * of an odd number has them to itself, with digits of four bits.
 */
#include "batch_ifma.h"
#include "fixed_ifma.h"
#include "ifma_eight.h"
#include "ifma_one.h"

#ifdef EG_HAVE_IFMA

#define LANES			EG_IFMA_LANES
#define SCALAR_LIMBS	EG_MAX_SCALAR_LIMBS
#define SCALAR_BITS		(64 * SCALAR_LIMBS)

#define BUCKETS			16
#define STEP_BITS		2

/* Pairs of exponents on one walk: 80 KB of stack for each. */
#define PAIRS			3
#define WALK_POWERS		(2 * PAIRS)

/* No more than so many are better off one by one than in eight lanes. */
#define FEW				5

static const eg_ifma_number plain_one = {{1}};
static const mp_limb_t no_exponent[SCALAR_LIMBS];

/* Exponents k and k + 1 of a walk, the second NULL if there is none. */
typedef struct pair
{
	const mp_limb_t *low;
	const mp_limb_t *high;
} pair;

static unsigned
bits_at(const mp_limb_t *e, unsigned bit, unsigned mask)
{
	return (unsigned) (e[bit / 64] >> (bit % 64)) & mask;
}

/* The bucket for a pair at this bit; 0 is one that counts for nothing. */
static unsigned
bucket_at(const pair *p, unsigned bit)
{
	if (p->high != NULL)
		return bits_at(p->low, bit, 3) | bits_at(p->high, bit, 3) << 2;
	return bit % 4 == 0 ? bits_at(p->low, bit, 15) : 0;
}

/*
 * What the digits make of the buckets: the power is the product of part(d)^d,
 * d = 1 .. top, and part(d) is the product of n buckets from first(d) on, step
 * apart.
 */
typedef struct digits
{
	unsigned	top;
	unsigned	scale;			/* first(d) = scale d */
	unsigned	step;
	unsigned	n;
} digits;

static const digits single_digits = {15, 1, 0, 1};
static const digits low_digits = {3, 1, 4, 4};
static const digits high_digits = {3, 4, 1, 4};

static const digits *
digits_of(bool paired, bool high)
{
	if (!paired)
		return &single_digits;
	return high ? &high_digits : &low_digits;
}

/* The exponents that a chain has for a walk, done of them being behind it. */
static size_t
walk_length(const eg_chain *chain, size_t done)
{
	size_t		left = chain->n > done ? chain->n - done : 0;

	return left < WALK_POWERS ? left : WALK_POWERS;
}

static const mp_limb_t *
exponent_at(const eg_chain *chain, size_t i)
{
	return i < chain->n ? chain->exponents + i * SCALAR_LIMBS : no_exponent;
}

/* The pairs of a walk of n exponents in all, some of which may be missing. */
static void
set_pairs(pair *pairs, const eg_chain *chain, size_t done, size_t n)
{
	for (size_t i = 0; i < n; i += 2)
	{
		pairs[i / 2].low = exponent_at(chain, done + i);
		pairs[i / 2].high = i + 1 < n ? exponent_at(chain, done + i + 1) :
			NULL;
	}
}

static void
enter_one(eg_ifma_number *r, const mp_limb_t *x,
		  const eg_ifma_modulus *modulus)
{
	eg_ifma_number_import_le(r, (const uint8_t *) x);
	eg_ifma_one_mul(r, r, &modulus->enter, modulus);
}

/*
 * One chain
 */

/* Buckets of a pair, each filled from its first factor on. */
typedef struct one_buckets
{
	eg_ifma_number product[BUCKETS];
	unsigned	filled;			/* bit b: bucket b holds something */
} one_buckets;

/*
 * Buckets 1 and 4 enter each power once, by digit 1.  Plain 1 in them takes
 * that power out of Montgomery form.
 */
static void
start_one(one_buckets *b, bool paired)
{
	b->product[1] = plain_one;
	b->product[4] = plain_one;
	b->filled = paired ? 1U << 1 | 1U << 4 : 1U << 1;
}

/* r = r x, or x where r is nothing yet. */
static void
gather_one(eg_ifma_number *r, const eg_ifma_number *x, bool *some,
		   const eg_ifma_modulus *modulus)
{
	if (*some)
		eg_ifma_one_mul(r, r, x, modulus);
	else
		*r = *x;
	*some = true;
}

static void
fill_one(one_buckets *b, unsigned bucket, const eg_ifma_number *square,
		 const eg_ifma_modulus *modulus)
{
	bool		some = b->filled >> bucket & 1;

	if (bucket == 0)
		return;
	gather_one(&b->product[bucket], square, &some, modulus);
	b->filled |= 1U << bucket;
}

/* The power that the buckets stand for; digit 1 of it is always there. */
static void
finish_one(mp_limb_t *power, const one_buckets *b, const digits *digits,
		   const eg_ifma_modulus *modulus)
{
	eg_ifma_number running;
	eg_ifma_number total;
	bool		some = false;
	bool		any = false;

	for (unsigned d = digits->top; d > 0; d--)
	{
		for (unsigned i = 0; i < digits->n; i++)
		{
			unsigned	bucket = digits->scale * d + digits->step * i;

			if (b->filled >> bucket & 1)
				gather_one(&running, &b->product[bucket], &some, modulus);
		}
		if (some)
			gather_one(&total, &running, &any, modulus);
	}
	eg_ifma_number_export_le((uint8_t *) power, &total, modulus);
}

/* The next n <= WALK_POWERS powers of a chain, and whether x^q = 1. */
static eg_status
walk_one(const eg_ifma_modulus *modulus, mp_limb_t gap, eg_chain *chain,
		 size_t done, const eg_stop *stop)
{
	one_buckets buckets[PAIRS];
	pair		pairs[PAIRS];
	eg_ifma_number square;
	eg_ifma_number gap_power = modulus->one;
	size_t		n = walk_length(chain, done);

	set_pairs(pairs, chain, done, n);
	for (size_t i = 0; 2 * i < n; i++)
		start_one(&buckets[i], pairs[i].high != NULL);
	enter_one(&square, chain->base, modulus);
	for (unsigned bit = 0; bit < SCALAR_BITS; bit++, gap >>= 1)
	{
		if (eg_stop_requested(stop))
			return EG_INTERRUPTED;
		if (bit % STEP_BITS == 0)
			for (size_t i = 0; 2 * i < n; i++)
				fill_one(&buckets[i], bucket_at(&pairs[i], bit), &square,
						 modulus);
		if (gap & 1)
			eg_ifma_one_mul(&gap_power, &gap_power, &square, modulus);
		eg_ifma_one_sqr(&square, &square, modulus);
	}
	for (size_t i = 0; i < n; i++)
		finish_one(chain->powers + (done + i) * EG_MAX_LIMBS, &buckets[i / 2],
				   digits_of(pairs[i / 2].high != NULL, i % 2 != 0), modulus);
	chain->member = eg_ifma_number_same(&square, &gap_power, modulus);
	return EG_OK;
}

static eg_status
run_one(const eg_ifma_modulus *modulus, mp_limb_t gap, eg_chain *chain,
		const eg_stop *stop)
{
	size_t		done = 0;

	do
	{
		eg_status	status = walk_one(modulus, gap, chain, done, stop);

		if (status != EG_OK)
			return status;
		done += WALK_POWERS;
	} while (done < chain->n);
	return EG_OK;
}

/*
 * Eight chains
 */

/* The same bucket of all lanes stands together. */
typedef eg_ifma_number eight_buckets[BUCKETS][LANES];

static void
start_eight(eight_buckets *buckets, bool paired,
			const eg_ifma_modulus *modulus)
{
	for (unsigned b = 0; b < BUCKETS; b++)
		for (int i = 0; i < LANES; i++)
			(*buckets)[b][i] = b == 1 || (paired && b == 4) ? plain_one :
				modulus->one;
}

/* Multiplies the square of each lane into the bucket of its digit. */
static void
fill_eight(eight_buckets *buckets, const unsigned *bucket,
		   const eg_ifma_lanes *square, const eg_ifma_modulus *modulus)
{
	eg_ifma_number *at[LANES];
	eg_ifma_lanes t;

	for (int i = 0; i < LANES; i++)
		at[i] = &(*buckets)[bucket[i]][i];
	eg_ifma_lanes_gather(&t, (const eg_ifma_number *const *) at);
	eg_ifma_eight_mul(&t, &t, square, modulus);
	eg_ifma_lanes_scatter(at, &t);
}

/* r = r * bucket b, or the bucket where r is nothing yet. */
static void
gather_eight(eg_ifma_lanes *r, const eight_buckets *buckets, unsigned b,
			 bool some, const eg_ifma_modulus *modulus)
{
	const eg_ifma_number *from[LANES];
	eg_ifma_lanes t;

	for (int i = 0; i < LANES; i++)
		from[i] = &(*buckets)[b][i];
	eg_ifma_lanes_gather(some ? &t : r, from);
	if (some)
		eg_ifma_eight_mul(r, r, &t, modulus);
}

static void
finish_eight(eg_ifma_lanes *total, const eight_buckets *buckets,
			 const digits *digits, const eg_ifma_modulus *modulus)
{
	eg_ifma_lanes running;

	for (unsigned d = digits->top; d > 0; d--)
	{
		for (unsigned i = 0; i < digits->n; i++)
			gather_eight(&running, buckets,
						 digits->scale * d + digits->step * i,
						 d < digits->top || i > 0, modulus);
		if (d == digits->top)
			*total = running;
		else
			eg_ifma_eight_mul(total, total, &running, modulus);
	}
}

/* Chains in lanes: n of them are different, the rest repeat the first. */
typedef struct chain_lanes
{
	const eg_ifma_modulus *modulus;
	mp_limb_t	gap;
	eg_chain   *chains[LANES];
	int			n;
} chain_lanes;

static void
export_powers(const chain_lanes *lanes, size_t i, const eg_ifma_lanes *powers)
{
	uint8_t    *to[LANES];
	mp_limb_t	unwanted[EG_MAX_LIMBS];

	for (int j = 0; j < LANES; j++)
	{
		eg_chain   *chain = lanes->chains[j];

		to[j] = j < lanes->n && i < chain->n ?
			(uint8_t *) (chain->powers + i * EG_MAX_LIMBS) :
			(uint8_t *) unwanted;
	}
	eg_ifma_lanes_export_le(to, LANES, powers, lanes->modulus);
}

static void
set_members(const chain_lanes *lanes, unsigned members)
{
	for (int i = 0; i < lanes->n; i++)
		lanes->chains[i]->member = members >> i & 1;
}

static void
import_bases(const chain_lanes *lanes, eg_ifma_lanes *r)
{
	const uint8_t *from[LANES];
	eg_ifma_lanes enter;

	for (int i = 0; i < LANES; i++)
		from[i] = (const uint8_t *) lanes->chains[i]->base;
	eg_ifma_lanes_import_le(r, from, LANES);
	eg_ifma_lanes_repeat(&enter, &lanes->modulus->enter);
	eg_ifma_eight_mul(r, r, &enter, lanes->modulus);
}

/* One step of all lanes with pair k, unless its digits are longer. */
static void
step_eight(eight_buckets *buckets, pair (*pairs)[PAIRS], size_t k,
		   unsigned bit, const eg_ifma_lanes *square,
		   const eg_ifma_modulus *modulus)
{
	unsigned	bucket[LANES];

	if (pairs[0][k].high == NULL && bit % 4 != 0)
		return;
	for (int i = 0; i < LANES; i++)
		bucket[i] = bucket_at(&pairs[i][k], bit);
	fill_eight(buckets, bucket, square, modulus);
}

/* The next powers of all chains, n <= WALK_POWERS of the longest. */
static eg_status
walk_eight(const chain_lanes *lanes, size_t done, size_t n,
		   const eg_stop *stop)
{
	const eg_ifma_modulus *modulus = lanes->modulus;
	eight_buckets buckets[PAIRS];
	pair		pairs[LANES][PAIRS];
	eg_ifma_lanes square;
	eg_ifma_lanes gap_power;
	mp_limb_t	gap = lanes->gap;

	for (int i = 0; i < LANES; i++)
		set_pairs(pairs[i], lanes->chains[i], done, n);
	for (size_t k = 0; 2 * k < n; k++)
		start_eight(&buckets[k], pairs[0][k].high != NULL, modulus);
	import_bases(lanes, &square);
	eg_ifma_lanes_repeat(&gap_power, &modulus->one);
	for (unsigned bit = 0; bit < SCALAR_BITS; bit++, gap >>= 1)
	{
		if (eg_stop_requested(stop))
			return EG_INTERRUPTED;
		if (bit % STEP_BITS == 0)
			for (size_t k = 0; 2 * k < n; k++)
				step_eight(&buckets[k], pairs, k, bit, &square, modulus);
		if (gap & 1)
			eg_ifma_eight_mul(&gap_power, &gap_power, &square, modulus);
		eg_ifma_eight_sqr(&square, &square, modulus);
	}
	set_members(lanes, eg_ifma_lanes_same(&square, &gap_power, modulus));
	for (size_t i = 0; i < n; i++)
	{
		finish_eight(&square, &buckets[i / 2],
					 digits_of(pairs[0][i / 2].high != NULL, i % 2 != 0),
					 modulus);
		export_powers(lanes, done + i, &square);
	}
	return EG_OK;
}

static eg_status
run_eight(chain_lanes *lanes, const eg_stop *stop)
{
	size_t		longest = 0;
	size_t		done = 0;

	for (int i = 0; i < LANES; i++)
	{
		if (i >= lanes->n)
			lanes->chains[i] = lanes->chains[0];
		if (lanes->chains[i]->n > longest)
			longest = lanes->chains[i]->n;
	}
	do
	{
		size_t		n = longest - done;
		eg_status	status;

		if (n > WALK_POWERS)
			n = WALK_POWERS;
		status = walk_eight(lanes, done, n, stop);
		if (status != EG_OK)
			return status;
		done += n;
	} while (done < longest);
	return EG_OK;
}

/*
 * All chains
 */

/* Runs what the lanes hold, and empties them. */
static eg_status
flush_chains(chain_lanes *lanes, const eg_stop *stop)
{
	eg_status	status = EG_OK;

	if (lanes->n > FEW)
		status = run_eight(lanes, stop);
	else
		for (int i = 0; i < lanes->n && status == EG_OK; i++)
			status = run_one(lanes->modulus, lanes->gap, lanes->chains[i],
							 stop);
	lanes->n = 0;
	return status;
}

/* The largest n of a chain that is below this; false if there is none. */
static bool
next_length(const eg_batch *batch, size_t *n)
{
	size_t		below = *n;
	bool		found = false;

	for (size_t i = 0; i < batch->n_chains; i++)
	{
		size_t		here = batch->chains[i].n;

		if (here < below && (!found || here > *n))
		{
			*n = here;
			found = true;
		}
	}
	return found;
}

/* Chains of like length share lanes: the longest first. */
static eg_status
run_chains(const eg_ifma_modulus *modulus, const eg_batch *batch,
		   const eg_stop *stop)
{
	chain_lanes lanes = {modulus, batch->group->q_gap, {NULL}, 0};
	size_t		length = SIZE_MAX;

	while (next_length(batch, &length))
		for (size_t i = 0; i < batch->n_chains; i++)
		{
			eg_status	status;

			if (batch->chains[i].n != length)
				continue;
			lanes.chains[lanes.n++] = &batch->chains[i];
			if (lanes.n < LANES)
				continue;
			status = flush_chains(&lanes, stop);
			if (status != EG_OK)
				return status;
		}
	return flush_chains(&lanes, stop);
}

/*
 * Powers from tables
 */

typedef struct fixed_lanes
{
	const eg_ifma_modulus *modulus;
	const eg_fixed_power *wanted[LANES];
	int			n;
} fixed_lanes;

static void
fixed_eight(const fixed_lanes *lanes)
{
	const eg_fixed_base *fixed[LANES];
	const mp_limb_t *e[LANES];
	uint8_t    *to[LANES];
	eg_ifma_lanes r;

	for (int i = 0; i < LANES; i++)
	{
		const eg_fixed_power *wanted = lanes->wanted[i < lanes->n ? i : 0];

		fixed[i] = wanted->fixed;
		e[i] = wanted->exponent;
		to[i] = (uint8_t *) wanted->power;
	}
	eg_fixed_ifma_eight(fixed, lanes->modulus, &r, e);
	eg_ifma_lanes_export_le(to, (unsigned) lanes->n, &r, lanes->modulus);
}

static eg_status
flush_fixed(fixed_lanes *lanes, const eg_stop *stop)
{
	if (eg_stop_requested(stop))
		return EG_INTERRUPTED;
	if (lanes->n > FEW || lanes->wanted[0]->fixed->use != EG_TABLE_PUBLIC)
		fixed_eight(lanes);
	else
		for (int i = 0; i < lanes->n; i++)
		{
			eg_ifma_number r;

			eg_fixed_ifma_power(lanes->wanted[i]->fixed, lanes->modulus, &r,
								lanes->wanted[i]->exponent);
			eg_ifma_number_export_le((uint8_t *) lanes->wanted[i]->power, &r,
									 lanes->modulus);
		}
	lanes->n = 0;
	return EG_OK;
}

/* All powers from tables for one use and of one window. */
static eg_status
run_tables_of(fixed_lanes *lanes, const eg_batch *batch, eg_table_use use,
			  unsigned window, const eg_stop *stop)
{
	eg_status	status = EG_OK;

	for (size_t i = 0; i < batch->n_fixed && status == EG_OK; i++)
	{
		const eg_fixed_power *wanted = &batch->fixed[i];

		if (!eg_fixed_base_serves(wanted->fixed, EG_TABLE_PUBLIC) ||
			wanted->fixed->use != use || wanted->fixed->window != window)
			continue;
		lanes->wanted[lanes->n++] = wanted;
		if (lanes->n == LANES)
			status = flush_fixed(lanes, stop);
	}
	if (lanes->n > 0 && status == EG_OK)
		status = flush_fixed(lanes, stop);
	return status;
}

static eg_status
run_tables(const eg_ifma_modulus *modulus, const eg_batch *batch,
		   const eg_stop *stop)
{
	fixed_lanes lanes = {modulus, {NULL}, 0};
	eg_status	status = EG_OK;

	for (unsigned window = 1; window <= EG_MAX_WINDOW && status == EG_OK;
		 window++)
	{
		status = run_tables_of(&lanes, batch, EG_TABLE_PUBLIC, window, stop);
		if (status == EG_OK)
			status = run_tables_of(&lanes, batch, EG_TABLE_SECRET, window,
								   stop);
	}
	return status;
}

/*
 * Powers of fixed bases without tables: a chain for as many of one base as a
 * walk takes.
 */

typedef struct gathering
{
	size_t		n;
	const eg_fixed_power *wanted[WALK_POWERS];
} gathering;

/* A proof has two fixed bases, and some add a third. */
#define GATHERINGS		3

/* Whether it is for this base, or yet for none. */
static bool
gathers(const gathering *g, const mp_limb_t *base)
{
	return g->n == 0 ||
		mpn_cmp(g->wanted[0]->base, base, EG_MAX_LIMBS) == 0;
}

static eg_status
flush_gathering(const eg_ifma_modulus *modulus, gathering *g,
				const eg_stop *stop)
{
	mp_limb_t	exponents[WALK_POWERS * SCALAR_LIMBS];
	mp_limb_t	powers[WALK_POWERS * EG_MAX_LIMBS];
	eg_chain	chain = {NULL, g->n, exponents, powers, false};
	eg_status	status;

	if (g->n == 0)
		return EG_OK;
	chain.base = g->wanted[0]->base;
	for (size_t i = 0; i < g->n; i++)
		mpn_copyi(exponents + i * SCALAR_LIMBS, g->wanted[i]->exponent,
				  SCALAR_LIMBS);
	status = walk_one(modulus, 0, &chain, 0, stop);
	for (size_t i = 0; i < g->n && status == EG_OK; i++)
		mpn_copyi(g->wanted[i]->power, powers + i * EG_MAX_LIMBS,
				  EG_MAX_LIMBS);
	g->n = 0;
	return status;
}

static eg_status
run_without_tables(const eg_ifma_modulus *modulus, const eg_batch *batch,
				   const eg_stop *stop)
{
	gathering	all[GATHERINGS];
	eg_status	status = EG_OK;
	int			next = 0;		/* to give way to a new base */

	for (int j = 0; j < GATHERINGS; j++)
		all[j].n = 0;
	for (size_t i = 0; i < batch->n_fixed && status == EG_OK; i++)
	{
		const eg_fixed_power *wanted = &batch->fixed[i];
		int			j = 0;

		if (eg_fixed_base_serves(wanted->fixed, EG_TABLE_PUBLIC))
			continue;
		while (j < GATHERINGS && !gathers(&all[j], wanted->base))
			j++;
		if (j == GATHERINGS)
		{
			j = next;
			next = (next + 1) % GATHERINGS;
			status = flush_gathering(modulus, &all[j], stop);
		}
		all[j].wanted[all[j].n++] = wanted;
		if (all[j].n == WALK_POWERS && status == EG_OK)
			status = flush_gathering(modulus, &all[j], stop);
	}
	for (int j = 0; j < GATHERINGS && status == EG_OK; j++)
		status = flush_gathering(modulus, &all[j], stop);
	return status;
}

eg_status
eg_batch_ifma_run(const eg_ifma_modulus *modulus, const eg_batch *batch,
				  const eg_stop *stop)
{
	eg_status	status = run_chains(modulus, batch, stop);

	if (status == EG_OK)
		status = run_tables(modulus, batch, stop);
	if (status == EG_OK)
		status = run_without_tables(modulus, batch, stop);
	return status;
}

#endif
