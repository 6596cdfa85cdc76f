//! Zips that must be refused, each for its own reason, with nothing written.

use std::time::Duration;
use std::time::Instant;

use skillzdrive_skill::Limits;
use skillzdrive_skill::SkillError;
use skillzdrive_skill::open_zip;

use crate::zipper::Part;
use crate::zipper::SKILL;
use crate::zipper::Zip;
use crate::zipper::descriptor;
use crate::zipper::extra;

#[track_caller]
fn refused(bytes: &[u8], code: &str) {
    match open_zip(bytes, &Limits::default()) {
        Ok(archive) => panic!("accepted: {:?}", archive.files),
        Err(error @ SkillError::Archive(_)) => {
            assert_eq!(error.code(), code, "{error}");
            let shown = error.to_string();
            assert!(!shown.chars().any(char::is_control) && !shown.contains('\u{202e}'), "not escaped: {shown:?}");
        }
        Err(error) => panic!("another kind of error: {error}"),
    }
}

#[track_caller]
fn refused_with(part: Part, code: &str) {
    refused(&Zip::with(part).bytes(), code);
}

#[test]
fn bad_names() {
    for (name, code) in [
        ("../evil", "name_traversal"),
        ("a/../../evil", "name_traversal"),
        ("/etc/x", "name_absolute"),
        ("C:\\x", "name_backslash"),
        ("C:/x", "name_drive"),
        ("C:x", "name_drive"),
        ("\\\\srv\\share\\x", "name_backslash"),
        ("//srv/x", "name_absolute"),
        ("..\\evil", "name_backslash"),
        ("a/..\\..\\b", "name_backslash"),
        ("a\0b", "name_nul"),
        ("", "name_empty"),
        ("a//b", "name_empty"),
        (".", "name_dot"),
        ("a/./b", "name_dot"),
        ("a\nb", "name_control"),
        ("a\u{1b}[2Jb", "name_control"),
        ("a\u{202e}b", "name_invisible"),
        ("a\u{200b}b", "name_invisible"),
        ("a\u{e0041}b", "name_invisible"),
        ("CON", "name_reserved"),
        ("d/nul.txt", "name_reserved"),
        ("COM1", "name_reserved"),
        ("COM\u{b9}", "name_reserved"),
        ("LPT9.md", "name_reserved"),
        ("a.", "name_trailing"),
        ("a ", "name_trailing"),
        ("d./x", "name_trailing"),
        ("file:stream", "name_colon"),
        ("PROGRA~1", "name_short_alias"),
        ("skillzdrive.lock", "name_lockfile"),
        ("d/SKILLZDRIVE.LOCK", "name_lockfile"),
        (".git/hooks/post-checkout", "name_git"),
        ("a/.GIT/config", "name_git"),
        // Composed, the name is longer than it looks: what counts is the form that is written.
        (&"\u{344}".repeat(80), "name_too_long"),
        (&"x".repeat(241), "name_too_long"),
        ("d/".repeat(33).trim_end_matches('/'), "name_too_deep"),
        ("d/".repeat(1_000).trim_end_matches('/'), "name_too_long"),
    ] {
        refused_with(Part::stored(name, b"x"), code);
    }
    refused_with(Part::folder("./"), "name_dot");
    refused_with(Part::folder("/"), "name_empty");
    refused_with(Part::folder("a/../"), "name_traversal");
}

#[test]
fn names_in_no_stated_encoding() {
    refused_with(Part::stored(b"a\xff", b"x"), "name_not_utf8");
    refused_with(Part::stored(b"caf\x82", b"x").both(|head| head.flags = 0), "name_encoding");
    refused_with(Part::stored("caf\u{e9}", b"x").both(|head| head.flags = 0), "name_encoding");
}

