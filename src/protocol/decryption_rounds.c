/*
 * decryption_rounds.c
 *		A guardian's three moves to decrypt: commit, reveal, respond (3.6.5,
 *		3.6.6).
 */
#include "protocol/decryption_rounds.h"

#include "math/montgomery.h"
#include "math/scalar.h"
#include "math/secret_power.h"

/* Items that are hashed or exported between two looks at the stop function */
#define ITEMS_PER_LOOK	64

/* Powers of an item: a = g^u, b = A^u, M = A^z */
#define POWERS	3

static bool
look(size_t item, const eg_stop *stop)
{
	return item % ITEMS_PER_LOOK == 0 && eg_stop_requested(stop);
}

/*
 * The head of a message of this guardian, with room for its values: scalars
 * (32 bytes each, at bytes) or, with bytes NULL, openings.
 */
static bool
start_message(eg_decryption_message *message, const eg_nonces *nonces,
			  uint8_t **bytes, const eg_arena *arena)
{
	uint32_t	n = nonces->items;
	uint8_t    *digests = arena->allocate(arena->context, 2 * EG_HASH_BYTES);

	memset(message, 0, sizeof(*message));
	message->guardian = nonces->guardian;
	message->n_guardians = nonces->set.n;
	message->guardians = arena->allocate(arena->context, nonces->set.n *
										 sizeof(uint32_t));
	if (digests == NULL || message->guardians == NULL)
		return false;
	memcpy(message->guardians, nonces->set.indices,
		   nonces->set.n * sizeof(uint32_t));
	memcpy(digests, nonces->ciphertexts, EG_HASH_BYTES);
	message->ciphertexts = digests;
	if (nonces->stage == EG_NONCES_REVEALED)
	{
		memcpy(digests + EG_HASH_BYTES, nonces->all_commitments,
			   EG_HASH_BYTES);
		message->commitments = digests + EG_HASH_BYTES;
	}
	if (bytes == NULL)
	{
		message->openings = arena->allocate(arena->context, n *
											sizeof(eg_opening_values));
		message->n_openings = n;
		return message->openings != NULL;
	}
	message->scalars = arena->allocate(arena->context, n *
									   sizeof(message->scalars[0]));
	message->n_scalars = n;
	*bytes = arena->allocate(arena->context, (size_t) n * EG_HASH_BYTES);
	if (message->scalars == NULL || *bytes == NULL)
		return false;
	for (uint32_t i = 0; i < n; i++)
		message->scalars[i] = *bytes + (size_t) i * EG_HASH_BYTES;
	return true;
}

/*
 * Commit
 */

/*
 * The secrets of a commitment, as limbs, in memory that its owner wipes: an
 * arena may not come back
 */
typedef struct commit_state
{
	mp_limb_t  *z;
	size_t		n;
	mp_limb_t  *u;				/* scalar_limbs an item */
	mp_limb_t  *elements;		/* a, b, M of each item, limbs each */
	eg_secret_power *powers;
} commit_state;

bool
eg_key_share_read(const eg_group *group, mp_limb_t *z, const uint8_t *share,
				  eg_fault *fault)
{
	mp_limb_t	bits = 0;

	if (eg_scalar_import(group, z, share))
		for (size_t i = 0; i < group->scalar_limbs; i++)
			bits |= z[i];
	if (bits != 0)
		return true;
	return eg_fault_set(fault, EG_FAULT_VALUE,
						"the guardian's key share is not in 1 .. q - 1");
}

static bool
draw_nonces(commit_state *state, const eg_group *group,
			const eg_random *random, const eg_stop *stop, eg_fault *fault)
{
	for (size_t i = 0; i < state->n; i++)
	{
		if (look(i, stop))
			return eg_fault_interrupted(fault);
		if (!eg_random_scalar(random, state->u + i * group->scalar_limbs))
			return eg_fault_set(fault, EG_FAULT_VALUE,
								"too few nonces are given");
	}
	return true;
}

