/*
 * decryption.c
 *		The arithmetic of threshold decryption (spec 3.6.2 to 3.6.4).
 */
#include "protocol/decryption.h"

#include <stdlib.h>

#include "math/montgomery.h"
#include "math/power.h"
#include "math/scalar.h"
#include "math/secret_power.h"

/* Whether a scalar is 0, in constant time. */
static bool
is_zero(const eg_group *group, const mp_limb_t *x)
{
	mp_limb_t	bits = 0;

	for (size_t i = 0; i < group->scalar_limbs; i++)
		bits |= x[i];
	return bits == 0;
}

/* Ciphertexts that are worked on at a time: as many as a kernel has lanes. */
#define BATCH	8

/*
 * Spec 3.6.3, equation 84, for at most BATCH ciphertexts; *offender is one
 * whose pad is no member of Z_p^r, the first if the others have pads below p.
 */
static eg_status
decrypt_batch(const eg_group *group, uint8_t *elements,
			  const uint8_t *ciphertexts, size_t n, const mp_limb_t *z,
			  size_t *offender, const eg_stop *stop)
{
	mp_limb_t	pads[BATCH][EG_MAX_LIMBS];
	mp_limb_t	partials[BATCH][EG_MAX_LIMBS];
	eg_secret_power powers[BATCH];
	eg_status	status;

	for (size_t i = 0; i < n; i++)
	{
		if (!eg_element_import(group, pads[i],
							   ciphertexts + i * EG_CIPHERTEXT_BYTES))
		{
			*offender = i;
			return EG_NOT_FOUND;
		}
		powers[i] = (eg_secret_power) {pads[i], NULL, z, partials[i]};
	}
	status = eg_secret_power_run(group, powers, n, offender, stop);
	for (size_t i = 0; i < n && status == EG_OK; i++)
		eg_element_export(group, elements + i * EG_ELEMENT_BYTES,
						  partials[i]);
	return status;
}

eg_status
eg_partial_decrypt(const eg_group *group, uint8_t *elements,
				   const uint8_t *ciphertexts, size_t n,
				   const uint8_t *share, size_t *offender,
				   const eg_stop *stop)
{
	mp_limb_t	z[EG_MAX_SCALAR_LIMBS];
	eg_status	status = EG_OK;

	if (!eg_scalar_import(group, z, share) || is_zero(group, z))
		status = EG_INVALID;
	for (size_t done = 0; done < n && status == EG_OK; done += BATCH)
	{
		size_t		some = n - done < BATCH ? n - done : BATCH;

		status = decrypt_batch(group, elements + done * EG_ELEMENT_BYTES,
							   ciphertexts + done * EG_CIPHERTEXT_BYTES,
							   some, z, offender, stop);
		if (status == EG_NOT_FOUND)
			*offender += done;
	}
	eg_wipe(z, sizeof(z));
	return status;
}

/* Spec 3.6.4, equation 86, and 3.6.2, equation 82. */
eg_status
eg_combine(const eg_group *group, mp_limb_t *t_element,
		   const uint8_t *ciphertext, const uint8_t *const *partials,
		   const mp_limb_t *coefficients, size_t guardians,
		   const eg_stop *stop)
{
	mp_limb_t	bases[EG_MAX_GUARDIANS][EG_MAX_LIMBS];
	const mp_limb_t *x[EG_MAX_GUARDIANS];
	const mp_limb_t *w[EG_MAX_GUARDIANS];
	mp_limb_t	b[EG_MAX_LIMBS];
	mp_limb_t	m[EG_MAX_LIMBS];
	eg_status	status;

	if (guardians == 0 || guardians > EG_MAX_GUARDIANS)
		return EG_INVALID;
	for (size_t i = 0; i < guardians; i++)
	{
		if (!eg_element_import(group, bases[i], partials[i]))
			return EG_INVALID;
		x[i] = bases[i];
		w[i] = coefficients + i * group->scalar_limbs;
	}
	if (!eg_element_import(group, b, ciphertext + EG_ELEMENT_BYTES))
		return EG_INVALID;
	status = eg_power_product(group, m, x, w, guardians, stop);
	if (status != EG_OK)
		return status;
	eg_inverse(group, m, m);
	eg_multiply(group, t_element, m, b);
	return EG_OK;
}

