/*
 * nonce_share.c
 *		Guardians' shares of the nonce of a challenged ballot (3.6.7).
 */
#include "protocol/nonce_share.h"

#include <stdio.h>

#include "math/lagrange.h"
#include "math/montgomery.h"
#include "math/power.h"
#include "math/scalar.h"
#include "math/secret_power.h"
#include "protocol/decryption_hashes.h"
#include "protocol/hashed_proof.h"
#include "protocol/json_fields.h"
#include "protocol/record_shapes.h"

static const eg_json_field share_fields[] = {
	{"guardian", EG_JSON_INDEX, REQUIRED, offsetof(eg_nonce_share, guardian),
	0, NULL},
	{"ballot_id", EG_JSON_LABEL, REQUIRED, offsetof(eg_nonce_share, ballot),
	0, NULL},
	{"partial_decryption", EG_JSON_ELEMENT, REQUIRED,
	offsetof(eg_nonce_share, element), 0, NULL},
	{"proof", EG_JSON_OBJECT, REQUIRED, offsetof(eg_nonce_share, proof), 0,
	&eg_shape_pair},
};

const eg_json_shape eg_shape_nonce_share =
{share_fields, 4, sizeof(eg_nonce_share), 0, 0, false};

/* H_I of a ballot whose nonce may be shared */
static bool
check_ballot(uint8_t *h_i, const eg_election *election,
			 const eg_ballot *ballot, eg_fault *fault)
{
	const char *wrong;

	fault->ballot = ballot->id;
	if (ballot->state != EG_BALLOT_CHALLENGED)
		return eg_fault_set(fault, EG_FAULT_MISMATCH,
							"the ballot is not challenged");
	if (ballot->preencrypted)
		return eg_fault_set(fault, EG_FAULT_LIMIT,
							"pre-encrypted ballots are not opened by this version");
	if (!eg_ballot_h_i(h_i, election, ballot, fault))
		return false;
	if (ballot->nonce == NULL || ballot->nonce->proof == NULL)
		return eg_fault_set(fault, EG_FAULT_VALUE,
							"the ballot has no encrypted nonce");
	wrong = eg_ballot_nonce_wrong(ballot->nonce, h_i);
	if (wrong == NULL)
		return true;
	snprintf(fault->path, sizeof(fault->path), "encrypted_nonce");
	return eg_fault_set(fault, EG_FAULT_VALUE, wrong);
}

/*
 * Making
 */

/* The powers of one share, and the secrets that they are made with */
typedef struct share_powers
{
	mp_limb_t	z[EG_MAX_SCALAR_LIMBS];
	mp_limb_t	u[EG_MAX_SCALAR_LIMBS];
	mp_limb_t	y[EG_MAX_LIMBS];
	mp_limb_t	m[EG_MAX_LIMBS];
	mp_limb_t	a[EG_MAX_LIMBS];
	mp_limb_t	b[EG_MAX_LIMBS];
} share_powers;

/* y = g^z, m = C0^z, a = g^u, b = C0^u, at once */
static eg_status
compute_powers(share_powers *powers, const eg_group *group,
			   const uint8_t *c0, const eg_fixed_base *generator,
			   const eg_stop *stop)
{
	mp_limb_t	base[EG_MAX_LIMBS];
	eg_secret_power wanted[4] = {
		{group->g, generator, powers->z, powers->y},
		{group->g, generator, powers->u, powers->a},
		{base, NULL, powers->z, powers->m},
		{base, NULL, powers->u, powers->b},
	};
	size_t		offender;		/* there is none: the proof of C0 was verified */

	eg_element_import(group, base, c0);
	return eg_secret_power_run(group, wanted, 4, &offender, stop);
}

/* c and v, all else being computed; proof is 64 bytes */
static void
prove(uint8_t *proof, const uint8_t *m, share_powers *powers,
	  const eg_group *group, const uint8_t *h_i, uint32_t guardian,
	  const uint8_t *c0)
{
	mp_limb_t	c[EG_MAX_SCALAR_LIMBS];
	uint8_t		y[EG_ELEMENT_BYTES];
	uint8_t		a[EG_ELEMENT_BYTES];
	uint8_t		b[EG_ELEMENT_BYTES];

	eg_element_export(group, y, powers->y);
	eg_element_export(group, a, powers->a);
	eg_element_export(group, b, powers->b);
	eg_nonce_share_challenge(proof, h_i, guardian, y, c0, m, a, b);
	eg_scalar_reduce(group, c, proof);
	eg_scalar_mul(group, c, c, powers->z);
	eg_scalar_sub(group, powers->u, powers->u, c);
	eg_scalar_export(group, proof + EG_HASH_BYTES, powers->u);
	eg_wipe(c, sizeof(c));
}

