/*
 * guardian_record.c
 *		What a record says before there are ballots: parameters and guardians.
 */
#include "protocol/guardian_record.h"

#include <stdio.h>

#include "protocol/ballot.h"
#include "protocol/json_fields.h"
#include "protocol/text.h"

/*
 * Shapes
 */


/*
 * What a step compares with is optional here: if it is absent the step fails
 * and says so, and the others run.
 */
static const eg_json_field number_fields[] = {
	{"largePrime", EG_JSON_LABEL, OPTIONAL, AT(eg_constant_numbers, p), 0,
	NULL},
	{"smallPrime", EG_JSON_LABEL, OPTIONAL, AT(eg_constant_numbers, q), 0,
	NULL},
	{"generator", EG_JSON_LABEL, OPTIONAL, AT(eg_constant_numbers, g), 0,
	NULL},
	{"cofactor", EG_JSON_LABEL, OPTIONAL, AT(eg_constant_numbers, r), 0,
	NULL},
};

static const eg_json_shape numbers_shape =
SHAPE(number_fields, eg_constant_numbers);

static const eg_json_field constants_fields[] = {
	{"protocolVersion", EG_JSON_LABEL, OPTIONAL, AT(eg_constants, version), 0,
	NULL},
	{"type", EG_JSON_LABEL, OPTIONAL, AT(eg_constants, type), 0, NULL},
	{"constants", EG_JSON_OBJECT, REQUIRED, AT(eg_constants, numbers), 0,
	&numbers_shape},
	DROPPED("name"),
};

const eg_json_shape eg_shape_constants = SHAPE(constants_fields, eg_constants);

static const eg_json_field config_fields[] = {
	{"number_of_guardians", EG_JSON_INDEX, REQUIRED,
	AT(eg_election_config, n), 0, NULL},
	{"quorum", EG_JSON_INDEX, REQUIRED, AT(eg_election_config, k), 0, NULL},
	{"parameter_base_hash", EG_JSON_BYTES, OPTIONAL,
	AT(eg_election_config, h_p), EG_HASH_BYTES, NULL},
	{"election_base_hash", EG_JSON_BYTES, OPTIONAL,
	AT(eg_election_config, h_b), EG_HASH_BYTES, NULL},
	DROPPED("config_version"),
	DROPPED("chain_confirmation_codes"),
	DROPPED("hash_trimming_function"),
	DROPPED("metadata"),
};

const eg_json_shape eg_shape_election_config =
SHAPE(config_fields, eg_election_config);

static const eg_json_field proof_fields[] = {
	{"challenge", EG_JSON_BYTES, REQUIRED, AT(eg_key_proof, challenge),
	EG_HASH_BYTES, NULL},
	{"responses", EG_JSON_BYTES_ARRAY, REQUIRED, AT(eg_key_proof, responses),
	AT(eg_key_proof, n), NULL},
};

static const eg_json_shape proof_shape = SHAPE(proof_fields, eg_key_proof);

/*
 * Arrays of bytes are of hashes: commitments are read as labels, which 512
 * bytes as text, in either form, are short enough to pass for.
 */
static const eg_json_field key_fields[] = {
	{"commitments", EG_JSON_LABEL_ARRAY, REQUIRED,
	AT(eg_guardian_key, texts), AT(eg_guardian_key, n), NULL},
	{"proof", EG_JSON_OBJECT, REQUIRED, AT(eg_guardian_key, proof), 0,
	&proof_shape},
};

static const eg_json_shape key_shape = SHAPE(key_fields, eg_guardian_key);

static const eg_json_field guardian_fields[] = {
	{"x_coordinate", EG_JSON_INDEX, REQUIRED, AT(eg_guardian, index), 0,
	NULL},
	{"communication_key", EG_JSON_BYTES, REQUIRED,
	AT(eg_guardian, communication_key), EG_ELEMENT_BYTES, NULL},
	{"vote_key", EG_JSON_OBJECT, REQUIRED, AT(eg_guardian, keys[EG_VOTE_KEY]),
	0, &key_shape},
	{"data_key", EG_JSON_OBJECT, REQUIRED, AT(eg_guardian, keys[EG_DATA_KEY]),
	0, &key_shape},
	DROPPED("guardian_id"),
	DROPPED("name"),
};

