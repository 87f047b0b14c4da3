/*
 * test_share_polynomial.c
 *		P(l) and g^P(l), against mpz and against each other.
 */
#include "math/power.h"
#include "math/scalar.h"
#include "protocol/share_polynomial.h"

#include "test.h"

#define MOST	255				/* coefficients, and l */

static const eg_group *const group = &eg_group_2_1_0;

static uint8_t coefficients[MOST * EG_SCALAR_BYTES];
static uint8_t commitments[MOST * EG_ELEMENT_BYTES];

/* Scalars that provoke carries, and q - 1 among them */
static void
make_coefficients(uint32_t k)
{
	for (uint32_t j = 0; j < k; j++)
	{
		mp_limb_t	a[EG_MAX_SCALAR_LIMBS];

		if (test_random() % 4 == 0)
			test_edge(a, group->q, group->scalar_limbs,
					  (int) (test_random() % TEST_EDGES));
		else
			test_random_scalar(group, a);
		eg_scalar_export(group, coefficients + j * EG_SCALAR_BYTES, a);
	}
}

/* sum of a_j l^j mod q, as written in equation 7 */
static bool
is_value(const mp_limb_t *share, uint32_t k, uint32_t l)
{
	mpz_t		sum,
				term,
				power,
				q;
	bool		result;

	mpz_inits(sum, term, power, q, NULL);
	limbs_to_mpz(q, group->q, group->scalar_limbs);
	for (uint32_t j = 0; j < k; j++)
	{
		mpz_import(term, EG_SCALAR_BYTES, 1, 1, 1, 0,
				   coefficients + j * EG_SCALAR_BYTES);
		mpz_ui_pow_ui(power, l, j);
		mpz_addmul(sum, term, power);
	}
	mpz_mod(sum, sum, q);
	result = limbs_equal_mpz(share, group->scalar_limbs, sum);
	mpz_clears(sum, term, power, q, NULL);
	return result;
}

static void
test_values(void)
{
	static const uint32_t sizes[] = {1, 2, 3, 5, 254, 255};
	static const uint32_t places[] = {1, 2, 3, 128, 254, 255};

	for (size_t i = 0; i < lengthof(sizes); i++)
	{
		bool		passed = true;

		for (int times = 0; times < 20; times++)
		{
			make_coefficients(sizes[i]);
			for (size_t j = 0; j < lengthof(places); j++)
			{
				mp_limb_t	share[EG_MAX_SCALAR_LIMBS];

				eg_polynomial_at(group, share, coefficients, sizes[i],
								 places[j]);
				passed = passed && is_value(share, sizes[i], places[j]);
			}
		}
		test_ok(passed, "P(l) of %u coefficients", sizes[i]);
	}
}

static void
commit(uint32_t k)
{
	for (uint32_t j = 0; j < k; j++)
	{
		mp_limb_t	a[EG_MAX_SCALAR_LIMBS];
		mp_limb_t	x[EG_MAX_LIMBS];

		eg_scalar_import(group, a, coefficients + j * EG_SCALAR_BYTES);
		eg_power(group, x, group->g, a, group->scalar_limbs);
		eg_element_export(group, commitments + j * EG_ELEMENT_BYTES, x);
	}
}

static void
test_commitments(uint32_t k)
{
	static const uint32_t places[] = {1, 2, 255};

	make_coefficients(k);
	commit(k);
	for (size_t i = 0; i < lengthof(places); i++)
	{
		mp_limb_t	share[EG_MAX_SCALAR_LIMBS];
		mp_limb_t	expected[EG_MAX_LIMBS];
		mp_limb_t	r[EG_MAX_LIMBS];
		eg_status	status;

		eg_polynomial_at(group, share, coefficients, k, places[i]);
		eg_power(group, expected, group->g, share, group->scalar_limbs);
		status = eg_commitments_at(group, r, commitments, k, places[i], NULL);
		test_ok(status == EG_OK && mpn_cmp(r, expected, group->limbs) == 0,
				"g^P(%u) from %u commitments", places[i], k);
	}
}

static void
test_refusals(void)
{
	int			left = 3;
	eg_stop		stop = {test_stop_after, &left};
	mp_limb_t	r[EG_MAX_LIMBS];

	make_coefficients(5);
	commit(5);
	test_ok(eg_commitments_at(group, r, commitments, 5, 2,
							  &stop) == EG_INTERRUPTED && left == 0,
			"interrupted between commitments");
	memset(commitments + 2 * EG_ELEMENT_BYTES, 0, EG_ELEMENT_BYTES);
	test_ok(eg_commitments_at(group, r, commitments, 5, 2, NULL) == EG_INVALID,
			"a commitment of 0");
	eg_element_export(group, commitments + 2 * EG_ELEMENT_BYTES, group->p);
	test_ok(eg_commitments_at(group, r, commitments, 5, 2, NULL) == EG_INVALID,
			"a commitment of p");
}

int
main(void)
{
	test_begin();
	test_values();
	test_commitments(1);
	test_commitments(3);
	test_commitments(20);
	test_refusals();
	return test_end();
}
