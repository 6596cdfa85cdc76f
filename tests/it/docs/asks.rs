//! A test that a page names as its witness is there.

use super::links::links;
use super::pages;
use super::repository;

/// The tests that a page names, with the files in which they are to be.
fn witnesses(page: &str, text: &str) -> Vec<(String, String)> {
    let mut witnesses = Vec::new();
    for link in text.split("[`").skip(1) {
        let Some((name, rest)) = link.split_once("`](") else { continue };
        let file = rest.split(')').next().unwrap();
        if file.ends_with(".rs") {
            let file = if page.starts_with("docs/") { file.trim_start_matches("../") } else { file };
            witnesses.push((name.to_owned(), file.to_owned()));
        }
    }
    witnesses
}

#[test]
fn every_test_that_a_page_names_is_there() {
    let mut seen = 0;
    for page in pages() {
        for (name, file) in witnesses(&page, &repository(&page)) {
            assert!(repository(&file).contains(&format!("fn {name}(")), "{page}: {file} has no test {name}");
            seen += 1;
        }
    }
    assert!(seen > 50, "only {seen} tests are named");
}

#[test]
fn every_promise_names_a_test() {
    let readme = repository("README.md");
    let promises = readme.split("## Promises\n").nth(1).unwrap().split("\n## ").next().unwrap();
    let promised = promises.lines().filter(|line| line.starts_with(|c: char| c.is_ascii_digit())).count();
    assert_eq!((promised, witnesses("README.md", promises).len()), (11, 11));
}

/// Each of the things that people asked other tools for has a line, in order, that is done with a test or says why not.
#[test]
fn each_ask_is_answered() {
    let page = repository("docs/asks.md");
    let rows: Vec<&str> = page
        .lines()
        .filter(|line| line.strip_prefix("| ").is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit())))
        .collect();
    assert_eq!(rows.len(), 49);
    for (index, row) in rows.iter().enumerate() {
        let cells: Vec<&str> = row.split(" | ").map(|cell| cell.trim_matches(['|', ' '])).collect();
        assert_eq!(cells.len(), 4, "{row}");
        assert_eq!(cells[0], (index + 1).to_string());
        assert!(links(cells[1]).any(|link| link.starts_with("https://")), "{row}: who asked?");
        match cells[2] {
            "yes" | "partly" => assert!(!witnesses("docs/asks.md", cells[3]).is_empty(), "{row}: which test?"),
            "no" => assert!(cells[3].len() > 20, "{row}: why not?"),
            other => panic!("{other}: {row}"),
        }
    }
}

/// The README has our column of every row of the comparison, word for word.
#[test]
fn the_readme_has_our_column_of_the_comparison() {
    let (readme, page) = (repository("README.md"), repository("docs/comparison.md"));
    let mut rows = 0;
    for table in page.split("\n| | skillzdrive | ").skip(1) {
        for row in table.lines().skip(2).take_while(|line| line.starts_with('|')) {
            let cells: Vec<&str> = row.split(" | ").collect();
            let ours = format!("{} | {} |", cells[0], cells[1]);
            assert!(readme.contains(&ours), "{ours}");
            assert!(!cells[1].trim().is_empty(), "{row}");
            rows += 1;
        }
    }
    assert_eq!(rows, 45);
}
