#!/bin/sh
# A whole season on SQLite or PostgreSQL, from the fixture list to the notices: installs what is missing, builds
# refctl, then imports a season and its referees, declares availabilities, plans, shows what breaks
# the rules, repairs it, commits, re-dates, moves and cancels a fixture, and spools the notices.
# usage: [REFCTL_DB=STORE] sh examples/season.sh [FILE]
#
# STORE is what refctl takes as --db and must be empty: postgresql://HOST/DATABASE#SCHEMA, or
# sqlite:PATH; without it a new SQLite file is made.
# FILE is a fixture list with the columns of $mapping below; without it the sample of the
# repository is played. Builds go to build-season, or to $REFDOMAIN_BUILD/season; the store and all
# other files of the run to the folder season-data in there. The script counts for itself what must
# come out, and ends with a status other than 0 if anything differs.
set -eu
top=$(cd "$(dirname "$0")/.." && pwd)
list=${1:-$top/examples/data/season_sample.csv}
referees=$top/examples/data/season_referees.csv

# How the columns of the list are named.
mapping=kickoff=start_iso,home=home_team,away=away_team,venue=venue
mapping=$mapping,home_id=home_team_id,away_id=away_team_id,league=league_gender
mapping=$mapping,latitude=venue_lat,longitude=venue_lon
# Kick-offs must lie in the future: the season is planned in the summer before it.
now=2013-09-01T00:00:00Z
# Some halls see two matches on one day.
rules=exclusivity=overlap

fail()
{
	echo "season.sh: $*" >&2
	exit 1
}

note()
{
	printf '\n== %s\n' "$1"
}

install_missing()
{
	if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
		echo "not a Debian machine: nothing is installed"
		return 0
	fi
	missing=
	libpq=
	[ "$postgres" = disabled ] || libpq=libpq-dev
	for package in gcc libc6-dev meson ninja-build pkg-config libsqlite3-dev libjansson-dev \
		libsmartcols-dev uuid-dev tzdata $libpq; do
		dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' ||
			missing="$missing $package"
	done
	[ -n "$missing" ] || return 0
	echo "installing$missing"
	as_root=
	if [ "$(id -u)" -ne 0 ]; then
		command -v sudo >/dev/null || fail "neither root nor sudo: please run: apt-get install$missing"
		as_root=sudo
	fi
	# shellcheck disable=SC2086 # a list of packages
	{
		$as_root apt-get update -q &&
			$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -q -y \
				--no-install-recommends $missing
	} >"$build/apt.log" 2>&1 || {
		tail -n 20 "$build/apt.log"
		fail "apt-get failed"
	}
}

build_refctl()
{
	if [ ! -f "$build/build.ninja" ]; then
		meson setup "$build" "$top" --buildtype=release -Dtests=disabled -Dexamples=enabled \
			-Dsqlite=enabled -Djson=enabled -Dpostgres=$postgres >"$build/setup.log" 2>&1 || {
			tail -n 20 "$build/setup.log"
			fail "meson failed"
		}
	fi
	# an earlier season may have been built for another store
	meson configure "$build" -Dpostgres=$postgres >"$build/setup.log" 2>&1 || fail "meson failed"
	ninja -C "$build" examples/refctl/refctl >"$build/build.log" 2>&1 || {
		tail -n 20 "$build/build.log"
		fail "the build failed"
	}
}

refctl()
{
	"$build/examples/refctl/refctl" --db "$store" --now "$now" --actor season.sh "$@"
}

# expect WHAT GOT WANTED
expect()
{
	[ "$2" = "$3" ] || fail "$1: $2 instead of $3"
	echo "$1: $2"
}

# stat NAME: one number of `db stats`
stat()
{
	refctl db stats | awk -v name="$1" '$1 == name { print $2 }'
}

# status COMMAND...: its exit status; what it prints goes to the files out and err
status()
{
	code=0
	"$@" >"$data/out" 2>"$data/err" || code=$?
	echo "$code"
}

