/* SPDX-License-Identifier: GPL-2.0-only */
#include "runner.h"

#include "buffer_object.h"
#include "failure.h"
#include "fence.h"
#include "pm4.h"

#include <xf86drm.h>

#include <algorithm>
#include <cerrno>
#include <format>
#include <memory>

namespace {

/* A submitqueue of the run; queue 0 is every context's own and is not closed. */
class OpenQueue {
public:
	OpenQueue(const Device &device, const Queue &queue) : device_(device)
	{
		auto id = device.create_queue(queue.priority);

		if (!id)
			throw ioctl_failure(std::format("queue {}: SUBMITQUEUE_NEW", queue.name),
					    id.error());
		id_ = *id;
	}
	OpenQueue(const OpenQueue &) = delete;
	OpenQueue &operator=(const OpenQueue &) = delete;
	~OpenQueue() { device_.close_queue(id_); }

	uint32_t id() const { return id_; }

private:
	const Device &device_;
	uint32_t id_;
};

uint64_t element(std::span<const uint32_t> words, unsigned width, uint64_t index)
{
	if (width == 4)
		return words[index];
	return words[2 * index] | uint64_t(words[2 * index + 1]) << 32;
}

bool holds(uint64_t left, Comparison comparison, uint64_t right)
{
	switch (comparison) {
	case Comparison::Equal:
		return left == right;
	case Comparison::NotEqual:
		return left != right;
	case Comparison::Greater:
		return left > right;
	case Comparison::GreaterEqual:
		return left >= right;
	case Comparison::Less:
		return left < right;
	case Comparison::LessEqual:
		return left <= right;
	}
	std::unreachable();
}

class Run {
public:
	Run(const Device &device, const Stream &stream) : device_(device), stream_(stream)
	{
		/*
		 * This is also what every client does first: Linux 7.2's driver makes a context's
		 * address space when a parameter is read, and a submit without one is an oops.
		 */
		faults_before_ = faults();
		for (const Buffer &buffer : stream.buffers)
			memory_.emplace_back(device, "buffer " + buffer.name, buffer.size,
					     buffer.flags);
		for (const Queue &queue : stream.queues)
			queues_.push_back(std::make_unique<OpenQueue>(device, queue));
		for (size_t i = 0; i < stream.syncobjs.size(); i++)
			syncobjs_.push_back(device.create_syncobj());
		fence_fds_.resize(stream.jobs.size());
		report_.file = stream.file;
		report_.title = stream.title;
	}
	Run(const Run &) = delete;
	Run &operator=(const Run &) = delete;
	~Run()
	{
		for (uint32_t syncobj : syncobjs_)
			drmSyncobjDestroy(device_.fd(), syncobj);
	}

	RunReport run(std::chrono::nanoseconds timeout)
	{
		for (size_t i = 0; i < memory_.size(); i++)
			initialize(i);
		for (const Job &job : stream_.jobs)
			prepare(job);

		auto start = std::chrono::steady_clock::now();
		for (size_t i = 0; i < stream_.jobs.size(); i++)
			submit(i);
		wait_all(start + timeout);
		report_.elapsed = std::chrono::steady_clock::now() - start;
		report_.faults = faults() - faults_before_;

		for (size_t i = 0; i < memory_.size(); i++)
			compare(i);
		for (const Check &check : stream_.checks)
			report_.checks.push_back(evaluate(check));
		return std::move(report_);
	}

private:
	uint64_t faults() const
	{
		auto count = device_.get_param(MSM_PARAM_FAULTS);

		if (!count)
			throw ioctl_failure("GET_PARAM(FAULTS)", count.error());
		return *count;
	}

	uint64_t address_of(const Location &location) const
	{
		return memory_[location.buffer].iova() + location.offset;
	}

	AddressOf addresses() const
	{
		return [this](const Location &location) {
			return address_of(location);
		};
	}

