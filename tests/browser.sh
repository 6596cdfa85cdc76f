#!/usr/bin/env bash
# The tests that need a real browser: everything below tests/it/chromium. What is missing is installed (Debian or Ubuntu,
# as root or with sudo).
#
#   tests/browser.sh               once
#   tests/browser.sh 10            ten times in a row, to the first failure
#   SKILLZDRIVE_TEST_PICTURES=/tmp/pages tests/browser.sh    and keep the pictures of the pages there
set -Eeuo pipefail
cd "$(dirname "$0")/.."

missing=()
root=()
command -v chromium >/dev/null || missing+=(chromium)
command -v chromedriver >/dev/null || missing+=(chromium-driver)
command -v python3 >/dev/null || missing+=(python3)
# Without fonts of their own scripts, names in them are boxes: that matters to whoever looks at the pictures.
[ -z "${SKILLZDRIVE_TEST_PICTURES:-}" ] || [ -e /usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc ] || missing+=(fonts-noto-cjk fonts-noto-core)
if [ "${#missing[@]}" -gt 0 ]; then
    [ "$(id -u)" -eq 0 ] || root=(sudo)
    export DEBIAN_FRONTEND=noninteractive
    "${root[@]}" apt-get update -q
    "${root[@]}" apt-get install -y -q --no-install-recommends "${missing[@]}"
fi

for ((time = 1; time <= ${1:-1}; time++)); do
    printf 'time %d of %d\n' "$time" "${1:-1}"
    cargo test -p skillzdrive --locked --test it -- --ignored chromium::
done
