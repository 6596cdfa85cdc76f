//! Section "Skills" of the reference: search, list, show, discover and the leaderboard.

use serde::Deserialize;
use serde::Serialize;

use crate::ContentSha;
use crate::Slug;
use crate::downloads::Download;
use crate::open_enum::open_enum;

/// One skill as the drive describes it (contract, "Shapes").
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Skill {
    /// The drive's own identity of the skill, opaque.
    #[serde(default)]
    pub id: String,
    /// Its name in addresses and folders.
    pub slug: Slug,
    /// Its name for people. Text of strangers: clean it before showing.
    #[serde(default)]
    pub name: String,
    /// What it is for. Text of strangers: clean it before showing.
    #[serde(default)]
    pub description: String,
    /// Words to find it by.
    #[serde(default)]
    pub tags: Vec<String>,
    /// The newest version, counted from 1; 0 where the drive does not say.
    #[serde(default)]
    pub version: u64,
    /// Where its source lies, for a GitHub skill.
    #[serde(default, alias = "githubUrl")]
    pub github_url: Option<String>,
    /// `public` or `private`, or the drive's own word.
    #[serde(default)]
    pub category: String,
    /// Who owns it, when that is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// What one run costs, in credits.
    #[serde(default, alias = "creditCostPerUse", skip_serializing_if = "Option::is_none")]
    pub credit_cost_per_use: Option<u64>,
    /// How often it was run in the last 30 days.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub executions: Option<u64>,
    /// How often it was installed in the last 30 days: once for each installation or account and day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub installs: Option<u64>,
    /// The mean of its ratings of the last 30 days, 1 to 5; absent where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rating: Option<f64>,
    /// `A` to `F` from the static scan, absent where it was not graded.
    #[serde(default, alias = "securityGrade", skip_serializing_if = "Option::is_none")]
    pub security_grade: Option<String>,
    /// Whether it holds scripts.
    #[serde(default, alias = "hasScripts", skip_serializing_if = "Option::is_none")]
    pub has_scripts: Option<bool>,
    /// The scripts' names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scripts: Option<Vec<String>>,
    /// The digest of the newest version's zip.
    #[serde(default, alias = "contentSha", skip_serializing_if = "Option::is_none")]
    pub content_sha: Option<ContentSha>,
    /// The size of the newest version's zip in bytes.
    #[serde(default, alias = "contentSize", skip_serializing_if = "Option::is_none")]
    pub content_size: Option<u64>,
}

/// `data` of `GET skills`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SkillList {
    /// The hits, best first.
    #[serde(deserialize_with = "crate::liberal::readable")]
    pub skills: Vec<Skill>,
    /// How many there are in all.
    #[serde(default)]
    pub total: u64,
}

/// `data` of `GET skills/:slug`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ShownSkill {
    /// The skill.
    pub skill: Skill,
    /// The selected version's artifact, where the skill has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub download: Option<Download>,
    /// Every version that was published, newest first.
    #[serde(default)]
    pub versions: Vec<SkillVersion>,
}

/// One published version of a skill.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SkillVersion {
    /// Counted from 1.
    pub version: u64,
    /// The digest of its zip.
    #[serde(alias = "contentSha")]
    pub content_sha: ContentSha,
    /// The size of its zip in bytes.
    #[serde(default, alias = "contentSize")]
    pub content_size: u64,
    /// What its author said of it.
    #[serde(default, alias = "changeComment")]
    pub change_comment: Option<String>,
    /// Its grade, where it has one.
    #[serde(default, alias = "securityGrade")]
    pub security_grade: Option<String>,
    /// When it was published, RFC 3339 in UTC.
    #[serde(default, alias = "publishedAt")]
    pub published_at: String,
}

open_enum! {
    /// Where a discovered skill was found.
    FoundIn {
        /// In the drive's marketplace.
        Marketplace = "marketplace",
        /// In a tree on GitHub that the drive has fetched before.
        Github = "github",
    }
}

/// A skill of `GET skills/discover`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FoundSkill {
    /// The skill.
    #[serde(flatten)]
    pub skill: Skill,
    /// Where it was found.
    #[serde(default = "marketplace", alias = "foundIn")]
    pub found_in: FoundIn,
}

fn marketplace() -> FoundIn {
    FoundIn::Marketplace
}

/// `data` of `GET skills/discover`: one page of ten.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Discovered {
    /// The page's skills, best first.
    #[serde(deserialize_with = "crate::liberal::readable")]
    pub skills: Vec<FoundSkill>,
    /// How many hits came before them.
    #[serde(default)]
    pub offset: u64,
    /// What to ask for the next page with; null after the last.
    #[serde(default, alias = "nextOffset")]
    pub next_offset: Option<u64>,
}

open_enum! {
    /// What the leaderboard is sorted by.
    SortBy {
        /// How often it was run.
        Executions = "executions",
        /// How often it was installed.
        Installs = "installs",
        /// Its mean rating.
        Rating = "rating",
    }
}

/// `data` of `GET skills/leaderboard`: at most ten.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Leaderboard {
    /// What they are sorted by.
    #[serde(default = "executions", alias = "sortBy")]
    pub sort_by: SortBy,
    /// The skills, first place first.
    #[serde(deserialize_with = "crate::liberal::readable")]
    pub skills: Vec<Skill>,
}

fn executions() -> SortBy {
    SortBy::Executions
}
