#!/bin/sh
# All tests of refdomain: installs what is missing, builds, runs every suite.
# usage: sh tests/run.sh [--long]
#
# Builds go to ${REFDOMAIN_BUILD:-build-tests}. REFDOMAIN_REAL_SEASON=FILE also plays a real season
# through examples/season.sh. Tests that need PostgreSQL get a server of their own, or
# REFDOMAIN_TEST_POSTGRES=URL. With --long the tests of the suite `long` are run too; they take
# hours. The last line is "N passed, N failed"; the status is 0 only if nothing
# failed. What is skipped counts as failed.
set -u
cd "$(dirname "$0")/.." || exit 1
build=${REFDOMAIN_BUILD:-build-tests}
mkdir -p "$build" || exit 1
build=$(cd "$build" && pwd)
long=
case ${1-} in
'') ;;
--long) long=1 ;;
*)
	echo 'usage: sh tests/run.sh [--long]' >&2
	exit 2
	;;
esac
passed=0
failed=0
failures=
started=$(date +%s)

note()
{
	printf '\n== %s (%d s)\n' "$1" "$(($(date +%s) - started))"
}

# count TITLE STATUS [LOG]: one step that is a test of its own.
count()
{
	if [ "$2" -eq 0 ]; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		failures="$failures
  $1"
		[ -z "${3-}" ] || tail -n 40 "$3"
	fi
}

finish()
{
	note summary
	[ -z "$failures" ] || echo "failed:$failures"
	echo "$passed passed, $failed failed"
	[ "$failed" -eq 0 ] || exit 1
	exit 0
}

# What the tests need of a Debian machine, and why.
needed_packages()
{
	cat <<-EOF
		gcc g++ clang|compilers
		meson ninja-build pkg-config|build
		libsqlite3-dev|SQLite adapter
		libpq-dev|PostgreSQL adapter
		postgresql|a PostgreSQL server of our own; the one the package starts is left alone
		pgbouncer|PostgreSQL through a pool of connections
		openssl|certificates of a server that is asked for TLS
		libjansson-dev|JSON codec
		liblmdb-dev|the adapter of examples/custom_adapter
		libsmartcols-dev|tables of refctl
		uuid-dev|name-based ids of refctl
		mandoc|the manual page of refctl is linted
		libcmocka-dev|unit tests
		tzdata|time zones
		python3-icalendar python3-vobject|other implementations of iCalendar, to read calendars of refctl
		libxml2-utils tidy|what reads the reports of refctl
		gcovr|coverage gate
		clang-19 llvm-19 libclang-rt-19-dev|conditions that turn a decision: gcc 12 and clang 14 cannot count them
		valgrind|memory errors
		libclang-rt-dev|clang sanitizers
		binutils|symbol tests
		cmake|install test: find_package
		doxygen|reference
		python3-cffi golang-go bindgen rustc|bindings: the headers as other languages read them
		clang-format|source format
		cppcheck|static analysis
		util-linux|setarch, for sanitizers on kernels that spread addresses widely
	EOF
	[ -z "$long" ] || echo 'debhelper lintian|Debian packages'
}

install_missing()
{
	if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
		echo "not a Debian machine: nothing is installed, what is missing will fail below"
		return 0
	fi
	needed_packages >"$build/packages"
	missing=
	while IFS='|' read -r packages reason; do
		for package in $packages; do
			if ! dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed'; then
				echo "installing $package: $reason"
				missing="$missing $package"
			fi
		done
	done <"$build/packages"
	[ -n "$missing" ] || return 0

	as_root=
	if [ "$(id -u)" -ne 0 ]; then
		as_root=sudo
		command -v sudo >/dev/null || {
			echo "neither root nor sudo: please run: apt-get install$missing"
			return 1
		}
	fi
	# shellcheck disable=SC2086 # a list of packages
	$as_root apt-get update -q >"$build/apt.log" 2>&1 &&
		$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends \
			$missing >>"$build/apt.log" 2>&1 || {
		tail -n 20 "$build/apt.log"
		return 1
	}
}

# compile NAME COMPILER OPTION...: configure and build in $build/NAME, warnings are errors.
compile()
{
	name=$1
	compiler=$2
	shift 2
	if [ ! -f "$build/$name/build.ninja" ]; then
		rm -rf "${build:?}/$name"
		CC=$compiler meson setup "$build/$name" . --werror -Dtests=enabled -Dexamples=enabled \
			-Dsqlite=enabled -Dpostgres=enabled -Djson=enabled "$@" >"$build/$name.log" 2>&1
	fi && ninja -C "$build/$name" >>"$build/$name.log" 2>&1
	status=$?
	count "$name: build with $compiler" $status "$build/$name.log"
	return $status
}

