//! What a command replaces or removes, kept so that it can be put back: one folder for each run.
//!
//! `.agents/.skillzdrive/trash/<run>/` holds the head and the intents ([`record`]) and, in `trees/`, the displaced
//! folders as plain copies. A folder that lies on another file system than the scope is kept in a workshop beside it
//! instead, and the entry says where. Every change of a scope's skills goes through a [`TrashRun`], additions too:
//! without their record an installation could not be undone. Nothing here asks or prints.

pub(crate) mod record;
pub(crate) mod retention;
pub(crate) mod undo;

use std::fs;
use std::fs::File;
use std::io::Write as _;
use std::path::Path;
use std::path::PathBuf;
use std::time::SystemTime;

use skillzdrive_wire::ContentSha;
use skillzdrive_wire::Slug;

use crate::error::Error;
use crate::error::Kind;
use crate::error::Result;
use crate::store::atomic;
use crate::store::atomic::Privacy;
use crate::store::lock;
use crate::store::real_path::real_path;
use crate::store::scope::Scope;
use crate::store::stamp;
use crate::store::trash::record::Audience;
use crate::store::trash::record::Change;
use crate::store::trash::record::ENTRIES;
use crate::store::trash::record::HEAD;
use crate::store::trash::record::Head;
use crate::store::trash::record::Line;
use crate::store::trash::record::Run;
use crate::store::trash::record::TreeEntry;
use crate::store::trash::record::VERSION;
use crate::store::trash::retention::Retention;
use crate::store::tree;

/// The name of the copy of a lockfile that could not be read.
const DAMAGED: &str = "skillzdrive.lock.damaged";

/// The trash's folder in a scope.
fn trash_of(scope: &Scope) -> PathBuf {
    scope.workshop().join("trash")
}

/// The folders of all runs, oldest first. A trash that is a link, and what does not bear a run's name, is not ours.
fn run_folders(scope: &Scope) -> Vec<PathBuf> {
    let trash = trash_of(scope);
    if lock::refuse_link(&scope.workshop()).is_err() || lock::refuse_link(&trash).is_err() {
        return Vec::new();
    }
    let entries = fs::read_dir(trash).into_iter().flatten().flatten();
    let ours = entries.filter(|entry| {
        entry.file_type().is_ok_and(|kind| kind.is_dir()) && entry.file_name().to_str().is_some_and(record::is_run_id)
    });
    let mut folders: Vec<PathBuf> = ours.map(|entry| entry.path()).collect();
    folders.sort();
    folders
}

/// What an install is called in its run's record.
pub(crate) const INSTALL: &str = "install";

/// All runs, newest first. What cannot be understood is skipped here; [`find`] names it.
pub(crate) fn runs(scope: &Scope) -> Vec<Run> {
    run_folders(scope).iter().rev().filter_map(|folder| Run::read(&scope.root, folder).ok().flatten()).collect()
}

/// Whether an install that was cut short put exactly these files at this place: the kill came before it could say so in
/// the lockfile, and what it put there is not a person's edit. Runs that ended say everything in the lockfile; what other
/// commands put in a place may hold edits (a merge, a copy, what an undo brought back).
pub(crate) fn put_there(scope: &Scope, place: &Path, tree: &ContentSha) -> bool {
    let cut_short = |run: &&Run| run.head.command == INSTALL && run.head.lockfile_after.is_none();
    let here = |entry: &TreeEntry| entry.path == place && entry.after.as_ref() == Some(tree);
    runs(scope).iter().filter(cut_short).any(|run| run.trees().any(here))
}

