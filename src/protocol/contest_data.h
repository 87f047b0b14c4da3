/*
 * contest_data.h
 *		What contest data holds: D of spec 3.3.10, as ERRATA.md reads it.
 *
 *		u32 size	text, UTF-8		zeros, up to 32 bytes for each block
 *
 * The text is a JSON object without white space, of those fields that apply,
 * in this order; the votes and write-ins are in terms of option indices:
 *
 *		"overvote":[1,1,0]			the votes of every option, before zeroing
 *		"undervote":1				how many votes are left, if any were given
 *		"null_vote":true			no vote for an option that counts
 *		"write_ins":{"3":"Zoe"}		texts by index of option
 *
 * If none applies, there is no text and D is all zeros.
 *
 * Time depends on the votes, as that of reading them does: both are text.
 */
#ifndef EG_CONTEST_DATA_H
#define EG_CONTEST_DATA_H

#include "protocol/plain_ballot.h"

static inline size_t
eg_contest_data_size(const eg_plain_contest *contest)
{
	return EG_HASH_BYTES * (size_t) contest->rules.data_blocks;
}

/*
 * Writes D of eg_contest_data_size bytes, zeroed before.  False with a fault
 * that names the contest if the text is too long for it.
 */
extern bool eg_contest_data_write(uint8_t *data,
								  const eg_plain_contest *contest,
								  eg_fault *fault);

#endif
