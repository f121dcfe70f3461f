# What an operator does day by day: who asked for what, who has how much to do, what is still open,
# copies, and letting go of what is old.
. "$HARNESS"

run 0 db init
run 0 rules set exclusivity=overlap require_availability=false
add team --name A --club CA
a=$id
add team --name B --club CB
b=$id
add venue --name Berlin --latitude 52.52 --longitude 13.405
berlin=$id
add venue --name Hamburg --latitude 53.551 --longitude 9.993
hamburg=$id
add venue --name 'Nowhere, "the"'
nowhere=$id
add referee --name Anna --club North
anna=$id
add referee --name Berta --club South
berta=$id
add referee --name Zoe --club South
run 0 referee retire "$id"

# match DAY VENUE REFEREE...: a fixture with these referees; sets id.
match()
{
	day=$1
	venue=$2
	shift 2
	add fixture --home "$a" --away "$b" --venue "$venue" --at "2025-10-${day}T18:00:00Z"
	role=first
	for referee; do
		run 0 assignment stage --fixture "$id" --referee "$referee" --role $role
		role=second
	done
}
match 01 "$berlin" "$anna" "$berta"
f=$id
match 03 "$hamburg" "$anna"
g=$id
match 05 "$hamburg" "$anna" "$berta"
match 07 "$nowhere" "$anna"
run 0 assignment commit
match 09 "$berlin" "$berta"
staged=$id
match 11 "$berlin"
gone=$id
run 0 fixture cancel "$gone"

# ---- referee load: Berlin to Hamburg is 255 km; what is staged or has no coordinates does not count
run 0 --json referee load
json out '[(x["name"], x["matches"], x["km"], x["legs"], x["unknown_legs"], x["last"]) for x in v] == [("Anna", 4, 255, 2, 1, "2025-10-07T18:00:00Z"), ("Berta", 2, 255, 1, 0, "2025-10-05T18:00:00Z"), ("Zoe", 0, 0, 0, 0, None)]'
run 0 --json referee load --from 2025-10-02T00:00:00Z --to 2025-10-06T00:00:00Z --status active
json out '[(x["name"], x["matches"], x["km"], x["last"]) for x in v] == [("Anna", 2, 0, "2025-10-05T18:00:00Z"), ("Berta", 1, 0, "2025-10-05T18:00:00Z")]'
run 0 --json referee load --limit 1
json out '[x["name"] for x in v] == ["Anna"]'
key=$(sed -n 's/^next: //p' "$dir/err")
run 0 --json referee load --limit 5 --after "$key"
json out '[(x["name"], x["matches"]) for x in v] == [("Berta", 2), ("Zoe", 0)]'
run 0 referee load --csv
says out 'name,club,matches,km,legs,unknown_legs,last,id'
says out "Anna,North,4,255,2,1,2025-10-07T18:00:00Z,$anna"
run 0 referee load
says out 'UNKNOWN LEGS'
run 2 --json referee load --from 2025-10-06T00:00:00Z --to 2025-10-02T00:00:00Z
json err 'v["violations"][0]["rule"] == "RANGE_REVERSED"'

# ---- fixture unstaffed: from now on, by kick-off
run 0 --json fixture unstaffed
json out '[(x["date"][8:10], x["missing"]) for x in v] == [("03", ["Second"]), ("07", ["Second"]), ("09", ["First", "Second"])] and v[2]["id"] == "'"$staged"'"'
now=2025-10-04T00:00:00Z
run 0 --json fixture unstaffed
json out '[x["date"][8:10] for x in v] == ["07", "09"]'
now=
run 0 --json fixture unstaffed --from 2025-10-03T18:00:00Z --to 2025-10-07T18:00:00Z
json out '[x["id"] for x in v] == ["'"$g"'"]'
run 0 fixture unstaffed --limit 2
[ "$(wc -l <"$dir/out")" = 3 ] || fail 'a page of two rows has not three lines'
says err 'next: '
run 0 fixture unstaffed --csv
says out 'kick_off,missing,home,away,venue,city,id'
says out "2025-10-07T18:00:00Z,second,A,B,\"Nowhere, \"\"the\"\"\",,"
says out "2025-10-09T18:00:00Z,\"first, second\",A,B,Berlin,,$staged"