/// One run by its name, or by a beginning that only one has.
///
/// # Errors
/// Exit 5 when there is none, 2 when several begin so, 7 when it cannot be understood.
pub(crate) fn find(scope: &Scope, id: &str) -> Result<Run> {
    let folder = trash_of(scope);
    let folders = run_folders(scope);
    let names = folders.iter().filter_map(|folder| folder.file_name()?.to_str().map(str::to_owned));
    let found: Vec<String> = names.filter(|name| !id.is_empty() && name.starts_with(id)).collect();
    let name = match found.as_slice() {
        [one] => one,
        [] => {
            return Err(Error::new(Kind::NotFound, format!("no run `{}` is in the trash", id.escape_debug()))
                .hint("skillzdrive undo --list"));
        }
        _ => return Err(Error::usage(format!("several runs begin with `{id}`")).hint("skillzdrive undo --list")),
    };
    Run::read(&scope.root, &folder.join(name))?
        .ok_or_else(|| Error::new(Kind::NotFound, format!("`{name}` in the trash has no `{HEAD}`")))
}

/// The number of an intent, to say that it is complete.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Intent(usize);

/// One run that changes a scope: whoever holds it must hold the scope's lock.
///
/// Its folder is made with the first intent, so a run that changes nothing leaves nothing.
#[derive(Debug)]
pub(crate) struct TrashRun {
    scope: Scope,
    /// The scope's root without links.
    root: PathBuf,
    head: Head,
    made: Option<Made>,
    retention: Retention,
    /// A run whose folder is needed by this one.
    spared: Option<PathBuf>,
}

#[derive(Debug)]
struct Made {
    id: String,
    folder: PathBuf,
    entries: File,
    count: usize,
}

impl TrashRun {
    /// Begins a run for a command (its words, for people) and remembers the lockfile as it is. First it ends what a
    /// kill cut short in the run before.
    ///
    /// # Errors
    /// When the lockfile is there but cannot be read.
    pub(crate) fn begin(scope: &Scope, command: &str) -> Result<Self> {
        let before = atomic::read_text(&scope.lockfile)?;
        Ok(Self::begin_at(scope, command, before))
    }

    /// Begins a run that replaces a lockfile which cannot be read, and keeps its very bytes in the run's folder. Gives
    /// the place of that copy, too.
    ///
    /// # Errors
    /// When the trash cannot be written; then nothing may be done.
    pub(crate) fn begin_damaged(
        scope: &Scope,
        command: &str,
        lockfile: &[u8],
        retention: Retention,
    ) -> Result<(Self, PathBuf)> {
        let text = String::from_utf8_lossy(lockfile).into_owned();
        let mut run = Self::begin_at(scope, command, Some(text)).keep(retention);
        let copy = run.made()?.folder.join(DAMAGED);
        atomic::write(&copy, lockfile, Privacy::Shared)?;
        Ok((run, copy))
    }

    fn begin_at(scope: &Scope, command: &str, lockfile_before: Option<String>) -> Self {
        undo::settle(scope);
        let head = Head {
            version: VERSION,
            command: command.to_owned(),
            started: stamp::rfc3339(SystemTime::now()),
            lockfile_before,
            lockfile_after: None,
        };
        let root = real_path(&scope.root);
        Self { scope: scope.clone(), root, head, made: None, retention: Retention::default(), spared: None }
    }

    /// Keeps as much and as long as this instead of 30 days and 1 GiB.
    pub(crate) fn keep(mut self, retention: Retention) -> Self {
        self.retention = retention;
        self
    }

    /// Keeps a run whatever its age and size, because this one takes folders out of it.
    pub(crate) fn spare(mut self, run: &Run) -> Self {
        self.spared = Some(run.folder.clone());
        self
    }

    /// Records that a folder will be put where nothing lies.
    ///
    /// # Errors
    /// When the trash cannot be written; then nothing may be done.
    pub(crate) fn will_add(&mut self, slug: &Slug, path: &Path, after: Option<&ContentSha>) -> Result<Intent> {
        self.intend(slug, Change::Added, path, None, None, after)
    }

    /// Records that the folder at `path` will be replaced, and gives the free place where it must go, on the same
    /// file system.
    ///
    /// # Errors
    /// As [`TrashRun::will_add`].
    pub(crate) fn will_replace(
        &mut self,
        slug: &Slug,
        path: &Path,
        before: Option<&ContentSha>,
        after: Option<&ContentSha>,
    ) -> Result<(Intent, PathBuf)> {
        let slot = self.slot(slug, path)?;
        Ok((self.intend(slug, Change::Replaced, path, Some(&slot), before, after)?, slot))
    }

