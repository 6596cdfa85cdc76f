//! What is to be scanned: from the words of a command line to skills with their files.

use std::path::Path;
use std::path::PathBuf;

use skillzdrive_scan::Source;
use skillzdrive_scan::Suppressions;
use skillzdrive_skill::Limits;
use skillzdrive_skill::find_skills;
use skillzdrive_skill::open_zip;
use skillzdrive_wire::Slug;

use super::ScanArgs;
use crate::context::Context;
use crate::error::Error;
use crate::error::Kind;
use crate::error::Result;
use crate::installer::here::Here;
use crate::nearest;
use crate::scanning::Files;
use crate::scanning::Subject;
use crate::ui::clean;

/// A skill to be scanned.
pub(super) struct Target {
    /// What is to be scanned. A skill in a folder that a person names is taken for their own; what is packed, and what
    /// lies where agents read skills, is somebody else's.
    pub(super) subject: Subject,
    /// Where it lies.
    pub(super) place: PathBuf,
}

impl Target {
    /// Everything that a command line names.
    pub(super) fn find(ctx: &Context, args: &ScanArgs) -> Result<Vec<Self>> {
        if args.installed {
            let here = Here::look(&ctx.paths, &ctx.scope(args.scope))?;
            return Ok(here.inventory.skills.values().map(|found| Self::installed(&found.slug, &found.path)).collect());
        }
        let here = [".".to_owned()];
        let words = if args.what.is_empty() { &here[..] } else { &args.what[..] };
        let mut targets = Vec::new();
        for word in words {
            targets.extend(Self::named(ctx, args, word)?);
        }
        Ok(targets)
    }

    fn named(ctx: &Context, args: &ScanArgs, word: &str) -> Result<Vec<Self>> {
        let path = ctx.cwd.join(word);
        if path.is_dir() {
            return Self::folder(&path);
        }
        if path.is_file() {
            return Ok(vec![Self::package(&path)?]);
        }
        let Ok(slug) = Slug::new(word) else {
            let what = clean::line(word);
            return Err(Error::usage(format!("`{what}` is not a folder, package or slug that is there"))
                .code("path_not_found")
                .hint("name a folder with a SKILL.md, a .zip or .skill file, or an installed skill"));
        };
        let here = Here::look(&ctx.paths, &ctx.scope(args.scope))?;
        match here.inventory.skills.get(&slug) {
            Some(found) => Ok(vec![Self::installed(&slug, &found.path)]),
            None => {
                let error = Error::new(Kind::NotFound, format!("there is no skill `{slug}` here, and no such folder"));
                let known = here.inventory.skills.keys().map(Slug::as_str);
                Err(match nearest::did_you_mean(slug.as_str(), known) {
                    Some(hint) => error.hint(hint),
                    None => error.hint("skillzdrive list shows what is installed"),
                })
            }
        }
    }

    fn installed(slug: &Slug, path: &Path) -> Self {
        Self { subject: Subject::of_stranger(slug.as_str(), path), place: path.to_path_buf() }
    }

    /// A folder that is a skill, or the skills below it. One that is neither is read all the same: that it has no SKILL.md
    /// is a finding.
    fn folder(path: &Path) -> Result<Vec<Self>> {
        let mut folders = find_skills(path).map_err(Error::from)?;
        if folders.is_empty() {
            folders.push(path.to_path_buf());
        }
        let own = |folder: PathBuf| {
            let real = folder.canonicalize().unwrap_or_else(|_| folder.clone());
            let suppressions = if is_read_by_agents(&real) { Suppressions::Ignored } else { Suppressions::Honoured };
            let name = real.file_name().map(|name| clean::line(&name.to_string_lossy())).unwrap_or_default();
            Self {
                subject: Subject { name, files: Files::Folder(folder.clone()), suppressions, tree: None },
                place: folder,
            }
        };
        Ok(folders.into_iter().map(own).collect())
    }

    fn package(path: &Path) -> Result<Self> {
        let limits = Limits::default();
        let size = path.metadata().map_err(|e| Error::io("read", path, e))?.len();
        if size > limits.zip_bytes {
            return Err(Error::new(Kind::Integrity, format!("{} is larger than a package may be", path.display())));
        }
        let bytes = std::fs::read(path).map_err(|e| Error::io("read", path, e))?;
        let archive = open_zip(bytes, &limits).map_err(|e| Error::from(e).context(path.display()))?;
        let name = path.file_stem().map(|name| clean::line(&name.to_string_lossy())).unwrap_or_default();
        let files = Files::Read(Source::from_archive(&name, &archive));
        let subject = Subject { name, files, suppressions: Suppressions::Ignored, tree: None };
        Ok(Self { subject, place: path.to_path_buf() })
    }
}

/// Whether a folder lies in a `skills` folder of a hidden one (`.agents/skills`, `.claude/skills`, `.config/x/skills`), where
/// skills of others are installed: a stranger's must not hush the scan of everything below a project.
fn is_read_by_agents(folder: &Path) -> bool {
    let mut hidden = false;
    let mut parts = folder.components().filter_map(|part| part.as_os_str().to_str());
    parts.any(|part| {
        hidden |= part.len() > 1 && part.starts_with('.') && part != "..";
        hidden && part == "skills"
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_that_agents_read_are_known() {
        for path in ["/p/.agents/skills/pdf", "/h/.config/x/skills/a", "/p/.claude/skills"] {
            assert!(is_read_by_agents(Path::new(path)), "{path}");
        }
        for path in ["/p/skills/pdf", "/p/skills/.hidden", "/p/.github/pdf", "../skills/a"] {
            assert!(!is_read_by_agents(Path::new(path)), "{path}");
        }
    }
}
