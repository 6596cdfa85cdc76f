//! Zips that must be accepted although they are not as we would write them, and what comes out of them.

use std::fs;

use skillzdrive_skill::Archive;
use skillzdrive_skill::ArchiveFile;
use skillzdrive_skill::LeftOut;
use skillzdrive_skill::LeftOutReason;
use skillzdrive_skill::Limits;
use skillzdrive_skill::PackOptions;
use skillzdrive_skill::digest_dir;
use skillzdrive_skill::open_zip;
use skillzdrive_skill::sha256;

use crate::zipper::Part;
use crate::zipper::SKILL;
use crate::zipper::Zip;
use crate::zipper::descriptor;
use crate::zipper::extra;

/// Opens a zip, and checks on the way that what is extracted is what was promised.
#[track_caller]
fn opened(zip: &Zip) -> Archive<'static> {
    let archive = open_zip(zip.bytes(), &Limits::default()).unwrap();
    let dir = tempfile::tempdir().unwrap();
    archive.extract(dir.path()).unwrap();
    for file in &archive.files {
        assert_eq!(fs::read(dir.path().join(&file.path)).unwrap(), archive.read(&file.path).unwrap());
    }
    let digest = digest_dir(dir.path(), &PackOptions::installed()).unwrap();
    assert_eq!(digest.sha, archive.tree_sha().unwrap());
    assert_eq!(digest.sha, archive.canonical().unwrap().content_sha);
    archive
}

fn paths<'a>(archive: &'a Archive<'_>) -> Vec<&'a str> {
    archive.files.iter().map(|file| &*file.path).collect()
}

#[test]
fn modes_and_dates_mean_nothing() {
    let mut month = Part::stored("b", b"x");
    month.date = 0xFFFF;
    let parts = [
        Part::stored("SKILL.md", SKILL).mode(0o104_755),
        Part::deflated("run", b"#!/bin/sh\n").mode(0o100_000),
        Part::stored("tool", b"\x7fELF").mode(0),
        Part::stored("a", b"x").mode(0o107_777),
        month,
    ];
    let archive = opened(&Zip::new(parts));
    let expected = [("SKILL.md", 31, false), ("a", 1, false), ("b", 1, false), ("run", 10, true), ("tool", 4, true)];
    let expected = expected.map(|(path, size, executable)| ArchiveFile { path: path.to_owned(), size, executable });
    assert_eq!(archive.files, expected);

    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let dir = tempfile::tempdir().unwrap();
        archive.extract(dir.path()).unwrap();
        let mode = |name: &str| fs::metadata(dir.path().join(name)).unwrap().permissions().mode();
        assert_eq!(mode("run") & 0o7700, 0o700);
        assert_eq!(mode("a") & 0o7711, 0o600);
    }
}

#[test]
fn a_wrapping_folder_is_removed() {
    let parts = [
        Part::folder("pdf/"),
        Part::stored("pdf/SKILL.md", SKILL),
        Part::folder("pdf/empty/"),
        Part::stored("pdf/nested/SKILL.md", SKILL),
        Part::stored("__MACOSX/pdf/._SKILL.md", b"junk"),
    ];
    assert_eq!(paths(&opened(&Zip::new(parts))), ["SKILL.md", "nested/SKILL.md"]);
    let parts = [Part::stored("SKILL.md", SKILL), Part::stored("a/SKILL.md", SKILL), Part::stored("b/SKILL.md", SKILL)];
    assert_eq!(paths(&opened(&Zip::new(parts))), ["SKILL.md", "a/SKILL.md", "b/SKILL.md"]);
}

