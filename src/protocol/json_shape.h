/*
 * json_shape.h
 *		The JSON of a record, described once for reading and writing.
 *
 * A shape lists the fields of one kind of JSON object and where each lives
 * in a C structure.  A reader is fed the events of whichever parser the
 * caller has and fills the structure; a writer walks the structure and emits
 * events.  Reading is strict: unknown fields, missing ones and values of
 * another form are faults that name their place, and so are names given twice,
 * wherever they stand.
 */
#ifndef EG_JSON_SHAPE_H
#define EG_JSON_SHAPE_H

#include "math/group.h"
#include "protocol/arena.h"
#include "protocol/fault.h"
#include "protocol/json_names.h"

/* What a field holds, and the C type at its offset. */
typedef enum eg_json_kind
{
	EG_JSON_BYTES,				/* const uint8_t *: size bytes */
	EG_JSON_ELEMENT,			/* const uint8_t *: 512 bytes, 1 .. p - 1 */
	EG_JSON_DATA,				/* eg_bytes: base64 of any size */
	EG_JSON_LABEL,				/* eg_bytes: a label */
	EG_JSON_INDEX,				/* uint32_t: 1 .. 2^31 - 1 */
	EG_JSON_WEIGHT,				/* uint64_t: 1 .. 2^63 - 1 */
	EG_JSON_TIME,				/* int64_t, and a bool at offset size */
	EG_JSON_BOOL,				/* bool */
	EG_JSON_FLAG,				/* uint8_t: an eg_json_flag */
	EG_JSON_STATE,				/* uint8_t: an eg_ballot_state */
	EG_JSON_CHAINING,			/* uint8_t: 1 + a chaining mode, 0 or 1 */
	EG_JSON_OBJECT,				/* pointer to a structure of the shape */
	EG_JSON_ARRAY,				/* pointer to an array of them, and a uint32_t
								 * at offset size */
	EG_JSON_BYTES_ARRAY,		/* pointer to an array of const uint8_t *, 32
								 * bytes each, and a uint32_t at offset size */
	EG_JSON_INDEX_ARRAY,		/* likewise, of uint32_t */
	EG_JSON_LABEL_ARRAY,		/* likewise, of eg_bytes */
	EG_JSON_DROPPED				/* anything: read and forgotten */
} eg_json_kind;

/* A boolean that may be absent. */
typedef enum eg_json_flag
{
	EG_JSON_UNSAID = 0,
	EG_JSON_NO,
	EG_JSON_YES
} eg_json_flag;

typedef struct eg_json_shape eg_json_shape;

typedef struct eg_json_field
{
	const char *name;
	eg_json_kind kind;
	bool		required;
	size_t		offset;
	size_t		size;
	const eg_json_shape *shape;
} eg_json_field;

struct eg_json_shape
{
	const eg_json_field *fields;	/* at most 32 */
	size_t		n;
	size_t		size;			/* of the structure */

	/*
	 * Where the label of a contest or option stands in the structure, so that
	 * faults can name it: 0 no label, 1 contest, 2 option.
	 */
	int			names;
	size_t		label_offset;

	bool		lenient;		/* unknown fields are dropped, not refused */
};

/*
 * Two fields may share a name if they take different kinds of value: object,
 * text, number or array (C2 of contest data in 2.1.0 and in 2.0).
 */

#define EG_JSON_DEPTH	8

/*
 * Bytes that the arrays of a document may take as they grow: four million
 * pairs of proofs in one ballot.  An element may be {} in the document.
 */
#define EG_JSON_MAX_ARRAYS	(128 * 1024 * 1024)

typedef struct eg_json_frame
{
	const eg_json_shape *shape; /* of an object, or of an array's elements */
	const eg_json_field *field; /* of an array: its field */
	uint8_t    *target;			/* the structure, or the one with the array */
	uint32_t	seen;			/* bit i: field i of an object was there */
	uint32_t	room;			/* elements an array has memory for */
	uint32_t	n;				/* elements it has */
	const eg_json_field *current;	/* of an object: the field at hand */
} eg_json_frame;

typedef struct eg_json_reader
{
	eg_json_frame frames[EG_JSON_DEPTH];
	int			depth;
	int			dropping;		/* nesting inside a dropped value */
	size_t		arrays;			/* bytes for arrays so far */
	bool		done;
	eg_json_names names;		/* that no shape knows */
	const eg_json_shape *shape;
	void	   *target;
	const eg_group *group;
	const eg_arena *arena;
	eg_fault   *fault;
} eg_json_reader;

typedef enum eg_json_scalar
{
	EG_JSON_TEXT,				/* a string, without escapes, in UTF-8 */
	EG_JSON_NUMBER,				/* its characters */
	EG_JSON_TRUE,
	EG_JSON_FALSE,
	EG_JSON_NULL
} eg_json_scalar;

extern void eg_json_reader_init(eg_json_reader *reader,
								const eg_json_shape *shape, void *target,
								const eg_group *group, const eg_arena *arena,
								eg_fault *fault);

/* Events; each is false, with a fault that has a path, when it does not fit. */
extern bool eg_json_begin_object(eg_json_reader *reader);
extern bool eg_json_key(eg_json_reader *reader, const char *name, size_t size);
extern bool eg_json_end_object(eg_json_reader *reader);
extern bool eg_json_begin_array(eg_json_reader *reader);
extern bool eg_json_end_array(eg_json_reader *reader);
extern bool eg_json_value(eg_json_reader *reader, eg_json_scalar type,
						  const char *text, size_t size);

/* What takes scalars: eg_json_value, or what some shapes have in its place. */
typedef bool (*eg_json_value_event) (eg_json_reader *reader,
									 eg_json_scalar type, const char *text,
									 size_t size);

/* Receives what a writer emits; text is valid during the call only. */
typedef struct eg_json_sink
{
	void		(*begin_object) (void *context);
	void		(*end_object) (void *context);
	void		(*begin_array) (void *context);
	void		(*end_array) (void *context);
	void		(*key) (void *context, const char *name);
	void		(*text) (void *context, const char *text, size_t size);
	void		(*base64) (void *context, const uint8_t *bytes, size_t size);
	void		(*number) (void *context, int64_t value);
	void		(*boolean) (void *context, bool value);
	void	   *context;
} eg_json_sink;

extern void eg_json_write(const eg_json_sink *sink, const eg_json_shape *shape,
						  const void *source);

#endif
