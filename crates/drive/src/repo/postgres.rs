//! The address of a PostgreSQL database: what of it may be, what of it may be shown, and how long its connections live.
//!
//! The engine's driver takes unknown words for a mistake, which it logs with their values, and takes a connection that
//! nobody verified for good enough. Neither is so here.

use std::fmt;
use std::net::IpAddr;
use std::time::Duration;

use reqwest::Url;
use skillzdrive_wire::Secret;

use crate::error::DriveError;

/// How long a request waits for a connection before it is answered that the drive is busy.
pub(super) const ACQUIRE: Duration = Duration::from_secs(10);

/// A connection that nobody used is given back after so long, and any after this age: the servers behind an address change.
pub(super) const IDLE: Duration = Duration::from_secs(5 * 60);
pub(super) const LIFETIME: Duration = Duration::from_secs(30 * 60);

/// A connection that was idle longer than this is asked whether it is still there before it is used.
pub(super) const TRUSTED: Duration = Duration::from_secs(5);

/// The words that an address may have behind its `?`.
const WORDS: [&str; 11] = [
    "sslmode",
    "sslrootcert",
    "sslcert",
    "sslkey",
    "host",
    "port",
    "dbname",
    "user",
    "password",
    "application_name",
    "options",
];

/// An address that was checked.
#[derive(Clone)]
pub(super) struct Address {
    url: Secret,
    place: String,
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.place)
    }
}

/// Host and database, without who and with what password.
impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.place)
    }
}

impl Address {
    /// Checks an address, and completes it.
    ///
    /// # Errors
    /// [`DriveError::Config`], which never shows the address.
    pub(super) fn parse(address: &Secret) -> Result<Self, DriveError> {
        let refused = |why: &str| DriveError::Config(format!("the database's address {why}"));
        let mut url =
            Url::parse(address.expose().trim()).map_err(|error| refused(&format!("cannot be read: {error}")))?;
        if !matches!(url.scheme(), "postgres" | "postgresql") {
            return Err(refused("does not begin with `postgres://`"));
        }
        let pairs: Vec<(String, String)> = url.query_pairs().into_owned().collect();
        if let Some((word, _)) = pairs.iter().find(|(word, _)| !WORDS.contains(&word.as_str())) {
            return Err(refused(&format!("has a setting `{}` that means nothing", word.escape_debug())));
        }
        let given =
            |name: &'static str| pairs.iter().filter(move |(word, _)| word == name).map(|(_, value)| value.clone());
        let host = url.host_str().filter(|host| !host.is_empty()).map(str::to_owned);
        let hosts: Vec<String> = host.into_iter().chain(given("host")).collect();
        let Some(last) = hosts.last().cloned() else {
            return Err(refused("names no host: `postgres://USER@HOST/DATABASE`"));
        };
        let database = given("dbname").next_back().unwrap_or_else(|| url.path().trim_start_matches('/').to_owned());
        if database.is_empty() {
            return Err(refused("names no database: `postgres://USER@HOST/DATABASE`"));
        }
        let modes: Vec<String> = given("sslmode").collect();
        if !hosts.iter().all(|host| is_here(host)) {
            match modes.as_slice() {
                [] => _ = url.query_pairs_mut().append_pair("sslmode", "verify-full"),
                modes if modes.iter().all(|mode| mode == "verify-full") => {}
                _ => {
                    return Err(refused(
                        "allows a connection that is not verified: to another machine only `sslmode=verify-full` is \
                         safe (`sslrootcert=FILE` names an authority of one's own)",
                    ));
                }
            }
        }
        if given("application_name").next().is_none() {
            url.query_pairs_mut().append_pair("application_name", "skillzdrive");
        }
        // The drive's statements are more than the hundred that the driver remembers of itself.
        url.query_pairs_mut().append_pair("statement-cache-capacity", "500");
        Ok(Self { url: Secret::new(url.as_str()), place: format!("the database `{database}` at {last}") })
    }

    /// The whole of it, for the driver.
    pub(super) fn url(&self) -> &str {
        self.url.expose()
    }
}

/// Whether a connection to this host does not leave the machine: a socket in a folder, or the loopback.
fn is_here(host: &str) -> bool {
    let decoded = host.replace("%2F", "/").replace("%2f", "/");
    let bare = decoded.trim_start_matches('[').trim_end_matches(']');
    decoded.starts_with('/') || bare == "localhost" || bare.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Result<Address, String> {
        Address::parse(&Secret::new(text)).map_err(|error| error.to_string())
    }

    #[test]
    fn another_machine_must_show_who_it_is() {
        for here in [
            "postgres://u:secret@127.0.0.1:5432/drive",
            "postgresql://u@localhost/drive?sslmode=disable",
            "postgres://[::1]/drive",
            "postgres://u@%2Fvar%2Frun%2Fpostgresql/drive",
            "postgres:///drive?host=/var/run/postgresql",
        ] {
            assert!(!parsed(here).unwrap().url().contains("verify-full"), "{here}");
        }
        let there = parsed("postgres://u:secret@db.example/drive").unwrap();
        assert!(there.url().contains("sslmode=verify-full"), "{}", there.url());
        assert_eq!(format!("{there} {there:?}").matches("the database `drive` at db.example").count(), 2);
        assert!(parsed("postgres://u@db.example/d?sslmode=verify-full&sslrootcert=/ca.pem").is_ok());
        for open in [
            "postgres://u@db.example/d?sslmode=require",
            "postgres://u@db.example/d?sslmode=verify-full&sslmode=prefer",
            "postgres://u@127.0.0.1/d?host=db.example&sslmode=disable",
            "postgres://u@localhost.example/d?sslmode=verify-ca",
        ] {
            assert!(parsed(open).unwrap_err().contains("sslmode=verify-full"), "{open}");
        }
    }

    #[test]
    fn what_is_refused_is_not_shown() {
        for (text, why) in [
            ("mysql://u:secret@h/d", "does not begin"),
            ("postgres://u:secret@h", "no database"),
            ("postgres:///d?password=secret", "no host"),
            ("postgres://u@h/d?pasword=secret", "`pasword`"),
            ("secret", "cannot be read"),
        ] {
            let error = parsed(text).unwrap_err();
            assert!(error.contains(why) && !error.contains("secret"), "{text}: {error}");
        }
    }
}
