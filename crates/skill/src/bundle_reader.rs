//! A bundle of skills on the disk, read skill by skill: however large it is, one skill of it is in memory at a time.
//!
//! It takes bundles of other makers too, compressed and in any order. What a skill holds is not judged here:
//! [`BundleFile::zip`] gives a zip of the skill alone, and [`crate::open_zip`] looks at every byte of it. Every number
//! here comes from a stranger.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::io::Seek;
use std::io::SeekFrom;
use std::path::Path;
use std::path::PathBuf;

use crate::SKILL_FILE;
use crate::archive::in_mac_folder;
use crate::error::ArchiveError;
use crate::error::SkillError;
use crate::limits::Limits;
use crate::zip_entry::Central;
use crate::zip_entry::read_central;
use crate::zip_format::CENTRAL;
use crate::zip_format::LOCAL;
use crate::zip_format::u16_at;
use crate::zip_format::u32_at;
use crate::zip_format::u64_at;

/// The largest directory that is read.
const MOST_DIRECTORY: u64 = 256 << 20;
const END_LEN: usize = 22;
const WIDE_LEN: usize = 56 + 20;

/// An opened bundle.
#[derive(Debug)]
pub struct BundleFile {
    path: PathBuf,
    file: File,
    limits: Limits,
    /// The folders at its top with what is in them; the one name is empty for a zip that is a single skill.
    skills: Vec<(String, Vec<Slot>)>,
}

/// An entry and where it lies, up to the next one.
#[derive(Debug)]
struct Slot {
    entry: Central,
    /// The external attributes, as they stand in the directory.
    attributes: [u8; 4],
    end: u64,
}

impl BundleFile {
    /// Reads the directory of a bundle.
    ///
    /// # Errors
    /// [`SkillError::Io`]; [`SkillError::Archive`] for what is no zip, or has files outside of folders.
    pub fn open(path: &Path) -> Result<Self, SkillError> {
        let io = || SkillError::io("read", path);
        let mut file = File::open(path).map_err(io())?;
        let size = file.metadata().map_err(io())?.len();
        let (start, length, count) = read_frame(&mut file, size).map_err(|error| error.at(path))?;
        let directory = read_at(&mut file, start, length).map_err(io())?;
        let skills = sort(&directory, start, count)?;
        Ok(Self { path: path.to_owned(), file, limits: Limits::default(), skills })
    }

    /// The names of its folders, in order of the alphabet. An empty name is the whole, when that is one skill.
    pub fn folders(&self) -> impl Iterator<Item = &str> {
        self.skills.iter().map(|(folder, _)| folder.as_str())
    }

    /// A zip of one of its folders alone, without the folder's name.
    ///
    /// # Errors
    /// [`SkillError::Io`]; [`ArchiveError::ZipTooLarge`] and [`ArchiveError::TooManyEntries`] for more than one skill may
    /// be; [`ArchiveError::NoSuchFile`] for a folder that is not there.
    pub fn zip(&mut self, folder: &str) -> Result<Vec<u8>, SkillError> {
        let missing = || ArchiveError::NoSuchFile { path: folder.to_owned() };
        let found = self.skills.binary_search_by(|(name, _)| name.as_str().cmp(folder));
        let (_, slots) = &self.skills[found.map_err(|_| missing())?];
        let (limit, most) = (self.limits.zip_bytes, self.limits.entries);
        if slots.len() > most {
            return Err(ArchiveError::TooManyEntries { count: slots.len() as u64, limit: most }.into());
        }
        let size = slots.iter().map(|slot| slot.end - slot.entry.offset).fold(0, u64::saturating_add);
        if size > limit {
            return Err(ArchiveError::ZipTooLarge { size, limit }.into());
        }
        let prefix = if folder.is_empty() { String::new() } else { format!("{folder}/") };
        let (mut zip, mut directory) = (Vec::new(), Vec::new());
        let mut count = 0_u16;
        for slot in slots {
            let Some(name) = slot.entry.name.strip_prefix(&prefix).filter(|name| !name.is_empty()) else { continue };
            let length = slot.end - slot.entry.offset;
            let bytes =
                read_at(&mut self.file, slot.entry.offset, length).map_err(SkillError::io("read", &self.path))?;
            // Both fit: the whole is smaller than 4 GiB, and there are fewer entries than a short number counts.
            let offset = u32::try_from(zip.len()).unwrap_or(u32::MAX);
            count = count.saturating_add(1);
            put_local(&mut zip, &bytes, &prefix);
            put_central(&mut directory, slot, name, offset);
        }
        let start = u32::try_from(zip.len()).unwrap_or(u32::MAX);
        let length = u32::try_from(directory.len()).unwrap_or(u32::MAX);
        zip.extend_from_slice(&directory);
        zip.extend_from_slice(b"PK\x05\x06\0\0\0\0");
        zip.extend_from_slice(&count.to_le_bytes());
        zip.extend_from_slice(&count.to_le_bytes());
        zip.extend_from_slice(&length.to_le_bytes());
        zip.extend_from_slice(&start.to_le_bytes());
        zip.extend_from_slice(&[0; 2]);
        Ok(zip)
    }
}

