#!/usr/bin/env bash
# Counts the instructions that the release build takes to start, to sync 100 skills of which none changed and to audit
# them, and compares them with benches/instructions.toml: 5 % more fails. Times move with whatever else a machine does;
# these numbers repeat. Needs valgrind and python3; .ci/run calls it.
# Usage: tests/instructions.sh [PROGRAM]     compares
#        tests/instructions.sh --write       writes the numbers anew, for a change that is meant
set -Eeuo pipefail
cd "$(dirname "$0")/.."

write=no
[ "${1:-}" = --write ] && write=yes && shift
program=$(realpath "${1:-${CARGO_TARGET_DIR:-target}/release/skillzdrive}")
numbers=$PWD/benches/instructions.toml
# The same path each time, and as long each time: paths are worked on, too.
work=/tmp/skillzdrive-instructions
rm -rf -- "$work"
mkdir -p "$work/home/.claude" "$work/operator"
serving=
end() {
    [ -z "$serving" ] || kill "$serving" 2>/dev/null || true
    rm -rf -- "$work"
}
trap end EXIT
trap 'printf "FAILED: line %s: %s\n" "$LINENO" "$BASH_COMMAND" >&2' ERR

# ------------------------------------------------------- 100 skills, always the same

python3 - "$work/home/.agents/skills" <<'PYTHON'
import pathlib, sys

for number in range(100):
    slug = f"skill-{number:03}"
    folder = pathlib.Path(sys.argv[1], slug)
    for place in range(12):
        size = 100 + number * 41 * (place + 3) % 4000
        text = (f"{slug} {place} says the same on every machine, line for line, and nothing else.\n" * 64)[:size]
        if place == 0:
            text = f"---\nname: {slug}\ndescription: Counts instructions, number {number}\n---\n{text}"
        path = folder / ("SKILL.md" if place == 0 else f"part-{place % 3}/file-{place:02}.md")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
PYTHON

run() { env -i PATH="$PATH" HOME="$work/home" SKILLZDRIVE_CREDENTIAL_STORE=file SKILLZDRIVE_SERVER="${url:-}" "$@"; }
mkfifo "$work/said"
env -i PATH="$PATH" HOME="$work/operator" "$program" serve --data "$work/drive" --listen 127.0.0.1:0 \
    >"$work/said" 2>"$work/log" &
serving=$!
exec 3<"$work/said"
read -r url <&3
read -r key <&3
printf '%s' "$key" | run "$program" login --with-token >/dev/null 2>&1
run "$program" sync --yes >/dev/null 2>&1
# What was just written is not trusted for two seconds; then one sync remembers it.
sleep 2.5
run "$program" sync --yes >/dev/null 2>&1

# -------------------------------------------------------------------------- counted

# One processor, so that the program makes no threads for work on the disk, whose turns would differ.
count() {
    run taskset -c 0 valgrind --tool=callgrind --callgrind-out-file=/dev/null "$program" "$@" 2>"$work/callgrind" \
        >"$work/out" || { cat "$work/out" "$work/callgrind" >&2; return 1; }
    sed -n 's/^==[0-9]*== Collected : //p' "$work/callgrind"
}
declare -A counted
counted[version]=$(count --version)
counted[help]=$(count --help)
counted[completions]=$(count completions bash)
counted[list_100]=$(count list)
counted[sync_unchanged_100]=$(count sync --yes)
counted[audit_100]=$(count audit)

# Another compiler makes other instructions, and the C library chooses its own by the processor: only numbers of the
# same kind are compared.
with="$(rustc --version | cut -d' ' -f1-2), $(valgrind --version), $(grep -q -w avx2 /proc/cpuinfo && echo avx2 || echo no avx2)"

names=(version help completions list_100 sync_unchanged_100 audit_100)
if [ "$write" = yes ]; then
    {
        printf '# Instructions that the release build takes, counted by tests/instructions.sh, which compares and writes them.\n'
        printf '\nwith = "%s"\n' "$with"
        for name in "${names[@]}"; do printf '%s = %s\n' "$name" "${counted[$name]}"; done
    } >"$numbers"
    cat "$numbers"
    exit 0
fi
kept=$(sed -n 's/^with = "\(.*\)"$/\1/p' "$numbers")
failed=0
for name in "${names[@]}"; do
    known=$(sed -n "s/^$name = //p" "$numbers")
    now=${counted[$name]}
    if [ -z "$known" ]; then
        printf '%-20s %12d, not kept yet: tests/instructions.sh --write keeps it\n' "$name" "$now"
        continue
    fi
    permille=$((now * 1000 / known))
    printf '%-20s %12d, was %12d (%d.%d %%)\n' "$name" "$now" "$known" $((permille / 10)) $((permille % 10))
    [ "$permille" -le 1050 ] || failed=1
done
if [ "$with" != "$kept" ]; then
    printf 'not compared: kept with %s, counted with %s\n' "$kept" "$with"
    exit 0
fi
if [ "$failed" = 1 ]; then
    printf 'more than 5 %% more instructions: find out why, or write what is meant with tests/instructions.sh --write\n' >&2
    exit 1
fi
