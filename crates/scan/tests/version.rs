//! The version of the rules follows their sources: whoever changes one has changed the other.

#[expect(
    dead_code,
    clippy::print_stdout,
    reason = "the build script's own start, which speaks to Cargo, is not run here"
)]
#[path = "../build.rs"]
mod build;

use std::io;
use std::path::Path;

use skillzdrive_scan::RULES_VERSION;

fn sources() -> io::Result<Vec<(String, String)>> {
    let mut files = Vec::new();
    // Tests run in the crate's folder, as its build script does.
    for folder in build::SOURCES.map(Path::new) {
        build::collect(folder, &mut files)?;
    }
    Ok(files)
}

#[test]
fn the_version_is_that_of_the_sources() {
    assert!(sources().unwrap().len() > 50, "only {} sources were read", sources().unwrap().len());
    assert_eq!(build::version(sources().unwrap()), RULES_VERSION);
}

#[test]
fn a_change_of_any_source_changes_it_and_line_ends_do_not() {
    for changed in 0..sources().unwrap().len() {
        let mut files = sources().unwrap();
        files[changed].1.push_str("// x");
        assert_ne!(build::version(files), RULES_VERSION, "{}", sources().unwrap()[changed].0);
    }
    let windows = sources().unwrap().into_iter().rev().map(|(path, text)| (path, text.replace('\n', "\r\n"))).collect();
    assert_eq!(build::version(windows), RULES_VERSION);
}
