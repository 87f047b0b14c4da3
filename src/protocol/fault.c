/*
 * fault.c
 *		What is wrong with an input, and where.
 */
#include "protocol/fault.h"

bool
eg_fault_set(eg_fault *fault, eg_fault_kind kind, const char *message)
{
	if (fault->message == NULL)
	{
		fault->kind = kind;
		fault->message = message;
	}
	return false;
}
