/* SPDX-License-Identifier: GPL-2.0-only */
/* The registers of real hardware behind the RegisterIo seam. */
#pragma once

#include "adreno/register_io.h"
#include "kernel/device.h"
#include "kernel/mmio.h"
#include "kernel/time.h"

namespace msm::adreno {

/** class MmioIo - the GPU's window and the GMU's, mapped elsewhere for at least as long */
class MmioIo final : public RegisterIo {
public:
	MmioIo(const kernel::IoMapping &gpu, const kernel::IoMapping &gmu)
		: gpu_(gpu.base(), gpu.size()), gmu_(gmu.base(), gmu.size()),
		  gmu_first_(static_cast<u32>((gmu.start() - gpu.start()) / sizeof(u32)))
	{
	}

	u32 read(GpuReg reg) override { return gpu_.read(reg.index); }
	void write(GpuReg reg, u32 value) override { gpu_.write(reg.index, value); }
	u32 read(GmuReg reg) override { return gmu_.read(reg.index - gmu_first_); }
	void write(GmuReg reg, u32 value) override { gmu_.write(reg.index - gmu_first_, value); }

	u64 now_us() override { return kernel::monotonic_now() / 1000; }
	void pause_us(u32 us) override { kernel::delay(us); }

private:
	kernel::Mmio gpu_;
	kernel::Mmio gmu_;
	/* Registers of the GMU are numbered from the start of the GPU's. */
	u32 gmu_first_;
};

} // namespace msm::adreno
