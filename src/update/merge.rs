//! Two changed versions of a skill made into one, by the version both came from. Pure.
//!
//! A file that only one side changed is that side's. Text that both changed is merged line by line. What touches the
//! same lines, or is no text, is a conflict; with markers, conflicting text is written with both sides in it.

use std::collections::BTreeSet;
use std::time::Duration;
use std::time::Instant;

use similar::Algorithm;
use similar::DiffOp;

use crate::update::files;
use crate::update::files::Files;

const PATIENCE: Duration = Duration::from_secs(5);

/// What came of a merge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Merged {
    /// The files. Where there are conflicts they hold the local content.
    pub(crate) files: Files,
    /// Files that could not be merged.
    pub(crate) conflicts: Vec<String>,
    /// Files with conflict markers in them.
    pub(crate) marked: Vec<String>,
}

/// Merges. `markers` holds the names of the two sides when conflicting text is to be marked.
pub(crate) fn merge(base: &Files, mine: &Files, theirs: &Files, markers: Option<(&str, &str)>) -> Merged {
    let paths: BTreeSet<&String> = base.keys().chain(mine.keys()).chain(theirs.keys()).collect();
    let mut merged = Merged { files: Files::new(), conflicts: Vec::new(), marked: Vec::new() };
    for path in paths {
        let (old, own, new) = (base.get(path), mine.get(path), theirs.get(path));
        let content = if own == new || old == new {
            own.cloned()
        } else if old == own {
            new.cloned()
        } else {
            match text_merge(old, own, new, markers) {
                Some((text, false)) => Some(text.into_bytes()),
                Some((text, true)) if markers.is_some() => {
                    merged.marked.push(path.clone());
                    Some(text.into_bytes())
                }
                _ => {
                    merged.conflicts.push(path.clone());
                    own.cloned()
                }
            }
        };
        if let Some(content) = content {
            merged.files.insert(path.clone(), content);
        }
    }
    merged
}

/// The merged text and whether both sides changed the same place; `None` when one side has no text.
fn text_merge(
    base: Option<&Vec<u8>>,
    mine: Option<&Vec<u8>>,
    theirs: Option<&Vec<u8>>,
    markers: Option<(&str, &str)>,
) -> Option<(String, bool)> {
    // A file that both added has an empty base: what they share is no conflict.
    let base = base.map_or(Some(""), |bytes| files::text(bytes))?;
    let (mine, theirs) = (files::text(mine?)?, files::text(theirs?)?);
    Some(lines(base, mine, theirs, markers.unwrap_or_default()))
}

fn lines(base: &str, mine: &str, theirs: &str, names: (&str, &str)) -> (String, bool) {
    let [base, mine, theirs] = [base, mine, theirs].map(|text| text.split_inclusive('\n').collect::<Vec<&str>>());
    let (in_mine, in_theirs) = (matches(&base, &mine), matches(&base, &theirs));
    let mut out = String::new();
    let mut conflict = false;
    let (mut b, mut m, mut t) = (0, 0, 0);
    while b < base.len() || m < mine.len() || t < theirs.len() {
        if b < base.len() && in_mine[b] == Some(m) && in_theirs[b] == Some(t) {
            out.push_str(base[b]);
            (b, m, t) = (b + 1, m + 1, t + 1);
            continue;
        }
        // Up to the next line that all three have.
        let next = (b..base.len()).find_map(|at| Some((at, in_mine[at]?, in_theirs[at]?)));
        let (to_b, to_m, to_t) = next.unwrap_or((base.len(), mine.len(), theirs.len()));
        let (old, own, new) = (&base[b..to_b], &mine[m..to_m], &theirs[t..to_t]);
        if own == new || old == new {
            out.extend(own.iter().copied());
        } else if old == own {
            out.extend(new.iter().copied());
        } else {
            conflict = true;
            mark(&mut out, own, new, names);
        }
        (b, m, t) = (to_b, to_m, to_t);
    }
    (out, conflict)
}

fn mark(out: &mut String, own: &[&str], new: &[&str], names: (&str, &str)) {
    let part = |out: &mut String, lines: &[&str]| {
        out.extend(lines.iter().copied());
        if !out.is_empty() && !out.ends_with('\n') {
            out.push('\n');
        }
    };
    part(out, &[]);
    out.push_str(&format!("<<<<<<< {}\n", names.0));
    part(out, own);
    out.push_str("=======\n");
    part(out, new);
    out.push_str(&format!(">>>>>>> {}\n", names.1));
}

