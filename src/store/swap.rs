//! A skill's folder put in its place in one step, or exchanged with the one that lies there.
//!
//! The displaced folder lands in the trash by the same step that puts the new one in place, so no moment exists in
//! which it lies nowhere. It is digested again afterwards: when it is not what the plan saw, it is exchanged back.
//!
//! What the digest leaves out (`.env`, `node_modules` …) belongs to the place, not to the version, so it *moves* from
//! the displaced folder into the new one. It is not copied: a copy would put secrets into the trash for weeks, and an
//! undo exchanges again and so brings it back anyhow.

use std::fs;
use std::io;
use std::path::Path;
use std::path::PathBuf;

use skillzdrive_skill::LeftOut;
use skillzdrive_skill::PackOptions;
use skillzdrive_skill::digest_dir;
use skillzdrive_wire::ContentSha;
use skillzdrive_wire::Slug;

use crate::error::Error;
use crate::error::Kind;
use crate::error::Result;
use crate::store::trash::TrashRun;
use crate::store::trash::workshop_beside;
use crate::store::tree;

/// What the plan saw at the place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Expected {
    /// Nothing.
    Absent,
    /// A folder with this digest.
    Tree(ContentSha),
    /// Something whose name was said and whose replacement a person agreed to, whatever it holds.
    Anything,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Placed {
    /// Nothing lay there; now the skill does.
    Added,
    /// The displaced folder is in the trash.
    Replaced {
        /// What the digest leaves out and was moved into the new folder.
        kept: Vec<String>,
        /// What of it stayed with the displaced folder in the trash, because the new one has another thing in its way.
        stranded: Vec<String>,
    },
    /// What lies there is not what the plan saw: nothing was changed, the staged folder is still where it was.
    Changed {
        /// The digest of what lies there, when it has one.
        found: Option<ContentSha>,
    },
}

/// Why a folder is never swapped or deleted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Unswappable {
    /// It is a link: its files belong to another place.
    #[error("`{}` is a link to another folder", .0.display())]
    Linked(PathBuf),
    /// It is a repository of its own.
    #[error("`{}` holds a .git: it is a repository of its own", .0.display())]
    HoldsGit(PathBuf),
    /// It is a file.
    #[error("`{}` is not a folder", .0.display())]
    NotFolder(PathBuf),
}

impl From<Unswappable> for Error {
    fn from(why: Unswappable) -> Self {
        let code = match why {
            Unswappable::Linked(_) => "linked",
            Unswappable::HoldsGit(_) => "holds_git",
            Unswappable::NotFolder(_) => "not_a_folder",
        };
        Self::new(Kind::Conflict, why.to_string())
            .code(code)
            .hint("it was left as it is; move it away to have it replaced")
    }
}

/// Whether a folder may be swapped or moved to the trash; nothing at all may.
///
/// # Errors
/// Why not.
pub(crate) fn check_swappable(path: &Path) -> Result<(), Unswappable> {
    let Ok(meta) = fs::symlink_metadata(path) else { return Ok(()) };
    if meta.is_symlink() || tree::link_goal(path).is_some() {
        return Err(Unswappable::Linked(path.to_path_buf()));
    }
    if !meta.is_dir() {
        return Err(Unswappable::NotFolder(path.to_path_buf()));
    }
    if tree::occupied(&path.join(".git")) {
        return Err(Unswappable::HoldsGit(path.to_path_buf()));
    }
    Ok(())
}

