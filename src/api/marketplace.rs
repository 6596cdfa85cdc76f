//! Section "Marketplace": the public catalogue, kept for five minutes and then asked for by its ETag.

use std::path::PathBuf;
use std::time::Duration;
use std::time::SystemTime;

use serde::Deserialize;
use serde::Serialize;
use serde_json::Value;
use sha2::Digest as _;
use sha2::Sha256;
use skillzdrive_wire::CollectionName;
use skillzdrive_wire::ContentSha;
use skillzdrive_wire::marketplace::Marketplace;

use crate::api::Client;
use crate::api::call::Call;
use crate::api::call::Patience;
use crate::api::error::ApiError;
use crate::api::error::ApiResult;
use crate::api::resolve;
use crate::error::Error;
use crate::store::atomic;
use crate::store::atomic::Privacy;
use crate::store::paths::Paths;

/// How long a kept copy is used without asking.
const FRESH: Duration = Duration::from_secs(5 * 60);

/// How new the catalogue must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Freshness {
    /// A copy of the last five minutes will do; offline, any copy.
    Any,
    /// Asked for now, by its ETag.
    Revalidate,
}

/// The catalogue and how it was come by.
#[derive(Debug, Clone)]
pub(crate) struct Catalogue {
    /// What it says.
    pub(crate) marketplace: Marketplace,
    /// Whether the drive was asked in this run; if not, a revalidation may show more.
    pub(crate) is_current: bool,
}

#[derive(Serialize, Deserialize)]
struct Kept {
    etag: Option<String>,
    marketplace: Marketplace,
}

/// A manifest as a file: the document as the drive sent it, every address in it whole, and what it means.
#[derive(Debug, Clone)]
pub(crate) struct Manifest {
    /// The document.
    pub(crate) document: Value,
    /// What it means.
    pub(crate) marketplace: Marketplace,
}

impl Client {
    /// `GET /marketplace.json`, or `GET /marketplace/collections/:name.json`, asked for now; offline the kept copy of the
    /// former.
    ///
    /// # Errors
    /// As [`Client::call`].
    pub(crate) async fn manifest(&self, collection: Option<&CollectionName>) -> ApiResult<Manifest> {
        if self.is_offline() && collection.is_none() {
            let marketplace = self.marketplace(Freshness::Any).await?.marketplace;
            let document = serde_json::to_value(&marketplace)
                .map_err(|e| Error::internal("a kept marketplace is not JSON").source(e))?;
            return Ok(Manifest { document, marketplace });
        }
        let path = match collection {
            None => "/marketplace.json".to_owned(),
            Some(name) => format!("/marketplace/collections/{}.json", segment(name.as_str())),
        };
        let answer = self.call(Call::get(path)).await?;
        let mut document = answer.as_it_came()?;
        let plugins = document.get_mut("plugins").and_then(Value::as_array_mut).into_iter().flatten();
        for plugin in plugins {
            for place in ["/source/url", "/metadata/skillzdrive/url"] {
                if let Some(Value::String(address)) = plugin.pointer_mut(place)
                    && address.starts_with('/')
                {
                    *address = self.url(address)?.to_string();
                }
            }
        }
        Ok(Manifest { marketplace: answer.json()?, document })
    }

    /// `GET /marketplace.json`, or the kept copy.
    ///
    /// # Errors
    /// As [`Client::call`]; offline without a kept copy.
    pub(crate) async fn marketplace(&self, freshness: Freshness) -> ApiResult<Catalogue> {
        self.catalogue(freshness, Patience::Wait).await
    }

    /// The same for a call that another route's limit refused: where the drive limits this one too, nobody waits, and
    /// any kept copy will do.
    ///
    /// # Errors
    /// As [`Client::marketplace`].
    pub(crate) async fn marketplace_instead(&self, freshness: Freshness) -> ApiResult<Catalogue> {
        self.catalogue(freshness, Patience::Refuse).await
    }

    async fn catalogue(&self, freshness: Freshness, patience: Patience) -> ApiResult<Catalogue> {
        let path = self.kept_path();
        let kept = read_kept(&path);
        if let Some((kept, age)) = &kept {
            let will_do = freshness == Freshness::Any && age.is_some_and(|age| age < FRESH);
            if will_do || self.is_offline() {
                return Ok(Catalogue { marketplace: kept.marketplace.clone(), is_current: false });
            }
        }
        let etag = kept.as_ref().and_then(|(kept, _)| kept.etag.clone());
        let answer = match self.call(Call::get("/marketplace.json").unless(etag).patience(patience)).await {
            Ok(answer) => answer,
            Err(error) => match kept {
                Some((kept, _)) if patience == Patience::Refuse && error.is_limited() => {
                    return Ok(Catalogue { marketplace: kept.marketplace, is_current: false });
                }
                _ => return Err(error),
            },
        };
        let kept = match kept {
            Some((kept, _)) if answer.not_modified => kept,
            _ if answer.not_modified => {
                return Err(ApiError::Foreign { what: format!("{} says 304 to a first question", self.host()) });
            }
            _ => Kept { marketplace: answer.json()?, etag: answer.etag },
        };
        // A cache that cannot be written only costs the next run a request.
        if let (true, Ok(bytes)) = (self.may_keep(), serde_json::to_vec(&kept)) {
            let _ = atomic::write(&path, &bytes, Privacy::Shared);
        }
        Ok(Catalogue { marketplace: kept.marketplace, is_current: true })
    }

