//! Several skills as one zip, made out of their canonical zips without unpacking or copying them: each skill's files lie
//! in a folder of its slug.
//!
//! The layout is arithmetic. From the size, the number of files and the length of the directory of each canonical zip
//! follow the size of the whole and the place of every byte, so any part of it can be sent without making the rest, and
//! the same skills give the same bytes for ever. Nothing here reads or writes: the caller brings directories and copies
//! contents. A whole of 4 GiB or of 65,535 files and more is written in the 64-bit form, entry by entry, so that its size
//! is known beforehand too.

use std::ops::Range;

use skillzdrive_wire::Slug;

use crate::canonical::END_BYTES;
use crate::error::ArchiveError;
use crate::zip_format::CENTRAL;
use crate::zip_format::LOCAL;
use crate::zip_format::u16_at;
use crate::zip_format::u32_at;

/// The end of a canonical zip, from which its directory is found.
pub const CANONICAL_END: u64 = END_BYTES;

const LOCAL_BYTES: u64 = 30;
const CENTRAL_BYTES: u64 = 46;
/// The extra field of a directory entry in the 64-bit form: its offset.
const WIDE_BYTES: u64 = 12;
/// The end records of the 64-bit form, before the plain one.
const WIDE_END_BYTES: u64 = 56 + 20;
const WIDE_VERSION: u16 = 45;

/// One skill of a bundle: what is known of its canonical zip.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BundlePart {
    /// The folder that it gets.
    pub slug: Slug,
    /// Bytes of its canonical zip.
    pub zip_size: u64,
    /// Its files.
    pub files: u64,
    /// Bytes of its canonical zip's directory.
    pub directory: u64,
}

impl BundlePart {
    /// Reads the last [`CANONICAL_END`] bytes of a canonical zip. `None` when they are not the end of one of that size.
    #[must_use]
    pub fn read(slug: Slug, zip_size: u64, end: &[u8]) -> Option<Self> {
        let whole =
            end.len() as u64 == CANONICAL_END && end.starts_with(b"PK\x05\x06\0\0\0\0") && end.ends_with(&[0, 0]);
        let files = u64::from(u16_at(end, 10)?);
        let directory = u64::from(u32_at(end, 12)?);
        let start = u64::from(u32_at(end, 16)?);
        let fits = whole
            && u16_at(end, 8) == u16_at(end, 10)
            && start.checked_add(directory)?.checked_add(CANONICAL_END)? == zip_size
            && start >= files * LOCAL_BYTES
            && directory >= files * CENTRAL_BYTES;
        fits.then_some(Self { slug, zip_size, files, directory })
    }

    /// Where the directory lies in the canonical zip.
    #[must_use]
    pub fn directory_range(&self) -> Range<u64> {
        let end = self.zip_size - CANONICAL_END;
        end - self.directory..end
    }

    /// Bytes that the folder's name adds to each name.
    fn longer(&self) -> u64 {
        self.files * (self.slug.as_str().len() as u64 + 1)
    }

    fn files_bytes(&self) -> u64 {
        self.directory_range().start + self.longer()
    }

    fn directory_bytes(&self, wide: bool) -> u64 {
        self.directory + self.longer() + if wide { self.files * WIDE_BYTES } else { 0 }
    }
}

/// What a stretch of a bundle is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Section {
    /// The files of a part.
    Files(usize),
    /// The directory's entries of a part.
    Directory(usize),
    /// The end records.
    End,
}

/// A piece of a section, in the order in which they are sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// These bytes.
    Bytes(Vec<u8>),
    /// This range of the part's canonical zip.
    Copy(Range<u64>),
}

impl Piece {
    fn len(&self) -> u64 {
        match self {
            Self::Bytes(bytes) => bytes.len() as u64,
            Self::Copy(range) => range.end - range.start,
        }
    }
}

/// The layout of a bundle.
#[derive(Debug, Clone)]
pub struct Bundle {
    parts: Vec<BundlePart>,
    /// Where each part's files begin, and where the directory does.
    starts: Vec<u64>,
    directory: u64,
    files: u64,
    wide: bool,
}

