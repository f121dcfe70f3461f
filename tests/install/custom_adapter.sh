#!/bin/sh
# examples/custom_adapter, away from this tree: built from what PKG_CONFIG_PATH finds, through the kit, its
# own tests and a small season. usage: custom_adapter.sh SOURCE_DIR
set -eu
root=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

fail()
{
	echo "FAIL: $1"
	tail -n 40 "$work/log"
	exit 1
}

cp -R "$root/examples/custom_adapter" "$work/adapter"
for compiler in gcc clang; do
	(CC=$compiler meson setup "$work/$compiler" "$work/adapter" --werror &&
		ninja -C "$work/$compiler") >"$work/log" 2>&1 || fail "custom_adapter with $compiler"
done

# Where syncing a file costs nothing, if there is such a place: the kit makes a store for each case.
for TMPDIR in /dev/shm /tmp; do
	[ ! -w "$TMPDIR" ] || break
done
export TMPDIR
"$work/gcc/kit" >"$work/log" 2>&1 || fail 'the kit over custom_adapter'
grep -qE '^1[5-9][0-9] passed, 0 failed$' "$work/log" || fail 'cases of the kit were not run'
"$work/clang/own" >"$work/log" 2>&1 || fail 'the own tests of custom_adapter'

"$work/clang/season" "$work/season" >"$work/log" 2>&1 || fail 'a season on custom_adapter'
cat >"$work/expected" <<'END'
one match a day and hall: REFUSED
not everybody was free: REFUSED
committed: 2
2099-09-05T16:00:00Z  Halle I - Jena I, Ilse Ott, Jan Paul
2099-09-19T15:00:00Z  Jena I - Halle I
END
diff "$work/expected" "$work/log" || fail 'another season than expected'
echo 'custom_adapter works'
