#!/bin/sh
# Measures the library beside raw C that does the same, and prints one table.
# usage: sh tests/bench/run.sh [ROUNDS [CASE]]
#
# TSV: case, side, setting, median, min, max, ratio. Ratios count; absolute figures move with the
# machine. Both sides write to the same file system (${REFDOMAIN_BENCH_DIR:-build-bench/data}), run
# in turns A B A B, at least 5 rounds after a warm-up that is dropped.
set -eu
cd "$(dirname "$0")/../.."
build=${REFDOMAIN_BUILD:+$REFDOMAIN_BUILD/bench}
build=${build:-build-bench}
rounds=${1-7}
[ -f "$build/build.ninja" ] ||
	meson setup "$build" . --buildtype release -Dtests=enabled -Dexamples=enabled -Dsqlite=enabled \
		-Djson=enabled >&2
ninja -C "$build" >&2
data=${REFDOMAIN_BENCH_DIR:-$build/data}
mkdir -p "$data"

echo "# $(nproc) cores, $(uname -srm), SQLite $(pkg-config --modversion sqlite3), $(df -T "$data" | awk 'NR == 2 { print $2 }')"
"$build/tests/bench/bench" "$data" "$rounds" ${2+"$2"}
case ${2-import} in
*import*) "$build/tests/bench/import_bench" "$data" "$build/examples/refctl/refctl" "$rounds" ;;
esac
case ${2-validation} in
*valid*) "$build/tests/bench/validation_bench" 20000 "$rounds" | grep -v '^case' ;;
esac
