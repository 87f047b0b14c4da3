/*
 * contest_data_cipher.c
 *		Contest data under the keys that follow from beta (3.3.10, 3.6.6).
 */
#include "protocol/contest_data_cipher.h"

#define BLOCK_BYTES		32

/* Keys between two looks at the stop function: far below 10 ms. */
#define BLOCKS_PER_LOOK	1024

eg_status
eg_contest_data_crypt(uint8_t *result, const uint8_t *h_i, uint32_t contest,
					  const uint8_t *alpha, const uint8_t *beta,
					  eg_bytes data, const eg_stop *stop)
{
	size_t		blocks = data.size / BLOCK_BYTES;
	eg_status	status = EG_OK;
	uint8_t		h[EG_HASH_BYTES];
	uint8_t		key[EG_HASH_BYTES];

	eg_contest_data_secret_key(h, h_i, contest, alpha, beta);
	for (size_t i = 0; i < blocks && status == EG_OK; i++)
	{
		if (i % BLOCKS_PER_LOOK == 0 && eg_stop_requested(stop))
			status = EG_INTERRUPTED;
		eg_contest_data_encryption_key(key, h, contest, (uint32_t) blocks,
									   (uint32_t) i + 1);
		for (size_t j = i * BLOCK_BYTES; j < (i + 1) * BLOCK_BYTES; j++)
			result[j] = data.data[j] ^ key[j % BLOCK_BYTES];
	}
	sodium_memzero(h, sizeof(h));
	sodium_memzero(key, sizeof(key));
	return status;
}
