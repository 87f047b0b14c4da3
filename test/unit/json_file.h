/*
 * json_file.h
 *		The test data beside the project, and a strict reader of its JSON.
 *
 * The folder is $EGTALLY_SHARED, or ../shared if that is not set; empty means
 * none.  Whatever does not read as expected ends the program: the data is
 * there or it is not, but it is never half right.
 */
#ifndef EG_TEST_JSON_FILE_H
#define EG_TEST_JSON_FILE_H

#include "protocol/bytes.h"

typedef struct json
{
	char		kind;			/* { [ " t f n as in the text, 0 an integer */
	const char *name;			/* of a member of an object */
	const char *text;			/* of a string; escapes are refused */
	int64_t		integer;		/* other numbers are refused */
	uint32_t	n;				/* members or elements */
	struct json *first;
	struct json *next;
} json;

typedef struct json_file
{
	char	   *text;
	json	   *values;			/* the first is the whole */
} json_file;

extern bool shared_data_present(void);

/* A file of that folder, as it stands; the caller frees the data. */
extern eg_bytes shared_file(const char *path);

extern json_file json_open(const char *path);
extern void json_close(json_file *file);

/* The member of this name; json_find is NULL if there is none. */
extern const json *json_find(const json *object, const char *name);
extern const json *json_get(const json *object, const char *name);
extern const json *json_item(const json *array, uint32_t i);

extern const char *json_text(const json *value);
extern uint32_t json_integer(const json *value);

/* Exactly size bytes, in hexadecimal or base64. */
extern void json_bytes(uint8_t *bytes, size_t size, const json *value);

#endif
