//! Collections: keys with names, each for all skills of an account or for a slice of them.
//!
//! All seven routes need a key for all skills. A scoped key that could change its own collection could widen it, and
//! one that could rename or narrow it would take it away from whoever gave it.
//!
//! The toggles of a collection for all skills are its view of the drive, not a fence: its key may change collections,
//! its own too.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use skillzdrive_wire::ApiKey;
use skillzdrive_wire::CollectionName;
use skillzdrive_wire::Slug;
use skillzdrive_wire::collections::Changed;
use skillzdrive_wire::collections::Collection;
use skillzdrive_wire::collections::CollectionList;
use skillzdrive_wire::collections::CreateRequest;
use skillzdrive_wire::collections::Created;
use skillzdrive_wire::collections::Deleted;
use skillzdrive_wire::collections::PatchRequest;
use skillzdrive_wire::collections::Scope as Word;
use skillzdrive_wire::collections::SkillCount;

use super::accounts::Caller;
use super::accounts::new_key;
use super::acts;
use super::acts::By;
use super::reach;
use super::reach::Scope;
use crate::drive::Drive;
use crate::error::ApiError;
use crate::keys;
use crate::repo::Repository;
use crate::repo::Transaction;
use crate::repo::accounts::Accounts;
use crate::repo::collections::CollectionRow;
use crate::repo::collections::Collections;
use crate::repo::skills::Edition;
use crate::time::rfc3339;

/// `GET collections`.
pub(crate) async fn list(drive: &Drive, caller: &Caller) -> Result<CollectionList, ApiError> {
    caller.need_all_skills()?;
    let mut tx = drive.repo.read().await?;
    let known = slugs(&mut tx, caller).await?;
    let mut named: BTreeMap<String, BTreeSet<Slug>> = BTreeMap::new();
    for (collection_id, skill_id) in tx.named_skills(&caller.user_id).await? {
        if let Some(slug) = known.get(&skill_id) {
            named.entry(collection_id).or_default().insert(slug.clone());
        }
    }
    let rows = tx.collections(&caller.user_id).await?;
    let shown = rows.into_iter().map(|row| {
        let named = named.remove(&row.id).unwrap_or_default();
        shown(row, named)
    });
    Ok(CollectionList { collections: shown.collect() })
}

/// `POST collections`. The key is told here and never again.
pub(crate) async fn create(drive: &Drive, caller: &Caller, request: CreateRequest) -> Result<Created, ApiError> {
    caller.need_all_skills()?;
    let token = keys::mint("sk_live_")?;
    let now = drive.now();
    let mut tx = drive.repo.write().await?;
    if tx.collection_named(&caller.user_id, &request.name).await?.is_some() {
        return Err(taken(&request.name));
    }
    let most = drive.config.limits.collections;
    if tx.collections(&caller.user_id).await?.len() >= most {
        return Err(ApiError::invalid(format!("an account has at most {most} collections: delete one first")));
    }
    let scope = if request.skill_slugs.is_some() { Word::Scoped } else { Word::AllSkills };
    let key = new_key(&caller.user_id, request.name.as_str(), &token, (now, None), scope.as_str());
    tx.add_key(&key).await?;
    let row = CollectionRow {
        id: keys::row_id(now),
        user_id: caller.user_id.clone(),
        name: request.name,
        key_id: key.id,
        all_skills: scope == Word::AllSkills,
        include_team: request.include_team_skills,
        include_shared: request.include_shared_skills,
        is_public: false,
        created_at: now,
    };
    tx.add_collection(&row).await?;
    if let Some(slugs) = &request.skill_slugs {
        name_skills(&mut tx, caller, &row, slugs, now).await?;
    }
    let (object, key_id) = (named(&row.name), row.key_id.clone());
    let collection = show(&mut tx, caller, row).await?;
    let detail = format!("{} with key {key_id}", told(&collection));
    acts::note(&mut tx, drive, By::User(caller), "collection.create", &object, &detail).await?;
    tx.commit().await?;
    let api_key = ApiKey::new(&token).map_err(|error| ApiError::internal(&error))?;
    Ok(Created { collection, api_key })
}

