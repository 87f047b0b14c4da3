/*
 * ballot.c
 *		The binary encoding of an encrypted ballot.
 */
#include "protocol/ballot.h"
#include "protocol/contest_list.h"

/*
 * Arranging
 */

/* Lists are counted in 16 bits. */
static bool
check_list_sizes(const eg_contest *contest, eg_fault *fault)
{
	const eg_preencryption *pre = contest->preencryption;
	uint32_t	longest = contest->proof->n;

	for (uint32_t i = 0; i < contest->n; i++)
		if (contest->selections[i].proof->n > longest)
			longest = contest->selections[i].proof->n;
	if (pre && pre->selection_hashes.n > longest)
		longest = pre->selection_hashes.n;
	if (pre && pre->n > longest)
		longest = pre->n;
	for (uint32_t i = 0; pre && i < pre->n; i++)
		if (pre->vectors[i].n > longest)
			longest = pre->vectors[i].n;
	if (longest <= UINT16_MAX)
		return true;
	fault->contest = contest->label;
	return eg_fault_set(fault, EG_FAULT_LIMIT, "list is too long");
}

bool
eg_ballot_arrange(eg_ballot *ballot, const eg_arena *arena, eg_fault *fault)
{
	if (!eg_contests_arrange(ballot->contests, ballot->n, arena, fault))
		return false;
	for (uint32_t i = 0; i < ballot->n; i++)
		if (!check_list_sizes(&ballot->contests[i], fault))
			return false;
	if (ballot->weight < 1 || ballot->weight > EG_MAX_WEIGHT)
		return eg_fault_set(fault, EG_FAULT_VALUE, "weight is out of range");
	return true;
}

/*
 * Writing
 */

static void
write_pair(eg_writer *writer, const eg_pair *pair)
{
	eg_write(writer, pair->challenge, EG_HASH_BYTES);
	eg_write(writer, pair->response, EG_HASH_BYTES);
}

static void
write_proof(eg_writer *writer, const eg_proof *proof)
{
	eg_write16(writer, (uint16_t) proof->n);
	for (uint32_t i = 0; i < proof->n; i++)
		write_pair(writer, &proof->pairs[i]);
}

static void
write_ciphertext(eg_writer *writer, const eg_ciphertext *ciphertext)
{
	eg_write(writer, ciphertext->pad, EG_ELEMENT_BYTES);
	eg_write(writer, ciphertext->data, EG_ELEMENT_BYTES);
}

static void
write_preencryption(eg_writer *writer, const eg_preencryption *pre)
{
	eg_write(writer, pre->hash, EG_HASH_BYTES);
	eg_write16(writer, (uint16_t) pre->selection_hashes.n);
	for (uint32_t i = 0; i < pre->selection_hashes.n; i++)
		eg_write(writer, pre->selection_hashes.hashes[i], EG_HASH_BYTES);
	eg_write16(writer, (uint16_t) pre->n);
	for (uint32_t i = 0; i < pre->n; i++)
	{
		const eg_selected_vector *vector = &pre->vectors[i];

		eg_write(writer, vector->selection_hash, EG_HASH_BYTES);
		eg_write16(writer, (uint16_t) vector->short_code.size);
		eg_write(writer, vector->short_code.data, vector->short_code.size);
		eg_write16(writer, (uint16_t) vector->n);
		for (uint32_t j = 0; j < vector->n; j++)
			write_ciphertext(writer, &vector->encryptions[j]);
	}
}

static void
write_contest_values(eg_writer *writer, const eg_contest *contest)
{
	const eg_hashed_ciphertext *data = contest->data;
	uint8_t		fields = 0;

	if (contest->hash)
		fields |= EG_CONTEST_HAS_HASH;
	if (data)
		fields |= data->proof ? EG_CONTEST_HAS_DATA : EG_CONTEST_HAS_DATA_2_0;
	if (contest->preencryption)
		fields |= EG_CONTEST_HAS_PREENCRYPTION;
	eg_write8(writer, fields);
	write_proof(writer, contest->proof);
	if (contest->hash)
		eg_write(writer, contest->hash, EG_HASH_BYTES);
	if (data)
	{
		eg_write(writer, data->c0, EG_ELEMENT_BYTES);
		eg_write32(writer, (uint32_t) data->c1.size);
		eg_write(writer, data->c1.data, data->c1.size);
		if (data->proof)
			write_pair(writer, data->proof);
		else
			eg_write(writer, data->mac, EG_HASH_BYTES);
	}
	if (contest->preencryption)
		write_preencryption(writer, contest->preencryption);
}

