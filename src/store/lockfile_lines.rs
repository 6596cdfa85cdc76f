//! The short way to read a lockfile: line by line, where it is exactly as this program writes it.
//!
//! A lockfile of a thousand skills is read at every command, and a reader of all of TOML takes longer for it than the disk.
//! What was read is written again and compared with the text, so nothing else is ever taken; for anything else there is
//! the reader of TOML, with its errors.

use skillzdrive_wire::ContentSha;
use skillzdrive_wire::Slug;

use crate::store::lockfile::LockedSkill;
use crate::store::lockfile::Lockfile;

/// The lockfile of this text; `None` when it is not one that the program wrote just so.
pub(super) fn read(text: &str) -> Option<Lockfile> {
    let mut lockfile = Lockfile::default();
    let mut skill: Option<Part<'_>> = None;
    for line in text.strip_prefix("version = 1\n")?.lines() {
        if let Some(name) = line.strip_prefix("[skill.").and_then(|rest| rest.strip_suffix(']')) {
            if let Some(part) = skill.replace(Part { name, ..Part::default() }) {
                part.enter(&mut lockfile)?;
            }
        } else if !line.is_empty() {
            let (key, value) = line.split_once(" = ")?;
            match &mut skill {
                Some(part) => part.take(key, value)?,
                None if key == "server" => lockfile.server = Some(text_of(value)?.to_owned()),
                None => return None,
            }
        }
    }
    if let Some(part) = skill {
        part.enter(&mut lockfile)?;
    }
    (lockfile.render() == text).then_some(lockfile)
}

/// What was read of one skill.
#[derive(Default)]
struct Part<'a> {
    name: &'a str,
    version: Option<u64>,
    content_sha: Option<&'a str>,
    tree_sha: Option<&'a str>,
    owner: Option<&'a str>,
    source: Option<&'a str>,
    pinned: bool,
}

impl<'a> Part<'a> {
    fn take(&mut self, key: &str, value: &'a str) -> Option<()> {
        match key {
            "version" => self.version = Some(value.parse().ok()?),
            "content_sha" => self.content_sha = Some(text_of(value)?),
            "tree_sha" => self.tree_sha = Some(text_of(value)?),
            "owner" => self.owner = Some(text_of(value)?),
            "source" => self.source = Some(text_of(value)?),
            "pinned" => self.pinned = value == "true",
            _ => return None,
        }
        Some(())
    }

    fn enter(self, lockfile: &mut Lockfile) -> Option<()> {
        let sha = |text: &str| ContentSha::new(text).ok();
        let skill = LockedSkill {
            version: self.version,
            content_sha: sha(self.content_sha?)?,
            tree_sha: match self.tree_sha {
                Some(text) => Some(sha(text)?),
                None => None,
            },
            owner: self.owner.map(str::to_owned),
            source: self.source?.to_owned(),
            pinned: self.pinned,
            accepted: Vec::new(),
        };
        lockfile.skills.insert(Slug::new(self.name).ok()?, skill);
        Some(())
    }
}

/// A text in quotes in which nothing has a meaning of its own.
fn text_of(value: &str) -> Option<&str> {
    let text = value.strip_prefix('"')?.strip_suffix('"')?;
    (!text.contains(['\\', '"'])).then_some(text)
}
