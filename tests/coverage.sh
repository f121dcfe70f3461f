#!/bin/sh
# Coverage gate for lib/: at least 95 % of the lines and 85 % of the branches.
# usage: coverage.sh BUILD_DIR (built with -Db_coverage=true, tests run)
#
# The branch of an assert that stops the program is not counted: it is there for misuse only.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
build=$(cd "$1" && pwd)
cd "$root"
gcovr --root "$root" --filter "$root/lib/" --exclude-branches-by-pattern '.*\bassert\(.*' \
	--exclude-unreachable-branches --json "$build/coverage.json" "$build"
gcovr --root "$root" --add-tracefile "$build/coverage.json" --txt "$build/coverage-lines.txt"
gcovr --root "$root" --add-tracefile "$build/coverage.json" --branches --txt "$build/coverage-branches.txt" \
	--print-summary --fail-under-line 95 --fail-under-branch 85 &&
	status=0 || status=$?
[ "$status" -eq 0 ] || cat "$build/coverage-lines.txt"
exit "$status"
