// SPDX-License-Identifier: GPL-2.0-only
/* GPU addresses that are given away again: no translation of before may be left anywhere. */
#include "fixture.h"

/* Run @job's one write to word 0 of its memory. */
static int run_write(struct job *job, uint32_t value)
{
	int ret;

	job->words = 0;
	job_write(job, 0, value);
	ret = job_submit(job);
	return ret ? ret : job_finish(job);
}

static int replace_memory(struct job *job, struct buffer *buffer)
{
	int ret = make_buffer(job->fd, PAGE, MSM_BO_WC, buffer);

	job->memory = *buffer;
	job->bos[1].handle = buffer->handle;
	job->bos[1].presumed = buffer->iova;
	return ret;
}

TEST_F(msm, a_reused_address_leads_to_the_new_memory)
{
	struct buffer buffer, next;
	struct job job;
	uint64_t iova;
	bool reused = false;

	ASSERT_EQ(0, job_init(&job, self->fd));
	ASSERT_EQ(0, replace_memory(&job, &buffer));
	for (uint32_t i = 1; i <= 20; i++) {
		/* The GPU has been there, so that it may remember the way. */
		ASSERT_EQ(0, run_write(&job, i));
		EXPECT_EQ(i, buffer.map[0]);
		iova = buffer.iova;
		ASSERT_EQ(0, gem_close(self->fd, buffer.handle));

		/* The old memory stays, for its mapping: a write that went there would be seen. */
		ASSERT_EQ(0, replace_memory(&job, &next));
		reused |= next.iova == iova;
		ASSERT_EQ(0, run_write(&job, i + 100));
		EXPECT_EQ(i + 100, next.map[0]);
		EXPECT_EQ(i, buffer.map[0]) TH_LOG("the write went to memory that was given back");
		munmap((void *)buffer.map, PAGE);
		buffer = next;
	}
	if (!reused)
		SKIP(return, "no address was used again");
}

TEST_F(msm, a_moved_buffer_is_found_at_its_new_address_only)
{
	struct buffer first, second;
	uint64_t start, iova;
	struct job job;

	ASSERT_EQ(0, get_param(self->fd, MSM_PARAM_VA_START, &start));
	ASSERT_EQ(0, job_init(&job, self->fd));
	ASSERT_EQ(0, replace_memory(&job, &second));
	ASSERT_EQ(0, run_write(&job, 1));
	first = second;
	ASSERT_EQ(0, replace_memory(&job, &second));
	ASSERT_EQ(0, run_write(&job, 2));

	/* Each takes the other's place. */
	for (uint32_t i = 0; i < 10; i++) {
		uint64_t places[2] = {first.iova, second.iova};

		iova = 0;
		ASSERT_EQ(0, gem_info(self->fd, first.handle, MSM_INFO_SET_IOVA, &iova));
		ASSERT_EQ(0, gem_info(self->fd, second.handle, MSM_INFO_SET_IOVA, &iova));
		first.iova = places[1];
		second.iova = places[0];
		ASSERT_EQ(0, gem_info(self->fd, first.handle, MSM_INFO_SET_IOVA, &first.iova));
		ASSERT_EQ(0, gem_info(self->fd, second.handle, MSM_INFO_SET_IOVA, &second.iova));

		job.memory = first;
		job.bos[1].handle = first.handle;
		second.map[0] = 0;
		ASSERT_EQ(0, run_write(&job, i + 10));
		EXPECT_EQ(i + 10, first.map[0]);
		EXPECT_EQ(0, second.map[0]);
	}
}

TEST_HARNESS_MAIN
