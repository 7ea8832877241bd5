// SPDX-License-Identifier: GPL-2.0-only
#include "adreno_board.h"

#include <format>

#include "names.h"

namespace vadreno {

namespace {

constexpr ChipInfo chips[] = {
	{"a610", 0x06010000},
};

/* Where the blocks are in BAR0; register blocks count dwords from the start of the BAR. */
constexpr std::uint32_t gpu_end = 0x40000;
constexpr std::uint32_t gmu_start = 0x6a000;
constexpr std::uint32_t gmu_end = 0x9a000;
constexpr std::uint32_t smmu_start = 0xa0000;
constexpr std::uint32_t control_start = 0xf0000;
constexpr std::uint32_t control_end = 0xf1000;

constexpr unsigned vector_gpu = 0;
constexpr unsigned vector_smmu_global = 1;
constexpr unsigned vector_smmu_bank0 = 2;

/* The vendor ID is the one that QEMU's own devices without a better one use; the class keeps other
 * drivers away. */
constexpr std::uint16_t vendor_id = 0x1234;
constexpr std::uint16_t device_id = 0x0610;
constexpr std::uint32_t class_unclassified = 0xff0000;

bool in_smmu(std::uint64_t offset)
{
	return offset >= smmu_start && offset < smmu_start + Smmu::size;
}

bool in_control(std::uint64_t offset)
{
	return offset >= control_start && offset < control_end;
}

} // namespace

const ChipInfo *find_chip(std::string_view name)
{
	for (const ChipInfo &chip : chips)
		if (chip.name == name)
			return &chip;
	return nullptr;
}

std::string chip_names()
{
	std::string names;
	for (const ChipInfo &chip : chips)
		names += (names.empty() ? "" : ", ") + std::string(chip.name);
	return names;
}

AdrenoBoard::AdrenoBoard(const ChipInfo &chip, vfio_user::GuestMemory &memory,
			 vfio_user::MsixVectors &msix, const Clock &clock, Observer &observer)
	: clock_(clock), observer_(observer), injector_(clock, observer),
	  interrupts_(msix, injector_, clock), power_(*this, clock, observer),
	  control_(*this, chip.id, power_, observer),
	  gpu_("gpu", a6xx_register_names(), 0, gpu_end / 4, observer),
	  gmu_("gmu", gmu_register_names(), gmu_start / 4, (gmu_end - gmu_start) / 4, observer),
	  bus_(gpu_, gmu_, power_, control_, injector_, observer),
	  smmu_(*this, memory, injector_, observer), cp_memory_(smmu_, memory),
	  dumper_memory_(smmu_, memory),

