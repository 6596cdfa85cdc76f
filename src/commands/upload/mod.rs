//! `upload`: one skill of a folder or a zip becomes the next version in the drive.

mod page;
mod show;

use std::path::Path;
use std::path::PathBuf;

use skillzdrive_scan::Report;
use skillzdrive_scan::Severity;
use skillzdrive_skill::PackOptions;
use skillzdrive_skill::Packed;
use skillzdrive_skill::find_skills;
use skillzdrive_skill::slug_of;
use skillzdrive_wire::ContentSha;
use skillzdrive_wire::Slug;
use skillzdrive_wire::drive::Source;
use skillzdrive_wire::sync::Action;
use skillzdrive_wire::sync::Kind as SyncKind;
use skillzdrive_wire::sync::LocalSkill;
use skillzdrive_wire::sync::Mode;
use skillzdrive_wire::sync::PreviewRequest;

use crate::api::account::Account;
use crate::cli::collection_name;
use crate::context::Context;
use crate::error::Error;
use crate::error::Kind;
use crate::error::Outcome;
use crate::error::Result;
use crate::sync::footing::Footing;
use crate::ui::clean;
use crate::ui::words;
use crate::uploader;
use crate::uploader::AllowedSecrets;
use crate::uploader::Parcel;

/// Upload one skill, or its next version, to your drive
///
/// Packs it, shows what is sent and what it costs, asks, and sends it once. A drive refuses a skill in which its security
/// rules find something critical, and says what. With --dry-run it needs no network and no key: it shows every file, what
/// is left out and why, the digest, and what the rules of this program find.
#[derive(Debug, clap::Args)]
pub(crate) struct UploadArgs {
    /// The skill's folder, or a .zip or .skill file
    #[arg(value_name = "PATH|ZIP", required_unless_present = "url")]
    path: Option<PathBuf>,
    /// Put it into this collection too
    #[arg(long, value_name = "NAME", value_parser = collection_name)]
    collection: Option<String>,
    /// What changed, for those who get the new version
    #[arg(long, value_name = "TEXT", conflicts_with = "url")]
    change_comment: Option<String>,
    /// The skill's name in the drive, where neither its SKILL.md nor its folder has one
    #[arg(long, value_parser = Slug::new, conflicts_with = "url")]
    slug: Option<Slug>,
    /// Send it though this file of it looks as if it held a credential (can be repeated)
    #[arg(long, value_name = "SLUG:PATH", conflicts_with = "url")]
    allow_secret: Vec<String>,
    /// Only check it, by the rules of the Agent Skills format and of this program: needs no network and no key, sends nothing
    #[arg(long, conflicts_with_all = ["url", "collection", "change_comment"])]
    check: bool,
    /// Print the address of a page to upload with a browser; it works once, for ten minutes
    #[arg(long, conflicts_with = "path")]
    url: bool,
}

/// The longest change comment, in characters.
const MOST_COMMENT: usize = 2_000;

/// A skill that is ready to be sent.
struct Ready {
    path: PathBuf,
    slug: Slug,
    packed: Packed,
    /// What a marketplace would refuse in its SKILL.md.
    problems: Vec<String>,
    /// What the security rules say of what is sent. A drive heeds no wish of a skill to be spared some of them.
    report: Report,
}

/// What the drive says of it before it is sent.
struct Before {
    /// What the drive holds under the slug.
    held: Option<ContentSha>,
    version: Option<u64>,
    action: Option<Action>,
    cost: Option<u64>,
}

