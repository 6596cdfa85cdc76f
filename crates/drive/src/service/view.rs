//! From rows to the shapes of the wire.

use skillzdrive_wire::ContentSha;
use skillzdrive_wire::Slug;
use skillzdrive_wire::downloads::Download;
use skillzdrive_wire::drive::DriveSkill;
use skillzdrive_wire::drive::Origin;
use skillzdrive_wire::skills::Skill;
use skillzdrive_wire::skills::SkillVersion;

use super::reach::Holding;
use super::reach::Reached;
use crate::drive::Inner;
use crate::repo::skills::Edition;
use crate::repo::skills::SkillRow;
use crate::repo::skills::VersionRow;
use crate::time::HOUR;
use crate::time::rfc3339;

/// How long the address of a private artifact works: long enough for a large sync, short enough to be worth little in
/// a log.
const PRIVATE_ADDRESS: i64 = HOUR;

/// The contract's `Skill`.
pub(crate) fn skill(edition: &Edition) -> Skill {
    let Edition { skill, version } = edition;
    Skill {
        id: skill.id.clone(),
        slug: skill.slug.clone(),
        name: version.name.clone(),
        description: version.description.clone(),
        tags: version.tags.clone(),
        version: version.version,
        github_url: skill.github_url.clone(),
        category: if skill.is_public { "public" } else { "private" }.to_owned(),
        owner: Some(skill.owner.clone()),
        credit_cost_per_use: Some(skill.credit_cost_per_use),
        executions: None,
        installs: None,
        rating: None,
        security_grade: version.security_grade.clone(),
        has_scripts: Some(!version.scripts.is_empty()),
        scripts: Some(version.scripts.clone()),
        content_sha: Some(version.content_sha.clone()),
        content_size: Some(version.content_size),
    }
}

/// The contract's `DriveSkill`.
pub(crate) fn drive_skill(reached: &Reached) -> DriveSkill {
    let item = &reached.item;
    let row = &item.edition.skill;
    DriveSkill {
        skill: skill(&item.edition),
        enabled: item.enabled,
        source: reached.source.clone(),
        origin: match (&row.github_url, row.is_public) {
            (Some(_), _) => Origin::Github,
            (None, true) => Origin::Public,
            (None, false) => Origin::Private,
        },
        pending_update: reached.has_update(),
    }
}

/// The address of a public artifact, relative to the drive's origin.
pub(crate) fn public_path(slug: &impl std::fmt::Display, sha: &impl std::fmt::Display) -> String {
    format!("/api/v1/downloads/public/{slug}/{sha}.zip")
}

/// The contract's `Download` of a version, for a caller who may have it.
pub(crate) fn download(drive: &Inner, origin: &str, skill: &SkillRow, version: &VersionRow) -> Download {
    Download {
        content_sha: version.content_sha.clone(),
        content_size: version.content_size,
        version: version.version,
        url: address(drive, origin, (&skill.slug, skill.is_public), &version.content_sha),
    }
}

/// The same of what a sync run brings.
pub(crate) fn download_of(drive: &Inner, origin: &str, holding: &Holding) -> Download {
    Download {
        content_sha: holding.content_sha.clone(),
        content_size: holding.content_size,
        version: holding.version,
        url: address(drive, origin, (&holding.slug, holding.is_public), &holding.content_sha),
    }
}

fn address(drive: &Inner, origin: &str, (slug, is_public): (&Slug, bool), sha: &ContentSha) -> String {
    if is_public {
        return public_path(slug, sha);
    }
    drive.artifact_address(origin, sha, drive.now() + PRIVATE_ADDRESS)
}

/// An entry of `versions`.
pub(crate) fn skill_version(version: &VersionRow) -> SkillVersion {
    SkillVersion {
        version: version.version,
        content_sha: version.content_sha.clone(),
        content_size: version.content_size,
        change_comment: version.change_comment.clone(),
        security_grade: version.security_grade.clone(),
        published_at: rfc3339(version.published_at),
    }
}
