# Every noun and verb, in both forms of output.
. "$HARNESS"

# ---- store and rules
run 0 db init
run 0 --json db stats
json out 'v["referees"] == 0 and v["events"] == 0'
run 0 --json rules show
json out 'v["exclusivity"] == "day" and v["match_duration"] == 120 and v["require_availability"] is True and v["version"] == 0'
run 0 --json rules set exclusivity=overlap travel_gap=45 neutral_referees=true
json out 'v["exclusivity"] == "overlap" and v["travel_gap"] == 45 and v["version"] == 1'
run 0 rules show
says out 'travel_gap             45'
run 2 --json rules set match_duration=0 day_zone=Mars/Base nonsense=1
json err 'v["status"] == "INVALID" and v["total"] == 2 and v["violations"][0]["field"] == "rules.match_duration"'
run 2 rules set exclusivity
run 0 rules set neutral_referees=false require_availability=false

# ---- parties
run 0 --json referee add --name 'Ayşe Işık' --club 'Kulüp' --phone '+90 212 1' --email a@example.org
json out 'set(v) == {"id", "name", "club", "version"} and v["name"] == "Ayşe Işık" and v["version"] == 1'
made
ayse=$id
add referee --name Bob --club Nord --id 00000000-0000-4000-8000-0000000000b0
bob=$id
[ "$bob" = 00000000-0000-4000-8000-0000000000b0 ] || fail "the id brought along was not used"
run 4 --json referee add --name Bob --club Nord --id "$bob"
json err 'v["status"] == "ALREADY_EXISTS" and isinstance(v["message"], str) and v["violations"] == []'
silent out
run 0 referee show "$ayse"
says out 'a@example.org'
run 0 --json referee set-club "$ayse" --club Yeni --expected-version 1
json out 'v["club"] == "Yeni" and v["version"] == 2'
run 4 --json referee set-club "$ayse" --club Alt --expected-version 1
json err 'v["status"] == "CONFLICT"'
run 0 --json referee correct "$ayse" --phone ''
json out 'v["name"] == "Ayşe Işık" and v["club"] == "Yeni" and v["version"] == 3'
run 0 referee show "$ayse"
says out 'a@example.org'
run 2 --json referee add --name '' --club '' --email nonsense
json err 'len(v["violations"]) == 3 and {x["rule"] for x in v["violations"]} == {"TEXT_BLANK", "TEXT_MALFORMED"}'
add referee --name Carl --club Nord
carl=$id
run 0 --json referee retire "$carl"
run 1 --json referee retire "$carl"
json err 'v["status"] == "REFUSED" and v["violations"][0]["rule"] == "RETIRED"'
run 0 --json referee list
json out '[x["name"] for x in v] == ["Ayşe Işık", "Bob", "Carl"]'
run 0 --json referee list --status retired
json out '[x["name"] for x in v] == ["Carl"]'
run 0 referee list
says out 'Ayşe Işık'
run 3 --json referee show 00000000-0000-4000-8000-000000000000
json err 'v["status"] == "NOT_FOUND"'
run 2 --json referee show nonsense
json err 'v["violations"][0]["field"] == "referee"'

add team --name A --club CA
a=$id
add team --name B --club CB
b=$id
add team --name C --club CC
c=$id
run 0 --json team correct "$c" --name 'C two'
json out 'v == {"id": "'"$c"'", "name": "C two", "club": "CC", "version": 2}'
run 0 --json team list
json out 'len(v) == 3'
run 0 team show "$c"
add team --name D --club CD
d=$id
run 0 team retire "$d"

run 0 --json venue add --name North --street 'S 1' --zip 123 --city Town --phone '123 45' --email hall@example.org --latitude 52.5 --longitude -13.25
json out 'list(v) == ["id", "name", "street", "zip", "city", "telephone", "email", "version"] and v["telephone"] == "123 45"'
made
north=$id
run 0 venue show "$north"
says out '-13.25'
run 0 --json venue correct "$north" --email ''
json out 'v["email"] is None and v["street"] == "S 1" and v["version"] == 2'
run 0 venue show "$north"
says out '52.5'
run 2 --json venue add --name X --latitude 91 --longitude 0
json err 'v["violations"][0]["rule"] == "OUT_OF_RANGE"'
add venue --name South
south=$id
run 0 --json venue list
json out '[x["name"] for x in v] == ["North", "South"] and v[1]["telephone"] is None'
add venue --name Gone
gone=$id
run 0 venue retire "$gone"

