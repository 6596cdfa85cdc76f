//! The newtypes: text that was checked once and secrets that cannot be printed.

use std::fmt;
use std::str::FromStr;

use serde::Deserialize;
use serde::Deserializer;
use serde::Serialize;
use serde::Serializer;
use uuid::Uuid;

/// Why a text is not the name it should be. The text itself is kept escaped, so that it can be shown.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadName {
    /// Not 1 to 64 characters of `a-z`, `0-9` and `-`.
    #[error("`{}` is not a slug: 1 to 64 characters of a-z, 0-9 and `-` are allowed", .0.escape_debug())]
    Slug(String),
    /// Not 64 lowercase hexadecimal digits.
    #[error("`{}` is not a content_sha: 64 lowercase hexadecimal digits are expected", .0.escape_debug())]
    ContentSha(String),
    /// Not 1 to 64 characters, or a control character, or a name that no address can hold.
    #[error("`{}` is not a collection's name: 1 to 64 characters without controls, and neither `.` nor `..`", .0.escape_debug())]
    Collection(String),
    /// Not a UUID.
    #[error("`{}` is not a UUID", .0.escape_debug())]
    Uuid(String),
    /// Not the address of a GitHub tree; the second text says why.
    #[error("`{}` is not the address of a GitHub tree: {}", .0.escape_debug(), .1)]
    GithubTree(String, &'static str),
    /// Not `github:owner/repo/path@commit`.
    #[error("`{}` is not github:OWNER/REPO/PATH@COMMIT", .0.escape_debug())]
    GithubSource(String),
    /// A key with a line break, a control character or a character outside ASCII, or an empty one. The text is not
    /// kept: it may be most of a key.
    #[error("the key is empty or has a character that no key has (a space, a line break, a control character)")]
    ApiKey,
}

/// The name of a skill in addresses and folders: ASCII, `a-z 0-9 -`, 1 to 64 characters (contract, "Shapes").
///
/// A slug is safe as a path component: it has no dot, separator or upper-case letter.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Slug(Box<str>);

impl Slug {
    /// Checks a text and makes it a slug.
    ///
    /// # Errors
    /// [`BadName::Slug`] with the text.
    pub fn new(text: &str) -> Result<Self, BadName> {
        let fits =
            (1..=64).contains(&text.len()) && text.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-'));
        if fits { Ok(Self(text.into())) } else { Err(BadName::Slug(text.to_owned())) }
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether a drive has a route of this name where a skill's address would be: `GET skills/discover` shows no skill.
    /// No drive can hold a skill so called.
    #[must_use]
    pub fn is_route(&self) -> bool {
        matches!(self.as_str(), "discover" | "leaderboard")
    }
}

/// Lowercase hexadecimal SHA-256 of the exact bytes of a skill's zip (contract, "Shapes"); also the type of a `tree_sha`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ContentSha(Box<str>);

impl ContentSha {
    /// Checks a text of 64 lowercase hexadecimal digits.
    ///
    /// # Errors
    /// [`BadName::ContentSha`] with the text.
    pub fn new(text: &str) -> Result<Self, BadName> {
        let fits = text.len() == 64 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        if fits { Ok(Self(text.into())) } else { Err(BadName::ContentSha(text.to_owned())) }
    }

    /// Writes a digest of 32 bytes in hexadecimal.
    #[must_use]
    pub fn from_digest(digest: &[u8; 32]) -> Self {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let mut text = String::with_capacity(64);
        for byte in digest {
            text.push(char::from(DIGITS[usize::from(byte >> 4)]));
            text.push(char::from(DIGITS[usize::from(byte & 15)]));
        }
        Self(text.into())
    }

    /// The 64 digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The first 12 digits, for people.
    #[must_use]
    pub fn short(&self) -> &str {
        &self.0[..12]
    }
}

/// The name of a collection: 1 to 64 characters without controls. Almost any text, so it is percent-encoded in an
/// address and cleaned before it is shown.
///
/// `.` and `..` are none: in an address they mean a folder, however they are encoded.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CollectionName(Box<str>);

impl CollectionName {
    /// Checks a text.
    ///
    /// # Errors
    /// [`BadName::Collection`] with the text.
    pub fn new(text: &str) -> Result<Self, BadName> {
        let length = text.chars().take(65).count();
        let fits = (1..=64).contains(&length) && !text.chars().any(char::is_control) && text != "." && text != "..";
        if fits { Ok(Self(text.into())) } else { Err(BadName::Collection(text.chars().take(80).collect())) }
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

macro_rules! text_newtype {
    ($name:ident) => {
        impl FromStr for $name {
            type Err = BadName;
            fn from_str(text: &str) -> Result<Self, BadName> {
                Self::new(text)
            }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.as_str())
            }
        }
        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                self.as_str()
            }
        }
        impl std::borrow::Borrow<str> for $name {
            fn borrow(&self) -> &str {
                self.as_str()
            }
        }
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }
        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
                Self::new(&text).map_err(serde::de::Error::custom)
            }
        }
    };
}

