// SPDX-License-Identifier: GPL-2.0-only
#include "vm/soft_vm.h"

#include "gem/drm_device.h"
#include "kernel/constants.h"
#include "kernel/gem.h"
#include "kernel/mutant.h"

namespace msm {

using namespace kernel;

Vma::Vma(SoftVm &vm, Bo &bo) : VmaLink(bo, &vm), vm_(vm)
{
	vm_->device_.count_vmas(1);
}

Vma::~Vma()
{
	vm_->device_.count_vmas(-1);
}

bool Vma::is_busy() const
{
	if (mutant(Mutant::vma_never_busy))
		return false;
	return is_pinned() && !bridge_resv_is_signaled(bo().resv(), BRIDGE_FENCE_BOOKKEEP);
}

bool Vma::unmap(Reclaim token, const Held &held)
{
	held.check(bo());
	if (mapped_ && !vm_->mmu_->try_unmap(token, start(), size()))
		return false;
	mapped_ = false;
	return true;
}

void Vma::remove_for_death(MayAlloc token, const Held &held)
{
	vm_->remove(token, held, *this);
}

SoftVm::SoftVm(DrmDevice &device, Unique<Mmu> mmu, Ref<Carrier> carrier, u64 start, u64 size)
	: device_(device), mmu_(std::move(mmu)), carrier_(std::move(carrier)), start_(start),
	  size_(size), tree_(start, start + size, bridge_random_u32())
{
	device_.count_vms(1);
}

SoftVm::~SoftVm()
{
	device_.count_vms(-1);
}

Result<Ref<SoftVm>> SoftVm::create(MayAlloc token, DrmDevice &device, Unique<Mmu> mmu, u64 start,
				   u64 size)
{
	Ref<Carrier> carrier = TRY(Carrier::create(token, device));
	auto *vm = new (Gfp::account(token).zero())
		SoftVm(device, std::move(mmu), std::move(carrier), start, size);

	if (!vm)
		return err(ENOMEM);
	return Ref<SoftVm>::adopt(vm);
}

Result<Ref<SoftVm>> SoftVm::create_kernel(MayAlloc token, DrmDevice &device, SmmuDevice &smmu)
{
	Unique<Mmu> mmu = TRY(make<KernelMmu>(token, smmu.domain()));

	return create(token, device, std::move(mmu), smmu.kernel_start(), smmu.kernel_size());
}

Result<Ref<SoftVm>> SoftVm::create_process(MayAlloc token, DrmDevice &device, SmmuDevice &smmu,
					   u64 size)
{
	Unique<Mmu> mmu = TRY(ProcessMmu::create(token, smmu));
	u64 most = (u64{1} << smmu.process_bits()) - process_vm_start;

	Ref<SoftVm> vm = TRY(create(token, device, std::move(mmu), process_vm_start,
				    size && size < most ? size : most));

	vm->owner_ = Process::current();
	return vm;
}

void SoftVm::destroy(SoftVm *vm)
{
	delete vm;
}

Vma *SoftVm::find(const Held &held, Bo &bo)
{
	return static_cast<Vma *>(bo.find_link(held, this));
}

/* @iova 0: wherever there is room. */
Result<Vma *> SoftVm::create_vma(MayAlloc token, const Held &held, Bo &bo, u64 iova)
{
	auto vma = TRY(make_accounted<Vma>(token, *this, bo));

	{
		MutexGuard guard(va_lock_, token);

		if (!iova) {
			auto hole = tree_.find_hole(bo.size(), PAGE_SIZE);

			if (!hole)
				return err(ENOSPC);
			iova = *hole;
		} else if (tree_.first_overlap(iova, bo.size())) {
			return err(ENOSPC);
		}
		tree_.insert(*vma, iova, bo.size());
	}
	bo.link(held, *vma);
	return vma.release();
}

Result<Vma *> SoftVm::find_or_create(MayAlloc token, const Held &held, Bo &bo)
{
	if (Vma *vma = find(held, bo)) {
		keep(token, *vma);
		return vma;
	}
	return create_vma(token, held, bo, 0);
}

Result<VmaPin> SoftVm::pin(MayAlloc token, const Held &held, Bo &bo)
{
	/* Asked for also when it is mapped already: what is not needed must not be used. */
	const bridge_pages *pages = TRY(bo.pages(token, held));
	Vma *vma = TRY(find_or_create(token, held, bo));

	if (!vma->mapped_) {
		TRY(mmu_->map(token, vma->iova(), *pages, 0, bo.size(), Prot::of(bo.flags())));
		vma->mapped_ = true;
	}
	return VmaPin(*vma);
}

Result<u64> SoftVm::iova(MayAlloc token, const Held &held, Bo &bo)
{
	Vma *vma = TRY(find_or_create(token, held, bo));

	return vma->iova();
}

Result<void> SoftVm::set_iova(MayAlloc token, const Held &held, Bo &bo, u64 iova)
{
	Vma *vma = find(held, bo);

	if (!iova) {
		if (vma && vma->is_busy())
			return err(EBUSY);
		if (vma)
			remove(token, held, *vma);
		return {};
	}
	if (iova & (PAGE_SIZE - 1) || iova < start_ || iova - start_ > size_ ||
	    bo.size() > size_ - (iova - start_))
		return err(EINVAL);
	if (vma) {
		if (vma->iova() != iova)
			return err(EBUSY);
		keep(token, *vma);
		return {};
	}
	TRY(create_vma(token, held, bo, iova));
	return {};
}

/*
 * Out of the page tables before out of the tree: else another BO could be mapped there meanwhile.
 */
void SoftVm::remove(MayAlloc token, const Held &held, Vma &vma)
{
	if (vma.mapped_)
		mmu_->unmap(token, vma.start(), vma.size());
	{
		MutexGuard guard(va_lock_, token);

		tree_.erase(vma);
		if (vma.closing_node_.linked())
			closing_.remove(vma);
	}
	vma.bo().unlink(held, vma);

	/* Perhaps the last reference to it, and its to this VM, which nothing here uses any more. */
	vma.unref();
}

/* Whoever asks for it came by a handle, if not by the one that was closed. */
void SoftVm::keep(MayAlloc token, Vma &vma)
{
	MutexGuard guard(va_lock_, token);

	if (vma.closing_node_.linked())
		closing_.remove(vma);
}

void SoftVm::handle_closed(MayAlloc token, const Held &held, Bo &bo)
{
	Vma *vma = find(held, bo);

	if (!vma)
		return;

	MutexGuard guard(va_lock_, token);

	if (!vma->closing_node_.linked())
		closing_.push_back(*vma);
}

void SoftVm::close(MayAlloc token)
{
	{
		MutexGuard guard(va_lock_, token);

		for (AddressRange *range = tree_.first(); range; range = VmaTree::next(*range)) {
			Vma &vma = static_cast<Vma &>(*range);

			if (!vma.closing_node_.linked())
				closing_.push_back(vma);
		}
	}
	sweep(token);
}

u32 SoftVm::closed_count(MayAlloc token)
{
	MutexGuard guard(va_lock_, token);
	u32 count = 0;

	for ([[maybe_unused]] Vma &vma : closing_)
		count++;
	return count;
}

/*
 * A VMA to remove, by its BO. Being in the tree under va_lock proves that the BO's memory is valid,
 * though not that it lives; one that is dying takes its VMAs along by itself.
 *
 * A job drops its pins before it sweeps. So if its sweep comes before a VMA is put on the list, who
 * puts it there sees the pins gone.
 *
 * What was looked at goes to the end, and each is looked at once, @left of them: one that stays busy is
 * not in the way of those behind it, however many of either there are. Of two sweeps at a time each may
 * miss what the other looks at, which is as well.
 */
BoRef SoftVm::next_closed(MayAlloc token, u32 &left)
{
	MutexGuard guard(va_lock_, token);

	for (; left && !closing_.empty(); left--) {
		Vma &vma = *closing_.pop_front();

		if (vma.is_busy()) {
			closing_.push_back(vma);
		} else if (BoRef bo = BoRef::try_get(&vma.bo())) {
			closing_.push_back(vma);
			left--;
			return bo;
		}
	}
	return {};
}

bool SoftVm::is_closing(MayAlloc token, Vma &vma)
{
	MutexGuard guard(va_lock_, token);

	return vma.closing_node_.linked();
}

void SoftVm::sweep(MayAlloc token)
{
	u32 left = closed_count(token);

	while (BoRef bo = next_closed(token, left)) {
		/* Without va_lock for a moment: look again. */
		Reservation held(token, *bo);
		Vma *vma = find(held, *bo);

		if (vma && is_closing(token, *vma) && !vma->is_busy())
			remove(token, held, *vma);
	}
	sweeps_.add(1);
	swept_.wake_all(token);
}

Result<void> SoftVm::wait_for_sweep(MayAlloc token, s32 seen, Deadline deadline)
{
	return swept_.wait(
		token, [&] { return sweeps_.get() != seen; }, deadline, Interruptible::yes);
}

bool SoftVm::is_leaving(MayAlloc token, u64 iova, u64 size)
{
	MutexGuard guard(va_lock_, token);
	AddressRange *range = tree_.first_overlap(iova, size);

	return range && static_cast<Vma *>(range)->closing_node_.linked();
}

} // namespace msm
