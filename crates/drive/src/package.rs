//! A skill's package as the drive takes it: read with the strict zip reader, made canonical, described, and read by the
//! security rules. There is no other way to a version, so there is none without a grade.

use std::error::Error;

use bytes::Bytes;
use skillzdrive_skill::Limits;
use skillzdrive_skill::Packed;
use skillzdrive_skill::SkillError;
use skillzdrive_skill::open_zip;
use skillzdrive_skill::parse_strict;
use skillzdrive_skill::slug_of;
use skillzdrive_wire::ContentSha;
use skillzdrive_wire::Slug;

use crate::inspection;
use crate::inspection::Inspection;
use crate::keys;
use crate::repo::skills::SkillRow;
use crate::repo::skills::VersionRow;

/// More characters than this of a description or name are cut off.
const MOST_TEXT: usize = 4_096;

/// A package that can be kept.
#[derive(Debug, Clone)]
pub(crate) struct Package {
    pub(crate) zip: Bytes,
    pub(crate) content_sha: ContentSha,
    /// The slug that the front matter names, if it names one.
    pub(crate) slug: Option<Slug>,
    pub(crate) name: String,
    pub(crate) description: String,
    pub(crate) tags: Vec<String>,
    pub(crate) scripts: Vec<String>,
    pub(crate) file_count: u64,
    pub(crate) inspection: Inspection,
}

impl Package {
    /// Reads an uploaded zip. This takes time: it belongs on a blocking thread.
    pub(crate) fn read(zip: Vec<u8>) -> Result<Self, String> {
        let packed = open_zip(zip, &Limits::default()).and_then(|archive| archive.canonical());
        packed.and_then(Self::inspect).map_err(|error| explain(&error))
    }

    /// Describes and grades what was packed. This takes time: it belongs on a blocking thread.
    pub(crate) fn inspect(packed: Packed) -> Result<Self, SkillError> {
        let inspection = Inspection::of(&packed.zip)?;
        Ok(Self::described(packed, inspection))
    }

    fn described(packed: Packed, inspection: Inspection) -> Self {
        let front = &packed.front_matter;
        // An empty folder name can be no slug, so this is the front matter's own or none.
        let slug = slug_of(front, "");
        let clean = |text: &Option<String>| text.as_deref().map(tidy).unwrap_or_default();
        let name = clean(&front.name);
        let tags = front.metadata.get("tags").map(|tags| {
            let words = tags.split([',', ' ']).map(tidy).filter(|tag| !tag.is_empty());
            words.take(32).collect()
        });
        let scripts = packed.files.iter().filter_map(|file| file.path.strip_prefix("scripts/")).map(str::to_owned);
        Self {
            content_sha: packed.content_sha,
            name,
            description: clean(&front.description),
            tags: tags.unwrap_or_default(),
            scripts: scripts.collect(),
            file_count: packed.files.len() as u64,
            slug,
            zip: packed.zip.into(),
            inspection,
        }
    }

    /// The row of this package as a version.
    pub(crate) fn version(&self, skill_id: &str, version: u64, comment: Option<String>, now: i64) -> VersionRow {
        VersionRow {
            skill_id: skill_id.to_owned(),
            version,
            content_sha: self.content_sha.clone(),
            content_size: self.zip.len() as u64,
            name: self.name.clone(),
            description: self.description.clone(),
            tags: self.tags.clone(),
            scripts: self.scripts.clone(),
            file_count: self.file_count,
            change_comment: comment,
            security_grade: Some(self.inspection.grade.as_str().to_owned()),
            graded_by: inspection::rules(),
            published_at: now,
        }
    }

    /// The row of a new skill that will have this package as its first version.
    pub(crate) fn skill(slug: &Slug, owner_id: &str, is_public: bool, now: i64) -> SkillRow {
        SkillRow {
            id: keys::row_id(now),
            slug: slug.clone(),
            owner_id: owner_id.to_owned(),
            owner: String::new(),
            is_public,
            github_url: None,
            credit_cost_per_use: 0,
            latest_version: 0,
            withdrawn_at: None,
            created_at: now,
        }
    }
}

/// A text of a stranger for the database: no control characters (one engine refuses NUL), and not without end.
fn tidy(text: &str) -> String {
    let spaced = text.chars().map(|c| if c.is_control() { ' ' } else { c });
    spaced.take(MOST_TEXT).collect::<String>().trim().to_owned()
}

/// The slug and front matter that publishing asks for, or why not.
pub(crate) fn publishable(zip: &[u8]) -> Result<Slug, String> {
    let archive = open_zip(zip, &Limits::default()).map_err(|error| explain(&error))?;
    let text = archive.read("SKILL.md").map_err(|error| explain(&error))?;
    let text = String::from_utf8(text).map_err(|_| "SKILL.md is not UTF-8".to_owned())?;
    let front = parse_strict(&text, None).map_err(|error| format!("SKILL.md: {error}"))?;
    let slug = slug_of(&front, "").ok_or_else(|| "SKILL.md: `name` is not a slug".to_owned())?;
    if slug.is_route() { Err(reserved(&slug)) } else { Ok(slug) }
}

/// Why a slug is not taken although it is one.
pub(crate) fn reserved(slug: &Slug) -> String {
    format!("`{slug}` is the name of a route, so no skill can be called so: give it another `name`")
}

/// An error with its causes, in one line.
pub(crate) fn explain(error: &SkillError) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let inner = error.to_string();
        if !text.contains(&inner) {
            text.push_str(": ");
            text.push_str(&inner);
        }
        cause = error.source();
    }
    text
}
