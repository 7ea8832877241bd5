# SPDX-License-Identifier: GPL-2.0-only
"""Made-up firmware. The board's command processor runs none; drivers only look at the version and refuse old ones."""

import struct

# A file's first word is its size or a checksum and is never given to the hardware; the version is the second.
_HEADER = 0


def _words(*words):
    return struct.pack(f"<{len(words)}I", *words)


def _sqe():
    """Version 0x1ff in the lowest twelve bits: newer than 0x190, from which on CP_WHERE_AM_I exists."""
    return _words(_HEADER, 0x016EA1FF, *[0] * 1022)


_FILES = {
    "a610": {"qcom/a630_sqe.fw": _sqe},
}


def files(gpu):
    """The files that drivers of `gpu` ask for: path below /lib/firmware → bytes."""
    return {path: make() for path, make in _FILES[gpu].items()}
