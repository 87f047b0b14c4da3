/*
 * test_product.c
 *		Long products: counts, weights, merges, and residues of other kernels.
 */
#include "math/product.h"

#include "test.h"
#include "test_groups.h"

#define VECTOR_LOG2_R	4160

/* Eight lanes and some that are left over. */
#define BATCH	11

typedef struct numbers
{
	const eg_group *group;
	mpz_t		p,
				x,
				y;
} numbers;

static void
begin_numbers(numbers *z, const eg_group *group)
{
	z->group = group;
	mpz_inits(z->p, z->x, z->y, NULL);
	limbs_to_mpz(z->p, group->p, group->limbs);
}

static void
end_numbers(numbers *z)
{
	mpz_clears(z->p, z->x, z->y, NULL);
}

static void
element_from_mpz(uint8_t *element, const mpz_t x)
{
	size_t		size = (mpz_sizeinbase(x, 2) + 7) / 8;

	memset(element, 0, EG_ELEMENT_BYTES);
	mpz_export(element + EG_ELEMENT_BYTES - size, NULL, 1, 1, 1, 0, x);
}

static void
residue_from_mpz(uint8_t *residue, const mpz_t x)
{
	memset(residue, 0, EG_RESIDUE_BYTES);
	mpz_export(residue, NULL, -1, 1, -1, 0, x);
}

static void
random_element(numbers *z, mpz_t x, uint8_t *element)
{
	mp_limb_t	limbs[EG_MAX_LIMBS];

	do
		test_random_element(z->group, limbs);
	while (mpn_zero_p(limbs, z->group->limbs));
	limbs_to_mpz(x, limbs, z->group->limbs);
	element_from_mpz(element, x);
}

/* Whether the residue, through count products, stands for x. */
static bool
stands_for(numbers *z, const uint8_t *residue, uint64_t count,
		   uint16_t log2_r, const mpz_t x)
{
	eg_product_correction correction;
	uint8_t		element[EG_ELEMENT_BYTES];
	uint8_t		expected[EG_ELEMENT_BYTES];

	eg_product_correct(&correction, z->group, count, log2_r);
	eg_product_finish(&correction, element, residue);
	element_from_mpz(expected, x);
	return memcmp(element, expected, sizeof(element)) == 0;
}

/* x = x R^-count mod p */
static void
divide_by_r(numbers *z, mpz_t x, const mpz_t count, uint16_t log2_r)
{
	mpz_t		r,
				e;

	mpz_inits(r, e, NULL);
	mpz_set_ui(r, 2);
	mpz_mul_ui(e, count, log2_r);
	mpz_powm(r, r, e, z->p);
	mpz_invert(r, r, z->p);
	mpz_mul(x, x, r);
	mpz_mod(x, x, z->p);
	mpz_clears(r, e, NULL);
}

/* Batches of elements, from a pointer that is not aligned. */
static void
test_batches(const eg_group *group)
{
	numbers		z;
	uint8_t		residues[BATCH * EG_RESIDUE_BYTES + 1];
	uint8_t		elements[BATCH * EG_ELEMENT_BYTES + 1];
	mpz_t		expected[BATCH];
	uint16_t	log2_r = eg_product_log2_r(group);
	bool		passed = true;
	int			round,
				i;

	begin_numbers(&z, group);
	mpz_set_ui(z.x, 1);
	for (i = 0; i < BATCH; i++)
	{
		mpz_init_set_ui(expected[i], 1);
		residue_from_mpz(residues + 1 + i * EG_RESIDUE_BYTES, z.x);
	}

	for (round = 1; round <= 20; round++)
	{
		for (i = 0; i < BATCH; i++)
		{
			random_element(&z, z.x, elements + 1 + i * EG_ELEMENT_BYTES);
			mpz_mul(expected[i], expected[i], z.x);
			mpz_mod(expected[i], expected[i], z.p);
		}
		eg_product_multiply(group, residues + 1, elements + 1, BATCH);
		for (i = 0; i < BATCH; i++)
		{
			uint8_t    *residue = residues + 1 + i * EG_RESIDUE_BYTES;

			passed = passed && eg_product_valid(group, residue) &&
				stands_for(&z, residue, round, log2_r, expected[i]);
		}
	}
	eg_product_multiply(group, residues + 1, elements + 1, 0);
	passed = passed && stands_for(&z, residues + 1, 20, log2_r, expected[0]);
	test_ok(passed, "%s: products of batches", group->name);

	for (i = 0; i < BATCH; i++)
		mpz_clear(expected[i]);
	end_numbers(&z);
}