impl Bundle {
    /// The layout of these parts, in this order. Each slug must be there once.
    #[must_use]
    pub fn new(parts: Vec<BundlePart>) -> Self {
        let mut starts = Vec::with_capacity(parts.len() + 1);
        let mut at = 0;
        for part in &parts {
            starts.push(at);
            at += part.files_bytes();
        }
        starts.push(at);
        let directory = parts.iter().map(|part| part.directory_bytes(false)).sum::<u64>();
        let files = parts.iter().map(|part| part.files).sum();
        let wide = at + directory >= u64::from(u32::MAX) || files >= u64::from(u16::MAX);
        let directory = if wide { parts.iter().map(|part| part.directory_bytes(true)).sum() } else { directory };
        Self { parts, starts, directory, files, wide }
    }

    /// Its parts.
    #[must_use]
    pub fn parts(&self) -> &[BundlePart] {
        &self.parts
    }

    fn directory_start(&self) -> u64 {
        self.starts.last().copied().unwrap_or(0)
    }

    /// Bytes of the whole.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.directory_start() + self.directory + END_BYTES + if self.wide { WIDE_END_BYTES } else { 0 }
    }

    /// The sections that a range of the whole touches, in order, each with the part of it that is wanted.
    #[must_use]
    pub fn sections(&self, range: Range<u64>) -> Vec<(Section, Range<u64>)> {
        let files = self.parts.iter().enumerate().map(|(index, part)| (Section::Files(index), part.files_bytes()));
        let entries = self.parts.iter().enumerate();
        let entries = entries.map(|(index, part)| (Section::Directory(index), part.directory_bytes(self.wide)));
        let end = self.size() - self.directory_start() - self.directory;
        let mut sections = Vec::new();
        let mut at = 0;
        for (section, length) in files.chain(entries).chain([(Section::End, end)]) {
            let (from, to) = (range.start.max(at), range.end.min(at + length));
            if from < to {
                sections.push((section, from - at..to - at));
            }
            at += length;
        }
        sections
    }

    /// The files of a part, as pieces. `directory` are the bytes of its [`BundlePart::directory_range`].
    ///
    /// # Errors
    /// [`ArchiveError::BadDirectory`] when they are not what a canonical zip of that size has.
    pub fn files(&self, index: usize, directory: &[u8]) -> Result<Vec<Piece>, ArchiveError> {
        let (part, entries) = self.entries(index, directory)?;
        let mut pieces = Vec::with_capacity(entries.len() * 2);
        for entry in entries {
            let mut header = LOCAL.to_vec();
            header.extend_from_slice(&entry.common(part, self.wide, 0));
            header.extend_from_slice(part.slug.as_str().as_bytes());
            header.push(b'/');
            header.extend_from_slice(entry.name);
            pieces.push(Piece::Bytes(header));
            pieces.push(Piece::Copy(entry.content));
        }
        Ok(pieces)
    }

    /// The directory's entries of a part.
    ///
    /// # Errors
    /// As [`Bundle::files`].
    pub fn directory(&self, index: usize, directory: &[u8]) -> Result<Piece, ArchiveError> {
        let (part, entries) = self.entries(index, directory)?;
        let mut bytes = Vec::new();
        let mut at = self.starts[index];
        for entry in entries {
            let made_by = if self.wide { (entry.made_by & 0xFF00) | WIDE_VERSION } else { entry.made_by };
            let extra = if self.wide { WIDE_BYTES } else { 0 };
            bytes.extend_from_slice(&CENTRAL);
            bytes.extend_from_slice(&made_by.to_le_bytes());
            bytes.extend_from_slice(&entry.common(part, self.wide, u16::try_from(extra).unwrap_or(0)));
            // The comment's length, the disk, both attributes.
            bytes.extend_from_slice(entry.attributes);
            // In the 64-bit form every entry has its offset in the extra field, needed or not.
            let offset = if self.wide { u32::MAX } else { u32::try_from(at).unwrap_or(u32::MAX) };
            bytes.extend_from_slice(&offset.to_le_bytes());
            bytes.extend_from_slice(part.slug.as_str().as_bytes());
            bytes.push(b'/');
            bytes.extend_from_slice(entry.name);
            if self.wide {
                bytes.extend_from_slice(&[1, 0, 8, 0]);
                bytes.extend_from_slice(&at.to_le_bytes());
            }
            let name = part.slug.as_str().len() as u64 + 1 + entry.name.len() as u64;
            at += LOCAL_BYTES + name + (entry.content.end - entry.content.start);
        }
        Ok(Piece::Bytes(bytes))
    }

    /// The end records.
    #[must_use]
    pub fn end(&self) -> Piece {
        let (start, directory, files) = (self.directory_start(), self.directory, self.files);
        let mut bytes = Vec::new();
        if self.wide {
            bytes.extend_from_slice(b"PK\x06\x06");
            bytes.extend_from_slice(&44_u64.to_le_bytes());
            bytes.extend_from_slice(&(0x0300 | WIDE_VERSION).to_le_bytes());
            bytes.extend_from_slice(&WIDE_VERSION.to_le_bytes());
            bytes.extend_from_slice(&[0; 8]);
            for number in [files, files, directory, start] {
                bytes.extend_from_slice(&number.to_le_bytes());
            }
            bytes.extend_from_slice(b"PK\x06\x07\0\0\0\0");
            bytes.extend_from_slice(&(start + directory).to_le_bytes());
            bytes.extend_from_slice(&1_u32.to_le_bytes());
        }
        // What does not fit is all ones, which sends a reader to the record before.
        let files = if self.wide { u16::MAX } else { u16::try_from(files).unwrap_or(u16::MAX) };
        let short = |number: u64| if self.wide { u32::MAX } else { u32::try_from(number).unwrap_or(u32::MAX) };
        bytes.extend_from_slice(b"PK\x05\x06\0\0\0\0");
        bytes.extend_from_slice(&files.to_le_bytes());
        bytes.extend_from_slice(&files.to_le_bytes());
        bytes.extend_from_slice(&short(directory).to_le_bytes());
        bytes.extend_from_slice(&short(start).to_le_bytes());
        bytes.extend_from_slice(&[0; 2]);
        Piece::Bytes(bytes)
    }

    /// Reads the directory of a part's canonical zip, and checks that it is one: in order, without a gap, to the end.
    fn entries<'a>(
        &self,
        index: usize,
        directory: &'a [u8],
    ) -> Result<(&BundlePart, Vec<CanonicalEntry<'a>>), ArchiveError> {
        let bad = || ArchiveError::BadDirectory {};
        let part = self.parts.get(index).ok_or_else(bad)?;
        let mut entries = Vec::new();
        let mut rest = directory;
        let mut at = 0;
        while !rest.is_empty() {
            let (entry, after) = CanonicalEntry::read(rest, at).ok_or_else(bad)?;
            at = entry.content.end;
            entries.push(entry);
            rest = after;
        }
        let whole = entries.len() as u64 == part.files
            && directory.len() as u64 == part.directory
            && at == part.directory_range().start;
        if whole { Ok((part, entries)) } else { Err(bad()) }
    }
}

