#!/bin/sh
# What the archives define and need. usage: symbols.sh SOURCE_DIR ALLOWED ARCHIVE...
#
# - every global symbol starts with the prefix of its archive: refd_ and, hidden, refd__ in the core,
#   refd_NAME_ and refd_NAME__ in librefdomain-NAME.a
# - a symbol other programs can see is declared in a public header
# - no writable data: no globals
# - the core needs nothing but the functions listed in ALLOWED (file: object function...)
# - all archives together link without a clash, the core with libc and libm alone
set -eu
root=$1
allowed=$2
shift 2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0

fail()
{
	echo "FAIL: $*"
	failed=1
}

# Names in public headers, words pasted by macros (refd_##lower##_id) aside.
cat "$root"/include/refdomain/*.h "$root"/include/refdomain/*/*.h | grep -oE '\brefd_[A-Za-z0-9_]+' |
	LC_ALL=C sort -u >"$work/declared"

for archive in "$@"; do
	name=$(basename "$archive" .a)
	case $name in
	librefdomain) prefix='refd_' hidden='refd__' ;;
	librefdomain-*)
		part=$(echo "${name#librefdomain-}" | tr - _)
		prefix="refd_${part}_" hidden="refd_${part}__"
		;;
	*)
		fail "$name: not an archive of ours"
		continue
		;;
	esac
	# 4: type, 5: binding, 6: visibility, 7: section, 8: name
	readelf -sW "$archive" | awk '$5 == "GLOBAL" || $5 == "WEAK" || $5 == "UNIQUE" {
		if ($7 != "UND") print $6, $8 }' | LC_ALL=C sort -u >"$work/defined"
	[ "$name" != librefdomain ] || [ -s "$work/defined" ] || fail "$name: nothing read"
	while read -r visibility symbol; do
		case $visibility:$symbol in
		DEFAULT:"$hidden"*) fail "$name: $symbol is internal and must be hidden" ;;
		DEFAULT:"$prefix"* | HIDDEN:"$hidden"*) ;;
		*) fail "$name: $symbol ($visibility) lacks the prefix" ;;
		esac
	done <"$work/defined"
	awk '$1 == "DEFAULT" { print $2 }' "$work/defined" >"$work/visible"
	for symbol in $(LC_ALL=C comm -23 "$work/visible" "$work/declared"); do
		fail "$name: $symbol is in no public header"
	done

	objdump -h "$archive" 2>/dev/null | awk '
		/file format/ { object = $1 }
		$2 ~ /^\.(data|bss|tdata|tbss)(\.|$)/ && $2 !~ /^\.data\.rel\.ro/ && $3 !~ /^0+$/ { print object, $2 }' >"$work/writable"
	while read -r object section; do
		fail "$name: $object has writable data ($section)"
	done <"$work/writable"
done

for archive in "$@"; do
	[ "$(basename "$archive")" = librefdomain.a ] || continue
	nm -A -g -u "$archive" | sed 's/^.*[:\/]\([^:\/]*\.o\): */\1 /' |
		awk '{ print $1, $NF }' | LC_ALL=C sort -u >"$work/needed"
	nm -g --defined-only "$archive" | awk 'NF == 3 { print $3 }' >"$work/own"
	[ -s "$work/needed" ] || fail "librefdomain: nothing read"
	awk -v own="$work/own" -v allowed="$allowed" '
		BEGIN {
			while ((getline line < own) > 0)
				ours[line] = 1
			while ((getline line < allowed) > 0) {
				n = split(line, words, " ")
				for (i = 2; i <= n && words[1] !~ /^#/; i++)
					may[words[1], words[i]] = 1
			}
		}
		!($2 in ours) && !(("*", $2) in may) && !(($1, $2) in may)' "$work/needed" >"$work/foreign"
	while read -r object symbol; do
		fail "librefdomain: $object needs $symbol, which the core may not use"
	done <"$work/foreign"

	echo 'int main(void) { return 0; }' >"$work/main.c"
	cc -o "$work/core" "$work/main.c" -Wl,--whole-archive "$archive" -Wl,--no-whole-archive -lm \
		>"$work/log" 2>&1 || fail "the core does not link with libc and libm: $(head -3 "$work/log")"
	others=
	for package in sqlite3 jansson libpq; do
		others="$others $(pkg-config --libs "$package" 2>/dev/null || true)"
	done
	# shellcheck disable=SC2086 # the libraries are meant to split
	cc -o "$work/all" "$work/main.c" -Wl,--whole-archive "$@" -Wl,--no-whole-archive $others -lm -pthread \
		>"$work/log" 2>&1 || fail "the archives do not link together: $(head -3 "$work/log")"
done

echo "$# archives"
exit $failed
