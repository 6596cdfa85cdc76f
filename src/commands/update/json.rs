//! The frozen `--json` form of an update.

use serde::Serialize;
use skillzdrive_wire::Slug;

use super::Changes;
use super::Decided;
use super::Offered;
use crate::context::Context;
use crate::findings::gate::GateJson;
use crate::installer::Failed;
use crate::store::scope::Scope;
use crate::update::apply::Applied;
use crate::update::look::Offer;
use crate::update::plan::Step;
use crate::update::reach::Reach;

#[derive(Serialize)]
pub(super) struct UpdateJson<'a> {
    scope: &'static str,
    lockfile: String,
    dry_run: bool,
    updates: Vec<SkillJson<'a>>,
    held: Vec<HeldJson<'a>>,
    removed_upstream: Vec<GoneJson<'a>>,
    not_checked: Vec<NotCheckedJson<'a>>,
    failed: Vec<FailedJson<'a>>,
    #[serde(flatten)]
    gate: GateJson<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    run: Option<&'a str>,
}

#[derive(Serialize)]
struct SkillJson<'a> {
    slug: &'a Slug,
    /// `updated`, `merged`, `forked`, `kept`, `conflict`, `failed`, `available`.
    state: &'static str,
    from_version: Option<u64>,
    to_version: Option<u64>,
    content_sha: String,
    change_comment: Option<&'a str>,
    security_grade: Option<&'a str>,
    published_at: Option<&'a str>,
    credit_cost: u64,
    through: &'static str,
    edited: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    fork: Option<&'a Slug>,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    marked: &'a [String],
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    unmerged: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    changes: Option<ChangesJson<'a>>,
}

#[derive(Serialize)]
struct ChangesJson<'a> {
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

#[derive(Serialize)]
struct HeldJson<'a> {
    slug: &'a Slug,
    from_version: Option<u64>,
    to_version: Option<u64>,
    reason: &'static str,
}

#[derive(Serialize)]
struct GoneJson<'a> {
    slug: &'a Slug,
    pruned: bool,
}

#[derive(Serialize)]
struct NotCheckedJson<'a> {
    slug: &'a Slug,
    reason: &'a str,
}

#[derive(Serialize)]
struct FailedJson<'a> {
    name: &'a str,
    kind: &'static str,
    code: &'a str,
    message: String,
}

pub(super) fn document<'a>(
    ctx: &Context,
    scope: &Scope,
    offered: &'a Offered<'_>,
    decided: &'a Decided,
    applied: &'a Applied,
    failed: &[&'a Failed],
) -> UpdateJson<'a> {
    let plan = offered.plan;
    let failed_names: Vec<&str> = failed.iter().map(|one| one.name.as_str()).collect();
    UpdateJson {
        scope: scope.kind.word(),
        lockfile: scope.lockfile.display().to_string(),
        dry_run: ctx.dry_run(),
        updates: plan.steps.iter().map(|step| skill(step, offered, decided, applied, &failed_names)).collect(),
        held: plan
            .held
            .iter()
            .map(|held| HeldJson {
                slug: &held.slug,
                from_version: held.locked.version,
                to_version: held.offer.version,
                reason: held.hold.word(),
            })
            .collect(),
        removed_upstream: plan
            .gone
            .iter()
            .map(|gone| GoneJson { slug: &gone.slug, pruned: applied.pruned.contains(&gone.slug) })
            .collect(),
        not_checked: plan.unknown.iter().map(|(slug, reason)| NotCheckedJson { slug, reason }).collect(),
        failed: failed
            .iter()
            .map(|one| FailedJson {
                name: &one.name,
                kind: one.error.kind().word(),
                code: one.error.code_str(),
                message: one.error.one_line(),
            })
            .collect(),
        gate: offered.gate.json(),
        run: applied.run.as_deref(),
    }
}

fn skill<'a>(
    step: &'a Step,
    offered: &'a Offered<'_>,
    decided: &'a Decided,
    applied: &'a Applied,
    failed: &[&str],
) -> SkillJson<'a> {
    let slug = &step.slug;
    let done = applied.updated.iter().find(|one| one.step.slug == *slug);
    let unmerged = applied.unmerged.iter().find(|(one, _)| one == slug).map(|(_, files)| files.as_slice());
    let state = match done {
        Some(one) if one.fork.is_some() => "forked",
        Some(one) if one.merged => "merged",
        Some(_) => "updated",
        None if decided.kept.contains(slug) => "kept",
        None if decided.undecided.contains(slug) || unmerged.is_some() => "conflict",
        None if failed.contains(&slug.as_str()) => "failed",
        None => "available",
    };
    let Offer { version, content_sha, change_comment, security_grade, published_at, credit_cost, through, .. } =
        &step.offer;
    SkillJson {
        slug,
        state,
        from_version: step.locked.version,
        to_version: *version,
        content_sha: content_sha.to_string(),
        change_comment: change_comment.as_deref(),
        security_grade: security_grade.as_deref(),
        published_at: published_at.as_deref(),
        credit_cost: done.map_or(*credit_cost, |one| one.credit_cost),
        through: through.word(),
        edited: step.is_edited(),
        fork: done.and_then(|one| one.fork.as_ref()),
        marked: done.map_or(&[], |one| one.marked.as_slice()),
        unmerged: unmerged.unwrap_or_default(),
        changes: offered.changes.get(slug).map(changes),
    }
}

fn changes(changes: &Changes) -> ChangesJson<'_> {
    let Reach { hosts, commands, outside, tools } = &changes.reach;
    let [hosts, commands, outside, tools] =
        [hosts, commands, outside, tools].map(|list| list.iter().map(String::as_str).collect());
    ChangesJson {
        files: changes
            .files
            .iter()
            .map(|file| FileJson { path: &file.path, change: file.change.word(), diff: &file.text })
            .collect(),
        new_hosts: hosts,
        new_commands: commands,
        new_files_outside: outside,
        new_tools: tools,
    }
}
