# Calendars: what two other implementations of iCalendar read in them while a season changes.
. "$HARNESS"

# The modules are Debian's, and belong to Debian's Python.
python=
for candidate in python3 /usr/bin/python3; do
	"$candidate" -c 'import icalendar, vobject' 2>/dev/null && python=$candidate && break
done
[ -n "$python" ] || fail "no Python with icalendar and vobject"

grew=
mkdir "$dir/steps"

# step NAME [REFEREE...]: everybody's calendar and those of REFEREEs, with the lists to compare.
step()
{
	name=$dir/steps/$1
	step=$1
	shift
	run 0 export assignments --format ics
	mv "$dir/out" "$name.ics"
	run 0 export assignments --format ics
	cmp -s "$dir/out" "$name.ics" || fail "$step: not the same bytes twice"
	run 0 --json fixture list
	mv "$dir/out" "$name.fixtures"
	run 0 --json assignment list
	mv "$dir/out" "$name.assignments"
	for referee; do
		run 0 export assignments --format ics --referee "$referee"
		mv "$dir/out" "$name.$referee.ics"
	done
}

# grows FIXTURE REFEREE: in the step at hand.
grows()
{
	grew="$grew $step:$1:$2"
}

# statuses REFEREE WORDS: the statuses in a referee's calendar, in order.
statuses()
{
	run 0 export assignments --format ics --referee "$1"
	got=$(tr -d '\r' <"$dir/out" | sed -n 's/^STATUS://p' | tr '\n' ' ')
	[ "$got" = "$2 " ] || fail "calendar of $1 says $got instead of $2"
	checks=$((checks + 1))
}

long=$(printf '%0120d' 0 | sed 's/0/🏐/g')
run 0 db init
run 0 rules set require_availability=false on_change=keep_all
step 00-empty

add referee --name 'Ann, "The Voice"; Müller\n' --club 'Back\slash; & Co, Ltd.'
anna=$id
add referee --name "$long" --club 'e̊é̂ ‮abc‬ 🏳️‍🌈'
berta=$id
add referee --name 'César' --club X
cesar=$id
add team --name 'SV ,;:\"= 👩‍👩‍👧‍👦' --club C
hosts=$id
add team --name "$(printf '%0120d' 0 | sed 's/0/ü/g')" --club C
guests=$id
add venue --name 'Halle 1, Süd' --street 'Straße; 7' --zip 12345 --city 'Köln\Ehrenfeld' --latitude -33.5 \
	--longitude 0.000001
hall=$id
add venue --name 'Bare'
bare=$id
for n in 1 2 3 4 5; do
	add fixture --home "$hosts" --away "$guests" --venue "$hall" --at "2025-10-0${n}T18:30:00.250Z"
	eval "f$n=\$id"
done

stage()
{
	run 0 assignment stage --fixture "$1" --referee "$2" --role "$3"
}
stage "$f1" "$anna" first
step 00-partnerless # who is planned beside her later changes nothing in hers
stage "$f1" "$berta" second
stage "$f2" "$anna" second
stage "$f3" "$berta" first
stage "$f4" "$anna" first
step 01-staged "$anna" "$berta" "$cesar"
statuses "$anna" 'TENTATIVE TENTATIVE TENTATIVE'
says out 'GEO:-33.500000;0.000001'
run 0 export assignments --format ics --referee "$anna" --status committed
! grep -q VEVENT "$dir/out" || fail "plans are told before they are committed"

run 0 assignment unstage --fixture "$f4" --referee "$anna"
step 02-unstaged "$anna"
grows "$f4" "$anna"
run 0 assignment commit
step 03-committed "$anna" "$berta"
grows "$f1" "$anna"
grows "$f1" "$berta"
statuses "$anna" 'CONFIRMED CONFIRMED CANCELLED'
run 0 export assignments --format ics --referee "$anna" --status committed
[ "$(grep -c BEGIN:VEVENT "$dir/out")" = 2 ] || fail "committed only: not two"

run 0 fixture reschedule "$f1" --at 2025-10-01T20:00:00Z
step 04-rescheduled "$anna" "$berta"
grows "$f1" "$anna"
grows "$f1" "$berta"
run 0 fixture move "$f1" --venue "$bare"
step 05-moved "$anna"
grows "$f1" "$anna"
grows "$f1" "$berta"
stage "$f1" "$anna" second
stage "$f1" "$berta" first
run 0 assignment commit
step 06-swapped "$anna" "$berta"
grows "$f1" "$anna"
grows "$f1" "$berta"
run 0 assignment replace --fixture "$f1" --referee "$anna" --new-referee "$cesar"
step 07-replaced "$anna" "$berta" "$cesar"
grows "$f1" "$anna"
grows "$f1" "$berta" # has another partner
grows "$f1" "$cesar"
statuses "$anna" 'CANCELLED CONFIRMED CANCELLED'
run 0 assignment replace --fixture "$f1" --referee "$cesar" --new-referee "$anna"
step 08-back "$anna" "$cesar"
grows "$f1" "$anna"
grows "$f1" "$cesar"
run 0 assignment remove --fixture "$f1" --referee "$anna"
step 09-removed "$anna" "$berta"
grows "$f1" "$anna"
stage "$f1" "$anna" first
step 10-again "$anna"
grows "$f1" "$anna"
run 0 fixture cancel "$f2"
step 11-cancelled "$anna"
grows "$f2" "$anna"
statuses "$anna" 'TENTATIVE CANCELLED CANCELLED'
run 0 export assignments --format ics --referee "$anna"
says out 'DESCRIPTION:Role: second referee\nThe match is cancelled.'
run 0 export assignments --format ics --referee "$anna" --status committed
[ "$(grep -c STATUS:CANCELLED "$dir/out")" = 2 ] || fail "committed only: a plan is told"
now=2025-09-02T00:00:00Z
run 0 venue correct "$bare" --city 'Bonn'
run 0 referee set-club "$berta" --club 'New; club'
step 12-corrected
grows "$f1" "$anna"
grows "$f3" "$berta"
grep -q 'LAST-MODIFIED:20250902T000000Z' "$dir/steps/12-corrected.ics" || fail "a correction is not told"

run 0 export assignments --format ics --from 2025-10-02T00:00:00Z --to 2025-10-04T00:00:00Z
[ "$(grep -c BEGIN:VEVENT "$dir/out")" = 2 ] || fail "a range is not kept to"
run 0 export assignments --format ics --referee "$berta"
says out 'X-WR-CALNAME:🏐'
run 2 export assignments --format ics --status staged
run 2 export fixtures --format ics
run 3 export assignments --format ics --referee 00000000-0000-4000-8000-000000000000
silent out
run 0 --json export assignments --format json --referee "$anna" --status staged
json out 'len(v) == 1 and v[0]["status"] == "Staged"'

# shellcheck disable=SC2086 # a list
"$python" -I "${HARNESS%/*}/read_calendar.py" "$dir/steps" $grew >"$dir/out" 2>"$dir/err" ||
	fail "the calendars are not right"
checks=$((checks + $(sed -n 's/ passed.*//p' "$dir/out")))
finish
