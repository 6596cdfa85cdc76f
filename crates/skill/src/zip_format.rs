//! The frame of a zip: its end record, the zip64 one, and where the directory lies.
//!
//! Everything here is arithmetic on untrusted numbers: no allocation by a stated size, no index that was not checked.
//! The end record must be the last thing in the file, and the directory must end where it starts.

use crate::error::ArchiveError;
use crate::limits::Limits;

pub(crate) const LOCAL: [u8; 4] = *b"PK\x03\x04";
pub(crate) const CENTRAL: [u8; 4] = *b"PK\x01\x02";
pub(crate) const DESCRIPTOR: [u8; 4] = *b"PK\x07\x08";
const END: [u8; 4] = *b"PK\x05\x06";
const END64: [u8; 4] = *b"PK\x06\x06";
const LOCATOR64: [u8; 4] = *b"PK\x06\x07";

const END_LEN: usize = 22;
const LOCATOR_LEN: usize = 20;
const END64_LEN: usize = 56;

/// Reads a little-endian number; `None` past the end.
pub(crate) fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(*bytes.get(at..)?.first_chunk()?))
}

/// Reads a little-endian number; `None` past the end.
pub(crate) fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(*bytes.get(at..)?.first_chunk()?))
}

/// Reads a little-endian number; `None` past the end.
pub(crate) fn u64_at(bytes: &[u8], at: usize) -> Option<u64> {
    Some(u64::from_le_bytes(*bytes.get(at..)?.first_chunk()?))
}

/// Where the directory lies and how many entries it has.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Frame {
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) count: usize,
}

/// Finds the directory.
pub(crate) fn read_frame(bytes: &[u8], limits: &Limits) -> Result<Frame, ArchiveError> {
    let size = bytes.len() as u64;
    if size > limits.zip_bytes {
        return Err(ArchiveError::ZipTooLarge { size, limit: limits.zip_bytes });
    }
    if let Some(looks_like) = looks_like_other(bytes) {
        return Err(ArchiveError::NotAZip { looks_like });
    }
    let at = find_end(bytes)?;
    let end = &bytes[at..];
    check_comment(&end[END_LEN..])?;
    let short = |offset| u64::from(u16_at(end, offset).unwrap_or(0));
    let long = |offset| u64::from(u32_at(end, offset).unwrap_or(0));
    let stated = Stated { count_here: short(8), count: short(10), len: long(12), start: long(16) };
    let (stated, frame_end) = match read_end64(bytes, at, &stated)? {
        Some((wide, at)) => (wide, at),
        None => (stated, at),
    };
    let disks = (short(4), short(6));
    if !matches!(disks, (0 | 0xFFFF, 0 | 0xFFFF)) || stated.count_here != stated.count {
        return Err(ArchiveError::MultiDisk {});
    }
    if disks != (0, 0) && frame_end == at {
        return Err(ArchiveError::MultiDisk {});
    }
    if stated.count > limits.entries as u64 {
        return Err(ArchiveError::TooManyEntries { count: stated.count, limit: limits.entries });
    }
    place(bytes, &stated, frame_end)
}

/// The directory must end exactly where the end records start, or something lies between or before.
fn place(bytes: &[u8], stated: &Stated, frame_end: usize) -> Result<Frame, ArchiveError> {
    let bad = || ArchiveError::BadDirectory {};
    let start = usize::try_from(stated.start).map_err(|_| bad())?;
    let end = usize::try_from(stated.len).ok().and_then(|len| start.checked_add(len)).ok_or_else(bad)?;
    if end > frame_end {
        return Err(bad());
    }
    if end < frame_end {
        let between = &bytes[end..frame_end];
        if contains(between, &END) {
            return Err(ArchiveError::TwoEnds {});
        }
        // A program put before a zip shifts everything by its length without the offsets being told.
        let shift = frame_end - end;
        let shifted = bytes.get(start + shift..).is_some_and(|rest| rest.starts_with(&CENTRAL));
        return Err(if shifted && !bytes.starts_with(&LOCAL) {
            ArchiveError::PrependedBytes {}
        } else {
            ArchiveError::StrayBytes { at: end as u64 }
        });
    }
    let count = usize::try_from(stated.count).map_err(|_| bad())?;
    Ok(Frame { start, end, count })
}

struct Stated {
    count_here: u64,
    count: u64,
    len: u64,
    start: u64,
}

