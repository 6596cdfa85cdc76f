#!/bin/sh
# Print the commits between two points of a Git history, oldest first, each with its body and the files it touches.
# Usage: since.sh [FROM [TO]]     FROM: default the last version tag before TO, or the beginning;  TO: default HEAD
# Exit status: 0 printed (also when there is nothing), 1 not a repository or no such revision, 2 wrong arguments.
set -eu

fail() {
    printf 'since.sh: %s\n' "$1" >&2
    exit "${2:-1}"
}

case "${1:-}" in
    -h | --help)
        sed -n '2,4s/^# //p' "$0"
        exit 0
        ;;
    -*) fail "unknown option $1 (usage: since.sh [FROM [TO]])" 2 ;;
esac
[ $# -le 2 ] || fail "too many arguments (usage: since.sh [FROM [TO]])" 2
case "${2:-}" in -*) fail "unknown option $2 (usage: since.sh [FROM [TO]])" 2 ;; esac

command -v git >/dev/null 2>&1 || fail "git is not installed"
git rev-parse --git-dir >/dev/null 2>&1 || fail "not inside a Git repository"

commit() {
    git rev-parse --verify --quiet "$1^{commit}" || fail "no such revision: $1"
}

to_name=${2:-HEAD}
to=$(commit "$to_name")

if [ $# -ge 1 ]; then
    from_name=$1
else
    # A tag on TO itself is the release being described, so the search starts at its parent.
    from_name=$(git describe --tags --abbrev=0 --match '*[0-9].[0-9]*' "$to^" 2>/dev/null || true)
fi

if [ -n "$from_name" ]; then
    from=$(commit "$from_name")
    range=$from..$to
else
    from_name='the beginning'
    range=$to
fi

if [ "$(git rev-parse --is-shallow-repository)" = true ]; then
    printf 'since.sh: this is a shallow clone, so the history may be cut short (git fetch --unshallow)\n' >&2
fi

printf '# commits: %s, after %s, up to %s\n' "$(git rev-list --count --no-merges "$range")" "$from_name" "$to_name"
git -c core.quotePath=false log --reverse --no-merges --no-color --date=short --stat=100 \
    --format='%n## %h %ad %s%n%n%b' "$range" -- |
    # Bodies end in any number of blank lines; one is enough.
    awk 'NF || !blank { print } { blank = !NF }'
