/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A buffer object: memory that processes and the GPU both see.
 *
 * It embeds the kernel's GEM object, which counts references and handles and provides the
 * reservation: the only lock, for pages, name and mappings alike (gem/reservation.h). Pages come
 * from shmem when something first needs them, and go back when the kernel needs them more
 * (gem/resident.h). Address spaces that map a BO are known to it only as a list of VmaLinks; they do
 * not keep it alive. When the last reference goes the reaper removes them and then the BO.
 */
#pragma once

#include <span>
#include <string_view>

#include "gem/bo_flags.h"
#include "gem/reaper.h"
#include "gem/resident.h"
#include "kernel/alloc.h"
#include "kernel/atomic.h"
#include "kernel/contexts.h"
#include "kernel/gem.h"
#include "kernel/list.h"
#include "kernel/opaque.h"
#include "kernel/ref.h"
#include "kernel/registry.h"
#include "kernel/result.h"
#include "kernel/time.h"
#include "kernel/types.h"

namespace msm {

class Bo;
class DrmDevice;
class Held;

using BoRef = kernel::Ref<Bo>;

/**
 * class Carrier - the reservation that the private BOs of one VM share
 *
 * Private BOs cannot be shared with other processes or devices, so that nobody needs to lock one
 * alone; a submit then locks one reservation for all of them.
 */
class Carrier {
public:
	static kernel::Result<kernel::Ref<Carrier>> create(kernel::MayAlloc, DrmDevice &device);

	struct drm_gem_object *gem() { return gem_.get(); }

	void ref() { bridge_gem_get(gem_.get()); }
	[[nodiscard]] bool try_ref() { return bridge_gem_get_unless_zero(gem_.get()); }
	void unref() { bridge_gem_put(gem_.get()); }

	/** from() - back from the embedded object, which must be a carrier's */
	static Carrier &from(struct drm_gem_object *gem)
	{
		return *reinterpret_cast<Carrier *>(gem);
	}

private:
	/* First, so that the kernel's pointer is ours. */
	kernel::Opaque<struct drm_gem_object> gem_;
};

/**
 * class VmaLink - a BO is mapped somewhere: base of Vma
 *
 * On the BO's list under its reservation.
 */
class VmaLink {
public:
	VmaLink(const VmaLink &) = delete;
	VmaLink &operator=(const VmaLink &) = delete;

	/** bo() - what is mapped; its memory is valid as long as this object is linked */
	Bo &bo() const { return bo_; }

	/** space() - the address space that it belongs to, as an identity */
	const void *space() const { return space_; }

	/** is_busy() - whether the GPU may use it, now or later; the BO's reservation is held */
	virtual bool is_busy() const = 0;
	/**
	 * is_pinned() - whether a job has it that is not retired, done or not; the BO's reservation is
	 * held
	 */
	virtual bool is_pinned() const = 0;

	/**
	 * unmap() - nothing reaches the BO's memory by it any more, until it is used again
	 *
	 * Return: false if that is not possible where memory is being reclaimed.
	 */
	[[nodiscard]] virtual bool unmap(kernel::Reclaim, const Held &held) = 0;

	/** bo_node - on the BO's list, which alone uses it */
	kernel::ListNode bo_node;

	/**
	 * remove_for_death() - unmap, unlink from the BO and delete this; the BO has no references
	 * left
	 */
	virtual void remove_for_death(kernel::MayAlloc, const Held &held) = 0;

protected:
	VmaLink(Bo &bo, const void *space) : bo_(bo), space_(space) {}
	~VmaLink() = default;

private:
	Bo &bo_;
	const void *const space_;
};

/** class Bo - one buffer object; see above */
class Bo final : public kernel::Registered, public Reapable, public Reclaimable {
public:
	/**
	 * Bo::create() - a new BO without pages
	 * @size: bytes, rounded up to pages; from userspace
	 * @carrier: of the VM it is private to; needed if and only if @flags say private
	 *
	 * Return: the only reference. EINVAL if @size is 0 or rounds up to more than fits, ENOMEM,
	 * also if it is more than the machine has, ENOSPC.
	 */
	static kernel::Result<BoRef> create(kernel::MayAlloc, DrmDevice &device, BoFlags flags,
					    u64 size, Carrier *carrier = nullptr);

	/**
	 * Bo::import() - a BO of another device's memory; the kernel attaches the dma-buf to it
	 * afterwards
	 * @size: bytes, as the exporter says
	 * @resv: the dma-buf's, and the BO's
	 * @table: the memory, which is given back with the dma-buf
	 *
	 * Return: the only reference. EINVAL if @size is no multiple of the page size, or the
	 * memory not in whole pages, which is all that page tables know; ENOMEM, ENOSPC.
	 */
	static kernel::Result<BoRef> import(kernel::MayAlloc, DrmDevice &device, u64 size,
					    struct dma_resv *resv, struct sg_table *table);

	/** Bo::lookup() - by a handle of @file; ENOENT */
	static kernel::Result<BoRef> lookup(struct drm_file *file, u32 handle);

	/** create_handle() - a handle for @file that keeps the BO alive; ENOMEM */
	kernel::Result<u32> create_handle(kernel::MayAlloc, struct drm_file *file);

