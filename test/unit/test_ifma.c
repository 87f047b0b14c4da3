/*
 * test_ifma.c
 *		Differential test of the AVX-512 IFMA kernels against mpz.
 *
 * Skips where the compiler or the processor has no AVX-512 IFMA.
 */
#include "math/cpu.h"
#include "math/ifma_eight.h"
#include "math/ifma_number.h"
#include "math/ifma_one.h"
#include "math/product_ifma.h"

#include "test.h"

#ifdef EG_HAVE_IFMA

#define BYTES		EG_IFMA_BYTES
#define LIMBS		EG_IFMA_LIMBS
#define LANES		EG_IFMA_LANES
#define NAILS		(64 - EG_IFMA_RADIX)
#define LIMB_MASK	((UINT64_C(1) << EG_IFMA_RADIX) - 1)
#define MODULI		8
#define GUARD		0xa5

/*
 * How many operands each kernel's products are compared with mpz for, two to a
 * pair; other functions get their share.  Sanitizers are ten times as slow.
 */
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED	1
#endif
#endif
#if defined(SANITIZED) || defined(__SANITIZE_ADDRESS__)
#define INPUTS		100000
#else
#define INPUTS		1000000
#endif

typedef struct test_modulus
{
	eg_group	group;
	mp_limb_t	limbs[EG_MAX_LIMBS];
	eg_ifma_modulus modulus;
	mpz_t		p;
} test_modulus;

static gmp_randstate_t state;
static test_modulus moduli[MODULI];
static mpz_t lazy_bound;		/* of the operands of a multiplication */
static unsigned long tried;

/* A modulus 2^4096 - 2^3840 + mid 2^256 + 2^256 - 1 of nobody's choice. */
static void
set_modulus(test_modulus *m, int kind)
{
	int			i;

	mpz_init(m->p);
	if (kind < 3)
		mpz_urandomb(m->p, state, 4096);
	else if (kind < 6)
	{
		mpz_rrandomb(m->p, state, 4096);
		mpz_clrbit(m->p, 256 + gmp_urandomm_ui(state, 3584));
	}
	else if (kind == 6)
	{
		mpz_setbit(m->p, 4096);
		mpz_sub_ui(m->p, m->p, 1);
		mpz_clrbit(m->p, 3000);
	}
	for (i = 0; i < 256; i++)
	{
		mpz_setbit(m->p, (mp_bitcnt_t) i);
		mpz_setbit(m->p, (mp_bitcnt_t) (4095 - i));
	}
	mpz_export(m->limbs, NULL, -1, sizeof(mp_limb_t), 0, 0, m->p);
	m->group.limbs = EG_MAX_LIMBS;
	m->group.low_ones = 4;
	m->group.high_ones = 4;
	m->group.p = m->limbs;
}

static void
use_group(test_modulus *m, const eg_group *group)
{
	m->group = *group;
	mpz_import(m->p, group->limbs, -1, sizeof(mp_limb_t), 0, 0, group->p);
}

static void
limbs_of(uint64_t *limb, const mpz_t x)
{
	memset(limb, 0, LIMBS * sizeof(uint64_t));
	mpz_export(limb, NULL, -1, sizeof(uint64_t), 0, NAILS, x);
}

static void
value_of(mpz_t x, const uint64_t *limb)
{
	mpz_import(x, LIMBS, -1, sizeof(uint64_t), 0, NAILS, limb);
}

static void
bytes_of(uint8_t *bytes, const mpz_t x, int order)
{
	size_t		size = (mpz_sizeinbase(x, 2) + 7) / 8;

	memset(bytes, 0, BYTES);
	mpz_export(order > 0 ? bytes + BYTES - size : bytes, NULL, order, 1, 0, 0,
			   x);
	if (mpz_sgn(x) == 0)
		memset(bytes, 0, BYTES);
}

