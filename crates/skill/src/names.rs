//! Which paths a skill may hold: one rule for packing and unpacking, the same on every platform.
//!
//! A path that Windows or macOS would read differently from Linux is refused everywhere, so that one skill is one tree.
//! Nothing is repaired: a name is good as it stands or the skill is refused.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::is_nfc;

use crate::limits::Limits;

/// The lockfile's name. No file of a skill may bear it, so that no skill can pass for a lockfile.
const LOCKFILE: &str = "skillzdrive.lock";

/// What is wrong with one path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NameFault {
    /// No text at all, or a component without text (`a//b`).
    #[error("it has an empty part")]
    Empty,
    /// Starts with a separator.
    #[error("it is absolute")]
    Absolute,
    /// Starts with a drive letter.
    #[error("it starts with a drive letter")]
    Drive,
    /// A `..` component.
    #[error("it leaves the folder with `..`")]
    Traversal,
    /// A `.` component.
    #[error("it has a `.` part")]
    Dot,
    /// A backslash, which is a separator on Windows.
    #[error("it has a backslash")]
    Backslash,
    /// A NUL.
    #[error("it has a NUL")]
    Nul,
    /// A control character.
    #[error("it has a control character")]
    Control,
    /// A bidirectional, zero-width, tag or private-use character: shown as something else, or as nothing.
    #[error("it has an invisible character")]
    Invisible,
    /// A device name of Windows, with or without an extension.
    #[error("it is a reserved name on Windows")]
    Reserved,
    /// A component that ends with a dot or a space, which Windows drops.
    #[error("a part of it ends with a dot or a space")]
    TrailingDotOrSpace,
    /// A colon: an alternate stream on NTFS.
    #[error("it has a colon")]
    Colon,
    /// The shape of a DOS short name (`PROGRA~1`), which may alias another file.
    #[error("it has the shape of a DOS short name")]
    ShortAlias,
    /// More bytes than [`Limits::path_bytes`], or a component of more than 255.
    #[error("it is too long")]
    TooLong,
    /// More components than [`Limits::depth`].
    #[error("it is nested too deeply")]
    TooDeep,
    /// A `.git` component: a repository inside a skill runs hooks.
    #[error("it lies in a `.git` folder")]
    GitFolder,
    /// The lockfile's name.
    #[error("`skillzdrive.lock` is the name of the lockfile")]
    Lockfile,
}

impl NameFault {
    /// A stable word for programs.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Empty => "name_empty",
            Self::Absolute => "name_absolute",
            Self::Drive => "name_drive",
            Self::Traversal => "name_traversal",
            Self::Dot => "name_dot",
            Self::Backslash => "name_backslash",
            Self::Nul => "name_nul",
            Self::Control => "name_control",
            Self::Invisible => "name_invisible",
            Self::Reserved => "name_reserved",
            Self::TrailingDotOrSpace => "name_trailing",
            Self::Colon => "name_colon",
            Self::ShortAlias => "name_short_alias",
            Self::TooLong => "name_too_long",
            Self::TooDeep => "name_too_deep",
            Self::GitFolder => "name_git",
            Self::Lockfile => "name_lockfile",
        }
    }
}

/// Checks one path, `/`-separated and without a separator at its end.
///
/// # Errors
/// The first fault found; characters are looked at before the components.
pub fn check_path(path: &str, limits: &Limits) -> Result<(), NameFault> {
    if path.is_empty() {
        return Err(NameFault::Empty);
    }
    if path.len() > limits.path_bytes {
        return Err(NameFault::TooLong);
    }
    for c in path.chars() {
        match c {
            '\0' => return Err(NameFault::Nul),
            '\\' => return Err(NameFault::Backslash),
            c if c.is_control() => return Err(NameFault::Control),
            c if is_invisible(c) => return Err(NameFault::Invisible),
            _ => {}
        }
    }
    let bytes = path.as_bytes();
    if bytes[0] == b'/' {
        return Err(NameFault::Absolute);
    }
    if bytes[0].is_ascii_alphabetic() && bytes.get(1) == Some(&b':') {
        return Err(NameFault::Drive);
    }
    let mut depth = 0;
    for part in path.split('/') {
        depth += 1;
        check_part(part)?;
    }
    if depth > limits.depth { Err(NameFault::TooDeep) } else { Ok(()) }
}

