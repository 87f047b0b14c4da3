/*
 * secret_ifma.c
 *		Batches of secret powers on the AVX-512 IFMA kernels.
 *
 * Powers from tables go eight at a time, those of one table together as far
 * as they can.  Other powers go by base, eight bases at a time, or one by one
 * if a few are left: the kernel for one number takes a third more time for
 * each and wastes no lanes.
 *
 * For a base x without a table there is a comb in two blocks (Lim and Lee
 * 1994): entry d of block b is the product of x^(2^(64 i + 32 b)) over the bits
 * i of d, so that a digit is made of one bit from each limb of the exponent.
 * The squares of x serve all exponents of a base, and its membership: with
 * q = 2^256 - gap, x^q = 1 says that x^(2^256) = x^gap.  Each exponent then
 * takes 31 squarings and some 64 products.
 */
#include "secret_ifma.h"

#include "fixed_ifma.h"
#include "ifma_eight.h"
#include "ifma_one.h"
#include "ifma_vector.h"
#include "montgomery.h"

#ifdef EG_HAVE_IFMA

#define LANES			EG_IFMA_LANES
#define LIMBS			EG_IFMA_LIMBS
#define COLUMNS			64		/* the bits of a limb */
#define TEETH			EG_MAX_SCALAR_LIMBS
#define ENTRIES			(1 << TEETH)
#define BLOCKS			2
#define DEPTH			(COLUMNS / BLOCKS)

/* Columns of a block whose entries are selected in one pass over it. */
#define PASS			8

/* No more bases than these are better off one by one than in eight lanes. */
#define FEW				5

/* Exponents of one base that share its comb. */
#define SHARED			2

static const eg_ifma_number plain_one = {{1}};

/* The digit of one column: a bit from each limb. */
static uint64_t
column_at(const mp_limb_t *e, unsigned column)
{
	uint64_t	digit = 0;

	for (unsigned i = 0; i < TEETH; i++)
		digit |= (e[i] >> column & 1) << i;
	return digit;
}

/*
 * One base
 */

typedef eg_ifma_number one_block[ENTRIES];

/* x is plain and public; false if it is not in Z_p^r. */
static bool
make_comb_one(one_block *comb, const mp_limb_t *x, mp_limb_t gap,
			  const eg_ifma_modulus *modulus)
{
	eg_ifma_number square;
	eg_ifma_number gap_power = modulus->one;

	eg_ifma_number_import_le(&square, (const uint8_t *) x);
	eg_ifma_one_mul(&square, &square, &modulus->enter, modulus);
	for (unsigned bit = 0; bit < COLUMNS * TEETH; bit++, gap >>= 1)
	{
		if (bit % DEPTH == 0)
			comb[bit / DEPTH % BLOCKS][1 << bit / COLUMNS] = square;
		if (gap & 1)
			eg_ifma_one_mul(&gap_power, &gap_power, &square, modulus);
		eg_ifma_one_sqr(&square, &square, modulus);
	}
	for (unsigned b = 0; b < BLOCKS; b++)
	{
		comb[b][0] = modulus->one;
		for (unsigned d = 2; d < ENTRIES; d *= 2)
			for (unsigned i = 1; i < d; i++)
				eg_ifma_one_mul(&comb[b][d + i], &comb[b][d], &comb[b][i],
								modulus);
	}
	return eg_ifma_number_same(&square, &gap_power, modulus);
}

/*
 * r = entries[digit]: all of them are read.  No masked loads, here and below: a
 * processor may leave out those that no lane asks for.
 */
EG_IFMA_FUNCTION void
select_one(eg_ifma_number *r, const eg_ifma_number *entries, uint64_t digit)
{
	const __m512i digits = _mm512_set1_epi64((long long) digit);
	__m512i		t[EG_IFMA_VECTORS];

	EG_UNROLL
	for (int j = 0; j < EG_IFMA_VECTORS; j++)
		t[j] = _mm512_setzero_si512();
	for (int d = 0; d < ENTRIES; d++)
	{
		__mmask8	equal = _mm512_cmpeq_epi64_mask(digits,
													_mm512_set1_epi64(d));
		__m512i		here = _mm512_movm_epi64(equal);

		/* t |= here & entry */
		EG_UNROLL
		for (int j = 0; j < EG_IFMA_VECTORS; j++)
		{
			__m512i		x = _mm512_load_si512(entries[d].limb + LANES * j);

			t[j] = _mm512_ternarylogic_epi64(t[j], here, x, 0xf8);
		}
	}
	EG_UNROLL
	for (int j = 0; j < EG_IFMA_VECTORS; j++)
		_mm512_store_si512(r->limb + LANES * j, t[j]);
}

