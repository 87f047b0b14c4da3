/*
 * manifest.h
 *		What an election manifest says (spec 3.1.3), and its compiled form.
 *
 * The manifest is an opaque file for hashing; here it is read once, checked,
 * and compiled into a form in which ballots find their contests at once:
 *
 *		directory (directory.h): all contests and options, by position
 *		per contest: u32 selection limit L, u32 contest data blocks or 0
 *		per option: u32 selection limit R, u8 1 if it counts toward L
 *		u8 1 + chaining mode, 0 if the manifest states none
 *		u32 ballot styles, and per style:
 *			u16 size, label		u32 contests	u32 index of each, ascending
 *
 * Two forms are read: labels and options (Microsoft's of 2.1), and the names
 * of the common data format (CDF) that egk uses.
 */
#ifndef EG_MANIFEST_H
#define EG_MANIFEST_H

#include "math/status.h"
#include "protocol/directory.h"
#include "protocol/json_shape.h"

/* Blocks of contest data are counted in 24 bits (spec 3.3.10). */
#define EG_MAX_DATA_BLOCKS	((UINT32_C(1) << 24) - 1)

/* Contests of all ballot styles together, which the compiled form lists. */
#define EG_MAX_STYLE_CONTESTS	1048576

/* What the JSON shape fills; 0 and NULL are absent fields. */
typedef struct eg_manifest_option
{
	eg_bytes	label;
	eg_bytes	object_id;
	uint32_t	position;		/* a stated sequence_order */
	uint32_t	limit;			/* R */
	uint8_t		counts;			/* an eg_json_flag */
} eg_manifest_option;

typedef struct eg_manifest_contest
{
	eg_bytes	label;
	eg_bytes	object_id;
	uint32_t	position;
	uint32_t	limit;			/* L */
	uint32_t	votes_allowed;	/* L, in the CDF */
	uint32_t	option_limit;	/* R of all options, in the CDF */
	eg_bytes	option_limit_word;	/* or CONTEST_LIMIT */
	uint32_t	data_blocks;	/* b_Lambda */
	eg_bytes	district;
	eg_manifest_option *options;
	uint32_t	n;
	eg_manifest_option *ballot_selections;
	uint32_t	n_ballot_selections;
} eg_manifest_contest;

typedef struct eg_manifest_style
{
	eg_bytes	label;
	eg_bytes	object_id;
	uint32_t   *contests;		/* indices */
	uint32_t	n;
	eg_bytes   *units;			/* geopolitical units, in the CDF; settling
								 * sorts them */
	uint32_t	n_units;
} eg_manifest_style;

typedef struct eg_manifest
{
	eg_bytes	label;
	eg_manifest_contest *contests;
	uint32_t	n;
	eg_manifest_style *styles;
	uint32_t	n_styles;
	uint8_t		chaining;		/* 1 + chaining mode (3.4.4) */
} eg_manifest;

extern const eg_json_shape eg_shape_manifest;	/* eg_manifest */

/*
 * Settles which of two names each field has, fills in what is not stated and
 * checks the rules of spec 3.1.3 and 3.3.10 as ERRATA.md reads them; a fault
 * names contest and option.  Styles of the CDF get their list of contests.
 */
extern bool eg_manifest_settle(eg_manifest *manifest, const eg_arena *arena,
							   const eg_stop *stop, eg_fault *fault);

/* Makes the compiled form of a settled manifest. */
extern bool eg_manifest_compile(eg_bytes *compiled,
								const eg_manifest *manifest,
								const eg_arena *arena, const eg_stop *stop,
								eg_fault *fault);

/* A compiled manifest. */
typedef struct eg_contest_rules
{
	uint32_t	limit;			/* L */
	uint32_t	data_blocks;	/* b_Lambda, 0: no contest data */
} eg_contest_rules;

typedef struct eg_option_rules
{
	uint32_t	limit;			/* R */
	bool		counts;			/* toward L */
} eg_option_rules;

typedef struct eg_rules
{
	eg_directory directory;
	const uint8_t *contests;	/* 8 bytes each */
	const uint8_t *options;		/* 5 bytes each */
	const uint8_t *chaining;
	const uint8_t *styles;		/* what comes after */
	const uint8_t *end;
} eg_rules;

extern void eg_rules_view(eg_rules *rules, eg_bytes compiled);
extern eg_contest_rules eg_contest_rules_of(const eg_rules *rules,
											uint32_t contest);
extern eg_option_rules eg_option_rules_of(const eg_rules *rules,
										  uint32_t option);

/* The chaining mode of all devices (3.4.4); false if none is stated. */
extern bool eg_rules_chaining(const eg_rules *rules, uint32_t *mode);

/*
 * The contests of a ballot style, as big-endian indices of 4 bytes; false if
 * there is no such style.
 */
extern bool eg_rules_style(const eg_rules *rules, eg_bytes label,
						   const uint8_t **contests, uint32_t *n);

#endif
