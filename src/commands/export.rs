//! `export`: the drive, a collection or one skill as a zip of skill folders.

use std::io::Read as _;
use std::path::Path;
use std::path::PathBuf;

use serde::Serialize;
use skillzdrive_skill::BundleFile;
use skillzdrive_skill::Limits;
use skillzdrive_skill::SKILL_FILE;
use skillzdrive_skill::open_zip;
use skillzdrive_wire::Slug;
use skillzdrive_wire::downloads::Export;
use skillzdrive_wire::downloads::ExportRequest;
use skillzdrive_wire::downloads::ExportScope;

use crate::cli::collection_name;
use crate::context::Context;
use crate::error::Error;
use crate::error::Kind;
use crate::error::Outcome;
use crate::error::Result;
use crate::store::atomic::Draft;
use crate::store::atomic::Privacy;
use crate::ui::clean;
use crate::ui::progress::Unit;
use crate::ui::words;

/// Save your drive, a collection or one skill as a zip
///
/// The zip holds a folder for each skill, ready to be used. Every skill in it is read before the file takes its place. A
/// download that breaks off goes on where it ended. It costs nothing.
#[derive(Debug, clap::Args)]
pub(crate) struct ExportArgs {
    /// Only the skills of this collection
    #[arg(long, value_name = "NAME", value_parser = collection_name, conflicts_with = "skill")]
    collection: Option<String>,
    /// Only this skill, which need not be in the drive
    #[arg(long, value_name = "SLUG", value_parser = Slug::new)]
    skill: Option<Slug>,
    /// Where to save it; `-` writes it to standard output
    #[arg(short, long, value_name = "FILE|-")]
    output: PathBuf,
}

#[derive(Serialize)]
struct ExportJson<'a> {
    path: &'a Path,
    skills: Vec<String>,
    skill_count: usize,
    content_size: u64,
}

/// Where the zip goes.
enum Target {
    Stdout,
    File { path: PathBuf, replace: bool },
}

/// Runs the command.
///
/// # Errors
/// Exit 2 when a file is there and nobody can be asked, 4 without a key, 5 when there is nothing to export, 7 when the
/// zip is not what was promised; as any call.
pub(crate) async fn run(ctx: &Context, args: &ExportArgs) -> Result<Outcome> {
    let what = match (&args.collection, &args.skill) {
        (Some(name), _) => format!("the collection {}", clean::line(name)),
        (None, Some(slug)) => slug.to_string(),
        (None, None) => "the drive".to_owned(),
    };
    if ctx.dry_run() {
        // Looked at before anything is asked, as it is without --dry-run.
        place(ctx, args)?;
        ctx.account().await?;
        ctx.ui.would(format_args!("save {what} as {}", shown(&args.output)))?;
        return Ok(Outcome::Done);
    }
    let Some(target) = target(ctx, args)? else {
        ctx.ui.status("nothing was saved");
        return Ok(Outcome::Done);
    };
    let account = ctx.account().await?;
    let request = ExportRequest {
        scope: match (&args.collection, &args.skill) {
            (Some(_), _) => ExportScope::Collection,
            (None, Some(_)) => ExportScope::Skill,
            (None, None) => ExportScope::Drive,
        },
        collection_name: args.collection.clone(),
        skill_slug: args.skill.as_ref().map(Slug::to_string),
    };
    let export = account.export(&request).await?;
    if export.skill_count == 0 {
        return Err(Error::new(Kind::NotFound, format!("{what} holds no skill: nothing was saved"))
            .code("nothing_to_export")
            .hint("skillzdrive drive list shows what is in the drive"));
    }
    let (path, replace) = match &target {
        Target::File { path, replace } => (path.clone(), *replace),
        Target::Stdout => (std::env::temp_dir().join("skillzdrive-export.zip"), false),
    };
    // What lies in a folder for everybody until it is sent on is for nobody else.
    let privacy = if matches!(target, Target::Stdout) { Privacy::Private } else { Privacy::Shared };
    let mut draft = Draft::beside(path, privacy)?;
    let size = fetch(ctx, &export, &mut draft).await?;
    let skills = tokio::task::block_in_place(|| read_every_skill(ctx, &export, draft.path()))?;
    if matches!(target, Target::Stdout) {
        tokio::task::block_in_place(|| send_on(ctx, draft.path()))?;
    } else {
        draft.keep(replace)?;
    }
    if ctx.ui.is_json() {
        let skill_count = skills.len();
        ctx.ui.json(&ExportJson { path: &args.output, skills, skill_count, content_size: size })?;
        return Ok(Outcome::Done);
    }
    let count = words::count(skills.len(), "skill");
    if matches!(target, Target::File { .. }) {
        ctx.ui.data(format_args!("saved {}", shown(&args.output)));
    }
    ctx.ui.status(format_args!("{count}, {}, every file of it read", words::size(size)));
    Ok(Outcome::Done)
}

