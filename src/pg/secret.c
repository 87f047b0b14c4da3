/*
 * secret.c
 *		Memory for secrets, which is wiped before it is given back.
 */
#include "secret.h"

#include <sodium.h>

typedef struct secret_block
{
	MemoryContextCallback callback;
	void	   *memory;
	size_t		size;
} secret_block;

#define BLOCK_HEADER	MAXALIGN(sizeof(secret_block))

static void
wipe_block(void *arg)
{
	secret_block *block = arg;

	sodium_memzero(block->memory, block->size);
}

static void
wipe_at_reset(secret_block *block, void *memory, size_t size)
{
	block->memory = memory;
	block->size = size;
	block->callback.func = wipe_block;
	block->callback.arg = block;
	MemoryContextRegisterResetCallback(CurrentMemoryContext,
									   &block->callback);
}

void *
eg_secret_memory(size_t size)
{
	secret_block *block = MemoryContextAllocExtended(CurrentMemoryContext,
													 BLOCK_HEADER + size,
													 MCXT_ALLOC_HUGE |
													 MCXT_ALLOC_ZERO);

	wipe_at_reset(block, (char *) block + BLOCK_HEADER, size);
	return block->memory;
}

void
eg_secret_adopt(void *memory, size_t size)
{
	wipe_at_reset(palloc(sizeof(secret_block)), memory, size);
}

eg_bytes
eg_getarg_secret_bytes(FunctionCallInfo fcinfo, int n)
{
	struct varlena *given = PG_GETARG_RAW_VARLENA_P(n);
	struct varlena *plain = pg_detoast_datum_packed(given);

	if (plain != given)
		eg_secret_adopt(plain, VARSIZE_ANY(plain));
	return eg_varlena_bytes(plain);
}

static void *
allocate_secret(void *context, size_t size)
{
	(void) context;
	return eg_secret_memory(size);
}

const eg_arena eg_secret_arena = {allocate_secret, NULL};
