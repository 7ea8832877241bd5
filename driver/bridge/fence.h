/* SPDX-License-Identifier: GPL-2.0-only */
/* Anyone's fences, seen from outside; and the files that carry them. */
#ifndef MSMXX_BRIDGE_FENCE_H
#define MSMXX_BRIDGE_FENCE_H

#include "bridge/types.h"

struct dma_fence;
struct file;

BRIDGE_BEGIN

void bridge_fence_get(struct dma_fence *fence);
void bridge_fence_put(struct dma_fence *fence);
bool bridge_fence_is_signaled(struct dma_fence *fence);
/* 0 while it is pending or went well, else its negative error. */
int bridge_fence_status_error(struct dma_fence *fence);
u64 bridge_fence_context(struct dma_fence *fence);
u64 bridge_fence_seqno(struct dma_fence *fence);
u64 bridge_fence_context_alloc(u32 count);
/* 0, -ETIMEDOUT or -ERESTARTSYS. */
int bridge_fence_wait(struct dma_fence *fence, bool interruptible, u64 deadline);

/* Someone waits for it now. */
void bridge_fence_boost(struct dma_fence *fence);

/* A new reference, or NULL when fd is no sync_file. */
struct dma_fence *bridge_sync_file_get_fence(int fd);
/* A file that holds a reference to the fence, or NULL. */
struct file *bridge_sync_file_create(struct dma_fence *fence);

/*
 * An unused fd, or a negative errno; then exactly one of install (takes the file's reference) and
 * put.
 */
int bridge_fd_reserve(void);
void bridge_fd_install(int fd, struct file *file);
void bridge_fd_put(int fd);
void bridge_file_put(struct file *file);

BRIDGE_END

#endif