#[test]
fn a_second_name_in_an_extra_field() {
    let field =
        |name: &[u8], says: &[u8]| extra(0x7075, &[&[1][..], &crc32fast::hash(name).to_le_bytes(), says].concat());
    let other = field(b"a", b"../evil");
    refused_with(Part::stored("a", b"x").central(|head| head.extra = other.clone()), "unicode_path");
    refused_with(Part::stored("a", b"x").local(|head| head.extra = other.clone()), "unicode_path");
    let twice = [field(b"a", b"a"), field(b"a", b"a")].concat();
    refused_with(Part::stored("a", b"x").both(|head| head.extra = twice.clone()), "unicode_path");
    refused_with(Part::stored("a", b"x").both(|head| head.extra = field(b"b", b"a")), "unicode_path");
}

#[test]
fn names_that_cannot_live_together() {
    for (first, second, code) in [
        ("\u{e9}", "e\u{301}", "clash_normalisation"),
        ("README.md", "readme.md", "clash_case"),
        ("Docs/a", "docs/b", "clash_case"),
        ("stra\u{df}e", "STRASSE", "clash_case"),
        ("\u{212a}elvin", "kelvin", "clash_case"),
        ("x", "x", "clash_duplicate"),
        ("a", "a/b", "clash_file_and_folder"),
        ("a/b", "a", "clash_file_and_folder"),
        ("d/Skill.MD", "d/SKILL.md", "clash_case"),
    ] {
        for other in [&b"1"[..], b"2"] {
            let parts = [Part::stored("SKILL.md", SKILL), Part::stored(first, b"1"), Part::stored(second, other)];
            refused(&Zip::new(parts).bytes(), code);
        }
    }
}

#[test]
fn links_and_devices() {
    refused_with(Part::stored("l", b"/etc/passwd").mode(0o120_777), "link");
    let parts = [Part::stored("SKILL.md", SKILL), Part::stored("d", b"..").mode(0o120_777), Part::stored("d/x", b"x")];
    refused(&Zip::new(parts).bytes(), "link");
    refused_with(Part::stored("l", b"SKILL.md").mode(0o120_777), "link");
    let mut dos = Part::stored("l", b"SKILL.md").mode(0o120_777);
    dos.made_by = 20;
    refused_with(dos, "link");
    for mode in [0o010_644, 0o020_644, 0o060_644, 0o140_644, 0o150_644] {
        refused_with(Part::stored("x", b"").mode(mode), "special_file");
    }
    let unix = extra(0x756E, &[&[0; 14][..], b"SKILL.md"].concat());
    refused_with(Part::stored("h", b"").central(|head| head.extra = unix.clone()), "link");
    let pkware = extra(0x000D, &[&[0; 12][..], b"SKILL.md"].concat());
    refused_with(Part::stored("h", b"").local(|head| head.extra = pkware.clone()), "link");
}

#[test]
fn a_file_that_is_a_folder() {
    refused_with(Part::stored("d", b"").mode(0o040_755), "kind");
    refused_with(Part::stored("d/", b"").mode(0o100_644), "kind");
    refused_with(Part::stored("d/", b"x").mode(0), "kind");
    let mut dos = Part::stored("d", b"").mode(0);
    dos.attributes = 0x10;
    refused_with(dos, "kind");
}

#[test]
fn bombs() {
    let zeros = vec![0; 8 << 20];
    refused_with(Part::deflated("z", &zeros), "ratio");
    // The same with a size that lies, small enough to pass the ratio.
    refused_with(Part::deflated("z", &zeros).both(|head| head.size = 1 << 20), "size");
    refused_with(Part::deflated("z", b"abc").both(|head| head.size = 4), "size");
    refused_with(Part::deflated("z", b"abc").both(|head| head.size = 2), "size");
    refused_with(Part::deflated("z", b"abc").both(|head| head.size = u32::MAX - 1), "content_too_large");

    let parts = (0..300).map(|i| Part::deflated(format!("z{i}"), b"a").both(|head| head.size = 1 << 20));
    refused(&Zip::new(parts).bytes(), "content_too_large");

    let mut shared = Part::deflated("b", b"abc");
    shared.local = None;
    shared.data = Vec::new();
    let first = Part::deflated("a", b"abc");
    let mut zip = Zip::new([Part::stored("SKILL.md", SKILL), first, shared]);
    let offset = 30 + 8 + SKILL.len() as u32;
    zip.parts[2].offset = Some(offset);
    refused(&zip.bytes(), "overlap");

    // An entry whose stored data holds the header of the next, which claims to start in there.
    let inner = Zip::new([Part::stored("b", b"xyz")]).bytes();
    let quoted = &inner[..30 + 1 + 3];
    let mut claim = Part::stored("b", b"xyz");
    claim.local = None;
    let mut zip = Zip::new([Part::stored("SKILL.md", SKILL), Part::stored("a", quoted), claim]);
    zip.parts[2].offset = Some(offset + 30 + 1);
    refused(&zip.bytes(), "overlap");
}

