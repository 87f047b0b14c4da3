/*
 * election_check.h
 *		Verifications 1 to 4: parameters, guardians and joint keys.
 *
 * Hashes are recomputed and never believed: H_P from n and k, H_B from it and
 * the manifest's bytes, H_E from that and the joint keys.
 */
#ifndef EG_ELECTION_CHECK_H
#define EG_ELECTION_CHECK_H

#include "math/batch.h"
#include "protocol/arena.h"
#include "protocol/check.h"
#include "protocol/guardian_record.h"

/*
 * The files of a record that are looked at.  What is missing or cannot be
 * read is NULL: its steps are then not run, and said to be so.
 */
typedef struct eg_election_files
{
	const eg_constants *constants;
	const eg_election_config *config;
	eg_bytes	manifest;		/* byte for byte */
	const eg_guardian_record *record;
} eg_election_files;

typedef struct eg_election_row
{
	const char *step;
	eg_verdict	verdict;
	const char *subject;		/* "vote key"; or NULL, if of a guardian */
	uint32_t	guardian;		/* whose, or 0 */
	const char *detail;			/* NULL if passed */
} eg_election_row;

typedef struct eg_election_sink
{
	void		(*row) (void *context, const eg_election_row *row);
	void	   *context;
} eg_election_sink;

/* How many powers of g a check of this record computes, at most. */
extern size_t eg_election_check_powers(const eg_guardian_record *record);

/*
 * Runs every check and reports each; generator is a table of powers of g, or
 * NULL.  The arena gives the memory, some 2 KB for each commitment of one
 * guardian; false with a fault if it does not, or on a stop.
 */
extern bool eg_election_check(const eg_election_files *files,
							  const eg_fixed_base *generator,
							  const eg_arena *arena,
							  const eg_election_sink *sink,
							  const eg_stop *stop, eg_fault *fault);

/*
 * Verification 2 of each guardian in record, which may be some of those of an
 * election with these n and k; the other fields of the record are not looked
 * at.
 */
extern bool eg_guardians_check(uint32_t n, uint32_t k,
							   const eg_guardian_record *record,
							   const eg_fixed_base *generator,
							   const eg_arena *arena,
							   const eg_election_sink *sink,
							   const eg_stop *stop, eg_fault *fault);

/*
 * K (eq. 25) or K^ (26): the product of the guardians' public keys, which are
 * elements; false if one has none, or one that is 0 or not below p.
 */
extern bool eg_joint_key(uint8_t *element, const eg_guardian_record *record,
						 eg_key_use use);

/*
 * H_G (3.2.2, eq. 27) over guardians in ascending order; false with a fault
 * on a stop.
 */
extern bool eg_guardian_record_hash(uint8_t *h_g, const uint8_t *h_b,
									const uint8_t *const *joint_keys,
									const eg_guardian *const *guardians,
									uint32_t n, const eg_stop *stop,
									eg_fault *fault);

/* The guardians by ascending index; NULL if the arena is exhausted. */
extern const eg_guardian **eg_guardians_by_index(const eg_guardian_record *record,
												 const eg_arena *arena);

#endif
