//! The tables of faults and of hostile archives are true: every row names a test that exists, or why there can be none.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

fn repository(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// Number and last cell of each row.
fn rows(table: &str) -> BTreeMap<usize, String> {
    let rows = table.lines().filter_map(|line| line.strip_prefix("| ")?.strip_suffix(" |")?.split_once(" | "));
    rows.filter_map(|(number, rest)| Some((number.parse().ok()?, rest.rsplit_once(" | ")?.1.to_owned()))).collect()
}

fn check(file: &str, count: usize) {
    let rows = rows(&repository(file));
    assert_eq!(rows.keys().copied().collect::<Vec<_>>(), (1..=count).collect::<Vec<_>>(), "{file}");
    let mut sources: BTreeMap<String, String> = BTreeMap::new();
    for (number, cell) in &rows {
        let named: Vec<(&str, &str)> = cell.split('`').filter_map(|word| word.split_once("::")).collect();
        for (path, test) in &named {
            let text = sources.entry((*path).to_owned()).or_insert_with(|| repository(path));
            let place = text.find(&format!("fn {test}()")).unwrap_or_else(|| panic!("{file} {number}: no `{test}`"));
            let before = text[..place].trim_end_matches("async ").trim_end();
            assert!(before.ends_with(']'), "{file} {number}: `{test}` is no test");
        }
        assert!(!named.is_empty() || cell.starts_with("not here: "), "{file} {number}: {cell}");
    }
}

#[test]
fn every_fault_has_its_test() {
    check("tests/faults.md", 55);
}

#[test]
fn every_hostile_archive_has_its_test() {
    check("tests/archives.md", 74);
}
