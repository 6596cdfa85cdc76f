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
use crate::repo::Stamp;
use crate::repo::Transaction;
use crate::repo::runs::Held;
use crate::service::accounts::Caller;
use crate::service::accounts::FREE_BALANCE;
use crate::service::accounts::user_of;

/// More skills than this in one request are refused.
pub(super) const MOST_SKILLS: usize = 20_000;

/// The route.
pub(crate) async fn preview(
    drive: &Drive,
    caller: &Caller,
    stamp: Stamp,
    request: PreviewRequest,
) -> Result<Preview, ApiError> {
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
    let kept = drive.kept.holdings(stamp, &caller.key_id);
    let snapshot = Snapshot::read(&mut tx, caller, kept, &slugs).await?;
    drive.kept.keep_holdings(stamp, &caller.key_id, snapshot.holdings());
    let mut till = Till::open(&mut tx, drive, &caller.user_id, is_first(caller, &request.kind)).await?;
    let install_id = request.install_id.to_string();
    let taken_over = |held: &Held| held.install_id == install_id && local.contains_key(&held.slug);
    let balance = spendable(&mut tx, drive, &caller.user_id, &taken_over).await?;

    let mut every: Vec<&Slug> = local.keys().chain(snapshot.holdings().slugs()).collect();
    every.sort_unstable();
    every.dedup();
    let mut entries = Vec::with_capacity(every.len());
    for slug in every {
        let skill = local.get(slug);
        let told = snapshot.tell(slug, skill.map(|s| &s.content_sha), skill.and_then(|s| s.base_sha.as_ref()));
        entries.push((slug, skill, told, 0));
    }
    let mut order: Vec<_> = entries.iter_mut().collect();
    order.sort_by_key(|(_, _, told, _)| is_undecided(&told.action));
    let mut required = 0;
    for (slug, _, told, credit_cost) in order {
        let Some(cost) = price_of(told, &told.action, drive.costs()) else { continue };
        *credit_cost = till.price(slug, cost);
        if wanted(&request.mode, &told.action) {
            till.add();
            required += if is_undecided(&told.action) { 0 } else { *credit_cost };
        }
    }
    let classifications =
        entries.iter().map(|(slug, skill, told, cost)| classification(slug, *skill, told, *cost)).collect();
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

/// Whether a run is asked for as the account's first one. What a scoped key sees is no account: its first run neither is
/// free nor sets a watermark.
pub(super) fn is_first(caller: &Caller, kind: &Kind) -> bool {
    *kind == Kind::FirstRun && caller.all_skills()
}

/// Whether a mode carries out an action.
pub(super) fn wanted(mode: &Mode, action: &Action) -> bool {
    match mode {
        Mode::PublicOnly => *action == Action::ClaimPublic,
        Mode::PullsOnly => matches!(action, Action::DownloadInstall | Action::DownloadUpdate),
        Mode::All | Mode::AsManyAsCreditsAllow | Mode::Other(_) => true,
    }
}

/// Whether somebody has to decide first. What they add takes its place under the watermark after everything else, so
/// that no decision makes the rest of the plan dearer than it was shown.
pub(super) fn is_undecided(action: &Action) -> bool {
    matches!(action, Action::Conflict | Action::RemovedOnDrive)
}

/// The list price of an action, or `None` for one that adds nothing to the drive. Where the drive holds nothing, a
/// conflict is priced as the upload that a person may make of it.
pub(super) fn price_of(told: &Told<'_>, action: &Action, costs: Costs) -> Option<u64> {
    match action {
        Action::ClaimPublic => Some(costs.claim),
        Action::UploadPrivate | Action::UploadUpdate | Action::Conflict if told.item.is_none() => Some(costs.upload),
        _ => None,
    }
}

/// The balance without what open runs hold back, except for what an execute of this plan takes over.
async fn spendable<T: Transaction>(
    tx: &mut T,
    drive: &Inner,
    user_id: &str,
    taken_over: &(dyn Fn(&Held) -> bool + Sync),
) -> Result<i64, ApiError> {
    if !drive.config.charges {
        return Ok(FREE_BALANCE);
    }
    let balance = user_of(tx, user_id).await?.balance;
    let held = tx.held(user_id, drive.now()).await?;
    let held: u64 = held.iter().filter(|held| !taken_over(held)).map(|held| held.credits).sum();
    Ok(balance - i64::try_from(held).unwrap_or(i64::MAX))
}

fn classification(slug: &Slug, skill: Option<&LocalSkill>, told: &Told<'_>, credit_cost: u64) -> Classification {
    let version = told.item;
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
