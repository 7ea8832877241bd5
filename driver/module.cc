// SPDX-License-Identifier: GPL-2.0-only
/* What happens when the module comes and goes. */

#include "entry_points.h"
#include "kernel/driver.h"
#include "kernel/entry.h"
#include "kernel/lock.h"
#include "kernel/log.h"
#include "kernel/result.h"

int msmxx_module_init()
{
	kernel::MayAlloc token = kernel::entry::work();

	kernel::prime_lock_order(token);
	if (!kernel::driver::has_device(token))
		kernel::log_info(nullptr, "no Adreno GPU in the device tree");
	return kernel::to_errno(kernel::driver::start(token));
}

void msmxx_module_exit()
{
	kernel::driver::end(kernel::entry::work());
}