/// For each line of the base its place in the other text, where it is still there.
fn matches(base: &[&str], other: &[&str]) -> Vec<Option<usize>> {
    let mut places = vec![None; base.len()];
    let until = Some(Instant::now() + PATIENCE);
    for op in similar::capture_diff_slices_deadline(Algorithm::Myers, base, other, until) {
        if let DiffOp::Equal { old_index, new_index, len } = op {
            for step in 0..len {
                places[old_index + step] = Some(new_index + step);
            }
        }
    }
    places
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn files(list: &[(&str, &str)]) -> Files {
        list.iter().map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec())).collect()
    }

    fn plain(base: &str, mine: &str, theirs: &str) -> (String, bool) {
        lines(base, mine, theirs, ("mine", "theirs"))
    }

    #[test]
    fn changes_in_different_places_are_both_kept() {
        let merged = plain("a\nb\nc\nd\ne\n", "A\nb\nc\nd\ne\n", "a\nb\nc\nd\nE\nf\n");
        assert_eq!(merged, ("A\nb\nc\nd\nE\nf\n".to_owned(), false));
        assert_eq!(plain("a\nb\nc\n", "b\nc\n", "a\nb\n"), ("b\n".to_owned(), false));
        assert_eq!(plain("a\n", "a\nsame\n", "a\nsame\n"), ("a\nsame\n".to_owned(), false));
    }

    #[test]
    fn changes_in_one_place_are_marked() {
        let (text, conflict) = plain("a\nb\nc\n", "a\nmine\nc\n", "a\ntheirs\nc\n");
        assert!(conflict);
        assert_eq!(text, "a\n<<<<<<< mine\nmine\n=======\ntheirs\n>>>>>>> theirs\nc\n");
        let (text, conflict) = plain("a", "x", "y");
        assert!(conflict);
        assert_eq!(text, "<<<<<<< mine\nx\n=======\ny\n>>>>>>> theirs\n");
    }

    #[test]
    fn files_follow_the_side_that_changed_them() {
        let base = files(&[("keep", "k"), ("mine", "1"), ("theirs", "1"), ("gone", "g"), ("both", "a\nb\nc\n")]);
        let mine =
            files(&[("keep", "k"), ("mine", "2"), ("theirs", "1"), ("gone", "g"), ("both", "A\nb\nc\n"), ("n", "n")]);
        let theirs = files(&[("keep", "k"), ("mine", "1"), ("theirs", "2"), ("both", "a\nb\nC\n")]);
        let merged = merge(&base, &mine, &theirs, None);
        assert_eq!(
            merged.files,
            files(&[("keep", "k"), ("mine", "2"), ("theirs", "2"), ("both", "A\nb\nC\n"), ("n", "n")])
        );
        assert!(merged.conflicts.is_empty() && merged.marked.is_empty());
    }

    #[test]
    fn what_cannot_be_merged_is_named_and_keeps_the_local_content() {
        let base = files(&[("edited", "1"), ("bytes", "\0"), ("text", "a\n")]);
        let mine = files(&[("edited", "2"), ("bytes", "\0\u{1}"), ("text", "b\n")]);
        let theirs = files(&[("bytes", "\0\u{2}"), ("text", "c\n")]);
        let merged = merge(&base, &mine, &theirs, None);
        assert_eq!(merged.conflicts, ["bytes", "edited", "text"]);
        assert_eq!(merged.files, mine);
        let marked = merge(&base, &mine, &theirs, Some(("installed", "version 2")));
        assert_eq!((marked.conflicts.len(), marked.marked.as_slice()), (2, &["text".to_owned()][..]));
        assert!(String::from_utf8_lossy(&marked.files["text"]).contains(">>>>>>> version 2\n"));
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn one_side_alone_is_taken_whole(base in "[a-c\n]{0,30}", other in "[a-c\n]{0,30}") {
            prop_assert_eq!(plain(&base, &base, &other), (other.clone(), false));
            prop_assert_eq!(plain(&base, &other, &base), (other.clone(), false));
            prop_assert_eq!(plain(&base, &other, &other), (other, false));
        }

        #[test]
        fn no_line_of_either_side_is_invented(base in "[a-c\n]{0,30}", mine in "[a-f\n]{0,30}", theirs in "[a-f\n]{0,30}") {
            let (text, conflict) = plain(&base, &mine, &theirs);
            if !conflict {
                for line in text.split_inclusive('\n') {
                    prop_assert!([&base, &mine, &theirs].iter().any(|all| all.contains(line.trim_end())));
                }
            }
        }
    }
}
