//! Which of the other tools' files are here, and what they say of the skills that lie here.

use std::fs;
use std::io::Read as _;
use std::path::Path;
use std::path::PathBuf;

use skillzdrive_skill::front_matter_of;

use crate::store::foreign;
use crate::store::inventory::Inventory;
use crate::store::scope::Scope;
use crate::store::scope::ScopeKind;
use crate::takeover::claim::Claim;
use crate::takeover::claim::Origin;
use crate::takeover::claim::Tool;
use crate::takeover::formats;
use crate::takeover::formats::Format;
use crate::takeover::formats::MOST_BYTES;
use crate::takeover::formats::Unread;

/// One file and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FileReport {
    /// The file.
    pub(crate) path: PathBuf,
    /// Whose it is.
    pub(crate) tool: Tool,
    /// How many skills were understood of it.
    pub(crate) skills: usize,
    /// What of it was not understood, in sentences.
    pub(crate) notes: Vec<String>,
    /// Why nothing of it was used.
    pub(crate) unread: Option<Unread>,
}

/// Everything that other tools say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Survey {
    /// The files, those of the scope first.
    pub(crate) files: Vec<FileReport>,
    /// What they say, with the most exact of each slug first.
    pub(crate) claims: Vec<Claim>,
}

/// Reads the files of a scope and of the skills in it. Nothing of it is an error: what cannot be read is in the report.
pub(crate) fn survey(scope: &Scope, inventory: &Inventory) -> Survey {
    let mut survey = Survey::default();
    for (path, format) in files_of(scope) {
        survey.file(path, format, "");
    }
    for found in inventory.skills.values() {
        let within = found.slug.as_str();
        survey.file(found.path.join(".openskills.json"), Format::Openskills, within);
        for folder in [".clawhub", ".clawdhub"] {
            survey.file(found.path.join(folder).join("origin.json"), Format::ClawhubOrigin, within);
        }
        let metadata = front_matter_of(&found.path).map(|(front, _)| front.metadata).unwrap_or_default();
        survey.claims.extend(formats::front_matter(&found.slug, &metadata));
    }
    survey.claims.sort_by(|a, b| (&a.slug, vagueness(&a.origin)).cmp(&(&b.slug, vagueness(&b.origin))));
    survey
}

/// A pinned tree says most, no origin least. Among equals the order of the files stays.
fn vagueness(origin: &Origin) -> u8 {
    match origin {
        Origin::Github(github) if github.pinned_source().is_some() => 0,
        Origin::Github(github) if github.has_path() => 1,
        Origin::Github(_) => 2,
        Origin::Local(_) | Origin::Address(_) | Origin::Registry(_) => 3,
        Origin::Unknown => 4,
    }
}

fn files_of(scope: &Scope) -> Vec<(PathBuf, Format)> {
    let root = &scope.root;
    let mut files = match scope.kind {
        ScopeKind::Project => vec![
            (root.join("skills-lock.json"), Format::SkillsProject),
            (root.join("Skillfile"), Format::Skillfile),
            (root.join("Skillfile.lock"), Format::SkillfileLock),
            (root.join("apm.lock.yaml"), Format::Apm),
        ],
        ScopeKind::Global => {
            let locks = foreign::global_skill_locks(scope).into_iter();
            let mut files: Vec<_> = locks.map(|file| (file, Format::SkillsGlobal)).collect();
            files.push((root.join(".apm").join("apm.lock.yaml"), Format::Apm));
            files
        }
    };
    for folder in [".clawhub", ".clawdhub"] {
        files.push((root.join(folder).join("lock.json"), Format::ClawhubLock));
    }
    files
}

impl Survey {
    /// Reads one file, if it is there.
    fn file(&mut self, path: PathBuf, format: Format, within: &str) {
        let read = match bytes(&path) {
            Ok(None) => return,
            Ok(Some(bytes)) => formats::read(format, &bytes, within),
            Err(unread) => Err(unread),
        };
        let mut report = FileReport { path, tool: format.tool(), skills: 0, notes: Vec::new(), unread: None };
        match read {
            Ok(read) => {
                report.skills = read.claims.len();
                report.notes = read.notes;
                self.claims.extend(read.claims);
            }
            Err(unread) => report.unread = Some(unread),
        }
        self.files.push(report);
    }
}

/// A file's bytes; `None` when there is none. A pipe is never opened: it could keep the reader waiting for ever.
fn bytes(path: &Path) -> Result<Option<Vec<u8>>, Unread> {
    match fs::metadata(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        // A file where a folder should be: there is no such thing either.
        Err(error) if error.kind() == std::io::ErrorKind::NotADirectory => return Ok(None),
        Err(error) => return Err(Unread::Refused(error.to_string())),
        Ok(meta) if !meta.is_file() => return Err(Unread::Refused("it is no file".to_owned())),
        Ok(meta) if meta.len() > MOST_BYTES => return Err(Unread::TooLarge),
        Ok(_) => {}
    }
    let mut bytes = Vec::new();
    let read = fs::File::open(path).and_then(|file| file.take(MOST_BYTES + 1).read_to_end(&mut bytes));
    read.map_err(|error| Unread::Refused(error.to_string()))?;
    Ok(Some(bytes))
}
