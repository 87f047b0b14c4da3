/*
 * test_groups.c
 *		The groups that the tests run in.
 *
 * Parameters are those of the appendix of the spec, "Reduced Parameters" and
 * "Toy Parameters for Testing Purposes Only".  Where its hexadecimal and its
 * decimal form differ (p of 32 bits, q of 24 bits), the decimal form is the
 * one that satisfies p = q r + 1.
 */
#include "test_groups.h"

#include "math/power.h"
#include "test.h"

typedef struct parameters
{
	const char *name;
	const char *p;
	const char *q;
	const char *g;
} parameters;

static const parameters small_groups[] = {
	[TOY_16] = {"toy 16", "e72f", "7f", "7f68"},
	[TOY_32] = {"toy 32", "fb2f475f", "fff1", "1d973e8e"},
	[TOY_48] = {"toy 48", "ff93df533bff", "fff1", "63417adfc7ba"},
	[TOY_64] = {"toy 64", "fff93f356a395fff", "fffffd", "cccca8bcc08f3688"},
	[TOY_96] = {"toy 96", "ffff93c46882b6aaf57cffff", "fffffffb",
		"c469034b2ce5ec6e1970350a"},
	[TOY_128] = {"toy 128", "ffffffff93c46b0fb6c381d8ffffffff", "fffffffb",
		"29d995240dfb12b36fd0f8cce06b657d"},
	[TOY_192] = {"toy 192",
		"ffffffffffffffff9ecb779649d9a82dffffffffffffffff",
		"ffffffffffc5",
		"0b5da0900b367e3c92a1101954db5e3c873e929a0e324f00"},
	[TOY_256] = {"toy 256",
		"ffffffffffffffff93c467e37db1212b"
		"89995855493ff059ffffffffffffffff",
		"ffffffffffffffc5",
		"3b5431669e3e4893df745c67cdcfd95c"
		"cdda224878a3cd5d3226f75cc5a95638"},
	[REDUCED_3072] = {"reduced 3072",
		"ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"
		"b17217f7d1cf79abc9e3b39803f2f6af40f343267298b62d8a0d175b8baafa2b"
		"e7b876206debac98559552fb4afa1b10ed2eae35c138214427573b291169b825"
		"3e96ca16224ae8c51acbda11317c387eb9ea9bc3b136603b256fa0ec7657f74b"
		"72ce87b19d6548caf5dfa6bd38303248655fa1872f20e3a2da2d97c50f3fd5c6"
		"07f4ca11fb5bfb90610d30f88fe551a2ee569d6dfc1efa157d2e23de1400b396"
		"17460775db8990e5c943e732b479cd33cccc4e659393514c4c1a1e0bd1d6095d"
		"25669b333564a3376a9c7f8a5e148e82074db6015cfe7aa30c480a5417350d2c"
		"955d5179b1e17b9dae313cdb6c606cb1078f735d1b2db31b5f50b5185064c18b"
		"4d162db3b365853d7598a1951ae273ee5570b6c68f96983496d4e6d330d6e582"
		"cab40d66550984ef0c42a4574280b37845189610ae3e4bb22590a08f6ad27bfb"
		"ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
		"ffffffffffffffffffffffffffffffff"
		"ffffffffffffffffffffffffffffff43",
		"4a1523cb0111b38104ebcde5163f581eeedd91637ac57544c1d2283234272732"
		"ff0cd85f385395443f57370132a237ff38702ab037f35e7c7003669d83697ba1"
		"3bed69b63c88bd610d33c6a89e4882ee6f849f0506a4a8f0b169e5ca000a21dc"
		"16d7dcecc69e593c659677393b6ce260d3d6a578e74e42a1b2ade1ed8627050c"
		"fb59e604cac389e99161da6e6e9407df9451786401003a8b7626ac5e90b888ea"
		"bb5e07e996b186629b17165fd630e139788f674dff4978a6b74c6d020a6570cc"
		"7c7a9e3821283571ba3fa1fcc6901a8c28d02ef8b8c4b019f7ddade51a089c57"
		"ef90c2ce50761754d778bc9abfd848095c4a0ed0fa7b7ae52cda4bd6e2cb16f3"
		"8edc033f32f259c513dd9e0d1f780886d71d7db835f3f08db11cc9cd41eb0d5a"
		"37ac6dba1a1eba55c378bc0695b9d93aa59903eba1ce52886a0baafb15354863"
		"1bceac5207b97205be8fdf830f27348c7ae852f9f8876887d23b8054a077dc8a"
		"ec0bf615a1fa74bc727014cfac40e20ea194489f63a6c22427cb999c9d04aa61"}
};