# Two referees for every fixture, in turn, nobody twice a day. On purpose three things are wrong:
# the referees of the first and second fixture of the plan did not say that they are free, and one
# is planned for two matches that begin at the same time. Writes
#   plan.csv            fixture,referee,role for every slot
#   availabilities.csv  fixture,referee for what is planned and for the stand-ins
#   trouble             what is wrong, with a stand-in: override|stand-in|double fixture referee
#                       stand-in role
#   changes             lonely fixtures that can be re-dated, moved and cancelled
plan()
{
	awk -F, -v data="$data" '
	function next_free(day,    tries) {
		for (tries = 0; tries < n; tries++) {
			turn = turn % n + 1
			if (!((day, turn) in busy)) {
				busy[day, turn] = 1
				return turn
			}
		}
		print "too few referees on " day > "/dev/stderr"
		exit 1
	}
	FNR == 1 { next }
	FILENAME == ARGV[1] { referee[++n] = $1; next }
	{
		day = substr($2, 1, 10)
		f++
		fixture[f] = $1; kickoff[f] = $2; venue[f] = $6; day_of[f] = day
		at_venue[day, $6]++
		slot[f, 1] = next_free(day)
		slot[f, 2] = next_free(day)
	}
	END {
		for (i = 2; i <= f && !double; i++)
			if (kickoff[i] == kickoff[i - 1] && i > 3)
				double = i
		if (!double) { print "no two matches begin together" > "/dev/stderr"; exit 1 }
		standin = next_free(day_of[double])
		print "double", fixture[double], referee[slot[double - 1, 1]], referee[standin], \
			"second" > (data "/trouble")
		free[double, standin] = 1
		slot[double, 2] = slot[double - 1, 1]
		standin = next_free(day_of[2])
		free[2, standin] = 1
		print "override", fixture[1], referee[slot[1, 1]], "-", "first" > (data "/trouble")
		print "stand-in", fixture[2], referee[slot[2, 1]], referee[standin], "first" \
			> (data "/trouble")
		print "fixture,referee,role" > (data "/plan.csv")
		print "fixture,referee" > (data "/availabilities.csv")
		for (i = 1; i <= f; i++) {
			print fixture[i] "," referee[slot[i, 1]] ",first" > (data "/plan.csv")
			print fixture[i] "," referee[slot[i, 2]] ",second" > (data "/plan.csv")
			if (i > 2)
				print fixture[i] "," referee[slot[i, 1]] > (data "/availabilities.csv")
			print fixture[i] "," referee[slot[i, 2]] > (data "/availabilities.csv")
		}
		for (key in free) {
			split(key, part, SUBSEP)
			print fixture[part[1]] "," referee[part[2]] > (data "/availabilities.csv")
		}
		# a fixture alone in its hall that day can move half an hour, or to a hall nobody
		# plays in that day
		for (i = 3; i <= f && changes < 3; i++) {
			if (i == double || i == double - 1 || at_venue[day_of[i], venue[i]] > 1)
				continue
			for (j = f; j > 0 && (day_of[i], venue[j]) in at_venue; j--)
				;
			if (!j)
				continue
			changes++
			at = kickoff[i]
			half = substr(at, 15, 2) == "00" ? "30" : "00"
			print fixture[i], substr(at, 1, 14) half substr(at, 17), venue[j] \
				> (data "/changes")
			at_venue[day_of[i], venue[j]]++
		}
		if (changes < 3) { print "too few lonely fixtures" > "/dev/stderr"; exit 1 }
	}' "$data/referees.csv" "$data/fixtures.csv"
}

# field LINE NUMBER FILE
field()
{
	awk -v line="$1" -v number="$2" 'NR == line { print $number }' "$3"
}

if [ -n "${REFDOMAIN_BUILD-}" ]; then
	build=$REFDOMAIN_BUILD/season
else
	build=$top/build-season
fi
mkdir -p "$build"
build=$(cd "$build" && pwd)
data=$build/season-data
store=${REFCTL_DB:-sqlite:$data/season.db}
case $store in
postgres*) postgres=enabled ;;
*) postgres=disabled ;;
esac
[ -f "$list" ] || fail "$list: no such file"

note "what the season needs"
install_missing
build_refctl
rm -rf "$data"
mkdir -p "$data/spool"

note "the store and its rules"
refctl db init
expect "fixtures before the season" "$(stat fixtures)" 0
refctl rules set "$rules"

note "the season: $list"
lines=$(grep -c . "$list")
matches=$((lines - 1))
refctl import "$list" --kind season --column "$mapping"
expect "fixtures" "$(stat fixtures)" "$matches"
[ "$(status refctl import "$list" --kind season --column "$mapping")" = 1 ] ||
	fail "the same list went in twice"
expect "fixtures after a refused second import" "$(stat fixtures)" "$matches"

