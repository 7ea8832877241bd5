// SPDX-License-Identifier: GPL-2.0-only
/* One file in several processes and threads: inherited, passed over a socket, used at once. */
#define _GNU_SOURCE
#include <pthread.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "fixture.h"

static int exit_status(pid_t child)
{
	int status;

	if (waitpid(child, &status, 0) != child)
		return -errno;
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST_F(msm, a_child_works_with_what_its_parent_made)
{
	struct job job;
	pid_t child;

	ASSERT_EQ(0, job_init(&job, self->fd));
	job_write(&job, 1, 5);
	child = fork();
	ASSERT_GE(child, 0);
	if (!child)
		_exit(job_submit(&job) || job_finish(&job) || job.memory.map[1] != 5);
	EXPECT_EQ(0, exit_status(child));
	EXPECT_EQ(5, job.memory.map[1]);

	/* Its end has taken nothing away. */
	job.memory.map[1] = 0;
	ASSERT_EQ(0, job_submit(&job));
	ASSERT_EQ(0, job_finish(&job));
	EXPECT_EQ(5, job.memory.map[1]);
}

TEST_F(msm, what_a_child_makes_and_closes_is_the_same_for_its_parent)
{
	uint32_t handle, queue;
	uint64_t value = 0;
	int pipes[2];
	pid_t child;

	ASSERT_EQ(0, pipe(pipes));
	ASSERT_EQ(0, gem_new(self->fd, PAGE, MSM_BO_WC, &handle));
	child = fork();
	ASSERT_GE(child, 0);
	if (!child)
		_exit(gem_close(self->fd, handle) || queue_new(self->fd, 0, 0, &queue) ||
		      write(pipes[1], &queue, sizeof(queue)) != sizeof(queue));
	ASSERT_EQ(0, exit_status(child));
	ASSERT_EQ(sizeof(queue), read(pipes[0], &queue, sizeof(queue)));
	EXPECT_EQ(-ENOENT, gem_info(self->fd, handle, MSM_INFO_GET_FLAGS, &value));
	EXPECT_EQ(0, queue_close(self->fd, queue));
}

/* Killed with a job on the GPU: the file is the parent's too, and so the job goes on. */
TEST_F(msm, a_job_outlives_who_submitted_it)
{
	struct job job;
	int pipes[2];
	pid_t child;

	ASSERT_EQ(0, pipe(pipes));
	ASSERT_EQ(0, job_init(&job, self->fd));
	job_wait(&job, 0);
	job_write(&job, 1, 6);
	child = fork();
	ASSERT_GE(child, 0);
	if (!child) {
		if (job_submit(&job) ||
		    write(pipes[1], &job.submit.fence, sizeof(job.submit.fence)) < 0)
			_exit(1);
		for (;;)
			pause();
	}
	ASSERT_EQ(sizeof(job.submit.fence),
		  read(pipes[0], &job.submit.fence, sizeof(job.submit.fence)));
	ASSERT_EQ(0, kill(child, SIGKILL));
	EXPECT_EQ(-1, exit_status(child));
	EXPECT_EQ(-ETIMEDOUT, wait_fence(self->fd, 0, job.submit.fence, 20));
	job.memory.map[0] = 1;
	EXPECT_EQ(0, job_finish(&job));
	EXPECT_EQ(6, job.memory.map[1]);
}

/* One byte of no meaning, and @fd. */
static int send_fd(int socket, int fd)
{
	char byte = 0, control[CMSG_SPACE(sizeof(int))] = {};
	struct iovec vector = {&byte, 1};
	struct msghdr message = {.msg_iov = &vector,
				 .msg_iovlen = 1,
				 .msg_control = control,
				 .msg_controllen = sizeof(control)};
	struct cmsghdr *header = CMSG_FIRSTHDR(&message);

	header->cmsg_level = SOL_SOCKET;
	header->cmsg_type = SCM_RIGHTS;
	header->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(header), &fd, sizeof(fd));
	return sendmsg(socket, &message, 0) == 1 ? 0 : -errno;
}

static int receive_fd(int socket)
{
	char byte, control[CMSG_SPACE(sizeof(int))] = {};
	struct iovec vector = {&byte, 1};
	struct msghdr message = {.msg_iov = &vector,
				 .msg_iovlen = 1,
				 .msg_control = control,
				 .msg_controllen = sizeof(control)};
	int fd;

	if (recvmsg(socket, &message, 0) != 1 || !CMSG_FIRSTHDR(&message))
		return -EIO;
	memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof(fd));
	return fd;
}

