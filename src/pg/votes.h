/*
 * votes.h
 *		Reading a voter's votes, and contest data that is given, from jsonb.
 *
 * Errors name ballot and contest, and an option only if the manifest has it
 * not or what is said of it has no form: never which options were chosen, nor
 * how often.
 */
#ifndef EG_VOTES_H
#define EG_VOTES_H

#include "egtally.h"

#include "protocol/plain_ballot.h"

/*
 * A jsonb argument that is secret: a copy that had to be made is wiped with
 * the current context.
 */
extern Jsonb *eg_getarg_secret_jsonb(FunctionCallInfo fcinfo, int n);

/*
 * Fills in the votes and texts of an opened ballot:
 *
 *		{"contest": {"option": 1, "write-in": {"votes": 1, "text": "Zoe"}},
 *		 "contest": ["option", ...]}
 *
 * rules tells contests of other styles from unknown ones.
 */
extern void eg_read_votes(eg_plain_ballot *plain, const eg_rules *rules,
						  Jsonb *votes);

/*
 * Fills in D of every contest that has contest data: as given,
 * {"contest": "base64"}, or where it is not, from its votes.
 */
extern void eg_fill_contest_data(eg_plain_ballot *plain,
								 const eg_rules *rules, Jsonb *given);

#endif
