//! One skill out of a repository's `.tar.gz`, as a forge makes it: one folder at its top, everything else below.
//!
//! The rest of the repository may hold anything; it is read past and never kept. What belongs to the skill is held to
//! the same rules as any package, and becomes its canonical zip. Nothing is written to a disk.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::io;
use std::io::Read;

use flate2::read::GzDecoder;
use tar::Archive;
use tar::Entry;
use tar::EntryType;

use crate::SKILL_FILE;
use crate::error::Refusal;
use crate::error::SkillError;
use crate::front_matter::parse_lenient;
use crate::leave_out::LeftOut;
use crate::leave_out::left_out_reason;
use crate::limits::Limits;
use crate::names::PathSet;
use crate::names::check_path;
use crate::names::nfc;
use crate::pack::Packed;
use crate::pack::Packer;
use crate::tarball_links::Node;
use crate::tarball_links::expand;

/// How much of a repository is read past, in bytes, unpacked: a small archive may unpack to very much.
const MOST_UNPACKED: u64 = 4 << 30;

/// How much of a `SKILL.md` is read for its name.
const MOST_FRONT: u64 = 128 << 10;

/// How many skills are named when there are several.
const MOST_NAMED: usize = 20;

/// Why no skill came out of a repository.
#[derive(Debug, thiserror::Error)]
pub enum TarballError {
    /// Not a `.tar.gz`, or cut short.
    #[error("the repository's archive is damaged: {0}")]
    Damaged(io::Error),
    /// It unpacks to more than is read.
    #[error("the repository is larger than {limit} bytes")]
    TooLarge {
        /// The limit.
        limit: u64,
    },
    /// The repository has no such folder.
    #[error("the repository has no folder `{}`", .0.escape_debug())]
    NoFolder(String),
    /// The folder has no `SKILL.md`, nor has any below it.
    #[error("there is no SKILL.md in {}", place(.0))]
    NoSkill(String),
    /// The folder is no skill, and several below it are.
    #[error("{} holds several skills", place(folder))]
    Several {
        /// The folder.
        folder: String,
        /// The skills' folders, sorted; not all where there are many.
        skills: Vec<String>,
    },
    /// The skill is none that is taken.
    #[error(transparent)]
    Skill(#[from] SkillError),
}

fn place(folder: &str) -> String {
    if folder.is_empty() { "the repository".to_owned() } else { format!("`{}`", folder.escape_debug()) }
}

/// A skill out of a repository.
#[derive(Debug)]
pub struct FromTarball {
    /// The folder in the repository, `/`-separated; empty for its top.
    pub path: String,
    /// The skill.
    pub packed: Packed,
}

/// Takes the skill in a folder of a repository; where the folder is none, the only one below it.
///
/// # Errors
/// [`TarballError`].
pub fn pack_tarball(archive: &[u8], folder: &str, limits: &Limits) -> Result<FromTarball, TarballError> {
    let path = find_skill(archive, folder)?;
    let nodes = read_folder(archive, &path, limits)?;
    let packed = pack(&nodes, limits)?;
    Ok(FromTarball { path, packed })
}

/// A skill of a repository, as far as it is looked at before it is taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedSkill {
    /// The folder in the repository, `/`-separated; empty for its top.
    pub path: String,
    /// The `name` of its `SKILL.md`, where that can be read. A stranger's text.
    pub name: Option<String>,
}

