/*
 * fixed_base.c
 *		Powers of one base from a table of its powers.
 *
 * Those of the portable kernel: the others are elsewhere (fixed_ifma.h).
 * base^(d 2^(w i)) for every digit d < 2^w of every window i: window after
 * window, and in each digit after digit, of limbs limbs.  The
 * first window is in plain form and all others in Montgomery form, so that a
 * product of one entry of each is in plain form.  The last window is as short
 * as the scalar leaves it.
 */
#include "fixed_base.h"

#include "fixed_ifma.h"
#include "montgomery.h"

#define LIMB_BITS		64

/* Vectors are read whole. */
#define ALIGNMENT		64

static unsigned
scalar_bits(const eg_group *group)
{
	return LIMB_BITS * group->scalar_limbs;
}

/* Entries of the window that begins at this bit. */
static size_t
window_entries(const eg_group *group, unsigned window, unsigned bit)
{
	unsigned	left = scalar_bits(group) - bit;

	return (size_t) 1 << (left < window ? left : window);
}

/* The digit of the scalar e that begins at this bit. */
static mp_limb_t
window_digit(const eg_group *group, unsigned window, const mp_limb_t *e,
			 unsigned bit)
{
	unsigned	limb = bit / LIMB_BITS;
	unsigned	shift = bit % LIMB_BITS;
	mp_limb_t	digit = e[limb] >> shift;

	if (shift + window > LIMB_BITS && limb + 1 < group->scalar_limbs)
		digit |= e[limb + 1] << (LIMB_BITS - shift);
	return digit & (((mp_limb_t) 1 << window) - 1);
}

static size_t
portable_size(const eg_group *group, unsigned window)
{
	size_t		entries = 0;
	unsigned	bit;

	if (window < 1 || window > EG_MAX_WINDOW)
		return 0;
	for (bit = 0; bit < scalar_bits(group); bit += window)
		entries += window_entries(group, window, bit);
	return entries * group->limbs * sizeof(mp_limb_t);
}

size_t
eg_fixed_base_size(const eg_group *group, eg_table_use use, unsigned window)
{
#ifdef EG_HAVE_IFMA
	if (eg_kernel_modulus(group) != NULL)
	{
		size_t		size = eg_fixed_ifma_size(use, window);

		return size > 0 ? size + ALIGNMENT : 0;
	}
#endif
	(void) use;
	return portable_size(group, window);
}

/*
 * Measured, in the real groups.  Public: wider ones double the memory for a
 * tenth of the time.  Secret: more entries to read weigh against fewer
 * products.
 */
unsigned
eg_fixed_base_window(const eg_group *group, eg_table_use use)
{
	if (use == EG_TABLE_PUBLIC)
		return 8;
	return eg_kernel_modulus(group) != NULL ? 7 : 5;
}

unsigned
eg_fixed_base_earned(const eg_group *group, eg_table_use use)
{
	if (eg_kernel_modulus(group) == NULL)
		return 30;
	return use == EG_TABLE_PUBLIC ? 16 : 4;
}

static eg_status
portable_init(eg_fixed_base *fixed, const mp_limb_t *base,
			  const eg_stop *stop)
{
	const eg_group *group = fixed->group;
	mp_limb_t	power[EG_MAX_LIMBS];	/* base^(2^bit), in Montgomery form */
	mp_limb_t  *entry = fixed->table;
	size_t		n = group->limbs;
	unsigned	bit;

	eg_mont_enter(group, power, base);
	for (bit = 0; bit < scalar_bits(group); bit += fixed->window)
	{
		size_t		left = window_entries(group, fixed->window, bit);

		/* The entry of digit 0 is 1, in the form of its window. */
		mpn_copyi(entry, group->r1, n);
		if (bit == 0)
			eg_mont_leave(group, entry, entry);

		for (entry += n; --left > 0; entry += n)
		{
			if (eg_stop_requested(stop))
				return EG_INTERRUPTED;
			eg_mont_mul(group, entry, entry - n, power);
		}

		eg_mont_mul(group, power, entry - n, power);
		if (bit == 0)
			eg_mont_enter(group, power, power);
	}
	return EG_OK;
}

eg_status
eg_fixed_base_init(eg_fixed_base *fixed, const eg_group *group,
				   eg_table_use use, unsigned window, void *memory,
				   const mp_limb_t *base, const eg_stop *stop)
{
	const struct eg_ifma_modulus *modulus = eg_kernel_modulus(group);

	if (eg_fixed_base_size(group, use, window) == 0)
		return EG_INVALID;
	fixed->group = group;
	fixed->kernel = modulus != NULL ? EG_KERNEL_IFMA : EG_KERNEL_PORTABLE;
	fixed->use = use;
	fixed->window = window;
	fixed->table = memory;
#ifdef EG_HAVE_IFMA
	if (modulus != NULL)
	{
		uintptr_t	offset = (uintptr_t) memory % ALIGNMENT;

		fixed->table = (char *) memory + (ALIGNMENT - offset);
		return eg_fixed_ifma_init(fixed, modulus, base, stop);
	}
#endif
	return portable_init(fixed, base, stop);
}

bool
eg_fixed_base_serves(const eg_fixed_base *fixed, eg_table_use use)
{
	if (fixed == NULL)
		return false;
	if (eg_kernel_modulus(fixed->group) == NULL)
		return fixed->kernel == EG_KERNEL_PORTABLE;
	return fixed->kernel == EG_KERNEL_IFMA &&
		(fixed->use == use || fixed->use == EG_TABLE_SECRET);
}

void
eg_fixed_base_power(const eg_fixed_base *fixed, mp_limb_t *r,
					const mp_limb_t *e)
{
	const eg_group *group = fixed->group;
	const mp_limb_t *table = fixed->table;
	mp_limb_t	acc[EG_MAX_LIMBS];
	unsigned	bit;

	for (bit = 0; bit < scalar_bits(group); bit += fixed->window)
	{
		mp_limb_t	digit = window_digit(group, fixed->window, e, bit);
		const mp_limb_t *entry = table + digit * group->limbs;

		if (bit == 0)
			mpn_copyi(acc, entry, group->limbs);
		else if (digit != 0)
			eg_mont_mul(group, acc, acc, entry);
		table += window_entries(group, fixed->window, bit) * group->limbs;
	}
	mpn_copyi(r, acc, group->limbs);
}

void
eg_fixed_base_power_secret(const eg_fixed_base *fixed, mp_limb_t *r,
						   const mp_limb_t *e)
{
	const eg_group *group = fixed->group;
	const mp_limb_t *table = fixed->table;
	struct
	{
		mp_limb_t	acc[EG_MAX_LIMBS];
		mp_limb_t	entry[EG_MAX_LIMBS];
	}			space;
	unsigned	bit;

	for (bit = 0; bit < scalar_bits(group); bit += fixed->window)
	{
		size_t		entries = window_entries(group, fixed->window, bit);
		mp_limb_t	digit = window_digit(group, fixed->window, e, bit);

		mpn_sec_tabselect(bit == 0 ? space.acc : space.entry, table,
						  group->limbs, entries, (mp_size_t) digit);
		if (bit != 0)
			eg_mont_mul_secret(group, space.acc, space.acc, space.entry);
		table += entries * group->limbs;
	}
	mpn_copyi(r, space.acc, group->limbs);
	eg_wipe(&space, sizeof(space));
}
