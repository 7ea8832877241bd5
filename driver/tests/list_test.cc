// SPDX-License-Identifier: GPL-2.0-only
/* Intrusive lists, and tables of numbers. */

#include "kernel/alloc.h"
#include "kernel/list.h"
#include "kernel/xarray.h"
#include "tests/kunit.h"

using namespace kernel;

namespace {

struct Item {
	explicit Item(int value) : value(value) {}
	int value;
	ListNode other;
	ListNode node;
};

using Items = List<Item, &Item::node>;

/* The values in order as decimal digits. */
int digits(const Items &list)
{
	int number = 0;

	for (Item &item : list)
		number = number * 10 + item.value;
	return number;
}

void order(Test &test)
{
	Item one(1), two(2), three(3), four(4);
	Items list;

	EXPECT(test, list.empty() && !list.front() && !list.pop_front());
	list.push_back(two);
	list.push_back(four);
	list.push_front(one);
	list.insert_before(four, three);
	EXPECT_EQ(test, digits(list), 1234);
	EXPECT_EQ(test, list.back()->value, 4);
	list.remove(two);
	EXPECT(test, !two.node.linked());
	EXPECT_EQ(test, digits(list), 134);
	EXPECT(test, list.pop_front() == &one);
	EXPECT_EQ(test, digits(list), 34);
	list.remove(three);
	list.remove(four);
	EXPECT(test, list.empty());
}

void removal_while_iterating(Test &test)
{
	Item items[] = {Item(1), Item(2), Item(3), Item(4)};
	Items list;

	for (Item &item : items)
		list.push_back(item);
	for (Item &item : list) {
		if (item.value % 2)
			list.remove(item);
	}
	EXPECT_EQ(test, digits(list), 24);
	while (list.pop_front())
		;
}

void splice(Test &test)
{
	Item one(1), two(2), three(3);
	Items to, from;

	to.take(from);
	EXPECT(test, to.empty());
	to.push_back(one);
	from.push_back(two);
	from.push_back(three);
	to.take(from);
	EXPECT(test, from.empty());
	EXPECT_EQ(test, digits(to), 123);
	to.remove(three);
	EXPECT_EQ(test, digits(to), 12);
	while (to.pop_front())
		;
}

struct Entry {
	int value;
};

void table(Test &test)
{
	MayAlloc token = test.may_alloc();
	Entry a{1}, b{2};
	Xarray<Entry, 1> table;

	u32 first = ASSERT_OK(test, table.reserve(token, 2)).store(a);
	EXPECT_EQ(test, first, 1);
	{
		auto reservation = ASSERT_OK(test, table.reserve(token, 2));
		EXPECT_EQ(test, reservation.id(), 2);
		/* Reserved: taken for others, but not to be found. */
		EXPECT(test, !table.find(2) && !table.erase(2));
		EXPECT_ERROR(test, table.reserve(token, 2), EBUSY);
	}
	/* Given back unused. */
	u32 second = ASSERT_OK(test, table.reserve(token, 2)).store(b);
	EXPECT_EQ(test, second, 2);
	EXPECT(test, table.find(1) == &a && table.find(2) == &b);
	EXPECT(test, !table.find(0) && !table.find(3) && !table.find(~0u));

	int sum = 0;
	table.for_each([&](u32 id, Entry &entry) {
		sum = sum * 100 + static_cast<int>(id) * 10 + entry.value;
		table.erase(id);
	});
	EXPECT_EQ(test, sum, 1122);
	EXPECT(test, !table.find(1) && !table.erase(2));
}

void cyclic_numbers_are_reused_late(Test &test)
{
	MayAlloc token = test.may_alloc();
	Entry entry{1};
	Xarray<Entry> table;

	u32 first = ASSERT_OK(test, table.reserve_cyclic(token, 2)).store(entry);
	EXPECT_EQ(test, first, 0);
	table.erase(first);
	EXPECT_EQ(test, ASSERT_OK(test, table.reserve_cyclic(token, 2)).id(), 1);
	EXPECT_EQ(test, ASSERT_OK(test, table.reserve_cyclic(token, 2)).id(), 2);
	EXPECT_EQ(test, ASSERT_OK(test, table.reserve_cyclic(token, 2)).id(), 0);
}

} // namespace

KUNIT_SUITE(list, KUNIT_CASE(order), KUNIT_CASE(removal_while_iterating), KUNIT_CASE(splice),
	    KUNIT_CASE(table), KUNIT_CASE(cyclic_numbers_are_reused_late));