static uint8_t
ballot_fields(const eg_ballot *ballot)
{
	return (ballot->election ? EG_BALLOT_HAS_ELECTION : 0) |
		(ballot->identifier ? EG_BALLOT_HAS_IDENTIFIER : 0) |
		(ballot->identifier_hash ? EG_BALLOT_HAS_IDENTIFIER_HASH : 0) |
		(ballot->chaining ? EG_BALLOT_HAS_CHAINING : 0) |
		(ballot->code ? EG_BALLOT_HAS_CODE : 0) |
		(ballot->nonce ? EG_BALLOT_HAS_NONCE : 0) |
		(ballot->has_time ? EG_BALLOT_HAS_TIME : 0) |
		(ballot->preencrypted ? EG_BALLOT_IS_PREENCRYPTED : 0);
}

static void
write_header(eg_writer *writer, const eg_ballot *ballot)
{
	eg_write8(writer, EG_BALLOT_VERSION);
	eg_write8(writer, ballot->group);
	eg_write8(writer, ballot->state);
	eg_write8(writer, ballot_fields(ballot));
	eg_write64(writer, ballot->weight);
	eg_write64(writer, ballot->has_time ? (uint64_t) ballot->time : 0);
	eg_write16(writer, (uint16_t) ballot->id.size);
	eg_write16(writer, (uint16_t) ballot->style.size);
	eg_write16(writer, (uint16_t) ballot->device.size);
	eg_write16(writer, 0);
	eg_write(writer, ballot->id.data, ballot->id.size);
	eg_write(writer, ballot->style.data, ballot->style.size);
	eg_write(writer, ballot->device.data, ballot->device.size);
	if (ballot->election)
		eg_write(writer, ballot->election, EG_HASH_BYTES);
	if (ballot->identifier)
		eg_write(writer, ballot->identifier, EG_HASH_BYTES);
	if (ballot->identifier_hash)
		eg_write(writer, ballot->identifier_hash, EG_HASH_BYTES);
	if (ballot->chaining)
		eg_write(writer, ballot->chaining, EG_CHAINING_BYTES);
	if (ballot->code)
		eg_write(writer, ballot->code, EG_HASH_BYTES);
}

void
eg_ballot_encode(eg_writer *writer, const eg_ballot *ballot)
{
	write_header(writer, ballot);
	eg_contests_write_directory(writer, ballot->contests, ballot->n);
	for (uint32_t i = 0; i < ballot->n; i++)
		for (uint32_t j = 0; j < ballot->contests[i].n; j++)
			write_ciphertext(writer,
							 ballot->contests[i].selections[j].ciphertext);
	for (uint32_t i = 0; i < ballot->n; i++)
		for (uint32_t j = 0; j < ballot->contests[i].n; j++)
			write_proof(writer, ballot->contests[i].selections[j].proof);
	for (uint32_t i = 0; i < ballot->n; i++)
		write_contest_values(writer, &ballot->contests[i]);
	if (ballot->nonce)
	{
		eg_write(writer, ballot->nonce->c0, EG_ELEMENT_BYTES);
		eg_write(writer, ballot->nonce->c1.data, EG_HASH_BYTES);
		write_pair(writer, ballot->nonce->proof);
	}
}

/*
 * Reading
 */

/* What the parts of a decoder share. */
typedef struct decoder
{
	eg_reader	reader;
	const eg_arena *arena;
	const eg_group *group;
	eg_fault   *fault;
} decoder;

/*
 * Room for n things of this size, of which each takes at least least_bytes
 * of the input: a hostile count cannot ask for more than the input justifies.
 */
