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
/* Whether @pid is the process that calls. */
bool bridge_pid_is_current(struct pid *pid);
/*
 * The command line of the process that calls, quoted so that it is one printable line, to be freed with
 * bridge_kvfree(); NULL without memory. Reads the process's memory, which may wait for whoever fills that.
 */
char *bridge_task_cmdline(void);

BRIDGE_END

#endif
