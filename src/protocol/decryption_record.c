/*
 * decryption_record.c
 *		What a record says about decryptions: tallies, opened ballots, data.
 */
#include "protocol/decryption_record.h"

#include "math/limbs.h"
#include "math/scalar.h"
#include "protocol/json_fields.h"
#include "protocol/text.h"

/*
 * Shapes
 */


/* The reader drops such a field; eg_decryption_value has kept it before. */
#define KEPT(name, presence, type, member) \
	{name, EG_JSON_DROPPED, presence, AT(type, member), sizeof(eg_kept), NULL}
#define HASH(name, presence, type, member) \
	{name, EG_JSON_BYTES, presence, AT(type, member), EG_HASH_BYTES, NULL}

/* Whether it is in 1 .. p - 1, or in Z_p^r, is for the steps to find. */
#define ELEMENT(name, type, member) \
	{name, EG_JSON_BYTES, REQUIRED, AT(type, member), EG_ELEMENT_BYTES, NULL}
#define ORDER(type) \
	{"sequence_order", EG_JSON_INDEX, OPTIONAL, AT(type, index), 0, NULL}
#define OBJECT(name, presence, type, member, shape) \
	{name, EG_JSON_OBJECT, presence, AT(type, member), 0, shape}
#define LIST(name, type, member, shape) \
	{name, EG_JSON_ARRAY, REQUIRED, AT(type, member), AT(type, n), shape}

static const eg_json_field ciphertext_fields[] = {
	ELEMENT("pad", eg_ciphertext, pad),
	ELEMENT("data", eg_ciphertext, data),
};

static const eg_json_shape ciphertext_shape =
LENIENT(ciphertext_fields, eg_ciphertext);

static const eg_json_field pair_fields[] = {
	HASH("challenge", REQUIRED, eg_pair, challenge),
	HASH("response", REQUIRED, eg_pair, response),
};

static const eg_json_shape pair_shape = LENIENT(pair_fields, eg_pair);

/* encrypted_tally.json */
static const eg_json_field encrypted_cell_fields[] = {
	KEPT("selection_id", REQUIRED, eg_tally_cell, label),
	ORDER(eg_tally_cell),
	OBJECT("encrypted_vote", REQUIRED, eg_tally_cell, ciphertext,
		   &ciphertext_shape),
};

static const eg_json_shape encrypted_cell_shape =
LENIENT(encrypted_cell_fields, eg_tally_cell);

static const eg_json_field encrypted_contest_fields[] = {
	KEPT("contest_id", REQUIRED, eg_tally_contest, label),
	ORDER(eg_tally_contest),
	LIST("selections", eg_tally_contest, cells, &encrypted_cell_shape),
};

static const eg_json_shape encrypted_contest_shape =
LENIENT(encrypted_contest_fields, eg_tally_contest);

static const eg_json_field encrypted_tally_fields[] = {
	HASH("election_id", OPTIONAL, eg_tally_file, election),
	LIST("contests", eg_tally_file, contests, &encrypted_contest_shape),
};

const eg_json_shape eg_shape_encrypted_tally_file =
LENIENT(encrypted_tally_fields, eg_tally_file);

/* tally.json */
static const eg_json_field cell_fields[] = {
	KEPT("selection_id", REQUIRED, eg_tally_cell, label),
	ORDER(eg_tally_cell),
	KEPT("tally", REQUIRED, eg_tally_cell, votes),
	ELEMENT("b_over_m", eg_tally_cell, power),
	OBJECT("encrypted_vote", REQUIRED, eg_tally_cell, ciphertext,
		   &ciphertext_shape),
	OBJECT("proof", REQUIRED, eg_tally_cell, proof, &pair_shape),
};

static const eg_json_shape cell_shape = LENIENT(cell_fields, eg_tally_cell);

static const eg_json_field tally_contest_fields[] = {
	KEPT("contest_id", REQUIRED, eg_tally_contest, label),
	ORDER(eg_tally_contest),
	LIST("selections", eg_tally_contest, cells, &cell_shape),
};

static const eg_json_shape tally_contest_shape =
LENIENT(tally_contest_fields, eg_tally_contest);

static const eg_json_field tally_fields[] = {
	HASH("election_id", OPTIONAL, eg_tally_file, election),
	LIST("contests", eg_tally_file, contests, &tally_contest_shape),
};