fn check_part(part: &str) -> Result<(), NameFault> {
    match part {
        "" => return Err(NameFault::Empty),
        "." => return Err(NameFault::Dot),
        ".." => return Err(NameFault::Traversal),
        _ => {}
    }
    if part.len() > 255 {
        return Err(NameFault::TooLong);
    }
    if part.contains(':') {
        return Err(NameFault::Colon);
    }
    if part.ends_with(['.', ' ']) {
        return Err(NameFault::TrailingDotOrSpace);
    }
    if is_reserved(part) {
        return Err(NameFault::Reserved);
    }
    if part.eq_ignore_ascii_case(".git") {
        return Err(NameFault::GitFolder);
    }
    if part.eq_ignore_ascii_case(LOCKFILE) {
        return Err(NameFault::Lockfile);
    }
    if is_short_alias(part) { Err(NameFault::ShortAlias) } else { Ok(()) }
}

/// Windows takes what stands before the first dot, without spaces at its end, for the device's name.
fn is_reserved(part: &str) -> bool {
    let stem = part.split('.').next().unwrap_or(part).trim_end_matches(' ');
    if ["con", "prn", "aux", "nul", "conin$", "conout$"].iter().any(|name| stem.eq_ignore_ascii_case(name)) {
        return true;
    }
    let mut chars = stem.chars();
    let port: String = chars.by_ref().take(3).collect();
    let digit = matches!(chars.next(), Some('0'..='9' | '¹' | '²' | '³'));
    digit && chars.next().is_none() && (port.eq_ignore_ascii_case("com") || port.eq_ignore_ascii_case("lpt"))
}

/// Eight characters at most before the dot and three behind it, the first part ending with `~` and digits.
///
/// Refused with or without a long neighbour: which neighbour it aliases depends on the order of creation.
fn is_short_alias(part: &str) -> bool {
    let (stem, extension) = part.split_once('.').unwrap_or((part, ""));
    if stem.chars().count() > 8 || extension.chars().count() > 3 || extension.contains('.') {
        return false;
    }
    stem.rsplit_once('~').is_some_and(|(head, digits)| {
        !head.is_empty() && !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit())
    })
}

/// Characters that are shown as nothing, that reorder their neighbours, or that mean nothing outside one program.
fn is_invisible(c: char) -> bool {
    matches!(u32::from(c),
        0xAD | 0x34F | 0x600..=0x605 | 0x61C | 0x6DD | 0x70F | 0x890..=0x891 | 0x8E2 | 0x115F..=0x1160
        | 0x17B4..=0x17B5 | 0x180B..=0x180F | 0x200B..=0x200F | 0x2028..=0x202E | 0x2060..=0x206F | 0x3164
        | 0xE000..=0xF8FF | 0xFE00..=0xFE0F | 0xFEFF | 0xFFA0 | 0xFFF0..=0xFFFB | 0xFFFE..=0xFFFF | 0x110BD
        | 0x110CD | 0x13430..=0x1343F | 0x1BCA0..=0x1BCA3 | 0x1D173..=0x1D17A | 0xE0000..=0x10_FFFF)
}

/// A library's message about untrusted text, on one line and without characters that change how it is shown.
pub(crate) fn shown(message: &str) -> String {
    message.chars().map(|c| if c.is_control() || is_invisible(c) { ' ' } else { c }).collect()
}

/// The composed form (NFC) of a path, in which every path of a skill is kept and compared.
pub(crate) fn nfc(path: &str) -> String {
    if is_nfc(path) { path.to_owned() } else { path.nfc().collect() }
}

