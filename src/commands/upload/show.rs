//! What `upload` says: before, instead of and after sending.

use serde::Serialize;
use skillzdrive_scan::Grade;
use skillzdrive_scan::NotAnalysed;
use skillzdrive_scan::RULES_VERSION;
use skillzdrive_scan::Severity;
use skillzdrive_skill::LeftOut;
use skillzdrive_skill::LeftOutReason;
use skillzdrive_skill::Limits;
use skillzdrive_skill::Packed;
use skillzdrive_skill::SKILL_FILE;
use skillzdrive_skill::open_zip;
use skillzdrive_skill::parse_strict;
use skillzdrive_wire::Slug;
use skillzdrive_wire::uploads::Processed;

use super::Ready;
use super::refuse_credentials;
use super::refuse_critical;
use crate::context::Context;
use crate::error::Kind;
use crate::error::Outcome;
use crate::error::Result;
use crate::findings;
use crate::findings::json::FindingJson;
use crate::ui::clean;
use crate::ui::table::Table;
use crate::ui::words;
use crate::uploader::AllowedSecrets;

#[derive(Serialize)]
struct DryJson<'a> {
    dry_run: bool,
    slug: &'a str,
    content_sha: &'a str,
    content_size: usize,
    files: Vec<FileJson<'a>>,
    left_out: Vec<LeftOutJson<'a>>,
    credentials: Vec<CredentialJson<'a>>,
    problems: &'a [String],
    rules_version: u32,
    grade: Grade,
    findings: Vec<FindingJson<'a>>,
    not_analysed: Vec<&'a NotAnalysed>,
    /// Attempts of the skill to silence the scan, which a drive does not heed.
    ignored_suppressions: u32,
}

#[derive(Serialize)]
struct FileJson<'a> {
    path: &'a str,
    size: u64,
    executable: bool,
}

#[derive(Serialize)]
struct LeftOutJson<'a> {
    path: &'a str,
    reason: &'static str,
}

#[derive(Serialize)]
struct CredentialJson<'a> {
    path: &'a str,
    line: u32,
    kind: &'a str,
    allowed: bool,
}

#[derive(Serialize)]
struct UploadJson<'a> {
    slug: &'a str,
    uploaded: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<u64>,
    content_sha: &'a str,
    content_size: u64,
    credit_cost: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    collection: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    collection_status: Option<&'a str>,
}

/// What a marketplace would refuse in its SKILL.md, and what is odd in it. A drive takes it all the same.
pub(super) fn problems(packed: &Packed) -> Result<Vec<String>> {
    let text = open_zip(&packed.zip[..], &Limits::default())?.read(SKILL_FILE)?;
    let strict = match String::from_utf8(text) {
        Ok(text) => parse_strict(&text, None).err().map(|error| error.to_string()),
        Err(_) => Some("it is not UTF-8".to_owned()),
    };
    let mut problems: Vec<String> = strict.into_iter().collect();
    for warning in &packed.warnings {
        if !problems.contains(warning) {
            problems.push(warning.clone());
        }
    }
    Ok(problems.iter().map(|problem| clean::line(problem)).collect())
}

/// What the rules of the format forbid, all of it: also what a drive and most agents overlook.
pub(super) fn strict_problems(ready: &Ready) -> Result<Vec<String>> {
    let text = open_zip(&ready.packed.zip[..], &Limits::default())?.read(SKILL_FILE)?;
    let mut problems = problems(&ready.packed)?;
    let real = ready.path.canonicalize().unwrap_or_else(|_| ready.path.clone());
    let folder = real.file_name().and_then(|name| name.to_str()).filter(|_| real.is_dir());
    if let Ok(text) = String::from_utf8(text)
        && let Err(error) = parse_strict(&text, folder)
    {
        let told = clean::line(&error.to_string());
        if !problems.contains(&told) {
            problems.push(told);
        }
    }
    let other = ready.packed.front_matter.other.iter();
    problems.extend(other.map(|field| format!("the field `{}` is not one of the format", clean::line(field))));
    Ok(problems)
}

