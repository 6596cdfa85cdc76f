#!/usr/bin/env bash
# The Debian package of a program that is built already: tests/package.sh PROGRAM. It is made, judged by lintian, put into a
# root of its own, looked at, run there, and taken off without a trace. What is missing is installed (Debian or Ubuntu, as
# root or with sudo).
set -Eeuo pipefail
program=$(realpath "$1")
cd "$(dirname "$0")/.."
scratch=$(mktemp -d)
trap 'rm -rf -- "$scratch"' EXIT
fail() { printf 'package: %s\n' "$*" >&2 && exit 1; }

missing=()
command -v lintian >/dev/null || missing+=(lintian)
command -v bwrap >/dev/null || missing+=(bubblewrap)
[ "$(id -u)" -eq 0 ] || command -v fakeroot >/dev/null || missing+=(fakeroot)
if [ "${#missing[@]}" -gt 0 ]; then
    as=()
    [ "$(id -u)" -eq 0 ] || as=(sudo)
    export DEBIAN_FRONTEND=noninteractive
    "${as[@]}" apt-get update -q
    "${as[@]}" apt-get install -y -q --no-install-recommends "${missing[@]}"
fi
# The owners in the root are root's, which nobody else can give.
as_root=()
[ "$(id -u)" -eq 0 ] || as_root=(fakeroot)

deb=$scratch/skillzdrive.deb
export DEB_LEVEL=0
bash packaging/deb.sh "$program" "$deb" >/dev/null
bash packaging/deb.sh "$program" "$scratch/again.deb" >/dev/null
cmp "$deb" "$scratch/again.deb" || fail 'the same program makes another package'
# A static program cannot be one that another C library would mend; the pages of one program are many.
lintian --fail-on error,warning --suppress-tags statically-linked-binary,initial-upload-closes-no-bugs "$deb"

new_root() {
    mkdir -p "$1/var/lib/dpkg/info" "$1/var/lib/dpkg/updates" "$1/var/lib/dpkg/triggers"
    touch "$1/var/lib/dpkg/status" "$1/var/lib/dpkg/available"
}
dpkg_in() {
    local root=$1
    shift
    # The root has no C library to depend on, and no folders of programs either.
    "${as_root[@]}" dpkg --root="$root" --force-depends --force-bad-path --force-not-root "$@" >"$scratch/log" 2>&1 ||
        { cat "$scratch/log" >&2 && fail "dpkg $*"; }
}
root=$scratch/root
new_root "$root"
dpkg_in "$root" --install "$deb"

cmp "$program" "$root/usr/bin/skillzdrive"
[ "$(stat -c %a "$root/usr/bin/skillzdrive")" = 755 ] || fail 'the program may not be run'
cmp completions/skillzdrive.bash "$root/usr/share/bash-completion/completions/skillzdrive"
cmp completions/_skillzdrive "$root/usr/share/zsh/vendor-completions/_skillzdrive"
cmp completions/skillzdrive.fish "$root/usr/share/fish/vendor_completions.d/skillzdrive.fish"
for page in man/*.1; do
    gzip -dc "$root/usr/share/man/man1/$(basename "$page").gz" | cmp - "$page"
done
bash -c '. "$1" && complete -p skillzdrive' - "$root/usr/share/bash-completion/completions/skillzdrive" >/dev/null
gzip -dc "$root/usr/share/doc/skillzdrive/changelog.gz" | cmp - CHANGELOG.md
grep -q '^ Permission is hereby granted' "$root/usr/share/doc/skillzdrive/copyright" || fail 'no licence'
# Nothing of the machine that it was made on.
for place in "$PWD" "$HOME"; do
    ! dpkg-deb --fsys-tarfile "$deb" | tar -xO --exclude=./usr/bin/skillzdrive | grep -aqF "$place/" || fail "names $place"
done

# It runs in that root, with this machine's libraries, and knows how it came there.
libraries=()
for folder in /lib /lib64 /usr/lib; do
    [ ! -e "$folder" ] || libraries+=(--ro-bind "$folder" "$folder")
done
said=$(bwrap --bind "$root" / "${libraries[@]}" --proc /proc --dev /dev --tmpfs /tmp --unshare-all --clearenv \
    --setenv HOME /tmp --chdir /tmp /usr/bin/skillzdrive self update --json=installed_by,program)
for word in '"installed_by": "deb"' '"program": "/usr/bin/skillzdrive"'; do
    grep -qF "$word" <<<"$said" || fail "self update says $said"
done

# Put on and taken off elsewhere, for the run above has left places for the libraries.
root=$scratch/bare
new_root "$root"
dpkg_in "$root" --install "$deb"
# Once more: what it is to be brought up to date.
dpkg_in "$root" --install "$deb"
dpkg_in "$root" --purge skillzdrive
left=$(find "$root" -mindepth 1 -path "$root/var" -prune -o -print)
[ -z "$left" ] || fail "this is left: $left"
[ ! -e "$root/var/lib/dpkg/info/skillzdrive.list" ] || fail 'dpkg still lists it'
printf 'package: %s bytes, installed, run and removed\n' "$(stat -c %s "$deb")"