# ---- command list
run 0 --actor Ada fixture move "$staged" --venue "$hamburg"
now=2025-09-03T00:00:00Z
run 0 --actor Bob --json team add --name C --club CC --command-id 00000000-0000-4000-8000-0000000000c0
made
c=$id
run 0 --json command list --kind fixture.move
json out '[(x["name"], x["actor"], x["affected"], x["results"], x["accepted_at"]) for x in v] == [("fixture.move", "Ada", 0, [{"type": "fixture", "id": "'"$staged"'", "version": 2}], "2025-09-01T00:00:00Z")]'
run 0 --json command list --kind fixture
json out 'len(v) == 8 and {x["name"] for x in v} == {"fixture.schedule", "fixture.cancel", "fixture.move"}'
run 0 --json command list --kind fix
json out 'v == []'
run 0 --json command list --older-than 1d
json out 'len(v) > 15 and all(x["accepted_at"] == "2025-09-01T00:00:00Z" for x in v)'
run 0 --json command list --from 2025-09-02T00:00:00Z
json out '[(x["id"], x["actor"], x["results"][0]["id"]) for x in v] == [("00000000-0000-4000-8000-0000000000c0", "Bob", "'"$c"'")]'
run 0 --json command list --older-than 1d --to 2025-08-01T00:00:00Z
json out 'v == []'
run 0 command list --csv --older-than 1d --limit 1
says out 'time,actor,command,answer,affected,id'
says err 'next: '
key=$(sed -n 's/^next: //p' "$dir/err")
run 2 --json command list --limit 1 --after "$key" --kind fixture
json err 'v["violations"][0]["rule"] == "PAGE_KEY_FOREIGN"'
run 0 command list --kind team
says out "team $c version 1"
for age in 0d d 5 5x 1.5d -1d '' 100000d 9999999999999999999d; do
	run 2 --json command list --older-than "$age"
	json err 'v["violations"][0]["field"] == "older-than"'
done

# ---- CSV of any list, and never beside JSON
run 0 referee list --csv --status retired
says out 'id,name,club,phone,email,status,version'
says out ',Zoe,South,,,retired,2'
run 0 team list --csv --limit 1
[ "$(wc -l <"$dir/out")" = 2 ] || fail 'a page of one row has not two lines'
run 0 notice list --csv --status dead
says out 'id,created_at,kind'
run 2 --json team list --csv
json err '"exclude" in v["message"]'
run 2 team show "$a" --csv

# ---- db purge: a dry run, and then the same rows
now=2026-03-01T00:00:00Z
run 0 --json db stats
cp "$dir/out" "$dir/before"
run 2 --json db purge
run 2 --json db purge --older-than 6d
json err '[(x["field"], x["measured"], x["limit"]) for x in v["violations"]] == [("purge.commands", 6, 7)]'
run 2 --json db purge --older-than 2w --kind events
json err '"30 days" in v["message"]'
run 2 db purge --older-than 90d --kind fixtures
says err 'commands, notices or events'
mkdir "$dir/spool"
run 0 --json notice send --spool "$dir/spool" --limit 3
run 0 --json db purge --older-than 90d --dry-run
json out 'v["commands"] > 10 and v["notices"] == 0 and v["events"] == 0 and v["dry_run"] is True'
cp "$dir/out" "$dir/dry"
run 0 --json db stats
cmp -s "$dir/out" "$dir/before" && fail 'sending notices changed nothing'
commands=$(python3 -IS -c 'import json, sys; print(json.load(open(sys.argv[1]))["commands"])' "$dir/dry")
run 0 --json db purge --older-than 90d
json out 'v["commands"] == '"$commands"' and v["notices"] == 0 and v["dry_run"] is False'
run 0 --json command list --older-than 90d
json out 'v == []'
run 0 db purge --older-than 90d --kind events
says out 'purged: 0 commands, 0 notices, 0 events'
says err 'unless --unpublished is given'
now=2026-06-01T00:00:00Z
run 0 db purge --older-than 1d --kind notices
says out 'purged: 0 commands, 3 notices, 0 events'
run 0 --json db purge --older-than 90d --kind events --unpublished
json out 'v["events"] > 5 and v["commands"] == 0'
run 0 --json event list --fixture "$f"
json out 'v == []'
run 0 --json event list --referee "$anna"
json out 'len(v) == 1'
run 0 db check
run 0 --json fixture show "$f"
json out 'v["first_referee"]["name"] == "Anna" and v["version"] == 1'
now=

# ---- db backup
if [ "${1-}" = postgres ]; then
	run 8 --json db backup "$dir/copy"
	json err 'v["status"] == "UNSUPPORTED" and "pg_dump --schema='"$schema"' " in v["message"]'
	[ ! -e "$dir/copy" ] || fail 'a backup that is not supported left a file'
	finish
	exit 0
fi
run 0 --json db backup "$dir/copy.db"
json out 'v["backup"].endswith("copy.db")'
run 4 db backup "$dir/copy.db"
says err 'copy.db is there already'
add team --name New --club CN
run 0 db backup --force "$dir/copy.db"
run 0 --json team list
cp "$dir/out" "$dir/teams"
run 2 db backup --force "$dir/test.db"
says err 'the store itself'
run 2 db backup "$dir"
run 3 db backup "$dir/no/such/folder"
run 2 db backup
(cd "$dir" && "$REFCTL" --db "$home" db backup relative.db) >"$dir/out" 2>"$dir/err" || fail 'no relative path'
for store in "sqlite:$dir/copy.db" "sqlite:$dir/relative.db"; do
	run 0 db check
	run 0 --json team list
	cmp -s "$dir/out" "$dir/teams" || fail "$store is another store"
done
store=
[ -z "$(find "$dir" -name '*.partial')" ] || fail 'a half copy was left'
store=memory:
run 8 --json db backup "$dir/none"
store=
finish
