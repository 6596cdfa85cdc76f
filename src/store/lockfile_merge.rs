//! The merge of two lockfiles that grew out of one: entry by entry, where lines would only see neighbours.
//!
//! Pure: texts in, text out. An entry that one side changed is taken from that side; both sides' changes of one skill are
//! only joined where its bytes are the same. What cannot be decided stands between the usual conflict markers, and such a
//! file is no lockfile until somebody has decided. The order is that of every lockfile, whatever the sides did.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;

use skillzdrive_wire::Slug;

use crate::error::Error;
use crate::store::lockfile;
use crate::store::lockfile::LockedSkill;
use crate::store::lockfile::Lockfile;

/// What became of one entry.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Part<T> {
    /// Both sides can live with it; `None`: it is not there.
    Agreed(Option<T>),
    /// Each side wants something else.
    Both(Option<T>, Option<T>),
}

/// Two lockfiles in one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Merged {
    server: Part<String>,
    skills: BTreeMap<Slug, Part<LockedSkill>>,
}

/// What a merge wrote.
#[derive(Debug)]
pub(crate) struct Outcome {
    /// The merged file, or one with conflict markers.
    pub(crate) text: String,
    /// What has to be decided: slugs, or `server`.
    pub(crate) conflicts: Vec<String>,
    /// A side that is no lockfile: then the whole of both stands between markers.
    pub(crate) unread: Option<Error>,
}

/// Merges three texts; the path is for errors alone. The base may be empty or unreadable: then there was nothing before.
pub(crate) fn merge_texts(base: &[u8], ours: &[u8], theirs: &[u8], path: &Path, marker: usize) -> Outcome {
    let read = |bytes: &[u8]| match bytes.is_empty() {
        true => Ok(Lockfile::default()),
        false => Lockfile::parse_bytes(bytes, path),
    };
    match (read(ours), read(theirs)) {
        (Ok(ours), Ok(theirs)) => {
            // In a history with crossing merges git merges the bases first, and their conflicts come here as a base.
            let merged = merge(&read(base).unwrap_or_default(), &ours, &theirs);
            Outcome { text: merged.render(marker), conflicts: merged.conflicts(), unread: None }
        }
        (Err(error), _) | (_, Err(error)) => {
            let mut text = String::new();
            let lines = |bytes| String::from_utf8_lossy(bytes).into_owned();
            between(&mut text, marker, &lines(ours), &lines(theirs));
            Outcome { text, conflicts: Vec::new(), unread: Some(error) }
        }
    }
}

/// Merges three lockfiles.
pub(crate) fn merge(base: &Lockfile, ours: &Lockfile, theirs: &Lockfile) -> Merged {
    let server = three(base.server.as_ref(), ours.server.as_ref(), theirs.server.as_ref(), |_, _, _| None);
    let slugs: BTreeSet<&Slug> = ours.skills.keys().chain(theirs.skills.keys()).collect();
    let one = |slug: &Slug| {
        let [base, ours, theirs] = [base, ours, theirs].map(|lockfile| lockfile.skills.get(slug));
        (slug.clone(), three(base, ours, theirs, join))
    };
    Merged { server, skills: slugs.into_iter().map(one).collect() }
}

/// The rule of every three-way merge; `join` decides where both sides changed what is there on both.
fn three<T: Clone + PartialEq>(
    base: Option<&T>,
    ours: Option<&T>,
    theirs: Option<&T>,
    join: impl Fn(Option<&T>, &T, &T) -> Option<T>,
) -> Part<T> {
    if ours == theirs || theirs == base {
        return Part::Agreed(ours.cloned());
    }
    if ours == base {
        return Part::Agreed(theirs.cloned());
    }
    let joined = ours.zip(theirs).and_then(|(ours, theirs)| join(base, ours, theirs));
    joined.map_or_else(|| Part::Both(ours.cloned(), theirs.cloned()), |one| Part::Agreed(Some(one)))
}