/// Lists the skills in a folder of a repository: the folder itself where it is one, else those below it.
///
/// # Errors
/// [`TarballError::Damaged`], [`TarballError::TooLarge`], [`TarballError::NoFolder`], [`TarballError::NoSkill`].
pub fn list_tarball(archive: &[u8], folder: &str) -> Result<Vec<ListedSkill>, TarballError> {
    let mut listed: BTreeMap<String, Option<String>> =
        skills_in(archive, folder)?.into_iter().map(|path| (path, None)).collect();
    each_entry(archive, |path, entry, kind| {
        let of = path.strip_suffix(SKILL_FILE).map(|of| of.strip_suffix('/').unwrap_or(of));
        if let (Some(name), EntryType::Regular) = (of.and_then(|of| listed.get_mut(of)), kind) {
            let mut text = Vec::new();
            entry.take(MOST_FRONT).read_to_end(&mut text).map_err(damaged)?;
            let front = parse_lenient(&String::from_utf8_lossy(&text)).ok();
            *name = front.and_then(|(front, _)| front.name);
        }
        Ok(())
    })?;
    Ok(listed.into_iter().map(|(path, name)| ListedSkill { path, name }).collect())
}

/// Which folder is the skill: looks at names only.
fn find_skill(archive: &[u8], folder: &str) -> Result<String, TarballError> {
    let mut found = skills_in(archive, folder)?;
    if found.len() == 1 {
        return Ok(found.remove(0));
    }
    found.truncate(MOST_NAMED);
    Err(TarballError::Several { folder: folder.to_owned(), skills: found })
}

/// The folders that are skills, sorted; at least one.
fn skills_in(archive: &[u8], folder: &str) -> Result<Vec<String>, TarballError> {
    let mut skills = BTreeSet::new();
    let mut there = folder.is_empty();
    each_entry(archive, |path, _, kind| {
        let Some(inside) = below(path, folder) else { return Ok(()) };
        there |= !inside.is_empty() || kind == EntryType::Directory;
        if kind == EntryType::Regular || kind == EntryType::Symlink {
            if inside == SKILL_FILE {
                skills.insert(folder.to_owned());
            } else if let Some(of) = path.strip_suffix(SKILL_FILE).and_then(|of| of.strip_suffix('/')) {
                skills.insert(of.to_owned());
            }
        }
        Ok(())
    })?;
    if skills.contains(folder) {
        return Ok(vec![folder.to_owned()]);
    }
    if !there {
        return Err(TarballError::NoFolder(folder.to_owned()));
    }
    // A skill is not searched for further skills, and what is never packed not at all.
    let of_another = |skill: &str| skill.match_indices('/').any(|(end, _)| skills.contains(&skill[..end]));
    let hidden = |skill: &str| left_out_reason(&format!("{skill}/{SKILL_FILE}")).is_some();
    let found: Vec<String> = skills.iter().filter(|skill| !of_another(skill) && !hidden(skill)).cloned().collect();
    if found.is_empty() { Err(TarballError::NoSkill(folder.to_owned())) } else { Ok(found) }
}

/// The files and links below a folder, by their path inside it.
fn read_folder(archive: &[u8], folder: &str, limits: &Limits) -> Result<BTreeMap<String, Node>, TarballError> {
    let mut nodes = BTreeMap::new();
    let mut size = 0_u64;
    each_entry(archive, |path, entry, kind| {
        let Some(inside) = below(path, folder).filter(|inside| !inside.is_empty()) else { return Ok(()) };
        if left_out_reason(inside).is_some() && kind != EntryType::Symlink {
            // Kept as a name, so that a link to it is told from a link to nothing.
            nodes.insert(inside.to_owned(), Node::File(Vec::new()));
            return Ok(());
        }
        let refused = |why| TarballError::from(SkillError::refused(inside, why));
        if std::str::from_utf8(&entry.path_bytes()).is_err() {
            return Err(refused(Refusal::NotUtf8));
        }
        let node = match kind {
            EntryType::Directory => return Ok(()),
            EntryType::Regular => {
                size = size.saturating_add(entry.size());
                if size > limits.content_bytes {
                    return Err(refused(Refusal::TooLarge { limit: limits.content_bytes }));
                }
                let mut content = Vec::new();
                entry.read_to_end(&mut content).map_err(damaged)?;
                Node::File(content)
            }
            EntryType::Symlink => {
                let target = entry.link_name_bytes().map(|target| String::from_utf8(target.into_owned()));
                Node::Link(target.and_then(Result::ok).ok_or_else(|| refused(Refusal::NotUtf8))?)
            }
            _ => return Err(refused(Refusal::Special)),
        };
        nodes.insert(inside.to_owned(), node);
        if nodes.len() > limits.entries {
            return Err(refused(Refusal::TooMany { limit: limits.entries }));
        }
        Ok(())
    })?;
    Ok(nodes)
}

