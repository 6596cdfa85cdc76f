//! What can still be read of a damaged lockfile. Pure: text in, entries out.

use std::path::Path;

use skillzdrive_wire::Slug;

use crate::store::lockfile::LockedSkill;
use crate::store::lockfile::Lockfile;

/// What was read.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Salvage {
    /// The server, where its line can be read.
    pub(super) server: Option<String>,
    /// Tables that are good; a merge that was not finished may give two of one name.
    pub(super) whole: Vec<(Slug, LockedSkill)>,
    /// Tables of which only some lines are good, with what is wrong in the others.
    pub(super) partial: Vec<(Slug, LockedSkill, Vec<String>)>,
    /// The names of tables whose content_sha cannot be read.
    pub(super) broken: Vec<String>,
}

/// Reads what can be read.
pub(super) fn salvage(text: &str) -> Salvage {
    let mut salvage = Salvage::default();
    for side in sides(text) {
        for chunk in chunks(&side) {
            take(&chunk, &mut salvage);
        }
    }
    salvage
}

/// Both sides of a merge that was not finished; the one text where none is.
fn sides(text: &str) -> Vec<String> {
    let (mut ours, mut theirs) = (String::new(), String::new());
    let (mut in_ours, mut in_theirs, mut merged) = (true, true, false);
    for line in text.lines() {
        match line.get(..7).unwrap_or_default() {
            "<<<<<<<" => (in_ours, in_theirs, merged) = (true, false, true),
            "|||||||" if merged => (in_ours, in_theirs) = (false, false),
            "=======" if merged => (in_ours, in_theirs) = (false, true),
            ">>>>>>>" => (in_ours, in_theirs) = (true, true),
            _ => {
                for (side, is_in) in [(&mut ours, in_ours), (&mut theirs, in_theirs)] {
                    if is_in {
                        side.push_str(line);
                        side.push('\n');
                    }
                }
            }
        }
    }
    if merged { vec![ours, theirs] } else { vec![ours] }
}

/// The text cut before every table.
fn chunks(text: &str) -> Vec<String> {
    let mut chunks = vec![String::new()];
    for line in text.lines() {
        if line.trim_start().starts_with('[') && !chunks.last().is_some_and(String::is_empty) {
            chunks.push(String::new());
        }
        if let Some(chunk) = chunks.last_mut() {
            chunk.push_str(line);
            chunk.push('\n');
        }
    }
    chunks
}

fn take(chunk: &str, salvage: &mut Salvage) {
    let Some(header) = chunk.lines().next().filter(|line| line.trim_start().starts_with('[')) else {
        salvage.server = salvage.server.take().or_else(|| chunk.lines().find_map(server));
        return;
    };
    let whole = Lockfile::parse(&format!("version = 1\n{chunk}"), Path::new("")).ok();
    if let Some((slug, entry)) = whole.and_then(|lockfile| lockfile.skills.into_iter().next()) {
        if !salvage.whole.iter().any(|(known, old)| *known == slug && *old == entry) {
            salvage.whole.push((slug, entry));
        }
        return;
    }
    let Some(name) = name(header) else { return };
    let entry = Slug::new(&name).ok().and_then(|slug| partial(chunk).map(|(entry, lost)| (slug, entry, lost)));
    match entry {
        Some(entry) if !salvage.partial.contains(&entry) => salvage.partial.push(entry),
        Some(_) => {}
        None if !salvage.broken.contains(&name) => salvage.broken.push(name),
        None => {}
    }
}

fn server(line: &str) -> Option<String> {
    let table: toml::Table = toml::from_str(line).ok()?;
    table.get("server")?.as_str().map(str::to_owned)
}

/// The name in `[skill.NAME]`, also where the line is cut off or the name is no slug.
fn name(header: &str) -> Option<String> {
    let rest = header.trim().strip_prefix("[skill.")?;
    let name = rest.trim_end_matches(']').trim().trim_matches('"');
    (!name.is_empty()).then(|| name.chars().take(64).collect())
}

/// A table line by line: what is good of it, and what is wrong.
fn partial(chunk: &str) -> Option<(LockedSkill, Vec<String>)> {
    let lines: Vec<&str> = chunk.lines().skip(1).map(str::trim).filter(|line| !line.is_empty()).collect();
    let read = |text: &str| toml::from_str::<LockedSkill>(text).ok();
    let sha = *lines.iter().find(|line| read(line).is_some())?;
    let mut good = format!("{sha}\n");
    let mut lost = Vec::new();
    for line in lines.iter().filter(|line| **line != sha) {
        let more = format!("{good}{line}\n");
        if read(&more).is_some() {
            good = more;
        } else {
            let key = line.split('=').next().unwrap_or_default().trim();
            lost.push(key.chars().take(32).collect());
        }
    }
    read(&good).map(|entry| (entry, lost))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(name: &str, digit: char) -> String {
        format!(
            "[skill.{name}]\nversion = 3\ncontent_sha = \"{}\"\nsource = \"skillzdrive\"\n",
            digit.to_string().repeat(64)
        )
    }

    fn names<T>(entries: &[(Slug, T)]) -> Vec<&str> {
        entries.iter().map(|(slug, _)| slug.as_str()).collect()
    }

    #[test]
    fn both_sides_of_a_merge_are_read() {
        let text = format!(
            "version = 1\nserver = \"https://drive.example\"\n\n{}\n<<<<<<< HEAD\n{}\n||||||| base\n{}\n=======\n{}\n{}\n>>>>>>> x\n\n{}",
            table("a", 'a'),
            table("b", 'b'),
            table("b", '0'),
            table("b", 'c'),
            table("c", 'd'),
            table("d", 'e'),
        );
        let salvage = salvage(&text);
        assert_eq!(salvage.server.as_deref(), Some("https://drive.example"));
        assert_eq!(names(&salvage.whole), ["a", "b", "d", "b", "c"]);
        assert_eq!((salvage.partial.len(), salvage.broken.len()), (0, 0));
        let inside = format!(
            "[skill.a]\n<<<<<<< HEAD\nversion = 1\n=======\nversion = 2\n>>>>>>> x\ncontent_sha = \"{}\"\n",
            "a".repeat(64)
        );
        let versions: Vec<_> = super::salvage(&inside).whole.iter().map(|(_, entry)| entry.version).collect();
        assert_eq!(versions, [Some(1), Some(2)]);
    }

    #[test]
    fn a_bad_line_costs_that_line_alone() {
        let text = format!(
            "version = 9\nwhat\n{}surprise = 1\npinned = \"yes\"\n{}[skill.c]\ncontent_sha = \"xyz\"\n{}[skill.cut\n[what]\n",
            table("a", 'a'),
            table("b", 'b'),
            "[skill.\"../x\"]\ncontent_sha = \"\"\n",
        );
        let salvage = salvage(&text);
        assert_eq!(names(&salvage.whole), ["b"]);
        let (slug, entry, lost) = &salvage.partial[0];
        assert_eq!((slug.as_str(), entry.version, entry.pinned), ("a", Some(3), false));
        assert_eq!(*lost, ["surprise", "pinned"]);
        assert_eq!(salvage.broken, ["c", "../x", "cut"]);
        assert_eq!(super::salvage(""), Salvage::default());
    }
}
