//! What another tool says of one skill.
//!
//! Everything in it was written by strangers: names are slugs or not there, a tree on GitHub went through the same parser
//! as one that a person types, and the rest is text that is shown and never followed.

use std::fmt;

use skillzdrive_wire::GithubSource;
use skillzdrive_wire::GithubTree;
use skillzdrive_wire::Slug;

/// The longest text that is kept of a field, in characters.
const MOST: usize = 300;

/// A tool whose notes are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tool {
    /// The npm program `skills`; GitHub's `gh skill` writes the same global file.
    Skills,
    /// `gh skill`, told by the front matter that it writes.
    Gh,
    /// `openskills`.
    Openskills,
    /// `clawhub`, once `clawdhub`.
    Clawhub,
    /// `skillfile`.
    Skillfile,
    /// `apm`.
    Apm,
}

impl Tool {
    /// The word for it in output.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Skills => "skills",
            Self::Gh => "gh",
            Self::Openskills => "openskills",
            Self::Clawhub => "clawhub",
            Self::Skillfile => "skillfile",
            Self::Apm => "apm",
        }
    }
}

/// Where a tool says that it had a skill from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Origin {
    /// A tree on GitHub.
    Github(Github),
    /// A folder or file of the machine it was installed on.
    Local(String),
    /// A registry of the tool's own, which we cannot ask.
    Registry(String),
    /// Any other address.
    Address(String),
    /// It does not say.
    Unknown,
}

/// A tree on GitHub as a tool names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Github {
    /// `owner/repo`.
    place: String,
    /// The folder in it, where the tool says one; empty for the top.
    path: Option<String>,
    /// A branch, a tag or a commit.
    at: Option<String>,
    /// 40 hexadecimal digits, where the tool pinned it.
    commit: Option<String>,
}

/// What one tool says of one skill.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Claim {
    /// Its name.
    pub(crate) slug: Slug,
    /// Who says it.
    pub(crate) tool: Tool,
    /// Where it came from.
    pub(crate) origin: Origin,
    /// Whether the tool was told to leave it at its version.
    pub(crate) pinned: bool,
}

impl Github {
    /// Takes what a tool wrote; `None` when no address on GitHub can be made of it.
    pub(crate) fn new(place: &str, path: Option<&str>, at: Option<&str>, commit: Option<&str>) -> Option<Self> {
        let (place, within) = split_place(place)?;
        let path = path.map(folder).or_else(|| within.as_deref().map(folder));
        let filled = |text: Option<&str>| text.filter(|text| !text.is_empty()).map(str::to_owned);
        let found = Self { place, path, at: filled(at), commit: filled(commit).filter(|text| is_commit(text)) };
        GithubTree::parse(&found.address()).ok().map(|_| found)
    }

    /// Its page, as `install` reads it.
    pub(crate) fn address(&self) -> String {
        let at = self.commit.as_deref().or(self.at.as_deref());
        let path = self.path.as_deref().filter(|path| !path.is_empty());
        let mut address = format!("https://github.com/{}", self.place);
        if at.is_some() || path.is_some() {
            address.push_str("/tree");
        }
        let at = at.or(path.map(|_| "HEAD"));
        for part in at.into_iter().chain(path).flat_map(|text| text.split('/')) {
            address.push('/');
            address.push_str(&part.replace('%', "%25").replace(' ', "%20").replace('#', "%23").replace('?', "%3F"));
        }
        address
    }

    /// Whether the tool says which folder of the repository it is.
    pub(crate) fn has_path(&self) -> bool {
        self.path.is_some()
    }

    /// The lockfile's form, where the tool pinned a commit and said the folder.
    pub(crate) fn pinned_source(&self) -> Option<GithubSource> {
        let (commit, path) = (self.commit.as_deref()?, self.path.as_deref()?);
        let tail = if path.is_empty() { String::new() } else { format!("/{path}") };
        format!("github:{}{tail}@{}", self.place, commit.to_ascii_lowercase()).parse().ok()
    }
}

impl Origin {
    /// A place that may be `owner/repo`, an address, or a path.
    pub(crate) fn of(source: &str, path: Option<&str>, at: Option<&str>, commit: Option<&str>) -> Self {
        let source = source.trim();
        if source.is_empty() {
            return Self::Unknown;
        }
        if let Some(github) = Github::new(source, path, at, commit) {
            return Self::Github(github);
        }
        if source.contains("://") || source.starts_with("git@") {
            return Self::Address(short(source));
        }
        Self::Local(short(source))
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Github(github) => f.write_str(&github.address()),
            Self::Local(text) | Self::Registry(text) | Self::Address(text) => f.write_str(text),
            Self::Unknown => f.write_str("unknown"),
        }
    }
}

