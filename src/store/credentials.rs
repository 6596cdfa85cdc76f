//! Keys, one for each server: in the system's keyring, else in a file that only its owner can read.
//!
//! The environment's key wins and is never kept. Nothing here shows a key, and no error holds one.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::path::PathBuf;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use serde::Deserialize;
use serde::Serialize;
use skillzdrive_wire::ApiKey;

use crate::env;
use crate::error::Error;
use crate::error::Kind;
use crate::error::Result;
use crate::store::atomic;
use crate::store::atomic::Privacy;
use crate::store::lock::ScopeLock;
use crate::store::paths::Paths;

/// The name under which the keyring keeps our keys.
const SERVICE: &str = "skillzdrive";
/// How long the keyring may take: it may be asking a person who is not there.
const PATIENCE: Duration = Duration::from_secs(3);

/// Where a key is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum KeySource {
    /// In `SKILLZDRIVE_API_KEY`.
    Environment,
    /// In the system's keyring.
    Keyring,
    /// In the 0600 file.
    File(PathBuf),
    /// It is the owner's key of the embedded drive.
    Embedded,
}

impl std::fmt::Display for KeySource {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Environment => write!(f, "the environment ({})", env::API_KEY),
            Self::Keyring => f.write_str("the system's keyring"),
            Self::File(path) => write!(f, "`{}`", path.display()),
            Self::Embedded => f.write_str("the embedded drive's own folder"),
        }
    }
}

/// Where keys were deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Deleted {
    /// One was in the keyring.
    pub(crate) keyring: bool,
    /// One was in the file.
    pub(crate) file: bool,
}

#[derive(Default, Serialize, Deserialize)]
struct Document {
    /// By server identity.
    #[serde(default)]
    key: BTreeMap<String, String>,
}

/// The key for a server and where it is; `None` when there is none.
///
/// # Errors
/// Exit 4 for a key that no key can be, exit 4 for a file that others can read; an io error.
pub(crate) fn find(paths: &Paths, server: &str) -> Result<Option<(ApiKey, KeySource)>> {
    match in_environment()? {
        Some(key) => Ok(Some((key, KeySource::Environment))),
        None => find_kept(paths, server),
    }
}

/// The environment's key, which goes before every kept one.
///
/// # Errors
/// Exit 4 for a key that no key can be.
pub(crate) fn in_environment() -> Result<Option<ApiKey>> {
    let Some(text) = env::text(env::API_KEY) else { return Ok(None) };
    Ok(Some(ApiKey::new(&text).map_err(|e| Error::from(e).context(env::API_KEY))?))
}

/// The key that is kept for a server and where it is; the environment is not asked.
///
/// # Errors
/// As [`find`].
pub(crate) fn find_kept(paths: &Paths, server: &str) -> Result<Option<(ApiKey, KeySource)>> {
    if let Some(text) = file_get(paths, server)? {
        let path = file_path(paths);
        let key = ApiKey::new(&text).map_err(|e| Error::from(e).context(path.display()))?;
        return Ok(Some((key, KeySource::File(path))));
    }
    match keyring(server, |entry| entry.get_password()) {
        Some(Ok(text)) => Ok(ApiKey::new(&text).ok().map(|key| (key, KeySource::Keyring))),
        _ => Ok(None),
    }
}

/// Keeps a key: in the keyring where one answers, else in the file.
///
/// # Errors
/// An io error of the file.
pub(crate) fn save(paths: &Paths, server: &str, key: &ApiKey) -> Result<KeySource> {
    let text = key.expose().to_owned();
    // A read first: a keyring that only asks or hangs is found out before the key is handed over.
    let usable = matches!(
        keyring(server, |entry| entry.get_password()),
        Some(Ok(_) | Err(keyring::Error::NoEntry | keyring::Error::Ambiguous(_)))
    );
    if usable && matches!(keyring(server, move |entry| entry.set_password(&text)), Some(Ok(()))) {
        file_change(paths, |keys| keys.remove(server).is_some())?;
        return Ok(KeySource::Keyring);
    }
    file_change(paths, |keys| {
        keys.insert(server.to_owned(), key.expose().to_owned());
        true
    })?;
    Ok(KeySource::File(file_path(paths)))
}

