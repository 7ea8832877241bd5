# SPDX-License-Identifier: GPL-2.0-only
"""Boots a guest, runs one command in it, and ends as the command did; started by tools/vm/run inside the sandbox.

The board (vadreno) and QEMU are children that the kernel kills with this process. One loop waits for all there is to
wait for: bytes of the two serial lines, the end of a child, the deadline. What the guest says about itself are lines
`vm: …` in its kernel log, see tools/vm/init.
"""

import argparse
import ctypes
import fcntl
import fnmatch
import os
import re
import selectors
import shlex
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import board
import initrd
import splat

TOP = Path(__file__).resolve().parents[2]

STATUSES = """\
exit status: that of CMD, or
    2  wrong call                       122  splat: the kernel's log holds a warning, an oops, a lockdep or KASAN report …
   77  no root                          123  the board reports an access that hardware would not survive or does not know
  119  a module could not be loaded     124  timeout
  120  the guest did not boot           125  the board or QEMU died, or something that they need is missing
  121  kernel panic                     130  interrupted
The excerpt of the log that tells why is on stderr; the logs of a run that failed stay under build/log/.
"""

USAGE, MODULE, BOOT, PANIC, SPLAT, REPORT, TIMEOUT, DIED = 2, 119, 120, 121, 122, 123, 124, 125

# What is laid over every guest's root, before the overlays.
GUEST_FOLDERS = {"usr/bin": TOP / "tools/vm/guest", "usr/share/msmsubmit": TOP / "tools/msmsubmit/streams",
                 "usr/share/doc/msmxx": TOP / "Documentation"}

KEPT_LOGS = 100

KNOWN_REPORTS = TOP / "tools/vm/known-reports"

# Warnings are shown from the first line on; init sees to it that the rest of the log is, too. An oops ends the guest.
KERNEL_ARGUMENTS = ["console=ttyAMA0", "loglevel=5", "printk.devkmsg=on", "printk.time=1", "panic=-1", "oops=panic",
                    "kvm-arm.mode=none", "kasan_multi_shot"]

# A module's KUnit suites run each time it is loaded: with a board there are other things to do.
KUNIT_ARGUMENTS = ["kunit.enable=1", "kunit.autorun=1"]

CPUS = 2

ACCELERATOR = ["-accel", "tcg,thread=multi"]

# One processor whose clock counts: an instruction takes a nanosecond, and time goes on by itself only while it sleeps.
COUNTING_CPUS = 1
COUNTING = ["-accel", "tcg,thread=single", "-icount", "shift=0"]

# The guest's roots by name, and the memory that each needs: an initramfs is in memory twice while it is unpacked.
ROOTFS_MEMORY = {"minimal": "1G", "debian": "2G"}


class Failure(Exception):
    """Ends the run with a status of ours; `excerpt` is shown below the message."""

    def __init__(self, status, message, excerpt=()):
        super().__init__(message)
        self.status = status
        self.excerpt = list(excerpt)


def injection(options):
    """The plan, as arguments of the board and of this program alike."""
    plan = [] if options.inject is None else ["--inject", options.inject]
    return plan + ([] if options.seed is None else ["--seed", str(options.seed)])


def pattern(text):
    try:
        return re.compile(text)
    except re.error as error:
        raise argparse.ArgumentTypeError(f"'{text}' is no regular expression: {error}") from error


