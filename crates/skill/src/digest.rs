//! The digest of a folder: the sha of its canonical zip, without making the zip.
//!
//! Each file is opened once and hashed as it stands; only one file at a time is in memory.

use std::fs;
use std::fs::File;
use std::io::Read;
use std::path::Path;

use sha2::Digest;
use sha2::Sha256;
use skillzdrive_wire::ContentSha;

use crate::canonical::CanonicalZip;
use crate::error::Refusal;
use crate::error::SkillError;
use crate::leave_out::LeftOut;
use crate::pack::PackOptions;
use crate::stat::FileStat;
use crate::walk::Found;
use crate::walk::walk;

/// What a folder is, as a skill.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TreeDigest {
    /// The sha of its canonical zip.
    pub sha: ContentSha,
    /// Bytes of that zip.
    pub zip_size: u64,
    /// The fingerprint of every file that was read, sorted by the bytes of the paths.
    pub files: Vec<FileStat>,
    /// What is not part of it.
    pub left_out: Vec<LeftOut>,
}

/// Reads a skill's folder and gives the digest of its canonical zip.
///
/// The size of the zip is not limited here, only the content: a skill that came compressed may be larger stored.
///
/// # Errors
/// [`SkillError::Io`] for what cannot be read, [`SkillError::Refused`] for what no skill may hold.
pub fn digest_dir(dir: &Path, options: &PackOptions) -> Result<TreeDigest, SkillError> {
    let walked = walk(dir, options)?;
    let mut zip = CanonicalZip::new(Sha256::new());
    let mut files = Vec::with_capacity(walked.files.len());
    let mut reader = Reader::new(options.limits.content_bytes);
    for found in walked.files {
        let (stat, content) = reader.read(found)?;
        zip.file(&stat.path, content)
            .map_err(|_| SkillError::refused(&*stat.path, Refusal::TooLarge { limit: u64::from(u32::MAX) }))?;
        files.push(stat);
    }
    let (sha, zip_size) = zip.digest().map_err(|_| {
        SkillError::refused(dir.display().to_string(), Refusal::TooLarge { limit: u64::from(u32::MAX) })
    })?;
    Ok(TreeDigest { sha, zip_size, files, left_out: walked.left_out })
}

/// The same walk without reading any content: the fingerprint of every file that [`digest_dir`] would read.
///
/// # Errors
/// As [`digest_dir`], as far as they can be seen without reading.
pub fn stat_dir(dir: &Path, options: &PackOptions) -> Result<Vec<FileStat>, SkillError> {
    let stat = |found: Found| {
        let meta = fs::metadata(&found.disk).map_err(SkillError::io("read", &found.disk))?;
        Ok(FileStat::new(found.path, &meta))
    };
    walk(dir, options)?.files.into_iter().map(stat).collect()
}

/// Reads files one after another into one buffer, up to a number of bytes in all.
pub(crate) struct Reader {
    buffer: Vec<u8>,
    left: u64,
    limit: u64,
}

impl Reader {
    pub(crate) fn new(limit: u64) -> Self {
        Self { buffer: Vec::new(), left: limit, limit }
    }

    /// Reads a file as a whole. It is an error if it changes meanwhile: its digest would be that of no file.
    pub(crate) fn read(&mut self, found: Found) -> Result<(FileStat, &[u8]), SkillError> {
        let Found { path, disk } = found;
        let mut file = File::open(&disk).map_err(SkillError::io("read", &disk))?;
        let meta = file.metadata().map_err(SkillError::io("read", &disk))?;
        if !meta.is_file() {
            return Err(SkillError::refused(path, Refusal::Changed));
        }
        let too_large = Refusal::TooLarge { limit: self.limit };
        if meta.len() > self.left {
            return Err(SkillError::refused(path, too_large));
        }
        self.buffer.clear();
        self.buffer.reserve(usize::try_from(meta.len()).unwrap_or(0));
        // No further than the size it has: had it grown meanwhile, the second look would tell. A file that says it is
        // empty may be one that the system makes up when it is read.
        let read =
            (&mut file).take(meta.len().max(1)).read_to_end(&mut self.buffer).map_err(SkillError::io("read", &disk))?
                as u64;
        let stat = FileStat::new(path, &meta);
        let after = file.metadata().map_err(SkillError::io("read", &disk))?;
        if read != stat.size || FileStat::new(stat.path.clone(), &after) != stat {
            return Err(SkillError::refused(stat.path, Refusal::Changed));
        }
        self.left -= read;
        Ok((stat, &self.buffer))
    }
}