#[test]
fn every_form_of_descriptor() {
    let part = || Part::deflated("x", b"abcabcabcabc");
    let wide = |head: &crate::zipper::Head| {
        let sizes = [u64::from(head.packed).to_le_bytes(), u64::from(head.size).to_le_bytes()].concat();
        [&b"PK\x07\x08"[..], &head.crc.to_le_bytes(), &sizes].concat()
    };
    let forms = [
        part().streamed(descriptor),
        part().streamed(|head| descriptor(head)[4..].to_vec()),
        part().streamed(wide),
        part().streamed(|head| wide(head)[4..].to_vec()),
        // The local header may know the sizes all the same.
        {
            let mut part = part().both(|head| head.flags |= 0x0008);
            part.descriptor = descriptor(part.central.as_ref().unwrap());
            part
        },
    ];
    for form in forms {
        // Once before another entry, once before the directory.
        let archive = opened(&Zip::new([form.clone(), Part::stored("SKILL.md", SKILL)]));
        assert_eq!(archive.read("x").unwrap(), b"abcabcabcabc");
        opened(&Zip::with(form));
    }
}

#[test]
fn small_zip64() {
    let sizes = |size: u64, packed: u64| extra(1, &[size.to_le_bytes(), packed.to_le_bytes()].concat());
    let wide = Part::stored("x", b"abc").both(|head| {
        (head.size, head.packed) = (u32::MAX, u32::MAX);
        head.extra = sizes(3, 3);
    });
    let same = Part::stored("y", b"abcd").local(|head| head.extra = sizes(4, 4));
    let zip = Zip { end64: Some(|_| ()), ..Zip::new([Part::stored("SKILL.md", SKILL), wide, same]) };
    assert_eq!(opened(&zip).read("x").unwrap(), b"abc");
    opened(&Zip { count: Some(0xFFFF), len: Some(u32::MAX), start: Some(u32::MAX), ..zip });
}

#[test]
fn comments_and_unknown_extra_fields() {
    let part = Part::stored("x", b"abc").both(|head| {
        head.extra = [extra(0x5455, &[1, 0, 0, 0, 0]), extra(0x7875, &[1, 4, 0, 0, 0, 0, 4, 0, 0, 0, 0])].concat()
    });
    opened(&Zip { comment: b"made by hand".to_vec(), ..Zip::with(part) });
    let repeats = extra(0x7075, &[&[1][..], &crc32fast::hash(b"x").to_le_bytes(), b"x"].concat());
    opened(&Zip::with(Part::stored("x", b"abc").both(|head| head.extra = repeats.clone())));
    opened(&Zip::with(Part::stored("plain", b"abc").both(|head| head.flags = 0)));
}

#[test]
fn a_zip_within_a_zip_stays_one_file() {
    let inner = Zip::with(Part::deflated("x", &[0; 100_000])).bytes();
    let archive = opened(&Zip::with(Part::stored("inner.zip", &inner)));
    assert_eq!(archive.read("inner.zip").unwrap(), inner);
}

#[test]
fn names_become_composed() {
    let archive = opened(&Zip::with(Part::stored("cafe\u{301}/x", b"")));
    assert_eq!(paths(&archive), ["SKILL.md", "caf\u{e9}/x"]);
}

#[test]
fn what_packing_leaves_out_is_extracted_but_has_no_part_in_the_digest() {
    let parts = [
        Part::stored("SKILL.md", SKILL),
        Part::stored(".env", b"A=1"),
        Part::stored("node_modules/m/index.js", b"x"),
        Part::stored(".skillignore", b"notes\n"),
        Part::stored("notes", b"kept"),
    ];
    let archive = opened(&Zip::new(parts));
    assert_eq!(paths(&archive), [".env", ".skillignore", "SKILL.md", "node_modules/m/index.js", "notes"]);
    let packed = archive.canonical().unwrap();
    let left = |path: &str, reason| LeftOut { path: path.to_owned(), reason };
    let expected = [left(".env", LeftOutReason::Secret), left("node_modules/m/index.js", LeftOutReason::Ignored)];
    assert_eq!(packed.left_out, expected);
    assert_eq!(packed.front_matter.name.as_deref(), Some("a"));
}

