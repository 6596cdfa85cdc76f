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
use crate::service::accounts::Caller;
use crate::service::reach;
use crate::service::reach::Reached;

/// Everything that classification needs, read in one transaction.
pub(super) struct Snapshot {
    pub(super) items: BTreeMap<Slug, Reached>,
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
    /// Whether the caller may send a next version of what the drive has; true where it has nothing.
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
    ///
    /// A scoped key has no marketplace to claim from, and what it does not see was not removed from it.
    pub(super) async fn read<T: Transaction>(tx: &mut T, caller: &Caller, slugs: &[Slug]) -> Result<Self, ApiError> {
        let items = reach::items(tx, caller).await?;
        let ids: Vec<String> = items.iter().map(|reached| reached.item.edition.skill.id.clone()).collect();
        let items: BTreeMap<_, _> = items.into_iter().map(|reached| (reached.slug().clone(), reached)).collect();
        let history = by_slug(tx.versions_of(&ids).await?);
        let mut tombstones = BTreeSet::new();
        let mut public = BTreeMap::new();
        if caller.all_skills() {
            let absent: Vec<Slug> = slugs.iter().filter(|slug| !items.contains_key(*slug)).cloned().collect();
            tombstones = tx.tombstones(&caller.user_id).await?.into_iter().map(|(slug, _)| slug).collect();
            public = by_slug(tx.public_versions(&absent).await?);
        }
        Ok(Self { items, tombstones, history, public })
    }

    /// Classifies one slug.
    pub(super) fn tell(&self, slug: &Slug, local: Option<&ContentSha>, base: Option<&ContentSha>) -> Told<'_> {
        let reached = self.items.get(slug);
        let item = reached.map(|reached| &reached.item);
        let drive = item.map(|item| &item.edition.version.content_sha);
        let public = self.public.get(slug).map(Vec::as_slice).unwrap_or_default();
        let claim = public.iter().rev().find(|version| Some(&version.content_sha) == local);
        let earlier = item.is_some_and(|item| {
            let before = item.edition.version.version;
            let history = self.history.get(slug).map(Vec::as_slice).unwrap_or_default();
            history.iter().any(|version| version.version < before && Some(&version.content_sha) == local)
        });
        let owned = reached.is_none_or(|reached| reached.owned);
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
