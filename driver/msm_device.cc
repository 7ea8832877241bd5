// SPDX-License-Identifier: GPL-2.0-only
#include "msm_device.h"

#include "adreno/catalog.h"
#include "adreno/microcode.h"
#include "entry_points.h"
#include "kernel/device_power.h"
#include "kernel/entry.h"
#include "kernel/fail_point.h"
#include "kernel/log.h"
#include "kernel/trace.h"
#include "sched/context.h"

namespace msm {

using namespace kernel;

/* How long the system's sleep, and its end, wait for the jobs that are running. */
static constexpr Nanoseconds suspend_patience = milliseconds(5000);
static constexpr Nanoseconds shutdown_patience = milliseconds(1000);

/* User address spaces of chips that cannot do more, bytes. */
static constexpr u64 size_4g = 1ull << 32;

/* The chip's id is in the most specific compatible; old device trees have a property for it. */
static Result<const adreno::ChipInfo *> identify(Device device)
{
	Result<u32> id = adreno::parse_compatible(device.compatible());

	if (!id)
		id = device.property_u32("qcom,chipid");
	if (!id) {
		log_error(device.get(), "the device tree does not say which chip this is");
		return err(ENODEV);
	}

	const adreno::ChipInfo *chip = adreno::find_chip(*id);

	if (!chip) {
		log_error(device.get(), "unknown chip %08x", *id);
		return err(ENODEV);
	}
	return chip;
}

Result<void> MsmDevice::probe(MayAlloc token, Device device)
{
	const adreno::ChipInfo *chip = TRY(identify(device));

	TRY(device.explain(device.set_dma_mask(token), "cannot set the DMA mask"));

	Unique<MsmDevice> owned = TRY(make<MsmDevice>(token, device));
	DrmNode node = TRY(device.explain(DrmNode::create(token, device, owned.get()),
					  "cannot make a DRM device"));

	/* From here on the DRM device owns it. */
	MsmDevice &self = *owned.release();

	self.node_.emplace(std::move(node));
	device.set_owner(&self);

	Result<void> up = self.bring_up(token, *chip);

	if (!up)
		self.take_down(token);
	return up;
}

Result<void> MsmDevice::bring_up(MayAlloc token, const adreno::ChipInfo &chip)
{
	drm_ = TRY(device_.explain(
		attempt(token, [&] { return DrmDevice::create(token, node_->raw()); }),
		"no memory for the device"));
	gpu_ = TRY(adreno::A6xx::create(token, device_, chip));
	smmu_ = TRY(device_.explain(SmmuDevice::attach(token, device_.get(), this),
				    "cannot use the SMMU"));
	kernel_vm_ = TRY(device_.explain(
		attempt(token, [&] { return SoftVm::create_kernel(token, *drm_, *smmu_); }),
		"no address space"));
	TRY(device_.explain(create_memory(token), "no memory for the ring"));

	RingMemory ring{.words = static_cast<u32 *>(ring_.cpu()),
			.iova = ring_.iova(),
			.position = static_cast<u32 *>(rptr_shadow_.cpu())};

	scheduler_ = TRY(device_.explain(
		attempt(token,
			[&] {
				return Scheduler::create(token, device_.get(), *gpu_, {&ring, 1},
							 static_cast<RingMemptrs *>(memptrs_.cpu()),
							 memptrs_.iova());
			}),
		"no scheduler"));
	crash_dump_ = TRY(device_.explain(attempt(token,
						  [&] {
							  return debug::CrashDump::create(
								  token, device_.get(), *gpu_,
								  *scheduler_);
						  }),
					  "no memory for dumps"));
	scheduler_->observe_hangs(crash_dump_.get());
	TRY(device_.explain(gpu_->start_scaling(token), "no memory for frequency scaling"));
	debug_files_.emplace(device_.get(), *drm_, *gpu_, *scheduler_);
	sleep_watch_ = TRY(device_.explain(SystemSleepWatch::create(token, this),
					   "no memory to watch the system's sleep"));
	TRY(device_.explain(node_->open_up(token), "cannot make the DRM nodes"));
	has_nodes_ = true;
	log_info(device_.get(), "Adreno %u", chip.revn);
	return {};
}

Result<void> MsmDevice::create_memory(MayAlloc token)
{
	TRY(fail_point(token));
	ring_ = TRY(KernelBo::create(token, *drm_, *kernel_vm_, BoFlags::internal().read_only(),
				     ring_bytes, "ring"));
	TRY(fail_point(token));
	memptrs_ = TRY(KernelBo::create(token, *drm_, *kernel_vm_, BoFlags::internal(),
					gpu_->ring_count() * sizeof(RingMemptrs), "memptrs"));
	TRY(fail_point(token));
	rptr_shadow_ =
		TRY(KernelBo::create(token, *drm_, *kernel_vm_, BoFlags::internal().privileged(),
				     sizeof(u32), "rptr shadow"));
	return {};
}

/*
 * May be called at any stage of bring_up(). The object is gone afterwards, unless user space still
 * holds it.
 */
void MsmDevice::take_down(MayAlloc token)
{
	sleep_watch_.reset();
	/*
	 * First: whoever waits for a job that will not finish goes on, and no ioctl gets at the
	 * hardware any more.
	 */
	if (scheduler_)
		scheduler_->stop(token);
	if (has_nodes_)
		node_->unplug(token);
	if (gpu_)
		gpu_->unplug(token);
	/* Runtime PM need not have had the last word. */
	if (scheduler_)
		scheduler_->unload(token);
	if (crash_dump_)
		crash_dump_->flush(token);

	/* So that the SMMU is free for the next driver, even if files stay open. */
	for (KernelBo *bo : {&ring_, &memptrs_, &rptr_shadow_, &microcode_})
		bo->withdraw();
	if (kernel_vm_)
		kernel_vm_->close(token);
	kernel_vm_ = nullptr;
	if (drm_)
		drm_->reaper().flush(token);
	if (smmu_)
		smmu_->detach(token);
	device_.set_owner(nullptr);

	/* Its last act may be release(), so not as a member. */
	DrmNode node = std::move(*node_);

	node_.reset();
}

void MsmDevice::remove(MayAlloc token)
{
	take_down(token);
}

Result<void> MsmDevice::start(MayAlloc token)
{
	if (started_)
		return {};

	if (!microcode_) {
		microcode_ = TRY(
			adreno::load_microcode(token, device_, gpu_->chip(), *drm_, *kernel_vm_));
		gpu_->start_power_management(token, {
							    .microcode = microcode_.iova(),
							    .rptr_shadow = rptr_shadow_.iova(),
							    .ring = &scheduler_->ring(0),
							    .recovery = &scheduler_->recovery(),
							    .smmu = smmu_.get(),
						    });
	}

	/* Better now than at the first job. */
	TRY(gpu_->power_up(token));
	gpu_->power_down(token);
	started_ = true;
	return {};
}

Result<void> MsmDevice::open(MayFault token, struct drm_file *file)
{
	{
		MutexGuard guard(lock_, token);

		if (!start(token))
			return err(ENXIO);
	}
	if (scheduler_->power().is_lost())
		return err(EIO);

	Ref<Context> context = TRY(
		Context::create(token, *scheduler_, *drm_, *this, bridge_drm_file_client_id(file)));

	bridge_drm_file_set_private(file, context.release());
	return {};
}

void MsmDevice::postclose(MayAlloc token, struct drm_file *file)
{
	Ref<Context> context = Ref<Context>::adopt(&Context::of(file));

	context->close(token);
}

Result<Ref<SoftVm>> MsmDevice::vm_for_file(MayAlloc token)
{
	/* Both come from the SMMU's domain, which goes with the device. */
	DrmSection section = TRY(DrmSection::enter(token, drm_->drm()));

	if (!has_private_vms())
		return kernel_vm_;
	return SoftVm::create_process(token, *drm_, *smmu_, gpu_->chip().va_4g ? size_4g : 0);
}

bool MsmDevice::report_fault(Irq token, const bridge_smmu_fault &fault)
{
	/* While it is put together: of what someone has left running before. */
	if (!scheduler_)
		return false;
	scheduler_->recovery().page_fault(token, fault);
	return smmu_->ends_stalls_itself();
}

Result<void> MsmDevice::runtime_resume(MayAlloc token)
{
	/* An unbind resumes whatever it unbinds. Nobody knows what a lost GPU would do. */
	if (scheduler_->power().is_lost())
		return err(EIO);
	return gpu_->resume(token);
}

void MsmDevice::runtime_suspend(MayAlloc token)
{
	gpu_->suspend(token);
	scheduler_->unload(token);
}

Result<void> MsmDevice::prepare_sleep(MayAlloc token)
{
	if (!scheduler_->prepare_sleep(token, Deadline::after(suspend_patience))) {
		log_error(device_.get(), "jobs go on for too long: no suspend");
		return err(EBUSY);
	}
	/* What it has to say it says now: consoles sleep, too, and the kernel warns of who is late. */
	crash_dump_->flush(token);
	gpu_->pause_scaling(token);
	sleeps_ = true;
	return {};
}

void MsmDevice::end_sleep(MayAlloc token)
{
	scheduler_->recovery().release(token);
	if (std::exchange(sleeps_, false))
		gpu_->continue_scaling(token);
}

Result<void> MsmDevice::suspend(MayAlloc token)
{
	if (!scheduler_->sleep(token, Deadline::after(suspend_patience))) {
		log_error(device_.get(), "jobs are still running: no suspend");
		return err(EBUSY);
	}
	/* So that nothing is left that would unmap while the SMMU sleeps. */
	drm_->reaper().flush(token);

	Result<void> asleep = RuntimePm(device_).force_suspend(token);

	if (!asleep)
		scheduler_->wake(token);
	return asleep;
}

Result<void> MsmDevice::resume(MayAlloc token)
{
	Result<void> awake = RuntimePm(device_).force_resume(token);

	/* Nobody may find the GPU off who believes that he holds it on. */
	if (!awake)
		scheduler_->halt(token, Deadline::now());
	scheduler_->wake(token);
	return awake;
}

void MsmDevice::shutdown(MayAlloc token)
{
	scheduler_->halt(token, Deadline::after(shutdown_patience));
	/*
	 * A job may have been on its way to the GPU just then. Not for ever: those that wait for
	 * another driver's fence may do so in vain by now.
	 */
	(void)scheduler_->power().wait_idle(token, Deadline::after(shutdown_patience));
	(void)RuntimePm(device_).force_suspend(token);
}

static MsmDevice &owner_of(struct device *dev)
{
	return *static_cast<MsmDevice *>(Device(dev).owner());
}

} // namespace msm