/// Puts a staged folder at its place and what lay there into the trash. The caller holds the scope's lock.
///
/// `options` are those with which the expected digest was made, so that the same files count. `after` is the digest of what
/// is staged where the caller knows it; else it is taken here.
///
/// # Errors
/// [`Unswappable`] (exit 8), or an io error that names the folder; what lay there is then still there.
pub(crate) fn place(
    slug: &Slug,
    staged: &Path,
    target: &Path,
    expected: &Expected,
    options: &PackOptions,
    after: Option<&ContentSha>,
    trash: &mut TrashRun,
) -> Result<Placed> {
    check_swappable(target)?;
    let parent = target.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(parent).map_err(|e| protected(parent, e))?;
    let after = after.cloned().or_else(|| digest(staged, &PackOptions::default()));
    match (tree::occupied(target), expected) {
        (false, Expected::Absent | Expected::Anything) => add(slug, staged, target, after.as_ref(), options, trash),
        (false, Expected::Tree(_)) => Ok(Placed::Changed { found: None }),
        (true, Expected::Absent) => Ok(Placed::Changed { found: digest(target, options) }),
        (true, Expected::Tree(_) | Expected::Anything) => {
            replace(slug, staged, target, expected, after.as_ref(), options, trash)
        }
    }
}

fn add(
    slug: &Slug,
    staged: &Path,
    target: &Path,
    after: Option<&ContentSha>,
    options: &PackOptions,
    trash: &mut TrashRun,
) -> Result<Placed> {
    let intent = trash.will_add(slug, target, after)?;
    let put = match tree::rename_new(staged, target) {
        Err(e) if e.kind() == io::ErrorKind::CrossesDevices => put_across(staged, target),
        other => other
            .map_err(|e| if e.kind() == io::ErrorKind::AlreadyExists { None } else { Some(e) })
            .map_err(|e| e.map(|e| protected(target.parent().unwrap_or(target), e))),
    };
    match put {
        Ok(()) => {
            trash.done(intent)?;
            Ok(Placed::Added)
        }
        Err(failed) => {
            trash.void(intent)?;
            // Without an error somebody was faster: that is the plan's affair.
            failed.map_or_else(|| Ok(Placed::Changed { found: digest(target, options) }), Err)
        }
    }
}

/// Copies to a workshop on the target's file system and renames from there; `None` when the place was taken.
fn put_across(staged: &Path, target: &Path) -> Result<(), Option<Error>> {
    let room = workshop_beside(target.parent().unwrap_or(target))?;
    let beside =
        tempfile::Builder::new().prefix("moving-").tempdir_in(&room).map_err(|e| Error::io("write in", &room, e))?;
    let copy = beside.path().join("tree");
    tree::copy_tree(staged, &copy)?;
    tree::rename_new(&copy, target).map_err(|e| match e.kind() {
        io::ErrorKind::AlreadyExists => None,
        _ => Some(protected(target.parent().unwrap_or(target), e)),
    })?;
    tree::remove(staged)?;
    Ok(())
}

fn replace(
    slug: &Slug,
    staged: &Path,
    target: &Path,
    expected: &Expected,
    after: Option<&ContentSha>,
    options: &PackOptions,
    trash: &mut TrashRun,
) -> Result<Placed> {
    // Looked at before as well as after: a change that is already visible costs no exchange.
    let before = digest(target, options);
    if let Expected::Tree(sha) = expected
        && before.as_ref() != Some(sha)
    {
        return Ok(Placed::Changed { found: before });
    }
    let (intent, slot) = trash.will_replace(slug, target, before.as_ref(), after)?;
    let aside = aside_of(&slot);
    // The new folder waits in the slot, so that the exchange itself is what puts the old one into the trash.
    if let Err(error) = tree::relocate(staged, &slot) {
        trash.void(intent)?;
        return Err(error);
    }
    let exchanged = tree::exchange(&slot, target, &aside);
    if let Err(e) = exchanged {
        tree::relocate(&slot, staged)?;
        trash.void(intent)?;
        return Err(protected(target, e));
    }
    let displaced = digest_dir(&slot, options);
    if let Expected::Tree(sha) = expected
        && displaced.as_ref().ok().map(|digest| &digest.sha) != Some(sha)
    {
        tree::exchange(&slot, target, &aside).map_err(|e| protected(target, e))?;
        tree::relocate(&slot, staged)?;
        trash.void(intent)?;
        return Ok(Placed::Changed { found: displaced.ok().map(|digest| digest.sha) });
    }
    let left_out = displaced.map(|digest| digest.left_out).unwrap_or_default();
    let (kept, stranded) = carry(&slot, target, left_out);
    trash.done(intent)?;
    Ok(Placed::Replaced { kept, stranded })
}

