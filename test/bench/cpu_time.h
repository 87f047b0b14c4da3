/*
 * cpu_time.h
 *		The clock of the benchmarks: CPU time of this thread.
 */
#ifndef CPU_TIME_H
#define CPU_TIME_H

#include <time.h>

static inline double
cpu_seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (double) t.tv_sec + 1e-9 * (double) t.tv_nsec;
}

#endif
