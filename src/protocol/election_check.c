/*
 * election_check.c
 *		Verifications 1 to 4: parameters, guardians and joint keys.
 */
#include "protocol/election_check.h"

#include <stdlib.h>

#include "math/limbs.h"
#include "math/montgomery.h"
#include "math/scalar.h"
#include "protocol/hash_uses.h"
#include "protocol/range_proof.h"

/* Memory for one guardian, used again for the next. */
typedef struct guardian_room
{
	uint8_t    *bytes;
	size_t		size;
	size_t		used;
} guardian_room;

typedef struct election_check
{
	const eg_election_files *files;
	const eg_group *group;
	const eg_election_sink *sink;
	const eg_stop *stop;
	eg_fault   *fault;
	bool		has_h_p;
	bool		has_h_b;
	uint8_t		h_p[EG_HASH_BYTES]; /* recomputed, like all that follow */
	uint8_t		h_b[EG_HASH_BYTES];
	const eg_guardian **guardians;	/* by ascending index */
	mp_limb_t	products[EG_KEY_USES][EG_MAX_LIMBS];	/* of the K_i,0 */
	bool		keyless[EG_KEY_USES];	/* a guardian has no K_i,0 */
	guardian_room room;
	eg_arena	room_arena;
	eg_batch_plan plan;
} election_check;

/* One of a guardian's two keys. */
typedef struct key_check
{
	const eg_guardian_key *key;
	bool		right_size;
	bool		canonical;		/* commitments are below p */
	bool		reduced;		/* challenge and responses are below q */
	eg_chain   *commitments;
	eg_fixed_power *responses;	/* g^v_i,j */
} key_check;

typedef struct guardian_check
{
	const eg_guardian *guardian;
	key_check	keys[EG_KEY_USES];
	mp_limb_t  *challenges;		/* c_i, c^_i: exponents of kappa_i */
	bool		canonical;		/* kappa_i is below p */
	eg_chain   *kappa;
} guardian_check;

static const char *const key_names[EG_KEY_USES] = {"vote key", "data key"};

/*
 * Reporting
 */

static void
report(const election_check *check, const char *step, eg_verdict verdict,
	   uint32_t guardian, const char *subject, const char *detail)
{
	eg_election_row row = {step, verdict, subject, guardian, NULL};

	if (verdict != EG_PASSED)
		row.detail = detail;
	check->sink->row(check->sink->context, &row);
}

static void
not_run(const election_check *check, const char *const *steps, size_t n,
		const char *subject, const char *why)
{
	for (size_t i = 0; i < n; i++)
		report(check, steps[i], EG_NOT_RUN, 0, subject, why);
}

#define NOT_RUN(check, steps, subject, why) \
	not_run(check, steps, sizeof(steps) / sizeof(steps[0]), subject, why)

/*
 * Verification 1: parameters
 */

/* The value of a hexadecimal digit, or 16. */
static unsigned
digit_value(uint8_t digit)
{
	if (digit >= '0' && digit <= '9')
		return digit - '0';
	if (digit >= 'a' && digit <= 'f')
		return digit - 'a' + 10U;
	if (digit >= 'A' && digit <= 'F')
		return digit - 'A' + 10U;
	return 16;
}

/* Whether hexadecimal text of any length states this number. */
static bool
states_number(eg_bytes text, const uint8_t *number, size_t size)
{
	for (size_t i = 0; i < text.size || i < 2 * size; i++)
	{
		unsigned	stated = 0;
		unsigned	wanted = 0;

		if (i < text.size)
			stated = digit_value(text.data[text.size - 1 - i]);
		if (i < 2 * size)
			wanted = number[size - 1 - i / 2] >> (i % 2 * 4) & 15;
		if (stated != wanted)
			return false;
	}
	return text.size > 0;
}

static void
check_number(const election_check *check, const char *step, eg_bytes text,
			 const uint8_t *number, size_t size, const char *detail)
{
	report(check, step, eg_verdict_of(states_number(text, number, size)), 0,
		   "constants", text.data == NULL ? "not stated" : detail);
}

