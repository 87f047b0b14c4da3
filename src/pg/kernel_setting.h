/*
 * kernel_setting.h
 *		The setting egtally.kernel.
 */
#ifndef EG_KERNEL_SETTING_H
#define EG_KERNEL_SETTING_H

/* Defines it, when the module is loaded; raises nothing. */
extern void eg_define_kernel_setting(void);

#endif
