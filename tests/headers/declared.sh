#!/bin/sh
# Every function and object that a public header declares is defined in one of the archives.
# usage: declared.sh SOURCE_DIR ARCHIVE...
set -eu
root=$1
shift
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0

(cd "$root/include" && find refdomain -name '*.h') | while read -r header; do
	case $header in
	refdomain/adapters/*)
		# Built only where its library is.
		echo "$@" | grep -q "librefdomain-$(basename "$header" .h)\.a" || continue
		;;
	esac
	echo "#include <$header>"
done >"$work/all.c"
gcc -std=c11 -fsyntax-only -I"$root/include" -aux-info "$work/functions" "$work/all.c"
{
	grep '/include/refdomain/' "$work/functions" | grep -v ' static ' |
		sed -n 's/^[^(]*[ *]\(refd_[a-z0-9_]*\) (.*/\1/p'
	gcc -std=c11 -E -P -I"$root/include" "$work/all.c" | tr '\n' ' ' | tr ';' '\n' |
		grep -E '^ *extern ' | grep -oE '\brefd_[a-z0-9_]+ *(\[\])?$' | tr -d ' []'
} | LC_ALL=C sort -u >"$work/declared"
nm -g --defined-only "$@" | awk 'NF == 3 { print $3 }' | LC_ALL=C sort -u >"$work/defined"
for symbol in $(LC_ALL=C comm -23 "$work/declared" "$work/defined"); do
	echo "FAIL: $symbol is declared, but defined nowhere"
	failed=1
done
echo "$(wc -l <"$work/declared") declarations"
[ "$(wc -l <"$work/declared")" -gt 100 ] || failed=1
exit $failed
