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
#define BLOCKS			8
#define LAST_BLOCK		(BLOCKS - 1)

/* The teeth of combs for secret exponents. */
#define SECRET_TEETH	6
#define SECRET_ENTRIES	(1 << SECRET_TEETH)

static const eg_ifma_number plain_one = {{1}};

/*
 * Combs
 */

typedef struct comb
{
	unsigned	teeth;
	unsigned	columns;
	unsigned	depth;			/* columns in a block, at most */
} comb;

static comb
comb_of(const eg_fixed_base *fixed)
{
	comb		c;

	c.teeth = fixed->window;
	c.columns = (SCALAR_BITS + c.teeth - 1) / c.teeth;
	c.depth = (c.columns - 1 + LAST_BLOCK - 1) / LAST_BLOCK;
	return c;
}

static unsigned
first_column(const comb *c, unsigned block)
{
	return block == LAST_BLOCK ? c->columns - 1 : block * c->depth;
}

static bool
has_column(const comb *c, unsigned block, unsigned i)
{
	if (block == LAST_BLOCK)
		return i == 0;
	return i < c->depth && first_column(c, block) + i < c->columns - 1;
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
	return (sizeof(eg_ifma_number) << window) * BLOCKS;
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

/* The first eight entries: the products of three teeth. */
static void
fill_first(const eg_fixed_base *fixed, unsigned block,
		   const eg_ifma_number *teeth, const eg_ifma_modulus *modulus)
{
	eg_ifma_number first[LANES];
	const eg_ifma_number *from[LANES];
	eg_ifma_lanes entries;

	first[0] = block == LAST_BLOCK ? plain_one : modulus->one;
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
		   const eg_ifma_number *teeth, const eg_ifma_modulus *modulus,
		   const eg_stop *stop)
{
	eg_ifma_lanes entries;
	eg_ifma_lanes tooth;

	fill_first(fixed, block, teeth, modulus);
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
			for (unsigned b = 0; b < BLOCKS; b++)
				if (first_column(c, b) == column)
					teeth[b][i] = x;
			eg_ifma_one_sqr(&x, &x, modulus);
		}
}

eg_status
eg_fixed_ifma_init(const eg_fixed_base *fixed, const eg_ifma_modulus *modulus,
				   const mp_limb_t *base, const eg_stop *stop)
{
	const comb	c = comb_of(fixed);
	eg_ifma_number teeth[BLOCKS][EG_MAX_WINDOW];

	make_teeth(teeth, &c, base, modulus);
	for (unsigned b = 0; b < BLOCKS; b++)
	{
		eg_status	status = EG_OK;

		if (has_column(&c, b, 0))
			status = fill_block(fixed, b, teeth[b], modulus, stop);
		if (status != EG_OK)
			return status;
	}
	return EG_OK;
}

/*
 * Selecting entries for secret exponents
 */

/*
 * The limb of the entry that the digit of a lane tells: two vectors, which are
 * 16 entries, at a time by the digit's low four bits, and its two high bits
 * choose among those.
 */
EG_IFMA_INLINE __m512i
select_limb(const __m512i *entry, __m512i digits, __mmask8 bit4,
			__mmask8 bit5)
{
	__m512i		t[SECRET_ENTRIES / (2 * LANES)];
	int			i;

	EG_UNROLL
	for (i = 0; i < SECRET_ENTRIES / (2 * LANES); i++)
		t[i] = _mm512_permutex2var_epi64(entry[2 * i], digits,
										 entry[2 * i + 1]);
	t[0] = _mm512_mask_mov_epi64(t[0], bit4, t[1]);
	t[2] = _mm512_mask_mov_epi64(t[2], bit4, t[3]);
	return _mm512_mask_mov_epi64(t[0], bit5, t[2]);
}

