#!/usr/bin/env bash
# The long form of the kill loop: install, update and sync are ended by SIGKILL at 300 random moments. `.ci/run` does not
# run it, because it takes minutes; its tests run there with 24 moments.
#
#   tests/kill-loop.sh            300 moments
#   tests/kill-loop.sh 1000       as many as that
#   SKILLZDRIVE_TEST_SEED=17 tests/kill-loop.sh    the moments of that seed, which a failure names
set -Eeuo pipefail
cd "$(dirname "$0")/.."

export SKILLZDRIVE_TEST_KILLS=${1:-300}
export SKILLZDRIVE_TEST_SEED=${SKILLZDRIVE_TEST_SEED:-$(date +%s)}
printf '%s moments, SKILLZDRIVE_TEST_SEED=%s\n' "$SKILLZDRIVE_TEST_KILLS" "$SKILLZDRIVE_TEST_SEED"
cargo test -p skillzdrive --locked --test it kill::
