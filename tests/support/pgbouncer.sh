#!/bin/sh
# Runs a command with a PgBouncer in transaction mode in front of the server of
# REFDOMAIN_TEST_POSTGRES, or of one of its own: REFDOMAIN_TEST_PGBOUNCER is its URL.
# usage: pgbouncer.sh COMMAND...
#
# Few server connections for many clients, so that two transactions of one client hardly ever get the
# same one. Root runs it as the user postgres, everybody else as himself.
set -u
here=$(cd "$(dirname "$0")" && pwd)
dir=
server=

die()
{
	echo "pgbouncer.sh: $*" >&2
	exit 1
}

# Its own pid file names it.
clean()
{
	[ ! -f "$dir/pid" ] || kill -INT "$(cat "$dir/pid")" 2>/dev/null
	[ -z "$server" ] || sh "$here/postgres.sh" stop "$server"
	rm -rf "$dir"
}

# parameter NAME OTHERWISE: of the URL
parameter()
{
	value=$(echo "$REFDOMAIN_TEST_POSTGRES" | sed -n "s/.*[?&]$1=\([^&#]*\).*/\1/p")
	echo "${value:-$2}"
}

as_server()
{
	if [ "$(id -u)" -ne 0 ]; then
		"$@"
	else
		(cd "$dir" && exec runuser -u postgres -- "$@")
	fi
}

bouncer=$(PATH=$PATH:/usr/sbin:/sbin command -v pgbouncer) || die 'install the package pgbouncer'
trap clean EXIT
trap 'exit 1' HUP INT TERM
dir=$(mktemp -d /tmp/refd-bouncer-XXXXXX) || exit 1
if [ -z "${REFDOMAIN_TEST_POSTGRES-}" ]; then
	server=$(mktemp -d /tmp/refd-pg-XXXXXX) || exit 1
	REFDOMAIN_TEST_POSTGRES=$(sh "$here/postgres.sh" start "$server" $$) || exit 1
	export REFDOMAIN_TEST_POSTGRES
fi
database=$(echo "$REFDOMAIN_TEST_POSTGRES" | sed 's,^[a-z]*://[^/]*/\([^?#]*\).*,\1,')
user=$(parameter user refdomain)
cat >"$dir/ini" <<END
[databases]
$database = host=$(parameter host /var/run/postgresql) port=$(parameter port 5432) dbname=$database user=$user
[pgbouncer]
pool_mode = transaction
auth_type = any
listen_addr =
unix_socket_dir = $dir
listen_port = 6432
default_pool_size = 4
reserve_pool_size = 40
reserve_pool_timeout = 1
max_client_conn = 400
logfile = $dir/log
pidfile = $dir/pid
END
[ "$(id -u)" -ne 0 ] || chown -R postgres: "$dir" || die 'there is no user postgres to run as'
as_server "$bouncer" -q -d "$dir/ini" || die "it does not start: $(cat "$dir/log")"
REFDOMAIN_TEST_PGBOUNCER="postgresql:///$database?host=$dir&port=6432&user=$user"
export REFDOMAIN_TEST_PGBOUNCER
psql -X -q "$REFDOMAIN_TEST_PGBOUNCER" -c 'SELECT 1' >/dev/null || die "no answer: $(cat "$dir/log")"
"$@"
