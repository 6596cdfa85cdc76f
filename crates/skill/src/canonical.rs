//! The canonical zip: the one sequence of bytes that a set of files has, on every platform and for ever.
//!
//! Written by hand, because its digest is the skill's identity and must not move with a library (contract, "Shapes").
//! Nothing here may depend on the clock, the disk or the order of arrival.

use sha2::Digest;
use sha2::Sha256;
use skillzdrive_wire::ContentSha;

use crate::content::is_executable;

const VERSION_MADE_BY: u16 = 0x030A;
const VERSION_NEEDED: u16 = 10;
/// The name is UTF-8.
const FLAGS: u16 = 0x0800;
/// 1980-01-01, the first day that a zip knows.
const DATE: u16 = 0x0021;
const MODE_FILE: u32 = 0o100_644;
const MODE_PROGRAM: u32 = 0o100_755;

/// The SHA-256 of some bytes.
#[must_use]
pub fn sha256(bytes: &[u8]) -> ContentSha {
    ContentSha::from_digest(&Sha256::digest(bytes).into())
}

/// The digest of the canonical zip that these files would make as they are, whatever they are called: nothing is left out,
/// and names are not checked. `None` where they are too many or too large for one.
pub fn sha_of_files<'a>(files: impl IntoIterator<Item = (&'a str, &'a [u8])>) -> Option<ContentSha> {
    let mut files: Vec<(&str, &[u8])> = files.into_iter().collect();
    files.sort_unstable_by_key(|(path, _)| path.as_bytes());
    let mut zip = CanonicalZip::new(Sha256::new());
    for (path, content) in files {
        zip.file(path, content).ok()?;
    }
    zip.digest().ok().map(|(sha, _)| sha)
}

/// Where the bytes of a canonical zip go.
pub(crate) trait Sink {
    fn put(&mut self, bytes: &[u8]);
}

impl Sink for Vec<u8> {
    fn put(&mut self, bytes: &[u8]) {
        self.extend_from_slice(bytes);
    }
}

impl Sink for Sha256 {
    fn put(&mut self, bytes: &[u8]) {
        self.update(bytes);
    }
}

/// Bytes of the canonical zip that one file takes besides its content.
pub(crate) fn overhead(path: &str) -> u64 {
    30 + 46 + 2 * path.len() as u64
}

/// Bytes of the canonical zip besides its files.
pub(crate) const END_BYTES: u64 = 22;

/// Writes a canonical zip. The caller brings the files sorted by the bytes of their paths, each path NFC and checked.
pub(crate) struct CanonicalZip<S> {
    sink: S,
    directory: Vec<u8>,
    offset: u32,
    count: u16,
}

/// The zip would need the 64-bit form, which the canonical one does not have.
#[derive(Debug)]
pub(crate) struct TooLarge;

impl<S: Sink> CanonicalZip<S> {
    pub(crate) fn new(sink: S) -> Self {
        Self { sink, directory: Vec::new(), offset: 0, count: 0 }
    }

    /// Adds one file.
    pub(crate) fn file(&mut self, path: &str, content: &[u8]) -> Result<(), TooLarge> {
        let name_len = u16::try_from(path.len()).map_err(|_| TooLarge)?;
        let size = u32::try_from(content.len()).map_err(|_| TooLarge)?;
        let crc = crc32fast::hash(content);
        let start = self.offset;
        let end = u64::from(start) + 30 + u64::from(name_len) + u64::from(size);
        self.offset = u32::try_from(end).ok().filter(|end| *end < u32::MAX).ok_or(TooLarge)?;
        self.count = self.count.checked_add(1).filter(|count| *count < u16::MAX).ok_or(TooLarge)?;

        // The fields that both headers share, from "version needed" to the length of the extra field.
        let mut common = [0_u8; 26];
        common[0..2].copy_from_slice(&VERSION_NEEDED.to_le_bytes());
        common[2..4].copy_from_slice(&FLAGS.to_le_bytes());
        common[8..10].copy_from_slice(&DATE.to_le_bytes());
        common[10..14].copy_from_slice(&crc.to_le_bytes());
        common[14..18].copy_from_slice(&size.to_le_bytes());
        common[18..22].copy_from_slice(&size.to_le_bytes());
        common[22..24].copy_from_slice(&name_len.to_le_bytes());

        self.sink.put(b"PK\x03\x04");
        self.sink.put(&common);
        self.sink.put(path.as_bytes());
        self.sink.put(content);

        let mode = if is_executable(content) { MODE_PROGRAM } else { MODE_FILE };
        self.directory.put(b"PK\x01\x02");
        self.directory.put(&VERSION_MADE_BY.to_le_bytes());
        self.directory.put(&common);
        self.directory.put(&[0; 6]);
        self.directory.put(&(mode << 16).to_le_bytes());
        self.directory.put(&start.to_le_bytes());
        self.directory.put(path.as_bytes());
        Ok(())
    }

    /// Writes the directory; the answer is the sink and the size of the zip.
    pub(crate) fn finish(mut self) -> Result<(S, u64), TooLarge> {
        let directory_len = u32::try_from(self.directory.len()).map_err(|_| TooLarge)?;
        self.sink.put(&self.directory);
        self.sink.put(b"PK\x05\x06\0\0\0\0");
        self.sink.put(&self.count.to_le_bytes());
        self.sink.put(&self.count.to_le_bytes());
        self.sink.put(&directory_len.to_le_bytes());
        self.sink.put(&self.offset.to_le_bytes());
        self.sink.put(&[0; 2]);
        Ok((self.sink, u64::from(self.offset) + u64::from(directory_len) + END_BYTES))
    }
}

impl CanonicalZip<Sha256> {
    /// The digest of the zip and its size.
    pub(crate) fn digest(self) -> Result<(ContentSha, u64), TooLarge> {
        let (hasher, size) = self.finish()?;
        Ok((ContentSha::from_digest(&hasher.finalize().into()), size))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn zip(files: &[(&str, &[u8])]) -> Vec<u8> {
        let mut zip = CanonicalZip::new(Vec::new());
        for (path, content) in files {
            zip.file(path, content).unwrap();
        }
        let (bytes, size) = zip.finish().unwrap();
        assert_eq!(bytes.len() as u64, size);
        let expected: u64 = files.iter().map(|(path, content)| overhead(path) + content.len() as u64).sum();
        assert_eq!(size, expected + END_BYTES);
        bytes
    }

    #[test]
    fn the_contracts_vector() {
        let bytes = zip(&[("SKILL.md", b"---\nname: a\ndescription: d\n---\n"), ("scripts/a.sh", b"#!/bin/sh\n")]);
        assert_eq!(bytes.len(), 255);
        assert_eq!(sha256(&bytes).as_str(), "3b64ecd5b85ae9cac294d17953ff06ee5a6401760f6f7f333bd063226c423dd3");
    }

    #[test]
    fn a_hashing_sink_gives_the_same_digest() {
        let mut hashing = CanonicalZip::new(Sha256::new());
        hashing.file("a", b"x").unwrap();
        hashing.file("b", b"").unwrap();
        let (sha, size) = hashing.digest().unwrap();
        let bytes = zip(&[("a", b"x"), ("b", b"")]);
        assert_eq!(sha, sha256(&bytes));
        assert_eq!(size, bytes.len() as u64);
    }
}