/// The canonical zip of what was found.
fn pack(nodes: &BTreeMap<String, Node>, limits: &Limits) -> Result<Packed, SkillError> {
    let mut names = PathSet::default();
    let mut left_out = Vec::new();
    let mut files: Vec<(String, &[u8])> = Vec::new();
    let mut size = 0_u64;
    for (raw, content) in expand(nodes, limits)? {
        let path = nfc(&raw);
        if let Some(reason) = left_out_reason(&path) {
            left_out.push(LeftOut { path, reason });
            continue;
        }
        check_path(&path, limits).map_err(|fault| SkillError::refused(&*path, fault.into()))?;
        names
            .insert(&raw, &path, false)
            .map_err(|(clash, other)| SkillError::refused(&*path, Refusal::Clash { clash, other }))?;
        size = size.saturating_add(content.len() as u64);
        if size > limits.content_bytes {
            return Err(SkillError::refused(path, Refusal::TooLarge { limit: limits.content_bytes }));
        }
        files.push((path, content));
    }
    files.sort_unstable_by(|(a, _), (b, _)| a.as_bytes().cmp(b.as_bytes()));
    left_out.sort_unstable();
    let mut packer = Packer::new(limits);
    for (path, content) in files {
        packer.file(path, content)?;
    }
    let mut packed = packer.finish()?;
    packed.left_out = left_out;
    Ok(packed)
}

/// What of a path lies in a folder: empty for the folder itself.
fn below<'a>(path: &'a str, folder: &str) -> Option<&'a str> {
    let rest = path.strip_prefix(folder)?;
    if folder.is_empty() || rest.is_empty() { Some(rest) } else { rest.strip_prefix('/') }
}

type Reader<'a> = Bounded<GzDecoder<&'a [u8]>>;

/// Walks over an archive to its very end, so that its checksum is looked at. The folder at its top is not part of the
/// paths, and a name that is not UTF-8 comes in its lossy form.
fn each_entry<'a>(
    bytes: &'a [u8],
    mut visit: impl FnMut(&str, &mut Entry<'_, Reader<'a>>, EntryType) -> Result<(), TarballError>,
) -> Result<(), TarballError> {
    let mut archive = Archive::new(Bounded { inner: GzDecoder::new(bytes), left: MOST_UNPACKED });
    for entry in archive.entries().map_err(damaged)? {
        let mut entry = entry.map_err(damaged)?;
        let kind = match entry.header().entry_type() {
            EntryType::Continuous | EntryType::Regular => EntryType::Regular,
            EntryType::XGlobalHeader => continue,
            other => other,
        };
        let path = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
        let Some((_, inside)) = path.trim_end_matches('/').split_once('/') else { continue };
        visit(inside, &mut entry, kind)?;
    }
    io::copy(&mut archive.into_inner(), &mut io::sink()).map_err(damaged)?;
    Ok(())
}

fn damaged(error: io::Error) -> TarballError {
    if error.kind() == io::ErrorKind::FileTooLarge {
        return TarballError::TooLarge { limit: MOST_UNPACKED };
    }
    TarballError::Damaged(error)
}

/// A reader that fails once too much has come.
struct Bounded<R> {
    inner: R,
    left: u64,
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.left = self.left.checked_sub(read as u64).ok_or_else(|| io::Error::from(io::ErrorKind::FileTooLarge))?;
        Ok(read)
    }
}