const eg_json_shape eg_shape_tally_file = LENIENT(tally_fields, eg_tally_file);

/* challenged_ballots/ */
static const eg_json_field opened_selection_fields[] = {
	KEPT("selection_id", REQUIRED, eg_opened_selection, label),
	ORDER(eg_opened_selection),
	KEPT("vote", REQUIRED, eg_opened_selection, vote),
	HASH("nonce", REQUIRED, eg_opened_selection, nonce),
};

static const eg_json_shape opened_selection_shape =
LENIENT(opened_selection_fields, eg_opened_selection);

static const eg_json_field opened_data_fields[] = {
	HASH("nonce", REQUIRED, eg_opened_data, nonce),
	KEPT("data", REQUIRED, eg_opened_data, data),
};

static const eg_json_shape opened_data_shape =
LENIENT(opened_data_fields, eg_opened_data);

static const eg_json_field opened_contest_fields[] = {
	KEPT("contest_id", REQUIRED, eg_opened_contest, label),
	ORDER(eg_opened_contest),
	LIST("selections", eg_opened_contest, selections, &opened_selection_shape),
	OBJECT("contest_data", OPTIONAL, eg_opened_contest, data,
		   &opened_data_shape),
};

static const eg_json_shape opened_contest_shape =
LENIENT(opened_contest_fields, eg_opened_contest);

#define OPENING_HEAD \
	KEPT("id", OPTIONAL, eg_opening, id), \
	KEPT("ballot_id", OPTIONAL, eg_opening, ballot_id), \
	HASH("election_id", OPTIONAL, eg_opening, election)

static const eg_json_field opening_head_fields[] = {
	OPENING_HEAD,
};

const eg_json_shape eg_shape_opening_head =
LENIENT(opening_head_fields, eg_opening);

static const eg_json_field opening_fields[] = {
	OPENING_HEAD,
	LIST("contests", eg_opening, contests, &opened_contest_shape),
	{"unopened_contests", EG_JSON_LABEL_ARRAY, OPTIONAL,
	AT(eg_opening, closed), AT(eg_opening, n_closed), NULL},
};

const eg_json_shape eg_shape_opening = LENIENT(opening_fields, eg_opening);

/* decrypted_contest_data/ */
static const eg_json_field decrypted_data_fields[] = {
	KEPT("ballot_id", REQUIRED, eg_decrypted_data, ballot),
	KEPT("contest_id", REQUIRED, eg_decrypted_data, contest),
	ELEMENT("beta", eg_decrypted_data, beta),
	OBJECT("proof", REQUIRED, eg_decrypted_data, proof, &pair_shape),
	KEPT("data", REQUIRED, eg_decrypted_data, data),
};

const eg_json_shape eg_shape_decrypted_data =
LENIENT(decrypted_data_fields, eg_decrypted_data);

/* Keeps a scalar where its field says. */
static bool
keep(const eg_json_reader *reader, const eg_json_frame *frame,
	 eg_json_scalar type, const char *text, size_t size)
{
	uint8_t    *copy = reader->arena->allocate(reader->arena->context,
											   size + 1);
	eg_kept		kept = {true, type, {copy, size}};

	if (copy == NULL)
		return eg_fault_set(reader->fault, EG_FAULT_LIMIT, "out of memory");
	memcpy(copy, text, size);
	memcpy(frame->target + frame->current->offset, &kept, sizeof(kept));
	return true;
}

bool
eg_decryption_value(eg_json_reader *reader, eg_json_scalar type,
					const char *text, size_t size)
{
	const eg_json_frame *frame;
	bool		member;

	if (reader->dropping > 0 || reader->depth == 0)
		return eg_json_value(reader, type, text, size);
	frame = &reader->frames[reader->depth - 1];
	member = frame->field == NULL;
	if (member && type == EG_JSON_NULL && !frame->current->required)
		return true;
	if (member && type != EG_JSON_NULL &&
		frame->current->kind == EG_JSON_DROPPED && frame->current->size > 0 &&
		!keep(reader, frame, type, text, size))
		return false;
	return eg_json_value(reader, type, text, size);
}

size_t
eg_tally_file_options(const eg_tally_file *file)
{
	size_t		n = 0;

	for (uint32_t i = 0; i < file->n; i++)
		n += file->contests[i].n;
	return n;
}

