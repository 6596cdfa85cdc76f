//! The person's own settings file, `config.toml` in the config folder.
//!
//! Only what a person wrote for themselves is read here; a project's file is another thing, and may not name a server.

use std::path::PathBuf;

use serde::Deserialize;

use crate::error::Error;
use crate::error::Result;
use crate::store::atomic;
use crate::store::paths::Paths;

/// What the file says.
#[derive(Debug, Clone, Default, Deserialize)]
pub(crate) struct UserSettings {
    /// The drive: a URL, `local` or `local:DIR`.
    #[serde(default)]
    pub(crate) server: Option<String>,
}

impl UserSettings {
    /// Where it lies.
    pub(crate) fn path(paths: &Paths) -> PathBuf {
        paths.config.join("config.toml")
    }

    /// Reads it; an absent file says nothing.
    ///
    /// # Errors
    /// Exit 2 naming the file and what is wrong in it.
    pub(crate) fn read(paths: &Paths) -> Result<Self> {
        let path = Self::path(paths);
        let Some(text) = atomic::read_text(&path)? else { return Ok(Self::default()) };
        toml::from_str(&text).map_err(|e| {
            let line = text[..e.span().map_or(0, |s| s.start.min(text.len()))].matches('\n').count() + 1;
            Error::usage(format!("{}:{line}: {}", path.display(), e.message())).code("bad_settings")
        })
    }
}
