/*
 * text.c
 *		Bytes as text: hexadecimal and base64.
 */
#include "protocol/text.h"

#include <sodium.h>

bool
eg_hex_to_bytes(uint8_t *bytes, size_t size, const char *text, size_t length)
{
	size_t		written;

	return length == 2 * size &&
		sodium_hex2bin(bytes, size, text, length, NULL, &written, NULL) == 0 &&
		written == size;
}

/* libsodium takes some bytes above 127 for digits where char is signed. */
static bool
is_ascii(const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if ((unsigned char) text[i] > 127)
			return false;
	return true;
}

bool
eg_base64_to_bytes(uint8_t *bytes, size_t *size,
				   const char *text, size_t length)
{
	return is_ascii(text, length) &&
		sodium_base642bin(bytes, eg_text_room(length), text, length, NULL,
						  size, NULL, sodium_base64_VARIANT_ORIGINAL) == 0;
}

/*
 * Both forms have one length only where 2 size = 4 ceil(size / 3), which for
 * the sizes of a record (32, 36, 512) never happens.
 */
bool
eg_text_to_bytes(uint8_t *bytes, size_t size, const char *text, size_t length)
{
	size_t		written;

	if (length == 2 * size)
		return eg_hex_to_bytes(bytes, size, text, length);
	return length == eg_base64_length(size) && is_ascii(text, length) &&
		sodium_base642bin(bytes, size, text, length, NULL, &written, NULL,
						  sodium_base64_VARIANT_ORIGINAL) == 0 &&
		written == size;
}

size_t
eg_base64_length(size_t size)
{
	return (size + 2) / 3 * 4;
}

void
eg_bytes_to_base64(char *text, const uint8_t *bytes, size_t size)
{
	sodium_bin2base64(text, eg_base64_length(size) + 1, bytes, size,
					  sodium_base64_VARIANT_ORIGINAL);
}

void
eg_bytes_to_hex(char *text, const uint8_t *bytes, size_t size)
{
	sodium_bin2hex(text, 2 * size + 1, bytes, size);
}
