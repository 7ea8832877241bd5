/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The tracepoints of trace_events.h; without effect, and cheap, unless someone traces. Any context.
 */
#ifndef MSMXX_BRIDGE_TRACE_H
#define MSMXX_BRIDGE_TRACE_H

#include "bridge/types.h"

BRIDGE_BEGIN

/*
 * A job: @pid submitted it, @id is its number on this device, @seqno the one on its ring. Ticks are
 * those of the always-on counter.
 */
void bridge_trace_submit(s32 pid, u32 ring, u32 id, u32 bos, u32 commands);
bool bridge_trace_submit_flush_enabled(void);
void bridge_trace_submit_flush(s32 pid, u32 ring, u32 id, u32 seqno, u64 ticks);
void bridge_trace_submit_retired(s32 pid, u32 ring, u32 id, u32 seqno, u64 elapsed_ns, u64 mhz,
				 u64 start, u64 end);

void bridge_trace_freq_change(u64 hz);
/* All in pages. */
void bridge_trace_gem_shrink(u32 to_scan, u32 purged, u32 evicted);
void bridge_trace_suspend(void);
void bridge_trace_resume(void);

BRIDGE_END

#endif
