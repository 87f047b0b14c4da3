/*
 * private_memory.c
 *		eg.private_memory(), what a ballot box logs with each chunk.
 *
 * The system's figure, not that of memory contexts: those do not see what
 * libraries allocate, and are not for everybody to read.
 */
#include "egtally.h"

#include <stdio.h>

#include "storage/fd.h"

PG_FUNCTION_INFO_V1(eg_private_memory);

/* In kB, or -1 where the system does not tell. */
static long
private_kilobytes(FILE *status)
{
	char		line[256];
	long		kilobytes;

	while (fgets(line, sizeof(line), status) != NULL)
		if (sscanf(line, "RssAnon: %ld kB", &kilobytes) == 1)
			return kilobytes;
	return -1;
}

Datum
eg_private_memory(PG_FUNCTION_ARGS)
{
	FILE	   *status = AllocateFile("/proc/self/status", "r");
	long		kilobytes;

	if (status == NULL)
		PG_RETURN_NULL();
	kilobytes = private_kilobytes(status);
	FreeFile(status);
	if (kilobytes < 0)
		PG_RETURN_NULL();
	PG_RETURN_INT64((int64) kilobytes * 1024);
}
