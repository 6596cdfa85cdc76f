//! The zips of every version, by their digest: in a folder, or in an object store that all replicas have. They are
//! written once and never changed; what no version names any more, or never did, may be swept.
//!
//! A store that can sign addresses answers those itself, so that the bytes pass no replica.

mod store;
mod sweep;

use std::fs::File;
use std::io::Read;
use std::io::Seek;
use std::io::SeekFrom;
use std::ops::Range;
use std::path::Path as FilePath;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures_util::FutureExt;
use futures_util::Stream;
use futures_util::StreamExt;
use futures_util::stream;
use futures_util::stream::BoxStream;
use object_store::Attribute;
use object_store::Attributes;
use object_store::GetOptions;
use object_store::GetResult;
use object_store::GetResultPayload;
use object_store::ObjectStore;
use object_store::ObjectStoreExt;
use object_store::PutMode;
use object_store::PutOptions;
use object_store::path::Path;
use object_store::signer::Method;
use object_store::signer::Signer;
use skillzdrive_wire::ContentSha;

use crate::config::ArtifactStore;
use crate::error::DriveError;

pub(crate) use sweep::Stored;

/// How much of an artifact is in memory at a time while it is sent.
const CHUNK: usize = 256 << 10;

/// How artifacts may be kept by whoever got one.
pub(crate) const CACHING: &str = "private, max-age=31536000, immutable";

/// What keeping a zip came upon.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Put {
    /// Nothing: it is new.
    New,
    /// The same, kept before.
    There,
}

/// A store of artifacts.
#[derive(Debug, Clone)]
pub(crate) struct Artifacts {
    store: Arc<dyn ObjectStore>,
    signer: Option<Arc<dyn Signer>>,
    prefix: Path,
    /// Where they lie, where that is a folder of this machine: one visit to the disk is enough there.
    folder: Option<Arc<FilePath>>,
}

impl Artifacts {
    /// The store in a folder, which is made.
    pub(crate) fn open_folder(folder: &FilePath) -> Result<Self, DriveError> {
        store::folder(folder).map(Self::of)
    }

    /// The store of an address, with certificate authorities of a file besides the system's.
    pub(crate) fn open(given: &ArtifactStore, certificates: Option<&PathBuf>) -> Result<Self, DriveError> {
        store::address(given, certificates).map(Self::of)
    }

    fn of(opened: store::Opened) -> Self {
        Self { store: opened.store, signer: opened.signer, prefix: opened.prefix, folder: opened.folder }
    }

    /// An address at which the store itself gives an artifact to whoever has it, for so long; `None` where it cannot, or
    /// would have to be asked: then the drive gives it.
    pub(crate) fn address(&self, sha: &ContentSha, time: Duration) -> Option<String> {
        let signed = self.signer.as_ref()?.signed_url(Method::GET, &self.place(sha).ok()?, time).now_or_never()?;
        match signed {
            Ok(url) => Some(url.into()),
            Err(error) => {
                tracing::warn!(%error, "the store signed no address");
                None
            }
        }
    }

    /// Keeps a zip under its digest; what is there already stays. The answer is whether it was there.
    pub(crate) async fn put(&self, sha: &ContentSha, zip: Bytes) -> Result<Put, DriveError> {
        let mut options = PutOptions { mode: PutMode::Create, ..PutOptions::default() };
        // A folder keeps none; a store sends them with its answers.
        if self.signer.is_some() {
            options.attributes = Attributes::from_iter([
                (Attribute::ContentType, "application/zip"),
                (Attribute::CacheControl, CACHING),
            ]);
        }
        match self.store.put_opts(&self.place(sha)?, zip.into(), options).await {
            Ok(_) => Ok(Put::New),
            Err(object_store::Error::AlreadyExists { .. }) => Ok(Put::There),
            Err(error) => Err(error.into()),
        }
    }

    /// Makes sure, in the transaction that names it, that what was put and was there already is still there: a sweep may
    /// have taken it away between, for until now nobody named it. A sweep runs beside no transaction that writes.
    pub(crate) async fn hold(&self, put: Put, sha: &ContentSha, zip: &Bytes) -> Result<(), DriveError> {
        if put == Put::There && self.size(sha).await?.is_none() {
            self.put(sha, zip.clone()).await?;
        }
        Ok(())
    }

