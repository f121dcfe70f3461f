# The server behind the store: missing, without the schema, several schemas, and secrets.
. "$HARNESS"

run 3 --json team list
json err 'v["status"] == "NOT_FOUND"'
run 0 db init
says out 'ready'
run 0 db init
add team --name A --club CA
run 0 --json db check
json out 'v["result"] == "sound"'
run 0 --json db stats
json out 'v["teams"] == 1 and v["engine"]["rows.team"] == 1'
json out 'any(name.startswith("connections.") for name in v["engine"])'
run 0 db stats
says out 'connections.'
says out 'rows.team'

# another schema is another store
store=$url#${schema}_two
run 3 team list
run 0 db init
run 0 --json team list
json out 'v == []'
psql -X -q "$url" -c 'SET client_min_messages = error' -c "DROP SCHEMA ${schema}_two CASCADE" \
	>"$dir/out" 2>"$dir/err" || fail 'the other schema is not there'
store=$url#Not-a-schema
run 2 team list
says err '"Not-a-schema" cannot be the name of a schema'

# no such server; a password is not shown
store="postgresql://somebody:hush-hush@/refdomain?host=$dir&password=hush-hush&connect_timeout=2"
run 5 --json db init
json err 'v["status"] == "UNAVAILABLE" and "hush" not in v["message"]'
if [ "$(grep -c hush "$dir/out" "$dir/err" | grep -vc ':0$')" -ne 0 ]; then
	fail 'the password is shown'
fi
query="&application_name=x"
case $url in
*\?*) ;;
*) query='?application_name=x' ;;
esac
store="$url$query&password=hush-hush#$schema"
run 0 db init
says out '&password=#'
store=postgresql://
run 2 team list
store=
finish
