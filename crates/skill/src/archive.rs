//! A zip from somewhere else: checked as a whole, then unpacked, read or made canonical.
//!
//! [`open_zip`] looks at every byte of the zip, unpacked content included, before it answers; so an [`Archive`] can only
//! fail to be written for reasons of the disk. The caller compares the digest of the bytes before it comes here.

use std::borrow::Cow;
use std::collections::HashSet;
use std::fs;
use std::fs::OpenOptions;
use std::io::Write;
use std::ops::Range;
use std::path::Path;

use sha2::Digest;
use sha2::Sha256;
use skillzdrive_wire::ContentSha;

use crate::SKILL_FILE;
use crate::canonical::CanonicalZip;
use crate::canonical::Sink;
use crate::content::is_executable;
use crate::credentials::Credential;
use crate::credentials::find_credentials;
use crate::error::ArchiveError;
use crate::error::Refusal;
use crate::error::SkillError;
use crate::front_matter::FrontMatter;
use crate::inflate::Fault;
use crate::inflate::inflate;
use crate::leave_out::LeftOut;
use crate::leave_out::left_out_reason;
use crate::limits::Limits;
use crate::names::PathSet;
use crate::names::check_path;
use crate::names::nfc;
use crate::pack::Packed;
use crate::pack::Packer;
use crate::skill_file;
use crate::zip_entry::Central;
use crate::zip_entry::DEFLATED;
use crate::zip_entry::read_central;
use crate::zip_format::read_frame;
use crate::zip_tiling::tile;

/// Unpacked content that is kept from the check, so that small skills are inflated once and large ones twice.
const KEEP_BYTES: u64 = 8 << 20;

/// The folder that macOS adds to its zips, beside the one that was packed. Never part of a skill.
const MAC_FOLDER: &str = "__MACOSX";

/// A file in a checked zip.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArchiveFile {
    /// The path inside the skill: NFC, `/`-separated, without a wrapping folder.
    pub path: String,
    /// Bytes, unpacked.
    pub size: u64,
    /// Whether its content makes it a program (mode 0755). The mode in the zip means nothing.
    pub executable: bool,
}

#[derive(Debug)]
enum Content {
    Stored(Range<usize>),
    Deflated { data: Range<usize>, crc: u32 },
    Kept(Box<[u8]>),
}

/// A checked zip, of which nothing is written yet.
#[derive(Debug)]
pub struct Archive<'a> {
    /// Its files, sorted by the bytes of their paths.
    pub files: Vec<ArchiveFile>,
    contents: Vec<Content>,
    bytes: Cow<'a, [u8]>,
    limits: Limits,
}

/// Checks a zip: all of it is as it should be, or nothing of it is used.
///
/// Accepted are zips with `SKILL.md` at their top or in a single folder there, which is removed from the paths; entries
/// for folders are ignored.
///
/// # Errors
/// [`SkillError::Archive`] with the first thing that is wrong.
pub fn open_zip<'a>(bytes: impl Into<Cow<'a, [u8]>>, limits: &Limits) -> Result<Archive<'a>, SkillError> {
    let bytes = bytes.into();
    let frame = read_frame(&bytes, limits)?;
    let entries = read_directory(&bytes[..frame.end], frame.start, frame.count)?;
    check_sizes(&entries, limits)?;
    let ranges = tile(&bytes[..frame.start], &entries)?;
    let paths = check_names(&entries, limits)?;
    let top = find_top(&entries, &paths)?;

    let mut files = Vec::new();
    let mut kept = 0;
    for ((entry, data), path) in entries.iter().zip(ranges).zip(paths) {
        if entry.folder {
            continue;
        }
        let (content, executable) = check_content(&bytes, entry, data, &mut kept)?;
        if let Some(path) = path.strip_prefix(&top).filter(|path| !in_mac_folder(path)) {
            files.push((ArchiveFile { path: path.to_owned(), size: entry.size, executable }, content));
        }
    }
    files.sort_unstable_by(|(a, _), (b, _)| a.path.as_bytes().cmp(b.path.as_bytes()));
    let (files, contents) = files.into_iter().unzip();
    Ok(Archive { files, contents, bytes, limits: limits.clone() })
}

