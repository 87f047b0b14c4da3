/*
 * key_shares.c
 *		Shares of guardians' secret keys: sent encrypted, and checked (3.2.2).
 */
#include "protocol/key_shares.h"

#include "math/montgomery.h"
#include "math/scalar.h"
#include "math/secret_power.h"
#include "protocol/hash_uses.h"
#include "protocol/json_fields.h"
#include "protocol/record_shapes.h"
#include "protocol/share_polynomial.h"

static const eg_json_field share_fields[] = {
	{"receiver", EG_JSON_INDEX, REQUIRED, AT(eg_key_share, receiver), 0,
	NULL},
	{"c0", EG_JSON_BYTES, REQUIRED, AT(eg_key_share, c0), EG_ELEMENT_BYTES,
	NULL},
	{"c1", EG_JSON_BYTES, REQUIRED, AT(eg_key_share, c1), EG_SHARE_KEYS_BYTES,
	NULL},
	{"c2", EG_JSON_OBJECT, REQUIRED, AT(eg_key_share, proof), 0,
	&eg_shape_pair},
};

static const eg_json_shape share_shape = SHAPE(share_fields, eg_key_share);

static const eg_json_field list_fields[] = {
	{"sender", EG_JSON_INDEX, REQUIRED, AT(eg_share_list, sender), 0, NULL},
	{"shares", EG_JSON_ARRAY, REQUIRED, AT(eg_share_list, shares),
	AT(eg_share_list, n), &share_shape},
};

const eg_json_shape eg_shape_share_list = SHAPE(list_fields, eg_share_list);

/*
 * Encrypting
 */

/* Powers for one receiver: alpha, beta and gamma. */
#define SHARE_POWERS	3

typedef struct share_powers
{
	const eg_group *group;
	mp_limb_t  *nonces;			/* secret: xi and u of each receiver */
	mp_limb_t  *kappas;
	mp_limb_t  *results;		/* beta is secret */
	eg_secret_power *powers;
} share_powers;

static mp_limb_t *
nonce(const share_powers *of, uint32_t receiver, int which)
{
	return of->nonces + (2 * (size_t) receiver + which) *
		of->group->scalar_limbs;
}

static void
plan_power(const share_powers *of, size_t i, const mp_limb_t *base,
		   const eg_fixed_base *fixed, const mp_limb_t *exponent)
{
	of->powers[i].base = base;
	of->powers[i].fixed = fixed;
	of->powers[i].exponent = exponent;
	of->powers[i].power = of->results + i * of->group->limbs;
}

static bool
bad_key(uint32_t receiver, eg_fault *fault)
{
	fault->guardian = receiver;
	return eg_fault_set(fault, EG_FAULT_VALUE,
						"communication key is not in Z_p^r");
}

/* Those of the receiver who is number l, from 0 on, without the sender. */
static bool
plan_share(share_powers *of, uint32_t l, const eg_guardian *receiver,
		   const eg_random *random, const eg_ceremony *ceremony,
		   eg_fault *fault)
{
	const eg_group *group = of->group;
	mp_limb_t  *kappa = of->kappas + (size_t) l * group->limbs;
	size_t		first = (size_t) l * SHARE_POWERS;

	fault->guardian = receiver->index;
	if (!eg_element_import(group, kappa, receiver->communication_key))
		return bad_key(receiver->index, fault);
	if (!eg_random_scalar(random, nonce(of, l, 0)) ||
		!eg_random_scalar(random, nonce(of, l, 1)))
		return eg_fault_set(fault, EG_FAULT_VALUE, "too few nonces");
	fault->guardian = 0;
	plan_power(of, first, group->g, ceremony->generator, nonce(of, l, 0));
	plan_power(of, first + 1, kappa, NULL, nonce(of, l, 0));
	plan_power(of, first + 2, group->g, ceremony->generator, nonce(of, l, 1));
	return true;
}

