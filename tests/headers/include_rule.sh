#!/bin/sh
# The dependency rule over the include lines, and what lib/ may not call.
# usage: include_rule.sh SOURCE_DIR
#
#   base <- domain <- app; ports see base and domain, app sees all of them; nothing in lib/ sees an
#   adapter; adapters and the contract kit see public headers and their own files.
set -eu
cd "$1"

find include lib adapters -name '*.[ch]' | LC_ALL=C sort | xargs awk '
function complain(why) { printf "%s:%d: %s\n", FILENAME, FNR, why; bad = 1 }

# The layer of a public header: root, domain, ports, app, contract, adapters.
function layer_of(header,  parts, n) {
	n = split(header, parts, "/")
	return n == 2 ? "root" : parts[2]
}

# The part a file belongs to and what it may see.
function enter_file(  parts, n) {
	n = split(FILENAME, parts, "/")
	own_dir = FILENAME
	sub(/[^\/]*$/, "", own_dir)
	in_comment = 0
	may_call = 0
	system_headers = "any"
	if (parts[1] == "include") {
		part = n == 3 ? "root" : parts[3]
		system_headers = "c"
		sees = part == "root" ? "root" : \
		       part == "domain" ? "root domain" : \
		       part == "ports" ? "root domain ports" : \
		       part == "app" ? "root domain ports app" : \
		       part == "contract" ? "root domain ports contract" : \
		       part == "adapters" ? "root domain ports adapters" : ""
		if (FILENAME == "include/refdomain/refdomain.h")
			sees = "root domain ports app"
		quoted = ""
	} else if (parts[1] == "lib" && parts[2] != "contract") {
		part = "lib/" parts[2]
		system_headers = "c"
		sees = part == "lib/base" ? "root" : \
		       part == "lib/domain" ? "root domain" : \
		       part == "lib/ports" ? "root domain ports" : \
		       part == "lib/app" ? "root domain ports app" : ""
		quoted = part == "lib/base" ? "base" : \
			 part == "lib/domain" ? "base domain" : \
			 part == "lib/ports" ? "base domain ports" : \
			 part == "lib/app" ? "base domain ports app" : ""
		if (FILENAME == "lib/ports/system.c") {
			sees = "root ports"
			system_headers = "any"
			may_call = 1
		}
		if (FILENAME == "lib/base/alloc.c")
			may_call = 1
		if (sees == "")
			complain("a part the dependency rule does not know")
	} else if (parts[1] == "lib") {
		part = "contract"
		sees = "root domain ports app contract"
		quoted = "own"
	} else {
		part = "adapter"
		sees = "root domain ports adapters"
		quoted = "own"
	}
}

function check_include(line,  header, layer) {
	if (line ~ /^[ \t]*#[ \t]*include[ \t]*<refdomain\//) {
		header = line
		sub(/^[^<]*</, "", header)
		sub(/>.*/, "", header)
		layer = layer_of(header)
		if (index(" " sees " ", " " layer " ") == 0)
			complain(part " may not see " header)
	} else if (line ~ /^[ \t]*#[ \t]*include[ \t]*</) {
		header = line
		sub(/^[^<]*</, "", header)
		sub(/>.*/, "", header)
		if (header ~ /^(sqlite3|libpq|postgresql|jansson|cmocka|libsmartcols|pg_)/ && part != "adapter")
			complain(part " may not see " header)
		if (header ~ /^cmocka/ && part == "adapter")
			complain("an adapter may not see " header)
		if (system_headers == "c" && \
		    header !~ /^(assert|ctype|errno|float|inttypes|limits|math|stdalign|stdarg|stdatomic|stdbool|stddef|stdint|stdio|stdlib|string)\.h$/)
			complain(part " may not see " header)
	} else if (line ~ /^[ \t]*#[ \t]*include[ \t]*"/) {
		header = line
		sub(/^[^"]*"/, "", header)
		sub(/".*/, "", header)
		if (quoted == "own") {
			if (header ~ /\//)
				complain(part " may include its own files only, not " header)
		} else {
			layer = header
			sub(/\/.*/, "", layer)
			if (header !~ /\// || index(" " quoted " ", " " layer " ") == 0)
				complain(part " may not see " header)
		}
	} else
		complain("an include this check cannot read")
}

# The line without comments, strings and characters.
function code_of(line,  out, c, two, i, n, quote) {
	out = ""
	n = length(line)
	quote = ""
	for (i = 1; i <= n; i++) {
		c = substr(line, i, 1)
		two = substr(line, i, 2)
		if (in_comment) {
			if (two == "*/") {
				in_comment = 0
				i++
			}
		} else if (quote != "") {
			if (c == "\\")
				i++
			else if (c == quote)
				quote = ""
		} else if (two == "/*") {
			in_comment = 1
			i++
		} else if (two == "//")
			break
		else if (c == "\"" || c == "\047")
			quote = c
		else
			out = out c
	}
	return out
}

FNR == 1 { enter_file() }

{
	code = code_of($0)
	if (code ~ /^[ \t]*#[ \t]*include/) {
		check_include($0)
		next
	}
	if (FILENAME !~ /^lib\// || may_call)
		next
	banned = "printf|vprintf|fprintf|vfprintf|puts|fputs|putchar|fputc|perror|abort|exit|atexit|rand|srand|random|srandom|getenv|setenv|setlocale|strtok|localtime|gmtime|asctime|ctime|sprintf|vsprintf|strcpy|strcat|gets|alloca|system|signal|longjmp|setjmp"
	if (part != "contract")
		banned = banned "|time|clock|clock_gettime|gettimeofday|nanosleep|sleep|usleep|getrandom|getentropy|malloc|calloc|realloc|free|strdup|strndup|aligned_alloc|fopen|fork|pthread_[a-z_]*|mktime|strtod|strtof|atof"
	if (match(code, "(^|[^A-Za-z0-9_.>])(" banned ")[ \t]*\\(")) {
		called = substr(code, RSTART, RLENGTH)
		gsub(/[^a-z_]/, "", called)
		complain(part " may not call " called "()")
	}
}

END { exit bad }
'
echo "include rule holds"
