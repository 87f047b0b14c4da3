/*
 * text.h
 *		Bytes as text: hexadecimal and base64.
 */
#ifndef EG_TEXT_H
#define EG_TEXT_H

#include "protocol/bytes.h"

/* Bytes that text of this length stands for at most, in either form. */
static inline size_t
eg_text_room(size_t length)
{
	return length / 4 * 3 + 3;
}

/*
 * Reads exactly size bytes from hexadecimal (2 size characters) or canonical
 * base64 text: the length tells which.
 */
extern bool eg_text_to_bytes(uint8_t *bytes, size_t size,
							 const char *text, size_t length);

/*
 * Reads canonical base64 (padded, no stray bits, no white space) of whatever
 * size; bytes has eg_text_room(length).  False if it is not that.
 */
extern bool eg_base64_to_bytes(uint8_t *bytes, size_t *size,
							   const char *text, size_t length);

/* The length of bytes in base64, and the text itself with a final zero. */
extern size_t eg_base64_length(size_t size);
extern void eg_bytes_to_base64(char *text, const uint8_t *bytes, size_t size);

/* Reads size bytes from 2 size hexadecimal characters; false if it is not. */
extern bool eg_hex_to_bytes(uint8_t *bytes, size_t size,
							const char *text, size_t length);

/* Writes 2 size characters and a final zero. */
extern void eg_bytes_to_hex(char *text, const uint8_t *bytes, size_t size);

#endif
