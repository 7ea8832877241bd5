// SPDX-License-Identifier: GPL-2.0-only
/* Which chip a compatible names, and what microcode is accepted. */
#include "adreno/catalog.h"
#include "adreno/microcode.h"
#include "tests/kunit.h"

namespace msm::adreno {

using namespace kernel;

namespace {

void compatible_with_number(Test &test)
{
	EXPECT_EQ(test, ASSERT_OK(test, parse_compatible("qcom,adreno-610.0")), 0x06010000u);
	EXPECT_EQ(test, ASSERT_OK(test, parse_compatible("qcom,adreno-630.2")), 0x06030002u);
	EXPECT_EQ(test, ASSERT_OK(test, parse_compatible("amd,imageon-200.1")), 0x02000001u);
}

void compatible_with_id(Test &test)
{
	EXPECT_EQ(test, ASSERT_OK(test, parse_compatible("qcom,adreno-44050001")), 0x44050001u);
	EXPECT_EQ(test, ASSERT_OK(test, parse_compatible("qcom,adreno-0c0ffee0")), 0x0c0ffee0u);
}

void compatible_of_other_things(Test &test)
{
	static constexpr std::string_view wrong[] = {
		"",
		"qcom,adreno",
		"qcom,adreno-",
		"qcom,adreno-610",
		"qcom,adreno-610.",
		"qcom,adreno-.0",
		"qcom,adreno-610.0x",
		"qcom,adreno-610.256",
		"qcom,adreno-99999.0",
		"qcom,adreno-0601000",
		"qcom,adreno-060100000",
		"qcom,adreno-0601000g",
		"amd,imageon-06010000",
		"arm,mali-610.0",
		"qcom,adreno-610.0 ",
	};

	for (std::string_view compatible : wrong)
		EXPECT_ERROR(test, parse_compatible(compatible), EINVAL);
}

void known_chips(Test &test)
{
	const ChipInfo *a610 = find_chip(0x06010000);

	ASSERT(test, a610);
	EXPECT_EQ(test, a610->revn, 610u);
	EXPECT_EQ(test, a610->gmem_bytes, 132u * 1024);
	/* As many spans as registers, or the last would not be the last. */
	EXPECT_EQ(test, a610->protect.size(), reg::CP_PROTECT.size());
	EXPECT(test, !find_chip(0));
	EXPECT(test, !find_chip(0x06010001));
}

void microcode_versions(Test &test)
{
	static constexpr u32 new_enough[] = {0x016ee190, 0, 0};
	static constexpr u32 newer[] = {0x016ee1f0, 0, 0};
	static constexpr u32 patched[] = {0x016dd08a, 0, 1};
	static constexpr u32 old[] = {0x016ee18f, 0, 1};
	static constexpr u32 unpatched[] = {0x016dd08a, 0, 0x10};

	EXPECT(test, check_microcode(new_enough));
	EXPECT(test, check_microcode(newer));
	EXPECT(test, check_microcode(patched));
	EXPECT_ERROR(test, check_microcode(old), EPERM);
	EXPECT_ERROR(test, check_microcode(unpatched), EPERM);
	EXPECT_ERROR(test, check_microcode(std::span(new_enough).first(2)), EINVAL);
	EXPECT_ERROR(test, check_microcode({}), EINVAL);
}

} // namespace

KUNIT_SUITE(catalog, KUNIT_CASE(compatible_with_number), KUNIT_CASE(compatible_with_id),
	    KUNIT_CASE(compatible_of_other_things), KUNIT_CASE(known_chips),
	    KUNIT_CASE(microcode_versions));

} // namespace msm::adreno
