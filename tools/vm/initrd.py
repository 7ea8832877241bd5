# SPDX-License-Identifier: GPL-2.0-only
"""The guest's root: busybox, the sandbox's arm64 libraries, one kernel's modules, our programs, firmware, overlays.

It is an initramfs, made anew for each boot (a few tens of megabytes, some tenths of a second); what is slow to make, the
unpacked and stripped modules with their dependency lists, is kept under build/vm/modules.
"""

import fcntl
import lzma
import os
import shlex
import shutil
import stat
import subprocess
from pathlib import Path

from cpio import Archive

LIBRARIES = Path("/usr/lib/aarch64-linux-gnu")
NEEDED_LIBRARIES = ("libc.so.6", "libm.so.6", "libgcc_s.so.1", "libstdc++.so.6", "libdrm.so.2", "libpthread.so.0")
LOADER = "ld-linux-aarch64.so.1"
BUSYBOX = Path("/usr/share/msmxx/guest/usr/bin/busybox")

# Loadable in every guest, if this kernel has it as a module: the reference driver, foreign fences and buffers, swap.
COMMON_MODULES = ("msm", "vgem", "zram", "lzo_rle", "udmabuf", "drm_exec", "drm_gpuvm", "gpu_sched", "configs")


def module_name(path):
    """The name a module is known by: no folder, no suffix, underscores."""
    return Path(path).name.split(".ko")[0].replace("-", "_")


class Modules:
    """One kernel's modules, unpacked with all that they depend on, ready for modprobe."""

    def __init__(self, keep, source, release, own):
        """`keep` is the folder to work in, `source` what make-kernel --modules names, `own` our .ko files."""
        self._source = Path(source)
        self._release = release
        self._own = [Path(path) for path in own]
        self.root = Path(keep)
        self._folder = self.root / "lib/modules" / release

    def prepare(self):
        """Brings the folder up to date; only what changed is done again."""
        self.root.mkdir(parents=True, exist_ok=True)
        with open(self.root.with_suffix(".lock"), "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            wanted = {}
            available = {module_name(path): path for path in self._available()}
            for path in self._own:
                available[module_name(path)] = path
            queue = [*COMMON_MODULES, *(module_name(path) for path in self._own)]
            while queue:
                name = queue.pop()
                if name in wanted or name not in available:
                    continue
                wanted[name] = available[name]
                queue += self._depends(name, available[name])
            self._remove_others(wanted)
            if any([self._unpack(name, path) for name, path in wanted.items()]) or not self._complete():
                self._depmod()

    def _available(self):
        # A build tree has a folder called kernel, too.
        if (self._source / "include/config").is_dir():
            for line in (self._source / "modules.order").read_text().split():
                yield (self._source / line).with_suffix(".ko")
            return
        for folder, _, files in os.walk(self._source / "kernel"):
            yield from (Path(folder) / name for name in files if ".ko" in name)

    def _staged(self, name):
        return self._folder / "kernel" / (name + ".ko")

    def _complete(self):
        return (self._folder / "modules.dep").exists()

    def _depends(self, name, path):
        staged = self._staged(name)
        source = staged if self._fresh(staged, path) else path
        output = subprocess.run(["modinfo", "-F", "depends", source], check=True, capture_output=True, text=True).stdout
        return [module_name(word) for word in output.replace(",", " ").split()]

    @staticmethod
    def _fresh(staged, path):
        return staged.exists() and staged.stat().st_mtime_ns == path.stat().st_mtime_ns

    def _unpack(self, name, path):
        staged = self._staged(name)
        if self._fresh(staged, path):
            return False
        staged.parent.mkdir(parents=True, exist_ok=True)
        partial = staged.with_suffix(".partial")
        if path.suffix == ".xz":
            with lzma.open(path) as packed, open(partial, "wb") as plain:
                shutil.copyfileobj(packed, plain)
        else:
            subprocess.run(["aarch64-linux-gnu-strip", "--strip-debug", "-o", partial, path], check=True)
        os.utime(partial, ns=(path.stat().st_atime_ns, path.stat().st_mtime_ns))
        partial.rename(staged)
        return True

    def _remove_others(self, wanted):
        folder = self._folder / "kernel"
        for path in folder.glob("*.ko") if folder.is_dir() else ():
            if module_name(path) not in wanted:
                path.unlink()
                (self._folder / "modules.dep").unlink(missing_ok=True)

    def _depmod(self):
        (self._folder / "kernel").mkdir(parents=True, exist_ok=True)
        for name in ("modules.builtin", "modules.builtin.modinfo"):
            if (self._source / name).exists():
                shutil.copyfile(self._source / name, self._folder / name)
            else:
                (self._folder / name).touch()
        names = sorted(path.name for path in (self._folder / "kernel").glob("*.ko"))
        (self._folder / "modules.order").write_text("".join(f"kernel/{name}\n" for name in names))
        subprocess.run(["depmod", "-b", self.root, self._release], check=True)


def programs(folder):
    """The arm64 programs below `folder`: what is executable and an ELF file, but no library."""
    for path in sorted(Path(folder).rglob("*")):
        if path.is_file() and path.stat().st_mode & stat.S_IXUSR and ".so" not in path.name:
            with open(path, "rb") as stream:
                if stream.read(4) == b"\x7fELF":
                    yield path


def write(path, *, init, rootfs, folders, modules, load, command, program_folder, firmware, overlays):
    """Writes the initramfs.

    `rootfs` is a folder laid over the libraries that any guest has, or none. `folders` maps a path in the guest to a folder
    laid there, `load` is the lines given to modprobe in turn, `command` the words to run; `firmware` maps a path below
    /lib/firmware to its bytes.
    """
    with open(path, "wb") as stream:
        archive = Archive(stream)
        for folder in ("dev", "proc", "sys", "tmp", "run", "root", "mnt", "etc", "usr/bin", "usr/sbin", "usr/lib"):
            archive.folder(folder)
        for name in ("bin", "sbin", "lib"):
            archive.link(name, "usr/" + name)
        archive.data("etc/passwd", b"root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n")
        archive.data("etc/group", b"root:x:0:\nnogroup:x:65534:\n")
        archive.file("usr/bin/busybox", BUSYBOX)
        archive.file("init", init)
        archive.file("usr/lib/" + LOADER, LIBRARIES / LOADER)
        for name in NEEDED_LIBRARIES:
            archive.file(f"usr/lib/aarch64-linux-gnu/{name}", LIBRARIES / name)
        if rootfs:
            archive.tree("", rootfs)
        archive.tree("usr", modules.root)
        for inside, folder in folders.items():
            archive.tree(inside, folder)
        for program in programs(program_folder):
            # A selftest's name says which ioctl it tests: nothing to have on PATH.
            inside = program.relative_to(program_folder)
            archive.file(f"usr/lib/msmxx/{inside}" if inside.parts[0] == "selftests" else f"usr/bin/{inside.name}", program)
        for name, content in firmware.items():
            archive.data("usr/lib/firmware/" + name, content)
        archive.data("etc/vm/modules", "".join(line + "\n" for line in load).encode())
        archive.data("etc/vm/command", f"exec {shlex.join(command)}\n".encode())
        for overlay in overlays:
            archive.tree("", overlay)
        archive.close()
