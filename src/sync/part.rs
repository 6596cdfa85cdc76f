//! A part of the drive that a sync keeps to: what one collection names.
//!
//! What is outside is as if it were not there, on either side. So nothing outside is sent, fetched, removed or forgotten:
//! that a skill is not in a collection says nothing of the skill.

use std::collections::BTreeSet;

use skillzdrive_wire::CollectionName;
use skillzdrive_wire::Slug;
use skillzdrive_wire::collections::Collection;
use skillzdrive_wire::drive::DriveSkill;
use skillzdrive_wire::drive::Source;

use crate::api::account::Account;
use crate::api::collections::KeyScope;
use crate::error::Error;
use crate::error::Kind;
use crate::error::Result;
use crate::nearest;
use crate::sync::look::Here;

/// The skills of a collection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Part {
    /// The collection.
    pub(crate) name: CollectionName,
    skills: Skills,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Skills {
    /// Every skill but these.
    Except(BTreeSet<Slug>),
    /// These alone.
    Only(BTreeSet<Slug>),
}

impl Part {
    /// Asks the drive what a collection holds. With the collection's own key that is what the key sees; with a key for
    /// all skills it is what the collection's list names.
    ///
    /// # Errors
    /// Exit 5 when there is no such collection, exit 4 for another scoped key; as any call.
    pub(crate) async fn of(account: &Account<'_>, name: &CollectionName) -> Result<Self> {
        let skills = if account.collection() == Some(name) {
            match account.key_scope().await? {
                KeyScope::AllSkills => Skills::Except(BTreeSet::new()),
                KeyScope::Scoped | KeyScope::Unknown => {
                    Skills::Only(account.drive().await?.skills.into_iter().map(|one| one.skill.slug).collect())
                }
            }
        } else {
            let all = account.collections().await.map_err(|error| match error.status() {
                Some(403) => Error::from(error)
                    .context(format!("what is in the collection `{name}`"))
                    .hint("or with the collection's own key: skillzdrive collection create --save keeps it here"),
                _ => error.into(),
            })?;
            let Some(collection) = all.iter().find(|one| one.name == *name) else {
                let error = Error::new(Kind::NotFound, format!("there is no collection `{name}`"));
                let near = nearest::did_you_mean(name.as_str(), all.iter().map(|one| one.name.as_str()));
                let hint = near.unwrap_or_else(|| "skillzdrive collection list".to_owned());
                return Err(error.code("collection_not_found").hint(hint));
            };
            let excluded = if collection.include_team_skills && collection.include_shared_skills {
                BTreeSet::new()
            } else {
                excluded(collection, &account.drive().await?.skills)
            };
            skills(collection, excluded)
        };
        Ok(Self { name: name.clone(), skills })
    }

    /// Whether a skill is in it.
    pub(crate) fn holds(&self, slug: &Slug) -> bool {
        match &self.skills {
            Skills::Except(outside) => !outside.contains(slug),
            Skills::Only(inside) => inside.contains(slug),
        }
    }
}

/// The skills of other people that a collection does not include.
fn excluded(collection: &Collection, drive: &[DriveSkill]) -> BTreeSet<Slug> {
    let outside = |source: &Source| match source {
        Source::Team => !collection.include_team_skills,
        Source::Shared => !collection.include_shared_skills,
        Source::Drive => false,
        // What this program does not know was not included by it.
        Source::Other(_) => true,
    };
    drive.iter().filter(|one| outside(&one.source)).map(|one| one.skill.slug.clone()).collect()
}

fn skills(collection: &Collection, excluded: BTreeSet<Slug>) -> Skills {
    match KeyScope::of(collection) {
        KeyScope::AllSkills => Skills::Except(excluded),
        KeyScope::Scoped | KeyScope::Unknown => {
            Skills::Only(collection.skill_slugs.iter().filter(|slug| !excluded.contains(*slug)).cloned().collect())
        }
    }
}

impl Here {
    /// Forgets, for this run, whatever is outside a part; gives the slugs of the skills that were left out.
    pub(crate) fn keep_to(&mut self, part: &Part) -> Vec<Slug> {
        let outside = self.inventory.skills.keys().filter(|slug| !part.holds(slug)).cloned().collect();
        self.inventory.skills.retain(|slug, _| part.holds(slug));
        self.inventory.twins.retain(|twin| part.holds(&twin.slug));
        self.inventory.missing.retain(|slug| part.holds(slug));
        self.inventory.refused.retain(|refused| refused.slug.as_ref().is_some_and(|slug| part.holds(slug)));
        // A base that is not known to this run is neither used nor forgotten by it.
        self.bases.retain(|slug, _| part.holds(slug));
        outside
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn collection(json: serde_json::Value) -> Collection {
        serde_json::from_value(json).unwrap()
    }

    fn drive() -> Vec<DriveSkill> {
        let skill = |slug: &str, source: &str| {
            serde_json::from_value(serde_json::json!({
                "id": slug, "slug": slug, "name": slug, "description": "", "tags": [], "version": 1,
                "github_url": null, "category": "private", "enabled": true, "source": source, "origin": "private",
                "pending_update": false
            }))
            .unwrap()
        };
        vec![skill("mine", "drive"), skill("ours", "team"), skill("theirs", "shared"), skill("odd", "moonlight")]
    }

    fn holds(json: serde_json::Value) -> Vec<&'static str> {
        let collection = collection(json);
        let skills = skills(&collection, excluded(&collection, &drive()));
        let part = Part { name: collection.name, skills };
        let slugs = ["mine", "ours", "theirs", "odd", "elsewhere"];
        slugs.into_iter().filter(|slug| part.holds(&Slug::new(slug).unwrap())).collect()
    }

    #[test]
    fn a_part_is_what_the_list_names_without_what_the_collection_excludes() {
        let json = |scope: &str, team: bool, shared: bool| {
            serde_json::json!({
                "name": "c", "scope": scope, "skillCount": "all", "skillSlugs": ["mine", "ours", "theirs"],
                "includeTeamSkills": team, "includeSharedSkills": shared, "isPublicMarketplace": false, "createdAt": ""
            })
        };
        assert_eq!(holds(json("scoped", true, true)), ["mine", "ours", "theirs"]);
        assert_eq!(holds(json("scoped", false, true)), ["mine", "theirs"]);
        assert_eq!(holds(json("scoped", false, false)), ["mine"]);
        assert_eq!(holds(json("a_new_word", true, false)), ["mine", "ours"]);
        // A key for all skills is for those of tomorrow, too.
        assert_eq!(holds(json("all_skills", false, true)), ["mine", "theirs", "elsewhere"]);
    }
}
