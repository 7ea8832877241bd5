// SPDX-License-Identifier: GPL-2.0-only
#include "random.h"

uint64_t boundary(struct random *random)
{
	static const uint64_t sizes[] = {
		0,          1,          2,          4,          8,          16,
		128,        4096,       65536,      1ull << 20, 1ull << 31, 1ull << 32,
		1ull << 40, 1ull << 47, 1ull << 48, 1ull << 63,
	};

	switch (below(random, 8)) {
	case 0:
		return random_u64(random);
	case 1:
		return below(random, 64);
	case 2:
		return ~0ull << below(random, 64);
	default:
		/* At, right below, right above, or the negative of it. */
		return RANDOM_OF(random, sizes) * (one_in(random, 4) ? ~0ull : 1) +
		       below(random, 3) - 1;
	}
}
