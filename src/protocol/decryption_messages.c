/*
 * decryption_messages.c
 *		What guardians send each other to decrypt, and the set U of them.
 */
#include "protocol/decryption_messages.h"

#include <stdlib.h>

#include "protocol/decryption_hashes.h"
#include "protocol/json_fields.h"

/*
 * Shapes
 */

#define MEMBER(member)	offsetof(eg_decryption_message, member)

#define HEAD \
	{"guardian", EG_JSON_INDEX, REQUIRED, MEMBER(guardian), 0, NULL}, \
	{"guardians", EG_JSON_INDEX_ARRAY, REQUIRED, MEMBER(guardians), \
	MEMBER(n_guardians), NULL}, \
	{"ciphertexts", EG_JSON_BYTES, REQUIRED, MEMBER(ciphertexts), EG_HASH_BYTES, \
	NULL}

#define ALL_COMMITMENTS \
	{"all_commitments", EG_JSON_BYTES, REQUIRED, MEMBER(commitments), \
	EG_HASH_BYTES, NULL}

static const eg_json_field commitments_fields[] = {
	HEAD,
	{"commitments", EG_JSON_BYTES_ARRAY, REQUIRED, MEMBER(scalars),
	MEMBER(n_scalars), NULL},
};

const eg_json_shape eg_shape_commitments =
SHAPE(commitments_fields, eg_decryption_message);

static const eg_json_field opening_fields[] = {
	{"a", EG_JSON_ELEMENT, REQUIRED, offsetof(eg_opening_values, a), 0, NULL},
	{"b", EG_JSON_ELEMENT, REQUIRED, offsetof(eg_opening_values, b), 0, NULL},
	{"m", EG_JSON_ELEMENT, REQUIRED, offsetof(eg_opening_values, m), 0, NULL},
};

static const eg_json_shape opening_shape =
SHAPE(opening_fields, eg_opening_values);

static const eg_json_field reveal_fields[] = {
	HEAD,
	ALL_COMMITMENTS,
	{"openings", EG_JSON_ARRAY, REQUIRED, MEMBER(openings), MEMBER(n_openings),
	&opening_shape},
};

const eg_json_shape eg_shape_reveal =
SHAPE(reveal_fields, eg_decryption_message);

static const eg_json_field responses_fields[] = {
	HEAD,
	ALL_COMMITMENTS,
	{"responses", EG_JSON_BYTES_ARRAY, REQUIRED, MEMBER(scalars), MEMBER(n_scalars),
	NULL},
};

const eg_json_shape eg_shape_responses =
SHAPE(responses_fields, eg_decryption_message);

/*
 * Sets
 */

static int
compare_indices(const void *a, const void *b)
{
	uint32_t	x = *(const uint32_t *) a;
	uint32_t	y = *(const uint32_t *) b;

	return (x > y) - (x < y);
}

bool
eg_guardian_set_make(eg_guardian_set *set, const eg_election *election,
					 const uint32_t *indices, size_t n, eg_fault *fault)
{
	set->n = 0;
	for (size_t i = 0; i < n; i++)
	{
		fault->guardian = indices[i];
		if (indices[i] < 1 || indices[i] > election->n)
			return eg_fault_set(fault, EG_FAULT_VALUE,
								"the election has no such guardian");
		if (eg_guardian_place(set, indices[i]) < set->n)
			return eg_fault_set(fault, EG_FAULT_VALUE,
								"a guardian appears twice");
		set->indices[set->n++] = indices[i];
	}
	fault->guardian = 0;
	if (set->n < election->k)
		return eg_fault_set(fault, EG_FAULT_VALUE,
							"fewer guardians than make a quorum");
	qsort(set->indices, set->n, sizeof(set->indices[0]), compare_indices);
	return true;
}

uint32_t
eg_guardian_place(const eg_guardian_set *set, uint32_t guardian)
{
	uint32_t	place = 0;

	while (place < set->n && set->indices[place] != guardian)
		place++;
	return place;
}

