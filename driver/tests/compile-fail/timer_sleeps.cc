// SPDX-License-Identifier: GPL-2.0-only
/* A timer's function runs in interrupt context. */
// expect-g++: timers run in interrupt context
// expect-clang: timers run in interrupt context

#include "kernel/work.h"

using namespace kernel;

class Watchdog {
public:
#ifdef POSITIVE
	void bark(Irq token);
#else
	void bark(MayAlloc token);
#endif
	Watchdog() { timer_.init<&Watchdog::bark>(this); }

private:
	Timer timer_;
};

unsigned long size();
unsigned long size()
{
	Watchdog watchdog;

	return sizeof(watchdog);
}