/* Someone who never opened the device goes on with a file whose maker has closed it. */
TEST_F(msm, a_file_passed_on)
{
	int sockets[2], pipes[2], fd;
	struct job job;
	char go = 1;
	pid_t child;

	ASSERT_EQ(0, socketpair(AF_UNIX, SOCK_STREAM, 0, sockets));
	ASSERT_EQ(0, pipe(pipes));
	child = fork();
	ASSERT_GE(child, 0);
	if (!child) {
		/* Only what comes over the socket. */
		close(self->fd);
		fd = receive_fd(sockets[1]);
		if (fd < 0 || read(pipes[0], &go, 1) != 1 || job_init(&job, fd))
			_exit(1);
		job_write(&job, 1, 7);
		_exit(job_submit(&job) || job_finish(&job) || job.memory.map[1] != 7 ? 2 : 0);
	}
	fd = open_msm();
	ASSERT_GE(fd, 0);
	ASSERT_EQ(0, job_init(&job, fd));
	ASSERT_EQ(0, send_fd(sockets[0], fd));
	close(fd);
	ASSERT_EQ(1, write(pipes[1], &go, 1));
	EXPECT_EQ(0, exit_status(child));
}

/*
 * Threads.
 */

#define ROUNDS 60

struct worker {
	int fd;
	uint32_t queue;
	uint32_t fences[ROUNDS];
	int error;
};

static void *submit_and_wait(void *data)
{
	struct worker *worker = data;
	struct job job;

	worker->error = job_init(&job, worker->fd);
	job_write(&job, 1, 1);
	job.submit.queueid = worker->queue;
	for (int i = 0; i < ROUNDS && !worker->error; i++) {
		job.memory.map[1] = 0;
		worker->error = job_submit(&job);
		if (!worker->error)
			worker->error = job_finish(&job);
		if (!worker->error && job.memory.map[1] != 1)
			worker->error = -EIO;
		worker->fences[i] = job.submit.fence;
	}
	return NULL;
}

/* No number is given twice, and each thread's are its own jobs'. */
TEST_F(msm, two_threads_on_one_queue)
{
	bool seen[2 * ROUNDS + 1] = {};
	struct worker workers[2] = {};
	pthread_t threads[2];
	uint32_t queue;

	ASSERT_EQ(0, queue_new(self->fd, 1, 0, &queue));
	for (int i = 0; i < 2; i++) {
		workers[i] = (struct worker){.fd = self->fd, .queue = queue};
		ASSERT_EQ(0, pthread_create(&threads[i], NULL, submit_and_wait, &workers[i]));
	}
	for (int i = 0; i < 2; i++) {
		ASSERT_EQ(0, pthread_join(threads[i], NULL));
		ASSERT_EQ(0, workers[i].error);
	}
	for (int i = 0; i < 2 * ROUNDS; i++) {
		uint32_t fence = workers[i / ROUNDS].fences[i % ROUNDS];

		ASSERT_GE(fence, 1);
		ASSERT_LE(fence, 2 * ROUNDS);
		EXPECT_FALSE(seen[fence]);
		seen[fence] = true;
	}
}

struct closer {
	int fd;
	uint32_t handle;
};

static void *close_buffer(void *data)
{
	struct closer *closer = data;

	return (void *)(intptr_t)gem_close(closer->fd, closer->handle);
}

/* A submit either gets the buffer or does not; it is gone afterwards in any case. */
TEST_F(msm, close_against_submit)
{
	struct job job;
	int accepted = 0;

	ASSERT_EQ(0, job_init(&job, self->fd));
	job_write(&job, 1, 1);
	for (int i = 0; i < ROUNDS; i++) {
		struct drm_msm_gem_submit_bo bos[3] = {job.bos[0], job.bos[1]};
		struct closer closer = {.fd = self->fd};
		pthread_t thread;
		uint64_t value = 0;
		void *closed;
		int ret;

		ASSERT_EQ(0, gem_new(self->fd, PAGE, MSM_BO_WC, &closer.handle));
		bos[2] = (struct drm_msm_gem_submit_bo){MSM_SUBMIT_BO_WRITE, closer.handle};
		job.submit.bos = (uintptr_t)bos;
		job.submit.nr_bos = 3;
		ASSERT_EQ(0, pthread_create(&thread, NULL, close_buffer, &closer));
		if (i % 2)
			sched_yield();
		ret = job_submit(&job);
		ASSERT_EQ(0, pthread_join(thread, &closed));
		EXPECT_EQ(NULL, closed);
		EXPECT_TRUE(!ret || ret == -EINVAL) TH_LOG("%d", ret);
		accepted += !ret;
		if (!ret) {
			EXPECT_EQ(0, job_finish(&job));
		}
		EXPECT_EQ(-ENOENT, gem_info(self->fd, closer.handle, MSM_INFO_GET_IOVA, &value));
	}
	TH_LOG("%d of %d came before the close", accepted, ROUNDS);
}

TEST_HARNESS_MAIN
