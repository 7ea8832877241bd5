// SPDX-License-Identifier: GPL-2.0-only
#include "gem/bo_list.h"

#include "gem/bo.h"

namespace msm {

using namespace kernel;

void BoList::add(Irq token, Bo &bo)
{
	bos_.lock(token)->push_back(bo);
}

void BoList::remove(Irq token, Bo &bo)
{
	auto bos = bos_.lock(token);

	if (bo.Listed::listed_node_.linked())
		bos->remove(bo);
}

/* On the list its memory is valid; whether it lives, the reference tells. */
Ref<Bo> BoList::living(const Bos &bos, Listed *from)
{
	for (; from; from = bos.next(*from)) {
		if (Ref<Bo> bo = Ref<Bo>::try_get(static_cast<Bo *>(from)))
			return bo;
	}
	return {};
}

Ref<Bo> BoList::first(MayAlloc token)
{
	auto bos = bos_.lock(token);

	return living(*bos, bos->front());
}

Ref<Bo> BoList::next(MayAlloc token, Bo &after)
{
	auto bos = bos_.lock(token);

	return living(*bos, bos->next(after));
}

} // namespace msm