/// `PATCH collections/:name`. What is not passed stays as it is; a list of skills makes a slice of what was for all.
pub(crate) async fn patch(
    drive: &Drive,
    caller: &Caller,
    name: &str,
    request: PatchRequest,
) -> Result<Changed, ApiError> {
    caller.need_all_skills()?;
    let now = drive.now();
    let mut tx = drive.repo.write().await?;
    let mut row = reach::collection(&mut tx, caller, name).await?;
    let before = row.name.clone();
    if let Some(new_name) = request.new_name.filter(|new_name| *new_name != row.name) {
        if tx.collection_named(&caller.user_id, &new_name).await?.is_some() {
            return Err(taken(&new_name));
        }
        row.name = new_name;
    }
    row.all_skills = row.all_skills && request.skill_slugs.is_none();
    row.include_team = request.include_team_skills.unwrap_or(row.include_team);
    row.include_shared = request.include_shared_skills.unwrap_or(row.include_shared);
    row.is_public = request.is_public_marketplace.unwrap_or(row.is_public);
    // A published name stands in an address without its owner: whoever publishes it first has it.
    if row.is_public && tx.published_collection(&row.name).await?.is_some_and(|other| other.id != row.id) {
        let message = format!("another account publishes a collection `{}`", row.name.as_str().escape_debug());
        return Err(ApiError::conflict("collection_exists", message));
    }
    tx.update_collection(&row).await?;
    if let Some(slugs) = &request.skill_slugs {
        tx.unname_skills(&row.id, None).await?;
        name_skills(&mut tx, caller, &row, slugs, now).await?;
    }
    let collection = show(&mut tx, caller, row).await?;
    let detail = match before == collection.name {
        true => told(&collection),
        false => format!("now {}: {}", collection.name.as_str(), told(&collection)),
    };
    acts::note(&mut tx, drive, By::User(caller), "collection.change", &named(&before), &detail).await?;
    tx.commit().await?;
    Ok(Changed { collection })
}

/// `POST collections/:name/skills`. A skill that is there already is there.
pub(crate) async fn add(drive: &Drive, caller: &Caller, name: &str, slug: &Slug) -> Result<Changed, ApiError> {
    caller.need_all_skills()?;
    let mut tx = drive.repo.write().await?;
    let row = reach::collection(&mut tx, caller, name).await?;
    eligible(&row)?;
    name_skills(&mut tx, caller, &row, std::slice::from_ref(slug), drive.now()).await?;
    acts::note(&mut tx, drive, By::User(caller), "collection.add", &named(&row.name), slug.as_str()).await?;
    let collection = show(&mut tx, caller, row).await?;
    tx.commit().await?;
    Ok(Changed { collection })
}

/// `DELETE collections/:name/skills/:slug`.
pub(crate) async fn remove(drive: &Drive, caller: &Caller, name: &str, slug: &Slug) -> Result<Changed, ApiError> {
    caller.need_all_skills()?;
    let mut tx = drive.repo.write().await?;
    let row = reach::collection(&mut tx, caller, name).await?;
    eligible(&row)?;
    if !tx.unname_skills(&row.id, Some(slug)).await? {
        let message = format!("`{slug}` is not in the collection `{}`", row.name.as_str().escape_debug());
        return Err(ApiError::not_found("skill_not_found", message));
    }
    acts::note(&mut tx, drive, By::User(caller), "collection.remove", &named(&row.name), slug.as_str()).await?;
    let collection = show(&mut tx, caller, row).await?;
    tx.commit().await?;
    Ok(Changed { collection })
}

/// `DELETE collections/:name`. Its key stops working with this, and so do the upload tickets that it minted.
pub(crate) async fn delete(drive: &Drive, caller: &Caller, name: &str) -> Result<Deleted, ApiError> {
    caller.need_all_skills()?;
    let mut tx = drive.repo.write().await?;
    let row = reach::collection(&mut tx, caller, name).await?;
    tx.revoke_key(&row.key_id, drive.now()).await?;
    tx.delete_collection(&row.id).await?;
    let detail = format!("and its key {}", row.key_id);
    acts::note(&mut tx, drive, By::User(caller), "collection.delete", &named(&row.name), &detail).await?;
    tx.commit().await?;
    Ok(Deleted { name: row.name, deleted: true })
}

