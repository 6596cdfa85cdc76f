#!/usr/bin/env bash
# Takes the picture of the README, docs/terminal.svg: the real program in a terminal (tmux), with somebody who types. Whoever
# types waits for what must come and never for a time. The home's path is shown as /disk/you; all else is what was there.
# What is missing is installed (Debian or Ubuntu, as root or with sudo).
#
#   tests/picture.sh PROGRAM           takes it
#   tests/picture.sh PROGRAM --check   says whether the picture still shows what the program shows
set -Eeuo pipefail
cd "$(dirname "$0")/.."

program=$(realpath "${1:?the program}")
mode=${2:-}
missing=()
root=()
command -v tmux >/dev/null || missing+=(tmux)
command -v python3 >/dev/null || missing+=(python3)
if [ "${#missing[@]}" -gt 0 ]; then
    [ "$(id -u)" -eq 0 ] || root=(sudo)
    export DEBIAN_FRONTEND=noninteractive
    "${root[@]}" apt-get update -q
    "${root[@]}" apt-get install -y -q --no-install-recommends "${missing[@]}"
fi

work=$(mktemp -d)
# As long as /disk/you, so that lines break where they would there.
home=$(mktemp -d /tmp/XXXX)
terminal() { tmux -L "picture-$$" "$@"; }
end() {
    terminal kill-server 2>/dev/null || true
    rm -rf -- "$work" "$home"
}
trap end EXIT
trap 'printf "FAILED: line %s: %s\n" "$LINENO" "$BASH_COMMAND" >&2; terminal capture-pane -p >&2 || true' ERR

mkdir -p "$home/bin" "$home/.claude/skills" "$home/.codex"
ln -s "$program" "$home/bin/skillzdrive"
skill() { # NAME DESCRIPTION
    mkdir "$home/.claude/skills/$1"
    printf -- '---\nname: %s\ndescription: %s\n---\nRead it, and say what matters.\n' "$1" "$2" \
        >"$home/.claude/skills/$1/SKILL.md"
}
skill meeting-notes 'Notes of a meeting. Use when somebody pastes a transcript.'
skill release-check 'Checks a release. Use before a tag is pushed.'
here() {
    env -i PATH="$home/bin:$PATH" HOME="$home" SKILLZDRIVE_SERVER=local SKILLZDRIVE_CREDENTIAL_STORE=file "$@"
}
# Whoever is in this picture has read the notice about telemetry.
here skillzdrive config set telemetry_notice false >/dev/null 2>&1

terminal -f /dev/null new-session -d -x 100 -y 60 -c "$home" env -i PATH="$home/bin:$PATH" HOME="$home" \
    TERM=xterm-256color LANG=C.UTF-8 SKILLZDRIVE_SERVER=local SKILLZDRIVE_CREDENTIAL_STORE=file PS1='$ ' sh
# shellcheck source=tests/typing.sh
. tests/typing.sh

is_back
types 'skillzdrive sync'
sees 'Which of your skills go to the drive?'
terminal send-keys Enter
sees 'Go on?'
types y
sees 'Seen by'
is_back
types 'echo tampered >> .agents/skills/write-a-skill/SKILL.md'
is_back
types 'skillzdrive audit'
sees 'checked:'
is_back

terminal capture-pane -e -p >"$work/screen"
python3 tests/picture.py "$work/screen" "$home" "$work/terminal.svg"
if [ "$mode" = --check ]; then
    words() { python3 tests/picture.py --words "$1"; }
    diff -u <(words docs/terminal.svg) <(words "$work/terminal.svg") || {
        echo 'the picture is old: tests/picture.sh takes a new one' >&2
        exit 1
    }
else
    cp "$work/terminal.svg" docs/terminal.svg
fi