/// How two paths of one skill cannot both exist.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Clash {
    /// The same bytes twice.
    #[error("the same name twice")]
    Duplicate,
    /// The same name in two Unicode forms.
    #[error("the same name in two Unicode forms")]
    Normalisation,
    /// Names that differ only in case, which is one file on Windows and macOS.
    #[error("names that differ only in case")]
    Case,
    /// A file where another path needs a folder.
    #[error("a file and a folder of one name")]
    FileAndFolder,
}

impl Clash {
    /// A stable word for programs.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Duplicate => "clash_duplicate",
            Self::Normalisation => "clash_normalisation",
            Self::Case => "clash_case",
            Self::FileAndFolder => "clash_file_and_folder",
        }
    }
}

struct Seen {
    path: String,
    raw: Option<String>,
    folder: bool,
}

/// The paths of one skill so far, to find two that cannot live together.
#[derive(Default)]
pub(crate) struct PathSet {
    seen: HashMap<String, Seen>,
    last_parent: String,
}

impl PathSet {
    /// Adds a path (`raw` as it was found, `path` its NFC) with all its folders; on a clash, also says with what.
    pub(crate) fn insert(&mut self, raw: &str, path: &str, folder: bool) -> Result<(), (Clash, String)> {
        if let Some((parent, _)) = path.rsplit_once('/')
            && parent != self.last_parent
        {
            for (end, _) in path.match_indices('/') {
                self.insert_one(None, &path[..end], true)?;
            }
            parent.clone_into(&mut self.last_parent);
        }
        self.insert_one(Some(raw), path, folder)
    }

    fn insert_one(&mut self, raw: Option<&str>, path: &str, folder: bool) -> Result<(), (Clash, String)> {
        match self.seen.entry(fold(path)) {
            Entry::Vacant(slot) => {
                slot.insert(Seen { path: path.to_owned(), raw: raw.map(str::to_owned), folder });
                Ok(())
            }
            Entry::Occupied(slot) => {
                let other = slot.get();
                let clash = if other.path != path {
                    Clash::Case
                } else if other.folder && folder {
                    return Ok(());
                } else if other.folder != folder {
                    Clash::FileAndFolder
                } else if other.raw.as_deref() == raw {
                    Clash::Duplicate
                } else {
                    Clash::Normalisation
                };
                Err((clash, other.raw.clone().unwrap_or_else(|| other.path.clone())))
            }
        }
    }
}

