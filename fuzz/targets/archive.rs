//! Any bytes as a package: refused, or read exactly as another reader lists them.
#![no_main]

use std::collections::BTreeMap;
use std::io::Cursor;
use std::io::Read as _;

use libfuzzer_sys::fuzz_target;
use skillzdrive_skill::Limits;
use skillzdrive_skill::open_zip;

type Tree = BTreeMap<String, Vec<u8>>;

fn second_reader(bytes: &[u8]) -> Tree {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).expect("the other reader opens it");
    let mut tree = Tree::new();
    for index in 0..archive.len() {
        let mut file = archive.by_index(index).expect("the other reader finds the entry");
        if !file.is_dir() {
            let name = file.name().expect("the other reader knows its name").into_owned();
            let mut content = Vec::new();
            file.read_to_end(&mut content).expect("the other reader inflates it");
            tree.insert(name, content);
        }
    }
    tree
}

fuzz_target!(|bytes: &[u8]| {
    // Small, so that a bomb is found by its refusal and not by the time it takes.
    let limits = Limits { content_bytes: 1 << 20, ..Limits::default() };
    let Ok(archive) = open_zip(bytes, &limits) else { return };
    let ours: Tree =
        archive.files.iter().map(|file| (file.path.clone(), archive.read(&file.path).expect("what was checked is read"))).collect();
    let theirs = second_reader(bytes);
    assert_eq!(ours.len(), theirs.iter().filter(|(name, _)| !name.starts_with("__MACOSX/")).count());
    for (path, content) in &ours {
        // One folder around everything is taken off, and names are composed; the content tells which is meant.
        assert!(
            theirs.iter().any(|(name, other)| other == content && (name == path || name.split_once('/').is_some_and(|(_, rest)| rest == path) || !name.is_ascii())),
            "{path}"
        );
    }
    let _ = archive.tree_sha().expect("what was read has a digest");
});
