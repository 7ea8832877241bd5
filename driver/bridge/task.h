/* SPDX-License-Identifier: GPL-2.0-only */
/* The task that called. */
#ifndef MSMXX_BRIDGE_TASK_H
#define MSMXX_BRIDGE_TASK_H

#include "bridge/types.h"

BRIDGE_BEGIN

struct pid;

bool bridge_task_may_profile(void);

#define BRIDGE_COMM_BYTES 16

/* A reference to the process that calls; bridge_pid_put() from any context. */
struct pid *bridge_pid_get_current(void);
void bridge_pid_get(struct pid *pid);
void bridge_pid_put(struct pid *pid);
/* As the initial PID namespace numbers it, also when it is gone. */
int bridge_pid_number(struct pid *pid);
/* The calling thread's name, terminated. */
void bridge_task_comm(char comm[BRIDGE_COMM_BYTES]);
/*
 * The command line, quoted so that it is one printable line, to be freed with bridge_kvfree(); NULL
 * if the process has ended, or without memory. Takes its mmap lock.
 */
char *bridge_pid_cmdline(struct pid *pid);

BRIDGE_END

#endif
