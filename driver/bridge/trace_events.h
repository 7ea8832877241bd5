/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Tracepoints, for C alone: system, names, fields and their text are those of Linux' drm/msm, which
 * gpuvis, perfetto and others know.
 */
#if !defined(MSMXX_BRIDGE_TRACE_EVENTS_H) || defined(TRACE_HEADER_MULTI_READ)
#define MSMXX_BRIDGE_TRACE_EVENTS_H

#include <linux/tracepoint.h>

#undef TRACE_SYSTEM
#define TRACE_SYSTEM drm_msm_gpu

TRACE_EVENT(msm_gpu_submit, TP_PROTO(pid_t pid, u32 ringid, u32 id, u32 nr_bos, u32 nr_cmds),
	    TP_ARGS(pid, ringid, id, nr_bos, nr_cmds),
	    TP_STRUCT__entry(__field(pid_t, pid) __field(u32, id) __field(u32, ringid)
				     __field(u32, nr_cmds) __field(u32, nr_bos)),
	    TP_fast_assign(__entry->pid = pid; __entry->id = id; __entry->ringid = ringid;
			   __entry->nr_cmds = nr_cmds; __entry->nr_bos = nr_bos;),
	    TP_printk("id=%d pid=%d ring=%d bos=%d cmds=%d", __entry->id, __entry->pid,
		      __entry->ringid, __entry->nr_bos, __entry->nr_cmds));

TRACE_EVENT(msm_gpu_submit_flush, TP_PROTO(pid_t pid, u32 ringid, u32 id, u32 seqno, u64 ticks),
	    TP_ARGS(pid, ringid, id, seqno, ticks),
	    TP_STRUCT__entry(__field(pid_t, pid) __field(u32, id) __field(u32, ringid)
				     __field(u32, seqno) __field(u64, ticks)),
	    TP_fast_assign(__entry->pid = pid; __entry->id = id; __entry->ringid = ringid;
			   __entry->seqno = seqno; __entry->ticks = ticks;),
	    TP_printk("id=%d pid=%d ring=%d:%d ticks=%lld", __entry->id, __entry->pid,
		      __entry->ringid, __entry->seqno, __entry->ticks));

TRACE_EVENT(msm_gpu_submit_retired,
	    TP_PROTO(pid_t pid, u32 ringid, u32 id, u32 seqno, u64 elapsed, u64 clock, u64 start,
		     u64 end),
	    TP_ARGS(pid, ringid, id, seqno, elapsed, clock, start, end),
	    TP_STRUCT__entry(__field(pid_t, pid) __field(u32, id) __field(u32, ringid)
				     __field(u32, seqno) __field(u64, elapsed) __field(u64, clock)
					     __field(u64, start_ticks) __field(u64, end_ticks)),
	    TP_fast_assign(__entry->pid = pid; __entry->id = id; __entry->ringid = ringid;
			   __entry->seqno = seqno; __entry->elapsed = elapsed;
			   __entry->clock = clock; __entry->start_ticks = start;
			   __entry->end_ticks = end;),
	    TP_printk("id=%d pid=%d ring=%d:%d elapsed=%lld ns mhz=%lld start=%lld end=%lld",
		      __entry->id, __entry->pid, __entry->ringid, __entry->seqno, __entry->elapsed,
		      __entry->clock, __entry->start_ticks, __entry->end_ticks));

TRACE_EVENT(msm_gpu_freq_change, TP_PROTO(u32 mhz), TP_ARGS(mhz),
	    TP_STRUCT__entry(__field(u32, freq)), TP_fast_assign(__entry->freq = mhz;),
	    TP_printk("new_freq=%u", __entry->freq));

TRACE_EVENT(msm_gem_shrink,
	    TP_PROTO(u32 nr_to_scan, u32 purged, u32 evicted, u32 active_purged,
		     u32 active_evicted),
	    TP_ARGS(nr_to_scan, purged, evicted, active_purged, active_evicted),
	    TP_STRUCT__entry(__field(u32, nr_to_scan) __field(u32, purged) __field(u32, evicted)
				     __field(u32, active_purged) __field(u32, active_evicted)),
	    TP_fast_assign(__entry->nr_to_scan = nr_to_scan; __entry->purged = purged;
			   __entry->evicted = evicted; __entry->active_purged = active_purged;
			   __entry->active_evicted = active_evicted;),
	    TP_printk("nr_to_scan=%u pg, purged=%u pg, evicted=%u pg, active_purged=%u pg, "
		      "active_evicted=%u pg",
		      __entry->nr_to_scan, __entry->purged, __entry->evicted,
		      __entry->active_purged, __entry->active_evicted));

DECLARE_EVENT_CLASS(msm_gpu_power, TP_PROTO(int dummy), TP_ARGS(dummy),
		    TP_STRUCT__entry(__field(u32, dummy)), TP_fast_assign(__entry->dummy = dummy;),
		    TP_printk("%u", __entry->dummy));

DEFINE_EVENT(msm_gpu_power, msm_gpu_suspend, TP_PROTO(int dummy), TP_ARGS(dummy));
DEFINE_EVENT(msm_gpu_power, msm_gpu_resume, TP_PROTO(int dummy), TP_ARGS(dummy));

#endif

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH bridge
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace_events
#include <trace/define_trace.h>
