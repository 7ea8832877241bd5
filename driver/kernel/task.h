/* SPDX-License-Identifier: GPL-2.0-only */
/* The task that called. */
#pragma once

#include <utility>

#include "bridge/memory.h"
#include "bridge/task.h"
#include "kernel/contexts.h"
#include "kernel/handle.h"
#include "kernel/ref.h"
#include "kernel/result.h"
#include "kernel/user.h"

namespace kernel {

inline void release_text(char *text)
{
	bridge_kvfree(text);
}

/** Text - a string that the kernel made; may be empty */
using Text = Handle<char, release_text>;

/** may_profile() - Whether it has CAP_PERFMON or CAP_SYS_ADMIN. */
inline bool may_profile()
{
	return bridge_task_may_profile();
}

/** Bytes of a thread's name, with its end */
inline constexpr size_t comm_bytes = BRIDGE_COMM_BYTES;

/** class Process - a process that called once, by its pid and name; it may be gone. May be empty. */
class Process {
public:
	Process() = default;
	Process(const Process &other) : pid_(other.pid_)
	{
		if (pid_)
			bridge_pid_get(pid_);
		__builtin_memcpy(comm_, other.comm_, sizeof(comm_));
	}
	~Process()
	{
		if (pid_)
			bridge_pid_put(pid_);
	}
	Process &operator=(Process other)
	{
		std::swap(pid_, other.pid_);
		std::swap(comm_, other.comm_);
		return *this;
	}

	/** current() - The one that calls. */
	static Process current()
	{
		Process caller;

		caller.pid_ = bridge_pid_get_current();
		bridge_task_comm(caller.comm_);
		make_printable(caller.comm_);
		return caller;
	}

	/** pid() - Its number in the initial namespace, also when it is gone; 0 if empty. */
	int pid() const { return pid_ ? bridge_pid_number(pid_) : 0; }
	/** raw() - The kernel's reference, for bridge functions. */
	struct pid *raw() const { return pid_; }
	/** comm() - Its thread's name when it called, for a line of a log: printable. */
	const char *comm() const { return comm_; }

private:
	struct pid *pid_ = nullptr;
	char comm_[BRIDGE_COMM_BYTES] = {};
};

/**
 * class CommandLine - of a process, as it was when that called
 *
 * A process can make whoever reads its memory wait for as long as it likes (userfaultfd, a file of its own
 * FUSE server). So nobody does but the process itself.
 */
class CommandLine final : public RefCounted<CommandLine> {
public:
	/** CommandLine::current() - Of the process that calls. No lock is held. ENOMEM */
	static Result<Ref<CommandLine>> current(MayFault token)
	{
		auto line = TRY(make_accounted<CommandLine>(token));

		line->text_ = Text(bridge_task_cmdline());
		if (!line->text_)
			return err(ENOMEM);
		return Ref<CommandLine>::adopt(line.release());
	}

	/** is_current() - Whether it is that of the process that calls. */
	bool is_current() const { return bridge_pid_is_current(process_.raw()); }
	/** text() - In one printable line. */
	const char *text() const { return text_.get(); }

	static void destroy(CommandLine *line) { delete line; }

private:
	const Process process_ = Process::current();
	Text text_;
};

} // namespace kernel
