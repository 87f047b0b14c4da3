/*
 * secret_ifma.c
 *		Batches of secret powers on the AVX-512 IFMA kernels.
 *
 * Powers from tables go eight at a time, those of one table together as far
 * as they can.  Other powers go by base, eight bases at a time, or one by one
 * if a few are left: the kernel for one number takes a third more time for
 * each and wastes no lanes.
 *
 * For a base x without a table there is a comb (Lim and Lee 1994): entry d of
 * its table is the product of x^(2^(64 i)) over the bits i of d, so that a
 * digit is made of one bit from each limb of the exponent.  192 squarings
 * serve all exponents of a base, and each adds 63.
 */
#include "secret_ifma.h"

#include "fixed_ifma.h"
#include "ifma_eight.h"
#include "ifma_one.h"
#include "montgomery.h"
#include "power_ifma.h"

#ifdef EG_HAVE_IFMA

#define LANES			EG_IFMA_LANES
#define LIMB_BITS		64
#define TEETH			EG_MAX_SCALAR_LIMBS
#define ENTRIES			EG_IFMA_POWER_TABLE

/* No more bases than these are better off one by one than in eight lanes. */
#define FEW				5

/* Exponents of one base that share its comb. */
#define SHARED			2

static const eg_ifma_number plain_one = {{1}};

/* The digit of one column: a bit from each limb. */
static uint64_t
column_at(const mp_limb_t *e, unsigned bit)
{
	uint64_t	digit = 0;

	for (unsigned i = 0; i < TEETH; i++)
		digit |= (e[i] >> bit & 1) << i;
	return digit;
}

/*
 * One base
 */

/* x is plain and public. */
static void
make_comb_one(eg_ifma_number *comb, const mp_limb_t *x,
			  const eg_ifma_modulus *modulus)
{
	comb[0] = modulus->one;
	eg_ifma_number_import_le(&comb[1], (const uint8_t *) x);
	eg_ifma_one_mul(&comb[1], &comb[1], &modulus->enter, modulus);
	for (unsigned d = 2; d < ENTRIES; d *= 2)
	{
		comb[d] = comb[d / 2];
		for (unsigned i = 0; i < LIMB_BITS; i++)
			eg_ifma_one_sqr(&comb[d], &comb[d], modulus);
		for (unsigned i = 1; i < d; i++)
			eg_ifma_one_mul(&comb[d + i], &comb[d], &comb[i], modulus);
	}
}

static void
comb_power_one(mp_limb_t *power, const eg_ifma_number *comb,
			   const mp_limb_t *e, const eg_ifma_modulus *modulus)
{
	struct
	{
		eg_ifma_number acc;
		eg_ifma_number entry;
	}			space;

	eg_ifma_one_select(&space.acc, comb, column_at(e, LIMB_BITS - 1));
	for (unsigned bit = LIMB_BITS - 1; bit-- > 0;)
	{
		eg_ifma_one_sqr(&space.acc, &space.acc, modulus);
		eg_ifma_one_select(&space.entry, comb, column_at(e, bit));
		eg_ifma_one_mul(&space.acc, &space.acc, &space.entry, modulus);
	}
	eg_ifma_one_mul(&space.acc, &space.acc, &plain_one, modulus);
	eg_ifma_number_export_le((uint8_t *) power, &space.acc, modulus);
	eg_wipe(&space, sizeof(space));
	eg_wipe_stack();
}

/*
 * Eight bases
 */

static void
make_comb_eight(eg_ifma_lanes *comb, const mp_limb_t *const *x,
				const eg_ifma_modulus *modulus)
{
	const uint8_t *from[LANES];

	for (int i = 0; i < LANES; i++)
		from[i] = (const uint8_t *) x[i];
	eg_ifma_lanes_import_le(&comb[1], from, LANES);
	eg_ifma_lanes_repeat(&comb[0], &modulus->enter);
	eg_ifma_eight_mul(&comb[1], &comb[1], &comb[0], modulus);
	eg_ifma_lanes_repeat(&comb[0], &modulus->one);
	for (unsigned d = 2; d < ENTRIES; d *= 2)
	{
		comb[d] = comb[d / 2];
		for (unsigned i = 0; i < LIMB_BITS; i++)
			eg_ifma_eight_sqr(&comb[d], &comb[d], modulus);
		for (unsigned i = 1; i < d; i++)
			eg_ifma_eight_mul(&comb[d + i], &comb[d], &comb[i], modulus);
	}
}

