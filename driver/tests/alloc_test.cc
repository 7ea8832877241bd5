// SPDX-License-Identifier: GPL-2.0-only
/*
 * Allocation: what is constructed is destroyed, sizes that overflow are refused, alignment holds.
 */

#include "kernel/alloc.h"
#include "kernel/ref.h"
#include "tests/kunit.h"

using namespace kernel;

namespace {

int alive;

struct Element {
	Element() { alive++; }
	~Element() { alive--; }
	u64 zero;
};

struct Base {
	virtual ~Base() = default;
};

struct Derived final : Base {
	Derived() { alive++; }
	~Derived() override { alive--; }
};

struct alignas(256) Aligned {
	u8 bytes[300];
};

void buffer_constructs_and_destroys(Test &test)
{
	alive = 0;
	{
		auto buffer = ASSERT_OK(test, Buffer<Element>::create(test.may_alloc(), 1000));
		EXPECT_EQ(test, alive, 1000);
		EXPECT_EQ(test, buffer[999].zero, 0);

		Buffer<Element> other = std::move(buffer);
		/* Moved from, it is empty and not just unspecified. */
		/* NOLINTNEXTLINE(bugprone-use-after-move) */
		EXPECT(test, buffer.empty());
		EXPECT_EQ(test, other.size(), 1000);
		other = Buffer<Element>();
		EXPECT_EQ(test, alive, 0);
	}
	EXPECT_EQ(test, alive, 0);
}

void buffer_sizes(Test &test)
{
	EXPECT(test, ASSERT_OK(test, Buffer<u64>::create(test.may_alloc(), 0)).empty());
	EXPECT_ERROR(test, Buffer<u64>::create(test.may_alloc(), ~size_t{0} / 4), ENOMEM);
	EXPECT_ERROR(test, Buffer<u64>::create(test.may_alloc(), size_t{1} << 40), ENOMEM);
	/* Larger than kmalloc would be asked for: vmalloc, still zeroed. */
	auto large = ASSERT_OK(test, Buffer<u8>::create(test.may_alloc(), 5 << 20));
	EXPECT_EQ(test, large[(5 << 20) - 1], 0);
}

void small_buffer(Test &test)
{
	for (size_t count : {0, 3, 4, 5, 100}) {
		alive = 0;
		{
			SmallBuffer<Element, 4> buffer;

			EXPECT(test, !!buffer.allocate(test.may_alloc(), count));
			EXPECT_EQ(test, buffer.size(), count);
			EXPECT_EQ(test, buffer.end() - buffer.begin(), count);
			for (size_t i = 0; i < count; i++)
				EXPECT_EQ(test, buffer[i].zero, 0);
		}
		EXPECT_EQ(test, alive, 0);
	}

	SmallBuffer<Element, 4> buffer;
	EXPECT_ERROR(test, buffer.allocate(test.may_alloc(), size_t{1} << 40), ENOMEM);
	EXPECT_EQ(test, buffer.size(), 0);
}

void unique_deletes_through_base(Test &test)
{
	alive = 0;
	{
		Unique<Base> object = ASSERT_OK(test, make<Derived>(test.may_alloc()));
		EXPECT_EQ(test, alive, 1);
	}
	EXPECT_EQ(test, alive, 0);
}

void over_aligned(Test &test)
{
	auto first = ASSERT_OK(test, make<Aligned>(test.may_alloc()));
	auto second = ASSERT_OK(test, make_accounted<Aligned>(test.may_alloc()));

	EXPECT_EQ(test, reinterpret_cast<unsigned long>(first.get()) % 256, 0);
	EXPECT_EQ(test, reinterpret_cast<unsigned long>(second.get()) % 256, 0);
	EXPECT_EQ(test, second->bytes[299], 0);
}

struct Shared : RefCounted<Shared> {
	Shared() { alive++; }
	~Shared() { alive--; }
	static void destroy(Shared *shared) { delete shared; }
};

void references(Test &test)
{
	alive = 0;
	auto first = Ref<Shared>::adopt(ASSERT_OK(test, make<Shared>(test.may_alloc())).release());
	EXPECT_EQ(test, first->ref_count(), 1);
	{
		Ref<Shared> second = first;
		EXPECT_EQ(test, first->ref_count(), 2);
		Ref<Shared> third = std::move(second);
		/* NOLINTNEXTLINE(bugprone-use-after-move) */
		EXPECT(test, !second);
		EXPECT_EQ(test, first->ref_count(), 2);
		second = third;
		Ref<Shared> &itself = second;
		second = itself;
		EXPECT_EQ(test, first->ref_count(), 3);
	}
	EXPECT_EQ(test, first->ref_count(), 1);
	first = nullptr;
	EXPECT_EQ(test, alive, 0);
}

/* Destroyed only when told: the moment between the last reference and the end of the memory. */
struct Dying : RefCounted<Dying> {
	static void destroy(Dying *dying) { dying->dead = true; }
	bool dead = false;
};

void no_reference_to_the_dying(Test &test)
{
	auto object = ASSERT_OK(test, make<Dying>(test.may_alloc()));

	EXPECT(test, Ref<Dying>::try_get(object.get()).get() == object.get());
	EXPECT(test, !object->dead);
	object->unref();
	EXPECT(test, object->dead);
	EXPECT(test, !Ref<Dying>::try_get(object.get()));
	EXPECT(test, !Ref<Dying>::try_get(nullptr));
}

} // namespace

KUNIT_SUITE(alloc, KUNIT_CASE(buffer_constructs_and_destroys), KUNIT_CASE(buffer_sizes),
	    KUNIT_CASE(small_buffer), KUNIT_CASE(unique_deletes_through_base),
	    KUNIT_CASE(over_aligned), KUNIT_CASE(references),
	    KUNIT_CASE(no_reference_to_the_dying));
