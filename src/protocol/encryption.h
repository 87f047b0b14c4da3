/*
 * encryption.h
 *		Encrypting a ballot, with its proofs (spec 3.3 and 3.4.1).
 *
 * From votes to everything but the chaining field and the confirmation code.
 * Time and addresses depend on the manifest, the style and the sizes of
 * labels, not on votes, contest data and nonces.
 *
 * Randomness is drawn in this order: id_B, xi_B; for each contest by index,
 * for each option by index u_0, ..., u_R, c_0, ..., c_R, then for the contest
 * limit u_0, ..., u_L, c_0, ..., c_L, and u of the contest data where there is
 * any; last xi^_B and u_B.  All but id_B and xi_B are scalars.
 */
#ifndef EG_ENCRYPTION_H
#define EG_ENCRYPTION_H

#include "protocol/plain_ballot.h"
#include "protocol/random.h"
#include "protocol/secret_plan.h"

/* Powers that one ballot may take: some 600 bytes each while it is made. */
#define EG_MAX_BALLOT_POWERS	(UINT32_C(1) << 20)

/*
 * How many powers of each base it takes.  False with a fault if that is too
 * many, or a proof longer than a ballot can hold.
 */
extern bool eg_encryption_powers(const eg_plain_ballot *plain,
								 eg_power_counts *counts, eg_fault *fault);

/*
 * Encrypts; counts are those of eg_encryption_powers.  The contests of an
 * overvote are zeroed (3.3.5); D of every contest with contest data is given.
 * The ballot is arranged, undecided, and points into the plain ballot, the
 * election and the arena.
 *
 * secrets must wipe what it gave.
 */
extern bool eg_ballot_encrypt(eg_ballot *ballot, const eg_election *election,
							  const eg_plain_ballot *plain,
							  const eg_power_counts *counts,
							  const eg_base_tables *tables,
							  const eg_random *random,
							  const eg_arena *secrets, const eg_arena *arena,
							  const eg_stop *stop, eg_fault *fault);

#endif