/// A form that is equal for any two names that some file system takes for one. Rather too equal than not enough:
/// lower, upper and lower again brings `ẞ`, `ß` and `SS`, or the Kelvin sign and `k`, together.
fn fold(path: &str) -> String {
    if path.is_ascii() {
        return path.to_ascii_lowercase();
    }
    path.chars().flat_map(char::to_lowercase).flat_map(char::to_uppercase).flat_map(char::to_lowercase).nfc().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(path: &str) -> Option<NameFault> {
        check_path(path, &Limits::default()).err()
    }

    #[test]
    fn ordinary_names_pass() {
        for path in [
            "SKILL.md",
            "scripts/a.sh",
            "a b/c-d_e.f",
            ".hidden",
            "ä/日本.txt",
            "a~b",
            "backup~",
            "com10.txt",
            "console",
            "x.git",
            ".gitignore",
            ".github/a",
            "...a",
            "readme.md~1",
            "what?.md",
            "lpt",
            "COMX",
        ] {
            assert_eq!(fault(path), None, "{path}");
        }
    }

    #[test]
    fn each_fault_is_told_apart() {
        use NameFault as F;
        for (path, expected) in [
            ("", F::Empty),
            ("a//b", F::Empty),
            ("a/", F::Empty),
            ("/etc/x", F::Absolute),
            ("//srv/x", F::Absolute),
            ("C:/x", F::Drive),
            ("C:x", F::Drive),
            ("C:\\x", F::Backslash),
            ("\\\\srv\\x", F::Backslash),
            ("../evil", F::Traversal),
            ("a/../../evil", F::Traversal),
            ("..", F::Traversal),
            ("a/..\\..\\b", F::Backslash),
            (".", F::Dot),
            ("./a", F::Dot),
            ("a\0b", F::Nul),
            ("a\nb", F::Control),
            ("a\u{1b}b", F::Control),
            ("a\u{85}b", F::Control),
            ("a\u{202e}b", F::Invisible),
            ("a\u{200b}", F::Invisible),
            ("\u{e0041}", F::Invisible),
            ("a\u{f03a}b", F::Invisible),
            ("CON", F::Reserved),
            ("x/nul.txt", F::Reserved),
            ("COM1", F::Reserved),
            ("com¹", F::Reserved),
            ("LPT9.md", F::Reserved),
            ("aux .c", F::Reserved),
            ("con.a.b", F::Reserved),
            ("a.", F::TrailingDotOrSpace),
            ("a /b", F::TrailingDotOrSpace),
            ("file:stream", F::Colon),
            ("PROGRA~1", F::ShortAlias),
            ("d/ab12~1.txt", F::ShortAlias),
            (".git/hooks/x", F::GitFolder),
            ("a/.GIT", F::GitFolder),
            ("Skillzdrive.LOCK", F::Lockfile),
        ] {
            assert_eq!(fault(path), Some(expected), "{path:?}");
        }
    }

    #[test]
    fn length_and_depth_have_exact_edges() {
        assert_eq!(fault(&"x".repeat(240)), None);
        assert_eq!(fault(&"x".repeat(241)), Some(NameFault::TooLong));
        let wide = Limits { path_bytes: 9_999, ..Limits::default() };
        assert_eq!(check_path(&"x".repeat(255), &wide), Ok(()));
        assert_eq!(check_path(&"x".repeat(256), &wide), Err(NameFault::TooLong));
        assert_eq!(check_path(&vec!["d"; 32].join("/"), &wide), Ok(()));
        assert_eq!(check_path(&vec!["d"; 33].join("/"), &wide), Err(NameFault::TooDeep));
    }

    fn clash(paths: &[&str]) -> Option<Clash> {
        let mut set = PathSet::default();
        paths.iter().find_map(|raw| set.insert(raw, &nfc(raw), false).err()).map(|(clash, _)| clash)
    }

    #[test]
    fn paths_that_cannot_live_together_are_found() {
        assert_eq!(clash(&["a/b", "a/c", "ab", "a-b"]), None);
        assert_eq!(clash(&["a", "a"]), Some(Clash::Duplicate));
        assert_eq!(clash(&["\u{e9}", "e\u{301}"]), Some(Clash::Normalisation));
        assert_eq!(clash(&["README.md", "readme.md"]), Some(Clash::Case));
        assert_eq!(clash(&["Docs/a", "docs/b"]), Some(Clash::Case));
        assert_eq!(clash(&["stra\u{df}e", "STRASSE"]), Some(Clash::Case));
        assert_eq!(clash(&["\u{1e9e}", "ss"]), Some(Clash::Case));
        assert_eq!(clash(&["\u{212a}", "k"]), Some(Clash::Case));
        assert_eq!(clash(&["\u{3c3}", "\u{3c2}"]), Some(Clash::Case));
        assert_eq!(clash(&["a", "a/b"]), Some(Clash::FileAndFolder));
        assert_eq!(clash(&["a/b", "a"]), Some(Clash::FileAndFolder));
    }

    #[test]
    fn a_folder_may_be_named_twice() {
        let mut set = PathSet::default();
        set.insert("a", "a", true).unwrap();
        set.insert("a/x", "a/x", false).unwrap();
        set.insert("a", "a", true).unwrap();
        assert!(set.insert("A", "A", true).is_err());
    }
}