static bool
raise_all(share_powers *of, const eg_guardian_secret *secret,
		  const eg_guardians *guardians, const eg_random *random,
		  const eg_ceremony *ceremony, eg_fault *fault)
{
	const eg_arena *arena = ceremony->arena;
	const eg_arena *secrets = ceremony->secrets;
	size_t		n = guardians->n;
	size_t		offender = 0;
	uint32_t	l = 0;
	eg_status	status;

	of->group = &eg_group_2_1_0;
	of->nonces = secrets->allocate(secrets->context, 2 * n *
								   of->group->scalar_limbs *
								   sizeof(mp_limb_t));
	of->results = secrets->allocate(secrets->context, SHARE_POWERS * n *
									of->group->limbs * sizeof(mp_limb_t));
	of->kappas = arena->allocate(arena->context, n * of->group->limbs *
								 sizeof(mp_limb_t));
	of->powers = arena->allocate(arena->context, SHARE_POWERS * n *
								 sizeof(eg_secret_power));
	if (of->nonces == NULL || of->results == NULL || of->kappas == NULL ||
		of->powers == NULL)
		return eg_fault_set(fault, EG_FAULT_LIMIT, "out of memory");
	for (uint32_t i = 0; i < n; i++)
	{
		if (eg_stop_requested(ceremony->stop))
			return eg_fault_set(fault, EG_FAULT_INTERRUPTED, "interrupted");
		if (i + 1 != secret->index &&
			!plan_share(of, l++, guardians->guardians[i], random, ceremony,
						fault))
			return false;
	}
	status = eg_secret_power_run(of->group, of->powers,
								 (size_t) l * SHARE_POWERS, &offender,
								 ceremony->stop);
	if (status == EG_NOT_FOUND)
	{
		l = (uint32_t) (offender / SHARE_POWERS);
		return bad_key(l + (l + 1 < secret->index ? 1 : 2), fault);
	}
	return status == EG_OK || eg_fault_interrupted(fault);
}

/*
 * k_i,l,1 and k_i,l,2, with which C1 is encrypted and decrypted (equations 16
 * to 18); alpha is C0.
 */
static void
share_keys(uint8_t *keys, const eg_guardian_secret *secret, uint32_t i,
		   uint32_t l, const uint8_t *kappa, const uint8_t *alpha,
		   const mp_limb_t *beta)
{
	uint8_t		element[EG_ELEMENT_BYTES];
	uint8_t		key[EG_HASH_BYTES];

	eg_element_export(&eg_group_2_1_0, element, beta);
	eg_share_secret_key(key, secret->h_p, i, l, kappa, alpha, element);
	eg_share_encryption_keys(keys, key, i, l);
	sodium_memzero(element, sizeof(element));
	sodium_memzero(key, sizeof(key));
}

/* b(P_i(l), 32) || b(P^_i(l), 32) */
static void
own_shares(uint8_t *bytes, const eg_guardian_secret *secret, uint32_t l)
{
	mp_limb_t	share[EG_MAX_SCALAR_LIMBS];

	for (int use = 0; use < EG_KEY_USES; use++)
	{
		eg_polynomial_at(&eg_group_2_1_0, share, secret->coefficients[use],
						 secret->k, l);
		eg_scalar_export(&eg_group_2_1_0, bytes + use * EG_SCALAR_BYTES,
						 share);
	}
	sodium_memzero(share, sizeof(share));
}

static void
exclusive_or(uint8_t *bytes, const uint8_t *with, size_t size)
{
	for (size_t i = 0; i < size; i++)
		bytes[i] ^= with[i];
}