/* r = (p - 1) / q, which 2.1.0 no longer asks for (3.1.1) */
static void
check_cofactor(const election_check *check, eg_bytes text)
{
	const eg_group *group = check->group;
	size_t		n = (size_t) group->limbs - group->scalar_limbs + 1;
	mp_limb_t	p_1[EG_MAX_LIMBS];
	mp_limb_t	r[EG_MAX_LIMBS];
	mp_limb_t	rest[EG_MAX_SCALAR_LIMBS];
	uint8_t		bytes[EG_ELEMENT_BYTES];

	if (text.data == NULL)
		return;
	mpn_sub_1(p_1, group->p, group->limbs, 1);
	mpn_tdiv_qr(r, rest, 0, p_1, group->limbs, group->q,
				group->scalar_limbs);
	eg_limbs_to_big_endian(bytes, r, n);
	check_number(check, "1.r", text, bytes, 8 * n, "the cofactor is not r");
}

/* 1.A to 1.D */
static void
check_constants(const election_check *check)
{
	static const char *const steps[] = {"1.A", "1.B", "1.C", "1.D"};
	static const char version[] = "v2.1.0";
	const eg_constants *constants = check->files->constants;
	const eg_group *group = check->group;
	uint8_t		bytes[EG_ELEMENT_BYTES];
	bool		right;

	if (constants == NULL)
	{
		NOT_RUN(check, steps, "constants", "the constants were not read");
		return;
	}
	right = constants->version.size == sizeof(version) - 1 &&
		memcmp(constants->version.data, version, sizeof(version) - 1) == 0;
	report(check, "1.A", eg_verdict_of(right), 0, "constants",
		   "protocolVersion is not v2.1.0");
	eg_element_export(group, bytes, group->p);
	check_number(check, "1.B", constants->numbers->p, bytes,
				 group->element_bytes, "the large prime is not p");
	eg_scalar_export(group, bytes, group->q);
	check_number(check, "1.C", constants->numbers->q, bytes,
				 group->scalar_bytes, "the small prime is not q");
	eg_element_export(group, bytes, group->g);
	check_number(check, "1.D", constants->numbers->g, bytes,
				 group->element_bytes, "the generator is not g");
	check_cofactor(check, constants->numbers->r);
}

/* A stated hash beside the one that was computed. */
static void
check_hash(const election_check *check, const char *step, const char *subject,
		   const uint8_t *stated, const uint8_t *computed)
{
	report(check, step,
		   eg_verdict_of(stated != NULL &&
						 memcmp(stated, computed, EG_HASH_BYTES) == 0),
		   0, subject, stated == NULL ? "not stated" : "it is not the hash");
}

/* 1.E and 1.F, and that the quorum is one (3.2) */
static void
check_base_hashes(election_check *check)
{
	static const char *const steps[] = {"3.2 quorum", "1.E", "1.F"};
	const eg_election_config *config = check->files->config;

	if (config == NULL)
	{
		NOT_RUN(check, steps, "configuration",
				"the configuration was not read");
		return;
	}
	report(check, "3.2 quorum",
		   eg_verdict_of(config->k >= 1 && config->k <= config->n), 0,
		   "configuration", "guardians and quorum are not 1 <= k <= n");
	eg_parameter_base_hash(check->h_p, config->n, config->k);
	check->has_h_p = true;
	check_hash(check, "1.E", "parameter base hash", config->h_p, check->h_p);
	if (check->files->manifest.data == NULL)
	{
		report(check, "1.F", EG_NOT_RUN, 0, "base hash",
			   "the manifest was not read");
		return;
	}
	eg_base_hash(check->h_b, check->h_p, check->files->manifest);
	check->has_h_b = true;
	check_hash(check, "1.F", "base hash", config->h_b, check->h_b);
}

/*
 * Verification 2: planning a guardian's batch
 */

/*
 * Reads a number below 2^4096, which is reduced if it is not below p: as an
 * element it is refused, in the equations it counts as its residue.
 */
