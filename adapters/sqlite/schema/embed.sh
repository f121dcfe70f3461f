#!/bin/sh
# Write the schema files as C arrays, in the order given: embed.sh OUTPUT FILE...
set -eu
output=$1
shift
{
	for file in "$@"; do
		printf 'static const char sq_%s[] = {\n' "$(basename "$file" .sql)"
		od -An -v -tu1 "$file" | sed -e 's/^ *//' -e 's/  */, /g' -e 's/$/,/'
		printf '0 };\n'
	done
	printf 'const struct sq_migration refd_sqlite__migrations[] = {\n'
	for file in "$@"; do
		printf '\t{ "%s", sq_%s },\n' "$(basename "$file")" "$(basename "$file" .sql)"
	done
	printf '};\nconst size_t refd_sqlite__n_migrations = sizeof(refd_sqlite__migrations) / sizeof(refd_sqlite__migrations[0]);\n'
} > "$output"
