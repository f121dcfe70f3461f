#!/bin/sh
# Static analysis of lib/ and adapters/ with cppcheck and the analyzer of gcc, and of these and refctl with clang-tidy.
# usage: sh tests/static/run.sh [--long]
#
# The analyzer of clang takes minutes and runs with --long only. What they find and is none stands in
# known.txt with the reason. A finding that is not there fails, and so does a line there that finds nothing any more.
set -eu
cd "$(dirname "$0")/../.."
checks="-clang-analyzer-*" # beyond .clang-tidy
elsewhere='/^tidy .* clang-analyzer-/d'
if [ "${1-}" = --long ]; then
	checks=
	elsewhere=
fi
build=${REFDOMAIN_BUILD:-build-tests}/static
mkdir -p "$build"
[ -f "$build/gcc/build.ninja" ] ||
	CC=gcc meson setup "$build/gcc" . -Dtests=disabled -Dexamples=disabled -Dsqlite=enabled -Dpostgres=enabled \
		-Djson=enabled -Doptimization=2 -Dc_args=-fanalyzer >"$build/setup.log"
ninja -C "$build/gcc" clean >/dev/null # a file that is not compiled says nothing
ninja -C "$build/gcc" >"$build/gcc.log"
cppcheck -q -j "$(nproc)" --enable=warning,performance,portability --std=c11 -I include -I lib \
	-I adapters/json -I adapters/postgres -I adapters/spool -I adapters/sqlite -I adapters/tzdata \
	--template='cppcheck {file} {id}' lib adapters 2>"$build/cppcheck.log"

# Of what is generated only what is compiled.
[ -f "$build/clang/build.ninja" ] ||
	CC=clang meson setup "$build/clang" . -Dtests=disabled -Dexamples=enabled -Dsqlite=enabled -Dpostgres=enabled \
		-Djson=enabled >"$build/setup-clang.log"
# shellcheck disable=SC2046 # targets
ninja -C "$build/clang" $(ninja -C "$build/clang" -t targets all | sed -n 's/\.inc: CUSTOM_COMMAND$/.inc/p') \
	>"$build/clang.log"
rm -rf "$build/tidy"
mkdir "$build/tidy"
# One file each: of several in one go it takes the va_list of all but the first for uninitialised.
# shellcheck disable=SC2016 # words of the inner shell
find lib adapters examples/refctl -name '*.c' -print0 |
	xargs -0 -P "$(nproc)" -n 1 sh -c 'log=$0/$$; clang-tidy -quiet "$@" >"$log" 2>"$log.err"' "$build/tidy" \
		-p "$build/clang" --checks="$checks" || : # its status says whether it found something

{
	sed -n 's|^\.\./*\(.*\.[ch]\):[0-9]*:[0-9]*: warning: .*\[-W\([a-z-]*\)\]$|gcc \1 \2|p' "$build/gcc.log" |
		sed 's#^gcc \(\.\./\)*#gcc #; s#^gcc .*/\(lib\|adapters\)/#gcc \1/#'
	grep '^cppcheck ' "$build/cppcheck.log" || :
	sed -n 's#^\([^ ]*/\)*\(\(lib\|adapters\|examples\)/[^: ]*\):[0-9]*:[0-9]*: [a-z]*: .*\[\([^]]*\)\]$#tidy \2 \4#p' \
		"$build"/tidy/*
} | sort -u >"$build/found"
sed "/^#/d; /^$/d; s/ *: .*//; $elsewhere" tests/static/known.txt | sort -u >"$build/known"
if ! diff "$build/known" "$build/found" >"$build/difference"; then
	sed -n 's/^> /found: /p; s/^< /no longer found, take it out of known.txt: /p' "$build/difference"
	exit 1
fi
echo "$(wc -l <"$build/found") known findings, no other"
