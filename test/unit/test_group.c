/*
 * test_group.c
 *		Every constant of the groups, against mpz; import and export.
 */
#include "test.h"
#include "test_groups.h"

typedef struct numbers
{
	mpz_t		p,
				q,
				g,
				r,
				t;
} numbers;

static void
begin_numbers(numbers *z, const eg_group *group)
{
	mpz_inits(z->p, z->q, z->g, z->r, z->t, NULL);
	limbs_to_mpz(z->p, group->p, group->limbs);
	limbs_to_mpz(z->q, group->q, group->scalar_limbs);
	limbs_to_mpz(z->g, group->g, group->limbs);
	mpz_sub_ui(z->t, z->p, 1);
	mpz_fdiv_q(z->r, z->t, z->q);
}

static void
end_numbers(numbers *z)
{
	mpz_clears(z->p, z->q, z->g, z->r, z->t, NULL);
}

static void
test_parameters(const eg_group *group)
{
	numbers		z;

	begin_numbers(&z, group);

	test_ok(mpz_size(z.p) == group->limbs &&
			mpz_size(z.q) == group->scalar_limbs &&
			group->limbs <= EG_MAX_LIMBS &&
			group->scalar_limbs <= EG_MAX_SCALAR_LIMBS &&
			group->element_bytes == 8 * group->limbs &&
			group->scalar_bytes == 8 * group->scalar_limbs,
			"%s: sizes", group->name);
	test_ok(mpz_probab_prime_p(z.p, 20) && mpz_probab_prime_p(z.q, 20),
			"%s: p and q are prime", group->name);

	mpz_mul(z.t, z.q, z.r);
	mpz_add_ui(z.t, z.t, 1);
	test_ok(mpz_cmp(z.t, z.p) == 0, "%s: p = q r + 1", group->name);

	mpz_fdiv_r(z.t, z.r, z.q);
	test_ok(mpz_sgn(z.t) != 0, "%s: r is no multiple of q", group->name);

	mpz_set_ui(z.t, 2);
	mpz_powm(z.t, z.t, z.r, z.p);
	test_ok(mpz_cmp(z.t, z.g) == 0, "%s: g = 2^r mod p", group->name);
	mpz_powm(z.t, z.g, z.q, z.p);
	test_ok(mpz_cmp_ui(z.g, 1) != 0 && mpz_cmp_ui(z.t, 1) == 0,
			"%s: g is of order q", group->name);
	end_numbers(&z);
}

static void
test_derived(const eg_group *group)
{
	numbers		z;
	size_t		n = group->limbs;
	mp_limb_t	ones = ~(mp_limb_t) 0;
	bool		passed;
	size_t		i;

	begin_numbers(&z, group);

	mpz_set_ui(z.t, 0);
	mpz_setbit(z.t, 64 * n);
	mpz_fdiv_r(z.t, z.t, z.p);
	passed = limbs_equal_mpz(group->r1, n, z.t);
	mpz_mul(z.t, z.t, z.t);
	mpz_fdiv_r(z.t, z.t, z.p);
	test_ok(passed && limbs_equal_mpz(group->r2, n, z.t),
			"%s: r1 = R mod p, r2 = R^2 mod p", group->name);
	test_ok(group->neg_inverse * group->p[0] == ones,
			"%s: neg_inverse", group->name);

	/* Reduction asks no more than this of the ones, but no less. */
	passed = group->low_ones == group->high_ones && 2 * group->low_ones < n;
	for (i = 0; i < group->low_ones; i++)
		passed = passed && group->p[i] == ones && group->p[n - 1 - i] == ones;
	passed = passed && group->p[i] != ones && group->p[n - 1 - i] != ones;
	test_ok(passed, "%s: low_ones, high_ones", group->name);

	if (group->q_gap != 0)
	{
		mpz_set_ui(z.t, 0);
		mpz_setbit(z.t, 64 * group->scalar_limbs);
		mpz_sub_ui(z.t, z.t, group->q_gap);
		test_ok(mpz_cmp(z.t, z.q) == 0, "%s: q_gap", group->name);
	}
	end_numbers(&z);
}

/* Standard parameters, spec 3.1.1: properties 1 to 4. */
static void
test_real_group(const eg_group *group, uint8_t id)
{
	numbers		z;

	begin_numbers(&z, group);
	test_ok(group->id == id && eg_group_by_id(id) == group,
			"%s: id", group->name);
	test_ok(group->limbs == 64 && group->scalar_limbs == 4 &&
			group->low_ones == 4 && group->high_ones == 4 &&
			group->q_gap == 189 && group->element_bytes == EG_ELEMENT_BYTES &&
			group->scalar_bytes == EG_SCALAR_BYTES,
			"%s: shape of the real groups", group->name);
	mpz_fdiv_q_2exp(z.t, z.r, 1);
	test_ok(mpz_even_p(z.r) && mpz_probab_prime_p(z.t, 10),
			"%s: (p - 1) / 2q is prime", group->name);
	test_ok(mpz_fdiv_ui(z.p, 8) == 7, "%s: p = 7 mod 8", group->name);
	end_numbers(&z);
}

