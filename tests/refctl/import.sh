# Importing: kinds, bad lines with line and column, all or nothing, --keep-going, encodings.
. "$HARNESS"

run 0 db init
run 2 import "$DATA/latin1.csv"
says err '--kind'
run 2 import "$DATA/latin1.csv" --kind umpires
run 3 import "$DATA/no-such-file.csv" --kind referees
run 2 import "$DATA/latin1.csv" --kind referees --encoding ebcdic
run 2 import "$DATA/latin1.csv" --kind referees --delimiter ::
run 2 import "$DATA/latin1.csv" --kind fixtures --timezone Mars/Base
says err 'no such zone'
run 2 import "$DATA/latin1.csv" --kind referees --keep-going --command-id 00000000-0000-4000-8000-000000000001

# ---- what is no CSV file of anybody's
truncate -s 67108865 "$dir/large.csv"
run 2 import "$dir/large.csv" --kind referees
says err 'large.csv: larger than 64 MiB'
run 2 assignment stage --file "$dir/large.csv"
rm "$dir/large.csv"
run 2 import "$dir" --kind referees

# ---- Latin-1 by option; without it every bad line is told
run 2 --json import "$DATA/latin1.csv" --kind referees
json err 'v["status"] == "INVALID" and [(x["line"], x["column"]) for x in v["violations"]] == [(2, 1), (3, 1)] and "latin1" in v["violations"][0]["message"]'
run 0 --json db stats
json out 'v["referees"] == 0'
run 0 --json import "$DATA/latin1.csv" --kind referees --encoding latin1
json out 'v["imported"] == 2 and v["failed"] == 0 and v["kind"] == "referees"'
run 0 --json referee list
json out '[(x["name"], x["club"]) for x in v] == [("Jürgen Müller", "Düren"), ("Zoé Lefèvre", "Nîmes")]'

# ---- all bad lines, with line, column and reason; nothing is stored
run 2 --json import "$DATA/bad_referees.csv" --kind referees
json err '[(x["line"], x["column"], x["rule"]) for x in v["violations"]] == [(3, 1, "TEXT_BLANK"), (4, 1, "TEXT_MALFORMED"), (5, 3, "TEXT_MALFORMED"), (6, 1, "TEXT_MALFORMED"), (7, 2, "TEXT_BLANK"), (7, 3, "TEXT_MALFORMED")]'
json err 'v["violations"][1]["character"] == 5 and v["violations"][2]["field"] == "email"'
silent out
run 0 --json db stats
json out 'v["referees"] == 2'
run 2 import "$DATA/bad_referees.csv" --kind referees
says err 'line 5, column 3 (email)'
says err 'line 4, column 1, character 5'
says err 'nothing was stored'

# ---- the good lines with --keep-going; the status still tells of the bad ones
run 2 --json import "$DATA/bad_referees.csv" --kind referees --keep-going
json out 'v["lines"] == 7 and v["imported"] == 2 and v["failed"] == 5'
json err 'len(v["violations"]) == 6'
run 0 --json referee list
json out '[x["name"] for x in v] == ["Good One", "Good Three", "Jürgen Müller", "Zoé Lefèvre"]'

# ---- files that cannot be read
run 2 --json import "$DATA/open_quote.csv" --kind teams
json err '[(x["line"], x["column"], x["character"]) for x in v["violations"]] == [(3, 1, 1)]'
run 2 import "$DATA/utf16.csv" --kind teams
says err 'UTF-16'
run 2 --json import "$DATA/bad_header.csv" --kind teams
json err 'v["violations"][0]["line"] == 1 and v["violations"][0]["column"] == 2'
run 2 import "$DATA/twice.csv" --kind teams
says err 'is there twice'
run 2 import /dev/null --kind teams
says err 'empty'

# ---- every kind, columns in any order and under any name
printf 'Verein,Mannschaft\r\nCA,A\r\nCB,B\r\n' >"$dir/teams.csv"
run 2 import "$dir/teams.csv" --kind teams
says err '--column name=HEADER'
run 2 import "$dir/teams.csv" --kind teams --column name=Mannschaft,club=Klub
says err 'no column Klub'
run 2 import "$dir/teams.csv" --kind teams --column name=Mannschaft,shoe=Verein
says err 'no such field'
run 0 import "$dir/teams.csv" --kind teams --column name=Mannschaft --column club=Verein
says out '2 of 2 lines imported'
cat >"$dir/venues.csv" <<-'EOF'
	id,name,street,zip,city,phone,email,latitude,longitude
	00000000-0000-4000-8000-000000000011,North,S 1,1,X,,,52.5,13.25
	,South,,,,,,,
