//! `audit --fix`: what can be put right is named, agreed to and done.

use serde::Serialize;

use crate::audit::Audit;
use crate::audit::fix;
use crate::audit::fix::FixPlan;
use crate::commands::audit::AuditArgs;
use crate::context::Context;
use crate::error::Error;
use crate::error::Kind;
use crate::error::Result;
use crate::installer::Change;
use crate::installer::Event;
use crate::installer::Failed;
use crate::installer::Report;
use crate::installer::gather::Sources;
use crate::installer::github::LastArchive;
use crate::installer::here::Here;
use crate::installer::run::Work;
use crate::scanning::gate::Accepted;
use crate::store::cache::ZipCache;
use crate::store::credentials;
use crate::store::scope::Scope;
use crate::store::staging::Staging;
use crate::ui::clean;
use crate::ui::progress::Unit;
use crate::ui::words;

/// What was done, or would be.
#[derive(Debug, Default)]
pub(super) struct Mended {
    plan: FixPlan,
    report: Report,
    key_files: Vec<String>,
}

/// The frozen form.
#[derive(Debug, Serialize)]
pub(super) struct MendedJson {
    /// What was put right; in a dry run what would be.
    skills: Vec<SkillJson>,
    key_files: Vec<String>,
    spared: Vec<String>,
    failed: Vec<FailedJson>,
    #[serde(skip_serializing_if = "Option::is_none")]
    run: Option<String>,
    dry_run: bool,
}

#[derive(Debug, Serialize)]
struct SkillJson {
    slug: String,
    /// `installed replaced unchanged`; unchanged files got links.
    #[serde(skip_serializing_if = "Option::is_none")]
    change: Option<&'static str>,
    links: Vec<String>,
}

#[derive(Debug, Serialize)]
struct FailedJson {
    slug: String,
    kind: &'static str,
    code: String,
    message: String,
}

impl Mended {
    /// Whether anything was to be done.
    pub(super) fn is_something(&self) -> bool {
        !self.plan.is_empty()
    }

    /// How many skills have other files than before.
    pub(super) fn restored(&self) -> usize {
        self.report.installed.iter().filter(|one| one.change != Change::Unchanged).count()
    }

    /// The form for `--json`.
    pub(super) fn json(&self, dry_run: bool) -> MendedJson {
        let strings = |slugs: &[skillzdrive_wire::Slug]| slugs.iter().map(ToString::to_string).collect::<Vec<_>>();
        let mut skills: Vec<SkillJson> = Vec::new();
        if dry_run {
            let all = self.plan.restore.iter().chain(&self.plan.link);
            skills.extend(all.map(|slug| SkillJson { slug: slug.to_string(), change: None, links: Vec::new() }));
        }
        skills.extend(self.report.installed.iter().map(|one| SkillJson {
            slug: one.slug.to_string(),
            change: Some(one.change.word()),
            links: one.links.created.iter().map(|path| path.display().to_string()).collect(),
        }));
        let failed = self.report.failed.iter().map(|one| FailedJson {
            slug: one.name.clone(),
            kind: one.error.kind().word(),
            code: one.error.code_str().to_owned(),
            message: one.error.one_line(),
        });
        MendedJson {
            skills,
            key_files: self.key_files.clone(),
            spared: strings(&self.plan.spared),
            failed: failed.collect(),
            run: self.report.run.clone(),
            dry_run,
        }
    }
}

