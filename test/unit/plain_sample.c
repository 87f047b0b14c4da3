/*
 * plain_sample.c
 *		A small election and ballots of it that are yet to be encrypted.
 */
#include "plain_sample.h"

#include <stdlib.h>

#include "encoded.h"

static eg_bytes
bytes_of(const char *text)
{
	eg_bytes	bytes = {(const uint8_t *) text, strlen(text)};

	return bytes;
}

static void *
get(const eg_arena *arena, size_t size)
{
	void	   *memory = arena->allocate(arena->context, size);

	if (memory == NULL)
		abort();
	return memory;
}

static const uint8_t *
public_key(int64_t secret, const eg_arena *arena)
{
	uint8_t    *key = get(arena, EG_ELEMENT_BYTES);
	uint8_t		scalar[EG_SCALAR_BYTES];

	scalar_set(scalar, secret);
	element_of_scalar(key, scalar);
	return key;
}

static eg_bytes
compile(eg_manifest *manifest, const eg_arena *arena)
{
	eg_fault	fault = {0};
	eg_bytes	compiled;

	if (!eg_manifest_settle(manifest, arena, NULL, &fault) ||
		!eg_manifest_compile(&compiled, manifest, arena, NULL, &fault))
		abort();
	return compiled;
}

static eg_bytes
make_rules(const eg_arena *arena)
{
	eg_manifest_option first[2];
	eg_manifest_option second[3];
	eg_manifest_contest contests[2];
	eg_manifest_style styles[2];
	uint32_t	both[] = {1, 2};
	eg_manifest manifest;

	memset(&manifest, 0, sizeof(manifest));
	memset(first, 0, sizeof(first));
	memset(second, 0, sizeof(second));
	memset(contests, 0, sizeof(contests));
	memset(styles, 0, sizeof(styles));
	manifest.label = bytes_of("sample");
	manifest.contests = contests;
	manifest.n = 2;
	manifest.styles = styles;
	manifest.n_styles = 2;
	first[0].label = bytes_of("a");
	first[1].label = bytes_of("b");
	second[0].label = bytes_of("x");
	second[0].limit = 3;
	second[1].label = bytes_of("y");
	second[1].limit = 3;
	second[2].label = bytes_of("count");
	second[2].limit = 2;
	second[2].counts = EG_JSON_NO;
	contests[0].label = bytes_of("first");
	contests[0].limit = 1;
	contests[0].options = first;
	contests[0].n = 2;
	contests[1].label = bytes_of("second");
	contests[1].limit = 5;
	contests[1].data_blocks = PLAIN_SAMPLE_BLOCKS;
	contests[1].options = second;
	contests[1].n = 3;
	styles[0].label = bytes_of("both");
	styles[0].contests = both;
	styles[0].n = 2;
	styles[1].label = bytes_of("second");
	styles[1].contests = both + 1;
	styles[1].n = 1;
	return compile(&manifest, arena);
}

void
plain_sample_election(eg_election *election, const eg_arena *arena)
{
	eg_election_parts parts;
	uint8_t    *bytes;
	eg_bytes	made;

	parts.n = 3;
	parts.k = 2;
	parts.vote_key = public_key(PLAIN_SAMPLE_VOTE_KEY, arena);
	parts.data_key = public_key(PLAIN_SAMPLE_DATA_KEY, arena);
	parts.manifest = bytes_of("not read here");
	parts.compiled = make_rules(arena);
	made.size = eg_election_size(&parts);
	bytes = get(arena, made.size);
	eg_election_make(bytes, &parts);
	made.data = bytes;
	eg_election_view(election, made);
}

void
plain_sample_ballot(eg_plain_ballot *plain, const char *style,
					const eg_election *election, const eg_arena *arena)
{
	eg_fault	fault = {0};

	memset(plain, 0, sizeof(*plain));
	plain->id = bytes_of("ballot");
	plain->style = bytes_of(style);
	plain->device = bytes_of("device");
	plain->weight = 1;
	if (!eg_plain_ballot_open(plain, &election->rules, arena, &fault))
		abort();
	plain_sample_contest(plain, 2)->data =
		get(arena, PLAIN_SAMPLE_BLOCKS * EG_HASH_BYTES);
}

eg_plain_contest *
plain_sample_contest(const eg_plain_ballot *plain, uint32_t index)
{
	for (uint32_t i = 0; i < plain->n; i++)
		if (plain->contests[i].index == index)
			return &plain->contests[i];
	abort();
}
