//! The table against an oracle that is the contract's rows put into words, over every combination.

use super::*;

type Side = Option<char>;

const SIDES: [Side; 4] = [None, Some('1'), Some('2'), Some('3')];

fn sha(side: Side) -> Option<ContentSha> {
    side.map(|digit| ContentSha::new(&digit.to_string().repeat(64)).unwrap())
}

/// One row of the contract's table: when it holds, and what it says.
struct Row {
    says: Action,
    holds: fn(Side, Side, Side, Known) -> bool,
}

/// The rows in the contract's words. Rows that name an exception are written with it, so that at most one row holds,
/// save the catch-all of conflicts, which is asked last.
fn rows() -> Vec<Row> {
    vec![
        Row { says: Action::InSync, holds: |l, d, _, _| l.is_some() && l == d },
        Row {
            says: Action::ClaimPublic,
            holds: |l, d, b, k| l.is_some() && d.is_none() && b.is_none() && k.local_is_public_version,
        },
        Row {
            says: Action::UploadPrivate,
            holds: |l, d, b, k| l.is_some() && d.is_none() && b.is_none() && !k.local_is_public_version,
        },
        Row { says: Action::DownloadInstall, holds: |l, d, b, _| l.is_none() && d.is_some() && b.is_none() },
        Row {
            says: Action::UploadUpdate,
            holds: |l, d, b, k| l.is_some() && d.is_some() && l != d && b == d && k.owned,
        },
        Row { says: Action::DownloadUpdate, holds: |l, d, b, _| l.is_some() && d.is_some() && l != d && b == l },
        Row {
            says: Action::DownloadUpdate,
            holds: |l, d, b, k| l.is_some() && d.is_some() && l != d && b.is_none() && k.local_is_earlier_version,
        },
        Row { says: Action::RemovedOnDrive, holds: |l, d, b, k| l.is_some() && l == b && d.is_none() && k.tombstone },
        Row { says: Action::RemovedHere, holds: |l, d, b, _| l.is_none() && d.is_some() && b.is_some() },
    ]
}

fn oracle(l: Side, d: Side, b: Side, known: Known) -> Action {
    let holding: Vec<Action> =
        rows().into_iter().filter(|row| (row.holds)(l, d, b, known)).map(|row| row.says).collect();
    match holding.as_slice() {
        [one] => one.clone(),
        [] if l.is_some() => Action::Conflict,
        [] => Action::InSync,
        many => panic!("{many:?} hold together for {l:?} {d:?} {b:?} {known:?}"),
    }
}

fn every(mut check: impl FnMut(Side, Side, Side, Known)) {
    for l in SIDES {
        for d in SIDES {
            for b in SIDES {
                for flags in 0..16u8 {
                    let bit = |n: u8| flags & (1 << n) != 0;
                    let known = Known {
                        local_is_public_version: bit(0),
                        local_is_earlier_version: bit(1),
                        owned: bit(2),
                        tombstone: bit(3),
                    };
                    check(l, d, b, known);
                }
            }
        }
    }
}

fn classified(l: Side, d: Side, b: Side, known: Known) -> Action {
    let (l, d, b) = (sha(l), sha(d), sha(b));
    classify(Sides { local: l.as_ref(), drive: d.as_ref(), base: b.as_ref() }, known)
}

#[test]
fn every_combination_is_the_row_of_the_contract() {
    let mut seen = 0;
    every(|l, d, b, known| {
        assert_eq!(classified(l, d, b, known), oracle(l, d, b, known), "L {l:?} D {d:?} B {b:?} {known:?}");
        seen += 1;
    });
    assert_eq!(seen, 4 * 4 * 4 * 16);
}

#[test]
fn every_known_action_is_said_and_nothing_else() {
    let mut said = std::collections::BTreeSet::new();
    every(|l, d, b, known| {
        said.insert(classified(l, d, b, known).to_string());
    });
    assert_eq!(said, Action::KNOWN.iter().map(|word| (*word).to_owned()).collect());
}

#[test]
fn names_of_bytes_do_not_matter() {
    let renamed = |side: Side| {
        side.map(|digit| {
            if digit == '1' {
                '2'
            } else if digit == '2' {
                '1'
            } else {
                digit
            }
        })
    };
    every(|l, d, b, known| {
        assert_eq!(classified(l, d, b, known), classified(renamed(l), renamed(d), renamed(b), known));
    });
}

#[test]
fn whoever_does_not_own_a_skill_never_sends_to_it() {
    every(|l, d, b, known| {
        let said = classified(l, d, b, Known { owned: false, ..known });
        assert!(said != Action::UploadUpdate, "L {l:?} D {d:?} B {b:?} {known:?}");
    });
}

#[test]
fn a_drive_has_no_word_for_removed_here() {
    assert_eq!(as_told_by_drive(Action::RemovedHere), Action::DownloadInstall);
    every(|l, d, b, known| {
        let said = classified(l, d, b, known);
        if said != Action::RemovedHere {
            assert_eq!(as_told_by_drive(said.clone()), said);
        }
    });
}

#[test]
fn the_guard_lets_nothing_replace_bytes_that_were_not_synced() {
    let replacing = [Action::DownloadUpdate, Action::RemovedOnDrive, Action::DownloadInstall];
    let words = Action::KNOWN.iter().copied().chain(["a_newer_word"]).map(Action::from);
    for told in words {
        for known_bytes in [false, true] {
            every(|l, d, b, _| {
                let (ls, ds, bs) = (sha(l), sha(d), sha(b));
                let sides = Sides { local: ls.as_ref(), drive: ds.as_ref(), base: bs.as_ref() };
                let guarded = guard(&told, sides, known_bytes);
                let at_risk = l.is_some() && l != b;
                let excepted = told == Action::DownloadUpdate && b.is_none() && known_bytes;
                if at_risk && !excepted && replacing.contains(&told) {
                    assert_eq!(guarded, Action::Conflict, "{told} L {l:?} D {d:?} B {b:?}");
                } else {
                    assert_eq!(guarded, told, "{told} L {l:?} D {d:?} B {b:?}");
                }
            });
        }
    }
}

#[test]
fn the_guard_agrees_with_the_table_where_the_drive_is_right() {
    every(|l, d, b, known| {
        let said = classified(l, d, b, known);
        let (ls, ds, bs) = (sha(l), sha(d), sha(b));
        let sides = Sides { local: ls.as_ref(), drive: ds.as_ref(), base: bs.as_ref() };
        assert_eq!(guard(&said, sides, true), said, "L {l:?} D {d:?} B {b:?}");
    });
}

#[test]
fn execute_takes_the_table_or_a_decision_of_a_conflict() {
    let words = || Action::KNOWN.iter().copied().map(Action::from);
    let mut decided = Vec::new();
    for classified in words() {
        let told = as_told_by_drive(classified.clone());
        for asked in words() {
            for owned in [false, true] {
                let may = may_execute(&asked, &classified, owned);
                if asked == told && (owned || asked != Action::UploadUpdate) {
                    assert!(may, "{asked} where the table says {classified}");
                } else if may {
                    decided.push((asked.to_string(), classified.to_string(), owned));
                }
            }
        }
    }
    let expected = [
        ("upload_update", "download_update", true),
        ("download_update", "conflict", false),
        ("download_update", "conflict", true),
        ("upload_update", "conflict", true),
    ];
    decided.sort();
    let mut expected: Vec<_> = expected.map(|(a, c, o)| (a.to_owned(), c.to_owned(), o)).into();
    expected.sort();
    assert_eq!(decided, expected);
}
