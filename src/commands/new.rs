//! `new`: a skill to begin with, which passes every check from its first minute.

use std::fs;
use std::path::Path;
use std::path::PathBuf;

use clap::ValueEnum;
use serde::Serialize;
use skillzdrive_skill::SKILL_FILE;
use skillzdrive_skill::parse_strict;
use skillzdrive_wire::Slug;

use crate::context::Context;
use crate::error::Error;
use crate::error::Kind;
use crate::error::Outcome;
use crate::error::Result;
use crate::findings::gate::typed;
use crate::store::atomic;
use crate::store::atomic::Privacy;
use crate::uploader;

/// Begin a skill of your own, from a template
///
/// Makes a folder with a SKILL.md, a script and a test of the script. The description is what an agent reads to decide
/// whether it needs the skill: say what it does and when to use it. Nothing that is there is written over.
#[derive(Debug, clap::Args)]
pub(crate) struct NewArgs {
    /// Its name: a-z, 0-9 and `-`
    #[arg(value_parser = Slug::new)]
    name: Slug,
    /// Make the folder in this one instead of the current one
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
    /// What it does and when to use it; without it a text to replace
    #[arg(long, value_name = "TEXT")]
    description: Option<String>,
    /// The language of the script
    #[arg(long, value_enum, default_value_t = Script::Python, value_name = "LANGUAGE")]
    script: Script,
}

/// What the script is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Script {
    /// Python 3, with nothing but its own library
    Python,
    /// POSIX sh
    Sh,
    /// No script
    None,
}

#[derive(Serialize)]
struct NewJson<'a> {
    slug: &'a Slug,
    path: String,
    files: Vec<&'a str>,
}

/// Runs the command.
///
/// # Errors
/// Exit 2 for a name or a description that no marketplace takes, 7 for a name that no drive can hold, 8 when the folder is
/// there.
pub(crate) fn run(ctx: &Context, args: &NewArgs) -> Result<Outcome> {
    uploader::check_name(&args.name)?;
    let files = files(&args.name, args.description.as_deref(), args.script);
    let bad = |error: skillzdrive_skill::FrontMatterError| {
        Error::usage(format!("this makes no good skill: {error}")).code(error.code())
    };
    parse_strict(&files[0].1, Some(args.name.as_str())).map_err(bad)?;
    let folder = args.dir.as_ref().map_or_else(|| ctx.cwd.clone(), |dir| ctx.cwd.join(dir)).join(args.name.as_str());
    if fs::symlink_metadata(&folder).is_ok() {
        return Err(Error::new(
            Kind::Conflict,
            format!("`{}` is there already and was left as it is", folder.display()),
        )
        .code("occupied")
        .hint("choose another name, or --dir DIR"));
    }
    let names: Vec<&str> = files.iter().map(|(name, _)| *name).collect();
    if ctx.dry_run() {
        ctx.ui.would(format_args!("write {} to {}", names.join(", "), folder.display()))?;
        return Ok(Outcome::Done);
    }
    for (name, text) in &files {
        atomic::write(&folder.join(name), text.as_bytes(), Privacy::Shared)?;
        if text.starts_with("#!") {
            make_executable(&folder.join(name))?;
        }
    }
    if ctx.ui.is_json() {
        ctx.ui.json(&NewJson { slug: &args.name, path: folder.display().to_string(), files: names })?;
        return Ok(Outcome::Done);
    }
    for name in names {
        ctx.ui.data(format_args!("{}", folder.join(name).display()));
    }
    let shown =
        args.dir.as_ref().map_or_else(|| Path::new(".").join(args.name.as_str()), |dir| dir.join(args.name.as_str()));
    let shown = typed(&shown.display().to_string());
    if args.description.is_none() {
        ctx.ui.hint(format_args!(
            "write the description in {shown}/{SKILL_FILE} first: it decides when the skill is used"
        ));
    }
    ctx.ui.hint(format_args!("skillzdrive upload --check {shown} looks whether it is ready"));
    ctx.ui.hint(format_args!("skillzdrive install {shown} tries it here"));
    Ok(Outcome::Done)
}

#[cfg(unix)]
fn make_executable(path: &Path) -> Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    let error = |e| Error::io("make executable", path, e);
    let mut mode = fs::metadata(path).map_err(error)?.permissions();
    // Who may read it may run it.
    mode.set_mode(mode.mode() | (mode.mode() & 0o444) >> 2);
    fs::set_permissions(path, mode).map_err(error)
}

#[cfg(not(unix))]
fn make_executable(_: &Path) -> Result<()> {
    Ok(())
}

const DESCRIPTION: &str = "Counts the words, lines and characters of a text file. Use when the user asks how long a text \
                           is, or whether it fits a limit.";

