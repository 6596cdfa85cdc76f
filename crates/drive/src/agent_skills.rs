//! `/.well-known/agent-skills/index.json`: public skills as the discovery draft lists them, so that clients which know
//! nothing of this drive can install from it.
//!
//! Addresses are relative to the list's own, so that it is the same under every name of the drive. Nothing private is
//! listed: the draft knows no keys.

use std::sync::Mutex;
use std::sync::PoisonError;

use skillzdrive_wire::CollectionName;
use skillzdrive_wire::marketplace::AGENT_SKILLS_SCHEMA;
use skillzdrive_wire::marketplace::AgentSkill;
use skillzdrive_wire::marketplace::AgentSkills;

use crate::drive::Drive;
use crate::error::ApiError;
use crate::marketplace::Manifest;
use crate::marketplace::revision;
use crate::repo::Repository;
use crate::repo::Stamp;
use crate::repo::skills::Edition;
use crate::repo::skills::Skills;
use crate::service::collections;
use crate::service::reach;
use crate::service::view::public_path;

/// How long a description may be. The draft counts characters; a reader in JavaScript counts UTF-16 units, so these are
/// counted here.
const MOST_DESCRIPTION: usize = 1_024;

/// The drive's own list in memory, with the catalogue's revision that it shows.
#[derive(Debug, Default)]
pub(crate) struct Index(Mutex<Option<(i64, Manifest)>>);

/// The list of the whole public catalogue.
pub(crate) async fn index(drive: &Drive, stamp: Stamp) -> Result<Manifest, ApiError> {
    let revision = revision(drive, stamp).await?;
    {
        let kept = drive.agent_skills.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, manifest)) = kept.as_ref().filter(|(of, _)| *of == revision) {
            return Ok(manifest.clone());
        }
    }
    let mut tx = drive.repo.read().await?;
    let revision = tx.catalogue_revision().await?;
    let manifest = Manifest::of(&list(&tx.catalogue().await?, "../.."))?;
    *drive.agent_skills.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((revision, manifest.clone()));
    Ok(manifest)
}

/// The list of a published collection, made afresh each time: it changes with its owner's drive.
pub(crate) async fn collection_index(drive: &Drive, name: &str) -> Result<Manifest, ApiError> {
    let missing = || reach::no_collection(name);
    let collection = CollectionName::new(name).map_err(|_| missing())?;
    let mut tx = drive.repo.read().await?;
    let editions = collections::published(&mut tx, &collection).await?.ok_or_else(missing)?;
    Manifest::of(&list(&editions, "../../../../.."))
}

/// A list of these skills. `up` is the way from the list's folder to the drive's root.
fn list(editions: &[Edition], up: &str) -> AgentSkills {
    let listed = editions.iter().filter(|edition| is_name(edition.skill.slug.as_str()));
    AgentSkills {
        schema: AGENT_SKILLS_SCHEMA.to_owned(),
        skills: listed
            .map(|Edition { skill, version }| AgentSkill {
                name: skill.slug.to_string(),
                kind: "archive".to_owned(),
                description: shortened(&version.description),
                url: format!("{up}{}", public_path(&skill.slug, &version.content_sha)),
                digest: format!("sha256:{}", version.content_sha),
            })
            .collect(),
    }
}

/// Whether a slug is a name of the draft, which allows fewer: readers leave out any other.
fn is_name(slug: &str) -> bool {
    !slug.starts_with('-') && !slug.ends_with('-') && !slug.contains("--")
}

fn shortened(text: &str) -> String {
    let mut units = 0;
    let within = |c: &char| {
        units += c.len_utf16();
        units <= MOST_DESCRIPTION
    };
    text.chars().take_while(within).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_the_draft_does_not_know_are_told_apart() {
        assert!(is_name("a") && is_name("pdf-tools-2"));
        for other in ["-a", "a-", "a--b"] {
            assert!(!is_name(other), "{other}");
        }
    }

    #[test]
    fn a_description_is_cut_as_its_strictest_reader_counts() {
        assert_eq!(shortened(&"x".repeat(2_000)).len(), 1_024);
        assert_eq!(shortened(&"😀".repeat(2_000)).chars().count(), 512);
        assert_eq!(shortened(&format!("x{}", "😀".repeat(2_000))).encode_utf16().count(), 1_023);
        assert_eq!(shortened("short"), "short");
    }
}
