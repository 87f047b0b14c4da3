/*
 * json_fields.h
 *		Words in which the sources of shapes are written; of no use to others.
 */
#ifndef EG_JSON_FIELDS_H
#define EG_JSON_FIELDS_H

#include "protocol/json_shape.h"

#define OPTIONAL	false
#define REQUIRED	true

#define AT(type, member)	offsetof(type, member)

/* A shape of these fields, strict and lenient, and one with a label to name. */
#define SHAPE(fields, type) \
	{fields, sizeof(fields) / sizeof(fields[0]), sizeof(type), 0, 0, false}
#define LENIENT(fields, type) \
	{fields, sizeof(fields) / sizeof(fields[0]), sizeof(type), 0, 0, true}
#define NAMED_SHAPE(fields, type, names) \
	{fields, sizeof(fields) / sizeof(fields[0]), sizeof(type), names, \
	offsetof(type, label), false}

/* A field that may be there, and is forgotten. */
#define DROPPED(name)	{name, EG_JSON_DROPPED, OPTIONAL, 0, 0, NULL}

#endif