/* r = the entries for the digits, in the lanes of the mask, which is public */
EG_IFMA_FUNCTION void
select_entries(eg_ifma_lanes *r, const uint64_t *table, const uint64_t *digit,
			   __mmask8 lanes)
{
	const __m512i digits = _mm512_load_si512(digit);
	const __mmask8 bit4 = _mm512_test_epi64_mask(digits,
												 _mm512_set1_epi64(16));
	const __mmask8 bit5 = _mm512_test_epi64_mask(digits,
												 _mm512_set1_epi64(32));

	for (int i = 0; i < LIMBS; i++)
	{
		__m512i		x = select_limb((const __m512i *) table, digits, bit4,
									bit5);

		_mm512_mask_store_epi64(r->limb[i], lanes, x);
		table += SECRET_ENTRIES;
	}
}

static void
select_secret(eg_ifma_lanes *r, const eg_fixed_base *const *fixed,
			  unsigned block, const uint64_t *digit)
{
	int			end;

	for (int i = 0; i < LANES; i = end)
	{
		end = i + 1;
		while (end < LANES && fixed[end] == fixed[i])
			end++;
		select_entries(r, limb_of_entries(fixed[i], block, 0, 0), digit,
					   (__mmask8) ((1U << end) - (1U << i)));
	}
}

/*
 * Powers
 */

/* The factor of each lane for a column. */
static void
fetch(eg_ifma_lanes *r, const eg_fixed_base *const *fixed, const comb *c,
	  unsigned block, unsigned i, const mp_limb_t *const *e)
{
	const eg_ifma_number *from[LANES];
	uint64_t	digit[LANES] EG_IFMA_ALIGNED;

	for (int j = 0; j < LANES; j++)
		digit[j] = digit_at(c, e[j], first_column(c, block) + i);
	if (fixed[0]->use == EG_TABLE_SECRET)
	{
		select_secret(r, fixed, block, digit);
		return;
	}
	for (int j = 0; j < LANES; j++)
		from[j] = entry_of(fixed[j], block, digit[j]);
	eg_ifma_lanes_gather(r, from);
}

static __attribute__((noinline)) void
power_eight(const eg_fixed_base *const *fixed,
			const eg_ifma_modulus *modulus, eg_ifma_lanes *r,
			const mp_limb_t *const *e)
{
	const comb	c = comb_of(fixed[0]);
	eg_ifma_lanes t;

	for (unsigned i = c.depth; i-- > 0;)
	{
		if (i + 1 < c.depth)
			eg_ifma_eight_sqr(r, r, modulus);
		for (unsigned b = 0; b < BLOCKS; b++)
		{
			bool		first = i + 1 == c.depth && b == 0;

			if (!has_column(&c, b, i))
				continue;
			fetch(first ? r : &t, fixed, &c, b, i, e);
			if (!first)
				eg_ifma_eight_mul(r, r, &t, modulus);
		}
	}
}

void
eg_fixed_ifma_eight(const eg_fixed_base *const *fixed,
					const eg_ifma_modulus *modulus, eg_ifma_lanes *r,
					const mp_limb_t *const *e)
{
	power_eight(fixed, modulus, r, e);
}

void
eg_fixed_ifma_eight_secret(const eg_fixed_base *const *fixed,
						   const eg_ifma_modulus *modulus, eg_ifma_lanes *r,
						   const mp_limb_t *const *e)
{
	power_eight(fixed, modulus, r, e);
	eg_wipe_stack();
}

void
eg_fixed_ifma_power(const eg_fixed_base *fixed,
					const eg_ifma_modulus *modulus, eg_ifma_number *r,
					const mp_limb_t *e)
{
	const comb	c = comb_of(fixed);

	for (unsigned i = c.depth; i-- > 0;)
	{
		if (i + 1 < c.depth)
			eg_ifma_one_sqr(r, r, modulus);
		for (unsigned b = 0; b < BLOCKS; b++)
		{
			const eg_ifma_number *entry;

			if (!has_column(&c, b, i))
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
