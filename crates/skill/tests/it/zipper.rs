//! Builds zips byte by byte, so that every field can lie. Knows nothing of the crate under test.

use std::io::Write;

pub(crate) const SKILL: &[u8] = b"---\nname: a\ndescription: d\n---\n";

/// The fields that stand in both headers of an entry.
#[derive(Clone)]
pub(crate) struct Head {
    pub(crate) name: Vec<u8>,
    pub(crate) flags: u16,
    pub(crate) method: u16,
    pub(crate) crc: u32,
    pub(crate) packed: u32,
    pub(crate) size: u32,
    pub(crate) extra: Vec<u8>,
}

/// One entry. Without `local` or `central`, that header is not written.
#[derive(Clone)]
pub(crate) struct Part {
    pub(crate) local: Option<Head>,
    pub(crate) central: Option<Head>,
    pub(crate) data: Vec<u8>,
    pub(crate) descriptor: Vec<u8>,
    pub(crate) attributes: u32,
    pub(crate) made_by: u16,
    pub(crate) disk: u16,
    pub(crate) date: u16,
    /// The stated offset, where it is not the true one.
    pub(crate) offset: Option<u32>,
}

impl Part {
    fn new(name: &[u8], content: &[u8], method: u16, data: Vec<u8>) -> Self {
        let head = Head {
            name: name.to_vec(),
            flags: 0x0800,
            method,
            crc: crc32fast::hash(content),
            packed: data.len() as u32,
            size: content.len() as u32,
            extra: Vec::new(),
        };
        Self {
            local: Some(head.clone()),
            central: Some(head),
            data,
            descriptor: Vec::new(),
            attributes: 0o100_644 << 16,
            made_by: 0x031E,
            disk: 0,
            date: 0x21,
            offset: None,
        }
    }

    pub(crate) fn stored(name: impl AsRef<[u8]>, content: &[u8]) -> Self {
        Self::new(name.as_ref(), content, 0, content.to_vec())
    }

    pub(crate) fn deflated(name: impl AsRef<[u8]>, content: &[u8]) -> Self {
        Self::new(name.as_ref(), content, 8, deflate(content))
    }

    pub(crate) fn folder(name: &str) -> Self {
        let mut part = Self::stored(name, b"");
        part.attributes = (0o040_755 << 16) | 0x10;
        part
    }

    /// Changes both headers alike.
    pub(crate) fn both(mut self, change: impl Fn(&mut Head)) -> Self {
        self.local.iter_mut().chain(self.central.iter_mut()).for_each(change);
        self
    }

    pub(crate) fn local(mut self, change: impl Fn(&mut Head)) -> Self {
        self.local.iter_mut().for_each(change);
        self
    }

    pub(crate) fn central(mut self, change: impl Fn(&mut Head)) -> Self {
        self.central.iter_mut().for_each(change);
        self
    }

    pub(crate) fn mode(mut self, mode: u32) -> Self {
        self.attributes = mode << 16;
        self
    }

    /// Moves the sizes behind the data, as a writer to a pipe does.
    pub(crate) fn streamed(self, descriptor: impl Fn(&Head) -> Vec<u8>) -> Self {
        let mut part = self.both(|head| head.flags |= 0x0008);
        part.descriptor = descriptor(part.central.as_ref().unwrap());
        part.local(|head| (head.crc, head.packed, head.size) = (0, 0, 0))
    }
}

pub(crate) fn deflate(content: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap()
}

pub(crate) fn descriptor(head: &Head) -> Vec<u8> {
    [&b"PK\x07\x08"[..], &head.crc.to_le_bytes(), &head.packed.to_le_bytes(), &head.size.to_le_bytes()].concat()
}

/// An extra field.
pub(crate) fn extra(id: u16, data: &[u8]) -> Vec<u8> {
    [&id.to_le_bytes()[..], &(data.len() as u16).to_le_bytes(), data].concat()
}

