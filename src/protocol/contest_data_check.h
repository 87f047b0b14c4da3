/*
 * contest_data_check.h
 *		Verification 12: decrypted contest data; and opening it (13.4 to 13.7).
 */
#ifndef EG_CONTEST_DATA_CHECK_H
#define EG_CONTEST_DATA_CHECK_H

#include "protocol/check.h"
#include "protocol/decryption_record.h"

/*
 * Whether D = C1 xor k_1, ..., k_b under the keys that follow from alpha (C0,
 * if it is honest) and beta (12.3, 12.4, 12.C; 13.6, 13.7, 13.A).  The number
 * of blocks b is that of C1; what its length must be, 3.3.10 has checked.
 * EG_INTERRUPTED on a stop.
 */
extern eg_status eg_contest_data_compare(bool *equal, const uint8_t *h_i,
										 uint32_t contest,
										 const uint8_t *alpha,
										 const uint8_t *beta, eg_bytes c1,
										 eg_bytes data, const eg_stop *stop);

/*
 * NULL if decryptions of this ballot can be checked, else what it lacks: then
 * its own check fails, and nothing is known of it here.
 */
extern const char *eg_ballot_lacks(const eg_ballot *ballot);

/* The ballot must be the one that the record names, which is checked. */
extern bool eg_contest_data_check(const eg_election *election,
								  const eg_ballot *ballot,
								  const eg_decrypted_data *record,
								  const eg_decryption_tables *tables,
								  const eg_arena *arena,
								  const eg_check_sink *sink,
								  const eg_stop *stop, eg_fault *fault);

#endif