/// The files, SKILL.md first.
fn files(name: &Slug, description: Option<&str>, script: Script) -> Vec<(&'static str, String)> {
    // A quoted text of JSON is one of YAML too, whatever stands in it.
    let description = serde_json::Value::from(description.unwrap_or(DESCRIPTION)).to_string();
    let mut title = name.as_str().replace('-', " ");
    if let Some(first) = title.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    let head = format!("---\nname: {name}\ndescription: {description}\n---\n\n# {title}\n");
    let used = |command: &str, test: &str| {
        format!(
            "{head}\n## How to use it\n\n1. Run `{command}`.\n2. Read the numbers, and answer with those that were asked \
             for.\n3. If the file cannot be read, say so and ask for another.\n\n## What it does not do\n\nIt changes no \
             file and sends nothing anywhere.\n\n<!-- For whoever works on this skill: `{test}` runs its tests. -->\n"
        )
    };
    match script {
        Script::None => {
            let text = format!(
                "{head}\n## Steps\n\n1. Say what to do first.\n2. Say how to tell that it worked.\n3. Say what to do when \
                 it did not.\n\n## Example\n\nShow one request and the answer that you want.\n"
            );
            vec![(SKILL_FILE, text)]
        }
        Script::Python => vec![
            (SKILL_FILE, used("python3 scripts/count.py FILE", "python3 -m unittest discover tests")),
            ("scripts/count.py", PYTHON.to_owned()),
            ("tests/test_count.py", PYTHON_TEST.to_owned()),
        ],
        Script::Sh => vec![
            (SKILL_FILE, used("sh scripts/count.sh FILE", "sh tests/test.sh")),
            ("scripts/count.sh", SH.to_owned()),
            ("tests/test.sh", SH_TEST.to_owned()),
        ],
    }
}

const PYTHON: &str = r#"#!/usr/bin/env python3
"""Counts lines, words and characters of a file: python3 count.py FILE"""

import sys


def count(text):
    return {"lines": len(text.splitlines()), "words": len(text.split()), "characters": len(text)}


def main(arguments):
    if len(arguments) != 1:
        print(__doc__, file=sys.stderr)
        return 2
    try:
        with open(arguments[0], encoding="utf-8") as file:
            numbers = count(file.read())
    except (OSError, UnicodeDecodeError) as error:
        print(f"cannot read {arguments[0]}: {error}", file=sys.stderr)
        return 1
    for name, number in numbers.items():
        print(f"{name}: {number}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
"#;

const PYTHON_TEST: &str = r#"import pathlib
import sys
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "scripts"))

import count


class Count(unittest.TestCase):
    def test_a_text(self):
        self.assertEqual(count.count("one two\nthree\n"), {"lines": 2, "words": 3, "characters": 14})

    def test_nothing(self):
        self.assertEqual(count.count(""), {"lines": 0, "words": 0, "characters": 0})

    def test_no_such_file(self):
        self.assertEqual(count.main(["/no/such/file"]), 1)


if __name__ == "__main__":
    unittest.main()
"#;

const SH: &str = r#"#!/bin/sh
# Counts lines, words and characters of a file: sh count.sh FILE
set -eu
if [ "$#" -ne 1 ]; then
    echo "usage: sh count.sh FILE" >&2
    exit 2
fi
if [ ! -r "$1" ]; then
    echo "cannot read $1" >&2
    exit 1
fi
printf 'lines: %d\n' "$(wc -l <"$1")"
printf 'words: %d\n' "$(wc -w <"$1")"
printf 'characters: %d\n' "$(wc -m <"$1")"
"#;

const SH_TEST: &str = r#"#!/bin/sh
# Run it from anywhere: sh tests/test.sh
set -eu
count=$(dirname "$0")/../scripts/count.sh
file=$(mktemp)
printf 'one two\nthree\n' >"$file"
got=$(sh "$count" "$file" | tr '\n' ' ')
: >"$file"
nothing=$(sh "$count" "$file" | tr '\n' ' ')
[ "$got" = "lines: 2 words: 3 characters: 14 " ] || { echo "wrong: $got" >&2; exit 1; }
[ "$nothing" = "lines: 0 words: 0 characters: 0 " ] || { echo "wrong: $nothing" >&2; exit 1; }
if sh "$count" /no/such/file 2>/dev/null; then echo "a missing file was counted" >&2; exit 1; fi
echo ok
"#;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_the_description_says_the_front_matter_is_good() {
        let name = Slug::new("text-length").unwrap();
        for description in
            [None, Some("Use when: \"now\" # or never\n---\nname: other"), Some("- [a]: {b}"), Some("null")]
        {
            for script in [Script::Python, Script::Sh, Script::None] {
                let files = files(&name, description, script);
                let front = parse_strict(&files[0].1, Some("text-length")).unwrap();
                assert_eq!(front.description.as_deref(), Some(description.unwrap_or(DESCRIPTION)));
                assert!(front.other.is_empty());
            }
        }
    }
}
