//! Packing a folder into its canonical zip, with everything a person should know before it leaves the machine.

use std::path::Path;

use skillzdrive_wire::ContentSha;

use crate::SKILL_FILE;
use crate::canonical::CanonicalZip;
use crate::canonical::END_BYTES;
use crate::canonical::overhead;
use crate::canonical::sha256;
use crate::content::is_executable;
use crate::credentials::Credential;
use crate::credentials::find_credentials;
use crate::digest::Reader;
use crate::error::Refusal;
use crate::error::SkillError;
use crate::front_matter::FrontMatter;
use crate::leave_out::LeftOut;
use crate::limits::Limits;
use crate::skill_file;
use crate::walk::walk;

/// How a folder is read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PackOptions {
    /// Whether the skill's `.skillignore` counts: for a skill of one's own only, never for an installed one, whose
    /// author could hide files with it.
    pub skillignore: bool,
    /// The ceilings.
    pub limits: Limits,
}

impl PackOptions {
    /// For a skill that the person wrote: `.skillignore` counts.
    #[must_use]
    pub fn own() -> Self {
        Self { skillignore: true, ..Self::default() }
    }

    /// For a skill that came from elsewhere: every file counts.
    #[must_use]
    pub fn installed() -> Self {
        Self::default()
    }
}

/// A file of a packed skill.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackedFile {
    /// The path inside the skill: NFC, `/`-separated.
    pub path: String,
    /// Bytes.
    pub size: u64,
    /// Whether its content makes it a program (mode 0755).
    pub executable: bool,
}

/// A skill as its canonical zip.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Packed {
    /// The zip.
    pub zip: Vec<u8>,
    /// The SHA-256 of the zip.
    pub content_sha: ContentSha,
    /// Its files, sorted by the bytes of their paths.
    pub files: Vec<PackedFile>,
    /// What was not packed.
    pub left_out: Vec<LeftOut>,
    /// Recognisable credentials inside the packed files. Only [`pack_dir`] looks for them; see
    /// [`crate::Archive::credentials`].
    pub credentials: Vec<Credential>,
    /// The front matter of `SKILL.md`, read leniently.
    pub front_matter: FrontMatter,
    /// What is odd about the front matter, for a person.
    pub warnings: Vec<String>,
}

/// Packs a skill's folder.
///
/// # Errors
/// [`SkillError::Io`] for what cannot be read, [`SkillError::Refused`] for what no skill may hold, and
/// [`SkillError::FrontMatter`] for a `SKILL.md` without readable front matter.
pub fn pack_dir(dir: &Path, options: &PackOptions) -> Result<Packed, SkillError> {
    let walked = walk(dir, options)?;
    let mut packer = Packer::new(&options.limits);
    let mut credentials = Vec::new();
    let mut reader = Reader::new(options.limits.content_bytes);
    for found in walked.files {
        let (stat, content) = reader.read(found)?;
        credentials.extend(find_credentials(&stat.path, content));
        packer.file(stat.path, content)?;
    }
    let mut packed = packer.finish()?;
    packed.left_out = walked.left_out;
    packed.credentials = credentials;
    Ok(packed)
}

/// Collects files, sorted by the caller, into a [`Packed`].
pub(crate) struct Packer<'a> {
    limits: &'a Limits,
    zip: CanonicalZip<Vec<u8>>,
    size: u64,
    files: Vec<PackedFile>,
    front_matter: Option<(FrontMatter, Vec<String>)>,
}

impl<'a> Packer<'a> {
    pub(crate) fn new(limits: &'a Limits) -> Self {
        let zip = CanonicalZip::new(Vec::new());
        Self { limits, zip, size: END_BYTES, files: Vec::new(), front_matter: None }
    }

    pub(crate) fn file(&mut self, path: String, content: &[u8]) -> Result<(), SkillError> {
        let too_large = Refusal::TooLarge { limit: self.limits.zip_bytes };
        self.size += overhead(&path) + content.len() as u64;
        if self.size > self.limits.zip_bytes || self.zip.file(&path, content).is_err() {
            return Err(SkillError::refused(path, too_large));
        }
        if path == SKILL_FILE {
            self.front_matter = Some(skill_file::parse(&path, content)?);
        }
        self.files.push(PackedFile { path, size: content.len() as u64, executable: is_executable(content) });
        Ok(())
    }

    pub(crate) fn finish(self) -> Result<Packed, SkillError> {
        let (front_matter, warnings) =
            self.front_matter.ok_or_else(|| SkillError::refused(SKILL_FILE, Refusal::NoSkillFile))?;
        let limit = self.limits.zip_bytes;
        let (zip, _) = self.zip.finish().map_err(|_| SkillError::refused(SKILL_FILE, Refusal::TooLarge { limit }))?;
        Ok(Packed {
            content_sha: sha256(&zip),
            zip,
            files: self.files,
            left_out: Vec::new(),
            credentials: Vec::new(),
            front_matter,
            warnings,
        })
    }
}
