//! Skills out of repositories' archives, made as a forge makes them.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use skillzdrive_skill::FromTarball;
use skillzdrive_skill::Limits;
use skillzdrive_skill::PackOptions;
use skillzdrive_skill::TarballError;
use skillzdrive_skill::pack_dir;
use skillzdrive_skill::pack_tarball;

use crate::packing::put;
use crate::zipper::SKILL;

/// What an archive holds.
enum Part<'a> {
    File(&'a str, &'a [u8]),
    Link(&'a str, &'a str),
    Hard(&'a str, &'a str),
    Folder(&'a str),
}
use Part::File;
use Part::Folder;
use Part::Hard;
use Part::Link;

/// An archive with one folder at its top and a comment of the commit before everything, as `git archive` writes it.
fn archive(parts: &[Part<'_>]) -> Vec<u8> {
    let mut tar = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::fast()));
    let header = |kind, size| {
        let mut header = tar::Header::new_ustar();
        header.set_entry_type(kind);
        header.set_size(size);
        header.set_mode(0o664);
        header
    };
    let comment = b"52 comment=0123456789abcdef0123456789abcdef01234567\n";
    let mut global = header(tar::EntryType::XGlobalHeader, comment.len() as u64);
    tar.append_data(&mut global, "pax_global_header", &comment[..]).unwrap();
    let mut top = header(tar::EntryType::Directory, 0);
    tar.append_data(&mut top, "skills-0123456/", &[][..]).unwrap();
    for part in parts {
        match part {
            File(path, content) => {
                let mut header = header(tar::EntryType::Regular, content.len() as u64);
                tar.append_data(&mut header, format!("skills-0123456/{path}"), *content).unwrap();
            }
            Link(path, target) | Hard(path, target) => {
                let kind = if matches!(part, Link(..)) { tar::EntryType::Symlink } else { tar::EntryType::Link };
                let mut header = header(kind, 0);
                tar.append_link(&mut header, format!("skills-0123456/{path}"), target).unwrap();
            }
            Folder(path) => {
                let mut header = header(tar::EntryType::Directory, 0);
                tar.append_data(&mut header, format!("skills-0123456/{path}/"), &[][..]).unwrap();
            }
        }
    }
    tar.into_inner().unwrap().finish().unwrap()
}

