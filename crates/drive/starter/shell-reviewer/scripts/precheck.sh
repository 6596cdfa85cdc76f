#!/bin/sh
# List places in shell scripts that deserve a reviewer's look. Reads the files and never runs them.
# Usage: precheck.sh FILE…
# Output: FILE:LINE: CLASS: why.  Exit status: 0 nothing to look at, 1 something, 2 wrong arguments or unreadable file.
# The patterns are in single quotes because their dollar signs are meant literally.
# shellcheck disable=SC2016
set -eu

case "${1:-}" in
    '')
        printf 'precheck.sh: no file given (usage: precheck.sh FILE…)\n' >&2
        exit 2
        ;;
    -h | --help)
        sed -n '2,4s/^# //p' "$0"
        exit 0
        ;;
esac

hits=$(mktemp) || exit 2
trap 'rm -f -- "$hits"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# look FILE CLASS WHY PATTERN: each line that matches the extended pattern and is not a comment, as one hit.
look() {
    # grep's status 1 is "no match", which is fine; 2 is a broken pattern, which must not pass for that.
    found=$(grep -nE -e "$4" <"$1") || [ $? -eq 1 ] || exit 2
    [ -n "$found" ] || return 0
    printf '%s\n' "$found" | while IFS= read -r hit; do
        case "${hit#*:}" in
            *[![:space:]]*) ;;
            *) continue ;;
        esac
        text=${hit#*:}
        text=${text#"${text%%[![:space:]]*}"}
        case "$text" in '#'*) continue ;; esac
        printf '%s:%s: %s: %s\n' "$1" "${hit%%:*}" "$2" "$3"
    done >>"$hits"
}

check() {
    file=$1
    first=$(sed -n 1p <"$file" | tr -d '\000')
    shell='sh'
    case "$first" in
        '#!'*bash*) shell=bash ;;
        '#!'*zsh* | '#!'*ksh* | '#!'*fish*)
            printf '%s:1: note: neither POSIX sh nor bash; syntax not checked\n' "$file" >>"$hits"
            shell=
            ;;
        '#!'*sh*) ;;
        '#!'*)
            printf '%s:1: note: not a shell script; not checked\n' "$file" >>"$hits"
            return 0
            ;;
        *) printf '%s:1: note: no #! line: whoever calls it decides which shell runs it\n' "$file" >>"$hits" ;;
    esac
    cr=$(printf '\r')
    case "$first" in
        *"$cr") printf '%s:1: portable: Windows line ends: no shell of that name exists\n' "$file" >>"$hits" ;;
    esac

    if [ -n "$shell" ]; then
        if ! command -v "$shell" >/dev/null 2>&1; then
            printf '%s:1: note: %s is not installed; syntax not checked\n' "$file" "$shell" >>"$hits"
        elif ! message=$("$shell" -n "$file" 2>&1); then
            printf '%s:1: syntax: %s\n' "$file" "$(printf '%s' "$message" | head -n 1)" >>"$hits"
        fi
        if command -v shellcheck >/dev/null 2>&1; then
            shellcheck --shell="$shell" --format=gcc -- "$file" >>"$hits" 2>/dev/null || true
        fi
    fi

    look "$file" destroys 'rm -r on a variable: what if it is empty?' \
        '(^|[^[:alnum:]_])rm +-[a-zA-Z]*[rR][a-zA-Z]* .*\$([A-Za-z_]|\{[A-Za-z_0-9]+\})'
    look "$file" destroys 'cd whose failure is not checked here' \
        '^[[:space:]]*cd [^|&]*(;.*)?$'
    look "$file" destroys 'words split from ls or find: blanks in file names' \
        'for [A-Za-z_]+ in .*(\$\(|`)(ls|find)([^[:alnum:]_]|$)'
    look "$file" destroys 'xargs on plain lines: blanks and quotes in file names' \
        'find .*\| *xargs( +-[^0 ]+)* +[a-z]'
    look "$file" strangers 'eval: where does the text come from?' '(^|[;&|({[:space:]])eval[[:space:]]'
    look "$file" strangers 'a variable inside a command line for another shell' \
        '(^|[^[:alnum:]_.])(((ba|da|k|z)?sh|su)( [^|;]*)? -[a-z]*c +"[^"]*\$|ssh [^|;"]*"[^"]* "?\$)'
    look "$file" strangers 'a download runs unchecked' '(curl|wget)[^|]*\| *(sudo +)?(env +)?(ba|da|z|k)?sh([^[:alnum:]_]|$)'
    look "$file" strangers 'a guessable name in /tmp' '/tmp/[[:alnum:]_.-]*(\$\$|[[:alnum:]])'
    look "$file" strangers 'a secret on a command line is visible to every user' \
        '(--?(password|passwd|token|api-key|secret)[= ]|-u +[^ ]+:)"?\$'
    look "$file" strangers 'a variable as printf format' 'printf +"?\$'
    look "$file" strangers 'certificates are not checked' \
        '(curl .*(-k|--insecure)( |$)|wget .*--no-check-certificate|StrictHostKeyChecking[= ]no)'
    look "$file" goes-on 'the failure of the command substitution is lost' \
        '(^|[;[:space:]])(local|export|readonly|declare|typeset) [^;]*=("?\$\(|"?`)'
    look "$file" goes-on 'every failure is hidden, not only the expected one' '\|\| *(true|:)([[:space:]]*$|;)'
    look "$file" goes-on 'fails under set -e when the value is 0' '^[[:space:]]*\(\( *[A-Za-z_]+(\+\+|--) *\)\)[[:space:]]*$'
    look "$file" goes-on 'variables set in this loop are lost after the pipe' '\| *while '
    look "$file" goes-on 'read without -r eats backslashes' '(^|[;[:space:]])read +([A-Za-z_]|-[a-qs-z]+ )'
    if [ -n "$shell" ] && ! grep -qE '^[[:space:]]*set +(-[a-zA-Z]*e|-o +errexit)' <"$file"; then
        printf '%s:1: goes-on: no set -e: check that each failure is handled\n' "$file" >>"$hits"
    fi
    if [ "$shell" = bash ] && grep -qE '[^|]\|[^|]' <"$file" && ! grep -q pipefail <"$file"; then
        printf '%s:1: goes-on: pipes without pipefail: only the last command counts\n' "$file" >>"$hits"
    fi
    if grep -q mktemp <"$file" && ! grep -qE '(^|[;[:space:]])trap ' <"$file"; then
        printf '%s:1: half-way: mktemp without a trap that removes it\n' "$file" >>"$hits"
    fi
    if [ "$shell" = sh ]; then
        look "$file" portable 'bash only, in a script that sh may run' \
            '(^|[[:space:]])\[\[ |<<<|[<>]\(|&>|(^|[[:space:]])(function [A-Za-z_]|source [^ ])|^[[:space:]]*[A-Za-z_]+=\(|\[ .* == '
    fi
    look "$file" portable 'GNU only: differs on macOS and BSD' \
        '(sed +-i |readlink +-f|date +(-d|--date)|grep +-[a-zA-Z]*P)'
}

for path in "$@"; do
    if [ ! -f "$path" ] || [ ! -r "$path" ]; then
        printf 'precheck.sh: %s: not a readable file\n' "$path" >&2
        exit 2
    fi
    # A name that begins with "-" must not become an option of sh, sed or shellcheck.
    case "$path" in -*) path=./$path ;; esac
    check "$path"
done

[ -s "$hits" ] || exit 0
sort -u <"$hits" | sort -t : -k 1,1 -k 2,2n
exit 1
