/*
 * contest_data_cipher.h
 *		Contest data under the keys that follow from beta (3.3.10, 3.6.6).
 */
#ifndef EG_CONTEST_DATA_CIPHER_H
#define EG_CONTEST_DATA_CIPHER_H

#include "math/status.h"
#include "protocol/hash_uses.h"

/*
 * D = C1 xor k_1, ..., k_b (65, 66; 104 to 106), or C1 from D: size bytes, 32
 * for each of b < 2^24 blocks.  Constant time in beta and the data, and
 * nothing is left behind.  EG_INTERRUPTED on a stop.
 */
extern eg_status eg_contest_data_crypt(uint8_t *result, const uint8_t *h_i,
									   uint32_t contest,
									   const uint8_t *alpha,
									   const uint8_t *beta, eg_bytes data,
									   const eg_stop *stop);

#endif
