//! The folders in a scope that hold skill folders, and what lies in them, each real folder once.
//!
//! A shelf (an agent's folder) may be a link, and so may a skill folder on it. Both are resolved before they are
//! compared. Only names are looked at; no file is opened.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::fs;
use std::io;
use std::path::Component;
use std::path::Path;
use std::path::PathBuf;

use crate::error::Error;
use crate::error::Result;
use crate::store::real_path::real_path;
use crate::store::scope::AgentFolder;
use crate::store::scope::Scope;

/// A real folder that is seen on one or more shelves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Candidate {
    /// Where the files lie, as a person writes it: on a shelf where it lies itself, else the real path.
    pub(super) path: PathBuf,
    /// The real path.
    pub(super) real: PathBuf,
    /// Whether it lies on a shelf itself; else only links lead to it.
    pub(super) direct: bool,
    /// The rank of the first shelf it was seen on; the canonical one is 0.
    pub(super) rank: usize,
    /// Its name in the canonical folder, when it is seen there.
    pub(super) canonical_name: Option<String>,
    /// The links that lead to it.
    pub(super) links: Vec<PathBuf>,
    /// The agents that see it.
    pub(super) agents: Vec<String>,
}

/// What lies on the shelves.
#[derive(Debug, Default)]
pub(super) struct Survey {
    pub(super) candidates: Vec<Candidate>,
    /// Where each real path is among them.
    places: HashMap<PathBuf, usize>,
    /// Links that lead nowhere.
    pub(super) dead_links: Vec<PathBuf>,
    /// Agents' folders that cannot be read.
    pub(super) unreadable: Vec<(PathBuf, String)>,
}

/// Where a home-made skill is noted to lie.
#[derive(Debug)]
pub(super) struct Home {
    /// As it is noted.
    pub(super) path: PathBuf,
    /// The real path.
    pub(super) real: PathBuf,
}

struct Shelf {
    path: PathBuf,
    real: PathBuf,
    agents: Vec<String>,
}

/// Looks at the canonical folder, the agents' folders and the known places of home-made skills, in this order.
///
/// # Errors
/// When the canonical folder is there and cannot be read: it must not look empty.
pub(super) fn survey<'a>(
    scope: &Scope,
    folders: &[AgentFolder],
    homes: impl Iterator<Item = &'a Home>,
) -> Result<Survey> {
    let mut survey = Survey::default();
    for (rank, shelf) in shelves(scope, folders).iter().enumerate() {
        let entries = match fs::read_dir(&shelf.path) {
            Ok(entries) => entries,
            Err(e) if e.kind() == io::ErrorKind::NotFound => continue,
            Err(e) if rank == 0 => return Err(Error::io("read", &shelf.path, e)),
            Err(e) => {
                survey.unreadable.push((shelf.path.clone(), e.to_string()));
                continue;
            }
        };
        let told = |entry: fs::DirEntry| (entry.file_name(), entry.file_type().ok());
        let mut names: Vec<_> = entries.flatten().map(told).collect();
        names.sort_by(|(a, _), (b, _)| a.cmp(b));
        // What begins with a dot is a tool's own: staging, a system folder.
        for (name, kind) in names.iter().filter(|(name, _)| !name.as_encoded_bytes().starts_with(b".")) {
            survey.see(shelf, rank, Path::new(name), *kind);
        }
    }
    for home in homes {
        // One that a shelf only links to stays so: that it is noted here does not make it an agent's own folder.
        if !survey.places.contains_key(&home.real) && home.real.is_dir() {
            survey.add(Candidate {
                path: home.path.clone(),
                real: home.real.clone(),
                direct: true,
                rank: usize::MAX,
                canonical_name: None,
                links: Vec::new(),
                agents: Vec::new(),
            });
        }
    }
    Ok(survey)
}

/// The real folders to look into; the canonical one first, agents that share one together.
fn shelves(scope: &Scope, folders: &[AgentFolder]) -> Vec<Shelf> {
    let canonical = scope.skills();
    let mut shelves = vec![Shelf { real: real_path(&canonical), path: canonical, agents: Vec::new() }];
    for folder in folders {
        let real = real_path(&folder.folder);
        match shelves.iter_mut().find(|shelf| shelf.real == real) {
            Some(shelf) => shelf.agents.push(folder.id.clone()),
            None => shelves.push(Shelf { path: folder.folder.clone(), real, agents: vec![folder.id.clone()] }),
        }
    }
    shelves
}

impl Survey {
    fn see(&mut self, shelf: &Shelf, rank: usize, name: &Path, kind: Option<fs::FileType>) {
        let path = shelf.path.join(name);
        let real = match kind {
            // What is no link lies where its shelf does.
            Some(kind) if kind.is_dir() => shelf.real.join(name),
            Some(kind) if kind.is_file() => return,
            _ => match self.goal(shelf, &path).map_or_else(|| fs::canonicalize(&path), Ok) {
                Ok(real) if real.is_dir() => real,
                Ok(_) => return,
                Err(_) => {
                    if fs::symlink_metadata(&path).is_ok_and(|meta| meta.file_type().is_symlink()) {
                        self.dead_links.push(path);
                    }
                    return;
                }
            },
        };
        let direct = real == shelf.real.join(name);
        self.add(Candidate {
            links: if direct { Vec::new() } else { vec![path.clone()] },
            path: if direct { path } else { real.clone() },
            canonical_name: if rank == 0 { name.to_str().map(str::to_owned) } else { None },
            real,
            direct,
            rank,
            agents: shelf.agents.clone(),
        });
    }

    /// Where a link leads, if its text is enough to tell: the way up from the shelf's real folder, and down to a folder
    /// that was seen already. Both are real, so no other link lies on it.
    fn goal(&self, shelf: &Shelf, link: &Path) -> Option<PathBuf> {
        let text = fs::read_link(link).ok()?;
        let mut goal = shelf.real.clone();
        let mut down = false;
        for part in text.components() {
            match part {
                Component::ParentDir if !down => drop(goal.pop()),
                Component::Normal(name) => {
                    goal.push(name);
                    down = true;
                }
                _ => return None,
            }
        }
        self.places.contains_key(&goal).then_some(goal)
    }

    fn add(&mut self, new: Candidate) {
        let known = match self.places.entry(new.real.clone()) {
            Entry::Vacant(place) => {
                place.insert(self.candidates.len());
                self.candidates.push(new);
                return;
            }
            Entry::Occupied(place) => &mut self.candidates[*place.get()],
        };
        if new.direct && !known.direct {
            known.path = new.path;
            known.direct = true;
        }
        known.canonical_name = known.canonical_name.take().or(new.canonical_name);
        known.links.extend(new.links);
        for agent in new.agents {
            if !known.agents.contains(&agent) {
                known.agents.push(agent);
            }
        }
    }
}
