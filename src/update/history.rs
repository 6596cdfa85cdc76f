//! The versions of a skill that upstream knows.

use skillzdrive_wire::ContentSha;
use skillzdrive_wire::Slug;
use skillzdrive_wire::skills::SkillVersion;

use crate::api::Client;
use crate::api::account::Account;
use crate::api::call::Patience;
use crate::api::error::ApiError;
use crate::api::marketplace::Freshness;
use crate::api::resolve;
use crate::api::skills::Pick;
use crate::error::Result;

/// What is known of them.
#[derive(Debug)]
pub(crate) struct History {
    /// Newest first. From the marketplace they have neither comments nor grades, and only the newest a date.
    pub(crate) versions: Vec<SkillVersion>,
    /// Whether the drive's limit, or being offline, left the marketplace as the only source.
    pub(crate) from_marketplace: bool,
    /// The digest that the drive holds, where there is a key and the skill is in it.
    pub(crate) in_drive: Option<ContentSha>,
}

/// Asks for the versions of a skill.
///
/// # Errors
/// Exit 5 with the nearest names when there is no such skill; as any call.
pub(crate) async fn of(client: &Client, account: Option<&Account<'_>>, slug: &Slug) -> Result<History> {
    let shown = match account {
        Some(account) => account.show(slug, &Pick::Newest).await,
        None => client.show(slug, &Pick::Newest, Patience::Refuse).await,
    };
    match shown {
        Ok(shown) => {
            let in_drive = match account {
                Some(account) => account.drive().await?.skills.into_iter().find(|one| one.skill.slug == *slug),
                None => None,
            };
            let in_drive = in_drive.and_then(|one| one.skill.content_sha);
            Ok(History { versions: shown.versions, from_marketplace: false, in_drive })
        }
        Err(error) if error.status() == Some(404) => Err(client.unknown_skill(slug, Some(error)).await.into()),
        Err(error) if error.is_limited() || matches!(error, ApiError::Offline { .. }) => {
            let Ok(catalogue) = client.marketplace(Freshness::Any).await else { return Err(error.into()) };
            let Some(entry) = resolve::find(&catalogue.marketplace, slug).and_then(resolve::entry_of) else {
                return Err(error.into());
            };
            let versions = entry.versions.iter().map(|one| SkillVersion {
                version: one.version,
                content_sha: one.content_sha.clone(),
                content_size: 0,
                change_comment: None,
                security_grade: None,
                published_at: if one.version == entry.version { entry.published_at.clone() } else { String::new() },
            });
            Ok(History { versions: versions.collect(), from_marketplace: true, in_drive: None })
        }
        Err(error) => Err(error.into()),
    }
}
