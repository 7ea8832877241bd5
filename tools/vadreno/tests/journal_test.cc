// SPDX-License-Identifier: GPL-2.0-only
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <system_error>

#include "../model/journal.h"

namespace vadreno {
namespace {

std::string contents(const std::string &name)
{
	std::ostringstream text;
	text << std::ifstream(name).rdbuf();
	return text.str();
}

class JournalTest : public testing::Test {
protected:
	const std::string trace_ = testing::TempDir() + "vadreno-trace",
			  report_ = testing::TempDir() + "vadreno-report";
};

TEST_F(JournalTest, TraceLines)
{
	{
		Journal journal(trace_, report_);
		EXPECT_TRUE(journal.tracing());
		journal.register_access(Initiator::cpu, true, "gpu", "CP_RB_WPTR", 0x807, 0x10);
		journal.register_access(Initiator::cp, false, "gpu", "RBBM_STATUS", 0x210, 0);
		const std::uint32_t payload[] = {1, 0xffffffff};
		journal.packet("ib1", 0x100000000, "CP_NOP", payload);
		journal.event("power cx on");
	}
	EXPECT_EQ(contents(trace_), "reg w cpu gpu CP_RB_WPTR 0x00807 0x00000010\n"
				    "reg r cp gpu RBBM_STATUS 0x00210 0x00000000\n"
				    "pkt ib1 0x100000000 CP_NOP 0x00000001 0xffffffff\n"
				    "evt power cx on\n");
	EXPECT_EQ(contents(report_), "");
}

TEST_F(JournalTest, ReportsAreThereAtOnceAndLimited)
{
	Journal journal(trace_, report_);

	journal.report("kind", "subject", "first");
	EXPECT_EQ(contents(report_), "report: kind subject: first\n");
	for (int i = 0; i < 30; i++)
		journal.report("kind", "subject", "again");
	journal.report("kind", "other", "x");
	journal.finish();
	const std::string text = contents(report_);
	EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 10 + 1 + 1);
	EXPECT_NE(text.find("report: kind subject: 21 more\n"), text.npos);
	EXPECT_NE(text.find("report: kind other: x\n"), text.npos);
}

TEST_F(JournalTest, ReportsTellWhatWasInjected)
{
	Journal journal(trace_, report_);

	for (int i = 0; i < 12; i++)
		journal.report("kind", "subject", "by itself");
	journal.injected("fault");
	journal.injected("drop-gx");
	journal.injected("fault");
	for (int i = 0; i < 12; i++)
		journal.report("kind", "subject", "not by itself");
	journal.plan_begins();
	journal.report("kind", "other", "by itself");
	journal.finish();
	const std::string text = contents(report_);
	EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 10 + 10 + 1 + 1 + 1);
	EXPECT_NE(text.find("report: kind subject: by itself\n"), text.npos);
	EXPECT_NE(text.find("report: kind subject: not by itself (after drop-gx, fault)\n"),
		  text.npos)
		<< "what came before does not count";
	EXPECT_NE(text.find("report: kind subject: 2 more\n"), text.npos);
	EXPECT_NE(text.find("report: kind subject: 2 more (after drop-gx, fault)\n"), text.npos);
	EXPECT_NE(text.find("report: kind other: by itself\n"), text.npos);
}

TEST_F(JournalTest, WithoutFiles)
{
	Journal journal("", "");
	EXPECT_FALSE(journal.tracing());
	journal.event("nothing");
	EXPECT_THROW(Journal("/no/such/folder/x", ""), std::system_error);
}

} // namespace
} // namespace vadreno