# ---- fixtures
run 0 --json fixture add --home "$a" --away "$b" --venue "$north" --at 2025-10-11T18:00:00+02:00
json out 'list(v) == ["id", "team_home", "team_away", "venue", "date", "status", "first_referee", "second_referee", "version"]'
json out 'v["date"] == "2025-10-11T16:00:00Z" and v["status"] == "Scheduled" and v["first_referee"] is None and v["team_home"]["name"] == "A" and v["venue"]["city"] == "Town"'
made
f=$id
run 1 --json fixture add --home "$a" --away "$a" --venue "$north" --at 2025-10-11T17:00:00Z
json err '{x["rule"] for x in v["violations"]} >= {"SAME_TEAM", "VENUE_TAKEN", "TEAM_TAKEN"}'
json err '[x["counterpart"]["id"] for x in v["violations"] if x["rule"] == "VENUE_TAKEN"] == ["'"$f"'"]'
run 3 --json fixture add --home "$a" --away 00000000-0000-4000-8000-000000000000 --venue "$north" --at 2025-10-12T17:00:00Z
run 2 fixture add --home "$a" --away "$b" --venue "$north"
says err '--at TIME is missing'
run 2 fixture add --home "$a" --away "$b" --venue "$north" --at tomorrow
add fixture --home "$b" --away "$c" --venue "$south" --at 2025-10-18T16:00:00Z
g=$id
add fixture --home "$c" --away "$a" --venue "$south" --at 2025-10-25T16:00:00Z
h=$id
run 0 --json fixture reschedule "$g" --at 2025-10-19T16:00:00Z
json out 'v["date"] == "2025-10-19T16:00:00Z" and v["version"] == 2'
run 0 --json fixture move "$g" --venue "$north"
json out 'v["venue"]["name"] == "North" and v["version"] == 3'
run 0 --json fixture cancel "$h"
json out 'v["status"] == "Cancelled"'
run 1 --json fixture cancel "$h"
json err 'v["violations"][0]["rule"] == "FIXTURE_CANCELLED"'
run 0 --json fixture list
json out '[x["id"] for x in v] == ["'"$f"'", "'"$g"'", "'"$h"'"]'
run 0 --json fixture list --status cancelled
json out 'len(v) == 1'
run 0 --json fixture list --home "$b"
json out '[x["id"] for x in v] == ["'"$g"'"]'
run 0 --json fixture list --away "$b"
json out '[x["id"] for x in v] == ["'"$f"'"]'
run 0 --json fixture list --team "$b" --venue "$north" --from 2025-10-12T00:00:00Z --to 2025-11-01T00:00:00Z
json out '[x["id"] for x in v] == ["'"$g"'"]'
run 0 --json fixture list --unstaffed
json out 'len(v) == 2'
run 2 fixture list --status maybe
says err 'scheduled or cancelled'
run 0 fixture list
says out 'C two'
run 0 --json fixture show "$f"
json out 'v["id"] == "'"$f"'"'

# ---- availabilities
run 0 --json availability declare --fixture "$f" --referee "$ayse"
json out 'v["fixture_id"] == "'"$f"'" and v["referee_id"] == "'"$ayse"'" and v["version"] == 1'
run 1 --json availability declare --fixture "$f" --referee "$ayse"
json err 'v["violations"][0]["rule"] == "ALREADY_DECLARED"'
run 0 --json availability withdraw --fixture "$f" --referee "$ayse"
json out 'v is None'
run 0 availability declare --fixture "$f" --referee "$bob"
run 0 --json availability list --fixture "$f"
json out '[x["referee_id"] for x in v] == ["'"$bob"'"]'
run 0 --json availability announce --all --at 2025-09-10T00:00:00Z
json out 'v["affected"] == 1'
now=2025-09-09T12:00:00Z
run 1 --json availability withdraw --fixture "$f" --referee "$bob"
json err 'v["status"] == "LATE" and v["violations"][0]["rule"] == "AFTER_CUTOFF"'
now=
run 0 --json availability lock --from 2025-10-01T00:00:00Z --to 2025-10-15T00:00:00Z
json out 'v["affected"] == 1'
run 1 --json availability declare --fixture "$f" --referee "$ayse"
json err 'v["status"] == "LOCKED"'
run 0 fixture show "$f"
says out 'LOCKED   yes'
run 0 availability unlock --fixture "$f"
run 0 availability lock --all
run 1 availability lock --all
run 0 --json db stats
json out 'v["availability_locked"] is True and v["hand_out"] == "2025-09-10T00:00:00Z"'
run 0 availability unlock --all
run 2 availability lock
run 2 availability lock --all --fixture "$f"

