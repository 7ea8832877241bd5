/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The fixture of most tests: an open device, as fd. Included by each program after which its
 * TEST_F(msm, …) follow.
 */
#pragma once

#include "kselftest_harness.h"
#include "msm_job.h"

FIXTURE(msm)
{
	int fd;
};

FIXTURE_SETUP(msm)
{
	self->fd = open_client();
	ASSERT_GE(self->fd, 0) TH_LOG("no render node of the msm driver");
}

FIXTURE_TEARDOWN(msm)
{
	close(self->fd);
}
