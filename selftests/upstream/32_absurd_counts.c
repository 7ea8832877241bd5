// SPDX-License-Identifier: GPL-2.0-only
/*
 * Defect 32: counts go into an allocation as they are. Each absurd one is refused, without a warning in
 * the log, which the harness reads; and of what is sound in the same submit nothing has happened.
 */
#include "../fixture.h"
#include "../msm_job.h"

/* Whether a submit with @value in @count is refused, and a good one taken afterwards. */
static bool is_refused(struct job *job, uint32_t *count, uint32_t value)
{
	const uint32_t was = *count;
	int ret;

	job->memory.map[0] = 0;
	*count = value;
	ret = test_ioctl(job->fd, DRM_IOCTL_MSM_GEM_SUBMIT, &job->submit);
	*count = was;
	if (ret != -EINVAL && ret != -ENOMEM && ret != -EFAULT)
		return false;
	usleep(10000);
	if (job->memory.map[0])
		return false;
	return !job_submit(job) && !job_finish(job) && job->memory.map[0] == 1;
}

TEST_F(msm, absurd_counts)
{
	static const uint32_t absurd[] = {1u << 24, 0x7fffffff, 0x80000000, 0xffffffff};
	struct drm_msm_gem_submit *submit;
	struct job job;

	ASSERT_EQ(0, job_init(&job, self->fd));
	submit = &job.submit;
	job_write(&job, 0, 1);
	for (size_t i = 0; i < ARRAY_SIZE(absurd); i++) {
		EXPECT_TRUE(is_refused(&job, &submit->nr_bos, absurd[i]));
		EXPECT_TRUE(is_refused(&job, &submit->nr_cmds, absurd[i]));
		EXPECT_TRUE(is_refused(&job, &job.cmd.nr_relocs, absurd[i]));
		submit->flags |= MSM_SUBMIT_SYNCOBJ_IN;
		EXPECT_TRUE(is_refused(&job, &submit->nr_in_syncobjs, absurd[i]));
		submit->flags ^= MSM_SUBMIT_SYNCOBJ_IN | MSM_SUBMIT_SYNCOBJ_OUT;
		EXPECT_TRUE(is_refused(&job, &submit->nr_out_syncobjs, absurd[i]));
		submit->flags ^= MSM_SUBMIT_SYNCOBJ_OUT;
	}
}

TEST_F(msm, absurd_lengths)
{
	static const uint32_t infos[] = {MSM_INFO_SET_NAME, MSM_INFO_SET_METADATA};
	struct drm_msm_gem_info request = {.value = (uintptr_t)&infos};

	ASSERT_EQ(0, gem_new(self->fd, PAGE, MSM_BO_WC, &request.handle));
	for (size_t i = 0; i < ARRAY_SIZE(infos); i++) {
		request.info = infos[i];
		for (uint32_t length = 1u << 20; length; length <<= 1) {
			int ret;

			request.len = length;
			ret = test_ioctl(self->fd, DRM_IOCTL_MSM_GEM_INFO, &request);
			EXPECT_TRUE(ret == -EINVAL || ret == -EOVERFLOW) TH_LOG("%d", ret);
		}
	}
}

TEST_HARNESS_MAIN