    /// Moves a folder to the trash.
    ///
    /// # Errors
    /// When it cannot be moved, naming it; it is then where it was.
    pub(crate) fn remove(&mut self, slug: &Slug, path: &Path, before: Option<&ContentSha>) -> Result<()> {
        let slot = self.slot(slug, path)?;
        let intent = self.intend(slug, Change::Removed, path, Some(&slot), before, None)?;
        match tree::rename_new(path, &slot) {
            Ok(()) => self.done(intent),
            Err(e) => {
                self.void(intent)?;
                Err(Error::io("move to the trash", path, e)
                    .hint(format!("make `{}` and its folder writable; nothing was removed", path.display())))
            }
        }
    }

    /// Records that a link will change from one goal to another; none means no link.
    ///
    /// # Errors
    /// As [`TrashRun::will_add`].
    pub(crate) fn will_link(
        &mut self,
        slug: &Slug,
        path: &Path,
        before: Option<&Path>,
        after: Option<&Path>,
    ) -> Result<()> {
        if before == after {
            return Ok(());
        }
        let path = self.relative(path);
        let (before, after) = (before.map(Path::to_path_buf), after.map(Path::to_path_buf));
        self.append(&Line::Link { slug: slug.clone(), path, before, after }, false)?;
        Ok(())
    }

    /// Records that a person chooses other agents for a skill.
    ///
    /// # Errors
    /// As [`TrashRun::will_add`].
    pub(crate) fn will_show(&mut self, slug: &Slug, before: &Audience, after: &Audience) -> Result<()> {
        if before == after {
            return Ok(());
        }
        let line = Line::Audience { slug: slug.clone(), before: before.clone(), after: after.clone() };
        self.append(&line, false).map(drop)
    }

    /// Says that an intent's effect is complete.
    ///
    /// # Errors
    /// When the trash cannot be written.
    pub(crate) fn done(&mut self, intent: Intent) -> Result<()> {
        self.append(&Line::Done { of: intent.0 }, false).map(drop)
    }

    /// Says that an intent had no effect, or that it was taken back.
    ///
    /// # Errors
    /// When the trash cannot be written.
    pub(crate) fn void(&mut self, intent: Intent) -> Result<()> {
        self.append(&Line::Void { of: intent.0 }, false).map(drop)
    }

    /// Ends the run: remembers the lockfile as the command left it. Gives the run's name when anything was changed.
    ///
    /// # Errors
    /// When the trash cannot be written.
    pub(crate) fn finish(mut self) -> Result<Option<String>> {
        let after = atomic::read_text(&self.scope.lockfile)?;
        if self.made.is_none() && after == self.head.lockfile_before {
            return Ok(None);
        }
        self.head.lockfile_after = Some(after);
        let folder = self.made()?.folder.clone();
        self.write_head(&folder)?;
        Ok(self.made.map(|made| made.id))
    }

    fn intend(
        &mut self,
        slug: &Slug,
        change: Change,
        path: &Path,
        slot: Option<&Path>,
        before: Option<&ContentSha>,
        after: Option<&ContentSha>,
    ) -> Result<Intent> {
        let path = self.relative(path);
        let folder = self.made()?.folder.clone();
        let tree = slot.map(|slot| slot.strip_prefix(&folder).unwrap_or(slot).to_path_buf());
        let line =
            Line::Tree { slug: slug.clone(), change, path, tree, before: before.cloned(), after: after.cloned() };
        self.append(&line, slot.is_some()).map(Intent)
    }

    /// A path as it is recorded: relative to the root when inside, so that a moved project keeps its trash.
    fn relative(&self, path: &Path) -> PathBuf {
        path.strip_prefix(&self.scope.root).or_else(|_| path.strip_prefix(&self.root)).unwrap_or(path).to_path_buf()
    }

