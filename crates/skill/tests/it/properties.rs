//! Properties: packing and unpacking are each other's inverse, and a damaged zip is refused or read as others read it.

use std::collections::BTreeMap;
use std::fs;
use std::io::Cursor;
use std::io::Read;
use std::io::Write;
use std::path::Path;

use proptest::prelude::*;
use skillzdrive_skill::Limits;
use skillzdrive_skill::PackOptions;
use skillzdrive_skill::SkillError;
use skillzdrive_skill::digest_dir;
use skillzdrive_skill::left_out_reason;
use skillzdrive_skill::open_zip;
use skillzdrive_skill::pack_dir;
use skillzdrive_skill::parse_lenient;
use skillzdrive_skill::parse_strict;

use crate::zipper::Part;
use crate::zipper::SKILL;
use crate::zipper::Zip;
use crate::zipper::descriptor;

type Tree = BTreeMap<String, Vec<u8>>;

/// Names of which most are good and some are not, on purpose.
fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        8 => "[a-c]{1,3}(\\.(md|sh|py))?",
        2 => "[a-zA-Z0-9 ._~:\u{e9}\u{301}\u{df}\u{200b}-]{1,8}",
        1 => prop_oneof![Just("CON"), Just(".env"), Just("id_x"), Just("node_modules"), Just("x.pyc"), Just("A"), Just("a~1")]
            .prop_map(str::to_owned),
    ]
}

fn tree() -> impl Strategy<Value = Tree> {
    let path = proptest::collection::vec(name(), 1..4).prop_map(|parts| parts.join("/"));
    let content = prop_oneof![
        proptest::collection::vec(any::<u8>(), 0..64),
        Just(b"#!/bin/sh\n".to_vec()),
        Just(b"\x7fELF".to_vec()),
        (0..40_000_usize).prop_map(|len| b"skill".iter().copied().cycle().take(len).collect()),
    ];
    proptest::collection::btree_map(path, content, 0..8)
}

/// Writes what the disk takes of a tree; a name that is `..` or clashes with a folder is passed over.
fn write(dir: &Path, tree: &Tree) {
    fs::write(dir.join("SKILL.md"), SKILL).unwrap();
    for (path, content) in tree {
        let inside = path.split('/').all(|part| !matches!(part, "." | ".."));
        let path = dir.join(path);
        if inside && !path.exists() && fs::create_dir_all(path.parent().unwrap()).is_ok() {
            let _ = fs::write(path, content);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_packed_unpacks_to_the_same(tree in tree()) {
        let dir = tempfile::tempdir().unwrap();
        write(dir.path(), &tree);
        let options = PackOptions::installed();
        let packed = match pack_dir(dir.path(), &options) {
            Ok(packed) => packed,
            Err(SkillError::Refused { .. }) => return Ok(()),
            Err(error) => return Err(TestCaseError::fail(error.to_string())),
        };
        let archive = open_zip(&packed.zip[..], &Limits::default()).unwrap();
        prop_assert_eq!(archive.tree_sha().unwrap(), packed.content_sha.clone());
        prop_assert_eq!(&archive.canonical().unwrap().zip, &packed.zip);
        let again = tempfile::tempdir().unwrap();
        archive.extract(again.path()).unwrap();
        prop_assert_eq!(&pack_dir(again.path(), &options).unwrap().zip, &packed.zip);
        let digest = digest_dir(again.path(), &options).unwrap();
        prop_assert_eq!(digest.sha, packed.content_sha);
        prop_assert_eq!(digest.zip_size, packed.zip.len() as u64);
    }

    #[test]
    fn another_writers_zip_is_the_same_skill(tree in tree(), stored in any::<bool>()) {
        let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
        let method = if stored { zip::CompressionMethod::Stored } else { zip::CompressionMethod::Deflated };
        let options = zip::write::SimpleFileOptions::default().compression_method(method);
        writer.start_file("SKILL.md", options).unwrap();
        writer.write_all(SKILL).unwrap();
        for (path, content) in &tree {
            writer.start_file(&**path, options).unwrap();
            writer.write_all(content).unwrap();
        }
        let bytes = writer.finish().unwrap().into_inner();
        let archive = match open_zip(&bytes[..], &Limits::default()) {
            Ok(archive) => archive,
            Err(error) => {
                prop_assert!(error.code().starts_with("name_") || error.code().starts_with("clash_"), "{}", error);
                return Ok(());
            }
        };
        let dir = tempfile::tempdir().unwrap();
        archive.extract(dir.path()).unwrap();
        let digest = digest_dir(dir.path(), &PackOptions::installed()).unwrap();
        prop_assert_eq!(digest.sha, archive.tree_sha().unwrap());
        let counted = archive.files.iter().filter(|file| left_out_reason(&file.path).is_none()).count();
        prop_assert_eq!(digest.files.len(), counted);
    }
}

/// Zips of every form that is accepted.
fn forms() -> Vec<Vec<u8>> {
    let script = b"#!/bin/sh\necho hello hello hello\n";
    let plain = Zip::new([Part::stored("SKILL.md", SKILL), Part::stored("scripts/a.sh", script)]);
    let deflated =
        Zip::new([Part::folder("p/"), Part::deflated("p/SKILL.md", SKILL), Part::deflated("p/a.sh", script)]);
    let streamed = Zip::with(Part::deflated("a.sh", script).streamed(descriptor));
    let wide = Zip { end64: Some(|_| ()), comment: b"a comment".to_vec(), ..deflated.clone() };
    [plain, deflated, streamed, wide].iter().map(Zip::bytes).collect()
}

/// What another reader finds: every file with its content.
fn second_reader(bytes: &[u8]) -> Option<Tree> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).ok()?;
    let mut tree = Tree::new();
    for index in 0..archive.len() {
        let mut file = archive.by_index(index).ok()?;
        if !file.is_dir() {
            let name = file.name().ok()?.into_owned();
            let mut content = Vec::new();
            file.read_to_end(&mut content).ok()?;
            tree.insert(name, content);
        }
    }
    Some(tree)
}