fn pack(parts: &[Part<'_>], folder: &str) -> Result<FromTarball, TarballError> {
    pack_tarball(&archive(parts), folder, &Limits::default())
}

fn names(found: &FromTarball) -> Vec<&str> {
    found.packed.files.iter().map(|file| file.path.as_str()).collect()
}

const LONG: &str = "references/a-name-that-is-much-longer-than-the-hundred-bytes-that-the-oldest-form-of-a-header-has-room-for/part.md";

#[test]
fn a_folder_of_a_repository_is_the_skill_that_the_same_files_are() {
    let parts = [
        File("README.md", b"# all"),
        Link("elsewhere", "/etc/passwd"),
        Hard("hard", "README.md"),
        Folder("skills"),
        File("skills/pdf-other/SKILL.md", SKILL),
        Folder("skills/pdf"),
        File("skills/pdf/SKILL.md", SKILL),
        File("skills/pdf/scripts/a.sh", b"#!/bin/sh\n"),
        File("skills/pdf/.env", b"SECRET=1"),
        File("skills/pdf/node_modules/x/index.js", b"0"),
        File(&format!("skills/pdf/{LONG}"), b"long"),
    ];
    let found = pack(&parts, "skills/pdf").unwrap();
    assert_eq!((found.path.as_str(), names(&found)), ("skills/pdf", vec!["SKILL.md", LONG, "scripts/a.sh"]));
    let left_out: Vec<&str> = found.packed.left_out.iter().map(|left| left.path.as_str()).collect();
    assert_eq!(left_out, [".env", "node_modules/x/index.js"]);

    let dir = tempfile::tempdir().unwrap();
    put(dir.path(), "SKILL.md", SKILL);
    put(dir.path(), "scripts/a.sh", "#!/bin/sh\n");
    put(dir.path(), LONG, "long");
    assert_eq!(found.packed.content_sha, pack_dir(dir.path(), &PackOptions::installed()).unwrap().content_sha);
}

#[test]
fn a_folder_that_is_none_means_the_only_skill_below_it() {
    let one = [File("a/b/SKILL.md", SKILL), File("a/b/examples/x/SKILL.md", SKILL), File("c/x", b"")];
    let found = pack(&one, "").unwrap();
    assert_eq!((found.path.as_str(), names(&found)), ("a/b", vec!["SKILL.md", "examples/x/SKILL.md"]));
    assert_eq!(pack(&one, "a").unwrap().path, "a/b");
    assert_eq!(pack(&[File("SKILL.md", SKILL), File("a/SKILL.md", SKILL)], "").unwrap().path, "");

    let two = [File("a/SKILL.md", SKILL), File("b/SKILL.md", SKILL), File("node_modules/x/SKILL.md", SKILL)];
    match pack(&two, "").unwrap_err() {
        TarballError::Several { folder, skills } => {
            assert_eq!((folder.as_str(), skills), ("", vec!["a".into(), "b".into()]))
        }
        other => panic!("{other}"),
    }
    assert_eq!(pack(&two, "d").unwrap_err().to_string(), "the repository has no folder `d`");
    assert_eq!(pack(&one, "c").unwrap_err().to_string(), "there is no SKILL.md in `c`");
    assert_eq!(pack(&[File("x", b"")], "").unwrap_err().to_string(), "there is no SKILL.md in the repository");
}

#[test]
fn links_inside_the_skill_are_what_they_name() {
    let found = pack(
        &[
            File("s/SKILL.md", SKILL),
            File("s/real/a.txt", b"a"),
            File("s/real/.env", b"secret"),
            Link("s/file", "real/a.txt"),
            Link("s/folder", "./real"),
            Link("s/real/again", "a.txt"),
            Link("s/deep/er/up", "../../file"),
            Link("s/innocent", "real/.env"),
            Link("s/.env.link", "nowhere"),
        ],
        "s",
    )
    .unwrap();
    let expected = ["SKILL.md", "deep/er/up", "file", "folder/a.txt", "folder/again", "real/a.txt", "real/again"];
    assert_eq!(names(&found), expected);
    assert!(found.packed.zip.windows(6).all(|window| window != b"secret"));
}

#[test]
fn what_no_skill_may_hold_refuses_it_by_name() {
    for (part, says) in [
        (Link("s/x", "../README.md"), "`x` is refused: it is a link that leaves the skill"),
        (Link("s/x", "/etc/passwd"), "`x` is refused: it is a link that leaves the skill"),
        (Link("s/x", "a/../../s/SKILL.md"), "`x` is refused: it is a link to nothing"),
        (Link("s/x", "none"), "`x` is refused: it is a link to nothing"),
        (Link("s/x", "SKILL.md/y"), "`x` is refused: it is a link to nothing"),
        (Link("s/x", "x"), "`x` is refused: it is a link to nothing"),
        (Link("s/x", "."), "`x` is refused: it is a link to a folder that it lies in"),
        (Hard("s/x", "s/SKILL.md"), "`x` is refused: it is neither a file nor a folder"),
        (File("s/con", b""), "`con` is refused"),
        (File("s/skill.md", b""), "`skill.md` is refused"),
    ] {
        let error = pack(&[File("README.md", b""), File("s/SKILL.md", SKILL), part], "s").unwrap_err();
        assert!(error.to_string().starts_with(says), "{error}, not: {says}");
    }
    let cycle = [File("s/SKILL.md", SKILL), Link("s/a/x", "../b"), Link("s/b/y", "../a"), File("s/a/f", b"")];
    assert!(pack(&cycle, "s").unwrap_err().to_string().contains("a folder that it lies in"));
}

#[test]
fn a_small_archive_does_not_become_a_large_skill() {
    let limits = Limits { content_bytes: 1_000, entries: 50, ..Limits::default() };
    let large = [File("s/SKILL.md", SKILL), File("s/x", &[b'x'; 1_001])];
    let error = pack_tarball(&archive(&large), "s", &limits).unwrap_err();
    assert_eq!(error.to_string(), "`x` is refused: the skill is larger than 1000 bytes");
    // What lies elsewhere does not count.
    let elsewhere = [File("s/SKILL.md", SKILL), File("x", &[b'x'; 1_001])];
    assert!(pack_tarball(&archive(&elsewhere), "s", &limits).is_ok());
    // The same bytes under many names count each time, and doubling links end.
    let mut parts = vec![File("s/SKILL.md", SKILL), File("s/l00/a", &[b'x'; 300])];
    let folders: Vec<(String, String, String)> =
        (1..30).map(|n| (format!("s/l{n:02}/a"), format!("s/l{n:02}/b"), format!("../l{:02}", n - 1))).collect();
    for (a, b, target) in &folders {
        parts.extend([Link(a, target), Link(b, target)]);
    }
    let error = pack_tarball(&archive(&parts), "s", &limits).unwrap_err().to_string();
    assert!(error.contains("more than 50 files") || error.contains("larger than 1000"), "{error}");
}

#[test]
fn a_damaged_archive_gives_nothing() {
    let whole = archive(&[File("s/SKILL.md", SKILL), File("z", &[7; 5_000])]);
    for end in [0, 1, 20, whole.len() / 2, whole.len() - 9, whole.len() - 1] {
        let error = pack_tarball(&whole[..end], "s", &Limits::default()).unwrap_err();
        assert!(matches!(error, TarballError::Damaged(_)), "{end}: {error}");
    }
    let mut wrong = whole.clone();
    let at = wrong.len() - 5;
    wrong[at] ^= 1;
    assert!(pack_tarball(&wrong, "s", &Limits::default()).is_err(), "the checksum is looked at");
    let mut plain = GzEncoder::new(Vec::new(), Compression::fast());
    plain.write_all(b"<html>not a tar</html>").unwrap();
    assert!(pack_tarball(&plain.finish().unwrap(), "s", &Limits::default()).is_err());
}