int msmxx_probe(struct device *dev)
{
	return kernel::to_errno(msm::MsmDevice::probe(kernel::entry::work(), kernel::Device(dev)));
}

void msmxx_remove(struct device *dev)
{
	msm::owner_of(dev).remove(kernel::entry::work());
}

void msmxx_shutdown(struct device *dev)
{
	msm::owner_of(dev).shutdown(kernel::entry::pm());
}

void msmxx_release(void *owner)
{
	msm::MsmDevice::release(kernel::entry::work(), static_cast<msm::MsmDevice *>(owner));
}

int msmxx_runtime_resume(struct device *dev)
{
	kernel::trace::resumed();
	return kernel::to_errno(msm::owner_of(dev).runtime_resume(kernel::entry::pm()));
}

int msmxx_runtime_suspend(struct device *dev)
{
	kernel::trace::suspended();
	msm::owner_of(dev).runtime_suspend(kernel::entry::pm());
	return 0;
}

int msmxx_system_suspend(struct device *dev)
{
	return kernel::to_errno(msm::owner_of(dev).suspend(kernel::entry::pm()));
}

int msmxx_system_resume(struct device *dev)
{
	return kernel::to_errno(msm::owner_of(dev).resume(kernel::entry::pm()));
}

int msmxx_devfreq_target(struct device *dev, u64 hz)
{
	return kernel::to_errno(msm::owner_of(dev).gpu().set_frequency(kernel::entry::work(), hz));
}

