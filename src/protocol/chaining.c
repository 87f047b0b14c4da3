/*
 * chaining.c
 *		The chaining field and confirmation code of a ballot (3.4.2 to 3.4.4).
 */
#include "protocol/chaining.h"

#include "protocol/hash_uses.h"

static bool
check_ballot(const eg_election *election, const eg_ballot *ballot,
			 eg_fault *fault)
{
	uint8_t		h_i[EG_HASH_BYTES];

	if (ballot->preencrypted)
		return eg_fault_set(fault, EG_FAULT_VALUE,
							"pre-encrypted ballots are not chained by this version");
	if (ballot->state != EG_BALLOT_UNDECIDED)
		return eg_fault_set(fault, EG_FAULT_MISMATCH,
							"ballot is cast or challenged already");
	if (ballot->code != NULL || ballot->chaining != NULL)
		return eg_fault_set(fault, EG_FAULT_MISMATCH,
							"ballot has a confirmation code already");
	if (ballot->identifier == NULL || ballot->identifier_hash == NULL)
		return eg_fault_set(fault, EG_FAULT_VALUE,
							"ballot has no selection encryption identifier");
	eg_identifier_hash(h_i, election->h_e, ballot->identifier);
	if (memcmp(h_i, ballot->identifier_hash, sizeof(h_i)) != 0)
		return eg_fault_set(fault, EG_FAULT_MISMATCH,
							"ballot is of another election");
	for (uint32_t i = 0; i < ballot->n; i++)
		if (ballot->contests[i].hash == NULL)
		{
			fault->contest = ballot->contests[i].label;
			return eg_fault_set(fault, EG_FAULT_VALUE,
								"contest has no contest hash");
		}
	return true;
}

/* B_C (73, 75, 76) */
static void
make_field(uint8_t *field, const eg_election *election,
		   const eg_chain_link *link)
{
	uint8_t		hash[EG_HASH_BYTES];

	if (link->previous != NULL)
	{
		eg_chaining_field(field, link->mode, link->previous);
		return;
	}
	eg_device_information_hash(hash, false, election->h_e,
							   link->device_information);
	eg_chaining_field(field, link->mode, hash);
	if (link->mode == EG_CHAINING_NONE)
		return;

	/* The first ballot of a chain comes after H_0 (74). */
	eg_chain_hash(hash, false, election->h_e, field);
	eg_chaining_field(field, link->mode, hash);
}

bool
eg_chain_ballot(uint8_t *field, uint8_t *code, const eg_election *election,
				const eg_ballot *ballot, const eg_chain_link *link,
				eg_fault *fault)
{
	eg_hash		hash;

	if (!check_ballot(election, ballot, fault))
		return false;
	make_field(field, election, link);
	eg_confirmation_code_begin(&hash, false, ballot->identifier_hash);
	for (uint32_t i = 0; i < ballot->n; i++)
		eg_hash_digest(&hash, ballot->contests[i].hash);
	eg_hash_bytes(&hash, field, EG_CHAINING_BYTES);
	eg_hash_end(&hash, code);
	return true;
}
