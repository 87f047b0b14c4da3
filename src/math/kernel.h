/*
 * kernel.h
 *		Which kernel multiplies mod p.
 *
 * The portable one runs anywhere and in any group.  The one for AVX-512 IFMA
 * runs on some machines and in the two real groups; what it has not, the
 * portable one does.  Elements come out as the same bytes; residues of
 * unfinished products say which R is theirs (product.h).
 *
 * The choice is the only process-wide setting of this ring and its only
 * variable memory.  It belongs to the machine, not to any data: as it changes
 * no result, it would tell a caller nothing to hand it through every function
 * of the protocol.  Whoever owns the process sets it, between calls and in one
 * thread; until then all is portable.
 */
#ifndef EG_KERNEL_H
#define EG_KERNEL_H

#include "group.h"

typedef enum eg_kernel
{
	EG_KERNEL_PORTABLE,
	EG_KERNEL_IFMA
} eg_kernel;

/* Whether this build and this machine have the kernel. */
extern bool eg_kernel_available(eg_kernel kernel);

/* Uses it from now on; false, with nothing changed, where that cannot be. */
extern bool eg_kernel_use(eg_kernel kernel);

extern eg_kernel eg_kernel_in_use(void);

/*
 * For this ring only: what the IFMA kernel has prepared for the group, or NULL
 * if it does not know the group or is not in use.
 */
struct eg_ifma_modulus;
extern const struct eg_ifma_modulus *eg_kernel_modulus(const eg_group *group);

#endif