#[test]
fn very_many_entries_are_refused_at_once() {
    let parts = (0..60_000).map(|i| Part::stored(format!("f{i}"), b""));
    let bytes = Zip::new(parts).bytes();
    let start = Instant::now();
    refused(&bytes, "too_many_entries");
    assert!(start.elapsed() < Duration::from_secs(1), "{:?}", start.elapsed());
    refused(&vec![0; (64 << 20) + 1], "zip_too_large");
}

#[test]
fn damaged_content() {
    refused_with(Part::stored("x", b"abc").both(|head| head.crc ^= 1), "crc");
    refused_with(Part::deflated("x", b"abc").both(|head| head.crc ^= 1), "crc");
    refused_with(Part::stored("x", b"abc").both(|head| head.size = 2), "size");
    let mut part = Part::deflated("x", b"abcabcabcabc");
    part.data[0] = 0xFF;
    refused_with(part, "deflate");
    let mut longer = Part::deflated("x", b"abc").both(|head| head.packed += 1);
    longer.data.push(0);
    refused_with(longer, "deflate");
    let mut shorter = Part::deflated("x", &[7; 99]).both(|head| head.packed -= 1);
    shorter.data.pop();
    refused_with(shorter, "deflate");
}

#[test]
fn cut_at_every_byte() {
    let bytes = Zip::with(Part::deflated("scripts/a.sh", b"#!/bin/sh\necho\n")).bytes();
    open_zip(&bytes[..], &Limits::default()).unwrap();
    for len in 0..bytes.len() {
        let error = open_zip(&bytes[..len], &Limits::default()).unwrap_err();
        assert!(matches!(error.code(), "truncated" | "not_a_zip"), "{len}: {error}");
    }
}

#[test]
fn directories_that_lie() {
    let good = || Zip::with(Part::stored("x", b"abc"));
    refused(&Zip { count: Some(1), ..good() }.bytes(), "wrong_count");
    refused(&Zip { count: Some(3), ..good() }.bytes(), "wrong_count");
    refused(&Zip { count: Some(0), ..good() }.bytes(), "wrong_count");
    refused(&Zip { len: Some(0), ..good() }.bytes(), "stray_bytes");
    refused(&Zip { len: Some(90), ..good() }.bytes(), "stray_bytes");
    refused(&Zip { start: Some(u32::MAX - 9), ..good() }.bytes(), "bad_directory");
    refused(&Zip { start: Some(0), ..good() }.bytes(), "stray_bytes");
    refused(&Zip { disk: 1, ..good() }.bytes(), "multi_disk");
    refused(&Zip { disk: 0xFFFF, ..good() }.bytes(), "multi_disk");
    refused(&Zip { before_directory: b"stray".to_vec(), ..good() }.bytes(), "stray_bytes");
    refused(&Zip { before_end: b"stray".to_vec(), ..good() }.bytes(), "stray_bytes");
    refused(&Zip::default().bytes(), "empty");

    let mut zip = good();
    zip.parts[1].local = None;
    refused(&zip.bytes(), "missing_local");
    let mut zip = good();
    zip.parts[1].central = None;
    refused(&zip.bytes(), "missing_central");
    let mut zip = good();
    zip.parts[0].central = None;
    refused(&zip.bytes(), "missing_central");
    let mut zip = good();
    zip.parts[1].disk = 1;
    refused(&zip.bytes(), "multi_disk");
    let mut zip = good();
    zip.parts[1].offset = Some(1);
    refused(&zip.bytes(), "overlap");
}

