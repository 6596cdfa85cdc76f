//! Section "Collections" of the reference: named keys, each for all skills of an account or for a slice of them.

use serde::Deserialize;
use serde::Deserializer;
use serde::Serialize;
use serde::Serializer;

use crate::ApiKey;
use crate::CollectionName;
use crate::Slug;
use crate::open_enum::open_enum;

open_enum! {
    /// What a key reaches.
    Scope {
        /// All skills of the account.
        AllSkills = "all_skills",
        /// The skills of one collection.
        Scoped = "scoped",
    }
}

/// A collection (contract, "Routes whose bodies the reference leaves open").
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Collection {
    /// Its name, which is its key's name too.
    pub name: CollectionName,
    /// What its key reaches.
    #[serde(default = "scoped")]
    pub scope: Scope,
    /// How many skills it names.
    #[serde(default, rename = "skillCount", alias = "skill_count")]
    pub skill_count: SkillCount,
    /// The skills that it names, sorted; none for all skills.
    #[serde(default, rename = "skillSlugs", alias = "skill_slugs")]
    pub skill_slugs: Vec<Slug>,
    /// Whether its key reaches skills that came with a team.
    #[serde(default, rename = "includeTeamSkills", alias = "include_team_skills")]
    pub include_team_skills: bool,
    /// Whether its key reaches skills that somebody shares.
    #[serde(default, rename = "includeSharedSkills", alias = "include_shared_skills")]
    pub include_shared_skills: bool,
    /// Whether `/marketplace/collections/:name.json` shows it to everybody.
    #[serde(default, rename = "isPublicMarketplace", alias = "is_public_marketplace")]
    pub is_public_marketplace: bool,
    /// RFC 3339 in UTC.
    #[serde(default, rename = "createdAt", alias = "created_at")]
    pub created_at: String,
}

/// A drive that does not say is taken at the narrower meaning.
fn scoped() -> Scope {
    Scope::Scoped
}

/// How many skills a collection names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SkillCount {
    /// `"all"`: every skill of the account, and any word.
    All,
    /// A number.
    Some(u64),
}

impl Default for SkillCount {
    fn default() -> Self {
        Self::Some(0)
    }
}

impl Serialize for SkillCount {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::All => serializer.serialize_str("all"),
            Self::Some(count) => serializer.serialize_u64(*count),
        }
    }
}

impl<'de> Deserialize<'de> for SkillCount {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Form {
            Count(u64),
            Word(String),
        }
        match Form::deserialize(deserializer)? {
            Form::Count(count) => Ok(Self::Some(count)),
            Form::Word(word) => Ok(word.parse().map_or(Self::All, Self::Some)),
        }
    }
}

/// `data` of `GET collections`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CollectionList {
    /// The owner's collections, by name.
    #[serde(deserialize_with = "crate::liberal::readable")]
    pub collections: Vec<Collection>,
}

/// Body of `POST collections`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreateRequest {
    /// Its name, unique among its owner's.
    pub name: CollectionName,
    /// The skills that its key reaches; an empty list is a key for no skill at all. Absent: all skills. Null is refused,
    /// because a key for everything should not come of a value that somebody forgot.
    #[serde(
        default,
        rename = "skillSlugs",
        alias = "skill_slugs",
        skip_serializing_if = "Option::is_none",
        deserialize_with = "never_null"
    )]
    pub skill_slugs: Option<Vec<Slug>>,
    /// Whether its key reaches skills that came with a team.
    #[serde(default = "yes", rename = "includeTeamSkills", alias = "include_team_skills")]
    pub include_team_skills: bool,
    /// Whether its key reaches skills that somebody shares.
    #[serde(default = "yes", rename = "includeSharedSkills", alias = "include_shared_skills")]
    pub include_shared_skills: bool,
}

fn yes() -> bool {
    true
}

/// Reads a list that is there; a null is no list.
fn never_null<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Vec<Slug>>, D::Error> {
    Vec::deserialize(deserializer).map(Some)
}

/// `data` of `POST collections`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Created {
    /// The new collection.
    pub collection: Collection,
    /// Its key, which is told this once.
    #[serde(rename = "apiKey", alias = "api_key")]
    pub api_key: ApiKey,
}

/// Body of `PATCH collections/:name`: absent is unchanged.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct PatchRequest {
    /// Another name.
    #[serde(default, rename = "newName", alias = "new_name", skip_serializing_if = "Option::is_none")]
    pub new_name: Option<CollectionName>,
    /// The skills that its key reaches from now on, in place of those before; one for all skills becomes a slice.
    #[serde(default, rename = "skillSlugs", alias = "skill_slugs", skip_serializing_if = "Option::is_none")]
    pub skill_slugs: Option<Vec<Slug>>,
    /// Whether its key reaches skills that came with a team.
    #[serde(
        default,
        rename = "includeTeamSkills",
        alias = "include_team_skills",
        skip_serializing_if = "Option::is_none"
    )]
    pub include_team_skills: Option<bool>,
    /// Whether its key reaches skills that somebody shares.
    #[serde(
        default,
        rename = "includeSharedSkills",
        alias = "include_shared_skills",
        skip_serializing_if = "Option::is_none"
    )]
    pub include_shared_skills: Option<bool>,
    /// Whether everybody sees it as a marketplace.
    #[serde(
        default,
        rename = "isPublicMarketplace",
        alias = "is_public_marketplace",
        skip_serializing_if = "Option::is_none"
    )]
    pub is_public_marketplace: Option<bool>,
}

/// `data` of `PATCH collections/:name` and of `POST` and `DELETE collections/:name/skills`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Changed {
    /// The collection as it is now.
    pub collection: Collection,
}

/// Body of `POST collections/:name/skills`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AddSkill {
    /// A skill of the drive.
    #[serde(rename = "skillSlug", alias = "skill_slug")]
    pub skill_slug: Slug,
}

/// `data` of `DELETE collections/:name`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deleted {
    /// What was deleted.
    pub name: CollectionName,
    /// Always true.
    pub deleted: bool,
}