/// `owner/repo` of the ways to write it, and the folder behind it where one is.
fn split_place(text: &str) -> Option<(String, Option<String>)> {
    let text = text.trim().trim_end_matches('/');
    let lower = text.to_ascii_lowercase();
    let hosts =
        ["https://github.com/", "http://github.com/", "https://www.github.com/", "git@github.com:", "github.com/"];
    let bare = match hosts.iter().find(|host| lower.starts_with(**host)) {
        Some(host) => text.get(host.len()..)?,
        None if text.contains("://") || text.starts_with(['.', '/', '~', '\\']) || text.contains([':', '\\']) => {
            return None;
        }
        None => text,
    };
    let mut parts = bare.splitn(3, '/');
    let (owner, repo, rest) = (parts.next()?, parts.next()?, parts.next());
    let repo = repo.strip_suffix(".git").unwrap_or(repo);
    Some((format!("{owner}/{repo}"), rest.map(str::to_owned)))
}

/// The folder of what may be a path to its SKILL.md.
fn folder(path: &str) -> String {
    let path = path.trim().trim_start_matches("./").trim_matches('/');
    let path = path.strip_suffix("SKILL.md").filter(|rest| rest.is_empty() || rest.ends_with('/')).unwrap_or(path);
    let path = path.trim_end_matches('/');
    if path == "." { String::new() } else { path.to_owned() }
}

/// Whether a text is a whole commit.
pub(crate) fn is_commit(text: &str) -> bool {
    text.len() == 40 && text.bytes().all(|b| b.is_ascii_hexdigit())
}

/// A stranger's text, cut to what a line can show.
pub(crate) fn short(text: &str) -> String {
    text.chars().take(MOST).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ways_to_write_a_place_on_github_are_one() {
        for text in [
            "acme/tools",
            "https://github.com/acme/tools.git",
            "git@github.com:acme/tools.git",
            "github.com/acme/tools/",
            "http://GitHub.com/acme/tools",
        ] {
            let Origin::Github(found) = Origin::of(text, Some("skills/pdf/SKILL.md"), Some("main"), None) else {
                panic!("{text}");
            };
            assert_eq!(found.address(), "https://github.com/acme/tools/tree/main/skills/pdf");
            assert_eq!(found.pinned_source(), None);
        }
    }

    #[test]
    fn a_commit_and_a_folder_make_a_source() {
        let commit = "AB".repeat(20);
        let found = Github::new("acme/tools", Some("./skills/pdf/"), Some("main"), Some(&commit)).unwrap();
        let source = format!("github:acme/tools/skills/pdf@{}", "ab".repeat(20));
        assert_eq!(found.pinned_source().unwrap().to_string(), source);
        let top = Github::new("acme/pdf", Some("SKILL.md"), None, Some(&commit)).unwrap();
        assert_eq!(top.pinned_source().unwrap().path, "");
        assert_eq!(Github::new("acme/tools", None, None, Some(&commit)).unwrap().pinned_source(), None);
        // What is no whole commit pins nothing.
        assert_eq!(Github::new("acme/tools", Some("x"), None, Some("abc")).unwrap().pinned_source(), None);
    }

    #[test]
    fn a_way_out_is_no_place() {
        for (place, path) in [
            ("acme/tools", "../../etc"),
            ("acme/tools", "a/../b"),
            ("acme/tools", "a\\b"),
            ("acme/..", "x"),
            ("acme", "x"),
            ("a b/c", "x"),
            ("https://evil.example/acme/tools", "x"),
            ("https://github.com.evil.example/acme/tools", "x"),
        ] {
            assert_eq!(Github::new(place, Some(path), None, None), None, "{place} {path}");
        }
        assert_eq!(Origin::of("/srv/skills", None, None, None), Origin::Local("/srv/skills".to_owned()));
        assert_eq!(Origin::of("C:\\skills\\x", None, None, None), Origin::Local("C:\\skills\\x".to_owned()));
        let other = "https://gitlab.example/a/b";
        assert_eq!(Origin::of(other, None, None, None), Origin::Address(other.to_owned()));
    }
}
