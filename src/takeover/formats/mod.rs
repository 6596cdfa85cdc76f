//! The files of other tools, each as a function from text to claims. Pure: no disk, no network.
//!
//! What is not understood is said and left out; nothing is guessed. A file of another version than the ones that are
//! known here is not read at all, because its fields may mean something else.

mod apm;
mod clawhub;
mod gh;
mod openskills;
mod skillfile;
mod skills;

use serde_json::Map;
use serde_json::Value;
use skillzdrive_wire::Slug;

pub(crate) use gh::front_matter;

use crate::takeover::claim::Claim;
use crate::takeover::claim::Tool;
use crate::takeover::claim::short;

/// A file that is larger is not read, in bytes.
pub(crate) const MOST_BYTES: u64 = 4 << 20;
/// More skills than this are not read of one file.
const MOST_SKILLS: usize = 5_000;
/// More notes than this are not made of one file.
const MOST_NOTES: usize = 50;

/// A sort of file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    /// `skills-lock.json`.
    SkillsProject,
    /// `.skill-lock.json`.
    SkillsGlobal,
    /// `.openskills.json`, inside a skill; the slug is its folder's.
    Openskills,
    /// `.clawhub/lock.json`.
    ClawhubLock,
    /// `.clawhub/origin.json`, inside a skill.
    ClawhubOrigin,
    /// `Skillfile`.
    Skillfile,
    /// `Skillfile.lock`.
    SkillfileLock,
    /// `apm.lock.yaml`.
    Apm,
}

impl Format {
    /// Whose it is.
    pub(crate) fn tool(self) -> Tool {
        match self {
            Self::SkillsProject | Self::SkillsGlobal => Tool::Skills,
            Self::Openskills => Tool::Openskills,
            Self::ClawhubLock | Self::ClawhubOrigin => Tool::Clawhub,
            Self::Skillfile | Self::SkillfileLock => Tool::Skillfile,
            Self::Apm => Tool::Apm,
        }
    }
}

/// What was understood of a file, and in sentences what was not.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Read {
    /// What it says of skills.
    pub(crate) claims: Vec<Claim>,
    /// What was left out and why.
    pub(crate) notes: Vec<String>,
}

/// Why a whole file was not read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Unread {
    /// It is too large.
    #[error("it is larger than {} MiB", MOST_BYTES >> 20)]
    TooLarge,
    /// It is no UTF-8.
    #[error("it is no text")]
    NotText,
    /// It is not what its name says.
    #[error("it cannot be read: {0}")]
    Syntax(String),
    /// A version that is not known here.
    #[error("its version {0} is not known; {1} is")]
    Version(String, &'static str),
    /// A link, a folder or something else that is not read.
    #[error("{0}")]
    Refused(String),
}

/// Reads a file's text. `within` is the folder's name for a file that lies in its skill.
///
/// # Errors
/// [`Unread`] when nothing of it is used.
pub(crate) fn read(format: Format, bytes: &[u8], within: &str) -> Result<Read, Unread> {
    if bytes.len() as u64 > MOST_BYTES {
        return Err(Unread::TooLarge);
    }
    let text = std::str::from_utf8(bytes).map_err(|_| Unread::NotText)?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    match format {
        Format::SkillsProject => skills::read(text, 1, "1"),
        Format::SkillsGlobal => skills::read(text, 3, "3"),
        Format::Openskills => openskills::read(text, within),
        Format::ClawhubLock => clawhub::read_lock(text),
        Format::ClawhubOrigin => clawhub::read_origin(text),
        Format::Skillfile => Ok(skillfile::read(text)),
        Format::SkillfileLock => skillfile::read_lock(text),
        Format::Apm => apm::read(text),
    }
}

impl Read {
    /// Notes something; after so many it is only said that there is more.
    fn note(&mut self, what: impl Into<String>) {
        match self.notes.len() {
            less if less < MOST_NOTES => self.notes.push(what.into()),
            MOST_NOTES => self.notes.push("and more".to_owned()),
            _ => {}
        }
    }

    /// Whether one more skill may be read.
    fn has_room(&mut self) -> bool {
        if self.claims.len() < MOST_SKILLS {
            return true;
        }
        let full = format!("only the first {MOST_SKILLS} skills were read");
        if self.notes.last() != Some(&full) {
            self.notes.push(full);
        }
        false
    }

    /// A name as a slug; what is none is noted.
    fn slug(&mut self, name: &str) -> Option<Slug> {
        let slug = Slug::new(name).ok();
        if slug.is_none() {
            self.note(format!("`{}` has no name that a skill can have here", escaped(name)));
        }
        slug
    }
}

/// A stranger's text inside a sentence.
fn escaped(text: &str) -> String {
    short(text).escape_debug().to_string()
}

/// A JSON object of a version.
fn object(text: &str) -> Result<Map<String, Value>, Unread> {
    match serde_json::from_str(text) {
        Ok(Value::Object(object)) => Ok(object),
        Ok(_) => Err(Unread::Syntax("it is no JSON object".to_owned())),
        Err(error) => Err(Unread::Syntax(error.to_string())),
    }
}

/// The map `skills` of a JSON file of one version.
fn skills_of(text: &str, version: u64, known: &'static str) -> Result<Map<String, Value>, Unread> {
    let mut object = object(text)?;
    match object.get("version") {
        Some(Value::Number(number)) if number.as_u64() == Some(version) => {}
        Some(other) => return Err(Unread::Version(escaped(&other.to_string()), known)),
        None => return Err(Unread::Version("(none)".to_owned(), known)),
    }
    match object.remove("skills") {
        Some(Value::Object(skills)) => Ok(skills),
        None => Ok(Map::new()),
        Some(_) => Err(Unread::Syntax("`skills` is no JSON object".to_owned())),
    }
}

/// A field that is a text and not empty.
fn text<'a>(entry: &'a Map<String, Value>, field: &str) -> Option<&'a str> {
    entry.get(field).and_then(Value::as_str).filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests;