static bool
has_labels(const eg_tally_contest *contest)
{
	if (eg_kept_label(&contest->label).data == NULL)
		return false;
	for (uint32_t i = 0; i < contest->n; i++)
		if (eg_kept_label(&contest->cells[i].label).data == NULL)
			return false;
	return true;
}

bool
eg_tally_file_settle(const eg_tally_file *file, eg_fault *fault)
{
	if (eg_tally_file_options(file) > EG_MAX_OPTIONS)
		return eg_fault_set(fault, EG_FAULT_LIMIT,
							"more than 65536 products");
	for (uint32_t i = 0; i < file->n; i++)
		if (!has_labels(&file->contests[i]))
			return eg_fault_set(fault, EG_FAULT_FORMAT,
								"what names a contest or option is no label");
	return true;
}

/*
 * Values
 */

eg_bytes
eg_kept_label(const eg_kept *kept)
{
	eg_bytes	none = {NULL, 0};

	return kept->there && kept->type == EG_JSON_TEXT &&
		eg_label_valid(kept->text) ? kept->text : none;
}

bool
eg_kept_data(eg_bytes *data, const eg_kept *kept, size_t size,
			 const eg_arena *arena)
{
	const char *text = (const char *) kept->text.data;
	size_t		length = kept->text.size;
	uint8_t    *bytes;

	if (!kept->there || kept->type != EG_JSON_TEXT)
		return false;
	bytes = arena->allocate(arena->context, eg_text_room(length));
	if (bytes == NULL)
		return false;
	data->data = bytes;
	data->size = size;
	return (length / 2 == size && eg_hex_to_bytes(bytes, size, text, length)) ||
		eg_base64_to_bytes(bytes, &data->size, text, length);
}

/* An integer of more digits is none that anybody reads. */
#define MAX_DIGITS	4300

/* value = 10 value + digit, in both forms */
static void
append_digit(eg_integer *integer, const eg_group *group, mp_limb_t digit)
{
	static const mp_limb_t ten[EG_MAX_SCALAR_LIMBS] = {10};
	mp_limb_t	last[EG_MAX_SCALAR_LIMBS] = {digit};
	mp_limb_t	carry;

	carry = mpn_mul_1(integer->value, integer->value, EG_INTEGER_LIMBS, 10);
	carry |= mpn_add_1(integer->value, integer->value, EG_INTEGER_LIMBS,
					   digit);
	integer->large = integer->large || carry != 0;
	eg_scalar_mul(group, integer->residue, integer->residue, ten);
	eg_scalar_add(group, integer->residue, integer->residue, last);
}

bool
eg_kept_integer(eg_integer *integer, const eg_group *group,
				const eg_kept *kept)
{
	static const mp_limb_t zero[EG_MAX_SCALAR_LIMBS];
	const uint8_t *digits = kept->text.data;
	size_t		n = kept->text.size;
	bool		minus;

	memset(integer, 0, sizeof(*integer));
	if (!kept->there || kept->type != EG_JSON_NUMBER)
		return false;
	minus = n > 0 && digits[0] == '-';
	if (n - minus < 1 || n - minus > MAX_DIGITS)
		return false;
	for (size_t i = minus; i < n; i++)
	{
		if (digits[i] < '0' || digits[i] > '9')
			return false;
		append_digit(integer, group, (mp_limb_t) (digits[i] - '0'));
	}
	integer->negative = minus &&
		(integer->large || !mpn_zero_p(integer->value, EG_INTEGER_LIMBS));
	if (integer->negative)
		eg_scalar_sub(group, integer->residue, zero, integer->residue);
	return true;
}

void
eg_element_reduce(const eg_group *group, mp_limb_t *x, const uint8_t *bytes)
{
	/* p has all the bits of its limbs: what is above it is below 2p. */
	eg_limbs_from_big_endian(x, bytes, group->limbs);
	if (mpn_cmp(x, group->p, group->limbs) >= 0)
		mpn_sub_n(x, x, group->p, group->limbs);
}

bool
eg_scalar_take(const eg_group *group, mp_limb_t *x, const uint8_t *bytes)
{
	if (eg_scalar_import(group, x, bytes))
		return true;
	eg_scalar_reduce(group, x, bytes);
	return false;
}
