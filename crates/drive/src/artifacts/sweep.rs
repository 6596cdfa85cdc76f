//! A whole store at once: what is in it, whether the bytes are what their name says, and taking away what nobody names.

use futures_util::StreamExt;
use futures_util::TryStreamExt;
use futures_util::stream::BoxStream;
use object_store::GetOptions;
use object_store::ObjectMeta;
use object_store::ObjectStore;
use object_store::ObjectStoreExt;
use object_store::PutOptions;
use sha2::Digest;
use sha2::Sha256;
use skillzdrive_wire::ContentSha;

use super::Artifacts;
use super::Put;
use crate::error::DriveError;

/// Something in a store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Stored {
    /// Where it lies, below what all names begin with.
    pub(crate) place: String,
    /// What it is the zip of; `None` where it has no name of ours.
    pub(crate) sha: Option<ContentSha>,
    pub(crate) size: u64,
    /// When it was put there, in milliseconds since 1970, by the store's clock.
    pub(crate) at: i64,
}

impl Artifacts {
    /// Everything in the store, in no order.
    pub(crate) fn all(&self) -> BoxStream<'_, Result<Stored, DriveError>> {
        let prefix = (self.prefix.parts().next().is_some()).then_some(&self.prefix);
        self.store.list(prefix).map(|found| Ok(self.stored(&found?))).boxed()
    }

    fn stored(&self, found: &ObjectMeta) -> Stored {
        let below = found.location.prefix_match(&self.prefix);
        let parts: Vec<String> =
            below.map(|parts| parts.map(|part| part.as_ref().to_owned()).collect()).unwrap_or_default();
        let sha = match parts.as_slice() {
            [folder, file] => {
                let sha = file.strip_suffix(".zip").and_then(|text| ContentSha::new(text).ok());
                sha.filter(|sha| sha.as_str().starts_with(folder.as_str()) && folder.len() == 2)
            }
            _ => None,
        };
        Stored { place: parts.join("/"), sha, size: found.size, at: found.last_modified.timestamp_millis() }
    }

    /// The size and the digest of what is kept under a digest, read to its end; `None` where there is nothing.
    pub(crate) async fn digest(&self, sha: &ContentSha) -> Result<Option<(u64, ContentSha)>, DriveError> {
        let got = match self.store.get_opts(&self.place(sha)?, GetOptions::default()).await {
            Ok(got) => got,
            Err(object_store::Error::NotFound { .. }) => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        let mut chunks = got.into_stream();
        let (mut size, mut hasher) = (0, Sha256::new());
        while let Some(chunk) = chunks.try_next().await? {
            size += chunk.len() as u64;
            hasher.update(&chunk);
        }
        Ok(Some((size, ContentSha::from_digest(&hasher.finalize().into()))))
    }

    /// Takes away what is kept under a digest. The caller knows that nobody names it, and that nobody can begin to.
    pub(crate) async fn remove(&self, sha: &ContentSha) -> Result<(), DriveError> {
        match self.store.delete(&self.place(sha)?).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// Brings a package from another store, whatever lies in its place here. The answer is its size; `None` where the other
    /// one does not have it, or has other bytes under its name.
    pub(crate) async fn take(&self, from: &Self, sha: &ContentSha) -> Result<Option<u64>, DriveError> {
        let Some(zip) = from.read_whole(sha).await? else { return Ok(None) };
        if ContentSha::from_digest(&Sha256::digest(&zip).into()) != *sha {
            return Ok(None);
        }
        let (size, zip) = (zip.len() as u64, bytes::Bytes::from(zip));
        // What was there before is read, what is put is not: its store has just said that it has it.
        if self.put(sha, zip.clone()).await? == Put::There
            && self.digest(sha).await?.is_none_or(|(_, found)| found != *sha)
        {
            self.store.put_opts(&self.place(sha)?, zip.into(), PutOptions::default()).await?;
        }
        Ok(Some(size))
    }
}