static void *
read_list(decoder *decoder, size_t n, size_t size, size_t least_bytes)
{
	void	   *list;

	if (n == 0 || decoder->reader.failed)
		return NULL;
	if (n > decoder->reader.left / least_bytes)
	{
		decoder->reader.failed = true;
		return NULL;
	}
	list = decoder->arena->allocate(decoder->arena->context, n * size);
	if (list == NULL)
	{
		eg_fault_set(decoder->fault, EG_FAULT_LIMIT, "out of memory");
		decoder->reader.failed = true;
	}
	return list;
}

static const uint8_t *
read_element(decoder *decoder)
{
	const uint8_t *bytes = eg_read(&decoder->reader, EG_ELEMENT_BYTES);
	mp_limb_t	x[EG_MAX_LIMBS];

	if (bytes != NULL && !eg_element_import(decoder->group, x, bytes))
	{
		eg_fault_set(decoder->fault, EG_FAULT_VALUE,
					 "element is not in 1 .. p - 1");
		decoder->reader.failed = true;
	}
	return bytes;
}

static void
read_ciphertext(decoder *decoder, eg_ciphertext *ciphertext)
{
	ciphertext->pad = read_element(decoder);
	ciphertext->data = read_element(decoder);
}

static void
read_pair(decoder *decoder, eg_pair *pair)
{
	pair->challenge = eg_read(&decoder->reader, EG_HASH_BYTES);
	pair->response = eg_read(&decoder->reader, EG_HASH_BYTES);
}

static eg_proof *
read_proof(decoder *decoder)
{
	eg_proof   *proof = read_list(decoder, 1, sizeof(eg_proof), 2);

	if (proof == NULL)
		return NULL;
	proof->n = eg_read16(&decoder->reader);
	proof->pairs = read_list(decoder, proof->n, sizeof(eg_pair),
							 EG_PAIR_BYTES);
	for (uint32_t i = 0; proof->pairs && i < proof->n; i++)
		read_pair(decoder, &proof->pairs[i]);
	return proof;
}

static eg_bytes
read_label(decoder *decoder, size_t size)
{
	eg_bytes	label = {eg_read(&decoder->reader, size), size};

	if (label.data != NULL && !eg_label_valid(label))
	{
		eg_fault_set(decoder->fault, EG_FAULT_FORMAT, "label is not allowed");
		decoder->reader.failed = true;
	}
	return label;
}

static void
read_vector(decoder *decoder, eg_selected_vector *vector)
{
	vector->selection_hash = eg_read(&decoder->reader, EG_HASH_BYTES);
	vector->short_code = read_label(decoder, eg_read16(&decoder->reader));
	vector->n = eg_read16(&decoder->reader);
	vector->encryptions = read_list(decoder, vector->n, sizeof(eg_ciphertext),
									EG_CIPHERTEXT_BYTES);
	for (uint32_t i = 0; vector->encryptions && i < vector->n; i++)
		read_ciphertext(decoder, &vector->encryptions[i]);
}

static eg_preencryption *
read_preencryption(decoder *decoder)
{
	eg_preencryption *pre = read_list(decoder, 1, sizeof(eg_preencryption), 36);
	eg_reader  *reader = &decoder->reader;

	if (pre == NULL)
		return NULL;
	pre->hash = eg_read(reader, EG_HASH_BYTES);
	pre->selection_hashes.n = eg_read16(reader);
	pre->selection_hashes.hashes = read_list(decoder, pre->selection_hashes.n,
											 sizeof(uint8_t *), EG_HASH_BYTES);
	for (uint32_t i = 0;
		 pre->selection_hashes.hashes && i < pre->selection_hashes.n; i++)
		pre->selection_hashes.hashes[i] = eg_read(reader, EG_HASH_BYTES);
	pre->n = eg_read16(reader);
	pre->vectors = read_list(decoder, pre->n, sizeof(eg_selected_vector), 36);
	for (uint32_t i = 0; pre->vectors && i < pre->n; i++)
		read_vector(decoder, &pre->vectors[i]);
	return pre;
}