/// Runs the command.
///
/// # Errors
/// Exit 2 for several skills or nobody to ask, 4 without a key, 7 for what is no safe skill, holds a credential or something
/// critical by the rules, 8 when
/// the drive holds something that this machine has not seen, 9 without credits; as any call.
pub(crate) async fn run(ctx: &Context, args: &UploadArgs) -> Result<Outcome> {
    let Some(typed) = &args.path else { return page::run(ctx, args.collection.as_deref()).await };
    let allowed = uploader::parse_allowed(&args.allow_secret)?;
    if args.change_comment.as_ref().is_some_and(|comment| comment.chars().count() > MOST_COMMENT) {
        return Err(Error::usage(format!("--change-comment has more than {MOST_COMMENT} characters")));
    }
    let ready = tokio::task::block_in_place(|| ready(ctx, args, typed))?;
    if args.check {
        let problems = show::strict_problems(&ready)?;
        return show::checked(ctx, &Ready { problems, ..ready }, &allowed, &shown(typed));
    }
    if ctx.dry_run() {
        return show::dry_run(ctx, &ready, &allowed, &shown(typed));
    }
    refuse_credentials(&ready, &allowed)?;
    show::warnings(ctx, &ready, &shown(typed));
    let account = ctx.account().await?;
    let before = before(&account, &ready).await?;
    let folder = ready.path.is_dir();
    let footing = if folder { Footing::find(&ctx.paths, &account, &ready.path, &ready.slug).await? } else { None };
    check(ctx, &ready, &before, footing.as_ref())?;
    if before.action == Some(Action::InSync) && args.collection.is_none() {
        return show::unchanged(ctx, &ready, before.version.unwrap_or(0));
    }
    if let Some(cost) = before.cost {
        ctx.allow(format_args!("sending {} costs {}", ready.slug, words::credits(cost)), cost)?;
    }
    if !ctx.ui.confirm(&question(ctx, &ready, &before, args.collection.as_deref()), true)? {
        ctx.ui.status("nothing was sent");
        return show::not_sent(ctx, &ready);
    }
    let Ready { slug, packed, .. } = ready;
    let (sha, count) = (packed.content_sha.clone(), packed.files.len());
    let parcel = Parcel {
        slug: &slug,
        zip: packed.zip,
        content_sha: packed.content_sha,
        base_sha: Some(before.held),
        collection_name: args.collection.clone(),
        run_id: None,
        change_comment: args.change_comment.as_deref(),
    };
    let processed = uploader::send(&account, parcel).await.map_err(|error| match error.kind() {
        // It may have come all the same; the same bytes again make no version and cost nothing.
        Kind::Unavailable => error.hint(format!(
            "it is not sent twice by itself. It may have arrived: run skillzdrive upload {} again, which sends nothing \
             that is there",
            shown(typed)
        )),
        _ if error.code_str() == "scan_failed" => error.hint(format!("skillzdrive scan {}", shown(typed))),
        _ => error,
    })?;
    if processed.content_sha.as_ref().is_none_or(|there| *there == sha)
        && processed.skill.slug == slug
        && let Some(footing) = footing
        && let Some(warning) = footing.note(&ctx.paths, &slug, &sha)?
    {
        ctx.ui.warn(warning);
    }
    show::done(ctx, &slug, &processed, count, args.collection.as_deref())
}

/// Finds the one skill that is meant, and packs it.
fn ready(ctx: &Context, args: &UploadArgs, path: &Path) -> Result<Ready> {
    let named = shown(path);
    let path = ctx.cwd.join(path);
    let meta = std::fs::metadata(&path).map_err(|e| {
        Error::io("read", &path, e).code("path_not_found").hint("name the folder of a skill, or a .zip or .skill file")
    })?;
    let path = if meta.is_dir() { only_skill(&path, &named)? } else { path };
    let packed =
        uploader::pack(&path, &PackOptions::own()).map_err(|e| e.context(format!("`{named}` cannot be uploaded")))?;
    let slug = match &args.slug {
        Some(slug) => slug.clone(),
        None => slug_for(ctx, &path, &packed)?,
    };
    uploader::check_name(&slug)?;
    let problems = show::problems(&packed)?;
    let report = uploader::inspect(slug.as_str(), &packed)?;
    Ok(Ready { path, slug, packed, problems, report })
}

/// One skill goes at a time: a version is something that one says yes to.
fn only_skill(path: &Path, named: &str) -> Result<PathBuf> {
    let mut found = find_skills(path)?;
    match found.len() {
        0 => Err(Error::new(Kind::Integrity, format!("there is no skill in `{named}`: no folder with a SKILL.md"))
            .code("no_skill_here")
            .hint("a skill is a folder with a SKILL.md")),
        1 => Ok(found.remove(0)),
        many => {
            let inside =
                |skill: &PathBuf| clean::line(&skill.strip_prefix(path).unwrap_or(skill).display().to_string());
            let names: Vec<String> = found.iter().take(20).map(inside).collect();
            let more = if many > names.len() { " …" } else { "" };
            let first = shown(&Path::new(named).join(inside(&found[0])));
            Err(Error::usage(format!(
                "`{named}` holds {many} skills, and one is sent at a time: {}{more}",
                names.join(", ")
            ))
            .code("many_skills")
            .hint(format!("name one: skillzdrive upload {first}"))
            .hint("or send all that are new with skillzdrive sync"))
        }
    }
}

/// The front matter's name, else the folder's or file's, else what a person says.
fn slug_for(ctx: &Context, path: &Path, packed: &Packed) -> Result<Slug> {
    let real = path.canonicalize().unwrap_or_else(|_| path.to_path_buf());
    let name = if real.is_dir() { real.file_name() } else { real.file_stem() };
    let name = name.unwrap_or_default().to_string_lossy().into_owned();
    if let Some(slug) = slug_of(&packed.front_matter, &name) {
        return Ok(slug);
    }
    let text = ctx.ui.text("A name for it (a-z, 0-9 and -):", None, "--slug SLUG, or a `name:` in its SKILL.md")?;
    Ok(Slug::new(text.trim())?)
}