/// Joins two entries of the same bytes: what a person noted of them on either side holds. Who pinned one version while
/// another took a newer one has to say what is meant.
fn join(base: Option<&LockedSkill>, ours: &LockedSkill, theirs: &LockedSkill) -> Option<LockedSkill> {
    if ours.content_sha != theirs.content_sha || ours.tree() != theirs.tree() {
        return None;
    }
    // What was accepted before is known to have been accepted for these bytes alone.
    let base = base.filter(|base| base.content_sha == ours.content_sha && base.tree() == ours.tree());
    let version = alike(base.and_then(|one| one.version), ours.version, theirs.version)?;
    let owner = alike(base.and_then(|one| one.owner.clone()), ours.owner.clone(), theirs.owner.clone())?;
    let source = alike(base.map(|one| one.source.clone()), Some(ours.source.clone()), Some(theirs.source.clone()))??;
    let was_pinned = base.is_some_and(|base| base.pinned);
    let pinned = if ours.pinned == was_pinned { theirs.pinned } else { ours.pinned };
    let before: &[String] = base.map_or(&[], |base| &base.accepted);
    let mut accepted: Vec<String> = Vec::new();
    for rule in ours.accepted.iter().chain(&theirs.accepted) {
        let on_both = ours.accepted.contains(rule) && theirs.accepted.contains(rule);
        if (on_both || !before.contains(rule)) && !accepted.contains(rule) {
            accepted.push(rule.clone());
        }
    }
    accepted.sort();
    Some(LockedSkill { version, owner, source, pinned, accepted, ..ours.clone() })
}

/// What a field is, where one side at most changed it.
fn alike<T: Clone + PartialEq>(base: Option<T>, ours: Option<T>, theirs: Option<T>) -> Option<Option<T>> {
    match three(base.as_ref(), ours.as_ref(), theirs.as_ref(), |_, _, _| None) {
        Part::Agreed(value) => Some(value),
        Part::Both(..) => None,
    }
}

impl Merged {
    /// What has to be decided: slugs, or `server`.
    pub(crate) fn conflicts(&self) -> Vec<String> {
        let server = matches!(self.server, Part::Both(..)).then(|| "server".to_owned());
        let both = |(slug, part): (&Slug, &Part<_>)| matches!(part, Part::Both(..)).then(|| slug.to_string());
        server.into_iter().chain(self.skills.iter().filter_map(both)).collect()
    }

    /// The text of the file; what has to be decided stands between markers of this length.
    pub(crate) fn render(&self, marker: usize) -> String {
        let server = |server: &Option<String>| server.as_deref().map_or_else(String::new, lockfile::server_text);
        let mut text = lockfile::head_text();
        match &self.server {
            Part::Agreed(one) => text.push_str(&server(one)),
            Part::Both(ours, theirs) => between(&mut text, marker, &server(ours), &server(theirs)),
        }
        for (slug, part) in &self.skills {
            let entry = |skill: &Option<LockedSkill>| {
                skill.as_ref().map_or_else(String::new, |skill| lockfile::entry_text(slug, skill))
            };
            match part {
                Part::Agreed(None) => {}
                Part::Agreed(one) => {
                    text.push('\n');
                    text.push_str(&entry(one));
                }
                Part::Both(ours, theirs) => {
                    text.push('\n');
                    between(&mut text, marker, &entry(ours), &entry(theirs));
                }
            }
        }
        text
    }
}

