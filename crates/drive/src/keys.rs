//! Random secrets (keys, tickets) and the digests under which they are stored.
//!
//! A secret itself is never stored by the drive; the embedded drive's key file is the one exception, written by
//! `service::owner`.

use std::sync::atomic::AtomicU32;
use std::sync::atomic::Ordering;

use sha2::Digest;
use sha2::Sha256;
use skillzdrive_wire::ContentSha;

use crate::error::DriveError;

/// 256 random bits in hexadecimal behind a prefix.
pub(crate) fn mint(prefix: &str) -> Result<String, DriveError> {
    let mut bytes = [0u8; 32];
    getrandom::fill(&mut bytes).map_err(|error| DriveError::Random(error.to_string()))?;
    Ok(format!("{prefix}{}", ContentSha::from_digest(&bytes)))
}

/// The digest under which a secret is found again. A secret of 256 random bits needs no salt and no slow hash.
pub(crate) fn digest(secret: &str) -> String {
    text_of(&digest_bytes(secret))
}

/// The same as bytes, for what is only looked up in memory.
pub(crate) fn digest_bytes(secret: &str) -> [u8; 32] {
    Sha256::digest(secret.as_bytes()).into()
}

/// A digest as it is stored.
pub(crate) fn text_of(digest: &[u8; 32]) -> String {
    ContentSha::from_digest(digest).to_string()
}

/// Compares without telling by its duration where two texts differ.
pub(crate) fn same(left: &str, right: &str) -> bool {
    left.len() == right.len() && left.bytes().zip(right.bytes()).fold(0u8, |seen, (l, r)| seen | (l ^ r)) == 0
}

/// The part of a key that is kept for lists.
pub(crate) fn prefix(key: &str) -> &str {
    key.get(..12).unwrap_or("")
}

/// A fresh identity of a row. It begins with the time and this process's count, so that rows made later sort later.
pub(crate) fn row_id(now: i64) -> String {
    static MADE: AtomicU32 = AtomicU32::new(0);
    let made = MADE.fetch_add(1, Ordering::Relaxed);
    format!("{now:012x}-{made:08x}-{}", uuid::Uuid::new_v4().simple())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_long_random_and_compared_whole() {
        let (one, two) = (mint("sk_live_").unwrap(), mint("sk_live_").unwrap());
        assert_eq!(one.len(), 8 + 64);
        assert_ne!(one, two);
        assert!(same(&digest(&one), &digest(&one)));
        assert!(!same(&digest(&one), &digest(&two)));
        assert!(!same("a", "ab"));
        assert_eq!(prefix(&one), &one[..12]);
    }
}