# The cases in a meson test log: what cmocka or a last line "N passed, N failed" counted, otherwise
# one per program.
tally()
{
	python3 - "$1" <<-'EOF'
		import json, re, sys
		passed, failed = 0, 0
		for line in open(sys.argv[1], encoding="utf-8", errors="replace"):
		    test = json.loads(line)
		    output = test.get("stdout", "") + test.get("stderr", "")
		    count = lambda word: sum(int(n) for n in re.findall(r"\[  %s  \] (\d+) test\(s\)" % word, output))
		    good, bad = count("PASSED"), count("FAILED") + count("SKIPPED") + output.count("[  SKIPPED ]")
		    last = re.search(r"^(\d+) passed, (\d+) failed\s*\Z", test.get("stdout", ""), re.M)
		    if last:
		        good, bad = int(last[1]), int(last[2])
		    if test["result"] != "OK":
		        bad = max(bad, 1)
		        print("FAIL: %s: %s" % (test["name"], test["result"]), file=sys.stderr)
		    elif good + bad == 0:
		        good = 1
		    passed, failed = passed + good, failed + bad
		if passed + failed == 0:
		    failed = 1
		    print("FAIL: no test was run", file=sys.stderr)
		print(passed, failed)
	EOF
}

# run_suites NAME TITLE MESON-TEST-OPTION...: tests of the build NAME.
run_suites()
{
	name=$1
	title=$2
	shift 2
	log=$name-$(echo "$title" | tr ' ' '-')
	rm -f "$build/$name/meson-logs/$log"*.json
	meson test -C "$build/$name" --no-rebuild --print-errorlogs --logbase "$log" "$@" >"$build/$log.log" 2>&1
	status=$?
	# shellcheck disable=SC2046 # two numbers
	set -- $(tally "$build/$name/meson-logs/$log"*.json 2>"$build/tally.log" || echo 0 1)
	cat "$build/tally.log"
	if [ "$status" -ne 0 ] && [ "$2" -eq 0 ]; then
		set -- "$1" 1
	fi
	echo "$name, $title: $1 passed, $2 failed"
	passed=$((passed + $1))
	failed=$((failed + $2))
	if [ "$2" -ne 0 ]; then
		failures="$failures
  $name, $title (see $build/$log.log)"
		tail -n 60 "$build/$log.log"
	fi
}

# The server is ours unless somebody brought one. It also ends if this script is killed.
start_postgres()
{
	[ -z "${REFDOMAIN_TEST_POSTGRES-}" ] || {
		echo "using $REFDOMAIN_TEST_POSTGRES"
		return 0
	}
	postgres=$(mktemp -d /tmp/refd-run-XXXXXX) || return 1
	trap stop_postgres EXIT
	trap 'exit 1' HUP INT TERM
	REFDOMAIN_TEST_POSTGRES=$(sh tests/support/postgres.sh start "$postgres" $$) || return 1
	export REFDOMAIN_TEST_POSTGRES
	echo "$REFDOMAIN_TEST_POSTGRES"
}

stop_postgres()
{
	sh tests/support/postgres.sh stop "$postgres"
}

note 'what the tests need'
install_missing
status=$?
[ "$status" -eq 0 ] || {
	count 'install what is missing' "$status"
	finish
}

note 'PostgreSQL'
start_postgres || {
	count 'start a PostgreSQL server' 1
	finish
}

# Sanitizers of this age cannot place their shadow where a kernel spreads addresses widely.
plain_layout=
if setarch "$(uname -m)" -R true 2>/dev/null; then
	plain_layout="setarch $(uname -m) -R"
fi

# Many tests wait, for a server, the disk, or processes to die, more than they compute.
side_by_side="--num-processes $((2 * $(nproc)))"

note 'source format'
find include lib adapters examples tests -name '*.[ch]' | xargs clang-format --dry-run -Werror \
	>"$build/format.log" 2>&1
count 'source format' $? "$build/format.log"

note 'static analysis'
REFDOMAIN_BUILD=$build sh tests/static/run.sh >"$build/static.log" 2>&1
count 'static analysis' $? "$build/static.log"

note 'gcc'
# The suite quick is run further down, with counters of coverage and with sanitizers.
compile gcc gcc && run_suites gcc postgres --suite postgres --no-suite torture $side_by_side

note 'clang'
compile clang clang && run_suites clang unit --suite unit

