//! What skills are on this machine, in one scope: every skill folder in the canonical folder and in the agents' folders,
//! each once, with its state against the lockfile.
//!
//! It reads and changes nothing. What it cannot read is named, and never looks as if it were absent: absence is what a
//! sync would act on.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::fs;
use std::io;
use std::path::PathBuf;

use skillzdrive_skill::LeftOut;
use skillzdrive_wire::ContentSha;
use skillzdrive_wire::Slug;

use crate::error::Result;
use crate::store::fingerprints::Fingerprints;
use crate::store::foreign::ForeignLocks;
use crate::store::library::Library;
use crate::store::lockfile::Lockfile;
use crate::store::scope::AgentFolder;
use crate::store::scope::Scope;
use crate::store::shelves;
use crate::store::skill_look;
use crate::store::skill_look::Look;
use crate::store::skill_look::Seen;

/// Where to look and what is known already.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ask<'a> {
    /// Project or global.
    pub(crate) scope: &'a Scope,
    /// The folders of the agents that count: detected and chosen ones.
    pub(crate) folders: &'a [AgentFolder],
    /// What is installed.
    pub(crate) lockfile: &'a Lockfile,
    /// A person's notes.
    pub(crate) library: &'a Library,
}

/// A skill's files against the lockfile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    /// As they were installed.
    Clean,
    /// Changed since.
    Modified,
    /// Not in the lockfile: home-made, or another tool's.
    Untracked,
}

impl State {
    /// The word for it in output.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Clean => "clean",
            Self::Modified => "modified",
            Self::Untracked => "untracked",
        }
    }
}

/// One skill on this machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Found {
    /// Its name in addresses.
    pub(crate) slug: Slug,
    /// Where the real files lie. The folder's name need not be the slug.
    pub(crate) path: PathBuf,
    /// Against the lockfile.
    pub(crate) state: State,
    /// What a sync calls L: the digest it came with where it is untouched, else the digest of the files.
    pub(crate) content_sha: ContentSha,
    /// The digest of the files as they are.
    pub(crate) tree_sha: ContentSha,
    /// Bytes of the canonical zip.
    pub(crate) size: u64,
    /// The front matter's name.
    pub(crate) name: Option<String>,
    /// The front matter's description.
    pub(crate) description: Option<String>,
    /// Whether the person wrote it: not in the lockfile, or known in the library as home-made. Then, and only then, its
    /// `.skillignore` counted for the digests here.
    pub(crate) home_made: bool,
    /// The links that lead to it.
    pub(crate) linked_from: Vec<PathBuf>,
    /// Other folders with the same slug and the same bytes.
    pub(crate) copies: Vec<PathBuf>,
    /// The agents that see it, by link, copy or because it lies in their folder.
    pub(crate) agents: Vec<String>,
    /// Whether its folder may be exchanged: no `.git` inside, and not only reached by a link out of the agents' folders.
    pub(crate) swappable: bool,
    /// What is not part of it.
    pub(crate) left_out: Vec<LeftOut>,
    /// The other tool that installed it, where one is known.
    pub(crate) foreign_tool: Option<&'static str>,
}

/// The same slug with different bytes in several places: a conflict to decide.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Twin {
    /// The slug.
    pub(crate) slug: Slug,
    /// The places, the one that [`Inventory::skills`] shows first.
    pub(crate) places: Vec<(PathBuf, ContentSha)>,
}

/// A folder that is a skill, or should be, and cannot be read as one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refused {
    /// The folder.
    pub(crate) path: PathBuf,
    /// The skill it is, where that is known. It is neither there nor missing: nothing may be done to it.
    pub(crate) slug: Option<Slug>,
    /// Why.
    pub(crate) reason: String,
}

/// What is there.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Inventory {
    /// The skills.
    pub(crate) skills: BTreeMap<Slug, Found>,
    /// Slugs that mean different bytes in different places.
    pub(crate) twins: Vec<Twin>,
    /// Skills of the lockfile of which nothing is there.
    pub(crate) missing: Vec<Slug>,
    /// Folders that are no skills.
    pub(crate) not_skills: usize,
    /// Folders that cannot be read as the skills they are.
    pub(crate) refused: Vec<Refused>,
    /// Links in the looked-at folders that lead nowhere.
    pub(crate) dead_links: Vec<PathBuf>,
    /// How many folders had to be hashed; the others were known by their fingerprints.
    pub(crate) hashed: usize,
}

