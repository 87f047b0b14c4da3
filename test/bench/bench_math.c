/*
 * bench_math.c
 *		The arithmetic ring against plain GMP.
 *
 * Prints lines "bench NAME ours unit baseline unit ratio".  Ours and the
 * baseline run in turns on the same data, in thread CPU time; the times are
 * medians, the ratio is the median of the ratios of the turns, which noise of
 * the machine moves least.  Ratios above 1 are in our favour.  A line "path"
 * says which kernel the figures after it are for.
 */
#include <gmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "math/batch.h"
#include "math/fixed_base.h"
#include "math/ifma_eight.h"
#include "math/ifma_one.h"
#include "math/kernel.h"
#include "math/power.h"
#include "math/product.h"
#include "math/secret_power.h"

#include "cpu_time.h"

#define TURNS	41

/* A row of 8 products at a time, as a ballot of 4 options has them. */
#define PRODUCTS	8
#define ROWS		256

#define LIMBS			64
#define SCALAR_LIMBS	4
#define SCALARS			8

/*
 * What the check of a ballot of one contest takes: two chains with two powers
 * for each option and the contest, one with one for each of two Schnorr
 * proofs, and as many powers of g and of K as the proofs have pairs.
 */
#define BALLOT_PAIRS	(2 * 5)
#define BALLOT_CHAINS	(BALLOT_PAIRS + 1)
#define BALLOT_FIXED	(2 * BALLOT_PAIRS + 1)
#define BALLOT_POWERS	51

/* What encrypting it takes, of three bases; and a partial decryption. */
#define ENCRYPTION_POWERS	31
#define DECRYPTION_POWERS	(3 * SCALARS)

typedef struct data
{
	const eg_group *group;
	uint8_t    *elements;		/* ROWS rows of PRODUCTS elements */
	uint8_t		residues[PRODUCTS * EG_RESIDUE_BYTES];
	mp_limb_t	scalars[SCALARS][SCALAR_LIMBS];
	mp_limb_t	base[LIMBS];
	mp_limb_t	bases[SCALARS * LIMBS];
	mp_limb_t	result[LIMBS];
	eg_fixed_base public_table;
	eg_fixed_base secret_table;
	eg_chain	chains[BALLOT_CHAINS];
	mp_limb_t	chain_powers[BALLOT_CHAINS][2 * LIMBS];
	eg_fixed_power fixed[BALLOT_FIXED];
	mp_limb_t	fixed_powers[BALLOT_FIXED][LIMBS];
	eg_secret_power secret[ENCRYPTION_POWERS];
	eg_secret_power partials[SCALARS];
	eg_secret_power decryption[DECRYPTION_POWERS];
	mp_limb_t	secret_powers[ENCRYPTION_POWERS][LIMBS];
	mpz_t		p,
				q,
				x,
				product,
				element,
				sums[PRODUCTS],
				exponents[SCALARS];
} data;

typedef void (*work) (data *d);

static uint64_t
next_random(void)
{
	static uint64_t state = UINT64_C(0x656774616c6c7921);

	state ^= state >> 12;
	state ^= state << 25;
	state ^= state >> 27;
	return state * UINT64_C(0x2545F4914F6CDD1D);
}

static void
random_bytes(uint8_t *bytes, size_t n)
{
	while (n-- > 0)
		bytes[n] = (uint8_t) (next_random() >> 56);
}

static void *
allocate(size_t size)
{
	void	   *memory = malloc(size);

	if (memory == NULL)
	{
		fprintf(stderr, "out of memory\n");
		exit(EXIT_FAILURE);
	}
	return memory;
}

/* For the kernel in use. */
static void
make_table(data *d, eg_fixed_base *table, eg_table_use use)
{
	unsigned	window = eg_fixed_base_window(d->group, use);
	void	   *memory = allocate(eg_fixed_base_size(d->group, use, window));

	if (eg_fixed_base_init(table, d->group, use, window, memory, d->group->g,
						   NULL) != EG_OK)
		abort();
}

static void
make_tables(data *d)
{
	make_table(d, &d->public_table, EG_TABLE_PUBLIC);
	make_table(d, &d->secret_table, EG_TABLE_SECRET);
}

static void
make_ballot(data *d)
{
	size_t		i;

	for (i = 0; i < BALLOT_CHAINS; i++)
	{
		d->chains[i].base = d->bases + i % SCALARS * LIMBS;
		d->chains[i].n = i < BALLOT_PAIRS ? 2 : 1;
		d->chains[i].exponents = d->scalars[i % (SCALARS - 1)];
		d->chains[i].powers = d->chain_powers[i];
	}
	for (i = 0; i < BALLOT_FIXED; i++)
	{
		d->fixed[i].base = d->group->g;
		d->fixed[i].fixed = &d->public_table;
		d->fixed[i].exponent = d->scalars[i % SCALARS];
		d->fixed[i].power = d->fixed_powers[i];
	}
}

