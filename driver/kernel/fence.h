/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A reference to a dma_fence, whoever's: to wait for, to depend on, to hand out. Making and
 * signalling our own is sched/'s business.
 */
#pragma once

#include <utility>

#include "bridge/fence.h"
#include "kernel/contexts.h"
#include "kernel/result.h"
#include "kernel/time.h"
#include "kernel/wait.h"

namespace kernel {

/** class Fence - one reference to a dma_fence; copying takes another. May be empty. */
class Fence {
public:
	constexpr Fence() = default;
	Fence(const Fence &other) : fence_(other.fence_)
	{
		if (fence_)
			bridge_fence_get(fence_);
	}
	constexpr Fence(Fence &&other) : fence_(other.release()) {}
	~Fence()
	{
		if (fence_)
			bridge_fence_put(fence_);
	}
	Fence &operator=(Fence other)
	{
		std::swap(fence_, other.fence_);
		return *this;
	}

	/** adopt() - Takes over the caller's reference; null gives an empty one. */
	static constexpr Fence adopt(struct dma_fence *fence)
	{
		Fence result;

		result.fence_ = fence;
		return result;
	}

	/** get() - A further reference to a fence that the caller knows to be alive. */
	static Fence get(struct dma_fence *fence)
	{
		if (fence)
			bridge_fence_get(fence);
		return adopt(fence);
	}

	/** from_fd() - What a sync_file carries, or EINVAL when @fd is none. */
	static Result<Fence> from_fd(MayAlloc, int fd)
	{
		struct dma_fence *fence = bridge_sync_file_get_fence(fd);

		if (!fence)
			return err(EINVAL);
		return adopt(fence);
	}

	bool is_signaled() const { return bridge_fence_is_signaled(fence_); }
	/** error() - Of a signalled fence: how the job went. Nothing while it is pending. */
	Result<void> error() const { return from_errno(bridge_fence_status_error(fence_)); }
	u64 context() const { return bridge_fence_context(fence_); }
	u64 seqno() const { return bridge_fence_seqno(fence_); }

	/**
	 * wait() - Until it has signalled. Return: nothing, ETIMEDOUT or ERESTARTSYS; not the
	 * fence's own error.
	 */
	Result<void> wait(MayAlloc, Deadline deadline, Interruptible interruptible) const
	{
		return from_errno(bridge_fence_wait(fence_, static_cast<bool>(interruptible),
						    deadline.monotonic()));
	}

	/** boost() - Someone waits for it now, so whoever signals it should hurry. */
	void boost() const { bridge_fence_boost(fence_); }

	struct dma_fence *raw() const { return fence_; }
	/** release() - Gives the reference up, to C. */
	[[nodiscard]] constexpr struct dma_fence *release()
	{
		return std::exchange(fence_, nullptr);
	}
	explicit constexpr operator bool() const { return fence_ != nullptr; }

private:
	struct dma_fence *fence_ = nullptr;
};

/**
 * class SyncFile - a file that carries a fence, not yet visible to anybody
 *
 * Made before the point of no return, handed out after it by FdReservation::install().
 */
class SyncFile {
public:
	SyncFile(SyncFile &&other) : file_(std::exchange(other.file_, nullptr)) {}
	~SyncFile()
	{
		if (file_)
			bridge_file_put(file_);
	}
	SyncFile &operator=(SyncFile &&other)
	{
		std::swap(file_, other.file_);
		return *this;
	}

	static Result<SyncFile> create(MayAlloc, const Fence &fence)
	{
		struct file *file = bridge_sync_file_create(fence.raw());

		if (!file)
			return err(ENOMEM);
		return SyncFile(file);
	}

private:
	friend class FdReservation;
	explicit SyncFile(struct file *file) : file_(file) {}

	struct file *file_;
};

/**
 * class FdReservation - a file descriptor number that is ours until it is installed or given back
 */
class FdReservation {
public:
	FdReservation(FdReservation &&other) : fd_(std::exchange(other.fd_, -1)) {}
	~FdReservation()
	{
		if (fd_ >= 0)
			bridge_fd_put(fd_);
	}
	FdReservation &operator=(FdReservation &&other)
	{
		std::swap(fd_, other.fd_);
		return *this;
	}

	/** create() - EMFILE when the process has no more (O_CLOEXEC is set). */
	static Result<FdReservation> create(MayAlloc)
	{
		int fd = bridge_fd_reserve();

		TRY(from_errno(fd));
		return FdReservation(fd);
	}

	int number() const { return fd_; }

	/** install() - Userspace has it from now on. Cannot fail. Return: the number. */
	int install(SyncFile file) &&
	{
		bridge_fd_install(fd_, std::exchange(file.file_, nullptr));
		return std::exchange(fd_, -1);
	}

private:
	explicit FdReservation(int fd) : fd_(fd) {}

	int fd_;
};

} // namespace kernel
