#!/bin/sh
# Modified condition/decision coverage of the rule engine by the unit tests: 100 %. Every condition of
# every decision was seen to turn it by itself.
# usage: mcdc.sh [BUILD_DIR] (clang-19, llvm-19; built here with the options it needs)
#
# The rule engine is what decides about an assignment: refd_validate() and what it is made of, the
# checks it shares with the aggregates, and the aggregates' own rules.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
build=${1:-$root/build-mcdc}
case $build in
/*) ;;
*) build=$PWD/$build ;;
esac
tests='assignment availability board event fixture referee rule rules team travel validation venue violations'
engine='validation rota travel checks violations wording rules tracker coordinates
	assignment availability board fixture referee team venue'

if [ ! -f "$build/build.ninja" ]; then
	mkdir -p "$build"
	# Without asserts: they are for misuse only, so nothing turns them.
	LLVM_PROFILE_FILE=/dev/null CC=clang-19 meson setup "$build" "$root" --werror -Db_ndebug=true -Dsqlite=disabled \
		-Dpostgres=disabled -Djson=enabled -Dexamples=disabled -Dtests=enabled -Doptimization=0 \
		-Dc_args='-DREFD_COVERAGE -fprofile-instr-generate -fcoverage-mapping -fcoverage-mcdc' \
		-Dc_link_args=-fprofile-instr-generate >"$build/setup.log" 2>&1 || {
		tail -n 20 "$build/setup.log"
		exit 1
	}
fi
programs=
for test in $tests; do
	programs="$programs tests/unit/unit_$test"
done
# shellcheck disable=SC2086 # a list of programs
ninja -C "$build" $programs >"$build/ninja.log" 2>&1 || {
	tail -n 20 "$build/ninja.log"
	exit 1
}
rm -f "$build"/*.profraw
objects=
for program in $programs; do
	LLVM_PROFILE_FILE=$build/${program##*/}.profraw "$build/$program" >"$build/${program##*/}.log" 2>&1 || {
		tail -n 20 "$build/${program##*/}.log"
		exit 1
	}
	objects="$objects${objects:+ -object} $build/$program"
done
llvm-profdata-19 merge -o "$build/engine.profdata" "$build"/*.profraw
sources=
for file in $engine; do
	sources="$sources $root/lib/domain/$file.c"
done
# shellcheck disable=SC2086 # lists
llvm-cov-19 export $objects -instr-profile "$build/engine.profdata" -format text -sources $sources \
	>"$build/mcdc.json"
python3 - "$build/mcdc.json" "$root" <<'PYTHON'
import json, os, sys

total = missed = 0
for file in json.load(open(sys.argv[1]))["data"][0]["files"]:
    name = os.path.relpath(file["filename"], sys.argv[2])
    summary = file["summary"]["mcdc"]
    total += summary["count"]
    missed += summary["notcovered"]
    for line, column, line_end, column_end, *_, conditions in file.get("mcdc_records", []):
        for place, turned in enumerate(conditions, 1):
            if not turned:
                print(f"{name}:{line}:{column}: condition {place} of {len(conditions)} never turns the decision")
print(f"rule engine: {total - missed} of {total} conditions turn their decision")
sys.exit(0 if total > 0 and missed == 0 else 1)
PYTHON
