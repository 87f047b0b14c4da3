/*
 * private_memory.c
 *		eg.private_memory(), what a ballot box logs with each chunk.
 *
 * The system's figure, not that of memory contexts: those do not see what
 * libraries allocate, and are not for everybody to read.  Of the two files that
 * tell it, statm is the one that takes the system no time: its second number
 * counts all resident pages, its third those of files and of shared memory.
 */
#include "egtally.h"

#include <stdio.h>
#include <unistd.h>

#include "storage/fd.h"

PG_FUNCTION_INFO_V1(eg_private_memory);

Datum
eg_private_memory(PG_FUNCTION_ARGS)
{
	FILE	   *statm = AllocateFile("/proc/self/statm", "r");
	long		resident;
	long		shared;
	int			numbers;

	if (statm == NULL)
		PG_RETURN_NULL();
	numbers = fscanf(statm, "%*d %ld %ld", &resident, &shared);
	FreeFile(statm);
	if (numbers != 2)
		PG_RETURN_NULL();
	PG_RETURN_INT64((int64) (resident - shared) * sysconf(_SC_PAGESIZE));
}
