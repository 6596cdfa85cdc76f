//! Reading `SKILL.md` itself, from a folder or from bytes. Only its front matter is looked at.

use std::fs;
use std::fs::File;
use std::io::Read;
use std::path::Path;

use crate::SKILL_FILE;
use crate::error::Refusal;
use crate::error::SkillError;
use crate::front_matter::FrontMatter;
use crate::front_matter::FrontMatterError;
use crate::front_matter::MOST_BYTES;
use crate::front_matter::parse_lenient;

/// The front matter of the skill in a folder, read leniently, with warnings. The body is not read.
///
/// # Errors
/// [`SkillError::Io`] if there is no readable `SKILL.md`, [`SkillError::FrontMatter`] if it has none that can be read.
pub fn front_matter_of(dir: &Path) -> Result<(FrontMatter, Vec<String>), SkillError> {
    let path = dir.join(SKILL_FILE);
    // Room for the fences around the longest front matter.
    let limit = MOST_BYTES as u64 + 64;
    // A pipe of that name would keep the open waiting for ever.
    if !fs::metadata(&path).map_err(SkillError::io("read", &path))?.is_file() {
        return Err(SkillError::refused(SKILL_FILE, Refusal::Special));
    }
    let mut content = Vec::new();
    let file = File::open(&path).map_err(SkillError::io("read", &path))?;
    file.take(limit).read_to_end(&mut content).map_err(SkillError::io("read", &path))?;
    parse(&path.display().to_string(), &content)
}

/// The front matter of the bytes of a `SKILL.md`. The body may be anything, but the front matter is UTF-8.
pub(crate) fn parse(path: &str, content: &[u8]) -> Result<(FrontMatter, Vec<String>), SkillError> {
    let fail = |source| SkillError::FrontMatter { path: path.to_owned(), source };
    let error = match std::str::from_utf8(content) {
        Ok(text) => return parse_lenient(text).map_err(fail),
        Err(error) => error,
    };
    let valid = std::str::from_utf8(&content[..error.valid_up_to()]).unwrap_or_default();
    match parse_lenient(valid) {
        Err(FrontMatterError::Unclosed | FrontMatterError::Missing) => Err(fail(FrontMatterError::NotUtf8)),
        other => other.map_err(fail),
    }
}