/* The share in the arena: m and the proof */
static bool
finish_share(eg_nonce_share *share, share_powers *powers,
			 const eg_group *group, const eg_ballot *ballot,
			 const uint8_t *h_i, uint32_t guardian, const eg_arena *arena)
{
	uint8_t    *bytes = arena->allocate(arena->context, EG_ELEMENT_BYTES +
										EG_PAIR_BYTES);
	eg_pair    *proof = arena->allocate(arena->context, sizeof(*proof));

	if (bytes == NULL || proof == NULL)
		return false;
	eg_element_export(group, bytes, powers->m);
	prove(bytes + EG_ELEMENT_BYTES, bytes, powers, group, h_i, guardian,
		  ballot->nonce->c0);
	proof->challenge = bytes + EG_ELEMENT_BYTES;
	proof->response = proof->challenge + EG_HASH_BYTES;
	share->guardian = guardian;
	share->ballot = ballot->id;
	share->element = bytes;
	share->proof = proof;
	return true;
}

bool
eg_nonce_share_make(eg_nonce_share *share, const eg_election *election,
					const eg_ballot *ballot, const eg_decryption_key *key,
					const eg_fixed_base *generator, const eg_random *random,
					const eg_decryption_memory *memory, const eg_stop *stop,
					eg_fault *fault)
{
	const eg_arena *secrets = memory->secrets;
	share_powers *powers;
	uint8_t		h_i[EG_HASH_BYTES];

	if (!check_ballot(h_i, election, ballot, fault))
		return false;
	powers = secrets->allocate(secrets->context, sizeof(*powers));
	if (powers == NULL)
		return eg_fault_set(fault, EG_FAULT_LIMIT, "out of memory");
	if (!eg_key_share_read(election->group, powers->z, key->share, fault))
		return false;
	if (!eg_random_scalar(random, powers->u))
		return eg_fault_set(fault, EG_FAULT_VALUE, "too few nonces are given");
	if (compute_powers(powers, election->group, ballot->nonce->c0, generator,
					   stop) != EG_OK)
		return eg_fault_set(fault, EG_FAULT_INTERRUPTED, "interrupted");
	if (!finish_share(share, powers, election->group, ballot, h_i,
					  key->guardian, memory->arena))
		return eg_fault_set(fault, EG_FAULT_LIMIT, "out of memory");
	return true;
}

/*
 * Combining
 */

/* x^c y^v as bytes */
static void
recompute(const eg_group *group, uint8_t *bytes, const mp_limb_t *x,
		  const mp_limb_t *c, const mp_limb_t *y, const mp_limb_t *v)
{
	const mp_limb_t *bases[2] = {x, y};
	const mp_limb_t *exponents[2] = {c, v};
	mp_limb_t	r[EG_MAX_LIMBS];

	eg_power_product(group, r, bases, exponents, 2, NULL);
	eg_element_export(group, bytes, r);
}

/* NULL, or what is wrong with a share of a ballot that is in order. */
static const char *
share_wrong(const eg_nonce_share *share, const eg_ballot *ballot,
			const uint8_t *h_i, const eg_joint_commitments *keys)
{
	const eg_group *group = keys->group;
	mp_limb_t	y[EG_MAX_LIMBS];
	mp_limb_t	m[EG_MAX_LIMBS];
	mp_limb_t	c0[EG_MAX_LIMBS];
	mp_limb_t	c[EG_MAX_SCALAR_LIMBS];
	mp_limb_t	v[EG_MAX_SCALAR_LIMBS];
	uint8_t		a[EG_ELEMENT_BYTES];
	uint8_t		b[EG_ELEMENT_BYTES];
	uint8_t		key[EG_ELEMENT_BYTES];
	uint8_t		challenge[EG_HASH_BYTES];

	if (!eg_bytes_equal(share->ballot, ballot->id))
		return "the share is of another ballot";
	if (!eg_element_import(group, m, share->element) ||
		!eg_is_member(group, m))
		return "the share is not in the group of order q";
	if (!eg_scalar_import(group, c, share->proof->challenge) ||
		!eg_scalar_import(group, v, share->proof->response))
		return "challenge or response of the share's proof is not below q";
	eg_joint_key_share(keys, y, share->guardian);
	eg_element_import(group, c0, ballot->nonce->c0);
	recompute(group, a, y, c, group->g, v);
	recompute(group, b, m, c, c0, v);
	eg_element_export(group, key, y);
	eg_nonce_share_challenge(challenge, h_i, share->guardian, key,
							 ballot->nonce->c0, share->element, a, b);
	if (memcmp(challenge, share->proof->challenge, EG_HASH_BYTES) != 0)
		return "the share's proof does not fit the guardian's key";
	return NULL;
}

