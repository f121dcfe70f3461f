#!/bin/sh
# A private PostgreSQL server for tests: a cluster of its own in DIR, on a unix socket in DIR only.
#
#   postgres.sh start DIR [OWNER [SETTING...]]
#                                  make the cluster if there is none, start it, wait until it answers,
#                                  print its URL; with OWNER, a process id, the server is stopped and
#                                  DIR removed once that process is gone; with SETTINGs (fsync=off) a
#                                  new cluster has them
#   postgres.sh stop DIR           end the server and remove DIR
#   postgres.sh crash DIR          end the server at once, as a crash would
#   postgres.sh url DIR            print the URL
#
# Durability is as shipped (fsync and synchronous_commit are on) unless a SETTING says otherwise. The default collation is not
# bytewise, so that a comparison that forgot to ask for bytes shows. The role of the URL owns the
# database and is no superuser; it may only keep triggers from firing, for tests that break what is
# stored. Root runs the server as the user postgres, everybody else as himself.
set -u
unset PGDATA PGHOST PGHOSTADDR PGPORT PGUSER PGDATABASE PGPASSWORD PGOPTIONS PGSERVICE PGSSLMODE

die()
{
	echo "postgres.sh: $*" >&2
	exit 1
}

# The newest server there is.
find_server()
{
	bin=
	for candidate in /usr/lib/postgresql/*/bin; do
		[ ! -x "$candidate/postgres" ] || bin=$candidate
	done
	[ -n "$bin" ] || bin=$(dirname "$(command -v postgres || echo none/postgres)")
	[ -x "$bin/initdb" ] || die 'there is no PostgreSQL server here: install the package postgresql'
}

# as_server COMMAND...: as the user the server runs as, who may not be able to enter this directory.
as_server()
{
	if [ "$(id -u)" -ne 0 ]; then
		(cd "$dir" && exec "$@")
	elif command -v runuser >/dev/null; then
		(cd "$dir" && exec runuser -u postgres -- "$@")
	else
		(cd "$dir" && exec setpriv --reuid postgres --regid postgres --init-groups -- "$@")
	fi
}

url()
{
	echo "postgresql:///refdomain?host=$dir&user=refdomain"
}

# sql DATABASE: statements from the standard input, as the superuser of the cluster.
sql()
{
	as_server "$bin/psql" -X -q -v ON_ERROR_STOP=1 -h "$dir" -U postgres -d "$1"
}

# The whole cluster, or nothing that the next start would take for one.
make_cluster()
{
	rm -rf "$dir/data" "$dir/new"
	as_server "$bin/initdb" -D "$dir/new" -A trust -U postgres --no-sync --encoding UTF8 \
		--locale C.UTF-8 --locale-provider icu --icu-locale de >"$dir/initdb.log" 2>&1 ||
		die "initdb failed: $(tail -n 5 "$dir/initdb.log")"
	as_server tee -a "$dir/new/postgresql.conf" >/dev/null <<-END
		listen_addresses = ''
		unix_socket_directories = '$dir'
		max_connections = 200
		timezone = 'Asia/Kathmandu'
		$settings
	END
	as_server mv "$dir/new" "$dir/data"
}

make_database()
{
	sql postgres <<-'END'
		SELECT 'CREATE ROLE refdomain LOGIN' WHERE NOT EXISTS
			(SELECT FROM pg_roles WHERE rolname = 'refdomain') \gexec
		SELECT 'CREATE DATABASE refdomain OWNER refdomain' WHERE NOT EXISTS
			(SELECT FROM pg_database WHERE datname = 'refdomain') \gexec
		GRANT SET ON PARAMETER session_replication_role TO refdomain;
	END
}

start()
{
	mkdir -p "$dir" || die "$dir cannot be made"
	dir=$(cd "$dir" && pwd -P)
	case $dir in
	*[!A-Za-z0-9/._-]*) die "$dir: the URL would have to be quoted" ;;
	esac
	# A socket's path has 107 bytes, its name .s.PGSQL.5432 is part of them.
	[ ${#dir} -le 93 ] || die "$dir is too long for a socket"
	if [ "$(id -u)" -eq 0 ]; then
		id postgres >/dev/null 2>&1 || die 'there is no user postgres to run the server as'
		chown postgres: "$dir" || die "$dir cannot be given to the user postgres"
	fi
	chmod 700 "$dir"
	as_server test -w . || die "the user of the server cannot write to $dir"
	[ -z "$owner" ] || watch
	[ -f "$dir/data/PG_VERSION" ] || make_cluster
	# The server gets none of our descriptors: who reads our output would wait for its end.
	as_server "$bin/pg_ctl" -D "$dir/data" -l "$dir/log" -s -w -t 60 start >"$dir/start.log" 2>&1 \
		</dev/null || die "the server does not start: $(tail -n 5 "$dir/start.log" "$dir/log")"
	make_database || die 'the database cannot be made'
	url
}

# halt MODE: by the cluster's own pid file.
halt()
{
	[ -f "$dir/data/postmaster.pid" ] || return 0
	as_server "$bin/pg_ctl" -D "$dir/data" -s -w -t 60 -m "$1" stop >"$dir/stop.log" 2>&1
}

stop()
{
	halt fast || halt immediate || die "the server does not stop: $(cat "$dir/stop.log")"
	rm -rf "$dir"
}

# In a session of its own: what ends the owner's process group must not end this.
watch()
{
	setsid sh "$self" watch "$dir" "$owner" >/dev/null 2>&1 </dev/null &
}

wait_for_owner()
{
	tail --pid="$owner" -f /dev/null
	# A start still under way loses its files; a server that finds none ends itself.
	stop
}

[ $# -ge 2 ] || die 'usage: postgres.sh start|stop|crash|url DIR [OWNER [SETTING...]]'
self=$(cd "$(dirname "$0")" && pwd)/$(basename "$0")
dir=$2
owner=${3-}
settings=
if [ $# -gt 3 ]; then
	verb=$1
	shift 3
	settings=$(printf '%s\n' "$@")
	set -- "$verb"
fi
if [ "$1" != start ]; then
	[ -d "$dir" ] || exit 0
	dir=$(cd "$dir" && pwd -P)
fi
find_server
case $1 in
start) start ;;
stop) stop ;;
crash) halt immediate || die "the server does not stop: $(cat "$dir/stop.log")" ;;
url) url ;;
watch) wait_for_owner ;;
*) die "$1: unknown" ;;
esac
