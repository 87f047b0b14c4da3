/*
 * record_shapes.c
 *		The JSON of the election record: which field lives where.
 */
#include "protocol/record_shapes.h"

#include "protocol/ballot.h"
#include "protocol/decryption.h"
#include "protocol/json_fields.h"
#include "protocol/tally.h"


/* {pad, data} */
static const eg_json_field ciphertext_fields[] = {
	{"pad", EG_JSON_ELEMENT, REQUIRED, AT(eg_ciphertext, pad), 0, NULL},
	{"data", EG_JSON_ELEMENT, REQUIRED, AT(eg_ciphertext, data), 0, NULL},
};

const eg_json_shape eg_shape_ciphertext =
SHAPE(ciphertext_fields, eg_ciphertext);

/* {challenge, response} */
static const eg_json_field pair_fields[] = {
	{"challenge", EG_JSON_BYTES, REQUIRED, AT(eg_pair, challenge),
	EG_HASH_BYTES, NULL},
	{"response", EG_JSON_BYTES, REQUIRED, AT(eg_pair, response),
	EG_HASH_BYTES, NULL},
};

const eg_json_shape eg_shape_pair = SHAPE(pair_fields, eg_pair);

/* {proofs[]} */
static const eg_json_field proof_fields[] = {
	{"proofs", EG_JSON_ARRAY, REQUIRED, AT(eg_proof, pairs),
	AT(eg_proof, n), &eg_shape_pair},
};

static const eg_json_shape proof_shape = SHAPE(proof_fields, eg_proof);

static const eg_json_field selection_fields[] = {
	{"selection_id", EG_JSON_LABEL, REQUIRED, AT(eg_selection, label), 0,
	NULL},
	{"sequence_order", EG_JSON_INDEX, REQUIRED, AT(eg_selection, index), 0,
	NULL},
	{"encrypted_vote", EG_JSON_OBJECT, REQUIRED, AT(eg_selection, ciphertext),
	0, &eg_shape_ciphertext},
	{"proof", EG_JSON_OBJECT, REQUIRED, AT(eg_selection, proof), 0,
	&proof_shape},
};

static const eg_json_shape selection_shape =
NAMED_SHAPE(selection_fields, eg_selection, 2);

/* Contest data (spec 3.3.10): C2 is a proof in 2.1.0, a MAC in 2.0. */
static const eg_json_field contest_data_fields[] = {
	{"c0", EG_JSON_ELEMENT, REQUIRED, AT(eg_hashed_ciphertext, c0), 0, NULL},
	{"c1", EG_JSON_DATA, REQUIRED, AT(eg_hashed_ciphertext, c1), 0, NULL},
	{"c2", EG_JSON_OBJECT, REQUIRED, AT(eg_hashed_ciphertext, proof), 0,
	&eg_shape_pair},
	{"c2", EG_JSON_BYTES, OPTIONAL, AT(eg_hashed_ciphertext, mac),
	EG_HASH_BYTES, NULL},
	{"numBytes", EG_JSON_DROPPED, OPTIONAL, 0, 0, NULL},
};

static const eg_json_shape contest_data_shape =
SHAPE(contest_data_fields, eg_hashed_ciphertext);

/* The encrypted ballot nonce (spec 3.3.4). */
static const eg_json_field nonce_fields[] = {
	{"c0", EG_JSON_ELEMENT, REQUIRED, AT(eg_hashed_ciphertext, c0), 0, NULL},
	{"c1", EG_JSON_BYTES, REQUIRED, AT(eg_hashed_ciphertext, c1.data),
	EG_HASH_BYTES, NULL},
	{"c2", EG_JSON_OBJECT, REQUIRED, AT(eg_hashed_ciphertext, proof), 0,
	&eg_shape_pair},
};

static const eg_json_shape nonce_shape =
SHAPE(nonce_fields, eg_hashed_ciphertext);

/* Pre-encrypted ballots (spec 4.4). */
static const eg_json_field vector_fields[] = {
	{"selection_hash", EG_JSON_BYTES, REQUIRED,
	AT(eg_selected_vector, selection_hash), EG_HASH_BYTES, NULL},
	{"short_code", EG_JSON_LABEL, REQUIRED,
	AT(eg_selected_vector, short_code), 0, NULL},
	{"encryptions", EG_JSON_ARRAY, REQUIRED,
	AT(eg_selected_vector, encryptions), AT(eg_selected_vector, n),
	&eg_shape_ciphertext},
};