/// Where an exchange that is made of renames parks the old folder.
pub(crate) fn aside_of(slot: &Path) -> PathBuf {
    let mut name = slot.file_name().unwrap_or_default().to_os_string();
    name.push(".aside");
    slot.with_file_name(name)
}

/// Moves what the digest leaves out from one folder into another; what stands in its way there is only something that
/// came with a download and counts for nothing. Gives what was moved and what could not be.
fn carry(from: &Path, to: &Path, left_out: Vec<LeftOut>) -> (Vec<String>, Vec<String>) {
    let paths = left_out.into_iter().map(|left| left.path);
    paths.partition(|path| carry_one(&from.join(path), &to.join(path)).is_ok())
}

/// Ends an exchange that a kill cut short after the exchange itself: moves what belongs to the place.
pub(crate) fn settle(displaced: &Path, target: &Path) {
    if check_swappable(target).is_ok()
        && target.is_dir()
        && let Ok(digest) = digest_dir(displaced, &PackOptions::default())
    {
        // What was made at the place since is newer than what was left behind.
        let missing = digest.left_out.into_iter().filter(|left| !tree::occupied(&target.join(&left.path)));
        carry(displaced, target, missing.collect());
    }
}

fn carry_one(from: &Path, to: &Path) -> Result<()> {
    if let Some(parent) = to.parent() {
        fs::create_dir_all(parent).map_err(|e| Error::io("make the folder", parent, e))?;
    }
    if let Ok(meta) = fs::symlink_metadata(to) {
        if meta.is_dir() {
            tree::remove(to)?;
        } else {
            fs::remove_file(to).map_err(|e| Error::io("delete", to, e))?;
        }
    }
    fs::rename(from, to).map_err(|e| Error::io("move", from, e))
}

fn digest(path: &Path, options: &PackOptions) -> Option<ContentSha> {
    digest_dir(path, options).ok().map(|digest| digest.sha)
}

fn protected(path: &Path, e: io::Error) -> Error {
    let denied = matches!(e.kind(), io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem);
    let error = Error::io("change", path, e);
    if denied {
        error.code("read_only").hint(format!("make `{}` writable and try again; nothing was changed", path.display()))
    } else {
        error
    }
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "tests arrange files directly")]
mod tests {
    use super::*;
    use crate::store::scope::Scope;
    use crate::store::staging::Staging;
    use crate::store::trash;
    use crate::store::trash::record::Change;

    struct Bench {
        _home: tempfile::TempDir,
        scope: Scope,
        slug: Slug,
        target: PathBuf,
    }

    impl Bench {
        fn new() -> Self {
            let home = tempfile::tempdir().unwrap();
            let scope = Scope::project(home.path());
            let target = scope.skills().join("pdf");
            Self { _home: home, scope, slug: Slug::new("pdf").unwrap(), target }
        }

        fn put(&self, expected: &Expected, body: &str) -> (Result<Placed>, Option<String>) {
            let staging = Staging::new(&self.scope).unwrap();
            let staged = staging.trees().unwrap().join("pdf");
            skill(&staged, body);
            let mut trash = TrashRun::begin(&self.scope, "install pdf").unwrap();
            let placed = place(&self.slug, &staged, &self.target, expected, &PackOptions::default(), None, &mut trash);
            if !matches!(placed, Ok(Placed::Added | Placed::Replaced { .. })) {
                assert!(staged.join("SKILL.md").exists(), "what was staged is still there");
            }
            (placed, trash.finish().unwrap())
        }

        fn body(&self) -> String {
            fs::read_to_string(self.target.join("SKILL.md")).unwrap()
        }
    }