/// The place, looked at before the drive is asked for anything.
fn place(ctx: &Context, args: &ExportArgs) -> Result<Option<PathBuf>> {
    if args.output.as_os_str() == "-" {
        if ctx.ui.is_json() {
            return Err(Error::usage("standard output cannot be both the zip and the JSON document")
                .hint("name a file with -o, or leave out --json"));
        }
        if std::io::IsTerminal::is_terminal(&std::io::stdout()) {
            return Err(Error::usage("a zip is nothing for a terminal to show").hint("name a file: -o skills.zip"));
        }
        return Ok(None);
    }
    let path = ctx.cwd.join(&args.output);
    let named = shown(&args.output);
    if path.is_dir() {
        return Err(Error::usage(format!("`{named}` is a folder"))
            .code("not_a_file")
            .hint(format!("name a file in it: -o {}", shown(&args.output.join("skills.zip")))));
    }
    let folder = path.parent().unwrap_or(&path);
    if path.file_name().is_none() || !folder.is_dir() {
        return Err(Error::usage(format!("`{named}` cannot be written: there is no folder `{}`", shown(folder)))
            .code("path_not_found"));
    }
    Ok(Some(path))
}

/// Where it goes, with consent where something is there. `None` when that was refused.
fn target(ctx: &Context, args: &ExportArgs) -> Result<Option<Target>> {
    let Some(path) = place(ctx, args)? else { return Ok(Some(Target::Stdout)) };
    let there = path.symlink_metadata().is_ok();
    if !there {
        return Ok(Some(Target::File { path, replace: false }));
    }
    let question = format!("`{}` is there already. Replace it?", shown(&args.output));
    if !ctx.ui.confirm(&question, false)? {
        return Ok(None);
    }
    // A link is written through, so that what it names is replaced and not the link.
    let path = path.canonicalize().unwrap_or(path);
    Ok(Some(Target::File { path, replace: true }))
}

async fn fetch(ctx: &Context, export: &Export, draft: &mut Draft) -> Result<u64> {
    let total = Some(export.content_size).filter(|size| *size > 0);
    let count = usize::try_from(export.skill_count).unwrap_or(usize::MAX);
    let progress = ctx.ui.progress(&format!("fetching {}", words::count(count, "skill")), Unit::Bytes, total);
    let so_far = std::sync::atomic::AtomicU64::new(0);
    let tell = |came: u64| {
        // After a beginning that had to be made again the bar waits until it is where it was.
        let before = so_far.fetch_max(came, std::sync::atomic::Ordering::Relaxed);
        progress.advance(came.saturating_sub(before));
    };
    ctx.client()?.fetch_export(export, draft, &tell).await?;
    Ok(so_far.into_inner())
}

/// Reads every byte of every skill, as an install would before it unpacks. The names of the skills are the answer.
fn read_every_skill(ctx: &Context, export: &Export, path: &Path) -> Result<Vec<String>> {
    let wrong = |error: Error| error.context("the export is not kept");
    let mut bundle = BundleFile::open(path).map_err(|e| wrong(e.into()))?;
    let folders: Vec<String> = bundle.folders().map(str::to_owned).collect();
    let progress = ctx.ui.progress("reading every skill", Unit::Count, Some(folders.len() as u64));
    let mut names = Vec::with_capacity(folders.len());
    for folder in folders {
        let named = |error: Error| wrong(error.context(format!("`{}`", clean::line(&folder))));
        let zip = bundle.zip(&folder).map_err(|e| named(e.into()))?;
        let archive = open_zip(zip, &Limits::default()).map_err(|e| named(e.into()))?;
        archive.read(SKILL_FILE).map_err(|e| named(e.into()))?;
        // A drive that sends one skill without a folder has said by its address which.
        names.push(if folder.is_empty() { "the skill".to_owned() } else { folder });
        progress.advance(1);
    }
    if names.len() as u64 != export.skill_count {
        let message =
            format!("it holds {} and {} were promised", words::count(names.len(), "skill"), export.skill_count);
        return Err(wrong(Error::new(Kind::Integrity, message).code("export_incomplete")));
    }
    Ok(names)
}

fn send_on(ctx: &Context, path: &Path) -> Result<()> {
    let mut file = std::fs::File::open(path).map_err(|e| Error::io("read", path, e))?;
    let mut buffer = vec![0; 256 << 10];
    loop {
        let read = file.read(&mut buffer).map_err(|e| Error::io("read", path, e))?;
        if read == 0 {
            return Ok(());
        }
        ctx.ui.bytes(&buffer[..read]);
    }
}

fn shown(path: &Path) -> String {
    clean::line(&path.display().to_string())
}