/* C2: the proof of knowledge of xi (equation 22) */
static void
prove_share(const share_powers *of, uint32_t l, eg_key_share *share,
			uint8_t *proof, const eg_guardian_secret *secret)
{
	const eg_group *group = of->group;
	uint8_t		gamma[EG_ELEMENT_BYTES];
	mp_limb_t	c[EG_MAX_SCALAR_LIMBS];
	mp_limb_t	v[EG_MAX_SCALAR_LIMBS];

	eg_element_export(group, gamma,
					  of->powers[(size_t) l * SHARE_POWERS + 2].power);
	eg_share_challenge(proof, secret->h_p, secret->index, share->receiver,
					   gamma, share->c0, share->c1);
	eg_scalar_import(group, c, proof);
	eg_scalar_mul(group, v, c, nonce(of, l, 0));
	eg_scalar_sub(group, v, nonce(of, l, 1), v);
	eg_scalar_export(group, proof + EG_HASH_BYTES, v);
	share->proof->challenge = proof;
	share->proof->response = proof + EG_HASH_BYTES;
}

static bool
encrypt_share(const share_powers *of, uint32_t l, eg_key_share *share,
			  const eg_guardian_secret *secret, const eg_guardian *receiver,
			  const eg_arena *arena)
{
	const mp_limb_t *alpha = of->powers[(size_t) l * SHARE_POWERS].power;
	const mp_limb_t *beta = of->powers[(size_t) l * SHARE_POWERS + 1].power;
	uint8_t    *bytes = arena->allocate(arena->context, EG_ELEMENT_BYTES +
										EG_SHARE_KEYS_BYTES + EG_PAIR_BYTES);
	uint8_t    *c1 = bytes + EG_ELEMENT_BYTES;
	uint8_t		keys[EG_SHARE_KEYS_BYTES];

	share->proof = arena->allocate(arena->context, sizeof(eg_pair));
	if (bytes == NULL || share->proof == NULL)
		return false;
	share->receiver = receiver->index;
	share->c0 = bytes;
	share->c1 = c1;
	eg_element_export(of->group, bytes, alpha);
	share_keys(keys, secret, secret->index, receiver->index,
			   receiver->communication_key, bytes, beta);
	own_shares(c1, secret, receiver->index);
	exclusive_or(c1, keys, sizeof(keys));
	sodium_memzero(keys, sizeof(keys));
	prove_share(of, l, share, c1 + EG_SHARE_KEYS_BYTES, secret);
	return true;
}

/* His public key may have been changed on its way, or be of another run. */
static bool
require_own_key(const eg_guardian_secret *secret,
				const eg_guardians *guardians, const eg_ceremony *ceremony,
				eg_fault *fault)
{
	bool		owns;

	if (!eg_guardian_owns(&owns, secret,
						  guardians->guardians[secret->index - 1], ceremony,
						  fault))
		return false;
	if (owns)
		return true;
	fault->guardian = secret->index;
	return eg_fault_set(fault, EG_FAULT_MISMATCH,
						"public key is not that of the guardian secret");
}

bool
eg_shares_encrypt(eg_share_list *list, const eg_guardian_secret *secret,
				  const eg_guardians *guardians, const eg_random *random,
				  const eg_ceremony *ceremony, eg_fault *fault)
{
	const eg_arena *arena = ceremony->arena;
	share_powers of = {0};

	if (!require_own_key(secret, guardians, ceremony, fault) ||
		!raise_all(&of, secret, guardians, random, ceremony, fault))
		return false;
	list->sender = secret->index;
	list->n = 0;
	list->shares = arena->allocate(arena->context,
								   guardians->n * sizeof(eg_key_share));
	for (uint32_t i = 0; list->shares != NULL && i < guardians->n; i++)
	{
		const eg_guardian *receiver = guardians->guardians[i];

		if (receiver->index == secret->index)
			continue;
		if (!encrypt_share(&of, list->n, &list->shares[list->n], secret,
						   receiver, arena))
			return eg_fault_set(fault, EG_FAULT_LIMIT, "out of memory");
		list->n++;
	}
	if (list->shares == NULL)
		return eg_fault_set(fault, EG_FAULT_LIMIT, "out of memory");
	return true;
}

/*
 * Checking
 */