bool
eg_partial_record_build(eg_partial_record *record, const eg_tally *tally,
						const uint8_t *elements, const eg_arena *arena,
						eg_fault *fault)
{
	const eg_directory *directory = &tally->directory;
	eg_partial_selection *selections;
	eg_directory_walk walk;
	eg_entry	entry;

	record->election = tally->election;
	record->n = directory->contests;
	record->contests = arena->allocate(arena->context, directory->contests *
									   sizeof(eg_partial_contest));
	selections = arena->allocate(arena->context, directory->options *
								 sizeof(eg_partial_selection));
	if (record->contests == NULL || selections == NULL)
		return eg_fault_set(fault, EG_FAULT_LIMIT, "out of memory");
	eg_directory_walk_start(&walk, directory);
	for (uint32_t i = 0; i < record->n; i++)
	{
		eg_partial_contest *contest = &record->contests[i];

		eg_next_contest(&walk, &entry);
		contest->index = entry.index;
		contest->label = entry.label;
		contest->n = entry.options;
		contest->selections = selections;
		for (uint32_t j = 0; j < contest->n; j++, selections++)
		{
			eg_next_option(&walk, &entry);
			selections->index = entry.index;
			selections->label = entry.label;
			selections->element = elements;
			elements += EG_ELEMENT_BYTES;
		}
	}
	return true;
}

/* Whether the entry of a record is the one that the tally has here. */
static bool
match_entry(uint32_t index, eg_bytes label, const eg_entry *entry)
{
	return index == entry->index && eg_bytes_equal(label, entry->label);
}

static bool
match_selections(const uint8_t ***elements, const eg_partial_contest *contest,
				 const eg_entry *entry, eg_directory_walk *walk,
				 eg_fault *fault)
{
	eg_entry	option;

	for (uint32_t j = 0; j < entry->options; j++)
	{
		eg_next_option(walk, &option);
		fault->option = option.label;
		if (j >= contest->n ||
			!match_entry(contest->selections[j].index,
						 contest->selections[j].label, &option))
			return eg_fault_set(fault, EG_FAULT_MISMATCH,
								"partial decryption lacks an option of the tally");
		*(*elements)++ = contest->selections[j].element;
	}
	fault->option.data = NULL;
	if (contest->n != entry->options)
		return eg_fault_set(fault, EG_FAULT_MISMATCH,
							"partial decryption has options that the tally has not");
	return true;
}

static int
compare_contests(const void *a, const void *b)
{
	uint32_t	x = ((const eg_partial_contest *) a)->index;
	uint32_t	y = ((const eg_partial_contest *) b)->index;

	return (x > y) - (x < y);
}

static int
compare_selections(const void *a, const void *b)
{
	uint32_t	x = ((const eg_partial_selection *) a)->index;
	uint32_t	y = ((const eg_partial_selection *) b)->index;

	return (x > y) - (x < y);
}

void
eg_partial_record_arrange(eg_partial_record *record)
{
	if (record->n > 0)
		qsort(record->contests, record->n, sizeof(eg_partial_contest),
			  compare_contests);
	for (uint32_t i = 0; i < record->n; i++)
		if (record->contests[i].n > 0)
			qsort(record->contests[i].selections, record->contests[i].n,
				  sizeof(eg_partial_selection), compare_selections);
}

bool
eg_partial_record_match(const uint8_t **elements,
						const eg_partial_record *record,
						const eg_tally *tally, eg_fault *fault)
{
	eg_directory_walk walk;
	eg_entry	entry;

	if ((record->election == NULL) != (tally->election == NULL) ||
		(record->election != NULL &&
		 memcmp(record->election, tally->election, EG_HASH_BYTES) != 0))
		return eg_fault_set(fault, EG_FAULT_MISMATCH,
							"partial decryption belongs to another election");
	eg_directory_walk_start(&walk, &tally->directory);
	for (uint32_t i = 0; i < tally->directory.contests; i++)
	{
		eg_next_contest(&walk, &entry);
		fault->contest = entry.label;
		if (i >= record->n ||
			!match_entry(record->contests[i].index, record->contests[i].label,
						 &entry))
			return eg_fault_set(fault, EG_FAULT_MISMATCH,
								"partial decryption lacks a contest of the tally");
		if (!match_selections(&elements, &record->contests[i], &entry, &walk,
							  fault))
			return false;
	}
	fault->contest.data = NULL;
	if (record->n != tally->directory.contests)
		return eg_fault_set(fault, EG_FAULT_MISMATCH,
							"partial decryption has contests that the tally has not");
	return true;
}
