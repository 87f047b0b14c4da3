/*
 * secret_portable.c
 *		Batches of secret powers on the portable kernel.
 *
 * For a base x without a table there is a comb in two blocks (Lim and Lee
 * 1994), as in secret_ifma.c: entry d of block b is the product of
 * x^(2^(64 i + 32 b)) over the bits i of d.  It is made in the time that public
 * data takes, tells whether x is in Z_p^r, and serves all powers of x that
 * stand side by side.
 */
#include "secret_portable.h"

#include "montgomery.h"
#include "power.h"

#define COLUMNS			64		/* the bits of a limb */
#define MAX_ENTRIES		(1 << EG_MAX_SCALAR_LIMBS)
#define BLOCKS			2
#define DEPTH			(COLUMNS / BLOCKS)

typedef struct comb
{
	const mp_limb_t *base;		/* NULL: there is none yet */
	mp_limb_t	blocks[BLOCKS][MAX_ENTRIES * EG_MAX_LIMBS];
} comb;

static size_t
comb_entries(const eg_group *group)
{
	return (size_t) 1 << group->scalar_limbs;
}

/* The entries of one tooth are there: those of several follow. */
static void
fill_block(const eg_group *group, mp_limb_t *block)
{
	size_t		n = group->limbs;

	mpn_copyi(block, group->r1, n);
	for (size_t d = 2; d < comb_entries(group); d *= 2)
		for (size_t i = 1; i < d; i++)
			eg_mont_mul(group, block + (d + i) * n, block + d * n,
						block + i * n);
}

/*
 * In Montgomery form, group->limbs limbs each; x is plain and public.  False
 * if x is not in Z_p^r: where q = 2^b - gap, because x^(2^b) is not x^gap.
 */
static bool
make_comb(const eg_group *group, comb *comb, const mp_limb_t *x)
{
	mp_limb_t	square[EG_MAX_LIMBS];
	mp_limb_t	gap_power[EG_MAX_LIMBS];
	mp_limb_t	gap = group->q_gap;
	size_t		n = group->limbs;

	comb->base = x;
	eg_mont_enter(group, square, x);
	mpn_copyi(gap_power, group->r1, n);
	for (unsigned bit = 0; bit < COLUMNS * group->scalar_limbs; bit++)
	{
		if (bit % DEPTH == 0)
			mpn_copyi(comb->blocks[bit / DEPTH % BLOCKS] +
					  ((size_t) 1 << bit / COLUMNS) * n, square, n);
		if (gap & 1)
			eg_mont_mul(group, gap_power, gap_power, square);
		gap >>= 1;
		eg_mont_sqr(group, square, square);
	}
	for (unsigned b = 0; b < BLOCKS; b++)
		fill_block(group, comb->blocks[b]);
	if (group->q_gap == 0)
		return eg_is_member(group, x);
	return !mpn_zero_p(x, n) && mpn_cmp(square, gap_power, n) == 0;
}

/* r = the entry for one column: a bit from each limb of e */
static void
select_column(const eg_group *group, mp_limb_t *r, const mp_limb_t *block,
			  const mp_limb_t *e, unsigned column)
{
	mp_limb_t	digit = 0;

	for (unsigned i = 0; i < group->scalar_limbs; i++)
		digit |= (e[i] >> column & 1) << i;
	mpn_sec_tabselect(r, block, group->limbs,
					  (mp_size_t) comb_entries(group), (mp_size_t) digit);
}

static void
comb_power(const eg_group *group, mp_limb_t *r, const comb *comb,
		   const mp_limb_t *e)
{
	static const mp_limb_t one[EG_MAX_LIMBS] = {1};
	struct
	{
		mp_limb_t	acc[EG_MAX_LIMBS];
		mp_limb_t	entry[EG_MAX_LIMBS];
	}			space;

	for (unsigned i = DEPTH; i-- > 0;)
	{
		if (i + 1 < DEPTH)
			eg_mont_sqr_secret(group, space.acc, space.acc);
		for (unsigned b = 0; b < BLOCKS; b++)
		{
			bool		first = i + 1 == DEPTH && b == 0;

			select_column(group, first ? space.acc : space.entry,
						  comb->blocks[b], e, DEPTH * b + i);
			if (!first)
				eg_mont_mul_secret(group, space.acc, space.acc, space.entry);
		}
	}
	eg_mont_mul_secret(group, r, space.acc, one);
	eg_wipe(&space, sizeof(space));
}

/* Whether the base is in Z_p^r, for which a comb is made if it has none. */
static bool
prepare(const eg_group *group, comb *comb, const mp_limb_t *base)
{
	return (comb->base != NULL &&
			mpn_cmp(comb->base, base, group->limbs) == 0) ||
		make_comb(group, comb, base);
}

eg_status
eg_secret_portable_run(const eg_group *group, const eg_secret_power *powers,
					   size_t n, size_t *offender, const eg_stop *stop)
{
	comb		kept;
	eg_status	status = EG_OK;

	kept.base = NULL;
	for (size_t i = 0; i < n && status == EG_OK; i++)
	{
		const eg_secret_power *p = &powers[i];

		if (eg_stop_requested(stop))
			status = EG_INTERRUPTED;
		else if (eg_fixed_base_serves(p->fixed, EG_TABLE_SECRET))
			eg_fixed_base_power_secret(p->fixed, p->power, p->exponent);
		else if (prepare(group, &kept, p->base))
			comb_power(group, p->power, &kept, p->exponent);
		else
		{
			*offender = i;
			status = EG_NOT_FOUND;
		}
	}
	eg_wipe_stack();
	return status;
}
