//! What a person may type after `install`, made into one of a few things.

use std::path::Path;
use std::path::PathBuf;

use skillzdrive_wire::ContentSha;
use skillzdrive_wire::GithubTree;
use skillzdrive_wire::Slug;

use crate::api::skills::Pick;
use crate::error::Error;
use crate::error::Result;

/// What to install.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Spec {
    /// A skill of the drive or its marketplace.
    Drive(Slug, Pick),
    /// A folder that is a skill or holds some.
    Folder(PathBuf),
    /// A `.zip` or `.skill` file.
    Package(PathBuf),
    /// A tree on GitHub.
    Github(GithubTree),
}

impl Spec {
    /// What was named, for a report.
    pub(crate) fn shown(&self) -> String {
        match self {
            Self::Drive(slug, _) => slug.to_string(),
            Self::Folder(path) | Self::Package(path) => path.display().to_string(),
            Self::Github(tree) => tree.to_string(),
        }
    }

    /// Reads `slug`, `slug@3`, `slug@<content_sha>`, a folder, a package file, or the address of a tree on GitHub.
    ///
    /// # Errors
    /// Exit 2, naming the text and the forms that are known.
    pub(crate) fn parse(text: &str, cwd: &Path) -> Result<Self> {
        let shown = text.escape_debug();
        // A folder may be called so too; what is there is meant.
        if GithubTree::is_meant(text) && !cwd.join(text).is_dir() {
            let tree = GithubTree::parse(text).map_err(|bad| {
                Error::from(bad)
                    .code("bad_github_url")
                    .hint("it looks like https://github.com/OWNER/REPO/tree/BRANCH/PATH")
            })?;
            return Ok(Self::Github(tree));
        }
        if text.contains("://") {
            return Err(Error::usage(format!("`{shown}` is not on GitHub, from where alone an address is installed"))
                .code("source_unsupported")
                .hint("clone it and install the folder: skillzdrive install ./folder"));
        }
        let lower = text.to_ascii_lowercase();
        if lower.ends_with(".zip") || lower.ends_with(".skill") {
            let path = cwd.join(text);
            if path.is_dir() {
                return Ok(Self::Folder(path));
            }
            if !path.exists() {
                return Err(no_path(&shown.to_string(), "file"));
            }
            return Ok(Self::Package(path));
        }
        if text.starts_with('.') || text.starts_with('~') || text.contains(['/', '\\']) || Path::new(text).is_absolute()
        {
            let path = cwd.join(text);
            if path.is_dir() {
                return Ok(Self::Folder(path));
            }
            return Err(no_path(&shown.to_string(), "folder"));
        }
        let (name, pin) = match text.split_once('@') {
            None => (text, Pick::Newest),
            Some((name, pin)) => (name, parse_pick(pin).ok_or_else(|| bad_pick(&shown.to_string()))?),
        };
        match Slug::new(name) {
            Ok(slug) => Ok(Self::Drive(slug, pin)),
            Err(bad) => {
                let hint = "skillzdrive search finds slugs; a folder is named with its path: ./folder";
                Err(Error::from(bad).code("bad_slug").hint(hint))
            }
        }
    }
}

fn no_path(shown: &str, what: &str) -> Error {
    Error::usage(format!("`{shown}` is not a {what} that is there"))
        .code("path_not_found")
        .hint("name a skill of the drive, a folder, a .zip or .skill file, or a tree on GitHub")
}

fn parse_pick(text: &str) -> Option<Pick> {
    if let Ok(sha) = ContentSha::new(text) {
        return Some(Pick::Sha(sha));
    }
    let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    text.parse().ok().filter(|version| digits && *version > 0).map(Pick::Version)
}

fn bad_pick(shown: &str) -> Error {
    Error::usage(format!("`{shown}` has neither a version nor a content_sha behind its `@`"))
        .code("bad_version")
        .hint("write slug@3 for a version, or slug@ and the 64 digits of its content_sha")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Spec> {
        Spec::parse(text, Path::new("/w"))
    }

    #[test]
    fn the_documented_forms_are_read() {
        let slug = Slug::new("pdf").unwrap();
        let sha = "ab".repeat(32);
        assert_eq!(parse("pdf").unwrap(), Spec::Drive(slug.clone(), Pick::Newest));
        assert_eq!(parse("pdf@3").unwrap(), Spec::Drive(slug.clone(), Pick::Version(3)));
        let pinned = Spec::Drive(slug, Pick::Sha(ContentSha::new(&sha).unwrap()));
        assert_eq!(parse(&format!("pdf@{sha}")).unwrap(), pinned);
        let here = tempfile::tempdir().unwrap();
        for name in ["a.ZIP", "b.skill"] {
            tempfile::NamedTempFile::new_in(here.path()).unwrap().persist(here.path().join(name)).unwrap();
            assert_eq!(Spec::parse(name, here.path()).unwrap(), Spec::Package(here.path().join(name)));
        }
        let github = GithubTree::parse("https://github.com/a/b/tree/main/c").unwrap();
        assert_eq!(parse("github.com/a/b/tree/main/c").unwrap(), Spec::Github(github));
        std::fs::create_dir_all(here.path().join("github.com/a/b")).unwrap();
        assert!(matches!(Spec::parse("github.com/a/b", here.path()).unwrap(), Spec::Folder(_)));
        std::fs::create_dir(here.path().join("unpacked.zip")).unwrap();
        assert!(matches!(Spec::parse("unpacked.zip", here.path()).unwrap(), Spec::Folder(_)));
        assert_eq!(Spec::parse("./", here.path()).unwrap(), Spec::Folder(here.path().join("./")));
    }

    #[test]
    fn everything_else_is_refused_by_name() {
        for bad in [
            "",
            "PDF",
            "pdf@",
            "pdf@0",
            "pdf@+3",
            "pdf@v3",
            "pdf@latest",
            "./none",
            "none.zip",
            "https://x.example/y",
            "https://github.com/owner",
            "http://github.com/a/b",
            "a b",
        ] {
            let error = parse(bad).unwrap_err();
            assert_eq!(error.kind(), crate::error::Kind::Usage, "{bad:?}");
            assert!(!error.hints().is_empty(), "{bad:?}");
        }
    }
}