static mp_limb_t *
import_residue(election_check *check, const uint8_t *bytes, bool *canonical)
{
	const eg_group *group = check->group;
	mp_limb_t  *x = eg_plan_limbs(&check->plan, group->limbs);

	if (x == NULL)
		return NULL;
	eg_limbs_from_big_endian(x, bytes, group->limbs);
	if (mpn_cmp(x, group->p, group->limbs) >= 0)
	{
		mpn_sub_n(x, x, group->p, group->limbs);
		*canonical = false;
	}
	return x;
}

static void
import_scalar(const eg_group *group, mp_limb_t *x, const uint8_t *bytes,
			  bool *reduced)
{
	if (eg_scalar_import(group, x, bytes))
		return;
	*reduced = false;
	eg_scalar_reduce(group, x, bytes);
}

/* 2.1 and 2.3: g^v_i,j for all j, K_i,j^c_i for all j < k */
static void
plan_key(election_check *check, key_check *key, const mp_limb_t *challenge)
{
	const eg_group *group = check->group;
	const eg_key_proof *proof = key->key->proof;
	eg_batch_plan *plan = &check->plan;

	key->commitments = plan->batch.chains + plan->batch.n_chains;
	for (uint32_t j = 0; j < key->key->n && !plan->exhausted; j++)
	{
		mp_limb_t  *x = import_residue(check, key->key->commitments +
									   (size_t) j * EG_ELEMENT_BYTES,
									   &key->canonical);

		if (x != NULL)
			eg_plan_chain(plan, x, challenge, key->right_size ? 1 : 0);
	}
	key->responses = plan->batch.fixed + plan->batch.n_fixed;
	for (uint32_t j = 0; j < proof->n && !plan->exhausted; j++)
	{
		mp_limb_t  *v = eg_plan_limbs(plan, group->scalar_limbs);

		if (v == NULL)
			return;
		import_scalar(group, v, proof->responses[j], &key->reduced);
		if (key->right_size)
			eg_plan_generator(plan, v);
	}
}

/* The challenges lie one after the other, so that kappa_i has one chain. */
static bool
plan_guardian(election_check *check, guardian_check *guardian)
{
	const eg_election_config *config = check->files->config;
	eg_batch_plan *plan = &check->plan;
	size_t		s = check->group->scalar_limbs;
	mp_limb_t  *kappa;

	check->room.used = 0;
	plan->batch.n_chains = 0;
	plan->batch.n_fixed = 0;
	guardian->challenges = eg_plan_limbs(plan, EG_KEY_USES * s);
	if (guardian->challenges == NULL)
		return false;
	for (int use = 0; use < EG_KEY_USES; use++)
	{
		key_check  *key = &guardian->keys[use];
		mp_limb_t  *challenge = guardian->challenges + (size_t) use * s;

		key->key = guardian->guardian->keys[use];
		key->right_size = config != NULL && key->key->n == config->k &&
			key->key->proof->n == (uint64_t) config->k + 1;
		key->canonical = true;
		key->reduced = true;
		import_scalar(check->group, challenge, key->key->proof->challenge,
					  &key->reduced);
		plan_key(check, key, challenge);
	}
	guardian->canonical = true;
	kappa = import_residue(check, guardian->guardian->communication_key,
						   &guardian->canonical);
	if (kappa == NULL)
		return false;
	guardian->kappa = eg_plan_chain(plan, kappa, guardian->challenges,
									EG_KEY_USES);
	return !plan->exhausted;
}

/*
 * Verification 2: judging
 */

