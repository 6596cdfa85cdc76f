//! Packing folders on a real disk: fixed digests, links, what is left out, what is refused.

use std::fs;
use std::path::Path;

use skillzdrive_skill::Credential;
use skillzdrive_skill::LeftOut;
use skillzdrive_skill::LeftOutReason;
use skillzdrive_skill::Limits;
use skillzdrive_skill::PackOptions;
use skillzdrive_skill::Packed;
use skillzdrive_skill::SkillError;
use skillzdrive_skill::digest_dir;
use skillzdrive_skill::front_matter_of;
use skillzdrive_skill::open_zip;
use skillzdrive_skill::pack_dir;
use skillzdrive_skill::stat_dir;
use tempfile::TempDir;

use crate::zipper::SKILL;

pub(crate) fn put(dir: &Path, path: &str, content: impl AsRef<[u8]>) {
    let path = dir.join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, content).unwrap();
}

/// Paths and contents.
type Files<'a> = &'a [(&'a str, &'a [u8])];

fn skill(files: Files<'_>) -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    put(dir.path(), "SKILL.md", SKILL);
    for (path, content) in files {
        put(dir.path(), path, content);
    }
    dir
}

/// Packs, and checks that all readings of the folder agree and that the zip can be opened.
#[track_caller]
fn packed(dir: &Path, options: &PackOptions) -> Packed {
    let packed = pack_dir(dir, options).unwrap();
    let digest = digest_dir(dir, options).unwrap();
    assert_eq!(packed.content_sha, digest.sha);
    assert_eq!(packed.zip.len() as u64, digest.zip_size);
    assert_eq!(packed.left_out, digest.left_out);
    assert_eq!(stat_dir(dir, options).unwrap(), digest.files);
    let archive = open_zip(&packed.zip[..], &Limits::default()).unwrap();
    assert_eq!(archive.tree_sha().unwrap(), packed.content_sha);
    packed
}

fn paths(packed: &Packed) -> Vec<&str> {
    packed.files.iter().map(|file| &*file.path).collect()
}

/// The error must be the same whether the folder is packed, digested or only looked at.
#[track_caller]
fn refused(dir: &Path, path: &str, code: &str) {
    let options = PackOptions::own();
    let errors = [
        pack_dir(dir, &options).unwrap_err(),
        digest_dir(dir, &options).unwrap_err(),
        stat_dir(dir, &options).unwrap_err(),
    ];
    for error in errors {
        assert_eq!(error.code(), code, "{error}");
        assert!(matches!(&error, SkillError::Refused { path: named, .. } if named == path), "{error}");
    }
}

#[test]
fn the_contracts_vector() {
    let dir = skill(&[("scripts/a.sh", b"#!/bin/sh\n")]);
    let packed = packed(dir.path(), &PackOptions::own());
    assert_eq!(packed.zip.len(), 255);
    assert_eq!(packed.content_sha.as_str(), "3b64ecd5b85ae9cac294d17953ff06ee5a6401760f6f7f333bd063226c423dd3");
    assert_eq!(packed.front_matter.description.as_deref(), Some("d"));
    assert!(packed.warnings.is_empty());
}

