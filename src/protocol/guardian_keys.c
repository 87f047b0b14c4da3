/*
 * guardian_keys.c
 *		A guardian's keys, and his proof that he knows them (spec 3.2.2).
 */
#include "protocol/guardian_keys.h"

#include "math/scalar.h"
#include "math/secret_power.h"
#include "protocol/hash_uses.h"
#include "protocol/text.h"

/*
 * The exponents, in the order in which they are drawn, and their powers of g.
 * Of each key there are k coefficients and k + 1 nonces of the proof, the last
 * one for zeta_i.
 */
typedef struct key_powers
{
	const eg_group *group;
	uint32_t	k;
	size_t		n;
	mp_limb_t  *exponents;		/* secret */
	eg_secret_power *powers;
	mp_limb_t  *results;		/* public */
} key_powers;

static size_t
coefficient_at(const key_powers *of, int use, uint32_t j)
{
	return (size_t) use * of->k + j;
}

static size_t
zeta_at(const key_powers *of)
{
	return EG_KEY_USES * (size_t) of->k;
}

static size_t
nonce_at(const key_powers *of, int use, uint32_t j)
{
	return zeta_at(of) + 1 + (size_t) use * (of->k + 1) + j;
}

static mp_limb_t *
exponent(const key_powers *of, size_t i)
{
	return of->exponents + i * of->group->scalar_limbs;
}

static bool
make_room(key_powers *of, const eg_ceremony *ceremony, eg_fault *fault)
{
	const eg_group *group = of->group;
	const eg_arena *arena = ceremony->arena;
	const eg_arena *secrets = ceremony->secrets;

	of->exponents = secrets->allocate(secrets->context, of->n *
									  group->scalar_limbs * sizeof(mp_limb_t));
	of->powers = arena->allocate(arena->context,
								 of->n * sizeof(eg_secret_power));
	of->results = arena->allocate(arena->context,
								  of->n * group->limbs * sizeof(mp_limb_t));
	if (of->exponents == NULL || of->powers == NULL || of->results == NULL)
		return eg_fault_set(fault, EG_FAULT_LIMIT, "out of memory");
	return true;
}

/* Raises g to all exponents. */
static bool
raise_all(key_powers *of, const eg_ceremony *ceremony, eg_fault *fault)
{
	size_t		offender;		/* there is none: it is g */

	for (size_t i = 0; i < of->n; i++)
	{
		eg_secret_power *power = &of->powers[i];

		power->base = of->group->g;
		power->fixed = ceremony->generator;
		power->exponent = exponent(of, i);
		power->power = of->results + i * of->group->limbs;
	}
	if (eg_secret_power_run(of->group, of->powers, of->n, &offender,
							ceremony->stop) != EG_OK)
		return eg_fault_set(fault, EG_FAULT_INTERRUPTED, "interrupted");
	return true;
}

static bool
draw_and_raise(key_powers *of, const eg_random *random,
			   const eg_ceremony *ceremony, eg_fault *fault)
{
	of->n = nonce_at(of, EG_KEY_USES, 0);
	if (!make_room(of, ceremony, fault))
		return false;
	for (size_t i = 0; i < of->n; i++)
		if (!eg_random_scalar(random, exponent(of, i)))
			return eg_fault_set(fault, EG_FAULT_VALUE, "too few nonces");
	return raise_all(of, ceremony, fault);
}

/* What is to be sealed, as guardian_secret.h lays it out. */
static void
keep_secrets(const key_powers *of, uint8_t *memory)
{
	uint8_t    *scalars = memory + EG_NONCE_KEY_BYTES;

	randombytes_buf(memory, EG_NONCE_KEY_BYTES);
	eg_scalar_export(of->group, scalars, exponent(of, zeta_at(of)));
	for (int use = 0; use < EG_KEY_USES; use++)
		for (uint32_t j = 0; j < of->k; j++)
		{
			scalars += EG_SCALAR_BYTES;
			eg_scalar_export(of->group, scalars,
							 exponent(of, coefficient_at(of, use, j)));
		}
}