static void
select_column(eg_ifma_lanes *r, const eg_ifma_lanes *comb,
			  const mp_limb_t *const *e, unsigned bit)
{
	uint64_t	digit[LANES];

	for (int i = 0; i < LANES; i++)
		digit[i] = column_at(e[i], bit);
	eg_ifma_eight_select(r, comb, digit);
	eg_wipe(digit, sizeof(digit));
}

static void
comb_power_eight(mp_limb_t *const *powers, const eg_ifma_lanes *comb,
				 const mp_limb_t *const *e, const eg_ifma_modulus *modulus)
{
	struct
	{
		eg_ifma_lanes acc;
		eg_ifma_lanes entry;
		mp_limb_t	unwanted[EG_MAX_LIMBS];
	}			space;
	uint8_t    *to[LANES];

	select_column(&space.acc, comb, e, LIMB_BITS - 1);
	for (unsigned bit = LIMB_BITS - 1; bit-- > 0;)
	{
		eg_ifma_eight_sqr(&space.acc, &space.acc, modulus);
		select_column(&space.entry, comb, e, bit);
		eg_ifma_eight_mul(&space.acc, &space.acc, &space.entry, modulus);
	}
	eg_ifma_lanes_repeat(&space.entry, &plain_one);
	eg_ifma_eight_mul(&space.acc, &space.acc, &space.entry, modulus);
	for (int i = 0; i < LANES; i++)
		to[i] = (uint8_t *) (powers[i] != NULL ? powers[i] : space.unwanted);
	eg_ifma_lanes_export_le(to, LANES, &space.acc, modulus);
	eg_wipe(&space, sizeof(space));
	eg_wipe_stack();
}

/*
 * All powers without tables
 */

/* A base, and the powers of it that are wanted. */
typedef struct base_powers
{
	const eg_secret_power *wanted[SHARED];
	int			n;
} base_powers;

typedef struct base_lanes
{
	const eg_ifma_modulus *modulus;
	base_powers	lanes[LANES];
	int			n;
} base_lanes;

static eg_status
run_one(const eg_ifma_modulus *modulus, const base_powers *set,
		const eg_stop *stop)
{
	eg_ifma_number comb[ENTRIES];

	if (eg_stop_requested(stop))
		return EG_INTERRUPTED;
	make_comb_one(comb, set->wanted[0]->base, modulus);
	for (int k = 0; k < set->n; k++)
		comb_power_one(set->wanted[k]->power, comb, set->wanted[k]->exponent,
					   modulus);
	return EG_OK;
}

/* A lane without an exponent of its own takes another's, for nothing. */
static eg_status
run_eight(const base_lanes *all, const eg_stop *stop)
{
	eg_ifma_lanes comb[ENTRIES];
	const mp_limb_t *x[LANES];
	bool		more = true;

	if (eg_stop_requested(stop))
		return EG_INTERRUPTED;
	for (int i = 0; i < LANES; i++)
		x[i] = all->lanes[i < all->n ? i : 0].wanted[0]->base;
	make_comb_eight(comb, x, all->modulus);
	for (int k = 0; k < SHARED && more; k++)
	{
		const mp_limb_t *e[LANES];
		mp_limb_t  *powers[LANES];

		if (eg_stop_requested(stop))
			return EG_INTERRUPTED;
		more = false;
		for (int i = 0; i < LANES; i++)
		{
			const base_powers *set = &all->lanes[i < all->n ? i : 0];
			bool		own = i < all->n && k < set->n;

			e[i] = set->wanted[own ? k : 0]->exponent;
			powers[i] = own ? set->wanted[k]->power : NULL;
			more = more || (own && k + 1 < set->n);
		}
		comb_power_eight(powers, comb, e, all->modulus);
	}
	return EG_OK;
}

static eg_status
flush_bases(base_lanes *all, const eg_stop *stop)
{
	eg_status	status = EG_OK;

	if (all->n > FEW)
		status = run_eight(all, stop);
	else
		for (int i = 0; i < all->n && status == EG_OK; i++)
			status = run_one(all->modulus, &all->lanes[i], stop);
	all->n = 0;
	return status;
}

