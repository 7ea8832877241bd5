// SPDX-License-Identifier: GPL-2.0-only
/*
 * Jobs that wait for a fence of another driver, which signals when this test says so, and whatever
 * made them goes meanwhile: the process is killed, the queue closed, the device unbound. Nobody but
 * the jobs themselves waits for that fence, and in the end nothing is left.
 */
#include "fixture.h"
#include "debugfs.h"
#include "expect_dump.h"
#include "msm_bind.h"
#include "sw_sync.h"

#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#define JOBS 8

/* What comes back to what it was, of the driver's counters */
static const char *const counters[] = {
	"contexts",   "bos",        "resident-bytes",   "vms", "vmas", "table-pages",
	"job-blocks", "armed-jobs", "power-references",
};

FIXTURE(blocked)
{
	int fd;
	int timeline;
	int64_t before[ARRAY_SIZE(counters)];
};

static int run_one(int fd, uint32_t queue)
{
	struct job job;
	int ret = job_init(&job, fd);

	job_write(&job, 1, 5);
	job.submit.queueid = queue;
	if (!ret)
		ret = job_submit(&job);
	if (!ret)
		ret = job_finish(&job);
	job_free(&job);
	return ret;
}

FIXTURE_SETUP(blocked)
{
	uint32_t urgent;

	self->fd = open_msm();
	ASSERT_GE(self->fd, 0) TH_LOG("no render node of the msm driver");
	self->timeline = sw_sync_open();
	if (self->timeline < 0)
		SKIP(return, "this kernel has no sw_sync");
	if (!is_msmxx())
		SKIP(return, "upstream's close waits, and its nodes outlive an unbind");
	/* What a file's first job makes stays with it, and for each priority the last job's block. */
	ASSERT_EQ(0, run_one(self->fd, 0));
	ASSERT_EQ(0, queue_new(self->fd, 0, 0, &urgent));
	ASSERT_EQ(0, run_one(self->fd, urgent));
	ASSERT_EQ(0, queue_close(self->fd, urgent));
	ASSERT_TRUE(suspends(10000));
	for (unsigned int i = 0; i < ARRAY_SIZE(counters); i++)
		self->before[i] = debugfs_counter(self->fd, counters[i]);
}

FIXTURE_TEARDOWN(blocked)
{
	close(self->timeline);
	close(self->fd);
}

/* Workers and RCU take their time. */
static void expect_nothing_left(struct __test_metadata *_metadata, FIXTURE_DATA(blocked) * self)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(counters); i++) {
		int64_t now = debugfs_counter(self->fd, counters[i]);

		for (int ms = 0; ms < 10000 && now != self->before[i]; ms += 50) {
			usleep(50000);
			now = debugfs_counter(self->fd, counters[i]);
		}
		EXPECT_EQ(self->before[i], now) TH_LOG("%s", counters[i]);
	}
	EXPECT_TRUE(suspends(10000));
}

/* A job that writes to its memory, once the timeline is at 1; 0 or -errno */
static int submit_blocked(struct job *job, int fd, uint32_t queue, int timeline)
{
	int ret = job_init(job, fd), fence = sw_sync_fence(timeline, 1);

	job_write(job, 1, 5);
	job->submit.queueid = queue;
	job->submit.flags |= MSM_SUBMIT_FENCE_FD_IN | MSM_SUBMIT_FENCE_FD_OUT;
	job->submit.fence_fd = fence;
	if (!ret)
		ret = job_submit(job);
	close(fence);
	return ret;
}

static int share(int fd, uint32_t handle)
{
	struct drm_prime_handle request = {.handle = handle, .flags = DRM_CLOEXEC | DRM_RDWR};
	int ret = test_ioctl(fd, DRM_IOCTL_PRIME_HANDLE_TO_FD, &request);

	return ret ? ret : request.fd;
}

/* What is kept of a job when its process is gone */
struct kept {
	int fence;
	int dma_buf;
};

/* Jobs, the first of which hangs if so wanted; tells what there is to be kept, and waits for its end. */
static void submit_and_wait(int report, int timeline, bool hang)
{
	struct kept kept[JOBS];
	struct job jobs[JOBS], hanging;
	int fd = open_msm();

	if (hang) {
		if (job_init(&hanging, fd))
			_exit(1);
		job_wait(&hanging, 0);
		if (job_submit(&hanging))
			_exit(1);
	}
	for (int i = 0; i < JOBS; i++) {
		if (submit_blocked(&jobs[i], fd, 0, timeline))
			_exit(1);
		kept[i].fence = jobs[i].submit.fence_fd;
		kept[i].dma_buf = share(fd, jobs[i].memory.handle);
	}
	if (write(report, kept, sizeof(kept)) != sizeof(kept))
		_exit(1);
	pause();
	_exit(1);
}

static int pidfd_getfd(int pidfd, int fd)
{
	return syscall(SYS_pidfd_getfd, pidfd, fd, 0);
}

