/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The whole board behind BAR0: which block answers where, which interrupt goes to which MSI-X
 * vector, and what a power domain takes down with it.
 *
 *   0x00000 +0x40000  GPU registers        0xa0000 +0x10000  SMMU
 *   0x6a000 +0x30000  GMU (wrapper)        0xf0000 +0x1000   board control
 */
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "../vfio_user/guest_memory.h"
#include "../vfio_user/msix.h"
#include "../vfio_user/pci_device.h"
#include "board_control.h"
#include "clock.h"
#include "cp.h"
#include "crash_dumper.h"
#include "gmu_wrapper.h"
#include "gpu_memory.h"
#include "injector.h"
#include "interrupt_path.h"
#include "observer.h"
#include "power_domains.h"
#include "rbbm.h"
#include "register_block.h"
#include "register_bus.h"
#include "smmu.h"

namespace vadreno {

/** ChipInfo - one GPU that the board can carry. */
struct ChipInfo {
	std::string_view name;
	std::uint32_t id; /* core.major.minor.patch, a byte each, as in adreno_info::chip_ids */
};

/** find_chip() - by the name on the command line; nullptr if there is none such. chip_names() lists
 * them. */
const ChipInfo *find_chip(std::string_view name);
std::string chip_names();

/** BoardDied - thrown by run() when the plan says so. */
struct BoardDied {};

/** AdrenoBoard - a GPU with its GMU, SMMU and power controller. Memory and vectors are the PCI
 * device's. */
class AdrenoBoard : public vfio_user::BarDevice,
		    private BoardControl::Owner,
		    private PowerDomains::Owner,
		    private Rbbm::Owner,
		    private Smmu::Owner,
		    private GmuWrapper::Owner {
public:
	static constexpr std::uint32_t bar_size = 0x100000;

	AdrenoBoard(const ChipInfo &chip, vfio_user::GuestMemory &memory,
		    vfio_user::MsixVectors &msix, const Clock &clock, Observer &observer);

	std::uint64_t read(std::uint64_t offset, unsigned size) override;
	void write(std::uint64_t offset, unsigned size, std::uint64_t value) override;
	void reset() override;

	/** run() - let the GPU work; see Cp::run(). Throws BoardDied. */
	std::optional<std::chrono::nanoseconds> run(unsigned words);
	/** inject() - put an injection plan in force; see plan.h. */
	std::optional<Plan::Error> inject(std::string_view plan);

	static vfio_user::PciIdentity pci_identity();

private:
	std::uint32_t read_word(std::uint32_t offset);
	void write_word(std::uint32_t offset, std::uint32_t value);
	void pass_milliseconds();
	void delay_access();

	unsigned load_plan(std::string_view text) override;
	std::string plan_status() const override { return injector_.status(); }
	void core_rate_changed(std::uint32_t hz) override { rbbm_.set_core_rate(hz); }
	void domain_changed(Domain domain, bool on) override;
	void gpu_interrupt() override;
	bool gpu_busy() const override { return cp_.busy(); }
	bool smmu_stalled() const override { return smmu_.stalled(); }
	void bus_halt_changed() override { cp_.wake(); }
	void smmu_global_fault() override;
	void smmu_faulted() override;
	void smmu_context_fault(unsigned bank) override;
	void smmu_resumed() override { cp_.wake(); }
	std::chrono::nanoseconds gpu_busy_time() const override { return cp_.busy_time(); }

	const Clock &clock_;
	Observer &observer_;
	Injector injector_;
	InterruptPath interrupts_;
	PowerDomains power_;
	BoardControl control_;
	RegisterBlock gpu_;
	RegisterBlock gmu_;
	RegisterBus bus_;
	Smmu smmu_;
	GpuMemory cp_memory_;
	GpuMemory dumper_memory_;
	Rbbm rbbm_;
	GmuWrapper wrapper_;
	Cp cp_;
	CrashDumper crash_dumper_;
};

} // namespace vadreno