static void
test_weights(const eg_group *group)
{
	static const uint64_t weights[] = {
		1, 2, 3, 4, 5, 7, 100, 65535, 65536, UINT64_C(1) << 63, UINT64_MAX
	};
	numbers		z;
	uint8_t		residue[EG_RESIDUE_BYTES];
	uint8_t		element[EG_ELEMENT_BYTES];
	bool		passed = true;
	size_t		i;

	begin_numbers(&z, group);
	for (i = 0; i < lengthof(weights); i++)
	{
		random_element(&z, z.x, element);
		mpz_set_ui(z.y, weights[i]);
		mpz_powm(z.x, z.x, z.y, z.p);
		eg_product_power(group, residue, element, weights[i]);
		passed = passed && stands_for(&z, residue, weights[i] - 1,
									  eg_product_log2_r(group), z.x);
	}
	test_ok(passed, "%s: weights 1 to 2^64 - 1", group->name);
	end_numbers(&z);
}

static void
test_merge(const eg_group *group)
{
	numbers		z;
	uint8_t		a[BATCH * EG_RESIDUE_BYTES];
	uint8_t		b[BATCH * EG_RESIDUE_BYTES];
	uint8_t		element[EG_ELEMENT_BYTES];
	mpz_t		expected[BATCH];
	bool		passed = true;
	int			i;

	begin_numbers(&z, group);
	for (i = 0; i < BATCH; i++)
	{
		mpz_init(expected[i]);
		random_element(&z, z.x, element);
		eg_product_power(group, a + i * EG_RESIDUE_BYTES, element, 5);
		random_element(&z, z.y, element);
		eg_product_power(group, b + i * EG_RESIDUE_BYTES, element, 9);
		mpz_powm_ui(z.x, z.x, 5, z.p);
		mpz_powm_ui(z.y, z.y, 9, z.p);
		mpz_mul(expected[i], z.x, z.y);
		mpz_mod(expected[i], expected[i], z.p);
	}
	eg_product_merge(group, a, b, BATCH);
	for (i = 0; i < BATCH; i++)
	{
		passed = passed && stands_for(&z, a + i * EG_RESIDUE_BYTES,
									  4 + 8 + 1, eg_product_log2_r(group),
									  expected[i]);
		mpz_clear(expected[i]);
	}
	test_ok(passed, "%s: merge", group->name);
	end_numbers(&z);
}

/* Residues made by hand with the R of this kernel and of others. */
static void
test_corrections(const eg_group *group, uint16_t log2_r)
{
	static const uint64_t counts[] = {
		0, 1, 2, 3, 63, 64, 65, 1000, 999999, UINT64_C(1) << 40, UINT64_MAX
	};
	numbers		z;
	uint8_t		residue[EG_RESIDUE_BYTES];
	uint8_t		element[EG_ELEMENT_BYTES];
	bool		passed = true;
	size_t		i;

	begin_numbers(&z, group);
	for (i = 0; i < lengthof(counts); i++)
	{
		mpz_t		product;

		mpz_init(product);
		random_element(&z, product, element);
		mpz_set(z.x, product);
		mpz_set_ui(z.y, counts[i]);
		divide_by_r(&z, z.x, z.y, log2_r);
		residue_from_mpz(residue, z.x);
		passed = passed &&
			stands_for(&z, residue, counts[i], log2_r, product);

		eg_product_convert(group, residue, counts[i], log2_r);
		passed = passed && stands_for(&z, residue, 0, log2_r, product) &&
			stands_for(&z, residue, 0, eg_product_log2_r(group), product);
		mpz_clear(product);
	}
	test_ok(passed, "%s: counts 0 to 2^64 - 1 of R = 2^%u", group->name,
			log2_r);
	end_numbers(&z);
}