/// The verdict of a check: ends as the upload would, and with 7 where the format is not kept.
pub(super) fn checked(ctx: &Context, ready: &Ready, allowed: &AllowedSecrets, named: &str) -> Result<Outcome> {
    let good = ready.problems.is_empty();
    if ctx.ui.is_json() {
        let outcome = dry_run(ctx, ready, allowed, named)?;
        return Ok(if good { outcome } else { Outcome::Ended(Kind::Integrity) });
    }
    for problem in &ready.problems {
        ctx.ui.data(format_args!("{named}/{SKILL_FILE}: {problem}"));
    }
    if ready.report.worst() >= Some(Severity::Medium) {
        let closing = findings::closing(ready.slug.as_str(), &ready.report);
        ctx.ui.warn(format_args!("{closing}: skillzdrive scan {named} shows them"));
    }
    refuse_credentials(ready, allowed)?;
    refuse_critical(ready, named)?;
    if good {
        ctx.ui.data(format_args!("{}: ready to be uploaded, grade {:?}", ready.slug, Grade::of(&ready.report)));
        ctx.ui.hint(format_args!("skillzdrive upload {named}"));
        return Ok(Outcome::Done);
    }
    ctx.ui.status(format_args!("{}: {}", ready.slug, words::count(ready.problems.len(), "problem")));
    Ok(Outcome::Ended(Kind::Integrity))
}

fn reason(left: &LeftOut) -> (&'static str, &'static str) {
    match left.reason {
        LeftOutReason::Ignored => ("ignored", "never part of a skill"),
        LeftOutReason::SkillIgnore => ("skillignore", "listed in .skillignore"),
        LeftOutReason::Secret => ("secret", "a secret by its name"),
    }
}

/// What a person should know before the question. `named` is the skill as it was typed.
pub(super) fn warnings(ctx: &Context, ready: &Ready, named: &str) {
    for left in &ready.packed.left_out {
        let line = format!("left out: {} ({})", left.path, reason(left).1);
        if left.reason == LeftOutReason::Secret { ctx.ui.status(line) } else { ctx.ui.detail(line) }
    }
    for problem in &ready.problems {
        ctx.ui.warn(format_args!("{}: SKILL.md: {problem}", ready.slug));
    }
    if ready.report.worst() >= Some(Severity::Medium) {
        let closing = findings::closing(ready.slug.as_str(), &ready.report);
        ctx.ui.warn(format_args!("{closing}: skillzdrive scan {named} shows them"));
    }
}

/// Everything that would be sent. Ends as the upload would: with an error where a credential or something critical holds it
/// back.
pub(super) fn dry_run(ctx: &Context, ready: &Ready, allowed: &AllowedSecrets, named: &str) -> Result<Outcome> {
    let Ready { slug, packed, problems, report, .. } = ready;
    let is_allowed = |path: &String| allowed.contains(&(slug.clone(), path.clone()));
    if ctx.ui.is_json() {
        let credentials = packed.credentials.iter();
        ctx.ui.json(&DryJson {
            dry_run: true,
            slug: slug.as_str(),
            content_sha: packed.content_sha.as_str(),
            content_size: packed.zip.len(),
            files: packed
                .files
                .iter()
                .map(|file| FileJson { path: &file.path, size: file.size, executable: file.executable })
                .collect(),
            left_out: packed
                .left_out
                .iter()
                .map(|left| LeftOutJson { path: &left.path, reason: reason(left).0 })
                .collect(),
            credentials: credentials
                .map(|one| CredentialJson {
                    path: &one.path,
                    line: one.line,
                    kind: &one.kind,
                    allowed: is_allowed(&one.path),
                })
                .collect(),
            problems,
            rules_version: RULES_VERSION,
            grade: Grade::of(report),
            findings: report.findings.iter().map(FindingJson::of).collect(),
            not_analysed: report.not_analysed.iter().collect(),
            ignored_suppressions: report.ignored_suppressions,
        })?;
        // The document has said what is wrong.
        let held = refuse_credentials(ready, allowed).and_then(|()| refuse_critical(ready, named));
        return Ok(held.map_or_else(|error| Outcome::Ended(error.kind()), |()| Outcome::Done));
    }
    let mut table = Table::new(["FILE", "SIZE", "MODE"]);
    for file in &packed.files {
        let mode = if file.executable { "program" } else { "file" };
        table.row([file.path.clone(), words::size(file.size), mode.to_owned()]);
    }
    ctx.ui.table(&table);
    ctx.ui.status(format_args!(
        "{slug}: {}, {} as a zip",
        words::count(packed.files.len(), "file"),
        words::size(packed.zip.len() as u64)
    ));
    ctx.ui.status(format_args!("  content_sha {}", packed.content_sha));
    for left in &packed.left_out {
        ctx.ui.status(format_args!("  left out: {} ({})", left.path, reason(left).1));
    }
    for one in &packed.credentials {
        let state = if is_allowed(&one.path) { "allowed" } else { "holds it back" };
        ctx.ui.status(format_args!("  credential: {} line {}, {} ({state})", one.path, one.line, one.kind));
    }
    for problem in problems {
        ctx.ui.warn(format_args!("SKILL.md: {problem}"));
    }
    for finding in &report.findings {
        ctx.ui.status(findings::lines(finding));
    }
    for left in &report.not_analysed {
        ctx.ui.status(format_args!("not analysed: {}", findings::unread(left)));
    }
    ctx.ui.status(findings::closing(slug.as_str(), report));
    refuse_credentials(ready, allowed)?;
    refuse_critical(ready, named)?;
    ctx.ui.status("nothing was sent (--dry-run)");
    Ok(Outcome::Done)
}

