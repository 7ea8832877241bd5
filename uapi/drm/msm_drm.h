/* SPDX-License-Identifier: MIT */
/*
 * The userspace ABI of drm/msm: parameters, buffer objects, submission, fences, submitqueues,
 * VM_BIND and performance counters, as Linux 7.2 has it.
 *
 * Names, numbers and layouts are the contract that Mesa and every other client was compiled
 * against; nothing here may change. `uapi/check-layout` compares each of them with the headers of
 * the system and of the reference kernel.
 *
 * Rules of the ABI: no pointers (a __u64 carries one), every member aligned to its size, and an
 * argument may only grow at its end, where zero must mean what the missing member meant: the DRM
 * core zero-fills what an older client lacks.
 */

#ifndef __MSM_DRM_H__
#define __MSM_DRM_H__

#include <drm/drm.h>

#if defined(__cplusplus)
extern "C" {
#endif

/*
 * Pipes. The low half of a flags word names the pipe, the high half holds flags. Only the 3D pipe
 * exists today.
 */
#define MSM_PIPE_NONE 0x00
#define MSM_PIPE_2D0  0x01
#define MSM_PIPE_2D1  0x02
#define MSM_PIPE_3D0  0x10

#define MSM_PIPE_ID_MASK  0xffff
#define MSM_PIPE_ID(x)    ((x) & MSM_PIPE_ID_MASK)
#define MSM_PIPE_FLAGS(x) ((x) & ~MSM_PIPE_ID_MASK)

/* An absolute CLOCK_MONOTONIC time, so that a restarted ioctl keeps its deadline; the same for 32
 * and 64-bit callers. */
struct drm_msm_timespec {
	__s64 tv_sec;  /* seconds */
	__s64 tv_nsec; /* nanoseconds */
};

/*
 * Parameters: R = GET_PARAM answers, W = SET_PARAM accepts.
 */
#define MSM_PARAM_GPU_ID           0x01 /* R: marketing number, 0 on chips known by chip id only */
#define MSM_PARAM_GMEM_SIZE        0x02 /* R: bytes of on-chip tile memory */
#define MSM_PARAM_CHIP_ID          0x03 /* R: chip id; speed bin in the high word where GPU_ID is 0 */
#define MSM_PARAM_MAX_FREQ         0x04 /* R: Hz */
#define MSM_PARAM_TIMESTAMP        0x05 /* R: ticks of the always-on counter */
#define MSM_PARAM_GMEM_BASE        0x06 /* R: address of the tile memory as shaders see it */
#define MSM_PARAM_PRIORITIES       0x07 /* R: number of submitqueue priorities, 0 is the most urgent */
#define MSM_PARAM_PP_PGTABLE       0x08 /* R: obsolete, reads 0 */
#define MSM_PARAM_FAULTS           0x09 /* R: hangs and faults this context has to care about, so far */
#define MSM_PARAM_SUSPENDS         0x0a /* R: how often the GPU lost power */
#define MSM_PARAM_SYSPROF          0x0b /* W: 1 keeps counters over switches, 2 also keeps the GPU on */
#define MSM_PARAM_COMM             0x0c /* W: name to report instead of the task's */
#define MSM_PARAM_CMDLINE          0x0d /* W: command line to report instead of the task's */
#define MSM_PARAM_VA_START         0x0e /* R: first GPU address userspace may choose */
#define MSM_PARAM_VA_SIZE          0x0f /* R: bytes of that range */
#define MSM_PARAM_HIGHEST_BANK_BIT 0x10 /* R: memory layout facts that tiling depends on, … */
#define MSM_PARAM_RAYTRACING       0x11 /* R: 1 if the chip traces rays */
#define MSM_PARAM_UBWC_SWIZZLE     0x12 /* R: … and more of these */
#define MSM_PARAM_MACROTILE_MODE   0x13 /* R */
#define MSM_PARAM_UCHE_TRAP_BASE   0x14 /* R: where the L2 traps shader accesses */
#define MSM_PARAM_HAS_PRR          0x15 /* R: 1 if unbacked ranges can be mapped (sparse residency) */
/*
 * W, once, to 1, before the context's address space exists: userspace manages GPU addresses with
 * VM_BIND from then on. GEM_INFO's iova operations and the buffer table of GEM_SUBMIT are refused;
 * what is resident is what is bound. A fault or a failed bind makes the address space unusable,
 * which GEM_SUBMIT reports as EPIPE.
 */
#define MSM_PARAM_EN_VM_BIND 0x16
#define MSM_PARAM_AQE        0x17 /* R: 1 if the application queue engine is there */

/* The old name, from when every priority was a ring. */
#define MSM_PARAM_NR_RINGS MSM_PARAM_PRIORITIES

struct drm_msm_param {
	__u32 pipe;  /* in: MSM_PIPE_3D0 */
	__u32 param; /* in: MSM_PARAM_x */
	__u64 value; /* in or out: the value, or the address of len bytes */
	__u32 len;   /* in: 0 unless value is an address */
	__u32 pad;   /* in: 0 */
};

/*
 * Buffer objects.
 */
#define MSM_BO_SCANOUT      0x00000001 /* the display can read it */
#define MSM_BO_GPU_READONLY 0x00000002 /* mapped without write permission */
/*
 * Never leaves this context: no export, no display. All such buffers share one reservation, and
 * those that are not command buffers need not stand in a submit's table.
 */
#define MSM_BO_NO_SHARE        0x00000004
#define MSM_BO_CACHE_MASK      0x000f0000
#define MSM_BO_CACHED          0x00010000
#define MSM_BO_WC              0x00020000 /* write-combined */
#define MSM_BO_UNCACHED        0x00040000 /* obsolete, taken as WC */
#define MSM_BO_CACHED_COHERENT 0x080000   /* cached, and the GPU snoops */

#define MSM_BO_FLAGS (MSM_BO_SCANOUT | MSM_BO_GPU_READONLY | MSM_BO_NO_SHARE | MSM_BO_CACHE_MASK)

struct drm_msm_gem_new {
	__u64 size;   /* in: bytes, rounded up to pages */
	__u32 flags;  /* in: MSM_BO_x */
	__u32 handle; /* out */
};

/*
 * What GEM_INFO reads or sets. By value unless noted; for the others value is the address of len
 * bytes, and reading with value 0 only reports the length.
 */
#define MSM_INFO_GET_OFFSET   0x00 /* offset to mmap() the DRM file at */
#define MSM_INFO_GET_IOVA     0x01 /* GPU address, assigned now if there is none */
#define MSM_INFO_SET_NAME     0x02 /* debug name, by address */
#define MSM_INFO_GET_NAME     0x03 /* debug name, by address */
#define MSM_INFO_SET_IOVA     0x04 /* GPU address chosen by userspace, 0 = give it up */
#define MSM_INFO_GET_FLAGS    0x05 /* MSM_BO_x */
#define MSM_INFO_SET_METADATA 0x06 /* userspace's own bytes, by address */
#define MSM_INFO_GET_METADATA 0x07 /* the same back, by address */

struct drm_msm_gem_info {
	__u32 handle; /* in */
	__u32 info;   /* in: MSM_INFO_x */
	__u64 value;  /* in or out */
	__u32 len;    /* in or out */
	__u32 pad;    /* in: 0 */
};

#define MSM_PREP_READ   0x01
#define MSM_PREP_WRITE  0x02
#define MSM_PREP_NOSYNC 0x04 /* do not wait, report EBUSY */
#define MSM_PREP_BOOST  0x08 /* hurry what is waited for */

#define MSM_PREP_FLAGS (MSM_PREP_READ | MSM_PREP_WRITE | MSM_PREP_NOSYNC | MSM_PREP_BOOST | 0)

/* Waits until the CPU may access a buffer. */
struct drm_msm_gem_cpu_prep {
	__u32 handle;                    /* in */
	__u32 op;                        /* in: MSM_PREP_x */
	struct drm_msm_timespec timeout; /* in */
};

struct drm_msm_gem_cpu_fini {
	__u32 handle; /* in */
};

/*
 * Submission.
 */
#define MSM_SYNCOBJ_RESET 0x00000001 /* empty the syncobj once its fence was taken */
#define MSM_SYNCOBJ_FLAGS (MSM_SYNCOBJ_RESET | 0)

struct drm_msm_syncobj {
	__u32 handle; /* in */
	__u32 flags;  /* in: MSM_SYNCOBJ_x, 0 when signalled */
	__u64 point;  /* in: timeline point, 0 for binary syncobjs */
};

/*
 * A patch to a command buffer: the word at submit_offset becomes
 * ((address of buffer reloc_idx + reloc_offset) << shift) | or. Sorted by submit_offset. Not on
 * a6xx and newer.
 */
struct drm_msm_gem_submit_reloc {
	__u32 submit_offset; /* in: bytes into the command buffer */
#ifdef __cplusplus
	__u32 _or; /* in */
#else
	__u32 or ; /* in */
#endif
	__s32 shift;        /* in: to the left, or right if negative */
	__u32 reloc_idx;    /* in: index into the submit's buffers */
	__u64 reloc_offset; /* in: bytes into that buffer */
};

/* Executed from the ring; only a target of another buffer's INDIRECT_BUFFER; only after another
 * context has run. */
#define MSM_SUBMIT_CMD_BUF             0x0001
#define MSM_SUBMIT_CMD_IB_TARGET_BUF   0x0002
#define MSM_SUBMIT_CMD_CTX_RESTORE_BUF 0x0003

struct drm_msm_gem_submit_cmd {
	__u32 type;          /* in: MSM_SUBMIT_CMD_x */
	__u32 submit_idx;    /* in: index into the submit's buffers */
	__u32 submit_offset; /* in: bytes into that buffer */
	__u32 size;          /* in: bytes, a multiple of 4 */
	__u32 pad;
	__u32 nr_relocs; /* in */
	union {
		__u64 relocs; /* in: address of nr_relocs relocations */
		__u64 iova;   /* in: GPU address of the commands, in a VM_BIND context */
	};
};

#define MSM_SUBMIT_BO_READ        0x0001
#define MSM_SUBMIT_BO_WRITE       0x0002
#define MSM_SUBMIT_BO_DUMP        0x0004 /* keep the contents if the GPU hangs */
#define MSM_SUBMIT_BO_NO_IMPLICIT 0x0008 /* ignore fences others left on it */

#define MSM_SUBMIT_BO_FLAGS \
	(MSM_SUBMIT_BO_READ | MSM_SUBMIT_BO_WRITE | MSM_SUBMIT_BO_DUMP | MSM_SUBMIT_BO_NO_IMPLICIT)

/* A buffer that the commands touch; each stands in the table once. */
struct drm_msm_gem_submit_bo {
	__u32 flags;    /* in: MSM_SUBMIT_BO_x, READ or WRITE at least */
	__u32 handle;   /* in */
	__u64 presumed; /* in: the address the commands were written for */
};

#define MSM_SUBMIT_NO_IMPLICIT  0x80000000 /* ignore fences others left on the buffers */
#define MSM_SUBMIT_FENCE_FD_IN  0x40000000 /* wait for fence_fd */
#define MSM_SUBMIT_FENCE_FD_OUT 0x20000000 /* return a fence_fd */
#define MSM_SUBMIT_SUDO         0x10000000 /* copy the commands into the ring: privileged */
#define MSM_SUBMIT_SYNCOBJ_IN   0x08000000 /* wait for in_syncobjs */
#define MSM_SUBMIT_SYNCOBJ_OUT  0x04000000 /* signal out_syncobjs */
#define MSM_SUBMIT_FENCE_SN_IN  0x02000000 /* fence is the caller's choice of number */
#define MSM_SUBMIT_FLAGS                                                             \
	(MSM_SUBMIT_NO_IMPLICIT | MSM_SUBMIT_FENCE_FD_IN | MSM_SUBMIT_FENCE_FD_OUT | \
	 MSM_SUBMIT_SUDO | MSM_SUBMIT_SYNCOBJ_IN | MSM_SUBMIT_SYNCOBJ_OUT |          \
	 MSM_SUBMIT_FENCE_SN_IN | 0)

struct drm_msm_gem_submit {
	__u32 flags;           /* in: MSM_PIPE_x | MSM_SUBMIT_x */
	__u32 fence;           /* out, or in with FENCE_SN_IN: number within the queue */
	__u32 nr_bos;          /* in */
	__u32 nr_cmds;         /* in */
	__u64 bos;             /* in: address of drm_msm_gem_submit_bo[nr_bos] */
	__u64 cmds;            /* in: address of drm_msm_gem_submit_cmd[nr_cmds] */
	__s32 fence_fd;        /* in with FENCE_FD_IN, out with FENCE_FD_OUT */
	__u32 queueid;         /* in: 0 is the queue every context has */
	__u64 in_syncobjs;     /* in: address of drm_msm_syncobj[nr_in_syncobjs] */
	__u64 out_syncobjs;    /* in: address of drm_msm_syncobj[nr_out_syncobjs] */
	__u32 nr_in_syncobjs;  /* in */
	__u32 nr_out_syncobjs; /* in */
	__u32 syncobj_stride;  /* in: bytes from one syncobj to the next */
	__u32 pad;             /* in: 0 */
};

/*
 * VM_BIND.
 */
#define MSM_VM_BIND_OP_UNMAP    0
#define MSM_VM_BIND_OP_MAP      1
#define MSM_VM_BIND_OP_MAP_NULL 2 /* reads zero, drops writes; needs HAS_PRR */

#define MSM_VM_BIND_OP_DUMP  1 /* keep the contents if the GPU hangs */
#define MSM_VM_BIND_OP_FLAGS (MSM_VM_BIND_OP_DUMP | 0)

/**
 * struct drm_msm_vm_bind_op - one change of an address space
 */
struct drm_msm_vm_bind_op {
	/** @op: MSM_VM_BIND_OP_x */
	__u32 op;
	/** @handle: buffer to map; 0 for UNMAP and MAP_NULL */
	__u32 handle;
	/** @obj_offset: bytes into the buffer; 0 for UNMAP and MAP_NULL */
	__u64 obj_offset;
	/** @iova: first GPU address */
	__u64 iova;
	/** @range: bytes */
	__u64 range;
	/** @flags: MSM_VM_BIND_OP_DUMP or 0 */
	__u32 flags;
	/** @pad: 0 */
	__u32 pad;
};

#define MSM_VM_BIND_FENCE_FD_IN  0x00000001
#define MSM_VM_BIND_FENCE_FD_OUT 0x00000002
#define MSM_VM_BIND_FLAGS        (MSM_VM_BIND_FENCE_FD_IN | MSM_VM_BIND_FENCE_FD_OUT | 0)

/**
 * struct drm_msm_vm_bind - a job of address space changes, in order, on a VM_BIND queue
 */
struct drm_msm_vm_bind {
	/** @flags: MSM_VM_BIND_x */
	__u32 flags;
	/** @nr_ops: number of changes */
	__u32 nr_ops;
	/** @fence_fd: in with FENCE_FD_IN, out with FENCE_FD_OUT */
	__s32 fence_fd;
	/** @queue_id: a queue made with MSM_SUBMITQUEUE_VM_BIND */
	__u32 queue_id;
	/** @in_syncobjs: address of drm_msm_syncobj to wait for */
	__u64 in_syncobjs;
	/** @out_syncobjs: address of drm_msm_syncobj to signal */
	__u64 out_syncobjs;
	/** @nr_in_syncobjs: their number */
	__u32 nr_in_syncobjs;
	/** @nr_out_syncobjs: their number */
	__u32 nr_out_syncobjs;
	/** @syncobj_stride: bytes from one syncobj to the next */
	__u32 syncobj_stride;
	/** @op_stride: bytes from one change to the next */
	__u32 op_stride;
	union {
		/** @op: the change, where there is one */
		struct drm_msm_vm_bind_op op;
		/** @ops: address of the changes, where there are more */
		__u64 ops;
	};
};

/*
 * Waiting for a fence number of a queue. A number that has retired is no error.
 */
#define MSM_WAIT_FENCE_BOOST 0x00000001 /* hurry what is waited for */
#define MSM_WAIT_FENCE_FLAGS (MSM_WAIT_FENCE_BOOST | 0)

struct drm_msm_wait_fence {
	__u32 fence;                     /* in */
	__u32 flags;                     /* in: MSM_WAIT_FENCE_x */
	struct drm_msm_timespec timeout; /* in */
	__u32 queueid;                   /* in */
};

/*
 * Buffers kept for reuse: while DONTNEED the kernel may take the pages; WILLNEED tells whether it
 * did.
 */
#define MSM_MADV_WILLNEED 0
#define MSM_MADV_DONTNEED 1
#define __MSM_MADV_PURGED 2 /* the kernel's own state, not accepted */

struct drm_msm_gem_madvise {
	__u32 handle;   /* in */
	__u32 madv;     /* in: MSM_MADV_x */
	__u32 retained; /* out: 0 if the contents are gone */
};

/*
 * Submitqueues: ordered within, independent of each other. Queue 0 exists from the start.
 */
#define MSM_SUBMITQUEUE_ALLOW_PREEMPT 0x00000001
#define MSM_SUBMITQUEUE_VM_BIND       0x00000002 /* takes VM_BIND jobs instead of GEM_SUBMIT's */

#define MSM_SUBMITQUEUE_FLAGS (MSM_SUBMITQUEUE_ALLOW_PREEMPT | MSM_SUBMITQUEUE_VM_BIND | 0)

struct drm_msm_submitqueue {
	__u32 flags; /* in: MSM_SUBMITQUEUE_x */
	__u32 prio;  /* in: below MSM_PARAM_PRIORITIES, 0 is the most urgent */
	__u32 id;    /* out */
};

#define MSM_SUBMITQUEUE_PARAM_FAULTS 0 /* hangs this queue's jobs caused, __u32 */

struct drm_msm_submitqueue_query {
	__u64 data;  /* in: address of len bytes; what fits of the answer is written there */
	__u32 id;    /* in */
	__u32 param; /* in: MSM_SUBMITQUEUE_PARAM_x */
	__u32 len;   /* in: 0 only checks the arguments. The ioctl writes nothing back here */
	__u32 pad;   /* in: 0 */
};

/*
 * Performance counters: with STREAM the ioctl returns a file to read samples from, so the argument
 * is input only. A sample is { u64 always-on ticks, u32 number (restarts at 0 after a gap), u32 0 }
 * and one u64 for every countable in the order of the configuration. E2BIG: more than the chip has
 * left; with UPDATE the groups then tell how many.
 */
#define MSM_PERFCNTR_STREAM 0x00000001
#define MSM_PERFCNTR_UPDATE 0x00000002
#define MSM_PERFCNTR_FLAGS  (MSM_PERFCNTR_STREAM | MSM_PERFCNTR_UPDATE | 0)

struct drm_msm_perfcntr_group {
	char group_name[16];
	__u32 nr_countables;
	__u32 pad;        /* 0 */
	__u64 countables; /* address of __u32[nr_countables] */
};

struct drm_msm_perfcntr_config {
	__u32 flags; /* MSM_PERFCNTR_x */
	__u32 nr_groups;
	__u64 groups;       /* address of the groups */
	__u64 period;       /* nanoseconds between samples */
	__u32 bufsz_shift;  /* log2 of the sample buffer's bytes */
	__u32 group_stride; /* bytes from one group to the next */
};

/* 0x09 is kept free for GEM_SVM_NEW. */
#define DRM_MSM_GET_PARAM         0x00
#define DRM_MSM_SET_PARAM         0x01
#define DRM_MSM_GEM_NEW           0x02
#define DRM_MSM_GEM_INFO          0x03
#define DRM_MSM_GEM_CPU_PREP      0x04
#define DRM_MSM_GEM_CPU_FINI      0x05
#define DRM_MSM_GEM_SUBMIT        0x06
#define DRM_MSM_WAIT_FENCE        0x07
#define DRM_MSM_GEM_MADVISE       0x08
#define DRM_MSM_SUBMITQUEUE_NEW   0x0A
#define DRM_MSM_SUBMITQUEUE_CLOSE 0x0B
#define DRM_MSM_SUBMITQUEUE_QUERY 0x0C
#define DRM_MSM_VM_BIND           0x0D
#define DRM_MSM_PERFCNTR_CONFIG   0x0E

#define DRM_IOCTL_MSM_GET_PARAM DRM_IOWR(DRM_COMMAND_BASE + DRM_MSM_GET_PARAM, struct drm_msm_param)
#define DRM_IOCTL_MSM_SET_PARAM DRM_IOW(DRM_COMMAND_BASE + DRM_MSM_SET_PARAM, struct drm_msm_param)
#define DRM_IOCTL_MSM_GEM_NEW   DRM_IOWR(DRM_COMMAND_BASE + DRM_MSM_GEM_NEW, struct drm_msm_gem_new)
#define DRM_IOCTL_MSM_GEM_INFO \
	DRM_IOWR(DRM_COMMAND_BASE + DRM_MSM_GEM_INFO, struct drm_msm_gem_info)
#define DRM_IOCTL_MSM_GEM_CPU_PREP \
	DRM_IOW(DRM_COMMAND_BASE + DRM_MSM_GEM_CPU_PREP, struct drm_msm_gem_cpu_prep)
#define DRM_IOCTL_MSM_GEM_CPU_FINI \
	DRM_IOW(DRM_COMMAND_BASE + DRM_MSM_GEM_CPU_FINI, struct drm_msm_gem_cpu_fini)
#define DRM_IOCTL_MSM_GEM_SUBMIT \
	DRM_IOWR(DRM_COMMAND_BASE + DRM_MSM_GEM_SUBMIT, struct drm_msm_gem_submit)
#define DRM_IOCTL_MSM_WAIT_FENCE \
	DRM_IOW(DRM_COMMAND_BASE + DRM_MSM_WAIT_FENCE, struct drm_msm_wait_fence)
#define DRM_IOCTL_MSM_GEM_MADVISE \
	DRM_IOWR(DRM_COMMAND_BASE + DRM_MSM_GEM_MADVISE, struct drm_msm_gem_madvise)
#define DRM_IOCTL_MSM_SUBMITQUEUE_NEW \
	DRM_IOWR(DRM_COMMAND_BASE + DRM_MSM_SUBMITQUEUE_NEW, struct drm_msm_submitqueue)
#define DRM_IOCTL_MSM_SUBMITQUEUE_CLOSE DRM_IOW(DRM_COMMAND_BASE + DRM_MSM_SUBMITQUEUE_CLOSE, __u32)
#define DRM_IOCTL_MSM_SUBMITQUEUE_QUERY \
	DRM_IOW(DRM_COMMAND_BASE + DRM_MSM_SUBMITQUEUE_QUERY, struct drm_msm_submitqueue_query)
#define DRM_IOCTL_MSM_VM_BIND DRM_IOWR(DRM_COMMAND_BASE + DRM_MSM_VM_BIND, struct drm_msm_vm_bind)
#define DRM_IOCTL_MSM_PERFCNTR_CONFIG \
	DRM_IOW(DRM_COMMAND_BASE + DRM_MSM_PERFCNTR_CONFIG, struct drm_msm_perfcntr_config)

#if defined(__cplusplus)
}
#endif

#endif /* __MSM_DRM_H__ */