/// The end record is the one whose comment ends exactly where the file ends.
fn find_end(bytes: &[u8]) -> Result<usize, ArchiveError> {
    let last = bytes.len().checked_sub(END_LEN).ok_or(ArchiveError::NoEnd {})?;
    let first = last.saturating_sub(usize::from(u16::MAX));
    let mut found = None;
    let mut short = false;
    for at in (first..=last).rev() {
        if bytes[at..].starts_with(&END) {
            let comment = usize::from(u16_at(bytes, at + 20).unwrap_or(0));
            if at + END_LEN + comment == bytes.len() {
                if found.replace(at).is_some() {
                    return Err(ArchiveError::TwoEnds {});
                }
            } else if at + END_LEN + comment < bytes.len() {
                short = true;
            }
        }
    }
    match found {
        Some(at) => Ok(at),
        None if short => Err(ArchiveError::TrailingBytes {}),
        None => Err(ArchiveError::NoEnd {}),
    }
}

fn check_comment(comment: &[u8]) -> Result<(), ArchiveError> {
    let marks = [LOCAL, CENTRAL, DESCRIPTOR, END, END64, LOCATOR64];
    if marks.iter().any(|mark| contains(comment, mark)) { Err(ArchiveError::CommentHoldsZip {}) } else { Ok(()) }
}

/// The zip64 record, if there is one; it must agree with every field of the short one that is not a placeholder.
fn read_end64(bytes: &[u8], end: usize, stated: &Stated) -> Result<Option<(Stated, usize)>, ArchiveError> {
    let needed = stated.count_here == 0xFFFF
        || stated.count == 0xFFFF
        || stated.len == 0xFFFF_FFFF
        || stated.start == 0xFFFF_FFFF;
    let locator = end.checked_sub(LOCATOR_LEN).filter(|at| bytes[*at..].starts_with(&LOCATOR64));
    let Some(locator) = locator else {
        return if needed { Err(ArchiveError::Zip64Mismatch {}) } else { Ok(None) };
    };
    let mismatch = || ArchiveError::Zip64Mismatch {};
    let at = u64_at(bytes, locator + 8).and_then(|at| usize::try_from(at).ok()).ok_or_else(mismatch)?;
    if u32_at(bytes, locator + 4) != Some(0) || u32_at(bytes, locator + 16).is_none_or(|disks| disks > 1) {
        return Err(ArchiveError::MultiDisk {});
    }
    let record = bytes.get(at..locator).filter(|record| record.starts_with(&END64)).ok_or_else(mismatch)?;
    let record_len = u64_at(record, 4).ok_or_else(mismatch)?;
    if record.len() > END64_LEN || record_len > END64_LEN as u64 - 12 {
        return Err(ArchiveError::Zip64Extensible {});
    }
    if record.len() != END64_LEN || record_len != END64_LEN as u64 - 12 {
        return Err(mismatch());
    }
    if u32_at(record, 16) != Some(0) || u32_at(record, 20) != Some(0) {
        return Err(ArchiveError::MultiDisk {});
    }
    let field = |offset| u64_at(record, offset).unwrap_or(0);
    let wide = Stated { count_here: field(24), count: field(32), len: field(40), start: field(48) };
    let agrees = |narrow: u64, wide: u64, placeholder: u64| narrow == placeholder || narrow == wide;
    let all = agrees(stated.count_here, wide.count_here, 0xFFFF)
        && agrees(stated.count, wide.count, 0xFFFF)
        && agrees(stated.len, wide.len, 0xFFFF_FFFF)
        && agrees(stated.start, wide.start, 0xFFFF_FFFF);
    if all { Ok(Some((wide, at))) } else { Err(mismatch()) }
}

fn contains(bytes: &[u8], mark: &[u8; 4]) -> bool {
    bytes.windows(4).any(|window| window == mark)
}

fn looks_like_other(bytes: &[u8]) -> Option<&'static str> {
    let text = bytes.trim_ascii_start();
    if bytes.is_empty() {
        Some("an empty file")
    } else if bytes.starts_with(&[0x1F, 0x8B]) {
        Some("a gzip file")
    } else if bytes.get(257..262) == Some(b"ustar") {
        Some("a tar file")
    } else if text.starts_with(b"<") {
        Some("an HTML or XML page")
    } else if text.starts_with(b"{") || text.starts_with(b"[") {
        Some("a JSON document")
    } else {
        None
    }
}