	/* Fills buffer @index and keeps a copy to compare with. */
	void initialize(size_t index)
	{
		const Buffer &buffer = stream_.buffers[index];
		std::vector<uint32_t> image(buffer.size / 4, buffer.fill);

		if (!buffer.commands.empty())
			image = assemble(buffer.commands, addresses());
		for (const Contents &contents : buffer.contents)
			std::ranges::copy(encode(contents.words, addresses()),
					  image.begin() + contents.offset / 4);
		std::ranges::copy(image, memory_[index].words().begin());
		before_.push_back(std::move(image));
	}

	/* Assembles @job into a buffer of its own. A job without commands only carries fences. */
	void prepare(const Job &job)
	{
		JobReport report;

		report.name = job.name;
		report.queue = job.queue ? queues_[*job.queue]->id() : 0;
		if (job.queue)
			report.priority = stream_.queues[*job.queue].priority;
		report.words = assemble(job.commands, addresses());
		report.commands = &job.commands;
		for (size_t earlier : job.after)
			report.after.push_back(stream_.jobs[earlier].name);

		std::optional<BufferObject> code;
		if (!report.words.empty()) {
			code.emplace(device_, "job " + job.name, report.words.size() * 4,
				     MSM_BO_WC | MSM_BO_GPU_READONLY);
			std::ranges::copy(report.words, code->words().begin());
		}
		code_.push_back(std::move(code));
		report_.jobs.push_back(std::move(report));
	}

	/* Every buffer of the stream, and the job's own commands last. */
	std::vector<drm_msm_gem_submit_bo> buffer_table(
		const std::optional<BufferObject> &code) const
	{
		std::vector<drm_msm_gem_submit_bo> table;

		for (size_t i = 0; i < memory_.size(); i++) {
			uint32_t access = MSM_SUBMIT_BO_READ | MSM_SUBMIT_BO_DUMP;

			if (!(stream_.buffers[i].flags & MSM_BO_GPU_READONLY))
				access |= MSM_SUBMIT_BO_WRITE;
			table.push_back({access, memory_[i].handle(), memory_[i].iova()});
		}
		if (code)
			table.push_back({MSM_SUBMIT_BO_READ | MSM_SUBMIT_BO_DUMP, code->handle(),
					 code->iova()});
		return table;
	}

	std::vector<drm_msm_syncobj> syncobj_table(const std::vector<SyncPoint> &points) const
	{
		std::vector<drm_msm_syncobj> table;

		for (const SyncPoint &sync : points)
			table.push_back({syncobjs_[sync.syncobj], 0, sync.point});
		return table;
	}

	/* One fence for all jobs that @job comes after; none if there are none. */
	FileDescriptor in_fence(const Job &job) const
	{
		FileDescriptor fence;

		for (size_t earlier : job.after)
			fence = merge_fences(fence, fence_fds_[earlier]);
		return fence;
	}

	bool has_followers(size_t index) const
	{
		return std::ranges::any_of(stream_.jobs, [&](const Job &job) {
			return std::ranges::contains(job.after, index);
		});
	}

	void submit(size_t index)
	{
		const Job &job = stream_.jobs[index];
		JobReport &report = report_.jobs[index];
		std::vector<drm_msm_gem_submit_bo> bos = buffer_table(code_[index]);
		std::vector<drm_msm_syncobj> wait = syncobj_table(job.wait);
		std::vector<drm_msm_syncobj> signal = syncobj_table(job.signal);
		FileDescriptor fence = in_fence(job);

		drm_msm_gem_submit_cmd command = {};
		command.type = MSM_SUBMIT_CMD_BUF;
		command.submit_idx = bos.size() - 1;
		command.size = report.words.size() * 4;

		drm_msm_gem_submit request = {};
		request.flags = MSM_PIPE_3D0;
		request.queueid = report.queue;
		request.nr_bos = bos.size();
		request.bos = reinterpret_cast<uintptr_t>(bos.data());
		request.nr_cmds = code_[index] ? 1 : 0;
		request.cmds = reinterpret_cast<uintptr_t>(&command);
		request.syncobj_stride = sizeof(drm_msm_syncobj);
		if (!job.implicit)
			request.flags |= MSM_SUBMIT_NO_IMPLICIT;
		if (fence)
			request.flags |= MSM_SUBMIT_FENCE_FD_IN;
		if (has_followers(index))
			request.flags |= MSM_SUBMIT_FENCE_FD_OUT;
		if (!wait.empty()) {
			request.flags |= MSM_SUBMIT_SYNCOBJ_IN;
			request.in_syncobjs = reinterpret_cast<uintptr_t>(wait.data());
			request.nr_in_syncobjs = wait.size();
		}
		if (!signal.empty()) {
			request.flags |= MSM_SUBMIT_SYNCOBJ_OUT;
			request.out_syncobjs = reinterpret_cast<uintptr_t>(signal.data());
			request.nr_out_syncobjs = signal.size();
		}

		for (uint32_t i = 0; i < job.repeat; i++) {
			request.fence_fd = fence ? fence.get() : -1;
			device_.submit(request, "job " + job.name);
			report.fences.push_back(request.fence);
			if (request.flags & MSM_SUBMIT_FENCE_FD_OUT)
				fence_fds_[index] = FileDescriptor(request.fence_fd);
		}
	}

