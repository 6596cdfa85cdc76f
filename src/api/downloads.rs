//! Section "Downloads": the bytes of one version, hashed while they arrive, and exports of many skills.

use reqwest::StatusCode;
use sha2::Digest as _;
use sha2::Sha256;
use skillzdrive_wire::ContentSha;
use skillzdrive_wire::Slug;
use skillzdrive_wire::downloads::Download;
use skillzdrive_wire::downloads::Export;
use skillzdrive_wire::downloads::ExportRequest;

use crate::api::Client;
use crate::api::account::Account;
use crate::api::call::Call;
use crate::api::call::Lane;
use crate::api::call::Patience;
use crate::api::error::ApiError;
use crate::api::error::ApiResult;
use crate::api::partial::Progress;
use crate::api::partial::Sink;
use crate::api::partial::Wanted;
use crate::api::resolve::public_url;
use crate::api::response;
use crate::api::retry::Repeat;
use crate::store::atomic::Draft;

/// The largest package that is taken, in bytes.
pub(crate) const PACKAGE_CAP: u64 = 64 * 1024 * 1024;

/// A package in memory, which must have a digest in the end.
struct Package<'a> {
    download: &'a Download,
    bytes: Vec<u8>,
    hasher: Sha256,
}

impl Sink for Package<'_> {
    fn restart(&mut self, size: u64) -> ApiResult<()> {
        self.bytes = Vec::with_capacity(usize::try_from(size.min(PACKAGE_CAP)).unwrap_or(0));
        self.hasher = Sha256::new();
        Ok(())
    }

    fn put(&mut self, chunk: &[u8]) -> ApiResult<()> {
        self.hasher.update(chunk);
        self.bytes.extend_from_slice(chunk);
        Ok(())
    }

    fn finish(&mut self, host: &str) -> ApiResult<()> {
        let digest: [u8; 32] = self.hasher.finalize_reset().into();
        let got = ContentSha::from_digest(&digest);
        if got == self.download.content_sha {
            return Ok(());
        }
        let what = format!("{} from {host}", name(self.download));
        Err(ApiError::Integrity { what, expected: self.download.content_sha.to_string(), got: got.to_string() })
    }
}

/// An export in a file. What it holds is looked at when all of it is there.
impl Sink for Draft {
    fn restart(&mut self, _size: u64) -> ApiResult<()> {
        Ok(Self::restart(self)?)
    }

    fn put(&mut self, chunk: &[u8]) -> ApiResult<()> {
        Ok(Self::put(self, chunk)?)
    }

    fn finish(&mut self, _host: &str) -> ApiResult<()> {
        Ok(())
    }
}

fn name(download: &Download) -> String {
    format!("the package {}", download.content_sha.short())
}

impl Client {
    /// The bytes that a [`Download`] promises, from the zip cache or the network; what is returned has exactly the
    /// promised digest, and only such bytes enter the cache.
    ///
    /// # Errors
    /// Exit 7 when the drive gives others, twice; else as [`Client::call`].
    pub(crate) async fn fetch(
        &self,
        download: &Download,
        account: Option<&Account<'_>>,
        progress: Progress<'_>,
    ) -> ApiResult<Vec<u8>> {
        let what = name(download);
        if let Some(bytes) = self.zips().get(&download.content_sha) {
            progress(bytes.len() as u64);
            return Ok(bytes);
        }
        self.online(&what)?;
        if download.content_size > PACKAGE_CAP {
            return Err(ApiError::TooLarge { host: self.host(), what, limit: PACKAGE_CAP });
        }
        let start = self.url(&download.url)?;
        let wanted = Wanted { what, size: download.content_size, cap: PACKAGE_CAP, long: false };
        let mut package = Package { download, bytes: Vec::new(), hasher: Sha256::new() };
        self.transfer(&wanted, &start, account.map(Account::key), &mut package, progress).await?;
        // The digest was taken while the bytes came. A cache that cannot be written only costs the next install a download.
        if self.may_keep() {
            let _ = self.zips().put_checked(&download.content_sha, &package.bytes);
        }
        Ok(package.bytes)
    }

    /// Brings an export into a file. Its address is its own authority, so the key goes nowhere.
    ///
    /// # Errors
    /// As [`Client::call`]; when the file cannot be written.
    pub(crate) async fn fetch_export(
        &self,
        export: &Export,
        draft: &mut Draft,
        progress: Progress<'_>,
    ) -> ApiResult<()> {
        let what = "the export".to_owned();
        self.online(&what)?;
        let start = self.url(export.url.expose())?;
        let wanted = Wanted { what, size: export.content_size, cap: u64::MAX, long: true };
        self.transfer(&wanted, &start, None, draft, progress).await
    }

    /// Whether everybody may have exactly these bytes of a skill. The first answer tells; nothing is downloaded.
    ///
    /// # Errors
    /// As [`Client::call`].
    pub(crate) async fn has_public(&self, slug: &Slug, sha: &ContentSha) -> ApiResult<bool> {
        self.online(&format!("the package {}", sha.short()))?;
        let url = self.url(&public_url(slug, sha))?;
        let mut turn = None;
        self.turn(&self.lane(Lane::Open), Patience::Wait, true, &mut turn).await?;
        let response = self.hop(&url, true, None, None).await?;
        match response.status() {
            StatusCode::OK => Ok(true),
            StatusCode::NOT_FOUND => Ok(false),
            status if response::is_redirect(status) => Ok(true),
            _ => Err(response::refusal(response, "a package").await),
        }
    }
}

impl Account<'_> {
    /// `POST downloads`, once: it packs anew each time.
    ///
    /// # Errors
    /// As [`Client::call`].
    pub(crate) async fn export(&self, request: &ExportRequest) -> ApiResult<Export> {
        self.call(Call::post("/api/v1/downloads", request, Repeat::Never)?).await?.data()
    }
}
