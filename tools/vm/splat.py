# SPDX-License-Identifier: GPL-2.0-only
"""What in a kernel's log means that the kernel found a mistake.

Only lines of the kernel itself count (they carry its time stamp), so that a program may print what it likes.
"""

import re

_STAMP = r"^\[ *\d+\.\d+\](?:\[ *[TC]\d+\])? "

PANIC = re.compile(_STAMP + r"Kernel panic - ")

# What stands around a splat but does not tell what it is.
FRAME = re.compile(r"cut here|Call trace:|Call Trace:")

SPLAT = re.compile(
    _STAMP
    + r"(?:.*\b(?:WARNING: |BUG: |BUG [\w-]+ \(|KASAN: |KFENCE: |UBSAN: |ODEBUG: |refcount_t: )"
    + r"|.*kernel BUG at |.*Internal error: |.*Unable to handle kernel |.*------------\[ cut here \]"
    + r"|.*INFO: task .* blocked for more than |.*(?:rcu: )?INFO: rcu\w* .*(?:stall|self-detected)"
    + r"|.*INFO: trying to register non-static key|.*DEBUG_LOCKS_WARN_ON"
    + r"|.*kmemleak: \d+ new suspected|.*list_(?:add|del) corruption|.*(?:slab|vmap|page) .*corrupt"
    + r"|.*nobody cared|.*cannot create duplicate filename|.*(?:Call trace|Call Trace):"
    + r"|.*Out of memory: Killed process|.*sched: RT throttling|.*stack-out-of-bounds"
    + r"|Kernel panic - )"
)