	DrmDevice &device() const { return device_; }
	/** carrier() - of the VM it is private to, or nullptr */
	const Carrier *carrier() const { return carrier_.get(); }
	BoFlags flags() const { return flags_; }
	/** is_imported() - whether it is another device's memory */
	bool is_imported() const { return pages_.imported; }
	/** size() - bytes, a multiple of the page size */
	u64 size() const { return bridge_gem_size(gem_object()); }
	/** mmap_offset() - what userspace passes to mmap on the DRM node */
	u64 mmap_offset() const { return bridge_gem_mmap_offset(gem_object()); }

	/** gem(), resv() - for the bridge */
	struct drm_gem_object *gem() { return gem_object(); }
	struct dma_resv *resv() const { return bridge_gem_resv(gem_object()); }

	/**
	 * pages() - the BO's memory, fetched if it is not there yet
	 *
	 * Return: ENOMEM, or EBUSY if it was declared not needed, or has been taken since.
	 */
	kernel::Result<const bridge_pages *> pages(kernel::MayAlloc, const Held &held);

	/**
	 * is_resident(), is_needed() - whether its pages are there, whether it is needed; for
	 * statistics: may have changed on return
	 */
	bool is_resident() const { return kernel::read_once(pages_.table); }
	bool is_needed() const { return kernel::read_once(needed_); }
	/** is_purged() - whether its contents were taken; for statistics, too */
	bool is_purged() const { return kernel::read_once(purged_); }

	/**
	 * set_needed() - whether userspace wants to find its contents again, as GEM_MADVISE says
	 *
	 * As long as it is not needed nobody gets at its memory; what is mapped stays mapped until
	 * the kernel takes it.
	 *
	 * Return: whether the contents are still there. Once they are not the BO is of no more use.
	 */
	bool set_needed(kernel::Reclaim, const Held &held, bool needed);

	/**
	 * keep_resident() - its pages, once there, stay: they are seen from where nobody could tell
	 * that they are gone
	 */
	void keep_resident(kernel::Reclaim, const Held &held);

	/**
	 * give_back() - if nobody is using it: its pages to the kernel, with its contents if they
	 * are not needed
	 * @wait: for its users, for a moment
	 *
	 * Return: how many pages.
	 */
	u64 give_back(kernel::Reclaim, bool wait);

	/**
	 * wait() - for the GPU to be done with it, as CPU_PREP does
	 * @write: whether the CPU is going to write (then readers are waited for, too)
	 * @deadline: Deadline::now() only looks
	 *
	 * Return: ETIMEDOUT, or EBUSY if the deadline had passed before; ERESTARTSYS on a signal.
	 */
	kernel::Result<void> wait(kernel::MayAlloc, bool write, kernel::Deadline deadline);
	/** boost() - someone waits for it now, so hurry */
	void boost(bool write);

	/** name(), set_name() - for debugging; set_name() cuts at 31 characters */
	std::string_view name(const Held &held) const;
	void set_name(const Held &held, std::string_view name);

	/**
	 * peek(), peek_name() - contents and name, without the reservation: for a dump
	 * @offset, @size: within the BO; from 0 on, in order
	 *
	 * The caller knows that it is pinned. Memory that another driver exported is not looked at.
	 *
	 * Return: bytes copied, 0 if there are none to be had. The name may be one that is just
	 * being changed, but is terminated.
	 */
	size_t peek(kernel::Signalling, u64 offset, void *to, size_t size) const;
	void peek_name(char (&to)[32]) const;

	/** metadata(), set_metadata() - bytes that userspace passes along with the BO */
	std::span<const u8> metadata(const Held &held) const;
	void set_metadata(const Held &held, kernel::Buffer<u8> metadata);

	/** link(), unlink() - @vma maps this BO from now on, or no longer */
	void link(const Held &held, VmaLink &vma);
	void unlink(const Held &held, VmaLink &vma);

	/** for_each_link() - calls @visit(VmaLink &) for each mapping */
	template <typename Visit>
	void for_each_link(const Held &held, Visit visit) const;

	/** find_link() - the first mapping in the address space @space, or nullptr */
	VmaLink *find_link(const Held &held, const void *space) const;

	void ref() { bridge_gem_get(gem()); }
	[[nodiscard]] bool try_ref() { return bridge_gem_get_unless_zero(gem()); }
	/** unref() - in any context: the reaper does the rest */
	void unref() { bridge_gem_put(gem()); }

	/** from() - back from the embedded object, which must be a BO's */
	static Bo &from(struct drm_gem_object *gem);

	Bo(DrmDevice &device, BoFlags flags, kernel::Ref<Carrier> carrier);
	~Bo();

private:
	friend class Reaper;
	friend class ReservationSet;

	struct drm_gem_object *gem_object() const
	{
		return const_cast<struct drm_gem_object *>(gem_.get());
	}
	void reap(kernel::MayAlloc);
	bool is_busy() const;
	bool is_pinned() const;
	void put_pages(kernel::Reclaim);

	kernel::Opaque<struct drm_gem_object> gem_;
	DrmDevice &device_;
	const BoFlags flags_;
	const kernel::Ref<Carrier> carrier_;

	/* All under the reservation. */
	bridge_pages pages_{};
	bool needed_ = true;
	/* Its contents were taken: it stays without. */
	bool purged_ = false;
	bool stays_resident_ = false;
	/* Since the shrinker last looked. */
	bool used_ = false;
	kernel::List<VmaLink, &VmaLink::bo_node> links_;
	u64 lock_ticket_ = 0;
	char name_[32] = {};
	kernel::Buffer<u8> metadata_;
};

} // namespace msm
