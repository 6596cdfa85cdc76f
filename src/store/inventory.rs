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
use crate::store::real_path::RealPaths;
use crate::store::scope::AgentFolder;
use crate::store::scope::Scope;
use crate::store::shelves;
use crate::store::shelves::Home;
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
    let mut ways = RealPaths::default();
    let home = |slug| {
        let path = ask.library.home(ask.scope, slug)?;
        Some((slug, Home { real: ways.of(&path), path }))
    };
    let homes: BTreeMap<&Slug, Home> = ask.library.home_made().filter_map(home).collect();
    let survey = shelves::survey(ask.scope, ask.folders, homes.values())?;
    let look = Look::new(ask, ForeignLocks::read(ask.scope), &homes);
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
                let elsewhere = homes.get(&found.slug).is_none_or(|home| home.real != candidate.real);
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

#[cfg(unix)]
#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "tests arrange files directly")]
mod tests {
    use std::os::unix::fs::symlink;
    use std::path::Path;

    use skillzdrive_skill::PackOptions;
    use skillzdrive_skill::digest_dir;

    use super::*;
    use crate::store::lockfile::LockedSkill;
    use crate::store::paths::Paths;
    use crate::store::settings::LinkMode;

    struct Home {
        _dir: tempfile::TempDir,
        paths: Paths,
        scope: Scope,
        lockfile: Lockfile,
        library: Library,
    }

    impl Home {
        fn new() -> Self {
            let dir = tempfile::tempdir().unwrap();
            let home = fs::canonicalize(dir.path()).unwrap();
            let paths = Paths::below(&home, &home.join("own"));
            let scope = Scope::global(&paths);
            Self { _dir: dir, paths, scope, lockfile: Lockfile::default(), library: Library::default() }
        }

        fn at(&self, path: &str) -> PathBuf {
            self.paths.home.join(path)
        }

        fn skill(&self, path: &str, name: &str, text: &str) {
            fs::create_dir_all(self.at(path)).unwrap();
            let text = format!("---\nname: {name}\ndescription: about {name}\n---\n{text}\n");
            fs::write(self.at(path).join("SKILL.md"), text).unwrap();
        }

        fn lock(&mut self, slug: &str, path: &str) -> ContentSha {
            let tree = digest_dir(&self.at(path), &PackOptions::installed()).unwrap().sha;
            let sha = ContentSha::new(&"a".repeat(64)).unwrap();
            self.lockfile.skills.insert(Slug::new(slug).unwrap(), LockedSkill::new(sha.clone(), &tree, Some(1)));
            sha
        }

        fn take(&self, folders: &[&str]) -> Inventory {
            self.take_with(folders, &mut Fingerprints::read(&self.paths))
        }

        fn take_with(&self, folders: &[&str], fingerprints: &mut Fingerprints) -> Inventory {
            let folders: Vec<AgentFolder> = folders
                .iter()
                .map(|folder| AgentFolder {
                    id: (*folder).to_owned(),
                    name: (*folder).to_owned(),
                    folder: self.at(folder),
                    mode: LinkMode::Link,
                })
                .collect();
            let ask = Ask { scope: &self.scope, folders: &folders, lockfile: &self.lockfile, library: &self.library };
            take(&ask, fingerprints).unwrap()
        }
    }

    fn names(inventory: &Inventory) -> Vec<&str> {
        inventory.skills.keys().map(Slug::as_str).collect()
    }

    #[test]
    fn a_folder_that_is_a_link_to_the_canonical_one_is_counted_once() {
        let home = Home::new();
        home.skill(".agents/skills/a", "a", "1");
        fs::create_dir(home.at(".claude")).unwrap();
        symlink("../.agents/skills", home.at(".claude/skills")).unwrap();
        let inventory = home.take(&[".claude/skills"]);
        let found = &inventory.skills["a"];
        assert_eq!(found.path, home.at(".agents/skills/a"));
        assert_eq!((found.agents.as_slice(), found.linked_from.len()), (&[".claude/skills".to_owned()][..], 0));
        assert!(found.swappable && found.home_made && inventory.twins.is_empty() && found.copies.is_empty());
    }

