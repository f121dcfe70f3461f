#!/bin/sh
# Measures the library beside raw C that does the same, and prints one table.
# usage: sh tests/bench/run.sh [ROUNDS [CASE]]
#
# TSV: case, side, setting, median, min, max, ratio. Ratios count; absolute figures move with the
# machine. Both sides write to the same file system (${REFDOMAIN_BENCH_DIR:-build-bench/data}), run
# in turns A B A B, at least 5 rounds after a warm-up that is dropped. PostgreSQL runs on a server of
# its own below ${REFDOMAIN_BENCH_DIR:-/var/tmp}, started and stopped here; with
# REFDOMAIN_BENCH_POSTGRES=0, or where there is no server to be had, it is left out.
set -eu
cd "$(dirname "$0")/../.."
build=${REFDOMAIN_BUILD:+$REFDOMAIN_BUILD/bench}
build=${build:-build-bench}
rounds=${1-7}
[ -f "$build/build.ninja" ] ||
	meson setup "$build" . --buildtype release -Dtests=enabled -Dexamples=enabled -Dsqlite=enabled \
		-Djson=enabled >&2
ninja -C "$build" >&2
data=${REFDOMAIN_BENCH_DIR:-$build/data}
mkdir -p "$data"
server=
stop_server()
{
	[ -z "$server" ] || sh tests/support/postgres.sh stop "$server"
}
trap stop_server EXIT
trap 'exit 1' HUP INT TERM

# As the superuser of the server: to make and copy databases, and nothing else that happens by chance.
prepare_server()
{
	psql -X -q -v ON_ERROR_STOP=1 -h "$server" -U postgres -d postgres <<-'END'
		ALTER ROLE refdomain CREATEDB;
		GRANT pg_checkpoint TO refdomain;
		ALTER SYSTEM SET autovacuum = off;
		ALTER SYSTEM SET max_wal_size = '8GB';
		ALTER SYSTEM SET checkpoint_timeout = '1h';
		SELECT pg_reload_conf() \g /dev/null
	END
}

# bench_postgres [CASE]
bench_postgres()
{
	if [ "${REFDOMAIN_BENCH_POSTGRES-1}" = 0 ]; then
		echo '# PostgreSQL: left out, as wished'
		return
	fi
	if [ ! -x "$build/tests/bench/postgres_bench" ] || ! command -v psql >/dev/null ||
		! ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1; then
		echo '# PostgreSQL: left out; the packages postgresql and libpq-dev are missing'
		return
	fi
	server=$(mktemp -d "${REFDOMAIN_BENCH_DIR:-/var/tmp}/refdomain-bench.XXXXXX")
	url=$(sh tests/support/postgres.sh start "$server" $$)
	prepare_server
	echo "# server on $(df -T "$server" | awk 'NR == 2 { print $2 }')"
	"$build/tests/bench/postgres_bench" "$url" "$rounds" ${1+"$1"}
}

echo "# $(nproc) cores, $(uname -srm), SQLite $(pkg-config --modversion sqlite3), $(df -T "$data" | awk 'NR == 2 { print $2 }')"
"$build/tests/bench/bench" "$data" "$rounds" ${2+"$2"}
case ${2-import} in
*import*) "$build/tests/bench/import_bench" "$data" "$build/examples/refctl/refctl" "$rounds" ;;
esac
case ${2-validation} in
*valid*) "$build/tests/bench/validation_bench" 20000 "$rounds" | grep -v '^case' ;;
esac
bench_postgres ${2+"$2"}
