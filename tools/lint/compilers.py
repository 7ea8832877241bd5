# SPDX-License-Identifier: GPL-2.0-only
"""Compiling one C++ file of the driver outside Kbuild: for clang's analysis, and for what must not compile.

The files see what they see in the module: driver/, uapi/, the shims, the freestanding headers of libstdc++, and the
layout generated for one kernel.
"""

import functools
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
KERNEL = os.environ.get("KERNEL", "stock-6.12")

GCC = "aarch64-linux-gnu-g++-14"
CLANG = "clang++-19"

COMMON = ["-x", "c++", "-std=gnu++23", "-O2", "-ffreestanding", "-fno-exceptions", "-fno-rtti", "-fno-strict-aliasing",
          "-nostdinc", "-nostdinc++", "-D_GLIBCXX_ASSERTIONS", "-D__KERNEL__", "-DMODULE", '-DKBUILD_MODNAME="msmxx"',
          "-Wall", "-Wextra", "-Wno-unused-parameter", "-Wno-missing-field-initializers", "-Wno-invalid-offsetof",
          "-Wundef", "-Wnon-virtual-dtor", "-Woverloaded-virtual", "-Wno-unknown-warning-option", "-Werror"]

FOR = {
    GCC: ["-fno-gnu-unique", "-fno-lifetime-dse", "-mno-outline-atomics", "-Wno-c++20-compat"],
    # A dependence on initialisation order, a missing lock: what g++ has no warning for.
    CLANG: ["--target=aarch64-linux-gnu", "-Wthread-safety", "-Wthread-safety-beta", "-Wglobal-constructors",
            "-Wexit-time-destructors", "-Wno-gnu-statement-expression", "-Wno-c99-designator"],
}


@functools.cache
def generated():
    """The folder under which bridge/layout.h stands for KERNEL; the module is built first if it is not there."""
    farm = Path(subprocess.check_output([TOP / "tools/vm/build-module", "--path", KERNEL], text=True).strip()) / "msmxx"
    layout = farm / "driver/bridge/layout.h"
    # layout.h itself is only touched when a number changes.
    made = farm / "driver/bridge/generate/layout.s"
    sources = [TOP / "driver/bridge/layout.list", TOP / "driver/bridge/generate/layout.c"]
    if not made.exists() or any(source.stat().st_mtime > made.stat().st_mtime for source in sources):
        subprocess.run([TOP / "tools/vm/build-module", ".", KERNEL, "msmxx"], check=False, stdout=sys.stderr)
    if not layout.exists():
        sys.exit(f"{layout} was not made: see why {KERNEL}'s module does not build")
    return farm / "driver"


@functools.cache
def headers(compiler):
    """libstdc++ as the cross compiler sees it, and the compiler's own freestanding headers."""
    listing = subprocess.run([GCC, "-E", "-v", "-x", "c++", "/dev/null"], capture_output=True, text=True, check=True).stderr
    library = [line.strip() for line in listing.splitlines() if re.match(r"^ /.*/c\+\+/", line) and "backward" not in line]
    own = subprocess.check_output([compiler, "-print-file-name=include"], text=True).strip()
    return [option for folder in [*library, own] for option in ("-isystem", folder)]


def command(compiler, source, *extra):
    driver = TOP / "driver"
    return [compiler, *COMMON, *FOR[compiler], "-include", driver / "shim/prefix.h", f"-I{driver}/shim", f"-I{driver}",
            f"-I{TOP}/uapi", f"-I{generated()}", *headers(compiler), *extra, "-Wno-pragma-once-outside-header", "-c", "-o", "/dev/null", source]


def compile_file(compiler, source, *extra):
    """(did it compile, what the compiler said)"""
    result = subprocess.run(command(compiler, source, *extra), capture_output=True, text=True, check=False)
    return result.returncode == 0, result.stderr


def tidy_file(source, *extra):
    """(has clang-tidy nothing to say, what it said); for a file that compiles"""
    arguments = [str(word) for word in command(CLANG, source, *extra)[1:-1]]
    result = subprocess.run(["clang-tidy-19", "--quiet", source, "--", *arguments], capture_output=True, text=True, check=False)
    return result.returncode == 0, result.stdout


def sources(suffix=".cc"):
    """Every C++ file that becomes part of the module, as Kbuild finds them; or every header that it may include."""
    driver = TOP / "driver"
    return sorted(path for pattern in ("*", "*/*") for path in driver.glob(pattern + suffix)
                  if "shim" not in path.parts)


def run_tests(tests):
    """Prints KTAP for (name, function) pairs; a function returns None, or the text of what is wrong. The exit status."""
    print("KTAP version 1")
    print(f"1..{len(tests)}", flush=True)
    failed = 0
    generated()
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for number, ((name, _), wrong) in enumerate(zip(tests, pool.map(lambda test: test[1](), tests)), 1):
            if wrong is None:
                print(f"ok {number} {name}", flush=True)
            else:
                failed += 1
                for line in wrong.rstrip().splitlines():
                    print(f"# {line}")
                print(f"not ok {number} {name}", flush=True)
    return 1 if failed else 0
