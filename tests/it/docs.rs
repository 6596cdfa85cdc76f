//! The pages are true: what they show was typed here, what they name is there, and where they point there is something.
//!
//! In a `console` block each line that begins with `$ ` is typed, in order, and what follows is compared with what is
//! shown on the terminal; `…` stands for what differs from run to run, and a line `...` for any lines. A command may
//! fail only if the next one is `echo $?`. The lines of an `sh` block are typed too, and must end well. What a reader need
//! not see is typed from comments: `<!-- $ COMMAND -->`; `<!-- machine: NAME -->` goes on at another one,
//! `<!-- next: SLUG WORDS -->` publishes a next version of a skill. `https://drive.example.com` stands for the drive of the
//! test, in which the starter skills are published, and `~/key.txt` holds its owner's key. What cannot be typed here says so:
//! `<!-- not run: WHY -->`. `SKILLZDRIVE_DOCS=write cargo test -p skillzdrive --test it docs::` writes into the pages what is
//! shown now.

mod asks;
mod links;
#[cfg(unix)]
mod session;
mod words;

use std::fs;
use std::path::Path;

use similar::TextDiff;

/// A file of the repository.
#[track_caller]
pub(crate) fn repository(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// Every page, by its path in the repository: those at the root and those of the book.
fn pages() -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let names = |folder: &str| -> Vec<String> {
        let entries = fs::read_dir(root.join(folder)).unwrap();
        let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let pages = names.filter(|name| Path::new(name).extension().is_some_and(|extension| extension == "md"));
        pages.map(|name| if folder.is_empty() { name } else { format!("{folder}/{name}") }).collect()
    };
    let mut pages: Vec<String> = ["", "docs", "docs/rules", "tests"].into_iter().flat_map(names).collect();
    pages.sort();
    pages
}

/// The lines of a page that stand in a block, with the word after its fence.
fn blocks(page: &str) -> Vec<(&str, Vec<&str>)> {
    let mut blocks = Vec::new();
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        if let Some(language) = line.strip_prefix("```") {
            blocks.push((language, lines.by_ref().take_while(|line| *line != "```").collect()));
        }
    }
    blocks
}

/// A page without its blocks.
fn prose(page: &str) -> String {
    let mut inside = false;
    let outside = page.lines().filter(|line| {
        let fence = line.starts_with("```");
        inside ^= fence;
        !inside && !fence
    });
    outside.collect::<Vec<_>>().join("\n")
}

/// Types everything that a page shows; see the module.
#[cfg(unix)]
#[track_caller]
fn types(page: &str) {
    let text = repository(page);
    let mut session = session::Session::new();
    let mut now = Vec::new();
    let mut lines = text.lines();
    let mut skip = false;
    while let Some(line) = lines.next() {
        now.push(line.to_owned());
        let comment = line.strip_prefix("<!-- ").and_then(|rest| rest.strip_suffix(" -->"));
        if let Some(comment) = comment {
            if let Some(command) = comment.strip_prefix("$ ") {
                session.works(command);
            } else if let Some(machine) = comment.strip_prefix("machine: ") {
                session.goes_to(machine);
            } else if let Some(next) = comment.strip_prefix("next: ") {
                session.publishes(next);
            }
            skip = comment.starts_with("not run: ");
        }
        let Some(language) = line.strip_prefix("```") else { continue };
        let block: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
        match language {
            "console" if !skip => now.extend(session.console(&block)),
            "sh" if !skip => {
                session.sh(&block);
                now.extend(block.iter().map(|line| (*line).to_owned()));
            }
            _ => now.extend(block.iter().map(|line| (*line).to_owned())),
        }
        now.push("```".to_owned());
        skip = false;
    }
    session.end();
    let now = now.join("\n") + "\n";
    if now != text {
        let diff = TextDiff::from_lines(&text, &now).unified_diff().header(page, "what is shown").to_string();
        if std::env::var("SKILLZDRIVE_DOCS").is_ok_and(|how| how == "write") {
            fs::write(Path::new(env!("CARGO_MANIFEST_DIR")).join(page), now).unwrap();
        }
        panic!("{diff}");
    }
}

/// A test for each page in which something is typed.
macro_rules! typed {
    ($($test:ident: $page:literal,)*) => {
        const TYPED: &[&str] = &[$($page),*];
        $(
            #[cfg(unix)]
            #[test]
            fn $test() {
                types($page);
            }
        )*
    };
}

typed! {
    readme: "README.md",
    getting_started: "docs/getting-started.md",
    sync_explained: "docs/sync.md",
    ci: "docs/ci.md",
    teams: "docs/teams.md",
    self_hosting: "docs/self-hosting.md",
    security: "docs/security.md",
    exit_codes: "docs/exit-codes.md",
    files: "docs/files.md",
    json: "docs/json.md",
    coming_from: "docs/coming-from.md",
    everyday: "docs/everyday.md",
    auditing: "docs/auditing.md",
    settings: "docs/settings.md",
    publishing: "docs/publishing.md",
    faq: "docs/faq.md",
}

#[test]
fn every_page_with_a_command_is_typed() {
    // These are about the sources, and what they name is typed by whoever works on them.
    let of_the_sources = ["CONTRIBUTING.md", "docs/benchmarks.md", "tests/archives.md", "tests/faults.md"];
    let pages = pages();
    for page in TYPED {
        assert!(pages.iter().any(|known| known == page), "{page} is not there");
    }
    for page in pages {
        let text = repository(&page);
        let shown = blocks(&text).iter().any(|(language, _)| matches!(*language, "console" | "sh"));
        let typed = TYPED.contains(&page.as_str()) || of_the_sources.contains(&page.as_str());
        assert!(typed || !shown, "{page} shows commands that nobody types");
        for (language, lines) in blocks(&text) {
            let command = lines.iter().find(|line| line.trim_start().starts_with("skillzdrive "));
            let runs = matches!(language, "console" | "sh") || of_the_sources.contains(&page.as_str());
            assert!(runs || command.is_none(), "{page}: `{}` stands in a block of {language}", command.unwrap());
        }
    }
}

#[test]
fn what_is_not_run_is_known() {
    let mut not_run = Vec::new();
    for page in pages() {
        for line in repository(&page).lines() {
            if let Some(why) = line.strip_prefix("<!-- not run: ") {
                not_run.push(format!("{page}: {}", why.trim_end_matches(" -->")));
            }
        }
    }
    insta::assert_snapshot!(not_run.join("\n"), @"README.md: nothing is released yet; tests/newcomer.sh runs this script, made from the checkout");
}

/// The book's index names every page of the book, and nothing else.
#[test]
fn the_index_names_every_page() {
    let index = repository("docs/SUMMARY.md");
    let mut named: Vec<String> = links::links(&index).map(|to| format!("docs/{to}")).collect();
    let mut there: Vec<String> =
        pages().into_iter().filter(|page| page.starts_with("docs/") && page != "docs/SUMMARY.md").collect();
    // The rules' pages are found from their own index.
    there.retain(|page| !page.starts_with("docs/rules/") || page == "docs/rules/README.md");
    named.sort();
    there.sort();
    assert_eq!(named, there);
}