/* Whether a message states this set; the order there is free. */
static bool
states_set(const eg_decryption_message *message, const eg_guardian_set *set)
{
	eg_guardian_set seen = {{0}, 0};

	if (message->n_guardians != set->n)
		return false;
	for (uint32_t i = 0; i < set->n; i++)
	{
		uint32_t	guardian = message->guardians[i];

		if (eg_guardian_place(set, guardian) == set->n ||
			eg_guardian_place(&seen, guardian) < seen.n)
			return false;
		seen.indices[seen.n++] = guardian;
	}
	return true;
}

/*
 * Messages
 */

/* NULL, or what is wrong with a message of a guardian of the set. */
static const char *
misfit(const eg_decryption_message *message, const eg_message_frame *frame)
{
	uint32_t	items = message->openings != NULL ? message->n_openings :
		message->n_scalars;

	if (!states_set(message, frame->set))
		return "the message is for another set of guardians";
	if (memcmp(message->ciphertexts, frame->ciphertexts, EG_HASH_BYTES) != 0)
		return "the message is about other ciphertexts";
	if (frame->commitments != NULL &&
		(message->commitments == NULL ||
		 memcmp(message->commitments, frame->commitments,
				EG_HASH_BYTES) != 0))
		return "the guardian has seen other commitments";
	if (items != frame->items)
		return "the message has too few or too many values";
	return NULL;
}

bool
eg_messages_place(const eg_decryption_message **placed,
				  const eg_message_frame *frame, bool may_lack,
				  const eg_decryption_message *messages, size_t n,
				  eg_fault *fault)
{
	const eg_guardian_set *set = frame->set;

	memset(placed, 0, set->n * sizeof(placed[0]));
	for (size_t i = 0; i < n; i++)
	{
		const eg_decryption_message *message = &messages[i];
		uint32_t	place = eg_guardian_place(set, message->guardian);
		const char *wrong;

		fault->guardian = message->guardian;
		if (place == set->n)
			return eg_fault_set(fault, EG_FAULT_MISMATCH,
								"the guardian does not take part");
		if (placed[place] != NULL)
			return eg_fault_set(fault, EG_FAULT_MISMATCH,
								"two messages of one guardian");
		wrong = misfit(message, frame);
		if (wrong != NULL)
			return eg_fault_set(fault, EG_FAULT_MISMATCH, wrong);
		placed[place] = message;
	}
	for (uint32_t i = 0; i < set->n && !may_lack; i++)
	{
		fault->guardian = set->indices[i];
		if (placed[i] == NULL)
			return eg_fault_set(fault, EG_FAULT_MISMATCH,
								"no message of a guardian who takes part");
	}
	fault->guardian = 0;
	return true;
}

void
eg_own_commitments_digest(uint8_t *digest, const eg_guardian_set *set,
						  const uint8_t *ciphertexts,
						  const eg_decryption_message *message)
{
	eg_commitments_digest(digest, ciphertexts, message->guardian,
						  set->indices, set->n, message->scalars,
						  message->n_scalars);
}

void
eg_set_commitments_digest(uint8_t *digest, const eg_guardian_set *set,
						  const uint8_t *ciphertexts,
						  const eg_decryption_message *const *placed)
{
	uint8_t		own[EG_HASH_BYTES];
	eg_hash		hash;

	eg_all_commitments_digest_begin(&hash, ciphertexts, set->n);
	for (uint32_t i = 0; i < set->n; i++)
	{
		eg_own_commitments_digest(own, set, ciphertexts, placed[i]);
		eg_hash_digest(&hash, own);
	}
	eg_hash_end(&hash, digest);
}

bool
eg_messages_set(eg_guardian_set *set, const eg_election *election,
				const eg_decryption_message *messages, size_t n,
				eg_fault *fault)
{
	if (n == 0)
		return eg_fault_set(fault, EG_FAULT_VALUE, "there are none");
	if (eg_guardian_set_make(set, election, messages[0].guardians,
							 messages[0].n_guardians, fault))
		return true;
	fault->guardian = messages[0].guardian;
	return false;
}
