//! `/marketplace.json`: the public catalogue as a plugin marketplace, kept in memory until the catalogue changes.

use std::collections::BTreeMap;
use std::collections::HashMap;
use std::io::Write;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;

use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use serde::Serialize;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;
use sha2::Digest;
use sha2::Sha256;
use skillzdrive_wire::CollectionName;
use skillzdrive_wire::ContentSha;
use skillzdrive_wire::GithubSource;
use skillzdrive_wire::Slug;
use skillzdrive_wire::marketplace::Entry;
use skillzdrive_wire::marketplace::EntryVersion;
use skillzdrive_wire::marketplace::Marketplace;
use skillzdrive_wire::marketplace::Metadata;
use skillzdrive_wire::marketplace::Owner;
use skillzdrive_wire::marketplace::Plugin;
use tokio::sync::OnceCell;

use crate::drive::Drive;
use crate::error::ApiError;
use crate::error::DriveError;
use crate::repo::Repository;
use crate::repo::Stamp;
use crate::repo::skills::Edition;
use crate::repo::skills::Skills;
use crate::repo::skills::VersionSha;
use crate::service::collections;
use crate::service::reach;
use crate::service::view::public_path;
use crate::time::rfc3339;

/// How many versions an entry lists.
const MOST_VERSIONS: usize = 20;

/// How many characters of a description older readers take.
const MOST_DESCRIPTION: usize = 1_024;

/// A manifest as it is sent.
#[derive(Debug, Clone)]
pub(crate) struct Manifest {
    pub(crate) etag: String,
    pub(crate) body: Bytes,
    /// The same compressed, made when somebody first asks for it so.
    packed: Arc<OnceCell<Bytes>>,
}

impl Manifest {
    /// A document and its entity tag.
    pub(crate) fn of(document: &impl Serialize) -> Result<Self, ApiError> {
        let body = serde_json::to_vec(document).map_err(|error| ApiError::internal(&error))?;
        let etag = format!("\"{}\"", ContentSha::from_digest(&Sha256::digest(&body).into()));
        Ok(Self { etag, body: body.into(), packed: Arc::default() })
    }

    /// The entity tag of the compressed form: other bytes, so another tag.
    pub(crate) fn packed_etag(&self) -> String {
        format!("{}-gzip\"", self.etag.trim_end_matches('"'))
    }

    /// The body in gzip. Those who ask while it is made wait for it.
    pub(crate) async fn packed(&self) -> Result<Bytes, ApiError> {
        let body = self.body.clone();
        let pack = || async move {
            let packed = tokio::task::spawn_blocking(move || gzip(&body)).await;
            packed.map_err(|error| ApiError::internal(&error))?.map_err(|error| ApiError::internal(&error))
        };
        Ok(self.packed.get_or_try_init(pack).await?.clone())
    }
}

fn gzip(body: &[u8]) -> std::io::Result<Bytes> {
    let mut encoder = GzEncoder::new(Vec::with_capacity(body.len() / 4), Compression::default());
    encoder.write_all(body)?;
    Ok(encoder.finish()?.into())
}

/// The manifests in memory, by the origin that their addresses are built from.
#[derive(Debug, Default)]
pub(crate) struct Manifests {
    kept: Mutex<HashMap<String, (i64, Manifest)>>,
    /// Whoever makes one holds this, so that a change lets one be made and not one for each request.
    making: tokio::sync::Mutex<()>,
}

impl Manifests {
    fn get(&self, origin: &str, revision: i64) -> Option<Manifest> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.get(origin).filter(|(of, _)| *of == revision).map(|(_, manifest)| manifest.clone())
    }

    fn keep(&self, origin: &str, revision: i64, manifest: &Manifest) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() < MOST_ORIGINS || kept.contains_key(origin) {
            kept.insert(origin.to_owned(), (revision, manifest.clone()));
        }
    }
}

/// One origin is usual; a caller that makes up others gets its answer and is not remembered.
const MOST_ORIGINS: usize = 8;

/// The manifest of now: of the catalogue's revision at this state of the database, whoever wrote it.
pub(crate) async fn manifest(drive: &Drive, stamp: Stamp, origin: &str) -> Result<Manifest, ApiError> {
    let revision = revision(drive, stamp).await?;
    if let Some(manifest) = drive.manifests.get(origin, revision) {
        return Ok(manifest);
    }
    // Few requests come here, so the others do not carry the room for it.
    Box::pin(make(drive, revision, origin)).await
}

async fn make(drive: &Drive, revision: i64, origin: &str) -> Result<Manifest, ApiError> {
    let _making = drive.manifests.making.lock().await;
    // While this waited for its turn somebody may have made it.
    if let Some(manifest) = drive.manifests.get(origin, revision) {
        return Ok(manifest);
    }
    let mut tx = drive.repo.read().await?;
    // It may be a newer one by now, and what is kept says which.
    let revision = tx.catalogue_revision().await?;
    let editions = tx.catalogue().await?;
    let versions = tx.catalogue_versions().await?;
    drop(tx);
    let (name, of) = (drive.config.marketplace_name.clone(), origin.to_owned());
    let made = tokio::task::spawn_blocking(move || Manifest::of(&build(&name, &of, &editions, versions))).await;
    let manifest = made.map_err(|error| ApiError::internal(&error))??;
    drive.manifests.keep(origin, revision, &manifest);
    Ok(manifest)
}