static bool
check_shares(const eg_nonce_share *shares, size_t n, const eg_ballot *ballot,
			 const uint8_t *h_i, const eg_joint_commitments *keys,
			 const eg_stop *stop, eg_fault *fault)
{
	for (size_t i = 0; i < n; i++)
	{
		const char *wrong;

		if (eg_stop_requested(stop))
			return eg_fault_set(fault, EG_FAULT_INTERRUPTED, "interrupted");
		fault->guardian = shares[i].guardian;
		wrong = share_wrong(&shares[i], ballot, h_i, keys);
		if (wrong != NULL)
			return eg_fault_set(fault, EG_FAULT_VALUE, wrong);
	}
	fault->guardian = 0;
	return true;
}

/* xi_B = C1 xor k_1 (108, 35, 36, 37) */
static void
decrypt_nonce(uint8_t *xi_b, const eg_hashed_ciphertext *nonce,
			  const uint8_t *h_i, const uint8_t *beta)
{
	uint8_t		h[EG_HASH_BYTES];
	uint8_t		key[EG_HASH_BYTES];

	eg_ballot_nonce_secret_key(h, h_i, nonce->c0, beta);
	eg_ballot_nonce_encryption_key(key, h);
	for (size_t i = 0; i < EG_HASH_BYTES; i++)
		xi_b[i] = nonce->c1.data[i] ^ key[i];
	eg_wipe(h, sizeof(h));
	eg_wipe(key, sizeof(key));
}

/* beta, the product of m_i^w_i over the guardians (108) */
static eg_status
combine(uint8_t *beta, const eg_group *group, const eg_nonce_share *shares,
		size_t n, const eg_stop *stop)
{
	mp_limb_t	w[EG_MAX_GUARDIANS * EG_MAX_SCALAR_LIMBS];
	const uint8_t *partials[EG_MAX_GUARDIANS];
	uint32_t	indices[EG_MAX_GUARDIANS];
	mp_limb_t	product[EG_MAX_LIMBS];
	eg_status	status;

	for (size_t i = 0; i < n; i++)
	{
		indices[i] = shares[i].guardian;
		partials[i] = shares[i].element;
	}
	eg_lagrange(group, w, indices, n);
	status = eg_partials_product(group, product, partials, w, n, stop);
	if (status == EG_OK)
		eg_element_export(group, beta, product);
	eg_wipe(product, sizeof(product));
	return status;
}

bool
eg_nonce_shares_combine(uint8_t *xi_b, const eg_election *election,
						const eg_ballot *ballot,
						const eg_nonce_share *shares, size_t n,
						const eg_joint_commitments *keys,
						const eg_stop *stop, eg_fault *fault)
{
	uint32_t	indices[EG_MAX_GUARDIANS + 1];
	eg_guardian_set set;
	uint8_t		h_i[EG_HASH_BYTES];
	uint8_t		beta[EG_ELEMENT_BYTES];

	/* One too many is refused by the set, as it has one of them twice. */
	if (n > EG_MAX_GUARDIANS + 1)
		n = EG_MAX_GUARDIANS + 1;
	for (size_t i = 0; i < n; i++)
		indices[i] = shares[i].guardian;
	if (!eg_guardian_set_make(&set, election, indices, n, fault) ||
		!check_ballot(h_i, election, ballot, fault) ||
		!check_shares(shares, n, ballot, h_i, keys, stop, fault))
		return false;
	if (combine(beta, election->group, shares, n, stop) != EG_OK)
		return eg_fault_set(fault, EG_FAULT_INTERRUPTED, "interrupted");
	decrypt_nonce(xi_b, ballot->nonce, h_i, beta);
	eg_wipe(beta, sizeof(beta));
	fault->ballot.data = NULL;
	return true;
}
