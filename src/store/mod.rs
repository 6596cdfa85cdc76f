//! The disk edge: everything that the program keeps, and the only code that writes it.
//!
//! A write is a temporary file in the same folder, flushed and renamed ([`atomic`]). The right to write a lockfile is
//! a value ([`lockfile::LockfileGuard`]). Nothing here prints or talks to a network.

pub(crate) mod accounts;
pub(crate) mod atomic;
pub(crate) mod cache;
pub(crate) mod collections;
pub(crate) mod credentials;
pub(crate) mod fingerprints;
pub(crate) mod foreign;
pub(crate) mod git_attributes;
pub(crate) mod install_id;
pub(crate) mod inventory;
pub(crate) mod journal;
pub(crate) mod library;
pub(crate) mod lock;
pub(crate) mod lockfile;
mod lockfile_lines;
pub(crate) mod lockfile_merge;
pub(crate) mod paths;
pub(crate) mod real_path;
mod record;
pub(crate) mod roots;
pub(crate) mod scan_cache;
pub(crate) mod scope;
pub(crate) mod settings;
pub(crate) mod settings_edit;
mod settings_file;
pub(crate) mod settings_keys;
mod shelves;
mod skill_look;
pub(crate) mod spool;
pub(crate) mod staging;
pub(crate) mod stamp;
pub(crate) mod swap;
pub(crate) mod sync_base;
pub(crate) mod sync_state;
pub(crate) mod threads;
pub(crate) mod trash;
pub(crate) mod tree;
