//! What is on this machine in one scope: the lockfile, the skills on the disk and the agents that see them.
//! No network, no keyring, and nothing is changed: who only looks leaves no trace.

use crate::error::Result;
use crate::installer::linking::Linking;
use crate::store::fingerprints::Fingerprints;
use crate::store::inventory;
use crate::store::inventory::Ask;
use crate::store::inventory::Inventory;
use crate::store::library::Library;
use crate::store::lockfile::Lockfile;
use crate::store::paths::Paths;
use crate::store::scope::Scope;
use crate::store::settings::Settings;

/// What lies in one scope.
#[derive(Debug)]
pub(crate) struct Disk {
    /// What is installed.
    pub(crate) lockfile: Lockfile,
    /// What lies on the disk.
    pub(crate) inventory: Inventory,
    /// A person's notes.
    pub(crate) library: Library,
    /// What a person should read of them, where they could not be read.
    pub(crate) damaged: Option<String>,
}

impl Disk {
    /// Looks at the folders of these agents. What the fingerprints know is not hashed again.
    ///
    /// # Errors
    /// Exit 7 for a lockfile that cannot be read; an io error of a folder that should be readable.
    pub(crate) fn look(
        paths: &Paths,
        scope: &Scope,
        linking: &Linking,
        fingerprints: &mut Fingerprints,
    ) -> Result<Self> {
        let lockfile = Lockfile::read(scope)?;
        let (library, damaged) = Library::read(paths, scope)?;
        let folders = linking.folders()?;
        let ask = Ask { scope, folders: &folders, lockfile: &lockfile, library: &library };
        let inventory = inventory::take(&ask, fingerprints)?;
        Ok(Self { lockfile, inventory, library, damaged })
    }
}

/// One scope, looked at, with its settings.
#[derive(Debug)]
pub(crate) struct Here {
    /// What is installed.
    pub(crate) lockfile: Lockfile,
    /// What lies on the disk.
    pub(crate) inventory: Inventory,
    /// Who sees which skill.
    pub(crate) linking: Linking,
    /// A person's notes.
    pub(crate) library: Library,
    /// What is set here.
    pub(crate) settings: Settings,
    /// Sentences that a person should read.
    pub(crate) warnings: Vec<String>,
}

impl Here {
    /// Looks. Fingerprints that a sync kept are used, so that what did not change since is not hashed again.
    ///
    /// # Errors
    /// Exit 7 for a lockfile that cannot be read, exit 2 for settings that cannot; an io error of a folder that should be
    /// readable.
    pub(crate) fn look(paths: &Paths, scope: &Scope) -> Result<Self> {
        Self::look_with(paths, scope, &mut Fingerprints::read(paths))
    }

    /// The same, but every byte is read, whatever the fingerprints say: sizes and times can be restored by whoever
    /// changed a file.
    ///
    /// # Errors
    /// As [`Here::look`].
    pub(crate) fn look_closely(paths: &Paths, scope: &Scope) -> Result<Self> {
        Self::look_with(paths, scope, &mut Fingerprints::default())
    }

    fn look_with(paths: &Paths, scope: &Scope, fingerprints: &mut Fingerprints) -> Result<Self> {
        let loaded = Settings::load(paths, scope)?;
        let linking = Linking::load(paths, scope, &loaded.settings, &[])?;
        let Disk { lockfile, inventory, library, damaged } = Disk::look(paths, scope, &linking, fingerprints)?;
        let mut warnings = loaded.warnings;
        warnings.extend(damaged);
        Ok(Self { lockfile, inventory, linking, library, settings: loaded.settings, warnings })
    }
}