    fn kept_path(&self) -> PathBuf {
        let digest: [u8; 32] = Sha256::digest(self.server().identity().as_bytes()).into();
        let name = format!("{}.json", &ContentSha::from_digest(&digest).as_str()[..16]);
        self.cache().join("marketplace").join(name)
    }
}

/// The slugs of every catalogue that was kept, whatever its age: no drive is asked.
pub(crate) fn kept_slugs(paths: &Paths) -> Vec<String> {
    let files = std::fs::read_dir(paths.cache.join("marketplace")).into_iter().flatten().flatten();
    let kept = files.filter_map(|file| Some(read_kept(&file.path())?.0));
    kept.flat_map(|kept| kept.marketplace.plugins).map(|plugin| resolve::slug_of(&plugin).to_owned()).collect()
}

/// A text as one part of a path, whatever is in it.
fn segment(text: &str) -> String {
    let mut encoded = String::new();
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'~' => encoded.push(char::from(byte)),
            other => encoded.push_str(&format!("%{other:02X}")),
        }
    }
    encoded
}

/// The kept copy and its age; the age is `None` when the clock was turned back. A damaged copy is none.
fn read_kept(path: &std::path::Path) -> Option<(Kept, Option<Duration>)> {
    let age = std::fs::metadata(path).ok()?.modified().ok().and_then(|at| SystemTime::now().duration_since(at).ok());
    let kept = serde_json::from_slice(&std::fs::read(path).ok()?).ok()?;
    Some((kept, age))
}

/// Whatever the bytes are: they are refused, or what is kept of them says the same of every skill.
///
/// # Panics
/// When it does not.
#[cfg(any(test, fuzzing))]
pub(crate) fn kept_as_it_was_read(bytes: &[u8]) {
    let Ok(marketplace) = serde_json::from_slice::<Marketplace>(bytes) else { return };
    let entries = |of: &Marketplace| -> Vec<_> {
        of.plugins.iter().map(|plugin| (plugin.name.clone(), plugin.metadata.skillzdrive.clone())).collect()
    };
    let expected = entries(&marketplace);
    let again = serde_json::to_vec(&Kept { etag: None, marketplace })
        .and_then(|kept| serde_json::from_slice::<Kept>(&kept))
        .map(|kept| entries(&kept.marketplace));
    assert!(again.is_ok_and(|again| again == expected));
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::damage;

    fn damaged() -> impl Strategy<Value = Vec<u8>> {
        let version = json!({ "version": 1, "content_sha": "a".repeat(64) });
        let entry = json!({
            "slug": "pdf", "content_sha": "a".repeat(64), "content_size": 5, "version": 1, "url": "/x.zip",
            "published_at": "2026-11-24T05:39:38Z", "versions": [version],
        });
        let plugin = json!({
            "name": "pdf", "source": { "source": "archive" }, "description": "d", "version": "1", "category": "c",
            "tags": ["t"], "metadata": { "skillzdrive": entry, "other": 1 }, "strict": false,
        });
        let good = json!({ "name": "m", "owner": { "name": "o" }, "plugins": [plugin, plugin] }).to_string();
        const MEANINGFUL: &[&[u8]] = &[
            b"null",
            b"-1",
            b"1e999",
            b"18446744073709551616",
            b"[]",
            b"{}",
            b"[",
            b"{",
            b"}",
            b"\"",
            b",",
            b":",
            b"\\u0000",
            b"\\ud800",
            b"\"slug\":\"../x\",",
            b"\"plugins\":",
            b"true",
            b"\xff",
            b"\xef\xbb\xbf",
            b"[[[[[[[[[[[[[[[[",
        ];
        damage::damaged(good, MEANINGFUL)
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 1_000, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn a_damaged_catalogue_is_refused_or_kept_as_it_was_read(bytes in damaged()) {
            kept_as_it_was_read(&bytes);
        }
    }

    #[test]
    fn a_catalogue_that_is_nested_without_end_is_refused() {
        let deep = format!("{{\"plugins\":[{{\"name\":\"a\",\"source\":{}", "[".repeat(100_000));
        assert!(serde_json::from_str::<Marketplace>(&deep).is_err());
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("kept.json");
        atomic::write(&path, deep.as_bytes(), Privacy::Shared).unwrap();
        assert!(read_kept(&path).is_none());
    }
}
