//! Trees on GitHub: as a person names one, and as one is pinned to a commit.
//!
//! What is parsed here is safe to build addresses and lockfile entries from. Nothing here asks GitHub anything, so where
//! a branch's name ends and the path begins is not known yet.

use std::fmt;
use std::str::FromStr;

use crate::BadName;

/// The longest owner and repository that GitHub knows, in characters.
const MOST_OWNER: usize = 39;
const MOST_REPO: usize = 100;

/// A branch with more slashes in its name than this is not looked for.
const MOST_REF_PARTS: usize = 6;

/// A tree as a person names it: `https://github.com/owner/repo`, or with `/tree/<branch, tag or commit>/<path>` behind it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GithubTree {
    /// The owner, as written.
    pub owner: String,
    /// The repository, as written, without `.git`.
    pub repo: String,
    /// What stands behind `tree/`, decoded: a ref, which may hold slashes, and then a path. Empty: the default branch's
    /// top.
    rest: Vec<String>,
}

impl GithubTree {
    /// Whether a text means something on GitHub, so that [`GithubTree::parse`] should read it.
    #[must_use]
    pub fn is_meant(text: &str) -> bool {
        let text = text.trim().to_ascii_lowercase();
        let bare = text.split_once("://").map_or(&*text, |(_, rest)| rest);
        let bare = bare.strip_prefix("www.").unwrap_or(bare);
        bare == "github.com" || bare.starts_with("github.com/")
    }

    /// Reads an address. The page of a tree's `SKILL.md` means its folder; query and fragment mean nothing.
    ///
    /// # Errors
    /// [`BadName::GithubTree`] with what is wrong.
    pub fn parse(text: &str) -> Result<Self, BadName> {
        let text = text.trim();
        let bad = |why| BadName::GithubTree(text.chars().take(200).collect(), why);
        let bare = match text.split_once("://") {
            Some((scheme, rest)) if scheme.eq_ignore_ascii_case("https") => rest,
            Some(_) => return Err(bad("it begins with https://")),
            None => text,
        };
        let bare = bare.split(['?', '#']).next().unwrap_or_default();
        let (host, path) = bare.split_once('/').unwrap_or((bare, ""));
        if !host.eq_ignore_ascii_case("github.com") && !host.eq_ignore_ascii_case("www.github.com") {
            return Err(bad("its host is github.com, with no name, password or port"));
        }
        let mut parts = path.trim_end_matches('/').split('/');
        let owner = parts.next().filter(|owner| is_owner(owner)).ok_or_else(|| bad("it names no owner"))?;
        let repo = parts.next().map(|repo| repo.strip_suffix(".git").unwrap_or(repo));
        let repo = repo.filter(|repo| is_repo(repo)).ok_or_else(|| bad("it names no repository"))?;
        let kind = parts.next();
        let decoded = parts.map(|part| decode(part).filter(|part| is_part(part)));
        let mut rest = decoded.collect::<Option<Vec<String>>>().ok_or_else(|| bad("its path is none"))?;
        match kind {
            None | Some("tree") => {}
            Some("blob") if rest.len() > 1 && rest.last().is_some_and(|file| file == "SKILL.md") => {
                rest.pop();
            }
            Some(_) => return Err(bad("behind the repository stands /tree/, a branch and a path")),
        }
        if kind.is_some() && rest.is_empty() {
            return Err(bad("a branch, a tag or a commit is missing behind /tree/"));
        }
        Ok(Self { owner: owner.to_owned(), repo: repo.to_owned(), rest })
    }

    /// Every way to read it as a ref and a path, the shortest ref first. Without a ref it is `HEAD`, the default branch.
    #[must_use]
    pub fn readings(&self) -> Vec<(String, String)> {
        if self.rest.is_empty() {
            return vec![("HEAD".to_owned(), String::new())];
        }
        let most = self.rest.len().min(MOST_REF_PARTS);
        (1..=most).map(|end| (self.rest[..end].join("/"), self.rest[end..].join("/"))).collect()
    }

    /// Whether this is the tree of a source, whatever its commit, as far as the text tells.
    #[must_use]
    pub fn may_be(&self, source: &GithubSource) -> bool {
        let same = |a: &str, b: &str| a.eq_ignore_ascii_case(b);
        same(&self.owner, &source.owner)
            && same(&self.repo, &source.repo)
            && self.readings().iter().any(|(_, path)| *path == source.path)
    }

