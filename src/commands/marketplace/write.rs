//! `marketplace write`: the drive's marketplace as a file for a repository.

use std::path::Path;
use std::path::PathBuf;

use serde::Serialize;
use serde_json::Value;
use skillzdrive_wire::CollectionName;

use super::bundle::Bundle;
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
/// With --bundle the skills lie in the repository too, and every reader can install them, GitHub Copilot CLI also.
#[derive(Debug, clap::Args)]
pub(super) struct WriteArgs {
    /// A collection that its owner has made public
    #[arg(long, value_name = "NAME")]
    collection: Option<CollectionName>,
    /// The file
    #[arg(short, long, value_name = "FILE", default_value = ".claude-plugin/marketplace.json")]
    output: PathBuf,
    /// Put the skills beside the file, each as a plugin in plugins/SLUG: other sources than trees on GitHub are known to
    /// Claude Code alone
    #[arg(long)]
    bundle: bool,
    /// Replace what was not written by this command
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
    /// With --bundle: how many skills lie beside the file.
    #[serde(skip_serializing_if = "Option::is_none")]
    bundled: Option<usize>,
}

/// Runs the command.
///
/// # Errors
/// Exit 8 for a file that something else wrote; exit 5 for a collection that is not public; as any call.
pub(super) async fn run(ctx: &Context, args: &WriteArgs) -> Result<Outcome> {
    if !args.bundle && ctx.client()?.server().is_local() {
        return Err(Error::usage("the embedded drive has no address from which an agent could fetch a skill")
            .code("no_address")
            .hint("--bundle puts the skills beside the file")
            .hint("skillzdrive serve puts a drive on a port; then: --server URL"));
    }
    let mut manifest = super::manifest(ctx, args.collection.as_ref()).await?;
    let file = &args.output;
    let before = atomic::read_text(file)?;
    let named: Option<Value> = before.as_deref().and_then(|text| serde_json::from_str(text).ok());
    let bundle = args.bundle.then(|| Bundle::plan(file, &manifest.marketplace, &mut manifest.document, named.as_ref()));
    let mut text = serde_json::to_string_pretty(&manifest.document)
        .map_err(|e| Error::internal("a manifest is not JSON").source(e))?;
    text.push('\n');
    let checked = manifest::check(&text).unwrap_or_default();
    let errors = checked.iter().filter(|finding| finding.level == Level::Error).count();
    let mut changed = before.as_deref() != Some(&text);
    if let (true, false, Some(before)) = (changed, args.force, &before)
        && !is_ours(before)
    {
        return Err(Error::new(Kind::Conflict, format!("`{}` was not written by this command", file.display()))
            .code("foreign_file")
            .hint("--force replaces it; -o FILE writes elsewhere"));
    }
    if let Some(bundle) = bundle.as_ref().filter(|_| !args.force) {
        bundle.check(named.as_ref())?;
    }
    let count = manifest.marketplace.plugins.len();
    let bundled = bundle.as_ref().map(Bundle::len);
    let beside = bundled.map_or_else(String::new, |bundled| format!(", {bundled} of them in folders beside it"));
    if ctx.dry_run() {
        ctx.ui.would(format_args!("write {} to `{}`{beside}", words::count(count, "skill"), file.display()))?;
        return Ok(Outcome::Done);
    }
    // The folders first: a file never names one that is not there.
    if let Some(bundle) = bundle {
        let left: Vec<String> = bundle.left().collect();
        changed |= bundle.write(ctx).await? > 0;
        for folder in left {
            ctx.ui.warn(format_args!(
                "`{folder}` is not in the marketplace any more; delete it if nothing else needs it"
            ));
        }
    }
    if before.as_deref() != Some(&text) {
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
        ctx.ui.json(&WriteJson { file: file.display().to_string(), plugins: count, changed, errors, bundled })?;
    } else if changed {
        ctx.ui.status(format_args!("wrote {} to `{}`{beside}", words::count(count, "skill"), file.display()));
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
