// SPDX-License-Identifier: GPL-2.0-only
#include <linux/math.h>

#include "bridge/trace.h"

#define CREATE_TRACE_POINTS
#include "bridge/trace_events.h"

void bridge_trace_submit(s32 pid, u32 ring, u32 id, u32 bos, u32 commands)
{
	trace_msm_gpu_submit(pid, ring, id, bos, commands);
}

bool bridge_trace_submit_flush_enabled(void)
{
	return trace_msm_gpu_submit_flush_enabled();
}

void bridge_trace_submit_flush(s32 pid, u32 ring, u32 id, u32 seqno, u64 ticks)
{
	trace_msm_gpu_submit_flush(pid, ring, id, seqno, ticks);
}

void bridge_trace_submit_retired(s32 pid, u32 ring, u32 id, u32 seqno, u64 elapsed_ns, u64 mhz,
				 u64 start, u64 end)
{
	trace_msm_gpu_submit_retired(pid, ring, id, seqno, elapsed_ns, mhz, start, end);
}

void bridge_trace_freq_change(u64 hz)
{
	trace_msm_gpu_freq_change(DIV_ROUND_UP_ULL(hz, 1000000));
}

void bridge_trace_gem_shrink(u32 to_scan, u32 purged, u32 evicted)
{
	/* What is in use is not waited for. */
	trace_msm_gem_shrink(to_scan, purged, evicted, 0, 0);
}

void bridge_trace_suspend(void)
{
	trace_msm_gpu_suspend(0);
}

void bridge_trace_resume(void)
{
	trace_msm_gpu_resume(0);
}
