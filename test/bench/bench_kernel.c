/*
 * bench_kernel.c
 *		The bare kernel on as many products as a tally of ballots has.
 *
 *		bench_kernel BALLOTS
 *
 * Prints the seconds of thread CPU time in which the kernel multiplies so many
 * ballots of 4 options into one tally, each read once from memory.  This is
 * what eg.tally(ballot) is measured against.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "math/product.h"

/* A and B of 4 options */
#define PRODUCTS	8

static void
random_elements(uint8_t *bytes, size_t size)
{
	uint64_t	state = UINT64_C(0x656774616c6c7921);
	size_t		i;

	for (i = 0; i < size; i++)
	{
		state ^= state << 13;
		state ^= state >> 7;
		state ^= state << 17;
		bytes[i] = (uint8_t) (state >> 32);
	}

	/* Below p, whose highest 256 bits are all ones. */
	for (i = 0; i < size; i += EG_ELEMENT_BYTES)
		bytes[i] &= 0x7f;
}

static double
cpu_seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (double) t.tv_sec + 1e-9 * (double) t.tv_nsec;
}

int
main(int argc, char **argv)
{
	static uint8_t residues[PRODUCTS * EG_RESIDUE_BYTES];
	const size_t row = (size_t) PRODUCTS * EG_ELEMENT_BYTES;
	long		ballots = argc == 2 ? atol(argv[1]) : 0;
	uint8_t    *elements;
	double		start;
	long		i;

	if (ballots < 1)
	{
		fprintf(stderr, "usage: bench_kernel BALLOTS\n");
		return EXIT_FAILURE;
	}
	elements = malloc((size_t) ballots * row);
	if (elements == NULL)
	{
		fprintf(stderr, "out of memory\n");
		return EXIT_FAILURE;
	}
	random_elements(elements, (size_t) ballots * row);
	for (i = 0; i < PRODUCTS; i++)
		residues[i * EG_RESIDUE_BYTES] = 1;

	start = cpu_seconds();
	for (i = 0; i < ballots; i++)
		eg_product_multiply(&eg_group_2_1_0, residues,
							elements + (size_t) i * row, PRODUCTS);
	printf("%.9f\n", cpu_seconds() - start);
	free(elements);
	return EXIT_SUCCESS;
}
