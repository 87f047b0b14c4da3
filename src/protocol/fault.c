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

bool
eg_fault_out_of_memory(eg_fault *fault)
{
	return eg_fault_set(fault, EG_FAULT_LIMIT, "out of memory");
}

bool
eg_fault_interrupted(eg_fault *fault)
{
	return eg_fault_set(fault, EG_FAULT_INTERRUPTED, "interrupted");
}
