#!/usr/bin/env bash
# Makes a Debian package of a program that is built already: packaging/deb.sh PROGRAM [OUT]. Without a program it takes the
# static one from the archive that a release has just made. Needs dpkg-deb and nothing else of Debian's.
set -Eeuo pipefail
cd "$(dirname "$0")/.."

scratch=$(mktemp -d)
trap 'rm -rf -- "$scratch"' EXIT
umask 022
archive=target/distrib/skillzdrive-x86_64-unknown-linux-musl.tar.xz
if [ $# -gt 0 ]; then
    program=$1
else
    tar -xJf "$archive" -C "$scratch"
    program=$scratch/skillzdrive-x86_64-unknown-linux-musl/skillzdrive
fi
version=$("$program" --version)
version=${version#skillzdrive }
case $(LC_ALL=C od -An -tx1 -j18 -N1 "$program" | tr -d ' ') in # e_machine of the ELF header
    3e) arch=amd64 ;;
    b7) arch=arm64 ;;
    *) printf 'this is no program for amd64 or arm64: %s\n' "$program" >&2 && exit 1 ;;
esac
out=${2:-skillzdrive_$arch.deb}

# What a program asks of the C library: the highest version of a symbol that it names. A static one asks for nothing.
depends=
glibc=$(LC_ALL=C grep -aoE 'GLIBC_2\.[0-9]+' "$program" | sort -Vu | tail -n 1 || true)
if [ -n "$glibc" ] && LC_ALL=C grep -aq 'ld-linux' "$program"; then
    depends="libc6 (>= ${glibc#GLIBC_}), libgcc-s1"
fi

root=$scratch/root
put() { install -D -m "$1" "$2" "$root/$3"; }
put 755 "$program" usr/bin/skillzdrive
put 644 completions/skillzdrive.bash usr/share/bash-completion/completions/skillzdrive
put 644 completions/_skillzdrive usr/share/zsh/vendor-completions/_skillzdrive
put 644 completions/skillzdrive.fish usr/share/fish/vendor_completions.d/skillzdrive.fish
put 644 completions/skillzdrive.elv usr/share/elvish/lib/skillzdrive-completions.elv
for page in man/*.1; do
    mkdir -p "$root/usr/share/man/man1"
    # Without the name and the time of the file, so that the same page is the same bytes.
    gzip -9n <"$page" >"$root/usr/share/man/man1/$(basename "$page").gz"
done
put 644 README.md usr/share/doc/skillzdrive/README.md
doc=$root/usr/share/doc/skillzdrive
gzip -9n <CHANGELOG.md >"$doc/changelog.gz"
{
    printf 'Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n'
    printf 'Upstream-Name: skillzdrive\nSource: https://github.com/skillzdrive/skillzdrive\n\n'
    printf 'Files: *\nCopyright: 2026 the skillzdrive contributors\nLicense: Expat or Apache-2.0\n\n'
    printf 'License: Expat\n'
    # The text stands between the rules in the file; Debian has the other licence in every system.
    awk '/^-----/ { part++; next } part == 1' LICENSE | sed -e '/^MIT License$/d' -e '/^Copyright/d' | cat -s |
        sed -e '1{/^$/d}' -e '${/^$/d}' -e 's/^$/./' -e 's/^/ /'
    printf '\nLicense: Apache-2.0\n On Debian systems its text is in /usr/share/common-licenses/Apache-2.0.\n'
} >"$doc/copyright"

# When the package was made: a release sets it, so that the same sources make the same package.
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || date +%s)}
export SOURCE_DATE_EPOCH
debian_version=${version/-/\~}-1
{
    printf 'skillzdrive (%s) unstable; urgency=medium\n\n' "$debian_version"
    printf '  * Version %s; the changelog beside this file says what is new.\n\n' "$version"
    printf ' -- the skillzdrive contributors <packages@skillzdrive.com>  %s\n' "$(LC_ALL=C date -uRd "@$SOURCE_DATE_EPOCH")"
} | gzip -9n >"$doc/changelog.Debian.gz"
mkdir "$root/DEBIAN"
{
    printf 'Package: skillzdrive\nVersion: %s\nArchitecture: %s\n' "$debian_version" "$arch"
    printf 'Maintainer: the skillzdrive contributors <packages@skillzdrive.com>\n'
    printf 'Installed-Size: %s\n' "$(du -sk --apparent-size "$root/usr" | cut -f1)"
    [ -z "$depends" ] || printf 'Depends: %s\n' "$depends"
    printf 'Recommends: ca-certificates\nSuggests: bubblewrap (>= 0.8)\n'
    printf 'Section: utils\nPriority: optional\nHomepage: https://www.skillzdrive.com\n'
    printf 'Description: one home for agent skills: sync, install, lock and audit them\n'
    printf ' A skill is a folder of instructions and scripts that coding agents read. This\n'
    printf ' program keeps the skills of a machine and a drive in step, pins them by content\n'
    printf ' hash in a lockfile, and scans what comes before it is put in its place.\n'
} >"$root/DEBIAN/control"
(cd "$root" && find usr -type f -print0 | LC_ALL=C sort -z | xargs -0 md5sum) >"$root/DEBIAN/md5sums"
chmod 644 "$root/DEBIAN/control" "$root/DEBIAN/md5sums"
# A test has no time for the smallest.
dpkg-deb --root-owner-group -Zxz -z"${DEB_LEVEL:-9}" --build "$root" "$out" >/dev/null
printf '%s\n' "$out"
