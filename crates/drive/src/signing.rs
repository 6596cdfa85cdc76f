//! Signed, expiring addresses of artifacts and exports: `/storage/<sha>?exp=<seconds>&sig=<hex>`,
//! `/storage/exports/<id>?…`; and what webhooks are signed with.
//!
//! Who has such an address has the bytes until it expires, without a key; so it is made only for a caller who may
//! have them. This module must not know who that is.
//!
//! The secret of a webhook is derived from the drive's own and kept nowhere: a copy of the database signs nothing.

use hmac::Hmac;
use hmac::KeyInit;
use hmac::Mac;
use sha2::Sha256;
use skillzdrive_wire::ContentSha;

use crate::error::DriveError;

/// What an address is of. A signature for the one is none for the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Signed {
    /// One version of a skill, by the digest of its zip.
    Artifact,
    /// Several skills in one zip, by the digest of their list.
    Export,
}

impl Signed {
    fn word(self) -> &'static str {
        match self {
            Self::Artifact => "artifact",
            Self::Export => "export",
        }
    }

    fn folder(self) -> &'static str {
        match self {
            Self::Artifact => "/storage",
            Self::Export => "/storage/exports",
        }
    }
}

/// The drive's signing secret.
#[derive(Clone)]
pub(crate) struct Signer(Hmac<Sha256>);

impl Signer {
    pub(crate) fn new(secret: &[u8]) -> Result<Self, DriveError> {
        let mac = Hmac::new_from_slice(secret).map_err(|error| DriveError::Corrupt(error.to_string()))?;
        Ok(Self(mac))
    }

    /// The path and query of something until an instant in milliseconds.
    pub(crate) fn path(&self, what: Signed, sha: &ContentSha, until: i64) -> String {
        let exp = until.div_euclid(1_000);
        let sig: [u8; 32] = self.mac(what, sha, exp).finalize().into_bytes().into();
        format!("{}/{sha}?exp={exp}&sig={}", what.folder(), ContentSha::from_digest(&sig))
    }

    /// Whether a signature is ours and its time is not over.
    pub(crate) fn allows(&self, what: Signed, sha: &ContentSha, exp: i64, sig: &str, now: i64) -> bool {
        let Some(sig) = unhex(sig) else { return false };
        // The comparison inside takes the same time whatever differs.
        self.mac(what, sha, exp).verify_slice(&sig).is_ok() && now < exp.saturating_mul(1_000)
    }

    /// The secret that a webhook's deliveries are signed with.
    pub(crate) fn webhook_secret(&self, webhook_id: &str) -> String {
        let mut mac = self.0.clone();
        mac.update(format!("webhook\n{webhook_id}").as_bytes());
        let secret: [u8; 32] = mac.finalize().into_bytes().into();
        format!("whsec_{}", ContentSha::from_digest(&secret))
    }

    /// The `X-Skillzdrive-Signature` of a webhook's body.
    pub(crate) fn webhook_signature(&self, webhook_id: &str, body: &[u8]) -> Result<String, DriveError> {
        let mut mac = Self::new(self.webhook_secret(webhook_id).as_bytes())?.0;
        mac.update(body);
        let signature: [u8; 32] = mac.finalize().into_bytes().into();
        Ok(format!("sha256={}", ContentSha::from_digest(&signature)))
    }

    /// A mark by which somebody is known again, by all replicas, and by nobody who has no secret of ours.
    pub(crate) fn mark(&self, what: &str) -> String {
        let mut mac = self.0.clone();
        mac.update(format!("mark\n{what}").as_bytes());
        let digest: [u8; 32] = mac.finalize().into_bytes().into();
        let mut mark = ContentSha::from_digest(&digest).to_string();
        mark.truncate(32);
        mark
    }

    /// A number by which replicas see whether they have the same secret; it tells nothing else of it.
    pub(crate) fn fingerprint(&self) -> i64 {
        let mut mac = self.0.clone();
        mac.update(b"fingerprint");
        let digest: [u8; 32] = mac.finalize().into_bytes().into();
        let [a, b, c, d, e, f, g, h, ..] = digest;
        i64::from_le_bytes([a, b, c, d, e, f, g, h])
    }

    fn mac(&self, what: Signed, sha: &ContentSha, exp: i64) -> Hmac<Sha256> {
        let mut mac = self.0.clone();
        mac.update(format!("{}\n{sha}\n{exp}", what.word()).as_bytes());
        mac
    }
}

/// The bytes of 64 hexadecimal digits.
pub(crate) fn unhex(text: &str) -> Option<[u8; 32]> {
    if text.len() != 64 || !text.is_ascii() {
        return None;
    }
    let mut bytes = [0u8; 32];
    for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_holds_for_its_artifact_and_its_time() {
        let signer = Signer::new(&[7; 32]).unwrap();
        let (one, two) = (ContentSha::from_digest(&[1; 32]), ContentSha::from_digest(&[2; 32]));
        let path = signer.path(Signed::Artifact, &one, 60_000);
        let (exp, sig) = path.split_once("exp=").unwrap().1.split_once("&sig=").unwrap();
        let exp: i64 = exp.parse().unwrap();
        assert!(signer.allows(Signed::Artifact, &one, exp, sig, 59_999));
        assert!(!signer.allows(Signed::Artifact, &one, exp, sig, 60_000));
        assert!(!signer.allows(Signed::Export, &one, exp, sig, 0));
        assert!(signer.path(Signed::Export, &one, 60_000).starts_with(&format!("/storage/exports/{one}?exp=60&sig=")));
        assert!(!signer.allows(Signed::Artifact, &one, exp + 1, sig, 0));
        assert!(!signer.allows(Signed::Artifact, &two, exp, sig, 0));
        assert!(!Signer::new(&[8; 32]).unwrap().allows(Signed::Artifact, &one, exp, sig, 0));
        assert!(!signer.allows(Signed::Artifact, &one, exp, "00", 0));
        assert!(!signer.allows(Signed::Artifact, &one, exp, &"é".repeat(32), 0));
        assert!(!signer.allows(Signed::Artifact, &one, i64::MAX, sig, 0));
    }

    #[test]
    fn a_webhook_has_one_secret_for_ever_and_no_other_has_it() {
        let signer = Signer::new(&[7; 32]).unwrap();
        let secret = signer.webhook_secret("w1");
        assert!(secret.starts_with("whsec_") && secret.len() == 6 + 64);
        assert_eq!(Signer::new(&[7; 32]).unwrap().webhook_secret("w1"), secret);
        assert_ne!(signer.webhook_secret("w2"), secret);
        assert_ne!(Signer::new(&[8; 32]).unwrap().webhook_secret("w1"), secret);
        // The example of RFC 4231, test case 2, through the same function.
        let mut mac = Signer::new(b"Jefe").unwrap().0;
        mac.update(b"what do ya want for nothing?");
        let known: [u8; 32] = mac.finalize().into_bytes().into();
        let digest = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
        assert_eq!(ContentSha::from_digest(&known).as_str(), digest);
        let signature = signer.webhook_signature("w1", b"{}").unwrap();
        assert!(signature.starts_with("sha256=") && signature.len() == 7 + 64);
    }
}