/* 2.C, from 2.1 to 2.4 (eq. 11, 13) */
static bool
challenge_holds(const election_check *check, const guardian_check *guardian,
				eg_key_use use)
{
	const eg_group *group = check->group;
	const key_check *key = &guardian->keys[use];
	uint32_t	k = key->key->n;
	uint8_t		c[EG_HASH_BYTES];
	eg_hash		hash;

	if (use == EG_VOTE_KEY)
		eg_vote_key_challenge_begin(&hash, check->h_p,
									guardian->guardian->index);
	else
		eg_data_key_challenge_begin(&hash, check->h_p,
									guardian->guardian->index);
	eg_hash_bytes(&hash, key->key->commitments,
				  (size_t) k * EG_ELEMENT_BYTES);
	eg_hash_element(&hash, guardian->guardian->communication_key);
	for (uint32_t j = 0; j < k; j++)
		eg_hash_product(group, &hash, key->responses[j].power,
						key->commitments[j].powers);
	eg_hash_product(group, &hash, key->responses[k].power,
					guardian->kappa->powers + (size_t) use * group->limbs);
	eg_hash_end(&hash, c);
	return memcmp(c, key->key->proof->challenge, sizeof(c)) == 0;
}

static void
judge_challenge(const election_check *check, const guardian_check *guardian,
				eg_key_use use)
{
	uint32_t	i = guardian->guardian->index;
	const char *name = key_names[use];

	if (!check->has_h_p)
		report(check, "2.C", EG_NOT_RUN, i, name,
			   "the configuration was not read");
	else if (!guardian->keys[use].right_size)
		report(check, "2.C", EG_NOT_RUN, i, name, "the key has a wrong size");
	else
		report(check, "2.C",
			   eg_verdict_of(challenge_holds(check, guardian, use)), i, name,
			   "the challenge is not the hash");
}

static void
judge_key(const election_check *check, const guardian_check *guardian,
		  eg_key_use use)
{
	const key_check *key = &guardian->keys[use];
	uint32_t	i = guardian->guardian->index;
	const char *name = key_names[use];
	bool		members = key->canonical;

	for (uint32_t j = 0; j < key->key->n; j++)
		members = members && key->commitments[j].member;
	if (check->files->config == NULL)
		report(check, "2.size", EG_NOT_RUN, i, name,
			   "the configuration was not read");
	else
		report(check, "2.size", eg_verdict_of(key->right_size), i, name,
			   "there are not k commitments and k + 1 responses");
	if (key->key->n == 0)
		report(check, "2.A", EG_NOT_RUN, i, name, "there are no commitments");
	else
		report(check, "2.A", eg_verdict_of(members), i, name,
			   "a commitment is not in Z_p^r");
	report(check, "2.B", eg_verdict_of(key->reduced), i, name,
		   "the challenge or a response is not below q");
	judge_challenge(check, guardian, use);
}

static bool
is_one(const uint8_t *element)
{
	static const uint8_t zeros[EG_ELEMENT_BYTES - 1];

	return element[EG_ELEMENT_BYTES - 1] == 1 &&
		memcmp(element, zeros, sizeof(zeros)) == 0;
}

/* Whoever's key is 1 has a secret that all know: our rule (errata). */
static void
judge_identity(const election_check *check, const eg_guardian *guardian)
{
	bool		one = is_one(guardian->communication_key);

	for (int use = 0; use < EG_KEY_USES; use++)
		one = one || (guardian->keys[use]->n > 0 &&
					  is_one(guardian->keys[use]->commitments));
	report(check, "2.identity", eg_verdict_of(!one), guardian->index, NULL,
		   "a public key is 1");
}

/* Multiplies K_i,0 into K, K^_i,0 into K^ (eq. 25, 26). */
static void
collect_keys(election_check *check, const guardian_check *guardian)
{
	for (int use = 0; use < EG_KEY_USES; use++)
	{
		const key_check *key = &guardian->keys[use];

		if (key->key->n == 0)
			check->keyless[use] = true;
		else
			eg_multiply(check->group, check->products[use], check->products[use],
					 key->commitments[0].base);
	}
}

