#!/usr/bin/env bash
# The drive under load: the program itself, seeded with made-up skills, against nginx serving a file of the same size,
# with wrk as the client, all on the same cores. What is missing is installed (Debian or Ubuntu, as root or with sudo).
#
#   benches/load.sh --quick                  10,000 skills, 1 and 64 clients: under three minutes once built and seeded
#   benches/load.sh --write                  1k, 10k, 100k skills × 1, 10, 100 clients, and 10k × 64: ten minutes, into docs/
#   benches/load.sh --quick --against OLD    and another build of the program beside it
#
# The other options are in `benches/load.py --help`. Seeds are kept in the target folder's `load/`.
set -Eeuo pipefail
cd "$(dirname "$0")/.."

missing=()
root=()
command -v wrk >/dev/null || missing+=(wrk)
command -v nginx >/dev/null || [ -x /usr/sbin/nginx ] || missing+=(nginx-light)
command -v python3 >/dev/null || missing+=(python3)
if [ "${#missing[@]}" -gt 0 ]; then
    [ "$(id -u)" -eq 0 ] || root=(sudo)
    export DEBIAN_FRONTEND=noninteractive
    "${root[@]}" apt-get update -q
    "${root[@]}" apt-get install -y -q --no-install-recommends "${missing[@]}"
fi

target=${CARGO_TARGET_DIR:-target}
if [ -z "${LOAD_PROGRAM:-}" ]; then
    cargo build --release --locked -p skillzdrive
    LOAD_PROGRAM=$target/release/skillzdrive
fi
if [ -z "${LOAD_HELPER:-}" ]; then
    cargo build --release --locked -p skillzdrive-drive --example load
    LOAD_HELPER=$target/release/examples/load
fi
exec python3 benches/load.py --program "$LOAD_PROGRAM" --helper "$LOAD_HELPER" --cache "$target/load" "$@"
