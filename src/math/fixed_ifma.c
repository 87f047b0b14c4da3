/*
 * fixed_ifma.c
 *		Tables of powers for the AVX-512 IFMA kernels.
 */
#include "fixed_ifma.h"
#include "ifma_eight.h"
#include "ifma_one.h"
#include "ifma_vector.h"
#include "montgomery.h"

#ifdef EG_HAVE_IFMA

#include <string.h>

#define LIMBS			EG_IFMA_LIMBS
#define LANES			EG_IFMA_LANES
#define LOG2_LANES		3
#define SCALAR_BITS		(64 * EG_MAX_SCALAR_LIMBS)
#define MAX_BLOCKS		8

/* The teeth of combs for secret exponents, and the columns in their blocks. */
#define SECRET_TEETH	7
#define SECRET_DEPTH	6
#define SECRET_ENTRIES	(1 << SECRET_TEETH)

/* Entries that one permutation chooses from, and their number's bits. */
#define PAIR_BITS		(LOG2_LANES + 1)
#define SECRET_PAIRS	(SECRET_ENTRIES >> PAIR_BITS)

static const eg_ifma_number plain_one = {{1}};

/*
 * Combs
 */

typedef struct comb
{
	unsigned	teeth;
	unsigned	columns;
	unsigned	depth;			/* columns in a block, at most */
	unsigned	blocks;
} comb;

static comb
comb_of(unsigned teeth)
{
	comb		c;

	c.teeth = teeth;
	c.columns = (SCALAR_BITS + teeth - 1) / teeth;
	c.depth = (c.columns - 1 + MAX_BLOCKS - 2) / (MAX_BLOCKS - 1);
	c.blocks = (c.columns - 1 + c.depth - 1) / c.depth + 1;
	return c;
}

/* The first columns of the blocks, and one past the last. */
static unsigned
first_column(const comb *c, unsigned block)
{
	unsigned	column = block * c->depth;

	if (block == c->blocks)
		return c->columns;
	return column < c->columns - 1 ? column : c->columns - 1;
}

static unsigned
block_columns(const comb *c, unsigned block)
{
	return first_column(c, block + 1) - first_column(c, block);
}

/* The bits of a column. */
static uint64_t
digit_at(const comb *c, const mp_limb_t *e, unsigned column)
{
	uint64_t	digit = 0;

	for (unsigned i = 0; i < c->teeth; i++)
	{
		unsigned	bit = i * c->columns + column;

		if (bit < SCALAR_BITS)
			digit |= (e[bit / 64] >> (bit % 64) & 1) << i;
	}
	return digit;
}

/*
 * Making tables, eight entries at a time
 */

size_t
eg_fixed_ifma_size(eg_table_use use, unsigned window)
{
	if (window < LOG2_LANES || window > EG_MAX_WINDOW ||
		(use == EG_TABLE_SECRET && window != SECRET_TEETH))
		return 0;
	return (sizeof(eg_ifma_number) << window) * comb_of(window).blocks;
}

/* Where a limb of the entries from d on is. */
static uint64_t *
limb_of_entries(const eg_fixed_base *fixed, unsigned block, size_t d,
				unsigned limb)
{
	uint64_t   *table = fixed->table;

	return table + (((size_t) block * LIMBS + limb) << fixed->window) + d;
}

static eg_ifma_number *
entry_of(const eg_fixed_base *fixed, unsigned block, size_t d)
{
	eg_ifma_number *table = fixed->table;

	return table + ((size_t) block << fixed->window) + d;
}

/* Puts entries d .. d + 7 where they belong, and takes them from there. */
static void
put_entries(const eg_fixed_base *fixed, unsigned block, size_t d,
			const eg_ifma_lanes *x)
{
	eg_ifma_number *to[LANES];

	if (fixed->use == EG_TABLE_SECRET)
	{
		for (unsigned i = 0; i < LIMBS; i++)
			memcpy(limb_of_entries(fixed, block, d, i), x->limb[i],
				   sizeof(x->limb[i]));
		return;
	}
	for (size_t i = 0; i < LANES; i++)
		to[i] = entry_of(fixed, block, d + i);
	eg_ifma_lanes_scatter(to, x);
}

static void
get_entries(eg_ifma_lanes *x, const eg_fixed_base *fixed, unsigned block,
			size_t d)
{
	const eg_ifma_number *from[LANES];

	if (fixed->use == EG_TABLE_SECRET)
	{
		for (unsigned i = 0; i < LIMBS; i++)
			memcpy(x->limb[i], limb_of_entries(fixed, block, d, i),
				   sizeof(x->limb[i]));
		return;
	}
	for (size_t i = 0; i < LANES; i++)
		from[i] = entry_of(fixed, block, d + i);
	eg_ifma_lanes_gather(x, from);
}

/*
 * The first eight entries: the products of three teeth, one_here being 1 in
 * the form of the block.
 */
