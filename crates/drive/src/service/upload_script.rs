//! The script of a ticket: it uploads one skill with bash and curl.
//!
//! The ticket in it goes to curl by standard input, where no list of processes shows it. The file's name is a stranger's
//! text, and so is the address: both are quoted for the shell. What such a script cannot do as the program does it (a
//! `.skillignore`, links) it refuses, rather than send what was meant to stay.

/// What the script is called.
pub(crate) const NAME: &str = "upload-skill.sh";

/// The script that uses a ticket. `filename` is what is uploaded when nothing is named.
pub(crate) fn of(upload_url: &str, token: &str, filename: Option<&str>) -> String {
    // The stranger's text comes last, so that nothing in it is taken for a place of the template.
    SCRIPT
        .replace("%URL%", &quoted(upload_url))
        .replace("%TOKEN%", &quoted(token))
        .replace("%FILENAME%", &quoted(filename.unwrap_or_default()))
}

/// A text as one word of the shell, whatever is in it.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

const SCRIPT: &str = r#"#!/usr/bin/env bash
# Uploads one skill, given as a folder or a .zip. The ticket inside works once, for ten minutes: keep it to yourself.
set -euo pipefail

default=%FILENAME%
url=%URL%
ticket=%TOKEN%

fail() {
    printf '%s\n' "upload-skill.sh: $1" >&2
    exit "${2:-1}"
}

source_path=${1:-$default}
[ -n "$source_path" ] || fail 'usage: bash upload-skill.sh FOLDER-OR-ZIP' 2
command -v curl >/dev/null || fail 'curl is needed'

work=$(mktemp -d)
trap 'rm -rf -- "$work"' EXIT

if [ -d "$source_path" ]; then
    folder=$(cd -- "$source_path" && pwd)
    [ -f "$folder/SKILL.md" ] || fail "there is no SKILL.md in $folder"
    # What these leave out or lead to would be sent: the program knows how, a few lines of shell do not.
    [ ! -e "$folder/.skillignore" ] || fail 'it has a .skillignore: use skillzdrive upload'
    [ -z "$(find "$folder" -type l -print | head -n 1)" ] || fail 'it has symbolic links: use skillzdrive upload'
    command -v zip >/dev/null || fail 'zip is needed to pack a folder; or give a .zip'
    name=$(basename -- "$folder").zip
    (cd -- "$folder" && find . \( -iname .git -o -iname node_modules -o -iname .venv -o -iname __pycache__ \) -prune \
        -o -type f ! -iname .DS_Store ! -iname Thumbs.db ! -iname '*.pyc' ! -iname '.env*' ! -iname '*.pem' \
        ! -iname '*.key' ! -iname 'id_*' ! -iname .npmrc ! -iname .netrc ! -iname 'credentials*' -print |
        LC_ALL=C sort | zip -q -X "$work/skill.zip" -@)
elif [ -f "$source_path" ]; then
    name=$(basename -- "$source_path")
    cp -- "$source_path" "$work/skill.zip"
else
    fail "there is no $source_path"
fi

# In a quoted value curl knows two special characters.
name=${name//\\/\\\\}
name=${name//\"/\\\"}
cd -- "$work"
status=0
printf 'Authorization: Bearer %s\n' "$ticket" |
    curl --silent --show-error --output answer --write-out '%{http_code}' --header @- \
        --form "file=@skill.zip;type=application/zip;filename=\"$name\"" --url "$url" >code || status=$?
[ ! -f answer ] || { cat answer; echo; }
[ "$status" -eq 0 ] || fail "curl ended with status $status"
case $(cat code) in
2??) ;;
*) fail "the drive answered $(cat code)" ;;
esac
"#;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_strangers_write_is_one_word_of_the_shell() {
        assert_eq!(quoted("a b"), "'a b'");
        assert_eq!(quoted("it's; rm -rf $HOME `x`"), r"'it'\''s; rm -rf $HOME `x`'");
        let script = of("https://drive.example/x", "ut_live_1", Some("a'; touch pwned; '"));
        assert!(script.contains(r"default='a'\''; touch pwned; '\'''"), "{script}");
        assert!(script.contains("\nurl='https://drive.example/x'\nticket='ut_live_1'\n"), "{script}");
        assert!(of("u", "t", None).contains("default=''\n"));
    }

    #[test]
    fn a_name_that_looks_like_a_place_of_the_template_stays_itself() {
        let script = of("https://drive.example", "ut_live_secret", Some("%TOKEN%"));
        assert_eq!(script.matches("ut_live_secret").count(), 1, "{script}");
    }
}