#[test]
fn headers_that_disagree() {
    let part = || Part::stored("x", b"abc");
    refused_with(part().local(|head| head.name = b"y".to_vec()), "headers_disagree");
    refused_with(part().local(|head| head.name = b"xx".to_vec()), "headers_disagree");
    refused_with(part().local(|head| head.size = 2), "headers_disagree");
    refused_with(part().local(|head| head.packed = 2), "headers_disagree");
    refused_with(part().local(|head| head.crc = 0), "headers_disagree");
    refused_with(part().local(|head| head.method = 8), "headers_disagree");
    refused_with(part().local(|head| head.flags = 0), "headers_disagree");
    refused_with(part().local(|head| (head.crc, head.packed, head.size) = (0, 0, 0)), "headers_disagree");
    refused_with(part().streamed(descriptor).local(|head| head.size = 9), "headers_disagree");
}

#[test]
fn more_than_one_end() {
    let bytes = Zip::with(Part::stored("x", b"abc")).bytes();
    let end = bytes[bytes.len() - 22..].to_vec();
    refused(&[&bytes[..], &end].concat(), "two_ends");
    let mut comment = end.clone();
    comment[20] = 0;
    refused(&Zip { comment, ..Zip::with(Part::stored("x", b"abc")) }.bytes(), "two_ends");
    let comment = [&bytes[..], b"!"].concat();
    refused(&Zip { comment, ..Zip::with(Part::stored("x", b"abc")) }.bytes(), "comment_holds_zip");
    refused(&[&bytes[..], b"!"].concat(), "trailing_bytes");
    refused(&[&bytes[..], &[0; 70_000]].concat(), "truncated");
    refused(&[b"#!/bin/sh\n", &bytes[..]].concat(), "prepended_bytes");
    refused(
        &Zip { before: b"#!/bin/sh\n".to_vec(), ..Zip::with(Part::stored("x", b"abc")) }.bytes(),
        "prepended_bytes",
    );
    refused(&[&bytes[..], &bytes[..]].concat(), "two_ends");
}

#[test]
fn zip64_that_disagrees() {
    let zip = |change: fn(&mut Vec<u8>)| Zip { end64: Some(change), ..Zip::with(Part::stored("x", b"abc")) };
    refused(&zip(|record| record[24] += 1).bytes(), "zip64_mismatch");
    refused(&zip(|record| record[32] += 1).bytes(), "zip64_mismatch");
    refused(&zip(|record| record[40] += 1).bytes(), "zip64_mismatch");
    refused(&zip(|record| record[48] += 1).bytes(), "zip64_mismatch");
    refused(&zip(|record| record[0] = b'X').bytes(), "zip64_mismatch");
    refused(&zip(|record| record[16] = 1).bytes(), "multi_disk");
    refused(&zip(|record| record.extend([1, 0, 0, 0, 0, 0])).bytes(), "zip64_extensible");
    refused(&zip(|record| record[4] = 50).bytes(), "zip64_extensible");
    refused(&Zip { count: Some(0xFFFF), ..Zip::with(Part::stored("x", b"")) }.bytes(), "zip64_mismatch");
    refused(&Zip { count: Some(0xFFFF), ..zip(|record| record[32] = 3) }.bytes(), "multi_disk");

    let sizes = |size: u64, packed: u64| extra(1, &[size.to_le_bytes(), packed.to_le_bytes()].concat());
    refused_with(Part::stored("x", b"abc").both(|head| head.extra = sizes(4, 3)), "zip64_mismatch");
    refused_with(Part::stored("x", b"abc").central(|head| head.size = u32::MAX), "zip64_mismatch");
    refused_with(Part::stored("x", b"abc").both(|head| head.extra = extra(1, &[0; 9])), "zip64_mismatch");
    let twice = [sizes(3, 3), sizes(3, 3)].concat();
    refused_with(Part::stored("x", b"abc").both(|head| head.extra = twice.clone()), "bad_extra");
    let huge = |head: &mut crate::zipper::Head| {
        (head.size, head.packed) = (u32::MAX, u32::MAX);
        head.extra = extra(1, &[u64::MAX.to_le_bytes(), u64::MAX.to_le_bytes()].concat());
    };
    refused_with(Part::stored("x", b"abc").both(huge), "content_too_large");
}

