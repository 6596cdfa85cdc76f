//! What the targets in `fuzz/` reach of the program. Only there when it is built for them, and no interface of it.

#![expect(missing_docs, reason = "each is one line that leads to the documented check")]

pub fn lockfile(bytes: &[u8]) {
    crate::store::lockfile::read_whole_or_refused(bytes);
}

pub fn marketplace(bytes: &[u8]) {
    crate::api::marketplace::kept_as_it_was_read(bytes);
}
