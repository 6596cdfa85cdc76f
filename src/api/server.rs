//! Which drive is meant: parsed once from the text that the settings chose.
//!
//! Nothing here chooses: that a project file has no say is held by [`crate::store::settings`].

use std::fmt;
use std::net::IpAddr;
use std::path::Path;
use std::path::PathBuf;

use reqwest::Url;

use crate::error::Error;
use crate::error::Result;
use crate::store::paths::Paths;
use crate::store::settings::DEFAULT_SERVER;

/// The address that requests to the embedded drive carry; the socket decides where they go.
const EMBEDDED: &str = "http://localhost";

/// A drive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Server {
    /// Behind an address: scheme, host and port, nothing else.
    Remote(Url),
    /// The embedded drive of a folder.
    Local(PathBuf),
}

impl Server {
    /// Reads `https://host`, `http://127.0.0.1:port`, `local` or `local:DIR`.
    ///
    /// # Errors
    /// Exit 2 with what is wrong.
    pub(crate) fn parse(text: &str, paths: &Paths) -> Result<Self> {
        let text = text.trim();
        if text == "local" {
            return Ok(Self::Local(paths.data.join("drive")));
        }
        if let Some(folder) = text.strip_prefix("local:") {
            if folder.is_empty() {
                return Err(bad("the folder after `local:` is missing"));
            }
            let folder = std::path::absolute(folder).map_err(|e| Error::io("find", Path::new(folder), e))?;
            return Ok(Self::Local(folder.canonicalize().unwrap_or(folder)));
        }
        // The text may hold a password, so it is not repeated.
        let url = Url::parse(text).map_err(|e| bad(&format!("this is not an address of a drive ({e})")))?;
        if !matches!(url.scheme(), "https" | "http") || url.host_str().is_none_or(str::is_empty) {
            return Err(bad("an address begins with https:// and names a host"));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(bad("an address holds no user name and no password: use `skillzdrive login`"));
        }
        if url.path() != "/" || url.query().is_some() || url.fragment().is_some() {
            return Err(bad("an address is scheme, host and port, without a path"));
        }
        if url.scheme() == "http" && !is_loopback(&url) {
            return Err(bad("http:// would send the key in the clear: use https:// (http is for this machine alone)"));
        }
        Ok(Self::Remote(url))
    }

    /// The address that routes are joined to.
    ///
    /// # Errors
    /// A bug: the constant is no address.
    pub(crate) fn base(&self) -> Result<Url> {
        match self {
            Self::Remote(url) => Ok(url.clone()),
            Self::Local(_) => Url::parse(EMBEDDED).map_err(|e| Error::internal("no base address").source(e)),
        }
    }

    /// What keys, accounts and sync bases are kept under: the origin, or `local:<folder>`.
    pub(crate) fn identity(&self) -> String {
        match self {
            Self::Remote(url) => url.origin().ascii_serialization(),
            Self::Local(folder) => format!("local:{}", folder.display()),
        }
    }

    /// The lockfile's word for it; the embedded drive has no address that another machine could use.
    pub(crate) fn said(&self) -> String {
        if self.is_local() { "local".to_owned() } else { self.identity() }
    }

    /// Whether it is the embedded drive.
    pub(crate) fn is_local(&self) -> bool {
        matches!(self, Self::Local(_))
    }
}

impl fmt::Display for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.identity())
    }
}

fn bad(what: &str) -> Error {
    Error::usage(what)
        .code("bad_server")
        .hint(format!("a drive is `{DEFAULT_SERVER}`, `https://HOST`, `http://127.0.0.1:PORT`, `local` or `local:DIR`"))
}

/// Whether an address is on this machine.
pub(crate) fn is_loopback(url: &Url) -> bool {
    let Some(host) = url.host_str() else { return false };
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || bare.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

/// Whether two addresses have the same scheme, host and port.
pub(crate) fn same_origin(a: &Url, b: &Url) -> bool {
    a.origin() == b.origin()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths() -> Paths {
        Paths::below("/h".as_ref(), "/h".as_ref())
    }

    #[test]
    fn addresses_are_read() {
        let identity = |text: &str| Server::parse(text, &paths()).unwrap().identity();
        assert_eq!(identity("https://www.skillzdrive.com/"), "https://www.skillzdrive.com");
        assert_eq!(identity("https://Drive.Example:8443"), "https://drive.example:8443");
        assert_eq!(identity("https://drive.example:443"), "https://drive.example");
        assert_eq!(identity("http://127.0.0.1:4000"), "http://127.0.0.1:4000");
        assert_eq!(identity("http://[::1]:4000"), "http://[::1]:4000");
        assert_eq!(identity("http://localhost"), "http://localhost");
        assert_eq!(identity("local"), "local:/h/data/drive");
        assert_eq!(identity("local:/srv/drive"), "local:/srv/drive");
    }

    #[test]
    fn what_would_give_a_key_away_is_refused() {
        for text in [
            "http://drive.example",
            "http://localhost.evil.example",
            "http://127.0.0.1.evil.example",
            "http://10.0.0.1",
            "https://u:canary-password@drive.example",
            "https://drive.example/path",
            "https://drive.example/?x=1",
            "ftp://drive.example",
            "drive.example",
            "local:",
            "",
        ] {
            let error = Server::parse(text, &paths()).unwrap_err();
            assert_eq!(error.kind(), crate::error::Kind::Usage, "{text}");
            assert!(!error.one_line().contains("canary"), "{text}");
        }
    }

    #[test]
    fn an_origin_is_scheme_host_and_port() {
        let url = |text: &str| Url::parse(text).unwrap();
        assert!(same_origin(&url("https://a.example/x"), &url("https://a.example:443/y?z")));
        for other in ["http://a.example", "https://a.example:444", "https://b.a.example", "https://a.example.evil"] {
            assert!(!same_origin(&url("https://a.example"), &url(other)), "{other}");
        }
    }
}
