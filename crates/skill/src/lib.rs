//! A skill as files: front matter, safe unzip, canonical zip and tree digest.
//!
//! Two directions meet here. A folder on disk becomes the canonical zip that gives it its digest ([`pack_dir`],
//! [`digest_dir`], [`stat_dir`]); a zip from somewhere else becomes files, or is refused as a whole before the first of
//! them is written ([`open_zip`], and [`pack_tarball`] for a repository that holds skills). All use the same rules for
//! names ([`check_path`]), so whatever is packed can be unpacked again, on every platform.
//!
//! This crate knows nothing of drives, agents, lockfiles or the network, prints nothing and reads no environment. It
//! never follows a link out of a skill and never changes a folder that it was given to read.

mod archive;
mod bundle;
mod bundle_reader;
mod canonical;
mod content;
mod credentials;
mod digest;
mod error;
mod find;
mod front_matter;
mod front_matter_loose;
mod inflate;
mod leave_out;
mod limits;
mod names;
mod pack;
mod skill_file;
mod stamp;
mod stat;
mod tarball;
mod tarball_links;
mod walk;
mod zip_entry;
mod zip_format;
mod zip_tiling;

pub use archive::Archive;
pub use archive::ArchiveFile;
pub use archive::open_zip;
pub use bundle::Bundle;
pub use bundle::BundlePart;
pub use bundle::CANONICAL_END;
pub use bundle::Piece;
pub use bundle::Section;
pub use bundle::cut;
pub use bundle_reader::BundleFile;
pub use canonical::sha_of_files;
pub use canonical::sha256;
pub use credentials::Credential;
pub use credentials::find_credentials;
pub use digest::TreeDigest;
pub use digest::digest_dir;
pub use digest::stat_dir;
pub use error::ArchiveError;
pub use error::Refusal;
pub use error::SkillError;
pub use find::find_skills;
pub use find::is_skill;
pub use front_matter::FrontMatter;
pub use front_matter::FrontMatterError;
pub use front_matter::parse_lenient;
pub use front_matter::parse_strict;
pub use front_matter::slug_of;
pub use leave_out::LeftOut;
pub use leave_out::LeftOutReason;
pub use leave_out::left_out_reason;
pub use limits::Limits;
pub use names::Clash;
pub use names::NameFault;
pub use names::check_path;
pub use pack::PackOptions;
pub use pack::Packed;
pub use pack::PackedFile;
pub use pack::pack_dir;
pub use skill_file::front_matter_of;
pub use stamp::Stamp;
pub use stamp::stamp_dir;
pub use stat::FileStat;
pub use tarball::FromTarball;
pub use tarball::ListedSkill;
pub use tarball::TarballError;
pub use tarball::list_tarball;
pub use tarball::pack_tarball;

/// The file that makes a folder a skill. Spelled exactly so, in upper case.
pub const SKILL_FILE: &str = "SKILL.md";