#[test]
fn descriptors_that_are_wrong() {
    let part = || Part::deflated("x", b"abc");
    refused_with(part().streamed(|_| Vec::new()), "descriptor");
    refused_with(part().streamed(|head| descriptor(head)[..15].to_vec()), "descriptor");
    for at in [0, 4, 8, 12] {
        let wrong = part().streamed(|head| {
            let mut bytes = descriptor(head);
            bytes[at] ^= 1;
            bytes
        });
        refused_with(wrong, "descriptor");
    }
    let mut unexpected = part();
    unexpected.descriptor = descriptor(unexpected.central.as_ref().unwrap());
    refused_with(unexpected, "stray_bytes");
}

#[test]
fn what_is_not_supported_is_named() {
    refused_with(Part::stored("x", b"abc").both(|head| head.flags |= 1), "encrypted");
    refused_with(Part::stored("x", b"abc").both(|head| head.flags |= 0x40), "encrypted");
    refused_with(Part::stored("x", b"abc").both(|head| head.method = 99), "encrypted");
    refused_with(Part::stored("x", b"abc").both(|head| head.extra = extra(0x9901, b"\x02\0AE\x03\0\0")), "encrypted");
    refused_with(Part::stored("x", b"abc").both(|head| head.flags |= 0x20), "flags");
    for (method, name) in [(14, "LZMA"), (9, "deflate64"), (12, "bzip2"), (93, "zstd"), (77, "number 77")] {
        let bytes = Zip::with(Part::stored("x", b"abc").both(|head| head.method = method)).bytes();
        refused(&bytes, "method");
        let shown = open_zip(&bytes[..], &Limits::default()).unwrap_err().to_string();
        assert!(shown.contains(name), "{shown}");
    }
}

#[test]
fn extra_fields_that_do_not_fit() {
    for field in [&b"\x99"[..], b"\x99\x99\x05", b"\x99\x99\x05\0abc"] {
        refused_with(Part::stored("x", b"abc").central(|head| head.extra = field.to_vec()), "bad_extra");
        refused_with(Part::stored("x", b"abc").local(|head| head.extra = field.to_vec()), "bad_extra");
    }
}

#[test]
fn not_one_skill() {
    let one = |name: &str| Part::stored(name, SKILL);
    refused(&Zip::new([one("README.md")]).bytes(), "no_skill_file");
    refused(&Zip::new([one("skill.md")]).bytes(), "no_skill_file");
    refused(&Zip::new([one("a/b/SKILL.md")]).bytes(), "no_skill_file");
    refused(&Zip::new([one("a/SKILL.md"), one("README.md")]).bytes(), "no_skill_file");
    refused(&Zip::new([one("a/SKILL.md"), one("b/x")]).bytes(), "no_skill_file");
    refused(&Zip::new([one("a/SKILL.md"), one("b/SKILL.md")]).bytes(), "several_skills");
    refused(&Zip::new([one("__MACOSX/SKILL.md")]).bytes(), "no_skill_file");
    refused(&Zip::new([Part::folder("SKILL.md/")]).bytes(), "no_skill_file");
}

#[test]
fn other_things_named_zip() {
    let mut tar = vec![0; 1024];
    tar[257..262].copy_from_slice(b"ustar");
    for bytes in [&b""[..], &[0x1F, 0x8B, 8, 0], b"<!doctype html><p>No", b" {\"error\": 1}", &tar] {
        refused(bytes, "not_a_zip");
    }
    refused(b"neither this nor that, but long enough for an end record", "truncated");
}
