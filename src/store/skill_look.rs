//! The look at one folder of an inventory: is it a skill, which one, what do its files hash to. Run on several threads.

use std::collections::BTreeMap;
use std::fs;
use std::io::Read as _;
use std::path::Path;

use skillzdrive_skill::FrontMatter;
use skillzdrive_skill::SKILL_FILE;
use skillzdrive_skill::is_skill;
use skillzdrive_skill::parse_lenient;
use skillzdrive_skill::slug_of;
use skillzdrive_wire::Slug;

use crate::store::fingerprints::Digest;
use crate::store::fingerprints::Fingerprints;
use crate::store::fingerprints::Taken;
use crate::store::foreign::ForeignLocks;
use crate::store::inventory::Ask;
use crate::store::inventory::Found;
use crate::store::inventory::Refused;
use crate::store::inventory::State;
use crate::store::shelves::Candidate;
use crate::store::shelves::Home;
use crate::store::threads;

/// Front matter stands at the beginning: more of a `SKILL.md` is not read for it.
const FRONT: u64 = 256 << 10;

/// What a folder turned out to be.
pub(super) enum Seen {
    /// No skill.
    NoSkill,
    /// A skill that cannot be read as one.
    Refused(Refused),
    /// A skill.
    Skill { found: Box<Found>, taken: Option<Taken>, hashed: bool },
}

/// What every look needs to know.
pub(super) struct Look<'a> {
    ask: &'a Ask<'a>,
    foreign: ForeignLocks,
    /// The home-made skills by the real path of where they lie.
    homes: BTreeMap<&'a Path, &'a Slug>,
}

impl<'a> Look<'a> {
    pub(super) fn new(ask: &'a Ask<'a>, foreign: ForeignLocks, homes: &'a BTreeMap<&'a Slug, Home>) -> Self {
        let homes = homes.iter().map(|(slug, home)| (home.real.as_path(), *slug)).collect();
        Self { ask, foreign, homes }
    }

    fn one(&self, candidate: &Candidate, fingerprints: &Fingerprints) -> Seen {
        let locked_name = candidate
            .canonical_name
            .as_deref()
            .and_then(|name| self.ask.lockfile.skills.get_key_value(name).map(|(slug, _)| slug.clone()));
        let glance = fingerprints.glance(&candidate.real);
        if !glance.is_known() && !is_skill(&candidate.real) {
            return Seen::NoSkill;
        }
        let read = glance.front().or_else(|| front_matter(&candidate.real));
        let front = match (read.clone(), &locked_name) {
            (Some(front), _) => front,
            // What the lockfile names is a skill whatever its front matter became.
            (None, Some(_)) => FrontMatter::default(),
            (None, None) => return Seen::NoSkill,
        };
        let Some(slug) = locked_name.or_else(|| self.slug(candidate, &front)) else {
            let reason = "neither its front matter nor its folder has a name that can be a slug".to_owned();
            return Seen::Refused(Refused { path: candidate.path.clone(), slug: None, reason });
        };
        let locked = self.ask.lockfile.skills.get(&slug);
        let home_made = locked.is_none() || self.homes.contains_key(candidate.real.as_path());
        let (digest, taken) = match glance.digest(home_made, read.as_ref()) {
            Ok(done) => done,
            Err(error) => {
                let mut reason = error.to_string();
                if let Some(cause) = std::error::Error::source(&error) {
                    reason = format!("{reason}: {cause}");
                }
                return Seen::Refused(Refused { path: candidate.path.clone(), slug: Some(slug), reason });
            }
        };
        let Digest { sha, size, left_out, hashed } = digest;
        let (state, content_sha) = match locked {
            Some(locked) if *locked.tree() == sha => (State::Clean, locked.content_sha.clone()),
            Some(_) => (State::Modified, sha.clone()),
            None => (State::Untracked, sha.clone()),
        };
        let foreign_tool = if locked.is_none() { self.foreign.tool_of(&candidate.path, &front) } else { None };
        // A repository is left out of every digest, and so it is named with what is.
        let swappable = candidate.direct && !left_out.iter().any(|left| left.path.eq_ignore_ascii_case(".git"));
        let found = Found {
            slug,
            path: candidate.path.clone(),
            state,
            content_sha,
            tree_sha: sha,
            size,
            name: front.name,
            description: front.description,
            home_made,
            linked_from: candidate.links.clone(),
            copies: Vec::new(),
            agents: candidate.agents.clone(),
            swappable,
            left_out,
            foreign_tool,
        };
        Seen::Skill { found: Box::new(found), taken, hashed }
    }

    /// The slug of a folder that the lockfile does not name: what is noted, else its front matter, else its name.
    fn slug(&self, candidate: &Candidate, front: &FrontMatter) -> Option<Slug> {
        if let Some(slug) = self.ask.library.renamed(self.ask.scope, &candidate.real) {
            return Some(slug.clone());
        }
        if let Some(slug) = self.homes.get(candidate.real.as_path()) {
            return Some((*slug).clone());
        }
        let name = candidate.path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        slug_of(front, name)
    }
}

/// Looks at all candidates on as many threads as the machine has cores; the answers are in the order of ranks and paths.
pub(super) fn all(look: &Look<'_>, candidates: Vec<Candidate>, fingerprints: &Fingerprints) -> Vec<(Candidate, Seen)> {
    let mut seen = threads::each(candidates, |candidate| {
        let seen = look.one(&candidate, fingerprints);
        (candidate, seen)
    });
    seen.sort_by(|(a, _), (b, _)| (a.rank, &a.path).cmp(&(b.rank, &b.path)));
    seen
}

/// The front matter of a skill's folder; `None` when it cannot be read.
fn front_matter(folder: &Path) -> Option<FrontMatter> {
    let mut bytes = Vec::new();
    fs::File::open(folder.join(SKILL_FILE)).ok()?.take(FRONT).read_to_end(&mut bytes).ok()?;
    let text = match std::str::from_utf8(&bytes) {
        Ok(text) => text,
        // The last character may have been cut by the limit; anything else is no text.
        Err(e) if e.error_len().is_none() => std::str::from_utf8(&bytes[..e.valid_up_to()]).ok()?,
        Err(_) => return None,
    };
    parse_lenient(text).ok().map(|(front, _)| front)
}