/// What a published collection shows to everybody, by slug: the public skills that it names, at their newest version,
/// and its owner's own ones at the version that the drive holds. What others share is not the owner's to publish, and a
/// skill of the owner's own is published only by a collection that names it: one for all skills would publish every
/// later upload too.
pub(crate) async fn published<T: Transaction>(
    tx: &mut T,
    name: &CollectionName,
) -> Result<Option<Vec<Edition>>, ApiError> {
    let Some(row) = tx.published_collection(name).await? else { return Ok(None) };
    let key =
        Caller { user_id: row.user_id.clone(), key_id: row.key_id.clone(), scope: Scope::of(&row), request_id: None };
    let mut editions = Vec::new();
    for reached in reach::items(tx, &key).await? {
        let edition = &reached.item.edition;
        if !reached.item.enabled {
            continue;
        }
        if !edition.skill.is_public {
            if !row.all_skills && edition.skill.owner_id == row.user_id {
                editions.push(reached.item.edition);
            }
        } else if let Some(newest) = tx.public_skill(reached.slug()).await?
            && newest.skill.id == edition.skill.id
        {
            editions.push(newest);
        }
    }
    Ok(Some(editions))
}

/// Refuses to change the skills of a collection that has no list of them.
pub(crate) fn eligible(row: &CollectionRow) -> Result<(), ApiError> {
    if !row.all_skills {
        return Ok(());
    }
    let message = format!("the collection `{}` is for all skills", row.name.as_str().escape_debug());
    Err(ApiError::conflict("collection_ineligible", message))
}

/// Names skills of the drive in a collection.
async fn name_skills<T: Transaction>(
    tx: &mut T,
    caller: &Caller,
    row: &CollectionRow,
    slugs: &[Slug],
    now: i64,
) -> Result<(), ApiError> {
    let whole = Caller { scope: Scope::EVERYTHING, ..caller.clone() };
    let mut known = BTreeMap::new();
    for reached in reach::items(tx, &whole).await? {
        known.insert(reached.slug().clone(), reached.item.edition.skill.id);
    }
    for slug in slugs {
        let missing = || ApiError::not_found("skill_not_found", format!("`{slug}` is not in the drive"));
        tx.name_skill(&row.id, known.get(slug).ok_or_else(missing)?, now).await?;
    }
    Ok(())
}

/// The slugs of all that an account reaches, by the skills' identities.
async fn slugs<T: Transaction>(tx: &mut T, caller: &Caller) -> Result<BTreeMap<String, Slug>, ApiError> {
    let whole = Caller { scope: Scope::EVERYTHING, ..caller.clone() };
    let rows = tx.reached(&whole.view(), None).await?;
    Ok(rows.into_iter().map(|row| (row.item.edition.skill.id, row.item.edition.skill.slug)).collect())
}

/// The contract's `Collection`, as it is in this transaction.
async fn show<T: Transaction>(tx: &mut T, caller: &Caller, row: CollectionRow) -> Result<Collection, ApiError> {
    let known = slugs(tx, caller).await?;
    let named = tx.named_skills(&caller.user_id).await?;
    let named = named.iter().filter(|(of, _)| *of == row.id);
    let named = named.filter_map(|(_, skill_id)| known.get(skill_id).cloned()).collect();
    Ok(shown(row, named))
}

/// The skills that it names are shown whatever its toggles say, so that a list that is read, changed and written back
/// loses none.
fn shown(row: CollectionRow, named: BTreeSet<Slug>) -> Collection {
    Collection {
        name: row.name,
        scope: if row.all_skills { Word::AllSkills } else { Word::Scoped },
        skill_count: if row.all_skills { SkillCount::All } else { SkillCount::Some(named.len() as u64) },
        skill_slugs: if row.all_skills { Vec::new() } else { named.into_iter().collect() },
        include_team_skills: row.include_team,
        include_shared_skills: row.include_shared,
        is_public_marketplace: row.is_public,
        created_at: rfc3339(row.created_at),
    }
}

/// A collection in the log of acts.
fn named(name: &CollectionName) -> String {
    format!("collection {}", name.as_str())
}

/// What a collection's key reaches, for the log of acts.
fn told(collection: &Collection) -> String {
    let mut told = match collection.scope {
        Word::AllSkills => "for all skills".to_owned(),
        _ => {
            let slugs: Vec<&str> = collection.skill_slugs.iter().map(Slug::as_str).collect();
            format!("for {} skills ({})", slugs.len(), slugs.join(" "))
        }
    };
    let toggles = [
        (!collection.include_team_skills, ", without the team's"),
        (!collection.include_shared_skills, ", without shared ones"),
        (collection.is_public_marketplace, ", public"),
    ];
    toggles.iter().filter(|(holds, _)| *holds).for_each(|(_, words)| told.push_str(words));
    told
}

fn taken(name: &CollectionName) -> ApiError {
    let message = format!("there is a collection `{}` already", name.as_str().escape_debug());
    ApiError::conflict("collection_exists", message)
}