/// Copies an entry with its local header, whose name loses the folder's. A header that is none, or has another name, is
/// copied as it is: [`crate::open_zip`] finds that it and the directory disagree.
fn put_local(zip: &mut Vec<u8>, bytes: &[u8], prefix: &str) {
    let name = u16_at(bytes, 26).and_then(|length| bytes.get(30..30 + usize::from(length)));
    let shorter = name.and_then(|name| name.strip_prefix(prefix.as_bytes()));
    match shorter.map(|name| (name, u16::try_from(name.len()))) {
        Some((name, Ok(length))) if bytes.starts_with(&LOCAL) => {
            zip.extend_from_slice(&bytes[..26]);
            zip.extend_from_slice(&length.to_le_bytes());
            zip.extend_from_slice(&bytes[28..30]);
            zip.extend_from_slice(name);
            zip.extend_from_slice(&bytes[30 + prefix.len() + name.len()..]);
        }
        _ => zip.extend_from_slice(bytes),
    }
}

/// Writes an entry of the directory anew: its sizes are smaller than 4 GiB here, whatever form it had.
fn put_central(directory: &mut Vec<u8>, slot: &Slot, name: &str, offset: u32) {
    let entry = &slot.entry;
    let short = |number: u64| u32::try_from(number).unwrap_or(u32::MAX).to_le_bytes();
    directory.extend_from_slice(&CENTRAL);
    directory.extend_from_slice(&[0x14, 0x03, 0x14, 0]);
    directory.extend_from_slice(&entry.flags.to_le_bytes());
    directory.extend_from_slice(&entry.method.to_le_bytes());
    directory.extend_from_slice(&[0; 4]);
    directory.extend_from_slice(&entry.crc.to_le_bytes());
    directory.extend_from_slice(&short(entry.packed));
    directory.extend_from_slice(&short(entry.size));
    directory.extend_from_slice(&u16::try_from(name.len()).unwrap_or(u16::MAX).to_le_bytes());
    directory.extend_from_slice(&[0; 8]);
    directory.extend_from_slice(&slot.attributes);
    directory.extend_from_slice(&offset.to_le_bytes());
    directory.extend_from_slice(name.as_bytes());
}