/// Forgets a server's key, wherever it is.
///
/// # Errors
/// An io error of the file; then nothing was forgotten there.
pub(crate) fn delete(paths: &Paths, server: &str) -> Result<Deleted> {
    let mut file = false;
    file_change(paths, |keys| {
        file = keys.remove(server).is_some();
        file
    })?;
    let keyring = matches!(keyring(server, |entry| entry.delete_credential()), Some(Ok(())));
    Ok(Deleted { keyring, file })
}

/// The servers whose keys lie in the file.
///
/// # Errors
/// As [`find`].
pub(crate) fn servers_in_file(paths: &Paths) -> Result<Vec<String>> {
    Ok(file_read(paths)?.key.into_keys().collect())
}

/// Asks the keyring in a thread of its own; `None` when it is not to be used or does not answer in time.
fn keyring<T: Send + 'static>(
    server: &str,
    ask: impl FnOnce(&keyring::Entry) -> keyring::Result<T> + Send + 'static,
) -> Option<keyring::Result<T>> {
    if env::text(env::CREDENTIAL_STORE).is_some_and(|store| store == "file") {
        return None;
    }
    let server = server.to_owned();
    let (tell, hear) = mpsc::channel();
    // When it hangs the thread is left behind, and the end of the process ends it.
    thread::Builder::new()
        .name("keyring".to_owned())
        .spawn(move || {
            let answer = keyring::Entry::new(SERVICE, &server).and_then(|entry| ask(&entry));
            let _ = tell.send(answer);
        })
        .ok()?;
    hear.recv_timeout(PATIENCE).ok()
}

/// What a look for the system's keyring came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Keyring {
    /// The person keeps keys in the file.
    NotUsed,
    /// It answers.
    Answers,
    /// It does not answer in time: it may be asking a person who is not there.
    Silent,
    /// There is none, and why.
    Absent(String),
}

/// Looks whether the keyring answers, by asking for a key that nobody keeps.
pub(crate) fn probe() -> Keyring {
    if env::text(env::CREDENTIAL_STORE).is_some_and(|store| store == "file") {
        return Keyring::NotUsed;
    }
    match keyring("probe.invalid", |entry| entry.get_password()) {
        Some(Ok(_) | Err(keyring::Error::NoEntry)) => Keyring::Answers,
        Some(Err(error)) => Keyring::Absent(error.to_string()),
        None => Keyring::Silent,
    }
}

/// Where the file lies.
pub(crate) fn file_path(paths: &Paths) -> PathBuf {
    paths.config.join("credentials.toml")
}

fn file_get(paths: &Paths, server: &str) -> Result<Option<String>> {
    Ok(file_read(paths)?.key.remove(server))
}

fn file_read(paths: &Paths) -> Result<Document> {
    let path = file_path(paths);
    let Some(text) = atomic::read_text(&path)? else { return Ok(Document::default()) };
    refuse_shared(&path)?;
    // The cause is not told: its text may quote the line, and the line may be a key.
    toml::from_str(&text).map_err(|e| {
        let line = text[..e.span().map_or(0, |s| s.start.min(text.len()))].matches('\n').count() + 1;
        Error::new(Kind::Auth, format!("{}:{line}: this is not a file of keys", path.display()))
            .code("credentials_invalid")
            .hint("mend it or delete it, then: skillzdrive login")
    })
}

/// A file of keys that others can read is not used: the keys in it are no secret any more.
fn refuse_shared(path: &Path) -> Result<()> {
    let Some(mode) = shared_mode(path) else { return Ok(()) };
    Err(Error::new(Kind::Auth, format!("`{}` has mode {mode:o}: others can read the keys", path.display()))
        .code("credentials_shared")
        .hint(format!("chmod 600 '{}', and replace the keys if others use this machine", path.display())))
}

