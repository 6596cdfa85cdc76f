//! The versions of a skill that can be compared: what lies here, what the lockfile names, what the drive holds, a number.

use std::fmt;
use std::str::FromStr;

use skillzdrive_wire::ContentSha;
use skillzdrive_wire::Slug;
use skillzdrive_wire::downloads::Download;

use crate::api::marketplace::Freshness;
use crate::api::resolve::Resolved;
use crate::api::resolve::Wanted;
use crate::api::skills::Pick;
use crate::error::Error;
use crate::error::Kind;
use crate::error::Result;
use crate::installer::gather::Sources;
use crate::installer::here::Here;
use crate::sync::look::options_of;
use crate::update::files;
use crate::update::files::Files;
use crate::update::plan::not_installed;

/// One of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    /// The files on this machine.
    Installed,
    /// The version that the lockfile names.
    Lock,
    /// The version that the drive holds.
    Drive,
    /// A version by its number.
    Version(u64),
}

impl FromStr for Side {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        match text {
            "installed" => Ok(Self::Installed),
            "lock" => Ok(Self::Lock),
            "drive" => Ok(Self::Drive),
            other => {
                let digits = !other.is_empty() && other.bytes().all(|b| b.is_ascii_digit());
                other.parse().ok().filter(|version| digits && *version > 0).map(Self::Version).ok_or_else(|| {
                    Error::usage(format!("`{}` is no version", other.escape_debug()))
                        .code("bad_version")
                        .hint("a version is `installed`, `lock`, `drive` or a number")
                })
            }
        }
    }
}

impl fmt::Display for Side {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Installed => f.write_str("installed"),
            Self::Lock => f.write_str("lock"),
            Self::Drive => f.write_str("drive"),
            Self::Version(version) => write!(f, "{version}"),
        }
    }
}

/// The files of a side.
///
/// # Errors
/// Exit 5 when there is none, exit 4 for the drive without a key; as any fetch.
pub(crate) async fn files_of(sources: &Sources<'_>, here: &Here, slug: &Slug, side: Side) -> Result<Files> {
    match side {
        Side::Installed => {
            let Some(found) = here.inventory.skills.get(slug) else { return Err(not_installed(here, slug)) };
            files::of_dir(&found.path, &options_of(found))
        }
        Side::Lock => {
            let Some(locked) = here.lockfile.skills.get(slug) else { return Err(not_installed(here, slug)) };
            files::of_zip(&exact(sources, slug, &locked.content_sha).await?)
        }
        Side::Drive => in_drive(sources, slug).await,
        Side::Version(version) => {
            let found = resolve(sources, slug, Pick::Version(version)).await?;
            files::of_zip(&fetch(sources, &found.download).await?)
        }
    }
}

/// The files that the drive holds.
///
/// # Errors
/// As [`files_of`].
pub(crate) async fn in_drive(sources: &Sources<'_>, slug: &Slug) -> Result<Files> {
    let Some(account) = sources.account else {
        return Err(Error::new(Kind::Auth, "without a key there is no drive to compare with")
            .code("no_key")
            .hint("skillzdrive login"));
    };
    let held = account.drive().await?.skills.into_iter().find(|one| one.skill.slug == *slug);
    let Some(sha) = held.and_then(|one| one.skill.content_sha) else {
        return Err(Error::new(Kind::NotFound, format!("`{slug}` is not in the drive")).code("skill_not_found"));
    };
    files::of_zip(&exact(sources, slug, &sha).await?)
}

/// The package with these exact bytes: from the cache, else from the drive.
///
/// # Errors
/// As any fetch.
pub(super) async fn exact(sources: &Sources<'_>, slug: &Slug, sha: &ContentSha) -> Result<Vec<u8>> {
    if let Some(bytes) = sources.cache.get(sha) {
        return Ok(bytes);
    }
    let download = match resolve(sources, slug, Pick::Sha(sha.clone())).await {
        Ok(found) => found.download,
        // The drive may know these bytes at their public address though it does not list them.
        Err(error) if error.kind() == Kind::NotFound => {
            let url = format!("/api/v1/downloads/public/{slug}/{sha}.zip");
            Download { content_sha: sha.clone(), content_size: 0, version: 0, url }
        }
        Err(error) => return Err(error),
    };
    fetch(sources, &download).await
}

async fn resolve(sources: &Sources<'_>, slug: &Slug, pick: Pick) -> Result<Resolved> {
    let wanted = [Wanted { slug: slug.clone(), pick }];
    let resolved = sources.client.resolve(sources.account, &wanted, Freshness::Any).await.pop();
    let none = || Error::internal("a question for one skill had no answer");
    Ok(resolved.ok_or_else(none)??)
}

async fn fetch(sources: &Sources<'_>, download: &Download) -> Result<Vec<u8>> {
    Ok(sources.client.fetch(download, sources.account, &|_| ()).await?)
}