static void
fill_first(const eg_fixed_base *fixed, unsigned block,
		   const eg_ifma_number *one_here, const eg_ifma_number *teeth,
		   const eg_ifma_modulus *modulus)
{
	eg_ifma_number first[LANES];
	const eg_ifma_number *from[LANES];
	eg_ifma_lanes entries;

	first[0] = *one_here;
	for (unsigned i = 0; i < LOG2_LANES; i++)
		for (unsigned d = 0; d < 1U << i; d++)
			eg_ifma_one_mul(&first[(1U << i) + d], &first[d], &teeth[i],
							modulus);
	for (unsigned i = 0; i < LANES; i++)
		from[i] = &first[i];
	eg_ifma_lanes_gather(&entries, from);
	put_entries(fixed, block, 0, &entries);
}

static eg_status
fill_block(const eg_fixed_base *fixed, unsigned block,
		   const eg_ifma_number *one_here, const eg_ifma_number *teeth,
		   const eg_ifma_modulus *modulus, const eg_stop *stop)
{
	eg_ifma_lanes entries;
	eg_ifma_lanes tooth;

	fill_first(fixed, block, one_here, teeth, modulus);
	for (unsigned i = LOG2_LANES; i < fixed->window; i++)
	{
		eg_ifma_lanes_repeat(&tooth, &teeth[i]);
		for (size_t d = 0; d < (size_t) 1 << i; d += LANES)
		{
			if (eg_stop_requested(stop))
				return EG_INTERRUPTED;
			get_entries(&entries, fixed, block, d);
			eg_ifma_eight_mul(&entries, &entries, &tooth, modulus);
			put_entries(fixed, block, ((size_t) 1 << i) + d, &entries);
		}
	}
	return EG_OK;
}

/* teeth[b][i] = base^(2^(n i + c)) in Montgomery form */
static void
make_teeth(eg_ifma_number (*teeth)[EG_MAX_WINDOW], const comb *c,
		   const mp_limb_t *base, const eg_ifma_modulus *modulus)
{
	eg_ifma_number x;

	eg_ifma_number_import_le(&x, (const uint8_t *) base);
	eg_ifma_one_mul(&x, &x, &modulus->enter, modulus);
	for (unsigned i = 0; i < c->teeth; i++)
		for (unsigned column = 0; column < c->columns; column++)
		{
			for (unsigned b = 0; b < c->blocks; b++)
				if (first_column(c, b) == column)
					teeth[b][i] = x;
			eg_ifma_one_sqr(&x, &x, modulus);
		}
}

eg_status
eg_fixed_ifma_init(const eg_fixed_base *fixed, const eg_ifma_modulus *modulus,
				   const mp_limb_t *base, const eg_stop *stop)
{
	const comb	c = comb_of(fixed->window);
	eg_ifma_number teeth[MAX_BLOCKS][EG_MAX_WINDOW];
	eg_status	status = EG_OK;

	make_teeth(teeth, &c, base, modulus);
	for (unsigned b = 0; b < c.blocks && status == EG_OK; b++)
		status = fill_block(fixed, b,
							b + 1 == c.blocks ? &plain_one : &modulus->one,
							teeth[b], modulus, stop);
	return status;
}

/*
 * Selecting entries for secret exponents
 */

/*
 * The limb of the entry that the digit of a lane tells: two vectors, which are
 * 16 entries, at a time by the digit's low four bits, and each bit above those
 * chooses between two of what is left.
 */
EG_IFMA_INLINE __m512i
select_limb(const __m512i *entry, __m512i digits, const __mmask8 *bits)
{
	__m512i		t[SECRET_PAIRS];

	EG_UNROLL
	for (int i = 0; i < SECRET_PAIRS; i++)
		t[i] = _mm512_permutex2var_epi64(entry[2 * i], digits,
										 entry[2 * i + 1]);
	EG_UNROLL
	for (int i = 0; i < SECRET_PAIRS; i += 2)
		t[i] = _mm512_mask_mov_epi64(t[i], bits[0], t[i + 1]);
	EG_UNROLL
	for (int i = 0; i < SECRET_PAIRS; i += 4)
		t[i] = _mm512_mask_mov_epi64(t[i], bits[1], t[i + 2]);
	return _mm512_mask_mov_epi64(t[0], bits[2], t[4]);
}

/*
 * r[k] = the entries for digits[k], n of them, in the lanes of the mask, which
 * is public.  Reading the table takes longer than selecting from what was read.
 */
EG_IFMA_FUNCTION void
select_entries(eg_ifma_lanes *r, const uint64_t *table,
			   const uint64_t (*digits)[LANES], unsigned n, __mmask8 lanes)
{
	__mmask8	bits[SECRET_DEPTH][SECRET_TEETH - PAIR_BITS];

	for (unsigned k = 0; k < n; k++)
		for (int i = 0; i < SECRET_TEETH - PAIR_BITS; i++)
			bits[k][i] = _mm512_test_epi64_mask(_mm512_load_si512(digits[k]),
												_mm512_set1_epi64(1 << (PAIR_BITS + i)));
	for (int i = 0; i < LIMBS; i++)
	{
		__m512i		entry[2 * SECRET_PAIRS];

		EG_UNROLL
		for (int j = 0; j < 2 * SECRET_PAIRS; j++)
			entry[j] = _mm512_load_si512(table + LANES * j);
		for (unsigned k = 0; k < n; k++)
			_mm512_mask_store_epi64(r[k].limb[i], lanes,
									select_limb(entry,
												_mm512_load_si512(digits[k]),
												bits[k]));
		table += SECRET_ENTRIES;
	}
}

