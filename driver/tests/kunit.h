/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * KUnit suites in C++. A file holds one suite: free functions that take a Test, and one KUNIT_SUITE
 * at its end that lists them. The kernel runs them when the module is loaded.
 *
 *	void sums(Test &test)
 *	{
 *		EXPECT_EQ(test, 1 + 1, 2);
 *		auto object = ASSERT_OK(test, make<Thing>(test.may_alloc()));
 *	}
 *
 *	KUNIT_SUITE(arithmetic, KUNIT_CASE(sums));
 *
 * EXPECT goes on after a failure, ASSERT returns from the function, which must return void.
 */
#pragma once

#include <type_traits>

#include "bridge/kunit.h"
#include "kernel/contexts.h"
#include "kernel/entry.h"
#include "kernel/opaque.h"
#include "kernel/result.h"

namespace kernel {

/** class Test - a running test case: a kernel thread without a user's memory, no lock held */
class Test {
public:
	explicit Test(struct kunit *test) : test_(test) {}

	MayAlloc may_alloc() const { return entry::work(); }
	Reclaim reclaim() const { return entry::work(); }
	Irq irq() const { return entry::irq(); }
	/**
	 * may_fault() - For a unit that takes the token but touches no user memory in the test:
	 * there is none.
	 */
	MayFault may_fault() const { return Mint::token<MayFault>(); }

	struct kunit *raw() const { return test_; }
	void skip(const char *reason) { bridge_kunit_skip(test_, reason); }

private:
	struct kunit *test_;
};

namespace kunit_detail {

/*
 * The kernel's structs, as far as a suite fills them in; checked against the generated layout
 * below.
 */
struct Case {
	void (*run_case)(struct kunit *);
	const char *name;
	unsigned char rest[Layout<struct kunit_case>::size - 16]{};
};

struct Suite {
	char name[256];
	int (*suite_init)(struct kunit_suite *);
	void (*suite_exit)(struct kunit_suite *);
	int (*init)(struct kunit *);
	void (*exit)(struct kunit *);
	Case *test_cases;
	unsigned char rest[Layout<struct kunit_suite>::size - 256 - 5 * 8]{};
};

static_assert(sizeof(Case) == Layout<struct kunit_case>::size);
static_assert(offsetof(Case, run_case) == field::kunit_case__run_case::offset);
static_assert(offsetof(Case, name) == field::kunit_case__name::offset);
static_assert(sizeof(Suite) == Layout<struct kunit_suite>::size);
static_assert(field::kunit_suite__name::offset == 0);
static_assert(offsetof(Suite, test_cases) == field::kunit_suite__test_cases::offset);

template <void (*body)(Test &)>
void run(struct kunit *raw)
{
	Test test(raw);

	body(test);
}

/* A value in a message: integers and enums as numbers, all else by address or not at all. */
template <typename T>
long long number(const T &value)
{
	if constexpr (std::is_enum_v<T> || std::is_integral_v<T>)
		return static_cast<long long>(value);
	else if constexpr (std::is_pointer_v<T>)
		return static_cast<long long>(reinterpret_cast<unsigned long>(value));
	else
		return 0;
}

template <typename A, typename B>
bool expect_equal(Test &test, const A &a, const B &b, const char *what, const char *file, int line)
{
	bool equal;

	if constexpr (std::is_integral_v<A> && std::is_integral_v<B>)
		equal = std::cmp_equal(a, b);
	else
		equal = a == b;
	if (!equal)
		bridge_kunit_fail(test.raw(), file, line,
				  "expected %s: %lld (0x%llx) and %lld (0x%llx)", what, number(a),
				  number(a), number(b), number(b));
	return equal;
}

} // namespace kunit_detail
} // namespace kernel

#define KUNIT_FAIL_AT(test, what) \
	bridge_kunit_fail((test).raw(), __FILE__, __LINE__, "expected %s", what)

#define EXPECT(test, condition)                          \
	do {                                             \
		if (!(condition))                        \
			KUNIT_FAIL_AT(test, #condition); \
	} while (0)

#define ASSERT(test, condition)                          \
	do {                                             \
		if (!(condition)) {                      \
			KUNIT_FAIL_AT(test, #condition); \
			return;                          \
		}                                        \
	} while (0)

#define EXPECT_EQ(test, a, b) \
	((void)::kernel::kunit_detail::expect_equal(test, a, b, #a " == " #b, __FILE__, __LINE__))

#define ASSERT_EQ(test, a, b)                                                                 \
	do {                                                                                  \
		if (!::kernel::kunit_detail::expect_equal(test, a, b, #a " == " #b, __FILE__, \
							  __LINE__))                          \
			return;                                                               \
	} while (0)

/** EXPECT_ERROR() - @result failed, with @number (EINVAL, …). */
#define EXPECT_ERROR(test, result, number)                                     \
	do {                                                                   \
		auto &&kunit_result_ = (result);                               \
		if (kunit_result_)                                             \
			KUNIT_FAIL_AT(test, #result " to fail with " #number); \
		else                                                           \
			EXPECT_EQ(test, kunit_result_.error().code, number);   \
	} while (0)

/** ASSERT_OK() - The value of a Result, or the test ends here with its error. */
#define ASSERT_OK(test, result)                                                 \
	({                                                                      \
		auto &&kunit_result_ = (result);                                \
		if (!kunit_result_) {                                           \
			bridge_kunit_fail((test).raw(), __FILE__, __LINE__,     \
					  "expected " #result ", got errno %d", \
					  kunit_result_.error().code);          \
			return;                                                 \
		}                                                               \
		*std::move(kunit_result_);                                      \
	})

#define KUNIT_CASE(function) {::kernel::kunit_detail::run<function>, #function}

/** KUNIT_SUITE() - At file scope, outside any function, once in a file. */
#define KUNIT_SUITE(suite_name, ...)                                                          \
	static constinit ::kernel::kunit_detail::Case kunit_cases_[] = {__VA_ARGS__, {}};     \
	static constinit ::kernel::kunit_detail::Suite kunit_suite_ = {                       \
		.name = "msmxx_" #suite_name,                                                 \
		.suite_init = nullptr,                                                        \
		.suite_exit = nullptr,                                                        \
		.init = nullptr,                                                              \
		.exit = nullptr,                                                              \
		.test_cases = kunit_cases_};                                                  \
	[[gnu::used,                                                                          \
	  gnu::section(".kunit_test_suites")]] static constinit ::kernel::kunit_detail::Suite \
		*kunit_suite_pointer_ = &kunit_suite_