/* Reads hashed ElGamal: of a ballot nonce, or of contest data. */
static eg_hashed_ciphertext *
read_hashed(decoder *decoder, bool with_mac, bool nonce)
{
	eg_hashed_ciphertext *hashed = read_list(decoder, 1,
											 sizeof(eg_hashed_ciphertext),
											 EG_ELEMENT_BYTES);
	eg_reader  *reader = &decoder->reader;

	if (hashed == NULL)
		return NULL;
	hashed->c0 = read_element(decoder);
	hashed->c1.size = nonce ? EG_HASH_BYTES : eg_read32(reader);
	hashed->c1.data = eg_read(reader, hashed->c1.size);
	if (with_mac)
		hashed->mac = eg_read(reader, EG_HASH_BYTES);
	else
	{
		hashed->proof = read_list(decoder, 1, sizeof(eg_pair), EG_PAIR_BYTES);
		if (hashed->proof)
			read_pair(decoder, hashed->proof);
	}
	return hashed;
}

static bool
read_contest_values(decoder *decoder, eg_contest *contest)
{
	uint8_t		fields = eg_read8(&decoder->reader);
	uint8_t		known = EG_CONTEST_HAS_HASH | EG_CONTEST_HAS_DATA |
		EG_CONTEST_HAS_DATA_2_0 | EG_CONTEST_HAS_PREENCRYPTION;
	uint8_t		both = EG_CONTEST_HAS_DATA | EG_CONTEST_HAS_DATA_2_0;

	if ((fields & ~known) != 0 || (fields & both) == both)
		return eg_fault_set(decoder->fault, EG_FAULT_FORMAT,
							"unknown fields of a contest");
	contest->proof = read_proof(decoder);
	if (fields & EG_CONTEST_HAS_HASH)
		contest->hash = eg_read(&decoder->reader, EG_HASH_BYTES);
	if (fields & both)
		contest->data = read_hashed(decoder,
									fields & EG_CONTEST_HAS_DATA_2_0, false);
	if (fields & EG_CONTEST_HAS_PREENCRYPTION)
		contest->preencryption = read_preencryption(decoder);
	return !decoder->reader.failed;
}

static bool
read_selections(decoder *decoder, eg_ballot *ballot)
{
	for (uint32_t i = 0; i < ballot->n; i++)
	{
		eg_contest *contest = &ballot->contests[i];

		for (uint32_t j = 0; j < contest->n; j++)
		{
			eg_selection *selection = &contest->selections[j];

			decoder->fault->contest = contest->label;
			decoder->fault->option = selection->label;
			read_ciphertext(decoder, selection->ciphertext);
			if (decoder->reader.failed)
				return false;
		}
	}
	for (uint32_t i = 0; i < ballot->n; i++)
		for (uint32_t j = 0; j < ballot->contests[i].n; j++)
			ballot->contests[i].selections[j].proof = read_proof(decoder);
	return !decoder->reader.failed;
}

static bool
read_contests(decoder *decoder, eg_ballot *ballot,
			  const eg_directory *directory)
{
	/* The lists cannot be larger than the input justifies. */
	if (directory->options > decoder->reader.left / EG_CIPHERTEXT_BYTES)
		return false;
	ballot->n = directory->contests;
	ballot->contests = eg_contests_build(directory, decoder->arena);
	if (ballot->n > 0 && ballot->contests == NULL)
		return eg_fault_set(decoder->fault, EG_FAULT_LIMIT, "out of memory");
	if (!read_selections(decoder, ballot))
		return false;
	decoder->fault->option.data = NULL;
	for (uint32_t i = 0; i < ballot->n; i++)
	{
		decoder->fault->contest = ballot->contests[i].label;
		if (!read_contest_values(decoder, &ballot->contests[i]))
			return false;
	}
	decoder->fault->contest.data = NULL;
	return true;
}