    /// The tree at a commit.
    ///
    /// # Errors
    /// [`BadName::GithubSource`] when the commit or the path is none.
    pub fn at(&self, path: &str, commit: &str) -> Result<GithubSource, BadName> {
        let tail = if path.is_empty() { String::new() } else { format!("/{path}") };
        format!("github:{}/{}{tail}@{commit}", self.owner, self.repo).parse()
    }
}

impl fmt::Display for GithubTree {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "github.com/{}/{}", self.owner, self.repo)?;
        if !self.rest.is_empty() {
            write!(f, "/tree/{}", self.rest.join("/"))?;
        }
        Ok(())
    }
}

/// A tree at one commit; as text `github:owner/repo/path@commit`, the form of lockfiles.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GithubSource {
    /// The owner.
    pub owner: String,
    /// The repository.
    pub repo: String,
    /// The folder, `/`-separated; empty for the repository's top.
    pub path: String,
    /// 40 lowercase hexadecimal digits.
    pub commit: String,
}

impl GithubSource {
    /// What tells this tree from another at any commit: GitHub does not tell upper case from lower in owner and repository.
    #[must_use]
    pub fn tree(&self) -> String {
        let place = format!("{}/{}", self.owner, self.repo).to_ascii_lowercase();
        if self.path.is_empty() { place } else { format!("{place}/{}", self.path) }
    }

    /// Its page, which [`GithubTree::parse`] reads again.
    #[must_use]
    pub fn url(&self) -> String {
        let mut url = format!("https://github.com/{}/{}/tree/{}", self.owner, self.repo, self.commit);
        for part in self.path.split('/').filter(|part| !part.is_empty()) {
            url.push('/');
            encode(part, &mut url);
        }
        url
    }

    /// Reads [`GithubSource::url`].
    #[must_use]
    pub fn from_url(url: &str) -> Option<Self> {
        let tree = GithubTree::parse(url).ok()?;
        let (commit, path) = tree.rest.split_first()?;
        tree.at(&path.join("/"), commit).ok()
    }
}

impl fmt::Display for GithubSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "github:{}/{}", self.owner, self.repo)?;
        if !self.path.is_empty() {
            write!(f, "/{}", self.path)?;
        }
        write!(f, "@{}", self.commit)
    }
}

impl FromStr for GithubSource {
    type Err = BadName;

    fn from_str(text: &str) -> Result<Self, BadName> {
        let read = || {
            let (place, commit) = text.strip_prefix("github:")?.rsplit_once('@')?;
            let mut parts = place.split('/');
            let owner = parts.next().filter(|owner| is_owner(owner))?;
            let repo = parts.next().filter(|repo| is_repo(repo))?;
            let path: Vec<&str> = parts.collect();
            let fits = path.iter().all(|part| is_part(part)) && is_commit(commit);
            fits.then(|| Self {
                owner: owner.to_owned(),
                repo: repo.to_owned(),
                path: path.join("/"),
                commit: commit.to_owned(),
            })
        };
        read().ok_or_else(|| BadName::GithubSource(text.chars().take(200).collect()))
    }
}

fn is_owner(text: &str) -> bool {
    (1..=MOST_OWNER).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
}

fn is_repo(text: &str) -> bool {
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.');
    (1..=MOST_REPO).contains(&text.len()) && text.bytes().all(plain) && text != "." && text != ".."
}

/// A part of a path or ref: never empty, never a way up, nothing that another system reads as a separator.
fn is_part(text: &str) -> bool {
    !text.is_empty()
        && text != "."
        && text != ".."
        && text.len() <= 255
        && !text.chars().any(|c| c.is_control() || matches!(c, '/' | '\\'))
}

/// Whether a text is a whole commit id.
fn is_commit(text: &str) -> bool {
    text.len() == 40 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
}

/// Decodes `%XX`; `None` for what is no UTF-8 or no encoding.
fn decode(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, tail)) = rest.split_first() {
        rest = tail;
        if *first == b'%' {
            let (digits, tail) = rest.split_at_checked(2)?;
            let digits = std::str::from_utf8(digits).ok().filter(|d| d.bytes().all(|b| b.is_ascii_hexdigit()))?;
            bytes.push(u8::from_str_radix(digits, 16).ok()?);
            rest = tail;
        } else {
            bytes.push(*first);
        }
    }
    String::from_utf8(bytes).ok()
}

