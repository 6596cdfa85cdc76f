#!/usr/bin/env bash
# The drive's suites on what a drive of many runs on: PostgreSQL for the rows (Debian's) and an S3 store for the artifacts
# (moto, from PyPI), both started here on the loopback and thrown away. What is missing is installed (Debian or Ubuntu, as
# root or with sudo).
#
#   tests/services.sh                   everything
#   tests/services.sh sync::            the route tests whose names hold this
#   tests/services.sh --shell COMMAND…  a command, with the two in SKILLZDRIVE_TEST_POSTGRES and SKILLZDRIVE_TEST_S3, and
#                                       in SKILLZDRIVE_TEST_RESTART what ends PostgreSQL as a crash would and starts it
#                                       again; SKILLZDRIVE_TEST_FSYNC=on lets the disk keep what it is given
set -Eeuo pipefail
cd "$(dirname "$0")/.."

newest() { # PROGRAM of PostgreSQL, which Debian keeps out of PATH
    command -v "$1" || find /usr/lib/postgresql/*/bin -name "$1" 2>/dev/null | sort -V | tail -n 1
}
missing=()
sudo=()
[ "$(id -u)" -eq 0 ] || sudo=(sudo)
[ -n "$(newest initdb)" ] || missing+=(postgresql)
python3 -c 'import ensurepip' 2>/dev/null || missing+=(python3-venv)
command -v curl >/dev/null || missing+=(curl)
command -v setpriv >/dev/null || missing+=(util-linux)
if [ "${#missing[@]}" -gt 0 ]; then
    export DEBIAN_FRONTEND=noninteractive
    "${sudo[@]}" apt-get update -q
    "${sudo[@]}" apt-get install -y -q --no-install-recommends "${missing[@]}"
fi

work=$(mktemp -d)
started=
store=
end() {
    [ -z "$store" ] || kill "$store" 2>/dev/null || true
    [ -z "$started" ] || postgres pg_ctl -D "$work/rows/data" -m immediate -w stop >/dev/null || true
    rm -rf -- "$work"
}
trap end EXIT
trap 'printf "FAILED: line %s: %s\n" "$LINENO" "$BASH_COMMAND" >&2' ERR

# Two ports that nobody has.
read -r rows_port store_port < <(python3 -c '
import socket
held = [socket.create_server(("127.0.0.1", 0)) for _ in range(2)]
print(*(one.getsockname()[1] for one in held))')

# ------------------------------------------------------------------ PostgreSQL

# The server refuses to be root.
mkdir "$work/rows"
chmod 755 "$work"
as_nobody=()
if [ "$(id -u)" -eq 0 ]; then
    chown nobody "$work/rows"
    as_nobody=(setpriv --reuid=nobody --regid="$(id -g nobody)" --clear-groups)
fi
postgres() { # PROGRAM [ARGS…]
    local program
    program=$(newest "$1")
    (cd "$work/rows" && "${as_nobody[@]}" "$program" "${@:2}")
}
postgres initdb -D "$work/rows/data" -U drive -A trust --no-sync --encoding=UTF8 --locale=C.UTF-8 >/dev/null
# What is tested is not whether the disk keeps what it is given, but where somebody says so.
fsync=${SKILLZDRIVE_TEST_FSYNC:-off}
postgres pg_ctl -D "$work/rows/data" -w -l "$work/rows/log" start -o "-p $rows_port -c listen_addresses=127.0.0.1 \
    -c unix_socket_directories=$work/rows -c fsync=$fsync -c full_page_writes=$fsync -c max_connections=400" >/dev/null
started=1

# -------------------------------------------------------------------- S3: moto

python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check 'moto[s3,server]==5.2.5'
"$work/venv/bin/moto_server" -H 127.0.0.1 -p "$store_port" >"$work/store.log" 2>&1 &
store=$!
# The bucket is made as soon as the store listens.
curl -fsS --retry 50 --retry-connrefused --retry-delay 1 -X PUT "http://127.0.0.1:$store_port/drive" >/dev/null

# Prometheus's own reader of what `/metrics` says: one program of Debian's package, of which the rest is not wanted.
if ! command -v promtool >/dev/null; then
    mkdir "$work/prometheus"
    (cd "$work/prometheus" && apt-get download -q prometheus 2>/dev/null && dpkg -x prometheus_*.deb .)
    PATH=$work/prometheus/usr/bin:$PATH
fi

export SKILLZDRIVE_TEST_POSTGRES="postgres://drive@127.0.0.1:$rows_port"
export SKILLZDRIVE_TEST_S3="http://127.0.0.1:$store_port"
printf 'PostgreSQL and the store are there (%d s)\n' "$SECONDS"

if [ "${1:-}" = --shell ]; then
    SKILLZDRIVE_TEST_RESTART="cd '$work/rows' && ${as_nobody[*]} $(newest pg_ctl) -D '$work/rows/data' -m immediate -w \
        -l '$work/rows/log' restart"
    export SKILLZDRIVE_TEST_RESTART
    "${@:2}"
    exit
fi
[ "$#" -gt 0 ] || cargo test --locked -p skillzdrive-drive --lib -- --include-ignored repo:: artifacts::
# The rest of the ignored ones has scripts of its own.
cargo test --locked -p skillzdrive-drive --test it -- "$@"
cargo test --locked -p skillzdrive-drive --test it -- --ignored store_that_signs replicas:: upkeep:: check_of_prometheus
# The program's own suite too, without what asks no drive, or one that it starts itself.
[ "$#" -gt 0 ] || cargo test --locked -p skillzdrive --test it -- --skip archives:: --skip baseline:: --skip completions:: \
    --skip docs:: --skip hooks:: --skip init:: --skip kill:: --skip layers:: --skip release:: --skip scan:: --skip schemas:: \
    --skip serve:: --skip tables:: --skip terminal::
