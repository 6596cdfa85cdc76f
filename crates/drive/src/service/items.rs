//! The caller's drive: list, remove, toggle, diff.

use std::collections::BTreeMap;

use skillzdrive_wire::ContentSha;
use skillzdrive_wire::Slug;
use skillzdrive_wire::drive::Diff;
use skillzdrive_wire::drive::DiffRequest;
use skillzdrive_wire::drive::Divergent;
use skillzdrive_wire::drive::DriveList;
use skillzdrive_wire::drive::Removed;
use skillzdrive_wire::drive::SlugSha;
use skillzdrive_wire::drive::Source;
use skillzdrive_wire::drive::Toggled;

use super::accounts::Caller;
use super::acts;
use super::acts::By;
use super::reach;
use super::view;
use crate::drive::Drive;
use crate::error::ApiError;
use crate::repo::Repository;
use crate::repo::Transaction;
use crate::repo::collections::Collections;
use crate::repo::items::Items;
use crate::repo::reach::Reach;
use crate::repo::skills::Edition;

/// `GET drive`.
pub(crate) async fn list(drive: &Drive, caller: &Caller) -> Result<DriveList, ApiError> {
    let mut tx = drive.repo.read().await?;
    let items = reach::items(&mut tx, caller).await?;
    Ok(DriveList { skills: items.iter().map(view::drive_skill).collect() })
}

/// `DELETE drive/:slug`. The drive remembers what it was, so that a sync can tell a removal from "never there".
pub(crate) async fn remove(drive: &Drive, caller: &Caller, slug: Slug) -> Result<Removed, ApiError> {
    let mut tx = drive.repo.write_for(&caller.user_id).await?;
    let reached = reach::item(&mut tx, caller, &slug).await?.ok_or_else(|| not_in_drive(&slug))?;
    reached.need_change()?;
    let Edition { skill, version } = &reached.item.edition;
    tx.remove_item(&caller.user_id, &slug, &version.content_sha, drive.now()).await?;
    tx.drop_from_collections(&caller.user_id, &skill.id).await?;
    let detail = format!("version {}", version.version);
    acts::note(&mut tx, drive, By::User(caller), "drive.remove", &format!("skill {slug}"), &detail).await?;
    tx.commit().await?;
    Ok(Removed { slug, removed: true })
}

/// `POST drive/:slug/toggle`. What came with a team or from somebody is switched for this account alone.
pub(crate) async fn toggle(drive: &Drive, caller: &Caller, slug: Slug) -> Result<Toggled, ApiError> {
    let mut tx = drive.repo.write_for(&caller.user_id).await?;
    let reached = reach::item(&mut tx, caller, &slug).await?.ok_or_else(|| not_in_drive(&slug))?;
    let enabled = !reached.item.enabled;
    if reached.source != Source::Drive && caller.all_skills() {
        tx.set_switched_off(&caller.user_id, &reached.item.edition.skill.id, !enabled).await?;
    } else {
        reached.need_change()?;
        tx.set_enabled(&caller.user_id, &slug, enabled).await?;
    }
    tx.commit().await?;
    Ok(Toggled { slug, enabled })
}

/// `POST drive/diff`.
pub(crate) async fn diff(drive: &Drive, caller: &Caller, request: DiffRequest) -> Result<Diff, ApiError> {
    let mut local: BTreeMap<Slug, ContentSha> = BTreeMap::new();
    for entry in request.local {
        if local.insert(entry.slug.clone(), entry.content_sha).is_some() {
            return Err(ApiError::invalid(format!("`{}` is in `local` twice", entry.slug)));
        }
    }
    let mut tx = drive.repo.read().await?;
    let items = reach::items(&mut tx, caller).await?;
    let mut diff = Diff { local_only: Vec::new(), drive_only: Vec::new(), divergent: Vec::new() };
    for reached in items {
        let (slug, drive_sha) = (reached.item.edition.skill.slug, reached.item.edition.version.content_sha);
        match local.remove(&slug) {
            None => diff.drive_only.push(SlugSha { slug, content_sha: drive_sha }),
            Some(local_sha) if local_sha != drive_sha => diff.divergent.push(Divergent { slug, local_sha, drive_sha }),
            Some(_) => {}
        }
    }
    diff.local_only = local.into_iter().map(|(slug, content_sha)| SlugSha { slug, content_sha }).collect();
    Ok(diff)
}

fn not_in_drive(slug: &Slug) -> ApiError {
    ApiError::not_found("skill_not_found", format!("`{slug}` is not in the drive"))
}