static bool
check_guardian(election_check *check, const eg_guardian *of)
{
	guardian_check guardian;

	memset(&guardian, 0, sizeof(guardian));
	guardian.guardian = of;
	if (!plan_guardian(check, &guardian))
		return eg_fault_set(check->fault, EG_FAULT_LIMIT, "out of memory");
	if (eg_batch_run(&check->plan.batch, check->stop) != EG_OK)
		return eg_fault_set(check->fault, EG_FAULT_INTERRUPTED,
							"interrupted");
	report(check, "2.A",
		   eg_verdict_of(guardian.canonical && guardian.kappa->member),
		   of->index, "communication key", "it is not in Z_p^r");
	for (int use = 0; use < EG_KEY_USES; use++)
		judge_key(check, &guardian, (eg_key_use) use);
	judge_identity(check, of);
	collect_keys(check, &guardian);
	return true;
}

/*
 * Verification 2: all guardians
 */

/* The room that the largest guardian needs. */
static void
measure_guardians(const eg_guardian_record *record, size_t *commitments,
				  size_t *responses)
{
	*commitments = 0;
	*responses = 0;
	for (uint32_t i = 0; i < record->n; i++)
	{
		const eg_guardian *guardian = &record->guardians[i];
		size_t		n = (size_t) guardian->keys[0]->n + guardian->keys[1]->n;
		size_t		m = (size_t) guardian->keys[0]->proof->n +
			guardian->keys[1]->proof->n;

		*commitments = n > *commitments ? n : *commitments;
		*responses = m > *responses ? m : *responses;
	}
}

static void *
allocate_in_room(void *context, size_t size)
{
	guardian_room *room = context;
	uint8_t    *memory = room->bytes + room->used;

	if (size > room->size - room->used)
		return NULL;
	room->used += size;
	memset(memory, 0, size);
	return memory;
}

/*
 * Only limbs are taken from the room, so that whole limbs keep it aligned: a
 * base and its power for each commitment, one power more for kappa_i; an
 * exponent and its power for each response; the challenges.
 */
static bool
make_room(election_check *check, const eg_arena *arena,
		  const eg_fixed_base *generator)
{
	const eg_group *group = check->group;
	eg_batch_plan *plan = &check->plan;
	guardian_room *room = &check->room;
	size_t		commitments;
	size_t		responses;
	size_t		limbs;

	measure_guardians(check->files->record, &commitments, &responses);
	limbs = (2 * commitments + 3) * group->limbs +
		responses * ((size_t) group->limbs + group->scalar_limbs) +
		EG_KEY_USES * (size_t) group->scalar_limbs;
	room->size = limbs * sizeof(mp_limb_t);
	room->bytes = arena->allocate(arena->context, room->size);
	plan->batch.chains = arena->allocate(arena->context, (commitments + 1) *
										 sizeof(eg_chain));
	plan->batch.fixed = arena->allocate(arena->context, (responses + 1) *
										sizeof(eg_fixed_power));
	if (room->bytes == NULL || plan->batch.chains == NULL ||
		plan->batch.fixed == NULL)
		return false;
	check->room_arena.allocate = allocate_in_room;
	check->room_arena.context = room;
	plan->arena = &check->room_arena;
	plan->batch.group = group;
	plan->generator = group->g;
	plan->generator_table = generator;
	return true;
}

/* Those of one index stay as they stand in the record. */
static int
compare_guardians(const void *a, const void *b)
{
	const eg_guardian *x = *(const eg_guardian *const *) a;
	const eg_guardian *y = *(const eg_guardian *const *) b;

	if (x->index == y->index)
		return (x > y) - (x < y);
	return x->index > y->index ? 1 : -1;
}

/* The record may list them in any order; hashes take them in this one. */
const eg_guardian **
eg_guardians_by_index(const eg_guardian_record *record, const eg_arena *arena)
{
	const eg_guardian **guardians;

	guardians = arena->allocate(arena->context, ((size_t) record->n + 1) *
								sizeof(eg_guardian *));
	if (guardians == NULL)
		return NULL;
	for (uint32_t i = 0; i < record->n; i++)
		guardians[i] = &record->guardians[i];
	qsort(guardians, record->n, sizeof(eg_guardian *), compare_guardians);
	return guardians;
}

