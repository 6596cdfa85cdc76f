//! Search, list and show.

use skillzdrive_wire::ContentSha;
use skillzdrive_wire::Slug;
use skillzdrive_wire::skills::ShownSkill;
use skillzdrive_wire::skills::SkillList;

use super::accounts::Caller;
use super::reach;
use super::reach::Found;
use super::standing;
use super::view;
use crate::drive::Drive;
use crate::error::ApiError;
use crate::repo::Repository;
use crate::repo::Transaction;
use crate::repo::reach::View;
use crate::repo::search::Search;
use crate::repo::skills::Edition;
use crate::repo::skills::Skills;

/// Which version of a skill is asked for.
pub(crate) enum Which {
    /// The one the caller has, or the newest.
    Current,
    /// A version by its number.
    Number(u64),
    /// A version by its digest.
    Sha(ContentSha),
}

/// `GET skills`. A collection holds skills of the drive: the public catalogue is no part of it.
pub(crate) async fn list(
    drive: &Drive,
    caller: Option<&Caller>,
    collection: Option<&str>,
    query: Option<&str>,
    limit: u64,
) -> Result<SkillList, ApiError> {
    let mut tx = drive.repo.read().await?;
    let view = match (caller, collection) {
        (Some(caller), Some(name)) => {
            View { marketplace: false, ..reach::narrowed(&mut tx, caller, name).await?.view() }
        }
        (Some(caller), None) => caller.view(),
        (None, _) => View::anonymous(),
    };
    let (found, total) = match query {
        Some(text) => tx.search(text, &view, limit).await?,
        None => tx.accessible(&view, limit).await?,
    };
    let mut skills: Vec<_> = found.iter().map(view::skill).collect();
    standing::fill(&mut tx, &mut skills, drive.now()).await?;
    Ok(SkillList { skills, total })
}

/// `GET skills/:slug`. The caller's own skill comes before a public one of the same slug.
pub(crate) async fn show(
    drive: &Drive,
    caller: Option<&Caller>,
    slug: &Slug,
    which: Which,
    origin: &str,
) -> Result<ShownSkill, ApiError> {
    let mut tx = drive.repo.read().await?;
    let Some(edition) = find(&mut tx, caller, slug).await? else {
        let near = nearest(&mut tx, caller, slug).await?;
        return Err(ApiError::no_skill(slug.as_str()).suggesting(near));
    };
    let versions = tx.versions(&edition.skill.id).await?;
    let selected = match which {
        Which::Current => versions.iter().find(|version| version.version == edition.version.version),
        Which::Number(number) => versions.iter().find(|version| version.version == number),
        Which::Sha(sha) => versions.iter().find(|version| version.content_sha == sha),
    };
    let missing = || ApiError::not_found("artifact_not_found", format!("`{slug}` has no such version"));
    let selected = selected.ok_or_else(missing)?;
    let mut skill = view::skill(&edition);
    standing::fill(&mut tx, std::slice::from_mut(&mut skill), drive.now()).await?;
    Ok(ShownSkill {
        skill,
        download: Some(view::download(drive, origin, &edition.skill, selected)),
        versions: versions.iter().map(view::skill_version).collect(),
    })
}

/// The skill that a slug means to a caller. A public skill is shown at its newest version even when the drive holds an
/// older one, so that both can be compared.
async fn find<T: Transaction>(tx: &mut T, caller: Option<&Caller>, slug: &Slug) -> Result<Option<Edition>, ApiError> {
    let edition = match reach::find(tx, caller, slug).await? {
        Some(Found::Reached(reached)) => reached.item.edition,
        Some(Found::Public(edition)) => return Ok(Some(edition)),
        None => return Ok(None),
    };
    if edition.skill.is_public
        && let Some(newest) = tx.public_skill(slug).await?
        && newest.skill.id == edition.skill.id
    {
        return Ok(Some(newest));
    }
    Ok(Some(edition))
}

/// Up to three slugs that a caller sees and may have meant.
async fn nearest<T: Transaction>(tx: &mut T, caller: Option<&Caller>, slug: &Slug) -> Result<Vec<String>, ApiError> {
    let view = caller.map_or_else(View::anonymous, Caller::view);
    // What is much shorter or longer is not near.
    let length = slug.as_str().len() as u64;
    let known =
        tx.slugs(&view, (length.saturating_sub(2).min(length * 3 / 4), (length + 2).max(length * 3 / 2)), 2_000);
    let known = known.await?;
    let mut near: Vec<(usize, &str)> = known
        .iter()
        .map(|known| (distance(slug.as_str(), known.as_str()), known.as_str()))
        .filter(|(distance, known)| *distance <= 2.max(known.len() / 3))
        .collect();
    near.sort_unstable();
    near.dedup();
    Ok(near.into_iter().take(3).map(|(_, slug)| slug.to_owned()).collect())
}

/// How many characters must be added, dropped or changed.
fn distance(left: &str, right: &str) -> usize {
    let right = right.as_bytes();
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (i, l) in left.bytes().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, r) in right.iter().enumerate() {
            let changed = diagonal + usize::from(l != *r);
            diagonal = row[j + 1];
            row[j + 1] = changed.min(row[j] + 1).min(row[j + 1] + 1);
        }
    }
    row[right.len()]
}

#[cfg(test)]
mod tests {
    use super::distance;

    #[test]
    fn slips_of_the_keys_are_near() {
        assert_eq!(distance("pdf", "pdf"), 0);
        assert_eq!(distance("pfd", "pdf"), 2);
        assert_eq!(distance("csv-profiler", "csv-profile"), 1);
        assert_eq!(distance("", "abc"), 3);
    }
}