EOF
run 0 import "$dir/venues.csv" --kind venues
run 0 venue show 00000000-0000-4000-8000-000000000011
says out '13.25'
run 4 --json import "$dir/venues.csv" --kind venues
json err 'v["status"] == "ALREADY_EXISTS" and [(x["line"], x["column"], x["status"]) for x in v["violations"]] == [(2, 1, "ALREADY_EXISTS")]'
printf 'id,name,club\n00000000-0000-4000-8000-000000000021,X,C\n00000000-0000-4000-8000-000000000021,Y,C\n' >"$dir/same.csv"
run 4 --json import "$dir/same.csv" --kind teams
json err '[(x["line"], x["column"]) for x in v["violations"]] == [(3, 1)]'
run 4 --json import "$dir/same.csv" --kind referees --keep-going
json out 'v["imported"] == 1'
run 0 referee retire 00000000-0000-4000-8000-000000000021
printf 'name,latitude,longitude\nX,52,5,13\nY,91,0\nZ,1,\n' >"$dir/places.csv"
run 2 --json import "$dir/places.csv" --kind venues
json err '[x["line"] for x in v["violations"]] == [2, 3, 4]'
json err 'v["violations"][1]["field"] == "latitude" and v["violations"][1]["column"] == 2'
run 0 --json import "$DATA/semicolon.csv" --kind teams --delimiter ';' --column name=home,club=away --keep-going
printf 'id,home,away,venue,kickoff\n00000000-0000-4000-8000-0000000000f1,A,B,North,2025-10-11T18:00:00+02:00\n,B,A,00000000-0000-4000-8000-000000000011,2025-10-18T18:00:00+02:00\n' >"$dir/fixtures.csv"
run 2 --json import "$dir/fixtures.csv" --kind fixtures
json err '[(x["line"], x["field"]) for x in v["violations"]] == [(2, "away"), (3, "home")] and "several" in v["violations"][0]["message"]'
run 0 --json team list
second=$(python3 -IS -c 'import json, sys; print([x["id"] for x in json.load(open(sys.argv[1])) if x["name"] == "B"][1])' "$dir/out")
run 0 team retire "$second"
run 0 --json import "$dir/fixtures.csv" --kind fixtures
json out 'v["fixtures"] == 2'
printf 'fixture,referee\n00000000-0000-4000-8000-0000000000f1,Good One\n00000000-0000-4000-8000-0000000000f1,Nobody\n00000000-0000-4000-8000-0000000000f1,Good One\nx,Good One\n' >"$dir/free.csv"
run 2 --json import "$dir/free.csv" --kind availabilities
json err '[(x["line"], x["column"], x["rule"]) for x in v["violations"]] == [(3, 2, "TEXT_MALFORMED"), (4, 1, "ALREADY_DECLARED"), (5, 1, "TEXT_MALFORMED")]'
run 0 --json availability list
json out 'v == []'
run 2 --json import "$dir/free.csv" --kind availabilities --keep-going
json out 'v["imported"] == 1'
run 0 --json availability list
json out 'len(v) == 1'

# ---- one command id for a whole file
printf 'name,club\nOnce,Club\n' >"$dir/once.csv"
run 0 import "$dir/once.csv" --kind referees --command-id 00000000-0000-4000-8000-0000000000aa
run 4 import "$dir/once.csv" --kind referees --command-id 00000000-0000-4000-8000-0000000000aa
run 0 --json db stats
json out 'v["referees"] == 6'

# ---- staging many rows: all or nothing, with lines
printf 'fixture,referee,role\n00000000-0000-4000-8000-0000000000f1,x,first\n00000000-0000-4000-8000-0000000000f1,00000000-0000-4000-8000-0000000000f1,third\n' >"$dir/plan.csv"
run 2 --json assignment stage --file "$dir/plan.csv"
json err '[(x["line"], x["column"]) for x in v["violations"]] == [(2, 2), (3, 3)]'
run 0 --json referee list
good=$(python3 -IS -c 'import json, sys; print(json.load(open(sys.argv[1]))[0]["id"])' "$dir/out")
printf 'role,fixture,referee\nfirst,00000000-0000-4000-8000-0000000000f1,%s\nsecond,00000000-0000-4000-8000-0000000000f1,00000000-0000-4000-8000-0000000000f1\n' "$good" >"$dir/plan.csv"
run 3 --json assignment stage --file "$dir/plan.csv"
json err 'v["violations"][0]["line"] == 3'
run 0 --json assignment list
json out 'v == []'
run 2 assignment stage --file "$dir/plan.csv" --role first
printf 'fixture,referee\n' >"$dir/plan.csv"
run 2 assignment stage --file "$dir/plan.csv"
says err 'no column role'
finish
