# The file behind the store: missing, foreign, unreadable, busy, and results that cannot be written.
. "$HARNESS"

run 3 --json team list
json err 'v["status"] == "NOT_FOUND" and "there is no store, refctl db init makes one" in v["message"]'
[ ! -e "$dir/test.db" ] || fail 'a query made a store'
for store in postgres:x sqlite: test.db; do
	run 2 team list
	says err 'sqlite:PATH'
done
store=sqlite:$dir/no/test.db
run 3 db init
says err 'there is no such folder'
store=
run 0 db init
says out 'ready'
run 0 db init
run 0 --json db check
json out 'v["result"] == "sound"'
run 0 --json db stats
json out 'v["engine"]["bytes.file"] > 0'
run 0 db stats
says out 'bytes.file'

# the default, and the variable
(
	cd "$dir" || exit 1
	"$REFCTL" db init && [ -f refdomain.db ] || exit 1
	REFCTL_DB=sqlite:other.db "$REFCTL" db init && [ -f other.db ]
) >"$dir/out" 2>"$dir/err" || fail 'the default store is not where it should be'

# not ours
printf 'this is no database, but long enough to have a header of a hundred bytes, as every database file must have' >"$dir/test.db"
run 6 --json team list
json err 'v["status"] == "CORRUPT" and "test.db" in v["message"]'
run 6 db init

# not to be read, or in a folder that takes no index beside it
if [ "$(id -u)" -ne 0 ]; then
	mkdir "$dir/kept"
	store=sqlite:$dir/kept/test.db
	run 0 db init
	chmod 500 "$dir/kept"
	run 7 team list
	says err 'its folder writable'
	chmod 700 "$dir/kept"
	run 0 team list
	chmod 000 "$dir/kept/test.db"
	run 7 team list
	says err 'has to be readable'
	store=
fi

# cut in the middle
rm -f "$dir"/test.db*
run 0 db init
add team --name A --club CA
python3 -IS - "$dir/test.db" <<-'EOF'
	import os, sys
	for suffix in ("-wal", "-shm"):
	    if os.path.exists(sys.argv[1] + suffix):
	        sys.exit("a closed store left its log")
	with open(sys.argv[1], "r+b") as f:
	    size = os.path.getsize(sys.argv[1])
	    f.seek(size // 2)
	    f.write(b"\xff" * (size - size // 2))
EOF
run 6 --json db check
json err 'v["status"] == "CORRUPT"'

# a trial run leaves nothing
store=memory:
run 0 import "$DATA/latin1.csv" --kind referees --encoding latin1
store=
says out '2 of 2'

# results that cannot be written are no success
rm -f "$dir"/test.db*
run 0 db init
echo 'name,club' >"$dir/list.csv"
while read -r arguments; do
	got=0
	# shellcheck disable=SC2086 # words
	"$REFCTL" --db "sqlite:$dir/test.db" $arguments >/dev/full 2>"$dir/err" || got=$?
	[ "$got" = 5 ] || fail "a full device was answered with $got to $arguments"
	says err 'standard output cannot be written'
done <<-EOF
	--help
	--version
	completion
	manual
	db init
	db check
	db stats
	db purge --older-than 90d
	assignment commit
	availability announce --at 2099-01-01T00:00:00Z --all
	import $dir/list.csv --kind referees
	notice send --spool $dir
EOF
# a change is not to be asked for again
got=0
"$REFCTL" --db "sqlite:$dir/test.db" team add --name Twice --club C >/dev/full 2>"$dir/err" || got=$?
[ "$got" = 5 ] || fail "a full device was answered with $got"
says err 'what was asked for was done'
run 0 --json team list
json out '[x["name"] for x in v] == ["Twice"]'
run 2 db backup -
says err 'cannot go to standard output'
[ ! -e ./- ] || fail 'a file is called -'
finish