/// Pieces of a section without what is before and after the wanted part of it.
#[must_use]
pub fn cut(pieces: Vec<Piece>, wanted: &Range<u64>) -> Vec<Piece> {
    let mut at = 0;
    let mut kept = Vec::with_capacity(pieces.len());
    for piece in pieces {
        let length = piece.len();
        let (from, to) = (wanted.start.max(at), wanted.end.min(at + length));
        if from < to {
            let (skip, end) = (from - at, to - at);
            kept.push(match piece {
                // What is in memory has a length that memory can count.
                Piece::Bytes(bytes) => Piece::Bytes(bytes[skip as usize..end as usize].to_vec()),
                Piece::Copy(range) => Piece::Copy(range.start + skip..range.start + end),
            });
        }
        at += length;
    }
    kept
}

/// An entry of a canonical zip's directory.
struct CanonicalEntry<'a> {
    made_by: u16,
    /// From "version needed" to the length of the extra field.
    common: [u8; 26],
    attributes: &'a [u8],
    name: &'a [u8],
    /// Where the content lies in the canonical zip.
    content: Range<u64>,
}

impl<'a> CanonicalEntry<'a> {
    /// Reads the first entry, whose local header must begin at a place.
    fn read(directory: &'a [u8], at: u64) -> Option<(Self, &'a [u8])> {
        let header = directory.get(..46).filter(|header| header.starts_with(&CENTRAL))?;
        let length = usize::from(u16_at(header, 28)?);
        // No extra field and no comment; stored, so both sizes are the same.
        let plain = u16_at(header, 30)? == 0 && u16_at(header, 32)? == 0 && u16_at(header, 10)? == 0;
        let size = u64::from(u32_at(header, 24)?);
        if !plain || u32_at(header, 20) != u32_at(header, 24) || u64::from(u32_at(header, 42)?) != at {
            return None;
        }
        let (name, rest) = directory.get(46..)?.split_at_checked(length)?;
        let start = at + LOCAL_BYTES + length as u64;
        let common = header[6..32].try_into().ok()?;
        let made_by = u16_at(header, 4)?;
        Some((Self { made_by, common, attributes: &header[32..42], name, content: start..start + size }, rest))
    }

