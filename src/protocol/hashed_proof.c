/*
 * hashed_proof.c
 *		The Schnorr proofs that guard hashed ElGamal ciphertexts (38, 69).
 */
#include "protocol/hashed_proof.h"

#include "math/power.h"
#include "math/scalar.h"
#include "protocol/hash_uses.h"

/* a = g^v C0^c, if C0 is a member and v is below q. */
static const char *
recompute(uint8_t *a, const eg_hashed_ciphertext *hashed)
{
	const eg_group *group = &eg_group_2_1_0;
	mp_limb_t	c0[EG_MAX_LIMBS];
	mp_limb_t	c[EG_MAX_SCALAR_LIMBS];
	mp_limb_t	v[EG_MAX_SCALAR_LIMBS];
	const mp_limb_t *bases[2] = {group->g, c0};
	const mp_limb_t *exponents[2] = {v, c};

	if (!eg_element_import(group, c0, hashed->c0) || !eg_is_member(group, c0))
		return "C0 is not in the group of order q";
	if (!eg_scalar_import(group, c, hashed->proof->challenge) ||
		!eg_scalar_import(group, v, hashed->proof->response))
		return "challenge or response of its proof is not below q";
	eg_power_product(group, c0, bases, exponents, 2, NULL);
	eg_element_export(group, a, c0);
	return NULL;
}

static const char *
compare(const uint8_t *c, const eg_hashed_ciphertext *hashed)
{
	if (memcmp(c, hashed->proof->challenge, EG_HASH_BYTES) == 0)
		return NULL;
	return "its proof of knowledge does not verify";
}

const char *
eg_ballot_nonce_wrong(const eg_hashed_ciphertext *nonce, const uint8_t *h_i)
{
	uint8_t		a[EG_ELEMENT_BYTES];
	uint8_t		c[EG_HASH_BYTES];
	const char *wrong = recompute(a, nonce);

	if (wrong != NULL)
		return wrong;
	eg_ballot_nonce_challenge(c, h_i, a, nonce->c0, nonce->c1.data);
	return compare(c, nonce);
}

const char *
eg_contest_data_wrong(const eg_hashed_ciphertext *data, const uint8_t *h_i,
					  uint32_t contest)
{
	uint8_t		a[EG_ELEMENT_BYTES];
	uint8_t		c[EG_HASH_BYTES];
	const char *wrong = recompute(a, data);

	if (wrong != NULL)
		return wrong;
	eg_contest_data_challenge(c, h_i, contest, a, data->c0, data->c1);
	return compare(c, data);
}
