//! What the targets in `fuzz/` reach of the program. Only there when it is built for them, and no interface of it.

/// Any bytes as a lockfile.
///
/// # Panics
/// When they are neither read whole nor refused with a place.
pub fn lockfile(bytes: &[u8]) {
    crate::store::lockfile::read_whole_or_refused(bytes);
}

/// Any bytes as a catalogue.
///
/// # Panics
/// When they are neither refused nor kept as they were read.
pub fn marketplace(bytes: &[u8]) {
    crate::api::marketplace::kept_as_it_was_read(bytes);
}