/* K_i,j (equation 8), as bytes and as the text of a record */
static bool
publish_commitments(const key_powers *of, eg_guardian_key *key, int use,
					const eg_arena *arena)
{
	size_t		length = eg_base64_length(EG_ELEMENT_BYTES);
	uint8_t    *elements = arena->allocate(arena->context, (size_t) of->k *
										   EG_ELEMENT_BYTES);
	eg_bytes   *texts = arena->allocate(arena->context,
										of->k * sizeof(eg_bytes));
	char	   *text = arena->allocate(arena->context, of->k * (length + 1));

	if (elements == NULL || texts == NULL || text == NULL)
		return false;
	key->n = of->k;
	key->commitments = elements;
	key->texts = texts;
	for (uint32_t j = 0; j < of->k; j++, elements += EG_ELEMENT_BYTES,
		 text += length + 1)
	{
		eg_element_export(of->group, elements,
						  of->powers[coefficient_at(of, use, j)].power);
		eg_bytes_to_base64(text, elements, EG_ELEMENT_BYTES);
		texts[j].data = (const uint8_t *) text;
		texts[j].size = length;
	}
	return true;
}

/* c_i (equations 11 and 13) */
static void
key_challenge(const key_powers *of, uint8_t *c, const uint8_t *h_p,
			  const eg_guardian *public_key, int use)
{
	const eg_guardian_key *key = public_key->keys[use];
	uint8_t		element[EG_ELEMENT_BYTES];
	eg_hash		hash;

	if (use == EG_VOTE_KEY)
		eg_vote_key_challenge_begin(&hash, h_p, public_key->index);
	else
		eg_data_key_challenge_begin(&hash, h_p, public_key->index);
	eg_hash_bytes(&hash, key->commitments, (size_t) of->k * EG_ELEMENT_BYTES);
	eg_hash_element(&hash, public_key->communication_key);
	for (uint32_t j = 0; j <= of->k; j++)
	{
		eg_element_export(of->group, element,
						  of->powers[nonce_at(of, use, j)].power);
		eg_hash_element(&hash, element);
	}
	eg_hash_end(&hash, c);
}

/* v_i,j = u_i,j - c_i a_i,j, and the last one for zeta_i */
static bool
prove_key(const key_powers *of, const uint8_t *h_p,
		  const eg_guardian *public_key, int use, const eg_arena *arena)
{
	eg_key_proof *proof = arena->allocate(arena->context, sizeof(*proof));
	uint8_t    *bytes = arena->allocate(arena->context,
										((size_t) of->k + 2) * EG_SCALAR_BYTES);
	const uint8_t **responses = arena->allocate(arena->context,
												((size_t) of->k + 1) *
												sizeof(uint8_t *));
	mp_limb_t	c[EG_MAX_SCALAR_LIMBS];
	mp_limb_t	v[EG_MAX_SCALAR_LIMBS];

	if (proof == NULL || bytes == NULL || responses == NULL)
		return false;
	key_challenge(of, bytes, h_p, public_key, use);
	eg_scalar_import(of->group, c, bytes);
	proof->challenge = bytes;
	proof->responses = responses;
	proof->n = of->k + 1;
	for (uint32_t j = 0; j <= of->k; j++)
	{
		bytes += EG_SCALAR_BYTES;
		eg_scalar_mul(of->group, v, c,
					  exponent(of, j < of->k ? coefficient_at(of, use, j) :
							   zeta_at(of)));
		eg_scalar_sub(of->group, v, exponent(of, nonce_at(of, use, j)), v);
		eg_scalar_export(of->group, bytes, v);
		responses[j] = bytes;
	}
	public_key->keys[use]->proof = proof;
	return true;
}

static bool
publish(const key_powers *of, const uint8_t *h_p, eg_guardian *public_key,
		const eg_arena *arena)
{
	uint8_t    *kappa = arena->allocate(arena->context, EG_ELEMENT_BYTES);
	bool		done = kappa != NULL;

	if (done)
		eg_element_export(of->group, kappa, of->powers[zeta_at(of)].power);
	public_key->communication_key = kappa;
	for (int use = 0; use < EG_KEY_USES && done; use++)
	{
		public_key->keys[use] = arena->allocate(arena->context,
												sizeof(eg_guardian_key));
		done = public_key->keys[use] != NULL &&
			publish_commitments(of, public_key->keys[use], use, arena) &&
			prove_key(of, h_p, public_key, use, arena);
	}
	return done;
}

