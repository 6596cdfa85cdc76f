//! What the drive knows at one moment, and what it says about a slug then.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::sync::Arc;

use skillzdrive_sync::Known;
use skillzdrive_sync::Sides;
use skillzdrive_sync::as_told_by_drive;
use skillzdrive_sync::classify;
use skillzdrive_wire::ContentSha;
use skillzdrive_wire::Slug;
use skillzdrive_wire::sync::Action;

use crate::error::ApiError;
use crate::repo::Transaction;
use crate::repo::skills::VersionSha;
use crate::service::accounts::Caller;
use crate::service::reach;
use crate::service::reach::Holding;

/// Everything that classification needs.
pub(super) struct Snapshot {
    holdings: Arc<Holdings>,
    /// Versions of public skills that have the slug of a local one.
    public: BTreeMap<Slug, Vec<VersionSha>>,
}

/// What a key sees of its account's drive, whatever is on the machine.
#[derive(Debug)]
pub(crate) struct Holdings {
    items: BTreeMap<Slug, Holding>,
    tombstones: BTreeSet<Slug>,
}

impl Holdings {
    /// What is there.
    pub(super) fn slugs(&self) -> impl Iterator<Item = &Slug> {
        self.items.keys()
    }

    /// How many slugs this is about.
    pub(crate) fn len(&self) -> usize {
        self.items.len() + self.tombstones.len()
    }
}

/// What the drive says about one slug.
pub(super) struct Told<'a> {
    pub(super) action: Action,
    pub(super) item: Option<&'a Holding>,
    /// The public version that the local bytes are, where that is claimed.
    pub(super) claim: Option<&'a VersionSha>,
    /// Whether the caller may send a next version of what the drive has; true where it has nothing.
    pub(super) owned: bool,
}

impl Told<'_> {
    /// D.
    pub(super) fn drive_sha(&self) -> Option<&ContentSha> {
        self.item.map(|item| &item.content_sha)
    }
}

impl Snapshot {
    /// Reads it, except for holdings that are known; `slugs` are those of the machine.
    ///
    /// A scoped key has no marketplace to claim from, and what it does not see was not removed from it.
    pub(super) async fn read<T: Transaction>(
        tx: &mut T,
        caller: &Caller,
        known: Option<Arc<Holdings>>,
        slugs: &[Slug],
    ) -> Result<Self, ApiError> {
        let holdings = match known {
            Some(known) => known,
            None => Arc::new(holdings(tx, caller).await?),
        };
        let mut public = BTreeMap::new();
        if caller.all_skills() {
            let absent: Vec<Slug> = slugs.iter().filter(|slug| !holdings.items.contains_key(*slug)).cloned().collect();
            public = by_slug(tx.public_versions(&absent).await?);
        }
        Ok(Self { holdings, public })
    }

    /// What was read that does not depend on the machine.
    pub(super) fn holdings(&self) -> &Arc<Holdings> {
        &self.holdings
    }

    /// Classifies one slug.
    pub(super) fn tell(&self, slug: &Slug, local: Option<&ContentSha>, base: Option<&ContentSha>) -> Told<'_> {
        let item = self.holdings.items.get(slug);
        let drive = item.map(|item| &item.content_sha);
        let public = self.public.get(slug).map(Vec::as_slice).unwrap_or_default();
        let claim = public.iter().rev().find(|version| Some(&version.content_sha) == local);
        let earlier = item.is_some_and(|item| item.earlier.iter().any(|sha| Some(sha) == local));
        let owned = item.is_none_or(|item| item.owned);
        let known = Known {
            local_is_public_version: claim.is_some(),
            local_is_earlier_version: earlier,
            owned,
            tombstone: self.holdings.tombstones.contains(slug),
        };
        let action = as_told_by_drive(classify(Sides { local, drive, base }, known));
        Told { claim: claim.filter(|_| action == Action::ClaimPublic), action, item, owned }
    }
}

/// What a key sees of its account's drive.
async fn holdings<T: Transaction>(tx: &mut T, caller: &Caller) -> Result<Holdings, ApiError> {
    let items = reach::holdings(tx, caller).await?.into_iter().map(|item| (item.slug.clone(), item)).collect();
    let mut tombstones = BTreeSet::new();
    if caller.all_skills() {
        tombstones = tx.tombstones(&caller.user_id).await?.into_iter().map(|(slug, _)| slug).collect();
    }
    Ok(Holdings { items, tombstones })
}

fn by_slug(versions: Vec<VersionSha>) -> BTreeMap<Slug, Vec<VersionSha>> {
    let mut sorted: BTreeMap<Slug, Vec<VersionSha>> = BTreeMap::new();
    for version in versions {
        sorted.entry(version.slug.clone()).or_default().push(version);
    }
    sorted
}