/// The catalogue's revision at a state of the database.
pub(crate) async fn revision(drive: &Drive, stamp: Stamp) -> Result<i64, ApiError> {
    if let Some(revision) = drive.kept.catalogue_revision(stamp) {
        return Ok(revision);
    }
    let read = async { Ok::<_, ApiError>(drive.repo.read().await?.catalogue_revision().await?) };
    let revision = Box::pin(read).await?;
    drive.kept.keep_catalogue_revision(stamp, revision);
    Ok(revision)
}

/// The manifest of a published collection, made afresh each time: it changes with its owner's drive.
pub(crate) async fn collection_manifest(drive: &Drive, name: &str, origin: &str) -> Result<Manifest, ApiError> {
    let missing = || reach::no_collection(name);
    let collection = CollectionName::new(name).map_err(|_| missing())?;
    let mut tx = drive.repo.read().await?;
    let editions = collections::published(&mut tx, &collection).await?.ok_or_else(missing)?;
    let ids: Vec<String> = editions.iter().map(|edition| edition.skill.id.clone()).collect();
    let mut versions = tx.versions_of(&ids).await?;
    versions.sort_by_key(|version| std::cmp::Reverse(version.version));
    Manifest::of(&build(&plugin_name(&collection), origin, &editions, versions))
}

/// A collection's name as readers of the format take one: kebab-case, at most 64 characters, none that is reserved. It
/// differs where the names differ, because a reader keeps one marketplace for each name.
fn plugin_name(collection: &CollectionName) -> String {
    let name = collection.as_str();
    let lower = name.to_ascii_lowercase();
    let words = lower.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let kebab = words.collect::<Vec<_>>().join("-");
    if kebab == name && check_name(&kebab).is_ok() {
        return kebab;
    }
    let digest = ContentSha::from_digest(&Sha256::digest(name.as_bytes()).into());
    let start = kebab.get(..40).unwrap_or(&kebab).trim_end_matches('-');
    ["collection", start, digest.short()].iter().filter(|part| !part.is_empty()).copied().collect::<Vec<_>>().join("-")
}

/// Names that readers of the format keep for themselves.
const RESERVED: &[&str] =
    &["agent-skills", "builtin", "claude-community", "claude-plugins-official", "github", "inline", "npm"];

/// Refuses a name that a reader of the format would refuse.
pub(crate) fn check_name(name: &str) -> Result<(), DriveError> {
    let kebab = Slug::new(name).is_ok() && !name.starts_with('-') && !name.ends_with('-') && !name.contains("--");
    if kebab && !RESERVED.contains(&name) && !name.starts_with("anthropic") {
        return Ok(());
    }
    let name = name.escape_debug();
    Err(DriveError::Config(format!("`{name}` is not a name for a marketplace: kebab-case, and none that is reserved")))
}

fn build(name: &str, origin: &str, editions: &[Edition], versions: Vec<VersionSha>) -> Marketplace {
    let mut history: BTreeMap<Slug, Vec<EntryVersion>> = BTreeMap::new();
    for version in versions {
        let of = history.entry(version.slug).or_default();
        if of.len() < MOST_VERSIONS {
            of.push(EntryVersion { version: version.version, content_sha: version.content_sha });
        }
    }
    Marketplace {
        name: name.to_owned(),
        owner: Owner { name: name.to_owned() },
        plugins: editions.iter().map(|edition| plugin(origin, edition, &mut history)).collect(),
    }
}

fn plugin(origin: &str, edition: &Edition, history: &mut BTreeMap<Slug, Vec<EntryVersion>>) -> Plugin {
    let Edition { skill, version } = edition;
    let url = format!("{origin}{}", public_path(&skill.slug, &version.content_sha));
    Plugin {
        name: skill.slug.to_string(),
        source: source(edition, &url),
        description: version.description.chars().take(MOST_DESCRIPTION).collect(),
        version: version.version.to_string(),
        category: "public".to_owned(),
        tags: version.tags.clone(),
        metadata: Metadata {
            skillzdrive: Some(Entry {
                slug: skill.slug.clone(),
                content_sha: version.content_sha.clone(),
                content_size: version.content_size,
                version: version.version,
                url,
                published_at: rfc3339(version.published_at),
                versions: history.remove(&skill.slug).unwrap_or_default(),
            }),
            extra: Map::new(),
        },
        extra: Map::new(),
    }
}

/// Where readers of the format get a skill: from GitHub at its commit where it lies there, else the artifact.
fn source(edition: &Edition, url: &str) -> Value {
    match edition.skill.github_url.as_deref().and_then(GithubSource::from_url) {
        Some(GithubSource { owner, repo, path, commit }) if path.is_empty() => {
            json!({ "source": "github", "repo": format!("{owner}/{repo}"), "sha": commit })
        }
        Some(GithubSource { owner, repo, path, commit }) => json!({
            "source": "git-subdir", "url": format!("https://github.com/{owner}/{repo}.git"), "path": path, "sha": commit
        }),
        None => json!({ "source": "archive", "url": url, "sha256": edition.version.content_sha }),
    }
}

#[cfg(test)]
mod tests {
    use super::check_name;

    #[test]
    fn a_name_that_readers_refuse_is_refused_here() {
        assert!(check_name("skillzdrive").is_ok());
        for bad in ["", "A", "-a", "a-", "a--b", "agent-skills", "anthropic-tools", "claude-plugins-official"] {
            assert!(check_name(bad).is_err(), "{bad}");
        }
    }
}