static const eg_json_shape vector_shape =
SHAPE(vector_fields, eg_selected_vector);

static const eg_json_field preencryption_fields[] = {
	{"preencryption_hash", EG_JSON_BYTES, REQUIRED,
	AT(eg_preencryption, hash), EG_HASH_BYTES, NULL},
	{"all_selection_hashes", EG_JSON_BYTES_ARRAY, REQUIRED,
	AT(eg_preencryption, selection_hashes.hashes),
	AT(eg_preencryption, selection_hashes.n), NULL},
	{"selected_vectors", EG_JSON_ARRAY, REQUIRED,
	AT(eg_preencryption, vectors), AT(eg_preencryption, n), &vector_shape},
};

static const eg_json_shape preencryption_shape =
SHAPE(preencryption_fields, eg_preencryption);

static const eg_json_field contest_fields[] = {
	{"contest_id", EG_JSON_LABEL, REQUIRED, AT(eg_contest, label), 0, NULL},
	{"sequence_order", EG_JSON_INDEX, REQUIRED, AT(eg_contest, index), 0,
	NULL},
	{"contest_hash", EG_JSON_BYTES, OPTIONAL, AT(eg_contest, hash),
	EG_HASH_BYTES, NULL},
	{"selections", EG_JSON_ARRAY, REQUIRED, AT(eg_contest, selections),
	AT(eg_contest, n), &selection_shape},
	{"proof", EG_JSON_OBJECT, REQUIRED, AT(eg_contest, proof), 0,
	&proof_shape},
	{"encrypted_contest_data", EG_JSON_OBJECT, OPTIONAL, AT(eg_contest, data),
	0, &contest_data_shape},
	{"pre_encryption", EG_JSON_OBJECT, OPTIONAL,
	AT(eg_contest, preencryption), 0, &preencryption_shape},
};

static const eg_json_shape contest_shape =
NAMED_SHAPE(contest_fields, eg_contest, 1);

static const eg_json_field ballot_fields[] = {
	{"ballot_id", EG_JSON_LABEL, REQUIRED, AT(eg_ballot, id), 0, NULL},
	{"ballot_style_id", EG_JSON_LABEL, REQUIRED, AT(eg_ballot, style), 0,
	NULL},
	{"encrypting_device", EG_JSON_LABEL, REQUIRED, AT(eg_ballot, device), 0,
	NULL},
	{"timestamp", EG_JSON_TIME, OPTIONAL, AT(eg_ballot, time),
	AT(eg_ballot, has_time), NULL},
	{"selection_encryption_id", EG_JSON_BYTES, OPTIONAL,
	AT(eg_ballot, identifier), EG_HASH_BYTES, NULL},
	{"identifier_hash", EG_JSON_BYTES, OPTIONAL,
	AT(eg_ballot, identifier_hash), EG_HASH_BYTES, NULL},
	{"chaining_field", EG_JSON_BYTES, OPTIONAL, AT(eg_ballot, chaining),
	EG_CHAINING_BYTES, NULL},
	{"confirmation_code", EG_JSON_BYTES, OPTIONAL, AT(eg_ballot, code),
	EG_HASH_BYTES, NULL},
	{"election_id", EG_JSON_BYTES, OPTIONAL, AT(eg_ballot, election),
	EG_HASH_BYTES, NULL},
	{"state", EG_JSON_STATE, OPTIONAL, AT(eg_ballot, state), 0, NULL},
	{"weight", EG_JSON_WEIGHT, OPTIONAL, AT(eg_ballot, weight), 0, NULL},
	{"encrypted_nonce", EG_JSON_OBJECT, OPTIONAL, AT(eg_ballot, nonce), 0,
	&nonce_shape},
	{"is_preencrypt", EG_JSON_BOOL, OPTIONAL, AT(eg_ballot, preencrypted), 0,
	NULL},
	{"contests", EG_JSON_ARRAY, REQUIRED, AT(eg_ballot, contests),
	AT(eg_ballot, n), &contest_shape},
	{"code_baux", EG_JSON_DROPPED, OPTIONAL, 0, 0, NULL},
	{"encrypted_sn", EG_JSON_DROPPED, OPTIONAL, 0, 0, NULL},
};