/// Ends a dry run as a drive would end the upload.
fn refuse_critical(ready: &Ready, named: &str) -> Result<()> {
    if ready.report.worst() != Some(Severity::Critical) {
        return Ok(());
    }
    let message = format!("`{}` would be refused: the security rules find something critical in it", ready.slug);
    Err(Error::new(Kind::Integrity, message).code("scan_failed").hint(format!("skillzdrive scan {named}")))
}

fn refuse_credentials(ready: &Ready, allowed: &AllowedSecrets) -> Result<()> {
    match uploader::held_back(&ready.slug, &ready.packed.credentials, allowed) {
        None => Ok(()),
        Some(reason) => Err(Error::new(Kind::Integrity, format!("`{}` is not sent: {reason}", ready.slug))
            .code("credential_found")
            .hint("take it out of the file, and replace it where it is used")),
    }
}

/// What the drive holds, and what it makes of these bytes.
async fn before(account: &Account<'_>, ready: &Ready) -> Result<Before> {
    let list = account.drive().await?;
    let own = list.skills.into_iter().find(|one| one.skill.slug == ready.slug && one.source == Source::Drive);
    let (held, version) = own.map_or((None, None), |one| (one.skill.content_sha, Some(one.skill.version)));
    let front = &ready.packed.front_matter;
    let local = LocalSkill {
        slug: ready.slug.clone(),
        content_sha: ready.packed.content_sha.clone(),
        base_sha: held.clone(),
        content_size: ready.packed.zip.len() as u64,
        name: front.name.clone().unwrap_or_else(|| ready.slug.to_string()),
        description: front.description.clone().unwrap_or_default(),
    };
    let request = PreviewRequest {
        install_id: account.client().install_id(),
        kind: SyncKind::Manual,
        mode: Mode::All,
        local: vec![local],
    };
    let preview = account.preview(&request).await?;
    let balance = preview.credits.balance;
    let told = preview.classifications.into_iter().map(|(told, _)| told).find(|told| told.slug == ready.slug);
    let Some(told) = told else { return Ok(Before { held, version, action: None, cost: None }) };
    if told.action == Action::Conflict {
        let reason = told.reason.as_deref().map(clean::line).filter(|reason| !reason.is_empty());
        let reason = reason.unwrap_or_else(|| "the drive holds another skill of that name".to_owned());
        return Err(Error::new(Kind::Conflict, format!("`{}` was not sent: {reason}", ready.slug))
            .code("version_conflict")
            .hint("give yours another `name:` in its SKILL.md, or take the drive's with skillzdrive install"));
    }
    if i64::try_from(told.credit_cost).unwrap_or(i64::MAX) > balance && !account.client().server().is_local() {
        let cost = words::credits(told.credit_cost);
        return Err(Error::new(Kind::Credits, format!("`{}` costs {cost} and the balance is {balance}", ready.slug))
            .code("insufficient_credits"));
    }
    Ok(Before { held, version, action: Some(told.action), cost: Some(told.credit_cost) })
}

/// Refuses to go over what this machine has not seen: the drive moved on since this folder was last in step with it.
fn check(ctx: &Context, ready: &Ready, before: &Before, footing: Option<&Footing>) -> Result<()> {
    let base = footing.and_then(|footing| footing.base.as_ref());
    match (base, &before.held) {
        (Some(base), Some(held)) if base != held && *held != ready.packed.content_sha => {
            let host = ctx.server_name();
            let message = format!("`{}` changed on {host} since this folder was last in step with it", ready.slug);
            Err(Error::new(Kind::Conflict, message)
                .code("version_conflict")
                .hint("skillzdrive sync shows both sides and lets you choose"))
        }
        _ => Ok(()),
    }
}

fn question(ctx: &Context, ready: &Ready, before: &Before, collection: Option<&str>) -> String {
    let files = words::count(ready.packed.files.len(), "file");
    let size = words::size(ready.packed.zip.len() as u64);
    let what = match before.version {
        Some(version) if before.action == Some(Action::InSync) => format!("version {version} as it is there"),
        Some(version) => format!("the version after {version}"),
        None => "a new skill".to_owned(),
    };
    let cost = before.cost.map_or_else(|| "a price that the drive does not say".to_owned(), words::credits);
    let into = collection.map_or_else(String::new, |name| format!(", into the collection {}", clean::line(name)));
    format!("Upload {} ({files}, {size}) to {} as {what}{into}: {cost}. Go on?", ready.slug, ctx.server_name())
}

fn shown(path: &Path) -> String {
    clean::line(&path.display().to_string())
}
