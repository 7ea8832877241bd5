// SPDX-License-Identifier: GPL-2.0-only
/*
 * What an a6xx says by its interrupt: that jobs have finished, or that something is wrong with one.
 *
 * Source: Linux, drivers/gpu/drm/msm/adreno/a6xx_gpu.c (a6xx_irq).
 */
#include "adreno/a6xx.h"
#include "adreno/a6xx_fields.h"
#include "entry_points.h"
#include "kernel/entry.h"
#include "kernel/log.h"
#include "kernel/trouble.h"
#include "kernel/mutant.h"
#include "sched/ring.h"

namespace msm::adreno {

using namespace kernel;

namespace {

/* An interrupt that means an error, and what to say of it. */
struct ErrorBit {
	u32 bit;
	const char *meaning;
};

constexpr ErrorBit rbbm_errors[] = {
	{field::rbbm_int_0::cp_ahb_error, "CP: AHB bus error"},
	{field::rbbm_int_0::atb_asyncfifo_overflow, "RBBM: ATB async FIFO overflow"},
	{field::rbbm_int_0::atb_bus_overflow, "RBBM: ATB bus overflow"},
	{field::rbbm_int_0::uche_oob_access, "UCHE: access out of bounds"},
	{field::rbbm_int_0::uche_trap_intr, "UCHE: trap"},
};

constexpr ErrorBit cp_errors[] = {
	{field::cp_interrupt_status::ucode_error, "CP: microcode error"},
	{field::cp_interrupt_status::ahb_error, "CP: AHB error"},
	{field::cp_interrupt_status::vsd_parity_error, "CP: VSD decoder parity error"},
	{field::cp_interrupt_status::illegal_instr_error, "CP: illegal instruction"},
};

template <size_t count>
void report(Device device, u32 status, const ErrorBit (&errors)[count])
{
	for (const ErrorBit &error : errors)
		if (status & error.bit)
			log_error_ratelimited(device.get(), "%s", error.meaning);
}

} // namespace

void A6xx::interrupt(Irq token)
{
	trouble::in_interrupt(device_.get());

	u32 status = io().read(reg::RBBM_INT_0_STATUS);
	std::optional<HangCause> cause;

	/* That many things do not happen at once: its registers do not answer. */
	if (status == ~0u) {
		memory_.recovery->request(token, HangCause::power_up, memory_.ring->id(),
					  memory_.ring->oldest(token));
		return;
	}

	/*
	 * Before anything is looked at: what comes later interrupts again. The write is posted, and
	 * until it lands it takes away a job's interrupt that came meanwhile; reading waits for it,
	 * so that the fence records looked at below are those of all interrupts it took.
	 */
	if (!mutant(Mutant::irq_uncleared))
		io().write(reg::RBBM_INT_CLEAR_CMD, status);
	(void)io().read(reg::RBBM_INT_0_STATUS);

	report(device_, status, rbbm_errors);
	if (status & field::rbbm_int_0::cp_hw_error && report_cp_error())
		cause = HangCause::cp_error;
	/* A translation fault that stalls the SMMU looks like a hang, and has its own report. */
	if (status & field::rbbm_int_0::hang_detect && !mutant(Mutant::deaf_to_hangs) &&
	    (mutant(Mutant::stall_is_a_hang) || !is_stalled(io().read(reg::RBBM_STATUS3)))) {
		/* A CP that has stopped hangs as well, but says why. */
		if (!cause)
			cause = HangCause::hang_interrupt;
		log_error_ratelimited(
			device_.get(),
			"hang detected: status %08x, rptr %u, wptr %u, ib1 %llx, ib2 %llx",
			io().read(reg::RBBM_STATUS), io().read(reg::CP_RB_RPTR),
			io().read(reg::CP_RB_WPTR), io().read64(reg::CP_IB1_BASE),
			io().read64(reg::CP_IB2_BASE));
	}
	/* First who has finished, so that the oldest that has not is the one to blame. */
	if (status & field::rbbm_int_0::cp_cache_flush_ts || cause)
		memory_.ring->signal_completed(token);
	if (cause)
		memory_.recovery->request(token, *cause, memory_.ring->id(),
					  memory_.ring->oldest(token));
}

/* Return: whether the CP has stopped. */
bool A6xx::report_cp_error()
{
	u32 status = io().read(reg::CP_INTERRUPT_STATUS);

	if (status & field::cp_interrupt_status::opcode_error) {
		/* The SQE's status memory, at index 1: the word it stumbled over. */
		io().write(reg::CP_SQE_STAT_ADDR, 1);
		log_error_ratelimited(device_.get(), "CP: opcode error, possibly %08x",
				      io().read(reg::CP_SQE_STAT_DATA));
	}
	if (status & field::cp_interrupt_status::hw_fault_error)
		log_error_ratelimited(device_.get(), "CP: hardware fault, status %08x",
				      io().read(reg::CP_HW_FAULT));
	if (status & field::cp_interrupt_status::register_protection_error) {
		u32 access = io().read(reg::CP_PROTECT_STATUS);

		log_error_ratelimited(device_.get(),
				      "CP: %s of protected register %05x, status %08x",
				      access & field::cp_protect_status::read ? "read" : "write",
				      access & field::cp_protect_status::address, access);
	}
	report(device_, status, cp_errors);
	return status != 0;
}

/*
 * Source of the numbers: Linux, drivers/gpu/drm/msm/adreno/a6xx_gpu.c (a6xx_fault_block), for the
 * chips before the a650.
 */
const char *A6xx::fault_block(Irq token, u32 port)
{
	static constexpr const char *uche_clients[] = {"VFD",  "SP", "VSC", "VPC",
						       "HLSQ", "PC", "LRZ", "UNKNOWN"};

	switch (port) {
	case 0:
		return "CP";
	case 4:
		return "CCU";
	case 6:
		return "CDP Prefetch";
	case 7:
		return "GMU";
	case 1:
		return "UCHE";
	}

	IrqSpinGuard guard(on_lock_, token);

	if (!answers() || (port != 2 && port != 3))
		return "UNKNOWN";

	u32 client = io().read(reg::UCHE_CLIENT_PF) & 7;

	if (port == 3)
		return uche_clients[client];
	return client ? "TP|VFD" : "TP";
}

bool A6xx::is_stalled(Irq token)
{
	IrqSpinGuard guard(on_lock_, token);

	return answers() && is_stalled(io().read(reg::RBBM_STATUS3));
}

/* All ones is not what it says, but that it does not answer. */
bool A6xx::is_stalled(u32 status3)
{
	return status3 != ~0u && status3 & field::rbbm_status3::smmu_stalled_on_fault;
}

} // namespace msm::adreno

void msmxx_gpu_interrupt(void *gpu)
{
	static_cast<msm::adreno::A6xx *>(gpu)->interrupt(kernel::entry::irq());
}