/* A^z, A^u and g^u for each A; and A^z alone. */
static void
make_secret_powers(data *d)
{
	size_t		i;

	for (i = 0; i < SCALARS; i++)
		d->partials[i] = (eg_secret_power) {d->bases + i * LIMBS, NULL,
			d->scalars[0], d->secret_powers[i]};
	for (i = 0; i < ENCRYPTION_POWERS; i++)
		d->secret[i] = (eg_secret_power) {d->group->g, &d->secret_table,
			d->scalars[i % SCALARS], d->secret_powers[i]};
	for (i = 0; i < DECRYPTION_POWERS; i++)
	{
		const mp_limb_t *u = d->scalars[i / 3];

		d->decryption[i] = (eg_secret_power) {d->bases + i / 3 * LIMBS, NULL,
			i % 3 == 0 ? d->scalars[0] : u, d->secret_powers[i]};
		if (i % 3 != 2)
			continue;
		d->decryption[i].base = d->group->g;
		d->decryption[i].fixed = &d->secret_table;
	}
}

static void
make_data(data *d)
{
	size_t		size = (size_t) ROWS * PRODUCTS * EG_ELEMENT_BYTES;
	size_t		i;

	d->group = &eg_group_2_1_0;
	d->elements = allocate(size);
	random_bytes(d->elements, size);

	/* Below p, whose highest 256 bits are all ones. */
	for (i = 0; i < size; i += EG_ELEMENT_BYTES)
		d->elements[i] &= 0xfe;

	mpz_inits(d->p, d->q, d->x, d->product, d->element, NULL);
	mpz_import(d->p, LIMBS, -1, 8, 0, 0, d->group->p);
	mpz_import(d->q, SCALAR_LIMBS, -1, 8, 0, 0, d->group->q);
	mpz_import(d->x, EG_ELEMENT_BYTES, 1, 1, 1, 0, d->elements);
	if (!eg_element_import(d->group, d->base, d->elements))
		abort();
	memcpy(d->residues, d->elements, sizeof(d->residues));

	/* Little-endian, the last bytes lead. */
	for (i = 0; i < PRODUCTS; i++)
	{
		d->residues[(i + 1) * EG_RESIDUE_BYTES - 1] &= 0x7f;
		mpz_init_set(d->sums[i], d->x);
	}
	for (i = 0; i < SCALARS; i++)
	{
		random_bytes((uint8_t *) d->scalars[i], sizeof(d->scalars[i]));
		d->scalars[i][SCALAR_LIMBS - 1] |= (mp_limb_t) 1 << 63;
		mpz_init(d->exponents[i]);
		mpz_import(d->exponents[i], SCALAR_LIMBS, -1, 8, 0, 0,
				   d->scalars[i]);
		eg_power(d->group, d->bases + i * LIMBS, d->group->g, d->scalars[i],
				 SCALAR_LIMBS);
	}
	make_ballot(d);
	make_secret_powers(d);
	make_tables(d);
}

static double
seconds_for(work function, data *d)
{
	double		start = cpu_seconds();

	function(d);
	return cpu_seconds() - start;
}

static int
compare_doubles(const void *a, const void *b)
{
	double		x = *(const double *) a;
	double		y = *(const double *) b;

	return (x > y) - (x < y);
}

static double
median(double *values)
{
	qsort(values, TURNS, sizeof(double), compare_doubles);
	return values[TURNS / 2];
}

/* Both functions do so many operations in a call. */
static void
bench(const char *name, data *d, work ours, work baseline, int operations)
{
	double		a[TURNS];
	double		b[TURNS];
	double		ratio[TURNS];
	double		scale = 1e6 / operations;
	int			i;

	ours(d);
	baseline(d);
	for (i = 0; i < TURNS; i++)
	{
		a[i] = seconds_for(ours, d);
		b[i] = seconds_for(baseline, d);
		ratio[i] = b[i] / a[i];
	}
	printf("bench %s %.4f us %.4f us %.4f\n", name, median(a) * scale,
		   median(b) * scale, median(ratio));
	fflush(stdout);
}