const eg_json_shape eg_shape_ballot = SHAPE(ballot_fields, eg_ballot);

/* encrypted_tally.json; names of tallies and lists of ballots are not kept. */
static const eg_json_field tally_selection_fields[] = {
	{"selection_id", EG_JSON_LABEL, REQUIRED, AT(eg_selection, label), 0,
	NULL},
	{"sequence_order", EG_JSON_INDEX, REQUIRED, AT(eg_selection, index), 0,
	NULL},
	{"encrypted_vote", EG_JSON_OBJECT, REQUIRED, AT(eg_selection, ciphertext),
	0, &eg_shape_ciphertext},
};

static const eg_json_shape tally_selection_shape =
NAMED_SHAPE(tally_selection_fields, eg_selection, 2);

static const eg_json_field tally_contest_fields[] = {
	{"contest_id", EG_JSON_LABEL, REQUIRED, AT(eg_contest, label), 0, NULL},
	{"sequence_order", EG_JSON_INDEX, REQUIRED, AT(eg_contest, index), 0,
	NULL},
	{"selections", EG_JSON_ARRAY, REQUIRED, AT(eg_contest, selections),
	AT(eg_contest, n), &tally_selection_shape},
};

static const eg_json_shape tally_contest_shape =
NAMED_SHAPE(tally_contest_fields, eg_contest, 1);

static const eg_json_field tally_fields[] = {
	{"election_id", EG_JSON_BYTES, OPTIONAL, AT(eg_tally_record, election),
	EG_HASH_BYTES, NULL},
	{"contests", EG_JSON_ARRAY, REQUIRED, AT(eg_tally_record, contests),
	AT(eg_tally_record, n), &tally_contest_shape},
	{"tally_id", EG_JSON_DROPPED, OPTIONAL, 0, 0, NULL},
	{"cast_ballot_ids", EG_JSON_DROPPED, OPTIONAL, 0, 0, NULL},
};

const eg_json_shape eg_shape_tally = SHAPE(tally_fields, eg_tally_record);

/* What one guardian sends: M_i for every option of a tally (spec 3.6.3). */
static const eg_json_field partial_selection_fields[] = {
	{"selection_id", EG_JSON_LABEL, REQUIRED, AT(eg_partial_selection, label),
	0, NULL},
	{"sequence_order", EG_JSON_INDEX, REQUIRED,
	AT(eg_partial_selection, index), 0, NULL},
	{"partial_decryption", EG_JSON_ELEMENT, REQUIRED,
	AT(eg_partial_selection, element), 0, NULL},
};

static const eg_json_shape partial_selection_shape =
NAMED_SHAPE(partial_selection_fields, eg_partial_selection, 2);

static const eg_json_field partial_contest_fields[] = {
	{"contest_id", EG_JSON_LABEL, REQUIRED, AT(eg_partial_contest, label), 0,
	NULL},
	{"sequence_order", EG_JSON_INDEX, REQUIRED, AT(eg_partial_contest, index),
	0, NULL},
	{"selections", EG_JSON_ARRAY, REQUIRED,
	AT(eg_partial_contest, selections), AT(eg_partial_contest, n),
	&partial_selection_shape},
};

static const eg_json_shape partial_contest_shape =
NAMED_SHAPE(partial_contest_fields, eg_partial_contest, 1);

static const eg_json_field partial_fields[] = {
	{"x_coordinate", EG_JSON_INDEX, REQUIRED, AT(eg_partial_record, guardian),
	0, NULL},
	{"election_id", EG_JSON_BYTES, OPTIONAL, AT(eg_partial_record, election),
	EG_HASH_BYTES, NULL},
	{"contests", EG_JSON_ARRAY, REQUIRED, AT(eg_partial_record, contests),
	AT(eg_partial_record, n), &partial_contest_shape},
};

const eg_json_shape eg_shape_partial_decryption =
SHAPE(partial_fields, eg_partial_record);
