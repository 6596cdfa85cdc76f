//! Rows 1 to 29: names that leave the folder, hide something, or cannot live together.

use super::Case;
use super::NAMELESS;
use super::Row;
use super::reject;
use super::reject_part;
use super::row;
use super::with;
use super::with_all;
use super::zipper::Part;
use super::zipper::Zip;
use super::zipper::extra;

/// One package for each name, all refused for the same reason.
fn named(code: &'static str, names: &[&str]) -> Vec<Case> {
    names.iter().map(|name| reject_part(code, Part::stored(name, b"x"))).collect()
}

/// One package for each group of names that cannot all exist.
fn together(code: &'static str, groups: &[&[&str]]) -> Vec<Case> {
    groups.iter().map(|names| reject(code, &with_all(names))).collect()
}

/// A Unicode-path field: the checksum of one name, and another name.
fn unicode_path(of: &[u8], says: &[u8]) -> Vec<u8> {
    extra(0x7075, &[&[1][..], &crc32fast::hash(of).to_le_bytes(), says].concat())
}

fn with_extra(field: &[u8]) -> Part {
    Part::stored("a", b"x").both(|head| head.extra = field.to_vec())
}

fn unflagged(name: &[u8]) -> Zip {
    with(Part::stored(name, b"x").both(|head| head.flags = 0))
}

pub(super) static ROWS: &[Row] = &[
    row(1, "`../evil`", || named("name_traversal", &["../evil", "..", "a/.."])),
    row(2, "`a/../../evil`", || named("name_traversal", &["a/../../evil"])),
    row(3, "an absolute path", || named("name_absolute", &["/etc/x", "/SKILL.md"])),
    row(4, "`C:\\x`", || {
        let mut cases = named("name_backslash", &["C:\\x"]);
        cases.extend(named("name_drive", &["C:/x"]));
        cases
    }),
    row(5, "a drive-relative path", || named("name_drive", &["C:x"])),
    row(6, "a path of a network share", || {
        let mut cases = named("name_backslash", &["\\\\srv\\share\\x"]);
        cases.extend(named("name_absolute", &["//srv/x"]));
        cases
    }),
    row(7, "`..\\evil`", || named("name_backslash", &["..\\evil", "a\\b"])),
    row(8, "both separators mixed", || named("name_backslash", &["a/..\\..\\b"])),
    row(9, "a NUL in a name", || named("name_nul", &["a\0b", "SKILL.md\0.txt"])),
    row(10, "an empty name", || named("name_empty", &["", "a//b"])),
    row(11, "only `.` or `./`", || {
        let mut cases = named("name_dot", &[".", "./a", "a/./b"]);
        cases.push(reject_part("name_dot", Part::folder("./")));
        cases
    }),
    row(12, "line ends, escapes and other controls in a name", || {
        named("name_control", &["a\nb", "a\rb", "a\u{1b}[2Jb", "a\u{7f}", "a\u{9b}2J"])
    }),
    row(13, "bidirectional, zero-width and tag characters in a name", || {
        named("name_invisible", &["a\u{202e}b", "a\u{2066}b", "a\u{200b}b", "\u{feff}a", "a\u{e0041}b"])
    }),
    row(14, "not UTF-8 though flagged so", || {
        vec![
            reject_part("name_not_utf8", Part::stored(b"a\xff", b"x")),
            // A surrogate, and a `/` in two bytes.
            reject_part("name_not_utf8", Part::stored(b"\xed\xa0\x80", b"x")),
            reject_part("name_not_utf8", Part::stored(b"..\xc0\xafx", b"x")),
        ]
    }),
    row(15, "letters outside ASCII in no stated encoding", || {
        vec![
            reject("name_encoding", &unflagged(b"caf\x82")),
            reject("name_encoding", &unflagged("caf\u{e9}".as_bytes())),
        ]
    }),
    row(16, "a Unicode-path field with another name", || {
        let evil = unicode_path(b"a", b"../evil");
        let part = || Part::stored("a", b"x");
        vec![
            reject_part("unicode_path", with_extra(&evil)),
            reject_part("unicode_path", part().central(|head| head.extra = evil.clone())),
            reject_part("unicode_path", part().local(|head| head.extra = evil.clone())),
            // The right name, with the checksum of another.
            reject_part("unicode_path", with_extra(&unicode_path(b"b", b"a"))),
        ]
    }),
    row(17, "a second Unicode-path field", || {
        let (same, evil) = (unicode_path(b"a", b"a"), unicode_path(b"a", b"../evil"));
        vec![
            reject_part("unicode_path", with_extra(&[&same[..], &same].concat())),
            reject_part("unicode_path", with_extra(&[&same[..], &evil].concat())),
        ]
    }),
    row(18, "one name composed and decomposed", || {
        together("clash_normalisation", &[&["\u{e9}", "e\u{301}"], &["d/e\u{301}", "d/\u{e9}"]])
    }),
    row(19, "names that differ in case", || {
        together("clash_case", &[&["README.md", "readme.md"], &["Docs/a", "docs/b"], &["d/Skill.MD", "d/SKILL.md"]])
    }),
    row(20, "names that are one when folded", || {
        together("clash_case", &[&["stra\u{df}e", "STRASSE"], &["\u{212a}elvin", "kelvin"], &["\u{3c3}", "\u{3c2}"]])
    }),
    row(21, "one name twice, with different bytes", || {
        let parts = [Part::stored("SKILL.md", NAMELESS), Part::stored("x", b"1"), Part::stored("x", b"2")];
        let skills = [Part::stored("SKILL.md", NAMELESS), Part::stored("SKILL.md", b"---\nname: other\n---\n")];
        vec![reject("clash_duplicate", &Zip::new(parts)), reject("clash_duplicate", &Zip::new(skills))]
    }),
    row(22, "one name twice, with the same bytes", || together("clash_duplicate", &[&["x", "x"]])),
    row(23, "a file `a` and a file `a/b`", || {
        together("clash_file_and_folder", &[&["a", "a/b"], &["a/b", "a"], &["SKILL.md/x"]])
    }),
    row(24, "names of devices", || {
        let names = ["CON", "d/nul.txt", "COM1", "COM\u{b9}", "LPT9.md", "aux/x", "con.a.b", "CONIN$"];
        named("name_reserved", &names)
    }),
    row(25, "a dot or a space at an end", || named("name_trailing", &["a.", "a ", "d./x", "d /x", "..."])),
    row(26, "`file:stream`", || named("name_colon", &["file:stream", "SKILL.md::$DATA"])),
    row(27, "a DOS short name beside the long one", || {
        together("name_short_alias", &[&["Program Files", "PROGRA~1"], &["long-name.text", "LONG-N~1.TEX"]])
    }),
    row(28, "a path or a part of one that is too long", || {
        let (path, part, composed) = ("x".repeat(241), "x".repeat(256), "\u{344}".repeat(80));
        named("name_too_long", &[&path, &part, &composed])
    }),
    row(29, "a thousand folders deep", || {
        let deep = |depth| vec!["d"; depth].join("/");
        let mut cases = named("name_too_long", &[&deep(1_000)]);
        cases.extend(named("name_too_deep", &[&deep(33), &deep(120)]));
        cases
    }),
];