    fn skill(folder: &Path, body: &str) {
        fs::create_dir_all(folder).unwrap();
        fs::write(folder.join("SKILL.md"), body).unwrap();
    }

    fn sha(folder: &Path) -> ContentSha {
        digest(folder, &PackOptions::default()).unwrap()
    }

    #[test]
    fn a_new_skill_comes_where_nothing_lies() {
        let bench = Bench::new();
        let (placed, run) = bench.put(&Expected::Absent, "one");
        assert_eq!(placed.unwrap(), Placed::Added);
        assert_eq!(bench.body(), "one");
        let run = trash::find(&bench.scope, &run.unwrap()).unwrap();
        let entry = run.trees().next().unwrap();
        assert_eq!((entry.change, entry.done, &entry.path), (Change::Added, true, &bench.target));
        assert_eq!(entry.after, Some(sha(&bench.target)));
    }

    #[test]
    fn what_lay_there_is_in_the_trash_and_what_no_digest_counts_stays_at_the_place() {
        let bench = Bench::new();
        skill(&bench.target, "one");
        fs::write(bench.target.join(".env"), "TOKEN=1").unwrap();
        fs::create_dir_all(bench.target.join("web/node_modules/x")).unwrap();
        fs::write(bench.target.join("web/node_modules/x/y"), "y").unwrap();
        fs::write(bench.target.join("notes.txt"), "mine").unwrap();
        let before = sha(&bench.target);
        let (placed, run) = bench.put(&Expected::Tree(before.clone()), "two");
        let kept = vec![".env".to_owned(), "web/node_modules".to_owned()];
        assert_eq!(placed.unwrap(), Placed::Replaced { kept, stranded: Vec::new() });
        assert_eq!(bench.body(), "two");
        assert_eq!(fs::read_to_string(bench.target.join(".env")).unwrap(), "TOKEN=1");
        assert!(bench.target.join("web/node_modules/x/y").exists());
        assert!(!bench.target.join("notes.txt").exists());
        let run = trash::find(&bench.scope, &run.unwrap()).unwrap();
        let kept = run.trees().next().unwrap().tree.clone().unwrap();
        assert!(kept.starts_with(&run.folder));
        assert_eq!(sha(&kept), before);
        assert!(!kept.join(".env").exists(), "no secret lies in the trash");
    }

    #[test]
    fn an_edited_skill_is_never_replaced() {
        let bench = Bench::new();
        skill(&bench.target, "one");
        let seen = sha(&bench.target);
        fs::write(bench.target.join("SKILL.md"), "edited").unwrap();
        let found = Some(sha(&bench.target));
        let (placed, run) = bench.put(&Expected::Tree(seen.clone()), "two");
        assert_eq!(placed.unwrap(), Placed::Changed { found: found.clone() });
        let (placed, _) = bench.put(&Expected::Absent, "two");
        assert_eq!(placed.unwrap(), Placed::Changed { found });
        assert_eq!(bench.body(), "edited");
        assert_eq!(run, None, "nothing was changed, so nothing was recorded");
        fs::remove_dir_all(&bench.target).unwrap();
        let (placed, _) = bench.put(&Expected::Tree(seen), "two");
        assert_eq!(placed.unwrap(), Placed::Changed { found: None });
        assert!(!bench.target.exists());
    }

    #[cfg(unix)]
    #[test]
    fn links_and_repositories_are_refused() {
        let bench = Bench::new();
        let elsewhere = bench.scope.root.join("dotfiles/pdf");
        skill(&elsewhere, "linked");
        fs::create_dir_all(bench.scope.skills()).unwrap();
        std::os::unix::fs::symlink(&elsewhere, &bench.target).unwrap();
        let (placed, _) = bench.put(&Expected::Anything, "two");
        assert_eq!(placed.unwrap_err().code_str(), "linked");
        fs::remove_file(&bench.target).unwrap();
        skill(&bench.target, "repository");
        fs::create_dir(bench.target.join(".git")).unwrap();
        let (placed, run) = bench.put(&Expected::Anything, "two");
        assert_eq!(placed.unwrap_err().code_str(), "holds_git");
        assert_eq!((bench.body().as_str(), run), ("repository", None));
        assert_eq!(fs::read_to_string(elsewhere.join("SKILL.md")).unwrap(), "linked");
    }