/// Both texts between markers, each on lines of its own.
fn between(text: &mut String, marker: usize, ours: &str, theirs: &str) {
    let line = |sign: &str| sign.repeat(marker);
    let whole = |side: &str| if side.is_empty() || side.ends_with('\n') { "" } else { "\n" };
    // Writing into a String cannot fail.
    let _ = writeln!(text, "{} ours", line("<"));
    let _ = writeln!(text, "{ours}{}{}", whole(ours), line("="));
    let _ = writeln!(text, "{theirs}{}{} theirs", whole(theirs), line(">"));
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use skillzdrive_wire::ContentSha;

    use super::*;
    use crate::error::Kind;

    fn sha(digit: char) -> ContentSha {
        ContentSha::new(&digit.to_string().repeat(64)).unwrap()
    }

    fn skill(digit: char) -> LockedSkill {
        LockedSkill::new(sha(digit), &sha(digit), Some(u64::from(u32::from(digit))))
    }

    fn lockfile(skills: &[(&str, LockedSkill)]) -> Lockfile {
        let skills = skills.iter().map(|(slug, skill)| (Slug::new(slug).unwrap(), skill.clone()));
        Lockfile { server: None, skills: skills.collect() }
    }

    fn texts(base: &Lockfile, ours: &Lockfile, theirs: &Lockfile) -> Outcome {
        let [base, ours, theirs] = [base, ours, theirs].map(Lockfile::render);
        merge_texts(base.as_bytes(), ours.as_bytes(), theirs.as_bytes(), Path::new("skillzdrive.lock"), 7)
    }

    #[test]
    fn two_changes_of_one_skill_stand_between_markers_and_the_rest_is_merged() {
        let base = lockfile(&[("csv", skill('a')), ("pdf", skill('a'))]);
        let ours = lockfile(&[("alpha", skill('a')), ("csv", skill('a')), ("pdf", skill('b'))]);
        let theirs = lockfile(&[("pdf", skill('c')), ("zeta", skill('a'))]);
        let merged = texts(&base, &ours, &theirs);
        assert_eq!(merged.conflicts, ["pdf"]);
        let order: Vec<&str> = merged.text.lines().filter(|line| line.starts_with(['[', '<', '=', '>'])).collect();
        assert_eq!(
            order,
            [
                "[skill.alpha]",
                "<<<<<<< ours",
                "[skill.pdf]",
                "=======",
                "[skill.pdf]",
                ">>>>>>> theirs",
                "[skill.zeta]"
            ]
        );
        let error = Lockfile::parse(&merged.text, Path::new("x")).unwrap_err();
        assert!(error.message().contains("a merge conflict marker"), "{error}");
        assert_eq!(
            Lockfile::parse(&side(&merged.text, true), Path::new("x")).unwrap().skills[&Slug::new("pdf").unwrap()],
            skill('b')
        );
    }

    #[test]
    fn a_removal_against_a_change_is_a_conflict() {
        let merged = texts(&lockfile(&[("pdf", skill('a'))]), &Lockfile::default(), &lockfile(&[("pdf", skill('b'))]));
        assert_eq!(merged.conflicts, ["pdf"]);
        assert!(merged.text.contains("<<<<<<< ours\n=======\n[skill.pdf]\n"), "{}", merged.text);
    }

    #[test]
    fn notes_on_the_same_bytes_are_joined() {
        let noted = |pinned, accepted: &[&str]| LockedSkill {
            pinned,
            accepted: accepted.iter().map(|rule| (*rule).to_owned()).collect(),
            ..skill('a')
        };
        let base = lockfile(&[("pdf", noted(false, &["one", "two"]))]);
        let ours = lockfile(&[("pdf", noted(true, &["one", "two", "three"]))]);
        let theirs = lockfile(&[("pdf", noted(false, &["four", "two"]))]);
        let merged = merge(&base, &ours, &theirs);
        assert_eq!(
            merged.skills[&Slug::new("pdf").unwrap()],
            Part::Agreed(Some(noted(true, &["four", "three", "two"])))
        );
        // A pin holds a version: against another version it is a matter to decide.
        let newer = lockfile(&[("pdf", skill('b'))]);
        assert_eq!(merge(&base, &ours, &newer).conflicts(), ["pdf"]);
    }

    #[test]
    fn what_is_no_lockfile_is_never_merged_and_never_lost() {
        let good = lockfile(&[("pdf", skill('a'))]).render();
        let merged = merge_texts(b"", good.as_bytes(), b"version = 9", Path::new("x.lock"), 9);
        assert_eq!(merged.unread.unwrap().kind(), Kind::Integrity);
        let nine = |sign: &str| sign.repeat(9);
        let expected = format!("{} ours\n{good}{}\nversion = 9\n{} theirs\n", nine("<"), nine("="), nine(">"));
        assert_eq!(merged.text, expected);
        // A base with markers in it is no base.
        let merged = merge_texts(b"<<<<<<< x\n", good.as_bytes(), good.as_bytes(), Path::new("x.lock"), 7);
        assert_eq!((merged.text, merged.unread.is_none()), (good, true));
    }

    /// One side of a text with markers.
    fn side(text: &str, ours: bool) -> String {
        let (mut kept, mut inside) = (String::new(), None);
        for line in text.lines() {
            match line {
                "<<<<<<< ours" => inside = Some(true),
                "=======" => inside = Some(false),
                ">>>>>>> theirs" => inside = None,
                _ if inside.is_none_or(|of_ours| of_ours == ours) => {
                    kept.push_str(line);
                    kept.push('\n');
                }
                _ => {}
            }
        }
        kept
    }

    fn some() -> impl Strategy<Value = Lockfile> {
        let entry = (0..6_u8, any::<bool>(), proptest::collection::vec("[a-c]", 0..3));
        let entry = entry.prop_map(|(digit, pinned, mut accepted)| {
            accepted.sort();
            accepted.dedup();
            LockedSkill { pinned, accepted, ..skill(char::from(b'a' + digit)) }
        });
        let skills = proptest::collection::btree_map("[a-e]", entry, 0..5);
        (proptest::option::of("https://[ab]"), skills).prop_map(|(server, skills)| Lockfile {
            server,
            skills: skills.into_iter().map(|(slug, skill)| (Slug::new(&slug).unwrap(), skill)).collect(),
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn a_side_that_changed_nothing_gives_way_and_the_sides_are_alike(base in some(), ours in some(), theirs in some()) {
            let clean = |merged: &Merged| merged.conflicts().is_empty().then(|| merged.render(7));
            prop_assert_eq!(clean(&merge(&base, &ours, &base)), Some(ours.render()));
            prop_assert_eq!(clean(&merge(&base, &base, &theirs)), Some(theirs.render()));
            prop_assert_eq!(clean(&merge(&base, &ours, &ours)), Some(ours.render()));
            let (one, other) = (merge(&base, &ours, &theirs), merge(&base, &theirs, &ours));
            prop_assert_eq!(one.conflicts(), other.conflicts());
            prop_assert_eq!(clean(&one), clean(&other));
        }

        #[test]
        fn what_is_written_is_a_lockfile_or_is_refused(base in some(), ours in some(), theirs in some()) {
            let merged = texts(&base, &ours, &theirs);
            let read = Lockfile::parse(&merged.text, Path::new("x"));
            prop_assert_eq!(read.is_ok(), merged.conflicts.is_empty());
            // Whoever decides for one side throughout has that side's entries where both changed something.
            for is_ours in [true, false] {
                let decided = Lockfile::parse(&side(&merged.text, is_ours), Path::new("x")).unwrap();
                let wanted = if is_ours { &ours } else { &theirs };
                for slug in merged.conflicts.iter().filter_map(|name| Slug::new(name).ok()) {
                    prop_assert_eq!(decided.skills.get(&slug), wanted.skills.get(&slug));
                }
            }
        }

        #[test]
        fn changes_of_different_skills_are_both_there(base in some(), ours in some(), theirs in some()) {
            // Ours changes a to c, theirs the rest.
            let is_ours = |slug: &Slug| slug.as_str() <= "c";
            let take = |from: &Lockfile, mine: bool| {
                let kept = base.skills.iter().filter(|(slug, _)| is_ours(slug) != mine);
                let new = from.skills.iter().filter(|(slug, _)| is_ours(slug) == mine);
                let skills = kept.chain(new).map(|(slug, skill)| (slug.clone(), skill.clone())).collect();
                Lockfile { server: base.server.clone(), skills }
            };
            let both: BTreeMap<_, _> = ours.skills.iter().filter(|(slug, _)| is_ours(slug))
                .chain(theirs.skills.iter().filter(|(slug, _)| !is_ours(slug)))
                .map(|(slug, skill)| (slug.clone(), skill.clone())).collect();
            let expected = Lockfile { server: base.server.clone(), skills: both };
            let merged = merge(&base, &take(&ours, true), &take(&theirs, false));
            prop_assert_eq!(merged.conflicts(), Vec::<String>::new());
            prop_assert_eq!(merged.render(7), expected.render());
        }
    }
}