/// The drive has exactly these bytes.
pub(super) fn unchanged(ctx: &Context, ready: &Ready, version: u64) -> Result<Outcome> {
    ctx.ui.status(format_args!(
        "{} holds exactly this as {}@{version}: nothing to send",
        ctx.server_name(),
        ready.slug
    ));
    said(ctx, ready, Some(version))
}

/// The person said no.
pub(super) fn not_sent(ctx: &Context, ready: &Ready) -> Result<Outcome> {
    said(ctx, ready, None)
}

fn said(ctx: &Context, ready: &Ready, version: Option<u64>) -> Result<Outcome> {
    if ctx.ui.is_json() {
        ctx.ui.json(&UploadJson {
            slug: ready.slug.as_str(),
            uploaded: false,
            version,
            content_sha: ready.packed.content_sha.as_str(),
            content_size: ready.packed.zip.len() as u64,
            credit_cost: 0,
            collection: None,
            collection_status: None,
        })?;
    }
    Ok(Outcome::Done)
}

/// What it became.
pub(super) fn done(
    ctx: &Context,
    slug: &Slug,
    processed: &Processed,
    files: usize,
    collection: Option<&str>,
) -> Result<Outcome> {
    let there = &processed.skill.slug;
    let placed = processed.collection_placement.as_ref().map(|placement| clean::line(&placement.status));
    let sha = processed.content_sha.as_ref().map_or("", |sha| sha.as_str());
    let version = (processed.version > 0).then_some(processed.version);
    if ctx.ui.is_json() {
        ctx.ui.json(&UploadJson {
            slug: there.as_str(),
            uploaded: true,
            version,
            content_sha: sha,
            content_size: processed.content_size,
            credit_cost: processed.credit_cost,
            collection,
            collection_status: placed.as_deref(),
        })?;
        return Ok(Outcome::Done);
    }
    let at = version.map_or_else(String::new, |version| format!("@{version}"));
    ctx.ui.data(format_args!("uploaded {there}{at}"));
    if there != slug {
        ctx.ui.warn(format_args!("the drive calls it {there}, not {slug}"));
    }
    let size = words::size(processed.content_size);
    let cost = words::credits(processed.credit_cost);
    ctx.ui.status(format_args!("{}, {size}, {cost}", words::count(files, "file")));
    if !sha.is_empty() {
        ctx.ui.status(format_args!("content_sha {sha}"));
    }
    match (collection, placed) {
        (Some(name), Some(status)) => ctx.ui.status(format_args!("collection {}: {status}", clean::line(name))),
        (Some(name), None) => {
            ctx.ui.warn(format_args!("the drive does not say whether it is in the collection {}", clean::line(name)));
        }
        (None, _) => {}
    }
    ctx.ui.hint("skillzdrive sync brings it to your other machines");
    Ok(Outcome::Done)
}
