#!/bin/sh
# All tests of refdomain: installs what is missing, builds, runs every suite.
# usage: sh tests/run.sh [--long] [STEP...]
#
# Builds go to ${REFDOMAIN_BUILD:-build-tests}. REFDOMAIN_REAL_SEASON=FILE also plays a real season
# through examples/season.sh. Tests that need PostgreSQL get a server of their own, or
# REFDOMAIN_TEST_POSTGRES=URL. With --long the tests of the suite `long` are run too; they take
# hours. With STEPs, the functions step_STEP() below, only these are run, one after the other. The
# last line is "N passed, N failed"; the status is 0 only if nothing failed. What is skipped counts
# as failed.
set -u
cd "$(dirname "$0")/.." || exit 1
build=${REFDOMAIN_BUILD:-build-tests}
mkdir -p "$build" || exit 1
build=$(cd "$build" && pwd)
long=
if [ "${1-}" = --long ]; then
	long=--long
	shift
fi
for step; do
	grep -q "^step_$step()" tests/run.sh || {
		echo 'usage: sh tests/run.sh [--long] [STEP...]' >&2
		exit 2
	}
done
results=$build/results # a line per count: passed, failed, title
started=${REFDOMAIN_RUN_STARTED:-$(date +%s)}

note()
{
	printf '\n== %s (%d s)\n' "$1" "$(($(date +%s) - started))"
}

# count TITLE STATUS [LOG]: one step that is a test of its own.
count()
{
	if [ "$2" -eq 0 ]; then
		echo '1 0' >>"$results"
	else
		echo "0 1 $1" >>"$results"
		[ -z "${3-}" ] || tail -n 40 "$3"
	fi
}

finish()
{
	note summary
	awk '{ passed += $1; failed += $2 }
		$2 > 0 { titles = titles "\n  " substr($0, index($0, $3)) }
		END {
			if (titles != "") print "failed:" titles
			printf "%d passed, %d failed\n", passed, failed
			exit failed > 0 || passed == 0
		}' "$results"
	exit
}