/* A number whose limbs are each of the kind that makes carries run. */
static void
hostile_limbs(mpz_t x)
{
	uint64_t	limb[LIMBS];
	unsigned long kind = 0;
	int			i;

	for (i = 0; i < LIMBS; i++)
	{
		if (i == 0 || gmp_urandomm_ui(state, 8) == 0)
			kind = gmp_urandomm_ui(state, 7);
		switch (kind)
		{
			case 0:
				limb[i] = 0;
				break;
			case 1:
				limb[i] = 1;
				break;
			case 2:
				limb[i] = LIMB_MASK - 1;
				break;
			case 3:
				limb[i] = LIMB_MASK >> 1;
				break;
			case 4:
				limb[i] = gmp_urandomb_ui(state, EG_IFMA_RADIX);
				break;
			default:
				limb[i] = LIMB_MASK;
				break;
		}
	}
	value_of(x, limb);
}

/* A number below bound, likely to be an awkward one. */
static void
draw(mpz_t x, const mpz_t bound, const mpz_t p)
{
	unsigned long small = gmp_urandomb_ui(state, 3);

	switch (gmp_urandomm_ui(state, 12))
	{
		case 0:
			mpz_set_ui(x, small);
			break;
		case 1:
			mpz_sub_ui(x, bound, 1 + small);
			break;
		case 2:
			mpz_sub_ui(x, p, 1 + small);
			break;
		case 3:
			mpz_add_ui(x, p, small);
			break;
		case 4:
			mpz_mul_2exp(x, p, 1);
			mpz_sub_ui(x, x, 1 + small);
			break;
		case 5:
			mpz_set_ui(x, 1);
			mpz_mul_2exp(x, x, gmp_urandomm_ui(state, 4200));
			mpz_sub_ui(x, x, gmp_urandomb_ui(state, 1));
			break;
		case 6:
			mpz_rrandomb(x, state, mpz_sizeinbase(bound, 2));
			break;
		case 7:
		case 8:
			hostile_limbs(x);
			break;
		default:
			mpz_urandomm(x, state, bound);
			break;
	}
	mpz_mod(x, x, bound);
	tried++;
}

/* An operand: mostly below 2p, at times up to the bound of the kernels. */
static void
draw_operand(mpz_t x, const mpz_t p)
{
	mpz_t		bound;

	mpz_init(bound);
	mpz_mul_2exp(bound, p, 1);
	draw(x, gmp_urandomm_ui(state, 8) == 0 ? lazy_bound : bound, p);
	mpz_clear(bound);
}

/*
 * At times, b such that the product comes out as a chosen residue: one that
 * makes carries run when it leaves the reduction.
 */
static void
draw_pair(mpz_t a, mpz_t b, const mpz_t p)
{
	mpz_t		t;

	draw_operand(a, p);
	draw_operand(b, p);
	if (gmp_urandomm_ui(state, 64) != 0)
		return;
	mpz_init(t);
	if (mpz_invert(t, a, p) != 0)
	{
		draw(b, p, p);
		mpz_mul_2exp(b, b, EG_IFMA_LOG2_R);
		mpz_mul(b, b, t);
		mpz_mod(b, b, p);
	}
	mpz_clear(t);
}

/* Whether r is a b / R: below 2p, and r R - a b a multiple of p. */
static bool
is_product(const uint64_t *r, const mpz_t a, const mpz_t b, const mpz_t p)
{
	mpz_t		x;
	mpz_t		y;
	bool		good = true;
	int			i;

	mpz_inits(x, y, NULL);
	for (i = 0; i < LIMBS; i++)
		good = good && r[i] <= LIMB_MASK;
	value_of(x, r);
	mpz_mul_2exp(y, p, 1);
	good = good && mpz_cmp(x, y) < 0;
	mpz_mul_2exp(x, x, EG_IFMA_LOG2_R);
	mpz_submul(x, a, b);
	mpz_mod(x, x, p);
	good = good && mpz_sgn(x) == 0;
	mpz_clears(x, y, NULL);
	return good;
}

