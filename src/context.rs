//! What a command is handed: how to speak, where things are, what was asked for everywhere. Heavy things are made on
//! demand, and nothing is global.

use std::path::PathBuf;

use crate::cli::GlobalArgs;
use crate::cli::ScopeArgs;
use crate::env;
use crate::error::Error;
use crate::error::Result;
use crate::store::paths::Paths;
use crate::store::scope::Scope;
use crate::ui::Ui;

/// One run of the program.
#[derive(Debug)]
pub(crate) struct Context {
    /// How to speak.
    pub(crate) ui: Ui,
    /// The arguments of every command.
    pub(crate) global: GlobalArgs,
    /// The program's own folders.
    pub(crate) paths: Paths,
    /// The current folder.
    pub(crate) cwd: PathBuf,
}

impl Context {
    /// Finds the folders; touches neither network nor keyring.
    ///
    /// # Errors
    /// When there is no home or no current folder.
    pub(crate) fn new(global: GlobalArgs) -> Result<Self> {
        let cwd = std::env::current_dir()
            .map_err(|e| Error::usage("the current folder is gone or cannot be read").source(e))?;
        Ok(Self { ui: Ui::new(&global), paths: Paths::find()?, cwd, global })
    }

    /// Whether nothing may be written, sent or charged.
    pub(crate) fn dry_run(&self) -> bool {
        self.global.dry_run
    }

    /// Whether the network is off limits.
    pub(crate) fn offline(&self) -> bool {
        self.global.offline || env::switch(env::OFFLINE)
    }

    /// The scope that the arguments mean: project when a lockfile is found here or above, else global.
    pub(crate) fn scope(&self, args: ScopeArgs) -> Scope {
        if args.project {
            Scope::project(&self.cwd)
        } else if args.user {
            Scope::global(&self.paths)
        } else {
            Scope::detect(&self.cwd, &self.paths)
        }
    }
}
