//! An opened drive: everything that handlers and services share.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::sync::OnceLock;
use std::sync::Weak;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::AtomicI64;
use std::time::Duration;

use skillzdrive_wire::ContentSha;
use tokio::sync::Semaphore;

use crate::agent_skills::Index;
use crate::artifacts::Artifacts;
use crate::config::Config;
use crate::config::Costs;
use crate::error::DriveError;
use crate::guesses::Guesses;
use crate::kept::Kept;
use crate::marketplace;
use crate::marketplace::Manifests;
use crate::metrics::Metrics;
use crate::outbound::Outbound;
use crate::rate::Limiter;
use crate::rate::Shared;
use crate::repo::SqlRepository;
use crate::repo::tables::SIGNING_KEY;
use crate::sandbox::Sandbox;
use crate::service;
use crate::service::courier::Courier;
use crate::signing::Signed;
use crate::signing::Signer;
use crate::storage::Storage;
use crate::tally::Tally;
use crate::uses;
use crate::uses::Uses;

/// A drive, opened on its data folder. Clones share it; several processes may have the same folder open.
#[derive(Clone)]
pub struct Drive(Arc<Inner>);

/// What the clones of a drive share. Nothing of it is of use outside this crate.
#[doc(hidden)]
pub struct Inner {
    pub(crate) config: Config,
    pub(crate) repo: SqlRepository,
    pub(crate) artifacts: Artifacts,
    pub(crate) signer: Signer,
    pub(crate) limiter: Limiter,
    /// The limits of all replicas together, where there may be several.
    pub(crate) shared_rates: Option<Arc<Shared>>,
    pub(crate) metrics: Arc<Metrics>,
    #[cfg(feature = "otel")]
    pub(crate) traces: Option<crate::traces::Exporter>,
    pub(crate) guesses: Guesses,
    pub(crate) tally: Tally,
    pub(crate) kept: Kept,
    pub(crate) uses: Uses,
    pub(crate) manifests: Manifests,
    pub(crate) agent_skills: Index,
    pub(crate) packages: Semaphore,
    pub(crate) sandbox: Sandbox,
    pub(crate) outbound: Outbound,
    pub(crate) imports: Semaphore,
    pub(crate) courier: Courier,
    /// Whether what another rule set graded is being graded anew.
    pub(crate) grading: AtomicBool,
    /// Where it listens, once it does; never set on a socket that has no address.
    pub(crate) listening: OnceLock<SocketAddr>,
    /// Whether it was told to stop.
    pub(crate) draining: AtomicBool,
    /// When old telemetry was last forgotten.
    pub(crate) swept: AtomicI64,
}

impl std::ops::Deref for Drive {
    type Target = Inner;
    fn deref(&self) -> &Inner {
        &self.0
    }
}

impl std::fmt::Debug for Drive {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Drive").field("data_dir", &self.config.data_dir).finish_non_exhaustive()
    }
}

impl Drive {
    /// Opens the drive of a data folder, and makes what is not there yet.
    ///
    /// With [`Config::starter`], an empty drive gets the starter marketplace and its owner.
    ///
    /// # Errors
    /// [`DriveError`]: the folder, the database, a database of a newer version, or a marketplace name that readers of the
    /// format refuse.
    pub async fn open(config: Config) -> Result<Self, DriveError> {
        let folder = config.data_dir.clone();
        marketplace::check_name(&config.marketplace_name)?;
        let Storage { repo, artifacts, signer } = Storage::open(&config).await?;
        // What one replica signed, another one must know for its own.
        if config.database.is_some() && !repo.agree(SIGNING_KEY, signer.fingerprint()).await? {
            return Err(DriveError::OtherKey);
        }
        let drive = Self(Arc::new(Inner {
            shared_rates: repo.is_shared().then(Arc::default),
            metrics: Arc::default(),
            #[cfg(feature = "otel")]
            traces: crate::traces::Exporter::new(&config)?,
            draining: AtomicBool::new(false),
            repo,
            artifacts,
            signer,
            limiter: Limiter::default(),
            guesses: Guesses::default(),
            tally: Tally::default(),
            kept: Kept::default(),
            uses: Uses::default(),
            manifests: Manifests::default(),
            agent_skills: Index::default(),
            packages: Semaphore::new(config.limits.packages_at_once.max(1)),
            sandbox: Sandbox::new(config.sandbox.clone(), &folder),
            outbound: Outbound::new(config.allow_private_webhooks, config.certificates.clone()),
            imports: Semaphore::new(config.limits.imports_at_once.max(1)),
            courier: Courier::default(),
            grading: AtomicBool::new(false),
            listening: OnceLock::new(),
            swept: AtomicI64::new(0),
            config,
        }));
        service::telemetry::forget_old(&drive).await?;
        if drive.config.starter {
            service::starter::import_starter(&drive).await?;
        }
        Ok(drive)
    }

    /// The data folder.
    #[must_use]
    pub fn data_dir(&self) -> &Path {
        &self.config.data_dir
    }

    /// Whether this drive takes no changes, since it is being moved or was.
    ///
    /// # Errors
    /// [`DriveError::Database`].
    pub async fn is_read_only(&self) -> Result<bool, DriveError> {
        Ok(self.repo.mark().await?.is_some())
    }

    /// Why this drive cannot run scripts, if it cannot, as far as that shows without running one.
    #[must_use]
    pub fn why_no_scripts(&self) -> Option<String> {
        self.sandbox.check().err().map(|why| why.to_string())
    }

    /// Lets what is being delivered arrive, and closes the database; requests that still come fail.
    pub async fn close(&self) {
        self.courier.stop(&self.config).await;
        #[cfg(feature = "otel")]
        if let Some(exporter) = &self.traces {
            exporter.flush().await;
        }
        if let Err(error) = uses::write(self).await {
            tracing::warn!(%error, "when keys were last used could not be written");
        }
        self.repo.close().await;
    }

    /// What [`Drive::weak`] gave, for as long as the drive is there.
    pub(crate) fn from_weak(weak: &Weak<Inner>) -> Option<Self> {
        weak.upgrade().map(Self)
    }

    /// A handle that does not keep the drive.
    pub(crate) fn weak(&self) -> Weak<Inner> {
        Arc::downgrade(&self.0)
    }
}

impl Drop for Inner {
    /// Whoever waits for something to deliver looks up, and sees that there is no drive any more.
    fn drop(&mut self) {
        self.repo.bell().notify_one();
        if let Some(shared) = &self.shared_rates {
            shared.wake();
        }
    }
}

impl Inner {
    pub(crate) fn now(&self) -> i64 {
        self.config.clock.now()
    }

    /// An address at which the store itself gives an artifact, for so many milliseconds; `None` where it signs none.
    pub(crate) fn store_address(&self, sha: &ContentSha, time: i64) -> Option<String> {
        self.artifacts.address(sha, Duration::from_millis(u64::try_from(time).unwrap_or_default()))
    }

    /// An address of an artifact that works until an instant: the store's own, or one of this drive.
    pub(crate) fn artifact_address(&self, origin: &str, sha: &ContentSha, until: i64) -> String {
        let own = || format!("{origin}{}", self.signer.path(Signed::Artifact, sha, until));
        self.store_address(sha, until - self.now()).unwrap_or_else(own)
    }

    /// What things cost here, which is nothing on a drive that does not charge.
    pub(crate) fn costs(&self) -> Costs {
        if self.config.charges { self.config.costs } else { Costs { claim: 0, upload: 0, accept: 0, import: 0 } }
    }
}