typedef struct made_group
{
	eg_group	group;
	mp_limb_t	p[EG_MAX_LIMBS];
	mp_limb_t	q[EG_MAX_SCALAR_LIMBS];
	mp_limb_t	g[EG_MAX_LIMBS];
	mp_limb_t	r1[EG_MAX_LIMBS];
	mp_limb_t	r2[EG_MAX_LIMBS];
} made_group;

static made_group made[lengthof(small_groups)];

/* Limbs of all ones at the bottom of x, counting in steps of step. */
static uint16_t
count_ones(const mp_limb_t *x, size_t n, int step)
{
	uint16_t	ones = 0;

	while (ones < n && *x == ~(mp_limb_t) 0)
	{
		ones++;
		x += step;
	}
	return ones;
}

static mp_limb_t
gap_below_power(const mpz_t q)
{
	mpz_t		gap;
	mp_limb_t	result = 0;

	mpz_init(gap);
	mpz_setbit(gap, 64 * mpz_size(q));
	mpz_sub(gap, gap, q);
	if (mpz_size(gap) == 1 && mpz_sizeinbase(gap, 2) < 32)
		result = mpz_get_ui(gap);
	mpz_clear(gap);
	return result;
}

static void
derive_constants(made_group *m, const mpz_t p)
{
	mpz_t		t,
				limb;
	size_t		n = m->group.limbs;
	int			i;
	mp_limb_t  *const out[] = {m->r1, m->r2};

	mpz_inits(t, limb, NULL);
	for (i = 0; i < 2; i++)
	{
		mpz_set_ui(t, 0);
		mpz_setbit(t, 64 * n * (i + 1));
		mpz_mod(t, t, p);
		limbs_from_mpz(out[i], n, t);
	}
	mpz_setbit(limb, 64);
	mpz_invert(t, p, limb);
	mpz_sub(t, limb, t);
	m->group.neg_inverse = mpz_get_ui(t);
	mpz_clears(t, limb, NULL);
}

static void
make_group(made_group *m, const parameters *from)
{
	eg_group   *group = &m->group;
	mpz_t		p,
				q,
				g;

	mpz_init_set_str(p, from->p, 16);
	mpz_init_set_str(q, from->q, 16);
	mpz_init_set_str(g, from->g, 16);

	group->name = from->name;
	group->limbs = mpz_size(p);
	group->scalar_limbs = mpz_size(q);
	group->element_bytes = 8 * group->limbs;
	group->scalar_bytes = 8 * group->scalar_limbs;
	limbs_from_mpz(m->p, group->limbs, p);
	limbs_from_mpz(m->q, group->scalar_limbs, q);
	limbs_from_mpz(m->g, group->limbs, g);
	group->low_ones = count_ones(m->p, group->limbs, 1);
	group->high_ones = count_ones(m->p + group->limbs - 1, group->limbs, -1);
	group->q_gap = gap_below_power(q);
	derive_constants(m, p);

	group->p = m->p;
	group->q = m->q;
	group->g = m->g;
	group->r1 = m->r1;
	group->r2 = m->r2;
	mpz_clears(p, q, g, NULL);
}

const eg_group *
test_group(int i)
{
	if (i == REAL_2_1_0)
		return &eg_group_2_1_0;
	if (i == REAL_1_X)
		return &eg_group_1_x;
	if (made[i].group.p == NULL)
		make_group(&made[i], &small_groups[i]);
	return &made[i].group;
}

void
test_random_member(const eg_group *group, mp_limb_t *x)
{
	mp_limb_t	e[EG_MAX_SCALAR_LIMBS];

	test_random_scalar(group, e);
	eg_power(group, x, group->g, e, group->scalar_limbs);
}
