/* SPDX-License-Identifier: GPL-2.0-only */
/* A BoardRig for each test. */
#pragma once

#include <gtest/gtest.h>

#include "board_rig.h"

namespace vadreno {

class BoardFixture : public testing::Test, protected BoardRig {
protected:
	void expect_no_reports() const
	{
		EXPECT_TRUE(observer_.reports.empty()) << observer_.reports.front();
	}
};

} // namespace vadreno