/// The mode of a file that others than its owner can read or write; `None` for a private file, and for none.
pub(crate) fn shared_mode(path: &Path) -> Option<u32> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = fs::metadata(path).ok()?.permissions().mode() & 0o777;
        (mode & 0o077 != 0).then_some(mode)
    }
    #[cfg(not(unix))]
    {
        let _ = path;
        None
    }
}

/// Takes a file with keys away from everybody but its owner.
///
/// # Errors
/// With the path.
pub(crate) fn make_private(path: &Path) -> Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        fs::set_permissions(path, fs::Permissions::from_mode(0o600))
            .map_err(|e| Error::io("set the permissions of", path, e))?;
    }
    #[cfg(not(unix))]
    let _ = path;
    Ok(())
}

/// Changes the file under its lock; `change` says whether there is anything to write.
fn file_change(paths: &Paths, change: impl FnOnce(&mut BTreeMap<String, String>) -> bool) -> Result<()> {
    let path = file_path(paths);
    atomic::make_folder(&paths.config, Privacy::Private)?;
    let _lock = ScopeLock::acquire_file(&paths.state.join("credentials.lock"), |_| ())?;
    let mut document = file_read(paths)?;
    if !change(&mut document.key) {
        return Ok(());
    }
    if document.key.is_empty() {
        return match fs::remove_file(&path) {
            Err(e) if e.kind() != std::io::ErrorKind::NotFound => Err(Error::io("delete", &path, e)),
            _ => Ok(()),
        };
    }
    let text = toml::to_string(&document).map_err(|_| Error::internal("the keys cannot be written as TOML"))?;
    atomic::write(&path, text.as_bytes(), Privacy::Private)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths(root: &std::path::Path) -> Paths {
        Paths::below(root, root)
    }

    fn put(paths: &Paths, server: &str, key: &str) {
        file_change(paths, |keys| keys.insert(server.to_owned(), key.to_owned()).is_none()).unwrap();
    }

    #[test]
    fn keys_are_kept_by_server_and_deleted() {
        let home = tempfile::tempdir().unwrap();
        let paths = paths(home.path());
        put(&paths, "https://a.example", "sk_live_a");
        put(&paths, "https://b.example", "sk_live_b");
        assert_eq!(file_get(&paths, "https://a.example").unwrap().as_deref(), Some("sk_live_a"));
        assert_eq!(file_get(&paths, "https://a.example:8443").unwrap(), None);
        file_change(&paths, |keys| keys.remove("https://a.example").is_some()).unwrap();
        assert_eq!(file_get(&paths, "https://a.example").unwrap(), None);
        file_change(&paths, |keys| keys.remove("https://b.example").is_some()).unwrap();
        assert!(!file_path(&paths).exists());
    }

    #[cfg(unix)]
    #[test]
    fn the_file_is_private_and_a_shared_one_is_refused() {
        use std::os::unix::fs::PermissionsExt as _;
        let home = tempfile::tempdir().unwrap();
        let paths = paths(home.path());
        put(&paths, "https://a.example", "sk_live_canary");
        let path = file_path(&paths);
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::metadata(&paths.config).unwrap().permissions().mode() & 0o777, 0o700);
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        let error = file_get(&paths, "https://a.example").unwrap_err();
        assert_eq!(error.code_str(), "credentials_shared");
        assert!(!error.one_line().contains("canary"));
    }

    #[test]
    fn an_error_of_the_file_does_not_quote_it() {
        let home = tempfile::tempdir().unwrap();
        let paths = paths(home.path());
        atomic::write(&file_path(&paths), b"[key]\nx = sk_live_canary\n", Privacy::Private).unwrap();
        let error = file_get(&paths, "x").unwrap_err();
        assert!(error.message().contains("credentials.toml:2:"));
        assert!(!format!("{error:?} {} {:?}", error.one_line(), error.causes()).contains("canary"));
    }
}
