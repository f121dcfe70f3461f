# Lists in pages, and what a wrong command line answers.
. "$HARNESS"

run 0 db init
run 0 rules set exclusivity=overlap
{
	echo name,club
	for n in 01 02 03 04 05 06 07; do echo "R$n,C"; done
} >"$dir/referees.csv"
run 0 import "$dir/referees.csv" --kind referees
{
	echo league,home,away,venue,kickoff
	for n in 01 02 03 04 05 06 07 08 09; do
		echo "L,A,B,H,2025-10-${n}T10:00:00Z"
		echo "L,B,A,H,2025-10-${n}T18:00:00Z"
	done
} >"$dir/season.csv"
run 0 import "$dir/season.csv" --kind season

# pages NOUN VERB LIMIT EXPECTED ARGUMENT...: all pages of a list, joined, are the list itself.
pages()
{
	noun=$1
	verb=$2
	limit=$3
	expected=$4
	shift 4
	run 0 --json "$noun" "$verb" "$@"
	json out "len(v) == $expected"
	silent err
	cp "$dir/out" "$dir/whole"
	key=
	: >"$dir/pages"
	while :; do
		run 0 --json "$noun" "$verb" "$@" --limit "$limit" ${key:+--after "$key"}
		cat "$dir/out" >>"$dir/pages"
		key=$(sed -n 's/^next: //p' "$dir/err")
		[ -n "$key" ] || break
		json out "len(v) == $limit"
	done
	python3 -IS - "$dir/whole" "$dir/pages" <<-'EOF' || fail "the pages of $noun $verb are not the list"
		import json, sys
		pages = [row for line in open(sys.argv[2]) for row in json.loads(line)]
		sys.exit(pages != json.load(open(sys.argv[1])))
	EOF
}

pages referee list 3 7
pages referee list 7 7
pages fixture list 5 18
run 0 --json team list
b=$(python3 -IS -c 'import json, sys; print(json.load(open(sys.argv[1]))[1]["id"])' "$dir/out")
pages fixture list 4 9 --home "$b"
pages fixture list 1 9 --away "$b"
pages event list 7 29
run 0 fixture list --limit 2
says err 'next: '
key=$(sed -n 's/^next: //p' "$dir/err")
run 2 --json fixture list --limit 2 --after "$key" --status cancelled
json err 'v["violations"][0]["rule"] == "PAGE_KEY_FOREIGN"'
run 2 --json fixture list --limit 2 --after nonsense
run 2 fixture list --limit 0
run 2 fixture list --limit 10001
run 2 fixture list --limit x
run 2 fixture list --from 2025-10-02T00:00:00Z --to 2025-10-01T00:00:00Z

# ---- the command line
run 0 --help
says out 'import FILE'
says out 'refctl NOUN VERB --help'
run 0 import --help
says out '--cancelled WORD'
run 0 --version
run 2
run 2 --json umpire list
json err 'v["status"] == "INVALID" and "umpire" in v["message"] and v["violations"] == []'
run 2 fixture list --limit 1 --limit 2
says err '--limit is given twice'
run 2 fixture list --colour red
says err '--colour'
run 2 --now yesterday fixture list
run 2 --json fixture list --home x --away y
json err 'len(v["violations"]) == 2'
finish
