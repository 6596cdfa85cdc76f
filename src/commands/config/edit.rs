//! `config edit`: the whole file in the person's editor. What cannot be read is not kept, and not lost either.

use std::path::Path;
use std::process::Command;

use serde::Serialize;

use crate::context::Context;
use crate::env;
use crate::error::Error;
use crate::error::Kind;
use crate::error::Outcome;
use crate::error::Result;
use crate::store::atomic;
use crate::store::atomic::Privacy;
use crate::store::settings_edit::Edited;
use crate::store::settings_edit::SettingsFile;
use crate::ui::clean;

/// The editor of those who named none.
const FALLBACK: &str = if cfg!(windows) { "notepad" } else { "vi" };

#[derive(Serialize)]
struct EditJson {
    file: String,
    changed: bool,
}

pub(super) fn run(ctx: &Context, file: &SettingsFile<'_>) -> Result<Outcome> {
    let shown = file.path.display().to_string();
    let before = file.text()?;
    let editor = editor(ctx)?;
    if ctx.dry_run() {
        ctx.ui.would(format_args!("open {shown} in {}", clean::line(&editor)))?;
        return Ok(Outcome::Done);
    }
    // Beside nothing of ours: an editor leaves its own files beside what it edits.
    let folder = tempfile::Builder::new().prefix("skillzdrive-").tempdir();
    let folder = folder.map_err(|e| Error::new(Kind::Failure, "could not make a temporary folder").source(e))?;
    let draft = folder.path().join(file.path.file_name().unwrap_or_default());
    let start = if before.is_empty() { file.template() } else { before.clone() };
    atomic::write(&draft, start.as_bytes(), Privacy::Private)?;
    let text = loop {
        open(&editor, &draft)?;
        let text = atomic::read_text(&draft)?.unwrap_or_default();
        let Err(error) = file.check(Some(&draft), &text) else { break text };
        ctx.ui.error(&error);
        if !ctx.ui.is_interactive() || !ctx.ui.confirm("It cannot be kept so. Edit it again?", true)? {
            // What was typed is worth more than a tidy temporary folder.
            let kept = folder.keep();
            let place = kept.join(draft.file_name().unwrap_or_default());
            return Err(Error::usage(format!("{shown} was left as it is"))
                .code("settings_invalid")
                .hint(format!("what you wrote is in {}", place.display())));
        }
    };
    let changed = text != start;
    if changed {
        let edited = Edited { text, changed: true };
        file.write(|| {
            if file.text()? == before {
                return Ok(edited.clone());
            }
            Err(Error::new(Kind::Conflict, format!("{shown} was changed meanwhile and was left as it is"))
                .code("changed_meanwhile")
                .hint("run the same command again"))
        })?;
    }
    if ctx.ui.is_json() {
        ctx.ui.json(&EditJson { file: shown, changed })?;
    } else {
        ctx.ui.status(if changed { format!("changed {shown}") } else { format!("{shown} was not changed") });
    }
    Ok(Outcome::Done)
}

/// The editor that the person named; without one, and with a terminal for it, that of the system.
fn editor(ctx: &Context) -> Result<String> {
    let named = env::text(env::VISUAL).or_else(|| env::text(env::EDITOR));
    named.or_else(|| ctx.ui.is_interactive().then(|| FALLBACK.to_owned())).ok_or_else(|| {
        Error::usage("there is no terminal for an editor")
            .code("no_editor")
            .hint("skillzdrive config set KEY VALUE changes a setting; EDITOR names an editor that needs no terminal")
    })
}

/// Opens the editor and waits for it. A shell reads its name, as every program does that asks for one: it may hold
/// arguments.
fn open(editor: &str, path: &Path) -> Result<()> {
    let mut command = if cfg!(windows) {
        let mut words = editor.split_whitespace();
        let mut command = Command::new(words.next().unwrap_or(FALLBACK));
        command.args(words);
        command
    } else {
        let mut command = Command::new("sh");
        command.args(["-c", &format!("{editor} \"$@\""), "sh"]);
        command
    };
    // An editor has no use for a key.
    command.arg(path).env_remove(env::API_KEY);
    let failed = |why: String| {
        Error::usage(format!("the editor `{}` {why}", clean::line(editor)))
            .code("no_editor")
            .hint("set EDITOR to an editor, or use skillzdrive config set KEY VALUE")
    };
    let status = command.status().map_err(|e| failed("could not be started".to_owned()).source(e))?;
    if status.success() { Ok(()) } else { Err(failed(format!("ended with {status}"))) }
}