fn read_directory(bytes: &[u8], start: usize, count: usize) -> Result<Vec<Central>, ArchiveError> {
    let mut entries = Vec::new();
    let mut at = start;
    while at < bytes.len() {
        if entries.len() == count {
            return Err(ArchiveError::WrongCount {});
        }
        let (entry, next) = read_central(bytes, at)?;
        entries.push(entry);
        at = next;
    }
    if entries.len() != count {
        return Err(ArchiveError::WrongCount {});
    }
    if entries.is_empty() { Err(ArchiveError::Empty {}) } else { Ok(entries) }
}

fn check_sizes(entries: &[Central], limits: &Limits) -> Result<(), ArchiveError> {
    let mut all = 0_u64;
    for entry in entries {
        all = all.saturating_add(entry.size);
        if all > limits.content_bytes {
            return Err(ArchiveError::ContentTooLarge { limit: limits.content_bytes });
        }
        if entry.size > limits.ratio_floor && entry.size > entry.packed.saturating_mul(limits.ratio) {
            return Err(ArchiveError::Ratio { entry: entry.name.clone(), limit: limits.ratio });
        }
    }
    Ok(())
}

/// The paths of the entries in their composed form, each good and all able to live together.
fn check_names(entries: &[Central], limits: &Limits) -> Result<Vec<String>, ArchiveError> {
    let mut set = PathSet::default();
    let mut paths = Vec::with_capacity(entries.len());
    for entry in entries {
        let fail = |fault| ArchiveError::Name { entry: entry.name.clone(), fault };
        let raw = if entry.folder { &entry.name[..entry.name.len() - 1] } else { &*entry.name };
        check_path(raw, limits).map_err(fail)?;
        let path = nfc(raw);
        if path != raw {
            check_path(&path, limits).map_err(fail)?;
        }
        set.insert(raw, &path, entry.folder).map_err(|(clash, other)| ArchiveError::Clash {
            entry: entry.name.clone(),
            other,
            clash,
        })?;
        paths.push(path);
    }
    Ok(paths)
}

pub(crate) fn in_mac_folder(path: &str) -> bool {
    path == MAC_FOLDER || path.strip_prefix(MAC_FOLDER).is_some_and(|rest| rest.starts_with('/'))
}

/// The prefix to remove: nothing, or the single folder that all entries lie in and that has the `SKILL.md`.
fn find_top(entries: &[Central], paths: &[String]) -> Result<String, ArchiveError> {
    let files = || entries.iter().zip(paths).filter(|(entry, _)| !entry.folder).map(|(_, path)| path);
    if files().any(|path| path == SKILL_FILE) {
        return Ok(String::new());
    }
    let mut skills = files().filter(|path| !in_mac_folder(path)).filter_map(|path| {
        let (folder, rest) = path.split_once('/')?;
        (rest == SKILL_FILE).then_some(folder)
    });
    let first = skills.next().ok_or(ArchiveError::NoSkillFile {})?;
    if let Some(second) = skills.next() {
        return Err(ArchiveError::SeveralSkills { first: first.to_owned(), second: second.to_owned() });
    }
    let top = format!("{first}/");
    let alone = paths.iter().all(|path| path.starts_with(&top) || path == first || in_mac_folder(path));
    if alone { Ok(top) } else { Err(ArchiveError::NoSkillFile {}) }
}