/* In memory that its owner wipes: a sink may not come back. */
typedef struct share_secrets
{
	mp_limb_t	sums[EG_KEY_USES][EG_MAX_SCALAR_LIMBS];
	mp_limb_t	shares[EG_KEY_USES][EG_MAX_SCALAR_LIMBS];
	uint8_t		bytes[EG_SHARE_KEYS_BYTES];	/* of the same shares */
} share_secrets;

typedef struct share_check
{
	const eg_group *group;
	const eg_guardian_secret *secret;
	const eg_guardians *guardians;
	const eg_share_list *lists;
	uint32_t	n_lists;
	const eg_ceremony *ceremony;
	const eg_election_sink *sink;
	eg_fault   *fault;
	share_secrets *opened;
	bool		below[EG_KEY_USES]; /* the shares are below q */
	mp_limb_t	raised[EG_KEY_USES][EG_MAX_LIMBS];	/* g to the shares */
	bool		passed;			/* all so far */
} share_check;

/* Of each sender, in this order. */
static const char *const share_steps[] = {"3.2.2 complete", "3.2.2 proof",
"3.2.2 vote share", "3.2.2 data share"};

static void
report_as(share_check *check, const char *step, const char *subject,
		  eg_verdict verdict, uint32_t guardian, const char *detail)
{
	eg_election_row row = {step, verdict, subject, guardian, NULL};

	if (verdict != EG_PASSED)
	{
		row.detail = detail;
		check->passed = false;
	}
	check->sink->row(check->sink->context, &row);
}

static void
report(share_check *check, int step, eg_verdict verdict, uint32_t sender,
	   const char *detail)
{
	report_as(check, share_steps[step], "share", verdict, sender, detail);
}

static void
report_not_run(share_check *check, int from, uint32_t sender,
			   const char *detail)
{
	for (int step = from; step < 4; step++)
		report(check, step, EG_NOT_RUN, sender, detail);
}

/* The share of this sender for us, if there is exactly one. */
static const eg_key_share *
find_share(share_check *check, uint32_t sender)
{
	const eg_key_share *found = NULL;
	uint32_t	lists = 0;
	uint32_t	shares = 0;

	for (uint32_t i = 0; i < check->n_lists; i++)
	{
		const eg_share_list *list = &check->lists[i];

		if (list->sender != sender)
			continue;
		lists++;
		for (uint32_t j = 0; j < list->n; j++)
			if (list->shares[j].receiver == check->secret->index)
			{
				found = &list->shares[j];
				shares++;
			}
	}
	report(check, 0, eg_verdict_of(lists == 1 && shares == 1), sender,
		   lists == 0 ? "the sender's shares are missing" :
		   lists > 1 ? "the sender's shares are there twice" :
		   shares == 0 ? "none is for this receiver" :
		   "more than one is for this receiver");
	return lists == 1 && shares == 1 ? found : NULL;
}

/*
 * Whether C0 is in Z_p^r (errata) and C2 proves knowledge of its exponent:
 * before zeta touches it.  c0 gets it.
 */
static eg_status
check_proof(share_check *check, uint32_t sender, const eg_key_share *share,
			mp_limb_t *c0, const char **detail)
{
	const eg_group *group = check->group;
	mp_limb_t	c[EG_MAX_SCALAR_LIMBS];
	mp_limb_t	v[EG_MAX_SCALAR_LIMBS];
	mp_limb_t	power[EG_MAX_LIMBS];
	mp_limb_t	generator_power[EG_MAX_LIMBS];
	eg_chain	chain = {c0, 1, c, power, false};
	eg_fixed_power fixed = {group->g, check->ceremony->generator, v,
	generator_power};
	eg_batch	batch = {group, &chain, 1, &fixed, 1};
	uint8_t		gamma[EG_ELEMENT_BYTES];
	uint8_t		challenge[EG_HASH_BYTES];
	eg_status	status;

	*detail = "challenge or response is not below q";
	if (!eg_scalar_import(group, c, share->proof->challenge) ||
		!eg_scalar_import(group, v, share->proof->response))
		return EG_OK;
	*detail = "C0 is not in Z_p^r";
	if (!eg_element_import(group, c0, share->c0))
		return EG_OK;
	status = eg_batch_run(&batch, check->ceremony->stop);
	if (status != EG_OK || !chain.member)
		return status;
	eg_multiply(group, power, power, generator_power);
	eg_element_export(group, gamma, power);
	eg_share_challenge(challenge, check->secret->h_p, sender,
					   check->secret->index, gamma, share->c0, share->c1);
	*detail = memcmp(challenge, share->proof->challenge,
					 sizeof(challenge)) == 0 ? NULL :
		"the challenge is not the hash";
	return EG_OK;
}

