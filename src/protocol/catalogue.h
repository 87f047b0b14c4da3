/*
 * catalogue.h
 *		The contests and options of a manifest, found by their labels.
 */
#ifndef EG_CATALOGUE_H
#define EG_CATALOGUE_H

#include "protocol/manifest.h"

typedef struct eg_known_option
{
	eg_bytes	label;
	uint32_t	index;
	uint32_t	place;			/* among all options, from 0 */
	eg_option_rules rules;
} eg_known_option;

typedef struct eg_known_contest
{
	eg_bytes	label;
	uint32_t	index;
	eg_contest_rules rules;
	const eg_known_option *options; /* by index */
	const eg_known_option **by_label;
	uint32_t	n;
} eg_known_contest;

typedef struct eg_catalogue
{
	const eg_known_contest *contests;	/* by index */
	const eg_known_contest **by_label;
	uint32_t	n;
	uint32_t	options;		/* in all */
} eg_catalogue;

/* False if the arena is exhausted. */
extern bool eg_catalogue_make(eg_catalogue *catalogue, const eg_rules *rules,
							  const eg_arena *arena);

/* NULL if the manifest has none of that label. */
extern const eg_known_contest *eg_find_contest(const eg_catalogue *catalogue,
											   eg_bytes label);
extern const eg_known_option *eg_find_option(const eg_known_contest *contest,
											 eg_bytes label);

#endif
