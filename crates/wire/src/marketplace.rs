//! Section "Marketplace" of the reference: the public catalogue as a plugin marketplace file, and beside it as the list
//! of the agent skills discovery draft.

use serde::Deserialize;
use serde::Serialize;
use serde_json::Map;
use serde_json::Value;

use crate::ContentSha;
use crate::Slug;

/// `/marketplace.json` (contract, "marketplace.json").
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Marketplace {
    /// The marketplace's name, kebab-case.
    #[serde(default)]
    pub name: String,
    /// Who keeps it.
    #[serde(default)]
    pub owner: Owner,
    /// The skills.
    #[serde(deserialize_with = "crate::liberal::readable")]
    pub plugins: Vec<Plugin>,
}

/// Who keeps a marketplace.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Owner {
    /// The name.
    #[serde(default)]
    pub name: String,
}

/// One entry.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Plugin {
    /// Kebab-case, up to 64.
    pub name: String,
    /// Where it comes from.
    #[serde(default)]
    pub source: Value,
    /// Up to 1024 characters.
    #[serde(default)]
    pub description: String,
    /// The version, as text.
    #[serde(default, deserialize_with = "text_or_number")]
    pub version: String,
    /// A word for grouping.
    #[serde(default)]
    pub category: String,
    /// Words to find it by.
    #[serde(default)]
    pub tags: Vec<String>,
    /// What this drive adds.
    #[serde(default)]
    pub metadata: Metadata,
    /// Fields of the format that this program does not use.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

fn text_or_number<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    Ok(match Value::deserialize(deserializer)? {
        Value::String(text) => text,
        Value::Null => String::new(),
        other => other.to_string(),
    })
}

/// The `metadata` of an entry; ours is under its own name.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Metadata {
    /// What the client resolves from. An entry without it cannot be installed from here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub skillzdrive: Option<Entry>,
    /// Others' metadata.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// `metadata.skillzdrive` of an entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// The slug.
    pub slug: Slug,
    /// The newest version's digest.
    pub content_sha: ContentSha,
    /// Its size in bytes.
    #[serde(default)]
    pub content_size: u64,
    /// Its number.
    #[serde(default)]
    pub version: u64,
    /// Where its bytes are, relative to the drive's origin or absolute.
    #[serde(default)]
    pub url: String,
    /// RFC 3339 in UTC.
    #[serde(default)]
    pub published_at: String,
    /// The last 20 versions.
    #[serde(default)]
    pub versions: Vec<EntryVersion>,
}

/// One version in a marketplace entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EntryVersion {
    /// Its number.
    pub version: u64,
    /// Its digest.
    pub content_sha: ContentSha,
}

/// The `$schema` of [`AgentSkills`]: the draft's version 0.2.0, and how a reader knows it.
pub const AGENT_SKILLS_SCHEMA: &str = "https://schemas.agentskills.io/discovery/0.2.0/schema.json";

/// `/.well-known/agent-skills/index.json`: a list of skills that any client of the discovery draft can install from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgentSkills {
    /// [`AGENT_SKILLS_SCHEMA`]; a reader that does not know it must not go on.
    #[serde(rename = "$schema")]
    pub schema: String,
    /// The skills.
    pub skills: Vec<AgentSkill>,
}

/// One skill of an [`AgentSkills`] list. Every field is required by the draft.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgentSkill {
    /// 1 to 64 of `a-z0-9-`, no hyphen first, last or twice.
    pub name: String,
    /// `archive` (a zip with `SKILL.md` at its root), or `skill-md`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Up to 1024 characters.
    pub description: String,
    /// Where the bytes are, resolved against the list's own address.
    pub url: String,
    /// `sha256:` and the digest of the bytes.
    pub digest: String,
}
