// SPDX-License-Identifier: GPL-2.0-only
/* See a6xx.h. Source: Linux, drivers/gpu/drm/msm/adreno/a6xx_gpu.c and adreno_gpu.c. */
#include "adreno/a6xx.h"

#include "adreno/a6xx_fields.h"
#include "adreno/a6xx_init.h"
#include "adreno/pm4.h"
#include "entry_points.h"
#include "kernel/log.h"
#include "kernel/mutant.h"
#include "kernel/signalling.h"
#include "sched/ring.h"

namespace msm::adreno {

using namespace kernel;

namespace {

/* The CP needs some µs for ME_INIT; a second means that it is dead. */
constexpr u64 idle_timeout_us = 1000000;

GpuInfo make_info(const ChipInfo &chip, const UbwcConfig &ubwc, u64 max_frequency)
{
	return {
		.gpu_id = chip.revn,
		.chip_id = chip.chip_id,
		.gmem_bytes = chip.gmem_bytes,
		.gmem_base = chip.gmem_base,
		.max_freq = max_frequency,
		.highest_bank_bit = ubwc.highest_bank_bit,
		.ubwc_swizzle = ubwc.swizzle,
		.macrotile_mode = u32{ubwc.macrotile_mode},
		.uche_trap_base = chip.uche_trap_base,
		.raytracing = false,
		.coherent_bos = false,
	};
}

/* The kernel's table of SoCs where it has one, else what is known of the chip. */
Result<UbwcConfig> find_ubwc(MayAlloc token, const ChipInfo &chip)
{
	Result<UbwcConfig> config = ubwc_config(token);

	if (!config && config.error().code == EOPNOTSUPP)
		return chip.ubwc;
	if (config && config->highest_bank_bit < 13)
		return err(EINVAL);
	return config;
}

} // namespace

A6xx::A6xx(Device device, const ChipInfo &chip, const UbwcConfig &ubwc, GpuPower &&power,
	   IoMapping &&mapping)
	: device_(device), chip_(chip), ubwc_(ubwc),
	  info_(make_info(chip, ubwc, power.frequency().max())),
	  parts_(std::in_place, std::move(power), std::move(mapping))
{
}

Result<Unique<A6xx>> A6xx::create(MayAlloc token, Device device, const ChipInfo &chip)
{
	/* It would have to be loaded through the secure world, which nothing here does yet. */
	if (device.has_child("zap-shader"))
		return device.explain(Result<Unique<A6xx>>(err(EOPNOTSUPP)),
				      "a zap shader is not supported");

	GpuPower power = TRY(GpuPower::create(token, device));
	IoMapping mapping =
		TRY(device.explain(IoMapping::create(token, device, "kgsl_3d0_reg_memory"),
				   "cannot map the registers \"kgsl_3d0_reg_memory\""));
	UbwcConfig ubwc =
		TRY(device.explain(find_ubwc(token, chip), "no memory layout known for this SoC"));
	Unique<A6xx> gpu =
		TRY(make<A6xx>(token, device, chip, ubwc, std::move(power), std::move(mapping)));

	gpu->parts_->interrupt.emplace(TRY(device.explain(
		Interrupt::create(token, device, "gpu-irq", msmxx_gpu_interrupt, gpu.get()),
		"cannot get the interrupt")));
	return gpu;
}

void A6xx::start_power_management(MayAlloc token, const CpMemory &memory)
{
	RuntimePm pm(device_);

	memory_ = memory;
	pm.use_autosuspend(chip_.autosuspend_ms);
	pm.enable(token);
	managed_ = true;
}

void A6xx::unplug(MayAlloc token)
{
	if (managed_) {
		RuntimePm pm(device_);

		pm.dont_use_autosuspend();
		pm.disable_suspended(token);
		managed_ = false;
	}
	scaling_.reset();
	parts_.reset();
}

Result<void> A6xx::resume(MayAlloc token)
{
	return start(token);
}

void A6xx::suspend(MayAlloc token)
{
	shut_down(token);
}

Result<void> A6xx::start(MayAlloc token)
{
	TRY(device_.explain(parts_->power.up(token), "cannot power the GPU"));

	Result<void> started = device_.explain(initialise(token), "the GPU does not start");

	if (!started) {
		/* Not to be taken for one that runs. */
		stop_cp(io());
		memory_.smmu->sleep();
		parts_->power.down(token);
		return started;
	}
	{
		IrqSpinGuard guard(on_lock_, token);

		on_ = true;
	}
	parts_->interrupt->enable();
	clocks_are_on(token);
	frequency().start_meter(token, [&] { return busy_ticks(token); });
	if (!resetting_)
		scale(token);
	return started;
}

void A6xx::shut_down(MayAlloc token)
{
	if (!resetting_)
		stop_scaling(token);

	bool clocked = clocks_go_off(token);
	{
		IrqSpinGuard guard(on_lock_, token);

		/* A reset that failed has left it off, whatever runtime PM believes. */
		if (!std::exchange(on_, false))
			return;
	}
	parts_->interrupt->disable(token);
	if (!std::exchange(halted_, false) && clocked && !halt_bus(io()))
		log_error(device_.get(), "the bus did not drain before power-off");
	memory_.smmu->sleep();
	parts_->power.down(token);
	if (mutant(Mutant::register_when_off))
		io().write(reg::CP_SQE_CNTL, 3);

	suspend_count_.add(1);
}

Result<void> A6xx::initialise(MayAlloc token)
{
	Ring &ring = *memory_.ring;

	memory_.smmu->wake();
	/* The SMMU may have forgotten whose tables it walks, whatever the GPU remembers. */
	if (!mutant(Mutant::stale_context))
		current_context_ = 0;
	halted_ = false;
	/*
	 * Its domain did not go off after all, in a sleep of the system that was called off: the CP
	 * goes on where it was.
	 */
	if (std::exchange(was_set_up_, true) && cp_runs(io())) {
		release_bus(io());
		return {};
	}
	program(io(), chip_, ubwc_);
	/* What is not there answers with all bits, and would be waited for in vain below. */
	if (io().read(reg::RBBM_INT_0_MASK) == ~0u) {
		log_error(device_.get(), "its registers do not answer");
		return err(EIO);
	}

	ring.reset(token);
	start_cp(io(), {
			       .microcode = memory_.microcode,
			       .ring = ring.iova(),
			       .rptr_shadow = memory_.rptr_shadow,
			       .ring_bytes = ring_bytes,
		       });

	TRY(initialise_cp(token));
	leave_secure_mode(io());
	return {};
}

Result<void> A6xx::initialise_cp(MayAlloc token)
{
	Ring &ring = *memory_.ring;
	RingWriter writer = TRY(ring.reserve(token, pm4::me_init_words + pm4::where_am_i_words));
	Pm4<RingWriter> pm4(writer);

	pm4.me_init();
	pm4.where_am_i(memory_.rptr_shadow);

	u32 end = writer.commit();

	io().write(reg::CP_RB_WPTR, end);

	u64 deadline = io().now_us() + idle_timeout_us;

	for (;;) {
		bool late = io().now_us() >= deadline;

		if (ring.position() == end && is_idle(io()))
			return {};
		if (late)
			break;
		io().pause_us(1);
	}
	log_error(device_.get(),
		  "the CP does not answer: status %08x, interrupts %08x, rptr %u of %u",
		  io().read(reg::RBBM_STATUS), io().read(reg::RBBM_INT_0_STATUS), ring.position(),
		  end);
	return err(ETIMEDOUT);
}

Result<void> A6xx::power_up(MayAlloc token)
{
	RuntimePm pm(device_);

	TRY(pm.get(token));
	{
		IrqSpinGuard guard(on_lock_, token);

		if (on_)
			return {};
	}
	/* Left off by a reset that failed while someone else kept the device active. */
	Result<void> started = start(token);

	if (!started)
		pm.put();
	return started;
}

void A6xx::power_down(MayAlloc)
{
	RuntimePm(device_).put();
}

std::optional<GpuPosition> A6xx::position(Irq token)
{
	IrqSpinGuard guard(on_lock_, token);

	if (!answers())
		return {};

	u32 status3 = io().read(reg::RBBM_STATUS3);

	return GpuPosition{
		.rptr = io().read(reg::CP_RB_RPTR),
		.ib1 = io().read64(reg::CP_IB1_BASE),
		.ib2 = io().read64(reg::CP_IB2_BASE),
		/* What was fetched but not consumed yet is not done either. */
		.ib1_left =
			io().read(reg::CP_IB1_REM_SIZE) + (io().read(reg::CP_ROQ_AVAIL_IB1) >> 16),
		.ib2_left =
			io().read(reg::CP_IB2_REM_SIZE) + (io().read(reg::CP_ROQ_AVAIL_IB2) >> 16),
		.ticks = io().read64(reg::CP_ALWAYS_ON_COUNTER),
		.stalled = is_stalled(status3),
	};
}

/* Someone else may have left it running: what it does before the first open() may fault. */
void A6xx::end_stall(Irq)
{
	if (memory_.smmu)
		memory_.smmu->end_stall();
}

void A6xx::stall_on_faults(Irq, bool stall)
{
	if (memory_.smmu)
		memory_.smmu->set_stall(stall);
}

void A6xx::halt(Signalling)
{
	io().write(reg::RBBM_INT_0_MASK, 0);
	io().write(reg::CP_SQE_CNTL, 3);
	/* Posted: so that it has arrived. */
	(void)io().read(reg::CP_SQE_CNTL);
}

void A6xx::stop(MayAlloc)
{
	/* The CP first, so that nothing new starts, then what it started. */
	stop_cp(io());
	if (!halt_bus(io()))
		log_error(device_.get(), "the bus did not drain");
	halted_ = true;
}

/*
 * The a610 has a reset line that does not work: what resets it is that its power domain cx goes off,
 * which it does once the SMMU does not need it any more either.
 */
Result<void> A6xx::cycle_power(MayAlloc token)
{
	RuntimePm pm(device_);

	parts_->power.expect_collapse(token);
	if (pm.put_suspend(token)) {
		if (!parts_->power.wait_for_collapse(token)) {
			log_error(device_.get(), "the power domain cx did not go off for a reset");
			memory_.smmu->unload(token);
		}
		return power_up(token);
	}

	/* Someone else keeps the device on (power/control, for example): gx has to do. */
	parts_->power.forget_collapse(token);
	shut_down(token);
	memory_.smmu->unload(token);

	Result<void> started = start(token);

	if (!started)
		pm.put();
	return started;
}

Result<void> A6xx::reset(MayAlloc token)
{
	/* Fences wait for it, so not for devfreq, whose lock others hold while they allocate. */
	resetting_ = true;

	Result<void> up = cycle_power(token);

	resetting_ = false;
	if (!up)
		stop_scaling(token);
	return up;
}

u64 A6xx::timestamp(Signalling)
{
	return io().read64(reg::CP_ALWAYS_ON_COUNTER);
}

} // namespace msm::adreno