static const test_modulus *
any_modulus(void)
{
	return &moduli[gmp_urandomm_ui(state, MODULI)];
}

static void
test_modulus_init(void)
{
	eg_group	group = moduli[0].group;
	eg_ifma_modulus modulus;
	mp_limb_t	ones[EG_MAX_LIMBS];
	mpz_t		x;
	mpz_t		y;
	unsigned long bad = 0;
	int			i;

	mpz_inits(x, y, NULL);
	for (i = 0; i < MODULI; i++)
	{
		test_modulus *m = &moduli[i];

		if (!eg_ifma_modulus_init(&m->modulus, &m->group))
			bad++;
		value_of(x, m->modulus.p.limb);
		bad += mpz_cmp(x, m->p) != 0;
		value_of(x, m->modulus.p1.limb);
		mpz_add_ui(y, m->p, 1);
		bad += mpz_cmp(x, y) != 0;
		value_of(x, m->modulus.one.limb);
		mpz_set_ui(y, 1);
		mpz_mul_2exp(y, y, EG_IFMA_LOG2_R);
		mpz_mod(y, y, m->p);
		bad += mpz_cmp(x, y) != 0;
		value_of(x, m->modulus.enter.limb);
		mpz_mul(y, y, y);
		mpz_mod(y, y, m->p);
		bad += mpz_cmp(x, y) != 0;
	}
	test_ok(bad == 0, "a modulus is prepared");

	bad = 0;
	group.limbs = 63;
	bad += eg_ifma_modulus_init(&modulus, &group);
	group.limbs = 64;
	group.low_ones = 3;
	bad += eg_ifma_modulus_init(&modulus, &group);
	group.low_ones = 4;
	group.high_ones = 3;
	bad += eg_ifma_modulus_init(&modulus, &group);
	memset(ones, 0xff, sizeof(ones));
	group.high_ones = 64;
	group.low_ones = 64;
	group.p = ones;
	bad += eg_ifma_modulus_init(&modulus, &group);
	test_ok(bad == 0, "a modulus of another shape is refused");
	mpz_clears(x, y, NULL);
}

static void
test_number_bytes(unsigned long count)
{
	unsigned long bad = 0;
	uint8_t		in[BYTES + 1];
	uint8_t		out[BYTES + 2];
	uint8_t		want[BYTES];
	eg_ifma_number number;
	mpz_t		x;
	mpz_t		bound;

	mpz_inits(x, bound, NULL);
	for (; count > 0; count--)
	{
		const test_modulus *m = any_modulus();
		const int	order = gmp_urandomb_ui(state, 1) ? 1 : -1;

		/* bytes in, in either order, at any address */
		mpz_set_ui(bound, 1);
		mpz_mul_2exp(bound, bound, 8 * BYTES);
		draw(x, bound, m->p);
		bytes_of(in + 1, x, order);
		if (order > 0)
			eg_ifma_number_import_be(&number, in + 1);
		else
			eg_ifma_number_import_le(&number, in + 1);
		value_of(bound, number.limb);
		bad += mpz_cmp(x, bound) != 0;

		/* bytes out, of a number below 2p */
		mpz_mul_2exp(bound, m->p, 1);
		draw(x, bound, m->p);
		limbs_of(number.limb, x);
		memset(out, GUARD, sizeof(out));
		eg_ifma_number_export_le(out + 1, &number, &m->modulus);
		mpz_mod(x, x, m->p);
		bytes_of(want, x, -1);
		bad += memcmp(out + 1, want, BYTES) != 0 ||
			out[0] != GUARD || out[BYTES + 1] != GUARD;
	}
	test_ok(bad == 0, "one number from and to bytes");
	mpz_clears(x, bound, NULL);
}

