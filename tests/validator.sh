#!/usr/bin/env bash
# Holds the verdicts of `upload --check` against those of the reference validator of the Agent Skills format (skills-ref).
# Needs python3 with venv and a network; .ci/run calls it.
set -Eeuo pipefail
cd "$(dirname "$0")/.."

work=$(mktemp -d)
trap 'rm -rf -- "$work"' EXIT
trap 'printf "FAILED: line %s: %s\n" "$LINENO" "$BASH_COMMAND" >&2' ERR
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check skills-ref==0.1.1
PATH="$work/venv/bin:$PATH" cargo test --locked -p skillzdrive --test it new:: -- --ignored
