#!/usr/bin/env bash
# Replicas of one drive on PostgreSQL and an S3 store, under load, while things break: a replica is killed at a random
# moment or at a named one (a package put and its row not kept, before and after a commit, at the end of a run, while a
# webhook is told), PostgreSQL crashes and comes back, the store answers 503, is slow or hangs up, and a replica is cut off
# from both. After each: every change that was acknowledged is there and was paid once, `serve check` finds nothing wrong,
# and all replicas are ready again by themselves. What is missing is installed by tests/services.sh.
#
#   tests/chaos.sh PROGRAM        the short form, each breakage once: a step of .ci/run
#   tests/chaos.sh PROGRAM 50     so many loops, a random breakage in each
#   SKILLZDRIVE_TEST_SEED=17 tests/chaos.sh PROGRAM 50       those of that seed, which a failure names
#   SKILLZDRIVE_TEST_BREAKAGE=store tests/chaos.sh PROGRAM   those whose names hold this
set -Eeuo pipefail
program=$(realpath "${1:?which program}")
cd "$(dirname "$0")/.."

SKILLZDRIVE_TEST_FSYNC=on bash tests/services.sh --shell python3 tests/chaos.py "$program" "${2:-0}"
