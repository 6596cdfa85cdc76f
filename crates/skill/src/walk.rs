//! The walk over a skill's folder: which files belong to it, under which paths, in which order.
//!
//! Links are resolved here and nowhere else. Nothing is read but folders (and `.skillignore`), nothing is changed.

use std::fs;
use std::io;
use std::io::Read;
use std::path::Path;
use std::path::PathBuf;

use crate::SKILL_FILE;
use crate::error::Refusal;
use crate::error::SkillError;
use crate::leave_out::LeftOut;
use crate::leave_out::LeftOutReason;
use crate::leave_out::SKILLIGNORE;
use crate::leave_out::SKILLIGNORE_BYTES;
use crate::leave_out::SkillIgnore;
use crate::leave_out::name_reason;
use crate::names::PathSet;
use crate::names::check_path;
use crate::names::nfc;
use crate::pack::PackOptions;

/// A file of the skill.
pub(crate) struct Found {
    /// Its path inside the skill, NFC.
    pub(crate) path: String,
    /// Where it lies; through links as they stand.
    pub(crate) disk: PathBuf,
}

/// All files of a skill, sorted by the bytes of their paths, and what was left out, sorted too.
pub(crate) struct Walked {
    pub(crate) files: Vec<Found>,
    pub(crate) left_out: Vec<LeftOut>,
}

/// Walks a skill's folder.
pub(crate) fn walk(dir: &Path, options: &PackOptions) -> Result<Walked, SkillError> {
    let root = fs::canonicalize(dir).map_err(SkillError::io("read", dir))?;
    let no_skill = || SkillError::refused(dir.display().to_string(), Refusal::NoSkillFile);
    // Before the walk: what is no skill may be a whole home folder.
    if fs::symlink_metadata(root.join(SKILL_FILE)).is_err() {
        return Err(no_skill());
    }
    let rules = if options.skillignore { read_rules(&root)? } else { None };
    let mut walk = Walk {
        options,
        rules,
        names: PathSet::default(),
        folders: 0,
        found: Walked { files: Vec::new(), left_out: Vec::new() },
        root: root.clone(),
    };
    walk.folder("", root.clone(), &mut vec![root])?;
    let mut found = walk.found;
    found.files.sort_unstable_by(|a, b| a.path.as_bytes().cmp(b.path.as_bytes()));
    found.left_out.sort_unstable();
    if found.files.binary_search_by(|file| file.path.as_bytes().cmp(SKILL_FILE.as_bytes())).is_err() {
        return Err(no_skill());
    }
    Ok(found)
}

/// Reads the `.skillignore` in the skill's own folder, if there is one; those further down have no meaning. A link out of
/// the skill refuses it here as it would in the walk, before anything outside is read.
fn read_rules(root: &Path) -> Result<Option<SkillIgnore>, SkillError> {
    let path = root.join(SKILLIGNORE);
    match fs::metadata(&path) {
        Ok(meta) if meta.is_file() => {}
        Ok(_) => return Ok(None),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(SkillError::io("read", &path)(error)),
    }
    let real = fs::canonicalize(&path).map_err(SkillError::io("read", &path))?;
    if !real.starts_with(root) {
        return Err(SkillError::refused(SKILLIGNORE, Refusal::LinkLeaves));
    }
    let mut text = Vec::new();
    let file = fs::File::open(&path).map_err(SkillError::io("read", &path))?;
    file.take(SKILLIGNORE_BYTES + 1).read_to_end(&mut text).map_err(SkillError::io("read", &path))?;
    if text.len() as u64 > SKILLIGNORE_BYTES {
        let why = Refusal::SkillIgnore(format!("it is larger than {SKILLIGNORE_BYTES} bytes"));
        return Err(SkillError::refused(SKILLIGNORE, why));
    }
    SkillIgnore::parse(&text).map(Some).map_err(|why| SkillError::refused(SKILLIGNORE, why))
}

struct Walk<'a> {
    options: &'a PackOptions,
    rules: Option<SkillIgnore>,
    names: PathSet,
    folders: usize,
    found: Walked,
    root: PathBuf,
}

/// What an entry turned out to be.
enum Kind {
    File,
    Folder { real: Option<PathBuf> },
}