const eg_json_shape eg_shape_guardian = SHAPE(guardian_fields, eg_guardian);

static const eg_json_field record_fields[] = {
	{"joint_public_key", EG_JSON_BYTES, REQUIRED,
	AT(eg_guardian_record, joint_keys[EG_VOTE_KEY]), EG_ELEMENT_BYTES, NULL},
	{"joint_data_public_key", EG_JSON_BYTES, REQUIRED,
	AT(eg_guardian_record, joint_keys[EG_DATA_KEY]), EG_ELEMENT_BYTES, NULL},
	{"extended_base_hash", EG_JSON_BYTES, OPTIONAL,
	AT(eg_guardian_record, h_e), EG_HASH_BYTES, NULL},
	{"guardian_record_hash", EG_JSON_BYTES, OPTIONAL,
	AT(eg_guardian_record, h_g), EG_HASH_BYTES, NULL},
	{"guardians", EG_JSON_ARRAY, REQUIRED, AT(eg_guardian_record, guardians),
	AT(eg_guardian_record, n), &eg_shape_guardian},
	DROPPED("metadata"),
};

const eg_json_shape eg_shape_guardian_record =
SHAPE(record_fields, eg_guardian_record);

/*
 * Settling
 */

bool
eg_constants_settle(const eg_constants *constants, eg_fault *fault)
{
	static const char group[] = "IntegerGroup";

	if (constants->type.data == NULL ||
		(constants->type.size == sizeof(group) - 1 &&
		 memcmp(constants->type.data, group, sizeof(group) - 1) == 0))
		return true;
	snprintf(fault->path, sizeof(fault->path), "type");
	return eg_fault_set(fault, EG_FAULT_VALUE, "type is not IntegerGroup");
}

/* j is the commitment's place; the key is named as the shape names it. */
static bool
settle_commitment(uint8_t *bytes, eg_bytes text, uint32_t guardian,
				  eg_key_use use, uint32_t j, eg_fault *fault)
{
	if (eg_text_to_bytes(bytes, EG_ELEMENT_BYTES, (const char *) text.data,
						 text.size))
		return true;
	snprintf(fault->path, sizeof(fault->path),
			 "guardians[%u].%s.commitments[%u]", guardian,
			 use == EG_VOTE_KEY ? "vote_key" : "data_key", j);
	return eg_fault_set(fault, EG_FAULT_FORMAT,
						"text is not hexadecimal or base64 of 512 bytes");
}

static bool
settle_key(eg_guardian_key *key, uint32_t guardian, eg_key_use use,
		   const eg_arena *arena, eg_fault *fault)
{
	uint8_t    *bytes = arena->allocate(arena->context,
										(size_t) key->n * EG_ELEMENT_BYTES +
										1);

	if (bytes == NULL)
		return eg_fault_set(fault, EG_FAULT_LIMIT, "out of memory");
	key->commitments = bytes;
	for (uint32_t j = 0; j < key->n; j++)
		if (!settle_commitment(bytes + (size_t) j * EG_ELEMENT_BYTES,
							   key->texts[j], guardian, use, j, fault))
			return false;
	return true;
}

bool
eg_guardian_record_settle(eg_guardian_record *record, const eg_arena *arena,
						  const eg_stop *stop, eg_fault *fault)
{
	for (uint32_t i = 0; i < record->n; i++)
	{
		eg_guardian *guardian = &record->guardians[i];

		for (int use = 0; use < EG_KEY_USES; use++)
		{
			if (eg_stop_requested(stop))
				return eg_fault_set(fault, EG_FAULT_INTERRUPTED,
									"interrupted");
			if (!settle_key(guardian->keys[use], i, (eg_key_use) use, arena,
							fault))
				return false;
		}
	}
	return true;
}
