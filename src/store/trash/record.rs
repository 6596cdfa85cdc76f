//! What a trash run writes about itself, and how it is read again.
//!
//! `run.json` is the head, written whole. `entries.jsonl` has one line for each intent, appended *before* its effect,
//! and one when the effect is done: a kill between the two leaves a run that can still be undone. A torn last line is
//! an intent whose effect never began.

use std::collections::BTreeSet;
use std::fs;
use std::io::Write as _;
use std::path::Component;
use std::path::Path;
use std::path::PathBuf;

use serde::Deserialize;
use serde::Serialize;
use skillzdrive_wire::ContentSha;
use skillzdrive_wire::Slug;

use crate::error::Error;
use crate::error::Kind;
use crate::error::Result;
use crate::store::atomic;
use crate::store::lock;

/// The format that is written and read.
pub(super) const VERSION: u32 = 1;
/// The head's name.
pub(super) const HEAD: &str = "run.json";
/// The name of the list of intents.
pub(super) const ENTRIES: &str = "entries.jsonl";

/// The head of a run.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Head {
    pub(super) version: u32,
    /// The command that displaced things, for people.
    pub(crate) command: String,
    /// When it began, RFC 3339, UTC.
    pub(crate) started: String,
    /// The lockfile's text before it; null when there was none.
    pub(crate) lockfile_before: Option<String>,
    /// The lockfile's text when it ended; null when there was none, absent when it was cut short.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "double_option")]
    pub(crate) lockfile_after: Option<Option<String>>,
}

/// A field that may be absent, null or a text.
mod double_option {
    use serde::Deserialize as _;
    use serde::Deserializer;
    use serde::Serializer;

    #[expect(clippy::ref_option, reason = "serde hands over a reference to the field")]
    pub(super) fn serialize<S: Serializer>(value: &Option<Option<String>>, to: S) -> Result<S::Ok, S::Error> {
        match value.as_ref().and_then(Option::as_ref) {
            Some(text) => to.serialize_str(text),
            None => to.serialize_none(),
        }
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Option<String>>, D::Error> {
        Option::<String>::deserialize(from).map(Some)
    }
}

/// What happened to a skill's folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Change {
    /// Nothing lay there; a folder was put there.
    Added,
    /// The folder that lay there went to the trash, another came.
    Replaced,
    /// The folder that lay there went to the trash.
    Removed,
}

impl Change {
    /// The word for it.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Replaced => "replaced",
            Self::Removed => "removed",
        }
    }
}

/// One intent.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "entry", rename_all = "snake_case")]
pub(super) enum Line {
    /// A skill's folder changes.
    Tree {
        slug: Slug,
        change: Change,
        /// Where the folder lies: relative to the scope's root when inside it.
        path: PathBuf,
        /// Where the displaced folder goes: relative to the run's folder when inside it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        tree: Option<PathBuf>,
        /// The digest of what lay there, when it has one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        before: Option<ContentSha>,
        /// The digest of what is put there.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        after: Option<ContentSha>,
    },
    /// A link of an agent changes; a goal is the link's text, and none means that no link is there.
    Link { slug: Slug, path: PathBuf, before: Option<PathBuf>, after: Option<PathBuf> },
    /// A person's choice of the agents that see a skill changes.
    Audience { slug: Slug, before: Audience, after: Audience },
    /// The effect of the entry of this number is complete.
    Done { of: usize },
    /// The effect of the entry of this number was taken back at once.
    Void { of: usize },
    /// This run was undone by another.
    UndoneBy { run: String },
}

impl Line {
    /// Whether it says what is to be done, and not what became of that. Such lines are numbered.
    pub(super) fn is_intent(&self) -> bool {
        matches!(self, Self::Tree { .. } | Self::Link { .. } | Self::Audience { .. })
    }
}

/// A skill's folder that a run changed, with its paths resolved.
#[derive(Debug, Clone)]
pub(crate) struct TreeEntry {
    pub(crate) slug: Slug,
    pub(crate) change: Change,
    /// Where the skill's folder lies.
    pub(crate) path: PathBuf,
    /// Where the displaced folder is kept.
    pub(crate) tree: Option<PathBuf>,
    pub(crate) before: Option<ContentSha>,
    pub(crate) after: Option<ContentSha>,
    /// Whether the effect is known to be complete.
    pub(crate) done: bool,
}

