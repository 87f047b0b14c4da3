/*
 * secret.h
 *		Memory for secrets, which is wiped before it is given back.
 *
 * It belongs to the memory context that is current when it is asked for, and
 * is wiped when that is reset or deleted: at the end of the call or the
 * statement, after an error too.
 */
#ifndef EG_SECRET_H
#define EG_SECRET_H

#include "egtally.h"

/* Zeroed. */
extern void *eg_secret_memory(size_t size);

/* Has memory of the current context, which holds a secret, wiped likewise. */
extern void eg_secret_adopt(void *memory, size_t size);

/* Argument n as bytes; a copy that had to be made is wiped likewise. */
extern eg_bytes eg_getarg_secret_bytes(FunctionCallInfo fcinfo, int n);

/* An arena of such memory. */
extern const eg_arena eg_secret_arena;

#endif
