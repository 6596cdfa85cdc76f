//! Rows 46 to 74: headers, directories and ends that lie, what is not supported, and what is no skill.

use super::Case;
use super::NAMELESS;
use super::Outcome;
use super::Row;
use super::accept;
use super::accept_part;
use super::reject;
use super::reject_part;
use super::row;
use super::row_and;
use super::with;
use super::zipper::Head;
use super::zipper::Part;
use super::zipper::Zip;
use super::zipper::descriptor;
use super::zipper::extra;

fn part() -> Part {
    Part::stored("x", b"abc")
}

fn good() -> Zip {
    with(part())
}

fn raw(code: &'static str, bytes: Vec<u8>) -> Case {
    Case::new(Outcome::Reject(code), bytes)
}

/// The good zip with a zip64 record that was changed.
fn wide(change: fn(&mut Vec<u8>)) -> Zip {
    Zip { end64: Some(change), ..good() }
}

/// A zip64 field of both sizes.
fn sizes(size: u64, packed: u64) -> Vec<u8> {
    extra(1, &[size.to_le_bytes(), packed.to_le_bytes()].concat())
}

fn wide_descriptor(head: &Head) -> Vec<u8> {
    let sizes = [u64::from(head.packed).to_le_bytes(), u64::from(head.size).to_le_bytes()].concat();
    [&b"PK\x07\x08"[..], &head.crc.to_le_bytes(), &sizes].concat()
}

/// A zip of one `SKILL.md` alone.
fn only(content: &[u8]) -> Zip {
    Zip::new([Part::stored("SKILL.md", content)])
}

fn bad_skill(code: &'static str, content: &[u8]) -> Case {
    Case::new(Outcome::BadSkill(code), only(content).bytes())
}

fn skills(code: &'static str, names: &[&str]) -> Case {
    reject(code, &Zip::new(names.iter().map(|name| Part::stored(name, NAMELESS))))
}

/// Nine times nine times nine… of a word.
fn alias_bomb() -> Vec<u8> {
    let mut text = "---\na0: &a0 [x,x,x,x,x,x,x,x,x]\n".to_owned();
    for level in 1..30 {
        let refs = vec![format!("*a{}", level - 1); 9].join(",");
        text.push_str(&format!("a{level}: &a{level} [{refs}]\n"));
    }
    text.push_str("---\n");
    text.into_bytes()
}

fn named_traversal() -> Zip {
    only(b"---\nname: ../../x\ndescription: d\n---\n")
}

