// SPDX-License-Identifier: GPL-2.0-only
/* Locks are held while their guards live, in lockdep's eyes too; waiting and work. */

#include "kernel/alloc.h"
#include "kernel/atomic.h"
#include "kernel/lock.h"
#include "kernel/time.h"
#include "kernel/wait.h"
#include "kernel/work.h"
#include "tests/kunit.h"

using namespace kernel;

namespace {

void guards_hold(Test &test) NO_THREAD_SAFETY_ANALYSIS
{
	Mutex<Rank::va> outer;
	SpinLock<Rank::vma> inner;
	IrqSpinLock<Rank::ring> innermost;

	EXPECT(test, !outer.is_held());
	{
		MutexGuard guard(outer, test.may_alloc());
		EXPECT(test, outer.is_held());
		{
			SpinGuard spin(inner, test.reclaim());
			IrqSpinGuard irq(innermost, test.irq());
			EXPECT(test, inner.is_held() && innermost.is_held());
		}
		EXPECT(test, outer.is_held() && !inner.is_held() && !innermost.is_held());
	}
	EXPECT(test, !outer.is_held());
}

struct Counter {
	explicit Counter(int value) : value(value) {}
	int value;
};

void data_in_its_lock(Test &test)
{
	LockedBy<Counter, IrqSpinLock<Rank::queue>> counter(5);

	{
		auto locked = counter.lock(test.irq());
		locked->value++;
		EXPECT(test, counter.raw_lock().is_held());
	}
	EXPECT(test, !counter.raw_lock().is_held());
	EXPECT_EQ(test, counter.lock(test.irq())->value, 6);
}

void ranks_are_ordered(Test &)
{
	/* The order of locking.rst, rule 3. */
	static_assert(Rank::submitqueue < Rank::reservation && Rank::reservation < Rank::userptr);
	static_assert(Rank::userptr < Rank::va && Rank::va < Rank::pt && Rank::pt < Rank::lru);
	static_assert(Rank::lru < Rank::vma && Rank::vma < Rank::ring && Rank::ring < Rank::fence);
	/* What the signalling path must not take cannot be taken with its token. */
	static_assert(!std::is_convertible_v<Signalling, RankContext<Rank::va>>);
	static_assert(!std::is_convertible_v<Signalling, RankContext<Rank::lru>>);
	static_assert(!std::is_convertible_v<Signalling, RankContext<Rank::reservation>>);
	static_assert(std::is_convertible_v<Signalling, RankContext<Rank::pt>>);
	static_assert(std::is_convertible_v<Irq, RankContext<Rank::ring>>);
	static_assert(!std::is_convertible_v<Irq, RankContext<Rank::vma>>);
}

class Worker {
public:
	Worker()
	{
		work_.init<&Worker::run>(this);
		timer_.init<&Worker::tick>(this);
	}

	void run(Signalling) { runs_.add(1); }
	void tick(Irq token)
	{
		runs_.add(100);
		queue_.wake_all(token);
	}

	Atomic runs_;
	WaitQueue queue_;
	Work work_;
	Timer timer_;
};

void work_runs(Test &test)
{
	auto queue =
		ASSERT_OK(test, WorkQueue::create(test.may_alloc(), "msmxx-test", WQ_MEM_RECLAIM));
	auto worker = ASSERT_OK(test, make<Worker>(test.may_alloc()));

	EXPECT(test, worker->work_.queue(queue, test.irq()));
	worker->work_.flush(test.may_alloc());
	EXPECT_EQ(test, worker->runs_.get(), 1);
}

void waiting(Test &test)
{
	auto worker = ASSERT_OK(test, make<Worker>(test.may_alloc()));
	auto ticked = [&] {
		return worker->runs_.get() == 100;
	};

	EXPECT_ERROR(
		test,
		worker->queue_.wait(test.may_alloc(), ticked, Deadline::after(milliseconds(5))),
		ETIMEDOUT);

	worker->timer_.start(milliseconds(5), test.irq());
	EXPECT(test,
	       worker->queue_.wait(test.may_alloc(), ticked, Deadline::after(milliseconds(5000)))
		       .has_value());
	EXPECT(test, worker->queue_.wait(test.may_alloc(), ticked, Deadline::now()).has_value());
}

void deadlines(Test &test)
{
	EXPECT(test, Deadline::at(-1, 0).passed());
	EXPECT_EQ(test, Deadline::at(0, 0).jiffies(), 0);
	EXPECT_EQ(test, Deadline::at(0x7fffffffffffffff, 999'999'999).monotonic(),
		  Deadline::never().monotonic());
	EXPECT_EQ(test, Deadline::at(3, 5).monotonic(), 3'000'000'005);
	EXPECT_EQ(test, Deadline::at(3, -5).monotonic(), 2'999'999'995);
	EXPECT_EQ(test, Deadline::at(-1, 3'000'000'000).monotonic(), 2'000'000'000);
	EXPECT(test, Deadline::at(0, -1).passed());
	EXPECT(test, Deadline::at(-0x7fffffffffffffff, -1).passed());
	EXPECT(test, Deadline::after(milliseconds(1000)).jiffies() > 0);
	EXPECT(test, !Deadline::never().passed());
	EXPECT(test, Deadline::never().jiffies() >
			     Deadline::after(milliseconds(1'000'000'000)).jiffies());
}

} // namespace

KUNIT_SUITE(lock, KUNIT_CASE(guards_hold), KUNIT_CASE(data_in_its_lock),
	    KUNIT_CASE(ranks_are_ordered), KUNIT_CASE(work_runs), KUNIT_CASE(waiting),
	    KUNIT_CASE(deadlines));
