//! The sync engine: what this machine has, what the drive says of it, the plan, and its carrying out.
//!
//! The decisions are the pure crate's (`skillzdrive_sync`); here are the effects, in the order that crate asks for. The
//! engine announces through [`Event`], returns values and never prints or asks: the command shows a [`look::View`],
//! asks, and comes back with the plan.

pub(crate) mod apply;
pub(crate) mod footing;
pub(crate) mod fork;
pub(crate) mod look;
pub(crate) mod outcome;
pub(crate) mod part;
pub(crate) mod place;
pub(crate) mod plan_file;
pub(crate) mod pull;
pub(crate) mod push;

use skillzdrive_sync::Head;
use skillzdrive_wire::sync::Kind;

use crate::api::Client;
use crate::api::account::Account;
use crate::error::Result;
use crate::installer::Event;
use crate::installer::Tell;
use crate::installer::linking::Linking;
use crate::store::cache::ZipCache;
use crate::store::journal::Journal;
use crate::store::lock::ScopeLock;
use crate::store::paths::Paths;
use crate::store::real_path::real_path;
use crate::store::scope::Scope;
use crate::store::settings::Settings;
use crate::store::staging;
use crate::store::sync_base;
use crate::store::sync_base::BaseKey;
use crate::store::sync_state::SyncState;

/// What every part of a sync stands on. While it lives, no other process syncs the same root with the same account.
#[derive(Debug)]
pub(crate) struct Session<'a> {
    pub(crate) paths: &'a Paths,
    pub(crate) scope: &'a Scope,
    pub(crate) settings: &'a Settings,
    pub(crate) linking: &'a Linking,
    pub(crate) client: &'a Client,
    pub(crate) account: &'a Account<'a>,
    /// To whom the run belongs.
    pub(crate) head: Head,
    /// Whose sync base it is.
    pub(crate) base_key: BaseKey,
    pub(crate) journal: Journal,
    pub(crate) cache: ZipCache,
    /// Whether nothing may be written.
    pub(crate) dry_run: bool,
    _lock: Option<ScopeLock>,
}

impl<'a> Session<'a> {
    /// Takes the right to sync this root with this account.
    ///
    /// # Errors
    /// Exit 8 when another process has it for 30 s; what the drive answers when it is asked for the key's scope.
    #[expect(clippy::too_many_arguments, reason = "the one place where the parts of a sync come together")]
    pub(crate) async fn open(
        paths: &'a Paths,
        scope: &'a Scope,
        settings: &'a Settings,
        linking: &'a Linking,
        client: &'a Client,
        account: &'a Account<'a>,
        dry_run: bool,
        tell: Tell<'_>,
    ) -> Result<Self> {
        let server = client.server().identity();
        let root = real_path(&scope.root);
        let key_scope = account.scope().await?;
        let head = Head {
            server: server.clone(),
            account: format!("{}/{key_scope}", account.id()),
            root: root.to_string_lossy().into_owned(),
            install_id: client.install_id(),
        };
        let base_key = BaseKey { server, account: account.id().to_owned(), key_scope, root };
        let journal = Journal::of(paths, &head);
        // A dry run writes nothing, not even a lock's file.
        let lock = if dry_run {
            None
        } else {
            // A run that finds everything in its place needs no staging, so the dead one's would stay.
            staging::sweep_dead(scope)?;
            let waiting = |holder: &str| tell(Event::Waiting(holder.to_owned()));
            Some(tokio::task::block_in_place(|| ScopeLock::acquire_file(&journal.lock_path(), waiting))?)
        };
        let cache = ZipCache::new(paths);
        Ok(Self {
            paths,
            scope,
            settings,
            linking,
            client,
            account,
            head,
            base_key,
            journal,
            cache,
            dry_run,
            _lock: lock,
        })
    }

    /// Whether this root was synced with this server under another account and never under this one: that is asked
    /// about, because the two accounts' skills would be mixed.
    ///
    /// # Errors
    /// When the base cannot be read.
    pub(crate) fn is_new_account(&self) -> Result<bool> {
        let others = sync_base::other_accounts(self.paths, &self.base_key);
        if others.is_empty() {
            return Ok(false);
        }
        let (bases, _) = sync_base::read(self.paths, &self.base_key)?;
        Ok(bases.is_empty())
    }

    /// Why a sync that starts now runs: `first_run` until a run of this installation was finalized on this server.
    ///
    /// # Errors
    /// When the memory cannot be read.
    pub(crate) fn kind(&self, daily: bool) -> Result<Kind> {
        let state = SyncState::read(self.paths, &self.base_key.server)?;
        Ok(match (state.finalized, daily) {
            (false, _) => Kind::FirstRun,
            (true, true) => Kind::Daily,
            (true, false) => Kind::Manual,
        })
    }
}