bool
eg_guardian_create(eg_guardian_secret *secret, uint8_t *memory,
				   eg_guardian *public_key, const eg_random *random,
				   const eg_ceremony *ceremony, eg_fault *fault)
{
	uint8_t    *h_p = ceremony->arena->allocate(ceremony->arena->context,
												EG_HASH_BYTES);
	key_powers	of = {0};

	if (h_p == NULL)
		return eg_fault_set(fault, EG_FAULT_LIMIT, "out of memory");
	of.group = &eg_group_2_1_0;
	of.k = secret->k;
	if (!draw_and_raise(&of, random, ceremony, fault))
		return false;
	eg_parameter_base_hash(h_p, secret->n, secret->k);
	secret->stage = EG_SECRET_CEREMONY;
	secret->h_p = h_p;
	keep_secrets(&of, memory);
	eg_guardian_secret_lay(secret, memory);
	public_key->index = secret->index;
	if (!publish(&of, h_p, public_key, ceremony->arena))
		return eg_fault_set(fault, EG_FAULT_LIMIT, "out of memory");
	return true;
}

/* The exponents of a key that was made before, without the nonces. */
static void
take_secrets(const key_powers *of, const eg_guardian_secret *secret)
{
	for (int use = 0; use < EG_KEY_USES; use++)
		for (uint32_t j = 0; j < of->k; j++)
			eg_scalar_import(of->group,
							 exponent(of, coefficient_at(of, use, j)),
							 secret->coefficients[use] +
							 (size_t) j * EG_SCALAR_BYTES);
	eg_scalar_import(of->group, exponent(of, zeta_at(of)), secret->zeta);
}

static bool
is_power(const key_powers *of, size_t i, const uint8_t *stated)
{
	uint8_t		element[EG_ELEMENT_BYTES];

	eg_element_export(of->group, element, of->powers[i].power);
	return memcmp(element, stated, sizeof(element)) == 0;
}

bool
eg_guardian_owns(bool *owns, const eg_guardian_secret *secret,
				 const eg_guardian *public_key, const eg_ceremony *ceremony,
				 eg_fault *fault)
{
	key_powers	of = {0};

	of.group = &eg_group_2_1_0;
	of.k = secret->k;
	of.n = zeta_at(&of) + 1;
	if (!make_room(&of, ceremony, fault))
		return false;
	take_secrets(&of, secret);
	if (!raise_all(&of, ceremony, fault))
		return false;
	*owns = public_key->index == secret->index;
	for (int use = 0; use < EG_KEY_USES; use++)
	{
		const eg_guardian_key *key = public_key->keys[use];

		if (eg_stop_requested(ceremony->stop))
			return eg_fault_set(fault, EG_FAULT_INTERRUPTED, "interrupted");
		*owns = *owns && key->n == of.k;
		for (uint32_t j = 0; j < of.k && *owns; j++)
			*owns = is_power(&of, coefficient_at(&of, use, j),
							 key->commitments + (size_t) j * EG_ELEMENT_BYTES);
	}
	*owns = *owns &&
		is_power(&of, zeta_at(&of), public_key->communication_key);
	return true;
}

void
eg_key_commitment(uint8_t *commitment, uint32_t n, uint32_t k,
				  const eg_guardian *public_key)
{
	uint8_t		h_p[EG_HASH_BYTES];
	eg_hash		hash;

	eg_parameter_base_hash(h_p, n, k);
	eg_key_commitment_begin(&hash, h_p, public_key->index);
	eg_hash_element(&hash, public_key->communication_key);
	for (int use = 0; use < EG_KEY_USES; use++)
	{
		const eg_guardian_key *key = public_key->keys[use];

		eg_hash_integer(&hash, key->n);
		eg_hash_bytes(&hash, key->commitments,
					  (size_t) key->n * EG_ELEMENT_BYTES);
		eg_hash_digest(&hash, key->proof->challenge);
		eg_hash_integer(&hash, key->proof->n);
		for (uint32_t j = 0; j < key->proof->n; j++)
			eg_hash_digest(&hash, key->proof->responses[j]);
	}
	eg_hash_end(&hash, commitment);
}
