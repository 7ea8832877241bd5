// SPDX-License-Identifier: GPL-2.0-only
/*
 * Random injection plans, one after the other, while processes submit:
 *
 *   hostile-plans COUNT [SEED [MILLISECONDS]]
 *
 * Plan i is the board's `random SEED+i`, in force for MILLISECONDS (60). Afterwards the GPU must
 * work, or be cleanly lost, which is when every call is refused: then it is unbound and bound
 * again, and must work. At last the board is lost for as long as it takes until the driver says so.
 * All the while no call may take longer than SLOW_MS, and no job may have a fence that signals,
 * memory that was not written, and no fault counted.
 *
 * Prints KTAP; of what failed, the line of `inject` that repeats it.
 */
#define _GNU_SOURCE

#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "../debugfs.h"
#include "../msm_job.h"

#define PLAN    "/sys/kernel/debug/vboard/plan"
#define DEVICES "/sys/bus/platform/devices"

enum {
	WORKERS = 3,
	SLOW_MS = 60000,     /* a call that takes longer hangs */
	RECOVERY_MS = 60000, /* by then the GPU has to work, or be lost */
	LOST_MS = 1500,      /* refused for so long, it is lost */
	WAIT_MS = 40000,     /* for a fence; longer than any hang may take */
	FAULT_MS = 2000,     /* the SMMU's interrupt may be that much later than the GPU's */
};

/* What a worker tells the parent, in shared memory. */
struct progress {
	atomic_long call_began; /* ms; 0 between calls */
	atomic_ulong done;      /* jobs with the right result */
	atomic_ulong faulted;   /* jobs that failed, and were counted as faults */
	atomic_ulong refused;   /* calls that failed */
	atomic_ulong unsignalled;
	atomic_ulong wrong; /* memory that is wrong though nothing was said */
};

static struct shared {
	atomic_bool stop;
	struct progress workers[WORKERS];
} *shared;

static unsigned int tests, failures;

static void result(bool good, const char *name)
{
	failures += !good;
	printf("%sok %u %s\n", good ? "" : "not ", ++tests, name);
	fflush(stdout);
}

/* Writes @text into a file of sysfs or debugfs; 0 or -errno */
static int write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	int ret;

	if (fd < 0)
		return -errno;
	ret = write(fd, text, strlen(text)) < 0 ? -errno : 0;
	close(fd);
	return ret;
}

/* A line in the kernel's log, between what the driver says there */
__attribute__((format(printf, 1, 2))) static void note(const char *format, ...)
{
	char text[256] = "hostile-plans: ";
	const size_t prefix = strlen(text);
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text + prefix, sizeof(text) - prefix, format, arguments);
	va_end(arguments);
	write_file("/dev/kmsg", text);
}

/*
 * How many accesses the SMMU has refused. The ABI counts jobs that hang, not those that fault and
 * go on, so msmxx is asked; of another driver it is not known, -1.
 */
static long page_faults(int fd)
{
	return debugfs_counter(fd, "page-faults");
}

/* What one job came to */
enum outcome { DONE, FAULTED, REFUSED, UNSIGNALLED, WRONG };

static enum outcome try_job(struct job *job, uint32_t value)
{
	const long accesses = page_faults(job->fd);
	uint64_t before, after;

	if (get_param(job->fd, MSM_PARAM_FAULTS, &before))
		return REFUSED;
	job->words = 0;
	job_write(job, 1, value);
	if (job_submit(job))
		return REFUSED;
	switch (wait_fence(job->fd, 0, job->submit.fence, WAIT_MS)) {
	case 0:
		break;
	case -ETIMEDOUT:
		return UNSIGNALLED;
	default:
		return REFUSED;
	}
	if (job->memory.map[1] == value)
		return DONE;
	for (int ms = 0; ms < FAULT_MS; ms += 20) {
		if (accesses < 0 || page_faults(job->fd) != accesses)
			return FAULTED;
		if (get_param(job->fd, MSM_PARAM_FAULTS, &after))
			return REFUSED;
		if (after != before)
			return FAULTED;
		usleep(20000);
	}
	/* Jobs that went down with the device are told of by every call that follows. */
	if (job_submit(job))
		return REFUSED;
	note("job %u of pid %d has written %x, not %x", job->submit.fence - 1, getpid(),
	     job->memory.map[1], value);
	return WRONG;
}