/* The tally's step: 512-byte elements as they come from the rows. */
static void
our_products(data *d)
{
	size_t		row = (size_t) PRODUCTS * EG_ELEMENT_BYTES;
	size_t		i;

	for (i = 0; i < ROWS; i++)
		eg_product_multiply(d->group, d->residues, d->elements + i * row,
							PRODUCTS);
}

static void
gmp_products(data *d)
{
	const uint8_t *element = d->elements;
	size_t		i;

	for (i = 0; i < (size_t) ROWS * PRODUCTS; i++)
	{
		mpz_import(d->element, EG_ELEMENT_BYTES, 1, 1, 1, 0, element);
		mpz_mul(d->product, d->sums[i % PRODUCTS], d->element);
		mpz_mod(d->sums[i % PRODUCTS], d->product, d->p);
		element += EG_ELEMENT_BYTES;
	}
}

#ifdef EG_HAVE_IFMA

/* Products alone, of numbers that stay in cache. */
static void
gmp_mulmod(data *d)
{
	int			i;

	mpz_set(d->element, d->x);
	for (i = 0; i < ROWS * PRODUCTS; i++)
	{
		mpz_mul(d->product, d->sums[0], d->element);
		mpz_mod(d->sums[0], d->product, d->p);
	}
}

static void
our_one_mulmod(data *d)
{
	const eg_ifma_modulus *modulus = eg_kernel_modulus(d->group);
	eg_ifma_number x;
	eg_ifma_number y;
	int			i;

	eg_ifma_number_import_le(&x, d->residues);
	eg_ifma_number_import_be(&y, d->elements);
	for (i = 0; i < ROWS * PRODUCTS; i++)
		eg_ifma_one_mul(&x, &x, &y, modulus);
	eg_ifma_number_export_le(d->residues, &x, modulus);
}

static void
our_eight_mulmod(data *d)
{
	const eg_ifma_modulus *modulus = eg_kernel_modulus(d->group);
	const uint8_t *from[PRODUCTS];
	const uint8_t *factor[PRODUCTS];
	uint8_t    *to[PRODUCTS];
	eg_ifma_lanes x;
	eg_ifma_lanes y;
	int			i;

	for (i = 0; i < PRODUCTS; i++)
	{
		to[i] = d->residues + i * EG_RESIDUE_BYTES;
		from[i] = to[i];
		factor[i] = d->elements + i * EG_ELEMENT_BYTES;
	}
	eg_ifma_lanes_import_le(&x, from, PRODUCTS);
	eg_ifma_lanes_import_be(&y, factor, PRODUCTS);
	for (i = 0; i < ROWS; i++)
		eg_ifma_eight_mul(&x, &x, &y, modulus);
	eg_ifma_lanes_export_le(to, PRODUCTS, &x, modulus);
}

#endif

static void
gmp_powers(data *d)
{
	int			i;

	for (i = 0; i < SCALARS; i++)
		mpz_powm(d->product, d->x, d->exponents[i], d->p);
}

static void
gmp_secret_powers(data *d)
{
	int			i;

	for (i = 0; i < SCALARS; i++)
		mpz_powm_sec(d->product, d->x, d->exponents[i], d->p);
}

static void
our_fixed_base(data *d)
{
	int			i;

	for (i = 0; i < SCALARS; i++)
		eg_fixed_base_power(&d->public_table, d->result, d->scalars[i]);
}

static void
run_secret(data *d, const eg_secret_power *powers, size_t n)
{
	size_t		offender;

	if (eg_secret_power_run(d->group, powers, n, &offender, NULL) != EG_OK)
		abort();
}

/* g^x */
static void
our_secret_fixed_base(data *d)
{
	run_secret(d, d->secret, SCALARS);
}

static void
our_encryption(data *d)
{
	run_secret(d, d->secret, ENCRYPTION_POWERS);
}

static void
gmp_encryption(data *d)
{
	int			i;

	for (i = 0; i < ENCRYPTION_POWERS; i++)
		mpz_powm(d->product, d->x, d->exponents[i % SCALARS], d->p);
}

static void
our_decryption(data *d)
{
	run_secret(d, d->decryption, DECRYPTION_POWERS);
}

static void
gmp_decryption(data *d)
{
	int			i;

	for (i = 0; i < DECRYPTION_POWERS; i++)
		mpz_powm_sec(d->product, d->x, d->exponents[i % SCALARS], d->p);
}

static void
our_powers(data *d)
{
	int			i;

	for (i = 0; i < SCALARS; i++)
		eg_power(d->group, d->result, d->base, d->scalars[i], SCALAR_LIMBS);
}

/* As many as a tally of 8 options has for a guardian. */
static void
our_secret_batch(data *d)
{
	run_secret(d, d->partials, SCALARS);
}