    /// The fields that both headers share, for the longer name.
    fn common(&self, part: &BundlePart, wide: bool, extra: u16) -> [u8; 26] {
        let mut common = self.common;
        if wide {
            common[0..2].copy_from_slice(&WIDE_VERSION.to_le_bytes());
        }
        let name = part.slug.as_str().len() + 1 + self.name.len();
        // A path inside a skill has 240 bytes at most.
        common[22..24].copy_from_slice(&u16::try_from(name).unwrap_or(u16::MAX).to_le_bytes());
        common[24..26].copy_from_slice(&extra.to_le_bytes());
        common
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::canonical::CanonicalZip;

    fn canonical(files: &[(&str, &[u8])]) -> Vec<u8> {
        let mut zip = CanonicalZip::new(Vec::new());
        for (path, content) in files {
            zip.file(path, content).unwrap();
        }
        zip.finish().unwrap().0
    }

    fn part(slug: &str, zip: &[u8]) -> BundlePart {
        let end = &zip[zip.len() - 22..];
        BundlePart::read(Slug::new(slug).unwrap(), zip.len() as u64, end).unwrap()
    }

    /// The bytes of a range, made only of what that range touches.
    fn bytes(bundle: &Bundle, zips: &[Vec<u8>], range: Range<u64>) -> Vec<u8> {
        let directory = |index: usize| {
            let range = bundle.parts()[index].directory_range();
            &zips[index][range.start as usize..range.end as usize]
        };
        let mut out = Vec::new();
        for (section, wanted) in bundle.sections(range) {
            let (pieces, zip) = match section {
                Section::Files(index) => (bundle.files(index, directory(index)).unwrap(), index),
                Section::Directory(index) => (vec![bundle.directory(index, directory(index)).unwrap()], index),
                Section::End => (vec![bundle.end()], 0),
            };
            for piece in cut(pieces, &wanted) {
                match piece {
                    Piece::Bytes(bytes) => out.extend_from_slice(&bytes),
                    Piece::Copy(range) => {
                        out.extend_from_slice(&zips[zip][range.start as usize..range.end as usize]);
                    }
                }
            }
        }
        out
    }

    fn two() -> (Bundle, Vec<Vec<u8>>) {
        let zips = vec![
            canonical(&[("SKILL.md", b"---\nname: a\n---\n"), ("empty", b""), ("scripts/a.sh", b"#!/bin/sh\n")]),
            canonical(&[("SKILL.md", "---\nname: b\n---\n\u{fc}".as_bytes())]),
        ];
        (Bundle::new(vec![part("a", &zips[0]), part("b-long", &zips[1])]), zips)
    }

    #[test]
    fn the_whole_is_a_zip_that_every_reader_reads() {
        let (bundle, zips) = two();
        let whole = bytes(&bundle, &zips, 0..bundle.size());
        assert_eq!(whole.len() as u64, bundle.size());
        let mut read = zip::ZipArchive::new(std::io::Cursor::new(&whole)).unwrap();
        let names: Vec<String> = read.file_names().map(|name| name.unwrap().into_owned()).collect();
        assert_eq!(names, ["a/SKILL.md", "a/empty", "a/scripts/a.sh", "b-long/SKILL.md"]);
        let mut script = read.by_name("a/scripts/a.sh").unwrap();
        assert_eq!(script.unix_mode(), Some(0o100_755));
        let mut text = String::new();
        std::io::Read::read_to_string(&mut script, &mut text).unwrap();
        assert_eq!(text, "#!/bin/sh\n");
    }

    #[test]
    fn every_part_of_it_is_the_same_part_of_the_whole() {
        let (bundle, zips) = two();
        let size = bundle.size();
        let whole = bytes(&bundle, &zips, 0..size);
        for start in 0..size {
            for end in [start, start + 1, start + 31, start + 200, size] {
                let end = end.min(size);
                assert_eq!(bytes(&bundle, &zips, start..end), whole[start as usize..end as usize], "{start}..{end}");
            }
        }
    }

    #[test]
    fn the_64_bit_form_is_read_too_and_its_size_is_known_before() {
        let (bundle, zips) = two();
        // Small, but written as if it were large: the offsets are those of the extra fields.
        let directory = bundle.parts.iter().map(|part| part.directory_bytes(true)).sum();
        let wide = Bundle { wide: true, directory, ..bundle };
        let whole = bytes(&wide, &zips, 0..wide.size());
        assert_eq!(whole.len() as u64, wide.size());
        let mut read = zip::ZipArchive::new(std::io::Cursor::new(&whole)).unwrap();
        assert_eq!(read.len(), 4);
        let mut text = String::new();
        std::io::Read::read_to_string(&mut read.by_name("b-long/SKILL.md").unwrap(), &mut text).unwrap();
        assert_eq!(text, "---\nname: b\n---\n\u{fc}");
    }

    #[test]
    fn four_gibibytes_and_many_files_need_the_64_bit_form() {
        let slug = |n: u64| Slug::new(&format!("s{n}")).unwrap();
        let large = |n| BundlePart { slug: slug(n), zip_size: 64 << 20, files: 1, directory: 54 };
        let bundle = Bundle::new((0..65).map(large).collect());
        assert!(bundle.wide && bundle.size() > u64::from(u32::MAX));
        let sections = bundle.sections(bundle.size() - 98..bundle.size());
        assert_eq!(sections, [(Section::End, 0..98)]);
        assert!(!Bundle::new((0..63).map(large).collect()).wide);
        let many = |n| BundlePart { slug: slug(n), zip_size: 10 << 20, files: 9_999, directory: 1 << 20 };
        assert!(Bundle::new((0..7).map(many).collect()).wide);
        assert!(!Bundle::new((0..6).map(many).collect()).wide);
    }

    #[test]
    fn nothing_is_a_zip_too() {
        let bundle = Bundle::new(Vec::new());
        assert_eq!(bundle.size(), 22);
        let whole = bytes(&bundle, &[], 0..22);
        assert_eq!(zip::ZipArchive::new(std::io::Cursor::new(&whole)).unwrap().len(), 0);
    }

    #[test]
    fn what_is_no_canonical_zip_is_no_part() {
        let zip = canonical(&[("SKILL.md", b"x")]);
        let slug = Slug::new("a").unwrap();
        let end = &zip[zip.len() - 22..];
        let read = |size: u64, end: &[u8]| BundlePart::read(slug.clone(), size, end);
        assert!(read(zip.len() as u64, end).is_some());
        assert!(read(zip.len() as u64 + 1, end).is_none());
        assert!(read(zip.len() as u64, &end[1..]).is_none());
        assert!(read(zip.len() as u64, &[0xFF; 22]).is_none());
        assert!(read(22, b"PK\x05\x06\0\0\0\0\x09\0\x09\0\0\0\0\0\0\0\0\0\0\0").is_none());

        let bundle = Bundle::new(vec![part("a", &zip)]);
        let range = bundle.parts()[0].directory_range();
        let directory = &zip[range.start as usize..range.end as usize];
        assert!(bundle.files(0, directory).is_ok());
        for at in [0, 10, 20, 28, 30, 42] {
            let mut wrong = directory.to_vec();
            wrong[at] ^= 1;
            assert!(bundle.files(0, &wrong).is_err(), "{at}");
        }
        assert!(bundle.files(0, &directory[..directory.len() - 1]).is_err());
        assert!(bundle.files(0, &[]).is_err());
        assert!(bundle.files(1, directory).is_err());
    }
}
