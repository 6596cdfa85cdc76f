#!/usr/bin/env bash
# Runs the scripts of the starter skills on small fixtures and compares what they print with what is right.
# Needs python3 and git, which `cargo test` must not, so it stands apart; .ci/run calls it.
set -euo pipefail

cd "$(dirname "$0")/../crates/drive/starter"
starter=$PWD
work=$(mktemp -d)
trap 'rm -rf -- "$work"' EXIT
passed=0
failed=0
# Set by `run`: what the last command printed, and how it ended.
out=
err=
status=0

run() {
    status=0
    "$@" >"$work/out" 2>"$work/err" || status=$?
    out=$(cat "$work/out")
    err=$(cat "$work/err")
}

verdict() { # NAME WANTED GOT
    if [ "$2" = "$3" ]; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        printf 'FAILED %s\n  wanted: %s\n  got:    %s\n  stderr: %s\n' "$1" "$2" "$3" "$err" >&2
    fi
}

ends_with() { verdict "$1: exit status" "$2" "$status"; }

has() { # NAME TEXT WHERE
    case "$3" in
        *"$2"*) verdict "$1" yes yes ;;
        *) verdict "$1" "… $2 …" "$3" ;;
    esac
}

lacks() { # NAME TEXT WHERE
    case "$3" in
        *"$2"*) verdict "$1" "nothing like $2" "$3" ;;
        *) verdict "$1" yes yes ;;
    esac
}

# ---------------------------------------------------------------- csv-profiler

profile=$starter/csv-profiler/scripts/profile.py
csv=$work/case.csv

csv_case() { # the fixture comes as printf's format; further arguments go to the script
    # shellcheck disable=SC2059
    printf "$1" >"$csv"
    shift
    run python3 "$profile" "$@" "$csv"
}