    /// A free place for a displaced folder on the file system of `path`.
    fn slot(&mut self, slug: &Slug, path: &Path) -> Result<PathBuf> {
        let made = self.made()?;
        let mut trees = made.folder.join("trees");
        let parent = path.parent().unwrap_or(Path::new("."));
        if !tree::same_device(&trees, parent) {
            trees = workshop_beside(parent)?.join("trash").join(&made.id);
            atomic::make_folder(&trees, Privacy::Shared)?;
        }
        let name = slug.as_str().to_owned();
        let names = std::iter::once(name.clone()).chain((2_u32..).map(|n| format!("{name}.{n}")));
        let mut free = names.map(|name| trees.join(name)).filter(|slot| !tree::occupied(slot));
        free.next().ok_or_else(|| Error::internal("the trash is full of one name"))
    }

    fn append(&mut self, line: &Line, flush: bool) -> Result<usize> {
        let made = self.made()?;
        let mut text =
            serde_json::to_string(line).map_err(|e| Error::internal("an entry cannot be written").source(e))?;
        text.push('\n');
        let failed = |e| Error::io("write", &made.folder.join(ENTRIES), e);
        made.entries.write_all(text.as_bytes()).map_err(failed)?;
        if flush {
            // A displaced folder must be found again even after a power cut; the rest only after a kill.
            made.entries.sync_data().map_err(failed)?;
        }
        let number = made.count;
        if line.is_intent() {
            made.count += 1;
        }
        Ok(number)
    }

    fn made(&mut self) -> Result<&mut Made> {
        if self.made.is_none() {
            self.made = Some(self.make()?);
        }
        self.made.as_mut().ok_or_else(|| Error::internal("the trash run was made and is gone"))
    }

    fn make(&self) -> Result<Made> {
        lock::make_workshop(&self.scope.workshop())?;
        retention::clean(&self.scope, self.retention, self.spared.as_deref());
        let trash = trash_of(&self.scope);
        lock::refuse_link(&trash)?;
        let id = fresh_id(&run_folders(&self.scope));
        let folder = trash.join(&id);
        atomic::make_folder(&folder.join("trees"), Privacy::Shared)?;
        self.write_head(&folder)?;
        let path = folder.join(ENTRIES);
        let entries = fs::OpenOptions::new().append(true).create_new(true).open(&path);
        Ok(Made { id, entries: entries.map_err(|e| Error::io("write", &path, e))?, folder, count: 0 })
    }

    fn write_head(&self, folder: &Path) -> Result<()> {
        let text = serde_json::to_string_pretty(&self.head)
            .map_err(|e| Error::internal("the head of a trash run cannot be written").source(e))?;
        atomic::write(&folder.join(HEAD), text.as_bytes(), Privacy::Shared)
    }
}

/// A name that sorts after all that are there, even when two runs begin in one millisecond.
fn fresh_id(runs: &[PathBuf]) -> String {
    let newest = runs.last().and_then(|folder| folder.file_name()?.to_str()).unwrap_or_default();
    let now = SystemTime::now();
    let random: String = uuid::Uuid::new_v4().simple().to_string().chars().take(6).collect();
    // A clock that was set back by more than this leaves the order to the person.
    (0..1000)
        .map(|ms| stamp::compact(now + std::time::Duration::from_millis(ms)))
        .find(|id| newest.get(..id.len()).is_none_or(|last| last < id.as_str()))
        .map_or_else(|| format!("{}-{random}", stamp::compact(now)), |id| format!("{id}-{random}"))
}

/// A workshop on the file system of a folder of skills that lies elsewhere: beside that folder, or in it when the
/// folder itself is the mount.
///
/// # Errors
/// When neither can be written.
pub(crate) fn workshop_beside(skills: &Path) -> Result<PathBuf> {
    let real = fs::canonicalize(skills).map_err(|e| Error::io("find", skills, e))?;
    if let Some(above) = real.parent().filter(|above| tree::same_device(above, &real)) {
        let workshop = above.join(".skillzdrive");
        if lock::make_workshop(&workshop).is_ok() {
            return Ok(workshop);
        }
    }
    let workshop = real.join(".skillzdrive");
    lock::make_workshop(&workshop)?;
    Ok(workshop)
}
