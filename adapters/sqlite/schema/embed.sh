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
	printf 'const struct sq_migration sq_migrations[] = {\n'
	for file in "$@"; do
		printf '\t{ "%s", sq_%s },\n' "$(basename "$file")" "$(basename "$file" .sql)"
	done
	printf '};\nconst size_t sq_n_migrations = sizeof(sq_migrations) / sizeof(sq_migrations[0]);\n'
} > "$output"
