#!/bin/sh
# Every examples/embed_*.c prints what its first comment says. usage: embed.sh SOURCE_DIR PROGRAMS_DIR
set -eu
root=$1
programs=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0
failed=0

# run NAME ARGUMENT...: against the lines behind "Prints:".
run()
{
	name=$1
	shift
	awk '/^ \*\// { exit } prints { print substr($0, 6) } /Prints:$/ { prints = 1 }' \
		"$root/examples/$name.c" >"$work/expected"
	[ -s "$work/expected" ] || echo "$name.c does not say what it prints" >"$work/expected"
	status=0
	"$programs/$name" "$@" >"$work/printed" 2>&1 || status=$?
	if [ "$status" -eq 0 ] && diff "$work/expected" "$work/printed"; then
		passed=$((passed + 1))
	else
		echo "FAIL: $name ends with $status"
		failed=$((failed + 1))
	fi
}

run embed_unit "$work/season.db"
run embed_query "$work/season.db"
run embed_ports
run embed_threads
run embed_errors
[ "$(ls "$root"/examples/embed_*.c | wc -l)" -eq $((passed + failed)) ] || failed=$((failed + 1))
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