/* Whether the last base is this one too, and has room. */
static bool
joins_last(const base_lanes *all, const eg_secret_power *wanted)
{
	const base_powers *last;

	if (all->n == 0)
		return false;
	last = &all->lanes[all->n - 1];
	return last->n < SHARED &&
		mpn_cmp(last->wanted[0]->base, wanted->base, EG_MAX_LIMBS) == 0;
}

static bool
has_table(const eg_secret_power *wanted)
{
	return eg_fixed_base_serves(wanted->fixed, EG_TABLE_SECRET);
}

static eg_status
run_bases(const eg_ifma_modulus *modulus, const eg_secret_power *powers,
		  size_t n, const eg_stop *stop)
{
	base_lanes	all = {modulus, {{{NULL}, 0}}, 0};
	base_powers  *set;
	eg_status	status = EG_OK;

	for (size_t i = 0; i < n && status == EG_OK; i++)
	{
		if (has_table(&powers[i]))
			continue;
		if (!joins_last(&all, &powers[i]))
		{
			if (all.n == LANES)
				status = flush_bases(&all, stop);
			all.lanes[all.n++].n = 0;
		}
		set = &all.lanes[all.n - 1];
		set->wanted[set->n++] = &powers[i];
	}
	return status == EG_OK ? flush_bases(&all, stop) : status;
}

/*
 * Powers from tables
 */

typedef struct table_lanes
{
	const eg_ifma_modulus *modulus;
	const eg_secret_power *wanted[LANES];
	int			n;
} table_lanes;

static eg_status
flush_tables(table_lanes *lanes, const eg_stop *stop)
{
	const eg_fixed_base *fixed[LANES];
	const mp_limb_t *e[LANES];
	uint8_t    *to[LANES];
	eg_ifma_lanes r;

	if (lanes->n == 0)
		return EG_OK;
	if (eg_stop_requested(stop))
		return EG_INTERRUPTED;
	for (int i = 0; i < LANES; i++)
	{
		const eg_secret_power *wanted = lanes->wanted[i < lanes->n ? i : 0];

		fixed[i] = wanted->fixed;
		e[i] = wanted->exponent;
		to[i] = (uint8_t *) wanted->power;
	}
	eg_fixed_ifma_eight_secret(fixed, lanes->modulus, &r, e);
	eg_ifma_lanes_export_le(to, (unsigned) lanes->n, &r, lanes->modulus);
	eg_wipe(&r, sizeof(r));
	lanes->n = 0;
	return EG_OK;
}

/* The next table in the order of addresses; NULL after the last. */
static const eg_fixed_base *
next_table(const eg_secret_power *powers, size_t n,
		   const eg_fixed_base *last)
{
	const eg_fixed_base *next = NULL;

	for (size_t i = 0; i < n; i++)
	{
		const eg_fixed_base *fixed = powers[i].fixed;

		if (has_table(&powers[i]) && (uintptr_t) fixed > (uintptr_t) last &&
			(next == NULL || (uintptr_t) fixed < (uintptr_t) next))
			next = fixed;
	}
	return next;
}

static eg_status
run_tables(const eg_ifma_modulus *modulus, const eg_secret_power *powers,
		   size_t n, const eg_stop *stop)
{
	table_lanes lanes = {modulus, {NULL}, 0};
	const eg_fixed_base *fixed = NULL;
	eg_status	status = EG_OK;

	while ((fixed = next_table(powers, n, fixed)) != NULL)
	{
		/* All lanes need the same window; nearly all tables have it. */
		if (lanes.n > 0 && lanes.wanted[0]->fixed->window != fixed->window)
			status = flush_tables(&lanes, stop);
		for (size_t i = 0; i < n && status == EG_OK; i++)
		{
			if (powers[i].fixed != fixed)
				continue;
			lanes.wanted[lanes.n++] = &powers[i];
			if (lanes.n == LANES)
				status = flush_tables(&lanes, stop);
		}
		if (status != EG_OK)
			return status;
	}
	return flush_tables(&lanes, stop);
}

eg_status
eg_secret_ifma_run(const eg_ifma_modulus *modulus,
				   const eg_secret_power *powers, size_t n,
				   const eg_stop *stop)
{
	eg_status	status = run_tables(modulus, powers, n, stop);

	if (status == EG_OK)
		status = run_bases(modulus, powers, n, stop);

	/* What all of it left below, but for what is deeper than combs. */
	eg_wipe_stack();
	return status;
}

#endif