pub(super) static ROWS: &[Row] = &[
    row(46, "cut off at every sixteenth", || {
        let bytes = with(Part::deflated("scripts/a.sh", b"#!/bin/sh\necho\n")).bytes();
        (1..16).map(|part| raw("truncated", bytes[..bytes.len() * part / 16].to_vec())).collect()
    }),
    row(47, "a directory that is cut off", || {
        let bytes = good().bytes();
        let (start, end) = (bytes.len() - 22 - 47, bytes.len() - 22);
        // With the end record behind it as it was, and with one that states the length that is left.
        let cut = [&bytes[..start + 20], &bytes[end..]].concat();
        let mut honest = cut.clone();
        let at = honest.len() - 22 + 12;
        honest[at..at + 4].copy_from_slice(&(46 + 8 + 20_u32).to_le_bytes());
        vec![raw("bad_directory", cut), raw("bad_directory", honest)]
    }),
    row(48, "an entry of the directory that is not in the file", || {
        let mut zip = good();
        zip.parts[1].local = None;
        let mut far = good();
        far.parts[1].offset = Some(u32::MAX - 9);
        vec![reject("missing_local", &zip), reject("missing_central", &far)]
    }),
    row(49, "an entry of the file that is not in the directory", || {
        let (mut first, mut last) = (good(), good());
        first.parts.insert(0, Part::stored("hidden", b"x"));
        first.parts[0].central = None;
        last.parts[1].central = None;
        vec![reject("missing_central", &first), reject("missing_central", &last)]
    }),
    row(50, "two headers with two names", || {
        vec![
            reject_part("headers_disagree", part().local(|head| head.name = b"y".to_vec())),
            reject_part("headers_disagree", part().local(|head| head.name = b"../evil".to_vec())),
        ]
    }),
    row(51, "two headers that differ in size, checksum or method", || {
        let changes: [fn(&mut Head); 6] = [
            |head| head.size = 2,
            |head| head.packed = 2,
            |head| head.crc = 0,
            |head| head.method = 8,
            |head| head.flags = 0,
            |head| (head.crc, head.packed, head.size) = (0, 0, 0),
        ];
        changes.map(|change| reject_part("headers_disagree", part().local(change))).into()
    }),
    row(52, "two end records", || {
        let bytes = good().bytes();
        let end = bytes[bytes.len() - 22..].to_vec();
        let comment = end.clone();
        vec![
            raw("two_ends", [&bytes[..], &end].concat()),
            raw("two_ends", [&bytes[..], &bytes].concat()),
            reject("two_ends", &Zip { comment, ..good() }),
        ]
    }),
    row(53, "bytes behind the end", || {
        let bytes = good().bytes();
        vec![raw("trailing_bytes", [&bytes[..], b"!"].concat()), raw("truncated", [&bytes[..], &[0; 70_000]].concat())]
    }),
    row(54, "a program before the first entry", || {
        let program = b"#!/bin/sh\nexit\n";
        vec![
            raw("prepended_bytes", [&program[..], &good().bytes()].concat()),
            reject("prepended_bytes", &Zip { before: program.to_vec(), ..good() }),
        ]
    }),
    row(55, "a comment that holds a zip", || {
        let comment = [&good().bytes()[..], b"!"].concat();
        vec![reject("comment_holds_zip", &Zip { comment, ..good() })]
    }),
    row(56, "a wrong number of entries", || {
        [0, 1, 3].map(|count| reject("wrong_count", &Zip { count: Some(count), ..good() })).into()
    }),
    row(57, "zip64 in a small zip", || {
        let entry = part().both(|head| {
            (head.size, head.packed) = (u32::MAX, u32::MAX);
            head.extra = sizes(3, 3);
        });
        let zip = Zip { end64: Some(|_| ()), ..with(entry) };
        vec![accept(&zip), accept(&Zip { count: Some(u16::MAX), len: Some(u32::MAX), start: Some(u32::MAX), ..zip })]
    }),
    row(58, "zip64 fields that disagree with the others", || {
        let records: [fn(&mut Vec<u8>); 4] =
            [|record| record[24] += 1, |record| record[32] += 1, |record| record[40] += 1, |record| record[48] += 1];
        let mut cases: Vec<_> = records.map(|change| reject("zip64_mismatch", &wide(change))).into();
        cases.push(reject_part("zip64_mismatch", part().both(|head| head.extra = sizes(4, 3))));
        cases.push(reject_part("zip64_mismatch", part().central(|head| head.size = u32::MAX)));
        cases
    }),
    row(59, "extensible data in the zip64 record, and locators that point elsewhere", || {
        let mut elsewhere = wide(|_| ()).bytes();
        let at = elsewhere.len() - 22 - 20 + 8;
        elsewhere[at] ^= 1;
        let mut outside = wide(|_| ()).bytes();
        outside[at..at + 8].copy_from_slice(&u64::MAX.to_le_bytes());
        vec![
            reject("zip64_extensible", &wide(|record| record.extend([1, 0, 0, 0, 0, 0]))),
            reject("zip64_extensible", &wide(|record| record[4] = 50)),
            reject("zip64_mismatch", &wide(|record| record[0] = b'X')),
            raw("zip64_mismatch", elsewhere),
            raw("zip64_mismatch", outside),
            reject("zip64_mismatch", &Zip { count: Some(u16::MAX), ..good() }),
        ]
    }),
    row(60, "every good form of the record behind the data", || {
        let part = || Part::deflated("x", b"abcabcabcabc");
        let forms = [
            part().streamed(descriptor),
            part().streamed(|head| descriptor(head)[4..].to_vec()),
            part().streamed(wide_descriptor),
            part().streamed(|head| wide_descriptor(head)[4..].to_vec()),
        ];
        forms.map(accept_part).into()
    }),
    row(61, "a record behind the data that is wrong, missing or not announced", || {
        let part = || Part::deflated("x", b"abc");
        let wrong = |at: usize| {
            part().streamed(|head| {
                let mut bytes = descriptor(head);
                bytes[at] ^= 1;
                bytes
            })
        };
        let mut cases: Vec<_> = [0, 4, 8, 12].map(|at| reject_part("descriptor", wrong(at))).into();
        cases.push(reject_part("descriptor", part().streamed(|_| Vec::new())));
        cases.push(reject_part("descriptor", part().streamed(|head| descriptor(head)[..15].to_vec())));
        let mut unannounced = part();
        unannounced.descriptor = descriptor(unannounced.central.as_ref().unwrap());
        cases.push(reject_part("stray_bytes", unannounced));
        cases
    }),
    row(62, "encrypted entries", || {
        let changes: [fn(&mut Head); 5] = [
            |head| head.flags |= 0x0001,
            |head| head.flags |= 0x0040,
            |head| head.flags |= 0x2000,
            |head| head.method = 99,
            |head| head.extra = extra(0x9901, b"\x02\0AE\x03\0\0"),
        ];
        changes.map(|change| reject_part("encrypted", part().both(change)).says("encrypted")).into()
    }),
    row(63, "methods that are not supported", || {
        [(14, "LZMA"), (9, "deflate64"), (12, "bzip2"), (93, "zstd"), (95, "xz"), (77, "77")]
            .map(|(method, name)| reject_part("method", part().both(|head| head.method = method)).says(name))
            .into()
    }),
    row(64, "one part of several", || {
        let mut entry = good();
        entry.parts[1].disk = 1;
        vec![
            reject("multi_disk", &Zip { disk: 1, ..good() }),
            reject("multi_disk", &entry),
            reject("multi_disk", &wide(|record| record[16] = 1)),
        ]
    }),
    row(65, "extra fields that do not fill their space", || {
        let mut cases = Vec::new();
        for field in [&b"\x99\x99\x05"[..], b"\x99", b"\x99\x99\x05\0abc"] {
            cases.push(reject_part("bad_extra", part().central(|head| head.extra = field.to_vec())));
            cases.push(reject_part("bad_extra", part().local(|head| head.extra = field.to_vec())));
        }
        cases
    }),
    row(66, "impossible dates", || [0, 15 << 5 | 1, u16::MAX].map(|date| accept_part(Part { date, ..part() })).into()),
    row(67, "an empty zip", || vec![reject("empty", &Zip::default())]),
    row(68, "no SKILL.md at the top or in the one folder there", || {
        vec![
            skills("no_skill_file", &["README.md"]),
            skills("no_skill_file", &["skill.md"]),
            skills("no_skill_file", &["a/b/SKILL.md"]),
            skills("no_skill_file", &["a/SKILL.md", "README.md"]),
            skills("no_skill_file", &["a/SKILL.md", "b/x"]),
            reject("no_skill_file", &Zip::new([Part::folder("SKILL.md/")])),
        ]
    }),
    row(69, "two skills", || vec![skills("several_skills", &["a/SKILL.md", "b/SKILL.md"])]),
    row_and(
        70,
        "front matter that explodes or has no end",
        || {
            let mut huge = Part::stored("SKILL.md", b"");
            huge.data = super::content::ten_gib()[..128 << 10].to_vec();
            let packed = huge.data.len() as u32;
            let huge = huge.both(|head| (head.method, head.packed, head.size) = (8, packed, 100 << 20));
            let long = [&b"---\nx: "[..], &vec![b'y'; 8 << 20], b"\n---\n"].concat();
            vec![
                bad_skill("front_matter_yaml", &alias_bomb()),
                bad_skill("front_matter_yaml", format!("---\nx: {}\n---\n", "[".repeat(60_000)).as_bytes()),
                bad_skill("front_matter_too_large", &long),
                bad_skill("front_matter_missing", b"no front matter"),
                reject("ratio", &Zip::new([huge])),
            ]
        },
        &[("crates/skill/src/front_matter.rs", "bombs_end_soon")],
    ),
    row_and(
        71,
        "a page instead of a zip",
        || {
            [&b"<!doctype html><p>Sign in</p>"[..], b" {\"error\": {\"code\": \"x\"}}", b"[]"]
                .map(|page| raw("not_a_zip", page.to_vec()))
                .into()
        },
        &[("tests/it/archives/run.rs", "a_page_instead_of_a_package_fails_by_its_digest")],
    ),
    row_and(
        72,
        "the right bytes under a wrong size",
        Vec::new,
        &[("src/api/tests.rs", "the_right_bytes_under_a_wrong_size_are_refused")],
    ),
    row_and(
        73,
        "a name that leaves the folder",
        || {
            vec![
                // It is no slug, so it never becomes a path: the file's name is taken.
                accept(&named_traversal()),
                Case::new(Outcome::NoSlug, named_traversal().bytes()).stem("No Slug"),
                Case::new(Outcome::NoSlug, named_traversal().bytes()).stem("a..b"),
            ]
        },
        &[
            ("crates/skill/src/front_matter.rs", "publishing_has_rules"),
            ("tests/it/install_faults.rs", "a_package_under_another_name_is_refused"),
        ],
    ),
    row(74, "other things that are called zip", || {
        let mut tar = vec![0; 1024];
        tar[257..262].copy_from_slice(b"ustar");
        [(&tar[..], "tar"), (&[0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3], "gzip"), (b"", "empty")]
            .map(|(bytes, name)| raw("not_a_zip", bytes.to_vec()).says(name))
            .into()
    }),
];
