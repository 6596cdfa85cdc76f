//! One entry of a zip as its directory describes it: name, kind, sizes, extra fields.
//!
//! Decides by the headers alone; where an entry lies among the others is `zip_tiling`'s question.

use crate::error::ArchiveError;
use crate::zip_format::CENTRAL;
use crate::zip_format::u16_at;
use crate::zip_format::u32_at;
use crate::zip_format::u64_at;

pub(crate) const FLAG_DESCRIPTOR: u16 = 0x0008;
const FLAG_UTF8: u16 = 0x0800;
/// Deflate's level hints, the descriptor and UTF-8 names; everything else changes what the bytes mean.
const FLAGS_KNOWN: u16 = 0x0006 | FLAG_DESCRIPTOR | FLAG_UTF8;
/// Traditional and strong encryption, and an encrypted directory.
const FLAGS_ENCRYPTED: u16 = 0x0001 | 0x0040 | 0x2000;

pub(crate) const STORED: u16 = 0;
pub(crate) const DEFLATED: u16 = 8;

/// An entry of the directory.
#[derive(Debug)]
pub(crate) struct Central {
    pub(crate) name: String,
    pub(crate) folder: bool,
    pub(crate) flags: u16,
    pub(crate) method: u16,
    pub(crate) crc: u32,
    pub(crate) packed: u64,
    pub(crate) size: u64,
    pub(crate) offset: u64,
}

/// Reads the entry at a place in the directory; the answer is the entry and the place behind it.
pub(crate) fn read_central(directory: &[u8], at: usize) -> Result<(Central, usize), ArchiveError> {
    let bad = || ArchiveError::BadDirectory {};
    let header = directory.get(at..).filter(|rest| rest.len() >= 46 && rest.starts_with(&CENTRAL)).ok_or_else(bad)?;
    let short = |offset| u16_at(header, offset).unwrap_or(0);
    let long = |offset| u32_at(header, offset).unwrap_or(0);
    let name_end = 46 + usize::from(short(28));
    let extra_end = name_end + usize::from(short(30));
    let end = extra_end + usize::from(short(32));
    if end > header.len() {
        return Err(bad());
    }
    let flags = short(8);
    let raw = &header[46..name_end];
    let shown = String::from_utf8_lossy(raw).into_owned();
    check_flags(flags, short(10), &shown)?;
    let extra = read_extra(&header[name_end..extra_end], raw, &shown)?;
    let name = read_name(raw, flags, shown)?;
    let wide = Wide { size: long(24), packed: long(20), offset: Some(long(42)), disk: Some(short(34)) };
    let Some(sizes) = wide.resolve(extra.zip64) else {
        return Err(ArchiveError::Zip64Mismatch {});
    };
    if sizes.disk != 0 {
        return Err(ArchiveError::MultiDisk {});
    }
    let folder = check_kind(&name, long(38), sizes.size)?;
    let central = Central {
        name,
        folder,
        flags,
        method: short(10),
        crc: long(16),
        packed: sizes.packed,
        size: sizes.size,
        offset: sizes.offset,
    };
    if central.method == STORED && central.size != central.packed {
        return Err(ArchiveError::Size { entry: central.name });
    }
    Ok((central, at + end))
}

fn check_flags(flags: u16, method: u16, name: &str) -> Result<(), ArchiveError> {
    let entry = || name.to_owned();
    if flags & FLAGS_ENCRYPTED != 0 || method == 99 {
        return Err(ArchiveError::Encrypted { entry: entry() });
    }
    if flags & !FLAGS_KNOWN != 0 {
        return Err(ArchiveError::Flags { entry: entry(), flags });
    }
    let method = match method {
        STORED | DEFLATED => return Ok(()),
        1 => "shrink".to_owned(),
        2..=5 => "reduce".to_owned(),
        6 => "implode".to_owned(),
        9 => "deflate64".to_owned(),
        12 => "bzip2".to_owned(),
        14 => "LZMA".to_owned(),
        20 | 93 => "zstd".to_owned(),
        95 => "xz".to_owned(),
        98 => "PPMd".to_owned(),
        number => format!("number {number}"),
    };
    Err(ArchiveError::Method { entry: entry(), method })
}

/// Without the UTF-8 flag a name outside ASCII means something else on every machine.
fn read_name(raw: &[u8], flags: u16, shown: String) -> Result<String, ArchiveError> {
    if flags & FLAG_UTF8 == 0 && !raw.is_ascii() {
        return Err(ArchiveError::NameEncoding { entry: shown });
    }
    String::from_utf8(raw.to_vec()).map_err(|_| ArchiveError::NameNotUtf8 { entry: shown })
}