/* The guardians are those that went into H_P: 1 .. n, each once (3.2). */
static void
check_indices(const election_check *check)
{
	const eg_guardian_record *record = check->files->record;
	const eg_election_config *config = check->files->config;
	bool		complete;

	if (config == NULL)
	{
		report(check, "2.guardians", EG_NOT_RUN, 0, "guardians",
			   "the configuration was not read");
		return;
	}
	complete = record->n == config->n;
	for (uint32_t i = 0; i < record->n; i++)
		complete = complete && check->guardians[i]->index == i + 1;
	report(check, "2.guardians", eg_verdict_of(complete), 0, "guardians",
		   "their indices are not 1 .. n, each once");
}

/* Verification 2 but for the set of indices */
static bool
check_each_guardian(election_check *check, const eg_fixed_base *generator,
					const eg_arena *arena)
{
	static const char *const steps[] = {"2.size", "2.A", "2.B", "2.C",
	"2.identity"};
	const eg_guardian_record *record = check->files->record;

	if (!make_room(check, arena, generator))
		return eg_fault_set(check->fault, EG_FAULT_LIMIT, "out of memory");
	if (record->n == 0)
		NOT_RUN(check, steps, "guardians", "there are no guardians");
	for (int use = 0; use < EG_KEY_USES; use++)
		check->products[use][0] = 1;
	for (uint32_t i = 0; i < record->n; i++)
		if (!check_guardian(check, check->guardians[i]))
			return false;
	return true;
}

/*
 * Verifications 3 and 4: joint keys and the hashes over them
 */

static void
check_joint_keys(const election_check *check)
{
	static const char *const steps[EG_KEY_USES] = {"3.A", "3.B"};
	static const char *const names[EG_KEY_USES] = {"joint public key",
	"joint data public key"};
	const eg_guardian_record *record = check->files->record;

	for (int use = 0; use < EG_KEY_USES; use++)
	{
		const uint8_t *stated = record->joint_keys[use];
		uint8_t		product[EG_ELEMENT_BYTES];

		eg_element_export(check->group, product, check->products[use]);
		if (check->keyless[use])
			report(check, steps[use], EG_NOT_RUN, 0, names[use],
				   "a guardian has no public key");
		else
			report(check, steps[use],
				   eg_verdict_of(memcmp(stated, product,
										sizeof(product)) == 0),
				   0, names[use],
				   "it is not the product of the guardians' public keys");
		report(check, "3.identity", eg_verdict_of(!is_one(stated)), 0,
			   names[use], "it is 1");
	}
}

bool
eg_guardian_record_hash(uint8_t *h_g, const uint8_t *h_b,
						const uint8_t *const *joint_keys,
						const eg_guardian *const *guardians, uint32_t n,
						const eg_stop *stop, eg_fault *fault)
{
	eg_hash		hash;

	eg_guardian_record_hash_begin(&hash, h_b, joint_keys[EG_VOTE_KEY],
								  joint_keys[EG_DATA_KEY]);
	for (int use = 0; use < EG_KEY_USES; use++)
		for (uint32_t i = 0; i < n; i++)
		{
			const eg_guardian_key *key = guardians[i]->keys[use];

			if (eg_stop_requested(stop))
				return eg_fault_set(fault, EG_FAULT_INTERRUPTED,
									"interrupted");
			eg_hash_bytes(&hash, key->commitments,
						  (size_t) key->n * EG_ELEMENT_BYTES);
		}
	for (uint32_t i = 0; i < n; i++)
		eg_hash_element(&hash, guardians[i]->communication_key);
	eg_hash_end(&hash, h_g);
	return true;
}

/* H_G, which a record may leave out */
static bool
check_record_hash(const election_check *check)
{
	static const char subject[] = "guardian record hash";
	const eg_guardian_record *record = check->files->record;
	uint8_t		h_g[EG_HASH_BYTES];

	if (record->h_g == NULL)
	{
		report(check, "H_G", EG_NOT_RUN, 0, subject, "not stated");
		return true;
	}
	if (!eg_guardian_record_hash(h_g, check->h_b, record->joint_keys,
								 check->guardians, record->n, check->stop,
								 check->fault))
		return false;
	check_hash(check, "H_G", subject, record->h_g, h_g);
	return true;
}