/// A whole zip; the fields that are `None` are told truthfully.
#[derive(Clone, Default)]
pub(crate) struct Zip {
    pub(crate) parts: Vec<Part>,
    /// Bytes before the first entry, of which the offsets know.
    pub(crate) before: Vec<u8>,
    /// Bytes between the last entry and the directory.
    pub(crate) before_directory: Vec<u8>,
    /// Bytes between the directory and the end record.
    pub(crate) before_end: Vec<u8>,
    pub(crate) comment: Vec<u8>,
    pub(crate) disk: u16,
    pub(crate) count: Option<u16>,
    pub(crate) len: Option<u32>,
    pub(crate) start: Option<u32>,
    /// Adds a zip64 record and its locator; the change is made to the record.
    pub(crate) end64: Option<fn(&mut Vec<u8>)>,
}

impl Zip {
    pub(crate) fn new(parts: impl IntoIterator<Item = Part>) -> Self {
        Self { parts: parts.into_iter().collect(), ..Self::default() }
    }

    /// A good skill and one more entry.
    pub(crate) fn with(part: Part) -> Self {
        Self::new([Part::stored("SKILL.md", SKILL), part])
    }

    pub(crate) fn bytes(&self) -> Vec<u8> {
        let mut out = self.before.clone();
        let mut directory = Vec::new();
        let mut count = 0_u16;
        for part in &self.parts {
            let offset = out.len() as u32;
            if let Some(head) = &part.local {
                out.extend(b"PK\x03\x04");
                out.extend(common(head, part.date));
                out.extend(&head.name);
                out.extend(&head.extra);
                out.extend(&part.data);
                out.extend(&part.descriptor);
            }
            if let Some(head) = &part.central {
                count += 1;
                directory.extend(b"PK\x01\x02");
                directory.extend(part.made_by.to_le_bytes());
                directory.extend(common(head, part.date));
                directory.extend([0; 2]);
                directory.extend(part.disk.to_le_bytes());
                directory.extend([0; 2]);
                directory.extend(part.attributes.to_le_bytes());
                directory.extend(part.offset.unwrap_or(offset).to_le_bytes());
                directory.extend(&head.name);
                directory.extend(&head.extra);
            }
        }
        out.extend(&self.before_directory);
        let start = out.len() as u64;
        let len = directory.len() as u64;
        out.extend(directory);
        if let Some(change) = self.end64 {
            let at = out.len() as u64;
            let mut record = b"PK\x06\x06".to_vec();
            record.extend(44_u64.to_le_bytes());
            record.extend([45, 3, 45, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
            for value in [u64::from(count), u64::from(count), len, start] {
                record.extend(value.to_le_bytes());
            }
            change(&mut record);
            out.extend(record);
            out.extend(b"PK\x06\x07\0\0\0\0");
            out.extend(at.to_le_bytes());
            out.extend(1_u32.to_le_bytes());
        }
        out.extend(&self.before_end);
        let count = self.count.unwrap_or(count);
        out.extend(b"PK\x05\x06");
        out.extend(self.disk.to_le_bytes());
        out.extend(self.disk.to_le_bytes());
        out.extend(count.to_le_bytes());
        out.extend(count.to_le_bytes());
        out.extend(self.len.unwrap_or(len as u32).to_le_bytes());
        out.extend(self.start.unwrap_or(start as u32).to_le_bytes());
        out.extend((self.comment.len() as u16).to_le_bytes());
        out.extend(&self.comment);
        out
    }
}

fn common(head: &Head, date: u16) -> Vec<u8> {
    let mut out = Vec::new();
    for value in [20, head.flags, head.method, 0, date] {
        out.extend(value.to_le_bytes());
    }
    for value in [head.crc, head.packed, head.size] {
        out.extend(value.to_le_bytes());
    }
    for value in [head.name.len() as u16, head.extra.len() as u16] {
        out.extend(value.to_le_bytes());
    }
    out
}