# What the tests need of a Debian machine, and why.
needed_packages()
{
	cat <<-EOF
		gcc g++ clang|compilers
		meson ninja-build pkg-config|build
		libsqlite3-dev|SQLite adapter
		zlib1g-dev|what SQLite names for a program that is linked statically
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
		python3-clang|places for mutants are found by a real parser
		valgrind|memory errors
		libclang-rt-dev|clang sanitizers
		binutils|symbol tests
		cmake|install test: find_package
		doxygen|reference
		python3-cffi golang-go bindgen rustc|bindings: the headers as other languages read them
		clang-format|source format
		cppcheck clang-tidy|static analysis
		util-linux|setsid and flock; setarch, for sanitizers on kernels that spread addresses widely
	EOF
	[ -z "$long" ] || echo 'debhelper lintian debootstrap|Debian packages, and a system to install them in'
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

# configure NAME COMPILER OPTION...: a build in $build/NAME in which warnings are errors.
configure()
{
	name=$1
	compiler=$2
	shift 2
	[ -f "$build/$name/build.ninja" ] || {
		rm -rf "${build:?}/$name"
		CC=$compiler meson setup "$build/$name" . --werror -Dtests=enabled -Dexamples=enabled \
			-Dsqlite=enabled -Dpostgres=enabled -Djson=enabled "$@" >"$build/$name.log" 2>&1
	} || {
		count "$name: configuration for $compiler" 1 "$build/$name.log"
		return 1
	}
}

# make_build NAME [FOLDER]: all of it, or what lies below FOLDER.
make_build()
{
	# shellcheck disable=SC2046 # targets
	ninja -C "$build/$1" $(ninja -C "$build/$1" -t targets all |
		sed -n "s,^\(${2-none}/.*\): [A-Za-z]*_\(COMPILER\|LINKER\)\$,\1,p") >>"$build/$1.log" 2>&1
	status=$?
	count "$1: build${2+ of $2/}" $status "$build/$1.log"
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
		    elif good + bad == 0 and (last or "[==========] Running 0 test(s)" in output):
		        bad = 1
		        print("FAIL: %s: it has tested nothing" % test["name"], file=sys.stderr)
		    elif good + bad == 0:
		        good = 1
		    passed, failed = passed + good, failed + bad
		if passed + failed == 0:
		    failed = 1
		    print("FAIL: no test was run", file=sys.stderr)
		print(passed, failed)
	EOF
}

# run_suites NAME TITLE MESON-TEST-OPTION...: tests of the build NAME; what they need is built first, unless
# there is --no-rebuild among the options.
run_suites()
{
	name=$1
	title=$2
	shift 2
	log=$name-$(echo "$title" | tr ' ' '-')
	rm -f "$build/$name/meson-logs/$log"*.json
	meson test -C "$build/$name" --print-errorlogs --logbase "$log" "$@" >"$build/$log.log" 2>&1
	status=$?
	# shellcheck disable=SC2046 # two numbers
	set -- $(tally "$build/$name/meson-logs/$log"*.json 2>"$build/$log.tally" || echo 0 1)
	cat "$build/$log.tally"
	if [ "$status" -ne 0 ] && [ "$2" -eq 0 ]; then
		set -- "$1" 1
	fi
	echo "$name, $title: $1 passed, $2 failed"
	echo "$1 $2 $name, $title (see $build/$log.log)" >>"$results"
	[ "$2" -eq 0 ] || tail -n 60 "$build/$log.log"
}

# The server is ours unless somebody brought one. It also ends if this script is killed. Nobody cuts
# its power; what is about that brings a server of its own.
start_postgres()
{
	[ -z "${REFDOMAIN_TEST_POSTGRES-}" ] || {
		echo "using $REFDOMAIN_TEST_POSTGRES"
		return 0
	}
	postgres=$(mktemp -d /tmp/refd-run-XXXXXX) || return 1
	trap stop_postgres EXIT
	trap 'exit 1' HUP INT TERM
	REFDOMAIN_TEST_POSTGRES=$(sh tests/support/postgres.sh start "$postgres" $$ fsync=off) || return 1
	export REFDOMAIN_TEST_POSTGRES
	echo "$REFDOMAIN_TEST_POSTGRES"
}

stop_postgres()
{
	sh tests/support/postgres.sh stop "$postgres"
}

# Sanitizers of this age cannot place their shadow where a kernel spreads addresses widely.
plain_layout=
if setarch "$(uname -m)" -R true 2>/dev/null; then
	plain_layout="setarch $(uname -m) -R"
fi

# Many tests wait, for a server, the disk, or processes to die, more than they compute.
side_by_side="--num-processes $((2 * $(nproc)))"

# ---- steps ----

step_format()
{
	find include lib adapters examples tests -name '*.[ch]' -exec clang-format --dry-run -Werror {} + \
		>"$build/format.log" 2>&1
	count 'source format' $? "$build/format.log"
}

step_static()
{
	REFDOMAIN_BUILD=$build sh tests/static/run.sh $long >"$build/static.log" 2>&1
	count 'static analysis' $? "$build/static.log"
}

# Everything is compiled by both compilers; the other builds make only what they run. What runs for long runs here.
step_gcc()
{
	configure gcc gcc -Doptimization=1 && make_build gcc
}

# The suite quick is run with counters of coverage and with sanitizers.
step_postgres()
{
	run_suites gcc postgres --no-rebuild --suite postgres --no-suite torture $side_by_side
}

step_clang()
{
	configure clang clang -Ddebug=false && make_build clang && run_suites clang unit --suite unit
}

# Only the optimiser sees some of what may be unset or run over.
step_release()
{
	configure release gcc --buildtype release && make_build release '\(lib\|adapters\|examples\)' &&
		run_suites release unit --suite unit
}

step_sanitized()
{
	export ASAN_OPTIONS=detect_stack_use_after_return=1:strict_string_checks=1
	export UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1
	configure sanitized gcc -Db_sanitize=address,undefined -Db_lundef=false &&
		run_suites sanitized quick --suite quick --suite postgres --no-suite torture --no-suite shell -t 5 \
			$side_by_side ${plain_layout:+--wrapper "$plain_layout"}
}

# Threads share the counters.
step_coverage()
{
	configure coverage gcc -Db_coverage=true -Dc_args=-fprofile-update=atomic || return
	run_suites coverage 'quick, contract and wasteful' --suite quick --suite contract --suite wasteful -t 3
	sh tests/coverage.sh "$build/coverage" >"$build/coverage-gate.log" 2>&1
	status=$?
	grep -E '^(lines|branches|lib/[a-z]*/):' "$build/coverage-gate.log"
	count 'coverage gate' $status "$build/coverage-gate.log"
}

# Conditions of the rule engine.
step_mcdc()
{
	sh tests/mcdc.sh "$build/mcdc" >"$build/mcdc-gate.log" 2>&1
	status=$?
	tail -n 1 "$build/mcdc-gate.log"
	count 'MC/DC of the rule engine' $status "$build/mcdc-gate.log"
}

# Changes of the domain that no test notices.
step_mutation()
{
	/usr/bin/python3 tests/mutation/run.py "$build/mutation" >"$build/mutation.log" 2>&1
	status=$?
	tail -n 1 "$build/mutation.log"
	count 'mutation of the domain' $status "$build/mutation.log"
}

step_threads()
{
	export TSAN_OPTIONS=halt_on_error=1:second_deadlock_stack=1
	configure threads clang -Db_sanitize=thread -Db_lundef=false &&
		run_suites threads threads --suite threads --suite contract --no-suite torture \
			-t 10 ${plain_layout:+--wrapper "$plain_layout"}
}

step_fuzzing()
{
	REFDOMAIN_BUILD=$build sh tests/fuzz/run.sh "$([ -n "$long" ] && echo 3600 || echo 15)" >"$build/fuzzing.log" 2>&1
	sed -n '/ inputs, /p; /: broken$/,$p' "$build/fuzzing.log"
	# shellcheck disable=SC2046 # two numbers
	set -- $(sed -n 's/^\([0-9]*\) passed, \([0-9]*\) failed$/\1 \2/p' "$build/fuzzing.log")
	echo "${1:-0} ${2:-1} fuzzing (see $build/fuzzing.log)" >>"$results"
	[ $# -eq 2 ] || tail -n 40 "$build/fuzzing.log"
}

# Of the kit over SQLite a part, or all.
step_valgrind()
{
	run_suites gcc valgrind --no-rebuild --suite unit --suite valgrind ${long:+--suite contract} --no-suite torture -t 30 \
		--wrapper "sh $PWD/tests/valgrind.sh"
}

step_torture()
{
	run_suites gcc torture --no-rebuild --suite torture --no-suite long -t 3 $side_by_side
}

step_long()
{
	run_suites gcc long --no-rebuild --suite long
}

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

step_season()
{
	unset REFCTL_DB
	export REFDOMAIN_BUILD="$build"
	schema=season_$$
	data=$build/season/season-data
	play season ''
	play season-postgres "$REFDOMAIN_TEST_POSTGRES#$schema"
	if [ -n "${REFDOMAIN_REAL_SEASON-}" ]; then
		play real-season '' "$REFDOMAIN_REAL_SEASON"
		play real-season-postgres "$REFDOMAIN_TEST_POSTGRES#${schema}_real" "$REFDOMAIN_REAL_SEASON"
	fi
	psql -X -q "$REFDOMAIN_TEST_POSTGRES" -c 'SET client_min_messages = error' \
		-c "DROP SCHEMA IF EXISTS $schema, ${schema}_real CASCADE"
}

# ---- in which order ----

# What a step says is printed when it has ended, in one piece.
run_step()
{
	begun=$(date +%s)
	"step_$1" >"$build/step-$1.log" 2>&1
	{
		note "$1, $(($(date +%s) - begun)) s"
		cat "$build/step-$1.log"
	} >"$build/step-$1.told"
	flock "$results" cat "$build/step-$1.told"
}

# lane STEP...: in a process group of their own, which ends with us however we end.
lane()
{
	REFDOMAIN_LANE_OF=$$ REFDOMAIN_RUN_STARTED=$started REFDOMAIN_BUILD=$build \
		setsid sh tests/run.sh $long "$@" &
	lanes="${lanes-} $!"
}

if [ -n "${REFDOMAIN_LANE_OF-}" ]; then
	(tail --pid="$REFDOMAIN_LANE_OF" -f /dev/null && kill -TERM 0) >/dev/null 2>&1 &
	watcher=$!
	for step; do
		run_step "$step"
	done
	kill "$watcher"
	exit 0
fi

: >"$results"
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

if [ $# -gt 0 ]; then
	for step; do
		run_step "$step"
	done
	finish
fi

# The build takes every processor, and the tests with short deadlines like to be alone. Of the rest, what waits
# more than it computes goes on beside what computes.
run_step gcc
run_step postgres
lane torture season valgrind threads ${long:+long}
lane format static clang release mcdc mutation sanitized coverage fuzzing
for lane in $lanes; do
	wait "$lane" || count 'a part of the steps did not come to its end' 1
done
finish
