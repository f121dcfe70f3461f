# Colours: only for a terminal, and only if nobody minds.
. "$HARNESS"

run 0 db init
add referee --name Anna --club North
run 0 referee retire "$id"

# seen ARGUMENT...: what a terminal is shown goes to the file out, both streams of it; the variables
# of $with are set.
seen()
{
	python3 -IS - "$dir/out" ${with:+"$with"} "$REFCTL" --db "$home" "$@" <<-'EOS' || fail "no terminal"
		import os, pty, sys
		out = open(sys.argv[1], "wb")
		words = sys.argv[2:]
		environment = dict(os.environ, TERM="xterm")
		environment.pop("NO_COLOR", None)
		while "=" in words[0] and not words[0].startswith("/"):
		    name, value = words.pop(0).split("=", 1)
		    environment[name] = value
		child, terminal = pty.fork()
		if child == 0:
		    os.execve(words[0], words, environment)
		while True:
		    try:
		        part = os.read(terminal, 4096)
		    except OSError:
		        break
		    if not part:
		        break
		    out.write(part)
		os.waitpid(child, 0)
	EOS
	says out "$wanted"
}

escape=$(printf '\033')
plain()
{
	[ "$(grep -c "$escape" "$dir/out" "$dir/err" | grep -vc ':0$')" -eq 0 ] || fail 'there are colours'
	checks=$((checks + 1))
}
colored()
{
	grep -q "$escape\[[0-9;]*m" "$dir/out" || fail 'there are no colours'
	checks=$((checks + 1))
}

: >"$dir/err"
with=
wanted=Anna
seen referee list
colored
grep -q "$escape\[[0-9;]*mretired$escape" "$dir/out" || fail 'the status is not coloured'
grep -q "$escape\[[0-9;]*mNAME" "$dir/out" || fail 'the heading is not coloured'
seen referee show "$id"
colored
with=NO_COLOR=1
seen referee list
plain
with=NO_COLOR=
seen referee list
colored
with=TERM=dumb
seen referee list
plain
with=NO_COLOR=1
seen --color always referee list
colored
with=
seen --color never referee list
plain
wanted='"name":"Anna"'
seen --json --color always referee list
plain
wanted=Anna,North
seen --color always referee list --csv
plain
wanted=TEXT_MALFORMED
seen referee show nonsense
colored
with=NO_COLOR=1
seen referee show nonsense
plain

# a pipe and a file get none, unless told
unset NO_COLOR
export TERM=xterm
run 0 referee list
plain
run 2 referee show nonsense
plain
run 0 --color auto referee list
plain
run 0 --color always referee list
colored
run 2 --color sometimes referee list
says err 'auto, always or never'
plain
finish
