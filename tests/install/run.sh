#!/bin/sh
# refdomain as its users meet it: installed, through pkg-config alone, from C and C++, statically linked,
# through CMake, and as a meson subproject and wrap. The program is the one printed in README.md.
# usage: run.sh SOURCE_DIR
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
	step 'the programs of docs/embedding.md'
	mkdir "$work/embed"
	for program in "$root"/examples/embed_*.c; do
		quietly cc -std=c11 $strict "$program" -o "$work/embed/$(basename "$program" .c)" \
			$(pkg-config --cflags --libs refdomain-sqlite refdomain-memory refdomain-contract refdomain-json)
	done
	quietly sh "$here/embed.sh" "$root" "$work/embed"
	step 'an adapter of somebody else, out of this tree'
	quietly sh "$here/custom_adapter.sh" "$root"
	step 'README.md statically linked, by what the .pc files say'
	quietly cc -std=c11 $strict -static "$work/embedding.c" -o "$work/static" \
		$(pkg-config --static --cflags --libs refdomain-sqlite refdomain-json)
	! readelf -l "$work/static" | grep -q INTERP || {
		echo 'FAIL: -static gave a program that needs a loader'
		exit 1
	}
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
play "$work/static"

step 'README.md through CMake, the installation moved and a library taken away'
unset PKG_CONFIG_PATH
mv "$work/prefix" "$work/moved"
rm "$work/moved/lib/librefdomain-spool.a"
mkdir "$work/cmake"
cp "$work/embedding.c" "$work/cmake"

# found ARGUMENT...: configure a project that embeds by find_package(refdomain ARGUMENT...).
found()
{
	cat >"$work/cmake/CMakeLists.txt" <<-EOF
		cmake_minimum_required(VERSION 3.16)
		project(embedding C)
		find_package(refdomain $*)
		message(STATUS "spool: \${refdomain_spool_FOUND}")
		add_executable(embedding embedding.c)
		set_target_properties(embedding PROPERTIES C_STANDARD 11)
		target_link_libraries(embedding refdomain::sqlite refdomain::json)
	EOF
	cmake -G Ninja -S "$work/cmake" -B "$work/cmake/build" -DCMAKE_PREFIX_PATH="$work/moved" -DCMAKE_C_FLAGS="$strict"
}

# refused WORDS ARGUMENT...: that configuration fails and says WORDS.
refused()
{
	words=$1
	shift
	! found "$@" >"$work/log" 2>&1 && tr -s ' \n' ' ' <"$work/log" | grep -q "$words" || {
		echo "FAIL: find_package(refdomain $*) does not say '$words'"
		cat "$work/log"
		exit 1
	}
}
quietly found 0.1 REQUIRED COMPONENTS sqlite json memory tzdata contract OPTIONAL_COMPONENTS spool
grep -q 'spool: FALSE' "$work/log" || {
	echo 'FAIL: an optional component that was not built is not FALSE'
	exit 1
}
quietly cmake --build "$work/cmake/build"
play "$work/cmake/build/embedding"
quietly found REQUIRED
refused 'has no component oracle' REQUIRED COMPONENTS sqlite oracle
refused 'built without spool' REQUIRED COMPONENTS spool sqlite
refused 'requested version "0.2"' 0.2 REQUIRED COMPONENTS sqlite
refused 'requested version "0.0.9"' 0.0.9 REQUIRED COMPONENTS sqlite
refused 'requested version "0.1.1"' 0.1.1 REQUIRED COMPONENTS sqlite

# embed DEPENDENCY...: configure a meson project in $project that embeds by these.
embed()
{
	cp "$work/embedding.c" "$project"
	{
		echo "project('embedding', 'c', default_options: ['c_std=c11', 'warning_level=3'])"
		echo "executable('embedding', 'embedding.c', dependencies: ["
		printf '%s,\n' "$@"
		echo '])'
	} >"$project/meson.build"
	quietly meson setup "$project/build" "$project" --werror
}

step 'README.md with refdomain as a meson subproject'
project=$work/project
mkdir -p "$project/subprojects/refdomain"
cp -R "$root/include" "$root/lib" "$root/adapters" "$root/cmake" "$root/docs" "$root/meson.build" \
	"$root/meson_options.txt" "$project/subprojects/refdomain"
embed "dependency('refdomain-sqlite', fallback: 'refdomain')" "dependency('refdomain-json', fallback: 'refdomain')"

step 'README.md with refdomain as a meson wrap'
project=$work/wrapping
mkdir -p "$project/subprojects/packagefiles"
tar -C "$work/project/subprojects" -cf "$project/subprojects/packagefiles/refdomain.tar" refdomain
cp "$here/refdomain.wrap" "$project/subprojects"
embed "dependency('refdomain-sqlite')" "dependency('refdomain-json')"
quietly ninja -C "$project/build" embedding
play "$project/build/embedding"

echo 'installed copy works'
