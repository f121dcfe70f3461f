# Reports of a season: what stands in them is what the lists say, and other programs can read them.
. "$HARNESS"

# report NAME ARGUMENT...: both forms, valid, with the numbers of the lists.
report()
{
	name=$dir/$1
	shift
	run 0 report season --format html --out "$name.html" "$@"
	silent out
	run 0 report season "$@"
	cmp -s "$dir/out" "$name.html" || fail "html is not the default, or not the same bytes twice"
	run 0 report season --format svg "$@"
	mv "$dir/out" "$name.svg"
	run 0 --json fixture list "$@"
	mv "$dir/out" "$name.fixtures"
	run 0 --json assignment list "$@"
	mv "$dir/out" "$name.assignments"
	run 0 --json referee list
	mv "$dir/out" "$name.referees"
	xmllint --noout --nonet "$name.svg" "$name.html" >"$dir/out" 2>"$dir/err" || fail "not well-formed"
	tidy -quiet -errors --show-warnings no "$name.html" >"$dir/out" 2>"$dir/err" || {
		[ $? -eq 1 ] || fail "not valid"
	}
	python3 -IS "${HARNESS%/*}/read_report.py" "$name" >"$dir/out" 2>"$dir/err" || fail "report is not right"
	checks=$((checks + 2 + $(sed -n 's/ passed.*//p' "$dir/out")))
}

run 0 db init
run 0 rules set require_availability=false exclusivity=overlap match_duration=1
report empty
says empty.html 'There are no matches.'
says empty.svg 'There are no matches.'

add team --name '<script>alert("1 & 2")</script>' --club '</title>'
one=$id
add team --name "$(printf '%0120d' 0 | sed 's/0/🏐/g')" --club 'A'
two=$id
add venue --name '"><img src=x onerror=alert(1)>' --latitude 52.5 --longitude 13.4
here=$id
add venue --name "Süd'halle" --latitude 48.1 --longitude 11.6
there=$id
nonsense=$(printf 'a\357\277\277]]>\342\200\256b')
add referee --name "$nonsense" --club '&lt;'
anna=$id
add referee --name "<!-- $(printf '%0110d' 0)" --club B
berta=$id
add referee --name 'Nothing to do' --club C
report nobody

# ten matches over three weeks, one of them much later
n=0
for at in 2025-10-05T23:58:00 2025-10-06T00:00:00 2025-10-06T18:00:00 2025-10-07T18:00:00 \
	2025-10-08T18:00:00 2025-10-09T18:00:00 2025-10-10T18:00:00 2025-10-12T18:00:00 \
	2025-10-12T23:00:00 2026-03-01T12:00:00; do
	n=$((n + 1))
	[ $((n % 2)) = 0 ] && venue=$here || venue=$there
	add fixture --home "$one" --away "$two" --venue "$venue" --at "${at}Z"
	eval "f$n=\$id"
done
report unstaffed
for n in 1 3 4 5; do
	eval "run 0 assignment stage --fixture \$f$n --referee $anna --role first"
done
for n in 1 5 6 7; do
	eval "run 0 assignment stage --fixture \$f$n --referee $berta --role second"
done
report staged
run 0 assignment commit
run 0 fixture cancel "$f3"
run 0 fixture cancel "$f9"
report season
report range --from 2025-10-06T00:00:00Z --to 2025-10-09T00:00:00Z

# from Munich to Berlin and back, 505.6 km each
says season.html '<td class="n">3</td><td class="n">0</td><td class="n">3</td><td class="n">1011</td>'
says season.html '&lt;script&gt;alert(&quot;1 &amp; 2&quot;)&lt;/script&gt;'
says season.svg '&lt;script&gt;alert(&quot;1 &amp; 2&quot;)&lt;/script&gt;'

run 3 report season --out "$dir/no/such/folder"
[ ! -e "$dir/no" ] || fail "a folder was made"
run 2 report season --out "$dir"
says err 'Is a directory'

# a report takes the place of the one before as a whole, and is what that was: a link, of that mode
mkdir "$dir/web"
cp "$dir/season.svg" "$dir/web/page"
chmod 640 "$dir/web/page"
ln -s page "$dir/web/link"
exec 4<"$dir/web/page"
run 0 report season --out "$dir/web/link"
cmp -s "$dir/season.html" "$dir/web/page" || fail 'the report is not behind the link'
cmp -s "$dir/season.svg" - <&4 || fail 'a reader of the old report sees it change'
exec 4<&-
[ "$(stat -c %a "$dir/web/page")" = 640 ] && [ -L "$dir/web/link" ] || fail 'the file is another'
run 5 report season --out /dev/full
# what does not fit, by the limit on the size of files, changes nothing and leaves nothing
(
	store=memory:
	trap '' XFSZ
	ulimit -f 1
	run 5 report season --out "$dir/web/page"
	says err 'File too large'
) || exit 1
cmp -s "$dir/season.html" "$dir/web/page" || fail 'a report that failed was written over the last one'
[ "$(ls "$dir/web")" = "$(printf 'link\npage')" ] || fail "there is more: $(ls "$dir/web")"
if [ "$(id -u)" -ne 0 ]; then
	chmod 500 "$dir/web"
	run 7 report season --out "$dir/web/other"
	run 0 report season --format svg --out "$dir/web/page"
	cmp -s "$dir/season.svg" "$dir/web/page" || fail 'a file of its own in a folder of others is not written'
	chmod 700 "$dir/web"
fi
run 2 report season --format pdf
run 2 report season --from 2025-10-09T00:00:00Z --to 2025-10-06T00:00:00Z
silent out
finish
