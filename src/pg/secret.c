/*
 * secret.c
 *		Memory for secrets, which is wiped before it is given back.
 */
#include "secret.h"

#include <sodium.h>

typedef struct secret_block
{
	MemoryContextCallback callback;
	size_t		size;			/* of what follows */
} secret_block;

#define BLOCK_HEADER	MAXALIGN(sizeof(secret_block))

static void
wipe_block(void *arg)
{
	secret_block *block = arg;

	sodium_memzero((char *) block + BLOCK_HEADER, block->size);
}

void *
eg_secret_memory(size_t size)
{
	secret_block *block = MemoryContextAllocExtended(CurrentMemoryContext,
													 BLOCK_HEADER + size,
													 MCXT_ALLOC_HUGE |
													 MCXT_ALLOC_ZERO);

	block->size = size;
	block->callback.func = wipe_block;
	block->callback.arg = block;
	MemoryContextRegisterResetCallback(CurrentMemoryContext,
									   &block->callback);
	return (char *) block + BLOCK_HEADER;
}

static void *
allocate_secret(void *context, size_t size)
{
	(void) context;
	return eg_secret_memory(size);
}

const eg_arena eg_secret_arena = {allocate_secret, NULL};
