//! Bundles on the disk: read skill by skill, whoever made them, or refused.

use std::path::PathBuf;

use skillzdrive_skill::BundleFile;
use skillzdrive_skill::Limits;
use skillzdrive_skill::SkillError;
use skillzdrive_skill::open_zip;

use crate::zipper::Part;
use crate::zipper::SKILL;
use crate::zipper::Zip;

fn zip(parts: &[Part]) -> Vec<u8> {
    Zip::new(parts.to_vec()).bytes()
}

struct Disk(tempfile::TempDir);

impl Disk {
    fn put(&self, bytes: &[u8]) -> PathBuf {
        let path = self.0.path().join("bundle.zip");
        std::fs::write(&path, bytes).unwrap();
        path
    }
}

fn disk() -> Disk {
    Disk(tempfile::tempdir().unwrap())
}

fn open(bytes: &[u8]) -> Result<Vec<String>, SkillError> {
    let disk = disk();
    let mut bundle = BundleFile::open(&disk.put(bytes))?;
    let folders: Vec<String> = bundle.folders().map(str::to_owned).collect();
    for folder in &folders {
        let zip = bundle.zip(folder)?;
        open_zip(&zip[..], &Limits::default())?;
    }
    Ok(folders)
}

#[test]
fn skills_of_any_form_and_order_are_read_one_by_one() {
    let parts = [
        Part::folder("b/"),
        Part::stored("b/SKILL.md", SKILL),
        Part::stored("a/SKILL.md", SKILL),
        Part::deflated("b/scripts/x.sh", b"#!/bin/sh\necho echo echo echo\n"),
        Part::stored("__MACOSX/a/._SKILL.md", b"junk"),
    ];
    let bytes = zip(&parts);
    assert_eq!(open(&bytes).unwrap(), ["a", "b"]);
    let disk = disk();
    let mut bundle = BundleFile::open(&disk.put(&bytes)).unwrap();
    let alone = bundle.zip("b").unwrap();
    let archive = open_zip(&alone[..], &Limits::default()).unwrap();
    let paths: Vec<&str> = archive.files.iter().map(|file| file.path.as_str()).collect();
    assert_eq!(paths, ["SKILL.md", "scripts/x.sh"]);
    assert_eq!(archive.read("scripts/x.sh").unwrap(), b"#!/bin/sh\necho echo echo echo\n");
    assert!(bundle.zip("c").is_err());
}

#[test]
fn a_name_that_is_no_folder_everywhere_is_still_a_skill() {
    let long = format!("con/{}/{}/x.md", "d".repeat(110), "e".repeat(110));
    assert_eq!(open(&zip(&[Part::stored("con/SKILL.md", SKILL), Part::stored(&long, b"x")])).unwrap(), ["con"]);
}

#[test]
fn one_skill_without_a_folder_is_one_skill() {
    assert_eq!(open(&zip(&[Part::stored("SKILL.md", SKILL), Part::stored("a/b.md", b"x")])).unwrap(), [""]);
}

#[test]
fn what_is_no_bundle_is_refused() {
    let good = zip(&[Part::stored("a/SKILL.md", SKILL)]);
    let code = |bytes: &[u8]| open(bytes).unwrap_err().code();
    assert_eq!(code(b""), "truncated");
    assert_eq!(code(b"<html>not a zip at all, and long enough</html>"), "truncated");
    for cut in [1, 22, 23, good.len() - 40] {
        assert!(open(&good[..good.len() - cut]).is_err(), "{cut}");
    }
    let mut longer = good.clone();
    longer.insert(0, b'x');
    assert!(open(&longer).is_err());
    assert_eq!(code(&zip(&[Part::stored("a/SKILL.md", SKILL), Part::stored("stray.txt", b"x")])), "no_skill_file");
    assert_eq!(code(&zip(&[Part::stored("a/x.md", b"x")])), "no_skill_file");
    assert!(open(&zip(&[Part::stored("a/SKILL.md", SKILL), Part::stored("a/../../evil", b"x")])).is_err());
    assert!(open(&zip(&[Part::stored("a/SKILL.md", SKILL), Part::stored("/evil", b"x")])).is_err());
    assert!(open(&zip(&[Part::stored("a/SKILL.md", SKILL).local(|head| head.name = b"b/SKILL.md".to_vec())])).is_err());
    let mut wrong = zip(&[Part::stored("a/SKILL.md", SKILL)]);
    wrong[45] ^= 1;
    assert_eq!(code(&wrong), "crc");
}

#[test]
fn every_byte_may_lie_and_nothing_panics() {
    let good = zip(&[Part::stored("a/SKILL.md", SKILL), Part::deflated("b/SKILL.md", SKILL)]);
    let disk = disk();
    for at in 0..good.len() {
        for value in [0, 1, 0x7F, 0xFF] {
            let mut bytes = good.clone();
            bytes[at] = value;
            if let Ok(mut bundle) = BundleFile::open(&disk.put(&bytes)) {
                let folders: Vec<String> = bundle.folders().map(str::to_owned).collect();
                for folder in folders {
                    if let Ok(zip) = bundle.zip(&folder) {
                        let _ = open_zip(&zip[..], &Limits::default());
                    }
                }
            }
        }
    }
}
