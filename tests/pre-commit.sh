#!/usr/bin/env bash
# Runs the hooks of .pre-commit-hooks.yaml with the real pre-commit. Needs git, python3 with venv and a network; .ci/run
# calls it.
set -Eeuo pipefail
cd "$(dirname "$0")/.."

work=$(mktemp -d)
trap 'rm -rf -- "$work"' EXIT
trap 'printf "FAILED: line %s: %s\n" "$LINENO" "$BASH_COMMAND" >&2' ERR
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check pre-commit==4.3.0
PATH="$work/venv/bin:$PATH" cargo test --locked -p skillzdrive --test it hooks:: -- --ignored
