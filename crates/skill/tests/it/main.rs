//! The crate from outside: folders on a real disk and zips built byte by byte.
#![expect(clippy::unwrap_used, reason = "a helper of a test fails by panicking, as the test itself does")]
#![expect(clippy::disallowed_methods, reason = "test folders are thrown away: half a file harms nobody")]

mod accepted;
mod bundle;
mod finding;
mod hostile;
mod packing;
mod properties;
mod tarball;
mod zipper;