    #[test]
    fn where_no_exchange_exists_renames_do_it_and_a_taken_place_is_given_back() {
        let home = tempfile::tempdir().unwrap();
        let [a, b, aside] = ["a", "b", "aside"].map(|name| home.path().join(name));
        skill(&a, "new");
        skill(&b, "old");
        tree::exchange_by_renames(&a, &b, &aside).unwrap();
        assert_eq!(fs::read_to_string(a.join("SKILL.md")).unwrap(), "old");
        assert_eq!(fs::read_to_string(b.join("SKILL.md")).unwrap(), "new");
        assert!(!aside.exists());
        fs::remove_dir_all(&a).unwrap();
        tree::exchange_by_renames(&a, &b, &aside).unwrap_err();
        assert_eq!(fs::read_to_string(b.join("SKILL.md")).unwrap(), "new");
        assert!(!aside.exists());
    }

    #[test]
    fn a_copied_tree_is_whole_and_an_occupied_name_is_never_taken() {
        let home = tempfile::tempdir().unwrap();
        let [a, b] = ["a", "b"].map(|name| home.path().join(name));
        skill(&a, "x");
        skill(&a.join("sub"), "x");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            std::os::unix::fs::symlink("sub/SKILL.md", a.join("link")).unwrap();
            fs::set_permissions(a.join("sub/SKILL.md"), fs::Permissions::from_mode(0o755)).unwrap();
        }
        tree::copy_tree(&a, &b).unwrap();
        assert_eq!(sha(&a), sha(&b));
        assert_eq!(tree::rename_new(&a, &b).unwrap_err().kind(), io::ErrorKind::AlreadyExists);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            assert_eq!(fs::metadata(b.join("sub/SKILL.md")).unwrap().permissions().mode() & 0o777, 0o755);
            assert_eq!(fs::read_link(b.join("link")).unwrap(), Path::new("sub/SKILL.md"));
            assert_eq!(
                tree::rename_new(&b.join("link"), &b.join("sub")).unwrap_err().kind(),
                io::ErrorKind::AlreadyExists
            );
        }
        assert!(a.exists());
    }

    /// Needs a second file system; where there is none, there is nothing to try.
    #[cfg(target_os = "linux")]
    #[test]
    fn a_skill_on_another_file_system_is_exchanged_there() {
        let bench = Bench::new();
        let Ok(other) = tempfile::tempdir_in("/dev/shm") else { return };
        if tree::same_device(other.path(), &bench.scope.root) {
            return;
        }
        let target = other.path().join(".claude/skills/pdf");
        let bench = Bench { target: target.clone(), ..bench };
        let (placed, _) = bench.put(&Expected::Absent, "one");
        assert_eq!(placed.unwrap(), Placed::Added);
        fs::write(target.join(".env"), "T=1").unwrap();
        let (placed, run) = bench.put(&Expected::Tree(sha(&target)), "two");
        assert!(matches!(placed.unwrap(), Placed::Replaced { .. }));
        assert_eq!(bench.body(), "two");
        assert!(target.join(".env").exists());
        let run = trash::find(&bench.scope, &run.unwrap()).unwrap();
        let kept = run.trees().next().unwrap().tree.clone().unwrap();
        assert!(kept.starts_with(other.path().join(".claude/.skillzdrive/trash")), "{kept:?}");
        assert_eq!(fs::read_to_string(kept.join("SKILL.md")).unwrap(), "one");
        assert_eq!(fs::read_dir(other.path().join(".claude/skills")).unwrap().count(), 1);
        assert!(trash::retention::empty(&bench.scope).unwrap().runs >= 2);
        assert!(!kept.exists());
    }
}
