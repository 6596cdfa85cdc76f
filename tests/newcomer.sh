#!/usr/bin/env bash
# The path of a newcomer, typed into real terminals: the install script of a release, init, login, search, install, an edit,
# sync; then a second machine, which ends with the same bytes. Two homes are the two machines; the drive is the program's
# own. The install script is made by dist from this checkout, and takes the program from a folder instead of a release.
# Needs what it installs (Debian or Ubuntu, as root or with sudo): tmux, curl, xz, python3 with venv, and a network for dist.
# Usage: tests/newcomer.sh [PROGRAM]
set -Eeuo pipefail
cd "$(dirname "$0")/.."

program=$(realpath "${1:-${CARGO_TARGET_DIR:-target}/release/skillzdrive}")
missing=()
root=()
command -v tmux >/dev/null || missing+=(tmux)
command -v curl >/dev/null || missing+=(curl)
command -v xz >/dev/null || missing+=(xz-utils)
command -v git >/dev/null || missing+=(git)
python3 -c 'import ensurepip' 2>/dev/null || missing+=(python3 python3-venv)
if [ "${#missing[@]}" -gt 0 ]; then
    [ "$(id -u)" -eq 0 ] || root=(sudo)
    export DEBIAN_FRONTEND=noninteractive
    "${root[@]}" apt-get update -q
    "${root[@]}" apt-get install -y -q --no-install-recommends "${missing[@]}"
fi

work=$(mktemp -d)
serving=
machine=
terminal() { tmux -L "newcomer-$$-$machine" "$@"; }
end() {
    for machine in first second; do terminal kill-server 2>/dev/null || true; done
    [ -z "$serving" ] || kill "$serving" 2>/dev/null || true
    rm -rf -- "$work"
}
trap end EXIT
trap 'printf "FAILED: line %s: %s\n" "$LINENO" "$BASH_COMMAND" >&2; terminal capture-pane -p -S - 2>/dev/null | sed "/^$/d" | tail -n 40 >&2' ERR
# shellcheck source=tests/typing.sh
. tests/typing.sh

# ------------------------------------------------------------------- the release

dist=$(command -v dist || true)
if [ -z "$dist" ]; then
    python3 -m venv "$work/py"
    "$work/py/bin/pip" install -q --disable-pip-version-check 'astral-dev-toolchain-cargo-dist==0.33.0'
    dist=$work/py/bin/dist
fi
git clone -q --no-hardlinks . "$work/sources"
# The version of dist that is here is as good for this; what is made beside the installers is not needed.
python3 - "$work/sources/dist-workspace.toml" "$("$dist" --version | sed 's/.* //')" <<'PYTHON'
import re
import sys

path, version = sys.argv[1:]
text = open(path, encoding="utf-8").read().split("[[dist.extra-artifacts]]")[0]
text = re.sub(r'(?m)^cargo-dist-version = .*$', f'cargo-dist-version = "{version}"\nallow-dirty = ["ci"]', text)
open(path, "w", encoding="utf-8").write(text)
PYTHON
(cd "$work/sources" && "$dist" build --artifacts=global --output-format=json >/dev/null 2>"$work/dist.log") ||
    { cat "$work/dist.log" >&2 && exit 1; }
installer=$work/sources/target/distrib/skillzdrive-installer.sh
name=skillzdrive-$(uname -m)-unknown-linux-gnu
mkdir -p "$work/release/$name"
cp "$program" "$work/release/$name/skillzdrive"
cp -r completions man LICENSE README.md CHANGELOG.md "$work/release/$name"
tar -C "$work/release" -c "$name" | xz -0 >"$work/release/$name.tar.xz"

# --------------------------------------------------------------------- the drive

mkdir "$work/operator"
operator() { env -i PATH="$PATH" HOME="$work/operator" SKILLZDRIVE_CREDENTIAL_STORE=file "$program" "$@"; }
for skill in csv-profiler use-skillzdrive write-a-skill; do
    operator serve --data "$work/drive" publish "crates/drive/starter/$skill" >/dev/null 2>&1
done
mkfifo "$work/said"
# What is ended is then the program and not a shell around it.
start() {
    exec env -i PATH="$PATH" HOME="$work/operator" "$program" serve --data "$work/drive" --listen 127.0.0.1:0
}
start >"$work/said" 2>"$work/drive.log" &
serving=$!
exec 3<"$work/said"
read -r url <&3
read -r key <&3

# ------------------------------------------------------------------ what is typed

arrives() { # MACHINE: sits down at a new machine and installs the program
    machine=$1
    home=$work/$machine
    mkdir -p "$home/.claude"
    # No keyring: what a machine without a desktop has.
    terminal -f /dev/null new-session -d -x 120 -y 60 -c "$home" env -i PATH=/usr/bin:/bin HOME="$home" SHELL=/bin/sh \
        TERM=xterm-256color LANG=C.UTF-8 SKILLZDRIVE_CREDENTIAL_STORE=file SKILLZDRIVE_DOWNLOAD_URL="file://$work/release" \
        PS1='$ ' sh
    is_back
    types "sh $installer"
    sees "everything's installed!"
    is_back
    # shellcheck disable=SC2016
    types '. "$HOME/.cargo/env" && clear'
    is_back
    types 'skillzdrive --version'
    sees "$("$program" --version)"
    is_back
}
begins() { # chooses the drive, gives it the key, and takes the skills that are offered
    types 'clear; skillzdrive init'
    sees 'Which agents get your skills?'
    returns
    sees 'Which drive keeps your skills?'
    terminal send-keys Down Down
    sees '> a drive of your own'
    returns
    sees 'Its address'
    types "$url"
    sees "Log in to $url?"
    terminal send-keys Down
    sees '> with an API key'
    returns
    sees 'API key:'
    types "$key"
    sees 'Install the skills every agent needs'
    types y
    is_back
    ! shown | grep -qF -- "${key#sk_live_}"
    types 'clear; skillzdrive whoami'
    sees "server      $url"
    is_back
}

arrives first
begins
types 'clear; skillzdrive search csv'
sees 'csv-profiler'
is_back
types 'clear; skillzdrive install csv-profiler'
sees '1 skill installed, 1 link made'
is_back
types "clear; echo 'Say it in one line.' >> .agents/skills/csv-profiler/SKILL.md && skillzdrive status"
sees 'modified'
is_back
types 'clear; skillzdrive sync'
sees 'Go on?'
types y
sees 'In step with'
is_back

arrives second
begins
types 'clear; skillzdrive sync'
sees 'Go on?'
types y
sees 'In step with'
is_back
types 'clear; tail -n 1 .claude/skills/csv-profiler/SKILL.md; skillzdrive audit'
sees 'Say it in one line.'
sees '3 skills checked: nothing found'
is_back
diff -r "$work/first/.agents/skills/csv-profiler" "$work/second/.agents/skills/csv-profiler"
[ -x "$work/second/.agents/skills/csv-profiler/scripts/profile.py" ]
printf 'newcomer: both machines have the same skill, typed in %d s\n' "$SECONDS"