	void wait_all(Deadline deadline) const
	{
		for (const JobReport &job : report_.jobs) {
			int error = device_.wait_fence(job.queue, job.fences.back(), deadline);

			if (error == ETIMEDOUT)
				throw Failure(
					Exit::Timeout,
					std::format("job {}: fence {} has not signalled in time",
						    job.name, job.fences.back()));
			if (error)
				throw ioctl_failure(std::format("job {}: WAIT_FENCE", job.name),
						    error);
		}
		for (size_t i = 0; i < memory_.size(); i++) {
			if (int error = memory_[i].wait_idle(deadline))
				throw ioctl_failure(
					std::format("buffer {}: CPU_PREP", stream_.buffers[i].name),
					error);
		}
	}

	/* Reports what changed in buffer @index and keeps what it holds now for the checks. */
	void compare(size_t index)
	{
		const Buffer &buffer = stream_.buffers[index];
		BufferReport report = {buffer.name, buffer.size, memory_[index].iova(), {}};
		auto words = memory_[index].words();
		std::vector<uint32_t> after(words.begin(), words.end());

		for (size_t i = 0; i < after.size(); i++) {
			if (after[i] != before_[index][i])
				report.changes.push_back({i * 4, before_[index][i], after[i]});
		}
		after_.push_back(std::move(after));
		report_.buffers.push_back(std::move(report));
	}

	std::span<const uint32_t> words_at(const Location &location) const
	{
		return std::span(after_[location.buffer]).subspan(location.offset / 4);
	}

	CheckReport evaluate(const Check &check) const
	{
		std::span<const uint32_t> left = words_at(check.left);
		std::vector<uint32_t> values;
		std::span<const uint32_t> right;

		if (auto *location = std::get_if<Location>(&check.right)) {
			right = words_at(*location);
		} else {
			values = encode(std::get<std::vector<Operand>>(check.right), addresses());
			right = values;
		}

		for (uint64_t i = 0; i < check.count; i++) {
			uint64_t is = element(left, check.width, i);
			uint64_t other = element(right, check.width, i);

			if (!holds(is, check.comparison, other))
				return {check.text, check.line, false,
					std::format("{}+{:#x} is {:#x}, compared with {:#x}",
						    stream_.buffers[check.left.buffer].name,
						    check.left.offset + i * check.width, is,
						    other)};
		}
		return {check.text, check.line, true, ""};
	}

	const Device &device_;
	const Stream &stream_;
	uint64_t faults_before_ = 0;
	std::vector<BufferObject> memory_;
	std::vector<std::unique_ptr<OpenQueue>> queues_;
	std::vector<uint32_t> syncobjs_;
	std::vector<std::optional<BufferObject>> code_;
	std::vector<FileDescriptor> fence_fds_;
	std::vector<std::vector<uint32_t>> before_;
	std::vector<std::vector<uint32_t>> after_;
	RunReport report_;
};

} // namespace

bool RunReport::passed() const
{
	return faults == 0 && std::ranges::all_of(checks, &CheckReport::passed);
}

RunReport run_stream(const Device &device, const Stream &stream, std::chrono::nanoseconds timeout)
{
	return Run(device, stream).run(timeout);
}