	  rbbm_(*this, gpu_, injector_, clock, observer), wrapper_(*this, gmu_, rbbm_, power_),
	  cp_(gpu_, bus_, rbbm_, smmu_, cp_memory_, injector_, clock, observer),
	  crash_dumper_(gpu_, bus_, dumper_memory_, observer)
{
}

vfio_user::PciIdentity AdrenoBoard::pci_identity()
{
	return {
		.vendor = vendor_id,
		.device = device_id,
		.class_code = class_unclassified,
		.bar0_size = bar_size,
		.bar4_size = 0x1000,
		.vectors = vfio_user::MsixVectors::count,
	};
}

std::uint64_t AdrenoBoard::read(std::uint64_t offset, unsigned size)
{
	if (!in_control(offset))
		delay_access();
	if (in_smmu(offset)) {
		const auto smmu_offset = static_cast<std::uint32_t>(offset - smmu_start);
		if (power_.on(Domain::cx))
			return power_.dropped(Domain::cx) ? ~0ull : smmu_.read(smmu_offset, size);
		observer_.report("power-off", "smmu " + Smmu::register_name(smmu_offset),
				 "read while cx is off");
		return 0;
	}
	const auto word = static_cast<std::uint32_t>(offset);
	std::uint64_t value = read_word(word);
	if (size == 8)
		value |= static_cast<std::uint64_t>(read_word(word + 4)) << 32;
	return value;
}

void AdrenoBoard::write(std::uint64_t offset, unsigned size, std::uint64_t value)
{
	if (!in_control(offset))
		delay_access();
	if (in_smmu(offset)) {
		const auto smmu_offset = static_cast<std::uint32_t>(offset - smmu_start);
		if (power_.on(Domain::cx) && !power_.dropped(Domain::cx))
			smmu_.write(smmu_offset, size, value);
		else if (!power_.on(Domain::cx))
			observer_.report("power-off", "smmu " + Smmu::register_name(smmu_offset),
					 "write while cx is off");
		return;
	}
	const auto word = static_cast<std::uint32_t>(offset);
	write_word(word, static_cast<std::uint32_t>(value));
	if (size == 8)
		write_word(word + 4, static_cast<std::uint32_t>(value >> 32));
}

std::uint32_t AdrenoBoard::read_word(std::uint32_t offset)
{
	if (in_control(offset))
		return control_.read(offset - control_start);
	return bus_.read(offset / 4, Initiator::cpu);
}

void AdrenoBoard::write_word(std::uint32_t offset, std::uint32_t value)
{
	if (in_control(offset))
		control_.write(offset - control_start, value);
	else
		bus_.write(offset / 4, value, Initiator::cpu);
}

void AdrenoBoard::domain_changed(Domain domain, bool on)
{
	if (on)
		return;
	if (cp_.busy())
		observer_.event(std::format("gpu loses power ({}) with work left",
					    PowerDomains::name(domain)));
	/* Without gx the core forgets everything; without cx the bus interface, the GMU and the
	 * SMMU do too. */
	gpu_.reset();
	rbbm_.reset();
	cp_.reset();
	/* The lines are levels on hardware: without power they are not raised. */
	interrupts_.forget(vector_gpu);
	if (domain == Domain::cx) {
		gmu_.reset();
		smmu_.reset();
		for (unsigned vector = vector_smmu_global;
		     vector < vector_smmu_bank0 + Smmu::num_banks; vector++)
			interrupts_.forget(vector);
	}
}

std::optional<std::chrono::nanoseconds> AdrenoBoard::run(unsigned words)
{
	pass_milliseconds();

	const std::optional<std::chrono::nanoseconds> waits[] = {
		cp_.run(words), interrupts_.deliver(), injector_.wake_after()};
	std::optional<std::chrono::nanoseconds> shortest;
	for (const auto &wait : waits)
		if (wait && (!shortest || *wait < *shortest))
			shortest = wait;
	return shortest;
}

void AdrenoBoard::pass_milliseconds()
{
	while (injector_.next_millisecond()) {
		if (injector_.now(Injection::die))
			throw BoardDied{};
		if (injector_.now(Injection::lose_device))
			power_.lose();
		if (const Statement *drop = injector_.now(Injection::drop_gx))
			power_.drop(Domain::gx, drop->time);
		if (const Statement *drop = injector_.now(Injection::drop_cx))
			power_.drop(Domain::cx, drop->time);
		/* An interrupt without a cause; the line of a GPU without power stays low. */
		if (injector_.now(Injection::spurious_irq) && power_.on(Domain::gx))
			interrupts_.send(vector_gpu);
	}
}

void AdrenoBoard::delay_access()
{
	if (const Statement *late = injector_.now(Injection::delay_mmio))
		clock_.pass(*late->time);
}

std::optional<Plan::Error> AdrenoBoard::inject(std::string_view plan)
{
	const auto error = injector_.load(plan);
	if (!error) {
		power_.restore();
		interrupts_.deliver_all();
	}
	return error;
}

unsigned AdrenoBoard::load_plan(std::string_view text)
{
	const auto error = inject(text);
	if (error && observer_.tracing())
		observer_.event(std::format("plan, line {}: {}", error->line, error->text));
	return error ? error->line : 0;
}

void AdrenoBoard::reset()
{
	/* The plan in force stays: what goes wrong is not the device's to decide. */
	power_.restore();
	power_.reset();
	control_.reset();
	gpu_.reset();
	gmu_.reset();
	smmu_.reset();
	rbbm_.reset();
	cp_.reset();
}

void AdrenoBoard::gpu_interrupt()
{
	interrupts_.send(vector_gpu);
}

void AdrenoBoard::smmu_global_fault()
{
	interrupts_.send(vector_smmu_global);
}

/* The detector only counts cycles without progress, of which a transaction that stalls costs many. */
void AdrenoBoard::smmu_faulted()
{
	if (injector_.now(Injection::hang_irq))
		rbbm_.raise(Interrupt::hang_detect);
}

void AdrenoBoard::smmu_context_fault(unsigned bank)
{
	interrupts_.send(vector_smmu_bank0 + bank);
}

} // namespace vadreno