/* Imports n drawn numbers and looks for them in the lanes. */
static unsigned long
check_lanes_import(const test_modulus *m, unsigned n, int order)
{
	static uint8_t in[LANES][BYTES + 1];
	const uint8_t *from[LANES];
	eg_ifma_lanes lanes;
	uint64_t	want[LIMBS];
	mpz_t		x[LANES];
	mpz_t		bound;
	unsigned long bad = 0;
	unsigned	i;
	int			j;

	mpz_init_set_ui(bound, 1);
	mpz_mul_2exp(bound, bound, 8 * BYTES);
	for (i = 0; i < LANES; i++)
	{
		mpz_init(x[i]);
		if (i >= n)
			continue;
		draw(x[i], bound, m->p);
		bytes_of(in[i] + i % 2, x[i], order);
		from[i] = in[i] + i % 2;
	}
	memset(&lanes, GUARD, sizeof(lanes));
	if (order > 0)
		eg_ifma_lanes_import_be(&lanes, from, n);
	else
		eg_ifma_lanes_import_le(&lanes, from, n);
	for (i = 0; i < LANES; i++)
	{
		bool		good = true;

		limbs_of(want, x[i]);
		for (j = 0; j < LIMBS; j++)
			good = good && lanes.limb[j][i] == want[j];
		bad += !good;
		mpz_clear(x[i]);
	}
	mpz_clear(bound);
	return bad;
}

/* Exports n drawn numbers below 2p; nothing else may be written. */
static unsigned long
check_lanes_export(const test_modulus *m, unsigned n)
{
	static uint8_t out[LANES][BYTES + 2];
	uint8_t    *to[LANES];
	uint8_t		want[BYTES + 2];
	eg_ifma_lanes lanes;
	uint64_t	limb[LIMBS];
	mpz_t		x[LANES];
	mpz_t		bound;
	unsigned long bad = 0;
	unsigned	i;
	int			j;

	mpz_init(bound);
	mpz_mul_2exp(bound, m->p, 1);
	for (i = 0; i < LANES; i++)
	{
		mpz_init(x[i]);
		draw(x[i], bound, m->p);
		limbs_of(limb, x[i]);
		for (j = 0; j < LIMBS; j++)
			lanes.limb[j][i] = limb[j];
		to[i] = out[i] + 1;
	}
	memset(out, GUARD, sizeof(out));
	eg_ifma_lanes_export_le(to, n, &lanes, &m->modulus);
	for (i = 0; i < LANES; i++)
	{
		memset(want, GUARD, sizeof(want));
		mpz_mod(x[i], x[i], m->p);
		if (i < n)
			bytes_of(want + 1, x[i], -1);
		bad += memcmp(out[i], want, sizeof(want)) != 0;
		mpz_clear(x[i]);
	}
	mpz_clear(bound);
	return bad;
}

static void
test_lanes_bytes(unsigned long count)
{
	unsigned long bad = 0;

	for (; count > 2 * LANES; count -= 2 * LANES)
	{
		const test_modulus *m = any_modulus();
		const unsigned n = 1 + (unsigned) gmp_urandomm_ui(state, LANES);
		const int	order = gmp_urandomb_ui(state, 1) ? 1 : -1;

		bad += check_lanes_import(m, n, order);
		bad += check_lanes_export(m, n);
	}
	test_ok(bad == 0, "eight numbers from and to bytes");
}

static void
test_one(unsigned long count)
{
	unsigned long bad_mul = 0;
	unsigned long bad_sqr = 0;
	eg_ifma_number x;
	eg_ifma_number y;
	eg_ifma_number r;
	mpz_t		a;
	mpz_t		b;

	mpz_inits(a, b, NULL);
	for (; count > 0; count--)
	{
		const test_modulus *m = any_modulus();
		eg_ifma_number *to[3];

		to[0] = &r;
		to[1] = &x;
		to[2] = &y;
		draw_pair(a, b, m->p);
		limbs_of(x.limb, a);
		limbs_of(y.limb, b);
		eg_ifma_one_sqr(&r, &x, &m->modulus);
		bad_sqr += !is_product(r.limb, a, a, m->p);
		eg_ifma_one_mul(to[count % 3], &x, &y, &m->modulus);
		bad_mul += !is_product(to[count % 3]->limb, a, b, m->p);
		y = r;
		eg_ifma_one_mul(&r, &r, &r, &m->modulus);
		eg_ifma_one_sqr(&y, &y, &m->modulus);
		bad_sqr += memcmp(&y, &r, sizeof(r)) != 0;
	}
	test_ok(bad_mul == 0, "one number, multiplication");
	test_ok(bad_sqr == 0, "one number, squaring");
	mpz_clears(a, b, NULL);
}

