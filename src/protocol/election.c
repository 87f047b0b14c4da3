/*
 * election.c
 *		The context of an election.
 */
#include "protocol/election.h"

#include <sodium.h>

#include "math/power.h"
#include "protocol/decryption.h"
#include "protocol/hash_uses.h"

#define DIGEST_AT		4
#define NUMBERS_AT		(DIGEST_AT + EG_HASH_BYTES)
#define HASHES_AT		(NUMBERS_AT + 8)
#define KEYS_AT			(HASHES_AT + 3 * EG_HASH_BYTES)
#define SIZES_AT		(KEYS_AT + 2 * EG_ELEMENT_BYTES)
#define MANIFEST_AT		(SIZES_AT + 8)

static bool
check_key(const uint8_t *key, eg_fault *fault)
{
	const eg_group *group = &eg_group_2_1_0;
	mp_limb_t	x[EG_MAX_LIMBS];
	mp_limb_t	one = 1;

	if (!eg_element_import(group, x, key) || !eg_is_member(group, x))
		return eg_fault_set(fault, EG_FAULT_VALUE,
							"key is not in the group of order q");
	if (x[0] == one && mpn_zero_p(x + 1, group->limbs - 1))
		return eg_fault_set(fault, EG_FAULT_VALUE, "key is 1");
	return true;
}

bool
eg_election_check_parts(const eg_election_parts *parts, eg_fault *fault)
{
	if (parts->k < 1 || parts->k > parts->n || parts->n > EG_MAX_GUARDIANS)
		return eg_fault_set(fault, EG_FAULT_VALUE,
							"guardians and quorum are not 1 <= k <= n <= 255");
	if (parts->manifest.size > EG_MAX_MANIFEST)
		return eg_fault_set(fault, EG_FAULT_LIMIT, "manifest is too large");
	return check_key(parts->vote_key, fault) &&
		check_key(parts->data_key, fault);
}

size_t
eg_election_size(const eg_election_parts *parts)
{
	return MANIFEST_AT + parts->manifest.size + parts->compiled.size;
}

void
eg_election_make(uint8_t *bytes, const eg_election_parts *parts)
{
	uint8_t    *h_p = bytes + HASHES_AT;
	uint8_t    *h_b = h_p + EG_HASH_BYTES;
	uint8_t    *h_e = h_b + EG_HASH_BYTES;

	bytes[0] = EG_ELECTION_VERSION;
	bytes[1] = EG_GROUP_2_1_0;
	eg_put16(bytes + 2, 0);
	eg_put32(bytes + NUMBERS_AT, parts->n);
	eg_put32(bytes + NUMBERS_AT + 4, parts->k);
	eg_parameter_base_hash(h_p, parts->n, parts->k);
	eg_base_hash(h_b, h_p, parts->manifest);
	eg_extended_base_hash(h_e, h_b, parts->vote_key, parts->data_key);
	memcpy(bytes + KEYS_AT, parts->vote_key, EG_ELEMENT_BYTES);
	memcpy(bytes + KEYS_AT + EG_ELEMENT_BYTES, parts->data_key,
		   EG_ELEMENT_BYTES);
	eg_put32(bytes + SIZES_AT, (uint32_t) parts->manifest.size);
	eg_put32(bytes + SIZES_AT + 4, (uint32_t) parts->compiled.size);
	memcpy(bytes + MANIFEST_AT, parts->manifest.data, parts->manifest.size);
	memcpy(bytes + MANIFEST_AT + parts->manifest.size, parts->compiled.data,
		   parts->compiled.size);
	crypto_hash_sha256(bytes + DIGEST_AT, bytes + NUMBERS_AT,
					   eg_election_size(parts) - NUMBERS_AT);
}

bool
eg_election_take_apart(eg_election_parts *parts, eg_bytes bytes,
					   eg_fault *fault)
{
	if (bytes.size < MANIFEST_AT || bytes.data[0] != EG_ELECTION_VERSION)
		return eg_fault_set(fault, EG_FAULT_FORMAT,
							"unknown version of election");
	parts->n = eg_get32(bytes.data + NUMBERS_AT);
	parts->k = eg_get32(bytes.data + NUMBERS_AT + 4);
	parts->vote_key = bytes.data + KEYS_AT;
	parts->data_key = bytes.data + KEYS_AT + EG_ELEMENT_BYTES;
	parts->manifest.data = bytes.data + MANIFEST_AT;
	parts->manifest.size = eg_get32(bytes.data + SIZES_AT);
	parts->compiled.size = eg_get32(bytes.data + SIZES_AT + 4);
	if (bytes.size - MANIFEST_AT !=
		parts->manifest.size + parts->compiled.size)
		return eg_fault_set(fault, EG_FAULT_FORMAT,
							"election has a wrong size");
	parts->compiled.data = parts->manifest.data + parts->manifest.size;
	return true;
}

void
eg_election_view(eg_election *election, eg_bytes bytes)
{
	const uint8_t *hashes = bytes.data + HASHES_AT;

	election->group = eg_group_by_id(bytes.data[1]);
	election->digest = bytes.data + DIGEST_AT;
	election->n = eg_get32(bytes.data + NUMBERS_AT);
	election->k = eg_get32(bytes.data + NUMBERS_AT + 4);
	election->h_p = hashes;
	election->h_b = hashes + EG_HASH_BYTES;
	election->h_e = hashes + 2 * EG_HASH_BYTES;
	election->vote_key = bytes.data + KEYS_AT;
	election->data_key = bytes.data + KEYS_AT + EG_ELEMENT_BYTES;
	election->manifest.data = bytes.data + MANIFEST_AT;
	election->manifest.size = eg_get32(bytes.data + SIZES_AT);
	election->compiled.data = election->manifest.data +
		election->manifest.size;
	election->compiled.size = eg_get32(bytes.data + SIZES_AT + 4);
	eg_rules_view(&election->rules, election->compiled);
}
