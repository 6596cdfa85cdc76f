//! `serve publish` and `serve withdraw`: the door of the marketplace.

use std::path::PathBuf;

use serde::Serialize;
use skillzdrive_drive::Config;
use skillzdrive_drive::Published;
use skillzdrive_drive::Publishing;
use skillzdrive_scan::Grade;
use skillzdrive_scan::Severity;
use skillzdrive_skill::PackOptions;
use skillzdrive_wire::GithubTree;
use skillzdrive_wire::Slug;

use super::error;
use super::open;
use crate::context::Context;
use crate::error::Error;
use crate::error::Kind;
use crate::error::Outcome;
use crate::error::Result;
use crate::findings;
use crate::ui::clean;
use crate::ui::words;
use crate::uploader;

/// Publish a skill, or its next version, in the marketplace
#[derive(Debug, clap::Args)]
pub(super) struct PublishArgs {
    /// The skill's folder or zip, or the address of a tree on GitHub, from where readers then get it
    #[arg(value_name = "DIR|ZIP|URL")]
    skill: PathBuf,
    /// What changed
    #[arg(long, value_name = "TEXT")]
    comment: Option<String>,
    /// What one run costs, in credits [default: as before]
    #[arg(long, value_name = "N")]
    cost_per_use: Option<u64>,
    /// Publish it though the security rules find something critical in it
    #[arg(long)]
    allow_findings: bool,
}

impl PublishArgs {
    fn how(&self) -> Publishing {
        Publishing {
            comment: self.comment.clone(),
            cost_per_use: self.cost_per_use,
            allow_findings: self.allow_findings,
        }
    }
}

/// Set what one run of a skill's scripts costs
#[derive(Debug, clap::Args)]
pub(super) struct PriceArgs {
    /// The skill
    slug: Slug,
    /// Credits; 0 makes it free
    #[arg(value_name = "N", value_parser = clap::value_parser!(u32))]
    credits: u32,
}

/// Take a skill out of the marketplace
#[derive(Debug, clap::Args)]
pub(super) struct WithdrawArgs {
    /// The skill
    slug: Slug,
}

/// What to do about something critical.
pub(super) const ALLOW: &str = "skillzdrive scan shows all of it; --allow-findings publishes it all the same";

#[derive(Serialize)]
struct PublishJson {
    slug: String,
    version: u64,
    content_sha: String,
    changed: bool,
    security_grade: &'static str,
}

#[derive(Serialize)]
struct PriceJson {
    slug: String,
    credit_cost_per_use: u32,
}

#[derive(Serialize)]
struct WithdrawJson {
    slug: String,
    withdrawn: bool,
}

/// Publishes.
///
/// # Errors
/// Exit 6 when GitHub does not give the tree; exit 7 for a skill that cannot be published: unsafe or invalid, or with a
/// credential or something critical inside.
pub(super) async fn run(ctx: &Context, args: &PublishArgs, config: Config) -> Result<Outcome> {
    if let Some(url) = args.skill.to_str().filter(|text| GithubTree::is_meant(text)) {
        return from_github(ctx, args, &GithubTree::parse(url)?, config).await;
    }
    let packed = tokio::task::block_in_place(|| uploader::pack(&args.skill, &PackOptions::default()))?;
    // What is published cannot be called back from those who fetched it.
    if let Some(found) = packed.credentials.first() {
        return Err(Error::new(
            Kind::Integrity,
            format!(
                "`{}` holds a credential: {} line {}, {}",
                args.skill.display(),
                clean::line(&found.path),
                found.line,
                found.kind
            ),
        )
        .code("credential_found")
        .hint("take it out of the file, and replace it where it is used"));
    }
    for left in &packed.left_out {
        ctx.ui.detail(format_args!("left out: {}", left.path));
    }
    if ctx.dry_run() {
        let name = args.skill.file_stem().unwrap_or_default().to_string_lossy();
        let report = uploader::inspect(&clean::line(&name), &packed)?;
        for finding in &report.findings {
            ctx.ui.status(findings::lines(finding));
        }
        if report.worst() == Some(Severity::Critical) && !args.allow_findings {
            let message = "it would not be published: the security rules find something critical in it";
            return Err(Error::new(Kind::Integrity, message).code("scan_failed").hint(ALLOW));
        }
        let grade = Grade::of(&report).as_str();
        ctx.ui.would(format_args!("publish {}, grade {grade}", words::count(packed.files.len(), "file")))?;
        return Ok(Outcome::Done);
    }
    let drive = open(config).await?;
    let published = drive.publish(packed, args.how()).await.map_err(error)?;
    drive.close().await;
    finish(ctx, published)
}

/// What everybody can read on GitHub is published already, so nobody is kept from publishing it by a credential inside.
async fn from_github(ctx: &Context, args: &PublishArgs, tree: &GithubTree, config: Config) -> Result<Outcome> {
    if ctx.dry_run() {
        ctx.ui.would(format_args!("publish a skill of {}/{}", tree.owner, tree.repo))?;
        return Ok(Outcome::Done);
    }
    let drive = open(config).await?;
    let published = drive.publish_github(tree, args.how()).await.map_err(error)?;
    drive.close().await;
    finish(ctx, published)
}

fn finish(ctx: &Context, published: Published) -> Result<Outcome> {
    let json = PublishJson {
        slug: published.slug.to_string(),
        version: published.version,
        content_sha: published.content_sha.to_string(),
        changed: published.changed,
        security_grade: published.security_grade,
    };
    if ctx.ui.is_json() {
        ctx.ui.json(&json)?;
    } else if json.changed {
        ctx.ui.status(format_args!("published {} version {}, grade {}", json.slug, json.version, json.security_grade));
    } else {
        ctx.ui.status(format_args!("{} version {} has these bytes already", json.slug, json.version));
    }
    Ok(Outcome::Done)
}

/// Sets a price.
///
/// # Errors
/// Exit 5 when there is no such public skill.
pub(super) async fn price(ctx: &Context, args: &PriceArgs, config: Config) -> Result<Outcome> {
    let price = words::credits(args.credits.into());
    if ctx.dry_run() {
        ctx.ui.would(format_args!("set the price of a run of {}: {price}", args.slug))?;
        return Ok(Outcome::Done);
    }
    let drive = open(config).await?;
    drive.set_price(&args.slug, args.credits.into()).await.map_err(error)?;
    drive.close().await;
    if ctx.ui.is_json() {
        ctx.ui.json(&PriceJson { slug: args.slug.to_string(), credit_cost_per_use: args.credits })?;
    } else {
        ctx.ui.status(format_args!("a run of {}: {price}", args.slug));
    }
    Ok(Outcome::Done)
}

/// Withdraws.
///
/// # Errors
/// Exit 5 when there is no such public skill.
pub(super) async fn withdraw(ctx: &Context, args: &WithdrawArgs, config: Config) -> Result<Outcome> {
    if ctx.dry_run() {
        ctx.ui.would(format_args!("withdraw {}", args.slug))?;
        return Ok(Outcome::Done);
    }
    let drive = open(config).await?;
    drive.withdraw(&args.slug).await.map_err(error)?;
    drive.close().await;
    if ctx.ui.is_json() {
        ctx.ui.json(&WithdrawJson { slug: args.slug.to_string(), withdrawn: true })?;
    } else {
        ctx.ui.status(format_args!("withdrew {}; those who have it keep it", args.slug));
    }
    Ok(Outcome::Done)
}
