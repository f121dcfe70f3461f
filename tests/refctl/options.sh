# Every option with every verb that takes it: expected versions, command ids, filters, ranges, pages.
. "$HARNESS"

run 0 db init
n=0

# next_id: sets command to a fresh command id.
next_id()
{
	n=$((n + 1))
	command=$(printf '00000000-0000-4000-8000-00000000%04d' "$n")
}

# change VERSION ARGUMENT...: a change of an object at VERSION. Under another version it is a
# conflict and nothing happens; under this one it is done once, however often it is asked for.
change()
{
	version=$1
	shift
	next_id
	run 4 --json "$@" --expected-version 77
	json err 'v["status"] == "CONFLICT"'
	run 0 --json "$@" --expected-version "$version" --command-id "$command"
	cp "$dir/out" "$dir/first"
	run 0 --json "$@" --expected-version "$version" --command-id "$command"
	cmp -s "$dir/first" "$dir/out" || fail "$* answers otherwise the second time"
	checks=$((checks + 1))
}

# once ARGUMENT...: a new object, or a change without a version: made once.
once()
{
	next_id
	run 0 --json db stats
	cp "$dir/out" "$dir/before"
	run 0 --json "$@" --command-id "$command"
	cp "$dir/out" "$dir/first"
	run 0 --json "$@" --command-id "$command"
	cmp -s "$dir/first" "$dir/out" || fail "$* answers otherwise the second time"
	checks=$((checks + 1))
}

# ids EXPECTED ARGUMENT...: a list holds the objects whose ids are EXPECTED, in this order.
ids()
{
	expected=$1
	shift
	run 0 --json "$@"
	json out "[x['id'] for x in v] == '$expected'.split()"
}

# ---- parties
once referee add --name Anna --club North --phone '+49 30 1' --email anna@example.org
made
anna=$id
add referee --name Berta --club South
berta=$id
change 1 referee correct "$anna" --name 'Anna B' --club East --phone '+49 30 2' --email a.b@example.org
run 0 referee show "$anna"
for text in 'Anna B' East '+49 30 2' a.b@example.org; do
	says out "$text"
done
change 2 referee set-club "$anna" --club West
add referee --name Zoe --club North
zoe=$id
change 1 referee retire "$zoe"
run 2 --json referee correct "$anna"
json err '[x["rule"] for x in v["violations"]] == ["REQUIRED"] and "referee correct --help" in v["message"]'
run 2 --json referee correct nobody --command-id 1
json err 'v["total"] == 3 and v["message"].endswith(" (and 2 more)")'
run 2 --json fixture list --from x --status y --to z --limit 0
json err 'v["total"] == 4 and v["message"] == v["violations"][0]["message"] + " (and 3 more)"'
json err '[x["message"].split()[0] for x in v["violations"]] == ["from", "to", "--status", "--limit"]'
run 2 fixture list --status y
says err 'refctl: INVALID: --status must be'
run 0 --json referee show "$anna"
json out 'v["version"] == 3'
ids "$zoe" referee list --status retired
ids "$anna $berta" referee list --status active

once team add --name A --club CA --id 00000000-0000-4000-9000-00000000000a
a=00000000-0000-4000-9000-00000000000a
add team --name B --club CB
b=$id
add team --name C --club CC
c=$id
change 1 team correct "$a" --name 'A one' --club 'CA two'
json out 'v["name"] == "A one" and v["club"] == "CA two"'
run 2 team correct "$a" --expected-version 2
add team --name D --club CD
d=$id
change 1 team retire "$d"
ids "$d" team list --status retired
ids "$a $b $c" team list --status active

once venue add --name Hall --id 00000000-0000-4000-9000-0000000000aa
hall=00000000-0000-4000-9000-0000000000aa
change 1 venue correct "$hall" --name 'New hall' --street 'S 2' --zip 12345 --city Town --phone '12 34' \
	--email h@example.org --latitude 52.5 --longitude 13.25
