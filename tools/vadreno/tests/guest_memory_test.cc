// SPDX-License-Identifier: GPL-2.0-only
#include <gtest/gtest.h>

#include <cerrno>

#include "fakes.h"

namespace vadreno {
namespace {

using vfio_user::GuestMemory;
using vfio_user::UniqueFd;

TEST(GuestMemory, ReadsWhatWasWritten)
{
	GuestRam ram;

	EXPECT_TRUE(ram.memory.write32(0x40000004, 0x12345678));
	EXPECT_TRUE(ram.memory.write64(0x40000008, 0x1122334455667788));
	EXPECT_EQ(ram.memory.read32(0x40000004), 0x12345678u);
	EXPECT_EQ(ram.memory.read64(0x40000000), 0x1234567800000000u);
	EXPECT_EQ(ram.memory.read32(0x4000000c), 0x11223344u);
}

TEST(GuestMemory, SharedWithWhoeverHasTheFile)
{
	UniqueFd file = make_memory_file(0x2000);
	GuestMemory memory;

	ASSERT_EQ(memory.map(0x1000, 0x1000, UniqueFd(::dup(file.get())), 0x1000, true), 0);
	const std::uint32_t value = 0xcafe;
	ASSERT_EQ(::pwrite(file.get(), &value, 4, 0x1010), 4);
	EXPECT_EQ(memory.read32(0x1010), 0xcafeu);
}

TEST(GuestMemory, Bounds)
{
	GuestRam ram;
	const std::uint64_t end = GuestRam::base + GuestRam::size;

	EXPECT_TRUE(ram.memory.read32(end - 4));
	EXPECT_FALSE(ram.memory.read32(end));
	EXPECT_FALSE(ram.memory.read64(end - 4)) << "not aligned";
	EXPECT_FALSE(ram.memory.read32(GuestRam::base - 4));
	EXPECT_FALSE(ram.memory.read32(GuestRam::base + 2)) << "not aligned";
	EXPECT_FALSE(ram.memory.write64(~7ull, 0));
}

TEST(GuestMemory, ReadOnlyAndUnreachableRanges)
{
	GuestMemory memory;

	ASSERT_EQ(memory.map(0x1000, 0x1000, make_memory_file(0x1000), 0, false), 0);
	ASSERT_EQ(memory.map(0x2000, 0x1000, UniqueFd(), 0, true), 0);
	EXPECT_TRUE(memory.read32(0x1000));
	EXPECT_FALSE(memory.write32(0x1000, 1));
	EXPECT_FALSE(memory.read32(0x2000)) << "announced without a file";
}

TEST(GuestMemory, TakesSoManyRangesOnly)
{
	GuestMemory memory;

	for (std::uint64_t i = 0; i < GuestMemory::max_ranges; i++)
		ASSERT_EQ(memory.map(i * 0x1000, 0x1000, UniqueFd(), 0, true), 0);
	EXPECT_EQ(memory.map(GuestMemory::max_ranges * 0x1000, 0x1000, UniqueFd(), 0, true),
		  ENOSPC);
	EXPECT_EQ(memory.unmap(0, 0x1000), 0);
	EXPECT_EQ(memory.map(0, 0x1000, UniqueFd(), 0, true), 0);
}

TEST(GuestMemory, RefusesWhatCannotBe)
{
	GuestMemory memory;

	EXPECT_EQ(memory.map(0, 0, UniqueFd(), 0, true), EINVAL);
	EXPECT_EQ(memory.map(~0xfffull, 0x2000, UniqueFd(), 0, true), EINVAL) << "wraps";
	EXPECT_EQ(memory.map(0, 0x2000, make_memory_file(0x1000), 0, true), EINVAL)
		<< "beyond the file";
	EXPECT_EQ(memory.map(0, 0x1000, make_memory_file(0x1000), ~0ull, true), EINVAL);
	ASSERT_EQ(memory.map(0x1000, 0x2000, UniqueFd(), 0, true), 0);
	EXPECT_EQ(memory.map(0x2000, 0x1000, UniqueFd(), 0, true), EEXIST);
	EXPECT_EQ(memory.unmap(0x1000, 0x1000), ENOENT) << "only whole mappings";
	EXPECT_EQ(memory.unmap(0x1000, 0x2000), 0);
	EXPECT_EQ(memory.map(0x2000, 0x1000, UniqueFd(), 0, true), 0);
}

TEST(MsixVectors, AMessageWaitsForItsEventfd)
{
	vfio_user::MsixVectors vectors;

	vectors.fire(3);
	vectors.fire(3);
	VectorProbe probe(vectors, 3);
	EXPECT_EQ(probe.take(), 1u);
	vectors.fire(3);
	EXPECT_EQ(probe.take(), 1u);

	vectors.fire(4);
	vectors.clear_pending();
	VectorProbe other(vectors, 4);
	EXPECT_EQ(other.take(), 0u);
}

} // namespace
} // namespace vadreno