static __attribute__((noinline)) void
comb_power_one(mp_limb_t *power, const one_block *comb, const mp_limb_t *e,
			   const eg_ifma_modulus *modulus)
{
	struct
	{
		eg_ifma_number acc;
		eg_ifma_number entry;
	}			space;

	for (unsigned i = DEPTH; i-- > 0;)
	{
		if (i + 1 < DEPTH)
			eg_ifma_one_sqr(&space.acc, &space.acc, modulus);
		for (unsigned b = 0; b < BLOCKS; b++)
		{
			bool		first = i + 1 == DEPTH && b == 0;

			select_one(first ? &space.acc : &space.entry, comb[b],
					   column_at(e, DEPTH * b + i));
			if (!first)
				eg_ifma_one_mul(&space.acc, &space.acc, &space.entry, modulus);
		}
	}
	eg_ifma_one_mul(&space.acc, &space.acc, &plain_one, modulus);
	eg_ifma_number_export_le((uint8_t *) power, &space.acc, modulus);
	eg_wipe(&space, sizeof(space));
	eg_wipe_stack();
}

/*
 * Eight bases
 */

typedef eg_ifma_lanes eight_block[ENTRIES];

/* The lanes whose base is in Z_p^r, a bit each. */
static unsigned
make_comb_eight(eight_block *comb, const mp_limb_t *const *x, mp_limb_t gap,
				const eg_ifma_modulus *modulus)
{
	const uint8_t *from[LANES];
	eg_ifma_lanes square;
	eg_ifma_lanes gap_power;

	for (int i = 0; i < LANES; i++)
		from[i] = (const uint8_t *) x[i];
	eg_ifma_lanes_import_le(&square, from, LANES);
	eg_ifma_lanes_repeat(&gap_power, &modulus->enter);
	eg_ifma_eight_mul(&square, &square, &gap_power, modulus);
	eg_ifma_lanes_repeat(&gap_power, &modulus->one);
	for (unsigned bit = 0; bit < COLUMNS * TEETH; bit++, gap >>= 1)
	{
		if (bit % DEPTH == 0)
			comb[bit / DEPTH % BLOCKS][1 << bit / COLUMNS] = square;
		if (gap & 1)
			eg_ifma_eight_mul(&gap_power, &gap_power, &square, modulus);
		eg_ifma_eight_sqr(&square, &square, modulus);
	}
	for (unsigned b = 0; b < BLOCKS; b++)
	{
		eg_ifma_lanes_repeat(&comb[b][0], &modulus->one);
		for (unsigned d = 2; d < ENTRIES; d *= 2)
			for (unsigned i = 1; i < d; i++)
				eg_ifma_eight_mul(&comb[b][d + i], &comb[b][d], &comb[b][i],
								  modulus);
	}
	return eg_ifma_lanes_same(&square, &gap_power, modulus);
}

/*
 * r[k] = entries[digits[k]], lane by lane.  Reading the entries takes longer
 * than choosing among them, bit by bit of a digit.
 */
EG_IFMA_FUNCTION void
select_eight(eg_ifma_lanes *r, const eg_ifma_lanes *entries,
			 const uint64_t (*digits)[LANES])
{
	__mmask8	bits[PASS][TEETH];

	for (int k = 0; k < PASS; k++)
		for (int j = 0; j < TEETH; j++)
			bits[k][j] = _mm512_test_epi64_mask(_mm512_load_si512(digits[k]),
												_mm512_set1_epi64(1 << j));
	for (int i = 0; i < LIMBS; i++)
	{
		__m512i		entry[ENTRIES];

		EG_UNROLL
		for (int d = 0; d < ENTRIES; d++)
			entry[d] = eg_ifma_in_register(_mm512_load_si512(entries[d].limb[i]));
		for (int k = 0; k < PASS; k++)
		{
			__m512i		t[ENTRIES / 2];

			EG_UNROLL
			for (int d = 0; d < ENTRIES / 2; d++)
				t[d] = _mm512_mask_mov_epi64(entry[2 * d], bits[k][0],
											 entry[2 * d + 1]);
			EG_UNROLL
			for (int d = 0; d < ENTRIES / 2; d += 2)
				t[d] = _mm512_mask_mov_epi64(t[d], bits[k][1], t[d + 1]);
			EG_UNROLL
			for (int d = 0; d < ENTRIES / 2; d += 4)
				t[d] = _mm512_mask_mov_epi64(t[d], bits[k][2], t[d + 2]);
			_mm512_store_si512(r[k].limb[i],
							   _mm512_mask_mov_epi64(t[0], bits[k][3], t[4]));
		}
	}
}