/* g^u, A^u and A^z of every item (87, 84; 98, 96), all at once */
static bool
compute_powers(commit_state *state, const eg_decryption_subject *subject,
			   const eg_fixed_base *generator, const eg_stop *stop,
			   eg_fault *fault)
{
	const eg_group *group = subject->election->group;
	size_t		limbs = group->limbs;
	eg_secret_power *power = state->powers;
	size_t		offender;
	eg_status	status;

	for (size_t i = 0; i < state->n; i++)
	{
		const mp_limb_t *base = subject->bases + i * limbs;
		const mp_limb_t *u = state->u + i * group->scalar_limbs;
		mp_limb_t  *results = state->elements + POWERS * i * limbs;

		*power++ = (eg_secret_power) {group->g, generator, u, results};
		*power++ = (eg_secret_power) {base, NULL, u, results + limbs};
		*power++ = (eg_secret_power) {base, NULL, state->z,
		results + 2 * limbs};
	}
	status = eg_secret_power_run(group, state->powers, POWERS * state->n,
								 &offender, stop);
	if (status == EG_NOT_FOUND)
		return eg_decryption_no_member(subject, offender / POWERS, fault);
	return status == EG_OK || eg_fault_interrupted(fault);
}

static bool
start_commit(commit_state *state, const eg_decryption_subject *subject,
			 const eg_arena *secrets)
{
	const eg_group *group = subject->election->group;
	size_t		n = subject->n;

	state->n = n;
	state->z = secrets->allocate(secrets->context, group->scalar_limbs *
								 sizeof(mp_limb_t));
	state->u = secrets->allocate(secrets->context, n * group->scalar_limbs *
								 sizeof(mp_limb_t));
	state->elements = secrets->allocate(secrets->context, POWERS * n *
										group->limbs * sizeof(mp_limb_t));
	state->powers = secrets->allocate(secrets->context, POWERS * n *
									  sizeof(eg_secret_power));
	return state->z != NULL && state->u != NULL && state->elements != NULL &&
		state->powers != NULL;
}

/* As bytes in the order in which they are sealed */
static void
export_secrets(uint8_t *secret, const commit_state *state,
			   const eg_group *group)
{
	for (size_t i = 0; i < state->n; i++)
	{
		eg_scalar_export(group, secret, state->u + i * group->scalar_limbs);
		secret += EG_SCALAR_BYTES;
		for (size_t j = POWERS * i; j < POWERS * (i + 1); j++)
		{
			eg_element_export(group, secret,
							  state->elements + j * group->limbs);
			secret += EG_ELEMENT_BYTES;
		}
	}
}

static bool
hash_commitments(uint8_t *d, const uint8_t *secret,
				 const eg_decryption_subject *subject,
				 const eg_guardian_set *set, uint32_t guardian,
				 const eg_stop *stop, eg_fault *fault)
{
	for (size_t i = 0; i < subject->n; i++)
	{
		eg_opening_values values = eg_nonces_values(secret, i);

		if (look(i, stop))
			return eg_fault_interrupted(fault);
		eg_decryption_commitment(d + i * EG_HASH_BYTES, subject, i, guardian,
								 &values, set->indices, set->n);
	}
	return true;
}

/* What stands before the secrets in the sealed nonces, commitments apart */
static void
describe(eg_nonces *nonces, const eg_decryption_subject *subject,
		 const eg_guardian_set *set, uint32_t guardian)
{
	memset(nonces, 0, sizeof(*nonces));
	nonces->stage = EG_NONCES_COMMITTED;
	nonces->use = subject->use;
	nonces->guardian = guardian;
	nonces->items = subject->n;
	nonces->set = *set;
	memcpy(nonces->h_e, subject->election->h_e, EG_HASH_BYTES);
	memcpy(nonces->ciphertexts, subject->digest, EG_HASH_BYTES);
}

static bool
seal(eg_bytes *sealed, const eg_nonces *nonces, const uint8_t *secret,
	 const uint8_t *nonce_key, const eg_arena *arena, eg_fault *fault)
{
	uint8_t    *bytes;

	sealed->size = eg_nonces_size(nonces);
	bytes = arena->allocate(arena->context, sealed->size);
	sealed->data = bytes;
	if (bytes == NULL)
		return eg_fault_out_of_memory(fault);
	eg_nonces_seal(bytes, nonces, secret, nonce_key);
	return true;
}

static bool
check_own_place(const eg_guardian_set *set, uint32_t guardian,
				eg_fault *fault)
{
	if (eg_guardian_place(set, guardian) < set->n)
		return true;
	fault->guardian = guardian;
	return eg_fault_set(fault, EG_FAULT_VALUE,
						"the guardian is not in the set that decrypts");
}

