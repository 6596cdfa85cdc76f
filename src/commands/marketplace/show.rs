//! `marketplace show`: what the drive offers to everybody.

use serde::Serialize;
use serde_json::Value;
use skillzdrive_wire::CollectionName;
use skillzdrive_wire::marketplace::Marketplace;
use skillzdrive_wire::marketplace::Plugin;

use crate::api::resolve;
use crate::context::Context;
use crate::error::Outcome;
use crate::error::Result;
use crate::ui::table::Table;
use crate::ui::words;

/// Show the drive's marketplace, or that of a public collection
#[derive(Debug, clap::Args)]
pub(super) struct ShowArgs {
    /// A collection that its owner has made public
    #[arg(long, value_name = "NAME")]
    collection: Option<CollectionName>,
}

#[derive(Serialize)]
struct ShowJson {
    name: String,
    owner: String,
    plugins: Vec<PluginJson>,
}

#[derive(Serialize)]
struct PluginJson {
    name: String,
    version: String,
    description: String,
    category: String,
    tags: Vec<String>,
    /// The kind of the source: `archive`, `github`, `git-subdir`, `url`, `path`.
    source: String,
    /// Where that is.
    address: String,
    /// The digest of the zip, for an archive.
    content_sha: Option<String>,
}

/// Runs the command.
///
/// # Errors
/// Exit 5 for a collection that is not there or not public; as any call.
pub(super) async fn run(ctx: &Context, args: &ShowArgs) -> Result<Outcome> {
    let manifest = super::manifest(ctx, args.collection.as_ref()).await?;
    let Marketplace { name, owner, plugins } = manifest.marketplace;
    let shown = ShowJson { name, owner: owner.name, plugins: plugins.into_iter().map(plugin).collect() };
    if ctx.ui.is_json() {
        ctx.ui.json(&shown)?;
        return Ok(Outcome::Done);
    }
    let mut table = Table::new(["NAME", "VERSION", "SOURCE", "DESCRIPTION"]);
    let count = shown.plugins.len();
    for one in shown.plugins {
        table.row([one.name, one.version, one.source, one.description]);
    }
    ctx.ui.table(&table);
    ctx.ui.status(format_args!("{} by {}: {}", shown.name, shown.owner, words::count(count, "skill")));
    Ok(Outcome::Done)
}

fn plugin(plugin: Plugin) -> PluginJson {
    let text = |name: &str| plugin.source.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let (source, address) = match &plugin.source {
        Value::String(path) => ("path".to_owned(), path.clone()),
        _ => {
            let address = [text("url"), text("repo"), text("package")].into_iter().find(|text| !text.is_empty());
            (text("source"), address.unwrap_or_default())
        }
    };
    PluginJson {
        content_sha: resolve::entry_of(&plugin).map(|entry| entry.content_sha.to_string()),
        name: plugin.name,
        version: plugin.version,
        description: plugin.description,
        category: plugin.category,
        tags: plugin.tags,
        source,
        address,
    }
}
