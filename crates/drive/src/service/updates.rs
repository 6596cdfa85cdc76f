//! Newer versions of what is in a drive: offered, accepted for their price, or turned down.

use std::collections::HashMap;

use skillzdrive_wire::Slug;
use skillzdrive_wire::drive::PendingUpdate;
use skillzdrive_wire::drive::UpdateAccepted;
use skillzdrive_wire::drive::UpdateDismissed;
use skillzdrive_wire::drive::UpdateList;

use super::accounts::Caller;
use super::accounts::available;
use super::accounts::charge;
use super::reach;
use super::reach::Reached;
use super::view;
use crate::drive::Drive;
use crate::error::ApiError;
use crate::repo::Repository;
use crate::repo::Transaction;
use crate::repo::items::Item;
use crate::repo::items::Items;
use crate::repo::skills::Skills;
use crate::repo::skills::VersionRow;

/// `GET drive/updates`.
pub(crate) async fn list(drive: &Drive, caller: &Caller) -> Result<UpdateList, ApiError> {
    let mut tx = drive.repo.read().await?;
    let waiting: Vec<Reached> = reach::items(&mut tx, caller).await?.into_iter().filter(Reached::has_update).collect();
    let ids: Vec<String> = waiting.iter().map(|reached| reached.item.edition.skill.id.clone()).collect();
    let newest = tx.newest_of(&ids).await?.into_iter().map(|version| (version.skill_id.clone(), version));
    let mut newest: HashMap<String, VersionRow> = newest.collect();
    let mut updates = Vec::new();
    for Reached { item, .. } in waiting {
        let id = &item.edition.skill.id;
        let newest = newest.remove(id).ok_or_else(|| no_newest(id))?;
        updates.push(PendingUpdate {
            slug: item.edition.skill.slug,
            from_version: item.edition.version.version,
            to_version: newest.version,
            change_comment: newest.change_comment,
            credit_cost: drive.costs().accept,
            security_grade: newest.security_grade,
            content_sha: newest.content_sha,
            content_size: newest.content_size,
        });
    }
    Ok(UpdateList { updates })
}

/// `POST drive/updates/:slug/accept`. The new version and its price are one transaction.
pub(crate) async fn accept(
    drive: &Drive,
    caller: &Caller,
    slug: Slug,
    origin: &str,
) -> Result<UpdateAccepted, ApiError> {
    let mut tx = drive.repo.write_for(&caller.user_id).await?;
    let now = drive.now();
    let item = pending(&mut tx, caller, &slug).await?;
    let newest = newest(&mut tx, &item).await?;
    let cost = drive.costs().accept;
    let balance = available(&mut tx, drive, &caller.user_id).await?;
    if cost > 0 && i64::try_from(cost).unwrap_or(i64::MAX) > balance {
        return Err(ApiError::insufficient(cost, balance));
    }
    charge(&mut tx, &caller.user_id, cost, ("accept", slug.as_str(), None), now).await?;
    tx.put_item(&caller.user_id, &slug, &item.edition.skill.id, newest.version, now).await?;
    let credits_remaining = available(&mut tx, drive, &caller.user_id).await?;
    tx.commit().await?;
    let download = view::download(drive, origin, &item.edition.skill, &newest);
    Ok(UpdateAccepted { slug, version: newest.version, credit_cost: cost, credits_remaining, download })
}

/// `POST drive/updates/:slug/dismiss`. What was dismissed already is dismissed: the client may ask again when it lost
/// the answer.
pub(crate) async fn dismiss(drive: &Drive, caller: &Caller, slug: Slug) -> Result<UpdateDismissed, ApiError> {
    let mut tx = drive.repo.write_for(&caller.user_id).await?;
    let item = changeable(&mut tx, caller, &slug).await?.ok_or_else(|| nothing_waits(&slug))?;
    let newest = item.edition.skill.latest_version;
    if !item.has_update() && item.dismissed != Some(newest) {
        return Err(nothing_waits(&slug));
    }
    tx.dismiss_update(&caller.user_id, &slug, newest).await?;
    tx.commit().await?;
    Ok(UpdateDismissed { slug, dismissed: true })
}

async fn pending<T: Transaction>(tx: &mut T, caller: &Caller, slug: &Slug) -> Result<Item, ApiError> {
    changeable(tx, caller, slug).await?.filter(Item::has_update).ok_or_else(|| nothing_waits(slug))
}

/// An item whose version the caller may change.
async fn changeable<T: Transaction>(tx: &mut T, caller: &Caller, slug: &Slug) -> Result<Option<Item>, ApiError> {
    let Some(reached) = reach::item(tx, caller, slug).await? else { return Ok(None) };
    reached.need_change()?;
    Ok(Some(reached.item))
}

/// The newest version of an item's skill.
async fn newest<T: Transaction>(tx: &mut T, item: &Item) -> Result<VersionRow, ApiError> {
    let skill = &item.edition.skill;
    let versions = tx.versions(&skill.id).await?;
    let newest = versions.into_iter().find(|version| version.version == skill.latest_version);
    newest.ok_or_else(|| no_newest(&skill.id))
}

fn no_newest(skill_id: &str) -> ApiError {
    ApiError::internal(&format_args!("the newest version of skill {skill_id} is not there"))
}

fn nothing_waits(slug: &Slug) -> ApiError {
    ApiError::not_found("update_not_found", format!("no update of `{slug}` waits in the drive"))
}