text_newtype!(Slug);
text_newtype!(ContentSha);
text_newtype!(CollectionName);

macro_rules! uuid_newtype {
    ($(#[$meta:meta])* $name:ident) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(Uuid);

        impl $name {
            /// Checks a text.
            ///
            /// # Errors
            /// [`BadName::Uuid`] with the text.
            pub fn new(text: &str) -> Result<Self, BadName> {
                Uuid::try_parse(text).map(Self).map_err(|_| BadName::Uuid(text.to_owned()))
            }

            /// A fresh random one (version 4).
            #[must_use]
            pub fn random() -> Self {
                Self(Uuid::new_v4())
            }
        }
        impl FromStr for $name {
            type Err = BadName;
            fn from_str(text: &str) -> Result<Self, BadName> {
                Self::new(text)
            }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.as_hyphenated().fmt(f)
            }
        }
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }
        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
                Self::new(&text).map_err(serde::de::Error::custom)
            }
        }
    };
}

uuid_newtype!(
    /// The identity of one installation of the program, minted once (contract, "Common").
    InstallId
);

/// The identity of one sync run, minted by the drive. Any text: another drive may not use UUIDs.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RunId(pub String);

impl fmt::Display for RunId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// A text that must not be seen: upload tickets, signed addresses, webhook secrets. `Debug` hides it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    /// Wraps a text.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text itself; the name says what the caller does.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(redacted)")
    }
}

/// A drive's API key (`sk_live_…`, though any visible ASCII text is tried). `Debug` and `Display` hide it.
#[derive(Clone, PartialEq, Eq)]
pub struct ApiKey(Box<str>);

impl ApiKey {
    /// Takes a key as a person or a file gives it: white space around it is dropped.
    ///
    /// # Errors
    /// [`BadName::ApiKey`] when it is empty or holds anything but visible ASCII.
    pub fn new(text: &str) -> Result<Self, BadName> {
        let text = text.trim();
        if text.is_empty() || !text.bytes().all(|b| b.is_ascii_graphic()) {
            return Err(BadName::ApiKey);
        }
        Ok(Self(text.into()))
    }

    /// The key itself: for the `Authorization` header and the credential store only.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// The first 12 characters, as `whoami` shows them; fewer for a short key, of which at least half stays hidden.
    #[must_use]
    pub fn prefix(&self) -> &str {
        &self.0[..self.0.len().div_ceil(2).min(12)]
    }
}

impl Serialize for ApiKey {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for ApiKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        Self::new(&text).map_err(serde::de::Error::custom)
    }
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ApiKey(redacted)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs_are_checked() {
        for good in ["a", "pdf-tools", "9", &"x".repeat(64)] {
            assert_eq!(Slug::new(good).unwrap().as_str(), good);
        }
        for bad in ["", "A", "a_b", "a/b", "..", "ä", &"x".repeat(65), "a b", "a\n"] {
            assert!(Slug::new(bad).is_err(), "{bad:?} passed");
        }
    }

    #[test]
    fn names_of_collections_are_almost_any_text() {
        for good in ["a", "acme-user-42", " ", "/", "a/b", "ä ö", "...", "%2e", &"ü".repeat(64)] {
            assert_eq!(CollectionName::new(good).unwrap().as_str(), good);
        }
        for bad in ["", ".", "..", "a\n", "\u{0}", "\u{85}", &"ü".repeat(65), &"x".repeat(9_000)] {
            let error = CollectionName::new(bad).unwrap_err().to_string();
            assert!(error.len() < 400 && !error.contains('\n'), "{error}");
        }
    }

    #[test]
    fn digests_are_checked_and_written() {
        let sha = ContentSha::from_digest(&[0xab; 32]);
        assert_eq!(sha.as_str(), "ab".repeat(32));
        assert_eq!(sha.short(), "abababababab");
        assert!(ContentSha::new(&"AB".repeat(32)).is_err());
        assert!(ContentSha::new("ab").is_err());
    }

    #[test]
    fn a_key_is_never_printed() {
        let key = ApiKey::new(" sk_live_0123456789abcdef\n").unwrap();
        assert_eq!(key.expose(), "sk_live_0123456789abcdef");
        assert_eq!(format!("{key:?}"), "ApiKey(redacted)");
        assert_eq!(key.prefix(), "sk_live_0123");
        assert_eq!(ApiKey::new("abcd").unwrap().prefix(), "ab");
        assert!(ApiKey::new("sk_live_a\r\nX-Evil: 1").is_err());
        assert!(ApiKey::new("  ").is_err());
        assert_eq!(format!("{:?}", Secret::new("s")), "Secret(redacted)");
    }

    #[test]
    fn install_ids_are_uuids() {
        let id = InstallId::random();
        assert_eq!(InstallId::new(&id.to_string()).unwrap(), id);
        assert!(InstallId::new("not-a-uuid").is_err());
    }
}
