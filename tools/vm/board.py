# SPDX-License-Identifier: GPL-2.0-only
"""The board as QEMU and the guest see it: machine options, device tree, firmware.

QEMU's own device tree is dumped once for each set of machine options and kept; a GPU's part is included
into it from tools/vadreno/board/GPU.dtsi. Adding a GPU is adding that file (and its firmware to firmware.py).
"""

import hashlib
import importlib.util
import json
import os
import subprocess
from pathlib import Path

SOURCES = Path(__file__).resolve().parents[1] / "vadreno/board"

# virtualization=on: SMC is defined, so that the SCM driver probes. The memory backend is shared with the board.
MACHINE = "virt,virtualization=on,gic-version=3,memory-backend=ram"
QEMU = ["qemu-system-aarch64", "-cpu", "cortex-a72", "-machine", MACHINE]


def gpus():
    """The GPUs that there is a device tree for."""
    return sorted(path.stem for path in SOURCES.glob("a[0-9]*.dtsi"))


def memory(size):
    """QEMU's options for guest memory that another process can map."""
    return ["-object", f"memory-backend-memfd,id=ram,size={size},share=on"]


def device(socket):
    """QEMU's options for the board at a vfio-user socket."""
    return ["-device", json.dumps({"driver": "vfio-user-pci", "socket": {"type": "unix", "path": str(socket)}})]


def device_tree(gpu, cpus, size, keep, scratch, changes=()):
    """Makes the device tree of a machine with `gpu` and the source files `changes` over it, in `scratch`; its path."""
    base, source, tree = _virt(cpus, size, keep), scratch / "board.dts", scratch / "board.dtb"
    source.write_text("".join(f'/include/ "{part}"\n' for part in [base, f"{gpu}.dtsi", *changes]))
    subprocess.run(["dtc", "-q", "-i", SOURCES, "-I", "dts", "-O", "dtb", "-o", tree, source], check=True)
    return tree


def firmware(gpu):
    """The made-up firmware files of `gpu`: path below /lib/firmware → bytes."""
    spec = importlib.util.spec_from_file_location("firmware", SOURCES / "firmware.py")
    maker = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(maker)
    return maker.files(gpu)


def _virt(cpus, size, keep):
    options = [*QEMU, "-smp", str(cpus), "-m", size, *memory(size), "-serial", "null", "-serial", "null"]
    version = subprocess.run([QEMU[0], "--version"], check=True, capture_output=True, text=True).stdout
    key = hashlib.sha256(repr((version, options)).encode()).hexdigest()[:12]
    path = keep / f"virt-{key}.dts"
    if not path.exists():
        keep.mkdir(parents=True, exist_ok=True)
        partial = path.with_name(f"{path.name}.{os.getpid()}")
        subprocess.run([*options, "-machine", f"dumpdtb={partial}.dtb", "-display", "none", "-nodefaults"], check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        subprocess.run(["dtc", "-q", "-I", "dtb", "-O", "dts", "-o", partial, f"{partial}.dtb"], check=True)
        os.unlink(f"{partial}.dtb")
        partial.rename(path)
    return path
