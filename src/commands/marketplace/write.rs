//! `marketplace write`: the drive's marketplace as a file for a repository.

use std::path::Path;
use std::path::PathBuf;

use serde::Serialize;
use serde_json::Value;
use skillzdrive_wire::CollectionName;

use crate::context::Context;
use crate::error::Error;
use crate::error::Kind;
use crate::error::Outcome;
use crate::error::Result;
use crate::manifest;
use crate::manifest::Level;
use crate::store::atomic;
use crate::store::atomic::Privacy;
use crate::ui::words;

/// Write the drive's marketplace, or that of a public collection, as a file
///
/// Committed to a repository, the file offers these skills to Claude Code: /plugin marketplace add OWNER/REPOSITORY.
#[derive(Debug, clap::Args)]
pub(super) struct WriteArgs {
    /// A collection that its owner has made public
    #[arg(long, value_name = "NAME")]
    collection: Option<CollectionName>,
    /// The file
    #[arg(short, long, value_name = "FILE", default_value = ".claude-plugin/marketplace.json")]
    output: PathBuf,
    /// Replace a file that was not written by this command
    #[arg(long)]
    force: bool,
}

#[derive(Serialize)]
struct WriteJson {
    file: String,
    plugins: usize,
    /// False when the file said exactly this already.
    changed: bool,
    /// What readers would refuse; `marketplace check` names each.
    errors: usize,
}

/// Runs the command.
///
/// # Errors
/// Exit 8 for a file that something else wrote; exit 5 for a collection that is not public; as any call.
pub(super) async fn run(ctx: &Context, args: &WriteArgs) -> Result<Outcome> {
    if ctx.client()?.server().is_local() {
        return Err(Error::usage("the embedded drive has no address from which an agent could fetch a skill")
            .code("no_address")
            .hint("skillzdrive serve puts a drive on a port; then: --server URL"));
    }
    let manifest = super::manifest(ctx, args.collection.as_ref()).await?;
    let mut text = serde_json::to_string_pretty(&manifest.document)
        .map_err(|e| Error::internal("a manifest is not JSON").source(e))?;
    text.push('\n');
    let checked = manifest::check(&text).unwrap_or_default();
    let errors = checked.iter().filter(|finding| finding.level == Level::Error).count();
    let file = &args.output;
    let before = atomic::read_text(file)?;
    let changed = before.as_deref() != Some(&text);
    if let (true, false, Some(before)) = (changed, args.force, &before)
        && !is_ours(before)
    {
        return Err(Error::new(Kind::Conflict, format!("`{}` was not written by this command", file.display()))
            .code("foreign_file")
            .hint("--force replaces it; -o FILE writes elsewhere"));
    }
    let count = manifest.marketplace.plugins.len();
    if ctx.dry_run() {
        ctx.ui.would(format_args!("write {} to `{}`", words::count(count, "skill"), file.display()))?;
        return Ok(Outcome::Done);
    }
    if changed {
        atomic::write(file, text.as_bytes(), Privacy::Shared)?;
    }
    if errors > 0 {
        ctx.ui.warn(format_args!(
            "readers would refuse something in it: {}; see: skillzdrive marketplace check {}",
            words::count(errors, "error"),
            quoted(file)
        ));
    }
    if ctx.ui.is_json() {
        ctx.ui.json(&WriteJson { file: file.display().to_string(), plugins: count, changed, errors })?;
    } else if changed {
        ctx.ui.status(format_args!("wrote {} to `{}`", words::count(count, "skill"), file.display()));
    } else {
        ctx.ui.status(format_args!("`{}` says exactly this already", file.display()));
    }
    Ok(Outcome::Done)
}

/// Whether a file is one of a drive: every entry says so. A person's own entries must not be lost.
fn is_ours(text: &str) -> bool {
    let Ok(manifest) = serde_json::from_str::<Value>(text) else { return false };
    let Some(plugins) = manifest.get("plugins").and_then(Value::as_array) else { return false };
    plugins.iter().all(|plugin| plugin.pointer("/metadata/skillzdrive").is_some())
}

fn quoted(path: &Path) -> String {
    format!("'{}'", path.display().to_string().replace('\'', r"'\''"))
}
