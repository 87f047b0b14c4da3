/*
 * label.c
 *		Labels of elections, contests, options, ballots and devices.
 */
#include "protocol/label.h"

/*
 * The length of the UTF-8 sequence at the start of s, or 0: shortest form
 * only, no surrogates, nothing above U+10FFFF (RFC 3629).
 */
static size_t
utf8_sequence(const uint8_t *s, size_t left)
{
	size_t		size;
	uint32_t	code;
	uint32_t	least;

	if (s[0] < 0x80)
		return 1;
	if ((s[0] & 0xE0) == 0xC0)
		size = 2, least = 0x80, code = s[0] & 0x1F;
	else if ((s[0] & 0xF0) == 0xE0)
		size = 3, least = 0x800, code = s[0] & 0x0F;
	else if ((s[0] & 0xF8) == 0xF0)
		size = 4, least = 0x10000, code = s[0] & 0x07;
	else
		return 0;
	if (size > left)
		return 0;
	for (size_t i = 1; i < size; i++)
	{
		if ((s[i] & 0xC0) != 0x80)
			return 0;
		code = code << 6 | (s[i] & 0x3F);
	}
	if (code < least || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF))
		return 0;
	return size;
}

/* C0, delete, and C1 (U+0080 to U+009F), whose sequence is C2 80 to C2 9F. */
static bool
is_control(const uint8_t *s)
{
	return s[0] < 0x20 || s[0] == 0x7F || (s[0] == 0xC2 && s[1] < 0xA0);
}

bool
eg_label_valid(eg_bytes label)
{
	size_t		at = 0;

	if (label.size == 0 || label.size > EG_MAX_LABEL)
		return false;
	while (at < label.size)
	{
		size_t		size = utf8_sequence(label.data + at, label.size - at);

		if (size == 0 || is_control(label.data + at))
			return false;
		at += size;
	}
	return true;
}

int
eg_label_order(eg_bytes a, eg_bytes b)
{
	size_t		common = a.size < b.size ? a.size : b.size;
	int			order = memcmp(a.data, b.data, common);

	if (order != 0)
		return order;
	return (a.size > b.size) - (a.size < b.size);
}
