//! Where a drive of many keeps what it knows: each setting by a flag, a variable or a line of a file, in this order.
//!
//! A flag stands in the list of processes, which everybody on a machine can read; so what is secret is taken from a
//! variable or a file alone, and an address with a password in it is refused as a flag.

use std::path::Path;
use std::path::PathBuf;

use skillzdrive_drive::ArtifactStore;
use skillzdrive_drive::Config;
use skillzdrive_drive::SigningKey;
use skillzdrive_wire::Secret;

use crate::env;
use crate::error::Error;
use crate::error::Result;

/// Where rows, artifacts and the signing key are.
#[derive(Debug, clap::Args)]
pub(super) struct StorageArgs {
    /// A PostgreSQL database for many replicas: postgres://USER@HOST/DATABASE [env: SKILLZDRIVE_DATABASE]
    ///
    /// Without one the drive is a folder. A password is not taken here: it stands in the variable, or in --env-file.
    #[arg(long, global = true, value_name = "URL")]
    database: Option<String>,
    /// How many connections to it there may be at once [default: 16]
    #[arg(long, global = true, value_name = "N", value_parser = clap::value_parser!(u32).range(3..=1000))]
    database_connections: Option<u32>,
    /// An object store for the skills' zips: s3://BUCKET/PREFIX, gs://, az:// or file:// [env: SKILLZDRIVE_ARTIFACTS]
    ///
    /// Its keys are variables, or lines of --env-file: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY,
    /// GOOGLE_SERVICE_ACCOUNT, or AZURE_STORAGE_ACCOUNT_NAME and AZURE_STORAGE_ACCOUNT_KEY.
    #[arg(long, global = true, value_name = "URL")]
    artifacts: Option<String>,
    /// The key that addresses and webhooks are signed with; all replicas need the same
    #[arg(long, global = true, value_name = "FILE")]
    signing_key: Option<PathBuf>,
    /// A file of such variables, NAME=VALUE each; what is set in the environment goes before it
    #[arg(long, global = true, value_name = "FILE")]
    env_file: Option<PathBuf>,
}

/// The variables that a file may set.
const VARIABLES: [&str; 23] = [
    env::serve::DATABASE,
    env::serve::DATABASE_CONNECTIONS,
    env::serve::ARTIFACTS,
    env::serve::SIGNING_KEY,
    env::serve::AWS_ACCESS_KEY_ID,
    env::serve::AWS_SECRET_ACCESS_KEY,
    env::serve::AWS_SESSION_TOKEN,
    env::serve::AWS_REGION,
    env::serve::AWS_ENDPOINT_URL,
    env::serve::GOOGLE_SERVICE_ACCOUNT,
    env::serve::GOOGLE_SERVICE_ACCOUNT_KEY,
    env::serve::AZURE_STORAGE_ACCOUNT_NAME,
    env::serve::AZURE_STORAGE_ACCOUNT_KEY,
    env::serve::METRICS,
    env::serve::LOG_FORMAT,
    env::serve::LOG_LEVEL,
    env::serve::TRUSTED_PROXIES,
    env::serve::PROXY_HEADER,
    env::serve::DRAIN_DELAY,
    env::serve::DRAIN_TIMEOUT,
    env::serve::MAX_CONNECTIONS,
    env::serve::OTLP,
    env::serve::OTLP_HEADERS,
];

/// What stands in variables and in the file of them.
pub(super) struct Given(Vec<(String, Secret)>);

impl Given {
    /// Reads the file, where there is one.
    ///
    /// # Errors
    /// Exit 2 for a line that is none; exit 1 for a file that cannot be read.
    pub(super) fn read(args: &StorageArgs) -> Result<Self> {
        args.env_file.as_deref().map_or(Ok(Vec::new()), read).map(Self)
    }

    /// The value of a variable: the environment goes before the file.
    pub(super) fn get(&self, name: &str) -> Option<Secret> {
        env::text(name).map(Secret::new).or_else(|| of_file(&self.0, name))
    }
}