/// Reads an entry to its end once: size, checksum, and whether it is a program.
fn check_content(
    bytes: &[u8],
    entry: &Central,
    data: Range<usize>,
    kept: &mut u64,
) -> Result<(Content, bool), ArchiveError> {
    let raw = &bytes[data.clone()];
    if entry.method != DEFLATED {
        if crc32fast::hash(raw) != entry.crc {
            return Err(ArchiveError::Crc { entry: entry.name.clone() });
        }
        let executable = is_executable(raw);
        return Ok((Content::Stored(data), executable));
    }
    let keep = kept.saturating_add(entry.size) <= KEEP_BYTES;
    let mut start = Vec::new();
    inflate(raw, entry.size, entry.crc, |piece| {
        if keep {
            start.extend_from_slice(piece);
        } else if start.len() < 4 {
            start.extend_from_slice(&piece[..piece.len().min(4)]);
        }
    })
    .map_err(|fault| fault_of(fault, &entry.name))?;
    let executable = is_executable(&start);
    if keep {
        *kept += entry.size;
        return Ok((Content::Kept(start.into()), executable));
    }
    Ok((Content::Deflated { data, crc: entry.crc }, executable))
}

fn fault_of(fault: Fault, name: &str) -> ArchiveError {
    let entry = name.to_owned();
    match fault {
        Fault::Damaged => ArchiveError::Deflate { entry },
        Fault::Size => ArchiveError::Size { entry },
        Fault::Crc => ArchiveError::Crc { entry },
    }
}