/* Jobs on one file until there is an error; then the file is closed. */
static void work_on_a_file(struct progress *progress)
{
	static uint32_t value;
	struct job job;
	int fd;

	progress->call_began = now_ms();
	fd = open_msm();
	if (fd < 0 || job_init(&job, fd))
		goto refused;

	for (int i = 0; i < 200 && !shared->stop; i++) {
		progress->call_began = now_ms();
		switch (try_job(&job, ++value | 1)) {
		case DONE:
			progress->done++;
			break;
		case FAULTED:
			progress->faulted++;
			break;
		case WRONG:
			progress->wrong++;
			break;
		case UNSIGNALLED:
			progress->unsignalled++;
			goto out;
		case REFUSED:
			goto refused;
		}
		progress->call_began = 0;
	}
	goto out;

refused:
	progress->refused++;
	usleep(2000);
out:
	if (fd >= 0) {
		munmap((void *)job.code.map, PAGE);
		munmap((void *)job.memory.map, PAGE);
		progress->call_began = now_ms();
		close(fd);
	}
	progress->call_began = 0;
}

static pid_t start_worker(struct progress *progress)
{
	pid_t pid = fork();

	if (pid)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	while (!shared->stop)
		work_on_a_file(progress);
	_exit(0);
}

/* The worker that has been in one call for too long, or -1 */
static int hung_worker(void)
{
	for (int i = 0; i < WORKERS; i++) {
		long began = shared->workers[i].call_began;

		if (began && now_ms() - began > SLOW_MS)
			return i;
	}
	return -1;
}

static unsigned long sum(size_t offset)
{
	unsigned long total = 0;

	for (int i = 0; i < WORKERS; i++)
		total += *(atomic_ulong *)((char *)&shared->workers[i] + offset);
	return total;
}

static void read_file(const char *path, char *text, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t length = fd < 0 ? 0 : read(fd, text, size - 1);

	text[length < 0 ? 0 : length] = 0;
	if (fd >= 0)
		close(fd);
}

/* What the kernel is doing for the worker, as diagnostics */
static void print_stack(pid_t pid)
{
	char path[64], stack[4096];

	snprintf(path, sizeof(path), "/proc/%d/stack", pid);
	read_file(path, stack, sizeof(stack));
	for (char *line = strtok(stack, "\n"); line; line = strtok(NULL, "\n"))
		printf("#   %s\n", line);
}

/* One job on a file of its own */
static enum outcome try_once(uint32_t value)
{
	enum outcome outcome = REFUSED;
	struct job job;
	int fd = open_msm();

	if (fd < 0)
		return REFUSED;
	if (!job_init(&job, fd)) {
		outcome = try_job(&job, value);
		munmap((void *)job.code.map, PAGE);
		munmap((void *)job.memory.map, PAGE);
	}
	close(fd);
	return outcome;
}

enum state { WORKS, LOST, STUCK };

/* Makes jobs until one is done, or it is sure that none will be. */
static enum state gpu_state(void)
{
	const long began = now_ms();
	long taken = began; /* when a job was taken last */

	do {
		enum outcome outcome = try_once(0xabcd);

		if (outcome == DONE)
			return WORKS;
		if (outcome != REFUSED)
			taken = now_ms();
		if (now_ms() - taken > LOST_MS)
			return LOST;
		usleep(10000);
	} while (now_ms() - began < RECOVERY_MS);
	return STUCK;
}

/* The GPU's device, and the driver that it is bound to. */
static char device[256], driver[512];

static int find_device(void)
{
	DIR *directory = opendir(DEVICES);
	struct dirent *entry;
	char link[640];

	while (directory && (entry = readdir(directory))) {
		if (!strstr(entry->d_name, ".gpu"))
			continue;
		snprintf(device, sizeof(device), "%s", entry->d_name);
		snprintf(link, sizeof(link), DEVICES "/%s/driver", device);
		if (!realpath(link, driver))
			driver[0] = 0;
	}
	if (directory)
		closedir(directory);
	return driver[0] ? 0 : -ENODEV;
}

static int rebind(void)
{
	char path[600];
	int ret;

	snprintf(path, sizeof(path), "%s/unbind", driver);
	ret = write_file(path, device);
	snprintf(path, sizeof(path), "%s/bind", driver);
	return ret ?: write_file(path, device);
}

/* What the plans came to */
struct tally {
	unsigned int recovered, rebound, failed;
};

/* The plan is over: what is wrong with the GPU, or NULL */
static const char *problem_after(struct tally *tally)
{
	switch (gpu_state()) {
	case WORKS:
		tally->recovered++;
		return NULL;
	case STUCK:
		return "the GPU neither works nor is it lost";
	case LOST:
		break;
	}
	if (rebind())
		return "the GPU is lost, and its driver cannot be bound again";
	if (gpu_state() != WORKS)
		return "the GPU is lost, also after its driver was bound again";
	tally->rebound++;
	return NULL;
}

