// SPDX-License-Identifier: GPL-2.0-only
#include "debug/debug_files.h"

#include "debug/gem_list.h"
#include "kernel/device_power.h"
#include "kernel/print.h"
#include "kernel/trace.h"

namespace msm::debug {

using namespace kernel;

Result<void> DebugFiles::show(MayAlloc token, bridge_debugfs_file file, struct drm_printer *to)
{
	switch (file) {
	case BRIDGE_DEBUGFS_COUNTERS:
		show_counters(token, to);
		return {};
	case BRIDGE_DEBUGFS_GEM:
		GemList(to).show(token, drm_);
		return {};
	case BRIDGE_DEBUGFS_GPU:
		return show_gpu(token, to);
	case BRIDGE_DEBUGFS_SCHED:
		show_sched(token, to);
		return {};
	case BRIDGE_DEBUGFS_SHRINK:
		print(to, "0x%08llx\n", static_cast<u64>(shrunk_.get()));
		return {};
	default:
		return err(EINVAL);
	}
}

Result<void> DebugFiles::write(MayAlloc token, bridge_debugfs_file file, u64 value)
{
	switch (file) {
	case BRIDGE_DEBUGFS_RESET:
		return scheduler_.recovery().reset(token);
	case BRIDGE_DEBUGFS_SHRINK:
		shrunk_.set(static_cast<s64>(shrink(token, value)));
		return {};
	default:
		return err(EINVAL);
	}
}

void DebugFiles::show_counters(Irq token, struct drm_printer *to)
{
	u64 vms = drm_.vm_count(), table_pages = bridge_pagetable_pages(), blocks = 0;
	/* After the sums that they are a part of. */
	Scheduler::Kept kept = scheduler_.kept(token);

	for (u32 id = 0; id < gpu_.ring_count(); id++)
		blocks += scheduler_.timeline(id).blocks();

	/* All that userspace makes: back to what it was once it is gone. */
	print(to, "contexts: %u\n", scheduler_.context_count());
	print(to, "bos: %llu\n", drm_.bo_count());
	print(to, "resident-bytes: %llu\n", drm_.resident_bytes());
	print(to, "vms: %llu\n", vms - kept.vms);
	print(to, "vmas: %llu\n", drm_.vma_count());
	print(to, "table-pages: %llu\n", table_pages - kept.table_pages);
	print(to, "job-blocks: %llu\n", blocks);
	print(to, "armed-jobs: %u\n", scheduler_.power().armed());
	print(to, "power-references: %d\n", bridge_runtime_pm_references(device_));
	print(to, "powered: %d\n", !bridge_runtime_pm_is_suspended(device_));
	/* What only grows. */
	print(to, "jobs: %u\n", scheduler_.job_count());
	print(to, "suspends: %u\n", gpu_.suspend_count());
	print(to, "resets: %u\n", scheduler_.recovery().resets());
	print(to, "page-faults: %u\n", scheduler_.recovery().faults().count());
	print(to, "lost: %d\n", scheduler_.power().is_lost());
}

Result<void> DebugFiles::show_gpu(MayAlloc token, struct drm_printer *to)
{
	auto snapshot = TRY(Snapshot::create(token, gpu_, scheduler_));
	u32 id = gpu_.chip().chip_id;

	TRY(scheduler_.power().while_on(token, [&] {
		snapshot->take(token, nullptr);
		return true;
	}));
	print(to, "%u.%u.%u.%u Status:\n", id >> 24, id >> 16 & 0xff, id >> 8 & 0xff, id & 0xff);
	snapshot->show(to);
	return {};
}

static void show_jobs(struct drm_printer *to, const JobCounts &jobs)
{
	print(to, ": queued %u, running %u, retired %u\n", jobs.queued(), jobs.running(),
	      jobs.retired());
}

void DebugFiles::show_sched(MayAlloc token, struct drm_printer *to)
{
	print(to, "runtime-pm: %s\n", bridge_runtime_pm_status(device_));
	print(to, "resting: %d\n", gpu_.is_resting(token));
	print(to, "parked: %d\n", scheduler_.is_parked(token));
	print(to, "armed: %u\n", scheduler_.power().armed());
	for (u32 id = 0; id < gpu_.ring_count(); id++) {
		print(to, "ring %u", id);
		show_jobs(to, scheduler_.ring(id).jobs());
	}

	Registry<Submitqueue> &queues = scheduler_.queues();

	for (auto queue = queues.first(token); queue; queue = queues.next(token, *queue)) {
		print(to, "client %llu queue %u priority %u", queue->context().client_id(),
		      queue->id(), queue->priority());
		show_jobs(to, queue->jobs());
	}
}

u64 DebugFiles::shrink(MayAlloc token, u64 pages)
{
	ReclaimSection section(token);

	return drm_.resident().reclaim(token, pages, {.swap = bridge_can_swap(), .wait = true});
}

} // namespace msm::debug
