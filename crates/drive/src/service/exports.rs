//! Exports: several skills in one zip, each in a folder of its slug.
//!
//! What an export holds is fixed when it is asked for and kept as a list; the zip itself is never made as a whole. Each
//! answer computes the layout from the list and copies the artifacts' contents while it sends, so a range costs what the
//! range is, and the same list gives the same bytes for ever.

use std::ops::Range;
use std::sync::Arc;

use bytes::Bytes;
use futures_util::StreamExt;
use futures_util::TryStreamExt;
use futures_util::stream;
use futures_util::stream::BoxStream;
use sha2::Digest;
use sha2::Sha256;
use skillzdrive_skill::Bundle;
use skillzdrive_skill::BundlePart;
use skillzdrive_skill::CANONICAL_END;
use skillzdrive_skill::Piece;
use skillzdrive_skill::Section;
use skillzdrive_skill::cut;
use skillzdrive_skill::sha256;
use skillzdrive_wire::ContentSha;
use skillzdrive_wire::Secret;
use skillzdrive_wire::Slug;
use skillzdrive_wire::downloads::Export;
use skillzdrive_wire::downloads::ExportRequest;
use skillzdrive_wire::downloads::ExportScope;

use super::accounts::Caller;
use super::reach;
use super::reach::Reached;
use crate::artifacts::Artifacts;
use crate::drive::Drive;
use crate::error::ApiError;
use crate::error::DriveError;
use crate::repo::Repository;
use crate::repo::Transaction;
use crate::repo::exports::ExportRow;
use crate::repo::exports::Exports;
use crate::repo::skills::Edition;
use crate::signing::Signed;
use crate::time::DAY;
use crate::time::rfc3339;

/// Stands in the digest of a list: another layout is another zip, and must have another name.
const LAYOUT: &str = "skills in folders, 1";

/// An artifact of at most this many bytes is read at once, a larger one file by file.
const AT_ONCE: u64 = 1 << 20;

/// How many artifacts are looked at at the same time when an export is made.
const LOOKS: usize = 8;

/// A list as it is kept: slug, digest, size of the zip, files, bytes of its directory.
type Kept = Vec<(Slug, ContentSha, u64, u64, u64)>;

/// `POST downloads`.
pub(crate) async fn pack(
    drive: &Drive,
    caller: &Caller,
    request: &ExportRequest,
    origin: &str,
) -> Result<Export, ApiError> {
    let chosen = chosen(drive, caller, request).await?;
    let kept: Kept = stream::iter(chosen).map(|edition| look(drive, edition)).buffered(LOOKS).try_collect().await?;
    let id = name_of(&kept);
    let now = drive.now();
    let expires_at = now + DAY;
    let parts = serde_json::to_string(&kept).map_err(|error| ApiError::internal(&error))?;
    let mut tx = drive.repo.write_rows().await?;
    tx.keep_export(&ExportRow { id: id.to_string(), parts, expires_at }, now).await?;
    tx.commit().await?;
    let opened = Opened::new(kept);
    Ok(Export {
        url: Secret::new(format!("{origin}{}", drive.signer.path(Signed::Export, &id, expires_at))),
        expires_at: rfc3339(expires_at),
        skill_count: opened.0.shas.len() as u64,
        content_size: opened.size(),
    })
}

/// What is exported: nothing that the caller could not have by itself.
async fn chosen(drive: &Drive, caller: &Caller, request: &ExportRequest) -> Result<Vec<Edition>, ApiError> {
    let mut tx = drive.repo.read().await?;
    match &request.scope {
        ExportScope::Drive => Ok(editions(reach::items(&mut tx, caller).await?)),
        ExportScope::Collection => {
            // White space may be part of a collection's name.
            let name = request.collection_name.as_deref().filter(|name| !name.is_empty());
            let missing = || ApiError::invalid("`collectionName` is missing: scope `collection` is about one");
            let caller = reach::narrowed(&mut tx, caller, name.ok_or_else(missing)?).await?;
            Ok(editions(reach::items(&mut tx, &caller).await?))
        }
        ExportScope::Skill => {
            let name = request.skill_slug.as_deref().map(str::trim).filter(|name| !name.is_empty());
            let name = name.ok_or_else(|| ApiError::invalid("`skillSlug` is missing: scope `skill` is about one"))?;
            let slug = Slug::new(name).map_err(|_| ApiError::no_skill(name))?;
            let found = reach::find(&mut tx, Some(caller), &slug).await?.ok_or_else(|| ApiError::no_skill(name))?;
            Ok(vec![found.edition().clone()])
        }
        ExportScope::Other(word) => {
            let message = format!("there is no scope `{}`: drive, collection or skill", word.escape_debug());
            Err(ApiError::invalid(message))
        }
    }
}

/// The skills at the versions that the caller has. One that is switched off is exported too: a switch moves no data.
fn editions(reached: Vec<Reached>) -> Vec<Edition> {
    reached.into_iter().map(|reached| reached.item.edition).collect()
}

/// Reads the end of an artifact: what the layout needs to know of it.
async fn look(drive: &Drive, edition: Edition) -> Result<(Slug, ContentSha, u64, u64, u64), ApiError> {
    let (slug, sha, size) = (edition.skill.slug, edition.version.content_sha, edition.version.content_size);
    let end = size.saturating_sub(CANONICAL_END)..size;
    let end: Vec<Bytes> =
        drive.artifacts.read(&sha, end).await?.try_collect().await.map_err(|error| corrupt(&sha, &error))?;
    let part = BundlePart::read(slug, size, &end.concat());
    let part = part.ok_or_else(|| corrupt(&sha, &"its end is not that of a canonical zip"))?;
    Ok((part.slug, sha, size, part.files, part.directory))
}

