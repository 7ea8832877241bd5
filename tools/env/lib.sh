# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Where things are kept, and how a long step reports. Sourced by every script under tools/env and tools/vm.
#
#   $msmxx_top      the project's root
#   $msmxx_cache    what is made once and kept: sandbox, kernels, guest roots (XDG_CACHE_HOME)
#   $msmxx_sandbox  the Debian 13 tree that everything is built and run in
#
# Inside the sandbox MSMXX_IN_SANDBOX is set, and $msmxx_sandbox is empty: its paths are those of /.

set -euo pipefail

msmxx_top=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
msmxx_cache=${XDG_CACHE_HOME:-${HOME:?}/.cache}/msmxx

# The sandbox is keyed by everything that made it, so a change of the recipe makes a new one.
msmxx_sandbox_key=$(cd "$msmxx_top/tools/env" && cat packages.txt make-sandbox | sha256sum | cut -c1-12)
msmxx_sandbox=$msmxx_cache/sandbox-$msmxx_sandbox_key
if [ -n "${MSMXX_IN_SANDBOX:-}" ]; then
	msmxx_sandbox=
fi

# say TEXT...: a line of progress, on stderr so that it never mixes with a command's output
say() {
	printf 'msmxx: %s\n' "$*" >&2
}

# die STATUS TEXT...: one clear line, and the documented exit status
die() {
	local status=$1
	shift
	printf 'msmxx: error: %s\n' "$*" >&2
	exit "$status"
}

# step NAME LOG CMD...: runs a long command with its output in LOG, showing that it lives, and LOG's end if it fails
step() {
	local name=$1 log=$2 start=$SECONDS pid status=0
	shift 2
	mkdir -p "$(dirname "$log")"
	"$@" >"$log" 2>&1 &
	pid=$!
	while kill -0 "$pid" 2>/dev/null; do
		if [ $((SECONDS - start)) -gt 0 ] && [ $(((SECONDS - start) % 20)) -eq 0 ]; then
			say "$name: $((SECONDS - start)) s, $(wc -l <"$log") lines: $(tail -n1 "$log" | cut -c1-80)"
		fi
		sleep 1
	done
	wait "$pid" || status=$?
	if [ "$status" -ne 0 ]; then
		tail -n 40 "$log" >&2
		die "$status" "$name failed (status $status); the whole log is $log"
	fi
	say "$name: done in $((SECONDS - start)) s"
}

# with_lock FILE CMD...: serialises the making of one cached thing between processes
with_lock() {
	local lock=$1
	shift
	mkdir -p "$(dirname "$lock")"
	(
		flock 9
		"$@"
	) 9>"$lock"
}
