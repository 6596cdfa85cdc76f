#!/usr/bin/env bash
# Fuzzing: hostile bytes for the readers of packages, front matter, the lockfile and the marketplace, and for the scanner.
# `.ci/run` does not run it, because it knows no end; the properties that it looks for are tested there on fewer bytes.
#
#   tests/fuzz.sh                 each target for a minute
#   tests/fuzz.sh 240 archive     one of them for four
#
# What it finds lies in fuzz/artifacts; make a unit test of it. Coverage needs a nightly compiler, or a stable one that is
# told to be one.
set -Eeuo pipefail
cd "$(dirname "$0")/.."

seconds=${1:-60}
[ "$#" -eq 0 ] || shift
[ "$#" -gt 0 ] || set -- archive front_matter lockfile marketplace scan
command -v cargo-fuzz >/dev/null || cargo install --locked cargo-fuzz
export RUSTC_BOOTSTRAP=1
for target; do
    mkdir -p "fuzz/corpus/$target"
    # Without a sanitizer: the program's own code has no unsafe block, and it is faster by half.
    cargo fuzz run --sanitizer none "$target" "fuzz/corpus/$target" "fuzz/seeds/$target" -- \
        -max_total_time="$seconds" -max_len=4096 -timeout=10 -rss_limit_mb=1024 -print_final_stats=1
done
