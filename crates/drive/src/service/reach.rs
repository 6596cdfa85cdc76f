//! Which skills a caller reaches: the one place that says so.
//!
//! Everything that lists, resolves, sends or runs a skill for a caller asks here, so that no route can forget a key's
//! scope. A key for all skills reaches drive ∪ team ∪ shared and, by name, the public catalogue. The key of a scoped
//! collection reaches what the collection names out of drive ∪ team ∪ shared and nothing else, the public catalogue
//! neither: what is outside does not exist for it.
//!
//! What a key may change is decided here too. A key for all skills changes its own drive. A scoped key changes only a
//! skill that it made itself, by an upload, and that no other collection names: everything else in its slice is there
//! for others as well.

use skillzdrive_wire::CollectionName;
use skillzdrive_wire::ContentSha;
use skillzdrive_wire::Slug;
use skillzdrive_wire::drive::Source;

use super::accounts::Caller;
use crate::error::ApiError;
use crate::repo::Transaction;
use crate::repo::collections::CollectionRow;
use crate::repo::items::Item;
use crate::repo::reach::HoldingRow;
use crate::repo::reach::ReachedRow;
use crate::repo::reach::View;
use crate::repo::skills::Edition;

/// What a key reaches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Scope {
    /// All skills of the account.
    AllSkills {
        /// Also what came with a team.
        team: bool,
        /// Also what somebody shares.
        shared: bool,
    },
    /// The skills that a collection names.
    Slice(Slice),
}

/// The slice of an account that a scoped collection is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Slice {
    /// The collection.
    pub(crate) collection_id: String,
    /// Its name, when the key was checked.
    pub(crate) name: CollectionName,
    /// Also what came with a team.
    pub(crate) team: bool,
    /// Also what somebody shares.
    pub(crate) shared: bool,
}

impl Scope {
    /// A key that belongs to no collection.
    pub(crate) const EVERYTHING: Self = Self::AllSkills { team: true, shared: true };

    /// The scope of a collection's key.
    pub(crate) fn of(collection: &CollectionRow) -> Self {
        let (team, shared) = (collection.include_team, collection.include_shared);
        if collection.all_skills {
            return Self::AllSkills { team, shared };
        }
        Self::Slice(Slice { collection_id: collection.id.clone(), name: collection.name.clone(), team, shared })
    }
}

impl Caller {
    /// Whether the key is for all skills.
    pub(crate) fn all_skills(&self) -> bool {
        matches!(self.scope, Scope::AllSkills { .. })
    }

    /// Refuses a scoped key.
    pub(crate) fn need_all_skills(&self) -> Result<(), ApiError> {
        if self.all_skills() {
            return Ok(());
        }
        Err(ApiError::forbidden("this needs a key for all skills; this key is for one collection"))
    }

    /// The collection that the key is for, where it reaches nothing else.
    pub(crate) fn slice(&self) -> Option<&Slice> {
        match &self.scope {
            Scope::AllSkills { .. } => None,
            Scope::Slice(slice) => Some(slice),
        }
    }

    /// Who goes on in what the caller left behind, a session's folder say: another slice of the same account is
    /// somebody else, and so is the account.
    pub(crate) fn holder(&self) -> String {
        match &self.scope {
            Scope::AllSkills { .. } => self.user_id.clone(),
            Scope::Slice(slice) => format!("{} {}", self.user_id, slice.collection_id),
        }
    }

    /// Whether the key may change a skill that it reaches.
    fn may_change(&self, source: &Source, made_here: bool) -> bool {
        *source == Source::Drive && (self.all_skills() || made_here)
    }

    /// What the key sees in search and lists.
    pub(crate) fn view(&self) -> View {
        let (collection_id, team, shared) = match &self.scope {
            Scope::AllSkills { team, shared } => (None, *team, *shared),
            Scope::Slice(slice) => (Some(slice.collection_id.clone()), slice.team, slice.shared),
        };
        let marketplace = collection_id.is_none();
        View { user_id: self.user_id.clone(), collection_id, team, shared, marketplace }
    }
}

/// A skill that a caller reaches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reached {
    /// The skill at the version it has there, and whether it is switched on. A skill that is switched off stays in
    /// lists of the drive, sync and diff, and is hidden from search, runs and manifests.
    pub(crate) item: Item,
    /// Through what it is reached.
    pub(crate) source: Source,
    /// Whether the caller may remove it, switch it, accept its updates.
    pub(crate) may_change: bool,
    /// Whether the caller may send its next version.
    pub(crate) owned: bool,
}

impl Reached {
    fn new(row: ReachedRow, caller: &Caller) -> Self {
        let may_change = caller.may_change(&row.source, row.made_here);
        let owned = may_change && row.item.edition.skill.owner_id == caller.user_id;
        Self { item: row.item, source: row.source, may_change, owned }
    }

    /// The slug.
    pub(crate) fn slug(&self) -> &Slug {
        &self.item.edition.skill.slug
    }

    /// Whether a newer version waits to be accepted. Somebody else's skill follows that person's drive.
    pub(crate) fn has_update(&self) -> bool {
        self.source == Source::Drive && self.item.has_update()
    }