/// Takes the settings over into a drive's.
///
/// # Errors
/// Exit 2 for a password in a flag and a key that is none; exit 1 for a file that cannot be read.
pub(super) fn apply(args: &StorageArgs, given: &Given, config: &mut Config) -> Result<()> {
    let setting = |name: &str| given.get(name);
    config.database = match &args.database {
        Some(url) => Some(without_password(url)?),
        None => setting(env::serve::DATABASE),
    };
    let connections = match args.database_connections {
        Some(number) => Some(number),
        None => setting(env::serve::DATABASE_CONNECTIONS).map(|text| number(text.expose())).transpose()?,
    };
    config.database_connections = connections.unwrap_or(config.database_connections);
    if args.artifacts.as_deref().is_some_and(has_password) {
        return Err(Error::usage("a store's key is no argument: everybody on this machine can read it there")
            .code("password_in_argument")
            .hint("put it into the store's variables, or into a file for --env-file"));
    }
    let artifacts =
        args.artifacts.clone().or_else(|| setting(env::serve::ARTIFACTS).map(|url| url.expose().to_owned()));
    config.artifacts = artifacts.map(|url| store(url, setting));
    let key = match &args.signing_key {
        Some(path) => Some(secret_file("--signing-key", "read the signing key from", path)?),
        None => setting(env::serve::SIGNING_KEY).map(|key| key.expose().as_bytes().to_vec()),
    };
    config.signing_key = key.map(|key| SigningKey::new(&key).map_err(super::error)).transpose()?;
    Ok(())
}

/// Reads what is secret from the file that a flag names.
///
/// # Errors
/// Exit 2, without showing it, when somebody wrote the secret itself where its file belongs; exit 1 for a file that
/// cannot be read.
pub(super) fn secret_file(flag: &str, to: &str, path: &Path) -> Result<Vec<u8>> {
    std::fs::read(path).map_err(|error| {
        if error.kind() == std::io::ErrorKind::NotFound && is_secret(&path.to_string_lossy()) {
            return Error::usage(format!("{flag} takes a file, and this looks like the secret itself"))
                .code("secret_in_argument")
                .hint("a new one is needed: everybody on this machine could read it, and the shell's history has it");
        }
        Error::io(to, path, error)
    })
}

/// Whether a word is rather a key, a variable with one or an address with one than the name of a file.
fn is_secret(text: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '+');
    text.contains('=') || text.contains("://") || text.len() >= 20 && text.chars().all(plain)
}

/// Takes over where a drive moves to. The variables of the environment are about the drive as it is: only the keys of a
/// store are taken from there, where the file does not have them.
///
/// # Errors
/// As [`apply`].
pub(super) fn apply_target(
    env_file: Option<&Path>,
    (database, artifacts): (Option<&str>, Option<&str>),
    config: &mut Config,
) -> Result<()> {
    let file = match env_file {
        Some(path) => read(path)?,
        None => Vec::new(),
    };
    config.database = match database {
        Some(url) => Some(without_password(url)?),
        None => of_file(&file, env::serve::DATABASE),
    };
    let of_file = |name: &str| of_file(&file, name);
    let artifacts = artifacts.map(str::to_owned);
    let artifacts = artifacts.or_else(|| of_file(env::serve::ARTIFACTS).map(|url| url.expose().to_owned()));
    config.artifacts =
        artifacts.map(|url| store(url, |name| of_file(name).or_else(|| env::text(name).map(Secret::new))));
    let key = of_file(env::serve::SIGNING_KEY);
    config.signing_key = key.map(|key| SigningKey::new(key.expose().as_bytes()).map_err(super::error)).transpose()?;
    Ok(())
}

/// What the lines of a file say last.
fn of_file(file: &[(String, Secret)], name: &str) -> Option<Secret> {
    file.iter().rev().find(|(known, _)| known == name).map(|(_, value)| value.clone())
}

/// An address that everybody may read.
fn without_password(url: &str) -> Result<Secret> {
    if has_password(url) {
        return Err(Error::usage("a password is no argument: everybody on this machine can read it there")
            .code("password_in_argument")
            .hint(format!("put the whole address into {}, or into a file for --env-file", env::serve::DATABASE)));
    }
    Ok(Secret::new(url))
}