/// Writes a part of a path so that it stands for itself in any address.
fn encode(part: &str, into: &mut String) {
    for byte in part.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~') {
            into.push(char::from(byte));
        } else {
            into.push_str(&format!("%{byte:02X}"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const COMMIT: &str = "0123456789abcdef0123456789abcdef01234567";

    fn readings(text: &str) -> Vec<(String, String)> {
        GithubTree::parse(text).unwrap().readings()
    }

    fn pair(a: &str, b: &str) -> (String, String) {
        (a.to_owned(), b.to_owned())
    }

    #[test]
    fn addresses_are_read() {
        let tree = GithubTree::parse("https://github.com/Acme/skills.git").unwrap();
        assert_eq!((&*tree.owner, &*tree.repo), ("Acme", "skills"));
        assert_eq!(tree.readings(), [pair("HEAD", "")]);
        assert_eq!(readings(" github.com/a/b/tree/main/ "), [pair("main", "")]);
        let slashed = readings("https://www.GitHub.com/a/b/tree/feature/x/my%20skill?tab=readme#top");
        assert_eq!(
            slashed,
            [pair("feature", "x/my skill"), pair("feature/x", "my skill"), pair("feature/x/my skill", "")]
        );
        assert_eq!(readings("https://github.com/a/b/blob/main/pdf/SKILL.md")[0], pair("main", "pdf"));
        assert_eq!(readings(&format!("https://github.com/a/b/tree/{}", vec!["x"; 40].join("/"))).len(), MOST_REF_PARTS);
        assert!(GithubTree::is_meant("HTTPS://github.com/x") && GithubTree::is_meant("www.github.com/x"));
        assert!(!GithubTree::is_meant("pdf") && !GithubTree::is_meant("https://github.com.evil.example/a/b"));
    }

    #[test]
    fn everything_else_is_refused_with_a_reason() {
        for bad in [
            "http://github.com/a/b",
            "git@github.com:a/b",
            "https://github.com",
            "https://github.com/a",
            "https://github.com/a/..",
            "https://github.com/a/b/tree",
            "https://github.com/a/b/tree/",
            "https://github.com/a/b/pulls/1",
            "https://github.com/a/b/blob/main/x.py",
            "https://github.com/a/b/blob/SKILL.md",
            "https://github.com/a/b/tree/main/../../x",
            "https://github.com/a/b/tree/main/%2e%2e",
            "https://github.com/a/b/tree/main/a%2Fb",
            "https://github.com/a/b/tree/main/a%5Cb",
            "https://github.com/a/b/tree/main/a%00b",
            "https://github.com/a/b/tree/main/a%zz",
            "https://github.com/a/b/tree/main/%ff",
            "https://github.com/a/b/tree/main//x",
            "https://github.com:443/a/b",
            "https://user:pw@github.com/a/b",
            "https://github.com.evil.example/a/b",
            "https://gist.github.com/a/b",
            "https://github.com/a?b/c",
            "",
        ] {
            let error = GithubTree::parse(bad).unwrap_err().to_string();
            assert!(error.contains("is not the address of a GitHub tree"), "{bad}: {error}");
        }
    }

    #[test]
    fn a_source_is_written_and_read() {
        let tree = GithubTree::parse("https://github.com/Acme/skills/tree/main/a@b/my%20skill").unwrap();
        let source = tree.at("a@b/my skill", COMMIT).unwrap();
        assert_eq!(source.to_string(), format!("github:Acme/skills/a@b/my skill@{COMMIT}"));
        assert_eq!(source.to_string().parse::<GithubSource>().unwrap(), source);
        assert_eq!(source.tree(), "acme/skills/a@b/my skill");
        assert_eq!(source.url(), format!("https://github.com/Acme/skills/tree/{COMMIT}/a%40b/my%20skill"));
        assert_eq!(GithubSource::from_url(&source.url()), Some(source.clone()));
        assert!(
            tree.may_be(&source)
                && GithubTree::parse("github.com/acme/SKILLS/tree/v2/a@b/my skill").unwrap().may_be(&source)
        );
        assert!(!GithubTree::parse("github.com/acme/skills/tree/v2/other").unwrap().may_be(&source));
        assert_eq!(tree.to_string(), "github.com/Acme/skills/tree/main/a@b/my skill");
        let top = tree.at("", COMMIT).unwrap();
        assert_eq!((top.to_string(), top.tree()), (format!("github:Acme/skills@{COMMIT}"), "acme/skills".to_owned()));
        assert_eq!(GithubSource::from_url(&top.url()), Some(top));
        for bad in [
            "github:a/b@main",
            &format!("github:a@{COMMIT}"),
            &format!("github:a/b/../c@{COMMIT}"),
            &format!("github:a/b//c@{COMMIT}"),
            &format!("github:a/b@{}", COMMIT.to_uppercase()),
            &format!("path:a/b@{COMMIT}"),
        ] {
            assert!(bad.parse::<GithubSource>().is_err(), "{bad}");
        }
    }
}
