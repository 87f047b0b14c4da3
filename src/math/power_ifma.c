/*
 * power_ifma.c
 *		Products and membership on the AVX-512 IFMA kernels.
 */
#include "power_ifma.h"
#include "ifma_eight.h"
#include "ifma_one.h"

#ifdef EG_HAVE_IFMA

#define LANES			EG_IFMA_LANES

void
eg_power_ifma_multiply(const eg_ifma_modulus *modulus, mp_limb_t *r,
					   const mp_limb_t *x, const mp_limb_t *y)
{
	eg_ifma_number a;
	eg_ifma_number b;

	eg_ifma_number_import_le(&a, (const uint8_t *) x);
	eg_ifma_number_import_le(&b, (const uint8_t *) y);
	eg_ifma_one_mul(&a, &a, &modulus->enter, modulus);
	eg_ifma_one_mul(&a, &a, &b, modulus);
	eg_ifma_number_export_le((uint8_t *) r, &a, modulus);
}

/*
 * Up to eight numbers of 64 limbs that stand one after the other; the first
 * takes the lanes that are left.
 */
static unsigned
import_batch(eg_ifma_lanes *r, const mp_limb_t *x, size_t n)
{
	unsigned	filled = n < LANES ? (unsigned) n : LANES;
	const uint8_t *from[LANES];

	for (unsigned i = 0; i < LANES; i++)
		from[i] = (const uint8_t *) (x + (i < filled ? i : 0) * EG_MAX_LIMBS);
	eg_ifma_lanes_import_le(r, from, LANES);
	return filled;
}

/* x^(2^256) = x^gap, as is_member_by_gap() in power.c has it: lanes, as bits. */
static unsigned
find_members(const eg_ifma_lanes *x, mp_limb_t gap,
			 const eg_ifma_modulus *modulus)
{
	eg_ifma_lanes square;
	eg_ifma_lanes power;

	eg_ifma_lanes_repeat(&power, &modulus->enter);
	eg_ifma_eight_mul(&square, x, &power, modulus);
	eg_ifma_lanes_repeat(&power, &modulus->one);
	for (int i = 0; i < 64 * EG_MAX_SCALAR_LIMBS; i++)
	{
		if (gap & 1)
			eg_ifma_eight_mul(&power, &power, &square, modulus);
		gap >>= 1;
		eg_ifma_eight_sqr(&square, &square, modulus);
	}
	return eg_ifma_lanes_same(&square, &power, modulus);
}

eg_status
eg_power_ifma_check_members(const eg_ifma_modulus *modulus, mp_limb_t q_gap,
							const mp_limb_t *x, size_t n, size_t *offender,
							const eg_stop *stop)
{
	for (size_t done = 0; done < n; done += LANES)
	{
		eg_ifma_lanes lanes;
		unsigned	filled;
		unsigned	members;

		if (eg_stop_requested(stop))
			return EG_INTERRUPTED;
		filled = import_batch(&lanes, x + done * EG_MAX_LIMBS, n - done);
		members = find_members(&lanes, q_gap, modulus);
		for (unsigned i = 0; i < filled; i++)
			if ((members >> i & 1) == 0)
			{
				*offender = done + i;
				return EG_NOT_FOUND;
			}
	}
	return EG_OK;
}

#endif
