# What a program meets in the field: files that are none, broken CSV, options that make no sense.
# Nothing of it is stored, and each is answered with what is wrong and where.
. "$HARNESS"

run 0 db init
run 0 rules set require_future_kickoff=true

# stored NUMBER: so many referees are in the store.
stored()
{
	run 0 --json db stats
	json out "v['referees'] == $1"
}

# bad FILE STATUS TEXT ARGUMENT...: importing it as referees ends so, with TEXT in what is said.
bad()
{
	file=$1
	code=$2
	text=$3
	shift 3
	run "$code" --json import "$dir/$file" --kind referees "$@"
	silent out
	json err 'set(v) >= {"status", "message", "violations", "total"} and len(v["violations"]) <= v["total"]'
	says err "$text"
}

# ---- no file
bad missing.csv 3 'No such file'
mkdir "$dir/folder.csv"
bad folder.csv 2 'directory'
run 2 --json import . --kind season
run 3 import "$dir/missing.csv/referees.csv" --kind referees
if [ "$(id -u)" -ne 0 ]; then
	printf 'name,club\nA,C\n' >"$dir/secret.csv"
	chmod 000 "$dir/secret.csv"
	bad secret.csv 7 'Permission denied'
fi

# ---- nothing in it, or nothing that is CSV
: >"$dir/empty.csv"
bad empty.csv 2 'the file is empty'
printf '\n\r\n\n' >"$dir/blank.csv"
bad blank.csv 2 'the file is empty'
printf '\357\273\277' >"$dir/mark.csv"
bad mark.csv 2 'the file is empty'
head -c 100000 /dev/zero >"$dir/zero.csv"
bad zero.csv 2 'a NUL byte'
python3 -IS -c 'import random, sys
random.seed(1)
sys.stdout.buffer.write(bytes(random.randrange(256) for _ in range(50000)))' >"$dir/noise.csv"
bad noise.csv 2 'the header cannot be read'
printf 'n\000a\000m\000e\000,\000c\000\n\000' >"$dir/wide.csv"
bad wide.csv 2 'a NUL byte'

# ---- broken CSV
printf 'name,club\n"A,C\nB,C\n' >"$dir/open.csv"
bad open.csv 2 'the quote is never closed'
json err '[(x["line"], x["column"], x["character"]) for x in v["violations"]] == [(2, 1, 1)]'
printf 'name,club\rA,C\rB,C\r' >"$dir/cr.csv"
bad cr.csv 2 'a carriage return without a line feed'
printf 'name,club\nA,C,D\nB\nGood,C\n' >"$dir/width.csv"
bad width.csv 2 'more fields than the header'
json err '[(x["line"], x["column"]) for x in v["violations"]] == [(2, 3), (3, 1)]'
printf 'name,club\nA\000B,C\n' >"$dir/nul.csv"
bad nul.csv 2 'a NUL byte'
json err 'v["violations"][0]["line"] == 2 and v["violations"][0]["column"] == 1'
printf 'name,club\nA\033[31mB,C\n"two\nlines",C\n' >"$dir/control.csv"
bad control.csv 2 'control character'
json err '[(x["line"], x["rule"]) for x in v["violations"]] == [(2, "TEXT_CONTROL"), (3, "TEXT_CONTROL")]'
printf 'name,club\nJ\374rgen,C\n' >"$dir/latin.csv"
bad latin.csv 2 'latin1'
python3 -IS -c 'print("name,club\n" + "x" * 1048576 + ",C")' >"$dir/long.csv"
bad long.csv 2 'too long'
json err 'v["violations"][0]["measured"] == 1048576 and v["violations"][0]["limit"] == 120'

# ---- columns
printf 'nome,clube\nA,C\n' >"$dir/unknown.csv"
bad unknown.csv 2 '--column name=HEADER,club=HEADER'
json err '[x["field"] for x in v["violations"]] == ["name", "club"] and all(x["rule"] == "REQUIRED" for x in v["violations"])'
bad unknown.csv 2 'is not FIELD=HEADER' --column name=
bad unknown.csv 2 'is not FIELD=HEADER' --column nome
bad unknown.csv 2 'no such field' --column =nome
bad unknown.csv 2 'twice' --column name=nome,name=clube
printf 'name,club,name\nA,C,B\n' >"$dir/double.csv"
bad double.csv 2 'is there twice'
stored 0

# ---- what is odd and fine
printf '\357\273\277"name","club"\r\n"Quo""te","C, D"\r\n' >"$dir/fine.csv"
run 0 import "$dir/fine.csv" --kind referees
printf 'name,club\n' >"$dir/header.csv"
run 0 --json import "$dir/header.csv" --kind referees
json out 'v["lines"] == 0 and v["imported"] == 0'
printf 'name,club\nTwin,C\nTwin,C\n' >"$dir/twins.csv"
run 0 import "$dir/twins.csv" --kind referees
stored 3
run 0 --json referee list
json out 'v[0]["name"] == "Quo\"te" and v[0]["club"] == "C, D" and [x["name"] for x in v[1:]] == ["Twin", "Twin"]'

# ---- options the kind has no use for, and words that are none
for option in '--timezone UTC' '--date-order dmy' '--cancelled x'; do
	# shellcheck disable=SC2086 # two words
	run 2 import "$dir/twins.csv" --kind referees $option
	says err "${option%% *} does not belong to --kind referees"
done
run 2 import "$dir/twins.csv" --kind fixtures --cancelled x
run 2 import "$dir/twins.csv" --kind season --date-order ymd
run 2 import "$dir/twins.csv" --kind referees --delimiter ''
run 2 import "$dir/twins.csv" --kind referees --delimiter 'ä'