def known_reports():
    """What msm.ko may be reported for: {name: (kernels, regex)}."""
    lines = [line for line in KNOWN_REPORTS.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
    return {name: (kernels, pattern(regex)) for name, kernels, regex in (line.split(None, 2) for line in lines)}


def parse(arguments):
    known = known_reports()
    parser = argparse.ArgumentParser(
        prog="tools/vm/run", usage="%(prog)s [OPTION]… -- CMD [ARG…]", epilog=STATUSES, allow_abbrev=False,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        description="Boots a kernel in a virtual machine, with or without the virtual Adreno, and runs CMD in it as root.")
    parser.add_argument("--kernel", default="stock-6.12",
                        help="debug-6.12, debug-backports, stock-6.12 (default), stock-backports, or a kernel's build tree")
    parser.add_argument("--gpu", default="a610", choices=[*board.gpus(), "none"], help="the board's GPU (default a610)")
    parser.add_argument("--driver", choices=["msmxx", "stock", "none"],
                        help="the driver to load (default msmxx; without a GPU, none)")
    parser.add_argument("--dts", action="append", default=[], type=Path, metavar="FILE",
                        help="lay the device-tree source FILE over the board's; may be repeated")
    parser.add_argument("--overlay", action="append", default=[], type=Path, metavar="DIR",
                        help="lay DIR's files over the guest's root; may be repeated, the later wins")
    parser.add_argument("--rootfs", default="minimal", choices=[*ROOTFS_MEMORY],
                        help="the guest's root: busybox and our programs (default), or Debian's Mesa as well")
    parser.add_argument("--trace", type=Path, metavar="FILE", help="the board logs each register access and packet there")
    parser.add_argument("--inject", metavar="PLAN",
                        help="what goes wrong with the board: a plan, or a file that holds one (Documentation/vadreno.rst)")
    parser.add_argument("--seed", type=int, metavar="N", help="of the plan's probabilities; alone: a random plan")
    parser.add_argument("--icount", action="store_true",
                        help="one processor whose clock counts its instructions, each a nanosecond: slow, and repeatable")
    parser.add_argument("--mutant", metavar="NAME",
                        help="load the msmxx of the mutation suite, with this fault; with none if NAME is empty")
    parser.add_argument("--timeout", type=float, default=300, metavar="S", help="for all of it, in seconds (default 300)")
    parser.add_argument("--allow-report", action="append", default=[], type=pattern, metavar="REGEX",
                        help="a report of the board that contains REGEX does not fail the run; may be repeated")
    parser.add_argument("--known", action="append", default=[], choices=known, metavar="NAME",
                        help="nor does one that tools/vm/known-reports has under NAME, of --driver stock; may be repeated")
    parser.add_argument("--keep-logs", action="store_true", help="keep the logs of a good run too, and say where")
    parser.add_argument("command", nargs="+", metavar="CMD", help=argparse.SUPPRESS)
    if "--" not in arguments and not {"-h", "--help"} & set(arguments):
        parser.error("no command: put it behind --")
    options = parser.parse_args(arguments)
    if options.driver is None:
        options.driver = "none" if options.gpu == "none" else "msmxx"
    if options.timeout <= 0:
        parser.error("--timeout needs a positive number of seconds")
    if options.gpu == "none" and (options.inject is not None or options.seed is not None):
        parser.error("--inject and --seed need a board, and there is none with --gpu none")
    if options.mutant is not None and options.driver != "msmxx":
        parser.error("--mutant is about msmxx")
    if options.gpu == "none" and options.trace:
        parser.error("--trace needs a board, and there is none with --gpu none")
    for kernels, regex in (known[name] for name in options.known):
        if options.driver == "stock" and fnmatch.fnmatch(options.kernel, kernels):
            options.allow_report.append(regex)
    return options


def cpus(options):
    return COUNTING_CPUS if options.icount else CPUS


def kernel_path(what, kernel):
    result = subprocess.run([TOP / "tools/env/make-kernel", "--" + what, kernel], stdout=subprocess.PIPE, text=True,
                            check=False)
    if result.returncode:
        sys.exit(result.returncode)
    return result.stdout.strip()


def rootfs_path(name):
    """The folder that --rootfs names, made if need be; none for the minimal root, which is made of nothing else."""
    if name == "minimal":
        return None
    result = subprocess.run([TOP / "tools/env/make-rootfs", "--path"], stdout=subprocess.PIPE, text=True, check=False)
    if result.returncode:
        sys.exit(result.returncode)
    return result.stdout.strip()


def own_module(kernel, name):
    folder = subprocess.run([TOP / "tools/vm/build-module", "--path", kernel], check=True, capture_output=True,
                            text=True).stdout.strip()
    path = Path(folder) / name
    if not path.exists():
        raise Failure(DIED, f"{path} is not built: make KERNEL={kernel}")
    return path


def die_with_parent():
    """In a child before exec: our end, however it comes, is its end."""
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG
    signal.pthread_sigmask(signal.SIG_SETMASK, ())
    # A Ctrl-C reaches the whole foreground group; children are ended in order by us instead.
    os.setpgid(0, 0)


class Guest:
    """What is known about the guest from its console, line by line."""

    def __init__(self, log):
        self._log = log
        self._partial = b""
        self.lines = []
        self.booted = False
        self.ready = False
        self.exit = None
        self.failed = None
        self.panic = None
        self.splats = []

    def feed(self, data):
        self._log.write(data)
        *lines, self._partial = (self._partial + data).split(b"\n")
        for line in lines:
            self._line(line.decode(errors="replace").rstrip("\r"))

    def _line(self, line):
        self.lines.append(line)
        said = re.match(r"\[ *\d+\.\d+\](?:\[ *[TC]\d+\])? vm: (\w+) ?(.*)$", line)
        if said:
            word, rest = said.groups()
            if word == "boot":
                self.booted = True
            elif word == "ready":
                self.ready = True
            elif word == "failed":
                self.failed = rest
            elif word == "exit":
                self.exit = int(rest)
        elif splat.SPLAT.match(line):
            self.splats.append(len(self.lines) - 1)
            if splat.PANIC.match(line):
                self.panic = len(self.lines) - 1

    def first_splat(self):
        """The line that says most: not the frame around it."""
        return next((self.lines[i] for i in self.splats if not splat.FRAME.search(self.lines[i])),
                    self.lines[self.splats[0]])

    def tail(self, count=30):
        return self.lines[-count:]

    def around(self, index, before=4, after=44):
        return self.lines[max(0, index - before):index + after]


class Machine:
    """The board, QEMU and the loop that watches them."""

    def __init__(self, options, logs, scratch):
        self._options = options
        self._logs = logs
        self._scratch = scratch
        self._children = []
        self._selector = selectors.DefaultSelector()
        self._deadline = time.monotonic() + options.timeout

    def start_board(self):
        """Starts vadreno and waits until it listens."""
        options = self._options
        program = TOP / "build/host/vadreno"
        if not program.exists():
            raise Failure(DIED, f"{program} is not built: make tools")
        self.socket = self._scratch / "vfio-user.sock"
        self.report = self._logs / "report.log"
        arguments = [program, "--socket", self.socket, "--gpu", options.gpu, "--report", self.report]
        if options.trace:
            arguments += ["--trace", options.trace]
        arguments += injection(options)
        self._board = self._start("vadreno", arguments)
        while not self.socket.exists():
            if self._board.poll() is not None or time.monotonic() > self._deadline:
                # It has its options from us, but for the plan, which is the caller's.
                wrong = self._board.poll() == USAGE
                raise Failure(USAGE if wrong else DIED, "vadreno did not start", self._log_of("vadreno"))
            time.sleep(0.005)

    def start_qemu(self, image, initramfs, dtb):
        memory = ROOTFS_MEMORY[self._options.rootfs]
        console_read, console_write = os.pipe()
        command_read, command_write = os.pipe()
        arguments = [
            *board.QEMU, *(COUNTING if self._options.icount else ACCELERATOR), "-smp", str(cpus(self._options)),
            "-m", memory, *board.memory(memory), "-kernel", image, "-initrd", initramfs,
            "-append", " ".join(KERNEL_ARGUMENTS + ([] if dtb else KUNIT_ARGUMENTS)),
            "-display", "none", "-nodefaults", "-monitor", "none", "-no-reboot",
            "-chardev", f"file,id=console,path=/dev/fd/{console_write}", "-serial", "chardev:console",
            "-chardev", f"file,id=command,path=/dev/fd/{command_write}", "-serial", "chardev:command",
        ]
        if dtb:
            arguments += ["-dtb", dtb, *board.device(self.socket)]
        self._qemu = self._start("qemu", arguments, pass_fds=(console_write, command_write))
        os.close(console_write)
        os.close(command_write)
        self._selector.register(console_read, selectors.EVENT_READ, "console")
        self._selector.register(command_read, selectors.EVENT_READ, "command")

    def watch(self):
        """Waits for the end of the guest; returns CMD's exit status or raises a Failure."""
        with open(self._logs / "console.log", "wb") as log:
            guest = Guest(log)
            end = self._until_end(guest)
        if guest.panic is not None:
            first = guest.splats[0]
            raise Failure(PANIC, "kernel panic", guest.around(first))
        if end == "timeout":
            if not guest.booted:
                raise Failure(BOOT, f"the guest did not boot within {self._options.timeout:g} s", guest.tail())
            raise Failure(TIMEOUT, f"timeout after {self._options.timeout:g} s", guest.tail())
        if end == "vadreno":
            raise Failure(DIED, f"the board died ({self._ending(self._board)})", self._log_of("vadreno"))
        if guest.splats:
            raise Failure(SPLAT, f"splat in the kernel's log: {guest.first_splat()}",
                          guest.around(guest.splats[0]))
        if not guest.booted:
            raise Failure(BOOT, "the guest did not boot", guest.tail() or self._log_of("qemu"))
        if guest.failed is not None:
            raise Failure(MODULE, f"the guest failed {guest.failed}", guest.tail())
        if guest.exit is None:
            raise Failure(DIED, f"QEMU ended before the command ({self._ending(self._qemu)})",
                          guest.tail() + self._log_of("qemu"))
        return guest.exit

    def stop(self):
        """Ends what still runs, QEMU first, since it is the board's client."""
        for child in reversed(self._children):
            if child.poll() is None:
                child.terminate()
                try:
                    child.wait(5)
                except subprocess.TimeoutExpired:
                    child.kill()
                    child.wait()

    def reports(self):
        """What the board had to report, once it has ended, but for what is allowed."""
        try:
            lines = self.report.read_text(errors="replace").splitlines()
        except FileNotFoundError:
            return []
        return [line for line in lines if not any(regex.search(line) for regex in self._options.allow_report)]

    def _start(self, name, arguments, **rest):
        with open(self._logs / (name + ".log"), "wb") as log:
            child = subprocess.Popen([os.fspath(word) for word in arguments], stdin=subprocess.DEVNULL, stdout=log,
                                     stderr=subprocess.STDOUT, preexec_fn=die_with_parent, **rest)
        self._children.append(child)
        self._selector.register(os.pidfd_open(child.pid), selectors.EVENT_READ, name)
        return child

    def _until_end(self, guest):
        lines = {"console", "command"}
        while True:
            left = self._deadline - time.monotonic()
            if left <= 0:
                return "timeout"
            for key, _ in self._selector.select(left):
                if key.data in ("console", "command"):
                    data = os.read(key.fd, 65536)
                    if not data:
                        self._selector.unregister(key.fd)
                        lines.discard(key.data)
                    elif key.data == "console":
                        guest.feed(data)
                    else:
                        write_all(1, data)
                elif key.data == "vadreno":
                    if guest.exit is None and guest.panic is None and guest.failed is None:
                        return "vadreno"
                    self._selector.unregister(key.fd)
            # Both lines are at their end when QEMU is gone and all that it said is read.
            if not lines:
                self._qemu.wait()
                return "qemu"

    @staticmethod
    def _ending(child):
        status = child.wait()
        return f"signal {signal.Signals(-status).name}" if status < 0 else f"status {status}"

    def _log_of(self, name):
        return (self._logs / (name + ".log")).read_text(errors="replace").splitlines()[-20:]


def write_all(descriptor, data):
    while data:
        data = data[os.write(descriptor, data):]


def guest_slot():
    """Waits until one of MSMXX_GUESTS guests may run, if that is set, and returns the lock that is held meanwhile."""
    count = int(os.environ.get("MSMXX_GUESTS", "0"))
    if count <= 0:
        return None
    folder = TOP / "build/vm/slots"
    folder.mkdir(parents=True, exist_ok=True)
    slots = [open(folder / str(number), "w", encoding="ascii") for number in range(count)]
    # One waits for a slot, the others for their turn, which the kernel gives in the order they came.
    with open(folder / "turn", "w", encoding="ascii") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        while True:
            for slot in slots:
                try:
                    fcntl.flock(slot, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    return slot
                except BlockingIOError:
                    pass
            time.sleep(0.1)


def private_folder():
    """A folder in memory that goes with the mount namespace, so that even a SIGKILL leaves nothing behind."""
    folder = Path("/run/msmxx-vm")
    folder.mkdir(parents=True, exist_ok=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", "mode=700", "msmxx-vm", folder], check=True)
    return folder


def run(options, logs, scratch):
    """One boot; returns CMD's status or raises a Failure."""
    kernel = options.kernel
    image = kernel_path("image", kernel)
    rootfs = rootfs_path(options.rootfs)
    own, load, firmware, dtb = [], [], {}, None
    if options.gpu != "none":
        own.append(own_module(kernel, "vboard.ko"))
        load.append("vboard master=1" if options.driver == "stock" else "vboard")
        firmware = board.firmware(options.gpu)
        dtb = board.device_tree(options.gpu, cpus(options), ROOTFS_MEMORY[options.rootfs], TOP / "build/vm", scratch,
                                options.dts)
    # A folder for each set of modules: other guests, with another driver, may be starting.
    variant = "mutants" if options.mutant is not None else options.driver
    staged = "-".join([re.sub(r"\W", "_", kernel), options.gpu, variant])
    if options.mutant is not None:
        own.append(own_module(kernel, "msmxx-mutants/msmxx.ko"))
        load.append(f"msmxx mutant={options.mutant}" if options.mutant else "msmxx")
    elif options.driver == "msmxx":
        own.append(own_module(kernel, "msmxx.ko"))
        load.append("msmxx")
    elif options.driver == "stock":
        # 7.2 needs the parameter to come up without a display; 6.12 does not know it, and says so in its log.
        load.append("msm separate_gpu_kms=1")
    modules = initrd.Modules(TOP / "build/vm/modules" / staged, kernel_path("modules", kernel),
                             kernel_path("release", kernel), own)
    modules.prepare()
    initramfs = scratch / "initramfs"
    initrd.write(initramfs, init=TOP / "tools/vm/init", rootfs=rootfs, folders=GUEST_FOLDERS, modules=modules, load=load,
                 command=options.command, program_folder=TOP / "build/arm64", firmware=firmware, overlays=options.overlay)

    slot = guest_slot()
    machine = Machine(options, logs, scratch)
    try:
        if dtb:
            machine.start_board()
        machine.start_qemu(image, initramfs, dtb)
        status = machine.watch()
    finally:
        machine.stop()
        if slot:
            slot.close()
    reports = machine.reports() if dtb else []
    if reports:
        raise Failure(REPORT, f"the board reports {len(reports)} thing(s); the command's status was {status}",
                      reports[:20])
    return status


def forget_old_logs(folder):
    """Keeps the logs of the last runs only. Other runs do so at the same time: what is listed may be gone."""
    def age(logs):
        try:
            return logs.stat().st_mtime
        except FileNotFoundError:
            return 0

    for logs in sorted(folder.glob("vm-*"), key=age, reverse=True)[KEPT_LOGS:]:
        shutil.rmtree(logs, ignore_errors=True)


def main():
    options = parse(sys.argv[1:])

    def interrupted(number, _frame):
        raise SystemExit(128 + number)

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, interrupted)
    name = f"vm-{time.strftime('%H%M%S')}-{os.urandom(3).hex()}"
    logs = TOP / "build/log" / name
    forget_old_logs(logs.parent)
    logs.mkdir(parents=True)
    keep = True
    try:
        status = run(options, logs, private_folder())
        keep = options.keep_logs or status != 0
    except BrokenPipeError:
        # Whoever read the command's output has seen enough.
        status, keep = 128 + signal.SIGPIPE, options.keep_logs
    except Failure as failure:
        status = failure.status
        for line in failure.excerpt:
            print(f"  | {line}", file=sys.stderr)
        print(f"vm: {failure}", file=sys.stderr)
        if injection(options):
            print(f"vm: things went wrong by {shlex.join(injection(options))}", file=sys.stderr)
    finally:
        if keep:
            print(f"vm: logs in {logs}", file=sys.stderr)
        else:
            shutil.rmtree(logs, ignore_errors=True)
    return status


if __name__ == "__main__":
    sys.exit(main())
