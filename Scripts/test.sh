#!/usr/bin/env bash
# Runs the tests. Those of the program mostly wait for it, so they run beside the others, in a process of
# their own, and take half the time together. Usage: Scripts/test.sh [FLAGS OF swift test]
set -euo pipefail
cd "$(dirname "$0")/.."

swift=${SWIFT:-swift}
if (($# > 0)); then exec "$swift" test --disable-xctest "$@"; fi

"$swift" build --build-tests
run() { "$swift" test --disable-xctest --skip-build --ignore-lock "$@"; }

log=$(mktemp)
trap 'rm -f "$log"' EXIT
run --filter '^CLITests\.' >"$log" 2>&1 &
status=0
run --skip '^CLITests\.' || status=$?
wait $! || status=$?
cat "$log"
exit "$status"
