// SPDX-License-Identifier: GPL-2.0-only
/*
 * See microcode.h. Source: Linux, drivers/gpu/drm/msm/adreno/a6xx_gpu.c (a6xx_ucode_check_version,
 * a6xx_ucode_load).
 */
#include "adreno/microcode.h"

#include <algorithm>

#include "gem/bo_flags.h"
#include "kernel/firmware.h"
#include "kernel/log.h"

namespace msm::adreno {

using namespace kernel;

namespace {

/* The last word that the check looks at. */
constexpr size_t min_words = 3;
/* Real images are some ten KiB; what is larger than this is something else. */
constexpr size_t max_bytes = 1024 * 1024;

} // namespace

Result<void> check_microcode(std::span<const u32> words)
{
	if (words.size() < min_words)
		return err(EINVAL);

	bool patched = (words[0] & 0xf) == 0xa && (words[2] & 0xf) >= 1;
	bool new_enough = (words[0] & 0xfff) >= 0x190;

	if (!patched && !new_enough)
		return err(EPERM);
	return {};
}

Result<KernelBo> load_microcode(MayAlloc token, Device device, const ChipInfo &chip, DrmDevice &drm,
				SoftVm &kernel_vm)
{
	Result<Firmware> file = Firmware::request(token, device, chip.sqe_firmware);

	if (!file) {
		log_error(device.get(), "cannot load firmware qcom/%s (%d)", chip.sqe_firmware,
			  -file.error().code);
		return err(file.error());
	}

	std::span<const std::byte> bytes = file->bytes();

	if (bytes.size() % sizeof(u32) || bytes.size() < sizeof(u32) || bytes.size() > max_bytes) {
		log_error(device.get(), "firmware %s is no microcode: %zu bytes", chip.sqe_firmware,
			  bytes.size());
		return err(EINVAL);
	}

	/*
	 * The first dword is the file's own. The loader gives whole pages, so the words are
	 * aligned.
	 */
	std::span<const u32> words(reinterpret_cast<const u32 *>(bytes.data()) + 1,
				   bytes.size() / sizeof(u32) - 1);
	Result<void> usable = check_microcode(words);

	if (!usable) {
		log_error(device.get(), "firmware %s is too old or no microcode (%d)",
			  chip.sqe_firmware, -usable.error().code);
		return err(usable.error());
	}

	KernelBo bo = TRY(KernelBo::create(token, drm, kernel_vm, BoFlags::internal().read_only(),
					   words.size_bytes(), "microcode"));

	std::ranges::copy(words, static_cast<u32 *>(bo.cpu()));
	return bo;
}

} // namespace msm::adreno