note "referees"
refctl import "$referees" --kind referees
expect "referees" "$(stat referees)" "$(($(grep -c . "$referees") - 1))"

note "availabilities"
refctl referee list | awk '{ print $1 }' >"$data/referees.csv"
refctl export fixtures --format csv >"$data/fixtures.csv"
plan
refctl import "$data/availabilities.csv" --kind availabilities
expect "availabilities" "$(stat availabilities)" "$((2 * matches))"
refctl availability announce --all --at 2013-09-20T12:00:00Z
refctl availability lock --all
late_fixture=$(field 2 2 "$data/trouble")
late_referee=$(field 2 3 "$data/trouble")
expect "declaring after the lock: exit status" \
	"$(status refctl availability declare --fixture "$late_fixture" --referee "$late_referee")" 1

note "the plan"
refctl assignment stage --file "$data/plan.csv"
expect "staged" "$(stat staged)" "$((2 * matches))"

note "what breaks the rules"
expect "validation: exit status" "$(status refctl assignment validate)" 1
cat "$data/out" "$data/err"
expect "without availability" "$(grep -c '^REFEREE_NOT_AVAILABLE' "$data/out")" 2
expect "in two places at once" "$(grep -c '^REFEREE_DOUBLE_BOOKED' "$data/out")" 2
expect "a commit as it is: exit status" "$(status refctl assignment commit)" 1
expect "committed" "$(stat committed)" 0

note "repaired"
while read -r kind fixture referee standin role; do
	[ "$kind" != override ] || continue
	refctl assignment unstage --fixture "$fixture" --referee "$referee"
	refctl assignment stage --fixture "$fixture" --referee "$standin" --role "$role"
done <"$data/trouble"
override=REFEREE_NOT_AVAILABLE,$(field 2 2 "$data/trouble"),$(field 2 3 "$data/trouble")
refctl assignment validate --override "$override" --reason "agreed on the phone"
refctl assignment commit --override "$override" --reason "agreed on the phone"
expect "committed" "$(stat committed)" "$((2 * matches))"
expect "staged" "$(stat staged)" 0
expect "fixtures without two referees" "$(refctl export fixtures |
	awk -F, 'NR > 1 && ($7 == "" || $8 == "")' | wc -l)" 0

note "one fixture re-dated, one moved, one cancelled"
refctl fixture reschedule "$(field 1 1 "$data/changes")" --at "$(field 1 2 "$data/changes")"
refctl fixture move "$(field 2 1 "$data/changes")" --venue "$(field 2 3 "$data/changes")"
refctl fixture cancel "$(field 3 1 "$data/changes")"
expect "cancelled" "$(stat cancelled_fixtures)" 1
expect "committed" "$(stat committed)" "$((2 * matches - 2))"

note "notices"
# everybody who was assigned, and the two of each changed fixture
expect "waiting" "$(stat notices_waiting)" "$((2 * matches + 6))"
refctl notice send --spool "$data/spool"
expect "sent" "$(stat notices_sent)" "$((2 * matches + 6))"
expect "in the spool" "$(find "$data/spool" -type f -name '*.json' | wc -l)" "$((2 * matches + 6))"
refctl notice send --spool "$data/spool"
expect "in the spool after a second round" "$(find "$data/spool" -type f | wc -l)" \
	"$((2 * matches + 6))"

note "calendars"
# the two whose staging was repaired are told that it is over
refctl export assignments --format ics >"$data/season.ics"
expect "entries, plans too" "$(grep -c '^BEGIN:VEVENT' "$data/season.ics")" "$((2 * matches + 2))"
refctl export assignments --format ics --status committed >"$data/committed.ics"
expect "entries" "$(grep -c '^BEGIN:VEVENT' "$data/committed.ics")" "$((2 * matches))"
expect "cancelled entries" "$(grep -c '^STATUS:CANCELLED' "$data/committed.ics")" 2

refctl --json fixture list >"$data/season.fixtures"
refctl --json assignment list >"$data/season.assignments"
refctl --json referee list >"$data/season.referees"

note "reports"
refctl report season --format svg --out "$data/season.svg"
refctl report season --format html --out "$data/season.html"
echo "see $data/season.html"

note "summary"
refctl schedule "$(field 1 4 "$data/trouble")" --limit 5 2>"$data/err"
refctl db check
refctl db stats
echo
echo "season played: $matches matches, $((2 * matches)) assignments, $((2 * matches + 6)) notices"
