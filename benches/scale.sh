#!/usr/bin/env bash
# A drive of many under the mix of an hour: 1, 2 and 4 replicas of the program behind nginx, over PostgreSQL with 100,000
# people and 1,000,000 skills (made here, from a seed) and an object store. What is missing is installed (Debian or
# Ubuntu, as root or with sudo).
#
#   benches/scale.sh --quick     10,000 people and 100,000 skills: some three minutes once built
#   benches/scale.sh --write     all of it: some ten minutes, and the numbers into docs/scale.md
#   benches/scale.sh --write --kept /var/tmp/scale     the same, and the filled database (4 GB) is kept for the next time
#   benches/scale.py             the page's numbers again, from what was measured
#
# The other options are in `benches/scale/measure.py --help`. SCALE_PROGRAM is a program that was built already.
set -Eeuo pipefail
cd "$(dirname "$0")/.."

missing=()
root=()
[ -n "$(find /usr/lib/postgresql/*/bin -name initdb 2>/dev/null)" ] || missing+=(postgresql)
command -v psql >/dev/null || missing+=(postgresql-client)
command -v nginx >/dev/null || [ -x /usr/sbin/nginx ] || missing+=(nginx-light)
command -v python3 >/dev/null || missing+=(python3)
if [ "${#missing[@]}" -gt 0 ]; then
    [ "$(id -u)" -eq 0 ] || root=(sudo)
    export DEBIAN_FRONTEND=noninteractive
    "${root[@]}" apt-get update -q
    "${root[@]}" apt-get install -y -q --no-install-recommends "${missing[@]}"
fi

target=${CARGO_TARGET_DIR:-target}
if [ -z "${SCALE_PROGRAM:-}" ]; then
    cargo build --release --locked -p skillzdrive
    SCALE_PROGRAM=$target/release/skillzdrive
fi
if [ -z "${SCALE_CLIENTS:-}" ]; then
    cargo build --release --locked -p skillzdrive-scale
    SCALE_CLIENTS=$target/release/skillzdrive-scale
fi
write=
args=()
for arg in "$@"; do
    if [ "$arg" = --write ]; then write=1; else args+=("$arg"); fi
done
json=$target/scale.json
[ -z "$write" ] || json=benches/scale/measured.json
python3 benches/scale/measure.py --program "$SCALE_PROGRAM" --clients-program "$SCALE_CLIENTS" --json "$json" "${args[@]}"
case " ${args[*]} " in *" --fill-only "* | *" --shell "*) exit ;; esac
if [ -n "$write" ]; then
    python3 benches/scale.py
else
    python3 benches/scale.py --print "$json"
fi
