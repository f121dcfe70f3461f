#!/bin/sh
# The checks of this directory are shown to fail: each violation is planted in a copy of the sources
# (or in an archive made for it) and must be reported. usage: self_test.sh SOURCE_DIR
set -eu
root=$(cd "$1" && pwd)
here=$root/tests/headers
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
planted=0
failed=0

fresh_copy()
{
	rm -rf "$work/tree"
	mkdir "$work/tree"
	cp -R "$root/include" "$root/lib" "$root/adapters" "$work/tree"
}

# expect_failure TITLE WORD COMMAND...: the command fails and its output has WORD.
expect_failure()
{
	title=$1
	word=$2
	shift 2
	planted=$((planted + 1))
	if "$@" >"$work/out" 2>&1; then
		echo "FAIL: not noticed: $title"
		failed=1
	elif ! grep -q -- "$word" "$work/out"; then
		echo "FAIL: noticed, but not for the right reason: $title"
		cat "$work/out"
		failed=1
	fi
}

expect_success()
{
	if ! "$@" >"$work/out" 2>&1; then
		echo "FAIL: refused without a violation: $*"
		cat "$work/out"
		failed=1
	fi
}

# What is not a violation passes.
fresh_copy
cat >"$work/tree/lib/domain/planted.c" <<'EOF'
/* printf("in a comment"); malloc(1) */
const char *refd__text = "malloc(1) in a text";
struct s { void *(*malloc)(void); };
EOF
expect_success sh "$here/include_rule.sh" "$work/tree"

# plant FILE LINE...: an offending file, noticed by its path.
plant()
{
	file=$1
	shift
	rm -rf "$work/tree"
	mkdir -p "$work/tree/include" "$work/tree/lib" "$work/tree/adapters" "$(dirname "$work/tree/$file")"
	printf '%s\n' "$@" >"$work/tree/$file"
	expect_failure "$file: $*" "$file:$#: " sh "$here/include_rule.sh" "$work/tree"
}

plant lib/base/planted.c '#include <refdomain/domain/fixture.h>'
plant lib/domain/planted.c '#include <refdomain/app/app.h>'
plant lib/domain/planted.c '#include <refdomain/ports/store.h>'
plant lib/domain/planted.c '#include "app/work.h"'
plant lib/app/planted.c '#include <stdio.h>' '#include <sqlite3.h>'
plant lib/app/planted.c '# include <jansson.h>'
plant lib/app/planted.c '#include <pthread.h>'
plant lib/app/planted.c '#include <refdomain/adapters/json.h>'
plant lib/app/planted.c '#include "../../adapters/sqlite/engine.h"'
plant lib/contract/planted.c '#include "base/arena.h"'
plant lib/contract/planted.c '#include <cmocka.h>'
plant lib/other/planted.c 'int x;'
plant adapters/memory/planted.c '#include "base/arena.h"'
plant adapters/memory/planted.c '#include "../sqlite/engine.h"'
plant adapters/memory/planted.c '#include <cmocka.h>'
plant include/refdomain/domain/planted.h '#include <refdomain/ports/store.h>'
plant include/refdomain/ports/planted.h '#include <refdomain/app/app.h>'
plant include/refdomain/planted.h '#include <refdomain/domain/team.h>'
plant lib/app/planted.c 'static void *f(void) { return malloc(1); }'
plant lib/app/planted.c 'static void f(void)' '{' '	printf ("x");' 
plant lib/domain/planted.c '/* why */ static long f(void) { return time(0); }'
plant lib/contract/planted.c 'static void f(void) { abort(); }'

