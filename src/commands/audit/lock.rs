//! `audit --fix --lock`: the damaged lockfile made anew, shown and agreed to before it is written.

use std::path::PathBuf;

use serde::Serialize;

use crate::audit::rebuild;
use crate::audit::rebuild::From;
use crate::audit::rebuild::Rebuilt;
use crate::context::Context;
use crate::error::Error;
use crate::error::Kind;
use crate::error::Outcome;
use crate::error::Result;
use crate::store::scope::Scope;
use crate::ui::clean;

/// What became of the lockfile.
#[derive(Debug)]
pub(super) struct Done {
    /// The form for `--json`.
    pub(super) json: LockJson,
    /// Whether it was written.
    pub(super) written: bool,
}

/// The frozen form.
#[derive(Debug, Serialize)]
pub(super) struct LockJson {
    lockfile: PathBuf,
    /// What was wrong with it.
    damage: String,
    entries: Vec<EntryJson>,
    lost: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    damaged_copy: Option<PathBuf>,
    #[serde(skip_serializing_if = "Option::is_none")]
    run: Option<String>,
    dry_run: bool,
}

#[derive(Debug, Serialize)]
struct EntryJson {
    slug: String,
    /// `lockfile part trash notes files`.
    from: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    lost: Vec<String>,
}

/// Rebuilds it, when it is damaged and the person agrees.
pub(super) fn rebuild(ctx: &Context, scope: &Scope) -> Result<Option<Done>> {
    let Some(rebuilt) = rebuild::plan(&ctx.paths, scope)? else {
        ctx.ui.status(format_args!("{}: nothing to rebuild, it can be read", scope.lockfile.display()));
        return Ok(None);
    };
    let settings = ctx.settings(scope)?;
    say(ctx, &rebuilt);
    let mut done = Done { json: json(scope, &rebuilt, ctx.dry_run()), written: false };
    if ctx.dry_run() {
        return Ok(Some(done));
    }
    if !ctx.ui.confirm("Write the lockfile anew? The damaged one is kept in the trash.", false)? {
        return Err(Error::new(Kind::Interrupted, "cancelled: nothing was changed"));
    }
    let waiting = |holder: &str| ctx.ui.status(format_args!("waiting for another skillzdrive ({holder})"));
    let (copy, run) = rebuild::carry_out(scope, &settings, &rebuilt, waiting)?;
    ctx.ui.status(format_args!("the damaged lockfile is kept as {}", copy.display()));
    done.json.damaged_copy = Some(copy);
    done.json.run = run;
    done.written = true;
    Ok(Some(done))
}

/// The answer of a dry run.
pub(super) fn show_alone(ctx: &Context, done: Option<&Done>) -> Result<Outcome> {
    if let (true, Some(done)) = (ctx.ui.is_json(), done) {
        ctx.ui.json(&serde_json::json!({ "lock": done.json }))?;
    }
    Ok(Outcome::Done)
}

fn say(ctx: &Context, rebuilt: &Rebuilt) {
    ctx.ui.status(format_args!("{}", clean::line(rebuilt.damage.message())));
    for (slug, from) in &rebuilt.entries {
        match from {
            From::Lockfile => ctx.ui.status(format_args!("  {slug}: kept")),
            From::Part(lost) => {
                let lost = clean::line(&lost.join(", "));
                ctx.ui.warn(format_args!("{slug}: kept, but these lines cannot be read and are lost: {lost}"));
            }
            From::Trash => ctx.ui.status(format_args!("  {slug}: as an earlier run left it")),
            From::Notes => ctx.ui.warn(format_args!(
                "{slug}: from the digest that was noted when it was installed; version, owner, source and pin are lost"
            )),
            From::Files => ctx.ui.warn(format_args!(
                "{slug}: from its files as they are now, unchecked; version, owner, source and pin are lost"
            )),
        }
    }
    for name in &rebuilt.lost {
        let name = clean::line(name);
        ctx.ui.warn(format_args!("{name}: lost: its entry cannot be read, and nothing of it is on this machine"));
    }
}

fn json(scope: &Scope, rebuilt: &Rebuilt, dry_run: bool) -> LockJson {
    let entry = |(slug, from): &(skillzdrive_wire::Slug, From)| EntryJson {
        slug: slug.to_string(),
        from: match from {
            From::Lockfile => "lockfile",
            From::Part(_) => "part",
            From::Trash => "trash",
            From::Notes => "notes",
            From::Files => "files",
        },
        lost: if let From::Part(lost) = from { lost.clone() } else { Vec::new() },
    };
    LockJson {
        lockfile: scope.lockfile.clone(),
        damage: rebuilt.damage.message().to_owned(),
        entries: rebuilt.entries.iter().map(entry).collect(),
        lost: rebuilt.lost.clone(),
        damaged_copy: None,
        run: None,
        dry_run,
    }
}
