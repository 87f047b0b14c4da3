/*
 * key_shares.h
 *		Shares of guardians' secret keys: sent encrypted, and checked (3.2.2).
 */
#ifndef EG_KEY_SHARES_H
#define EG_KEY_SHARES_H

#include "protocol/check.h"
#include "protocol/election_check.h"
#include "protocol/guardian_keys.h"

/* E_l(P_i(l), P^_i(l)) for the receiver l (equation 19) */
typedef struct eg_key_share
{
	uint32_t	receiver;
	const uint8_t *c0;			/* any bytes */
	const uint8_t *c1;			/* EG_SHARE_KEYS_BYTES */
	eg_pair    *proof;			/* C2 */
} eg_key_share;

/* All that guardian i sends. */
typedef struct eg_share_list
{
	uint32_t	sender;
	eg_key_share *shares;
	uint32_t	n;
} eg_share_list;

extern const eg_json_shape eg_shape_share_list; /* eg_share_list */

/*
 * The guardians of a ceremony, by index: guardians[i - 1] is guardian i.
 * Their keys have passed verification 2.
 */
typedef struct eg_guardians
{
	const eg_guardian **guardians;
	uint32_t	n;
	uint32_t	k;
} eg_guardians;

/*
 * Encrypts the shares for all others (equations 15 to 22), if the secret
 * belongs to the owner's key among those of the guardians.  Drawn, for each
 * receiver in ascending order: xi_i,l, then u_i,l.  Constant time in the
 * secret.
 */
extern bool eg_shares_encrypt(eg_share_list *list,
							  const eg_guardian_secret *secret,
							  const eg_guardians *guardians,
							  const eg_random *random,
							  const eg_ceremony *ceremony, eg_fault *fault);

/*
 * Checks what the others have sent to the owner of the secret: each list is
 * there, and has one share for him; its proof holds (22); the decrypted shares
 * (23) are on the sender's polynomials (28, 29).  Also that his own key among
 * the guardians' is that of his secret, and that no list is of a stranger.
 * Rows name the sender.  If all pass, *passed is true and shares, EG_KEY_USES
 * times 32 bytes, holds z_i and z^_i (24), which are secret.
 *
 * The sink may jump out of the call: secrets are then in the memory for them.
 */
extern bool eg_shares_check(uint8_t *shares, bool *passed,
							const eg_guardian_secret *secret,
							const eg_guardians *guardians,
							const eg_share_list *lists, uint32_t n,
							const eg_ceremony *ceremony,
							const eg_election_sink *sink, eg_fault *fault);

#endif