/// A link that a run made, changed or took away.
#[derive(Debug, Clone)]
pub(crate) struct LinkEntry {
    pub(crate) slug: Slug,
    pub(crate) path: PathBuf,
    pub(crate) before: Option<PathBuf>,
    pub(crate) after: Option<PathBuf>,
}

/// The agents that a person wants to see a skill, as their notes say it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Audience {
    /// The agents that it is disabled for.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub(crate) off: BTreeSet<String>,
    /// The agents that were chosen for it alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) chosen: Option<Vec<String>>,
}

/// A choice of agents that a run changed.
#[derive(Debug, Clone)]
pub(crate) struct AudienceEntry {
    pub(crate) slug: Slug,
    pub(crate) before: Audience,
    pub(crate) after: Audience,
}

/// One of them, in the order in which they happened.
#[derive(Debug, Clone)]
pub(crate) enum Entry {
    Tree(TreeEntry),
    Link(LinkEntry),
    Audience(AudienceEntry),
}

/// A run as it lies in the trash.
#[derive(Debug, Clone)]
pub(crate) struct Run {
    /// Its name: sorts by time.
    pub(crate) id: String,
    pub(crate) folder: PathBuf,
    pub(crate) head: Head,
    pub(crate) entries: Vec<Entry>,
    /// The run that undid it.
    pub(crate) undone_by: Option<String>,
}

impl Run {
    /// The lockfile's text as the run left it, else as it found it.
    pub(crate) fn lockfile_text(&self) -> Option<&str> {
        match &self.head.lockfile_after {
            Some(after) => after.as_deref(),
            None => self.head.lockfile_before.as_deref(),
        }
    }

    /// The folders it changed.
    pub(crate) fn trees(&self) -> impl Iterator<Item = &TreeEntry> {
        self.entries.iter().filter_map(|entry| match entry {
            Entry::Tree(tree) => Some(tree),
            Entry::Link(_) | Entry::Audience(_) => None,
        })
    }

    /// The choices of agents that it changed.
    pub(crate) fn audiences(&self) -> impl Iterator<Item = &AudienceEntry> {
        self.entries.iter().filter_map(|entry| match entry {
            Entry::Audience(audience) => Some(audience),
            Entry::Tree(_) | Entry::Link(_) => None,
        })
    }

    /// Records which run undid this one.
    ///
    /// # Errors
    /// When the trash cannot be written.
    pub(super) fn mark_undone(&self, by: &str) -> Result<()> {
        let path = self.folder.join(ENTRIES);
        let failed = |e| Error::io("write", &path, e);
        let line = serde_json::to_string(&Line::UndoneBy { run: by.to_owned() })
            .map_err(|e| Error::internal("an entry cannot be written").source(e))?;
        let mut entries = fs::OpenOptions::new().append(true).create(true).open(&path).map_err(failed)?;
        // The break before it ends a line that a kill tore.
        entries.write_all(format!("\n{line}\n").as_bytes()).map_err(failed)
    }

    /// Reads a run's folder; `None` when it is no run.
    ///
    /// # Errors
    /// Exit 7 when its head cannot be understood.
    pub(super) fn read(root: &Path, folder: &Path) -> Result<Option<Self>> {
        let Some(id) = folder.file_name().and_then(|name| name.to_str()) else { return Ok(None) };
        let path = folder.join(HEAD);
        for file in [&path, &folder.join(ENTRIES)] {
            lock::refuse_linked_file(file)?;
        }
        let Some(text) = atomic::read_text(&path)? else { return Ok(None) };
        let bad = |what: String| {
            Error::new(Kind::Integrity, format!("`{}` cannot be understood: {what}", path.display()))
                .code("trash_invalid")
                .hint("the folders beside it are plain copies; `skillzdrive trash empty` deletes them all")
        };
        let head: Head = serde_json::from_str(&text).map_err(|e| bad(e.to_string()))?;
        if head.version != VERSION {
            return Err(bad(format!("version {} is not known", head.version)));
        }
        let lines = atomic::read_text(&folder.join(ENTRIES))?.unwrap_or_default();
        let (entries, undone_by) = resolve(root, folder, &lines);
        Ok(Some(Self { id: id.to_owned(), folder: folder.to_path_buf(), head, entries, undone_by }))
    }
}

