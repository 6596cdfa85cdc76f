#!/usr/bin/env bash
# The script that comes with an upload ticket, run with bash and curl against a real drive. Installs what is missing
# (Debian or Ubuntu, as root or with sudo).
set -euo pipefail
cd "$(dirname "$0")/.."

missing=() root=()
for tool in bash curl zip; do
    command -v "$tool" >/dev/null || missing+=("$tool")
done
if [ "${#missing[@]}" -gt 0 ]; then
    [ "$(id -u)" -eq 0 ] || root=(sudo)
    export DEBIAN_FRONTEND=noninteractive
    "${root[@]}" apt-get update -q
    "${root[@]}" apt-get install -y -q --no-install-recommends "${missing[@]}"
fi

cargo test -p skillzdrive-drive --locked --test it upload_script -- --ignored
