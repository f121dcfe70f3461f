#!/bin/sh
# Every public header compiles alone, and twice, as C11 and as C++17, with all warnings and clean
# documentation comments. usage: compile.sh SOURCE_DIR
# -Wshadow is C only: in C++ it objects to the C idiom of a function named like a struct.
set -eu
root=$(cd "$1" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0

fail()
{
	echo "FAIL: $*"
	failed=1
}

(cd "$root/include" && find refdomain -name '*.h' | LC_ALL=C sort) >"$work/headers"
while read -r header; do
	name=$(echo "$header" | tr '/.' '__')
	printf '#include <%s>\n#include <%s>\n' "$header" "$header" >"$work/$name.c"
	cp "$work/$name.c" "$work/$name.cc"

	guard=$(echo "$header" | tr 'a-z/.' 'A-Z__')
	guard=REFDOMAIN_${guard#REFDOMAIN_}
	grep -q "^#ifndef $guard\$" "$root/include/$header" || fail "$header: include guard is not $guard"
	if grep -q '^REFD_API\|REFD_API enum\|extern REFD_API' "$root/include/$header"; then
		grep -q '^REFD_BEGIN_DECLS$' "$root/include/$header" &&
			grep -q '^REFD_END_DECLS$' "$root/include/$header" ||
			fail "$header: declares functions outside REFD_BEGIN_DECLS"
	fi
	grep -q '@since' "$root/include/$header" || fail "$header: no @since"
done <"$work/headers"

strict='-Wall -Wextra -Wpedantic -Wconversion -Wundef -Werror'
strict_c='-Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wswitch-enum -Wvla'
documented='-Wdocumentation -Wdocumentation-pedantic'

# compile TITLE EXTENSION COMMAND...
compile()
{
	title=$1
	extension=$2
	shift 2
	"$@" -fsyntax-only -I"$root/include" "$work"/*."$extension" >"$work/log" 2>&1 || {
		fail "$title"
		grep -m 5 -A 3 'error' "$work/log"
	}
}

# shellcheck disable=SC2086 # the flag lists are meant to split
{
	compile 'gcc, C11' c gcc -std=c11 $strict $strict_c
	compile 'g++, C++17' cc g++ -std=c++17 $strict
	if ! command -v clang >/dev/null; then
		echo "SKIP: clang is missing, documentation comments are not checked"
		[ "$failed" -ne 0 ] || exit 77
	else
		compile 'clang, C11' c clang -std=c11 $strict $strict_c $documented
		compile 'clang++, C++17' cc clang++ -std=c++17 $strict $documented
	fi
}

# refdomain.h is everything but the contract kit and the adapters.
gcc -std=c11 -M -I"$root/include" "$root/include/refdomain/refdomain.h" >"$work/deps"
while read -r header; do
	case $header in
	refdomain/contract/* | refdomain/adapters/*) ;;
	*) grep -q "/include/$header" "$work/deps" || fail "refdomain.h does not bring $header" ;;
	esac
done <"$work/headers"

echo "$(wc -l <"$work/headers") public headers"
exit $failed
