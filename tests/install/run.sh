#!/bin/sh
# refdomain as its users meet it: installed, through pkg-config alone, from C and C++, and as a meson
# subproject. The program is the one printed in README.md. usage: run.sh SOURCE_DIR
set -eu
root=$(cd "$1" && pwd)
here=$root/tests/install
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
strict='-Wall -Wextra -Wpedantic -Werror'

step()
{
	echo "== $*"
}

# quietly COMMAND...: its output only if it fails.
quietly()
{
	"$@" >"$work/log" 2>&1 || {
		echo "FAIL: $*"
		tail -n 30 "$work/log"
		exit 1
	}
}

step 'the first C program of README.md'
awk '/^```c$/ { inside = 1; next } /^```$/ { if (inside) exit } inside' "$root/README.md" >"$work/embedding.c"
lines=$(wc -l <"$work/embedding.c")
if [ "$lines" -lt 20 ] || [ "$lines" -gt 65 ]; then
	echo "FAIL: README.md has no program of 20 to 65 lines, but one of $lines"
	exit 1
fi

step 'install a release build without tests and examples'
quietly meson setup "$work/build" "$root" --prefix "$work/prefix" --libdir lib --buildtype release --werror \
	-Dtests=disabled -Dexamples=disabled -Dsqlite=enabled -Djson=enabled
quietly ninja -C "$work/build"
quietly meson install -C "$work/build" --no-rebuild
for header in $(cd "$root/include" && find refdomain -name '*.h'); do
	[ -f "$work/prefix/include/$header" ] || {
		echo "FAIL: $header is not installed"
		exit 1
	}
done
PKG_CONFIG_PATH=$work/prefix/lib/pkgconfig
export PKG_CONFIG_PATH

step 'every .pc file alone'
for pc in "$PKG_CONFIG_PATH"/*.pc; do
	package=$(basename "$pc" .pc)
	quietly pkg-config --exists --print-errors "$package"
	# shellcheck disable=SC2046 # flags
	quietly cc -std=c11 $strict "$here/version.c" -o "$work/version" $(pkg-config --cflags --libs "$package")
	quietly "$work/version" "$(pkg-config --modversion "$package")"
done
for package in refdomain refdomain-memory refdomain-sqlite refdomain-json refdomain-tzdata refdomain-spool \
	refdomain-contract; do
	[ -f "$PKG_CONFIG_PATH/$package.pc" ] || {
		echo "FAIL: there is no $package.pc"
		exit 1
	}
done

# shellcheck disable=SC2046,SC2086 # flags
{
	step 'README.md through pkg-config'
	quietly cc -std=c11 $strict "$work/embedding.c" -o "$work/embedding" \
		$(pkg-config --cflags --libs refdomain-sqlite refdomain-json)
	step 'a C++ program through pkg-config'
	quietly g++ -std=c++17 $strict "$here/embedding.cc" -o "$work/cxx" \
		$(pkg-config --cflags --libs refdomain-memory refdomain-json)
	quietly "$work/cxx"
}

# play PROGRAM: run it on a new store; it lists the fixture it scheduled.
play()
{
	rm -rf "$work/store"
	mkdir "$work/store"
	(cd "$work/store" && "$1") >"$work/played" 2>&1 && grep -q ' - ' "$work/played" || {
		echo "FAIL: $1"
		cat "$work/played"
		exit 1
	}
}
play "$work/embedding"
cat "$work/played"

step 'README.md with refdomain as a meson subproject'
unset PKG_CONFIG_PATH
mkdir -p "$work/project/subprojects/refdomain"
cp -R "$root/include" "$root/lib" "$root/adapters" "$root/meson.build" "$root/meson_options.txt" \
	"$work/project/subprojects/refdomain"
cp "$work/embedding.c" "$work/project"
cat >"$work/project/meson.build" <<'EOF'
project('embedding', 'c', default_options: ['c_std=c11', 'warning_level=3'])
executable('embedding', 'embedding.c', dependencies: [
  dependency('refdomain-sqlite', fallback: 'refdomain'),
  dependency('refdomain-json', fallback: 'refdomain'),
])
EOF
quietly meson setup "$work/project/build" "$work/project" --werror
quietly ninja -C "$work/project/build" embedding
play "$work/project/build/embedding"

echo 'installed copy works'