#[derive(Debug, Clone)]
enum Damage {
    Set(usize, u8),
    Flip(usize, u8),
    Remove(usize, usize),
    Insert(usize, Vec<u8>),
    Copy(usize, usize, usize),
}

fn damage() -> impl Strategy<Value = Damage> {
    let at = || 0..2_000_usize;
    prop_oneof![
        4 => (at(), any::<u8>()).prop_map(|(at, byte)| Damage::Set(at, byte)),
        4 => (at(), 0..8_u8).prop_map(|(at, bit)| Damage::Flip(at, bit)),
        1 => (at(), 1..50_usize).prop_map(|(at, len)| Damage::Remove(at, len)),
        1 => (at(), proptest::collection::vec(any::<u8>(), 1..30)).prop_map(|(at, bytes)| Damage::Insert(at, bytes)),
        2 => (at(), at(), 1..50_usize).prop_map(|(from, to, len)| Damage::Copy(from, to, len)),
    ]
}

fn apply(bytes: &mut Vec<u8>, damage: &Damage) {
    let len = bytes.len().max(1);
    match damage {
        Damage::Set(at, byte) => bytes[at % len] = *byte,
        Damage::Flip(at, bit) => bytes[at % len] ^= 1 << bit,
        Damage::Remove(at, count) => {
            let at = at % len;
            bytes.drain(at..(at + count).min(len));
        }
        Damage::Insert(at, new) => {
            let at = at % len;
            bytes.splice(at..at, new.iter().copied());
        }
        Damage::Copy(from, to, count) => {
            let (from, to) = (from % len, to % len);
            let piece = bytes[from..(from + count).min(len)].to_vec();
            let end = (to + piece.len()).min(len);
            bytes[to..end].copy_from_slice(&piece[..end - to]);
        }
    }
}

