//! An uploaded package lands in its owner's drive: guards, version, price, all in one transaction.

use skillzdrive_wire::ContentSha;
use skillzdrive_wire::Slug;
use skillzdrive_wire::uploads::CollectionPlacement;
use skillzdrive_wire::uploads::Processed;
use skillzdrive_wire::uploads::ProcessedSkill;

use super::accounts::Caller;
use super::accounts::available;
use super::accounts::charge;
use super::reach;
use super::reach::Scope;
use super::sync::price::Till;
use super::tickets;
use crate::drive::Drive;
use crate::error::ApiError;
use crate::package;
use crate::package::Package;
use crate::repo::Repository;
use crate::repo::Transaction;
use crate::repo::collections::CollectionRow;
use crate::repo::collections::Collections;
use crate::repo::items::Items;
use crate::repo::runs::RunItem;
use crate::repo::runs::Runs;
use crate::repo::skills::Edition;
use crate::repo::tickets::TicketRow;

/// What an upload became, and whether it made something new.
pub(crate) struct Landed {
    pub(crate) processed: Processed,
    pub(crate) created: bool,
    /// Whether there is a new version.
    pub(crate) changed: bool,
}

/// Lands a package for a ticket that was used for it.
pub(crate) async fn land(
    drive: &Drive,
    ticket: &TicketRow,
    package: &Package,
    stem: Option<&str>,
    comment: Option<String>,
) -> Result<Landed, ApiError> {
    let slug = slug_for(ticket, package, stem)?;
    if ticket.content_sha.as_ref().is_some_and(|announced| *announced != package.content_sha) {
        return Err(ApiError::invalid_package(format!(
            "the package's canonical zip has the content_sha {}, which is not the announced one",
            package.content_sha
        )));
    }
    if let Some(findings) = package.inspection.critical()
        && !is_synced(drive, ticket, &slug).await?
    {
        return Err(ApiError::scan_failed(slug.as_str(), findings));
    }
    // Before the transaction: an artifact that no version names does no harm, a version without its artifact does.
    let put = drive.artifacts.put(&package.content_sha, package.zip.clone()).await?;

    let user_id = &ticket.user_id;
    let mut tx = drive.repo.write_for(user_id).await?;
    drive.artifacts.hold(put, &package.content_sha, &package.zip).await?;
    // Only now: whoever waits for the account does so in the order of time.
    let now = drive.now();
    tx.abandon_runs(user_id, now).await?;
    let collection = match &ticket.collection_id {
        Some(id) => tx.collection(id).await?,
        None => None,
    };
    if ticket.scoped {
        let own = collection.as_ref().ok_or_else(tickets::refused)?;
        fence(&mut tx, ticket, own, &slug).await?;
    }
    let item = tx.item(user_id, &slug).await?;
    let held = item.as_ref().map(|item| &item.edition.version.content_sha);
    let same_bytes = held == Some(&package.content_sha);
    let of_run = match ticket.run_id.as_deref() {
        Some(run_id) => tx.run_item(run_id, &slug).await?.filter(|item| item.user_id == *user_id),
        None => None,
    };
    // The same bytes are no lost update, whatever the sender thought: an answer that was lost is sent for again so.
    if !same_bytes && ticket.guarded && held != ticket.base_sha.as_ref() {
        return Err(changed_meanwhile(&slug, held));
    }
    // A run brings a slug once. What it brought and somebody replaced or removed since is not brought again by a
    // repetition whose first answer was lost.
    if !same_bytes && of_run.as_ref().is_some_and(|item| item.reservation == "captured") {
        return Err(changed_meanwhile(&slug, held));
    }
    let of_run = of_run.filter(|item| item.reservation == "held");
    let adds = item.is_none();
    let before = item.as_ref().map(|item| item.edition.skill.id.clone());
    if let Some(item) = item.filter(|_| same_bytes) {
        // Nothing is paid twice: what the run held for this slug is let go.
        if let Some(of_run) = of_run {
            tx.capture(&of_run.run_id, &slug, 0).await?;
        }
        let placement = place(&mut tx, ticket, collection.as_ref(), &item.edition.skill.id, now).await?;
        tx.commit().await?;
        let message = format!("`{slug}` is unchanged at version {}", item.edition.version.version);
        let processed = processed(&item.edition, package, 0, placement, message);
        return Ok(Landed { processed, created: false, changed: false });
    }

    let cost = price(&mut tx, drive, of_run.as_ref(), (user_id, &slug), adds).await?;
    let run_id = of_run.as_ref().map(|item| item.run_id.as_str());
    charge(&mut tx, user_id, cost, ("upload", slug.as_str(), run_id), now).await?;
    let (edition, created) = next_version(&mut tx, user_id, &slug, package, comment, now).await?;
    let skill_id = &edition.skill.id;
    tx.put_item(user_id, &slug, skill_id, edition.version.version, now).await?;
    // Whoever had the slug's skill through a collection or a share goes on having what is under the slug.
    if let Some(before) = before.filter(|before| before != skill_id) {
        tx.follow_skill(user_id, &before, skill_id).await?;
    }
    if let Some(own) = collection.as_ref().filter(|_| ticket.scoped && created) {
        tx.set_maker(skill_id, &own.id).await?;
    }
    let placement = place(&mut tx, ticket, collection.as_ref(), skill_id, now).await?;
    tx.commit().await?;
    let message = format!("`{slug}` is in the drive at version {}", edition.version.version);
    Ok(Landed { processed: processed(&edition, package, cost, placement, message), created, changed: true })
}

