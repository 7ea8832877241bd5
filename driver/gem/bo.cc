// SPDX-License-Identifier: GPL-2.0-only
#include "gem/bo.h"

#include <algorithm>

#include "gem/drm_device.h"
#include "gem/reservation.h"
#include "kernel/checked.h"
#include "kernel/constants.h"
#include "kernel/log.h"
#include "kernel/shrinker.h"

namespace msm {

using namespace kernel;

Result<Ref<Carrier>> Carrier::create(MayAlloc token, DrmDevice &device)
{
	auto owned = TRY(make_accounted<Carrier>(token));
	Carrier *carrier = owned.release();

	bridge_gem_init_carrier(device.drm(), carrier->gem());
	return Ref<Carrier>::adopt(carrier);
}

Bo::Bo(DrmDevice &device, BoFlags flags, Ref<Carrier> carrier)
	: device_(device), flags_(flags), carrier_(std::move(carrier))
{
	device_.bo_count_.add(1);
}

Bo::~Bo()
{
	device_.bos().remove(Irq::anywhere(), *this);
	device_.bo_count_.add(-1);
}

Bo &Bo::from(struct drm_gem_object *gem)
{
	auto *storage = reinterpret_cast<Opaque<struct drm_gem_object> *>(gem);

	return *reinterpret_cast<Bo *>(reinterpret_cast<unsigned char *>(storage) -
				       offsetof(Bo, gem_));
}

Result<BoRef> Bo::create(MayAlloc token, DrmDevice &device, BoFlags flags, u64 size,
			 Carrier *carrier)
{
	size = TRY(Checked<u64>(size).align_up(PAGE_SIZE).get(EINVAL));
	/* As a file's size it is signed. */
	if (size == 0 || size > ~u64{0} >> 1 || flags.is_private() != (carrier != nullptr))
		return err(EINVAL);
	/* All of it has to be there at once when it is used. */
	if (size > total_memory())
		return err(ENOMEM);

	Ref<Carrier> shared;
	if (carrier)
		shared = Ref(*carrier);

	auto owned = TRY(make_accounted<Bo>(token, device, flags, std::move(shared)));
	Bo *bo = owned.release();
	Result<void> done = from_errno(
		bridge_gem_init(device.drm(), bo->gem(), size, carrier ? carrier->gem() : nullptr));

	if (!done) {
		bridge_gem_release(bo->gem());
		delete bo;
		return err(done.error());
	}
	device.bos().add(Irq::anywhere(), *bo);
	return BoRef::adopt(bo);
}

Result<BoRef> Bo::import(MayAlloc token, DrmDevice &device, u64 size, struct dma_resv *resv,
			 struct sg_table *table)
{
	if (size == 0 || size & (PAGE_SIZE - 1) || !bridge_table_is_whole(table, size))
		return err(EINVAL);

	auto owned = TRY(make_accounted<Bo>(token, device, BoFlags::internal(), nullptr));
	Bo *bo = owned.release();
	Result<void> done =
		from_errno(bridge_gem_init_imported(device.drm(), bo->gem(), size, resv));