/* P_j(l) and P^_j(l) of sender j (equation 23) */
static eg_status
decrypt_share(share_check *check, uint32_t sender, const eg_key_share *share,
			  const mp_limb_t *c0)
{
	const eg_guardian_secret *secret = check->secret;
	const eg_guardian *own = check->guardians->guardians[secret->index - 1];
	mp_limb_t	zeta[EG_MAX_SCALAR_LIMBS];
	mp_limb_t	beta[EG_MAX_LIMBS];
	eg_secret_power power = {c0, NULL, zeta, beta};
	uint8_t		keys[EG_SHARE_KEYS_BYTES];
	size_t		offender;		/* there is none: the proof of C0 was verified */
	eg_status	status;

	eg_scalar_import(check->group, zeta, secret->zeta);
	status = eg_secret_power_run(check->group, &power, 1, &offender,
								 check->ceremony->stop);
	if (status == EG_OK)
	{
		share_keys(keys, secret, sender, secret->index,
				   own->communication_key, share->c0, beta);
		memcpy(check->opened->bytes, share->c1, EG_SHARE_KEYS_BYTES);
		exclusive_or(check->opened->bytes, keys, sizeof(keys));
		sodium_memzero(keys, sizeof(keys));
	}
	sodium_memzero(zeta, sizeof(zeta));
	sodium_memzero(beta, sizeof(beta));
	return status;
}

/* Reads both shares and adds them to the sums (24). */
static void
add_shares(share_check *check)
{
	share_secrets *opened = check->opened;

	for (int use = 0; use < EG_KEY_USES; use++)
	{
		check->below[use] = eg_scalar_import(check->group,
											 opened->shares[use],
											 opened->bytes +
											 use * EG_SCALAR_BYTES);
		eg_scalar_add(check->group, opened->sums[use], opened->sums[use],
					  opened->shares[use]);
	}
}

/*
 * Whether both shares are on the sender's polynomials (equations 28, 29).  That
 * a share fails tells its sender nothing that he did not know.
 */
static eg_status
check_shares(share_check *check, uint32_t sender)
{
	const eg_group *group = check->group;
	const eg_guardian *from = check->guardians->guardians[sender - 1];
	eg_secret_power powers[EG_KEY_USES];
	size_t		offender;		/* there is none: it is g */
	eg_status	status;

	add_shares(check);
	for (int use = 0; use < EG_KEY_USES; use++)
	{
		powers[use].base = group->g;
		powers[use].fixed = check->ceremony->generator;
		powers[use].exponent = check->opened->shares[use];
		powers[use].power = check->raised[use];
	}
	status = eg_secret_power_run(group, powers, EG_KEY_USES, &offender,
								 check->ceremony->stop);
	for (int use = 0; use < EG_KEY_USES && status == EG_OK; use++)
	{
		mp_limb_t	expected[EG_MAX_LIMBS];

		status = eg_commitments_at(group, expected,
								   from->keys[use]->commitments,
								   check->guardians->k, check->secret->index,
								   check->ceremony->stop);
		if (status == EG_OK)
			report(check, 2 + use,
				   eg_verdict_of(check->below[use] &&
								 mpn_cmp(expected, check->raised[use],
										 group->limbs) == 0),
				   sender, "the share is not on the sender's polynomial");
	}
	return status;
}