/// Whether an upload brings what a sync run of its sender announced. What somebody has on a machine belongs into their
/// drive whatever the rules say of it: it is kept and graded, for a drive that refused it would lose it.
async fn is_synced(drive: &Drive, ticket: &TicketRow, slug: &Slug) -> Result<bool, ApiError> {
    let Some(run_id) = ticket.run_id.as_deref() else { return Ok(false) };
    let item = drive.repo.read().await?.run_item(run_id, slug).await?;
    Ok(item.is_some_and(|item| item.user_id == ticket.user_id && item.action.starts_with("upload_")))
}

/// Refuses what a scoped key may not send: the next version of a skill that it did not make, and a slug that the account
/// uses outside the slice. Slugs are one namespace in an account, so the second cannot but be told; nothing more is.
async fn fence<T: Transaction>(
    tx: &mut T,
    ticket: &TicketRow,
    own: &CollectionRow,
    slug: &Slug,
) -> Result<(), ApiError> {
    let key_id = ticket.key_id.clone().unwrap_or_default();
    let caller = Caller { user_id: ticket.user_id.clone(), key_id, scope: Scope::of(own), request_id: None };
    if let Some(reached) = reach::item(tx, &caller, slug).await? {
        return if reached.owned { Ok(()) } else { reached.need_change() };
    }
    let whole = Caller { scope: Scope::EVERYTHING, ..caller };
    let mut free = reach::item(tx, &whole, slug).await?.is_none();
    if let Some(removed) = tx.owned_skill(&ticket.user_id, slug).await? {
        // Its earlier versions would come into the slice with the new one.
        free = free && tx.maker(&removed.skill.id).await?.as_ref() == Some(&own.id);
    }
    if free {
        return Ok(());
    }
    let message = format!("the slug `{slug}` is taken in this account; send the skill under another one");
    Err(ApiError::conflict("version_conflict", message))
}

/// Puts what was uploaded into the ticket's collection. One that was deleted meanwhile stops no upload of a key for all
/// skills.
async fn place<T: Transaction>(
    tx: &mut T,
    ticket: &TicketRow,
    collection: Option<&CollectionRow>,
    skill_id: &str,
    now: i64,
) -> Result<Option<CollectionPlacement>, ApiError> {
    let status = match (collection, &ticket.collection_id) {
        (_, None) => return Ok(None),
        (None, Some(_)) => "collection_not_found",
        (Some(collection), _) if tx.name_skill(&collection.id, skill_id, now).await? => "placed",
        (Some(_), _) => "already_placed",
    };
    Ok(Some(CollectionPlacement { status: status.to_owned() }))
}

