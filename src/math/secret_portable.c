/*
 * secret_portable.c
 *		Batches of secret powers on the portable kernel.
 *
 * For a base x without a table there is a comb (Lim and Lee 1994), as in
 * secret_ifma.c: entry d is the product of x^(2^(64 i)) over the bits i of d.
 * It is made in the time that public data takes, and serves all powers of x
 * that stand side by side.
 */
#include "secret_portable.h"

#include "montgomery.h"

#define LIMB_BITS		64
#define MAX_ENTRIES		(1 << EG_MAX_SCALAR_LIMBS)

/* In Montgomery form, group->limbs limbs each; x is plain and public. */
static void
make_comb(const eg_group *group, mp_limb_t *comb, const mp_limb_t *x)
{
	size_t		n = group->limbs;
	size_t		entries = (size_t) 1 << group->scalar_limbs;

	mpn_copyi(comb, group->r1, n);
	eg_mont_enter(group, comb + n, x);
	for (size_t d = 2; d < entries; d *= 2)
	{
		mpn_copyi(comb + d * n, comb + d / 2 * n, n);
		for (unsigned i = 0; i < LIMB_BITS; i++)
			eg_mont_sqr(group, comb + d * n, comb + d * n);
		for (size_t i = 1; i < d; i++)
			eg_mont_mul(group, comb + (d + i) * n, comb + d * n,
						comb + i * n);
	}
}

/* r = the entry for one column: a bit from each limb of e */
static void
select_column(const eg_group *group, mp_limb_t *r, const mp_limb_t *comb,
			  const mp_limb_t *e, unsigned bit)
{
	mp_limb_t	digit = 0;

	for (unsigned i = 0; i < group->scalar_limbs; i++)
		digit |= (e[i] >> bit & 1) << i;
	mpn_sec_tabselect(r, comb, group->limbs,
					  (mp_size_t) 1 << group->scalar_limbs,
					  (mp_size_t) digit);
}

static void
comb_power(const eg_group *group, mp_limb_t *r, const mp_limb_t *comb,
		   const mp_limb_t *e)
{
	static const mp_limb_t one[EG_MAX_LIMBS] = {1};
	struct
	{
		mp_limb_t	acc[EG_MAX_LIMBS];
		mp_limb_t	entry[EG_MAX_LIMBS];
	}			space;

	select_column(group, space.acc, comb, e, LIMB_BITS - 1);
	for (unsigned bit = LIMB_BITS - 1; bit-- > 0;)
	{
		eg_mont_sqr_secret(group, space.acc, space.acc);
		select_column(group, space.entry, comb, e, bit);
		eg_mont_mul_secret(group, space.acc, space.acc, space.entry);
	}
	eg_mont_mul_secret(group, r, space.acc, one);
	eg_wipe(&space, sizeof(space));
}

eg_status
eg_secret_portable_run(const eg_group *group, const eg_secret_power *powers,
					   size_t n, const eg_stop *stop)
{
	mp_limb_t	comb[MAX_ENTRIES * EG_MAX_LIMBS];
	const mp_limb_t *base = NULL;	/* of the comb */
	eg_status	status = EG_OK;

	for (size_t i = 0; i < n; i++)
	{
		const eg_secret_power *p = &powers[i];

		if (eg_stop_requested(stop))
		{
			status = EG_INTERRUPTED;
			break;
		}
		if (eg_fixed_base_serves(p->fixed, EG_TABLE_SECRET))
		{
			eg_fixed_base_power_secret(p->fixed, p->power, p->exponent);
			continue;
		}
		if (base == NULL || mpn_cmp(base, p->base, group->limbs) != 0)
			make_comb(group, comb, p->base);
		base = p->base;
		comb_power(group, p->power, comb, p->exponent);
	}
	eg_wipe_stack();
	return status;
}