    #[test]
    fn dotfiles_repositories_are_read_and_told_apart() {
        let home = Home::new();
        // The agent's whole folder lives in a repository: its skills can be exchanged inside it.
        home.skill("dotfiles/claude/skills/in-repo", "in-repo", "1");
        symlink("dotfiles/claude", home.at(".claude")).unwrap();
        // One skill is a link out of the folder: it cannot.
        home.skill("dotfiles/skills/linked", "linked", "1");
        fs::create_dir_all(home.at(".agents/skills")).unwrap();
        symlink("../../dotfiles/skills/linked", home.at(".agents/skills/linked")).unwrap();
        // A checkout is somebody's work.
        home.skill(".agents/skills/checkout", "checkout", "1");
        fs::create_dir(home.at(".agents/skills/checkout/.git")).unwrap();
        // The canonical folder links to a home-made skill in an agent's.
        symlink("../../.claude/skills/in-repo", home.at(".agents/skills/in-repo")).unwrap();
        let inventory = home.take(&[".claude/skills"]);
        assert_eq!(names(&inventory), ["checkout", "in-repo", "linked"]);
        let swappable = |slug: &str| inventory.skills[slug].swappable;
        assert_eq!((swappable("checkout"), swappable("in-repo"), swappable("linked")), (false, true, false));
        assert_eq!(inventory.skills["in-repo"].path, home.at(".claude/skills/in-repo"));
        assert_eq!(inventory.skills["linked"].path, home.at("dotfiles/skills/linked"));
        assert_eq!(inventory.skills["linked"].linked_from, [home.at(".agents/skills/linked")]);
    }

    #[test]
    fn the_same_bytes_are_one_skill_and_other_bytes_a_conflict() {
        let home = Home::new();
        home.skill(".agents/skills/same", "same", "1");
        home.skill(".claude/skills/same", "same", "1");
        home.skill(".agents/skills/differs", "differs", "1");
        home.skill(".claude/skills/other-name", "differs", "2");
        let inventory = home.take(&[".claude/skills"]);
        assert_eq!(names(&inventory), ["differs", "same"]);
        assert_eq!(inventory.skills["same"].copies, [home.at(".claude/skills/same")]);
        let slug = Slug::new("differs").unwrap();
        assert_eq!((inventory.twins.len(), &inventory.twins[0].slug), (1, &slug));
        let places: Vec<&Path> = inventory.twins[0].places.iter().map(|(path, _)| path.as_path()).collect();
        assert_eq!(places, [home.at(".agents/skills/differs"), home.at(".claude/skills/other-name")]);
        assert_eq!(inventory.skills[&slug].path, home.at(".agents/skills/differs"));
    }

    #[test]
    fn states_come_from_the_lockfile_and_absence_is_certain() {
        let mut home = Home::new();
        for slug in ["clean", "edited", "gone", "emptied"] {
            home.skill(&format!(".agents/skills/{slug}"), "another-name", "1");
            home.lock(slug, &format!(".agents/skills/{slug}"));
        }
        home.skill(".agents/skills/edited", "another-name", "2");
        fs::remove_dir_all(home.at(".agents/skills/gone")).unwrap();
        fs::remove_file(home.at(".agents/skills/emptied/SKILL.md")).unwrap();
        fs::create_dir_all(home.at(".agents/skills/no-skill")).unwrap();
        symlink("nowhere", home.at(".agents/skills/dead")).unwrap();
        home.skill(".agents/skills/My Skill", "my-skill", "1");
        home.skill(".agents/skills/ÄÖ", "Größe", "1");
        home.skill(".agents/skills/leaves", "leaves", "1");
        symlink("/etc", home.at(".agents/skills/leaves/out")).unwrap();
        let inventory = home.take(&[]);
        assert_eq!(names(&inventory), ["clean", "edited", "my-skill"]);
        let clean = &inventory.skills["clean"];
        assert_eq!((clean.state, clean.content_sha.as_str()), (State::Clean, "a".repeat(64).as_str()));
        assert!(!clean.home_made);
        let edited = &inventory.skills["edited"];
        assert_eq!((edited.state, &edited.content_sha), (State::Modified, &edited.tree_sha));
        assert_eq!(inventory.skills["my-skill"].path, home.at(".agents/skills/My Skill"));
        assert_eq!(inventory.missing, [Slug::new("gone").unwrap()]);
        assert!(inventory.is_refused(&Slug::new("emptied").unwrap()));
        assert!(inventory.is_refused(&Slug::new("leaves").unwrap()));
        assert_eq!(inventory.refused.len(), 3);
        assert_eq!(inventory.not_skills, 2);
        assert_eq!(inventory.dead_links, [home.at(".agents/skills/dead")]);
    }

