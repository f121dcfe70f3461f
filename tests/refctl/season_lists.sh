# Fixture lists of other leagues: alphabets, empty times, several matches per hall and day, one club
# in two leagues, clashes, clock changes.
. "$HARNESS"

run 0 db init
run 0 rules set exclusivity=overlap

# ---- a Turkish list: byte order mark, CRLF, dots in dates, cancelled matches without a time
turkish='league=Lig,date=Tarih,time=Saat,home=Ev Sahibi,away=Misafir,venue=Salon,status=Durum'
run 2 import "$DATA/turkish.csv" --kind season --column "$turkish" --timezone Europe/Istanbul
says err 'line 5, column 4 (Saat), TEXT_MALFORMED: is empty'
run 2 import "$DATA/turkish.csv" --kind season --column "$turkish" --cancelled İptal
says err '--timezone'
run 0 --json import "$DATA/turkish.csv" --kind season --column "$turkish" --timezone Europe/Istanbul --cancelled İptal
json out 'v["imported"] == 5 and v["skipped"] == 1 and v["cancelled"] == 1 and v["teams"] == 8 and v["venues"] == 2'
run 0 --json fixture list
json out '[(x["team_home"]["name"], x["date"], x["status"]) for x in v] == [("Işıkspor", "2025-10-11T10:00:00Z", "Scheduled"), ("Şahinbey", "2025-10-11T13:00:00Z", "Scheduled"), ("Işıkspor", "2025-10-11T16:00:00Z", "Scheduled"), ("Şahinbey", "2025-10-12T09:00:00Z", "Cancelled"), ("Çınar İdman Yurdu", "2025-10-12T12:30:00Z", "Scheduled")]'
json out 'v[0]["team_home"]["id"] != v[2]["team_home"]["id"] and v[0]["team_home"]["club"] == "Işıkspor" and v[0]["venue"]["street"] == ""'
# the same teams and venues are found again, and the other fixture is named
run 1 --json import "$DATA/turkish.csv" --kind season --column "$turkish" --timezone Europe/Istanbul --cancelled İptal
json err '{x["rule"] for x in v["violations"]} == {"VENUE_TAKEN", "TEAM_TAKEN"} and "Işıkspor – Çınar İdman Yurdu, 2025-10-11T10:00:00Z, fixture " in v["violations"][0]["other"]'
run 0 --json db stats
json out 'v["teams"] == 8 and v["venues"] == 2 and v["fixtures"] == 5'

# ---- the word in the time column, an empty time by the empty word, another clock
run 2 --json import "$DATA/word_in_time.csv" --kind season --timezone Europe/Berlin --cancelled cancelled
json err '[(x["line"], x["column"]) for x in v["violations"]] == [(4, 2)]'
run 0 --json import "$DATA/word_in_time.csv" --kind season --timezone Europe/Berlin --cancelled cancelled --cancelled ''
json out 'v["imported"] == 4 and v["cancelled"] == 2 and v["fixtures"] == 4'
run 0 --json fixture list --status cancelled --from 2025-10-11T00:00:00Z
json out '[x["date"] for x in v if x["team_home"]["name"] in "CE"] == ["2025-10-11T10:00:00Z"] * 2'

printf 'home,away,venue,kickoff,status\nA,B,H,2025-12-01,OFF\nA,B,H,off,\nA,B,H,2025-12-02 19:00,Off\nA,B,H,,off\nA,B,H,2025-12-03,\n' >"$dir/one.csv"
run 2 --json import "$dir/one.csv" --kind season --timezone UTC --cancelled off --keep-going
json out 'v["imported"] == 2 and v["skipped"] == 2 and v["cancelled"] == 2'
json err '[(x["line"], x["column"]) for x in v["violations"]] == [(6, 4)]'
run 0 --json fixture list --from 2025-12-01T00:00:00Z
json out '[x["date"] for x in v] == ["2025-12-01T12:00:00Z", "2025-12-02T19:00:00Z"]'

# ---- clashes inside a list: line, column, reason and the other fixture
run 1 --json import "$DATA/clash.csv" --kind season --column kickoff=start
json err '[(x["line"], x["column"], x["rule"]) for x in v["violations"]] == [(3, 4, "VENUE_TAKEN"), (4, 3, "TEAM_TAKEN"), (5, 3, "SAME_TEAM"), (6, 5, "KICKOFF_NOT_FUTURE"), (7, 5, "TEXT_MALFORMED")]'
json err '[x["other"] for x in v["violations"]] == ["A – B, 2025-10-11T16:00:00Z, line 2"] * 2 + [None] * 3'
run 1 import "$DATA/clash.csv" --kind season --column kickoff=start
says err 'line 3, column 4 (venue), VENUE_TAKEN'
says err 'A – B, 2025-10-11T16:00:00Z, line 2'
run 0 --json venue list
json out '"North" not in [x["name"] for x in v]'
# what a bad line would have made is not left behind, and is made by the next good one
run 1 --json import "$DATA/clash.csv" --kind season --column kickoff=start --keep-going
json out 'v["imported"] == 2 and v["failed"] == 5 and v["fixtures"] == 2 and v["teams"] == 4 and v["venues"] == 2'
run 0 --json venue list
json out '{"North", "West"} <= {x["name"] for x in v} and not {"South", "East"} & {x["name"] for x in v}'

# ---- hours that clocks skip, and hours they show twice
run 2 --json import "$DATA/clock_change.csv" --kind season --timezone Europe/Berlin --keep-going
json err '[(x["line"], x["column"]) for x in v["violations"]] == [(2, 2), (4, 2)]'
run 0 --json fixture list --from 2026-01-01T00:00:00Z
json out '[x["date"] for x in v] == ["2026-10-25T00:30:00Z"]'

# ---- date and time in one column, with slashes; a team registered by hand is taken
add team --name 'A, first' --club 'The Club'
hand=$id
run 2 import "$DATA/semicolon.csv" --kind season --delimiter ';' --timezone Europe/London
says err '--date-order'
run 0 import "$DATA/semicolon.csv" --kind season --delimiter ';' --timezone Europe/London --date-order dmy
run 0 --json fixture list --team "$hand"
json out '[x["date"] for x in v] == ["2025-11-08T19:30:00Z", "2025-11-15T19:30:00Z"]'

# ---- columns
run 2 import "$DATA/clash.csv" --kind season
says err 'kickoff=HEADER'
run 2 import "$DATA/clash.csv" --kind season --column kickoff=start,date=start
says err 'beside'
run 2 import "$DATA/clash.csv" --kind season --column kickoff=start,kickoff=home
says err 'twice'

# ---- one list under the day rule
run 0 --json rules show
"$REFCTL" --db "sqlite:$dir/day.db" db init >"$dir/out" 2>"$dir/err" || fail 'no second store'
if "$REFCTL" --db "sqlite:$dir/day.db" --now 2025-09-01T00:00:00Z --json import "$DATA/turkish.csv" --kind season \
	--column "$turkish" --timezone Europe/Istanbul --cancelled İptal >"$dir/out" 2>"$dir/err"; then
	fail 'the day rule was not applied'
fi
json err '[(x["line"], x["rule"]) for x in v["violations"]] == [(3, "VENUE_TAKEN"), (4, "VENUE_TAKEN"), (4, "VENUE_TAKEN")] or [(x["line"], x["rule"]) for x in v["violations"]] == [(3, "VENUE_TAKEN"), (4, "VENUE_TAKEN")]'
finish
