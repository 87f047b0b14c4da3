/*
 * joint_commitments.h
 *		Every guardian's public share of a joint key, from the commitments.
 *
 * g^P(i) for the sum P of all guardians' polynomials: what z_i or z^_i is the
 * logarithm of (the product in eq. 94).
 */
#ifndef EG_JOINT_COMMITMENTS_H
#define EG_JOINT_COMMITMENTS_H

#include "protocol/election.h"
#include "protocol/guardian_record.h"

typedef struct eg_joint_commitments
{
	const eg_group *group;
	uint32_t	k;
	mp_limb_t  *products;		/* C_m = product of K_j,m over j, m < k */
} eg_joint_commitments;

/*
 * From a settled guardian record, which must be of this election: n guardians
 * with k commitments each whose product is the joint key.  The proofs in it
 * are not looked at: verifications 2 and 3 do that.
 */
extern bool eg_joint_commitments_make(eg_joint_commitments *keys,
								  const eg_election *election,
								  const eg_guardian_record *record,
								  eg_key_use use, const eg_arena *arena,
								  const eg_stop *stop, eg_fault *fault);

/* y = product of C_m^(i^m) */
extern void eg_joint_key_share(const eg_joint_commitments *keys, mp_limb_t *y,
								  uint32_t i);

#endif