    #[test]
    fn skillignore_counts_for_what_the_person_wrote() {
        let mut home = Home::new();
        for slug in ["mine", "theirs", "sent"] {
            let path = format!(".agents/skills/{slug}");
            home.skill(&path, slug, "1");
            fs::write(home.at(&path).join(".skillignore"), "notes.txt\n").unwrap();
            fs::write(home.at(&path).join("notes.txt"), "private").unwrap();
        }
        home.lock("theirs", ".agents/skills/theirs");
        // A skill of one's own that was sent: the library knows it, and the lockfile holds the digest without the notes.
        let slug = Slug::new("sent").unwrap();
        home.library.set_home(&home.scope, &slug, &home.at(".agents/skills/sent"));
        let own = digest_dir(&home.at(".agents/skills/sent"), &PackOptions::own()).unwrap().sha;
        home.lockfile.skills.insert(slug.clone(), LockedSkill::new(own.clone(), &own, Some(1)));
        let inventory = home.take(&[]);
        assert_eq!(inventory.skills["theirs"].state, State::Clean);
        assert!(inventory.skills["theirs"].left_out.is_empty());
        assert_eq!((inventory.skills["sent"].state, inventory.skills["sent"].home_made), (State::Clean, true));
        assert_eq!(inventory.skills["mine"].left_out.len(), 1);
        assert_eq!(inventory.skills["mine"].state, State::Untracked);
    }

    #[test]
    fn noted_slugs_and_homes_are_followed() {
        let mut home = Home::new();
        home.skill(".goose/skills/x", "x", "1");
        let slug = Slug::new("me-x").unwrap();
        home.library.rename(&home.scope, &home.at(".goose/skills/x"), &slug);
        home.library.set_home(&home.scope, &slug, &home.at(".goose/skills/x"));
        // The agent is not looked at any more, but the skill is not lost.
        assert_eq!(home.take(&[]).skills[&slug].path, home.at(".goose/skills/x"));
        // A home comes before the canonical folder.
        home.skill(".agents/skills/me-x", "me-x", "2");
        let inventory = home.take(&[".goose/skills"]);
        assert_eq!(inventory.skills[&slug].path, home.at(".goose/skills/x"));
        assert_eq!(inventory.twins[0].slug, slug);
    }

    #[test]
    fn where_nothing_changed_nothing_is_hashed() {
        let home = Home::new();
        for slug in ["a", "b", "c"] {
            home.skill(&format!(".agents/skills/{slug}"), slug, "1");
        }
        let mut fingerprints = Fingerprints::read(&home.paths);
        assert_eq!(home.take_with(&[], &mut fingerprints).hashed, 3);
        // Just written files are not trusted yet.
        fingerprints.save().unwrap();
        assert_eq!(home.take(&[]).hashed, 3);
        fingerprints.age();
        fingerprints.save().unwrap();
        let first = home.take_with(&[], &mut fingerprints);
        assert_eq!(first.hashed, 0);
        home.skill(".agents/skills/b", "b", "2");
        let second = home.take(&[]);
        assert_eq!(second.hashed, 1);
        assert_ne!(first.skills["b"].tree_sha, second.skills["b"].tree_sha);
        fs::write(home.paths.state.join("fingerprints.json"), "damaged").unwrap();
        assert_eq!(home.take(&[]).skills, second.skills);
    }

    #[cfg(unix)]
    #[test]
    fn an_unreadable_canonical_folder_is_not_an_empty_one() {
        let home = Home::new();
        fs::create_dir_all(home.at(".agents")).unwrap();
        fs::write(home.at(".agents/skills"), "a file").unwrap();
        let ask = Ask { scope: &home.scope, folders: &[], lockfile: &home.lockfile, library: &home.library };
        assert!(take(&ask, &mut Fingerprints::default()).is_err());
    }
}