/* The entries for all columns of a block; each run of one table is one pass. */
static void
select_block(eg_ifma_lanes *r, const eg_fixed_base *const *fixed,
			 const comb *c, unsigned block, const mp_limb_t *const *e)
{
	uint64_t	digits[SECRET_DEPTH][LANES] EG_IFMA_ALIGNED;
	unsigned	n = block_columns(c, block);
	int			end;

	for (unsigned k = 0; k < n; k++)
		for (int i = 0; i < LANES; i++)
			digits[k][i] = digit_at(c, e[i], first_column(c, block) + k);
	for (int i = 0; i < LANES; i = end)
	{
		end = i + 1;
		while (end < LANES && fixed[end] == fixed[i])
			end++;
		select_entries(r, limb_of_entries(fixed[i], block, 0, 0),
					   (const uint64_t (*)[LANES]) digits, n,
					   (__mmask8) ((1U << end) - (1U << i)));
	}
	eg_wipe(digits, sizeof(digits));
}

/*
 * Powers
 */

static void
power_eight(const eg_fixed_base *const *fixed,
			const eg_ifma_modulus *modulus, eg_ifma_lanes *r,
			const mp_limb_t *const *e)
{
	const comb	c = comb_of(fixed[0]->window);
	eg_ifma_lanes t;

	for (unsigned i = c.depth; i-- > 0;)
	{
		if (i + 1 < c.depth)
			eg_ifma_eight_sqr(r, r, modulus);
		for (unsigned b = 0; b < c.blocks; b++)
		{
			const eg_ifma_number *from[LANES];
			bool		first = i + 1 == c.depth && b == 0;

			if (i >= block_columns(&c, b))
				continue;
			for (int j = 0; j < LANES; j++)
				from[j] = entry_of(fixed[j], b,
								   digit_at(&c, e[j], first_column(&c, b) + i));
			eg_ifma_lanes_gather(first ? r : &t, from);
			if (!first)
				eg_ifma_eight_mul(r, r, &t, modulus);
		}
	}
}

/*
 * Block after block, so that each is read once, with a product for each of its
 * columns; the squarings come at the end.
 */
void
eg_fixed_ifma_eight_secret(const eg_fixed_base *const *fixed,
						   const eg_ifma_modulus *modulus, eg_ifma_lanes *r,
						   const mp_limb_t *const *e)
{
	const comb	c = comb_of(SECRET_TEETH);
	unsigned	last = c.blocks - 1;
	struct
	{
		eg_ifma_lanes product[SECRET_DEPTH];
		eg_ifma_lanes entry[SECRET_DEPTH];
	}			space;

	select_block(space.product, fixed, &c, 0, e);
	for (unsigned b = 1; b < last; b++)
	{
		select_block(space.entry, fixed, &c, b, e);
		for (unsigned i = 0; i < block_columns(&c, b); i++)
			eg_ifma_eight_mul(&space.product[i], &space.product[i],
							  &space.entry[i], modulus);
	}
	for (unsigned i = c.depth - 1; i-- > 0;)
	{
		eg_ifma_lanes *above = &space.product[i + 1];

		eg_ifma_eight_sqr(above, above, modulus);
		eg_ifma_eight_mul(&space.product[i], &space.product[i], above,
						  modulus);
	}
	select_block(space.entry, fixed, &c, last, e);
	eg_ifma_eight_mul(r, &space.product[0], &space.entry[0], modulus);
	eg_wipe(&space, sizeof(space));
	eg_wipe_stack();
}

void
eg_fixed_ifma_eight(const eg_fixed_base *const *fixed,
					const eg_ifma_modulus *modulus, eg_ifma_lanes *r,
					const mp_limb_t *const *e)
{
	if (fixed[0]->use == EG_TABLE_SECRET)
		eg_fixed_ifma_eight_secret(fixed, modulus, r, e);
	else
		power_eight(fixed, modulus, r, e);
}

void
eg_fixed_ifma_power(const eg_fixed_base *fixed,
					const eg_ifma_modulus *modulus, eg_ifma_number *r,
					const mp_limb_t *e)
{
	const comb	c = comb_of(fixed->window);

	for (unsigned i = c.depth; i-- > 0;)
	{
		if (i + 1 < c.depth)
			eg_ifma_one_sqr(r, r, modulus);
		for (unsigned b = 0; b < c.blocks; b++)
		{
			const eg_ifma_number *entry;

			if (i >= block_columns(&c, b))
				continue;
			entry = entry_of(fixed, b,
							 digit_at(&c, e, first_column(&c, b) + i));
			if (i + 1 == c.depth && b == 0)
				*r = *entry;
			else
				eg_ifma_one_mul(r, r, entry, modulus);
		}
	}
}

#endif