/*
 * The middle of p is made of the bits of ln(2) = sum of 1 / (k 2^k), plus the
 * delta that the spec gives.
 */
static void
test_middle_of_p(void)
{
	numbers		z;
	mpz_t		sum,
				term;
	unsigned	k;

	begin_numbers(&z, test_group(REAL_2_1_0));
	mpz_inits(sum, term, NULL);
	for (k = 1; k < 3700; k++)
	{
		mpz_set_ui(term, 0);
		mpz_setbit(term, 3584 + 128);
		mpz_fdiv_q_2exp(term, term, k);
		mpz_fdiv_q_ui(term, term, k);
		mpz_add(sum, sum, term);
	}
	mpz_fdiv_q_2exp(sum, sum, 128);

	mpz_set_str(term, "287975203778583638958138611533602521491887169409704874"
				"643524560756486080635197037903", 10);
	mpz_add(sum, sum, term);
	mpz_mul_2exp(sum, sum, 256);

	/* Replaces the middle of a number that has the ones on either side. */
	mpz_set_ui(z.t, 0);
	mpz_setbit(z.t, 4096);
	mpz_sub_ui(z.t, z.t, 1);
	mpz_set_ui(term, 0);
	mpz_setbit(term, 3584);
	mpz_sub_ui(term, term, 1);
	mpz_mul_2exp(term, term, 256);
	mpz_sub(z.t, z.t, term);
	mpz_add(z.t, z.t, sum);
	test_ok(limbs_equal_mpz(test_group(REAL_2_1_0)->p, 64, z.t),
			"2.1.0: p = 2^4096 - 2^3840 + 2^256 (ln 2 + delta) + 2^256 - 1");
	mpz_clears(sum, term, NULL);
	end_numbers(&z);
}

static void
test_import(const eg_group *group)
{
	mp_limb_t	x[EG_MAX_LIMBS];
	mp_limb_t	y[EG_MAX_LIMBS];
	uint8_t		bytes[EG_ELEMENT_BYTES];
	uint8_t		again[EG_ELEMENT_BYTES];
	size_t		n = group->limbs;
	bool		passed = true;
	mpz_t		z;
	int			i;

	mpz_init(z);
	for (i = 0; i < 200; i++)
	{
		if (i < TEST_EDGES)
			test_edge(x, group->p, n, i);
		else
			test_random_element(group, x);
		eg_element_export(group, bytes, x);
		mpz_import(z, group->element_bytes, 1, 1, 1, 0, bytes);
		passed = passed && limbs_equal_mpz(x, n, z);
		passed = passed &&
			eg_element_import(group, y, bytes) == (mpz_sgn(z) != 0);
		passed = passed && mpn_cmp(x, y, n) == 0;
		eg_element_export(group, again, y);
		passed = passed && memcmp(bytes, again, group->element_bytes) == 0;
	}
	test_ok(passed, "%s: elements survive export and import", group->name);

	mpn_copyi(x, group->p, n);
	eg_element_export(group, bytes, x);
	passed = !eg_element_import(group, y, bytes);
	mpn_add_1(x, x, n, 1);
	eg_element_export(group, bytes, x);
	passed = passed && !eg_element_import(group, y, bytes);
	memset(bytes, 0xff, sizeof(bytes));
	passed = passed && !eg_element_import(group, y, bytes);
	memset(bytes, 0, sizeof(bytes));
	passed = passed && !eg_element_import(group, y, bytes);
	test_ok(passed, "%s: 0, p and above are no elements", group->name);
	mpz_clear(z);
}

int
main(void)
{
	int			i;

	test_begin();
	for (i = 0; i < TEST_GROUPS; i++)
	{
		test_parameters(test_group(i));
		test_derived(test_group(i));
		test_import(test_group(i));
	}
	test_real_group(test_group(REAL_2_1_0), EG_GROUP_2_1_0);
	test_real_group(test_group(REAL_1_X), EG_GROUP_1_X);
	test_middle_of_p();

	test_ok(eg_group_by_id(0) == NULL && eg_group_by_id(3) == NULL &&
			eg_group_by_id(255) == NULL, "no other group has an id");
	return test_end();
}
