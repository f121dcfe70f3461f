#!/bin/sh
# Write the schema files as C arrays, in the order given: embed.sh OUTPUT FILE...
set -eu
output=$1
shift
{
	for file in "$@"; do
		printf 'static const char pg_%s[] = {\n' "$(basename "$file" .sql)"
		od -An -v -tu1 "$file" | sed -e 's/^ *//' -e 's/  */, /g' -e 's/$/,/'
		printf '0 };\n'
	done
	printf 'const struct pg_migration refd_postgres__migrations[] = {\n'
	for file in "$@"; do
		printf '\t{ "%s", pg_%s },\n' "$(basename "$file")" "$(basename "$file" .sql)"
	done
	printf '};\nconst size_t refd_postgres__n_migrations = sizeof(refd_postgres__migrations) / sizeof(refd_postgres__migrations[0]);\n'
} > "$output"