/// Does it.
pub(super) async fn mend(ctx: &Context, scope: &Scope, here: &Here, args: &AuditArgs, audit: &Audit) -> Result<Mended> {
    let mut mended = Mended { plan: fix::plan(audit, here, !args.slugs.is_empty()), ..Mended::default() };
    let plan = &mended.plan;
    for slug in &plan.spared {
        ctx.ui.warn(format_args!("{slug} is your own work and was left as it is: skillzdrive sync sends your edits"));
        ctx.ui.hint(format_args!("skillzdrive audit --fix {slug} puts back what was last synced"));
    }
    if plan.is_empty() {
        return Ok(mended);
    }
    for located in audit.findings.iter().filter(|located| plan.concerns(located)) {
        let place = located.place.strip_prefix(&scope.root).unwrap_or(&located.place);
        let line = format!("{}: {}", place.display(), located.finding.message);
        ctx.ui.status(format_args!("found {}", clean::line(&line)));
    }
    let would = if ctx.dry_run() { "would " } else { "" };
    for slug in &plan.restore {
        ctx.ui.status(format_args!("{would}restore {slug}"));
    }
    for slug in &plan.link {
        ctx.ui.status(format_args!("{would}link {slug}"));
    }
    for file in &plan.key_files {
        ctx.ui.status(format_args!("{would}make {} private", file.display()));
    }
    if ctx.dry_run() {
        mended.key_files = plan.key_files.iter().map(|file| file.display().to_string()).collect();
        return Ok(mended);
    }
    if !ctx.ui.confirm("Put this right? Files that were changed go to the trash.", false)? {
        return Err(Error::new(Kind::Interrupted, "cancelled: nothing was changed"));
    }
    // First, so that the key can be used for what has to be fetched.
    for file in &plan.key_files {
        credentials::make_private(file)?;
        mended.key_files.push(file.display().to_string());
        ctx.ui.warn(format_args!("{} is private now; replace its keys if others use this machine", file.display()));
    }
    if !plan.restore.is_empty() || !plan.link.is_empty() {
        mended.report = restore(ctx, scope, here, plan).await?;
    }
    say(ctx, &mended.report);
    Ok(mended)
}

async fn restore(ctx: &Context, scope: &Scope, here: &Here, plan: &FixPlan) -> Result<Report> {
    let account = match ctx.account_in_if_any(scope).await {
        Ok(account) => account,
        Err(error) => {
            // The cache may have everything, and public skills need no key.
            ctx.ui.warn(format_args!("going on without a key: {}", clean::line(&error.one_line())));
            None
        }
    };
    let cache = ZipCache::new(&ctx.paths);
    let staging = Staging::new(scope)?;
    let sources = Sources {
        client: ctx.client()?,
        account: account.as_ref(),
        cache: &cache,
        staging: &staging,
        archive: LastArchive::default(),
    };
    let work = Work {
        paths: &ctx.paths,
        scope,
        settings: &here.settings,
        linking: &here.linking,
        command: "audit --fix",
        server: None,
        // What comes back is what the lockfile has: there is nothing to agree to.
        accepted: Accepted::new(),
    };
    let progress = ctx.ui.progress("restoring skills", Unit::Bytes, None);
    let tell = |event: Event| match event {
        Event::Fetching(count) => progress.message(&format!("fetching {}", words::count(count, "skill"))),
        Event::Bytes(bytes) => progress.advance(bytes),
        Event::Fetched(slug, bytes) => ctx.ui.detail(format_args!("fetched {slug}, {}", words::size(bytes))),
        Event::Waiting(holder) => ctx.ui.status(format_args!("waiting for another skillzdrive ({holder})")),
    };
    fix::carry_out(plan, &work, &sources, (&here.library, &here.lockfile), &tell).await
}

fn say(ctx: &Context, report: &Report) {
    for one in &report.installed {
        if one.change != Change::Unchanged {
            ctx.ui.status(format_args!("restored {} in {}", one.slug, one.path.display()));
        }
        for link in &one.links.created {
            ctx.ui.status(format_args!("linked {} at {}", one.slug, link.display()));
        }
        for (path, why) in &one.links.failed {
            ctx.ui.warn(format_args!("no link for {} at {}: {}", one.slug, path.display(), clean::line(why)));
        }
        for path in &one.stranded {
            ctx.ui.warn(format_args!("{}: {} stayed with the old files in the trash", one.slug, clean::line(path)));
        }
    }
    for Failed { name, error } in &report.failed {
        ctx.ui.warn(format_args!("{}: {}", clean::line(name), clean::lines(&error.one_line())));
        error.hints().iter().for_each(|hint| ctx.ui.hint(hint));
    }
    if report.run.is_some() {
        ctx.ui.hint("skillzdrive undo takes this back");
    }
}
