/*
 * bench_kernel.c
 *		A bare kernel on as many products as a tally has.
 *
 *		bench_kernel portable|ifma PRODUCTS ROWS
 *
 * Prints the seconds of thread CPU time in which the kernel multiplies so many
 * rows of so many elements into one row, each read once from memory.  This is
 * what the aggregates are measured against: a ballot of 4 options is a row of
 * 8, a ciphertext one of 2.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "math/kernel.h"
#include "math/product.h"

#include "cpu_time.h"

#define MOST_PRODUCTS	8

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

int
main(int argc, char **argv)
{
	static uint8_t residues[MOST_PRODUCTS * EG_RESIDUE_BYTES];
	long		products = argc == 4 ? atol(argv[2]) : 0;
	long		rows = argc == 4 ? atol(argv[3]) : 0;
	size_t		row = (size_t) products * EG_ELEMENT_BYTES;
	uint8_t    *elements;
	double		start;
	long		i;

	if (products < 1 || products > MOST_PRODUCTS || rows < 1 ||
		!eg_kernel_use(strcmp(argv[1], "ifma") == 0 ?
					   EG_KERNEL_IFMA : EG_KERNEL_PORTABLE))
	{
		fprintf(stderr, "usage: bench_kernel portable|ifma PRODUCTS ROWS\n");
		return EXIT_FAILURE;
	}
	elements = malloc((size_t) rows * row);
	if (elements == NULL)
	{
		fprintf(stderr, "out of memory\n");
		return EXIT_FAILURE;
	}
	random_elements(elements, (size_t) rows * row);
	for (i = 0; i < products; i++)
		residues[i * EG_RESIDUE_BYTES] = 1;

	start = cpu_seconds();
	for (i = 0; i < rows; i++)
		eg_product_multiply(&eg_group_2_1_0, residues,
							elements + (size_t) i * row, (size_t) products);
	printf("%.9f\n", cpu_seconds() - start);
	free(elements);
	return EXIT_SUCCESS;
}