    /// Refuses a change that the caller may not make.
    pub(crate) fn need_change(&self) -> Result<(), ApiError> {
        if self.may_change {
            return Ok(());
        }
        let slug = self.slug();
        Err(ApiError::forbidden(match self.source {
            Source::Team => format!("`{slug}` came with a team; whoever shares it changes it"),
            Source::Shared => format!("`{slug}` is shared by somebody else, who changes it"),
            _ => format!("`{slug}` is not this key's own; change it with a key for all skills"),
        }))
    }
}

/// What sync has to know of a skill that a caller reaches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Holding {
    pub(crate) slug: Slug,
    pub(crate) is_public: bool,
    /// The version that it has there.
    pub(crate) version: u64,
    pub(crate) content_sha: ContentSha,
    pub(crate) content_size: u64,
    /// The digests of the versions before.
    pub(crate) earlier: Vec<ContentSha>,
    /// As [`Reached::owned`].
    pub(crate) owned: bool,
}

/// What a slug means to a caller.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Found {
    /// It is in the caller's drive, team or shared.
    Reached(Reached),
    /// It is a public skill at its newest version, which the caller's drive does not hold.
    Public(Edition),
}

impl Found {
    /// The skill, at the version that it means.
    pub(crate) fn edition(&self) -> &Edition {
        match self {
            Self::Reached(reached) => &reached.item.edition,
            Self::Public(edition) => edition,
        }
    }

    /// Whether search, runs and manifests show it.
    pub(crate) fn enabled(&self) -> bool {
        match self {
            Self::Reached(reached) => reached.item.enabled,
            Self::Public(_) => true,
        }
    }
}

/// Everything that a caller reaches in drive, team and shared, by slug; of several skills of one slug, the first of
/// personal > team > shared.
pub(crate) async fn items<T: Transaction>(tx: &mut T, caller: &Caller) -> Result<Vec<Reached>, ApiError> {
    let mut rows = tx.reached(&caller.view(), None).await?;
    rows.dedup_by(|later, first| later.item.edition.skill.slug == first.item.edition.skill.slug);
    Ok(rows.into_iter().map(|row| Reached::new(row, caller)).collect())
}

/// The same as sync has to know it.
pub(crate) async fn holdings<T: Transaction>(tx: &mut T, caller: &Caller) -> Result<Vec<Holding>, ApiError> {
    let mut rows = tx.holdings(&caller.view()).await?;
    rows.dedup_by(|later, first| later.slug == first.slug);
    let holding = |row: HoldingRow| Holding {
        owned: caller.may_change(&row.source, row.made_here) && row.owner_id == caller.user_id,
        slug: row.slug,
        is_public: row.is_public,
        version: row.version,
        content_sha: row.content_sha,
        content_size: row.content_size,
        earlier: row.earlier,
    };
    Ok(rows.into_iter().map(holding).collect())
}

/// One of [`items`].
pub(crate) async fn item<T: Transaction>(
    tx: &mut T,
    caller: &Caller,
    slug: &Slug,
) -> Result<Option<Reached>, ApiError> {
    let first = tx.reached(&caller.view(), Some(slug)).await?.into_iter().next();
    Ok(first.map(|row| Reached::new(row, caller)))
}

/// The skill that a slug means to a caller: personal > team > shared > public. A scoped key has no public ones beyond
/// its slice; without a key there are only those.
pub(crate) async fn find<T: Transaction>(
    tx: &mut T,
    caller: Option<&Caller>,
    slug: &Slug,
) -> Result<Option<Found>, ApiError> {
    if let Some(caller) = caller {
        let reached = item(tx, caller, slug).await?;
        if reached.is_some() || !caller.all_skills() {
            return Ok(reached.map(Found::Reached));
        }
    }
    Ok(tx.public_skill(slug).await?.map(Found::Public))
}

/// A caller who sees what the key of one of the account's collections sees. A scoped key names its own, or none.
pub(crate) async fn narrowed<T: Transaction>(tx: &mut T, caller: &Caller, name: &str) -> Result<Caller, ApiError> {
    let collection = collection(tx, caller, name).await?;
    Ok(Caller { scope: Scope::of(&collection), ..caller.clone() })
}

/// One of the account's collections, by name. A scoped key has its own, and no other exists for it.
pub(crate) async fn collection<T: Transaction>(
    tx: &mut T,
    caller: &Caller,
    name: &str,
) -> Result<CollectionRow, ApiError> {
    let found = match CollectionName::new(name) {
        Ok(name) => tx.collection_named(&caller.user_id, &name).await?,
        Err(_) => None,
    };
    let own = |row: &CollectionRow| caller.slice().is_none_or(|slice| slice.collection_id == row.id);
    found.filter(own).ok_or_else(|| no_collection(name))
}

/// What a name without a collection is told.
pub(crate) fn no_collection(name: &str) -> ApiError {
    let shown: String = name.chars().take(80).collect();
    ApiError::not_found("collection_not_found", format!("there is no collection `{}`", shown.escape_debug()))
}
