/*
 * status.h
 *		What a call into the inner rings reports, and how a caller stops it.
 *
 * The rings src/math and src/protocol never jump, print or allocate: they
 * report one of these codes, and the caller decides what becomes of it.
 */
#ifndef EG_STATUS_H
#define EG_STATUS_H

#include <stdbool.h>
#include <stddef.h>

typedef enum eg_status
{
	EG_OK = 0,
	EG_INTERRUPTED,				/* the caller's stop function said so */
	EG_NOT_FOUND,				/* no discrete logarithm within the bound */
	EG_INVALID					/* an argument outside its documented range */
} eg_status;

/*
 * Polled by every loop that can last, at least every 10 ms.  A loop that is
 * told to stop wipes what it holds and returns EG_INTERRUPTED.  A NULL
 * eg_stop pointer means: never.
 */
typedef struct eg_stop
{
	bool		(*requested) (void *context);
	void	   *context;
} eg_stop;

static inline bool
eg_stop_requested(const eg_stop *stop)
{
	return stop != NULL && stop->requested(stop->context);
}

#endif
