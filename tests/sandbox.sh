#!/usr/bin/env bash
# Runs the tests of the sandbox, which need bubblewrap and the right to make user namespaces: as the user who calls this,
# and, where that is root, as a plain user too, because both start scripts in different ways. Installs bubblewrap where
# it is missing (Debian or Ubuntu, as root or with sudo). A machine that cannot make namespaces fails here: without this
# the walls are not tested.
set -Eeuo pipefail
cd "$(dirname "$0")/.."

root=()
[ "$(id -u)" -eq 0 ] || root=(sudo)
missing=()
command -v bwrap >/dev/null || missing+=(bubblewrap)
command -v prlimit >/dev/null || missing+=(util-linux)
[ -x /usr/bin/python3 ] || missing+=(python3-minimal)
if [ "${#missing[@]}" -gt 0 ]; then
    export DEBIAN_FRONTEND=noninteractive
    "${root[@]}" apt-get update -q
    "${root[@]}" apt-get install -y -q --no-install-recommends "${missing[@]}"
fi

# As root the drive gives each session a user of its own, so it is a plain user who makes the namespaces either way.
plain=()
[ "$(id -u)" -ne 0 ] || plain=(setpriv --reuid=60799 --regid=60799 --clear-groups)
if ! said=$("${plain[@]}" bwrap --unshare-all --unshare-user --disable-userns --ro-bind / / true 2>&1); then
    printf 'the sandbox cannot be tested here: a plain user may not make user namespaces\n%s\n' "$said" >&2
    printf 'see /proc/sys/user/max_user_namespaces and /proc/sys/kernel/*userns*; a container needs them allowed\n' >&2
    printf 'bubblewrap: %s; 0.8.0 or newer is needed\n' "$(bwrap --version)" >&2
    exit 1
fi

tests() { # PACKAGE: prints the path of the compiled tests
    cargo test --locked -p "$1" --test it --no-run --message-format=json |
        sed -n 's/.*"executable":"\([^"]*\/it-[^"]*\)".*/\1/p' | tail -n 1
}

drive=$(tests skillzdrive-drive)
program=$(tests skillzdrive)
# Not one at a time: that they do not disturb each other is a part of it.
(cd crates/drive && "$drive" --ignored sandbox::)
"$program" --ignored run::
if [ "${#plain[@]}" -gt 0 ]; then
    scratch=$(mktemp -d)
    trap 'rm -rf -- "$scratch"' EXIT
    cp "$drive" "$scratch/tests"
    chmod -R a+rX "$scratch"
    mkdir -m 1777 "$scratch/tmp"
    (cd / && "${plain[@]}" env -i PATH=/usr/bin:/bin HOME=/ TMPDIR="$scratch/tmp" "$scratch/tests" --ignored sandbox::)
fi