/// These digests are fixed: a change of one of them is a change of every skill's identity. They were computed by a
/// separate program from the contract's words.
#[test]
fn fixed_vectors() {
    let magics: [(&str, &[u8]); 10] = [
        ("elf", b"\x7fELF\x02"),
        ("m1", b"\xfe\xed\xfa\xce"),
        ("m2", b"\xfe\xed\xfa\xcf"),
        ("m3", b"\xce\xfa\xed\xfe"),
        ("m4", b"\xcf\xfa\xed\xfe"),
        ("m5", b"\xca\xfe\xba\xbe"),
        ("m6", b"\xca\xfe\xba\xbf"),
        ("m7", b"\xbe\xba\xfe\xca"),
        ("m8", b"\xbf\xba\xfe\xca"),
        ("plain", b" #!"),
    ];
    let order: [(&str, &[u8]); 3] = [("a/b", b"1"), ("a-b", b"2"), ("a.b", b"3")];
    let cases: [(Files<'_>, &str); 4] = [
        (&magics, "18039da9a25ad17ddb498296109e04740f0af9b9922802ecede2aa5931d075b8"),
        (&[("cafe\u{301}.txt", b"x")], "4e5f36c1b92fb526ec8b8acc50f6afddc0b687cb76bacb23cd18839875976f23"),
        (&[("empty", b"")], "1287e64eb1d9f5b50822d3e008befd6062079e1661911f97217d938bc4e0de98"),
        (&order, "cb3677ef5e6e71262386ccb7eea3a24ab52d511891e79fc5d67c615d44d87f0b"),
    ];
    for (files, sha) in cases {
        let dir = skill(files);
        assert_eq!(packed(dir.path(), &PackOptions::own()).content_sha.as_str(), sha, "{files:?}");
    }
    let dir = skill(&order);
    assert_eq!(paths(&packed(dir.path(), &PackOptions::own())), ["SKILL.md", "a-b", "a.b", "a/b"]);
    let dir = skill(&magics);
    let programs = packed(dir.path(), &PackOptions::own()).files.iter().filter(|file| file.executable).count();
    assert_eq!(programs, 9);
}

#[test]
fn what_is_left_out_is_named() {
    let dir = skill(&[
        (".env", b"A=1"),
        ("sub/.ENV.local", b"A=1"),
        ("id_rsa", b"k"),
        (".git/config", b"x"),
        ("lib/__pycache__/m.pyc", b"x"),
        ("notes/x.tmp", b"x"),
        ("kept", b"x"),
        (".skillignore", b"*.tmp\n/drafts/\n"),
        ("drafts/one", b"x"),
    ]);
    let left = |path: &str, reason| LeftOut { path: path.to_owned(), reason };
    let own = packed(dir.path(), &PackOptions::own());
    assert_eq!(paths(&own), [".skillignore", "SKILL.md", "kept"]);
    assert_eq!(
        own.left_out,
        [
            left(".env", LeftOutReason::Secret),
            left(".git", LeftOutReason::Ignored),
            left("drafts", LeftOutReason::SkillIgnore),
            left("id_rsa", LeftOutReason::Secret),
            left("lib/__pycache__", LeftOutReason::Ignored),
            left("notes/x.tmp", LeftOutReason::SkillIgnore),
            left("sub/.ENV.local", LeftOutReason::Secret),
        ]
    );
    let installed = packed(dir.path(), &PackOptions::installed());
    assert_eq!(paths(&installed), [".skillignore", "SKILL.md", "drafts/one", "kept", "notes/x.tmp"]);
}

#[test]
fn credentials_are_reported_and_not_kept() {
    let token = format!("ghp_{}", "Q7mZ2kVx9RtB4nLs8WcY5hJf3GdP6q1T0uAe");
    let dir = skill(&[("a/config.txt", format!("x\ntoken = {token}\n").as_bytes())]);
    let packed = packed(dir.path(), &PackOptions::own());
    let expected = Credential { path: "a/config.txt".to_owned(), line: 2, kind: "GitHub token".to_owned() };
    assert_eq!(packed.credentials, [expected]);
    assert!(!format!("{:?}", packed.credentials).contains(&token[4..]));
}

#[test]
fn a_folder_without_the_file_is_no_skill() {
    let dir = tempfile::tempdir().unwrap();
    put(dir.path(), "README.md", "x");
    refused(dir.path(), &dir.path().display().to_string(), "no_skill_file");
    assert_eq!(pack_dir(&dir.path().join("none"), &PackOptions::own()).unwrap_err().code(), "io");
}

#[test]
fn front_matter_is_read_without_the_body() {
    let dir = skill(&[]);
    put(dir.path(), "SKILL.md", [SKILL, &vec![0xFF; 100_000]].concat());
    let (front, warnings) = front_matter_of(dir.path()).unwrap();
    assert_eq!(front.name.as_deref(), Some("a"));
    assert!(warnings.is_empty());
    assert_eq!(packed(dir.path(), &PackOptions::own()).front_matter, front);
    put(dir.path(), "SKILL.md", b"---\nname: \xff\n---\n");
    assert_eq!(front_matter_of(dir.path()).unwrap_err().code(), "front_matter_not_utf8");
    put(dir.path(), "SKILL.md", format!("---\nx: {}\n---\n", "\u{e4}".repeat(40_000)));
    assert_eq!(front_matter_of(dir.path()).unwrap_err().code(), "front_matter_too_large");
    assert_eq!(front_matter_of(&dir.path().join("none")).unwrap_err().code(), "io");
    put(dir.path(), "sub/SKILL.md/x", "");
    assert_eq!(front_matter_of(&dir.path().join("sub")).unwrap_err().code(), "special_file");
}

#[test]
fn limits_hold() {
    let dir = skill(&[("a", b"12345"), ("b/c", b"12345")]);
    let with = |limits| PackOptions { skillignore: true, limits };
    let small = with(Limits { content_bytes: 40, ..Limits::default() });
    assert_eq!(pack_dir(dir.path(), &small).unwrap_err().code(), "too_large");
    assert_eq!(digest_dir(dir.path(), &small).unwrap_err().code(), "too_large");
    let exact = with(Limits { content_bytes: 41, ..Limits::default() });
    let size = pack_dir(dir.path(), &exact).unwrap().zip.len() as u64;
    let zip = |zip_bytes| with(Limits { zip_bytes, ..Limits::default() });
    assert!(pack_dir(dir.path(), &zip(size)).is_ok());
    assert_eq!(pack_dir(dir.path(), &zip(size - 1)).unwrap_err().code(), "too_large");
    assert!(digest_dir(dir.path(), &zip(size - 1)).is_ok());
    let few = with(Limits { entries: 2, ..Limits::default() });
    assert_eq!(stat_dir(dir.path(), &few).unwrap_err().code(), "too_many_entries");
}

#[test]
fn a_touched_file_has_another_fingerprint() {
    let dir = skill(&[("a", b"1")]);
    let before = stat_dir(dir.path(), &PackOptions::own()).unwrap();
    assert_eq!(before, stat_dir(dir.path(), &PackOptions::own()).unwrap());
    put(dir.path(), "a", "12");
    let after = stat_dir(dir.path(), &PackOptions::own()).unwrap();
    assert_ne!(before, after);
    put(dir.path(), "b", "");
    assert_eq!(stat_dir(dir.path(), &PackOptions::own()).unwrap().len(), 3);
}

#[test]
fn a_skillignore_that_is_not_understood_refuses() {
    let dir = skill(&[(".skillignore", b"a{b\n")]);
    refused(dir.path(), ".skillignore", "bad_skillignore");
    assert!(pack_dir(dir.path(), &PackOptions::installed()).is_ok());
    let dir = skill(&[(".skillignore", &vec![b'#'; 70_000])]);
    refused(dir.path(), ".skillignore", "bad_skillignore");
}

#[cfg(unix)]
mod unix {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn links_inside_are_packed_as_what_they_name() {
        let dir = skill(&[("real/x", b"x"), ("real/deep/y", b"y")]);
        symlink("real/x", dir.path().join("file")).unwrap();
        symlink("real", dir.path().join("folder")).unwrap();
        symlink("deep", dir.path().join("real/again")).unwrap();
        let expected = [
            "SKILL.md",
            "file",
            "folder/again/y",
            "folder/deep/y",
            "folder/x",
            "real/again/y",
            "real/deep/y",
            "real/x",
        ];
        assert_eq!(paths(&packed(dir.path(), &PackOptions::own())), expected);
    }

    #[test]
    fn a_skill_may_itself_be_reached_through_a_link() {
        let dir = skill(&[("real", b"x")]);
        symlink("real", dir.path().join("link")).unwrap();
        let other = tempfile::tempdir().unwrap();
        let link = other.path().join("skill");
        symlink(dir.path(), &link).unwrap();
        assert_eq!(paths(&packed(&link, &PackOptions::own())), ["SKILL.md", "link", "real"]);
    }

    #[test]
    fn links_that_leave_refuse() {
        for (target, code) in [
            ("/etc/hostname", "link_leaves"),
            ("/etc", "link_leaves"),
            ("..", "link_leaves"),
            ("nothing", "link_dangles"),
            ("l", "link_dangles"),
            ("SKILL.md/x", "link_dangles"),
            (".", "link_cycle"),
        ] {
            let dir = skill(&[]);
            symlink(target, dir.path().join("l")).unwrap();
            refused(dir.path(), "l", code);
        }
        let dir = skill(&[("a/b/x", b"x")]);
        symlink("../../a", dir.path().join("a/b/up")).unwrap();
        refused(dir.path(), "a/b/up", "link_cycle");
        // Two folders that link to each other: each link is inside, together they never end.
        let dir = skill(&[("a/x", b"x"), ("b/x", b"x")]);
        symlink("../b", dir.path().join("a/b")).unwrap();
        symlink("../a", dir.path().join("b/a")).unwrap();
        assert_eq!(digest_dir(dir.path(), &PackOptions::own()).unwrap_err().code(), "link_cycle");
    }

    #[test]
    fn a_link_does_not_carry_a_secret_in() {
        let dir =
            skill(&[(".env", b"A=1"), (".git/config", b"x"), ("drafts/d", b"x"), (".skillignore", b"/drafts/\n")]);
        symlink(".env", dir.path().join("config")).unwrap();
        symlink(".git/config", dir.path().join("git-config")).unwrap();
        symlink(".git", dir.path().join("git")).unwrap();
        symlink("drafts/d", dir.path().join("draft")).unwrap();
        symlink("drafts", dir.path().join("public")).unwrap();
        let own = packed(dir.path(), &PackOptions::own());
        assert_eq!(paths(&own), [".skillignore", "SKILL.md"]);
        assert_eq!(own.left_out.len(), 8);
    }

    #[test]
    fn a_link_farm_ends_at_the_limit() {
        let dir = skill(&[]);
        for i in 0..20 {
            fs::create_dir(dir.path().join(format!("d{i}"))).unwrap();
            for name in ["p", "q"] {
                let target = if i == 19 { "../SKILL.md".to_owned() } else { format!("../d{}", i + 1) };
                symlink(target, dir.path().join(format!("d{i}/{name}"))).unwrap();
            }
        }
        assert_eq!(stat_dir(dir.path(), &PackOptions::own()).unwrap_err().code(), "too_many_entries");
    }

    #[test]
    fn names_and_kinds_that_refuse() {
        for (name, code) in [
            ("CON", "name_reserved"),
            ("a\\b", "name_backslash"),
            ("ab:c", "name_colon"),
            ("a.", "name_trailing"),
            ("a\u{200b}", "name_invisible"),
            ("skillzdrive.lock", "name_lockfile"),
        ] {
            let dir = skill(&[(name, b"x")]);
            refused(dir.path(), name, code);
        }
        let dir = skill(&[]);
        fs::write(dir.path().join(OsStr::from_bytes(b"a\xff")), "").unwrap();
        refused(dir.path(), "a\u{fffd}", "name_not_utf8");
        let dir = skill(&[]);
        let _socket = std::os::unix::net::UnixListener::bind(dir.path().join("s")).unwrap();
        refused(dir.path(), "s", "special_file");
        // A bad name that is left out does no harm.
        let dir = skill(&[(".skillignore", b"a:b\n"), ("a:b", b"x")]);
        packed(dir.path(), &PackOptions::own());
    }

    #[test]
    fn two_names_that_become_one_refuse() {
        let dir = skill(&[("\u{e9}", b"1"), ("e\u{301}", b"2")]);
        // Some file systems keep one of the two only.
        if fs::read_dir(dir.path()).unwrap().count() == 3 {
            refused(dir.path(), "\u{e9}", "clash_normalisation");
        }
    }
}