# small_tree INCLUDED...: nothing but a planted header (standard input), attributes.h and a
# refdomain.h that brings INCLUDED.
small_tree()
{
	rm -rf "$work/tree"
	mkdir -p "$work/tree/include/refdomain"
	cp "$root/include/refdomain/attributes.h" "$work/tree/include/refdomain"
	cat >"$work/tree/include/refdomain/planted.h"
	{
		printf '/** @since 0.1 */\n#ifndef REFDOMAIN_REFDOMAIN_H\n#define REFDOMAIN_REFDOMAIN_H\n'
		printf '#include <refdomain/%s.h>\n' "$@"
		printf '#endif\n'
	} >"$work/tree/include/refdomain/refdomain.h"
}

# plant_header WORD LINE...: a public header that does not stand alone.
plant_header()
{
	word=$1
	shift
	printf '%s\n' "$@" | small_tree attributes planted
	expect_failure "header: $*" "$word" sh "$here/compile.sh" "$work/tree"
}

top='/** @file planted.h Planted. @since 0.1 */
#ifndef REFDOMAIN_PLANTED_H
#define REFDOMAIN_PLANTED_H
#include <refdomain/attributes.h>
REFD_BEGIN_DECLS'
end='REFD_END_DECLS
#endif'
plant_header 'gcc, C11' "$top" 'REFD_API struct refd_name *refd_x(enum refd_status s);' "$end"
plant_header 'g++, C++17' "$top" 'REFD_API void refd_x(int class);' "$end"
plant_header 'include guard' '/** @since 0.1 */' 'struct refd_x;'
plant_header 'REFD_BEGIN_DECLS' "$(echo "$top" | grep -v DECLS)" 'REFD_API void refd_x(void);' '#endif'
plant_header '@since' "$(echo "$top" | sed 's/@since//')" "$end"
if command -v clang >/dev/null; then
	plant_header 'clang, C11' "$top" '/** @param b The other. */' 'REFD_API void refd_x(int a);' "$end"
fi
printf '%s\n' "$top" "$end" | small_tree attributes planted
expect_success sh "$here/compile.sh" "$work/tree"
printf '%s\n' "$top" "$end" | small_tree attributes
expect_failure 'a header refdomain.h forgets' 'does not bring' sh "$here/compile.sh" "$work/tree"

