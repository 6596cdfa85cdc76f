//! Several projects of one repository in one run (`--all`): how they are said, the same in every command that has it.
//!
//! It decides nothing; [`crate::store::roots`] finds the projects.

use serde::Serialize;

use crate::context::Context;
use crate::error::Error;
use crate::store::roots::Roots;
use crate::ui::clean;
use crate::ui::words;

/// A project in which the command could do nothing.
#[derive(Debug, Serialize)]
pub(crate) struct FailedJson {
    /// The project's folder, from where projects were looked for.
    project: String,
    kind: &'static str,
    code: String,
    message: String,
}

impl FailedJson {
    /// The frozen form of an error.
    pub(crate) fn new(project: String, error: &Error) -> Self {
        let (kind, code, message) = (error.kind().word(), error.code_str().to_owned(), error.one_line());
        Self { project, kind, code, message }
    }
}

/// Says that a project could not be worked on; the others are.
pub(crate) fn say_failed(ctx: &Context, project: &str, error: &Error) {
    ctx.ui.warn(clean::lines(&error.about(project)));
    error.hints().iter().for_each(|hint| ctx.ui.hint(hint));
}

/// Says how many projects there are, and what a person should know of the search.
pub(crate) fn say_found(ctx: &Context, roots: &Roots) {
    let below = roots.below.display();
    if roots.incomplete {
        ctx.ui.warn(format_args!("`{below}` holds more than is looked at: there may be other projects"));
    }
    match roots.found.len() {
        0 => {
            ctx.ui.status(format_args!("no skillzdrive.lock below {below}, but for what git ignores"));
            ctx.ui.hint("skillzdrive install --project SKILL makes one");
        }
        n => ctx.ui.status(words::count(n, "project")),
    }
}