/// A store with the keys that are set.
fn store(url: String, setting: impl Fn(&str) -> Option<Secret>) -> ArtifactStore {
    let settings = VARIABLES.into_iter().filter(|name| !name.starts_with("SKILLZDRIVE_"));
    let settings = settings.filter_map(|name| Some((name.to_owned(), setting(name)?))).collect();
    ArtifactStore { url, settings }
}

fn number(text: &str) -> Result<u32> {
    let wrong = || Error::usage(format!("{} is no number from 3 to 1000", env::serve::DATABASE_CONNECTIONS));
    text.trim().parse().ok().filter(|number| (3..=1000).contains(number)).ok_or_else(wrong)
}

/// Whether an address has a password, in whatever place.
fn has_password(url: &str) -> bool {
    let (before, query) = url.split_once('?').unwrap_or((url, ""));
    let authority = before.split_once("://").map_or("", |(_, rest)| rest.split('/').next().unwrap_or_default());
    let user = authority.rsplit_once('@').is_some_and(|(user, _)| user.contains(':'));
    user || query.split('&').any(|pair| pair.starts_with("password="))
}

fn read(path: &Path) -> Result<Vec<(String, Secret)>> {
    let bytes = secret_file("--env-file", "read the variables from", path)?;
    let text = String::from_utf8(bytes).map_err(|e| {
        Error::io("read the variables from", path, std::io::Error::new(std::io::ErrorKind::InvalidData, e.utf8_error()))
    })?;
    parse(path, &text)
}

/// The lines of a file of variables. Nothing in an error is of a value: it may be a secret.
fn parse(path: &Path, text: &str) -> Result<Vec<(String, Secret)>> {
    let mut settings = Vec::new();
    for (number, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let wrong = |why: &str| {
            Error::usage(format!("line {} of `{}` {why}", number + 1, path.display()))
                .code("env_file")
                .hint(format!("the variables are {}", VARIABLES.join(", ")))
        };
        let (name, value) = line.split_once('=').ok_or_else(|| wrong("is not NAME=VALUE"))?;
        if !VARIABLES.contains(&name.trim_end()) {
            return Err(wrong("sets a variable that means nothing here"));
        }
        let value = value.trim();
        let bare = ['"', '\''].into_iter().find_map(|quote| value.strip_prefix(quote)?.strip_suffix(quote));
        settings.push((name.trim_end().to_owned(), Secret::new(bare.unwrap_or(value))));
    }
    Ok(settings)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_seen_wherever_it_stands() {
        for url in [
            "postgres://u:p@h/d",
            "postgres://u:@h/d",
            "postgres://u@h/d?sslmode=disable&password=p",
            "postgres://u:p@[::1]:5432/d",
        ] {
            assert!(has_password(url), "{url}");
        }
        for url in ["postgres://u@h:5432/d", "postgres://[::1]:5432/d", "postgres://h/d?user=u", "postgres:///d:e@f"] {
            assert!(!has_password(url), "{url}");
        }
    }

    #[test]
    fn a_file_is_read_line_by_line() {
        let given = |text: &str| parse(Path::new("drive.env"), text);
        let read =
            given("# keys\n\nAWS_REGION = eu\nSKILLZDRIVE_DATABASE=\"postgres://u:p@h/d?a=b\"\nAWS_REGION='us'\n");
        let read: Vec<_> = read.unwrap().into_iter().map(|(name, value)| (name, value.expose().to_owned())).collect();
        let expected = [("AWS_REGION", "eu"), ("SKILLZDRIVE_DATABASE", "postgres://u:p@h/d?a=b"), ("AWS_REGION", "us")];
        assert_eq!(read, expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
        for wrong in ["secret", "PATH=secret", "\nAWS_REGION\nsecret"] {
            let error = given(wrong).unwrap_err().to_string();
            assert!(error.starts_with("line ") && !error.contains("secret"), "{error}");
        }
    }
}
