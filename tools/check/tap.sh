# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# KTAP from a shell script, for suites whose tests are commands. Sourced; tap_end is the suite's exit status.

tap_count=0 tap_failed=0
echo "KTAP version 1"

# tap NAME CMD...: one test, passed when CMD exits with 0; what it printed is a diagnostic when it does not
tap() {
	local name=$1 output status=0
	shift
	output=$("$@" 2>&1 </dev/null) || status=$?
	[ "$status" -eq 0 ] || printf '%s\n' "$output" | sed 's/^/# /'
	tap_result "$name" "$status"
}

# tap_skip NAME REASON: one test that cannot be done here
tap_skip() {
	tap_count=$((tap_count + 1))
	echo "ok $tap_count $1 # SKIP $2"
}

tap_result() {
	tap_count=$((tap_count + 1))
	if [ "$2" -eq 0 ]; then
		echo "ok $tap_count $1"
	else
		tap_failed=$((tap_failed + 1))
		echo "not ok $tap_count $1 (status $2)"
	fi
}

# tap_nested NAME CMD...: one test whose command prints KTAP of its own, which becomes its subtests
tap_nested() {
	local name=$1 status
	shift
	"$@" </dev/null 2>&1 | sed 's/^/    /'
	status=${PIPESTATUS[0]}
	tap_result "$name" "$status"
}

# tap_start NAME FUNCTION ARG...: a test whose subtests are FUNCTION's, running beside this script until tap_join
tap_jobs=()
tap_start() {
	local name=$1 log
	shift
	log=$(mktemp)
	(
		tap_count=0 tap_failed=0
		echo "KTAP version 1"
		"$@"
		tap_end
	) >"$log" 2>&1 </dev/null &
	tap_jobs+=("$! $log $name")
}

# tap_join: waits for what was started, and tells of it in that order
tap_join() {
	local job pid log name status
	for job in "${tap_jobs[@]}"; do
		read -r pid log name <<<"$job"
		status=0
		wait "$pid" || status=$?
		sed 's/^/    /' "$log"
		rm -f "$log"
		tap_result "$name" "$status"
	done
	tap_jobs=()
}

tap_end() {
	[ "$tap_failed" -eq 0 ]
}
