//! What the drive knows at one moment, and what it says about a slug then.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use skillzdrive_sync::Known;
use skillzdrive_sync::Sides;
use skillzdrive_sync::as_told_by_drive;
use skillzdrive_sync::classify;
use skillzdrive_wire::ContentSha;
use skillzdrive_wire::Slug;
use skillzdrive_wire::sync::Action;

use crate::error::ApiError;
use crate::repo::Transaction;
use crate::repo::items::Item;
use crate::repo::skills::VersionSha;

/// Everything that classification needs, read in one transaction.
pub(super) struct Snapshot {
    user_id: String,
    pub(super) items: BTreeMap<Slug, Item>,
    tombstones: BTreeSet<Slug>,
    /// Versions of the skills in the drive.
    history: BTreeMap<Slug, Vec<VersionSha>>,
    /// Versions of public skills that have the slug of a local one.
    public: BTreeMap<Slug, Vec<VersionSha>>,
}

/// What the drive says about one slug.
pub(super) struct Told<'a> {
    pub(super) action: Action,
    pub(super) item: Option<&'a Item>,
    /// The public version that the local bytes are, where that is claimed.
    pub(super) claim: Option<&'a VersionSha>,
    /// Whether the caller owns what the drive has; true where it has nothing.
    pub(super) owned: bool,
}

impl Told<'_> {
    /// D.
    pub(super) fn drive_sha(&self) -> Option<&ContentSha> {
        self.item.map(|item| &item.edition.version.content_sha)
    }
}

impl Snapshot {
    /// Reads it; `slugs` are those of the machine.
    pub(super) async fn read<T: Transaction>(tx: &mut T, user_id: &str, slugs: &[Slug]) -> Result<Self, ApiError> {
        let items = tx.items(user_id).await?;
        let items: BTreeMap<_, _> = items.into_iter().map(|item| (item.edition.skill.slug.clone(), item)).collect();
        let absent: Vec<Slug> = slugs.iter().filter(|slug| !items.contains_key(*slug)).cloned().collect();
        Ok(Self {
            user_id: user_id.to_owned(),
            tombstones: tx.tombstones(user_id).await?.into_iter().map(|(slug, _)| slug).collect(),
            history: by_slug(tx.versions_in_drive(user_id).await?),
            public: by_slug(tx.public_versions(&absent).await?),
            items,
        })
    }

    /// Classifies one slug.
    pub(super) fn tell(&self, slug: &Slug, local: Option<&ContentSha>, base: Option<&ContentSha>) -> Told<'_> {
        let item = self.items.get(slug);
        let drive = item.map(|item| &item.edition.version.content_sha);
        let public = self.public.get(slug).map(Vec::as_slice).unwrap_or_default();
        let claim = public.iter().rev().find(|version| Some(&version.content_sha) == local);
        let earlier = item.is_some_and(|item| {
            let before = item.edition.version.version;
            let history = self.history.get(slug).map(Vec::as_slice).unwrap_or_default();
            history.iter().any(|version| version.version < before && Some(&version.content_sha) == local)
        });
        let owned = item.is_none_or(|item| item.edition.skill.owner_id == self.user_id);
        let known = Known {
            local_is_public_version: claim.is_some(),
            local_is_earlier_version: earlier,
            owned,
            tombstone: self.tombstones.contains(slug),
        };
        let action = as_told_by_drive(classify(Sides { local, drive, base }, known));
        Told { claim: claim.filter(|_| action == Action::ClaimPublic), action, item, owned }
    }
}

fn by_slug(versions: Vec<VersionSha>) -> BTreeMap<Slug, Vec<VersionSha>> {
    let mut sorted: BTreeMap<Slug, Vec<VersionSha>> = BTreeMap::new();
    for version in versions {
        sorted.entry(version.slug.clone()).or_default().push(version);
    }
    sorted
}