/* From powers to the message and the sealed nonces */
static bool
finish_commit(eg_decryption_message *commitments, eg_bytes *sealed,
			  const commit_state *state, const eg_decryption_subject *subject,
			  const eg_guardian_set *set, const eg_decryption_key *key,
			  const eg_decryption_memory *memory, const eg_stop *stop,
			  eg_fault *fault)
{
	const eg_arena *secrets = memory->secrets;
	eg_nonces	nonces;
	uint8_t    *secret;
	uint8_t    *d;

	describe(&nonces, subject, set, key->guardian);
	secret = secrets->allocate(secrets->context,
							   eg_nonces_secret_size(&nonces));
	if (secret == NULL ||
		!start_message(commitments, &nonces, &d, memory->arena))
		return eg_fault_out_of_memory(fault);
	export_secrets(secret, state, subject->election->group);
	if (!hash_commitments(d, secret, subject, set, key->guardian, stop, fault))
		return false;
	eg_own_commitments_digest(nonces.own_commitments, set, subject->digest,
							  commitments);
	return seal(sealed, &nonces, secret, key->nonce_key, memory->arena, fault);
}

bool
eg_decryption_commit(eg_decryption_message *commitments, eg_bytes *sealed,
					 const eg_decryption_subject *subject,
					 const eg_guardian_set *set, const eg_decryption_key *key,
					 const eg_fixed_base *generator, const eg_random *random,
					 const eg_decryption_memory *memory, const eg_stop *stop,
					 eg_fault *fault)
{
	const eg_group *group = subject->election->group;
	commit_state state;

	if (!check_own_place(set, key->guardian, fault))
		return false;
	if (!start_commit(&state, subject, memory->secrets))
		return eg_fault_out_of_memory(fault);
	return eg_key_share_read(group, state.z, key->share, fault) &&
		draw_nonces(&state, group, random, stop, fault) &&
		compute_powers(&state, subject, generator, stop, fault) &&
		finish_commit(commitments, sealed, &state, subject, set, key, memory,
					  stop, fault);
}

/*
 * Reveal
 */

/* Reads sealed nonces, which must be this guardian's, and opens them. */
static bool
open_nonces(eg_nonces *nonces, uint8_t **secret, eg_bytes sealed,
			const eg_decryption_key *key, const eg_arena *secrets,
			eg_fault *fault)
{
	if (!eg_nonces_read(nonces, sealed, fault))
		return false;
	if (nonces->guardian != key->guardian)
	{
		fault->guardian = nonces->guardian;
		return eg_fault_set(fault, EG_FAULT_MISMATCH,
							"the nonces are another guardian's");
	}
	*secret = secrets->allocate(secrets->context,
								eg_nonces_secret_size(nonces) + 1);
	if (*secret == NULL)
		return eg_fault_out_of_memory(fault);
	return eg_nonces_open(*secret, nonces, sealed, key->nonce_key, fault);
}

/* Binds nonces to these commitments, or sees that they are bound to them. */
static bool
bind(eg_nonces *nonces, const eg_decryption_message *const *commitments,
	 eg_fault *fault)
{
	uint32_t	own = eg_guardian_place(&nonces->set, nonces->guardian);
	uint8_t		digest[EG_HASH_BYTES];

	eg_own_commitments_digest(digest, &nonces->set, nonces->ciphertexts,
							  commitments[own]);
	if (memcmp(digest, nonces->own_commitments, EG_HASH_BYTES) != 0)
	{
		fault->guardian = nonces->guardian;
		return eg_fault_set(fault, EG_FAULT_MISMATCH,
							"the guardian's own commitments are not those of the nonces");
	}
	eg_set_commitments_digest(digest, &nonces->set, nonces->ciphertexts,
							  commitments);
	if (nonces->stage == EG_NONCES_REVEALED)
		return memcmp(digest, nonces->all_commitments, EG_HASH_BYTES) == 0 ||
			eg_fault_set(fault, EG_FAULT_MISMATCH,
						 "the nonces were revealed for other commitments");
	nonces->stage = EG_NONCES_REVEALED;
	memcpy(nonces->all_commitments, digest, EG_HASH_BYTES);
	return true;
}