#[track_caller]
fn agrees_with_second_reader(bytes: &[u8]) {
    let Ok(archive) = open_zip(bytes, &Limits::default()) else { return };
    let other = second_reader(bytes).expect("another reader cannot read what was accepted");
    let wrapped = !other.contains_key("SKILL.md");
    let other: Tree = other
        .into_iter()
        .map(|(path, content)| {
            let path = if wrapped { path.split_once('/').unwrap().1.to_owned() } else { path };
            (path, content)
        })
        .collect();
    let ours: Tree = archive.files.iter().map(|file| (file.path.clone(), archive.read(&file.path).unwrap())).collect();
    assert_eq!(ours, other);
    // What lies on the disk afterwards is that and nothing else.
    let dir = tempfile::tempdir().unwrap();
    archive.extract(dir.path()).unwrap();
    let written = walkdir::WalkDir::new(dir.path()).into_iter().map(Result::unwrap);
    let written: Tree = written
        .filter(|entry| !entry.file_type().is_dir())
        .map(|entry| {
            let path = entry.path().strip_prefix(dir.path()).unwrap().to_str().unwrap().replace('\\', "/");
            (path, fs::read(entry.path()).unwrap())
        })
        .collect();
    assert_eq!(written, other);
}

#[test]
fn every_single_byte_changed() {
    for form in forms() {
        for at in 0..form.len() {
            for change in [0x01, 0x80, 0xFF] {
                let mut bytes = form.clone();
                bytes[at] ^= change;
                agrees_with_second_reader(&bytes);
            }
        }
    }
}

/// Good front matter, pieces of it replaced by what YAML gives a meaning to or by anything.
fn odd_front_matter() -> impl Strategy<Value = String> {
    const GOOD: &str = "---\nname: pdf-tools\ndescription: \"Reads: PDFs\"\nallowed-tools: [Read, \"Bash(ls:*)\"]\n\
                        metadata:\n  version: \"1\"\n  author: x\n---\n# Body\n";
    let meaningful = proptest::sample::select(vec![
        "---\n",
        "...\n",
        "&a ",
        "*a ",
        "<<: ",
        "!!binary ",
        "!x ",
        "|\n  ",
        ">-\n",
        "? ",
        "- ",
        "[",
        "{",
        "}",
        "\"",
        "'",
        ": ",
        "# ",
        "%TAG ! !\n",
        "\t",
        "\r",
        "\0",
        "\u{202e}",
        "\u{feff}",
        "null",
        "~",
        "yes",
        "0x1",
        "1e999",
        ".nan",
        "\u{2028}",
    ]);
    let piece = prop_oneof![3 => meaningful.prop_map(str::to_owned), 1 => ".{0,4}"];
    let edit = (any::<proptest::sample::Index>(), 0..12_usize, piece);
    proptest::collection::vec(edit, 0..6).prop_map(|edits| {
        let mut chars: Vec<char> = GOOD.chars().collect();
        for (at, len, piece) in edits {
            let at = at.index(chars.len() + 1);
            let end = (at + len).min(chars.len());
            chars.splice(at..end, piece.chars());
        }
        chars.into_iter().collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn odd_front_matter_is_read_or_refused_in_plain_words(text in odd_front_matter()) {
        let strict = parse_strict(&text, None);
        match parse_lenient(&text) {
            Ok((front, warnings)) => {
                prop_assert!(!warnings.iter().any(|warning| warning.contains(char::is_control)), "{:?}", warnings);
                // What may be published is read by everybody as it was meant.
                if let Ok(strict) = strict {
                    prop_assert_eq!(&strict, &front);
                    prop_assert!(warnings.is_empty(), "{:?}", warnings);
                }
            }
            Err(error) => {
                prop_assert!(strict.is_err());
                let shown = error.to_string();
                prop_assert!(!shown.contains(|c: char| c.is_control() || c == '\u{202e}'), "{:?}", shown);
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn damage_is_refused_or_read_alike(form in 0..4_usize, damages in proptest::collection::vec(damage(), 1..4)) {
        let mut bytes = forms()[form].clone();
        for damage in &damages {
            if !bytes.is_empty() {
                apply(&mut bytes, damage);
            }
        }
        agrees_with_second_reader(&bytes);
    }

    #[test]
    fn front_matter_never_panics(text in "(---\r?\n)?([a-z-]{1,9}:? ?[\\[\\]{}&*!|>'\"#:a-z0-9 -]{0,20}\r?\n){0,6}(---\n)?") {
        let _ = parse_lenient(&text);
    }
}
