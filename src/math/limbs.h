/*
 * limbs.h
 *		Arrays of limbs: from bytes and back in either order, and single bits.
 *
 * Serves any host: compilers make one load, swap or store of each group of
 * shifts.  Time does not depend on the values.
 */
#ifndef EG_LIMBS_H
#define EG_LIMBS_H

#include <gmp.h>
#include <stddef.h>
#include <stdint.h>

static inline mp_limb_t
eg_load_big_endian(const uint8_t *b)
{
	return (mp_limb_t) b[0] << 56 | (mp_limb_t) b[1] << 48 |
		(mp_limb_t) b[2] << 40 | (mp_limb_t) b[3] << 32 |
		(mp_limb_t) b[4] << 24 | (mp_limb_t) b[5] << 16 |
		(mp_limb_t) b[6] << 8 | (mp_limb_t) b[7];
}

static inline mp_limb_t
eg_load_little_endian(const uint8_t *b)
{
	return (mp_limb_t) b[7] << 56 | (mp_limb_t) b[6] << 48 |
		(mp_limb_t) b[5] << 40 | (mp_limb_t) b[4] << 32 |
		(mp_limb_t) b[3] << 24 | (mp_limb_t) b[2] << 16 |
		(mp_limb_t) b[1] << 8 | (mp_limb_t) b[0];
}

static inline void
eg_store_big_endian(uint8_t *b, mp_limb_t x)
{
	b[0] = (uint8_t) (x >> 56);
	b[1] = (uint8_t) (x >> 48);
	b[2] = (uint8_t) (x >> 40);
	b[3] = (uint8_t) (x >> 32);
	b[4] = (uint8_t) (x >> 24);
	b[5] = (uint8_t) (x >> 16);
	b[6] = (uint8_t) (x >> 8);
	b[7] = (uint8_t) x;
}

static inline void
eg_store_little_endian(uint8_t *b, mp_limb_t x)
{
	b[0] = (uint8_t) x;
	b[1] = (uint8_t) (x >> 8);
	b[2] = (uint8_t) (x >> 16);
	b[3] = (uint8_t) (x >> 24);
	b[4] = (uint8_t) (x >> 32);
	b[5] = (uint8_t) (x >> 40);
	b[6] = (uint8_t) (x >> 48);
	b[7] = (uint8_t) (x >> 56);
}

/* Bit i of x; i is public. */
static inline unsigned
eg_limbs_bit(const mp_limb_t *x, size_t i)
{
	return x[i / 64] >> (i % 64) & 1;
}

/* n limbs, least significant first, from 8 n big-endian bytes. */
static inline void
eg_limbs_from_big_endian(mp_limb_t *x, const uint8_t *bytes, size_t n)
{
	size_t		i;

	for (i = 0; i < n; i++)
		x[i] = eg_load_big_endian(bytes + 8 * (n - 1 - i));
}

static inline void
eg_limbs_to_big_endian(uint8_t *bytes, const mp_limb_t *x, size_t n)
{
	size_t		i;

	for (i = 0; i < n; i++)
		eg_store_big_endian(bytes + 8 * (n - 1 - i), x[i]);
}

static inline void
eg_limbs_from_little_endian(mp_limb_t *x, const uint8_t *bytes, size_t n)
{
	size_t		i;

	for (i = 0; i < n; i++)
		x[i] = eg_load_little_endian(bytes + 8 * i);
}

static inline void
eg_limbs_to_little_endian(uint8_t *bytes, const mp_limb_t *x, size_t n)
{
	size_t		i;

	for (i = 0; i < n; i++)
		eg_store_little_endian(bytes + 8 * i, x[i]);
}

#endif
