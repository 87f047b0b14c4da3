/*
 * chaining.h
 *		The chaining field and confirmation code of a ballot (3.4.2 to 3.4.4).
 */
#ifndef EG_CHAINING_H
#define EG_CHAINING_H

#include "protocol/election.h"

/* Where a ballot stands among those of its device. */
typedef struct eg_chain_link
{
	uint32_t	mode;			/* EG_CHAINING_NONE or EG_CHAINING_SIMPLE */
	eg_bytes	device_information; /* S_device, in UTF-8 */
	const uint8_t *previous;	/* the code before; NULL for the first ballot */
} eg_chain_link;

/*
 * Computes B_C of EG_CHAINING_BYTES and H_C of EG_HASH_BYTES for an ordinary
 * ballot of this election; false with a fault if it is not one, is decided, or
 * has a code already: a voter was shown it.
 */
extern bool eg_chain_ballot(uint8_t *field, uint8_t *code,
							const eg_election *election,
							const eg_ballot *ballot,
							const eg_chain_link *link, eg_fault *fault);

#endif