/// Reads the directory's entries, finds out where each ends, and puts them into their folders.
fn sort(directory: &[u8], start: u64, count: u64) -> Result<Vec<(String, Vec<Slot>)>, ArchiveError> {
    let mut slots = Vec::new();
    let mut at = 0;
    while at < directory.len() {
        let attributes = directory.get(at + 38..at + 42).and_then(|four| four.try_into().ok());
        let attributes = attributes.ok_or(ArchiveError::BadDirectory {})?;
        let (entry, next) = read_central(directory, at)?;
        slots.push(Slot { entry, attributes, end: start });
        at = next;
    }
    if slots.len() as u64 != count {
        return Err(ArchiveError::WrongCount {});
    }
    slots.sort_by_key(|slot| slot.entry.offset);
    for index in 1..slots.len() {
        slots[index - 1].end = slots[index].entry.offset;
    }
    if slots.first().is_some_and(|first| first.entry.offset != 0) {
        return Err(ArchiveError::PrependedBytes {});
    }
    if let Some(slot) = slots.iter().find(|slot| slot.entry.offset > slot.end) {
        return Err(ArchiveError::Overlap { entry: slot.entry.name.clone() });
    }
    let mut folders: BTreeMap<String, Vec<Slot>> = BTreeMap::new();
    let single = slots.iter().any(|slot| slot.entry.name == SKILL_FILE);
    for slot in slots {
        if in_mac_folder(&slot.entry.name) {
            continue;
        }
        let folder = if single { Some("") } else { slot.entry.name.split_once('/').map(|(folder, _)| folder) };
        let folder = folder.ok_or(ArchiveError::NoSkillFile {})?.to_owned();
        folders.entry(folder).or_default().push(slot);
    }
    Ok(folders.into_iter().collect())
}

/// Reads a range. What is not there is an error.
fn read_at(file: &mut File, at: u64, length: u64) -> std::io::Result<Vec<u8>> {
    file.seek(SeekFrom::Start(at))?;
    // Not more is set aside than comes: the length is a stranger's.
    let mut bytes = Vec::new();
    file.take(length).read_to_end(&mut bytes)?;
    if bytes.len() as u64 == length { Ok(bytes) } else { Err(std::io::ErrorKind::UnexpectedEof.into()) }
}

/// What goes wrong at the end of the file.
enum FrameError {
    Io(std::io::Error),
    Archive(ArchiveError),
}

impl FrameError {
    fn at(self, path: &Path) -> SkillError {
        match self {
            Self::Io(error) => SkillError::io("read", path)(error),
            Self::Archive(error) => error.into(),
        }
    }
}

impl From<ArchiveError> for FrameError {
    fn from(error: ArchiveError) -> Self {
        Self::Archive(error)
    }
}

/// Finds the directory: its place, its length, and how many entries it states. A bundle has no comment, so the end record
/// is the last thing in the file.
fn read_frame(file: &mut File, size: u64) -> Result<(u64, u64, u64), FrameError> {
    let bad = || ArchiveError::BadDirectory {};
    if size < END_LEN as u64 {
        return Err(ArchiveError::NoEnd {}.into());
    }
    let tail_len = size.min((END_LEN + WIDE_LEN) as u64);
    let tail = read_at(file, size - tail_len, tail_len).map_err(FrameError::Io)?;
    let (before, end) = tail.split_at(tail.len() - END_LEN);
    if !end.starts_with(b"PK\x05\x06") || !end.ends_with(&[0, 0]) {
        return Err(ArchiveError::NoEnd {}.into());
    }
    let number = |offset| u64::from(u32_at(end, offset).unwrap_or(0));
    let (mut count, mut length, mut start) = (u64::from(u16_at(end, 10).unwrap_or(0)), number(12), number(16));
    let mut frame = size - END_LEN as u64;
    let wide = count == u64::from(u16::MAX) || length == u64::from(u32::MAX) || start == u64::from(u32::MAX);
    if wide {
        let record = before.get(before.len().wrapping_sub(WIDE_LEN)..).ok_or(ArchiveError::Zip64Mismatch {})?;
        frame = size - tail_len;
        let signed = record.starts_with(b"PK\x06\x06") && record[56..].starts_with(b"PK\x06\x07");
        if !signed || u64_at(record, 56 + 8) != Some(frame) {
            return Err(ArchiveError::Zip64Mismatch {}.into());
        }
        let long = |offset| u64_at(record, offset).unwrap_or(0);
        (count, length, start) = (long(32), long(40), long(48));
    }
    if start.checked_add(length) != Some(frame) {
        return Err(bad().into());
    }
    if length > MOST_DIRECTORY {
        return Err(ArchiveError::ZipTooLarge { size: length, limit: MOST_DIRECTORY }.into());
    }
    Ok((start, length, count))
}