# ---- seasons: a line is told once what is wrong with it
now=2025-09-01T00:00:00Z
printf 'home,away,venue,kickoff\n,B,H,2025-10-01T18:00:00Z\nA,B,,\n' >"$dir/season.csv"
run 2 --json import "$dir/season.csv" --kind season
json err '[(x["line"], x["column"], x["rule"]) for x in v["violations"]] == [(2, 1, "TEXT_BLANK"), (3, 3, "TEXT_BLANK"), (3, 4, "TEXT_MALFORMED")]'
printf 'home,away,venue,kickoff\nA,B,H,2025-10-01T18:00:00Z\nA,B,H,2025-10-01T18:00:00Z\n' >"$dir/season.csv"
run 1 --json import "$dir/season.csv" --kind season
json err '[(x["line"], x["column"], x["rule"]) for x in v["violations"]] == [(3, 1, "TEAM_TAKEN"), (3, 2, "TEAM_TAKEN"), (3, 3, "VENUE_TAKEN")]'
json err 'all(x["other"].endswith("line 2") for x in v["violations"])'
run 0 import "$dir/header.csv" --kind season --column home=name,away=club,venue=name,kickoff=club

# ---- rows to stage
for file in empty noise open; do
	run 2 assignment stage --file "$dir/$file.csv"
done
run 2 assignment stage --file "$dir/empty.csv"
says err 'the file is empty'
run 2 assignment stage --file "$dir/noise.csv"
says err 'the header cannot be read'
run 2 assignment stage --file "$dir/folder.csv"
run 3 assignment stage --file "$dir/missing.csv"
run 2 assignment what-if --file "$dir/empty.csv"

# ---- the store
got=0
REFCTL_DB="$home" "$REFCTL" --db '' team list >"$dir/out" 2>"$dir/err" || got=$?
[ "$got" = 2 ] || fail "an empty --db ended with $got"
says err 'sqlite:PATH'

# ---- ids, numbers, times
for id in '' x 00000000-0000-0000-0000-000000000000 00000000-0000-4000-8000-00000000000g 00000000000040008000000000000001x; do
	run 2 --json referee show "$id"
	json err 'v["violations"][0]["field"] == "referee"'
	run 2 --json team add --name T --club C --id "$id"
	run 2 --json team add --name T --club C --command-id "$id"
done
run 3 referee show urn:uuid:00000000-0000-4000-8000-000000000001
run 3 referee show '{00000000-0000-4000-8000-000000000001}'
run 3 referee show 00000000000040008000000000000001
run 2 referee show
run 2 referee show a b
for number in '' -1 0 10001 5x 0x10 ' 5' +5 1.5 99999999999999999999; do
	run 2 --json team list --limit "$number"
	json err 'v["violations"][0]["field"] == "limit" and "1 to 10000" in v["violations"][0]["message"] and "limit" in v["message"]'
done
for version in 0 -1 x; do
	run 2 --json team retire 00000000-0000-4000-8000-000000000001 --expected-version "$version"
	json err 'v["violations"][0]["field"] == "expected-version"'
done
for time in '' yesterday 2025-10-01 '2025-10-01T18:00:00' 2025-13-01T00:00:00Z 2025-02-29T00:00:00Z \
	2025-10-01T24:00:00Z 2025-10-01T18:00:00+25:00 0000-01-01T00:00:00Z 10000-01-01T00:00:00Z; do
	run 2 --json fixture list --from "$time"
	json err 'v["violations"][0]["field"] == "from"'
done
key=$(printf 'x%.0s' $(seq 704))
run 2 --json team list --after "$key"
run 2 --json team list --after x

# ---- texts
run 2 --json team add --name "$(printf 'a\001b')" --club "$(printf '\377')"
json err '[x["rule"] for x in v["violations"]] == ["TEXT_CONTROL", "TEXT_NOT_UTF8"]'
run 2 --json --actor "$(printf 'x%.0s' $(seq 121))" team add --name A --club C
json err 'v["violations"][0]["field"] == "command.actor"'

# ---- rules
run 2 --json rules set shoe_size=5 version=7 =x
json err '[x["message"] for x in v["violations"]] == ["there is no rule shoe_size", "there is no rule version", "there is no rule "]'
run 2 rules set match_duration=90 match_duration=80
says err 'match_duration is given twice'

# ---- lists and exports that cannot be
reversed='--from 2025-10-02T00:00:00Z --to 2025-10-01T00:00:00Z'
for what in 'export fixtures' 'export assignments' 'fixture list' 'availability list' 'assignment list' 'event list' 'availability lock'; do
	# shellcheck disable=SC2086 # words
	run 2 --json $what $reversed
	silent out
	json err 'v["violations"][0]["rule"] == "RANGE_REVERSED"'
done
# shellcheck disable=SC2086 # words
run 2 export fixtures --format csv $reversed
silent out
run 2 event list --team 00000000-0000-4000-8000-000000000001 --venue 00000000-0000-4000-8000-000000000002
says err 'only one of'
run 2 availability list --fixture 00000000-0000-4000-8000-000000000001 --referee 00000000-0000-4000-8000-000000000002
run 3 availability list --fixture 00000000-0000-4000-8000-000000000001

# ---- notices go to a folder that is there
run 3 --json notice send --spool "$dir/no/such/folder"
json err 'v["status"] == "NOT_FOUND"'
run 2 --json notice send --spool "$dir/fine.csv"
run 2 notice send --spool ''
run 2 notice send --spool "$dir" --format xml
finish