/* A^v M^c, as in the check of a proof, against two powers and a product. */
static void
our_power_products(data *d)
{
	const mp_limb_t *x[2] = {d->base, d->group->g};
	const mp_limb_t *e[2];
	int			i;

	for (i = 0; i < SCALARS; i++)
	{
		e[0] = d->scalars[i];
		e[1] = d->scalars[(i + 1) % SCALARS];
		if (eg_power_product(d->group, d->result, x, e, 2, NULL) != EG_OK)
			abort();
	}
}

static void
gmp_power_products(data *d)
{
	int			i;

	for (i = 0; i < SCALARS; i++)
	{
		mpz_powm(d->product, d->x, d->exponents[i], d->p);
		mpz_powm(d->element, d->x, d->exponents[(i + 1) % SCALARS], d->p);
		mpz_mul(d->product, d->product, d->element);
		mpz_mod(d->product, d->product, d->p);
	}
}

static void
our_ballot(data *d)
{
	eg_batch	batch = {d->group, d->chains, BALLOT_CHAINS, d->fixed,
	BALLOT_FIXED};

	if (eg_batch_run(&batch, NULL) != EG_OK)
		abort();
}

static void
gmp_ballot(data *d)
{
	int			i;

	for (i = 0; i < BALLOT_POWERS; i++)
		mpz_powm(d->product, d->x, d->exponents[i % SCALARS], d->p);
}

static void
our_membership(data *d)
{
	int			i;

	for (i = 0; i < SCALARS; i++)
		d->result[i] = eg_is_member(d->group, d->base);
}

static void
gmp_membership(data *d)
{
	int			i;

	for (i = 0; i < SCALARS; i++)
		mpz_powm(d->product, d->x, d->q, d->p);
}

static void
print_machine(void)
{
	char		line[256];
	const char *model = "unknown\n";
	FILE	   *file = fopen("/proc/cpuinfo", "r");

	while (file != NULL && fgets(line, sizeof(line), file) != NULL)
	{
		if (strncmp(line, "model name", 10) == 0 && strchr(line, ':') != NULL)
		{
			model = strchr(line, ':') + 2;
			break;
		}
	}
	printf("cpu %s", model);
	printf("gmp %s\n", gmp_version);
	if (file != NULL)
		fclose(file);
}

int
main(void)
{
	static data d;

	print_machine();
	make_data(&d);
	printf("path portable\n");
	bench("mulmod_portable", &d, our_products, gmp_products,
		  ROWS * PRODUCTS);
	bench("fixed_base_public", &d, our_fixed_base, gmp_powers, SCALARS);
	bench("fixed_base_secret", &d, our_secret_fixed_base, gmp_secret_powers,
		  SCALARS);
	bench("power_public", &d, our_powers, gmp_powers, SCALARS);
	bench("power_secret_batch_portable", &d, our_secret_batch,
		  gmp_secret_powers, SCALARS);
	bench("power_product_2", &d, our_power_products, gmp_power_products,
		  SCALARS);
	bench("encryption_batch_portable", &d, our_encryption, gmp_encryption, 1);
	bench("decryption_batch_portable", &d, our_decryption, gmp_decryption,
		  SCALARS);
	bench("ballot_batch_portable", &d, our_ballot, gmp_ballot, 1);
	bench("membership", &d, our_membership, gmp_membership, SCALARS);
#ifdef EG_HAVE_IFMA
	if (!eg_kernel_use(EG_KERNEL_IFMA))
		return EXIT_SUCCESS;
	printf("path ifma\n");
	make_tables(&d);
	bench("mulmod_one_number", &d, our_one_mulmod, gmp_mulmod,
		  ROWS * PRODUCTS);
	bench("mulmod_eight_lanes", &d, our_eight_mulmod, gmp_mulmod,
		  ROWS * PRODUCTS);
	bench("mulmod_ifma", &d, our_products, gmp_products, ROWS * PRODUCTS);
	bench("power_secret_batch_ifma", &d, our_secret_batch, gmp_secret_powers,
		  SCALARS);
	bench("fixed_base_secret_ifma", &d, our_secret_fixed_base,
		  gmp_secret_powers, SCALARS);
	bench("encryption_batch_ifma", &d, our_encryption, gmp_encryption, 1);
	bench("decryption_batch_ifma", &d, our_decryption, gmp_decryption,
		  SCALARS);
	bench("ballot_batch_ifma", &d, our_ballot, gmp_ballot, 1);
#endif
	return EXIT_SUCCESS;
}
