#!/bin/sh
# The reference builds without a warning, and has a word on every function. What else the headers leave
# undocumented (members and types whose name says it) is left so on purpose. The manual page is
# without fault. usage: reference.sh DOXYFILE MANUAL
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0

# make SETTING...: the reference with these settings behind those of the file.
make()
{
	{
		cat "$doxyfile"
		printf '%s\n' "OUTPUT_DIRECTORY = $work" "$@"
	} | doxygen - >"$work/log" 2>&1
}
doxyfile=$1

make || {
	echo 'FAIL: doxygen objects'
	cat "$work/log"
	failed=1
}
[ -f "$work/html/store_8h.html" ] && grep -q refd_store_ops "$work/html/annotated.html" || {
	echo 'FAIL: store.h is missing in the reference'
	failed=1
}
python3 "$(dirname "$0")/links.py" "$work/html" || failed=1
set -- "$1" "$2" "$(dirname "$0")"/../../examples/embed_*.c
[ "$(grep -c 'Prints:' "$work/html/md_docs_embedding.html")" -eq $(($# - 2)) ] || {
	echo 'FAIL: not every program of docs/embedding.md is in the reference'
	failed=1
}
make 'EXTRACT_ALL = NO' 'WARN_AS_ERROR = NO'
undocumented=$(grep '(function).*is not documented' "$work/log" || true)
[ -z "$undocumented" ] || {
	echo "FAIL: functions without a word:
$undocumented"
	failed=1
}
mandoc -T lint -W warning "$2" >"$work/log" || {
	echo "FAIL: the manual page has faults: $(cat "$work/log")"
	failed=1
}
[ "$failed" -ne 0 ] || echo 'the reference builds'
exit $failed