json out '(v["name"], v["street"], v["zip"], v["city"], v["telephone"], v["email"]) == ("New hall", "S 2", "12345", "Town", "12 34", "h@example.org")'
run 0 venue show "$hall"
says out '13.25'
add venue --name Other
other=$id
add venue --name Gone
gone=$id
change 1 venue retire "$gone"
ids "$gone" venue list --status retired
ids "$hall $other" venue list --status active

# ---- rules
run 0 rules set exclusivity=overlap
change 1 rules set require_availability=false match_duration=90
json out 'v["version"] == 2 and v["match_duration"] == 90 and v["exclusivity"] == "overlap"'

# ---- fixtures
once fixture add --home "$a" --away "$b" --venue "$hall" --at 2025-10-01T18:00:00Z --id 00000000-0000-4000-9000-0000000000f1
f=00000000-0000-4000-9000-0000000000f1
change 1 fixture reschedule "$f" --at 2025-10-02T18:00:00Z
change 2 fixture move "$f" --venue "$other"
add fixture --home "$b" --away "$c" --venue "$hall" --at 2025-10-08T18:00:00Z
g=$id
add fixture --home "$c" --away "$a" --venue "$hall" --at 2025-10-15T18:00:00Z
h=$id
add fixture --home "$a" --away "$c" --venue "$hall" --at 2025-10-22T18:00:00Z
gone=$id
change 1 fixture cancel "$gone"

# ---- availabilities: the version is the fixture's
change 3 availability declare --fixture "$f" --referee "$anna"
change 3 availability withdraw --fixture "$f" --referee "$anna"
run 0 availability declare --fixture "$f" --referee "$anna"
run 0 availability declare --fixture "$g" --referee "$anna"
run 0 availability declare --fixture "$g" --referee "$berta"
run 0 --json availability list --referee "$anna"
json out '[x["fixture_id"] for x in v] == ["'"$f"'", "'"$g"'"]'
run 0 --json availability list --from 2025-10-03T00:00:00Z --to 2025-10-09T00:00:00Z
json out '{x["referee_id"] for x in v} == {"'"$anna"'", "'"$berta"'"} and {x["fixture_id"] for x in v} == {"'"$g"'"}'
change 3 availability lock --fixture "$f"
change 4 availability unlock --fixture "$f"
change 5 availability announce --fixture "$f" --at 2025-09-20T00:00:00Z
run 0 availability lock --all
change 1 availability unlock --all
change 2 availability lock --all
change 3 availability announce --all --at 2025-09-25T00:00:00Z
run 0 availability unlock --all
range='--from 2025-10-03T00:00:00Z --to 2025-10-16T00:00:00Z'
for verb in lock unlock 'announce --at 2025-09-21T00:00:00Z'; do
	# shellcheck disable=SC2086 # words
	once availability $verb $range
	json out 'v["affected"] == 2'
	# shellcheck disable=SC2086 # words
	run 2 --json availability $verb $range --expected-version 1
	json err 'v["violations"][0]["field"] == "command.expected_version"'
done