# ---- assignments, schedule, notices, events
run 0 --json assignment stage --fixture "$f" --referee "$bob" --role first
json out 'v == {"status": "Staged", "referee_role": "First", "fixture_id": "'"$f"'", "referee_id": "'"$bob"'", "version": 1}'
run 2 assignment stage --fixture "$f" --referee "$bob" --role third
run 2 assignment stage --fixture "$f" --role first
run 0 --json assignment list --status staged
json out 'len(v) == 1'
run 0 assignment unstage --fixture "$f" --referee "$bob"
silent out
run 3 assignment unstage --fixture "$f" --referee "$bob"
run 0 --json assignment validate
json out 'v == {"status": "OK", "violations": []}'
run 0 assignment validate
says out 'Assignments validated'
run 0 --json assignment what-if --fixture "$f" --referee "$ayse" --role second
json out 'v["status"] == "OK"'
run 0 rules set require_availability=true
run 1 --json assignment what-if --fixture "$f" --referee "$ayse" --role second
json err '[x["rule"] for x in v["violations"]] == ["REFEREE_NOT_AVAILABLE"] and v["violations"][0]["severity"] == "overridable" and v["violations"][0]["referee_id"] == "'"$ayse"'"'
run 1 assignment what-if --fixture "$f" --referee "$ayse" --role second
says out 'REFEREE_NOT_AVAILABLE'
says err 'REFUSED'
run 0 assignment stage --fixture "$f" --referee "$bob" --role first
run 0 assignment stage --fixture "$f" --referee "$ayse" --role second
run 1 --json assignment commit
json err 'v["status"] == "REFUSED" and len(v["violations"]) == 1'
run 2 assignment commit --override "REFEREE_NOT_AVAILABLE,$f,$ayse"
says err '--reason'
run 2 assignment commit --override "REFEREE_NOT_AVAILABLE,$f" --reason x
says err 'RULE,FIXTURE,REFEREE'
run 0 assignment validate --override "REFEREE_NOT_AVAILABLE,$f,$ayse"
run 0 --json assignment commit --valid-only
json out 'v == {"committed": 1}'
run 0 --json assignment commit --override "REFEREE_NOT_AVAILABLE,$f,$ayse" --reason 'agreed on the phone'
json out 'v == {"committed": 1}'
run 0 --json assignment commit
json out 'v == {"committed": 0}'
run 0 --json fixture show "$f"
json out 'v["first_referee"]["name"] == "Bob" and v["second_referee"]["name"] == "Ayşe Işık"'
add referee --name Dora --club West
dora=$id
run 1 --json assignment replace --fixture "$f" --referee "$ayse" --new-referee "$dora"
json err 'v["violations"][0]["rule"] == "REFEREE_NOT_AVAILABLE"'
run 0 --json assignment replace --fixture "$f" --referee "$ayse" --new-referee "$dora" --reason ill --override "REFEREE_NOT_AVAILABLE,$f,$dora"
json out 'v["status"] == "Committed" and v["referee_id"] == "'"$dora"'"'
run 0 --json schedule "$dora"
json out '[x["id"] for x in v] == ["'"$f"'"]'
run 0 schedule "$dora"
says out 'second'
run 3 schedule 00000000-0000-4000-8000-000000000000
run 0 --json assignment remove --fixture "$f" --referee "$dora"
json out 'v is None'
run 3 assignment remove --fixture "$f" --referee "$dora"
run 0 --json export assignments
json out 'len(v) == 1 and v[0]["status"] == "Committed"'
run 0 export assignments --format csv
says out "$f,$bob,first,committed"
run 0 export fixtures
says out 'id,kickoff,status,home_id'
says out "$f,2025-10-11T16:00:00Z,scheduled,$a,$b,$north,$bob,,"
run 0 export fixtures --format json
json out 'len(v) == 3 and v[0]["first_referee"]["id"] == "'"$bob"'"'
run 2 export fixtures --format xml

run 0 --json notice list
json out 'len(v) >= 4 and all(x["status"] == "ready" for x in v)'
mkdir "$dir/spool" || exit 1
run 2 notice send
says err '--spool DIR is missing'
run 0 --json notice send --spool "$dir/spool" --limit 1
json out 'v == {"sent": 1, "retried": 0, "dead": 0, "lost": 0}'
run 0 --json notice send --spool "$dir/spool"
run 0 --json notice list --status sent
json out 'len(v) == '"$(find "$dir/spool" -type f | wc -l)"
run 0 notice list --referee "$bob"
says out 'Bob'
run 3 notice retry 00000000-0000-4000-8000-000000000000
run 0 --json notice list
notice=$(python3 -IS -c 'import json, sys; print(json.load(open(sys.argv[1]))[0]["id"])' "$dir/out")
run 1 --json notice retry "$notice"
json err 'v["violations"][0]["rule"] == "NOT_DEAD"'

run 0 --json event list --fixture "$f"
json out '[set(x) == {"id", "type", "aggregate", "version", "time", "payload"} for x in v] and v[0]["type"] == "FixtureCreated" and v[0]["aggregate"] == {"type": "fixture", "id": "'"$f"'"} and v[0]["payload"]["team_home_id"] == "'"$a"'" and v[0]["time"] == "2025-09-01T00:00:00Z"'
run 0 event list --from 2025-01-01T00:00:00Z
says out 'RefereeClubChanged'

# ---- the same command twice
run 0 --json team add --name E --club CE --command-id 00000000-0000-4000-8000-00000000000e
made
e=$id
run 0 --json team add --name E --club CE --command-id 00000000-0000-4000-8000-00000000000e
json out 'v["id"] == "'"$e"'"'
run 2 --json team add --name F --club CE --command-id 00000000-0000-4000-8000-00000000000e
json err 'v["violations"][0]["rule"] == "COMMAND_REUSED"'
run 0 --actor Ada team add --name G --club CG
run 0 event list
says out 'Ada'

run 0 db check
run 0 --json db stats
json out 'v["teams"] == 6 and v["venues"] == 3 and v["fixtures"] == 3 and v["cancelled_fixtures"] == 1 and v["committed"] == 1'
finish
