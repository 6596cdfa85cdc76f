//! Whether a zip's entries fill the file exactly, from its first byte to the directory, each described twice the same.
//!
//! This rules out overlaps, hidden entries, prepended programs and stray bytes in one stroke.

use std::ops::Range;

use crate::error::ArchiveError;
use crate::zip_entry::Central;
use crate::zip_entry::FLAG_DESCRIPTOR;
use crate::zip_entry::Wide;
use crate::zip_entry::read_extra;
use crate::zip_format::DESCRIPTOR;
use crate::zip_format::LOCAL;
use crate::zip_format::u16_at;
use crate::zip_format::u32_at;
use crate::zip_format::u64_at;

/// Where each entry's data lies, in the order of the directory.
///
/// `body` is the file up to the directory.
pub(crate) fn tile(body: &[u8], entries: &[Central]) -> Result<Vec<Range<usize>>, ArchiveError> {
    let mut order: Vec<usize> = (0..entries.len()).collect();
    order.sort_by_key(|index| entries[*index].offset);
    let mut ranges = vec![0..0; entries.len()];
    let mut expected = 0;
    for (place, index) in order.iter().enumerate() {
        let entry = &entries[*index];
        let start = usize::try_from(entry.offset).unwrap_or(usize::MAX);
        if start > expected {
            return Err(gap(body, expected, start));
        }
        let next = order.get(place + 1).map_or(body.len() as u64, |next| entries[*next].offset);
        let next = usize::try_from(next).unwrap_or(usize::MAX).min(body.len());
        if start < expected {
            return Err(ArchiveError::Overlap { entry: entry.name.clone() });
        }
        let data = read_local(body, start, entry)?;
        if data.end > next {
            return Err(ArchiveError::Overlap { entry: entry.name.clone() });
        }
        expected = if entry.flags & FLAG_DESCRIPTOR == 0 {
            data.end
        } else {
            data.end + read_descriptor(&body[data.end..next], entry)?
        };
        ranges[*index] = data;
    }
    if expected < body.len() { Err(gap(body, expected, body.len())) } else { Ok(ranges) }
}

/// Names what lies where nothing should.
fn gap(body: &[u8], at: usize, end: usize) -> ArchiveError {
    let rest = body.get(at..end.min(body.len())).unwrap_or_default();
    if rest.starts_with(&LOCAL) {
        ArchiveError::MissingCentral { at: at as u64 }
    } else if at == 0 {
        ArchiveError::PrependedBytes {}
    } else {
        ArchiveError::StrayBytes { at: at as u64 }
    }
}

/// Reads the header before an entry's data and compares it with the directory's.
fn read_local(body: &[u8], start: usize, entry: &Central) -> Result<Range<usize>, ArchiveError> {
    let missing = || ArchiveError::MissingLocal { entry: entry.name.clone() };
    let differs = |field| Err(ArchiveError::HeadersDisagree { entry: entry.name.clone(), field });
    let header = body.get(start..).filter(|rest| rest.len() >= 30 && rest.starts_with(&LOCAL)).ok_or_else(missing)?;
    let short = |offset| u16_at(header, offset).unwrap_or(0);
    let long = |offset| u32_at(header, offset).unwrap_or(0);
    if short(6) != entry.flags {
        return differs("flags");
    }
    if short(8) != entry.method {
        return differs("compression method");
    }
    let name_end = 30 + usize::from(short(26));
    let extra_end = name_end + usize::from(short(28));
    if header.get(30..name_end) != Some(entry.name.as_bytes()) {
        return differs("name");
    }
    let extra = header.get(name_end..extra_end).ok_or_else(missing)?;
    let extra = read_extra(extra, entry.name.as_bytes(), &entry.name)?;
    let wide = Wide { size: long(22), packed: long(18), offset: None, disk: None };
    let Some(sizes) = wide.resolve(extra.zip64) else {
        return Err(ArchiveError::Zip64Mismatch {});
    };
    // With a descriptor the three may be left open here, but only as a whole.
    let open = entry.flags & FLAG_DESCRIPTOR != 0 && (long(14), sizes.size, sizes.packed) == (0, 0, 0);
    if !open {
        if long(14) != entry.crc {
            return differs("checksum");
        }
        if sizes.size != entry.size || sizes.packed != entry.packed {
            return differs("size");
        }
    }
    let data = start + extra_end;
    let end = usize::try_from(entry.packed).ok().and_then(|len| data.checked_add(len));
    match end {
        Some(end) if end <= body.len() => Ok(data..end),
        _ => Err(ArchiveError::Overlap { entry: entry.name.clone() }),
    }
}

/// Reads the record behind an entry's data. It fills the space up to the next entry, so its length tells its form: with
/// or without a signature, with 32-bit or 64-bit sizes.
fn read_descriptor(space: &[u8], entry: &Central) -> Result<usize, ArchiveError> {
    let wide = matches!(space.len(), 20 | 24);
    let signed = matches!(space.len(), 16 | 24);
    let at = if signed { 4 } else { 0 };
    let sizes = if wide {
        u64_at(space, at + 4).zip(u64_at(space, at + 12))
    } else {
        u32_at(space, at + 4).map(u64::from).zip(u32_at(space, at + 8).map(u64::from))
    };
    let fits = matches!(space.len(), 12 | 16 | 20 | 24)
        && (!signed || space.starts_with(&DESCRIPTOR))
        && u32_at(space, at) == Some(entry.crc)
        && sizes == Some((entry.packed, entry.size));
    if fits { Ok(space.len()) } else { Err(ArchiveError::Descriptor { entry: entry.name.clone() }) }
}
