//! `diff`: what differs between two versions of a skill.

use serde::Serialize;
use skillzdrive_wire::Slug;

use crate::cli::ScopeArgs;
use crate::context::Context;
use crate::error::Outcome;
use crate::error::Result;
use crate::installer::gather::Sources;
use crate::installer::github::LastArchive;
use crate::installer::here::Here;
use crate::store::cache::ZipCache;
use crate::store::staging;
use crate::ui::clean;
use crate::update::diff;
use crate::update::reach;
use crate::update::sides;
use crate::update::sides::Side;

/// Compare two versions of a skill
///
/// A version is `installed` (the files here), `lock` (what the lockfile names), `drive` (what your drive holds) or a
/// number. Without versions it shows what you edited: `lock installed`. Characters that cannot be seen are written out.
#[derive(Debug, clap::Args)]
pub(crate) struct DiffArgs {
    /// The skill
    #[arg(value_parser = Slug::new)]
    slug: Slug,
    /// The old version
    #[arg(value_name = "A", default_value = "lock")]
    from: Side,
    /// The new version
    #[arg(value_name = "B", default_value = "installed")]
    to: Side,
    #[command(flatten)]
    scope: ScopeArgs,
}

#[derive(Serialize)]
struct DiffJson<'a> {
    slug: &'a Slug,
    from: String,
    to: String,
    files: Vec<FileJson<'a>>,
    new_hosts: Vec<&'a str>,
    new_commands: Vec<&'a str>,
    new_files_outside: Vec<&'a str>,
    new_tools: Vec<&'a str>,
}

#[derive(Serialize)]
struct FileJson<'a> {
    path: &'a str,
    change: &'static str,
    diff: &'a str,
}

/// Runs the command.
///
/// # Errors
/// Exit 5 when a side does not exist; as any call.
pub(crate) async fn run(ctx: &Context, args: &DiffArgs) -> Result<Outcome> {
    let scope = ctx.scope(args.scope);
    let here = Here::look(&ctx.paths, &scope)?;
    let client = ctx.client()?;
    let account = ctx.account_in_if_any(&scope).await?;
    let cache = ZipCache::new(&ctx.paths);
    let (_elsewhere, staging) = staging::passing()?;
    let sources = Sources {
        client,
        account: account.as_ref(),
        cache: &cache,
        staging: &staging,
        archive: LastArchive::default(),
    };
    let old = sides::files_of(&sources, &here, &args.slug, args.from).await?;
    let new = sides::files_of(&sources, &here, &args.slug, args.to).await?;
    let (files, reach) = (diff::diff(&old, &new), reach::new_in(&old, &new));
    if ctx.ui.is_json() {
        let reach::Reach { hosts, commands, outside, tools } = &reach;
        let [new_hosts, new_commands, new_files_outside, new_tools] =
            [hosts, commands, outside, tools].map(|list| list.iter().map(String::as_str).collect());
        let file = |file: &diff::FileDiff| (file.path.clone(), file.change.word(), file.text.clone());
        let files: Vec<_> = files.iter().map(file).collect();
        ctx.ui.json(&DiffJson {
            slug: &args.slug,
            from: args.from.to_string(),
            to: args.to.to_string(),
            files: files.iter().map(|(path, change, diff)| FileJson { path, change, diff }).collect(),
            new_hosts,
            new_commands,
            new_files_outside,
            new_tools,
        })?;
        return Ok(Outcome::Done);
    }
    if files.is_empty() {
        ctx.ui.status(format_args!("{}: {} and {} are the same", args.slug, args.from, args.to));
    }
    let text: Vec<&str> = files.iter().map(|file| file.text.trim_end_matches('\n')).collect();
    if !text.is_empty() {
        ctx.ui.long(text.join("\n"));
    }
    for (name, list) in reach.lists() {
        if !list.is_empty() {
            let list = list.iter().map(|one| clean::line(one)).collect::<Vec<_>>().join(", ");
            ctx.ui.status(format_args!("new {name}: {list}"));
        }
    }
    Ok(Outcome::Done)
}