bool
eg_decryption_reveal(eg_decryption_message *reveal, eg_bytes *bound,
					 eg_bytes sealed,
					 const eg_decryption_message *const *commitments,
					 const eg_decryption_key *key,
					 const eg_decryption_memory *memory, eg_fault *fault)
{
	const eg_arena *arena = memory->arena;
	eg_nonces	nonces;
	uint8_t    *secret;
	uint8_t    *values;

	if (!open_nonces(&nonces, &secret, sealed, key, memory->secrets, fault) ||
		!bind(&nonces, commitments, fault))
		return false;
	values = arena->allocate(arena->context, (size_t) nonces.items * 3 *
							 EG_ELEMENT_BYTES + 1);
	if (values == NULL || !start_message(reveal, &nonces, NULL, arena))
		return eg_fault_out_of_memory(fault);
	for (size_t i = 0; i < nonces.items; i++)
	{
		uint8_t    *copy = values + i * 3 * EG_ELEMENT_BYTES;

		memcpy(copy, eg_nonces_values(secret, i).a, 3 * EG_ELEMENT_BYTES);
		reveal->openings[i].a = copy;
		reveal->openings[i].b = copy + EG_ELEMENT_BYTES;
		reveal->openings[i].m = copy + 2 * EG_ELEMENT_BYTES;
	}
	return seal(bound, &nonces, secret, key->nonce_key, arena, fault);
}

/*
 * What the messages of a round come to
 */

bool
eg_opening_fits(const eg_decryption_subject *subject, const eg_round *round,
				uint32_t place, size_t item)
{
	const eg_guardian_set *set = round->set;
	uint8_t		d[EG_HASH_BYTES];

	eg_decryption_commitment(d, subject, item, set->indices[place],
							 &round->reveals[place]->openings[item],
							 set->indices, set->n);
	return memcmp(d, round->commitments[place]->scalars[item],
				  EG_HASH_BYTES) == 0;
}

/*
 * Respond
 */

/*
 * That the nonces are for this decryption, and revealed.  The digest says, too,
 * that these are the bases which were found to be in Z_p^r.
 */
static bool
check_nonces(const eg_nonces *nonces, const eg_decryption_subject *subject,
			 const eg_round *round, eg_fault *fault)
{
	uint8_t		digest[EG_HASH_BYTES];

	if (nonces->use != subject->use || nonces->items != subject->n ||
		memcmp(nonces->ciphertexts, subject->digest, EG_HASH_BYTES) != 0)
		return eg_fault_set(fault, EG_FAULT_MISMATCH,
							"the nonces are for other ciphertexts");
	if (nonces->stage != EG_NONCES_REVEALED)
		return eg_fault_set(fault, EG_FAULT_MISMATCH,
							"the nonces have not been revealed");
	eg_set_commitments_digest(digest, &nonces->set, nonces->ciphertexts,
							  round->commitments);
	if (memcmp(digest, nonces->all_commitments, EG_HASH_BYTES) != 0)
		return eg_fault_set(fault, EG_FAULT_MISMATCH,
							"the nonces were revealed for other commitments");
	return true;
}

/* What a guardian has revealed is what he had committed to. */
static bool
check_openings(const eg_decryption_subject *subject, const eg_round *round,
			   uint32_t place, const eg_stop *stop, eg_fault *fault)
{
	for (size_t i = 0; i < subject->n; i++)
	{
		if (look(i, stop))
			return eg_fault_interrupted(fault);
		if (eg_opening_fits(subject, round, place, i))
			continue;
		fault->guardian = round->set->indices[place];
		eg_decryption_name(subject, i, fault);
		return eg_fault_set(fault, EG_FAULT_VALUE,
							"the guardian did not reveal what he had committed to");
	}
	return true;
}

/* And it is in the group, for item number j of those that were looked at. */
static bool
check_members(const eg_accumulator *accumulator, size_t first, size_t j,
			  eg_fault *fault)
{
	const eg_guardian_set *set = accumulator->round->set;

	for (uint32_t i = 0; i < set->n; i++)
		if (!eg_accumulator_members(accumulator, i, j))
		{
			fault->guardian = set->indices[i];
			eg_decryption_name(accumulator->subject, first + j, fault);
			return eg_fault_set(fault, EG_FAULT_VALUE,
								"a, b or M is not in the group of order q");
		}
	return true;
}