static unsigned long
check_lanes(const eg_ifma_lanes *r, mpz_t *a, mpz_t *b, const mpz_t p)
{
	unsigned long bad = 0;
	uint64_t	limb[LIMBS];
	int			i;
	int			j;

	for (i = 0; i < LANES; i++)
	{
		for (j = 0; j < LIMBS; j++)
			limb[j] = r->limb[j][i];
		bad += !is_product(limb, a[i], b[i], p);
	}
	return bad;
}

static void
put_lane(eg_ifma_lanes *lanes, int i, const mpz_t x)
{
	uint64_t	limb[LIMBS];
	int			j;

	limbs_of(limb, x);
	for (j = 0; j < LIMBS; j++)
		lanes->limb[j][i] = limb[j];
}

static void
test_eight(unsigned long count)
{
	unsigned long bad_mul = 0;
	unsigned long bad_sqr = 0;
	eg_ifma_lanes x;
	eg_ifma_lanes y;
	eg_ifma_lanes r;
	mpz_t		a[LANES];
	mpz_t		b[LANES];
	int			i;

	for (i = 0; i < LANES; i++)
		mpz_inits(a[i], b[i], NULL);
	for (; count >= LANES; count -= LANES)
	{
		const test_modulus *m = any_modulus();
		eg_ifma_lanes *to[3];
		unsigned long k = gmp_urandomm_ui(state, 3);

		to[0] = &r;
		to[1] = &x;
		to[2] = &y;
		for (i = 0; i < LANES; i++)
		{
			draw_pair(a[i], b[i], m->p);
			put_lane(&x, i, a[i]);
			put_lane(&y, i, b[i]);
		}
		eg_ifma_eight_sqr(&r, &x, &m->modulus);
		bad_sqr += check_lanes(&r, a, a, m->p);
		eg_ifma_eight_mul(to[k], &x, &y, &m->modulus);
		bad_mul += check_lanes(to[k], a, b, m->p);
		y = r;
		eg_ifma_eight_mul(&r, &r, &r, &m->modulus);
		eg_ifma_eight_sqr(&y, &y, &m->modulus);
		bad_sqr += memcmp(&y, &r, sizeof(r)) != 0;
	}
	test_ok(bad_mul == 0, "eight numbers, multiplication");
	test_ok(bad_sqr == 0, "eight numbers, squaring");
	for (i = 0; i < LANES; i++)
		mpz_clears(a[i], b[i], NULL);
}

/* Whether little-endian bytes are x / R^k mod p, canonical. */
static bool
is_residue(const uint8_t *bytes, const mpz_t x, uint64_t k, const mpz_t p)
{
	mpz_t		y;
	mpz_t		z;
	bool		good;

	mpz_inits(y, z, NULL);
	mpz_import(y, BYTES, -1, 1, 0, 0, bytes);
	good = mpz_cmp(y, p) < 0;
	mpz_set_ui(z, 2);
	mpz_powm_ui(z, z, EG_IFMA_LOG2_R, p);
	mpz_powm_ui(z, z, k, p);
	mpz_mul(y, y, z);
	mpz_sub(y, y, x);
	mpz_mod(y, y, p);
	good = good && mpz_sgn(y) == 0;
	mpz_clears(y, z, NULL);
	return good;
}

/* A batch multiplied and merged, of any size up to three times the lanes. */
#define MAX_BATCH	(3 * LANES)

