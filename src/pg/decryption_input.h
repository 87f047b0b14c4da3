/*
 * decryption_input.h
 *		What the functions of verifiable decryption read from their arguments.
 *
 * Whatever does not fit is an error that names the guardian, or contest and
 * option, that it is about.
 */
#ifndef EG_DECRYPTION_INPUT_H
#define EG_DECRYPTION_INPUT_H

#include "egtally.h"

#include "guardian_secret.h"
#include "protocol/decryption_combine.h"

/* A table of powers of g, of which so many are about to be computed. */
extern const eg_fixed_base *eg_generator_table(eg_table_use use,
											   size_t powers);

extern void eg_getarg_election(FunctionCallInfo fcinfo, int n,
							   eg_election *election);
extern eg_ballot *eg_getarg_ballot(FunctionCallInfo fcinfo, int n);

/* What is decrypted: a tally in argument n, or a ballot and a contest. */
typedef void (*eg_subject_reader) (FunctionCallInfo fcinfo, int n,
								   const eg_election *election,
								   eg_decryption_subject *subject);

extern void eg_getarg_tally_subject(FunctionCallInfo fcinfo, int n,
									const eg_election *election,
									eg_decryption_subject *subject);
extern void eg_getarg_contest_data_subject(FunctionCallInfo fcinfo, int n,
										   const eg_election *election,
										   eg_decryption_subject *subject);

/*
 * The key share for this use, and the nonce key, of a guardian of this
 * election; H_E, n and k must be the secret's.
 */
extern void eg_getarg_decryption_key(FunctionCallInfo fcinfo, int secret,
									 int passphrase,
									 const eg_election *election,
									 eg_key_use use, eg_decryption_key *key);

/* A label, in UTF-8. */
extern eg_bytes eg_text_label(const text *label);

/* A list of messages, in a jsonb array. */
typedef struct eg_message_list
{
	const eg_subject *subject;	/* what errors call them */
	eg_decryption_message *messages;
	size_t		n;
} eg_message_list;

typedef enum eg_message_kind
{
	EG_COMMITMENTS = 0,
	EG_REVEALS,
	EG_RESPONSES
} eg_message_kind;

/* Whose message this is, for errors; 0 if it does not say. */
extern uint32_t eg_jsonb_guardian(Jsonb *jsonb);

extern void eg_getarg_messages(FunctionCallInfo fcinfo, int n,
							   eg_message_kind kind, eg_message_list *list);

/* Sorted by the set; an error for what does not fit, eg_messages_place. */
extern const eg_decryption_message **eg_place_messages(const eg_message_list *list,
													   const eg_message_frame *frame,
													   bool may_lack);

/* Raises a fault of a decryption. */
extern void eg_decryption_report(const eg_fault *fault);

/* The guardian record (election_initialized.json) in argument n, settled. */
extern eg_guardian_record *eg_getarg_guardian_record(FunctionCallInfo fcinfo,
													 int n);
extern void eg_joint_commitments_of(FunctionCallInfo fcinfo, int n,
									const eg_election *election,
									eg_key_use use,
									eg_joint_commitments *keys);

#endif