/// The ticket's slug, else the front matter's, else the file's name.
fn slug_for(ticket: &TicketRow, package: &Package, stem: Option<&str>) -> Result<Slug, ApiError> {
    let named = ticket.slug.clone().or_else(|| package.slug.clone());
    let from_file = || {
        let stem = stem.or(ticket.filename.as_deref())?;
        let stem = stem.rsplit(['/', '\\']).next()?;
        Slug::new(stem.strip_suffix(".zip").or(stem.strip_suffix(".skill")).unwrap_or(stem)).ok()
    };
    let slug = named.or_else(from_file).ok_or_else(|| {
        ApiError::invalid_package("neither the ticket nor SKILL.md's `name` nor the file's name is a slug")
    })?;
    if slug.is_route() { Err(ApiError::invalid_package(package::reserved(&slug))) } else { Ok(slug) }
}

fn changed_meanwhile(slug: &Slug, held: Option<&ContentSha>) -> ApiError {
    let held = held.map_or_else(|| "nothing".to_owned(), |sha| format!("the version {}", sha.short()));
    ApiError::conflict("version_conflict", format!("the drive now holds {held} under `{slug}`; sync again"))
}

/// What the upload costs: what its run set aside for it, which is used up by this, else the price of today.
async fn price<T: Transaction>(
    tx: &mut T,
    drive: &Drive,
    held: Option<&RunItem>,
    (user_id, slug): (&str, &Slug),
    adds: bool,
) -> Result<u64, ApiError> {
    if let Some(item) = held {
        // What was set aside was for an addition; another machine may have brought the slug meanwhile.
        let cost = if adds { item.credit_cost } else { 0 };
        tx.capture(&item.run_id, slug, cost).await?;
        return Ok(cost);
    }
    if !adds {
        return Ok(0);
    }
    let till = Till::open(tx, drive, user_id, false).await?;
    let cost = till.price(slug, drive.costs().upload);
    let balance = available(tx, drive, user_id).await?;
    if cost > 0 && i64::try_from(cost).unwrap_or(i64::MAX) > balance {
        return Err(ApiError::insufficient(cost, balance));
    }
    Ok(cost)
}

/// Adds the package as the next version of the owner's skill, which is made where there is none. The newest version's
/// own bytes (of a skill that was removed from the drive) are no new version.
pub(super) async fn next_version<T: Transaction>(
    tx: &mut T,
    user_id: &str,
    slug: &Slug,
    package: &Package,
    comment: Option<String>,
    now: i64,
) -> Result<(Edition, bool), ApiError> {
    let missing = || ApiError::internal(&"a skill that was just written is not there");
    let before = tx.owned_skill(user_id, slug).await?;
    let created = before.is_none();
    match before {
        Some(edition) if edition.version.content_sha == package.content_sha => return Ok((edition, false)),
        Some(edition) => {
            let version = package.version(&edition.skill.id, edition.skill.latest_version + 1, comment, now);
            tx.add_version(slug, &version).await?;
            // These bytes are no longer those of a tree on GitHub.
            tx.set_github_url(&edition.skill.id, None).await?;
        }
        None => {
            let skill = Package::skill(slug, user_id, false, now);
            tx.add_skill(&skill).await?;
            tx.add_version(slug, &package.version(&skill.id, 1, comment, now)).await?;
        }
    }
    Ok((tx.owned_skill(user_id, slug).await?.ok_or_else(missing)?, created))
}

fn processed(
    edition: &Edition,
    package: &Package,
    cost: u64,
    collection_placement: Option<CollectionPlacement>,
    message: String,
) -> Processed {
    let name = &edition.version.name;
    Processed {
        success: true,
        skill: ProcessedSkill {
            id: edition.skill.id.clone(),
            slug: edition.skill.slug.clone(),
            name: if name.is_empty() { edition.skill.slug.to_string() } else { name.clone() },
        },
        scripts_uploaded: package.scripts.len() as u64,
        files_uploaded: package.file_count,
        credit_cost: cost,
        collection_placement,
        message,
        version: edition.version.version,
        content_sha: Some(package.content_sha.clone()),
        content_size: package.zip.len() as u64,
    }
}