/* Reads all up to the directory; returns the fields byte. */
static uint8_t
read_header(eg_reader *reader, eg_ballot *ballot)
{
	uint8_t		fields;
	uint64_t	time;

	memset(ballot, 0, sizeof(*ballot));
	(void) eg_read8(reader);	/* the version */
	ballot->group = eg_read8(reader);
	ballot->state = eg_read8(reader);
	fields = eg_read8(reader);
	ballot->weight = eg_read64(reader);
	time = eg_read64(reader);
	ballot->has_time = (fields & EG_BALLOT_HAS_TIME) != 0;
	memcpy(&ballot->time, &time, sizeof(time));
	ballot->preencrypted = (fields & EG_BALLOT_IS_PREENCRYPTED) != 0;
	ballot->id.size = eg_read16(reader);
	ballot->style.size = eg_read16(reader);
	ballot->device.size = eg_read16(reader);
	if (eg_read16(reader) != 0)
		reader->failed = true;
	ballot->id.data = eg_read(reader, ballot->id.size);
	ballot->style.data = eg_read(reader, ballot->style.size);
	ballot->device.data = eg_read(reader, ballot->device.size);
	if (fields & EG_BALLOT_HAS_ELECTION)
		ballot->election = eg_read(reader, EG_HASH_BYTES);
	if (fields & EG_BALLOT_HAS_IDENTIFIER)
		ballot->identifier = eg_read(reader, EG_HASH_BYTES);
	if (fields & EG_BALLOT_HAS_IDENTIFIER_HASH)
		ballot->identifier_hash = eg_read(reader, EG_HASH_BYTES);
	if (fields & EG_BALLOT_HAS_CHAINING)
		ballot->chaining = eg_read(reader, EG_CHAINING_BYTES);
	if (fields & EG_BALLOT_HAS_CODE)
		ballot->code = eg_read(reader, EG_HASH_BYTES);
	return fields;
}

static bool
check_header(decoder *decoder, const eg_ballot *ballot)
{
	eg_fault   *fault = decoder->fault;

	if (decoder->reader.failed)
		return eg_fault_set(fault, EG_FAULT_FORMAT, "ballot is malformed");
	if (ballot->state > EG_BALLOT_CHALLENGED)
		return eg_fault_set(fault, EG_FAULT_FORMAT, "unknown state of ballot");
	if (ballot->weight < 1 || ballot->weight > EG_MAX_WEIGHT)
		return eg_fault_set(fault, EG_FAULT_VALUE, "weight is out of range");
	if (ballot->time < 0 || ballot->time > EG_MAX_TIME)
		return eg_fault_set(fault, EG_FAULT_VALUE,
							"time stamp is out of range");
	if (!ballot->has_time && ballot->time != 0)
		return eg_fault_set(fault, EG_FAULT_FORMAT, "ballot is malformed");
	if (!eg_label_valid(ballot->id) || !eg_label_valid(ballot->style) ||
		!eg_label_valid(ballot->device))
		return eg_fault_set(fault, EG_FAULT_FORMAT, "label is not allowed");
	fault->ballot = ballot->id;
	return true;
}

bool
eg_ballot_decode(eg_ballot *ballot, eg_bytes bytes, const eg_arena *arena,
				 eg_fault *fault)
{
	decoder		decoder = {{bytes.data, bytes.size, false}, arena, NULL, fault};
	eg_directory directory;
	uint8_t		fields;

	if (bytes.size < 2 || bytes.data[0] != EG_BALLOT_VERSION)
		return eg_fault_set(fault, EG_FAULT_FORMAT,
							"unknown version of ballot");
	if (bytes.data[1] != EG_GROUP_2_1_0)
		return eg_fault_set(fault, EG_FAULT_FORMAT, "unknown group of ballot");
	decoder.group = eg_group_by_id(bytes.data[1]);
	fields = read_header(&decoder.reader, ballot);
	if (!check_header(&decoder, ballot) ||
		!eg_directory_read(&directory, &decoder.reader, fault) ||
		!eg_directory_check_labels(&directory, arena, fault))
		return false;
	if (!read_contests(&decoder, ballot, &directory))
		return eg_fault_set(fault, EG_FAULT_FORMAT, "ballot is malformed");
	if (fields & EG_BALLOT_HAS_NONCE)
		ballot->nonce = read_hashed(&decoder, false, true);
	if (decoder.reader.failed || decoder.reader.left != 0)
		return eg_fault_set(fault, EG_FAULT_FORMAT, "ballot is malformed");
	return true;
}

void
eg_ballot_peek(eg_ballot_header *header, eg_bytes bytes)
{
	eg_reader	reader = {bytes.data, bytes.size, false};

	read_header(&reader, &header->ballot);
	header->directory = eg_directory_at(reader.next);
	header->ciphertexts = reader.next + header->directory.size;
}
