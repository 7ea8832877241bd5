// SPDX-License-Identifier: GPL-2.0-only
/* A worker has no user's memory. */
// expect-g++: no match for call|could not convert|cannot convert
// expect-clang: no viable conversion|no matching

#include "kernel/work.h"

using namespace kernel;

class Reaper {
public:
#ifdef POSITIVE
	void reap(MayAlloc token);
#else
	void reap(MayFault token);
#endif
	Reaper() { work_.init<&Reaper::reap>(this); }

private:
	Work work_;
};

unsigned long size();
unsigned long size()
{
	Reaper reaper;

	return sizeof(reaper);
}