/* 4.A: H_E over the joint keys as they are stated (eq. 30) */
static bool
check_extended_hashes(const election_check *check)
{
	static const char *const steps[] = {"4.A", "H_G"};
	const eg_guardian_record *record = check->files->record;
	uint8_t		h_e[EG_HASH_BYTES];

	if (!check->has_h_b)
	{
		NOT_RUN(check, steps, "extended hashes",
				"configuration and manifest were not both read");
		return true;
	}
	eg_extended_base_hash(h_e, check->h_b, record->joint_keys[EG_VOTE_KEY],
						  record->joint_keys[EG_DATA_KEY]);
	check_hash(check, "4.A", "extended base hash", record->h_e, h_e);
	return check_record_hash(check);
}

/*
 * The whole
 */

size_t
eg_election_check_powers(const eg_guardian_record *record)
{
	size_t		n = 0;

	for (uint32_t i = 0; i < record->n; i++)
		for (int use = 0; use < EG_KEY_USES; use++)
			n += record->guardians[i].keys[use]->proof->n;
	return n;
}

bool
eg_election_check(const eg_election_files *files,
				  const eg_fixed_base *generator, const eg_arena *arena,
				  const eg_election_sink *sink, const eg_stop *stop,
				  eg_fault *fault)
{
	static const char *const steps[] = {"2.guardians", "2.size", "2.A", "2.B",
		"2.C", "2.identity", "3.A", "3.B", "3.identity", "4.A", "H_G"};
	election_check check;

	memset(&check, 0, sizeof(check));
	check.files = files;
	check.group = &eg_group_2_1_0;
	check.sink = sink;
	check.stop = stop;
	check.fault = fault;
	check_constants(&check);
	check_base_hashes(&check);
	if (files->record == NULL)
	{
		NOT_RUN(&check, steps, "guardian record",
				"the guardian record was not read");
		return true;
	}
	check.guardians = eg_guardians_by_index(files->record, arena);
	if (check.guardians == NULL)
		return eg_fault_set(fault, EG_FAULT_LIMIT, "out of memory");
	check_indices(&check);
	if (!check_each_guardian(&check, generator, arena))
		return false;
	check_joint_keys(&check);
	return check_extended_hashes(&check);
}

bool
eg_guardians_check(uint32_t n, uint32_t k, const eg_guardian_record *record,
				   const eg_fixed_base *generator, const eg_arena *arena,
				   const eg_election_sink *sink, const eg_stop *stop,
				   eg_fault *fault)
{
	eg_election_config config = {n, k, NULL, NULL};
	eg_election_files files = {NULL, &config, {NULL, 0}, record};
	election_check check;

	memset(&check, 0, sizeof(check));
	check.files = &files;
	check.group = &eg_group_2_1_0;
	check.sink = sink;
	check.stop = stop;
	check.fault = fault;
	eg_parameter_base_hash(check.h_p, n, k);
	check.has_h_p = true;
	check.guardians = eg_guardians_by_index(record, arena);
	if (check.guardians == NULL)
		return eg_fault_set(fault, EG_FAULT_LIMIT, "out of memory");
	return check_each_guardian(&check, generator, arena);
}

bool
eg_joint_key(uint8_t *element, const eg_guardian_record *record,
			 eg_key_use use)
{
	const eg_group *group = &eg_group_2_1_0;
	mp_limb_t	product[EG_MAX_LIMBS] = {1};
	mp_limb_t	x[EG_MAX_LIMBS];

	for (uint32_t i = 0; i < record->n; i++)
	{
		const eg_guardian_key *key = record->guardians[i].keys[use];

		if (key->n == 0 || !eg_element_import(group, x, key->commitments))
			return false;
		eg_multiply(group, product, product, x);
	}
	eg_element_export(group, element, product);
	return true;
}
