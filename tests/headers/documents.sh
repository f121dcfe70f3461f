#!/bin/sh
# The documents name what exists: every rule, rule key, status and handle is explained, every link and every
# path in backticks leads somewhere, commands of refctl and versions are those of the code.
# usage: documents.sh SOURCE_DIR
set -eu
cd "$1"
failed=0

fail()
{
	echo "FAIL: $*"
	failed=1
}

# names HEADER: the second argument of each XX() line.
names()
{
	sed -n 's/^[ \t]*XX([0-9]*, \([A-Z_0-9]*\),.*/\1/p' "$1"
}

for rule in $(names include/refdomain/rule.h); do
	case $rule in
	FIRST | SECOND) continue ;;
	esac
	grep -q "\`$rule\`" docs/rules.md || fail "docs/rules.md does not explain $rule"
done
for status in $(names include/refdomain/status.h); do
	grep -q "^| $status |" docs/errors.md || fail "docs/errors.md does not explain $status"
done
for key in $(sed -n '/^struct refd_rules {/,/^};/s/^\t.*[ \t]\([a-z_]*\);.*/\1/p' include/refdomain/domain/rules.h); do
	case $key in
	id | version) continue ;;
	esac
	grep -q "^| \`$key\` |" docs/rules.md || fail "docs/rules.md does not explain the key $key"
done

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
grep -rhoE '\brefd_[a-z0-9_]+' include | LC_ALL=C sort -u >"$work/declared"
for document in *.md docs/*.md docs/adr/*.md examples/*/README.md; do
	for link in $(grep -o '](\([^)#:]*\))' "$document" | sed 's/^](\(.*\))$/\1/'); do
		[ -e "$(dirname "$document")/$link" ] || fail "$document: nothing at $link"
	done
	for path in $(grep -oE '`(include|lib|adapters|tests|docs|examples)/[A-Za-z0-9_./-]*`' "$document" | tr -d '`'); do
		[ -e "$path" ] || fail "$document: nothing at $path"
	done
	grep -oE '\brefd_[a-z0-9][a-z0-9_]+' "$document" | LC_ALL=C sort -u >"$work/named" || true
	for function in $(LC_ALL=C comm -23 "$work/named" "$work/declared"); do
		fail "$document: no $function in the headers"
	done
	for command in $(grep -oE '`refctl( --[a-z]+ [^ `]+)* [a-z]+ [a-z-]+' "$document" | awk '{ print $(NF - 1) "+" $NF }'); do
		noun=${command%+*}
		grep -q "^	{ \"$noun\", \"${command#*+}\"," examples/refctl/commands.c ||
			grep -q "^	{ \"$noun\", \"\"," examples/refctl/commands.c ||
			fail "$document: refctl has no command $noun ${command#*+}"
	done
done

# said DOCUMENT WORDS: it says so.
said()
{
	tr -s '\n' ' ' <"$1" | grep -qF "$2" || fail "$1 does not say \"$2\""
}
version=$(sed -n "s/^  version: '\(.*\)',$/\1/p" meson.build)
said include/refdomain/version.h "REFD_VERSION_MAJOR ${version%%.*} #define REFD_VERSION_MINOR $(echo "$version" | cut -d . -f 2)"
said debian/changelog "refdomain ($version)"
said CHANGELOG.md "## [$version]"
said docs/platforms.md "meson $(sed -n "s/^  meson_version: '>= \([0-9]*\.[0-9]*\).*/\1/p" meson.build)"
said docs/platforms.md "SQLite $(sed -n "s/^sqlite_version = '\(.*\)'/\1/p" adapters/sqlite/meson.build) or newer"
said docs/platforms.md "libpq $(sed -n "s/^postgres_version = '\(.*\)'/\1/p" adapters/postgres/meson.build) or newer"
for library in $(sed -n "s/^  name: '\(refdomain.*\)',/\1/p" lib/meson.build lib/*/meson.build adapters/*/meson.build); do
	said README.md "\`$library\`"
	said docs/platforms.md "${library#refdomain-}"
	[ "$library" = refdomain ] || grep -q "known.* ${library#refdomain-}[ )]" cmake/refdomainConfig.cmake.in ||
		fail "cmake/refdomainConfig.cmake.in does not know $library"
done
# When each group of the kit's cases turns green.
for group in $(grep -hoE '"[a-z]+__' lib/contract/*.c | tr -d '"' | LC_ALL=C sort -u); do
	said docs/adapter-guide.md "\`$group\`"
done
python3 tests/headers/threads.py . >"$work/threads" || {
	cat "$work/threads"
	failed=1
}

[ "$failed" -ne 0 ] || echo "documents agree"
exit $failed
