// SPDX-License-Identifier: GPL-2.0-only
#include "gem/resident.h"

#include "gem/bo.h"
#include "kernel/constants.h"
#include "kernel/trace.h"

namespace msm {

using namespace kernel;

/* Whose end reclaim waits for, one after the other; whoever needs memory waits with it. */
static constexpr u64 most_waits = 16;

static u64 pages_of(const Bo &bo)
{
	return bo.size() / PAGE_SIZE;
}

void ResidentBos::Lists::insert(Bo &bo, bool is_needed)
{
	List &list = of(is_needed);

	bo.needed_here_ = is_needed;
	list.bos.push_back(bo);
	list.count++;
	list.pages += pages_of(bo);
}

void ResidentBos::Lists::erase(Bo &bo)
{
	List &list = of(bo.needed_here_);

	list.bos.remove(bo);
	list.count--;
	list.pages -= pages_of(bo);
}

void ResidentBos::add(Reclaim token, Bo &bo, bool needed)
{
	lists_.lock(token)->insert(bo, needed);
}

void ResidentBos::move(Reclaim token, Bo &bo, bool needed)
{
	auto lists = lists_.lock(token);

	if (!bo.resident_node_.linked())
		return;
	lists->erase(bo);
	lists->insert(bo, needed);
}

void ResidentBos::remove(Reclaim token, Bo &bo)
{
	auto lists = lists_.lock(token);

	if (bo.resident_node_.linked())
		lists->erase(bo);
}

u64 ResidentBos::pages(Reclaim token, bool swap)
{
	auto lists = lists_.lock(token);

	return lists->unneeded.pages + (swap ? lists->needed.pages : 0);
}

/* The first, which becomes the last; empty if it is dying, or there is none. */
Ref<Bo> ResidentBos::next(Reclaim token, bool needed)
{
	auto lists = lists_.lock(token);
	auto &bos = lists->of(needed).bos;
	Bo *bo = static_cast<Bo *>(bos.pop_front());

	if (!bo)
		return {};
	bos.push_back(*bo);
	return Ref<Bo>::try_get(bo);
}

u64 ResidentBos::scan(Reclaim token, bool needed, u64 wanted, bool wait)
{
	u64 left = lists_.lock(token)->of(needed).count;
	u64 freed = 0;

	if (wait && left > most_waits)
		left = most_waits;

	for (; left && freed < wanted; left--) {
		if (Ref<Bo> bo = next(token, needed))
			freed += bo->give_back(token, wait);
	}
	return freed;
}

u64 ResidentBos::reclaim(Reclaim token, u64 wanted, ReclaimEffort effort)
{
	u64 purged = 0, evicted = 0;
	auto take = [&](bool needed, bool wait) {
		if (purged + evicted < wanted)
			(needed ? evicted : purged) +=
				scan(token, needed, wanted - purged - evicted, wait);
	};

	for (bool wait : {false, true}) {
		if (wait && !effort.wait)
			break;
		take(false, wait);
		if (effort.swap)
			take(true, wait);
	}
	if (purged + evicted)
		trace::shrunk(static_cast<u32>(wanted), static_cast<u32>(purged),
			      static_cast<u32>(evicted));
	return purged + evicted;
}

} // namespace msm
