/*
 * guardian_sample.h
 *		The three guardians of the election of plain_sample.h, two a quorum.
 */
#ifndef EG_TEST_GUARDIAN_SAMPLE_H
#define EG_TEST_GUARDIAN_SAMPLE_H

#include "protocol/decryption_rounds.h"
#include "protocol/guardian_record.h"

#define GUARDIAN_SAMPLES	3

/* z_i or z^_i of guardian i, 32 bytes. */
extern void guardian_sample_share(uint8_t *share, uint32_t i, eg_key_use use);

/* What guardian i brings; share and nonce key are in the arena. */
extern eg_decryption_key guardian_sample_key(uint32_t i, eg_key_use use,
											 const eg_arena *arena);

/* Settled; without proofs, which decryption does not look at. */
extern eg_guardian_record *guardian_sample_record(const eg_arena *arena);

#endif