static void
test_products(unsigned long count)
{
	static uint8_t elements[MAX_BATCH][EG_ELEMENT_BYTES];
	static uint8_t residues[2][MAX_BATCH + 1][EG_RESIDUE_BYTES];
	uint8_t		guard[EG_RESIDUE_BYTES];
	mpz_t		x[MAX_BATCH];
	mpz_t		y;
	unsigned long bad = 0;
	unsigned long n;
	unsigned long i;

	mpz_init(y);
	for (i = 0; i < MAX_BATCH; i++)
		mpz_init(x[i]);
	memset(guard, GUARD, sizeof(guard));
	for (; count > 2 * MAX_BATCH; count -= 2 * n + 1)
	{
		const test_modulus *m = any_modulus();

		n = gmp_urandomm_ui(state, MAX_BATCH + 1);
		memset(residues, GUARD, sizeof(residues));
		for (i = 0; i < n; i++)
		{
			draw(x[i], m->p, m->p);
			bytes_of(residues[0][i], x[i], -1);
			draw(y, m->p, m->p);
			bytes_of(residues[1][i], y, -1);
			bytes_of(elements[i], y, 1);
			mpz_mul(x[i], x[i], y);
		}
		eg_product_ifma_merge(&m->modulus, residues[1][0], residues[0][0], n);
		eg_product_ifma_multiply(&m->modulus, residues[0][0], elements[0], n);
		for (i = 0; i < n; i++)
			bad += !is_residue(residues[0][i], x[i], 1, m->p);
		bad += memcmp(residues[0], residues[1], sizeof(residues[0])) != 0;
		bad += memcmp(residues[0][n], guard, sizeof(guard)) != 0;
	}
	test_ok(bad == 0, "batches of products");
	for (i = 0; i < MAX_BATCH; i++)
		mpz_clear(x[i]);
	mpz_clear(y);
}

static void
test_power(unsigned long count)
{
	unsigned long bad = 0;
	uint8_t		element[EG_ELEMENT_BYTES];
	uint8_t		residue[EG_RESIDUE_BYTES];
	mpz_t		x;

	mpz_init(x);
	for (; count > 0; count--)
	{
		const test_modulus *m = any_modulus();
		uint64_t	weight = gmp_urandomb_ui(state, 64);

		weight >>= gmp_urandomm_ui(state, 64);
		weight = weight > 0 ? weight : 1;
		if (gmp_urandomb_ui(state, 2) != 0)
			weight = 1 + weight % 1000;
		draw(x, m->p, m->p);
		bytes_of(element, x, 1);
		eg_product_ifma_power(&m->modulus, residue, element, weight);
		mpz_powm_ui(x, x, weight, m->p);
		bad += !is_residue(residue, x, weight - 1, m->p);
	}
	test_ok(bad == 0, "powers");
	mpz_clear(x);
}

int
main(void)
{
	int			i;

	if (!eg_cpu_has_ifma())
	{
		printf("1..0 # SKIP no AVX-512 IFMA on this machine\n");
		return EXIT_SUCCESS;
	}
	test_begin();
	gmp_randinit_mt(state);
	gmp_randseed_ui(state, TEST_SEED);
	for (i = 0; i < MODULI; i++)
		set_modulus(&moduli[i], i);
	use_group(&moduli[0], &eg_group_2_1_0);
	use_group(&moduli[1], &eg_group_1_x);
	mpz_init_set_ui(lazy_bound, 1);
	mpz_mul_2exp(lazy_bound, lazy_bound, 4095 + 32);

	test_modulus_init();
	test_number_bytes(INPUTS / 20);
	test_lanes_bytes(INPUTS / 5);
	test_one(INPUTS / 2);
	test_eight(INPUTS / 2);
	test_products(INPUTS / 5);
	test_power(INPUTS / 500);
	printf("# %lu inputs\n", tried);
	return test_end();
}

#else

int
main(void)
{
	printf("1..0 # SKIP no AVX-512 IFMA in this compiler\n");
	return EXIT_SUCCESS;
}

#endif