fn resolve(root: &Path, folder: &Path, text: &str) -> (Vec<Entry>, Option<String>) {
    let lines: Vec<Line> = text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
    let mut done = BTreeSet::new();
    let mut void = BTreeSet::new();
    let mut undone_by = None;
    for line in &lines {
        match line {
            Line::Done { of } => drop(done.insert(*of)),
            Line::Void { of } => drop(void.insert(*of)),
            Line::UndoneBy { run } => undone_by = Some(run.clone()),
            Line::Tree { .. } | Line::Link { .. } | Line::Audience { .. } => {}
        }
    }
    let intents = lines.into_iter().filter(Line::is_intent);
    let entries =
        intents.enumerate().filter(|(number, _)| !void.contains(number)).filter_map(|(number, line)| match line {
            Line::Tree { slug, change, path, tree, before, after } => Some(Entry::Tree(TreeEntry {
                slug,
                change,
                path: root.join(path),
                tree: tree.and_then(|tree| kept_place(folder, &tree)),
                before,
                after,
                done: done.contains(&number),
            })),
            Line::Link { slug, path, before, after } => {
                Some(Entry::Link(LinkEntry { slug, path: root.join(path), before, after }))
            }
            Line::Audience { slug, before, after } => Some(Entry::Audience(AudienceEntry { slug, before, after })),
            Line::Done { .. } | Line::Void { .. } | Line::UndoneBy { .. } => None,
        });
    (entries.collect(), undone_by)
}

/// Whether a name is one that runs are given: `20261124T054610123-1a2b3c`.
pub(super) fn is_run_id(name: &str) -> bool {
    let shape = |(place, byte): (usize, u8)| match place {
        8 => byte == b'T',
        18 => byte == b'-',
        19.. => byte.is_ascii_hexdigit(),
        _ => byte.is_ascii_digit(),
    };
    name.len() == 25 && name.bytes().enumerate().all(shape)
}

/// Where a displaced folder is kept. The record may come from a stranger's repository, and what it names is moved and
/// deleted: so it must lie in the run's own folder, or in a workshop's folder of the same run.
fn kept_place(run: &Path, tree: &Path) -> Option<PathBuf> {
    let mut parts = tree.components();
    if parts.any(|part| matches!(part, Component::ParentDir | Component::CurDir)) {
        return None;
    }
    let place = run.join(tree);
    let folder = place.parent()?;
    let named = |path: &Path, name: &str| path.file_name().is_some_and(|found| found == name);
    let here = folder == run.join("trees");
    let elsewhere = folder.file_name() == run.file_name()
        && folder.parent().is_some_and(|trash| {
            named(trash, "trash") && trash.parent().is_some_and(|workshop| named(workshop, ".skillzdrive"))
        });
    (here || (tree.is_absolute() && elsewhere)).then_some(place)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_cannot_make_any_folder_movable() {
        let run = Path::new("/p/.agents/.skillzdrive/trash/20261124T054610123-1a2b3c");
        let id = "20261124T054610123-1a2b3c";
        assert!(is_run_id(id));
        assert!(!is_run_id("Documents") && !is_run_id(&id.replace('T', "x")) && !is_run_id(&format!("{id}0")));
        assert_eq!(kept_place(run, Path::new("trees/pdf")), Some(run.join("trees/pdf")));
        let beside = format!("/mnt/.claude/.skillzdrive/trash/{id}/pdf");
        assert_eq!(kept_place(run, Path::new(&beside)), Some(beside.into()));
        for hostile in ["../../../../src", "trees/../../x", "/people/me/Documents", "trees", "x", "/"] {
            assert_eq!(kept_place(run, Path::new(hostile)), None, "{hostile}");
        }
        assert_eq!(kept_place(run, Path::new(&format!("/people/me/{id}/pdf"))), None);
    }
}
