#!/bin/sh
# The Debian packages: they build in a copy of the tree, lintian has no complaint, and the tests that come
# with them pass on what they hold, unpacked, and installed by apt. usage: debian.sh SOURCE_DIR
set -eu
root=$(cd "$1" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# quietly COMMAND...: its output only if it fails.
quietly()
{
	"$@" >"$work/log" 2>&1 || {
		echo "FAIL: $*"
		tail -n 40 "$work/log"
		exit 1
	}
}

mkdir "$work/refdomain"
tar -C "$root" --exclude-vcs --exclude='./build*' -cf - . | tar -C "$work/refdomain" -xf -
cd "$work/refdomain"
# The tests of the library are run elsewhere.
export DEB_BUILD_OPTIONS=nocheck
quietly dpkg-buildpackage -us -uc
quietly lintian --fail-on error,warning --display-info "$work"/*.changes

for package in librefdomain-dev refdomain-tools refdomain-doc; do
	quietly dpkg-deb -x "$work/$package"_*.deb "$work/system"
done
[ -f "$work/system/usr/share/doc/refdomain-doc/html/index.html" ] || {
	echo 'FAIL: the reference is missing'
	exit 1
}
export PATH="$work/system/usr/bin:$PATH" CMAKE_PREFIX_PATH="$work/system/usr" PKG_CONFIG_SYSROOT_DIR="$work/system"
PKG_CONFIG_PATH=$(dirname "$(find "$work/system" -name refdomain.pc)")
export PKG_CONFIG_PATH
for test in embedding tools; do
	AUTOPKGTEST_TMP=$work/$test
	export AUTOPKGTEST_TMP
	mkdir "$AUTOPKGTEST_TMP"
	quietly "debian/tests/$test"
done
sh "$root/tests/install/debian_system.sh" "$root" "$work"
ls "$work"/*.deb | sed 's,.*/,,'