# ---- assignments: the version is the fixture's, too
change 6 assignment stage --fixture "$f" --referee "$anna" --role first
change 6 assignment unstage --fixture "$f" --referee "$anna"
run 0 assignment stage --fixture "$f" --referee "$anna" --role first
printf 'fixture,referee,role\n%s,%s,first\n%s,%s,second\n' "$g" "$anna" "$g" "$berta" >"$dir/rows.csv"
run 0 --json assignment what-if --file "$dir/rows.csv"
json out 'v["violations"] == []'
change 4 assignment stage --file "$dir/rows.csv"
json out 'v["staged"] == 2'
run 0 --json assignment list --referee "$anna"
json out '[x["fixture_id"] for x in v] == ["'"$f"'", "'"$g"'"]'
run 0 --json assignment list --fixture "$g"
json out '{x["referee_id"] for x in v} == {"'"$anna"'", "'"$berta"'"}'
run 0 --json assignment list --from 2025-10-01T00:00:00Z --to 2025-10-03T00:00:00Z
json out '[x["fixture_id"] for x in v] == ["'"$f"'"]'
run 0 --json assignment validate --override "REFEREE_NOT_AVAILABLE,$f,$anna" --reason 'on the phone'
once assignment commit
json out 'v["committed"] == 3'
run 2 assignment commit --expected-version 1
add referee --name Clara --club North
clara=$id
change 6 assignment replace --fixture "$f" --referee "$anna" --new-referee "$clara" --reason ill
change 6 assignment remove --fixture "$f" --referee "$clara"
ids "$g" fixture list --referee "$anna"
ids "$g" schedule "$anna" --from 2025-10-01T00:00:00Z --to 2025-10-09T00:00:00Z
ids '' schedule "$anna" --from 2025-10-09T00:00:00Z
ids '' schedule "$anna" --to 2025-10-08T18:00:00Z
run 0 export fixtures --from 2025-10-03T00:00:00Z --to 2025-10-09T00:00:00Z
[ "$(wc -l <"$dir/out")" = 2 ] || fail 'an export of one day has more than one fixture'
run 0 export assignments --from 2025-10-03T00:00:00Z --to 2025-10-09T00:00:00Z
[ "$(wc -l <"$dir/out")" = 3 ] || fail 'an export of one day has not its two assignments'
run 0 export assignments --to 2025-10-03T00:00:00Z
[ "$(wc -l <"$dir/out")" = 1 ] || fail 'an export of nothing is not its header'

# ---- events
run 0 --json event list --referee "$anna"
json out '[x["type"] for x in v] == ["RefereeCreated", "RefereeCorrected", "RefereeClubChanged"]'
run 0 --json event list --team "$d"
json out '[x["type"] for x in v] == ["TeamCreated", "TeamRetired"]'
run 0 --json event list --venue "$hall"
json out '[x["version"] for x in v] == [1, 2]'
run 0 --json event list --to 2025-09-01T00:00:00Z
json out 'v == []'
run 0 --json event list --from 2025-09-01T00:00:00Z --to 2025-09-01T00:00:00.000001Z
json out 'len(v) > 20'

# ---- notices: a message that cannot be written becomes a dead letter, and is given another chance
run 0 --json notice list --referee "$clara" --status ready
json out 'len(v) == 2 and all(x["recipient_id"] == "'"$clara"'" for x in v)'
mkdir "$dir/spool"
run 0 --json notice send --spool "$dir/spool" --format eml --limit 2
json out 'v["sent"] + v["retried"] + v["dead"] == 2'
run 0 --json notice send --spool "$dir/spool" --format eml
run 0 --json notice list --status dead
json out 'len(v) >= 1 and all("e-mail" in x["last_error"] for x in v)'
dead=$(python3 -IS -c 'import json, sys; x = json.load(open(sys.argv[1]))[0]; print(x["id"], x["version"])' "$dir/out")
change "${dead#* }" notice retry "${dead% *}"
json out 'v["status"] == "ready" and v["attempts"] == 0'
run 0 --json notice send --spool "$dir/spool" --format json
json out 'v["sent"] == 1'

# ---- pages of every list
for list in 'team list' 'venue list' 'referee list --status active' 'availability list' \
	"availability list --referee $anna" 'assignment list' "assignment list --fixture $g" \
	'notice list' 'notice list --status sent' "notice list --referee $anna" "schedule $anna" \
	"event list --fixture $f" 'event list'; do
	# shellcheck disable=SC2086 # words
	run 0 --json $list
	cp "$dir/out" "$dir/whole"
	key=
	: >"$dir/pages"
	while :; do
		# shellcheck disable=SC2086 # words
		run 0 --json $list --limit 1 ${key:+--after "$key"}
		cat "$dir/out" >>"$dir/pages"
		key=$(sed -n 's/^next: //p' "$dir/err")
		[ -n "$key" ] || break
	done
	python3 -IS - "$dir/whole" "$dir/pages" <<-'EOP' || fail "the pages of $list are not the list"
		import json, sys
		pages = [row for line in open(sys.argv[2]) for row in json.loads(line)]
		sys.exit(not pages or pages != json.load(open(sys.argv[1])))
	EOP
	checks=$((checks + 1))
done
finish