# What the documents leave out, and what they invent.
copy_documents()
{
	rm -rf "$work/tree"
	mkdir "$work/tree"
	cp -R "$root"/*.md "$root/meson.build" "$root/adapters" "$root/cmake" "$root/debian" "$root/docs" \
		"$root/examples" "$root/include" "$root/lib" "$root/tests" "$work/tree"
}

copy_documents
expect_success sh "$here/documents.sh" "$work/tree"
cp -R "$work/tree/include" "$work/include"
# expect_undocumented WORD FILE SED-SCRIPT
expect_undocumented()
{
	sed -i "$3" "$work/tree/include/refdomain/$2"
	expect_failure "$1 without a document" "does not explain $1" sh "$here/documents.sh" "$work/tree"
	cp "$work/include/refdomain/$2" "$work/tree/include/refdomain/$2"
}

expect_undocumented PLANTED rule.h 's/XX(8, CLUB_NOT_NEUTRAL/XX(9, PLANTED, HARD, "x")\n	&/'
expect_undocumented 'the key planted' domain/rules.h 's/^\tint32_t match_duration;/\tint32_t planted;\n&/'
expect_undocumented PLANTED status.h 's/XX(15, MISUSE/XX(16, PLANTED, "x")\n	&/'
echo 'See [here](docs/nowhere.md).' >"$work/tree/PLANTED.md"
expect_failure 'a dead link' 'nothing at docs/nowhere.md' sh "$here/documents.sh" "$work/tree"
echo 'See `tests/nowhere`.' >"$work/tree/PLANTED.md"
expect_failure 'a dead path' 'nothing at tests/nowhere' sh "$here/documents.sh" "$work/tree"
echo 'Call refd_nothing().' >"$work/tree/PLANTED.md"
expect_failure 'an invented function' 'no refd_nothing' sh "$here/documents.sh" "$work/tree"
echo 'Try `refctl --db memory: db bakup`.' >"$work/tree/PLANTED.md"
expect_failure 'an invented command' 'no command db bakup' sh "$here/documents.sh" "$work/tree"
rm "$work/tree/PLANTED.md"
sed -i 's/Any thread\. \*\//*\//' "$work/tree/include/refdomain/alloc.h"
expect_failure 'a function silent about threads' 'refd_allocator_libc does not say' \
	sh "$here/documents.sh" "$work/tree"
sed -i '/^| `struct refd_spool`/d' "$work/tree/docs/threads.md"
expect_failure 'a handle without a row' 'no row for refd_spool_destroy' sh "$here/documents.sh" "$work/tree"
sed -i "s/^  version: '/&9/" "$work/tree/meson.build"
expect_failure 'versions that differ' 'debian/changelog does not say' sh "$here/documents.sh" "$work/tree"

# plant_symbol WORD ARCHIVE LINE...: an object in an archive that must be refused.
plant_symbol()
{
	word=$1
	archive=$2
	shift 2
	rm -rf "$work/objects"
	mkdir "$work/objects"
	printf '%s\n' '#include <refdomain/refdomain.h>' "$@" >"$work/objects/app_planted.c"
	cc -std=c11 -D_DEFAULT_SOURCE -O1 -fPIC -fvisibility=hidden -I"$root/include" -c \
		"$work/objects/app_planted.c" -o "$work/objects/app_planted.c.o"
	ar rc "$work/objects/$archive" "$work/objects/app_planted.c.o"
	expect_failure "symbol: $*" "$word" \
		sh "$here/symbols.sh" "$root" "$here/allowed.txt" "$work/objects/$archive" "$work"/twin/*.a
}

mkdir "$work/twin"
plant_symbol 'lacks the prefix' librefdomain.a 'int helper(void) { return 1; }'
plant_symbol 'lacks the prefix' librefdomain.a 'int refd_hidden(void) { return 1; }'
plant_symbol 'must be hidden' librefdomain.a 'REFD_API int refd__x(void);' 'int refd__x(void) { return 1; }'
plant_symbol 'no public header' librefdomain.a 'REFD_API int refd_x(void);' 'int refd_x(void) { return 1; }'
plant_symbol 'lacks the prefix' librefdomain-memory.a 'int refd__x(void) { return 1; }'
plant_symbol 'must be hidden' librefdomain-memory.a 'REFD_API int refd_memory__x(void);' \
	'int refd_memory__x(void) { return 1; }'
plant_symbol 'writable data' librefdomain.a 'static int x;' 'int refd__x(void) { return x++; }'
plant_symbol 'writable data' librefdomain-memory.a 'int refd_memory__x = 4;'
plant_symbol 'needs time' librefdomain.a '#include <time.h>' 'long refd__x(void) { return time(0); }'
plant_symbol 'needs malloc' librefdomain.a '#include <stdlib.h>' 'void *refd__x(void) { return malloc(8); }'
plant_symbol 'needs pthread' librefdomain.a '#include <pthread.h>' \
	'int refd__x(pthread_mutex_t *m) { return pthread_mutex_lock(m); }'
echo 'int refd__x(void) { return 1; }' | cc -x c -c -o "$work/twin.o" -
ar rc "$work/twin/librefdomain-twin.a" "$work/twin.o"
plant_symbol 'do not link together' librefdomain.a 'int refd__x(void) { return 1; }'

fresh_copy
sed -i 's/^REFD_END_DECLS/REFD_API void refd_planted(void);\nextern REFD_API const int refd_planted_row[];\n&/' \
	"$work/tree/include/refdomain/version.h"
expect_failure 'a function nobody defines' 'refd_planted is declared' \
	sh "$here/declared.sh" "$work/tree" "$work/twin/librefdomain-twin.a"
expect_failure 'an object nobody defines' 'refd_planted_row is declared' \
	sh "$here/declared.sh" "$work/tree" "$work/twin/librefdomain-twin.a"

echo "$planted planted violations"
exit $failed
