#!/usr/bin/env bash
# Licences, bans and sources of everything that the program is built from, by deny.toml: with cargo-deny where it is
# installed (0.16 or newer), and else by tests/deny.py, which reads the same file. Advisories need cargo-deny and its
# database on the network: they are looked at where both are, and it is said where they are not. .ci/run calls it.
set -Eeuo pipefail
cd "$(dirname "$0")/.."

python3 tests/deny.py
version=$(cargo deny --version 2>/dev/null | awk '{ print $2 }') || version=
if [ -z "$version" ] || [ "$(printf '0.16.0\n%s\n' "$version" | sort -V | head -n 1)" != 0.16.0 ]; then
    echo 'cargo-deny is not installed: advisories were not looked at'
    exit 0
fi
cargo deny --offline --log-level error check licenses bans sources
if cargo deny fetch db >/dev/null 2>&1; then
    cargo deny --log-level error check advisories
else
    echo 'the database of advisories cannot be reached: advisories were not looked at'
fi
