#!/bin/sh
# The public headers as other languages read them: each of three foreign function interfaces takes all of
# them, and on a thin binding a short program plays the first steps of a season with the installed archives.
# usage: run.sh python|go|rust SOURCE_DIR BUILD_DIR
set -eu
language=$1
root=$(cd "$2" && pwd)
build=$(cd "$3" && pwd)
here=$root/tests/bindings
work=$(mktemp -d)
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT

meson install -C "$build" --no-rebuild --quiet --destdir "$work/installed" --tags devel
pc=$(find "$work/installed" -name refdomain.pc)
export PKG_CONFIG_PATH="${pc%/*}" PKG_CONFIG_SYSROOT_DIR="$work/installed"
modules='refdomain-sqlite refdomain-json'
flags=$(pkg-config --cflags $modules)
libraries=$(pkg-config --libs $modules)
(cd "$root/include" && find refdomain -name '*.h' | LC_ALL=C sort) | sed 's/.*/#include <&>/' >"$work/every.h"
mkdir "$work/store"
cd "$work"

# shellcheck disable=SC2086 # flags
case $language in
python)
	# What the headers declare, without what the system's do, attributes and inline functions.
	gcc -E -D'__attribute__(x)=' -Dbool=_Bool $flags every.h | python3 "$here/declarations.py" >declarations.h
	gcc -shared -o librefdomain.so -Wl,--whole-archive ${libraries%%-lsqlite3*} -lrefdomain-json -lrefdomain \
		-Wl,--no-whole-archive $libraries
	cp "$here/refdomain.py" "$here/season.py" .
	set -- python3 "$work/season.py"
	;;
go)
	export GOCACHE="$work/cache" GOPATH="$work/go" GO111MODULE=off
	mkdir -p go/src/every go/src/refdomain go/src/season
	{
		printf 'package every\n\n// #cgo pkg-config: %s\n' "$modules"
		sed 's,^,// ,' every.h
		printf 'import "C"\n\nfunc version() *C.char { return C.refd_version() }\n'
	} >go/src/every/every.go
	cp "$here/refdomain.go" go/src/refdomain
	cp "$here/season.go" go/src/season
	(cd go/src && go vet ./... && go build -o "$work" ./...)
	set -- "$work/season"
	;;
rust)
	bindgen every.h --allowlist-file '.*/refdomain/.*' --disable-nested-struct-naming --no-rustfmt-bindings \
		-- $flags >bindings.rs
	cp "$here/refdomain.rs" "$here/season.rs" .
	rustc --edition 2021 -D warnings season.rs -o season.out -C link-args="$libraries"
	set -- "$work/season.out"
	;;
esac

cd "$work/store"
"$@" >"$work/played"
diff - "$work/played" <<'EOF'
REFUSED: a team cannot play against itself
Halle I - Jena I in 7 days
EOF
