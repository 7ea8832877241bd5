// SPDX-License-Identifier: GPL-2.0-only
#include "debug/gem_list.h"

#include "debug/printable.h"
#include "kernel/constants.h"
#include "kernel/debugfs.h"
#include "kernel/print.h"
#include "vm/soft_vm.h"

namespace msm::debug {

using namespace kernel;

void GemList::show(MayAlloc token, DrmDevice &device)
{
	print_text(to_,
		   "   flags       id ref  offset   kaddr            size     madv      name\n");
	for (BoRef bo = device.bos().first(token); bo; bo = device.bos().next(token, *bo)) {
		if (auto held = Reservation::attempt(token, *bo))
			show(*held, *bo);
	}
	show("Total:    ", all_);
	show("Active:   ", active_);
	show("Resident: ", resident_);
	show("Purgeable:", purgeable_);
	show("Purged:   ", purged_);
}

void GemList::show(const Held &held, Bo &bo)
{
	bool active = !bridge_resv_is_signaled(bo.resv(), BRIDGE_FENCE_READ);
	const char *madv = "";
	char name[32];

	bo.peek_name(name);
	all_.add(bo.size());
	if (active)
		active_.add(bo.size());
	if (bo.is_resident())
		resident_.add(bo.size());
	if (bo.is_purged()) {
		purged_.add(bo.size());
		madv = " purged";
	} else if (!bo.is_needed()) {
		purgeable_.add(bo.size());
		madv = " purgeable";
	}

	/* One reference is ours. There are no global names, and no lasting kernel mapping. */
	print(to_, "   %08x: %c %2d (%2u) %08llx %p %08llu %9s %-32s\n", bo.flags().uapi(),
	      active ? 'A' : 'I', 0, bridge_gem_references(bo.gem()) - 1,
	      bo.mmap_offset() >> PAGE_SHIFT, static_cast<void *>(nullptr), bo.size(), madv,
	      Printable(name).text);
	show_mappings(held, bo);
	bridge_debugfs_describe_fences(to_, bo.resv());
}

void GemList::show_mappings(const Held &held, const Bo &bo)
{
	bool any = false;

	bo.for_each_link(held, [&](const VmaLink &link) {
		const Vma &vma = static_cast<const Vma &>(link);
		const Process &owner = vma.vm().owner();

		if (!any)
			print_text(to_, "      vmas:");
		any = true;
		print(to_, " [gpu%s%s: vm=%p, %08llx, %smapped]", owner.raw() ? ":" : "",
		      owner.comm(), static_cast<void *>(&vma.vm()), vma.iova(),
		      vma.is_mapped() ? "" : "un");
	});
	if (any)
		print_text(to_, "\n");
}

void GemList::show(const char *name, const Sum &sum)
{
	print(to_, "%s %4llu objects, %9llu bytes\n", name, sum.count, sum.bytes);
}

} // namespace msm::debug