/* v_i = u_i - c_i z_i for the adjusted challenge c_i = c w_i (91, 92; 102) */
static void
answer(const eg_group *group, uint8_t *response, const uint8_t *nonce,
	   const uint8_t *challenge, const mp_limb_t *w, const mp_limb_t *z)
{
	mp_limb_t	u[EG_MAX_SCALAR_LIMBS];
	mp_limb_t	c[EG_MAX_SCALAR_LIMBS];

	/* Neither is above q: one was drawn below it, the other is of H_q. */
	eg_scalar_reduce(group, u, nonce);
	eg_scalar_reduce(group, c, challenge);
	eg_scalar_mul(group, c, c, w);
	eg_scalar_mul(group, c, c, z);
	eg_scalar_sub(group, u, u, c);
	eg_scalar_export(group, response, u);
	eg_wipe(u, sizeof(u));
	eg_wipe(c, sizeof(c));
}

/* What answering takes besides the messages */
typedef struct answerer
{
	const eg_group *group;
	mp_limb_t  *z;				/* where its owner wipes it */
	const uint8_t *secret;
	uint32_t	own;			/* the guardian's place */
	uint8_t    *responses;
	eg_accumulated *accumulated;
} answerer;

static bool
answer_some(answerer *all, eg_accumulator *accumulator, size_t first,
			size_t n, const eg_stop *stop, eg_fault *fault)
{
	const mp_limb_t *w = accumulator->w + all->own * all->group->scalar_limbs;

	if (eg_accumulator_run(accumulator, all->accumulated, first, n,
						   stop) != EG_OK)
		return eg_fault_interrupted(fault);
	for (size_t j = 0; j < n; j++)
	{
		if (!check_members(accumulator, first, j, fault))
			return false;
		answer(all->group, all->responses + (first + j) * EG_SCALAR_BYTES,
			   all->secret + (first + j) * EG_NONCE_ITEM_BYTES,
			   all->accumulated[j].c, w, all->z);
	}
	return true;
}

static bool
answer_items(answerer *all, const eg_decryption_subject *subject,
			 const eg_round *round, const eg_arena *arena,
			 const eg_stop *stop, eg_fault *fault)
{
	eg_accumulator accumulator;
	size_t		some;

	if (!eg_accumulator_start(&accumulator, subject, round, true, arena))
		return eg_fault_out_of_memory(fault);
	all->accumulated = arena->allocate(arena->context, accumulator.room *
									   sizeof(eg_accumulated));
	if (all->accumulated == NULL)
		return eg_fault_out_of_memory(fault);
	for (size_t i = 0; i < subject->n; i += some)
	{
		some = subject->n - i;
		if (some > accumulator.room)
			some = accumulator.room;
		if (!answer_some(all, &accumulator, i, some, stop, fault))
			return false;
	}
	return true;
}

bool
eg_decryption_respond(eg_decryption_message *responses, eg_bytes bound,
					  const eg_decryption_subject *subject,
					  const eg_round *round, const eg_decryption_key *key,
					  const eg_decryption_memory *memory, const eg_stop *stop,
					  eg_fault *fault)
{
	const eg_arena *secrets = memory->secrets;
	answerer	all;
	uint8_t    *secret;
	eg_nonces	nonces;

	if (!open_nonces(&nonces, &secret, bound, key, memory->secrets, fault) ||
		!check_nonces(&nonces, subject, round, fault))
		return false;
	for (uint32_t i = 0; i < round->set->n; i++)
		if (!check_openings(subject, round, i, stop, fault))
			return false;
	memset(&all, 0, sizeof(all));
	all.group = subject->election->group;
	all.z = secrets->allocate(secrets->context, all.group->scalar_limbs *
							  sizeof(mp_limb_t));
	if (all.z == NULL ||
		!start_message(responses, &nonces, &all.responses, memory->arena))
		return eg_fault_out_of_memory(fault);
	all.secret = secret;
	all.own = eg_guardian_place(round->set, key->guardian);
	return eg_key_share_read(all.group, all.z, key->share, fault) &&
		answer_items(&all, subject, round, memory->arena, stop, fault);
}
