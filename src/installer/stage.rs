//! A package made into a folder beside its place: verified, unpacked, digested.

use std::fs;
use std::io;
use std::path::PathBuf;

use skillzdrive_skill::Archive;
use skillzdrive_skill::Limits;
use skillzdrive_skill::left_out_reason;
use skillzdrive_skill::open_zip;
use skillzdrive_skill::sha256;
use skillzdrive_wire::ContentSha;
use skillzdrive_wire::Slug;

use crate::error::Error;
use crate::error::Kind;
use crate::error::Result;
use crate::store::staging::Staging;

/// A version that is ready to be put in its place.
#[derive(Debug, Clone)]
pub(crate) struct Staged {
    /// Its slug.
    pub(crate) slug: Slug,
    /// The digest of the zip it came as.
    pub(crate) content_sha: ContentSha,
    /// The digest of its files.
    pub(crate) tree_sha: ContentSha,
    /// Whether that says all of its files: some names are part of no digest.
    pub(crate) whole: bool,
    /// The drive's version, when it has one.
    pub(crate) version: Option<u64>,
    /// Who owns it, when known.
    pub(crate) owner: Option<String>,
    /// The lockfile's word for where it came from.
    pub(crate) source: String,
    /// Whether everybody may know of it.
    pub(crate) public: bool,
    /// The folder that waits.
    pub(crate) tree: PathBuf,
}

/// What is known of a package besides its bytes.
#[derive(Debug, Clone)]
pub(crate) struct Label {
    /// Its slug.
    pub(crate) slug: Slug,
    /// The digest its bytes must have.
    pub(crate) content_sha: ContentSha,
    /// The drive's version, when it has one.
    pub(crate) version: Option<u64>,
    /// Who owns it, when known.
    pub(crate) owner: Option<String>,
    /// The lockfile's word for where it came from.
    pub(crate) source: String,
    /// Whether everybody may know of it.
    pub(crate) public: bool,
}

/// A package whose every byte was read and found good; nothing of it is on the disk yet.
#[derive(Debug)]
pub(crate) struct Verified {
    label: Label,
    archive: Archive<'static>,
    tree_sha: ContentSha,
}

/// Checks the digest before anything is parsed, and reads the whole package before anything is written.
///
/// # Errors
/// Exit 7 for other bytes or a package that is not safe, naming the skill.
pub(crate) fn verify(label: Label, bytes: Vec<u8>) -> Result<Verified> {
    let found = sha256(&bytes);
    if found != label.content_sha {
        let message = format!("the bytes have the digest {} and not {}", found.short(), label.content_sha.short());
        let error = Error::new(Kind::Integrity, message).code("sha_mismatch");
        return Err(error.context(format!("`{}`", label.slug)));
    }
    verify_rest(label, bytes)
}

/// The same for bytes whose digest was taken just now and is the label's.
///
/// # Errors
/// As [`verify`].
pub(crate) fn verify_rest(label: Label, bytes: Vec<u8>) -> Result<Verified> {
    let named = |error: Error| error.context(format!("`{}`", label.slug));
    let archive = open_zip(bytes, &Limits::default()).map_err(|e| named(e.into()))?;
    let tree_sha = archive.tree_sha_of(&label.content_sha).map_err(|e| named(e.into()))?;
    Ok(Verified { label, archive, tree_sha })
}

impl Verified {
    /// Its slug.
    pub(crate) fn slug(&self) -> &Slug {
        &self.label.slug
    }

    /// Unpacks it into a folder that is new and empty.
    ///
    /// # Errors
    /// When the folder cannot be written, naming the skill.
    pub(crate) fn unpack(self, tree: PathBuf) -> Result<Staged> {
        let Self { label, archive, tree_sha } = self;
        let whole = archive.files.iter().all(|file| left_out_reason(&file.path).is_none());
        archive.extract(&tree).map_err(|e| Error::from(e).context(format!("`{}`", label.slug)))?;
        let Label { slug, content_sha, version, owner, source, public } = label;
        Ok(Staged { slug, content_sha, tree_sha, whole, version, owner, source, public, tree })
    }
}

/// Verifies a package and unpacks it in staging.
///
/// # Errors
/// As [`verify`] and [`Verified::unpack`].
pub(crate) fn stage(staging: &Staging, label: Label, bytes: Vec<u8>) -> Result<Staged> {
    put_in(staging, verify(label, bytes)?)
}

/// The same for bytes whose digest was taken just now and is the label's.
///
/// # Errors
/// As [`stage`].
pub(crate) fn stage_rest(staging: &Staging, label: Label, bytes: Vec<u8>) -> Result<Staged> {
    put_in(staging, verify_rest(label, bytes)?)
}

fn put_in(staging: &Staging, verified: Verified) -> Result<Staged> {
    let tree = free_place(staging, verified.slug())?;
    verified.unpack(tree)
}

/// A new folder in staging. One slug may be there twice: who named it in two ways is told later, by name.
///
/// # Errors
/// When staging cannot be written.
pub(crate) fn free_place(staging: &Staging, slug: &Slug) -> Result<PathBuf> {
    let mut tree = staging.place(slug.as_str())?;
    for other in 2.. {
        match fs::create_dir(&tree) {
            Err(e) if e.kind() == io::ErrorKind::AlreadyExists => tree = staging.place(&format!("{slug}.{other}"))?,
            Err(e) => return Err(Error::io("make the folder", &tree, e)),
            Ok(()) => break,
        }
    }
    Ok(tree)
}