    /// The size of an artifact in bytes; `None` when there is none.
    pub(crate) async fn size(&self, sha: &ContentSha) -> Result<Option<u64>, DriveError> {
        match self.store.head(&self.place(sha)?).await {
            Ok(meta) => Ok(Some(meta.size)),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// An artifact that is there, to be read from; `None` when there is none.
    pub(crate) async fn find(&self, sha: &ContentSha) -> Result<Option<Artifact>, DriveError> {
        if let Some(folder) = &self.folder {
            let path = folder.join(self.place(sha)?.as_ref());
            let opened = tokio::task::spawn_blocking({
                let path = path.clone();
                move || open_file(&path)
            });
            let opened = opened.await.map_err(std::io::Error::other).flatten().map_err(DriveError::io(path))?;
            return Ok(opened.map(|(size, source)| Artifact { size, source }));
        }
        match self.store.get_opts(&self.place(sha)?, GetOptions::default()).await {
            Ok(got) => Ok(Some(Artifact { size: got.meta.size, source: Source::Store(got) })),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// A whole artifact; `None` when there is none.
    pub(crate) async fn read_whole(&self, sha: &ContentSha) -> Result<Option<Vec<u8>>, DriveError> {
        match self.store.get_opts(&self.place(sha)?, GetOptions::default()).await {
            Ok(got) => Ok(Some(got.bytes().await?.into())),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// A part of an artifact, read as it is asked for.
    pub(crate) async fn read(
        &self,
        sha: &ContentSha,
        range: Range<u64>,
    ) -> Result<BoxStream<'static, std::io::Result<Bytes>>, DriveError> {
        if self.signer.is_some() {
            return self.ranged(sha, range).await;
        }
        let got = self.store.get_opts(&self.place(sha)?, GetOptions::default()).await?;
        self.part(sha, got, range).await
    }

    /// A part, of which a store sends nothing else.
    async fn ranged(
        &self,
        sha: &ContentSha,
        range: Range<u64>,
    ) -> Result<BoxStream<'static, std::io::Result<Bytes>>, DriveError> {
        if range.is_empty() {
            return Ok(stream::empty().boxed());
        }
        let options = GetOptions { range: Some(range.into()), ..GetOptions::default() };
        let part = self.store.get_opts(&self.place(sha)?, options).await?;
        Ok(part.into_stream().map(|chunk| chunk.map_err(std::io::Error::other)).boxed())
    }

    /// A part of an opened artifact. What fits into the buffer is read at once, larger parts as they are asked for.
    pub(crate) async fn read_opened(
        &self,
        sha: &ContentSha,
        opened: Artifact,
        range: Range<u64>,
    ) -> Result<BoxStream<'static, std::io::Result<Bytes>>, DriveError> {
        match opened.source {
            Source::Whole(bytes) => {
                let end = |at: u64| usize::try_from(at).unwrap_or(usize::MAX).min(bytes.len());
                let part = bytes.slice(end(range.start)..end(range.end));
                Ok(stream::once(async { Ok(part) }).boxed())
            }
            Source::File(file) => Ok(part_of(file, range).boxed()),
            Source::Store(got) => self.part(sha, got, range).await,
        }
    }

    async fn part(
        &self,
        sha: &ContentSha,
        got: GetResult,
        range: Range<u64>,
    ) -> Result<BoxStream<'static, std::io::Result<Bytes>>, DriveError> {
        match got.payload {
            GetResultPayload::File(file, _) => Ok(part_of(file, range).boxed()),
            GetResultPayload::Stream(whole) if range == (0..got.meta.size) => {
                Ok(whole.map(|chunk| chunk.map_err(std::io::Error::other)).boxed())
            }
            GetResultPayload::Stream(_) => self.ranged(sha, range).await,
        }
    }

    fn place(&self, sha: &ContentSha) -> Result<Path, DriveError> {
        let text = sha.as_str();
        let place = Path::parse(format!("{}/{text}.zip", &text[..2]));
        let place = place.map_err(|error| DriveError::Artifacts(error.into()))?;
        Ok(self.prefix.parts().chain(place.parts()).collect())
    }
}

/// An artifact that is there.
pub(crate) struct Artifact {
    /// Its size in bytes.
    pub(crate) size: u64,
    source: Source,
}

/// Where its bytes come from.
enum Source {
    /// It is small, and was read when it was opened.
    Whole(Bytes),
    File(File),
    Store(GetResult),
}

/// Opens a file, and reads it where it fits into the buffer.
fn open_file(path: &FilePath) -> std::io::Result<Option<(u64, Source)>> {
    let mut file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let size = file.metadata()?.len();
    match usize::try_from(size) {
        Ok(length) if length <= CHUNK => {
            let mut buffer = vec![0; length];
            file.read_exact(&mut buffer)?;
            Ok(Some((size, Source::Whole(buffer.into()))))
        }
        _ => Ok(Some((size, Source::File(file)))),
    }
}

/// Reads a part of a file in pieces of a fixed size. A file that ends early is an error: the client must not take it for
/// whole.
fn part_of(file: File, range: Range<u64>) -> impl Stream<Item = std::io::Result<Bytes>> + Send {
    stream::unfold(Some((file, range)), |state| async move {
        let (file, range) = state?;
        if range.is_empty() {
            return None;
        }
        let read = tokio::task::spawn_blocking(move || read_piece(file, range));
        match read.await.map_err(std::io::Error::other).flatten() {
            Ok((piece, file, left)) => Some((Ok(piece), Some((file, left)))),
            Err(error) => Some((Err(error), None)),
        }
    })
}

/// The first piece of a part, and what is left of it.
fn read_piece(mut file: File, range: Range<u64>) -> std::io::Result<(Bytes, File, Range<u64>)> {
    let length = usize::try_from(range.end - range.start).unwrap_or(CHUNK).min(CHUNK);
    let mut piece = vec![0; length];
    file.seek(SeekFrom::Start(range.start))?;
    file.read_exact(&mut piece)?;
    Ok((piece.into(), file, range.start + length as u64..range.end))
}

#[cfg(test)]
mod tests {
    use futures_util::TryStreamExt;

    use super::*;

    #[tokio::test]
    async fn a_file_that_ends_early_is_not_taken_for_whole() {
        let home = tempfile::tempdir().unwrap();
        let artifacts = Artifacts::open_folder(&home.path().join("artifacts")).unwrap();
        let sha = ContentSha::from_digest(&[3; 32]);
        artifacts.put(&sha, vec![7; CHUNK + 1].into()).await.unwrap();
        let opened = artifacts.find(&sha).await.unwrap().unwrap();
        let path = home.path().join("artifacts").join(artifacts.place(&sha).unwrap().as_ref());
        File::options().write(true).open(path).unwrap().set_len(5).unwrap();
        let range = 0..opened.size;
        let read: std::io::Result<Vec<Bytes>> =
            artifacts.read_opened(&sha, opened, range).await.unwrap().try_collect().await;
        assert_eq!(read.unwrap_err().kind(), std::io::ErrorKind::UnexpectedEof);
    }

    #[tokio::test]
    async fn an_artifact_is_kept_once_and_read_in_parts() {
        let home = tempfile::tempdir().unwrap();
        let artifacts = Artifacts::open_folder(&home.path().join("artifacts")).unwrap();
        let sha = ContentSha::from_digest(&[3; 32]);
        assert_eq!(artifacts.size(&sha).await.unwrap(), None);
        assert!(artifacts.find(&sha).await.unwrap().is_none());
        let zip: Vec<u8> = (0..600_000u32).map(|n| n.to_le_bytes()[0]).collect();
        artifacts.put(&sha, zip.clone().into()).await.unwrap();
        artifacts.put(&sha, Bytes::from_static(b"other")).await.unwrap();
        assert_eq!(artifacts.size(&sha).await.unwrap(), Some(600_000));
        assert_eq!(artifacts.find(&sha).await.unwrap().unwrap().size, 600_000);
        assert_eq!(artifacts.read_whole(&sha).await.unwrap(), Some(zip.clone()));
        assert_eq!(artifacts.read_whole(&ContentSha::from_digest(&[4; 32])).await.unwrap(), None);
        // What fits into the buffer is read when it is opened, what does not as it is asked for.
        let small = ContentSha::from_digest(&[5; 32]);
        artifacts.put(&small, Bytes::from_static(b"0123456789")).await.unwrap();
        for (sha, range, expected) in [
            (&small, 0..10, &b"0123456789"[..]),
            (&small, 3..5, b"34"),
            (&small, 4..4, b""),
            (&sha, 0..600_000, &zip),
            (&sha, 262_143..262_146, &zip[262_143..262_146]),
        ] {
            let opened = artifacts.find(sha).await.unwrap().unwrap();
            let parts: Vec<Bytes> =
                artifacts.read_opened(sha, opened, range).await.unwrap().try_collect().await.unwrap();
            assert!(parts.concat() == expected);
            assert!(parts.iter().all(|part| part.len() <= CHUNK));
        }
        for range in [0..600_000, 5..6, 300_000..600_000, 7..7] {
            let parts: Vec<Bytes> = artifacts.read(&sha, range.clone()).await.unwrap().try_collect().await.unwrap();
            let (start, end) = (usize::try_from(range.start).unwrap(), usize::try_from(range.end).unwrap());
            assert_eq!(parts.concat(), zip[start..end]);
        }
    }
}
