//! What is ready, put in place: first a plan that is only looked at, then the effects under the scope's lock.

use std::path::Path;
use std::path::PathBuf;

use skillzdrive_skill::PackOptions;
use skillzdrive_skill::digest_dir;
use skillzdrive_wire::ContentSha;
use skillzdrive_wire::Slug;

use crate::error::Error;
use crate::error::Kind;
use crate::error::Result;
use crate::installer::Change;
use crate::installer::Event;
use crate::installer::Failed;
use crate::installer::Installed;
use crate::installer::Report;
use crate::installer::Tell;
use crate::installer::gather::Ready;
use crate::installer::linking::Linking;
use crate::installer::placing::Placing;
use crate::installer::stage::Label;
use crate::installer::stage::Staged;
use crate::scanning::gate::Accepted;
use crate::signals;
use crate::store::library::Library;
use crate::store::lock::ScopeLock;
use crate::store::lockfile::LockedSkill;
use crate::store::lockfile::Lockfile;
use crate::store::paths::Paths;
use crate::store::scope::Scope;
use crate::store::settings::Settings;
use crate::store::swap::Expected;
use crate::store::swap::Placed;
use crate::store::threads;
use crate::store::trash;

/// Something in the way of a skill that is not an untouched version of it.
#[derive(Debug, Clone)]
pub(crate) struct InTheWay {
    /// The skill that would come.
    pub(crate) slug: Slug,
    /// The folder that would go to the trash.
    pub(crate) path: PathBuf,
    /// Whether the lockfile names it, so that it is an edited copy; else it is somebody else's.
    pub(crate) edited: bool,
}

/// One skill, its place and what was seen there.
#[derive(Debug)]
pub(crate) struct Placement {
    ready: Ready,
    target: PathBuf,
    seen: Seen,
}

/// What was seen at a place.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Seen {
    /// Nothing.
    Nothing,
    /// Exactly the files that would come.
    Same(ContentSha),
    /// An untouched other version of ours.
    Ours(ContentSha),
    /// Edited or foreign, with its digest where it has one.
    Foreign(Option<ContentSha>, bool),
}

/// Where a skill lies or will lie: where its home-made folder is, else in the canonical folder.
pub(crate) fn place_of(scope: &Scope, library: &Library, slug: &Slug) -> PathBuf {
    library.home(scope, slug).filter(|home| home.exists()).unwrap_or_else(|| scope.skills().join(slug.as_str()))
}

/// Looks at every place. Changes nothing. What came from sixteen downloads at once is put in the order of the slugs.
pub(crate) fn plan(scope: &Scope, library: &Library, lockfile: &Lockfile, mut ready: Vec<Ready>) -> Vec<Placement> {
    ready.sort_by(|a, b| a.slug().cmp(b.slug()));
    threads::each(ready, |ready| {
        let target = place_of(scope, library, ready.slug());
        let locked = lockfile.skills.get(ready.slug());
        let seen = look(scope, &target, &ready, locked, library);
        Placement { ready, target, seen }
    })
}

fn look(scope: &Scope, target: &Path, ready: &Ready, locked: Option<&LockedSkill>, library: &Library) -> Seen {
    if std::fs::symlink_metadata(target).is_err() {
        return Seen::Nothing;
    }
    let found = digest_dir(target, &PackOptions::installed()).ok().map(|digest| digest.sha);
    let wanted = match ready {
        Ready::Staged(staged) => Some(&staged.tree_sha),
        Ready::Locked(_) => locked.map(LockedSkill::tree),
    };
    let ours = [locked.map(LockedSkill::tree), library.placed.get(ready.slug())];
    match found {
        Some(sha) if Some(&sha) == wanted => Seen::Same(sha),
        Some(sha) if ours.contains(&Some(&sha)) => Seen::Ours(sha),
        Some(sha) if trash::put_there(scope, target, &sha) => Seen::Ours(sha),
        other => Seen::Foreign(other, locked.is_some()),
    }
}

impl Placement {
    /// What would have to be agreed to.
    pub(crate) fn in_the_way(&self) -> Option<InTheWay> {
        match self.seen {
            Seen::Foreign(_, edited) => {
                Some(InTheWay { slug: self.ready.slug().clone(), path: self.target.clone(), edited })
            }
            _ => None,
        }
    }

    /// What would be done.
    pub(crate) fn change(&self) -> Change {
        match self.seen {
            Seen::Nothing => Change::Installed,
            Seen::Same(_) => Change::Unchanged,
            Seen::Ours(_) | Seen::Foreign(..) => Change::Replaced,
        }
    }

    /// The skill.
    pub(crate) fn slug(&self) -> &Slug {
        self.ready.slug()
    }

    /// What waits for it in staging, unless its files are in their place already.
    pub(crate) fn staged(&self) -> Option<&Staged> {
        match &self.ready {
            Ready::Staged(staged) => Some(staged),
            Ready::Locked(_) => None,
        }
    }

    /// Its place.
    pub(crate) fn target(&self) -> &Path {
        &self.target
    }

    /// The version and digest that will be there.
    pub(crate) fn version(&self) -> (Option<u64>, &ContentSha) {
        match &self.ready {
            Ready::Staged(staged) => (staged.version, &staged.content_sha),
            Ready::Locked(label) => (label.version, &label.content_sha),
        }
    }