/* @ms: how long it is in force; 0: until the GPU is lost. Whether it makes sense to go on */
static bool run_plan(const char *plan, long ms, struct tally *tally)
{
	const unsigned long wrong = sum(offsetof(struct progress, wrong));
	const unsigned long unsignalled = sum(offsetof(struct progress, unsignalled));
	const char *problem = NULL;
	const long began = now_ms();
	char status[4096];
	bool good = true;

	note("inject %s", plan);
	if (write_file(PLAN, plan))
		problem = "the board does not take it";
	else if (ms)
		usleep(ms * 1000);
	else if (gpu_state() != LOST)
		problem = "the driver does not see that the GPU is lost";
	read_file(PLAN, status, sizeof(status));
	write_file(PLAN, "none");
	if (!problem)
		problem = problem_after(tally);

	if (now_ms() - began > 5000)
		printf("# inject %s: took %ld ms\n", plan, now_ms() - began);
	if (problem) {
		tally->failed++;
		good = false;
	} else if (sum(offsetof(struct progress, wrong)) != wrong) {
		problem = "a job failed without being counted";
	} else if (sum(offsetof(struct progress, unsignalled)) != unsignalled) {
		problem = "a fence did not signal";
	} else {
		return true;
	}
	printf("# inject %s: %s\n", plan, problem);
	for (char *line = strtok(status, "\n"); line; line = strtok(NULL, "\n"))
		printf("#   %s\n", line);
	fflush(stdout);
	return good;
}

int main(int argc, char **argv)
{
	const unsigned long count = argc > 1 ? strtoul(argv[1], NULL, 0) : 0;
	const unsigned long seed = argc > 2 ? strtoul(argv[2], NULL, 0) : 1;
	const long ms = argc > 3 ? strtol(argv[3], NULL, 0) : 60;
	struct tally tally = {};
	pid_t pids[WORKERS];
	char name[128];
	bool lost = false;
	int hung = -1;

	if (!count || argc > 4) {
		fprintf(stderr, "usage: hostile-plans COUNT [SEED [MILLISECONDS]]\n");
		return 2;
	}
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
		      0);
	if (shared == MAP_FAILED || find_device() || access(PLAN, W_OK)) {
		fprintf(stderr, "hostile-plans: no GPU with a driver, or no " PLAN "\n");
		return 2;
	}
	printf("KTAP version 1\n1..6\n");
	for (int i = 0; i < WORKERS; i++)
		pids[i] = start_worker(&shared->workers[i]);

	for (unsigned long i = 0; i < count && hung < 0; i++) {
		/* What does not come back from one plan cannot be tried with others. */
		char plan[64];

		snprintf(plan, sizeof(plan), "random %lu", seed + i);
		if (!run_plan(plan, ms, &tally))
			break;
		hung = hung_worker();
		if (hung >= 0) {
			printf("# after plan %lu a call does not return:\n", seed + i);
			print_stack(pids[hung]);
		}
	}

	if (!tally.failed && hung < 0)
		lost = run_plan("lose-device at 1", 0, &tally) && tally.rebound > 0;

	shared->stop = true;
	for (long deadline = now_ms() + SLOW_MS; hung < 0 && now_ms() < deadline;) {
		int left = 0;

		for (int i = 0; i < WORKERS; i++)
			if (pids[i] && waitpid(pids[i], NULL, WNOHANG) == 0)
				left++;
			else
				pids[i] = 0;
		if (!left)
			break;
		usleep(10000);
	}
	for (int i = 0; i < WORKERS; i++)
		if (pids[i]) {
			hung = i;
			print_stack(pids[i]);
			kill(pids[i], SIGKILL);
		}

	printf("# %u plans survived, %u of them by binding the driver again; %lu jobs done, %lu "
	       "faulted, "
	       "%lu calls refused\n",
	       tally.recovered + tally.rebound, tally.rebound, sum(offsetof(struct progress, done)),
	       sum(offsetof(struct progress, faulted)), sum(offsetof(struct progress, refused)));
	snprintf(name, sizeof(name), "the GPU works after each of %lu plans from seed %lu", count,
		 seed);
	result(!tally.failed && tally.recovered + tally.rebound >= count, name);
	result(lost, "a board that is lost is seen to be, and works when it is back");
	result(hung < 0, "no call hangs");
	result(!sum(offsetof(struct progress, unsignalled)), "every fence signals");
	result(!sum(offsetof(struct progress, wrong)), "no job fails without being counted");
	result(sum(offsetof(struct progress, done)) > count, "jobs were done");
	return failures != 0;
}