static void killed(struct __test_metadata *_metadata, FIXTURE_DATA(blocked) * self, bool hang)
{
	int report[2], status = 0, pidfd;
	struct kept kept[JOBS];
	pid_t child;
	long start;

	ASSERT_EQ(0, pipe(report));
	child = fork();
	if (!child)
		submit_and_wait(report[1], self->timeline, hang);
	ASSERT_EQ(sizeof(kept), read(report[0], kept, sizeof(kept)));
	pidfd = syscall(SYS_pidfd_open, child, 0);
	ASSERT_GE(pidfd, 0);
	for (int i = 0; i < JOBS; i++) {
		kept[i].fence = pidfd_getfd(pidfd, kept[i].fence);
		kept[i].dma_buf = pidfd_getfd(pidfd, kept[i].dma_buf);
		ASSERT_GE(kept[i].fence, 0);
		ASSERT_GE(kept[i].dma_buf, 0);
	}
	close(pidfd);

	/* It ends at once, and not its jobs. */
	start = now_ms();
	ASSERT_EQ(0, kill(child, SIGKILL));
	ASSERT_EQ(child, waitpid(child, &status, 0));
	EXPECT_GT(5000, now_ms() - start);
	EXPECT_TRUE(WIFSIGNALED(status));
	for (int i = 0; i < JOBS; i++)
		EXPECT_EQ(0, fence_fd_status(kept[i].fence));

	/* Then they do, without having done anything. */
	ASSERT_EQ(0, sw_sync_advance(self->timeline, 1));
	for (int i = 0; i < JOBS; i++) {
		volatile uint32_t *map =
			mmap(NULL, PAGE, PROT_READ, MAP_SHARED, kept[i].dma_buf, 0);

		ASSERT_NE(MAP_FAILED, map);
		EXPECT_EQ(1, fence_fd_signalled(kept[i].fence, HANG_PATIENCE));
		EXPECT_EQ(-ECANCELED, fence_fd_status(kept[i].fence));
		EXPECT_EQ(0, map[1]);
		munmap((void *)map, PAGE);
		close(kept[i].fence);
		close(kept[i].dma_buf);
	}
	close(report[0]);
	close(report[1]);
	expect_nothing_left(_metadata, self);
}

TEST_F_TIMEOUT(blocked, process_killed, 120)
{
	killed(_metadata, self, false);
}

/* One of its jobs hangs on the GPU besides. */
TEST_F_TIMEOUT(blocked, process_killed_that_hangs, 120)
{
	hangcheck_period(200);
	dump_begin();
	killed(_metadata, self, true);
	/* Forked, it has this one's name. */
	EXPECT_DUMP(.gone = true);
	hangcheck_period(250);
}

static void nothing(int signal)
{
	(void)signal;
}

/*
 * Who runs too far ahead waits, until a job has retired or a signal comes, in whatever queues of the
 * file the jobs are, or his is to be. Other files do not wait.
 */
TEST_F_TIMEOUT(blocked, a_full_file, 60)
{
	static const char depth[] = "/sys/module/msmxx/parameters/queue_depth";
	struct sigaction on_alarm = {.sa_handler = nothing};
	struct job jobs[JOBS], other, elsewhere;
	uint32_t queues[2] = {0}, empty;
	long normal = read_number(depth);
	int status = 0, fd;
	pid_t child;

	EXPECT_EQ(-EINVAL, write_text(depth, "0"));
	ASSERT_EQ(0, write_number(depth, JOBS));
	ASSERT_EQ(0, queue_new(self->fd, 0, 0, &queues[1]));
	ASSERT_EQ(0, queue_new(self->fd, 0, 0, &empty));
	for (int i = 0; i < JOBS; i++)
		ASSERT_EQ(0, submit_blocked(&jobs[i], self->fd, queues[i % 2], self->timeline));

	ASSERT_EQ(0, job_init(&other, self->fd));
	job_write(&other, 1, 7);
	sigaction(SIGALRM, &on_alarm, NULL);
	/* Again and again: one may come before the call. */
	ualarm(200000, 200000);
	for (int i = 0; i < 3; i++) {
		other.submit.queueid = i < 2 ? queues[i] : empty;
		errno = 0;
		EXPECT_EQ(-1, ioctl(self->fd, DRM_IOCTL_MSM_GEM_SUBMIT, &other.submit));
		EXPECT_EQ(EINTR, errno);
	}
	ualarm(0, 0);
	/* What its tables say is looked at before. */
	other.bos[1].handle = 0;
	ualarm(200000, 0);
	EXPECT_EQ(-1, ioctl(self->fd, DRM_IOCTL_MSM_GEM_SUBMIT, &other.submit));
	EXPECT_EQ(EINVAL, errno);
	ualarm(0, 0);
	other.bos[1].handle = other.memory.handle;

	fd = open_msm();
	ASSERT_GE(fd, 0);
	ASSERT_EQ(0, job_init(&elsewhere, fd));
	job_write(&elsewhere, 1, 6);
	ASSERT_EQ(0, job_submit(&elsewhere));
	EXPECT_EQ(0, job_wait_long(&elsewhere));
	EXPECT_EQ(6, elsewhere.memory.map[1]);
	job_free(&elsewhere);
	close(fd);

	child = fork();
	if (!child)
		_exit(job_submit(&other) || job_wait_long(&other) || other.memory.map[1] != 7);
	usleep(200000);
	EXPECT_EQ(0, waitpid(child, &status, WNOHANG));
	ASSERT_EQ(0, sw_sync_advance(self->timeline, 1));
	ASSERT_EQ(child, waitpid(child, &status, 0));
	EXPECT_TRUE(WIFEXITED(status) && !WEXITSTATUS(status));

	EXPECT_EQ(0, write_number(depth, normal));
	for (int i = 0; i < JOBS; i++) {
		EXPECT_EQ(1, fence_fd_signalled(jobs[i].submit.fence_fd, HANG_PATIENCE));
		EXPECT_EQ(5, jobs[i].memory.map[1]);
		close(jobs[i].submit.fence_fd);
		job_free(&jobs[i]);
	}
	job_free(&other);
	ASSERT_EQ(0, queue_close(self->fd, queues[1]));
	ASSERT_EQ(0, queue_close(self->fd, empty));
	expect_nothing_left(_metadata, self);
}