static void
test_valid(const eg_group *group)
{
	numbers		z;
	uint8_t		residue[EG_RESIDUE_BYTES] = {0};
	bool		passed;

	begin_numbers(&z, group);
	passed = !eg_product_valid(group, residue);
	residue[0] = 1;
	passed = passed && eg_product_valid(group, residue);
	mpz_sub_ui(z.x, z.p, 1);
	residue_from_mpz(residue, z.x);
	passed = passed && eg_product_valid(group, residue);
	residue_from_mpz(residue, z.p);
	passed = passed && !eg_product_valid(group, residue);
	mpz_add_ui(z.x, z.p, 1);
	residue_from_mpz(residue, z.x);
	passed = passed && !eg_product_valid(group, residue);
	memset(residue, 0, sizeof(residue));
	residue[0] = 1;
	residue[EG_RESIDUE_BYTES - 1] = 0xff;
	if (group->limbs < EG_MAX_LIMBS)
		passed = passed && !eg_product_valid(group, residue);
	memset(residue, 0xff, sizeof(residue));
	passed = passed && !eg_product_valid(group, residue);
	test_ok(passed, "%s: canonical residues", group->name);
	end_numbers(&z);
}

/*
 * Products that one kernel began and the other went on with, after conversion,
 * come out as those of one alone.
 */
static void
test_handover(const eg_group *group, eg_kernel from, eg_kernel to)
{
	numbers		z;
	uint8_t		residue[EG_RESIDUE_BYTES];
	uint8_t		other[EG_RESIDUE_BYTES];
	uint8_t		element[EG_ELEMENT_BYTES];
	uint16_t	log2_r;

	begin_numbers(&z, group);
	eg_kernel_use(from);
	log2_r = eg_product_log2_r(group);
	random_element(&z, z.x, element);
	eg_product_power(group, residue, element, 5);
	mpz_powm_ui(z.x, z.x, 5, z.p);

	eg_kernel_use(to);
	random_element(&z, z.y, element);
	eg_product_power(group, other, element, 3);
	mpz_powm_ui(z.y, z.y, 3, z.p);
	mpz_mul(z.x, z.x, z.y);
	mpz_mod(z.x, z.x, z.p);
	eg_product_convert(group, residue, 4, log2_r);
	eg_product_merge(group, other, residue, 1);
	test_ok(stands_for(&z, other, 2 + 1, eg_product_log2_r(group), z.x),
			"%s: a product from R = 2^%u to R = 2^%u", group->name, log2_r,
			eg_product_log2_r(group));
	end_numbers(&z);
}

static void
test_known_r(void)
{
	const eg_group *real = test_group(REAL_2_1_0);
	const eg_group *toy = test_group(TOY_256);
	bool		ifma = eg_kernel_in_use() == EG_KERNEL_IFMA;

	test_ok(eg_product_log2_r(real) == (ifma ? VECTOR_LOG2_R : 4096) &&
			eg_product_log2_r(toy) == 256, "R of the kernel");
	test_ok(eg_product_knows_r(real, 4096) &&
			eg_product_knows_r(real, VECTOR_LOG2_R) &&
			!eg_product_knows_r(real, 0) && !eg_product_knows_r(real, 4095) &&
			eg_product_knows_r(toy, 256) &&
			!eg_product_knows_r(toy, VECTOR_LOG2_R), "known values of R");
}

int
main(void)
{
	int			kernel,
				i;

	test_begin();
	for (kernel = 0; kernel < TEST_KERNELS; kernel++)
	{
		if (!test_kernel(kernel))
			continue;
		for (i = 0; i < TEST_GROUPS; i++)
		{
			const eg_group *group = test_group(i);

			test_batches(group);
			test_weights(group);
			test_merge(group);
			test_valid(group);
			test_corrections(group, 64 * group->limbs);
			test_corrections(group, VECTOR_LOG2_R);
		}
		test_known_r();
	}
	if (eg_kernel_available(EG_KERNEL_IFMA))
		for (i = REAL_2_1_0; i <= REAL_1_X; i++)
		{
			test_handover(test_group(i), EG_KERNEL_PORTABLE, EG_KERNEL_IFMA);
			test_handover(test_group(i), EG_KERNEL_IFMA, EG_KERNEL_PORTABLE);
		}
	return test_end();
}