/// Whether the entry is a folder. The Unix mode is looked at whatever system the entry claims to come from, because
/// readers differ in whether they believe that claim. Permission bits mean nothing here.
fn check_kind(name: &str, attributes: u32, size: u64) -> Result<bool, ArchiveError> {
    const DOS_FOLDER: u32 = 0x10;
    let entry = || name.to_owned();
    let folder = name.ends_with('/');
    match (attributes >> 16) & 0o170_000 {
        0 => {}
        0o100_000 if !folder => {}
        0o040_000 if folder => {}
        0o100_000 | 0o040_000 => return Err(ArchiveError::Kind { entry: entry() }),
        0o120_000 => return Err(ArchiveError::Link { entry: entry() }),
        _ => return Err(ArchiveError::Special { entry: entry() }),
    }
    if (attributes & DOS_FOLDER != 0 && !folder) || (folder && size != 0) {
        return Err(ArchiveError::Kind { entry: entry() });
    }
    Ok(folder)
}

/// What the extra fields of a header say that matters.
#[derive(Default)]
pub(crate) struct Extra<'a> {
    pub(crate) zip64: Option<&'a [u8]>,
}

/// Reads a header's extra fields, which must fill their space exactly.
pub(crate) fn read_extra<'a>(mut rest: &'a [u8], raw: &[u8], name: &str) -> Result<Extra<'a>, ArchiveError> {
    let bad = || ArchiveError::BadExtra { entry: name.to_owned() };
    let mut extra = Extra::default();
    let mut unicode_path = false;
    while !rest.is_empty() {
        let id = u16_at(rest, 0).ok_or_else(bad)?;
        let len = usize::from(u16_at(rest, 2).ok_or_else(bad)?);
        let data = rest.get(4..4 + len).ok_or_else(bad)?;
        rest = &rest[4 + len..];
        match id {
            0x0001 if extra.zip64.is_some() => return Err(bad()),
            0x0001 => extra.zip64 = Some(data),
            // A second name. It may only repeat the first, and only once.
            0x7075 => {
                let same = data.first() == Some(&1)
                    && u32_at(data, 1) == Some(crc32fast::hash(raw))
                    && data.get(5..) == Some(raw);
                if !same || std::mem::replace(&mut unicode_path, true) {
                    return Err(ArchiveError::UnicodePath { entry: name.to_owned() });
                }
            }
            0x9901 => return Err(ArchiveError::Encrypted { entry: name.to_owned() }),
            // Two old Unix fields whose tail is the target of a link.
            0x000D if data.len() > 12 => return Err(ArchiveError::Link { entry: name.to_owned() }),
            0x756E if data.len() > 14 => return Err(ArchiveError::Link { entry: name.to_owned() }),
            _ => {}
        }
    }
    Ok(extra)
}

/// The fields of a header that zip64 may widen; a local header has no offset and no disk.
pub(crate) struct Wide {
    pub(crate) size: u32,
    pub(crate) packed: u32,
    pub(crate) offset: Option<u32>,
    pub(crate) disk: Option<u16>,
}

/// The same, resolved.
pub(crate) struct Resolved {
    pub(crate) size: u64,
    pub(crate) packed: u64,
    offset: u64,
    disk: u32,
}

impl Wide {
    /// Puts the values of the zip64 field in place of the placeholders. The field holds either exactly those, or all in
    /// their order; then the ones that have no placeholder must agree. `None` when they do not.
    pub(crate) fn resolve(&self, zip64: Option<&[u8]>) -> Option<Resolved> {
        let narrow = [Some(self.size), Some(self.packed), self.offset];
        let wanted = narrow.iter().flatten().filter(|value| **value == u32::MAX).count();
        let disk_wanted = self.disk == Some(u16::MAX);
        let data = zip64.unwrap_or_default();
        let exact = data.len() == wanted * 8 + usize::from(disk_wanted) * 4;
        if !exact && !matches!(data.len(), 16 | 24 | 28) {
            return None;
        }
        let mut at = 0;
        let mut take = |value: Option<u32>| -> Option<u64> {
            let Some(value) = value else { return Some(0) };
            if exact && value != u32::MAX || at + 8 > data.len() {
                return (value != u32::MAX).then_some(u64::from(value));
            }
            let wide = u64_at(data, at)?;
            at += 8;
            (value == u32::MAX || u64::from(value) == wide).then_some(wide)
        };
        let size = take(narrow[0])?;
        let packed = take(narrow[1])?;
        let offset = take(narrow[2])?;
        let disk = match self.disk {
            Some(u16::MAX) => u32_at(data, at)?,
            Some(disk) => u32::from(disk),
            None => 0,
        };
        Some(Resolved { size, packed, offset, disk })
    }
}