/* The queue is only a name: its jobs do what they were to do. */
TEST_F_TIMEOUT(blocked, queue_closed, 60)
{
	struct job jobs[JOBS];
	uint32_t queue;

	ASSERT_EQ(0, queue_new(self->fd, 1, 0, &queue));
	for (int i = 0; i < JOBS; i++)
		ASSERT_EQ(0, submit_blocked(&jobs[i], self->fd, queue, self->timeline));
	ASSERT_EQ(0, queue_close(self->fd, queue));
	EXPECT_EQ(-ENOENT, wait_fence(self->fd, queue, jobs[0].submit.fence, 0));
	for (int i = 0; i < JOBS; i++)
		EXPECT_EQ(0, fence_fd_status(jobs[i].submit.fence_fd));
	ASSERT_EQ(0, sw_sync_advance(self->timeline, 1));
	for (int i = 0; i < JOBS; i++) {
		EXPECT_EQ(1, fence_fd_signalled(jobs[i].submit.fence_fd, HANG_PATIENCE));
		EXPECT_EQ(1, fence_fd_status(jobs[i].submit.fence_fd));
		EXPECT_EQ(5, jobs[i].memory.map[1]);
		close(jobs[i].submit.fence_fd);
		job_free(&jobs[i]);
	}
	expect_nothing_left(_metadata, self);
}

/*
 * The unbind waits for the fence, as whoever signals one has promised to. For some seconds the GPU
 * stays for the jobs behind it; what comes later finds it gone.
 */
static void unbound(struct __test_metadata *_metadata, FIXTURE_DATA(blocked) * self,
		    unsigned int seconds, int error)
{
	char device[256];
	struct job jobs[JOBS], next;
	int status = 0;
	pid_t child;

	ASSERT_EQ(0, bound_device(device));
	for (int i = 0; i < JOBS; i++)
		ASSERT_EQ(0, submit_blocked(&jobs[i], self->fd, 0, self->timeline));
	child = fork();
	if (!child)
		_exit(tell_driver("unbind", device) ? 1 : 0);
	sleep(seconds);
	EXPECT_EQ(0, waitpid(child, &status, WNOHANG));
	/* It takes no more. */
	EXPECT_EQ(-ENODEV, job_submit(&jobs[0]));
	ASSERT_EQ(0, sw_sync_advance(self->timeline, 1));
	ASSERT_EQ(child, waitpid(child, &status, 0));
	EXPECT_TRUE(WIFEXITED(status) && !WEXITSTATUS(status));
	for (int i = 0; i < JOBS; i++) {
		EXPECT_EQ(1, fence_fd_signalled(jobs[i].submit.fence_fd, 0));
		EXPECT_EQ(error ?: 1, fence_fd_status(jobs[i].submit.fence_fd));
		EXPECT_EQ(error ? 0 : 5, jobs[i].memory.map[1]);
		close(jobs[i].submit.fence_fd);
		job_free(&jobs[i]);
	}

	ASSERT_EQ(0, tell_driver("bind", device));
	close(self->fd);
	self->fd = open_again();
	ASSERT_GE(self->fd, 0);
	ASSERT_EQ(0, job_init(&next, self->fd));
	job_write(&next, 1, 6);
	ASSERT_EQ(0, job_submit(&next));
	EXPECT_EQ(0, job_wait_long(&next));
	EXPECT_EQ(6, next.memory.map[1]);
	EXPECT_TRUE(suspends(10000));
	EXPECT_EQ(0, debugfs_counter(self->fd, "armed-jobs"));
	EXPECT_EQ(0, debugfs_counter(self->fd, "power-references"));
}

TEST_F_TIMEOUT(blocked, device_unbound, 120)
{
	unbound(_metadata, self, 1, 0);
}

TEST_F_TIMEOUT(blocked, device_unbound_and_too_late, 120)
{
	unbound(_metadata, self, 8, -ENODEV);
}

TEST_HARNESS_MAIN