/* The entries of one block for the columns from there on. */
static __attribute__((noinline)) void
select_columns(eg_ifma_lanes *r, const eg_ifma_lanes *entries,
			   const mp_limb_t *const *e, unsigned column)
{
	uint64_t	digits[PASS][LANES] EG_IFMA_ALIGNED;

	for (unsigned k = 0; k < PASS; k++)
		for (int i = 0; i < LANES; i++)
			digits[k][i] = column_at(e[i], column + k);
	select_eight(r, entries, (const uint64_t (*)[LANES]) digits);
	eg_wipe(digits, sizeof(digits));
}

static __attribute__((noinline)) void
comb_power_eight(mp_limb_t *const *powers, const eight_block *comb,
				 const mp_limb_t *const *e, const eg_ifma_modulus *modulus)
{
	struct
	{
		eg_ifma_lanes acc;
		eg_ifma_lanes entries[BLOCKS][PASS];
		mp_limb_t	unwanted[EG_MAX_LIMBS];
	}			space;
	uint8_t    *to[LANES];

	for (unsigned i = DEPTH; i-- > 0;)
	{
		if (i % PASS == PASS - 1)
			for (unsigned b = 0; b < BLOCKS; b++)
				select_columns(space.entries[b], comb[b], e,
							   DEPTH * b + i - (PASS - 1));
		if (i + 1 == DEPTH)
			eg_ifma_lanes_repeat(&space.acc, &modulus->one);
		else
			eg_ifma_eight_sqr(&space.acc, &space.acc, modulus);
		for (unsigned b = 0; b < BLOCKS; b++)
			eg_ifma_eight_mul(&space.acc, &space.acc,
							  &space.entries[b][i % PASS], modulus);
	}
	eg_ifma_lanes_repeat(&space.entries[0][0], &plain_one);
	eg_ifma_eight_mul(&space.acc, &space.acc, &space.entries[0][0], modulus);
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
	mp_limb_t	gap;
	base_powers	lanes[LANES];
	int			n;
	const eg_secret_power *offender;	/* whose base is not in Z_p^r */
} base_lanes;

static eg_status
run_one(base_lanes *all, const base_powers *set, const eg_stop *stop)
{
	one_block	comb[BLOCKS];

	if (eg_stop_requested(stop))
		return EG_INTERRUPTED;
	if (!make_comb_one(comb, set->wanted[0]->base, all->gap, all->modulus))
	{
		all->offender = set->wanted[0];
		return EG_NOT_FOUND;
	}
	for (int k = 0; k < set->n; k++)
		comb_power_one(set->wanted[k]->power, (const one_block *) comb,
					   set->wanted[k]->exponent, all->modulus);
	return EG_OK;
}

static bool
all_members(base_lanes *all, unsigned members)
{
	for (int i = 0; i < all->n; i++)
		if ((members >> i & 1) == 0)
		{
			all->offender = all->lanes[i].wanted[0];
			return false;
		}
	return true;
}

/* A lane without an exponent of its own takes another's, for nothing. */
static eg_status
run_eight(base_lanes *all, const eg_stop *stop)
{
	eight_block comb[BLOCKS];
	const mp_limb_t *x[LANES];
	bool		more = true;

	if (eg_stop_requested(stop))
		return EG_INTERRUPTED;
	for (int i = 0; i < LANES; i++)
		x[i] = all->lanes[i < all->n ? i : 0].wanted[0]->base;
	if (!all_members(all, make_comb_eight(comb, x, all->gap, all->modulus)))
		return EG_NOT_FOUND;
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
		comb_power_eight(powers, (const eight_block *) comb, e, all->modulus);
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
			status = run_one(all, &all->lanes[i], stop);
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
run_bases(const eg_ifma_modulus *modulus, mp_limb_t gap,
		  const eg_secret_power *powers, size_t n, size_t *offender,
		  const eg_stop *stop)
{
	base_lanes	all = {modulus, gap, {{{NULL}, 0}}, 0, NULL};
	base_powers *set;
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
	if (status == EG_OK)
		status = flush_bases(&all, stop);
	if (status == EG_NOT_FOUND)
		*offender = (size_t) (all.offender - powers);
	return status;
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
eg_secret_ifma_run(const eg_ifma_modulus *modulus, mp_limb_t q_gap,
				   const eg_secret_power *powers, size_t n, size_t *offender,
				   const eg_stop *stop)
{
	eg_status	status = run_tables(modulus, powers, n, stop);

	if (status == EG_OK)
		status = run_bases(modulus, q_gap, powers, n, offender, stop);

	/* What all of it left below, but for what is deeper than combs. */
	eg_wipe_stack();
	return status;
}

#endif
