#!/bin/sh
# The documents name what exists: every rule, rule key and status is explained, every link and every
# path in backticks leads somewhere. usage: documents.sh SOURCE_DIR
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
for document in *.md docs/*.md docs/adr/*.md; do
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
done

[ "$failed" -ne 0 ] || echo "documents agree"
exit $failed
