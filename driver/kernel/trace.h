/* SPDX-License-Identifier: GPL-2.0-only */
/* Tracepoints: what Linux' drm/msm shows of a GPU, in its words. Any context. */
#pragma once

#include "bridge/trace.h"
#include "kernel/types.h"

namespace kernel::trace {

/**
 * struct JobId - a job, as its tracepoints name it
 * @pid: who submitted it
 * @ring: where it runs
 * @id: its number on this device
 */
struct JobId {
	s32 pid;
	u32 ring;
	u32 id;
};

/** submitted() - an ioctl has brought a job */
inline void submitted(const JobId &job, u32 bos, u32 commands)
{
	bridge_trace_submit(job.pid, job.ring, job.id, bos, commands);
}

/** wants_flushed() - whether anyone looks: the time is not for free */
inline bool wants_flushed()
{
	return bridge_trace_submit_flush_enabled();
}

/** flushed() - the CP has been told of the job. @ticks: of the always-on counter, now */
inline void flushed(const JobId &job, u32 seqno, u64 ticks)
{
	bridge_trace_submit_flush(job.pid, job.ring, job.id, seqno, ticks);
}

/**
 * retired() - the job is done
 * @start, @end: ticks of the always-on counter between which it ran
 * @elapsed: the same in ns
 * @cycles: of the CP's clock
 */
inline void retired(const JobId &job, u32 seqno, u64 start, u64 end, u64 elapsed, u64 cycles)
{
	bridge_trace_submit_retired(job.pid, job.ring, job.id, seqno, elapsed,
				    elapsed ? cycles * 1000 / elapsed : 0, start, end);
}

/** frequency_changed() - the GPU runs at @hz from now on */
inline void frequency_changed(u64 hz)
{
	bridge_trace_freq_change(hz);
}

/** shrunk() - memory was reclaimed; in pages */
inline void shrunk(u32 to_scan, u32 purged, u32 evicted)
{
	bridge_trace_gem_shrink(to_scan, purged, evicted);
}

/** suspended(), resumed() - the GPU lost its power, is about to get it */
inline void suspended()
{
	bridge_trace_suspend();
}
inline void resumed()
{
	bridge_trace_resume();
}

} // namespace kernel::trace