impl Archive<'_> {
    fn content(&self, index: usize) -> Result<Cow<'_, [u8]>, ArchiveError> {
        match &self.contents[index] {
            Content::Stored(range) => Ok(Cow::Borrowed(&self.bytes[range.clone()])),
            Content::Kept(content) => Ok(Cow::Borrowed(content)),
            Content::Deflated { data, crc } => {
                let file = &self.files[index];
                let mut content = Vec::with_capacity(usize::try_from(file.size).unwrap_or(0));
                inflate(&self.bytes[data.clone()], file.size, *crc, |piece| content.extend_from_slice(piece))
                    .map_err(|fault| fault_of(fault, &file.path))?;
                Ok(Cow::Owned(content))
            }
        }
    }

    /// The content of one file.
    ///
    /// # Errors
    /// [`ArchiveError::NoSuchFile`] for a path that is not in [`Archive::files`].
    pub fn read(&self, path: &str) -> Result<Vec<u8>, SkillError> {
        let index = self
            .files
            .binary_search_by(|file| file.path.as_bytes().cmp(path.as_bytes()))
            .map_err(|_| ArchiveError::NoSuchFile { path: path.to_owned() })?;
        Ok(self.content(index)?.into_owned())
    }

    /// The front matter of `SKILL.md`, read leniently, with warnings.
    ///
    /// # Errors
    /// [`SkillError::FrontMatter`] if it has none that can be read.
    pub fn front_matter(&self) -> Result<(FrontMatter, Vec<String>), SkillError> {
        skill_file::parse(SKILL_FILE, &self.read(SKILL_FILE)?)
    }

    /// Writes all files into an existing, empty folder, each with its final mode. Nothing is made durable: the caller
    /// moves the folder to its place as a whole.
    ///
    /// Names that packing leaves out (`.env`, `node_modules`) are written, because an installed skill is what its
    /// author published; only `.git` is refused, by [`open_zip`].
    ///
    /// # Errors
    /// [`SkillError::Io`], or [`Refusal::NotEmpty`]. What was written by then stays.
    pub fn extract(&self, into: &Path) -> Result<(), SkillError> {
        let mut there = fs::read_dir(into).map_err(SkillError::io("read", into))?;
        if there.next().is_some() {
            return Err(SkillError::refused(into.display().to_string(), Refusal::NotEmpty));
        }
        let mut made = HashSet::new();
        for (index, file) in self.files.iter().enumerate() {
            for (end, _) in file.path.match_indices('/') {
                let folder = &file.path[..end];
                if made.insert(folder) {
                    let folder = into.join(folder);
                    fs::create_dir(&folder).map_err(SkillError::io("create", &folder))?;
                }
            }
            write_new(&into.join(&file.path), &self.content(index)?, file.executable)?;
        }
        Ok(())
    }

    /// The canonical zip of the same files, without those that packing leaves out: what a drive keeps of what it was
    /// sent. `.skillignore` does not count here, since who made the zip had the choice.
    ///
    /// # Errors
    /// [`SkillError::FrontMatter`] if `SKILL.md` has no readable front matter, [`SkillError::Refused`] if the stored
    /// form is larger than a zip may be.
    pub fn canonical(&self) -> Result<Packed, SkillError> {
        let mut packer = Packer::new(&self.limits);
        let mut left_out = Vec::new();
        for (index, file) in self.files.iter().enumerate() {
            match left_out_reason(&file.path) {
                Some(reason) => left_out.push(LeftOut { path: file.path.clone(), reason }),
                None => packer.file(file.path.clone(), &self.content(index)?)?,
            }
        }
        let mut packed = packer.finish()?;
        packed.left_out = left_out;
        Ok(packed)
    }

    /// Recognisable credentials in the files that [`Archive::canonical`] packs.
    ///
    /// # Errors
    /// None that a checked zip has.
    pub fn credentials(&self) -> Result<Vec<Credential>, SkillError> {
        let mut credentials = Vec::new();
        for (index, file) in self.files.iter().enumerate() {
            if left_out_reason(&file.path).is_none() {
                credentials.extend(find_credentials(&file.path, &self.content(index)?));
            }
        }
        Ok(credentials)
    }

    /// [`Archive::tree_sha`] for a caller that knows the digest of the whole zip: of a canonical one it is the same, and
    /// then nothing is hashed.
    ///
    /// # Errors
    /// As [`Archive::tree_sha`].
    pub fn tree_sha_of(&self, content_sha: &ContentSha) -> Result<ContentSha, SkillError> {
        if self.is_canonical() { Ok(content_sha.clone()) } else { self.tree_sha() }
    }

    /// Whether its bytes are the canonical zip of its files.
    fn is_canonical(&self) -> bool {
        let mut zip = CanonicalZip::new(Same(Some(&self.bytes)));
        let written = self.files.iter().enumerate().all(|(index, file)| {
            let plain = matches!(self.contents[index], Content::Stored(_)) && left_out_reason(&file.path).is_none();
            plain && self.content(index).is_ok_and(|content| zip.file(&file.path, &content).is_ok())
        });
        written && zip.finish().is_ok_and(|(same, _)| same.0 == Some(&[]))
    }

    /// The digest that the extracted folder will have by [`crate::digest_dir`] with [`crate::PackOptions::installed`].
    ///
    /// # Errors
    /// [`SkillError::Refused`] if the files are too many for a canonical zip; not with the default limits.
    pub fn tree_sha(&self) -> Result<ContentSha, SkillError> {
        let too_large = |_| SkillError::refused(SKILL_FILE, Refusal::TooLarge { limit: u64::from(u32::MAX) });
        let mut zip = CanonicalZip::new(Sha256::new());
        for (index, file) in self.files.iter().enumerate() {
            if left_out_reason(&file.path).is_none() {
                zip.file(&file.path, &self.content(index)?).map_err(too_large)?;
            }
        }
        Ok(zip.digest().map_err(too_large)?.0)
    }
}

/// Compares what is put with what is left of some bytes; `None` once they differ.
struct Same<'a>(Option<&'a [u8]>);

impl Sink for Same<'_> {
    fn put(&mut self, bytes: &[u8]) {
        self.0 = self.0.and_then(|rest| rest.strip_prefix(bytes));
    }
}

/// Creates a file that must not exist yet; the mode is given at creation, so there is no moment with another one.
fn write_new(path: &Path, content: &[u8], executable: bool) -> Result<(), SkillError> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(if executable { 0o755 } else { 0o644 });
    }
    #[cfg(not(unix))]
    let _ = executable;
    let mut file = options.open(path).map_err(SkillError::io("create", path))?;
    file.write_all(content).map_err(SkillError::io("write", path))
}
