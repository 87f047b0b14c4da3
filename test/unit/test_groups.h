/*
 * test_groups.h
 *		The groups that the tests run in: the toy groups and the reduced group
 *		of the spec's appendix, and the two real ones.
 */
#ifndef EG_TEST_GROUPS_H
#define EG_TEST_GROUPS_H

#include "math/group.h"

/* Named by the bits of p. */
enum
{
	TOY_16,
	TOY_32,
	TOY_48,
	TOY_64,
	TOY_96,
	TOY_128,
	TOY_192,
	TOY_256,
	REDUCED_3072,
	REAL_2_1_0,
	REAL_1_X,
	TEST_GROUPS
};

/* Made by the first call. */
extern const eg_group *test_group(int i);

/* x = a random power of g */
extern void test_random_member(const eg_group *group, mp_limb_t *x);

#endif