impl Walk<'_> {
    /// Walks one folder. `open` holds the real paths of the folders that the walk is inside of, to find a cycle; the
    /// depth is bounded by the check of each path.
    fn folder(&mut self, path: &str, disk: PathBuf, open: &mut Vec<PathBuf>) -> Result<(), SkillError> {
        self.folders += 1;
        if self.folders > self.options.limits.entries {
            return Err(SkillError::refused(path, Refusal::TooMany { limit: self.options.limits.entries }));
        }
        for entry in fs::read_dir(&disk).map_err(SkillError::io("read", &disk))? {
            let entry = entry.map_err(SkillError::io("read", &disk))?;
            let name = entry.file_name();
            let raw = name
                .to_str()
                .ok_or_else(|| SkillError::refused(join(path, &name.to_string_lossy()), Refusal::NotUtf8))?;
            let child = join(path, &nfc(raw));
            let entry_type = entry.file_type().map_err(SkillError::io("read", &entry.path()))?;
            if self.leave_out(&child, entry_type.is_dir()) {
                continue;
            }
            check_path(&child, &self.options.limits).map_err(|fault| SkillError::refused(&*child, fault.into()))?;
            let disk = entry.path();
            let kind = if entry_type.is_symlink() {
                match self.follow(&child, &disk, open)? {
                    Some(kind) => kind,
                    None => continue,
                }
            } else if entry_type.is_dir() {
                Kind::Folder { real: None }
            } else if entry_type.is_file() {
                Kind::File
            } else {
                return Err(SkillError::refused(child, Refusal::Special));
            };
            self.names
                .insert(&join(path, raw), &child, matches!(kind, Kind::Folder { .. }))
                .map_err(|(clash, other)| SkillError::refused(&*child, Refusal::Clash { clash, other }))?;
            match kind {
                Kind::File => self.file(child, disk)?,
                Kind::Folder { real } => {
                    let real = real.unwrap_or_else(|| open.last().map_or(disk.clone(), |parent| parent.join(&name)));
                    open.push(real);
                    self.folder(&child, disk, open)?;
                    open.pop();
                }
            }
        }
        Ok(())
    }

    fn file(&mut self, path: String, disk: PathBuf) -> Result<(), SkillError> {
        let limit = self.options.limits.entries;
        if self.found.files.len() >= limit {
            return Err(SkillError::refused(path, Refusal::TooMany { limit }));
        }
        self.found.files.push(Found { path, disk });
        Ok(())
    }

    fn leave_out(&mut self, path: &str, folder: bool) -> bool {
        let reason = self.reason(path, folder);
        if let Some(reason) = reason {
            self.found.left_out.push(LeftOut { path: path.to_owned(), reason });
        }
        reason.is_some()
    }

    fn reason(&self, path: &str, folder: bool) -> Option<LeftOutReason> {
        let name = path.rsplit('/').next().unwrap_or(path);
        name_reason(name, folder).or_else(|| {
            let listed = self.rules.as_ref().is_some_and(|rules| rules.leaves_out(path, folder));
            listed.then_some(LeftOutReason::SkillIgnore)
        })
    }

    /// Where a link leads. `None` means that it is left out, because what it names is: a link must not carry a secret
    /// into the skill under another name.
    fn follow(&mut self, path: &str, disk: &Path, open: &[PathBuf]) -> Result<Option<Kind>, SkillError> {
        let real = match fs::canonicalize(disk) {
            Ok(real) => real,
            Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {
                return Err(SkillError::io("follow the link", disk)(error));
            }
            // Nothing there, a file where a folder is needed, a link to itself: all lead nowhere.
            Err(_) => return Err(SkillError::refused(path, Refusal::LinkDangles)),
        };
        let Ok(inside) = real.strip_prefix(&self.root) else {
            return Err(SkillError::refused(path, Refusal::LinkLeaves));
        };
        let meta = fs::metadata(&real).map_err(SkillError::io("read", &real))?;
        let folder = meta.is_dir();
        let mut target = String::new();
        let parts: Vec<_> = inside.components().collect();
        for (index, part) in parts.iter().enumerate() {
            let Some(part) = part.as_os_str().to_str() else {
                return Err(SkillError::refused(path, Refusal::NotUtf8));
            };
            target = join(&target, &nfc(part));
            if let Some(reason) = self.reason(&target, folder || index + 1 < parts.len()) {
                self.found.left_out.push(LeftOut { path: path.to_owned(), reason });
                return Ok(None);
            }
        }
        if folder && self.leave_out(path, true) {
            return Ok(None);
        }
        if !folder {
            return if meta.is_file() {
                Ok(Some(Kind::File))
            } else {
                Err(SkillError::refused(path, Refusal::Special))
            };
        }
        if open.iter().any(|above| above.starts_with(&real)) {
            return Err(SkillError::refused(path, Refusal::LinkCycle));
        }
        Ok(Some(Kind::Folder { real: Some(real) }))
    }
}

fn join(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}
