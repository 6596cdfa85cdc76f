//! `config --git`: git merges this repository's lockfiles entry by entry.

use serde::Serialize;

use crate::context::Context;
use crate::error::Error;
use crate::error::Outcome;
use crate::error::Result;
use crate::git;
use crate::store::git_attributes;
use crate::store::git_attributes::Line;
use crate::store::scope::repository_root;

/// What git is told about the merge driver. `%O %A %B` are the three files, `%L` is a marker's length, `%P` the name.
const SETTINGS: &[(&str, &str)] = &[
    ("merge.skillzdrive.name", "skillzdrive.lock, skill by skill"),
    ("merge.skillzdrive.driver", "skillzdrive lock merge %O %A %B --marker-size %L --path %P"),
];

#[derive(Serialize)]
struct GitJson {
    repository: String,
    dry_run: bool,
    /// Whether the line in `.gitattributes` was missing.
    attributes_changed: bool,
    /// The settings of git that were missing or said something else.
    settings_changed: Vec<&'static str>,
}

/// Runs it.
///
/// # Errors
/// Exit 2 outside of a repository; when git cannot be asked, or the file cannot be written.
pub(super) fn run(ctx: &Context) -> Result<Outcome> {
    let Some(root) = repository_root(&ctx.cwd) else {
        return Err(Error::usage(format!("`{}` is in no git repository", ctx.cwd.display()))
            .code("no_repository")
            .hint("git init makes one"));
    };
    let mut missing = Vec::new();
    for (key, value) in SETTINGS {
        if git::setting(root, key)?.as_deref() != Some(*value) {
            missing.push((*key, *value));
        }
    }
    let has_line = git_attributes::is_there(root, Line::Merge)?;
    if !ctx.dry_run() {
        if !has_line {
            git_attributes::add(root, Line::Merge)?;
        }
        for (key, value) in &missing {
            git::set(root, key, value)?;
        }
    }
    if ctx.ui.is_json() {
        ctx.ui.json(&GitJson {
            repository: root.display().to_string(),
            dry_run: ctx.dry_run(),
            attributes_changed: !has_line,
            settings_changed: missing.iter().map(|(key, _)| *key).collect(),
        })?;
        return Ok(Outcome::Done);
    }
    let (add, set) = if ctx.dry_run() { ("would add", "would set") } else { ("added", "set") };
    if !has_line {
        ctx.ui.data(format_args!("{add} `{}` to {}", Line::Merge.text(), git_attributes::FILE));
    }
    for (key, value) in &missing {
        ctx.ui.data(format_args!("{set} {key} = {value}"));
    }
    match (has_line && missing.is_empty(), ctx.dry_run()) {
        (true, _) => ctx.ui.status("git merges skillzdrive.lock skill by skill already"),
        (false, true) => {}
        (false, false) => {
            ctx.ui.status("git merges skillzdrive.lock skill by skill from now on, in this clone");
            ctx.ui
                .hint(format_args!("commit {}; in every other clone: skillzdrive config --git", git_attributes::FILE));
        }
    }
    Ok(Outcome::Done)
}
