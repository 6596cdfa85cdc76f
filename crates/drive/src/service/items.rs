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
use skillzdrive_wire::drive::Toggled;

use super::accounts::Caller;
use super::view;
use crate::drive::Drive;
use crate::error::ApiError;
use crate::repo::Repository;
use crate::repo::Transaction;
use crate::repo::items::Items;

/// `GET drive`.
pub(crate) async fn list(drive: &Drive, caller: &Caller) -> Result<DriveList, ApiError> {
    let items = drive.repo.read().await?.items(&caller.user_id).await?;
    Ok(DriveList { skills: items.iter().map(view::drive_skill).collect() })
}

/// `DELETE drive/:slug`. The drive remembers what it was, so that a sync can tell a removal from "never there".
pub(crate) async fn remove(drive: &Drive, caller: &Caller, slug: Slug) -> Result<Removed, ApiError> {
    let mut tx = drive.repo.write().await?;
    let item = tx.item(&caller.user_id, &slug).await?.ok_or_else(|| not_in_drive(&slug))?;
    tx.remove_item(&caller.user_id, &slug, &item.edition.version.content_sha, drive.now()).await?;
    tx.commit().await?;
    Ok(Removed { slug, removed: true })
}

/// `POST drive/:slug/toggle`.
pub(crate) async fn toggle(drive: &Drive, caller: &Caller, slug: Slug) -> Result<Toggled, ApiError> {
    let mut tx = drive.repo.write().await?;
    let item = tx.item(&caller.user_id, &slug).await?.ok_or_else(|| not_in_drive(&slug))?;
    let enabled = !item.enabled;
    tx.set_enabled(&caller.user_id, &slug, enabled).await?;
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
    let items = drive.repo.read().await?.items(&caller.user_id).await?;
    let mut diff = Diff { local_only: Vec::new(), drive_only: Vec::new(), divergent: Vec::new() };
    for item in items {
        let (slug, drive_sha) = (item.edition.skill.slug, item.edition.version.content_sha);
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