/* What one of the others has sent */
static eg_status
check_received(share_check *check, uint32_t sender)
{
	const eg_key_share *share = find_share(check, sender);
	mp_limb_t	c0[EG_MAX_LIMBS];
	const char *detail;
	eg_status	status;

	if (share == NULL)
	{
		report_not_run(check, 1, sender, "there is not one share");
		return EG_OK;
	}
	status = check_proof(check, sender, share, c0, &detail);
	if (status != EG_OK)
		return status;
	report(check, 1, eg_verdict_of(detail == NULL), sender, detail);
	if (detail != NULL)
	{
		report_not_run(check, 2, sender, "the proof does not hold");
		return EG_OK;
	}
	status = decrypt_share(check, sender, share, c0);
	return status == EG_OK ? check_shares(check, sender) : status;
}

/* That his own key is his leaves nothing to check of his own shares. */
static bool
check_own(share_check *check)
{
	const eg_guardian_secret *secret = check->secret;
	uint32_t	i = secret->index;
	bool		owns;

	if (!eg_guardian_owns(&owns, secret, check->guardians->guardians[i - 1],
						  check->ceremony, check->fault))
		return false;
	report_as(check, "3.2.2 own key", "public key", eg_verdict_of(owns), i,
			  "it is not that of the guardian secret");
	own_shares(check->opened->bytes, secret, i);
	add_shares(check);
	return true;
}

/* Lists of nobody would mean that some other list is missing, or mislabelled. */
static void
check_strangers(share_check *check)
{
	for (uint32_t i = 0; i < check->n_lists; i++)
		if (check->lists[i].sender > check->guardians->n)
			report(check, 0, EG_FAILED, check->lists[i].sender,
				   "there is no such guardian");
}

static bool
check_all(share_check *check)
{
	eg_status	status = EG_OK;

	for (uint32_t j = 1; j <= check->guardians->n && status == EG_OK; j++)
	{
		if (j != check->secret->index)
			status = check_received(check, j);
		else if (!check_own(check))
			return false;
	}
	if (status == EG_INTERRUPTED)
		return eg_fault_set(check->fault, EG_FAULT_INTERRUPTED,
							"interrupted");
	if (status != EG_OK)
		return eg_fault_set(check->fault, EG_FAULT_VALUE,
							"a commitment is not in 1 .. p - 1");
	check_strangers(check);
	return true;
}

bool
eg_shares_check(uint8_t *shares, bool *passed,
				const eg_guardian_secret *secret,
				const eg_guardians *guardians, const eg_share_list *lists,
				uint32_t n, const eg_ceremony *ceremony,
				const eg_election_sink *sink, eg_fault *fault)
{
	const eg_arena *arena = ceremony->arena;
	const eg_arena *secrets = ceremony->secrets;
	share_check *check = arena->allocate(arena->context, sizeof(*check));
	share_secrets *opened = secrets->allocate(secrets->context,
											  sizeof(*opened));
	bool		done;

	if (check == NULL || opened == NULL)
		return eg_fault_set(fault, EG_FAULT_LIMIT, "out of memory");
	check->group = &eg_group_2_1_0;
	check->secret = secret;
	check->guardians = guardians;
	check->lists = lists;
	check->n_lists = n;
	check->ceremony = ceremony;
	check->sink = sink;
	check->fault = fault;
	check->opened = opened;
	check->passed = true;
	done = check_all(check);
	*passed = done && check->passed;
	if (*passed)
		for (int use = 0; use < EG_KEY_USES; use++)
			eg_scalar_export(check->group, shares + use * EG_SCALAR_BYTES,
							 opened->sums[use]);
	sodium_memzero(opened, sizeof(*opened));
	return done;
}
