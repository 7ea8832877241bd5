// SPDX-License-Identifier: GPL-2.0-only
#include "debug/crash_dump.h"

#include "kernel/log.h"
#include "kernel/print.h"
#include "kernel/time.h"

namespace msm::debug {

using namespace kernel;

namespace {

constexpr Nanoseconds blindness = milliseconds(1000);

/* A dump's text: what is printed twice must not change in between, so the names are copies. */
struct Dump {
	const Snapshot &snapshot;
	const char *comm;
	const char *cmdline;
};

void print_dump(void *data, struct drm_printer *to)
{
	const Dump &dump = *static_cast<const Dump *>(data);
	const Snapshot &snapshot = dump.snapshot;

	print_text(to, "---\n");
	print(to, "kernel: %s\n", bridge_kernel_release());
	print(to, "module: %s\n", bridge_module_name());
	print(to, "time: %llu.%09u\n", snapshot.seconds(), snapshot.nanoseconds());
	if (dump.comm)
		print(to, "comm: %s\n", dump.comm);
	if (dump.cmdline)
		print(to, "cmdline: %s\n", dump.cmdline);
	print(to, "reason: %s\n", name_of(snapshot.cause()));
	snapshot.show(to);
}

} // namespace

CrashDump::CrashDump(struct device *device, Unique<Snapshot> snapshot, WorkQueue queue)
	: device_(device), snapshot_(std::move(snapshot)), queue_(std::move(queue))
{
	work_.init<&CrashDump::run>(this);
}

Result<Unique<CrashDump>> CrashDump::create(MayAlloc token, struct device *device,
					    adreno::A6xx &gpu, Scheduler &scheduler)
{
	auto snapshot = TRY(Snapshot::create(token, gpu, scheduler));
	WorkQueue queue = TRY(WorkQueue::create(token, "msmxx-dump", 0));

	return make<CrashDump>(token, device, std::move(snapshot), std::move(queue));
}

bool CrashDump::wants_faults() const
{
	return !busy_.get() && monotonic_now() >= static_cast<u64>(blind_until_.get());
}

void CrashDump::capture(Signalling token, const HangReport &report)
{
	if (!wants_faults() || busy_.exchange(true))
		return;
	snapshot_->take(token, &report);
	work_.queue(queue_, token);
}

void CrashDump::run(MayAlloc token)
{
	TextDump text;
	bool dropped = bridge_coredump_is_waiting(device_);

	if (dropped)
		blind_until_.set(static_cast<s64>(monotonic_now() + blindness.count));
	else
		text = print(token);
	snapshot_->clear(token);
	/* Before anyone can see it: whoever has read it finds the next crash kept. */
	busy_.exchange(false);
	if (dropped)
		return;
	if (!text.data) {
		log_error(device_, "no memory for the dump of a hang");
		return;
	}
	bridge_coredump_hand_over(device_, text.data, text.size);
	log_info(device_, "what the GPU was doing is in /sys/class/devcoredump until it is read");
}

CrashDump::TextDump CrashDump::print(MayAlloc token)
{
	Context::Names names;
	Dump dump{.snapshot = *snapshot_, .comm = nullptr, .cmdline = nullptr};
	TextDump text;

	if (snapshot_->has_job()) {
		names = snapshot_->context().names(token);
		dump.comm = names.comm.empty() ? snapshot_->submitter().comm() : names.comm.data();
		dump.cmdline =
			names.cmdline.empty() ? snapshot_->command_line() : names.cmdline.data();
	}
	text.data = bridge_print_to_memory(print_dump, &dump, &text.size);
	return text;
}

} // namespace msm::debug
