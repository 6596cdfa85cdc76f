//! The committed completion scripts are what the program prints.

use std::path::Path;

use crate::harness::Home;

/// Each shell, and the file that it looks for.
const FILES: &[(&str, &str)] = &[
    ("bash", "skillzdrive.bash"),
    ("zsh", "_skillzdrive"),
    ("fish", "skillzdrive.fish"),
    ("powershell", "_skillzdrive.ps1"),
    ("elvish", "skillzdrive.elv"),
];

#[test]
fn the_committed_scripts_are_not_stale() {
    let home = Home::new();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("completions");
    let mut stale = Vec::new();
    for (shell, file) in FILES {
        let script = home.run(&["completions", shell]).exits(0).stdout;
        assert!(script.contains("skillzdrive"), "{shell}");
        let path = folder.join(file);
        let is_current = std::fs::read_to_string(&path).is_ok_and(|committed| committed == script);
        if !is_current {
            // The next run of the test is then green, and the difference is there to be committed.
            std::fs::write(&path, script).unwrap();
            stale.push(*file);
        }
    }
    assert!(stale.is_empty(), "these scripts were stale and are written anew: commit them: {}", stale.join(", "));
}
