//! What a sync knew of one folder, for a command that sends that folder by itself.

use std::collections::BTreeMap;
use std::path::Path;

use skillzdrive_wire::ContentSha;
use skillzdrive_wire::Slug;

use crate::api::account::Account;
use crate::error::Result;
use crate::installer::linking::Linking;
use crate::store::paths::Paths;
use crate::store::real_path::real_path;
use crate::store::scope::Scope;
use crate::store::settings::Settings;
use crate::store::sync_base;
use crate::store::sync_base::BaseKey;

/// Whose memory of a folder it is, and what it says.
#[derive(Debug)]
pub(crate) struct Footing {
    key: BaseKey,
    /// What this machine and the drive both had when they were last in step.
    pub(crate) base: Option<ContentSha>,
}

impl Footing {
    /// The memory of a skill's folder. `None` for one that no sync looks at, such as a working copy.
    ///
    /// # Errors
    /// When settings or the memory cannot be read; what the drive answers when it is asked for the key's scope.
    pub(crate) async fn find(paths: &Paths, account: &Account<'_>, folder: &Path, slug: &Slug) -> Result<Option<Self>> {
        let folder = real_path(folder);
        let Some(shelf) = folder.parent() else { return Ok(None) };
        for scope in [Scope::project(shelf), Scope::global(paths)] {
            let settings = Settings::load(paths, &scope)?.settings;
            let agents = Linking::load(paths, &scope, &settings, &[])?.folders()?;
            let mut shelves = agents.into_iter().map(|agent| agent.folder).chain([scope.skills()]);
            if !shelves.any(|known| real_path(&known) == shelf) {
                continue;
            }
            let key = BaseKey {
                server: account.client().server().identity(),
                account: account.id().to_owned(),
                key_scope: account.scope().await?,
                root: real_path(&scope.root),
            };
            let (bases, _) = sync_base::read(paths, &key)?;
            let base = bases.get(slug).cloned();
            return Ok(Some(Self { key, base }));
        }
        Ok(None)
    }

    /// Notes that both sides have a skill alike now.
    ///
    /// # Errors
    /// When the memory cannot be written.
    pub(crate) fn note(&self, paths: &Paths, slug: &Slug, sha: &ContentSha) -> Result<Option<String>> {
        sync_base::merge(paths, &self.key, &BTreeMap::from([(slug.clone(), Some(sha.clone()))]))
    }
}
