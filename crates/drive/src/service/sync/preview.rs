//! `POST drive/sync/preview`: what would happen and what it would cost. It changes nothing.

use std::collections::BTreeMap;

use serde_json::Map;
use skillzdrive_wire::Slug;
use skillzdrive_wire::sync::Action;
use skillzdrive_wire::sync::Classification;
use skillzdrive_wire::sync::Kind;
use skillzdrive_wire::sync::LocalSkill;
use skillzdrive_wire::sync::Mode;
use skillzdrive_wire::sync::PlanCredits;
use skillzdrive_wire::sync::Preview;
use skillzdrive_wire::sync::PreviewRequest;

use super::price::Till;
use super::snapshot::Snapshot;
use super::snapshot::Told;
use crate::config::Costs;
use crate::drive::Drive;
use crate::drive::Inner;
use crate::error::ApiError;
use crate::repo::Repository;
use crate::repo::Transaction;
use crate::service::accounts::Caller;
use crate::service::accounts::FREE_BALANCE;
use crate::service::accounts::user_of;

/// More skills than this in one request are refused.
pub(super) const MOST_SKILLS: usize = 20_000;

/// The route.
pub(crate) async fn preview(drive: &Drive, caller: &Caller, request: PreviewRequest) -> Result<Preview, ApiError> {
    check_words(&request.kind, &request.mode)?;
    let mut local: BTreeMap<Slug, LocalSkill> = BTreeMap::new();
    if request.local.len() > MOST_SKILLS {
        return Err(ApiError::invalid(format!("`local` holds more than {MOST_SKILLS} skills")));
    }
    for skill in request.local {
        let slug = skill.slug.clone();
        if local.insert(slug.clone(), skill).is_some() {
            return Err(ApiError::invalid(format!("`{slug}` is in `local` twice")));
        }
    }
    let slugs: Vec<Slug> = local.keys().cloned().collect();
    let mut tx = drive.repo.read().await?;
    let snapshot = Snapshot::read(&mut tx, &caller.user_id, &slugs).await?;
    let mut till = Till::open(&mut tx, drive, &caller.user_id, request.kind == Kind::FirstRun).await?;
    let balance = spendable(&mut tx, drive, &caller.user_id, &|slug| local.contains_key(slug)).await?;

    let mut every: Vec<&Slug> = local.keys().chain(snapshot.items.keys()).collect();
    every.sort_unstable();
    every.dedup();
    let mut required = 0;
    let mut classifications = Vec::with_capacity(every.len());
    for slug in every {
        let skill = local.get(slug);
        let told = snapshot.tell(slug, skill.map(|s| &s.content_sha), skill.and_then(|s| s.base_sha.as_ref()));
        let credit_cost = match price_of(&told, &told.action, drive.costs()) {
            None => 0,
            Some(cost) => till.price(slug, cost),
        };
        if is_addition(&told.action) && wanted(&request.mode, &told.action) {
            till.add();
            required += credit_cost;
        }
        classifications.push(classification(slug, skill, &told, credit_cost));
    }
    let after = balance - i64::try_from(required).unwrap_or(i64::MAX);
    Ok(Preview { classifications, credits: PlanCredits { balance, required, after } })
}

/// Refuses a `kind` or `mode` that the contract does not have.
pub(super) fn check_words(kind: &Kind, mode: &Mode) -> Result<(), ApiError> {
    if !kind.is_known() {
        return Err(ApiError::invalid(format!("`kind` is one of {}", Kind::KNOWN.join(", "))));
    }
    if !mode.is_known() {
        return Err(ApiError::invalid(format!("`mode` is one of {}", Mode::KNOWN.join(", "))));
    }
    Ok(())
}

/// Whether a mode carries out an action.
pub(super) fn wanted(mode: &Mode, action: &Action) -> bool {
    match mode {
        Mode::PublicOnly => *action == Action::ClaimPublic,
        Mode::PullsOnly => matches!(action, Action::DownloadInstall | Action::DownloadUpdate),
        Mode::All | Mode::AsManyAsCreditsAllow | Mode::Other(_) => true,
    }
}

/// Whether an action brings another skill into the drive without anybody having to decide it first.
fn is_addition(action: &Action) -> bool {
    matches!(action, Action::ClaimPublic | Action::UploadPrivate)
}

/// The list price of an action, or `None` for one that adds nothing to the drive. Where the drive holds nothing, a
/// conflict and a removal are priced as the upload that a person may make of them.
pub(super) fn price_of(told: &Told<'_>, action: &Action, costs: Costs) -> Option<u64> {
    match action {
        Action::ClaimPublic => Some(costs.claim),
        Action::UploadPrivate | Action::UploadUpdate | Action::Conflict | Action::RemovedOnDrive
            if told.item.is_none() =>
        {
            Some(costs.upload)
        }
        _ => None,
    }
}

/// The balance without what open runs hold back; what they hold for a slug of the plan will be held anew.
pub(super) async fn spendable<T: Transaction>(
    tx: &mut T,
    drive: &Inner,
    user_id: &str,
    in_plan: &(dyn Fn(&Slug) -> bool + Sync),
) -> Result<i64, ApiError> {
    if !drive.config.charges {
        return Ok(FREE_BALANCE);
    }
    let balance = user_of(tx, user_id).await?.balance;
    let held = tx.held(user_id, drive.now()).await?;
    let held: u64 = held.iter().filter(|(slug, _)| !in_plan(slug)).map(|(_, credits)| credits).sum();
    Ok(balance - i64::try_from(held).unwrap_or(i64::MAX))
}

fn classification(slug: &Slug, skill: Option<&LocalSkill>, told: &Told<'_>, credit_cost: u64) -> Classification {
    let version = told.item.map(|item| &item.edition.version);
    let sends = matches!(told.action, Action::UploadPrivate | Action::UploadUpdate | Action::ClaimPublic);
    Classification {
        slug: slug.clone(),
        action: told.action.clone(),
        credit_cost,
        local_sha: skill.map(|skill| skill.content_sha.clone()),
        drive_sha: told.drive_sha().cloned(),
        base_sha: skill.and_then(|skill| skill.base_sha.clone()),
        version: version.map(|version| version.version).or(told.claim.map(|claim| claim.version)),
        content_size: if sends {
            told.claim.map(|claim| claim.content_size).or(skill.map(|skill| skill.content_size))
        } else {
            version.map(|version| version.content_size)
        },
        reason: reason(told).map(str::to_owned),
        extra: Map::new(),
    }
}

fn reason(told: &Told<'_>) -> Option<&'static str> {
    match &told.action {
        Action::Conflict if !told.owned => {
            Some("edited here, and its owner is somebody else: fork it, or take the drive's")
        }
        Action::Conflict if told.item.is_none() => Some("edited here, and the drive does not hold it any more"),
        Action::Conflict => Some("changed on this machine and in the drive"),
        Action::RemovedOnDrive => Some("removed from the drive"),
        _ => None,
    }
}
