//! The frozen `--json` form of a sync, dry or real.

use serde::Serialize;
use skillzdrive_skill::LeftOutReason;
use skillzdrive_sync::Counts;
use skillzdrive_sync::Decision;
use skillzdrive_sync::Plan;
use skillzdrive_wire::ContentSha;
use skillzdrive_wire::RunId;
use skillzdrive_wire::Slug;

use crate::store::scope::Scope;
use crate::sync::look::View;
use crate::sync::outcome::Outcome;

#[derive(Serialize)]
pub(super) struct SyncJson<'a> {
    dry_run: bool,
    scope: &'static str,
    kind: &'a str,
    mode: &'a str,
    plan: PlanJson<'a>,
    left_out: Vec<LeftOutJson<'a>>,
    outside: &'a [Slug],
    #[serde(skip_serializing_if = "Option::is_none")]
    result: Option<ResultJson<'a>>,
}

#[derive(Serialize)]
struct PlanJson<'a> {
    counts: Counts,
    cost: u64,
    balance: i64,
    steps: Vec<StepJson<'a>>,
}

#[derive(Serialize)]
struct StepJson<'a> {
    slug: &'a Slug,
    action: &'a str,
    decision: &'static str,
    undecided: bool,
    cost: u64,
    reason: Option<&'a str>,
    local_sha: Option<&'a ContentSha>,
    drive_sha: Option<&'a ContentSha>,
    base_sha: Option<&'a ContentSha>,
    version: Option<u64>,
    content_size: Option<u64>,
}

#[derive(Serialize)]
struct LeftOutJson<'a> {
    slug: &'a Slug,
    path: &'a str,
}

#[derive(Serialize)]
struct ResultJson<'a> {
    run_id: Option<&'a RunId>,
    status: Option<&'a str>,
    drive_count: Option<u64>,
    grandfather_high_water: Option<u64>,
    done: Vec<DoneJson<'a>>,
    failed: Vec<FailedJson<'a>>,
    skipped: Vec<SkippedJson<'a>>,
    links: Vec<String>,
    trash_run: Option<&'a str>,
    warnings: &'a [String],
}

#[derive(Serialize)]
struct DoneJson<'a> {
    slug: &'a Slug,
    action: &'a str,
    version: Option<u64>,
    cost: u64,
    path: Option<String>,
}

#[derive(Serialize)]
struct FailedJson<'a> {
    slug: &'a Slug,
    action: &'a str,
    kind: &'static str,
    code: &'a str,
    message: String,
}

#[derive(Serialize)]
struct SkippedJson<'a> {
    slug: &'a Slug,
    action: &'a str,
    reason: &'a str,
}

/// The document; without an outcome it is a dry one.
pub(super) fn document<'a>(
    scope: &Scope,
    view: &'a View,
    plan: &'a Plan,
    outcome: Option<&'a Outcome>,
) -> SyncJson<'a> {
    let steps = plan.steps.iter().map(|step| StepJson {
        slug: &step.slug,
        action: step.action.as_str(),
        decision: if step.decision == Decision::Do { "do" } else { "skip" },
        undecided: step.undecided,
        cost: step.cost,
        reason: step.reason.as_deref(),
        local_sha: step.local_sha.as_ref(),
        drive_sha: step.drive_sha.as_ref(),
        base_sha: step.base_sha.as_ref(),
        version: step.version,
        content_size: step.content_size,
    });
    let left_out = view.here.inventory.skills.values().flat_map(|found| {
        let secrets = found.left_out.iter().filter(|one| one.reason == LeftOutReason::Secret);
        secrets.map(|one| LeftOutJson { slug: &found.slug, path: &one.path })
    });
    SyncJson {
        dry_run: outcome.is_none(),
        scope: scope.kind.word(),
        kind: plan.kind.as_str(),
        mode: plan.mode.as_str(),
        plan: PlanJson { counts: plan.counts(), cost: plan.cost, balance: plan.balance, steps: steps.collect() },
        left_out: left_out.collect(),
        outside: &view.outside,
        result: outcome.map(result),
    }
}

fn result(outcome: &Outcome) -> ResultJson<'_> {
    ResultJson {
        run_id: outcome.run_id.as_ref(),
        status: outcome.status.as_ref().map(|status| status.as_str()),
        drive_count: outcome.drive_count,
        grandfather_high_water: outcome.high_water,
        done: outcome
            .done
            .iter()
            .map(|one| DoneJson {
                slug: &one.slug,
                action: one.action.as_str(),
                version: one.version,
                cost: one.cost,
                path: one.path.as_ref().map(|path| path.display().to_string()),
            })
            .collect(),
        failed: outcome
            .failed
            .iter()
            .map(|one| FailedJson {
                slug: &one.slug,
                action: one.action.as_str(),
                kind: one.error.kind().word(),
                code: one.error.code_str(),
                message: one.error.one_line(),
            })
            .collect(),
        skipped: outcome
            .left_out
            .iter()
            .map(|(slug, action, reason)| SkippedJson { slug, action: action.as_str(), reason })
            .collect(),
        links: outcome.links.created.iter().map(|path| path.display().to_string()).collect(),
        trash_run: outcome.trash_run.as_deref(),
        warnings: &outcome.warnings,
    }
}
