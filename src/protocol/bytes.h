/*
 * bytes.h
 *		Runs of bytes, and the cursors that read and write encodings.
 *
 * Every integer of an encoding is big-endian and unsigned.  A reader that
 * runs out of input, or is told to fail, stays failed: it yields zeros and
 * NULLs, so that a parser checks once at the end, and never reads outside.
 */
#ifndef EG_BYTES_H
#define EG_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Somebody else's memory; data is NULL where the thing is absent. */
typedef struct eg_bytes
{
	const uint8_t *data;
	size_t		size;
} eg_bytes;

static inline bool
eg_bytes_equal(eg_bytes a, eg_bytes b)
{
	return a.size == b.size &&
		(a.size == 0 || memcmp(a.data, b.data, a.size) == 0);
}

/* As memcmp: bytewise, a run before those that it begins. */
static inline int
eg_bytes_compare(eg_bytes a, eg_bytes b)
{
	size_t		common = a.size < b.size ? a.size : b.size;
	int			order = common > 0 ? memcmp(a.data, b.data, common) : 0;

	if (order == 0)
		order = (a.size > b.size) - (a.size < b.size);
	return order;
}

static inline uint16_t
eg_get16(const uint8_t *p)
{
	return (uint16_t) (p[0] << 8 | p[1]);
}

static inline uint32_t
eg_get32(const uint8_t *p)
{
	return (uint32_t) eg_get16(p) << 16 | eg_get16(p + 2);
}

static inline uint64_t
eg_get64(const uint8_t *p)
{
	return (uint64_t) eg_get32(p) << 32 | eg_get32(p + 4);
}

static inline void
eg_put16(uint8_t *p, uint16_t value)
{
	p[0] = (uint8_t) (value >> 8);
	p[1] = (uint8_t) value;
}

static inline void
eg_put32(uint8_t *p, uint32_t value)
{
	eg_put16(p, (uint16_t) (value >> 16));
	eg_put16(p + 2, (uint16_t) value);
}

static inline void
eg_put64(uint8_t *p, uint64_t value)
{
	eg_put32(p, (uint32_t) (value >> 32));
	eg_put32(p + 4, (uint32_t) value);
}

typedef struct eg_reader
{
	const uint8_t *next;
	size_t		left;
	bool		failed;
} eg_reader;

/* The next size bytes, or NULL. */
static inline const uint8_t *
eg_read(eg_reader *reader, size_t size)
{
	const uint8_t *here = reader->next;

	if (reader->failed || size > reader->left)
	{
		reader->failed = true;
		return NULL;
	}
	reader->next += size;
	reader->left -= size;
	return here;
}

static inline uint8_t
eg_read8(eg_reader *reader)
{
	const uint8_t *p = eg_read(reader, 1);

	return p ? p[0] : 0;
}

static inline uint16_t
eg_read16(eg_reader *reader)
{
	const uint8_t *p = eg_read(reader, 2);

	return p ? eg_get16(p) : 0;
}

static inline uint32_t
eg_read32(eg_reader *reader)
{
	const uint8_t *p = eg_read(reader, 4);

	return p ? eg_get32(p) : 0;
}

static inline uint64_t
eg_read64(eg_reader *reader)
{
	const uint8_t *p = eg_read(reader, 8);

	return p ? eg_get64(p) : 0;
}

/*
 * A writer without memory (next is NULL) only measures: an encoder is run
 * twice, once for the size and once for the bytes.
 */
typedef struct eg_writer
{
	uint8_t    *next;
	size_t		size;			/* written so far */
} eg_writer;

static inline void
eg_write(eg_writer *writer, const void *data, size_t size)
{
	if (writer->next != NULL && size > 0)
	{
		memcpy(writer->next, data, size);
		writer->next += size;
	}
	writer->size += size;
}

static inline void
eg_write8(eg_writer *writer, uint8_t value)
{
	eg_write(writer, &value, 1);
}

static inline void
eg_write16(eg_writer *writer, uint16_t value)
{
	uint8_t		bytes[2];

	eg_put16(bytes, value);
	eg_write(writer, bytes, sizeof(bytes));
}

static inline void
eg_write32(eg_writer *writer, uint32_t value)
{
	uint8_t		bytes[4];

	eg_put32(bytes, value);
	eg_write(writer, bytes, sizeof(bytes));
}

static inline void
eg_write64(eg_writer *writer, uint64_t value)
{
	uint8_t		bytes[8];

	eg_put64(bytes, value);
	eg_write(writer, bytes, sizeof(bytes));
}

#endif
