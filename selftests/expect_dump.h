/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Each hang and each page fault leaves a dump, in whichever test: crashdec can read it, and it says whose
 * job it was. A test begins with dump_begin() and says EXPECT_DUMP() for the first thing that goes wrong in
 * it, and for each one after that if it wants the last one's dump to be gone by then.
 *
 * Upstream reads forty thousand registers for a dump, each a message to the board, and makes all of its text
 * anew for each page that is read. So of upstream's only the first of a boot is looked at, where it is left.
 */
#pragma once

#include "crash_dump.h"
#include "msm_hang.h"

#include <sys/prctl.h>
#include <sys/utsname.h>

/** struct expected_dump - what it has to say, whatever is not 0 or NULL */
struct expected_dump {
	/* Whose commands: they and their call are in it. */
	const struct job *job;
	/* Who submitted it: "" if nobody did, otherwise this process and thread. */
	const char *comm;
	/* That process may be gone, and its command line with it. */
	bool gone;
	/* Why, as msmxx puts it; otherwise the hangcheck or the SMMU, unless anyone will do. */
	const char *reason;
	bool any_reason;
	/* The page fault: at @iova, which is read unless @write, by the GPU's block @source. */
	bool fault;
	uint64_t iova;
	bool write;
	const char *source;
};

/* Whether the next hang of this test leaves a dump that can be looked at. */
static bool dump_is_due;

/**
 * dump_begin() - of a test: no dump is left of another one, and this process has a name of its own
 *
 * For FIXTURE_SETUP, and for children whose jobs go wrong.
 */
static inline void dump_begin(void)
{
	char path[64], name[16];

	snprintf(name, sizeof(name), "guilty-%d", getpid() % 1000000);
	prctl(PR_SET_NAME, name);
	if (is_msmxx()) {
		/* What came last may be on its way still, or have been dropped. */
		usleep(DUMP_BLIND_US);
		dump_discard();
	}
	dump_is_due = is_msmxx() || (!access("/sys/class/devcoredump", F_OK) && !dump_path(path));
}

/* Word by word what this process's command line is in a dump: one line. */
static inline bool is_own_cmdline(const char *cmdline)
{
	char own[256] = "";
	int fd = open("/proc/self/cmdline", O_RDONLY | O_CLOEXEC);
	ssize_t size = fd < 0 ? -1 : read(fd, own, sizeof(own) - 1);

	close(fd);
	for (ssize_t i = 0; i + 1 < size; i++) {
		if (!own[i])
			own[i] = ' ';
	}
	return size > 0 && !strcmp(own, cmdline);
}

static inline const char *dump_check_job(const struct crash_dump *dump, const struct job *job)
{
	const struct dump_bo *code = dump_find_bo(dump, job->code.iova);

	if (!dump_calls(dump, job->code.iova, job->words))
		return "the job is not in the ring";
	if (!code || code->size != job->code.size)
		return "the job's commands are none of its buffers";
	/* Upstream has contents of those only that are marked with MSM_SUBMIT_BO_DUMP. */
	if (!is_msmxx())
		return "";
	for (uint32_t i = 0; i < job->words; i++) {
		/* Zeroes at the end are left out. */
		uint32_t word = i < code->data.count ? code->data.words[i] : 0;

		if (word != job->code.map[i])
			return "the job's commands are not what they were";
	}
	return "";
}

static inline const char *dump_check_fault(const struct crash_dump *dump,
					   const struct expected_dump *want)
{
	if (want->fault != dump->has_fault)
		return want->fault ? "no page fault" : "a page fault";
	if (!want->fault)
		return "";
	if (dump->fault_iova != want->iova)
		return "the page fault's address";
	if (strcmp(dump->fault_direction, want->write ? "WRITE" : "READ"))
		return "the page fault's direction";
	if (want->source && strcmp(dump->fault_source, want->source))
		return "the block that faulted";
	return "";
}

static inline const char *dump_check_process(const struct crash_dump *dump,
					     const struct expected_dump *want)
{
	char own[16];

	prctl(PR_GET_NAME, own);
	/* Upstream asks for the name only then. */
	if (want->gone && !is_msmxx() && !*dump->comm)
		return "";
	if (strcmp(dump->comm, want->comm ?: own))
		return "another thread";
	if (want->comm && !*want->comm)
		return *dump->cmdline ? "a process, where nobody is to blame" : "";
	return want->gone || is_own_cmdline(dump->cmdline) ? "" : "another process";
}

static inline const char *dump_check(const struct crash_dump *dump,
				     const struct expected_dump *want)
{
	const char *reason = want->reason ?: want->fault ? "page fault" : "no progress";
	time_t age = time(NULL) - dump->seconds;
	struct utsname system;
	const char *wrong;

	uname(&system);
	if (strcmp(dump->kernel, system.release))
		return "another kernel";
	if (strcmp(dump->module, is_msmxx() ? "msmxx" : "msm"))
		return "another module";
	if (age < 0 || age > 600)
		return "another time";
	if (is_msmxx() && !want->any_reason && strcmp(dump->reason, reason))
		return "another reason";
	/* What does not come up has none. */
	if ((!dump->nr_registers || !dump->banks) && strcmp(dump->reason, "power-up failed"))
		return "no registers";
	wrong = dump_check_process(dump, want);
	if (!*wrong)
		wrong = dump_check_fault(dump, want);
	if (!*wrong && want->job)
		wrong = dump_check_job(dump, want->job);
	return wrong;
}

/** expect_dump() - "", or what is wrong with the dump that comes; there is none afterwards */
static inline const char *expect_dump(const struct expected_dump *want)
{
	static struct crash_dump dump;
	static char text[512];
	const char *wrong;
	int ret;

	if (!dump_is_due)
		return "";
	if (access("/sys/class/devcoredump", F_OK))
		return "no device coredumps in this kernel";
	ret = dump_take(HANG_PATIENCE, &dump);
	wrong = ret == -ENOENT ? "there is none" : ret ? dump.error : dump_check(&dump, want);
	text[0] = 0;
	if (*wrong)
		snprintf(text, sizeof(text),
			 "%.150s (reason: %s, comm: %s, cmdline: %.50s, fault: %s of %" PRIx64
			 " by %s)",
			 wrong, dump.reason, dump.comm, dump.cmdline, dump.fault_direction,
			 dump.fault_iova, dump.fault_source);
	dump_free(&dump);
	dump_is_due = is_msmxx();
	if (is_msmxx() && !dump_discard())
		return "it does not go";
	return text;
}

/** EXPECT_DUMP() - a dump comes that says what the arguments do: fields of struct expected_dump */
#define EXPECT_DUMP(...) EXPECT_STREQ("", expect_dump(&(struct expected_dump){__VA_ARGS__}))
