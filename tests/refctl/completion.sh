# The completion is sourced and asked as bash asks it; the manual page is linted and is the one
# that is installed. Run by bash.
set -u
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
checks=0

fail()
{
	echo "$0: $*" >&2
	exit 1
}

# shellcheck source=/dev/null
. "$COMPLETION"
complete -p refctl | grep -q -- '-F _refctl' || fail 'nothing completes refctl'

# offers EXPECTED WORD...: the last word is the one being typed; what is offered is EXPECTED.
offers()
{
	local expected=$1
	shift
	COMP_WORDS=(refctl "$@")
	COMP_CWORD=$#
	COMPREPLY=()
	_refctl || fail "completing $* fails"
	[ "${COMPREPLY[*]}" = "$expected" ] || fail "after $*: ${COMPREPLY[*]} instead of $expected"
	checks=$((checks + 1))
}

cd "$dir" || exit 1
mkdir spool
touch season.csv 'two words.csv'

# nouns, verbs, options
offers 'referee' ref
offers 'venue' v
offers 'correct' referee c
offers 'retire' referee ret
offers 'reschedule' --json fixture resch
offers '--limit' referee list --l
offers '' referee show --l
offers '--after --actor' team list --a
offers '--help' schedule --h
offers '' nonsense ''

# values
offers 'active retired' referee list --status ''
offers 'scheduled' fixture list --status s
offers 'staged' assignment list --limit 5 --status st
offers 'ready leased sent dead' notice list --status ''
offers 'first second' assignment stage --role ''
offers 'json eml' notice send --format ''
offers 'latin1' import season.csv --encoding l
offers 'tab' import --delimiter ''
offers '' referee list --limit ''
# as bash splits --status=..., sqlite:PATH and times
offers 'active retired' referee list --status =
offers 'active' referee list --status = a
offers '--status' referee list --limit = 5 --s
offers 'referee' --db sqlite : x.db ref
offers 'referee' --db = sqlite : x.db ref
offers '' --db sqlite : x
offers '' --db sqlite :
offers '--to' fixture list --from 2025-10-01T00 : 00 : 00Z --to

# files and directories
offers 'spool season.csv' import s
offers 'spool' notice send --spool s
offers 'season.csv' assignment stage --file se
offers 'two words.csv' import t

# every noun and verb of --help is offered
"$REFCTL" --help | sed -n '/^options/q; s/^  \([a-z].*[^ ]\)  .*/\1/p' >commands
[ "$(wc -l <commands)" -gt 50 ] || fail 'the help has lost its commands'
while read -r noun verb _; do
	case $verb in
	'' | [A-Z]*) offers "$noun" "$noun" ;;
	*) [[ " $(COMP_WORDS=(refctl "$noun" "$verb") COMP_CWORD=2 && _refctl && echo "${COMPREPLY[*]}") " == *" $verb "* ]] ||
		fail "$noun $verb is not offered" ;;
	esac
	checks=$((checks + 1))
done <commands

# ---- the manual page
"$REFCTL" manual | cmp -s - "$MANUAL" || fail 'the manual page is not that of this refctl'
lint=$(mandoc -T lint -W warning "$MANUAL") || fail "the manual page has faults: $lint"
mandoc -T ascii "$MANUAL" | sed "s/.$(printf '\b')//g" >page || fail 'the manual page cannot be shown'
for text in 'refctl - manage' '--status active|retired' '1       REFUSED, LOCKED, LATE' 'REFCTL_DB'; do
	grep -qF -- "$text" page || fail "the manual page does not say: $text"
	checks=$((checks + 1))
done
if command -v shellcheck >"$dir/found"; then
	shellcheck -s bash "$COMPLETION" || fail 'the completion has faults'
fi
echo "$checks passed, 0 failed"