void msmxx_devfreq_load(struct device *dev, struct bridge_load *load)
{
	msm::adreno::A6xx &gpu = msm::owner_of(dev).gpu();
	auto [busy, total] = gpu.load(kernel::entry::work());

	*load = {.busy = busy, .total = total, .frequency = gpu.frequency_now()};
}

u64 msmxx_devfreq_frequency(struct device *dev)
{
	return msm::owner_of(dev).gpu().frequency_now();
}

int msmxx_sleep_begins(void *owner)
{
	return kernel::to_errno(
		static_cast<msm::MsmDevice *>(owner)->prepare_sleep(kernel::entry::pm()));
}

void msmxx_sleep_ends(void *owner)
{
	static_cast<msm::MsmDevice *>(owner)->end_sleep(kernel::entry::pm());
}

int msmxx_open(void *owner, struct drm_file *file)
{
	return kernel::to_errno(
		static_cast<msm::MsmDevice *>(owner)->open(kernel::entry::ioctl(), file));
}

void msmxx_postclose(void *owner, struct drm_file *file)
{
	static_cast<msm::MsmDevice *>(owner)->postclose(kernel::entry::work(), file);
}

int msmxx_bo_import(void *owner, u64 size, struct dma_resv *resv, struct sg_table *table,
		    struct drm_gem_object **obj)
{
	auto bo = msm::Bo::import(kernel::entry::work(),
				  static_cast<msm::MsmDevice *>(owner)->drm(), size, resv, table);

	if (!bo)
		return -bo.error().code;
	*obj = bo->release()->gem();
	return 0;
}

int msmxx_debugfs_show(void *owner, u32 file, struct drm_printer *to)
{
	auto &files = static_cast<msm::MsmDevice *>(owner)->debug_files();

	return kernel::to_errno(
		files.show(kernel::entry::work(), static_cast<bridge_debugfs_file>(file), to));
}

int msmxx_debugfs_write(void *owner, u32 file, u64 value)
{
	auto &files = static_cast<msm::MsmDevice *>(owner)->debug_files();

	return kernel::to_errno(
		files.write(kernel::entry::work(), static_cast<bridge_debugfs_file>(file), value));
}

void msmxx_smmu_fault(void *owner, const struct bridge_smmu_fault *fault)
{
	auto *device = static_cast<msm::MsmDevice *>(owner);

	if (device->report_fault(kernel::entry::irq(), *fault))
		device->wait_for_capture(kernel::entry::work());
}