	if (!done) {
		bridge_gem_release(bo->gem());
		delete bo;
		return err(done.error());
	}
	bo->pages_ = {.pages = nullptr, .table = table, .imported = true};
	device.bos().add(Irq::anywhere(), *bo);
	return BoRef::adopt(bo);
}

Result<BoRef> Bo::lookup(struct drm_file *file, u32 handle)
{
	struct drm_gem_object *gem = bridge_gem_lookup(file, handle);

	if (!gem)
		return err(ENOENT);
	return BoRef::adopt(&from(gem));
}

Result<u32> Bo::create_handle(MayAlloc, struct drm_file *file)
{
	u32 handle = 0;

	TRY(from_errno(bridge_gem_handle_create(file, gem(), &handle)));
	return handle;
}

Result<const bridge_pages *> Bo::pages(MayAlloc token, const Held &held)
{
	held.check(*this);
	if (!needed_ || purged_)
		return err(EBUSY);
	used_ = true;
	if (!pages_.table) {
		TRY(from_errno(
			bridge_pages_get(gem(), flags_.cache() != CacheMode::coherent, &pages_)));
		device_.resident_bytes_.add(static_cast<s64>(size()));
		if (!stays_resident_)
			device_.resident().add(token, *this, needed_);
	}
	return &pages_;
}

bool Bo::set_needed(Reclaim token, const Held &held, bool needed)
{
	held.check(*this);
	needed_ = needed;
	device_.resident().move(token, *this, needed);
	return !purged_;
}

void Bo::keep_resident(Reclaim token, const Held &held)
{
	held.check(*this);
	stays_resident_ = true;
	device_.resident().remove(token, *this);
}

/*
 * Private BOs share their VM's reservation, whose fences say nothing about one of them; but they are
 * used through mappings only, and those know.
 */
bool Bo::is_busy() const
{
	if (!carrier_ && !bridge_resv_is_signaled(resv(), BRIDGE_FENCE_BOOKKEEP))
		return true;
	for (VmaLink &link : links_) {
		if (link.is_busy())
			return true;
	}
	return false;
}

bool Bo::is_pinned() const
{
	for (VmaLink &link : links_) {
		if (link.is_pinned())
			return true;
	}
	return false;
}

void Bo::put_pages(Reclaim token)
{
	device_.resident().remove(token, *this);
	bridge_pages_put(gem(), flags_.cache() != CacheMode::coherent, &pages_);
	device_.resident_bytes_.add(-static_cast<s64>(size()));
}

u64 Bo::give_back(Reclaim token, bool wait)
{
	/* A job that takes longer keeps its memory this time. */
	constexpr Patience patience(milliseconds(40));
	auto held = Reservation::attempt(token, *this);

	if (!held || !pages_.table || pages_.imported || stays_resident_)
		return 0;
	if (needed_ && std::exchange(used_, false))
		return 0;
	if (wait && is_busy())
		wait_briefly(token, resv(), patience);
	/* What is done is retired soon; until then a dump may read the pages (peek()). */
	if (is_busy() || is_pinned())
		return 0;
	for (VmaLink &link : links_) {
		if (!link.unmap(token, *held))
			return 0;
	}

	bridge_gem_unmap_from_processes(gem());
	put_pages(token);
	if (!needed_) {
		bridge_gem_drop_contents(gem());
		purged_ = true;
	}
	return size() / PAGE_SIZE;
}

Result<void> Bo::wait(MayAlloc, bool write, Deadline deadline)
{
	bridge_fence_usage usage = write ? BRIDGE_FENCE_READ : BRIDGE_FENCE_WRITE;
	long jiffies = deadline.jiffies();
	long left = bridge_resv_wait(resv(), usage, static_cast<u64>(jiffies));

	if (left == 0)
		return err(jiffies ? ETIMEDOUT : EBUSY);
	return from_errno(left);
}

void Bo::boost(bool write)
{
	bridge_resv_set_deadline_now(resv(), write ? BRIDGE_FENCE_READ : BRIDGE_FENCE_WRITE);
}

std::string_view Bo::name(const Held &held) const
{
	held.check(*this);
	return name_;
}

void Bo::set_name(const Held &held, std::string_view name)
{
	held.check(*this);
	name = name.substr(0, sizeof(name_) - 1);
	std::ranges::fill(name_, 0);
	std::ranges::copy(name, name_);
}

size_t Bo::peek(Signalling, u64 offset, void *to, size_t size) const
{
	if (!pages_.pages)
		return 0;
	return bridge_pages_copy(gem_object(), &pages_, offset, to, size,
				 flags_.cache() == CacheMode::write_combined);
}

void Bo::peek_name(char (&to)[32]) const
{
	for (size_t i = 0; i < sizeof(to); i++)
		to[i] = read_once(name_[i]);
	to[sizeof(to) - 1] = 0;
}

std::span<const u8> Bo::metadata(const Held &held) const
{
	held.check(*this);
	return {metadata_.data(), metadata_.size()};
}

void Bo::set_metadata(const Held &held, Buffer<u8> metadata)
{
	held.check(*this);
	metadata_ = std::move(metadata);
}

void Bo::link(const Held &held, VmaLink &vma)
{
	held.check(*this);
	links_.push_back(vma);
}

void Bo::unlink(const Held &held, VmaLink &vma)
{
	held.check(*this);
	links_.remove(vma);
}

VmaLink *Bo::find_link(const Held &held, const void *space) const
{
	held.check(*this);
	for (VmaLink &link : links_) {
		if (link.space() == space)
			return &link;
	}
	return nullptr;
}

void Bo::reap(MayAlloc token)
{
	{
		Reservation held(token, *this);

		for (VmaLink &link : links_)
			link.remove_for_death(token, held);
		if (pages_.table && !pages_.imported)
			put_pages(token);
	}
	/* Takes the reservation itself: it is the exporter's. */
	if (pages_.imported)
		bridge_gem_unimport(gem(), pages_.table);
	bridge_gem_release(gem());
	delete this;
}

} // namespace msm