note 'release'
# Only the optimiser sees some of what may be unset or run over.
compile release gcc --buildtype release && run_suites release unit --suite unit

note 'address and undefined behaviour sanitizers'
export ASAN_OPTIONS=detect_stack_use_after_return=1:strict_string_checks=1
export UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1
compile sanitized gcc -Db_sanitize=address,undefined -Db_lundef=false &&
	run_suites sanitized quick --suite quick --suite postgres --no-suite torture --no-suite shell -t 5 $side_by_side \
		${plain_layout:+--wrapper "$plain_layout"}

note 'coverage of lib/'
# Threads share the counters.
if compile coverage gcc -Db_coverage=true -Dc_args=-fprofile-update=atomic; then
	run_suites coverage 'quick, contract and wasteful' --suite quick --suite contract --suite wasteful -t 3
	sh tests/coverage.sh "$build/coverage" >"$build/coverage-gate.log" 2>&1
	status=$?
	grep -E '^(lines|branches|lib/[a-z]*/):' "$build/coverage-gate.log"
	count 'coverage gate' $status "$build/coverage-gate.log"
fi

note 'conditions of the rule engine'
sh tests/mcdc.sh "$build/mcdc" >"$build/mcdc-gate.log" 2>&1
status=$?
tail -n 1 "$build/mcdc-gate.log"
count 'MC/DC of the rule engine' $status "$build/mcdc-gate.log"

note 'thread sanitizer'
export TSAN_OPTIONS=halt_on_error=1:second_deadlock_stack=1
compile threads clang -Db_sanitize=thread -Db_lundef=false &&
	run_suites threads threads --suite threads --suite contract --no-suite torture \
		-t 10 ${plain_layout:+--wrapper "$plain_layout"}

note 'fuzzing'
REFDOMAIN_BUILD=$build sh tests/fuzz/run.sh "$([ -n "$long" ] && echo 3600 || echo 15)" >"$build/fuzzing.log" 2>&1
sed -n '/ inputs, /p; /: broken$/,$p' "$build/fuzzing.log"
set -- $(sed -n 's/^\([0-9]*\) passed, \([0-9]*\) failed$/\1 \2/p' "$build/fuzzing.log")
passed=$((passed + ${1:-0}))
[ "${2:-1}" -eq 0 ] || count 'fuzzing' 1 "$build/fuzzing.log"

note 'valgrind'
if [ -f "$build/gcc/build.ninja" ]; then
	# of the kit over SQLite a part, or all
	run_suites gcc valgrind --suite unit --suite valgrind ${long:+--suite contract} --no-suite torture -t 30 \
		--wrapper "sh $PWD/tests/valgrind.sh"
fi

note 'torture'
[ ! -f "$build/gcc/build.ninja" ] ||
	run_suites gcc torture --suite torture --no-suite long $side_by_side
if [ -n "$long" ] && [ -f "$build/gcc/build.ninja" ]; then
	note 'long'
	run_suites gcc long --suite long
fi

# play NAME STORE [FILE]: a season; STORE may be empty.
play()
{
	name=$1
	store=$2
	shift 2
	REFCTL_DB=$store sh examples/season.sh "$@" >"$build/$name.log" 2>&1
	count "examples/season.sh $*${store:+ on PostgreSQL}" $? "$build/$name.log"
	/usr/bin/python3 tests/refctl/read_calendar.py "$data" >"$build/$name-calendar.log" 2>&1
	count "calendar of the season $*${store:+ on PostgreSQL}" $? "$build/$name-calendar.log"
	python3 tests/refctl/read_report.py "$data/season" >"$build/$name-report.log" 2>&1
	count "report of the season $*${store:+ on PostgreSQL}" $? "$build/$name-report.log"
}

note 'season'
unset REFCTL_DB
schema=season_$$
data=${REFDOMAIN_BUILD:+$build/season}
data=${data:-build-season}/season-data
play season ''
play season-postgres "$REFDOMAIN_TEST_POSTGRES#$schema"
if [ -n "${REFDOMAIN_REAL_SEASON-}" ]; then
	play real-season '' "$REFDOMAIN_REAL_SEASON"
	play real-season-postgres "$REFDOMAIN_TEST_POSTGRES#${schema}_real" "$REFDOMAIN_REAL_SEASON"
fi
psql -X -q "$REFDOMAIN_TEST_POSTGRES" -c 'SET client_min_messages = error' \
	-c "DROP SCHEMA IF EXISTS $schema, ${schema}_real CASCADE"

finish
