//! Looking for skills below a folder.

use std::fs;

use skillzdrive_skill::find_skills;
use skillzdrive_skill::is_skill;

use crate::packing::put;

#[test]
fn skills_are_found_sorted_and_not_inside_each_other() {
    let dir = tempfile::tempdir().unwrap();
    for path in ["b", "a/x", "a/x/inner", "1/2/3/4/5/6", "1/2/3/4/5/7/8", ".git/s", "node_modules/s"] {
        put(dir.path(), &format!("{path}/SKILL.md"), "");
    }
    fs::create_dir_all(dir.path().join("c/SKILL.md")).unwrap();
    let found: Vec<_> = find_skills(dir.path())
        .unwrap()
        .into_iter()
        .map(|path| path.strip_prefix(dir.path()).unwrap().to_str().unwrap().to_owned())
        .collect();
    assert_eq!(found, ["1/2/3/4/5/6", "a/x", "b"]);
    assert!(is_skill(&dir.path().join("b")));
    assert!(!is_skill(&dir.path().join("c")));
}

#[test]
fn a_skill_is_its_own_answer() {
    let dir = tempfile::tempdir().unwrap();
    put(dir.path(), "SKILL.md", "");
    put(dir.path(), "inner/SKILL.md", "");
    assert_eq!(find_skills(dir.path()).unwrap(), [dir.path()]);
}

#[test]
fn a_search_that_is_too_wide_says_so() {
    let dir = tempfile::tempdir().unwrap();
    for i in 0..2_000 {
        fs::create_dir(dir.path().join(i.to_string())).unwrap();
    }
    assert_eq!(find_skills(dir.path()).unwrap_err().code(), "search_too_wide");
    fs::remove_dir(dir.path().join("0")).unwrap();
    assert!(find_skills(dir.path()).unwrap().is_empty());
    assert_eq!(find_skills(&dir.path().join("none")).unwrap_err().code(), "io");
}