#[test]
fn canonical_is_stable() {
    let archive =
        opened(&Zip::new([Part::deflated("p/scripts/a.sh", b"#!/bin/sh\n"), Part::deflated("p/SKILL.md", SKILL)]));
    let packed = archive.canonical().unwrap();
    assert_eq!(packed.content_sha.as_str(), "3b64ecd5b85ae9cac294d17953ff06ee5a6401760f6f7f333bd063226c423dd3");
    let again = open_zip(&packed.zip[..], &Limits::default()).unwrap();
    assert_eq!(again.canonical().unwrap().zip, packed.zip);
    assert_eq!(sha256(&packed.zip), packed.content_sha);
}

#[test]
fn content_that_was_not_kept_is_read_again() {
    // More than is kept from the check, and hard enough to compress for the ratio.
    let mut state = 1_u32;
    let large: Vec<u8> = std::iter::repeat_with(|| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 29) as u8
    })
    .take(9 << 20)
    .collect();
    let archive = opened(&Zip::with(Part::deflated("large", &large)));
    assert!(archive.read("large").unwrap() == large);
}

#[test]
fn a_folder_with_something_in_it_is_not_written_to() {
    let archive = open_zip(Zip::with(Part::stored("x", b"")).bytes(), &Limits::default()).unwrap();
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("mine"), "").unwrap();
    assert_eq!(archive.extract(dir.path()).unwrap_err().code(), "not_empty");
    assert_eq!(archive.extract(&dir.path().join("none")).unwrap_err().code(), "io");
    assert_eq!(archive.read("none").unwrap_err().code(), "no_such_file");
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
}

#[test]
fn bad_front_matter_is_found_when_it_is_asked_for() {
    let open =
        |content: &[u8]| open_zip(Zip::new([Part::stored("SKILL.md", content)]).bytes(), &Limits::default()).unwrap();
    assert_eq!(open(b"no front matter").canonical().unwrap_err().code(), "front_matter_missing");
    assert_eq!(open(b"---\nname: \xff\n---\n").canonical().unwrap_err().code(), "front_matter_not_utf8");
    let large = [b"---\nx: ", &vec![b'y'; 1 << 20][..], b"\n---\n"].concat();
    assert_eq!(open(&large).canonical().unwrap_err().code(), "front_matter_too_large");
    assert!(open(b"no front matter").tree_sha().is_ok());
    assert_eq!(open(SKILL).front_matter().unwrap().0.name.as_deref(), Some("a"));
    assert_eq!(open(b"x").front_matter().unwrap_err().code(), "front_matter_missing");
}

const SCRIPT: &[u8] = b"#!/bin/sh\necho hello hello hello hello\n";

/// The same skill in the form in which a program writes it: a folder around it, an empty one in it, a text, a script.
fn shape(change: impl Fn(Part) -> Part) -> Vec<Part> {
    let parts = [
        Part::folder("pdf/"),
        Part::deflated("pdf/SKILL.md", SKILL),
        Part::folder("pdf/scripts/"),
        Part::deflated("pdf/scripts/run.sh", SCRIPT).mode(0o100_755),
        Part::folder("pdf/empty/"),
    ];
    parts.into_iter().map(change).collect()
}

fn is_folder(part: &Part) -> bool {
    part.central.as_ref().is_some_and(|head| head.name.ends_with(b"/"))
}

fn streamed_files(part: Part) -> Part {
    if is_folder(&part) { part } else { part.streamed(descriptor) }
}

/// Times in the form of Unix, one for each letter.
fn unix_time(times: &[u8]) -> Vec<u8> {
    extra(0x5455, &[&[0x03][..], &b"\xe3\x54\x05\x6b".repeat(times.len())].concat())
}

