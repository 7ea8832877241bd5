# SPDX-License-Identifier: GPL-2.0-only
#
# The commands of Documentation/building.rst and testing.rst. Everything runs in the project's Debian 13 sandbox, which
# is made on first use; only a module for a kernel of one's own (KDIR=…) is built outside it, with the host's compiler.
#
#   KERNEL   stock-6.12 (default) | stock-backports | debug-6.12 | debug-backports | DIR, a built arm64 kernel tree
#   KDIR     build msmxx.ko natively for this kernel's headers instead

KERNEL ?= stock-6.12
ALL_KERNELS := stock-6.12 stock-backports debug-6.12 debug-backports
ENTER := tools/env/enter

# The harness builds what it boots, and is itself called with a KERNEL: not for the user's MAKEFLAGS to change.
MAKEFLAGS += --no-print-directory

.PHONY: all modules board tools vadreno msmsubmit programs demo check kunit selftests analyze lint parity bench format docs \
	clean kernels

all: modules board tools

ifdef KDIR
modules:
	$(MAKE) -C $(KDIR) M=$(CURDIR) modules
else
modules: ; @$(ENTER) tools/vm/build-module . $(KERNEL) msmxx
endif

# The glue module that makes the virtual board visible to a guest
board: ; @$(ENTER) tools/vm/build-module tools/vadreno/board $(KERNEL) board

tools: vadreno programs
vadreno: ; @$(ENTER) tools/check/build-host
programs msmsubmit: ; @$(ENTER) tools/check/build-guest
kernels: ; @for k in $(ALL_KERNELS); do tools/env/make-kernel $$k || exit; done

demo: ; @tools/vm/demo

check: ; @$(ENTER) tools/check/run
kunit selftests analyze lint parity docs: ; @$(ENTER) tools/check/run $@

bench: ; @$(ENTER) tools/bench/run

format: ; @$(ENTER) tools/lint/format

clean:
	rm -rf build