field() { # NAME WANTED EXPRESSION: evaluates it on the report `r` and its columns by name `c`
    local got
    got=$(python3 -c '
import json, sys
r = json.load(open(sys.argv[1], encoding="utf-8"))
c = {column["name"]: column for column in r["columns"]}
print(eval(sys.argv[2]))' "$work/out" "$3" 2>&1) || got="not evaluated: $got"
    verdict "$1" "$2" "$got"
}

csv_case 'id,name,price\n1,a,2.50\n2,b,3.50\n3,b,\n' --json
ends_with 'plain' 0
field 'plain: shape' "(3, ',', 'utf-8', 0)" '(r["rows"], r["delimiter"], r["encoding"], r["blank_lines"])'
field 'plain: types' "['integer', 'text', 'number']" '[column["type"] for column in r["columns"]]'
field 'plain: missing' "(1, {'': 1})" '(c["price"]["missing"], c["price"]["missing_as"])'
field 'plain: figures as written' "('2.50', '3.50', 3.0)" '(c["price"]["min"], c["price"]["max"], c["price"]["mean"])'
field 'plain: most common' "{'value': 'b', 'count': 2}" 'c["name"]["top"][0]'
field 'plain: key' "['no value missing, none twice (a key?): \"id\"']" 'r["notes"]'

csv_case 'a,b\n"x, y","said ""hi"""\n"two\nlines",z\n' --json
field 'quotes: rows' 2 'r["rows"]'
field 'quotes: commas, quotes and line ends inside' "['x, y', 'two\\nlines', 'said \"hi\"', 'z']" \
    '[t["value"] for name in "ab" for t in c[name]["top"]]'

csv_case 'name;price\nx;1,50\ny;1.234,25\nz;3\n' --json --decimal-comma
field 'semicolons: found beside decimal commas' ';' 'r["delimiter"]'
field 'semicolons: decimal commas' "('number', 1.5, '1.234,25')" \
    '(c["price"]["type"], min(1.5, c["price"]["mean"]), c["price"]["max"])'
csv_case 'name;price\nx;1,50\ny;2,25\n'
has 'semicolons: the comma is pointed out' '2 numbers with a comma, read as text' "$out"

csv_case 'sep=;\r\na;b\r\n1;2,5\r\n3\r\n' --json
field 'a spreadsheet line that names the delimiter' "(';', 'a', 2)" \
    '(r["delimiter"], r["columns"][0]["name"], r["rows"])'
has 'and lines are still counted from the top' 'the first at line 4' "$out"
csv_case 'a\tb\n1\t2\n' --json
field 'tabs' "'\\t'" 'repr(r["delimiter"])'
csv_case 'a|b\n1|2\n' --json
field 'bars' '|' 'r["delimiter"]'
csv_case 'remark\none, two\nthree\n' --json
field 'one column with commas in the text: too long rows are said' "(1, 1)" '(len(r["columns"]), r["long_rows"])'
csv_case 'a:b\n1:2\n' --json --delimiter :
field 'a delimiter by hand' "['a', 'b']" '[column["name"] for column in r["columns"]]'

csv_case 'x\n1\nNA\nnull\n \n3\n' --json
field 'missing words' "(3, {'NA': 1, 'null': 1, '': 1}, 'integer')" \
    '(c["x"]["missing"], c["x"]["missing_as"], c["x"]["type"])'
csv_case 'country\nNA\nDE\n-\n' --json --missing -
field 'missing words of one'"'"'s own' "({'-': 1}, 2)" '(c["country"]["missing_as"], c["country"]["distinct"])'
csv_case 'a,b\n,\n,\n' --json
field 'a column of nothing' "('empty', 2, None, None)" \
    '(c["a"]["type"], c["a"]["missing"], c["a"]["min"], c["a"]["mean"])'

csv_case ''
ends_with 'empty file' 1
has 'empty file: said' 'case.csv: the file is empty' "$err"
csv_case '\n\n'
ends_with 'blank lines only' 1
csv_case 'a,b\n' --json
ends_with 'header only' 0
field 'header only: no rows' "(0, ['empty', 'empty'])" '(r["rows"], [column["type"] for column in r["columns"]])'
csv_case 'a,b\n'
ends_with 'header only, as a table' 0

big=123456789012345678901234567890
csv_case "n\n$big\n-1\n1e400\n" --json
field 'huge numbers: kept to the digit' "('number', '-1', '1e400', None)" \
    '(c["n"]["type"], c["n"]["min"], c["n"]["max"], c["n"]["mean"])'
csv_case "n\n$big\n$big\n" --json
field 'huge integers' "('integer', '$big', 1.2345678901234568e+29)" '(c["n"]["type"], c["n"]["max"], c["n"]["mean"])'
csv_case "n\n$(printf '%05000d' 0 | tr 0 9)\n" --json
field 'five thousand digits are text' 'text' 'c["n"]["type"]'

csv_case '名前,città\n"日本語",Zürich\n😀,e\xcc\x81\n' --json
field 'unicode' "[('名前', '日本語'), ('città', 'Zürich')]" \
    '[(column["name"], column["top"][0]["value"]) for column in r["columns"]]'
csv_case '\xef\xbb\xbfid,x\n1,2\n' --json
field 'a byte order mark is no part of a name' 'id' 'r["columns"][0]["name"]'
csv_case '\xff\xfea\0,\0b\0\n\0001\0,\0002\0\n\0' --json
field 'utf-16' "('utf-16', 1, 'integer')" '(r["encoding"], r["rows"], c["a"]["type"])'
csv_case 'a,b\nx,1\nM\xfcller,2\n'
ends_with 'another encoding' 1
has 'another encoding: where' 'line 3 is not valid utf-8 (byte 0xfc)' "$err"
csv_case 'a,b\nM\xfcller,2\n' --json --encoding cp1252
field 'another encoding, named' 'Müller' 'c["a"]["top"][0]["value"]'
csv_case 'a,b\n\0,1\n'
ends_with 'binary' 1
has 'binary: where' 'line 2 holds a NUL' "$err"

csv_case 'a,b,c\n1,2,3\n\n4,5\n6,7,8,9\n' --json
field 'ragged rows' '(3, 1, 1, 1)' '(r["rows"], r["blank_lines"], r["short_rows"], r["long_rows"])'
field 'ragged rows: what is absent is missing' "{'(row too short)': 1}" 'c["c"]["missing_as"]'
has 'ragged rows: the short one by its line' 'the first at line 4: 2 fields for 3 columns' "$out"
has 'ragged rows: the long one by its line' 'the first at line 5: 4 fields for 3 columns' "$out"

csv_case 'zip\n01234\n01235\n'
has 'leading zeros' '2 values with leading zeros, kept as text' "$out"
csv_case 'n\n1\n2\n3\n4\noops\n5\n'
has 'the one bad value' '5 of 6 values have type integer; the first other one is "oops" at line 6' "$out"
csv_case 'd,t\n2026-02-28,2026-02-28T10:00:00Z\n2024-02-29,2026-02-28 09:00\n' --json
field 'dates' "('date', '2024-02-29', '2026-02-28', 'datetime')" \
    '(c["d"]["type"], c["d"]["min"], c["d"]["max"], c["t"]["type"])'
csv_case 'd\n2026-02-30\n' --json
field 'a day that does not exist is text' 'text' 'c["d"]["type"]'
csv_case 'b\nTrue\nno\n' --json
field 'booleans' 'boolean' 'c["b"]["type"]'
csv_case 'a,a,\n1,2,3\n1,2,3\n'
has 'a name twice' '2 columns are named "a"' "$out"
has 'no name' '1 column has no name, called by its place' "$out"
has 'a repeated row' '1 row repeats an earlier row exactly' "$out"
csv_case '1,2\n3,4\n'
has 'no header, suspected' 'run again with --no-header' "$out"
csv_case '1,2\n3,4\n' --json --no-header
field 'no header' "(2, 'column 1')" '(r["rows"], r["columns"][0]["name"])'
csv_case 'a\n1\n2\n3\n3\n' --json --max-distinct 2
field 'distinct values beyond the limit' '(2, False)' '(c["a"]["distinct"], c["a"]["distinct_exact"])'
csv_case 'a,b\n\033[31mred\342\200\256,1\n\033[31mred\342\200\256,2\n'
lacks 'nothing reaches the terminal that could steer it' "$(printf '\033')" "$out"
has 'but it is shown' '\x1b[31mred\u202e' "$out"
csv_case 'a,b\n1,"2\n3,4\n'
ends_with 'a quote that never closes' 1
has 'a quote that never closes: where' 'record at line 2' "$err"
csv_case 'a,b\n1,"2\n3,4\n' --lax
ends_with 'a quote that never closes, laxly' 0
csv_case 'a,b\r1,2\r3,4\r' --json
field 'old line ends' 2 'r["rows"]'

run python3 "$profile" "$work/none.csv"
ends_with 'no such file' 1
has 'no such file: named' 'none.csv: No such file or directory' "$err"
run python3 "$profile" "$work"
ends_with 'a folder' 1
run python3 "$profile" --delimiter ';;' "$csv"
ends_with 'wrong arguments' 2
run python3 "$profile" --encoding klingon "$csv"
ends_with 'unknown encoding' 2
status=0
out=$(printf 'a,b\n1,2\n' | python3 "$profile" -) || status=$?
has 'standard input' 'standard input: 1 row, 2 columns, comma, utf-8' "$out"
status=0
python3 -c 'print("a,b"); [print(f"{i},{i}") for i in range(50000)]' | python3 "$profile" --json - 2>"$work/err" | head -n 1 >/dev/null || status=$?
err=$(cat "$work/err")
verdict 'a closed pipe is quiet' '' "$err"

# ------------------------------------------------------------- changelog-writer

since=$starter/changelog-writer/scripts/since.sh
export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_SYSTEM=/dev/null GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@example.com
export GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@example.com
export GIT_AUTHOR_DATE='2026-01-02T00:00:00Z' GIT_COMMITTER_DATE='2026-01-02T00:00:00Z'
mkdir "$work/empty" "$work/repo"
cd "$work/empty"
GIT_CEILING_DIRECTORIES=$work run sh "$since"
ends_with 'outside a repository' 1
has 'outside a repository: said' 'not inside a Git repository' "$err"

cd "$work/repo"
git init -q
run sh "$since"
ends_with 'a repository without commits' 1
has 'a repository without commits: said' 'no such revision: HEAD' "$err"
record() { # FILE MESSAGE…
    echo "$2" >>"$1"
    git add -- "$1"
    shift
    git commit -q "${@/#/-m}"
}
record a 'first'
run sh "$since"
has 'no tag yet' '# commits: 1, after the beginning, up to HEAD' "$out"
git tag v1.0.0
git tag nightly
run sh "$since"
has 'a tag on the head itself is what is described' '# commits: 1, after the beginning, up to HEAD' "$out"
record b 'second' 'Why it was done.'
record 'ü c' 'third'
git checkout -q -b side v1.0.0
record d 'on the side'
git checkout -q -
git merge -q --no-ff -m 'merge the side' side
run sh "$since"
ends_with 'commits' 0
has 'commits: counted without the merge, from the version tag' '# commits: 3, after v1.0.0, up to HEAD' "$out"
has 'commits: subject' ' 2026-01-02 second' "$out"
has 'commits: body' 'Why it was done.' "$out"
has 'commits: files by their real names' 'ü c' "$out"
lacks 'commits: not what came before' 'first' "$out"
run sh "$since" v1.0.0 v1.0.0
has 'an empty range' '# commits: 0, after v1.0.0, up to v1.0.0' "$out"
run sh "$since" v9
ends_with 'no such tag' 1
has 'no such tag: named' 'no such revision: v9' "$err"
run sh "$since" --output=x
ends_with 'an option' 2
run sh "$since" v1.0.0 --output=x
ends_with 'an option in second place' 2
run sh "$since" a b c
ends_with 'too many arguments' 2
run sh "$since" --help
has 'help' 'Usage: since.sh [FROM [TO]]' "$out"

# --------------------------------------------------------------- shell-reviewer

precheck=$starter/shell-reviewer/scripts/precheck.sh
cd "$work"
mkdir tmp
export TMPDIR=$work/tmp

expect_hit() { # NAME LINE-OF-SCRIPT CLASS
    printf '#!/bin/bash\nset -euo pipefail\n%s\n' "$2" >hit.sh
    run sh "$precheck" hit.sh
    ends_with "$1" 1
    has "$1" "hit.sh:3: $3: " "$out"
}
# Each line is data for the script under test, so nothing in it may expand here.
# shellcheck disable=SC2016
{
    expect_hit 'rm on a variable' 'rm -rf "$dir/"*' destroys
    expect_hit 'cd unchecked' '  cd build; make' destroys
    expect_hit 'ls in for' 'for f in $(ls); do echo "$f"; done' destroys
    expect_hit 'xargs' 'find . -name x | xargs rm' destroys
    expect_hit 'eval' 'x=1; eval "$x"' strangers
    expect_hit 'sh -c' 'sh -c "echo $x"' strangers
    expect_hit 'ssh' 'ssh host "rm $x"' strangers
    expect_hit 'download' 'curl -fsS https://example.com/i | sudo sh' strangers
    expect_hit 'fixed temporary name' 'echo >/tmp/x.$$' strangers
    expect_hit 'secret as argument' 'tool --token "$t"' strangers
    expect_hit 'printf format' 'printf "$x"' strangers
    expect_hit 'insecure download' 'curl -k https://example.com' strangers
    expect_hit 'local hides failure' 'f() { local x=$(false); }' goes-on
    expect_hit 'or true' 'rm x || true' goes-on
    expect_hit 'increment' '((n++))' goes-on
    expect_hit 'loop after a pipe' 'cat x | while IFS= read -r y; do n=1; done' goes-on
    expect_hit 'read without -r' 'read name' goes-on
    expect_hit 'GNU sed' 'sed -i s/a/b/ x' portable
}
printf '#!/bin/sh\nset -e\nif [[ a == b ]]; then :; fi\n' >posix.sh
run sh "$precheck" posix.sh
has 'bash in sh' 'posix.sh:3: portable: bash only' "$out"
printf '#!/bin/bash\nif true; then\n' >syntax.sh
run sh "$precheck" syntax.sh
has 'syntax' 'syntax: ' "$out"
has 'no set -e' 'syntax.sh:1: goes-on: no set -e' "$out"
# shellcheck disable=SC2016
printf '#!/usr/bin/env python3\nimport os\nos.system("rm -rf $HOME")\n' >other.py
run sh "$precheck" other.py
verdict 'another language' 'other.py:1: note: not a shell script; not checked' "$out"
# shellcheck disable=SC2016
printf '#!/bin/ksh\nset -e\ntypeset -A m\nfor ((i=0;i<3;i++)); do eval "$m"; done\n' >korn.sh
run sh "$precheck" korn.sh
has 'ksh: not parsed by another shell' 'korn.sh:1: note: neither POSIX sh nor bash' "$out"
has 'ksh: but looked at' 'korn.sh:4: strangers: eval' "$out"
printf 'echo hi\r\n' >dos.sh
run sh "$precheck" dos.sh
has 'no interpreter' 'dos.sh:1: note: no #! line' "$out"
has 'windows line ends' 'dos.sh:1: portable: Windows line ends' "$out"
# shellcheck disable=SC2016
printf '#!/bin/bash\nset -eu\nt=$(mktemp)\ncat "$t" | sort\n' >temp.sh
run sh "$precheck" temp.sh
has 'mktemp without trap' 'temp.sh:1: half-way: mktemp' "$out"
has 'no pipefail' 'temp.sh:1: goes-on: pipes without pipefail' "$out"
# shellcheck disable=SC2016
printf '#!/bin/sh\nset -eu\n# rm -rf $x and eval $y are fine in a comment\ncd "$1" || exit 1\nprintf "%%s\\n" "$1"\n' >'clean one.sh'
run sh "$precheck" 'clean one.sh'
ends_with 'a clean script' 0
verdict 'a clean script: nothing printed' '' "$out"
printf '#!/bin/sh\nset -e\ntouch ran\n' >-n.sh
run sh "$precheck" -n.sh
ends_with 'a name like an option' 0
verdict 'the script under review never runs' no "$([ -e ran ] && echo yes || echo no)"
run sh "$precheck" none.sh
ends_with 'an unreadable file' 2
run sh "$precheck"
ends_with 'no file' 2
verdict 'nothing is left behind' '' "$(ls -A "$TMPDIR")"

printf '%s passed, %s failed\n' "$passed" "$failed"
[ "$failed" -eq 0 ]
