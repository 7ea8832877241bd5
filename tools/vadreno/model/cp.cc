// SPDX-License-Identifier: GPL-2.0-only
#include "cp.h"

#include <algorithm>
#include <format>
#include <utility>

#include "cp_protect.h"
#include "names.h"

namespace vadreno {

namespace {

using std::chrono::nanoseconds;
using namespace std::chrono_literals;

constexpr std::uint32_t sqe_cntl_run = 1;
constexpr std::uint32_t rb_cntl_size_mask = 0x3f;
constexpr std::uint32_t rb_cntl_no_update = 1u << 27;
constexpr std::uint32_t hang_cntl_enable = 1u << 30;
constexpr std::uint32_t hang_cntl_cycles = 0x3fffffff;
constexpr std::uint32_t protect_status_read = 1u << 20;
constexpr std::uint32_t protect_status_violation = 1u << 22;
constexpr std::uint32_t sqe_stat_opcode = 1;

/* IB1 and IB2. Draw state would be one level more; it is not executed here. */
constexpr std::size_t max_streams = 2;

/* A wait that does not come true is looked at again after this long, then after twice that, and so
 * on. */
constexpr nanoseconds first_wait = 5us;
constexpr nanoseconds longest_wait = 500us;

} // namespace

Cp::Cp(RegisterBlock &registers, RegisterBus &bus, Rbbm &rbbm, Smmu &smmu, GpuMemory &memory,
       Injector &injector, const Clock &clock, Observer &observer)
	: registers_(registers), bus_(bus), rbbm_(rbbm), smmu_(smmu), memory_(memory),
	  injector_(injector), clock_(clock), observer_(observer)
{
	registers_.on_write(reg::CP_SQE_CNTL, 1,
			    [this](std::uint32_t, std::uint32_t value) { start_or_stop(value); });
	registers_.on_write(reg::CP_RB_WPTR, 1, [this](std::uint32_t offset, std::uint32_t value) {
		if (value >= ring_words()) {
			observer_.report("cp", "CP_RB_WPTR",
					 std::format("{:#x} is beyond the ring", value));
			registers_.set(offset, value % ring_words());
		}
		update_busy();
	});
	/* The status interface of the sequencer: an index and a window. Index 1 is the last opcode.
	 */
	registers_.on_read(reg::CP_SQE_STAT_DATA, 1, [this](std::uint32_t) {
		return registers_.get(reg::CP_SQE_STAT_ADDR) == sqe_stat_opcode ? opcode_ : 0u;
	});
	/* CP_INTERRUPT_STATUS is cleared by reading: Linux only ever reads it. */
	registers_.on_read(reg::CP_INTERRUPT_STATUS, 1, [this](std::uint32_t offset) {
		const std::uint32_t value = registers_.get(offset);
		registers_.set(offset, 0);
		return value;
	});
}

/* A started sequencer begins anew; a stopped one keeps its place for the driver to look at. */
void Cp::start_or_stop(std::uint32_t control)
{
	if (control == sqe_cntl_run && state_ == State::stopped) {
		reset();
		state_ = State::running;
	} else if (control != sqe_cntl_run) {
		state_ = State::stopped;
		hang_at_.reset();
	}
	update_busy();
}

void Cp::reset()
{
	state_ = State::stopped;
	booted_ = initialised_ = false;
	current_.reset();
	protected_mode_ = true;
	caches_stale_ = false;
	fence_iova_.reset();
	marker_ = predicate_ = skip_ = opcode_ = 0;
	streams_.clear();
	skip_next_ = 0;
	progress_ = 0;
	enter_.reset();
	jump_.reset();
	hang_at_.reset();
	memory_.commit();
	smmu_.abandon();
	update_busy();
}

void Cp::wake()
{
	if (state_ == State::stalled)
		state_ = State::running;
}

std::uint32_t Cp::ring_words() const
{
	/* The size field is the logarithm of the number of quadwords. */
	return 2u << std::min(registers_.get(reg::CP_RB_CNTL) & rb_cntl_size_mask, 24u);
}

std::uint32_t Cp::ring_used() const
{
	return (registers_.get(reg::CP_RB_WPTR) - registers_.get(reg::CP_RB_RPTR)) &
	       (ring_words() - 1);
}

bool Cp::busy() const
{
	return state_ != State::stopped && (!streams_.empty() || ring_used() != 0);
}

void Cp::update_busy()
{
	if (busy() && !busy_since_) {
		busy_since_ = clock_.now();
	} else if (!busy() && busy_since_) {
		busy_time_ += clock_.now() - *busy_since_;
		busy_since_.reset();
	}
}

nanoseconds Cp::busy_time() const
{
	return busy_time_ + (busy_since_ ? clock_.now() - *busy_since_ : nanoseconds::zero());
}

std::string_view Cp::level_name() const
{
	static constexpr std::string_view names[] = {"rb", "ib1", "ib2"};
	return names[streams_.size()];
}

std::optional<nanoseconds> Cp::run(unsigned words)
{
	for (budget_ = words; budget_ > 0;) {
		const nanoseconds now = clock_.now();

		if (state_ == State::halted && hang_at_ && now >= *hang_at_) {
			hang_at_.reset();
			rbbm_.raise(Interrupt::hang_detect);
		}
		if (state_ == State::halted)
			return hang_at_ ? std::optional(*hang_at_ - now) : std::nullopt;
		if (state_ == State::stopped || state_ == State::stalled || rbbm_.bus_halted())
			return std::nullopt;
		if (state_ == State::waiting && now < wait_until_)
			return wait_until_ - now;

		bool more;
		memory_.begin();
		try {
			more = step();
			memory_.commit();
		} catch (const MemoryStall &) {
			state_ = State::stalled;
			more = true;
		} catch (const Fault &fault) {
			memory_.commit();
			fail(fault);
			more = true;
		}
		update_busy();
		if (!more)
			return std::nullopt;
	}
	return nanoseconds::zero();
}

/* One packet, or a part of a long one. False if there is nothing to execute. */
bool Cp::step()
{
	spend(1);
	if (!booted_) {
		boot();
		memory_.commit();
	}

	while (!streams_.empty() && streams_.back().position == streams_.back().size) {
		streams_.pop_back();
		publish_position();
	}
	if (streams_.empty() && skip_) {
		const std::uint32_t skipped = std::min(skip_, ring_used());
		advance(skipped);
		skip_ -= skipped;
		memory_.commit();
	}

	if (!current_) {
		if (!fetch())
			return false;
		memory_.commit();
		if (interfere())
			return true;
	}
	spend(static_cast<unsigned>(payload_.size()));
	execute();
	return true;
}

std::uint64_t Cp::stream_iova(std::uint32_t ahead) const
{
	if (!streams_.empty())
		return streams_.back().base + 4ull * (streams_.back().position + ahead);
	const std::uint32_t position =
		(registers_.get(reg::CP_RB_RPTR) + ahead) & (ring_words() - 1);
	return registers_.get64(reg::CP_RB_BASE) + 4ull * position;
}

/* What hostile mode does to a packet that was just fetched; true if it cannot be executed now. */
bool Cp::interfere()
{
	if (injector_.now(Injection::hang)) {
		state_ = State::halted;
		arm_hang_detector();
		return true;
	}
	/* Firmware that does not come up is no hang to the detector. */
	if (!current_->registers && current_->code == pm4::CP_ME_INIT &&
	    injector_.now(Injection::mute_init)) {
		state_ = State::halted;
		return true;
	}
	if (const Statement *late = injector_.now(Injection::delay_cp)) {
		state_ = State::waiting;
		wait_interval_ = first_wait;
		wait_until_ = clock_.now() + *late->time;
		return true;
	}
	return false;
}

/* False if the ring has no whole packet yet. */
bool Cp::fetch()
{
	if (streams_.empty() && ring_used() == 0)
		return false;
	const std::uint32_t word = memory_.read32(stream_iova(0));
	const auto header = decode_header(word);
	if (!header) {
		opcode_ = word;
		throw Fault{Error::opcode, std::format("{:#010x} is no packet header", word)};
	}
	if (!fetch_payload(header->count))
		return false;

	current_ = header;
	if (observer_.tracing()) {
		const std::string name = header->registers
						 ? "PKT4:" + registers_.label(header->code)
						 : std::string(packet_name(header->code));
		observer_.packet(level_name(), stream_iova(0), name, payload_);
	}
	return true;
}

bool Cp::fetch_payload(std::uint32_t count)
{
	if (streams_.empty()) {
		if (count >= ring_used())
			return false;
	} else if (const Stream &stream = streams_.back(); count >= stream.size - stream.position) {
		opcode_ = memory_.read32(stream_iova(0));
		throw Fault{Error::opcode,
			    std::format("packet {:#010x} is longer than its buffer", opcode_)};
	}
	payload_.resize(count);
	for (std::uint32_t i = 0; i < count; i++)
		payload_[i] = memory_.read32(stream_iova(1 + i));
	return true;
}

void Cp::advance(std::uint32_t words)
{
	if (!streams_.empty()) {
		Stream &stream = streams_.back();
		stream.position += std::min(words, stream.size - stream.position);
		return;
	}
	const std::uint32_t position =
		(registers_.get(reg::CP_RB_RPTR) + words) & (ring_words() - 1);
	/* First what may stall: then nothing has changed yet. */
	if (!(registers_.get(reg::CP_RB_CNTL) & rb_cntl_no_update))
		memory_.write32(registers_.get64(reg::CP_RB_RPTR_ADDR), position,
				GpuMemory::cp_privileged);
	registers_.set(reg::CP_RB_RPTR, position);
}

/* The registers by which drivers look for progress and for the place of a hang. */
void Cp::publish_position()
{
	static constexpr struct {
		std::uint32_t base, rest;
	} levels[max_streams] = {
		{reg::CP_IB1_BASE, reg::CP_IB1_REM_SIZE},
		{reg::CP_IB2_BASE, reg::CP_IB2_REM_SIZE},
	};

	for (std::size_t i = 0; i < max_streams; i++) {
		if (i < streams_.size())
			registers_.set64(levels[i].base, streams_[i].base);
		registers_.set(levels[i].rest,
			       i < streams_.size() ? streams_[i].size - streams_[i].position : 0);
	}
}

void Cp::execute()
{
	const PacketHeader header = *current_;

	if (header.registers) {
		for (std::uint32_t i = 0; i < header.count; i++)
			write_register(header.code + i, payload_[i]);
	} else if (const Outcome outcome = execute_opcode(header); outcome == Outcome::more) {
		return;
	} else if (outcome == Outcome::again) {
		wait_interval_ = state_ == State::waiting
					 ? std::min(2 * wait_interval_, longest_wait)
					 : first_wait;
		wait_until_ = clock_.now() + wait_interval_;
		state_ = State::waiting;
		return;
	}
	state_ = State::running;
	advance(1 + header.count);
	current_.reset();
	progress_ = 0;

	const std::uint32_t skip = std::exchange(skip_next_, 0);
	if (streams_.empty())
		skip_ = skip;
	else
		advance(skip);
	if (jump_)
		streams_.back() = *std::exchange(jump_, std::nullopt);
	if (enter_)
		streams_.push_back(*std::exchange(enter_, std::nullopt));
	publish_position();
}

Cp::Outcome Cp::execute_opcode(const PacketHeader &header)
{
	const std::string_view name = packet_name(header.code);

	opcode_ = header.code;
	if (name.empty())
		throw Fault{Error::opcode, std::format("opcode {:#x} does not exist", header.code)};
	const PacketType &type = packet_types()[header.code];
	if (header.count < type.min_words)
		throw Fault{Error::opcode, std::format("{} with {} words", name, header.count)};
	if (type.ring_only && !streams_.empty())
		throw Fault{Error::opcode, std::format("{} in an indirect buffer", name)};
	if (!initialised_ && header.code != pm4::CP_ME_INIT && header.code != pm4::CP_NOP)
		observer_.report("cp", std::string(name), "before CP_ME_INIT");
	return (this->*type.execute)(payload_);
}

/* The sequencer fetches its microcode when it is started: an unmapped one is a fault there and
 * then. */
void Cp::boot()
{
	if (memory_.read32(registers_.get64(reg::CP_SQE_INSTR_BASE)) == 0)
		observer_.report("cp", "CP_SQE_INSTR_BASE", "no microcode there");
	booted_ = true;
}

void Cp::fail(const Fault &fault)
{
	observer_.report("cp-error", std::string(level_name()),
			 std::format("{} (at {:#x})", fault.text, stream_iova(0)));
	registers_.set(reg::CP_INTERRUPT_STATUS,
		       registers_.get(reg::CP_INTERRUPT_STATUS) |
			       1u << static_cast<std::uint32_t>(fault.error));
	state_ = State::halted;
	rbbm_.raise(Interrupt::cp_hw_error);
	arm_hang_detector();
}

void Cp::arm_hang_detector()
{
	const std::uint32_t detector = registers_.get(reg::RBBM_INTERFACE_HANG_INT_CNTL);
	if (detector & hang_cntl_enable) {
		const nanoseconds timeout(1'000'000'000ull * (detector & hang_cntl_cycles) /
					  Rbbm::core_hz);
		hang_at_ = clock_.now() + timeout;
	}
}

void Cp::unsupported(std::string_view what, const std::string &detail)
{
	observer_.report("unsupported", std::string(what), detail);
}

void Cp::check_protection(std::uint32_t offset, bool write)
{
	if ((streams_.empty() && !protected_mode_) || !protect_denies(registers_, offset, write))
		return;
	registers_.set(reg::CP_PROTECT_STATUS,
		       offset | (write ? 0 : protect_status_read) | protect_status_violation);
	throw Fault{Error::register_protection,
		    std::format("{} of protected register {}", write ? "write" : "read",
				registers_.label(offset))};
}

std::uint32_t Cp::read_register(std::uint32_t offset)
{
	check_protection(offset, false);
	return bus_.read(offset, Initiator::cp);
}

void Cp::write_register(std::uint32_t offset, std::uint32_t value)
{
	check_protection(offset, true);
	bus_.write(offset, value, Initiator::cp);
}

const std::array<Cp::PacketType, 128> &Cp::packet_types()
{
	static const std::array<PacketType, 128> types = [] {
		std::array<PacketType, 128> t;
		t.fill({&Cp::not_modelled, 0, false});

		t[pm4::CP_NOP] = {&Cp::nothing, 0, false};
		t[pm4::CP_ME_INIT] = {&Cp::me_init, 1, true};
		t[pm4::CP_SET_PROTECTED_MODE] = {&Cp::set_protected_mode, 1, true};
		t[pm4::CP_SET_SECURE_MODE] = {&Cp::nothing, 1, true};
		t[pm4::CP_SMMU_TABLE_UPDATE] = {&Cp::smmu_table_update, 4, true};
		t[pm4::CP_WHERE_AM_I] = {&Cp::where_am_i, 2, true};
		t[pm4::CP_CONTEXT_SWITCH_YIELD] = {&Cp::context_switch_yield, 4, true};
		t[pm4::CP_PREEMPT_DISABLE] = {&Cp::nothing, 1, false};
		t[pm4::CP_SET_PSEUDO_REG] = {&Cp::nothing, 3, false};
		t[pm4::CP_SET_AMBLE] = {&Cp::nothing, 3, false};

		t[pm4::CP_INDIRECT_BUFFER] = {&Cp::indirect_buffer, 3, false};
		t[pm4::CP_INDIRECT_BUFFER_PFD] = {&Cp::indirect_buffer, 3, false};
		t[pm4::CP_INDIRECT_BUFFER_CHAIN] = {&Cp::indirect_buffer_chain, 3, false};
		t[pm4::CP_SET_DRAW_STATE] = {&Cp::set_draw_state, 3, false};
		t[pm4::CP_SET_MARKER] = {&Cp::set_marker, 1, false};
		t[pm4::CP_SET_MODE] = {&Cp::nothing, 1, false};
		t[pm4::CP_SET_VISIBILITY_OVERRIDE] = {&Cp::nothing, 1, false};
		t[pm4::CP_SKIP_IB2_ENABLE_GLOBAL] = {&Cp::nothing, 1, false};
		t[pm4::CP_SKIP_IB2_ENABLE_LOCAL] = {&Cp::nothing, 1, false};

		t[pm4::CP_MEM_WRITE] = {&Cp::mem_write, 2, false};
		t[pm4::CP_REG_TO_MEM] = {&Cp::reg_to_mem, 3, false};
		t[pm4::CP_MEM_TO_REG] = {&Cp::mem_to_reg, 3, false};
		t[pm4::CP_MEM_TO_MEM] = {&Cp::mem_to_mem, 5, false};
		t[pm4::CP_MEMCPY] = {&Cp::memcpy, 5, false};
		t[pm4::CP_REG_RMW] = {&Cp::reg_rmw, 3, false};
		t[pm4::CP_REG_WRITE] = {&Cp::reg_write, 3, false};
		t[pm4::CP_CONTEXT_REG_BUNCH] = {&Cp::context_reg_bunch, 2, false};
		t[pm4::CP_REG_TO_SCRATCH] = {&Cp::reg_to_scratch, 1, false};
		t[pm4::CP_SCRATCH_TO_REG] = {&Cp::scratch_to_reg, 1, false};
		t[pm4::CP_SCRATCH_WRITE] = {&Cp::scratch_write, 1, false};
		t[pm4::CP_BLIT] = {&Cp::blit, 1, false};

		/* One packet at a time, and memory is always up to date: nothing is left to wait
		 * for. */
		t[pm4::CP_WAIT_FOR_IDLE] = {&Cp::nothing, 0, false};
		t[pm4::CP_WAIT_FOR_ME] = {&Cp::nothing, 0, false};
		t[pm4::CP_WAIT_MEM_WRITES] = {&Cp::nothing, 0, false};
		t[pm4::CP_WAIT_REG_MEM] = {&Cp::wait_reg_mem, 6, false};
		t[pm4::CP_WAIT_MEM_GTE] = {&Cp::wait_mem_gte, 4, false};
		t[pm4::CP_WAIT_TWO_REGS] = {&Cp::wait_two_regs, 3, false};
		t[pm4::CP_COND_WRITE5] = {&Cp::cond_write, 8, false};
		t[pm4::CP_COND_EXEC] = {&Cp::cond_exec, 6, false};
		t[pm4::CP_REG_TEST] = {&Cp::reg_test, 1, false};
		t[pm4::CP_COND_REG_EXEC] = {&Cp::cond_reg_exec, 2, false};
		t[pm4::CP_EVENT_WRITE] = {&Cp::event_write, 1, false};
		return t;
	}();
	return types;
}

} // namespace vadreno
