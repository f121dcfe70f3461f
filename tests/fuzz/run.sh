#!/bin/sh
# Fuzz what takes text from outside, with libFuzzer under both sanitizers.
# usage: sh tests/fuzz/run.sh [SECONDS [TARGET...]]
#
# Each target gets SECONDS (15), two at a time, beginning with its committed corpus. What it finds is kept below
# ${REFDOMAIN_BUILD:-build-tests}/fuzzing/found; an input that breaks something is printed and fails.
# To keep what a long run found: run the target with -merge=1, the corpus and what was found.
set -u
cd "$(dirname "$0")/../.." || exit 1
root=$PWD
build=${REFDOMAIN_BUILD:-build-tests}/fuzzing
seconds=${1-15}
[ $# -eq 0 ] || shift
[ -f "$build/build.ninja" ] ||
	CC=clang meson setup "$build" . -Dfuzzing=true -Dtests=enabled -Dexamples=enabled -Dsqlite=enabled \
		-Djson=enabled -Doptimization=1 -Db_sanitize=address,undefined -Db_lundef=false >&2 || exit 1
[ $# -gt 0 ] || set -- $(ls tests/fuzz/corpus)
ninja -C "$build" $(printf 'tests/fuzz/fuzz_%s ' "$@") >&2 || exit 1

# Sanitizers of this age cannot place their shadow where a kernel spreads addresses widely.
plain_layout=
if setarch "$(uname -m)" -R true 2>/dev/null; then
	plain_layout="setarch $(uname -m) -R"
fi

# fuzz TARGET: its log and how it ended are left in files.
fuzz()
{
	found=$root/$build/found/$1
	mkdir -p "$found"
	# shellcheck disable=SC2086 # words
	(cd "$build" && ASAN_OPTIONS=detect_leaks=1 UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1 \
		$plain_layout tests/fuzz/fuzz_"$1" "$found" "$root/tests/fuzz/corpus/$1" \
		-max_total_time="$seconds" -max_len=4096 -timeout=10 -rss_limit_mb=1024 -print_final_stats=1 \
		-artifact_prefix="broken-$1-" -dict="$root/tests/fuzz/words" -verbosity=0) >"$build/$1.log" 2>&1
	echo $? >"$build/$1.status"
}

passed=0
failed=0
# tell TARGET
tell()
{
	if [ "$(cat "$build/$1.status")" -eq 0 ]; then
		passed=$((passed + 1))
		echo "$1: $(sed -n 's/^stat::number_of_executed_units: *//p' "$build/$1.log") inputs," \
			"$(sed -n 's/^stat::new_units_added: *//p' "$build/$1.log") of them new ground"
	else
		failed=$((failed + 1))
		echo "$1: broken"
		tail -n 40 "$build/$1.log"
	fi
}

while [ $# -gt 0 ]; do
	fuzz "$1" &
	[ $# -eq 1 ] || fuzz "$2" &
	wait
	tell "$1"
	[ $# -eq 1 ] || tell "$2"
	shift
	[ $# -eq 0 ] || shift
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
