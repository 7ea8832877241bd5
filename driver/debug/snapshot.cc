// SPDX-License-Identifier: GPL-2.0-only
#include "debug/snapshot.h"

#include <algorithm>

#include "debug/ascii85.h"
#include "debug/printable.h"
#include "kernel/print.h"
#include "sched/job.h"
#include "sched/submitqueue.h"

namespace msm::debug {

using namespace kernel;
using namespace adreno;

Result<Unique<Snapshot>> Snapshot::create(MayAlloc token, A6xx &gpu, Scheduler &scheduler)
{
	auto snapshot = TRY(make<Snapshot>(token, gpu, scheduler));

	TRY(snapshot->tape_.init(token, snapshot_pages));
	return snapshot;
}

void Snapshot::clear(MayAlloc)
{
	tape_.clear();
	has_fault_ = false;
	has_walk_ = false;
	context_ = nullptr;
	submitter_ = Process();
	command_line_ = nullptr;
	rbbm_status_ = 0;
	rings_ = {};
	registers_ = {};
	bos_ = {};
	left_out_ = 0;
}

void Snapshot::take(Signalling token, const HangReport *report)
{
	bridge_real_time(&seconds_, &nanoseconds_);
	cause_ = report ? report->cause : HangCause::forced;
	if (report && report->fault) {
		has_fault_ = true;
		fault_ = *report->fault;
	}
	if (!report || report->cause != HangCause::power_up)
		take_registers(token);
	for (u32 id = 0; id < gpu_.ring_count(); id++)
		take_ring(token, scheduler_.ring(id));
	if (report && report->job) {
		context_ = Ref(report->job->queue().context());
		submitter_ = report->job->submitter();
		command_line_ = report->job->command_line();
		if (has_fault_)
			take_walk(token, report->job->vm());
		take_bos(token, *report->job);
	}
}

void Snapshot::take_walk(Signalling token, const SoftVm &vm)
{
	walk_ttbr_ = vm.ttbr();
	has_walk_ = vm.walk(token, fault_.iova, walk_);
}

void Snapshot::take_registers(Signalling token)
{
	bool room = true;

	rbbm_status_ = gpu_.status(token);
	registers_.at = tape_.size();
	gpu_.read_state(token, [&](u32 value) { room = room && tape_.put(token, value); });
	registers_.bytes = tape_.size() - registers_.at;
	/* Half of them would be shown under wrong names. */
	if (!room)
		registers_.bytes = 0;
	for (u32 id = 0; id < gpu_.ring_count(); id++)
		rings_[id].rptr = gpu_.rptr(token);
}

void Snapshot::take_ring(Signalling token, Ring &ring)
{
	RingState &state = rings_[ring.id()];
	std::span<const volatile u32> words = ring.words();
	u32 count = ring_words;

	state.iova = ring.iova();
	state.last_fence = ring.last_seqno().value();
	state.retired_fence = ring.memptrs().fence;
	state.wptr = ring.wptr();
	/* What was never written is zero. */
	while (count > state.wptr && !words[count - 1])
		count--;
	state.words.at = tape_.size();
	for (u32 i = 0; i < count && tape_.put(token, u32{words[i]}); i++)
		;
	state.words.bytes = tape_.size() - state.words.at;
}

static bool has_command(const JobBo &bo, std::span<const Command> commands)
{
	u64 first = bo.pin.iova();

	return std::ranges::any_of(commands, [&](const Command &command) {
		return command.iova >= first && command.iova - first < bo.bo->size();
	});
}

/*
 * First the commands, which tell most; then what the submit marked; then the others, of which there is no
 * more than the name, lest they take the room of those.
 */
void Snapshot::take_bos(Signalling token, const Job &job)
{
	enum class Kind { commands, marked, other };

	auto kind_of = [&](const JobBo &bo) {
		if (has_command(bo, job.commands()))
			return Kind::commands;
		return bo.dump ? Kind::marked : Kind::other;
	};

	bos_.at = tape_.size();
	for (Kind kind : {Kind::commands, Kind::marked, Kind::other}) {
		for (const JobBo &bo : job.bos()) {
			if (kind_of(bo) == kind && !take_bo(token, bo, kind != Kind::other))
				left_out_++;
		}
	}
	bos_.bytes = tape_.size() - bos_.at;
}

bool Snapshot::take_bo(Signalling token, const JobBo &bo, bool contents)
{
	BoRecord record{
		.iova = bo.pin.iova(), .size = bo.bo->size(), .flags = bo.bo->flags().uapi()};
	u32 at = tape_.size();

	bo.bo->peek_name(record.name);
	if (!tape_.put(token, record))
		return false;

	u64 wanted = contents ? std::min(record.size, snapshot_bo_bytes) : 0;

	while (record.bytes < wanted) {
		std::span<u8> room = tape_.room(token);
		size_t count = bo.bo->peek(token, record.bytes, room.data(),
					   std::min<u64>(room.size(), wanted - record.bytes));

		if (!count)
			break;
		tape_.advance(count);
		record.bytes += count;
	}
	tape_.replace(at, record);
	return true;
}

void Snapshot::show(struct drm_printer *to) const
{
	const ChipInfo &chip = gpu_.chip();

	print(to, "gpu-initialized: %d\n", registers_.bytes != 0);
	print(to, "revision: %u (%u.%u.%u.%u)\n", chip.revn, chip.chip_id >> 24,
	      chip.chip_id >> 16 & 0xff, chip.chip_id >> 8 & 0xff, chip.chip_id & 0xff);
	if (has_fault_)
		show_fault(to);
	print(to, "rbbm-status: 0x%08x\n", rbbm_status_);
	show_rings(to);
	if (has_job())
		show_bos(to);
	show_registers(to);
}

void Snapshot::show_fault(struct drm_printer *to) const
{
	print_text(to, "fault-info:\n");
	print(to, "  - ttbr0=%.16llx\n", fault_.ttbr0);
	print(to, "  - iova=%.16llx\n", fault_.iova);
	print(to, "  - dir=%s\n", fault_.write ? "WRITE" : "READ");
	print(to, "  - type=%s\n", fault_.type);
	print(to, "  - source=%s\n", fault_.block);
	if (!has_walk_)
		return;
	print_text(to, "pgtable-fault-info:\n");
	print(to, "  - ttbr0: %.16llx\n", walk_ttbr_);
	/* There is only one. */
	print_text(to, "  - asid: 0\n");
	print(to, "  - ptes: %.16llx %.16llx %.16llx %.16llx\n", walk_.entries[0], walk_.entries[1],
	      walk_.entries[2], walk_.entries[3]);
}

void Snapshot::show_rings(struct drm_printer *to) const
{
	print_text(to, "ringbuffer:\n");
	for (u32 id = 0; id < gpu_.ring_count(); id++) {
		const RingState &ring = rings_[id];

		print(to, "  - id: %u\n", id);
		print(to, "    iova: 0x%016llx\n", ring.iova);
		print(to, "    last-fence: %u\n", ring.last_fence);
		print(to, "    retired-fence: %u\n", ring.retired_fence);
		print(to, "    rptr: %u\n", ring.rptr);
		print(to, "    wptr: %u\n", ring.wptr);
		/* Without contents crashdec passes over it only if it is empty. */
		print(to, "    size: %u\n", used_words(ring.words) ? ring_bytes : 0);
		show_data(to, ring.words);
	}
}

void Snapshot::show_bos(struct drm_printer *to) const
{
	print_text(to, "bos:\n");
	for (u32 at = bos_.at; at < bos_.at + bos_.bytes;) {
		auto record = tape_.get<BoRecord>(at);

		at += sizeof(record);
		print(to, "  - iova: 0x%016llx\n", record.iova);
		print(to, "    size: %llu\n", record.size);
		print(to, "    flags: 0x%x\n", record.flags);
		print(to, "    name: %-32s\n", Printable(record.name).text);
		show_data(to, {at, record.bytes});
		at += record.bytes;
	}
	if (left_out_)
		print(to, "  - left-out: %u\n", left_out_);
}

void Snapshot::show_registers(struct drm_printer *to) const
{
	u32 at = registers_.at;

	print_text(to, "registers:\n");
	if (!registers_.bytes)
		return;
	for (const RegisterRange &range : state_registers()) {
		for (u32 index = range.first; index <= range.last; index++, at += sizeof(u32))
			print(to, "  - { offset: 0x%06x, value: 0x%08x }\n", index * 4,
			      tape_.get<u32>(at));
	}
	print_text(to, "indexed-registers:\n");
	for (const RegisterBank &bank : state_banks()) {
		u32 bytes = bank.count * sizeof(u32);

		print(to, "  - regs-name: %s\n", bank.name);
		print(to, "    dwords: %u\n", bank.count);
		show_data(to, {at, bytes});
		at += bytes;
	}
}

/* Without the zeroes at its end */
u32 Snapshot::used_words(Piece piece) const
{
	u32 words = piece.bytes / sizeof(u32);

	while (words && !tape_.get<u32>(piece.at + (words - 1) * sizeof(u32)))
		words--;
	return words;
}

void Snapshot::show_data(struct drm_printer *to, Piece piece) const
{
	u32 words = used_words(piece);
	char text[64 * ascii85_word + 1];
	size_t length = 0;
	auto word = [&](u32 i) {
		return tape_.get<u32>(piece.at + i * sizeof(u32));
	};

	if (!words)
		return;
	print_text(to, "    data: !!ascii85 |\n     ");
	for (u32 i = 0; i < words; i++) {
		length = ascii85(word(i), text, length);
		if (length + ascii85_word >= sizeof(text) || i == words - 1) {
			text[length] = 0;
			print_text(to, text);
			length = 0;
		}
	}
	print_text(to, "\n");
}

} // namespace msm::debug