    /// Looks again, now that nobody else changes the place. What somebody put there meanwhile is as good when it is what
    /// would come, or an untouched version of ours; whatever else changed is refused here, or by the exchange itself.
    fn look_again(&mut self, scope: &Scope, lockfile: &Lockfile, library: &Library) -> Result<()> {
        let now = look(scope, &self.target, &self.ready, lockfile.skills.get(self.slug()), library);
        match (&self.seen, now) {
            (_, now @ (Seen::Same(_) | Seen::Ours(_))) => self.seen = now,
            (Seen::Same(_), _) => return Err(changed_meanwhile(self.slug())),
            _ => {}
        }
        Ok(())
    }

    /// Whether the lockfile would say something else afterwards.
    pub(crate) fn changes_lockfile(&self, lockfile: &Lockfile) -> bool {
        let Some(old) = lockfile.skills.get(self.slug()) else { return true };
        match &self.ready {
            Ready::Staged(staged) => {
                old.content_sha != staged.content_sha
                    || *old.tree() != staged.tree_sha
                    || old.source != staged.source
                    || staged.version.is_some_and(|version| old.version != Some(version))
                    || staged.owner.as_ref().is_some_and(|owner| old.owner.as_ref() != Some(owner))
            }
            Ready::Locked(_) => false,
        }
    }
}

/// Everything that putting in place needs besides the placements.
#[derive(Debug)]
pub(crate) struct Work<'a> {
    pub(crate) paths: &'a Paths,
    pub(crate) scope: &'a Scope,
    pub(crate) settings: &'a Settings,
    pub(crate) linking: &'a Linking,
    /// The command's words, for the trash.
    pub(crate) command: &'a str,
    /// What the lockfile says of the server when it says nothing yet.
    pub(crate) server: Option<String>,
    /// The findings that a person accepted, for the lockfile.
    pub(crate) accepted: Accepted,
}

/// Puts everything in place under the scope's lock. What is in the way of a placement here was agreed to.
///
/// # Errors
/// When the lock is held for 30 s, lockfile or trash cannot be written, or a signal comes: then the skills before it are
/// in place. A skill that fails is in the report.
pub(crate) fn carry_out(work: &Work<'_>, placements: Vec<Placement>, tell: Tell<'_>) -> Result<Report> {
    if placements.is_empty() {
        return Ok(Report::default());
    }
    let lock = ScopeLock::acquire(work.scope, |holder| tell(Event::Waiting(holder.to_owned())))?;
    let mut placing = Placing::begin(work.paths, work.scope, work.settings, work.linking, &lock, work.command)?;
    placing.accepted.clone_from(&work.accepted);
    if let Some(server) = &work.server {
        placing.lockfile.server.get_or_insert_with(|| server.clone());
    }
    let mut report = Report::default();
    // Others may have worked here while this run fetched and waited: what counts is what lies there now.
    let (library, _) = Library::read(work.paths, work.scope)?;
    let looked = threads::each(placements, |mut placement| {
        let known = placement.look_again(work.scope, &placing.lockfile, &library);
        (placement, known)
    });
    for (placement, known) in looked {
        if let Err(told) = signals::safe_point() {
            placing.finish()?;
            return Err(told);
        }
        let slug = placement.slug().clone();
        match known.and_then(|()| put(&mut placing, placement)) {
            Ok(installed) => report.installed.push(installed),
            Err(error) => report.failed.push(Failed { name: slug.to_string(), error }),
        }
    }
    report.run = placing.finish()?;
    Ok(report)
}

fn put(placing: &mut Placing<'_>, placement: Placement) -> Result<Installed> {
    let change = placement.change();
    let Placement { ready, target, seen } = placement;
    let previous = match &seen {
        Seen::Same(sha) | Seen::Ours(sha) => Some(sha.clone()),
        Seen::Nothing | Seen::Foreign(..) => None,
    };
    let mut stranded = Vec::new();
    let label = match ready {
        Ready::Staged(staged) => {
            let expected = match seen {
                Seen::Nothing => Some(Expected::Absent),
                Seen::Same(_) => None,
                Seen::Ours(sha) | Seen::Foreign(Some(sha), _) => Some(Expected::Tree(sha)),
                Seen::Foreign(None, _) => Some(Expected::Anything),
            };
            match expected {
                Some(expected) => {
                    let placed =
                        placing.put(&staged, &target, &expected, &PackOptions::installed(), Some(&staged.tree_sha))?;
                    if let Placed::Replaced { stranded: left, .. } = placed {
                        stranded = left;
                    }
                }
                None => placing.enter(&staged),
            }
            label_of(staged)
        }
        Ready::Locked(label) if matches!(seen, Seen::Same(_)) => {
            if let Some(tree) = &previous {
                placing.keep(&label.slug, tree);
            }
            label
        }
        Ready::Locked(label) => {
            // Only an untouched folder is left unfetched, so it changed since it was looked at.
            return Err(changed_meanwhile(&label.slug));
        }
    };
    let links = placing.link(&label.slug, &target, previous.as_ref())?;
    let Label { slug, content_sha, version, source, public, .. } = label;
    Ok(Installed { slug, version, content_sha, source, public, path: target, change, links, stranded })
}

fn changed_meanwhile(slug: &Slug) -> Error {
    Error::new(Kind::Conflict, format!("`{slug}` changed meanwhile"))
        .code("changed_meanwhile")
        .hint("run the same command again")
}

fn label_of(staged: Staged) -> Label {
    let Staged { slug, content_sha, version, owner, source, public, .. } = staged;
    Label { slug, content_sha, version, owner, source, public }
}
