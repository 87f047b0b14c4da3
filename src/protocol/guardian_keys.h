/*
 * guardian_keys.h
 *		A guardian's keys, and his proof that he knows them (spec 3.2.2).
 */
#ifndef EG_GUARDIAN_KEYS_H
#define EG_GUARDIAN_KEYS_H

#include "math/fixed_base.h"
#include "protocol/guardian_secret.h"
#include "protocol/random.h"

/*
 * What the functions of the key ceremony work with: a table of powers of g, or
 * NULL; memory for public things, and for secrets, which its owner wipes.
 */
typedef struct eg_ceremony
{
	const eg_fixed_base *generator;
	const eg_arena *arena;
	const eg_arena *secrets;
	const eg_stop *stop;
} eg_ceremony;

/*
 * Makes guardian i's two polynomials, his communication key, and the proofs
 * that he knows them (equations 7 to 13).  The secret has index, n and k;
 * memory of eg_guardian_secret_room bytes gets what is to be sealed.  The
 * public part lives in the arena.
 *
 * Drawn, in this order: a_i,0 .. a_i,k-1; a^_i,0 .. a^_i,k-1; zeta_i; u_i,0 ..
 * u_i,k; u^_i,0 .. u^_i,k.  The key for nonces of decryptions is no part of
 * the protocol and always fresh.  Constant time in all of them.
 */
extern bool eg_guardian_create(eg_guardian_secret *secret, uint8_t *memory,
							   eg_guardian *public_key,
							   const eg_random *random,
							   const eg_ceremony *ceremony, eg_fault *fault);

/*
 * Whether the secret, of the ceremony, belongs to this public key: every
 * commitment and the communication key are compared.  Constant time in the
 * secret.
 */
extern bool eg_guardian_owns(bool *owns, const eg_guardian_secret *secret,
							 const eg_guardian *public_key,
							 const eg_ceremony *ceremony, eg_fault *fault);

/*
 * The hash that a guardian gives out before any guardian shows his keys, so
 * that the last one cannot choose his by the others' (hash_uses.h).
 */
extern void eg_key_commitment(uint8_t *commitment, uint32_t n, uint32_t k,
							  const eg_guardian *public_key);

#endif
