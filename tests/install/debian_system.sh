#!/bin/sh
# The Debian packages in a system of their own: installed by apt from a local repository, tried by the tests that come
# with them, purged again. Needs root, debootstrap and a mirror, REFDOMAIN_DEBIAN_MIRROR or that of Debian.
# usage: debian_system.sh SOURCE_DIR PACKAGES_DIR
set -eu
source=$(cd "$1" && pwd)
packages=$(cd "$2" && pwd)
here=$(cd "$(dirname "$0")" && pwd)
mirror=${REFDOMAIN_DEBIAN_MIRROR:-http://deb.debian.org/debian}
names='librefdomain-dev refdomain-tools refdomain-doc'

fail()
{
	echo "FAIL: $1"
	[ ! -f "${work-}/log" ] || tail -n 40 "$work/log"
	exit 1
}

[ "$(id -u)" -eq 0 ] || fail 'only root can make a system to install the packages in'
PATH=$PATH:/usr/sbin:/sbin
command -v debootstrap >/dev/null || fail 'debootstrap is missing: install the package debootstrap'
codename=$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release)
# What is mounted below is seen by this process and its children only, and is gone with them.
if [ -z "${REFDOMAIN_MOUNTS_APART-}" ]; then
	REFDOMAIN_MOUNTS_APART=1 exec unshare --mount --propagation private sh "$here/debian_system.sh" "$source" "$packages"
fi
work=$(mktemp -d)
system=$work/system
clean()
{
	umount "$system/proc" 2>/dev/null || :
	rm -rf --one-file-system "$work"
}
trap clean EXIT
trap 'exit 1' HUP INT TERM

# inside COMMAND...: as root of that system.
inside()
{
	chroot "$system" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 \
		DEBIAN_FRONTEND=noninteractive "$@"
}

# quietly COMMAND...: its output only if it fails.
quietly()
{
	"$@" >"$work/log" 2>&1 || fail "$*"
}

# What there is, but for what apt and dpkg keep for themselves, and what they refer to.
contents()
{
	(cd "$system" && find . -path ./proc -prune -o -path ./tmp -prune -o -path ./source -prune -o -path ./packages -prune \
		-o -path ./var/cache -prune -o -path ./var/lib/apt -prune -o -path ./var/lib/dpkg -prune -o -path ./var/log -prune \
		-o -print | LC_ALL=C sort)
	inside dpkg-query -W -f '${Package} ${Status}\n'
}

quietly debootstrap --variant=minbase "$codename" "$system" "$mirror"
mount -t proc proc "$system/proc" || fail "/proc cannot be mounted there"
printf '#!/bin/sh\nexit 101\n' >"$system/usr/sbin/policy-rc.d" # nothing is to be started
chmod +x "$system/usr/sbin/policy-rc.d"

mkdir "$system/packages" "$system/source"
cp "$packages"/*.deb "$system/packages"
(cd "$system/packages" && dpkg-scanpackages -m . >Packages 2>"$work/log") || fail 'no repository'
echo 'deb [trusted=yes] file:/packages ./' >"$system/etc/apt/sources.list.d/refdomain.list"
cp -R "$source/README.md" "$source/debian" "$system/source"

quietly inside apt-get update
quietly inside apt-get install -y --no-install-recommends gcc libc6-dev make cmake pkgconf
contents >"$work/before"
# shellcheck disable=SC2086 # a list of packages
quietly inside apt-get install -y $names
for test in embedding tools; do
	mkdir "$system/tmp/$test"
	# shellcheck disable=SC2016 # words of the inner shell
	quietly inside env AUTOPKGTEST_TMP="/tmp/$test" sh -c 'cd /source && exec "debian/tests/$0"' "$test"
done
# shellcheck disable=SC2086 # a list of packages
quietly inside apt-get purge -y --auto-remove $names
contents >"$work/after"
diff "$work/before" "$work/after" >"$work/log" || fail 'the packages leave something behind when they are purged'
echo 'installed, tried and purged'
