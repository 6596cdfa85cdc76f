//! The ceilings on what is read, written and believed. Constants in one place, so that packing and unpacking agree.

/// How much a skill may be. Every limit is inclusive; the defaults are the product's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of a zip, received or made.
    pub zip_bytes: u64,
    /// Bytes of all files together, unpacked.
    pub content_bytes: u64,
    /// Files and folders in a zip; files, and separately folders, in a tree.
    pub entries: usize,
    /// Bytes of one path inside the skill.
    pub path_bytes: usize,
    /// Components of one path.
    pub depth: usize,
    /// How many times larger than its compressed form an entry may be, above [`Limits::ratio_floor`].
    pub ratio: u64,
    /// Bytes up to which the ratio is not looked at: small files of one repeated byte are harmless.
    pub ratio_floor: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            zip_bytes: 64 << 20,
            content_bytes: 256 << 20,
            entries: 10_000,
            path_bytes: 240,
            depth: 32,
            ratio: 200,
            ratio_floor: 1 << 20,
        }
    }
}