fn corrupt(sha: &ContentSha, error: &dyn std::fmt::Display) -> ApiError {
    ApiError::internal(&DriveError::Corrupt(format!("the artifact {sha}: {error}")))
}

/// The digest of a list, which names the bytes of its zip.
fn name_of(kept: &Kept) -> ContentSha {
    let mut hasher = Sha256::new();
    hasher.update(LAYOUT.as_bytes());
    for (slug, sha, ..) in kept {
        hasher.update(format!("\n{slug} {sha}").as_bytes());
    }
    ContentSha::from_digest(&hasher.finalize().into())
}

/// An export that is being sent.
#[derive(Debug, Clone)]
pub(crate) struct Opened(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    bundle: Bundle,
    shas: Vec<ContentSha>,
}

/// The export of a digest; `None` when its list is not kept any more.
pub(crate) async fn open(drive: &Drive, id: &ContentSha) -> Result<Option<Opened>, ApiError> {
    let Some(row) = drive.repo.read().await?.export(id.as_str()).await? else { return Ok(None) };
    let kept: Kept = serde_json::from_str(&row.parts)
        .map_err(|error| ApiError::internal(&DriveError::Corrupt(format!("the export {id}: {error}"))))?;
    Ok(Some(Opened::new(kept)))
}

impl Opened {
    fn new(kept: Kept) -> Self {
        let (mut parts, mut shas) = (Vec::with_capacity(kept.len()), Vec::with_capacity(kept.len()));
        for (slug, sha, zip_size, files, directory) in kept {
            parts.push(BundlePart { slug, zip_size, files, directory });
            shas.push(sha);
        }
        Self(Arc::new(Inner { bundle: Bundle::new(parts), shas }))
    }

    /// Bytes of the zip.
    pub(crate) fn size(&self) -> u64 {
        self.0.bundle.size()
    }

    /// A range of the zip, made while it is read.
    pub(crate) fn read(&self, artifacts: Artifacts, range: Range<u64>) -> BoxStream<'static, std::io::Result<Bytes>> {
        let export = self.clone();
        stream::iter(self.0.bundle.sections(range))
            .then(move |(section, wanted)| section_of(export.clone(), artifacts.clone(), section, wanted))
            .try_flatten()
            .boxed()
    }
}

/// The wanted part of a section.
async fn section_of(
    export: Opened,
    artifacts: Artifacts,
    section: Section,
    wanted: Range<u64>,
) -> std::io::Result<BoxStream<'static, std::io::Result<Bytes>>> {
    let bundle = &export.0.bundle;
    let (index, files) = match section {
        Section::Files(index) => (index, true),
        Section::Directory(index) => (index, false),
        Section::End => return Ok(sent(cut(vec![bundle.end()], &wanted), Bytes::new())),
    };
    let (part, sha) = (&bundle.parts()[index], export.0.shas[index].clone());
    let whole = part.zip_size <= AT_ONCE && files;
    let range = if whole { 0..part.zip_size } else { part.directory_range() };
    let read = read_all(&artifacts, &sha, range).await?;
    // Who receives an export cannot compare digests. What is larger has the checksum of each file.
    if whole && sha256(&read) != sha {
        return Err(broken(&sha, &"its digest is another"));
    }
    // The directory is the end of what was read, but for the end record where that was the whole.
    let end = read.len() - if whole { CANONICAL_END as usize } else { 0 };
    let directory = &read[end - part.directory as usize..end];
    let pieces =
        if files { bundle.files(index, directory) } else { bundle.directory(index, directory).map(|one| vec![one]) };
    let pieces = cut(pieces.map_err(|error| broken(&sha, &error))?, &wanted);
    if whole || !files {
        return Ok(sent(pieces, read));
    }
    let one_by_one = stream::iter(pieces).then(move |piece| {
        let (artifacts, sha) = (artifacts.clone(), sha.clone());
        async move {
            match piece {
                Piece::Bytes(bytes) => Ok(stream::iter([Ok(Bytes::from(bytes))]).boxed()),
                Piece::Copy(range) => artifacts.read(&sha, range).await.map_err(std::io::Error::other),
            }
        }
    });
    Ok(one_by_one.try_flatten().boxed())
}

/// Pieces of which everything is in memory.
fn sent(pieces: Vec<Piece>, zip: Bytes) -> BoxStream<'static, std::io::Result<Bytes>> {
    let bytes = pieces.into_iter().map(move |piece| match piece {
        Piece::Bytes(bytes) => Ok(Bytes::from(bytes)),
        Piece::Copy(range) => Ok(zip.slice(range.start as usize..range.end as usize)),
    });
    stream::iter(bytes).boxed()
}

/// A range of an artifact. What is shorter than it should be is an error: nothing may be made up.
async fn read_all(artifacts: &Artifacts, sha: &ContentSha, range: Range<u64>) -> std::io::Result<Bytes> {
    let length = range.end - range.start;
    let parts: Vec<Bytes> = artifacts.read(sha, range).await.map_err(std::io::Error::other)?.try_collect().await?;
    let bytes = match <[Bytes; 1]>::try_from(parts) {
        Ok([one]) => one,
        Err(parts) => Bytes::from(parts.concat()),
    };
    if bytes.len() as u64 == length { Ok(bytes) } else { Err(std::io::ErrorKind::UnexpectedEof.into()) }
}

/// The answer breaks off, which the receiver sees; what was sent cannot be taken back.
fn broken(sha: &ContentSha, error: &dyn std::fmt::Display) -> std::io::Error {
    tracing::error!(%sha, %error, "an artifact is damaged");
    std::io::Error::other(format!("the artifact {sha}: {error}"))
}