impl Inventory {
    /// Whether a slug means different bytes in different places.
    pub(crate) fn is_twin(&self, slug: &Slug) -> bool {
        self.twins.iter().any(|twin| twin.slug == *slug)
    }

    /// Whether a slug's folder is there but cannot be read, so that nothing may be done to it.
    pub(crate) fn is_refused(&self, slug: &Slug) -> bool {
        self.refused.iter().any(|refused| refused.slug.as_ref() == Some(slug))
    }
}

/// Takes the inventory. Digests are taken on as many threads as the machine has cores; what the fingerprints know is not
/// hashed. The caller saves the fingerprints where it may write.
///
/// # Errors
/// When the canonical folder is there and cannot be read.
pub(crate) fn take(ask: &Ask<'_>, fingerprints: &mut Fingerprints) -> Result<Inventory> {
    let homes: Vec<PathBuf> = ask.library.home_made().filter_map(|slug| ask.library.home(ask.scope, slug)).collect();
    let survey = shelves::survey(ask.scope, ask.folders, &homes)?;
    let look = Look::new(ask, ForeignLocks::read(ask.scope));
    let mut inventory = Inventory { dead_links: survey.dead_links, ..Inventory::default() };
    for (path, reason) in survey.unreadable {
        inventory.refused.push(Refused { path, slug: None, reason });
    }
    let mut ranked: Vec<((bool, usize, PathBuf), Found)> = Vec::new();
    for (candidate, seen) in skill_look::all(&look, survey.candidates, fingerprints) {
        match seen {
            Seen::NoSkill => inventory.not_skills += 1,
            Seen::Refused(refused) => inventory.refused.push(refused),
            Seen::Skill { found, taken, hashed } => {
                inventory.hashed += usize::from(hashed);
                if let Some(taken) = taken {
                    fingerprints.remember(taken);
                }
                let home = ask.library.home(ask.scope, &found.slug);
                let elsewhere = home.is_none_or(|home| look.real(&home) != candidate.real);
                ranked.push(((elsewhere, candidate.rank, candidate.path), *found));
            }
        }
    }
    // Where a person's own skill is known to lie comes first, then the canonical folder, then the agents' in order.
    ranked.sort_by(|(a, _), (b, _)| a.cmp(b));
    for (_, found) in ranked {
        inventory.put(found);
    }
    for slug in ask.lockfile.skills.keys().filter(|slug| !inventory.skills.contains_key(*slug)).collect::<Vec<_>>() {
        inventory.note_absent(ask, slug);
    }
    inventory.refused.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(inventory)
}

impl Inventory {
    fn put(&mut self, new: Found) {
        let known = match self.skills.entry(new.slug.clone()) {
            Entry::Vacant(place) => {
                place.insert(new);
                return;
            }
            Entry::Occupied(known) => known.into_mut(),
        };
        if known.tree_sha == new.tree_sha {
            known.copies.push(new.path);
            known.linked_from.extend(new.linked_from);
            for agent in new.agents {
                if !known.agents.contains(&agent) {
                    known.agents.push(agent);
                }
            }
            return;
        }
        let place = (new.path, new.tree_sha);
        match self.twins.iter_mut().find(|twin| twin.slug == new.slug) {
            Some(twin) => twin.places.push(place),
            None => {
                let first = (known.path.clone(), known.tree_sha.clone());
                self.twins.push(Twin { slug: new.slug, places: vec![first, place] });
            }
        }
    }

    /// A skill of the lockfile that was not found: missing only if nothing at all is at its places.
    fn note_absent(&mut self, ask: &Ask<'_>, slug: &Slug) {
        if self.is_refused(slug) {
            return;
        }
        let canonical = ask.scope.skills().join(slug.as_str());
        let holds = [Some(canonical), ask.library.home(ask.scope, slug)]
            .into_iter()
            .flatten()
            .find(|path| fs::symlink_metadata(path).map_or_else(|e| e.kind() != io::ErrorKind::NotFound, |_| true));
        match holds {
            Some(path) => {
                let reason = "what is there is no skill: it has no readable SKILL.md".to_owned();
                self.refused.push(Refused { path, slug: Some(slug.clone()), reason });
            }
            None => self.missing.push(slug.clone()),
        }
    }
}
