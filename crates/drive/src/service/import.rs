//! `POST drive/import`: a marketplace skill or a GitHub tree enters the caller's drive for its price.

use skillzdrive_wire::GithubSource;
use skillzdrive_wire::GithubTree;
use skillzdrive_wire::Slug;
use skillzdrive_wire::drive::Imported;

use super::accounts::Caller;
use super::accounts::available;
use super::accounts::charge;
use super::landing::next_version;
use super::reach;
use super::standing;
use super::view;
use crate::drive::Drive;
use crate::error::ApiError;
use crate::github;
use crate::github::Fetched;
use crate::github::GithubError;
use crate::inspection;
use crate::package::Package;
use crate::repo::Repository;
use crate::repo::Transaction;
use crate::repo::github::Github;
use crate::repo::github::GithubRow;
use crate::repo::items::Items;
use crate::repo::skills::Edition;
use crate::repo::skills::Skills;

/// The route.
pub(crate) async fn import(drive: &Drive, caller: &Caller, name: &str, origin: &str) -> Result<Imported, ApiError> {
    let name = name.trim();
    if name.is_empty() {
        return Err(ApiError::invalid("`skillSlug` is empty"));
    }
    // It would put into the drive what is outside the key's slice, at its owner's expense.
    caller.need_all_skills()?;
    if GithubTree::is_meant(name) {
        return from_github(drive, caller, &GithubTree::parse(name).map_err(GithubError::from)?, origin).await;
    }
    if name.contains("://") {
        return Err(ApiError::invalid("`skillSlug` is a slug or the address of a tree on https://github.com"));
    }
    let slug = Slug::new(name).map_err(|_| ApiError::no_skill(name))?;
    let mut tx = drive.repo.write_for(&caller.user_id).await?;
    absent(&mut tx, caller, &slug).await?;
    let edition = tx.public_skill(&slug).await?.ok_or_else(|| ApiError::no_skill(slug.as_str()))?;
    pay(&mut tx, drive, caller, &slug).await?;
    enter(tx, drive, caller, &edition, origin).await
}

async fn from_github(drive: &Drive, caller: &Caller, tree: &GithubTree, origin: &str) -> Result<Imported, ApiError> {
    // Whoever cannot pay makes nobody fetch anything.
    affordable(&mut drive.repo.read().await?, drive, caller).await?;
    let source = github::resolve(drive, tree).await?;
    let Fetched { source, package, slug } = obtain(drive, caller, source).await?;
    // It comes from a stranger, and would go from here to machines and to whoever discovers.
    if let Some(findings) = package.inspection.critical() {
        return Err(ApiError::scan_failed(slug.as_str(), findings));
    }
    // Before the transaction: an artifact that no version names does no harm, a version without its artifact does.
    let put = drive.artifacts.put(&package.content_sha, package.zip.clone()).await?;
    let mut tx = drive.repo.write_for(&caller.user_id).await?;
    drive.artifacts.hold(put, &package.content_sha, &package.zip).await?;
    let now = drive.now();
    absent(&mut tx, caller, &slug).await?;
    pay(&mut tx, drive, caller, &slug).await?;
    let comment = Some(format!("imported from {source}"));
    let (edition, _) = next_version(&mut tx, &caller.user_id, &slug, &package, comment, now).await?;
    tx.set_github_url(&edition.skill.id, Some(&source.url())).await?;
    tx.put_github_skill(&GithubRow {
        tree: source.tree(),
        github_url: source.url(),
        commit: source.commit.clone(),
        slug: Some(slug),
        name: package.name.clone(),
        description: package.description.clone(),
        tags: package.tags.clone(),
        scripts: package.scripts.clone(),
        content_sha: package.content_sha.clone(),
        content_size: package.zip.len() as u64,
        security_grade: Some(package.inspection.grade.as_str().to_owned()),
        graded_by: inspection::rules(),
        fetched_at: now,
    })
    .await?;
    enter(tx, drive, caller, &edition, origin).await
}

/// The skill of a tree at a commit: from what was kept when anybody fetched it, else from GitHub.
async fn obtain(drive: &Drive, caller: &Caller, source: GithubSource) -> Result<Fetched, ApiError> {
    let mut tx = drive.repo.read().await?;
    for item in tx.items(&caller.user_id).await? {
        let held = item.edition.skill.github_url.as_deref().and_then(GithubSource::from_url);
        if let Some(held) = held.filter(|held| held.tree() == source.tree()) {
            let slug = item.edition.skill.slug;
            let at = if held.commit == source.commit { "already" } else { "at another commit: remove it first" };
            return Err(ApiError::conflict("already_in_drive", format!("`{slug}` is in the drive {at}")));
        }
    }
    let kept = tx.github_skill(&source.tree()).await?.filter(|row| row.commit == source.commit);
    drop(tx);
    if let Some(GithubRow { slug: Some(slug), content_sha, .. }) = kept
        && let Some(zip) = drive.artifacts.read_whole(&content_sha).await?
    {
        let package = tokio::task::spawn_blocking(move || Package::read(zip)).await;
        let package = package.map_err(|error| ApiError::internal(&error))?.map_err(ApiError::invalid_package)?;
        return Ok(Fetched { source, package, slug });
    }
    Ok(github::fetch(drive, &source).await?)
}

async fn absent<T: Transaction>(tx: &mut T, caller: &Caller, slug: &Slug) -> Result<(), ApiError> {
    if tx.item(&caller.user_id, slug).await?.is_some() {
        return Err(ApiError::conflict("already_in_drive", format!("`{slug}` is in the drive already")));
    }
    Ok(())
}

async fn pay<T: Transaction>(tx: &mut T, drive: &Drive, caller: &Caller, slug: &Slug) -> Result<(), ApiError> {
    affordable(tx, drive, caller).await?;
    let cost = drive.costs().import;
    charge(tx, &caller.user_id, cost, ("import", slug.as_str(), None), drive.now()).await
}

async fn affordable<T: Transaction>(tx: &mut T, drive: &Drive, caller: &Caller) -> Result<(), ApiError> {
    let cost = drive.costs().import;
    let balance = available(tx, drive, &caller.user_id).await?;
    if i64::try_from(cost).unwrap_or(i64::MAX) > balance {
        return Err(ApiError::insufficient(cost, balance));
    }
    Ok(())
}

/// Puts what was paid into the drive, and keeps it all.
async fn enter<T: Transaction>(
    mut tx: T,
    drive: &Drive,
    caller: &Caller,
    edition: &Edition,
    origin: &str,
) -> Result<Imported, ApiError> {
    let slug = &edition.skill.slug;
    tx.put_item(&caller.user_id, slug, &edition.skill.id, edition.version.version, drive.now()).await?;
    // A tree that somebody imports is that person's own, even where a public skill has its name.
    if edition.skill.is_public {
        standing::count_account(&mut tx, &caller.user_id, slug, drive.now()).await?;
    }
    let item = reach::item(&mut tx, caller, slug).await?.ok_or_else(|| ApiError::no_skill(slug.as_str()))?;
    let credits_remaining = available(&mut tx, drive, &caller.user_id).await?;
    tx.commit().await?;
    Ok(Imported {
        skill: view::drive_skill(&item),
        credit_cost: drive.costs().import,
        credits_remaining,
        download: Some(view::download(drive, origin, &edition.skill, &edition.version)),
    })
}