#[test]
fn what_common_programs_write_is_the_same_skill() {
    let owner = || extra(0x7875, &[1, 4, 0xf5, 1, 0, 0, 4, 0x14, 0, 0, 0]);
    let ntfs = extra(0x000A, &[&[0, 0, 0, 0, 1, 0, 24, 0][..], &[7; 24]].concat());
    let shapes: Vec<(&str, Zip)> = vec![
        ("Info-ZIP", {
            let one = |part: Part| {
                let part =
                    part.both(|head| head.flags = 0).local(|head| head.extra = [unix_time(b"ma"), owner()].concat());
                part.central(|head| head.extra = [unix_time(b"m"), owner()].concat())
            };
            Zip::new(shape(one))
        }),
        ("the Finder and ditto", {
            let one = |part: Part| {
                let part = part.both(|head| head.flags = 0);
                let mut part = streamed_files(part).both(|head| head.extra = [owner(), unix_time(b"mac")].concat());
                part.made_by = 0x0314;
                part
            };
            let mut parts = shape(one);
            parts.insert(1, one(Part::deflated("__MACOSX/._pdf", b"\0\x05\x16\x07")));
            parts.insert(3, one(Part::deflated("__MACOSX/pdf/._SKILL.md", b"\0\x05\x16\x07")));
            parts.insert(4, one(Part::deflated("pdf/.DS_Store", b"\0\0\0\x01Bud1")));
            Zip::new(parts)
        }),
        ("Python's zipfile", {
            let one = |part: Part| {
                let mut part = part.both(|head| head.flags = 0);
                part.made_by = 0x0314;
                part
            };
            let mut parts = shape(one);
            // `make_archive` names all folders before the files.
            parts.sort_by_key(|part| !is_folder(part));
            Zip::new(parts)
        }),
        ("Python's zipfile into a pipe", Zip::new(shape(|part| streamed_files(part.both(|head| head.flags = 0))))),
        ("Go's archive/zip", {
            let one = |part: Part| {
                let mut part = streamed_files(part).both(|head| head.extra = extra(0x5455, b"\x01\xe3\x54\x05\x6b"));
                (part.made_by, part.date) = (0x0314, 0);
                part
            };
            // No folders of their own: whoever walks a tree may leave them out.
            Zip::new(shape(one).into_iter().filter(|part| !is_folder(part)))
        }),
        ("jar", {
            let mut parts = shape(streamed_files);
            parts[0] = parts[0].clone().both(|head| head.extra = extra(0xCAFE, b""));
            for part in &mut parts {
                (part.made_by, part.attributes) = (0x0014, 0);
            }
            Zip::new(parts)
        }),
        ("the Explorer", {
            let one = |part: Part| {
                let mut part = part.both(|head| head.flags = 0);
                (part.made_by, part.attributes) = (0x0014, if is_folder(&part) { 0x10 } else { 0x20 });
                part
            };
            Zip::new(shape(one).into_iter().filter(|part| !is_folder(part)))
        }),
        ("7-Zip", {
            let one = |part: Part| {
                let mut part = part.both(|head| head.flags = 0).central(|head| head.extra.clone_from(&ntfs));
                (part.made_by, part.attributes) = (0x003F, if is_folder(&part) { 0x10 } else { 0x20 });
                part
            };
            Zip::new(shape(one))
        }),
        ("stored alone, with a comment of eight bits", {
            let parts = [Part::stored("pdf/SKILL.md", SKILL), Part::stored("pdf/scripts/run.sh", SCRIPT)];
            Zip { comment: b"caf\xe9 \xff".to_vec(), ..Zip::new(parts) }
        }),
    ];
    let expected = opened(&Zip::new(shape(|part| part))).canonical().unwrap();
    for (writer, zip) in shapes {
        let archive = open_zip(zip.bytes(), &Limits::default()).unwrap_or_else(|e| panic!("{writer}: {e}"));
        let files: Vec<_> = paths(&archive).into_iter().filter(|path| *path != ".DS_Store").collect();
        assert_eq!(files, ["SKILL.md", "scripts/run.sh"], "{writer}");
        assert_eq!(archive.canonical().unwrap().content_sha, expected.content_sha, "{writer}");
        opened(&zip);
    }
}
